"""Postings on disk: one row a term, so that a query reads its own terms and no others.

    ids     first chunk id, then the distance to each next one; 1, 2 or 4 bytes each
    counts  how often the term stands in each; 1, 2 or 4 bytes each, or nothing where all are 1

The widths are not stored: they are the lengths of the blobs over the number of documents.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ncs.index.store import Store, damaged
from ncs.lexical import IdArray
from ncs.text import path_words
from ncs.types import FloatArray

_TYPES = {1: "u1", 2: "<u2", 4: "<u4"}
_CACHED_TERMS = 4096

PostingsRow = tuple[str, int, bytes, bytes]
UIntArray = npt.NDArray[np.uint32]


def lexical_document(path: str, symbol: str, text: str) -> str:
    """Return what lexical search reads of a chunk: its path's words, its symbol, its code."""
    return f"{path_words(path)}\n{symbol}\n{text}"


@dataclass(frozen=True, slots=True)
class Inverted:
    """Where some terms stand, as flat arrays.

    Attributes:
        terms: each term once, in any order.
        ends: for each term, where its stretch of `chunks` and `counts` ends, (T,).
        chunks: chunk ids, ascending within a term. counts: of the term in that chunk.
    """

    terms: list[str]
    ends: npt.NDArray[np.int64]
    chunks: UIntArray
    counts: UIntArray


def packed(found: Inverted) -> Iterator[PostingsRow]:
    """Yield the rows of the postings table in the order of their terms."""
    if not found.terms:
        return
    starts = np.concatenate([[0], found.ends[:-1]])
    steps = np.diff(found.chunks, prepend=np.uint32(0))
    steps[starts] = found.chunks[starts]
    ids = _Packer(steps, starts, found.ends)
    counts = _Packer(found.counts, starts, found.ends)
    documents = (found.ends - starts).tolist()
    once = (np.maximum.reduceat(found.counts, starts) == 1).tolist()
    for at in sorted(range(len(found.terms)), key=found.terms.__getitem__):
        yield found.terms[at], documents[at], ids.blob(at), b"" if once[at] else counts.blob(at)


class _Packer:
    """Cuts an array into blobs, each stretch in the narrowest type that holds its numbers."""

    def __init__(
        self, values: UIntArray, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
    ) -> None:
        largest = np.maximum.reduceat(values, starts)
        self._widths = np.select([largest < 1 << 8, largest < 1 << 16], [1, 2], 4).tolist()
        self._bytes = {
            wide: values.astype(kind, casting="unsafe").tobytes() for wide, kind in _TYPES.items()
        }
        self._starts, self._ends = starts.tolist(), ends.tolist()

    def blob(self, at: int) -> bytes:
        """Return the bytes of one stretch."""
        wide = self._widths[at]
        return self._bytes[wide][self._starts[at] * wide : self._ends[at] * wide]


def unpack(documents: int, ids: bytes, counts: bytes) -> tuple[IdArray, FloatArray]:
    """Return (chunk ids ascending, count in each) of one row.

    Raises:
        ValueError: the blobs do not fit the number of documents.
    """
    chunks, often = stretch(documents, ids, counts)
    return chunks, often.astype(np.float32)


def stretch(
    documents: int, ids: bytes, counts: bytes
) -> tuple[IdArray, npt.NDArray[np.unsignedinteger]]:
    """Return what `unpack` does, the counts as they are written."""
    steps = _numbers(documents, ids)
    often = _numbers(documents, counts) if counts else np.ones(documents, dtype=np.uint32)
    return np.cumsum(steps, dtype=np.int64), often


def _numbers(documents: int, data: bytes) -> npt.NDArray[np.unsignedinteger]:
    width, rest = divmod(len(data), documents) if documents > 0 else (0, 1)
    if rest or width not in _TYPES:
        raise ValueError(f"{len(data)} bytes for {documents} documents")
    found: npt.NDArray[np.unsignedinteger] = np.frombuffer(data, dtype=_TYPES[width])
    return found


class StoredPostings:
    """Postings read from the index, each term on first use.

    Args:
        store: the open index.
        lengths: tokens in each chunk, (N,).
    """

    def __init__(self, store: Store, lengths: FloatArray) -> None:
        self._store, self._lengths = store, lengths
        self.lookup = lru_cache(_CACHED_TERMS)(self._lookup)

    @property
    def lengths(self) -> FloatArray:
        """Tokens in each chunk, (N,)."""
        return self._lengths

    def _lookup(self, term: str) -> tuple[IdArray, FloatArray] | None:
        """Return (chunk ids ascending, count of the term in each), or None for no chunk."""
        query = "SELECT documents, ids, counts FROM postings WHERE term = ?"
        found = self._store.rows(query, (term,))
        if not found:
            return None
        try:
            ids, counts = unpack(*found[0])
        except (ValueError, TypeError) as error:
            raise damaged(self._store.path, "postings", f"{term!r}: {error}") from error
        if ids[-1] >= len(self._lengths):
            raise damaged(self._store.path, "postings", f"{term!r} stands in no known chunk")
        return ids, counts
