"""Chunks on disk: some that follow each other in one block, their texts and what is said of them.

Compressed together, since what is said of a chunk mostly stands in its text: names, doc comments.

    block   a line of JSON, then the texts one after the other, in UTF-8
    JSON    for each chunk [length, symbol, defines, tier, target], with [start, lines] of the
            target's span where it has one, and [explanation, origin] where they are not the
            target's; lengths in characters, starts from the chunk's first line

`defines` is [start, lines] of its symbol for a chunk that defines that alone, whose doc is the
target if that is a docstring; else the kinds of what it defines, a digit each (`KINDS`), the list
of start and lines of each, the names, and the docs where there are any. Lines are those behind the
first.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, cast

from ncs.index.packing import ends_block, pack, unpack
from ncs.index.store import Store, damaged
from ncs.types import KINDS, ORIGINS, TIERS, Begun, Chunk, Kind, Origin, Span, Target, Tier

# Characters of a block, at least and at most. Small enough that a hit is read in 0.1 ms, large
# enough to repeat itself: half as many cost 30 bytes more a chunk. Between the two a block ends at
# the next text whose own checksum says so, as of one in fourteen it does: there are as many blocks
# as with 20,000 characters each, and a change is felt by two of them, not by all that follow.
_LEAST, _CHARACTERS, _ONE_IN = 12_000, 28_000, 14
_MOST_CHUNKS = 64
_LARGEST = 1 << 25  # bytes of a block: one chunk can be all of a file
_CACHED = 256  # blocks: 5 MB of text; a question reads thirty
_KIND_DIGITS = frozenset(map(str, range(len(KINDS))))
_MOST_LINES = 1 << 31  # that a definition may go on
_ORDINARY = 1 << 17  # bytes of a block that is kept: as many larger ones would take gigabytes

Explained = tuple[str, Origin]
ChunksRow = tuple[int, int, int, bytes]  # of the table: first chunk, how many, bytes, data


class Names(NamedTuple):
    """What a chunk is called by, and what it defines.

    Attributes:
        symbol, defines: as in `Chunk`.
        kinds: of what it defines; None where that is its symbol alone, of the chunk's own kind.
    """

    symbol: str
    defines: tuple[str, ...]
    kinds: tuple[Kind, ...] | None


class Said(NamedTuple):
    """What a block holds of a chunk; as in `Chunk`, and what a hit shows of it."""

    symbol: str
    begun: tuple[Begun, ...]
    text: str
    target: Target
    explanation: str
    origin: Origin


class ChunkBlock:
    """A block of chunks, read.

    Args:
        first: id of its first chunk.
        notes: the JSON of each chunk. text: all texts, one after the other.
        text_share: what share of the block's bytes they are, before packing; an attribute too.

    Raises:
        ValueError, TypeError: the lengths are not those of the texts.
    """

    def __init__(self, first: int, notes: list[list[Any]], text: str, text_share: float) -> None:
        self._notes, self._text = notes, text
        self.text_share = text_share
        self._ends = list(accumulate((note[0] for note in notes), initial=0))
        if self._ends[-1] != len(text) or any(end < start for start, end in pairwise(self._ends)):
            raise ValueError("lengths that are not those of the texts")
        self.ids = range(first, first + len(notes))

    def names(self, chunk: int) -> Names:
        """Return what a chunk is called by, and what it defines.

        Raises:
            ValueError, TypeError: it is not what was written.
        """
        symbol, (digits, _, *told) = self._notes[chunk - self.ids.start][1:3]
        if isinstance(digits, int):
            _require_texts(symbol)
            return Names(symbol, (symbol,), None)
        _require_texts(symbol, digits, *told)
        count = len(digits)
        if len(told) not in (count, 2 * count) or not _KIND_DIGITS.issuperset(digits):
            raise ValueError(f"{len(told)} names and docs of the kinds {digits!r}")
        return Names(symbol, tuple(told[:count]), tuple(KINDS[int(digit)] for digit in digits))

    def text(self, chunk: int) -> str:
        """Return the text of a chunk."""
        at = chunk - self.ids.start
        return self._text[self._ends[at] : self._ends[at + 1]]

    def said(self, chunk: int, kind: Kind, first_line: int) -> Said:
        """Return what is held of a chunk of a kind that begins on a line.

        Raises:
            ValueError, TypeError, IndexError: it is not what was written.
        """
        defines, tier, target, *more = self._notes[chunk - self.ids.start][2:]
        start, lines = more[:2] or (None, None)
        told, origin = more[2:] or (target, tier)
        _require_texts(target, told)
        if tier not in TIERS or origin not in ORIGINS:
            raise ValueError(f"words from {tier!r} or {origin!r}")
        span = None if start is None else Span(first_line + start, first_line + start + lines)
        aim, names = Target(target, tier, span), self.names(chunk)
        kinds: Sequence[Kind] = (kind,)
        docs: Sequence[str] = _alone(aim)
        if names.kinds is not None:
            kinds, count = names.kinds, len(names.kinds)
            defines, docs = defines[1], defines[2 + count :] or ("",) * count
        text = self.text(chunk)
        spans = _spans(defines, first_line, text.count("\n") + 1)
        begun = tuple(map(Begun._make, zip(names.defines, kinds, docs, spans, strict=True)))
        return Said(names.symbol, begun, text, aim, told, origin)

    def written(self, chunks: range) -> Iterator[tuple[list[Any], str]]:
        """Yield the JSON and the text of those of its chunks that are asked for."""
        for chunk, note, (start, end) in zip(
            self.ids, self._notes, pairwise(self._ends), strict=True
        ):
            if chunk in chunks:
                yield note, self._text[start:end]

    def told(self) -> Iterator[tuple[Tier, str]]:
        """Yield the tier of each chunk's target, and its explanation."""
        for note in self._notes:
            explanation = note[7] if len(note) > 7 else note[4]
            _require_texts(note[3], explanation)
            yield cast(Tier, note[3]), explanation


