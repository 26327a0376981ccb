"""BM25 against the formula worked by hand."""

import math

import numpy as np
import pytest

from ncs.lexical import K1, B, MemoryPostings, bm25

TEXTS = ["alpha beta", "alpha alpha gamma", "delta"]


def test_score_is_the_formula() -> None:
    postings = MemoryPostings(TEXTS)
    score, _ = bm25(postings, "gamma")
    # "gamma" and its stem "~gamma", each once in text 1; lengths 4, 6, 2 (words and stems)
    idf = math.log(1 + (3 - 1 + 0.5) / 1.5)
    norm = K1 * (1 - B + B * 6 / 4)
    expected = 2 * idf * (K1 + 1) / (1 + norm)
    assert score.tolist() == pytest.approx([0.0, expected, 0.0])


def test_share_is_one_where_all_terms_stand() -> None:
    _, share = bm25(MemoryPostings(TEXTS), "alpha gamma")
    assert share[1] == pytest.approx(1.0)
    assert 0 < share[0] < 1
    assert share[2] == 0


def test_absent_words_lower_the_share() -> None:
    postings = MemoryPostings(TEXTS)
    _, near = bm25(postings, "alpha")
    _, far = bm25(postings, "alpha photosynthesis")
    assert far.max() < near.max()


def test_nothing_to_search_gives_nothing() -> None:
    score, share = bm25(MemoryPostings([]), "alpha")
    assert score.shape == share.shape == (0,)
    score, share = bm25(MemoryPostings(TEXTS), "")
    assert not np.any(score)
    assert not np.any(share)


def test_texts_without_a_word_are_no_fault() -> None:
    score, share = bm25(MemoryPostings(["", "?"]), "alpha")
    assert score.tolist() == share.tolist() == [0, 0]
