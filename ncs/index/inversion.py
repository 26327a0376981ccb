"""From what stands in each chunk to where each term stands: in memory, or in runs on the disk.

A run is the postings of some chunks in the order of their terms. Where there is more than one,
they are written one after the other into a file without a name, in the blocks of an index, and
merged when all chunks have come. Such a file is gone when the process is, however it ends.
"""

import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from operator import lt
from pathlib import Path
from typing import IO

import numpy as np

from ncs.index.inverted import Inverted, UIntArray, flat, gathered, ordered, together
from ncs.index.packing import pack
from ncs.index.postings import StoredTerms, TermBlock

_MOST_HELD = 1 << 21  # postings in memory: 30,000 chunks or so, and about 100 MB while they turn
_TERMS_HELD = 1 << 18  # different terms in memory: 60 MB
_BUNCH = 1 << 16  # postings of a run that are turned into arrays, or into blocks, at once
_ANY = 1 << 32  # chunks: a run of our own is not doubted

BlockRow = tuple[str, int, bytes]  # of the table: first term, bytes, data
Run = list[tuple[int, int]]


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
        self._runs: list[Run] = []
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

    def keep(self, chunks: range, lengths: UIntArray) -> None:
        """Take the next chunks as the former index has them, by their numbers there."""
        first = len(self.lengths)
        self._now[chunks.start : chunks.stop] = np.arange(first, first + len(chunks))
        self.lengths.frombytes(lengths.tobytes())
        self._sizes.extend([0] * len(chunks))

    def blocks(self) -> Iterator[BlockRow]:
        """Yield the rows of the table of terms, in their order.

        Raises:
            IndexDamaged: the former index could not be read.
        """
        former = self._former if (self._now >= 0).any() else None
        runs = [ordered(self._inverted()).parts(_BUNCH)]
        if self._file is not None:
            self._put_aside()
            most = _BUNCH // len(self._runs)
            runs = [_flat(_read(self._file, run), most) for run in self._runs]
        if former is not None:
            runs.append(self._kept(former))
        for first, data in gathered(_merged(runs)):
            known = None if former is None else former.packed(first, data)
            yield first, len(data), known or pack(data)

    def _kept(self, former: StoredTerms) -> Iterator[Inverted]:
        """Yield what is kept of a former index, its chunks by their numbers of now."""
        last = ""
        for part in _flat(former.blocks(), _BUNCH):
            if not all(map(lt, [last, *part.terms], part.terms)):
                raise former.damaged("terms that are not in order")
            if part.chunks.max() >= former.chunks:
                raise former.damaged("terms that stand in no known chunk")
            last = part.terms[-1]
            chunks = self._now[part.chunks]
            kept = chunks >= 0
            starts = part.ends - part.documents
            documents = np.add.reduceat(kept, starts, dtype=np.int64)
            yield Inverted(
                [term for term, many in zip(part.terms, documents.tolist(), strict=True) if many],
                np.cumsum(documents[documents > 0]), chunks[kept].astype(np.uint32),
                part.counts[kept],
            )  # fmt: skip

    def close(self) -> None:
        """Let go of what was put aside."""
        if self._file is not None:
            with suppress(OSError):  # what could not be written is not wanted any more
                self._file.close()

    def _put_aside(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (see close)
        self._runs.append(_written(self._file, ordered(self._inverted())))
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


def _written(file: IO[bytes], found: Inverted) -> Run:
    """Write a run at the end of a file; return where its blocks begin, and their sizes."""
    run: Run = []
    for _, data in gathered(found.parts(_BUNCH)):
        run.append((file.tell(), len(data)))
        file.write(data)
    return run


def _read(file: IO[bytes], run: Run) -> Iterator[TermBlock]:
    for start, size in run:
        file.seek(start)
        yield TermBlock(file.read(size), _ANY)


def _flat(blocks: Iterable[TermBlock], most: int) -> Iterator[Inverted]:
    """Yield the terms of some blocks together, with so many chunks or a block more."""
    held: list[TermBlock] = []
    size = 0
    for block in filter(lambda block: block.terms, blocks):
        held.append(block)
        size += int(block.documents.sum())
        if size >= most:
            yield flat(held)
            held, size = [], 0
    if held:
        yield flat(held)


def _merged(runs: Iterable[Iterator[Inverted]]) -> Iterator[Inverted]:
    """Yield the terms of all runs, each of them in order, as one."""
    parts = {run: part for run in runs if (part := _next(run))}
    while parts:
        last = min(part.terms[-1] for part in parts.values())
        found = []
        for run, part in list(parts.items()):
            end = bisect_right(part.terms, last)
            if end:
                found.append(part.part(0, end))
            rest = part.part(end, len(part.terms)) if end < len(part.terms) else _next(run)
            if rest is None:
                del parts[run]
            else:
                parts[run] = rest
        yield together(found)


def _next(run: Iterator[Inverted]) -> Inverted | None:
    return next((part for part in run if part.terms), None)
