"""Exact search over more latents than NumPy should multiply at once, with FAISS.

Imported only by `ncs.search.latent`, and only for an index of that size.
"""

from weakref import WeakKeyDictionary

import faiss
import numpy as np

from ncs.index.reading import Index
from ncs.lexical import IdArray
from ncs.types import FloatArray

_FLAT: WeakKeyDictionary[Index, faiss.IndexFlatIP] = WeakKeyDictionary()


def nearest(
    index: Index, unit: FloatArray, query: FloatArray, size: int
) -> tuple[IdArray, FloatArray]:
    """Return the `size` chunks with the largest inner product with a question, and the products.

    Args:
        index: whose latents these are; they are handed to FAISS once.
        unit: (N, Z), rows of length 1.
        query: (Z,), of length 1.
        size: how many to return at most.
    """
    if index not in _FLAT:
        flat = faiss.IndexFlatIP(unit.shape[1])
        flat.add(np.ascontiguousarray(unit))
        _FLAT[index] = flat
    scores, ids = _FLAT[index].search(np.ascontiguousarray(query[None]), size)
    return ids[0].astype(np.int64), np.round(scores[0], 6)
