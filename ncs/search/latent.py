"""The latent arm: cosine over the main latents, the best of them judged again at full width."""

from dataclasses import dataclass
from importlib import import_module
from weakref import WeakKeyDictionary

import numpy as np

from ncs.errors import IndexMismatch, QueryError
from ncs.index.blocks import Extension
from ncs.index.reading import Index
from ncs.lexical import IdArray
from ncs.search.filters import BoolArray
from ncs.types import Encoder, FloatArray

# Files are judged by their best chunks, so the list must reach all files that matter: on the tune
# half 200 chunks gave 0.886 NDCG@10, 1,000 gave 0.895 and 3,000 gave 0.898, at the same speed.
SHORTLIST = 3_000
FAISS_FROM = 200_000  # chunks; below this, one product of a matrix and a vector is faster
_TINY = 1e-12
# Equal chunks must tie exactly. A product's last bits depend on where its row lies in memory.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Latent:
    """What the latent arm says of its shortlist.

    Attributes:
        ids: chunks of the shortlist, best first, ties by id.
        cosine: of each of them with the question, at full width where there is one, in [-1, 1].
        query: the question's latent, (Z,) or (Z + E,): as wide as what was compared.
    """

    ids: IdArray
    cosine: FloatArray
    query: FloatArray


@dataclass(frozen=True, slots=True)
class Space:
    """The latents of an index made ready for search, once for each open index.

    Attributes:
        unit: main latents of length 1 (0 where a latent is 0), (N, Z).
        main: main latents as written. extension: their continuation, or None.
    """

    unit: FloatArray
    main: FloatArray
    extension: Extension | None


_SPACES: WeakKeyDictionary[Index, Space] = WeakKeyDictionary()


def latent(
    index: Index,
    encoder: Encoder,
    text: str,
    mask: BoolArray | None,
    size: int = SHORTLIST,
    width: int | None = None,
) -> Latent:
    """Return the chunks nearest to a question.

    Args:
        index: where to search.
        encoder: the model that the index was made with.
        text: the question.
        mask: which chunks may answer, (N,), or None for all.
        size: of the shortlist that the main latents make.
        width: numbers to compare: the main width alone, or all of them (None).

    Raises:
        IndexMismatch: the encoder is another than the index was made with.
        QueryError: the model has no latents of this width.
    """
    if encoder.fingerprint != index.model.fingerprint:
        raise IndexMismatch(
            f"{index.path}: made by model {index.model.fingerprint[:12]}, "
            f"asked with model {encoder.fingerprint[:12]}",
            hint="ncs index writes the index anew",
        )
    query = encoder.encode([text])[0, : _width(encoder, width)]
    space = _space(index)
    main = unit(query[None, : space.unit.shape[1]])[0]
    ids, cosine = _nearest(index, space.unit, main, mask, size)
    if len(query) > space.unit.shape[1]:
        cosine = _full_cosines(space, ids, query)
    order = np.lexsort((ids, -cosine))
    return Latent(ids[order], cosine[order], query)


def _width(encoder: Encoder, wanted: int | None) -> int:
    whole = encoder.latent_dim + encoder.extension_dim
    if wanted not in (None, encoder.latent_dim, whole):
        raise QueryError(
            f"no latents of {wanted} numbers in this index",
            hint=f"{encoder.latent_dim} or {whole}",
        )
    return wanted or whole


def cosines(index: Index, ids: IdArray, query: FloatArray) -> FloatArray:
    """Return the cosines of some chunks with a question's latent, at its width, (n,)."""
    return _full_cosines(_space(index), ids, query)


def unit(latents: FloatArray) -> FloatArray:
    """Return the rows at length 1; rows of zeros stay zero."""
    norms = np.linalg.norm(latents, axis=1, keepdims=True)
    return np.asarray(latents / np.maximum(norms, _TINY), dtype=np.float32)


def _full_cosines(space: Space, ids: IdArray, query: FloatArray) -> FloatArray:
    rows = space.main[ids]
    if space.extension is not None and len(query) > rows.shape[1]:
        rows = np.concatenate([rows, space.extension.of(ids)], axis=1)
    found = unit(rows) @ unit(query[None, : rows.shape[1]])[0]
    return np.asarray(np.round(found, _DECIMALS), dtype=np.float32)


def _space(index: Index) -> Space:
    if index not in _SPACES:
        main = index.latents()
        _SPACES[index] = Space(unit(main), main, index.extension())
    return _SPACES[index]


def _nearest(
    index: Index, main: FloatArray, query: FloatArray, mask: BoolArray | None, size: int
) -> tuple[IdArray, FloatArray]:
    """Return the chunks with the largest cosine of main latents, and those cosines."""
    if mask is None and len(main) > FAISS_FROM:
        # FAISS takes 0.2 s to import, which only an index of this size wins back.
        found: tuple[IdArray, FloatArray] = import_module("ncs.search.large").nearest(
            index, main, query, size
        )
        return found
    scores = np.round(main @ query, _DECIMALS)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    ids = top(scores, size)
    ids = ids[scores[ids] > -np.inf]
    return ids, scores[ids]


def top(scores: FloatArray, size: int) -> IdArray:
    """Return the places of the largest scores, best first, ties by place."""
    if len(scores) > size:
        least = np.partition(scores, len(scores) - size)[len(scores) - size]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    order = np.lexsort((places, -scores[places]))
    return places[order[:size]].astype(np.int64)
