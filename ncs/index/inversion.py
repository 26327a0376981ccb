"""From what stands in each chunk to where each term stands: in memory, or in runs on the disk.

A run is the postings of some chunks in the order of their terms. Where there is more than one,
they are written one after the other into a file without a name, in the blocks of an index, and
merged when all chunks have come. Such a file is gone when the process is, however it ends.
"""

import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from operator import lt
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from ncs.index.inverted import Inverted, UIntArray, flat, gathered, ordered, together
from ncs.index.packing import pack
from ncs.index.postings import StoredTerms, TermBlock
from ncs.positions import Numbered

_MOST_HELD = 1 << 21  # postings in memory: 30,000 chunks or so, and about 100 MB while they turn
_TERMS_HELD = 1 << 18  # different terms in memory: 60 MB
_MET = 1 << 16  # terms of texts that wait to be counted together
_BUNCH = 1 << 16  # postings of a run that are turned into arrays, or into blocks, at once
_ANY = 1 << 32  # chunks, more than there are: a run that we wrote need not be checked

BlockRow = tuple[str, int, bytes]  # of the table: first term, bytes, data
Run = list[tuple[int, int]]


class Inversion:
    """Gathers where each term stands, chunk by chunk; `close` it in the end.

    Args:
        folder: where runs are put aside; it needs room for all postings.
        cut: name → its terms, which all are counted.
        most: postings that are held in memory.
        former: where the terms of a former index stand, of which chunks are kept.

    Attributes:
        lengths: how many terms each chunk has, repetitions counted.
    """

    def __init__(
        self, folder: Path, cut: Callable[[str], Iterable[str]], most: int = _MOST_HELD, *,
        former: StoredTerms | None = None,
    ) -> None:  # fmt: skip
        self._folder, self._cut, self._most, self._former = folder, cut, most, former
        # Chunk of the former index → chunk of this one, -1 for those that are not kept.
        self._now = np.full(0 if former is None else former.chunks, -1, dtype=np.int64)
        self._file: IO[bytes] | None = None
        self._runs: list[Run] = []
        self.lengths = array("I")
        self._clear()

    def _clear(self) -> None:
        self._numbered = Numbered(self._cut)
        self._met: list[int] = []  # terms, chunk after chunk
        self._met_in: list[tuple[int, int]] = []  # (chunk, how many of them are its)
        self._counted: list[_Counted] = []
        self._held = 0

    def add(self, names: Iterable[str]) -> None:
        """Take the names that stand in the next chunk, each as often as it does."""
        before = len(self._met)
        self._met.extend(chain.from_iterable(map(self._numbered.__getitem__, names)))
        size = len(self._met) - before
        self._met_in.append((len(self.lengths), size))
        self.lengths.append(size)
        if len(self._met) >= min(_MET, self._most):
            self._count()
            if self._held >= self._most or len(self._numbered.pieces) >= _TERMS_HELD:
                self._put_aside()

    def keep(self, chunks: range, lengths: UIntArray) -> None:
        """Take the next chunks as the former index has them, by their numbers there."""
        first = len(self.lengths)
        self._now[chunks.start : chunks.stop] = np.arange(first, first + len(chunks))
        self.lengths.frombytes(lengths.tobytes())

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
        self._clear()

    def _count(self) -> None:
        """Count the terms that wait."""
        if self._met:
            self._counted.append(_counted(self._met, self._met_in))
            self._held += len(self._counted[-1].terms)
        self._met, self._met_in = [], []

    def _inverted(self) -> Inverted:
        self._count()
        nothing = _Counted(*[np.zeros(0, dtype=np.uint32)] * 3)
        columns = zip(nothing, *self._counted, strict=True)
        terms, chunks, counts = map(np.concatenate, columns)
        order = np.argsort(terms, kind="stable")
        names = list(self._numbered.pieces)
        return Inverted(
            terms=names, ends=np.cumsum(np.bincount(terms, minlength=len(names))),
            chunks=chunks[order], counts=counts[order],
        )  # fmt: skip


class _Counted(NamedTuple):
    """Numbers of terms, the chunks they stand in, ascending, and how often; columns of (n,)."""

    terms: UIntArray
    chunks: UIntArray
    counts: UIntArray


def _counted(terms: Sequence[int], sizes: Sequence[tuple[int, int]]) -> _Counted:
    """Return how often each term stands in each chunk.

    Args:
        terms: as they stand, chunk after chunk; not empty.
        sizes: (chunk, how many of the terms are its), chunks ascending.
    """
    chunks, often = np.array(sizes, dtype=np.int64).T
    met = np.repeat(chunks, often) << 32 | np.array(terms, dtype=np.int64)
    met.sort()
    first = np.flatnonzero(np.diff(met, prepend=-1))
    counts = np.diff(first, append=len(met))
    found = met[first]
    return _Counted(
        *(each.astype(np.uint32) for each in (found & 0xFFFFFFFF, found >> 32, counts))
    )


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
    """Yield the terms of blocks, of so many together that they have `most` postings or more."""
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
