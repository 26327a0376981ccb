"""Words and latents in one score, against the sums that they stand for."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_scores import floats

from ncs.search.fusion import (
    EXACT_SHARE,
    LATENT_PRIOR,
    NAMES_WEIGHT,
    NEURAL_WEIGHT,
    WORDS_WEIGHT,
    below,
    file_scores,
    fuse,
    one_of_copies,
    scaled,
    worth_inside,
)
from ncs.search.latent import Latent
from ncs.search.runs import Runs
from ncs.types import FloatArray, IdArray

NONE = (
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.float32),
)  # neither words of an author nor names


def near(
    ids: Sequence[int], cosine: Sequence[float], files: Sequence[float],
    said: tuple[IdArray, FloatArray] = NONE, named: tuple[IdArray, FloatArray] = NONE,
    width: int = 64,
) -> Latent:  # fmt: skip
    """What latents say: of chunks, and of their files, which are the first ones, as a whole."""
    whole = np.arange(len(files)), floats(files)
    query = floats([0] * width)
    return Latent(np.array(ids, np.int64), floats(cosine), query, said, named, whole, 0.0)


def test_a_files_score_is_its_best_and_a_share_of_the_mean_of_three() -> None:
    owner = np.array([0, 0, 0, 0, 1, 2, 3])
    cosine = [0.8, 0.5, 0.7, 0.6, 0.9, 0.1]
    found = file_scores(near(range(6), cosine, [0, 0, 0]), owner, 4)
    raw = [0.8 + 0.3 * (0.8 + 0.7 + 0.6) / 3, 0.9 + 0.3 * 0.9, 0.1 + 0.3 * 0.1]
    spread = max(raw) - min(raw)
    wanted = [(value - min(raw)) / spread for value in raw]
    assert found.tolist() == pytest.approx([*wanted, 0.0])


def test_one_file_alone_has_a_score() -> None:
    found = file_scores(near([1], [-0.3], [0.1]), np.array([0, 0]), 2)
    assert found.tolist() == [1.0, 0.0]


def test_the_author_s_words_raise_their_file() -> None:
    said = (np.array([1, 2]), floats([0.9, 0.1]))
    found = file_scores(near(range(3), [0.5] * 3, [0.5] * 3, said), np.arange(3), 3)
    assert found[1] == 1.0
    assert found[0] == found[2] == 0.0  # without words: as the least of those that have some


def test_what_a_file_defines_raises_it_more_than_what_is_said_of_it() -> None:
    said, named = (np.array([1, 2]), floats([0.9, 0.1])), (np.array([0, 1]), floats([0.9, 0.1]))
    found = file_scores(near(range(3), [0.5] * 3, [0.5] * 3, said, named), np.arange(3), 3)
    assert found.tolist() == pytest.approx([1.0, WORDS_WEIGHT / NAMES_WEIGHT, 0.0])


def test_no_shortlist_gives_no_file_scores() -> None:
    assert file_scores(near([], [], []), np.array([0]), 1).tolist() == [0.0]


def test_a_file_that_is_about_the_question_as_a_whole_leads() -> None:
    wide, narrow = (
        file_scores(near(range(3), [0.5, 0.5, 0.4], [0.2, 0.6, 0.2], width=width), np.arange(3), 3)
        for width in (64, 16)
    )
    assert wide[1] == narrow[1] == 1.0
    assert wide[0] < narrow[0]  # 16 numbers say less of it


ALIKE = floats([1, 1, 1])


def test_fusion_is_the_lexical_share_of_the_best_and_the_files_score() -> None:
    words, files, weight = scaled(floats([4, 2, 0])), floats([0.5, 0.5, 1]), NEURAL_WEIGHT
    plain = fuse(words, files, ALIKE, exact=False, foreign=False, known=1.0)
    assert plain.tolist() == pytest.approx([1 + 0.5 * weight, 0.5 + 0.5 * weight, weight])
    name = fuse(words, files, ALIKE, exact=True, foreign=False, known=0.0)
    share = EXACT_SHARE * weight
    assert name.tolist() == pytest.approx([1 + 0.5 * share, 0.5 + 0.5 * share, share])
    assert fuse(words, None, ALIKE, exact=False, foreign=False, known=1.0).tolist() == [
        1.0,
        0.5,
        0.0,
    ]
    assert (
        fuse(None, files, ALIKE, exact=True, foreign=False, known=1.0).tolist() == files.tolist()
    )
    assert scaled(floats([0, 0])).tolist() == [0, 0]


def test_a_path_counts_for_words_and_a_little_for_latents() -> None:
    words, files, tests = floats([1, 1]), floats([1, 1]), floats([1, 0.3])
    assert fuse(
        words, None, tests, exact=False, foreign=False, known=1.0
    ).tolist() == pytest.approx([1, 0.3])
    little = 0.3**LATENT_PRIOR
    assert fuse(
        None, files, tests, exact=False, foreign=False, known=1.0
    ).tolist() == pytest.approx([1, little])
    both = fuse(words, files, tests, exact=False, foreign=False, known=1.0)
    assert both[1] == pytest.approx(0.3 + NEURAL_WEIGHT * little)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_fewer_words_are_known_the_more_the_meaning_counts(one: float, other: float) -> None:
    few, many = sorted([one, other])
    none, file = floats([0.0]), floats([1.0])
    strange = fuse(none, file, file, exact=False, foreign=False, known=few)[0]
    assert strange >= fuse(none, file, file, exact=False, foreign=False, known=many)[0]


def test_where_hardly_a_word_is_known_the_meaning_counts_far_more() -> None:
    none, file = floats([0.0]), floats([1.0])
    strange, few, some = (
        fuse(none, file, file, exact=False, foreign=False, known=known)[0]
        for known in (0.0, 0.35, 0.7)
    )
    assert strange - few > 5 * (few - some) > 0


def test_inside_a_file_latents_choose_the_place_but_for_names() -> None:
    score, cosine, none = floats([1.0, 0.9, 0.1]), floats([0.2, 0.6, 0.0]), floats([0, 0, 0])
    assert np.argsort(-worth_inside(score, cosine, none, exact=False)).tolist() == [1, 0, 2]
    assert np.argsort(-worth_inside(score, cosine, none, exact=True)).tolist() == [0, 1, 2]
    # A rare word counts by where it stands, but not for what a name is sought by.
    held = floats([0.9, 0.2, 0.0])
    near = floats([0.5, 0.6, 0.0])
    assert np.argsort(-worth_inside(none, near, held, exact=False)).tolist() == [0, 1, 2]
    assert np.argsort(-worth_inside(none, near, held, exact=True)).tolist() == [1, 0, 2]


def test_what_is_no_place_to_read_comes_after_all_others_in_its_order() -> None:
    inside = np.array([3, 2, 1, 0], dtype=np.float32)
    found = below(inside, np.array([True, True, False, False]))
    assert np.argsort(-found).tolist() == [2, 3, 0, 1]
    assert found.dtype == np.float32
    none = np.zeros(4, dtype=bool)
    assert below(inside, none).tolist() == inside.tolist()
    assert np.argsort(-below(inside, ~none)).tolist() == [0, 1, 2, 3]


def test_latents_count_less_in_a_script_that_the_model_was_not_taught() -> None:
    none, file = np.zeros(1, dtype=np.float32), np.ones(1, dtype=np.float32)
    for exact in (False, True):
        for known in (0.0, 1.0):
            found = fuse(none, file, file, exact=exact, foreign=True, known=known)
            assert found.tolist() == pytest.approx([NEURAL_WEIGHT * EXACT_SHARE])


def test_of_copies_only_the_best_counts_in_full() -> None:
    """Forty translations of a message filled the list."""
    runs = Runs.of(np.array([0, 1, 1, 2, 3, 4]))
    copies = np.array([0, 1, 1, 2, 2])
    found = one_of_copies(floats([0.1, 0.5, 0.8, 0.8, 0.2, 0.4]), runs, copies)
    assert found.tolist() == pytest.approx([0.1, 0.5, 0.8, 0.0008, 0.0002, 0.4])
    alone = floats([0.1, 0.5, 0.8, 0.8, 0.2, 0.4])
    assert one_of_copies(alone, runs, np.zeros(5, dtype=np.int64)) is alone
