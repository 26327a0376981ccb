"""What the decoder reads: places, their neighbours, and the sentences it is taught."""

import torch

from ncs.config import ModelConfig
from ncs.learn.decoders import Memory
from ncs.learn.export import from_weights
from ncs.learn.features import WordTable, collate, featurise
from ncs.learn.model import Model
from ncs.learn.reader import collate_places, sources
from ncs.learn.sentences import common_words, sentence_batch
from ncs.weights import Weights
from ncs.wording import BOS, EOS, MARKS, PAD, UNKNOWN, Vocabulary

TEXTS = ["read the rows", "x\ndef loadRows(path):\n  close(path)", "", "a\nb\nc\nd\ne\nf\ng\nh"]


def memory_of(model: Model, texts: list[str]) -> Memory:
    table = WordTable(model.config.buckets)
    batch = collate(featurise(texts, table, model.config), table)
    posterior = model.encode(batch)
    places = collate_places(sources(texts, table, model.config), batch, table, model.vocabulary)
    return model.memory(places, posterior, model.mean_path(posterior))


def test_a_place_is_what_it_is_in_any_company(tiny_weights: Weights) -> None:
    model = from_weights(tiny_weights)
    together = memory_of(model, TEXTS)
    for at, text in enumerate(TEXTS):
        alone = memory_of(model, [text])
        count = int(alone.mask.sum())
        assert int(together.mask[at].sum()) == count
        torch.testing.assert_close(
            together.states[at, :count], alone.states[0, :count], atol=1e-5, rtol=1e-5
        )
        assert together.words[at, :count].tolist() == alone.words[0, :count].tolist()


def test_names_stand_behind_their_words_and_every_text_has_a_place(tiny_weights: Weights) -> None:
    model = from_weights(tiny_weights)
    table = WordTable(model.config.buckets)
    featurise(TEXTS, table, model.config)
    found = sources(TEXTS, table, model.config)
    assert found[1].surfaces == ("x", "def", "load", "rows", "loadRows", "path", "close", "path")
    assert found[1].lines == (0, 1, 1, 1, 1, 1, 2, 2)
    assert found[1].words[4] == (*found[1].words[2], *found[1].words[3])
    assert len(found[3].surfaces) == model.config.lines
    assert memory_of(model, TEXTS).mask.sum(dim=1).tolist() == [3, 8, 1, 6]


def test_a_place_knows_its_neighbours_and_its_line(tiny_weights: Weights) -> None:
    model = from_weights(tiny_weights)
    one, other = memory_of(model, ["a rows b\nx", "c rows b\nx"]).states.unbind()
    assert (one[1] - other[1]).abs().max() > 1e-3  # another word before it
    one, other = memory_of(model, ["x\nrows\ny", "x\ny\nrows"]).states.unbind()
    assert (one[1] - other[2]).abs().max() > 1e-3


def test_sentences_pull_at_no_word_and_no_line(tiny_weights: Weights) -> None:
    model = from_weights(tiny_weights)
    memory_of(model, TEXTS).states.square().sum().backward()
    assert model.words.table.grad is None
    assert all(parameter.grad is None for parameter in model.encoder.blocks.parameters())
    assert all(parameter.grad is not None for parameter in model.reader.parameters())


def test_a_vocabulary_holds_the_commonest_words_and_no_names() -> None:
    words = common_words(["Read the loadRows file.", "Close the file."], size=MARKS + 3)
    assert words == [".", "file", "the"]


def test_sentences_begin_end_and_are_padded() -> None:
    vocabulary = Vocabulary(["the", "file"])
    given, due = sentence_batch(
        ["Open the file", "the loadRows", "the file the file"], [["open"], ["loadRows"], []],
        vocabulary, 4,
    )  # fmt: skip
    assert due.tolist() == [[6, 4, 5, EOS], [4, 6, EOS, PAD], [4, 5, 4, 5]]
    assert given.tolist() == [[BOS, 6, 4, 5], [BOS, 4, 6, EOS], [BOS, 4, 5, 4]]
    _, due = sentence_batch(["strange"], [[]], vocabulary, 4)
    assert due.tolist() == [[UNKNOWN, EOS]]


def test_a_model_without_words_of_its_own_can_still_copy(tiny_config: ModelConfig) -> None:
    model = Model(tiny_config, seed=0)
    memory = memory_of(model, TEXTS[:1])
    assert memory.words.tolist() == [[4, 5, 6]]
    assert memory.extra == 3
