"""The order of places among files and inside them, against the plain rule."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from stage_scores import SCORES, floats

from ncs.search.ranking import others, ranked
from ncs.search.runs import Runs


def plainly_ranked(
    scores: dict[int, float], inside: dict[int, float], owner: list[int], k: int
) -> list[int]:
    keys = {}
    for file in set(owner):
        own = [at for at in scores if owner[at] == file]
        given_out = sorted((scores[at] for at in own), reverse=True)
        for place, at in enumerate(sorted(own, key=lambda at: (-inside[at], at))):
            keys[at] = (place > 0, -given_out[place] * 0.5**place, -inside[at], at)
    return sorted(keys, key=keys.__getitem__)[:k]


@given(st.data(), st.integers(1, 12))
def test_ranked_is_the_plain_rule(data: st.DataObject, top_k: int) -> None:
    scores = data.draw(SCORES)
    size = len(scores)
    owner = sorted(data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size)))
    inside = data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=size, max_size=size))
    ids = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    runs = Runs.of(np.array(owner)[ids])
    found = ranked(np.array(ids), runs, floats(scores)[ids], floats(inside)[ids], top_k)
    plain = {at: float(np.float32(scores[at])) for at in ids}
    wanted = plainly_ranked(plain, {at: inside[at] for at in ids}, owner, top_k)
    assert found.tolist() == wanted


def test_what_finds_the_file_need_not_find_the_place_in_it() -> None:
    owner = np.array([0, 0, 1])
    found = ranked(np.arange(3), Runs.of(owner), floats([0.9, 0.2, 0.5]), floats([0, 1, 0]), 3)
    assert found.tolist() == [1, 2, 0]  # the first file leads, by its second place


def test_one_place_of_every_file_leads() -> None:
    owner = np.array([0, 0, 0, 1, 2])
    found = ranked(
        np.arange(5), Runs.of(owner), floats([9, 8, 7, 1, 2]), np.zeros(5, np.float32), 5
    )
    assert found.tolist() == [0, 4, 3, 1, 2]


def test_some_places_come_before_one_of_every_other_file() -> None:
    owner, first = np.array([0, 0, 1, 1, 2]), np.array([True, True, True, False, False])
    found = ranked(
        np.arange(5), Runs.of(owner), floats([9, 8, 7, 1, 2]), floats([9, 8, 7, 1, 2]), 5, first
    )
    assert found.tolist() == [0, 2, 1, 4, 3]


def test_each_further_place_of_a_file_halves_its_score() -> None:
    owner = np.array([0, 0, 0, 1, 1])
    scores = floats([1.0, 0.9, 0.88, 0.8, 0.5])  # followers: 0.45, 0.22 and 0.25
    found = ranked(np.arange(5), Runs.of(owner), scores, np.zeros(5, np.float32), 5)
    assert found.tolist() == [0, 3, 1, 4, 2]


def test_equal_scores_go_by_the_second_then_by_the_id() -> None:
    owner = np.arange(4)
    found = ranked(np.arange(4), Runs.of(owner), floats([1, 1, 1, 2]), floats([0, 0.5, 0, 0]), 4)
    assert found.tolist() == [3, 1, 0, 2]


def test_no_candidates_give_no_hits() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert ranked(nothing, Runs.of(nothing), floats([]), floats([]), 5).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.0, 0.5, 1.0])), max_size=30))
def test_a_file_s_other_places_are_its_best_that_are_not_shown(
    places: list[tuple[int, float]],
) -> None:
    """Right places stood second in their file, and one of each file is shown."""
    places = sorted(places, key=lambda place: place[0])
    owners = np.array([file for file, _ in places], dtype=np.int64)
    inside = floats([worth for _, worth in places])
    ids = np.arange(len(places))
    shown = ranked(ids, Runs.of(owners), inside, inside, 6)
    found = others(shown, ids, inside, owners, 2)
    met = set()
    for at, beside in zip(shown.tolist(), found, strict=True):
        rest = [each for each in ids.tolist() if owners[each] == owners[at]]
        rest = sorted(set(rest) - set(shown.tolist()), key=lambda each: (-inside[each], each))
        assert beside == ([] if owners[at] in met else rest[:2])
        met.add(owners[at])
