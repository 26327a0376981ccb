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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from ncs.index.postings import Inverted, PostingsRow, stretch, turned

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

    Attributes:
        lengths: how many terms each chunk has, repetitions counted.
    """

    def __init__(self, folder: Path, most: int = _MOST_HELD) -> None:
        self._folder, self._most = folder, most
        self._file: IO[bytes] | None = None
        self._runs: list[list[tuple[int, int]]] = []
        self._first = 0
        self.lengths = array("I")
        self._clear()

    def _clear(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms, self._counts, self._sizes = array("I"), array("I"), array("I")

    def add(self, said: Mapping[str, int]) -> None:
        """Take what stands in the next chunk: term → how often."""
        numbers, counts = self._numbers, said.values()
        self.lengths.append(sum(counts))
        self._sizes.append(len(said))
        self._terms.extend([numbers.setdefault(term, len(numbers)) for term in said])
        self._counts.extend(counts)
        if len(self._terms) >= self._most or len(numbers) >= _TERMS_HELD:
            self._put_aside()

    def rows(self) -> Iterator[PostingsRow]:
        """Yield the rows of the postings table in the order of their terms."""
        if not self._runs:
            yield from turned(self._inverted())
            return
        self._put_aside()
        assert self._file is not None
        runs = [_read(self._file, run) for run in self._runs]
        yield from _merged(runs)

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


def _merged(runs: Sequence[Iterator[PostingsRow]]) -> Iterator[PostingsRow]:
    """Yield the rows of all runs as one; those of a term are in the order of their runs."""
    term_of = itemgetter(0)
    bunch = _Bunch()
    for term, rows in groupby(merge(*runs, key=term_of), key=term_of):
        bunch.add(term, rows)
        if bunch.size >= _BUNCH:
            yield from turned(bunch.inverted())
            bunch = _Bunch()
    yield from turned(bunch.inverted())


class _Bunch:
    """Some terms whose postings are put together."""

    def __init__(self) -> None:
        self.size = 0
        self._terms: list[str] = []
        self._ends: list[int] = []
        self._chunks: list[npt.NDArray[Any]] = []
        self._counts: list[npt.NDArray[Any]] = []

    def add(self, term: str, rows: Iterable[PostingsRow]) -> None:
        """Take the rows of the next term."""
        for _, documents, ids, counts in rows:
            chunks, often = stretch(documents, ids, counts)
            self._chunks.append(chunks)
            self._counts.append(often)
            self.size += documents
        self._terms.append(term)
        self._ends.append(self.size)

    def inverted(self) -> Inverted:
        """Return all of them."""
        none = np.zeros(0, dtype=np.uint32)
        chunks, counts = (
            np.concatenate([none, *arrays], dtype=np.uint32, casting="unsafe")
            for arrays in (self._chunks, self._counts)
        )
        return Inverted(self._terms, np.array(self._ends, dtype=np.int64), chunks, counts)
