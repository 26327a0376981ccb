"""Where terms stand, on disk: terms that follow each other in one block.

So a query reads the blocks of its own terms and no others.

    block      length of the terms (4 bytes), terms (JSON), documents (4 bytes each), widths (1
               byte each), then the ids of every term, then the counts of every term
    documents  in how many chunks a term stands
    ids        first chunk id, then the distance to each next one; 1, 2 or 4 bytes each
    counts     how often the term stands in each; 1, 2 or 4 bytes each, or nothing where all are 1
    widths     those of the ids, and 16 times those of the counts

The symbols of an index lie in the same way: a name is a term, counted once.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ncs.errors import IndexDamaged
from ncs.index.packing import pack, unpack
from ncs.index.store import Store, damaged
from ncs.lexical import IdArray
from ncs.text import path_words
from ncs.types import FloatArray

_TYPES = {1: "u1", 2: "<u2", 4: "<u4"}
_WIDTHS = bytes(ids + 16 * counts for ids in _TYPES for counts in (0, *_TYPES))
_CACHED_TERMS = 4096
_KEPT_UP_TO = 1 << 23  # bytes of names that are kept once all were looked through
_BLOCK = 4_000  # bytes before packing: a term is read in 30 µs, and 16,000 would win 3 %
_ROOM = 1 << 23  # bytes of a block beside the ids and counts of one term: a name may be long
_CACHED_BLOCKS = 256  # 1 MB; the names of a small codebase lie in fifty
_ORDINARY = 1 << 14  # bytes of a block that is kept: one term of a large codebase takes megabytes
_SHOWN = 80  # characters of a term in an error

PostingsRow = tuple[str, int, bytes, bytes]
BlockRow = tuple[str, int, bytes]  # of the table: first term, bytes, data
UIntArray = npt.NDArray[np.uint32]


def lexical_document(path: str, symbol: str, text: str) -> str:
    """Return what lexical search reads of a chunk: its path's words, its symbol, its code."""
    return f"{path_words(path)}\n{symbol}\n{text}"


class Inverted(NamedTuple):
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


def turned(found: Inverted) -> Iterator[PostingsRow]:
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


def flat(rows: Sequence[PostingsRow]) -> Inverted:
    """Return the rows of some terms as flat arrays; a term may have several.

    Raises:
        ValueError: the bytes of a row do not fit its number of documents.
    """
    documents = np.array([row[1] for row in rows], dtype=np.int64)
    ends = np.cumsum(documents)
    steps = _joined([row[2] for row in rows], documents)
    run = np.cumsum(steps)
    starts = ends - documents
    chunks = run - np.repeat(run[starts] - steps[starts], documents)
    counts = _joined([row[3] for row in rows], documents)
    return Inverted(
        [row[0] for row in rows], ends, chunks.astype(np.uint32), counts.astype(np.uint32)
    )


