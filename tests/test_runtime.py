"""The runtime equals torch on the same weights, and stands on its own feet."""

import math
import random
import tracemalloc
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ncs.beam import BeamConfig
from ncs.errors import WeightsError
from ncs.learn.decoders import generate
from ncs.learn.export import from_weights, to_weights
from ncs.learn.features import WordTable, collate, featurise
from ncs.learn.reader import collate_places, sources
from ncs.positions import ngram_buckets
from ncs.runtime import RuntimeEncoder, load
from ncs.runtime import decoder as decoder_module
from ncs.runtime import vectors as word_vectors
from ncs.runtime.decoder import decoder_of
from ncs.runtime.vectors import KnownWords
from ncs.types import Encoder, FloatArray
from ncs.weights import TABLE, Weights, shipped_model, unpack

TEXT = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=120),
    st.text(alphabet="ab_C1 \n\t(){}é", max_size=300),
)
HUGE = "word_number = readFile(path)  # ünïcode\n" * 3000
LONG_LINE = "alpha beta gammaDelta " * 5000


def torch_latents(weights: Weights, texts: list[str]) -> FloatArray:
    # In double precision: in single, torch itself was 2.4e-5 from what "ÉC\nB1A" has (ours 8e-6).
    model = from_weights(weights).double()
    table = WordTable(model.config.buckets)
    with torch.no_grad():
        batch = collate(featurise(texts, table, model.config), table)
        return model.mean_path(model.encode(batch)).numpy()


@pytest.fixture(scope="module")
def encoder(tiny_weights: Weights) -> RuntimeEncoder:
    return load(tiny_weights)


Both = Callable[[list[str]], tuple[FloatArray, FloatArray]]


@pytest.fixture(scope="module")
def both(tiny_weights: Weights, encoder: RuntimeEncoder) -> Both:
    """What the runtime and torch make of texts; hypothesis can print it, unlike weights."""
    return lambda texts: (encoder.encode(texts), torch_latents(tiny_weights, texts))


@settings(max_examples=60)
@given(texts=st.lists(TEXT, min_size=1, max_size=6))
@example(texts=["ÉC\nB1A"])
@example(texts=["C:É:ÉB"])
def test_equal_to_torch(both: Both, texts: list[str]) -> None:
    # Random weights make more of single precision than a trained model: latents up to 5 were
    # 4.5e-5 from torch's, where the base model's were 3e-6.
    found, expected = both(texts)
    assert found.dtype == np.float32
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, atol=1e-4, rtol=1e-5)


def test_the_base_model_is_nearer_to_torch() -> None:
    weights = shipped_model()
    assert weights is not None
    chosen = random.Random(1)
    texts = ["".join(chosen.choices("ab_C1 \n\t(){}éÉ:B", k=at)) for at in range(150)]
    found, expected = load(weights).encode(texts), torch_latents(weights, texts)
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=1e-5)


def test_equal_to_torch_on_texts_of_any_size(
    tiny_weights: Weights, encoder: RuntimeEncoder
) -> None:
    texts = ["", HUGE, LONG_LINE, "x", "{}", HUGE[:100], *(HUGE[: 40 * n] for n in range(70))]
    found = encoder.encode(texts)
    np.testing.assert_allclose(found, torch_latents(tiny_weights, texts), atol=1e-5, rtol=1e-5)


def test_equal_to_torch_where_two_numbers_share_a_byte(tiny_weights: Weights) -> None:
    small = unpack(to_weights(from_weights(tiny_weights), small=True), origin="test")
    assert small.tensors[TABLE].size * 2 == tiny_weights.tensors[TABLE].size
    texts = ["readFile(path)", HUGE[:500], "öffnen x\nclose(it)"]
    expected = torch_latents(small, texts)
    np.testing.assert_allclose(load(small).encode(texts), expected, atol=1e-5, rtol=1e-5)


def test_half_a_table_of_an_odd_width_does_not_fit(tiny_weights: Weights) -> None:
    tensors = {**tiny_weights.tensors, TABLE: np.zeros((8_192, 16), dtype=np.uint8)}
    odd = tiny_weights.config._replace(width=33, heads=3)
    with pytest.raises(WeightsError, match=r"words\.table"):
        load(tiny_weights._replace(config=odd, tensors=tensors))


