"""Exact search over more latents than NumPy should multiply at once, with FAISS.

Imported only by `ncs.search.latent`, and only for an index of that size.
"""

from weakref import WeakKeyDictionary

import faiss
import numpy as np

from ncs.index.reading import Index
from ncs.types import FloatArray, IdArray

_FLAT: WeakKeyDictionary[Index, dict[str, faiss.IndexFlatIP]] = WeakKeyDictionary()


def nearest(index: Index, view: str, unit: FloatArray, query: FloatArray, size: int) -> IdArray:
    """Return the `size` rows with the largest inner product with a question, ascending.

    Args:
        index: whose latents these are; they are handed to FAISS once.
        view: which of its latents.
        unit: (N, Z), rows of length 1.
        query: (Z,), of length 1.
        size: how many to return at most.
    """
    kept = _FLAT.setdefault(index, {})
    if view not in kept:
        kept[view] = faiss.IndexFlatIP(unit.shape[1])
        kept[view].add(np.ascontiguousarray(unit))
    _, rows = kept[view].search(np.ascontiguousarray(query[None]), min(size, len(unit)))
    return np.sort(rows[0].astype(np.int64))
