"""From what stands in each chunk to where each term stands: in memory, or in runs on the disk.

A run is the postings of some chunks in the order of their terms. Where there is more than one,
they are written one after the other into a file without a name, in blocks:

    block   rows, each of four lengths (term, documents, ids, counts; 4 bytes each), then term,
            ids and counts as in `ncs.index.postings`

and merged when all chunks have come. Such a file is gone when the process is, however it ends.
"""

import struct
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from heapq import merge
from itertools import pairwise, repeat
from pathlib import Path
from typing import IO

import numpy as np

from ncs.index.postings import Inverted, PostingsRow, StoredTerms, flat, turned
from ncs.lexical import IdArray

_MOST_HELD = 1 << 21  # postings in memory: 30,000 chunks or so, and about 100 MB while they turn
_TERMS_HELD = 1 << 18  # different terms in memory: 60 MB
_BLOCK = 1 << 16  # bytes of a run that are read at once
_BUNCH = 1 << 18  # postings that are packed at once when runs are merged
_ROW = struct.Struct("<IIII")


class Inversion:
    """Gathers where each term stands, chunk by chunk; `close` it in the end.

    Args:
        folder: where runs are put aside; it needs room for all postings.
        most: postings that are held in memory.
        former: where the terms of a former index stand, of which chunks are kept.

    Attributes:
        lengths: how many terms each chunk has, repetitions counted.
    """

    def __init__(
        self, folder: Path, most: int = _MOST_HELD, *, former: StoredTerms | None = None
    ) -> None:
        self._folder, self._most, self._former = folder, most, former
        self._now = np.full(0 if former is None else former.chunks, -1, dtype=np.int64)
        self._file: IO[bytes] | None = None
        self._runs: list[list[tuple[int, int]]] = []
        self._first = 0
        self.lengths = array("I")
        self._clear()

    def _clear(self) -> None:
        self._numbers = _Numbers()
        self._terms, self._counts, self._sizes = array("I"), array("I"), array("I")

    def add(self, said: Mapping[str, int]) -> None:
        """Take what stands in the next chunk: term → how often."""
        numbers, counts = self._numbers, said.values()
        self.lengths.append(sum(counts))
        self._sizes.append(len(said))
        self._terms.extend(map(numbers.__getitem__, said))
        self._counts.extend(counts)
        if len(self._terms) >= self._most or len(numbers) >= _TERMS_HELD:
            self._put_aside()

    def keep(self, chunk: int, length: int) -> None:
        """Take the next chunk as the former index has it, by its number there."""
        self._now[chunk] = len(self.lengths)
        self.lengths.append(length)
        self._sizes.append(0)

    def rows(self) -> Iterator[PostingsRow]:
        """Yield the rows of the postings table in the order of their terms.

        Raises:
            IndexDamaged: the former index could not be read.
        """
        kept = self._former if (self._now >= 0).any() else None
        if not self._runs and kept is None:
            yield from turned(self._inverted())
            return
        runs = [zip(turned(self._inverted()), repeat(False))]
        if self._file is not None:
            self._put_aside()
            runs = [zip(_read(self._file, run), repeat(False)) for run in self._runs]
        if kept is not None:
            runs.append(zip(kept.rows(), repeat(True)))
        yield from _merged(runs, self._renumbered)

    def _renumbered(self, chunks: IdArray) -> IdArray:
        """Return the numbers that former chunks have now, -1 for those that are no more."""
        if self._former is not None and chunks.max(initial=-1) >= self._former.chunks:
            raise self._former.damaged("terms that stand in no known chunk")
        return self._now[chunks]

    def close(self) -> None:
        """Let go of what was put aside."""
        if self._file is not None:
            with suppress(OSError):  # what could not be written is not wanted any more
                self._file.close()

    def _put_aside(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (see close)
        self._runs.append(_written(self._file, turned(self._inverted())))
        self._first += len(self._sizes)
        self._clear()

    def _inverted(self) -> Inverted:
        term_of = np.frombuffer(self._terms, dtype=np.uint32)
        chunks = np.arange(self._first, self._first + len(self._sizes), dtype=np.uint32)
        order = np.argsort(term_of, kind="stable")
        return Inverted(
            terms=list(self._numbers),
            ends=np.cumsum(np.bincount(term_of, minlength=len(self._numbers))),
            chunks=np.repeat(chunks, np.array(self._sizes, dtype=np.int64))[order],
            counts=np.frombuffer(self._counts, dtype=np.uint32)[order],
        )


class _Numbers(dict[str, int]):
    """Term → its number: a new term gets the next one. Most lookups never leave C."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


def _written(file: IO[bytes], rows: Iterable[PostingsRow]) -> list[tuple[int, int]]:
    """Write a run at the end of a file; return where its blocks begin, and their sizes."""
    blocks: list[tuple[int, int]] = []
    held = bytearray()

    def write() -> None:
        blocks.append((file.tell(), len(held)))
        file.write(held)
        held.clear()

    for term, documents, ids, counts in rows:
        name = term.encode()
        held += _ROW.pack(len(name), documents, len(ids), len(counts))
        held += name + ids + counts
        if len(held) >= _BLOCK:
            write()
    if held:
        write()
    return blocks


def _read(file: IO[bytes], blocks: Sequence[tuple[int, int]]) -> Iterator[PostingsRow]:
    for start, size in blocks:
        file.seek(start)
        data, at = file.read(size), 0
        while at < len(data):
            name, documents, ids, counts = _ROW.unpack_from(data, at)
            at += _ROW.size
            first, second, end = at + name, at + name + ids, at + name + ids + counts
            yield data[at:first].decode(), documents, data[first:second], data[second:end]
            at = end


_Marked = tuple[PostingsRow, bool]  # whether its chunks have their former numbers
_Renumbered = Callable[[IdArray], IdArray]


def _merged(runs: Sequence[Iterator[_Marked]], renumbered: _Renumbered) -> Iterator[PostingsRow]:
    """Yield the rows of all runs as one, by term.

    Args:
        runs: each in the order of its terms.
        renumbered: former chunks → their numbers, or -1 where they are no more.
    """
    held: list[_Marked] = []
    size = 0
    for marked in merge(*runs, key=_term):
        if size >= _BUNCH and marked[0][0] != held[-1][0][0]:
            yield from turned(_together(held, renumbered))
            held, size = [], 0
        held.append(marked)
        size += marked[0][1]
    if held:
        yield from turned(_together(held, renumbered))


def _term(marked: _Marked) -> str:
    return marked[0][0]


def _together(marked: Sequence[_Marked], renumbered: _Renumbered) -> Inverted:
    """Return rows as flat arrays: each term once, with its chunks in their order."""
    found = flat([row for row, _ in marked])
    documents = np.diff(found.ends, prepend=0)
    chunks = found.chunks.astype(np.int64)
    former = np.repeat([taken for _, taken in marked], documents)
    chunks[former] = renumbered(chunks[former])
    new = [True, *(one != after for one, after in pairwise(found.terms))]
    term_of = np.repeat(np.cumsum(new) - 1, documents)
    # Rows of the same term are few runs in order already, which a stable sort merges.
    order = np.argsort(term_of << 32 | chunks, kind="stable")
    order = order[chunks[order] >= 0]
    terms = [term for term, first in zip(found.terms, new, strict=True) if first]
    count = np.bincount(term_of[order], minlength=len(terms))
    return Inverted(
        [term for term, many in zip(terms, count.tolist(), strict=True) if many],
        np.cumsum(count[count > 0]), chunks[order].astype(np.uint32), found.counts[order],
    )  # fmt: skip
