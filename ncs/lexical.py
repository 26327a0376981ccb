"""BM25 over identifier-aware tokens: the arithmetic, apart from where the postings lie.

Source: Robertson & Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond,
the scoring function with the idf that is never negative (Lucene's).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from ncs.text import lexical_tokens
from ncs.types import FloatArray, IdArray

K1 = 1.5
B = 0.75

NOWHERE: IdArray = np.zeros(0, dtype=np.int64)
NOTHING: FloatArray = np.zeros(0, dtype=np.float32)


class Postings(Protocol):
    """Where each term stands."""

    @property
    def lengths(self) -> FloatArray:
        """Tokens in each chunk, (N,)."""

    def lookup(self, term: str) -> tuple[IdArray, FloatArray] | None:
        """Return (chunk ids ascending, count of the term in each), or None for no chunk."""


class MemoryPostings:
    """Postings of texts at hand, for baselines and small corpora."""

    def __init__(self, texts: Iterable[str]) -> None:
        ids: dict[str, list[int]] = {}
        counts: dict[str, list[int]] = {}
        lengths: list[int] = []
        for at, text in enumerate(texts):
            terms = Counter(lexical_tokens(text))
            lengths.append(terms.total())
            for term, count in terms.items():
                ids.setdefault(term, []).append(at)
                counts.setdefault(term, []).append(count)
        self._ids, self._counts = ids, counts
        self._lengths = np.array(lengths, dtype=np.float32)

    @property
    def lengths(self) -> FloatArray:
        """Tokens in each text, (N,)."""
        return self._lengths

    def lookup(self, term: str) -> tuple[IdArray, FloatArray] | None:
        """Return (text ids ascending, count of the term in each), or None for no text."""
        if term not in self._ids:
            return None
        return (
            np.array(self._ids[term], dtype=np.int64),
            np.array(self._counts[term], dtype=np.float32),
        )


def rarity(size: int, frequency: int) -> float:
    """Return the inverse document frequency of a term, positive: BM25's, as Lucene has it.

    Args:
        size: how many there are.
        frequency: in how many of them the term stands.
    """
    return math.log1p((size - frequency + 0.5) / (frequency + 0.5))


class TermScores(NamedTuple):
    """What one term gives the chunks that hold it.

    Attributes:
        ids: of the chunks, ascending, (n,).
        score: BM25 of the term in each, (n,), more than 0.
        rarity: of the term.
    """

    ids: IdArray
    score: FloatArray
    rarity: float


class Scorer:
    """BM25 of one term after the other over the same postings.

    Args:
        postings: of the chunks (N).

    Attributes:
        size: how many chunks there are.
    """

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        lengths = postings.lengths
        self.size = len(lengths)
        mean = max(float(lengths.mean()) if self.size else 0.0, 1.0)
        self._norm = K1 * (1.0 - B + B * lengths / mean)

    def term(self, term: str) -> TermScores:
        """Return what a term gives; one that stands nowhere is the rarest possible."""
        found = self._postings.lookup(term)
        if found is None:
            return TermScores(NOWHERE, NOTHING, rarity(self.size, 0))
        ids, counts = found
        rare = rarity(self.size, len(ids))
        score = rare * counts * (K1 + 1.0) / (counts + self._norm[ids])
        return TermScores(ids, score.astype(np.float32), rare)


def bm25(postings: Postings, query: str) -> tuple[FloatArray, FloatArray]:
    """Return the BM25 score and the idf-weighted share of query terms found, each (N,).

    The share is in [0, 1]: 1 where every term of the query stands in the chunk. Terms that
    stand nowhere count as the rarest possible, so a question about something absent has a
    low share everywhere.
    """
    return scored(Scorer(postings), dict.fromkeys(lexical_tokens(query), 1.0))


def scored(scorer: Scorer, terms: Mapping[str, float]) -> tuple[FloatArray, FloatArray]:
    """Return what `bm25` does, of terms that weigh more or less and a scorer that is at hand."""
    score = np.zeros(scorer.size, dtype=np.float32)
    share = np.zeros(scorer.size, dtype=np.float32)
    total = 0.0
    for term, weight in terms.items():
        found = scorer.term(term)
        score[found.ids] += np.float32(weight) * found.score
        share[found.ids] += weight * found.rarity
        total += weight * found.rarity
    return score, share / max(total, 1e-9)
