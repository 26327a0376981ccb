"""Where many terms stand, as flat arrays: into the blocks of `ncs.index.postings` and back."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ncs.index.packing import ends_block
from ncs.index.postings import BLOCK, TermBlock
from ncs.ranges import ranges
from ncs.types import IdArray, NDArray

# A block of so many bytes or more ends at the next term whose own checksum says so, as of one in
# sixteen it does. So after a change most blocks end where they did before, and are taken over.
_LEAST, _ONE_IN = 4_000, 16

PlainBlock = tuple[str, bytes]  # first term, data before it is packed
UIntArray = NDArray[np.uint32]


class Inverted(NamedTuple):
    """Where some terms stand.

    Attributes:
        terms: each once.
        ends: for each term, where its stretch of `chunks` and `counts` ends, (T,).
        chunks: chunk ids, ascending within a term. counts: of the term in that chunk.
    """

    terms: list[str]
    ends: IdArray
    chunks: UIntArray
    counts: UIntArray

    @property
    def documents(self) -> IdArray:
        """In how many chunks each term stands, (T,)."""
        return np.diff(self.ends, prepend=0)

    def part(self, first: int, end: int) -> "Inverted":
        """Return the terms from one place to another."""
        start = int(self.ends[first - 1]) if first else 0
        here = slice(start, int(self.ends[end - 1]) if end else 0)
        return Inverted(
            self.terms[first:end], self.ends[first:end] - start, self.chunks[here],
            self.counts[here],
        )  # fmt: skip

    def parts(self, most: int) -> Iterator["Inverted"]:
        """Yield terms in order, so many together that they have `most` postings or more."""
        first = 0
        while first < len(self.terms):
            held = int(self.ends[first - 1]) if first else 0
            end = min(int(np.searchsorted(self.ends, held + most)) + 1, len(self.terms))
            yield self.part(first, end)
            first = end


def ordered(found: Inverted) -> Inverted:
    """Return terms in their order."""
    order = sorted(range(len(found.terms)), key=found.terms.__getitem__)
    documents = found.documents
    starts, documents = (found.ends - documents)[order], documents[order]
    ends, at = np.cumsum(documents), ranges(starts, documents)
    return Inverted([found.terms[at] for at in order], ends, found.chunks[at], found.counts[at])


def together(parts: Sequence[Inverted]) -> Inverted:
    """Return the terms of some parts, each of them in order, as one part in order."""
    if len(parts) == 1:
        return parts[0]
    terms = [term for part in parts for term in part.terms]
    order = sorted(range(len(terms)), key=terms.__getitem__)
    terms = [terms[at] for at in order]
    new = [True, *(one != after for one, after in pairwise(terms))]
    places = np.empty(len(terms), dtype=np.int64)
    places[order] = np.cumsum(new) - 1
    term_of = np.repeat(places, np.concatenate([part.documents for part in parts]))
    chunks = np.concatenate([part.chunks for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    # Few runs that are in order already, which a stable sort merges.
    order_of = np.argsort(term_of << 32 | chunks, kind="stable")
    return Inverted(
        [term for term, first in zip(terms, new, strict=True) if first],
        np.cumsum(np.bincount(term_of)), chunks[order_of], counts[order_of],
    )  # fmt: skip


def _followed(one: Inverted, after: Inverted) -> Inverted:
    return Inverted(
        one.terms + after.terms, np.concatenate([one.ends, len(one.chunks) + after.ends]),
        np.concatenate([one.chunks, after.chunks]), np.concatenate([one.counts, after.counts]),
    )  # fmt: skip


# --- blocks ------------------------------------------------------------------------------------


def flat(blocks: Sequence[TermBlock]) -> Inverted:
    """Return the terms of blocks that follow each other."""
    documents = np.concatenate([block.documents for block in blocks])
    widths = np.concatenate([block.widths for block in blocks])
    steps = _numbers(b"".join(block.ids for block in blocks), documents, widths & 15)
    ends, run = np.cumsum(documents), np.cumsum(steps)
    starts = ends - documents
    chunks = run - np.repeat(run[starts] - steps[starts], documents)
    counts = _numbers(b"".join(block.counts for block in blocks), documents, widths >> 4)
    return Inverted(
        [term for block in blocks for term in block.terms], ends, chunks.astype(np.uint32),
        counts.astype(np.uint32),
    )  # fmt: skip


def gathered(parts: Iterable[Inverted]) -> Iterator[PlainBlock]:
    """Yield terms in blocks; `parts` are in order, and so are the terms of each."""
    rest: Inverted | None = None
    for part in parts:
        whole = part if rest is None else _followed(rest, part)
        laid, first = _Laid(whole), 0
        for end in _ends(whole.terms, laid.sizes):
            yield laid.block(first, end)
            first = end
        rest = whole.part(first, len(whole.terms))
    if rest is not None and rest.terms:
        yield _Laid(rest).block(0, len(rest.terms))


def _ends(terms: Sequence[str], sizes: Iterable[int]) -> Iterator[int]:
    """Yield where blocks end."""
    held = 0
    for at, (term, size) in enumerate(zip(terms, sizes, strict=True), 1):
        held += size
        if held >= BLOCK or (held >= _LEAST and ends_block(term, _ONE_IN)):
            yield at
            held = 0


class _Laid:
    """Terms as their bytes lie in blocks.

    Attributes:
        sizes: of each term: the characters of its name and the bytes of its numbers.
    """

    def __init__(self, found: Inverted) -> None:
        self._terms, documents = found.terms, found.documents
        starts = found.ends - documents
        steps = np.diff(found.chunks, prepend=np.uint32(0))
        steps[starts] = found.chunks[starts]
        most = np.maximum.reduceat(found.counts, starts)
        ids, counts = _widths(np.maximum.reduceat(steps, starts)), _widths(most)
        counts[most == 1] = 0
        self._documents = documents.astype("<u4")
        self._widths = (ids + 16 * counts).astype(np.uint8)
        self._ids, self._counts = (
            _bytes(steps, documents, ids),
            _bytes(found.counts, documents, counts),
        )
        self._id_ends = [0, *np.cumsum(documents * ids).tolist()]
        self._count_ends = [0, *np.cumsum(documents * counts).tolist()]
        lengths = np.fromiter(map(len, found.terms), np.int64, len(found.terms))
        self.sizes: list[int] = (lengths + documents * (ids + counts)).tolist()

    def block(self, first: int, end: int) -> PlainBlock:
        """Return the block of the terms from one place to another."""
        names = self._terms[first:end]
        terms = json.dumps(names, ensure_ascii=False).encode()
        return names[0], b"".join((
            len(terms).to_bytes(4, "little"), terms, self._documents[first:end].tobytes(),
            self._widths[first:end].tobytes(),
            self._ids[self._id_ends[first] : self._id_ends[end]],
            self._counts[self._count_ends[first] : self._count_ends[end]],
        ))  # fmt: skip


def _widths(largest: NDArray[np.integer]) -> IdArray:
    """Return how many bytes numbers up to these take."""
    return np.select([largest < 1 << 8, largest < 1 << 16], [1, 2], 4).astype(np.int64)


def _bytes(values: UIntArray, documents: IdArray, widths: IdArray) -> bytes:
    """Return the numbers of every term in its width, one after the other."""
    each = np.repeat(widths, documents)
    at = np.cumsum(each) - each
    found = np.zeros(int(each.sum()), dtype=np.uint8)
    for byte in range(4):
        wide = np.flatnonzero(each > byte)
        found[at[wide] + byte] = values[wide] >> 8 * byte & 255
    return found.tobytes()


def _numbers(data: bytes, documents: IdArray, widths: NDArray[np.integer]) -> IdArray:
    """Return what `_bytes` was given; ones where they take no bytes."""
    each = np.repeat(widths, documents).astype(np.int64)
    at = np.cumsum(each) - each
    held = np.frombuffer(data, dtype=np.uint8)
    found: IdArray = (each == 0).astype(np.int64)
    for byte in range(4):
        wide = np.flatnonzero(each > byte)
        found[wide] |= held[at[wide] + byte].astype(np.int64) << 8 * byte
    return found