def _spans(lines: Sequence[Any], first_line: int, count: int) -> list[Span]:
    """Return the spans of which each start and how many lines follow it are written.

    Args:
        lines: as written, both from the first line of a chunk.
        first_line: of the chunk.
        count: lines that it has; all spans start in it.

    Raises:
        ValueError, TypeError: they are none.
    """
    spans = []
    for at, behind in zip(lines[::2], lines[1::2], strict=True):
        if type(at) is not int or type(behind) is not int:
            raise TypeError("lines that are no whole numbers")
        if not (0 <= at < count and 0 <= behind <= _MOST_LINES):
            raise ValueError("lines of a definition that are not those of its chunk")
        spans.append(Span(first_line + at, first_line + at + behind))
    return spans


def _require_texts(*values: object) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"text expected, found {type(value).__name__}")


def read_block(row: Sequence[Any]) -> ChunkBlock:
    """Return the block in a row of the table.

    Raises:
        ValueError, TypeError, RecursionError, LookupError: it is not what was written.
    """
    first, count, size, data = row
    head, _, texts = unpack(data, size, _LARGEST).partition(b"\n")
    notes = json.loads(head)
    if not isinstance(notes, list) or len(notes) != count or not notes:
        raise ValueError(f"{count} chunks expected")
    return ChunkBlock(first, notes, texts.decode(), len(texts) / size)


class Gathering:
    """Gathers chunks as they come into rows of the table."""

    def __init__(self) -> None:
        self._first = self._held = 0
        self._notes: list[list[Any]] = []
        self._texts: list[str] = []

    def add(
        self, chunks: Iterable[Chunk], explanations: Iterable[Explained]
    ) -> Iterator[ChunksRow]:
        """Take the next chunks and what is said of them; yield the rows that are full."""
        for chunk, explained in zip(chunks, explanations, strict=True):
            yield from self._put(_note(chunk, explained), chunk.text)

    def take(self, former: "Texts", chunks: range) -> Iterator[ChunksRow]:
        """Take the next chunks from another index, whole blocks as they lie there."""
        for first, count, size, data in former.rows(chunks):
            # The last one of all ended for want of more.
            if not self._notes and chunks.start <= first and first + count < chunks.stop:
                yield self._first, count, size, data
                self._first += count
            else:
                for note, text in former.block(first).written(chunks):
                    yield from self._put(note, text)

    def _put(self, note: list[Any], text: str) -> Iterator[ChunksRow]:
        self._notes.append(note)
        self._texts.append(text)
        self._held += len(text)
        if (
            self._held >= _CHARACTERS
            or len(self._notes) == _MOST_CHUNKS
            or (self._held >= _LEAST and ends_block(text, _ONE_IN))
        ):
            yield from self.rest()

    def rest(self) -> Iterator[ChunksRow]:
        """Yield what is left, as `add` does."""
        if self._notes:
            head = json.dumps(self._notes, ensure_ascii=False, separators=(",", ":"))
            data = f"{head}\n{''.join(self._texts)}".encode()
            yield self._first, len(self._notes), len(data), pack(data)
            self._first += len(self._notes)
            self._held, self._notes, self._texts = 0, [], []


