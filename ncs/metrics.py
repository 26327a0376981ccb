"""Metrics of ranks and of sentences: pure functions, checked against hand-worked cases.

Ranks are 1-based positions of the relevant items; an item that was not retrieved has rank None.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ncs.types import NDArray

Ranks = Sequence[int | None]


def reciprocal_rank(ranks: Ranks, k: int | None = None) -> float:
    """Return 1 / the best rank, or 0 when none is within the first k."""
    found = [rank for rank in ranks if rank is not None and (k is None or rank <= k)]
    return 1.0 / min(found) if found else 0.0


def recall(ranks: Ranks, k: int) -> float:
    """Return the share of the relevant items within the first k."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks) if ranks else 0.0


def ndcg(ranks: Ranks, k: int) -> float:
    """Return the normalised discounted cumulative gain at k, binary gain.

        DCG = Σ 1 / log2(rank + 1) over distinct ranks ≤ k;  ideal: min(k, items) ones on top

    Two relevant items met at the same rank (one result that covers both) give one gain.
    Source: Järvelin & Kekäläinen 2002, as the semble benchmark applies it.
    """
    if not ranks:
        return 0.0
    gained = {rank for rank in ranks if rank is not None and rank <= k}
    ideal = sum(1.0 / math.log2(at + 1) for at in range(1, min(k, len(ranks)) + 1))
    return sum(1.0 / math.log2(rank + 1) for rank in gained) / ideal


def gold_ranks(similarity: NDArray[np.floating], gold: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the rank of each query's one relevant candidate, ties at their mean rank.

    Args:
        similarity: (queries, candidates), higher is better.
        gold: (queries,), the index of the relevant candidate.
    """
    own = np.take_along_axis(similarity, gold[:, None], axis=1)
    better = (similarity > own).sum(axis=1)
    equal = (similarity == own).sum(axis=1)
    return np.asarray(better + (equal + 1) / 2, dtype=np.float64)


def smoothed_bleu(reference: Sequence[str], said: Sequence[str]) -> float:
    """Return the smoothed sentence BLEU-4 of some tokens, in [0, 1].

        exp(min(0, 1 − (r + 1) / (s + 1)) + ¼ Σ_n log p_n),   p_n = (matches_n + 1) / (n-grams + 1)

    for n > 1; p_1 is not smoothed, so that a sentence without a right word has 0. r and s are
    the lengths of reference and sentence. Lengths are smoothed as CodeXGLUE's script does it,
    whose figures for code summaries are the mean of this over sentences, times 100.
    Source: Lin & Och 2004, ORANGE, section 4; CodeXGLUE, arXiv:2102.04664, for its use.
    """
    total = 0.0
    for size in range(1, 5):
        had, told = (
            Counter(tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1))
            for tokens in (reference, said)
        )
        matches, extra = sum((had & told).values()), float(size > 1)
        if not matches + extra:
            return 0.0
        total += math.log((matches + extra) / (sum(told.values()) + extra))
    return math.exp(min(0.0, 1 - (len(reference) + 1) / (len(said) + 1)) + total / 4)


def rouge_l(reference: Sequence[str], said: Sequence[str]) -> float:
    """Return the F1 of the longest common subsequence of two token lists, in [0, 1].

    Source: Lin 2004, ROUGE, section 3 (β = 1).
    """
    if not reference or not said:
        return 0.0
    row = [0] * (len(said) + 1)
    for token in reference:
        above = row
        row = [0]
        for at, other in enumerate(said):
            row.append(above[at] + 1 if token == other else max(row[at], above[at + 1]))
    return 2 * row[-1] / (len(reference) + len(said))


def mean_interval(
    values: NDArray[np.floating], *, seed: int = 0, draws: int = 2000
) -> tuple[float, float, float]:
    """Return (mean, low, high): the mean and its 95 % bootstrap interval over the values."""
    if len(values) == 0:
        return (0.0, 0.0, 0.0)
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(values), size=(draws, len(values)))
    means = np.asarray(values)[picks].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return (float(np.mean(values)), float(low), float(high))