def _joined(blobs: Sequence[bytes], documents: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the numbers of all blobs, one after the other; ones for a blob without any."""
    widths = np.array([len(blob) for blob in blobs], dtype=np.int64) // documents
    each = np.repeat(widths, documents)
    found = np.ones(len(each), dtype=np.int64)
    for width, kind in _TYPES.items():
        data = b"".join(blobs[at] for at in np.flatnonzero(widths == width).tolist())
        found[each == width] = np.frombuffer(data, dtype=kind)
    return found


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


def stretch(
    documents: int, ids: bytes, counts: bytes
) -> tuple[IdArray, npt.NDArray[np.unsignedinteger]]:
    """Return (chunk ids ascending, count in each) of one term.

    Raises:
        ValueError: the bytes do not fit the number of documents.
    """
    steps = numbers(documents, ids)
    often = numbers(documents, counts) if counts else np.ones(documents, dtype=np.uint32)
    return np.cumsum(steps, dtype=np.int64), often


def numbers(count: int, data: bytes) -> npt.NDArray[np.unsignedinteger]:
    """Return so many numbers of 1, 2 or 4 bytes each; ValueError where the bytes do not fit."""
    width, rest = divmod(len(data), count) if count > 0 else (0, 1)
    if rest or width not in _TYPES:
        raise ValueError(f"{len(data)} bytes for {count} numbers")
    found: npt.NDArray[np.unsignedinteger] = np.frombuffer(data, dtype=_TYPES[width])
    return found


def narrow(values: npt.NDArray[np.integer]) -> bytes:
    """Return numbers that are not negative as `numbers` reads them."""
    largest = int(values.max(initial=0))
    width = 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
    return values.astype(_TYPES[width]).tobytes()


# --- blocks ------------------------------------------------------------------------------------


def gathered(rows: Iterable[PostingsRow]) -> Iterator[BlockRow]:
    """Yield the rows of a table: terms in their order, together in blocks."""
    held: list[PostingsRow] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(row[0]) + len(row[2]) + len(row[3])
        if size >= _BLOCK:
            yield _block(held)
            held, size = [], 0
    if held:
        yield _block(held)


def _block(rows: Sequence[PostingsRow]) -> BlockRow:
    terms = json.dumps([row[0] for row in rows], ensure_ascii=False).encode()
    documents = np.array([row[1] for row in rows], dtype="<u4").tobytes()
    widths = bytes(len(row[2]) // row[1] + 16 * (len(row[3]) // row[1]) for row in rows)
    parts = [len(terms).to_bytes(4, "little"), terms, documents, widths]
    data = b"".join([*parts, *(row[2] for row in rows), *(row[3] for row in rows)])
    return rows[0][0], len(data), pack(data)


class TermBlock:
    """A block of terms, read.

    Args:
        data: what lies in the table, unpacked.
        chunks: how many there are, at most as many as a term stands in.

    Raises:
        ValueError, TypeError, RecursionError: it is not what was written.
    """

    def __init__(self, data: bytes, chunks: int) -> None:
        end = 4 + int.from_bytes(data[:4], "little")
        terms = json.loads(data[4:end])
        if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
            raise TypeError("terms that are no texts")
        self.terms, count = terms, len(terms)
        if count > _BLOCK:  # each takes a byte of a block at least
            raise ValueError(f"{count} terms in a block")
        documents = np.frombuffer(data, "<u4", count, end).astype(np.int64)
        widths = np.frombuffer(data, "u1", count, end + 4 * count)
        if widths.tobytes().translate(None, _WIDTHS) or not (
            0 < documents.min(initial=1) <= documents.max(initial=1) <= chunks
        ):
            raise ValueError("widths of numbers, or numbers of documents, that cannot be")
        ids, counts = documents * (widths & 15), documents * (widths >> 4)
        ends = np.cumsum([end + 5 * count, *ids.tolist(), *counts.tolist()]).tolist()
        if ends[-1] != len(data):
            raise ValueError(f"{len(data)} bytes, {ends[-1]} expected")
        self._data, self._ends, self._documents = data, ends, documents.tolist()

    def row(self, at: int) -> PostingsRow:
        """Return a term and where it stands, by its place in `terms`."""
        ends, counts = self._ends, at + len(self.terms)
        return (
            self.terms[at], self._documents[at], self._data[ends[at] : ends[at + 1]],
            self._data[ends[counts] : ends[counts + 1]],
        )  # fmt: skip

    def find(self, term: str) -> PostingsRow | None:
        """Return the row of a term, or None where it is not here."""
        at = bisect_left(self.terms, term)
        return self.row(at) if at < len(self.terms) and self.terms[at] == term else None


_Plain = tuple[list[str], TermBlock]


class StoredTerms:
    """A table of terms, of which the blocks asked for are read.

    Args:
        store: the open index.
        table: "postings" or "symbols".
        chunks: how many there are (N); an attribute too.
    """

    def __init__(self, store: Store, table: str, chunks: int) -> None:
        self._store, self._table, self.chunks = store, table, chunks
        # A term that stands in every chunk: its ids and its counts.
        self._largest = _ROOM + 8 * chunks
        self._kept: list[_Plain] | None = None
        self._block = lru_cache(_CACHED_BLOCKS)(self._read_from)

    def find(self, term: str) -> tuple[IdArray, npt.NDArray[np.unsignedinteger]] | None:
        """Return (chunk ids ascending, count of the term in each), or None for no chunk.

        Raises:
            IndexDamaged: the block of the term is not what was written.
        """
        query = (
            f"SELECT first, size <= ? FROM {self._table} WHERE first <= ?"
            " ORDER BY first DESC LIMIT 1"
        )
        for first, ordinary in self._store.rows(query, (_ORDINARY, term)):
            found = (self._block if ordinary else self._read_from)(first).find(term)
            return None if found is None else self.places(found)
        return None

    def _read_from(self, first: str) -> TermBlock:
        query = f"SELECT first, size, data FROM {self._table} WHERE first = ?"
        (row,) = self._store.rows(query, (first,))
        return self._read(row)

    def places(self, row: PostingsRow) -> tuple[IdArray, npt.NDArray[np.unsignedinteger]]:
        """Return (chunk ids ascending, count of the term in each) of a row."""
        try:
            ids, counts = stretch(*row[1:])
        except ValueError as error:
            raise self.damaged(f"{row[0][:_SHOWN]!r}: {error}") from error
        if ids[-1] >= self.chunks:
            raise self.damaged(f"{row[0][:_SHOWN]!r} stands in no known chunk")
        return ids, counts

    def damaged(self, detail: str) -> IndexDamaged:
        """Return the error that says that this table is damaged."""
        return damaged(self._store.path, self._table, detail)

    def holding(self, pieces: Sequence[str]) -> Iterator[IdArray]:
        """Yield the chunks of each term that holds all of some pieces, underscores passed over."""
        for terms, block in self._kept or self._plain():
            at: Iterable[int] = range(len(terms))
            for piece in pieces:
                at = [each for each in at if piece in terms[each]]
            yield from (self.places(block.row(each))[0] for each in at)

    def _plain(self) -> Iterable["_Plain"]:
        """Return every block and its terms without underscores; kept where they are not large."""
        ((size,),) = self._store.rows(f"SELECT SUM(size) FROM {self._table}")
        found = (([t.replace("_", "") for t in block.terms], block) for block in self.blocks())
        # By what they announce: few bytes can be a thousand times as many.
        if (size or 0) > _KEPT_UP_TO:
            return found
        self._kept = list(found)
        return self._kept

    def rows(self) -> Iterator[PostingsRow]:
        """Yield every term and where it stands, in order; raises as `blocks` does."""
        for block in self.blocks():
            yield from map(block.row, range(len(block.terms)))

    def blocks(self) -> Iterator[TermBlock]:
        """Yield all blocks in order.

        Raises:
            IndexDamaged: one is not what was written.
        """
        query = f"SELECT first, size, data FROM {self._table} ORDER BY first"
        yield from map(self._read, self._store.stream(query))

    def _read(self, row: Sequence[Any]) -> TermBlock:
        first, size, data = row
        try:
            return TermBlock(unpack(data, size, self._largest), self.chunks)
        except (ValueError, TypeError, RecursionError) as error:
            raise self.damaged(f"from {str(first)[:_SHOWN]!r} on: {error}") from error


class StoredPostings:
    """Postings read from the index, each term on first use.

    Args:
        terms: the table of postings; an attribute too.
        lengths: tokens in each chunk, (N,).
    """

    def __init__(self, terms: StoredTerms, lengths: FloatArray) -> None:
        self.terms, self._lengths = terms, lengths
        self.lookup = lru_cache(_CACHED_TERMS)(self._lookup)

    @property
    def lengths(self) -> FloatArray:
        """Tokens in each chunk, (N,)."""
        return self._lengths

    def _lookup(self, term: str) -> tuple[IdArray, FloatArray] | None:
        """Return (chunk ids ascending, count of the term in each), or None for no chunk."""
        found = self.terms.find(term)
        return None if found is None else (found[0], found[1].astype(np.float32))