def _alone(target: Target) -> tuple[str]:
    """Return the docs of a chunk that defines its symbol alone, where nothing else is written."""
    return (target.text if target.tier == "docstring" else "",)


def _note(chunk: Chunk, explained: Explained) -> list[Any]:
    target = chunk.target
    note = [len(chunk.text), chunk.symbol, _defines(chunk), target.tier, target.text]
    own = () if explained == (target.text, target.tier) else explained
    if target.span is not None:
        note += [target.span.start - chunk.span.start, target.span.end - target.span.start]
    elif own:
        note += [None, None]
    return [*note, *own]


def _defines(chunk: Chunk) -> list[Any]:
    lines: list[int] = []
    for each in chunk.begun:
        lines += [each.span.start - chunk.span.start, each.span.end - each.span.start]
    alone = [(chunk.symbol, chunk.kind, *_alone(chunk.target))]
    if [each[:3] for each in chunk.begun] == alone:
        return lines
    digits = "".join(str(KINDS.index(each.kind)) for each in chunk.begun)
    docs = [each.doc for each in chunk.begun]
    return [digits, lines, *chunk.defines, *(docs if any(docs) else ())]


class Texts:
    """The blocks of an open index, each read when one of its chunks is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: list[ChunkBlock] = []  # by their first chunk
        self._firsts: list[int] = []

    def block(self, chunk: int) -> ChunkBlock:
        """Return the block that holds a chunk.

        Raises:
            IndexDamaged: there is none, or it is not what was written.
        """
        at = bisect_right(self._firsts, chunk)
        if at and chunk in self._kept[at - 1].ids:
            return self._kept[at - 1]
        query = (
            "SELECT first, count, size, data FROM chunks WHERE first <= ?"
            " ORDER BY first DESC LIMIT 1"
        )
        for row in self._store.rows(query, (chunk,)):
            found = self._block(row)
            if chunk in found.ids:
                if row[2] <= _ORDINARY:
                    self._keep(found)
                return found
        raise damaged(self._store.path, "content", f"chunk {chunk} has no row")

    def _keep(self, block: ChunkBlock) -> None:
        if len(self._kept) == _CACHED:
            self._kept.clear()
            self._firsts.clear()
        at = bisect_right(self._firsts, block.ids.start)
        self._firsts.insert(at, block.ids.start)
        self._kept.insert(at, block)

    def _block(self, row: Sequence[Any]) -> ChunkBlock:
        try:
            return read_block(row)
        except (ValueError, TypeError, RecursionError, LookupError) as error:
            where = f"the chunks from chunk {row[0]} on: {error}"
            raise damaged(self._store.path, "content", where) from error

    def rows(self, chunks: range) -> Iterator[ChunksRow]:
        """Yield the rows that hold some chunks that follow each other, data unread.

        Raises:
            IndexDamaged: they do not follow each other.
        """
        at = None
        for first, count, size, data in self._store.stream(
            "SELECT first, count, size, data FROM chunks WHERE first < ? AND first >="
            " (SELECT MAX(first) FROM chunks WHERE first <= ?) ORDER BY first",
            (chunks.stop, chunks.start),
        ):
            if not isinstance(count, int) or count < 1 or at not in (None, first):
                break
            at = first + count
            yield first, count, size, data
        if chunks and (at is None or at < chunks.stop):
            raise damaged(self._store.path, "content", f"the chunks before chunk {chunks.stop}")

    def blocks(self) -> Iterator[tuple[ChunkBlock, int]]:
        """Yield all blocks in order, and how many bytes each takes.

        Raises:
            IndexDamaged: one is not what was written.
        """
        for row in self._store.stream(
            "SELECT first, count, size, data FROM chunks ORDER BY first"
        ):
            yield self._checked(row), len(row[3])

    def _checked(self, row: Sequence[Any]) -> ChunkBlock:
        """Return a block of which every chunk was looked at; a query looks at those it shows."""
        block = self._block(row)
        try:
            for chunk in block.ids:
                block.said(chunk, "block", 1)
        except (ValueError, TypeError, LookupError) as error:
            raise damaged(self._store.path, "content", f"chunk {chunk}: {error}") from error
        return block
