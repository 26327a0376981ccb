"""The latent arm: cosine over the main latents, the best of them judged again at full width."""

import math
from importlib import import_module
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ncs.errors import IndexMismatch, QueryError
from ncs.index.reading import Index
from ncs.index.schema import MAIN_VIEW, NAMES_VIEW, WORDS_VIEW
from ncs.ranges import beginnings, ranges
from ncs.types import BoolArray, Encoder, FloatArray, IdArray

# Files are judged by their best chunks, so the list must reach all files that matter: on the tune
# half 200 chunks gave 0.886 NDCG@10, 1,000 gave 0.895 and 3,000 gave 0.898, at the same speed.
SHORTLIST = 3_000
NARROW = 16  # numbers: so many alone say less of a question, and of a whole file
FAISS_FROM = 3_000_000  # chunks; below this a matrix times a vector is faster (benchmarks.ann)
_ASKED_OFTEN = 6  # times; three or four are one question
_WHOLE_UP_TO = 100_000  # rows that are kept at full width: 256 bytes each
_ALL = slice(None)  # rows: nothing is copied
_TINY = np.float32(1e-12)
# Equal chunks must tie exactly. A product's last bits depend on where its row lies in memory.
_DECIMALS = 6


class Latent(NamedTuple):
    """What the latent arm says of its shortlist.

    Attributes:
        ids: chunks of the shortlist, ascending.
        cosine: of each of them with the question, at full width where there is one, in [-1, 1].
        query: the question's latent, (Z,) or (Z + E,): as wide as what was compared.
        said: the same of the author's words alone: their chunks, (m,), and cosines, (m,).
        named: and of the names that are defined: their chunks, (d,), and cosines, (d,).
        files: those with chunks in the shortlist, ascending, (f,), and the cosine of each as a
            whole: of the mean of all its chunks' directions, (f,).
        hundredth: the least cosine among the nearest hundredth of all chunks that may answer, or
            of the whole shortlist where that is shorter.
    """

    ids: IdArray
    cosine: FloatArray
    query: FloatArray
    said: tuple[IdArray, FloatArray]
    named: tuple[IdArray, FloatArray]
    files: tuple[IdArray, FloatArray]
    hundredth: float


class Space:
    """The latents of a view made ready for search, once for each open index.

    Args:
        index: whose latents these are.
        view: which of them.

    Attributes:
        rows: chunk of each row, (N,).
        unit: main latents of length 1 (0 where a latent is 0), (N, Z).
    """

    def __init__(self, index: Index, view: str) -> None:
        self.rows = index.view_rows(view)
        self._latents = index.whole(view)
        self.unit = unit(self._latents.main)
        self._whole: FloatArray | None = None
        self._asked = 0

    def cosines(self, at: IdArray | slice, query: FloatArray) -> FloatArray:
        """Return the cosines of some rows with a question's latent, at its width, (n,)."""
        return _rounded(self.directions(at, len(query)) @ unit(query[None])[0])

    def directions(self, at: IdArray | slice, width: int) -> FloatArray:
        """Return some rows at length 1, with as many of their numbers, (n, width)."""
        return self._widened(at) if width > self.unit.shape[1] else self.unit[at]

    def _widened(self, at: IdArray | slice) -> FloatArray:
        """Return some rows with their extension, of length 1."""
        # A command asks once; whoever asks again wins by having all rows at hand.
        self._asked += 1
        if self._asked > _ASKED_OFTEN and len(self.rows) <= _WHOLE_UP_TO:
            if self._whole is None:
                self._whole = unit(self._latents.of(np.arange(len(self.rows))))
            return self._whole[at]
        return unit(self._latents.of(np.arange(len(self.rows))[at]))


class Means:
    """The mean directions of whole files, each made when it is first asked for.

    Args:
        index: whose files these are.
        space: of all its chunks.
        width: of a direction.
    """

    def __init__(self, index: Index, space: Space, width: int) -> None:
        self._space, self._counts = space, index.chunk_counts
        self._starts = np.cumsum(self._counts) - self._counts
        self._means: FloatArray = np.zeros((len(self._counts), width), dtype=np.float32)
        self._known = np.zeros(len(self._counts), dtype=bool)

    def cosines(self, files: IdArray, query: FloatArray) -> FloatArray:
        """Return the cosines of some files, which have chunks, with a question's latent, (f,)."""
        new = files[~self._known[files]]
        if len(new):
            counts = self._counts[new]
            rows = ranges(self._starts[new], counts)
            directions = self._space.directions(rows, self._means.shape[1])
            self._means[new] = unit(np.add.reduceat(directions, np.cumsum(counts) - counts))
            self._known[new] = True
        # Row by row: a product of matrices would depend on which files are asked for with it.
        return _rounded((self._means[files] * unit(query[None])).sum(axis=1))


