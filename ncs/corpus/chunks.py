"""Cuts a file into chunks: definitions, sections and windows of what lies between."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from operator import attrgetter

from ncs.config import CorpusConfig
from ncs.corpus.cells import joined, lower, parts, read_cells
from ncs.corpus.context import Context
from ncs.corpus.families import COMPONENTS, MARKDOWN, PROSE
from ncs.corpus.outline import Outline, read_outline
from ncs.corpus.roles import with_roles
from ncs.corpus.targets import own_words, target
from ncs.types import Begun, Chunk, Definition, Kind, SourceFile, Span

# What is longer than this many times the wanted size is cut: cutting 30 lines into 25 and 5
# would tear a function apart for nothing.
_STRETCH = 1.5
_TINY = 3  # lines of an opening or closing remainder that may join whatever is beside it
# The price of a cut in lines of distance from the even place: by each level of depth, where
# no statement begins, and the gain where a blank line is above.
_LEVEL = 4
_TORN = 60
_BLANK_ABOVE = 3
# What has a doc names a chunk before what is longer and has none, if it is at least so much of the
# class around it, or of the length of a sibling. Nobody else's doc speaks for a chunk.
_LEAST_OF_CLASS = 2 / 3
_LEAST_OF_SIBLING = 1 / 2
_WRAPPED = 3  # lines of a module around the one class that it holds
# Closing brackets, and what is said of what they close. A remark takes all of its line: were it
# free to end anywhere, a ruler of fifty slashes could be read in more ways than a machine can try.
_CLOSES = re.compile(
    rb"\s*(?:[)\]};,]|\#\s*endif\b)"
    rb"(?:[\s)\]};,]|\#\s*endif\b|//[^\n]*(?:\n|\Z)|/\*[^*\n]*\*/)*\Z"
)
_LINE = attrgetter("line")
# What ends a block of a component.
_BLOCK_END = re.compile(rb"</(?:script|template|style)\s*>\s*\Z")


@dataclass(frozen=True, slots=True)
class _Unit:
    """Lines that stay together. `owner` is the index of the definition around them, or -1.

    `whole` is the index of the definition that these lines are, or -1.
    """

    start: int
    end: int
    owner: int
    whole: int = -1

    @property
    def length(self) -> int:
        return self.end - self.start + 1


def chunk(source: SourceFile, config: CorpusConfig | None = None) -> list[Chunk]:
    """Return the chunks of a file in order of lines.

    Every line with anything but white space on it is in exactly one chunk; a chunk begins
    and ends with such a line. A file that cannot be parsed is cut into windows of lines.

    Args:
        source: the file.
        config: its `chunk_lines` is the size that is cut and packed towards.
    """
    wanted = (config or CorpusConfig()).chunk_lines
    lines = source.data.split(b"\n")
    try:
        outline = (read_cells if source.cells else read_outline)(source, wanted)
    # Whatever a strange file does to the parser or to us, its lines must be found.
    except Exception:
        outline = Outline()
    page = _Page(lines, source.language, outline)
    context = Context(source, lines, outline)
    if source.cells:
        return with_roles(_of_notebook(context, page, wanted))
    return with_roles([_chunk(context, page, span) for span in _cut(page, wanted)])


def _cut(page: "_Page", wanted: int) -> Iterator[Span]:
    found = _parted(page, _units(page, int(wanted * _STRETCH)))
    units = _pack(page, _split(page, found, wanted), wanted)
    return (Span(first, last) for first, last in units)


def _of_notebook(context: Context, page: "_Page", wanted: int) -> list[Chunk]:
    """Return the chunks of a notebook: text with the code below it, short cells together."""
    prose = replace(context, source=context.source._replace(language=MARKDOWN))
    found = joined(_pieces(context.source, page, wanted), page.filled, wanted, _STRETCH)
    return [_chunk(prose if told else context, page, span) for span, told in found]


def _pieces(source: SourceFile, page: "_Page", wanted: int) -> Iterator[tuple[Span, bool]]:
    """Yield the lines of each cell and whether they are prose; text and long code are cut."""
    for part in parts(source):
        last = part.line + part.source.data.count(b"\n") + 1
        whole = page.trimmed(part.line + 1, last)
        if part.prose or (whole is not None and whole[1] - whole[0] >= int(wanted * _STRETCH)):
            for each in chunk(part.source, CorpusConfig(chunk_lines=wanted)):
                yield lower(each.span, part.line), part.prose
        elif whole is not None:
            yield Span(*whole), False


class _Page:
    """A file's lines with what the outline knows of them."""

    def __init__(self, lines: Sequence[bytes], language: str, outline: Outline) -> None:
        self.definitions = outline.definitions
        self.starts = [definition.span.start for definition in outline.definitions]
        code = (each for each in outline.definitions if each.kind != "section")
        self.named = sorted(code, key=_LINE)
        self.lines = lines
        self.filled = [bool(line.strip()) for line in lines]
        # Below its first line a comment is no place to cut.
        self.speech = {
            line: span for span in outline.speech for line in range(span.start + 1, span.end + 1)
        }
        self.cuts = outline.cuts
        if outline.unparsed or not outline.cuts:
            indents = _indents(lines, self.filled, prose=language in PROSE)
            self.cuts = _beside(indents, outline) if outline.cuts else indents
        self.borders: dict[int, int] = {}  # last line of a block → first of the one behind it
        if language in COMPONENTS:
            # Nothing begins with the end of an element.
            closed = [line.lstrip().startswith(b"</") for line in lines]
            self.cuts = {at: depth for at, depth in self.cuts.items() if not closed[at - 1]}
            for at, line in enumerate(lines, 1):
                if closed[at - 1] and _BLOCK_END.match(line):
                    behind = self.trimmed(at + 1, len(lines))
                    self.borders |= {at: behind[0]} if behind else {}
        self.ends, self.begins = list(self.borders), frozenset(self.borders.values())

    def begun(self, span: Span) -> tuple[Begun, ...]:
        """Return the definitions whose names are on some lines."""
        low = bisect_left(self.named, span.start, key=_LINE)
        high = bisect_right(self.named, span.end, key=_LINE)
        return tuple(
            Begun(each.qualified, each.kind, own_words(each), Span(each.line, each.span.end))
            for each in self.named[low:high]
        )

    def trimmed(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the lines without blank ones at the ends, or None if all are blank."""
        while start <= end and not self.filled[start - 1]:
            start += 1
        while end >= start and not self.filled[end - 1]:
            end -= 1
        return (start, end) if start <= end else None

    def last_line(self, unit: _Unit) -> int:
        """Return where the unit ends, or the definition that it is the beginning of."""
        return unit.end if unit.whole >= 0 else self.definitions[unit.owner].span.end


def _indents(lines: Sequence[bytes], filled: Sequence[bool], *, prose: bool) -> Mapping[int, int]:
    """Return line → depth of the places to cut where no syntax tree tells: by indentation."""
    cuts: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        if filled[number - 1]:
            indent = len(line) - len(line.lstrip())
            after_blank = number == 1 or not filled[number - 2]
            cuts[number] = 0 if after_blank and prose else min(1 + indent // 2, 8)
    return cuts


def _beside(indents: Mapping[int, int], outline: Outline) -> Mapping[int, int]:
    """Return the places to cut of code, and by indentation those of what stands beside it."""
    lines = (line for span in outline.unparsed for line in range(span.start, span.end + 1))
    return {line: indents[line] for line in lines if line in indents} | dict(outline.cuts)


def _units(page: _Page, longest: int) -> Iterator[_Unit]:
    """Yield the units of a file: definitions that are short enough, and what lies between."""
    position = 1
    open_: list[tuple[int, int]] = [(len(page.lines), -1)]  # (last line, definition)

    def between(end: int, owner: int) -> Iterator[_Unit]:
        if (lines := page.trimmed(position, end)) is not None:
            yield _Unit(*lines, owner)

    for at, definition in enumerate(page.definitions):
        while open_[-1][0] < max(definition.span.start, position) and len(open_) > 1:
            end, owner = open_.pop()
            yield from between(end, owner)
            position = max(position, end + 1)
        # A definition may begin on a line that an earlier one has taken.
        start, end = max(definition.span.start, position), min(definition.span.end, open_[-1][0])
        if end < start:
            continue
        yield from between(start - 1, open_[-1][1])
        position = start
        if end - start < longest:
            if (lines := page.trimmed(start, end)) is not None:
                yield _Unit(*lines, open_[-1][1], at)
            position = end + 1
        else:
            open_.append((end, at))
    for end, owner in reversed(open_):
        yield from between(end, owner)
        position = max(position, end + 1)


def _parted(page: _Page, units: Iterator[_Unit]) -> Iterator[_Unit]:
    """Yield the units, those that hold the end of a component's block cut behind it."""
    for unit in units:
        start = unit.start
        ends = page.ends if unit.whole < 0 else []
        for at in ends[bisect_left(ends, start) : bisect_left(ends, unit.end)]:
            if (lines := page.trimmed(start, at)) is not None:
                yield _Unit(*lines, unit.owner)
                start = page.borders[at]
        yield replace(unit, start=start)


def _split(page: _Page, units: Iterator[_Unit], wanted: int) -> Iterator[_Unit]:
    """Yield the units, those that are too long cut where a statement begins."""
    for unit in units:
        start = unit.start
        while unit.end - start + 1 > max(wanted * _STRETCH, 1):
            left = unit.end - start + 1
            even = left / max(2, round(left / wanted))
            cut = _best_cut(page, start, even, unit.end)
            if (said := page.speech.get(cut)) is not None and _length(said) < wanted * _STRETCH:
                cut = said.start if said.start > start + even / 2 else said.end + 1
                # A few lines behind a long comment are better off with it than alone.
                cut = cut if unit.end - cut >= _few(wanted) else unit.end + 1
            if (lines := page.trimmed(start, cut - 1)) is not None:
                yield _Unit(*lines, unit.owner)
            start = cut
        if (lines := page.trimmed(start, unit.end)) is not None:
            yield _Unit(*lines, unit.owner, unit.whole if start == unit.start else -1)


def _best_cut(page: _Page, start: int, even: float, end: int) -> int:
    """Return the line, after `start`, before which to cut: near start + even, and shallow."""
    first = start + max(1, int(0.5 * even))
    last = min(end, max(first, int(start + 1.5 * even)))

    def price(line: int) -> float:
        depth = page.cuts.get(line)
        cost = _TORN if depth is None or line in page.speech else _LEVEL * depth
        blank = not page.filled[line - 2]
        return cost + abs(line - start - even) - (_BLANK_ABOVE if blank else 0)

    return min(range(first, last + 1), key=price)


def _pack(page: _Page, units: Iterator[_Unit], wanted: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last) lines of chunks: short siblings and remainders packed together."""
    packed: list[_Unit] = []
    waiting = list(units)
    for unit, after in zip_longest(waiting, waiting[1:]):
        before = packed[-1] if packed else None
        if (
            before is None
            or _leads(page, before, unit, after, wanted)
            or _heads(page, before, unit, after, wanted)
            or not (_joins(page, before, unit, wanted) or _ends(page, before, unit, after, wanted))
        ):
            packed.append(unit)
        else:
            packed[-1] = _joined(page, before, unit)
    for unit in packed:
        yield unit.start, unit.end


def _leads(page: _Page, before: _Unit, unit: _Unit, after: _Unit | None, wanted: int) -> bool:
    """Return whether a unit is a type that what is behind it, but not what is before, is about.

    In Rust and Go what a type does stands behind it, and its doc says nothing of what is before.
    Behind a few lines it may stand, and where all three are definitions that fit in one chunk.
    """
    if after is None or not _is_about(page, after, unit) or _is_about(page, before, unit):
        return False
    if before.whole < 0:
        return before.length > _few(wanted)
    return before.length > _TINY and page.last_line(after) - before.start >= wanted


def _is_about(page: _Page, unit: _Unit, head: _Unit) -> bool:
    """Return whether the definition that the unit is, or begins, belongs to the type `head`."""
    at = unit.whole if unit.whole >= 0 else unit.owner
    if head.whole < 0 or at < 0 or page.definitions[head.whole].kind not in ("class", "type"):
        return False
    owner = page.definitions[head.whole].qualified
    return f"{page.definitions[at].qualified}.".startswith(f"{owner}.")


def _joined(page: _Page, before: _Unit, unit: _Unit) -> _Unit:
    longer = before if before.length >= unit.length else unit
    goes_on = unit.whole < 0 and (_is_about(page, unit, before) or _begins(page, unit))
    if goes_on or (before.length <= _TINY and unit.whole >= 0):
        longer = unit  # more of it may follow
    return _Unit(before.start, unit.end, longer.owner, longer.whole)


def _joins(page: _Page, before: _Unit, unit: _Unit, wanted: int) -> bool:
    together = unit.end - before.start + 1
    few = _few(wanted)
    if unit.length <= few and _CLOSES.match(b"\n".join(page.lines[unit.start - 1 : unit.end])):
        return True
    if before.length <= few + _TINY and _is_about(page, unit, before):
        return together <= wanted * _STRETCH + few
    if together > wanted * _STRETCH:
        return False
    heads = unit.whole < 0 and _begins(page, unit)
    if unit.length <= _TINY and unit.whole < 0 and not heads:
        return True
    siblings = before.owner == unit.owner
    inside = unit.owner >= 0 and page.definitions[unit.owner].span.start >= before.start
    if before.length <= _TINY and (siblings or inside):
        return True
    if not siblings or heads or together > wanted:
        return False
    # A whole component that is short is told of as one.
    if unit.start in page.begins and len(page.lines) > wanted * _STRETCH:
        return False
    # Imports and constants are no sibling of a function, unless they are a few lines.
    if (before.whole < 0) == (unit.whole < 0):
        return True
    return (before if before.whole < 0 else unit).length <= few


def _heads(page: _Page, before: _Unit, unit: _Unit, after: _Unit | None, wanted: int) -> bool:
    """Return whether a unit is the head of what is behind it, and a definition is before.

    Behind that the few lines of a class's head would stay without what the class holds.
    """
    if after is None or before.whole < 0 or unit.whole >= 0 or unit.length > _few(wanted):
        return False
    if _is_about(page, unit, before):  # Rust's `impl` of a type that stands before it
        return False
    return _begins(page, unit) and _joins(page, unit, after, wanted)


def _ends(page: _Page, before: _Unit, unit: _Unit, after: _Unit | None, wanted: int) -> bool:
    """Return whether a unit is the last few lines of a class, for which it has room."""
    if unit.length > _TINY or unit.whole < 0 or unit.owner < 0 or before.owner != unit.owner:
        return False
    last = after is None or after.start > page.definitions[unit.owner].span.end
    return last and unit.end - before.start + 1 <= wanted * _STRETCH


def _few(wanted: int) -> int:
    """Return how many lines are worth no chunk of their own."""
    return wanted // 3


def _begins(page: _Page, unit: _Unit) -> bool:
    """Return whether the definition around the unit begins with it: the head of a class."""
    return unit.owner >= 0 and page.definitions[unit.owner].span.start == unit.start


def _chunk(context: Context, page: _Page, span: Span) -> Chunk:
    low, high = bisect_left(page.starts, span.start), bisect_right(page.starts, span.end)
    begun, source = page.definitions[low:high], context.source
    if source.cells and begun and source.language != MARKDOWN:
        main: Definition | None = _main_of_cells(begun, span)
    elif low == 0 and begun and _is_title(begun[0]):
        main = begun[0]
    else:
        main = _main(begun, span) if begun else _enclosing(page, low, span)
    kind: Kind = main.kind if main else "block"
    text = b"\n".join(page.lines[span.start - 1 : span.end]).decode("utf-8", "replace")
    return Chunk(
        path=source.path, span=span, language=source.language, kind=kind,
        symbol=main.qualified if main else "", begun=page.begun(span), role="body", text=text,
        target=target(context, span, text, begun, main),
    )  # fmt: skip


def _main(begun: Sequence[Definition], span: Span) -> Definition:
    """Return the definition that speaks for a chunk: the longest, or one of those with a doc."""

    def shown(definition: Definition) -> int:
        return min(definition.span.end, span.end) - definition.span.start + 1

    longest = _owner(begun, _inmost(begun, max(begun, key=lambda each: _length(each.span))))
    documented = [each for each in begun if each.doc is not None]
    if longest.doc is not None or not documented:
        return longest
    # An implementation has its type's doc.
    for each in documented:
        if each.qualified == longest.qualified:
            return each
    told = max(documented, key=shown)
    enough = _LEAST_OF_CLASS if told.span.start in longest.span else _LEAST_OF_SIBLING
    return told if shown(told) >= enough * shown(longest) else longest


def _inmost(begun: Sequence[Definition], outer: Definition) -> Definition:
    """Return what a module holds if that is one class and nothing else, as Ruby's files do."""
    for each in begun:
        inside = each.span.start in outer.span and each.kind == outer.kind == "class"
        if inside and not outer.bases and _length(outer.span) - _length(each.span) <= _WRAPPED:
            outer = each
    return outer


def _main_of_cells(begun: Sequence[Definition], span: Span) -> Definition:
    """Return what speaks for cells of code: the heading nearest to it, but for a doc in it."""
    sections = [each for each in begun if each.kind == "section"]
    code = [each for each in begun if each.kind != "section"]
    if sections and all(each.doc is None for each in code):
        return sections[-1]
    return _main(code, span)


def _owner(begun: Sequence[Definition], method: Definition) -> Definition:
    """Return the type that a method beside it belongs to, if that is not much shorter.

    In Go and Rust a type's methods stand behind it: the type is what they are about.
    """
    for each in begun:
        near = _length(each.span) + 1 >= _LEAST_OF_SIBLING * (_length(method.span) + 1)
        if near and each is not method and method.qualified == f"{each.qualified}.{method.name}":
            return each if method.span.start not in each.span else method
    return method


def _is_title(first: Definition) -> bool:
    """Return whether the first definition of a file is a heading with a sentence below it."""
    return first.kind == "section" and first.doc is not None and first.doc.text != first.name


def _length(span: Span) -> int:
    return span.end - span.start


def _enclosing(page: _Page, low: int, span: Span) -> Definition | None:
    """Return the innermost definition that begins before these lines and holds their first."""
    for definition in reversed(page.definitions[max(0, low - 2_000) : low]):
        if definition.span.end >= span.start:
            return definition
    return None
