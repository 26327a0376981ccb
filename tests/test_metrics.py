"""Metrics against hand-worked cases."""

import math

import numpy as np
import pytest

from ncs.metrics import (
    gold_ranks,
    mean_interval,
    ndcg,
    recall,
    reciprocal_rank,
    rouge_l,
    smoothed_bleu,
)


def test_reciprocal_rank_takes_the_best() -> None:
    assert reciprocal_rank([4, 2, None]) == 0.5
    assert reciprocal_rank([None]) == 0.0
    assert reciprocal_rank([11], k=10) == 0.0
    assert reciprocal_rank([]) == 0.0


def test_recall_counts_items() -> None:
    assert recall([1, 6, None, 5], 5) == 0.5
    assert recall([], 5) == 0.0


def test_ndcg_by_hand() -> None:
    assert ndcg([1], 10) == 1.0
    assert ndcg([2], 10) == pytest.approx(1 / math.log2(3))
    ideal = 1 + 1 / math.log2(3)
    assert ndcg([1, None], 10) == pytest.approx(1 / ideal)
    assert ndcg([1, 3], 10) == pytest.approx((1 + 0.5) / ideal)
    assert ndcg([11], 10) == 0.0
    # two items met by one result give one gain
    assert ndcg([1, 1], 10) == pytest.approx(1 / ideal)


def test_gold_ranks_share_ties() -> None:
    similarity = np.array([[0.9, 0.1, 0.5], [0.2, 0.2, 0.2]])
    assert gold_ranks(similarity, np.array([2, 0])).tolist() == [2.0, 2.0]


def test_interval_holds_the_mean_and_repeats() -> None:
    values = np.linspace(0, 1, 50)
    mean, low, high = mean_interval(values)
    assert low < mean < high
    assert (mean, low, high) == mean_interval(values)
    assert mean_interval(np.array([])) == (0.0, 0.0, 0.0)


def test_smoothed_bleu_by_hand() -> None:
    said = ["the", "cat", "sat"]
    assert smoothed_bleu(said, said) == pytest.approx(1.0)
    assert smoothed_bleu(said, ["dog"]) == 0.0
    # one of two words, no pair: p = 1/2, 1/2, 1, 1; lengths 3 and 2: exp(1 − 4/3)
    expected = math.exp(1 - 4 / 3) * (0.5 * 0.5) ** 0.25
    assert smoothed_bleu(said, ["the", "dog"]) == pytest.approx(expected)
    assert smoothed_bleu(said, [*said, "down"]) < 1.0
    assert smoothed_bleu(said, []) == 0.0


def test_a_word_said_too_often_is_counted_once() -> None:
    one, four = smoothed_bleu(["a", "b"], ["a"]), smoothed_bleu(["a", "b"], ["a"] * 4)
    assert four < one


def test_rouge_l_by_hand() -> None:
    assert rouge_l(list("abcd"), list("abcd")) == 1.0
    assert rouge_l(list("abcd"), list("axcy")) == pytest.approx(0.5)
    assert rouge_l(list("ab"), list("ba")) == pytest.approx(0.5)
    assert rouge_l([], ["a"]) == rouge_l(["a"], []) == 0.0