_SPACES: WeakKeyDictionary[Index, dict[str, Space]] = WeakKeyDictionary()
_MEANS: WeakKeyDictionary[Index, dict[int, Means]] = WeakKeyDictionary()


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
    ids, cosine = _nearest(index, MAIN_VIEW, query, mask, size)
    said = _nearest(index, WORDS_VIEW, query, mask, size)
    named = _nearest(index, NAMES_VIEW, query, mask, size)
    owners = index.file_ids[ids]
    files = owners[beginnings(owners)]
    may_answer = index.chunk_count if mask is None else int(np.count_nonzero(mask))
    return Latent(
        ids, cosine, query, said, named, (files, as_whole(index, files, query)),
        _least_of_nearest(cosine, math.ceil(may_answer / 100)),
    )  # fmt: skip


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
    return _space(index, MAIN_VIEW).cosines(ids, query)


def as_whole(index: Index, files: IdArray, query: FloatArray) -> FloatArray:
    """Return the cosines of some files as a whole with a question's latent, at its width, (f,)."""
    means = _MEANS.setdefault(index, {})
    if len(query) not in means:
        means[len(query)] = Means(index, _space(index, MAIN_VIEW), len(query))
    return means[len(query)].cosines(files, query)


def unit(latents: FloatArray) -> FloatArray:
    """Return the rows at length 1; rows of zeros stay zero."""
    with np.errstate(invalid="ignore"):  # a damaged number: the check of an index names it
        # Not np.linalg.norm, which makes arrays of this size on its way: new memory is slow.
        norms = np.sqrt(np.einsum("nd,nd->n", latents, latents))
        return np.asarray(latents / np.maximum(norms, _TINY)[:, None], dtype=np.float32)


def _least_of_nearest(cosine: FloatArray, count: int) -> float:
    """Return the least of so many largest cosines, of all where they are fewer; 0.0 for none."""
    if not len(cosine):
        return 0.0
    at = max(len(cosine) - count, 0)
    return float(np.partition(cosine, at)[at])


def _rounded(cosines: FloatArray) -> FloatArray:
    """Return cosines as they are compared; that of a damaged latent is no number, the least."""
    return np.asarray(np.fmax(np.round(cosines, _DECIMALS), -1.0), dtype=np.float32)


def _space(index: Index, view: str) -> Space:
    spaces = _SPACES.setdefault(index, {})
    if view not in spaces:
        spaces[view] = Space(index, view)
    return spaces[view]


def _nearest(
    index: Index, view: str, query: FloatArray, mask: BoolArray | None, size: int
) -> tuple[IdArray, FloatArray]:
    """Return the chunks whose main latents are nearest, and their cosines at full width."""
    space = _space(index, view)
    if mask is None and len(space.rows) <= size:
        return space.rows, space.cosines(_ALL, query)
    main = unit(query[None, : space.unit.shape[1]])[0]
    if mask is None and len(space.rows) > FAISS_FROM:
        # FAISS takes 0.2 s to import, which only an index of this size wins back.
        rows = import_module("ncs.search.large").nearest(index, view, space.unit, main, size)
    else:
        scores = _rounded(space.unit @ main)
        if mask is not None:
            scores = np.where(mask[space.rows], scores, -np.inf)
        rows = top(scores, size)
        rows = rows[scores[rows] > -np.inf]
    return space.rows[rows], space.cosines(rows, query)


def top(scores: FloatArray, size: int) -> IdArray:
    """Return the places of the largest scores, ascending; of equal ones the first are taken."""
    if len(scores) <= size:
        return np.arange(len(scores), dtype=np.int64)
    least = np.partition(scores, len(scores) - size)[len(scores) - size]
    places = np.flatnonzero(scores >= least)
    if len(places) > size:
        tied = np.flatnonzero(scores[places] == least)
        places = np.delete(places, tied[len(tied) - (len(places) - size) :])
    return np.asarray(places, dtype=np.int64)
