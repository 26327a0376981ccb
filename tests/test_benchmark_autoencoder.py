"""The autoencoder of seed 004: its bottleneck is the only way, its figures are what they say."""

import numpy as np
import pytest
import torch

from benchmarks.autoencoder.bounds import bounds
from benchmarks.autoencoder.config import Config, Trial, read, studies
from benchmarks.autoencoder.data import Corpus, Sequences
from benchmarks.autoencoder.latents import described
from benchmarks.autoencoder.model import Autoencoder
from benchmarks.autoencoder.train import give_back, measured, teach
from benchmarks.autoencoder.vectors import word_vectors

WIDTH, LONGEST, WORDS = 12, 5, 9


@pytest.fixture
def sentences() -> Sequences:
    torch.manual_seed(0)
    ids = torch.randint(1, WORDS + 1, (40, LONGEST))
    lengths = torch.randint(2, LONGEST + 1, (40,))
    ids = ids * (torch.arange(LONGEST) < lengths[:, None])
    vectors = torch.randn(WORDS + 1, WIDTH)
    vectors[0] = 0
    return Sequences(ids, vectors)


def tiny(**changed: object) -> Config:
    fields = {name: getattr(read("quick"), name) for name in Config.__slots__}
    return Config(**{**fields, "width": WIDTH, "longest": LONGEST, "batch": 16, **changed})


def test_what_comes_back_whole_has_full_marks(sentences: Sequences) -> None:
    due = sentences.vectors[sentences.ids]
    found = measured(3 * due, sentences, torch.zeros(40, 1))
    assert found.token_cosine == pytest.approx(1, abs=1e-5)
    assert found.sentence_cosine == pytest.approx(1, abs=1e-5)
    assert found.word_accuracy == 1
    assert measured(-due, sentences, torch.zeros(40, 1)).token_cosine == pytest.approx(
        -1, abs=1e-5
    )
    spoiled = due + 100 * (sentences.ids == 0)[..., None]  # behind the end nothing counts
    assert measured(spoiled, sentences, torch.zeros(40, 1)).mse == 0


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("reading", ["whole", "each", "attention"])
def test_the_bottleneck_is_the_only_way(cell: str, reading: str, sentences: Sequences) -> None:
    torch.manual_seed(1)
    trial = Trial(cell, before=7, behind=8, bottleneck=3, reading=reading)  # type: ignore[arg-type]
    model = Autoencoder(trial, WIDTH, LONGEST)
    vectors, mask = sentences.take(torch.arange(4))
    passed = model.encode(vectors, mask)
    assert passed.shape == ((4, 3) if reading == "whole" else (4, mask.shape[1], 3))
    free = torch.zeros_like(mask)
    came = model.decode(passed, mask, vectors, free)
    assert torch.equal(came, model.decode(passed, mask, -vectors, free))
    dictated = model.decode(passed, mask, vectors, ~free)
    assert torch.equal(dictated[:, 0], came[:, 0])
    assert not torch.equal(dictated[:, 1], came[:, 1])


def test_what_pads_a_sentence_changes_nothing(sentences: Sequences) -> None:
    torch.manual_seed(1)
    model = Autoencoder(Trial(before=7, behind=8, bottleneck=3), WIDTH, LONGEST)
    vectors, mask = sentences.take(torch.arange(8))
    short = int(mask[0].sum())
    alone = model.encode(vectors[:1, :short], mask[:1, :short])
    torch.testing.assert_close(model.encode(vectors, mask)[:1], alone)


def test_words_through_a_wide_bottleneck_come_back(sentences: Sequences) -> None:
    trial = Trial(before=24, behind=24, bottleneck=8, reading="each")
    torch.manual_seed(0)
    model = Autoencoder(trial, WIDTH, LONGEST)
    course = teach(model, sentences, tiny(steps=80, rate=0.03), trial)
    assert course.losses[-1] < 0.5 * course.losses[0]
    assert give_back(model, sentences).token_cosine > 0.8


def test_more_components_give_more_back(sentences: Sequences) -> None:
    found = bounds(Corpus(sentences, sentences), (2, 4, 8), (10, 12))
    each = [found[f"each word through {size} principal components"] for size in (2, 4, 8, 10)]
    errors = [part.mse for part in each]
    assert errors == sorted(errors, reverse=True)
    assert found["each sentence's own mean"].sentence_cosine == pytest.approx(1, abs=1e-5)


def test_words_in_like_company_have_like_vectors() -> None:
    told = [("read", "the", each, "file") for each in ("old", "new")] * 20
    told += [("ring", "a", each, "bell") for each in ("loud", "soft")] * 20
    vectors = word_vectors(told, vocabulary=20, width=4, seed=0)

    def alike(one: str, other: str) -> float:
        left, right = vectors[one], vectors[other]
        return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))

    assert alike("old", "new") > 0.9 > alike("old", "loud")


def test_latents_that_do_nothing_are_not_active() -> None:
    torch.manual_seed(0)
    passed = torch.randn(200, 4)
    passed[:, 3] = passed[:, 0]
    passed[:, 2] = 0.01 * passed[:, 2]
    found = described(passed, torch.randint(3, 9, (200,)))
    assert found["active"] == 3
    assert found["correlation_largest"] == pytest.approx(1, abs=1e-3)
    assert 1 < found["effective_dimensions"] < 3
    assert sum(found["component_shares"]) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["quick", "full"])
def test_each_study_differs_in_what_it_studies(name: str) -> None:
    for trials in studies(read(name)).values():
        assert len(set(trials.values())) == len(trials) > 1
