"""The order of the list: one place of every file first, its other places after."""

import numpy as np

from ncs.lexical import IdArray
from ncs.types import FloatArray

_SORTED_AT_LEAST = 500


def ranked(
    ids: IdArray, scores: FloatArray, second: FloatArray, file_ids: IdArray, top_k: int
) -> IdArray:
    """Return the first `top_k` of the candidates, best first.

    The best chunk of every file leads, by score. Other chunks follow, by their score halved for
    each better chunk of the same file. Ties go to the larger `second`, then to the smaller id:
    ids are in the order of path and line.

    Args:
        ids: candidate chunks, (n,), each once.
        scores: of the candidates, (n,).
        second: decides between equal scores, (n,).
        file_ids: file of every chunk of the index, (N,).
        top_k: how many to return at most.
    """
    kept = _within_reach(scores, file_ids[ids], top_k)
    ids, scores, second = ids[kept], scores[kept], second[kept]
    order = np.lexsort((ids, -second, -scores))
    ids, scores, second = ids[order], scores[order], second[order]
    place = _place_in_file(file_ids[ids])
    # Half of a negative score would be the better one.
    damped = np.where(scores > 0, scores * 0.5 ** np.minimum(place, 60), scores)
    order = np.lexsort((ids, -second, -damped, place > 0))
    return np.asarray(ids[order[:top_k]], dtype=np.int64)


def _within_reach(scores: FloatArray, owners: IdArray, top_k: int) -> IdArray:
    """Return the candidates that can come into the list: sorting all of them takes longest.

    Where the best `most` candidates are of `top_k` files or more, no other can lead.
    """
    most = _SORTED_AT_LEAST + top_k
    if len(scores) > most:
        least = np.partition(scores, len(scores) - most)[len(scores) - most]
        kept = np.flatnonzero(scores >= least)
        # np.unique would do, but its first call imports numpy.ma: 8 ms on a cold query
        if len(set(owners[kept].tolist())) >= top_k:
            return kept
    return np.arange(len(scores))


def _place_in_file(owners: IdArray) -> IdArray:
    """Return how many earlier entries have the same owner, (n,)."""
    order = np.argsort(owners, kind="stable")
    firsts = np.flatnonzero(np.diff(owners[order], prepend=-1))
    counts = np.diff([*firsts, len(owners)])
    place = np.empty(len(owners), dtype=np.int64)
    place[order] = np.arange(len(owners)) - np.repeat(firsts, counts)
    return place
