"""Candidates by file: chunk ids ascend and so do their files, so that a file's are one run."""

from typing import NamedTuple, TypeVar

import numpy as np

from ncs.ranges import beginnings
from ncs.types import FloatArray, IdArray, NDArray

NEARLY_ALL = 0.999  # of a question's terms
MOST_READ = 30  # chunks that hold every term of a question, the best of them
MOST_FLAGGED = 300  # the same for what is called by everyday words, as flags are
Number = TypeVar("Number", bound=np.generic)


class Runs(NamedTuple):
    """Where the candidates of each file lie.

    Attributes:
        files: that have candidates, ascending, (m,).
        firsts: where those of each begin, (m,). counts: how many they are, (m,).
    """

    files: IdArray
    firsts: IdArray
    counts: IdArray

    @staticmethod
    def of(owners: IdArray) -> "Runs":
        """Return the runs of candidates whose files are `owners`, (n,), ascending."""
        firsts = beginnings(owners)
        ends = np.empty_like(firsts)  # np.diff(append=…) takes five times as long
        ends[:-1], ends[-1:] = firsts[1:], len(owners)
        return Runs(owners[firsts], firsts, ends - firsts)

    def best(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return the greatest of the candidates' values in each file, (m,)."""
        if not len(self.firsts):
            return np.zeros(0, dtype=values.dtype)
        return np.asarray(np.maximum.reduceat(values, self.firsts), dtype=values.dtype)

    def total(self, values: FloatArray) -> FloatArray:
        """Return the sum of the candidates' values in each file, (m,)."""
        if not len(self.firsts):
            return np.zeros(0, dtype=values.dtype)
        return np.asarray(np.add.reduceat(values, self.firsts), dtype=values.dtype)

    def spread(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return the value of each candidate's file, (n,), from those of the files, (m,)."""
        return np.repeat(values, self.counts)


class Candidates(NamedTuple):
    """What BM25 says of chunks that may answer; columns of the same length n.

    Attributes:
        ids: of the chunks, ascending. runs: of the same, by file.
        score: their BM25. share: of the question's terms that they hold, in [0, 1].
    """

    ids: IdArray
    runs: Runs
    score: FloatArray
    share: FloatArray

    def best_of_every_term(self, most: int) -> IdArray:
        """Return the chunks that hold every term of the question, the best of them, ascending."""
        every = np.flatnonzero(self.share >= NEARLY_ALL)
        best = every[np.argsort(-self.score[every], kind="stable")[:most]]
        return self.ids[np.sort(best)]


def among(ids: IdArray, chunks: IdArray, values: FloatArray) -> FloatArray:
    """Return the values of some chunks at their places among others, (n,); 0 elsewhere.

    Args:
        ids: of the others, ascending, (n,).
        chunks: (m,); those that are not among the others are passed over.
        values: of each chunk, (m,).
    """
    found = np.zeros(len(ids), dtype=np.float32)
    at = np.searchsorted(ids, chunks)
    known = at < len(ids)
    known[known] = ids[at[known]] == chunks[known]
    found[at[known]] = values[known]
    return found


def coherence(score: FloatArray, runs: Runs) -> FloatArray:
    """Return for each file's best chunk the file's share of the largest file total, (n,).

    Args:
        score: of some chunks, (n,).
        runs: of the same, by file.
    """
    totals = runs.total(score.astype(np.float64))
    largest = float(totals.max(initial=0.0))
    if largest <= 0:
        return np.zeros_like(score)
    leads = (score > 0) & (score == runs.spread(runs.best(score)))
    return np.where(leads, runs.spread(totals / largest), 0.0).astype(np.float32)