def test_large_scores_do_not_overflow(tiny_weights: Weights) -> None:
    wild = {
        name: tensor * np.float32(1000) if "attention_in" in name or "score" in name else tensor
        for name, tensor in tiny_weights.tensors.items()
    }
    weights = tiny_weights._replace(tensors=wild)
    texts = ["a b\nc d\ne", "one", HUGE]
    found = load(weights).encode(texts)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, torch_latents(weights, texts), atol=1e-3, rtol=1e-3)


def test_company_and_history_do_not_change_a_text(tiny_weights: Weights) -> None:
    texts = ["def a():\n    return b", "who calls it", "", HUGE, "a\nb\nc", "x = 1\n\ty = 2"]
    together = load(tiny_weights).encode(texts)
    used = load(tiny_weights)
    used.encode(["many other words went before these"])
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(used.encode([text])[0], row, atol=1e-6, rtol=1e-6)


def test_forgetting_words_changes_nothing(
    tiny_weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["alpha beta\ngamma", "delta"]
    encoder = load(tiny_weights)
    first = encoder.encode(texts)
    monkeypatch.setattr(word_vectors, "_MOST_WORDS", 0)
    assert np.array_equal(encoder.encode(texts), first)


@pytest.mark.parametrize("together", [1, 3, 10_000])
def test_a_vector_does_not_depend_on_the_words_made_with_it(
    tiny_weights: Weights, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    texts = ["alpha beta\ngamma zebra", "delta", HUGE[:500], LONG_LINE[:200]]
    expected = load(tiny_weights).encode(texts)
    monkeypatch.setattr(word_vectors, "_TOGETHER", together)
    assert np.array_equal(load(tiny_weights).encode(texts), expected)


def test_new_words_do_not_take_the_memory_of_all_rows_of_their_n_grams(
    tiny_weights: Weights,
) -> None:
    """Text of 3 MB, nothing but new words of 40 letters, took 5 GB: words × n-grams × width."""
    chosen = random.Random(1)
    words = ["".join(chosen.choices("abcdefghij", k=40)) for _ in range(3_000)]
    rows = ngram_buckets(words, 8_192)[1]

    def peak(count: int) -> int:
        known = KnownWords(tiny_weights)
        for word in words[:count]:
            known.ids[word]
        tracemalloc.start()
        known.grow()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(3_000) - peak(1_000) < sum(rows[1_000:]) * tiny_weights.config.width


def test_it_is_an_encoder(tiny_weights: Weights, encoder: RuntimeEncoder) -> None:
    as_protocol: Encoder = encoder
    assert as_protocol.fingerprint == tiny_weights.fingerprint
    assert (as_protocol.latent_dim, as_protocol.extension_dim) == (6, 5)
    assert as_protocol.encode([]).shape == (0, 11)


def test_a_vocabulary_that_is_no_text_is_named(tiny_weights: Weights) -> None:
    bytes_of_none = np.full_like(tiny_weights.tensors["spelling"], 255)
    tensors = {**tiny_weights.tensors, "spelling": bytes_of_none}
    with pytest.raises(WeightsError, match="spelling"):
        decoder_of(tiny_weights._replace(tensors=tensors))


@pytest.mark.parametrize("change", ["missing", "reshaped"])
def test_weights_that_do_not_fit_say_so(tiny_weights: Weights, change: str) -> None:
    tensors = dict(tiny_weights.tensors)
    if change == "missing":
        del tensors["encoder.gate"]
    else:
        tensors["encoder.gate"] = np.zeros(3, dtype=np.float32)
    with pytest.raises(WeightsError, match=r"encoder\.gate"):
        load(tiny_weights._replace(tensors=tensors))


TEXTS = [
    "io files\ndef readFile(path):\n    return open(path)",
    "close it",
    "",
    "zürich_way\nöffnen x",
    "rows\nfor row in all_rows:\n    print(row)\n    close(row)",
]


@pytest.mark.parametrize("beams", [1, 3])
def test_a_decoder_says_what_torch_says(tiny_weights: Weights, beams: int) -> None:
    model, table = from_weights(tiny_weights).eval(), WordTable(512)
    batch = collate(featurise(TEXTS, table, model.config), table)
    posterior = model.encode(batch)
    places = collate_places(sources(TEXTS, table, model.config), batch, table, model.vocabulary)
    memory = model.memory(places, posterior, model.mean_path(posterior))
    config = BeamConfig(beams=beams, longest=7)
    expected = generate(model.decoder, memory, config, model.vocabulary.repeatable())
    said = decoder_of(tiny_weights).explain(TEXTS, config)
    for text, own, one, other in zip(TEXTS, places.own, expected, said, strict=True):
        if text:
            assert list(other.tokens) == model.vocabulary.tokens(one.ids, own)
            assert other.log_probability == pytest.approx(one.log_probability, abs=1e-5)
    assert len({each.text for each in said}) > 2


def test_a_decoder_says_nothing_of_nothing(tiny_weights: Weights) -> None:
    decoder = decoder_of(tiny_weights)
    assert decoder.explain([]) == []
    assert [each.text for each in decoder.explain(["", " \n "])] == ["", ""]


def test_a_sentence_does_not_depend_on_the_texts_beside_it(tiny_weights: Weights) -> None:
    decoder = decoder_of(tiny_weights)
    together = decoder.explain(TEXTS)
    assert [each.text for each in together] == [decoder.explain([t])[0].text for t in TEXTS]


def test_a_sentence_that_may_not_be_said_gives_way(tiny_weights: Weights) -> None:
    decoder = decoder_of(tiny_weights)
    free = [each.text for each in decoder.explain(TEXTS)]
    asked = []

    def worth(sentence: str, number: int) -> float:
        asked.append(number)
        return 0.0 if sentence != free[0] else -math.inf

    held = [each.text for each in decoder.explain(TEXTS, worth=worth)]
    assert held[0] != free[0]
    assert set(asked) <= set(range(len(TEXTS)))
    # Where none may, the choice is as if all might.
    every, none = (
        decoder.explain(TEXTS, worth=lambda *_, one=one: one) for one in (0.0, -math.inf)
    )
    assert [each.text for each in every] == [each.text for each in none]


def test_the_likeliest_sentence_is_said_where_nothing_else_counts(
    tiny_weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder_module, "_NEAR", 0.0)
    decoder = decoder_of(tiny_weights)
    free = [each.text for each in decoder.explain(TEXTS)]
    heard: dict[int, list[str]] = defaultdict(list)

    def worth(sentence: str, number: int) -> float:
        heard[number].append(sentence)
        return 0.0 if sentence not in free else -math.inf

    for number, said in enumerate(decoder.explain(TEXTS, worth=worth)):
        sound = [each for each in heard[number] if each not in free]
        assert said.text == (sound or heard[number])[0]
    assert [each.text for each in decoder.explain(TEXTS, worth=lambda *_: 1.0)] == free


def test_of_sentences_the_one_worth_most_is_said(tiny_weights: Weights) -> None:
    decoder = decoder_of(tiny_weights)
    heard: dict[int, list[str]] = defaultdict(list)

    def worth(sentence: str, number: int) -> float:
        heard[number].append(sentence)
        return 1e6 * len(sentence)

    for number, said in enumerate(decoder.explain(TEXTS, worth=worth)):
        assert len(said.text) == max(map(len, heard[number]))


def test_every_sentence_is_judged_with_its_own_text(tiny_weights: Weights) -> None:
    """Texts are read some at a time."""
    decoder, texts = decoder_of(tiny_weights), TEXTS * 20
    assert len(texts) > decoder_module._BATCH
    heard: dict[int, set[str]] = defaultdict(set)

    def worth(sentence: str, number: int) -> float:
        heard[number].add(sentence)
        return 0.0

    decoder.explain(texts, worth=worth)
    assert all(said == heard[number % len(TEXTS)] for number, said in heard.items())
    assert len(heard) == len(texts)


def test_of_sentences_the_nearest_to_the_text_is_said(
    tiny_weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder, encoder = decoder_of(tiny_weights), load(tiny_weights)
    heard: dict[int, list[str]] = defaultdict(list)

    def worth(sentence: str, number: int) -> float:
        heard[number].append(sentence)
        return 0.0

    monkeypatch.setattr(decoder_module, "_NEAR", 1e6)
    for number, said in enumerate(decoder.explain(TEXTS, worth=worth)):
        own = encoder.encode([TEXTS[number]])[0]
        latents = encoder.encode(heard[number])
        cosines = latents @ own / np.maximum(np.linalg.norm(latents, axis=1), 1e-9)
        assert said.text == heard[number][int(np.argmax(cosines))]


def test_attention_is_a_share_of_each_place(tiny_weights: Weights) -> None:
    decoder = decoder_of(tiny_weights)
    (said,) = decoder.explain(TEXTS[:1])
    looked = decoder.attention(TEXTS[0], said)
    assert looked.shape == (len(said.tokens), len(said.places))
    np.testing.assert_allclose(looked.sum(axis=1), 1.0, atol=1e-5)
    assert said.places[:4] == ("io", "files", "def", "read")
    assert "readFile" in said.places
