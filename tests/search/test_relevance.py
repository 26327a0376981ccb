"""How much a hit is believed: a chance that rises with every sign for it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from stage_scores import floats

from ncs.api.opening import Codebase
from ncs.search.relevance import Evidence, leads, relevance
from ncs.types import DOUBTFUL

SHARES = arrays(np.float32, 6, elements=st.floats(0, 1, width=32))
COSINES = arrays(np.float32, 6, elements=st.floats(-1, 1, width=32))
STANDS = arrays(np.bool_, 6)


def evidence(
    share: object,
    cosine: object,
    *,
    whole: object = None,
    hundredth: float = 0.6,
    lead: object = None,
    stands: object = None,
    holds: object = None,
    terms: int = 5,
    width: int = 64,
) -> Evidence:
    given = [None if each is None else floats(each) for each in (share, cosine)]
    size = max(0 if each is None else len(each) for each in given)
    return Evidence(
        given[0],
        given[1],
        floats([0.6] * size if whole is None else whole),
        floats([hundredth] * size),
        floats([0.1] * size if lead is None else lead),
        np.zeros(size, dtype=bool) if stands is None else np.array(stands, dtype=bool),
        np.zeros(size, dtype=bool) if holds is None else np.array(holds, dtype=bool),
        terms,
        width,
    )


@given(SHARES, COSINES, COSINES, st.sampled_from([16, 64]), STANDS, st.integers(0, 40))
def test_relevance_is_in_range_and_never_rises(
    share: np.ndarray, cosine: np.ndarray, lead: np.ndarray, width: int, stands: np.ndarray,
    terms: int,
) -> None:  # fmt: skip
    for said, near in ((share, cosine), (share, None), (None, cosine)):
        found = relevance(evidence(said, near, lead=lead, stands=stands, terms=terms, width=width))
        assert (found >= 0).all()
        assert (found <= 1).all()
        assert (np.diff(found) <= 0).all()


def test_a_place_that_holds_the_name_which_is_asked_for_is_no_bad_answer() -> None:
    found = relevance(evidence([0.1, 0.1, 0.1], [-1.0] * 3, holds=[True, True, False]))
    assert found[1] > DOUBTFUL > found[2]


SIGNS = st.tuples(st.floats(0, 1), *[st.floats(-1, 1)] * 4)


@given(SIGNS, SIGNS, st.sampled_from([16, 64]))
def test_more_of_the_question_nearer_or_further_ahead_is_more_relevant(
    one: tuple[float, ...], other: tuple[float, ...], width: int
) -> None:
    low, high = (
        relevance(
            evidence([share], [cosine], whole=[whole], hundredth=near, lead=[lead], width=width)
        )[0]
        for share, cosine, whole, near, lead in (map(min, one, other), map(max, one, other))
    )
    assert low <= high


def test_an_absent_subject_is_clearly_lower() -> None:
    present = relevance(evidence([0.5], [0.76], whole=[0.72], hundredth=0.68))[0]
    absent = relevance(evidence([0.1], [0.5], whole=[0.5], hundredth=0.5))[0]
    assert present > 0.4
    assert absent < 0.02
    # What stands there word for word is there, whatever its words are like.
    assert relevance(evidence([1.0], [0.0], stands=[True]))[0] > 0.9 > present


def test_what_stands_there_is_believed_as_much_as_its_other_signs_say_or_more() -> None:
    for share, lead in ((1.0, 0.9), (0.2, 0.0)):
        plain, sure = (
            float(relevance(evidence([share], [0.95], lead=[lead], stands=[stands]))[0])
            for stands in (False, True)
        )
        assert sure == max(plain, 61 / 64)


@pytest.mark.parametrize("share", [[0.5], None])
def test_a_cosine_of_few_numbers_says_less(share: list[float] | None) -> None:
    def moves(width: int) -> float:
        chances = (relevance(evidence(share, [near], width=width))[0] for near in (0.5, 0.6))
        low, high = (math.log(chance / (1 - chance)) for chance in chances)
        return high - low

    assert 0 < moves(16) < 0.8 * moves(64)


def test_a_hit_far_ahead_of_the_next_is_believed_more() -> None:
    alone, beside = (relevance(evidence([0.5], [0.7], lead=[lead]))[0] for lead in (0.5, 0.0))
    assert alone > 2 * beside


def test_relevance_does_not_depend_on_how_many_are_shown() -> None:
    share, cosine, lead = [0.5, 0.9, 0.2], [0.5, 0.4, 0.6], [0.1, -0.1, -0.3]
    whole = relevance(evidence(share, cosine, lead=lead))
    part = relevance(evidence(share[:2], cosine[:2], lead=lead[:2]))
    assert part.tolist() == whole[:2].tolist()


def test_relevance_of_nothing() -> None:
    assert len(relevance(evidence([], []))) == 0
    with pytest.raises(ValueError, match="share or the cosine"):
        relevance(evidence(None, None))


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=2, max_size=6))
def test_a_lead_is_the_distance_to_the_best_other(scores: list[float]) -> None:
    found = leads(floats(scores))
    others, best = len(scores) - 1, max(scores)
    for at, score in enumerate(scores):
        second = max([*scores[:at], *scores[at + 1 :]])
        ahead = (score - second) / best if best else found[0]
        wanted = 0.1 + others / (others + 3) * (ahead - 0.1) if best else 0.1
        assert found[at] == pytest.approx(wanted)


def test_a_lead_among_few_files_says_little() -> None:
    # `--path` of one file: whatever is asked, it is ahead of nothing.
    assert leads(floats([5.0])).tolist() == pytest.approx([0.1])
    assert leads(floats([])).tolist() == []
    few, many = (leads(floats([1.0, *[0.2] * count]))[0] for count in (2, 200))
    assert 0.1 < few < 0.5 < 0.78 < many < 0.8


def test_what_is_surely_meant_is_relevant_whatever_its_words_are_like(codebase: Codebase) -> None:
    # Right answers were said to be none: a bare name has little that is like a question.
    for asked in ("IGNORE_ALL", "joinHostPort", "join host port"):
        assert codebase.search(asked, 1)[0].score > 0.9


def test_words_that_ask_and_nothing_else_find_nothing_relevant(codebase: Codebase) -> None:
    assert max(hit.score for hit in codebase.search("how does the", 5)) < 0.1
