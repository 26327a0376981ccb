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
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ncs.errors import IndexDamaged
from ncs.index.packing import unpack
from ncs.index.store import Store, damaged
from ncs.scripts import spelled_out
from ncs.text import path_words
from ncs.types import FloatArray, IdArray, NDArray

_TYPES = {1: "u1", 2: "<u2", 4: "<u4"}
_WIDTHS = bytes(ids + 16 * counts for ids in _TYPES for counts in (0, *_TYPES))
_CACHED_TERMS = 4096
_KEPT_UP_TO = 1 << 23  # bytes of names that are kept once all were looked through
BLOCK = 8_000  # bytes before packing that fill it: a term is read in 30 µs
_ROOM = 1 << 23  # bytes of a block beside the ids and counts of one term: a name may be long
_CACHED_BLOCKS = 256  # 1 MB; the names of a small codebase lie in fifty
_ORDINARY = 1 << 14  # bytes of a block that is kept: one term of a large codebase takes megabytes
_SHOWN = 80  # characters of a term in an error

PostingsRow = tuple[str, int, bytes, bytes]


def lexical_document(path: str, symbol: str, text: str) -> str:
    """Return what lexical search reads of a chunk: its path's words, its symbol, its code."""
    return f"{path_words(path)}\n{symbol}\n{text}"


def stretch(
    documents: int, ids: bytes, counts: bytes
) -> tuple[IdArray, NDArray[np.unsignedinteger]]:
    """Return (chunk ids ascending, count in each) of one term.

    Raises:
        ValueError: the bytes do not fit the number of documents.
    """
    steps = numbers(documents, ids)
    often = numbers(documents, counts) if counts else np.ones(documents, dtype=np.uint32)
    return np.cumsum(steps, dtype=np.int64), often


def numbers(count: int, data: bytes) -> NDArray[np.unsignedinteger]:
    """Return so many numbers of 1, 2 or 4 bytes each; ValueError where the bytes do not fit."""
    width, rest = divmod(len(data), count) if count > 0 else (0, 1)
    if rest or width not in _TYPES:
        raise ValueError(f"{len(data)} bytes for {count} numbers")
    found: NDArray[np.unsignedinteger] = np.frombuffer(data, dtype=_TYPES[width])
    return found


def narrow(values: NDArray[np.integer]) -> bytes:
    """Return numbers that are not negative as `numbers` reads them."""
    largest = int(values.max(initial=0))
    width = 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
    return values.astype(_TYPES[width]).tobytes()


class TermBlock:
    """A block of terms, read.

    Args:
        data: what lies in the table, unpacked.
        chunks: how many there are, at most as many as a term stands in.

    Attributes:
        terms: in their order. documents, widths: of each term, as above.
        ids, counts: of all terms, as they lie there.

    Raises:
        ValueError, TypeError, RecursionError: it is not what was written.
    """

    def __init__(self, data: bytes, chunks: int) -> None:
        end = 4 + int.from_bytes(data[:4], "little")
        terms = json.loads(data[4:end])
        if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
            raise TypeError("terms that are no texts")
        self.terms, count = terms, len(terms)
        if count > BLOCK // 2:  # each takes two bytes of a block at least
            raise ValueError(f"{count} terms in a block")
        self.documents = np.frombuffer(data, "<u4", count, end).astype(np.int64)
        self.widths = np.frombuffer(data, "u1", count, end + 4 * count)
        if self.widths.tobytes().translate(None, _WIDTHS) or not (
            0 < self.documents.min(initial=1) <= self.documents.max(initial=1) <= chunks
        ):
            raise ValueError("widths of numbers, or numbers of documents, that cannot be")
        start = end + 5 * count
        middle = start + int(self.documents @ (self.widths & 15))
        end = middle + int(self.documents @ (self.widths >> 4))
        if end != len(data):
            raise ValueError(f"{len(data)} bytes, {end} expected")
        self.ids, self.counts = data[start:middle], data[middle:]

    @cached_property
    def _ends(self) -> tuple[list[int], list[int]]:
        """Where the ids of each term end, and its counts; 0 before the first."""
        sizes = (self.documents * (self.widths & 15), self.documents * (self.widths >> 4))
        ids, counts = ([0, *np.cumsum(each).tolist()] for each in sizes)
        return ids, counts

    def row(self, at: int) -> PostingsRow:
        """Return a term and where it stands, by its place in `terms`."""
        ids, counts = self._ends
        return (
            self.terms[at], int(self.documents[at]), self.ids[ids[at] : ids[at + 1]],
            self.counts[counts[at] : counts[at + 1]],
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

    def find(self, term: str) -> tuple[IdArray, NDArray[np.unsignedinteger]] | None:
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

    def places(self, row: PostingsRow) -> tuple[IdArray, NDArray[np.unsignedinteger]]:
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
        """Yield the chunks of each term that holds all of some pieces.

        Underscores and accents of the terms are passed over.
        """
        for terms, block in self._kept or self._plain():
            at: Iterable[int] = range(len(terms))
            for piece in pieces:
                at = [
                    each
                    for each in at
                    if piece in terms[each]
                    or (not terms[each].isascii() and piece in spelled_out(terms[each]))
                ]
            yield from (self.places(block.row(each))[0] for each in at)

    def beginning(self, start: str) -> Iterator[tuple[str, int]]:
        """Yield the terms that begin with a text, in order, and in how many chunks each stands."""
        before = f"SELECT MAX(first) FROM {self._table} WHERE first <= ?"
        query = (
            f"SELECT first, size, data FROM {self._table}"
            f" WHERE first < ? AND first >= COALESCE(({before}), '') ORDER BY first"
        )
        end = start[:-1] + chr(ord(start[-1]) + 1)
        for block in map(self._read, self._store.rows(query, (end, start))):
            for term, count in zip(block.terms, block.documents.tolist(), strict=True):
                if term.startswith(start):
                    yield term, count

    def without_underscores(self) -> Iterator[str]:
        """Yield every term, in order, its underscores left out."""
        for terms, _ in self._kept or self._plain():
            yield from terms

    def _plain(self) -> Iterable["_Plain"]:
        """Return every block and its terms without underscores; kept where they are not large."""
        ((size,),) = self._store.rows(f"SELECT SUM(size) FROM {self._table}")
        found = (([t.replace("_", "") for t in block.terms], block) for block in self.blocks())
        # By what they announce: few bytes can be a thousand times as many.
        if (size or 0) > _KEPT_UP_TO:
            return found
        self._kept = list(found)
        return self._kept

    def blocks(self) -> Iterator[TermBlock]:
        """Yield all blocks in order.

        Raises:
            IndexDamaged: one is not what was written.
        """
        query = f"SELECT first, size, data FROM {self._table} ORDER BY first"
        yield from map(self._read, self._store.stream(query))

    def packed(self, first: str, data: bytes) -> bytes | None:
        """Return a block as it lies here, by its first term, where this is what it holds."""
        query = f"SELECT data FROM {self._table} WHERE first = ? AND size = ?"
        for (found,) in self._store.rows(query, (first, len(data))):
            with suppress(ValueError):
                if unpack(found, len(data), self._largest) == data:
                    return bytes(found)
        return None

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
