"""Beam search against what it must be: greedy with one beam, exhaustive with enough."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncs.beam import BeamConfig, beam_search
from ncs.types import FloatArray, IdArray
from ncs.wording import BOS, EOS, MARKS, PAD, UNKNOWN

WORDS = 3
VOCABULARY = MARKS + WORDS


class Chain:
    """A made-up language: what follows depends on the text and on the last two tokens."""

    def __init__(self, seed: int, texts: int, sharp: float = 1.5) -> None:
        logits = np.random.default_rng(seed).normal(
            scale=sharp, size=(texts, VOCABULARY, VOCABULARY, VOCABULARY)
        )
        self.table = (logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))).astype(
            np.float32
        )
        self.state: list[tuple[int, int]] = []
        self.calls = 0

    def __call__(self, rows: IdArray, last: IdArray) -> FloatArray:
        if not self.calls:
            self.state = [(at, BOS) for at in range(len(self.table))]
        self.calls += 1
        parents = [self.state[row] for row in rows]
        self.state = [(text, int(now)) for (text, _), now in zip(parents, last, strict=True)]
        return np.stack(
            [
                self.table[text, before, now]
                for (text, before), now in zip(parents, last, strict=True)
            ]
        )

    def total(self, text: int, ids: tuple[int, ...]) -> float:
        before, now, total = BOS, BOS, 0.0
        for token in ids:
            total += float(self.table[text, before, now, token])
            before, now = now, token
        return total


def penalty(length: int, alpha: float) -> float:
    return float(((5 + length) / 6) ** alpha)


def said(chain: Chain, config: BeamConfig, texts: int) -> list[tuple[int, ...]]:
    return [ranked[0].ids for ranked in beam_search(chain, texts, config)]


def greedy(chain: Chain, text: int, longest: int) -> tuple[int, ...]:
    ids: list[int] = []
    while len(ids) < longest:
        before, now = ([BOS, BOS, *ids])[-2:]
        scores = chain.table[text, before, now].copy()
        scores[[PAD, BOS, UNKNOWN]] = -np.inf
        if not ids:
            scores[EOS] = -np.inf
        token = int(scores.argmax())
        if token == EOS:
            break
        ids.append(token)
    return tuple(ids)


@pytest.mark.parametrize("seed", range(20))
def test_one_beam_is_greedy_until_the_sentence_ends(seed: int) -> None:
    found = said(Chain(seed, 3), BeamConfig(beams=1, longest=6, block=False), 3)
    for text, ids in enumerate(found):
        due = greedy(Chain(seed, 3), text, 6)
        assert ids == due


@pytest.mark.parametrize("seed", range(10))
def test_what_ended_comes_best_first_and_with_its_score(seed: int) -> None:
    config = BeamConfig(beams=200, longest=4, length_penalty=0.8, block=False)
    chain = Chain(seed, 2)
    for text, ranked in enumerate(beam_search(chain, 2, config)):
        due = {
            ids: chain.total(text, (*ids, EOS)) / penalty(len(ids) + 1, 0.8)
            for length in range(1, config.longest)
            for ids in itertools.product(range(MARKS, VOCABULARY), repeat=length)
        }
        best = sorted(due, key=due.__getitem__, reverse=True)[: len(ranked)]
        assert [each.ids for each in ranked] == best
        scores = [each.score for each in ranked]
        assert scores == pytest.approx([due[ids] for ids in best], abs=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.8])
@pytest.mark.parametrize("seed", range(15))
def test_many_beams_are_brute_force(seed: int, alpha: float) -> None:
    longest = 4
    config = BeamConfig(beams=200, longest=longest, length_penalty=alpha, block=False)
    chain = Chain(seed, 2)
    found = beam_search(chain, 2, config)
    for text, (sentence, *_) in enumerate(found):
        ended = [
            ids
            for length in range(1, longest)
            for ids in itertools.product(range(MARKS, VOCABULARY), repeat=length)
        ]
        best = max(
            ended,
            key=lambda ids: chain.total(text, (*ids, EOS)) / penalty(len(ids) + 1, alpha),
        )
        assert sentence.ids == best
        assert sentence.log_probability == pytest.approx(
            chain.total(text, (*best, EOS)) / (len(best) + 1), abs=1e-5
        )


@pytest.mark.parametrize("beams", [1, 2, 5])
def test_a_text_is_alone_in_its_search(beams: int) -> None:
    config = BeamConfig(beams=beams, longest=8)
    together = said(Chain(7, 6), config, 6)
    for text in range(6):
        alone = Chain(7, 6)
        alone.table = alone.table[text : text + 1]
        assert said(alone, config, 1) == [together[text]]


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_nothing_is_repeated(seed: int, beams: int) -> None:
    for ids in said(Chain(seed, 2, sharp=4.0), BeamConfig(beams=beams, longest=20), 2):
        assert not set(ids) & {PAD, BOS, EOS, UNKNOWN}
        assert all(one != other for one, other in itertools.pairwise(ids))
        trigrams = list(zip(ids, ids[1:], ids[2:], strict=False))
        assert len(trigrams) == len(set(trigrams))


def test_what_is_not_blocked_may_be_repeated() -> None:
    chain = Chain(0, 1)
    chain.table[:] = -9.0
    chain.table[..., MARKS] = 0.0
    assert set(said(chain, BeamConfig(beams=2, longest=5, block=False), 1)[0]) == {MARKS}
    chain.calls = 0
    assert said(chain, BeamConfig(beams=2, longest=5), 1) == [(MARKS,)]


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 7))
def test_a_sentence_is_never_empty_nor_too_long(seed: int, beams: int, longest: int) -> None:
    for ranked in beam_search(Chain(seed, 3), 3, BeamConfig(beams=beams, longest=longest)):
        for sentence in ranked:
            assert 1 <= len(sentence.ids) <= longest
            assert np.isfinite([sentence.log_probability, sentence.score]).all()


def test_longer_sentences_are_preferred_as_the_penalty_grows() -> None:
    lengths = [
        np.mean(
            [
                len(ids)
                for seed in range(15)
                for ids in said(
                    Chain(seed, 2), BeamConfig(beams=20, longest=8, length_penalty=alpha), 2
                )
            ]
        )
        for alpha in (0.0, 1.0, 3.0)
    ]
    assert lengths[0] < lengths[1] < lengths[2]


@pytest.mark.parametrize("beams", [1, 4])
def test_ties_go_to_the_smaller_id(beams: int) -> None:
    """Of more ties than are looked at, any could be taken."""
    called: list[IdArray] = []

    def advance(rows: IdArray, last: IdArray) -> FloatArray:
        called.append(last)
        return np.full((len(rows), 5_000), -1.0, dtype=np.float32)

    beam_search(advance, 1, BeamConfig(beams=beams, longest=2, block=False))
    assert called[1].tolist() == list(range(MARKS, MARKS + beams))


def test_no_texts_no_sentences() -> None:
    assert beam_search(Chain(0, 1), 0, BeamConfig()) == []


@pytest.mark.parametrize("beams", [1, 4])
def test_only_some_tokens_may_be_said_again(beams: int) -> None:
    again = {MARKS}
    for seed in range(20):
        config = BeamConfig(beams=beams, longest=9, block=False)
        ((found, *_),) = beam_search(Chain(seed, 1, sharp=3.0), 1, config, again)
        rest = [token for token in found.ids if token not in again]
        assert len(set(rest)) == len(rest)
