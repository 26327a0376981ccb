"""The list and its order: one place of every file first, its other places after."""

from itertools import islice
from typing import NamedTuple

import numpy as np

from ncs.search.runs import Runs
from ncs.types import BoolArray, FloatArray, IdArray


class Listed(NamedTuple):
    """The list; columns of the same length k.

    Attributes:
        ids: of the chunks, best first. believed: their relevance, never rising.
        stands: which of them surely are what was asked for.
        stages: what each stage gave them. others: of the first of each file other chunks of it.
        unknown: whether the question is a name that no candidate has, in any writing.
    """

    ids: IdArray
    believed: FloatArray
    stands: BoolArray
    stages: dict[str, FloatArray]
    others: list[list[int]]
    unknown: bool = False

    def first(self, count: int) -> "Listed":
        """Return the first so many of the list."""
        top = slice(count)
        stages = {stage: given[top] for stage, given in self.stages.items()}
        return Listed(
            self.ids[top], self.believed[top], self.stands[top], stages, self.others[top]
        )


def ranked(
    ids: IdArray,
    runs: Runs,
    scores: FloatArray,
    inside: FloatArray,
    top_k: int,
    first: BoolArray | None = None,
) -> IdArray:
    """Return the first `top_k` of the candidates, best first.

    Files come by their best score. A file's places share its scores out among themselves by
    what they are worth inside the file, the largest to the first of them: what finds the file
    need not be what finds the place in it. The first place of every file leads; the others
    follow, by their score halved for each better place of the same file. Ties go to the place
    that is worth more inside its file, then to the smaller id: ids are in the order of path
    and line.

    Args:
        ids: candidate chunks, (n,), ascending.
        runs: of the same, by file.
        scores: of the candidates, none below 0, (n,).
        inside: what each is worth among the places of its file, (n,).
        top_k: how many to return at most.
        first: which of them all come before all others, (n,), those with the best scores; None
            where none do.
    """
    led = _of_leading_files(runs, scores, top_k)
    owners = runs.spread(runs.files)[led]
    ids, scores, inside = ids[led], scores[led], inside[led]
    runs = Runs.of(owners)
    places = np.lexsort((ids, -inside, owners))
    place = np.empty(len(owners), dtype=np.int64)
    place[places] = np.arange(len(owners)) - runs.spread(runs.firsts)
    shared = np.empty_like(scores)
    shared[places] = scores[np.lexsort((-scores, owners))]
    damped = shared * 0.5 ** np.minimum(place, 60)
    later = place > 0 if first is None else 2 * ~first[led] + (place > 0)
    order = np.lexsort((ids, -inside, -damped, later))
    return np.asarray(ids[order[:top_k]], dtype=np.int64)


def _of_leading_files(runs: Runs, scores: FloatArray, top_k: int) -> IdArray:
    """Return which candidates lie in the first `top_k` files (ties too); of fewer, all."""
    best = runs.best(scores)
    if len(best) < top_k:
        return np.arange(len(scores))
    least = np.partition(best, len(best) - top_k)[len(best) - top_k]
    return np.flatnonzero(runs.spread(best) >= least)


def others(
    shown: IdArray, ids: IdArray, inside: FloatArray, file_ids: IdArray, most: int
) -> list[list[int]]:
    """Return for each chunk that is shown the best of its file that are not, at most so many.

    A file has them beside the first of its chunks in the list; the others get none.

    Args:
        shown: chunks in the order they are shown, (k,).
        ids: candidate chunks, (n,), ascending.
        inside: what each is worth among the places of its file, (n,).
        file_ids: file of every chunk of the index, (N,).
        most: how many of a file.
    """
    owners, listed = file_ids[ids], set(shown.tolist())
    files = file_ids[shown].tolist()
    lows, highs = (np.searchsorted(owners, files, side).tolist() for side in ("left", "right"))
    found: list[list[int]] = []
    for at, (file, low, high) in enumerate(zip(files, lows, highs, strict=True)):
        best = [] if file in files[:at] else np.argsort(-inside[low:high], kind="stable").tolist()
        beside = (each for place in best if (each := int(ids[low + place])) not in listed)
        found.append(list(islice(beside, most)))
    return found
