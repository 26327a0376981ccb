"""What a chunk is about, in words: the first of four tiers that has something to say."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import dropwhile

from ncs.corpus.context import LONGEST_READ, SAYS, SNIPPET, Context, common, length
from ncs.corpus.descriptions import IMPORT, description, heading, whole
from ncs.corpus.families import COMPONENTS, MARKDOWN, PROSE
from ncs.corpus.marks import MOST_READ
from ncs.corpus.notices import is_licence
from ncs.corpus.prose import remark
from ncs.corpus.sections import opening
from ncs.corpus.summaries import shorten
from ncs.corpus.syntax import Piece
from ncs.text import fold
from ncs.types import Definition, Span, Target

_LINES_ABOVE = 20  # of a part of a section in which the bullet may begin that it goes on with
_ENOUGH_WORDS = 20  # of a comment: more do not make it better
_MOST_COMMENTS = 40  # of a chunk that are looked at
_MOST_BYTES = 4 * MOST_READ  # of a comment that hold as many characters
# What nobody reads, where anything else stands on the lines.
_PREAMBLE = re.compile(r"<\?php\Z|declare\s*\(strict_types|\{-#|#!|[\"']use strict")
_INCLUDE = re.compile(r"#\s*(?:include|import)\b")
_CLOSES = re.compile(r"(?:[)\]};,\s]+|#\s*endif\s*)(?://.*|/\*.*\*/)?\Z")
_CLOSES_ELEMENT = re.compile(rf"(?:</[\w.:-]+\s*>\s*)+\Z|{_CLOSES.pattern}")
_CELL = re.compile(r"# ?[╔╠╟][═─]")  # of a notebook in Julia
_DOUBLED_MARK = re.compile(r"\A%{2,}\s+")  # of a comment in Erlang, where nothing else is told


def target(
    context: Context, span: Span, text: str, begun: Sequence[Definition], main: Definition | None
) -> Target:
    """Return the explanation target of a chunk.

    Args:
        context: the file.
        span: the chunk's lines.
        text: what stands on them.
        begun: the definitions that begin in the chunk, in order.
        main: the most important of them, or the one that the chunk is a part of, or None.
    """
    found = _documented(context, span, begun, main)
    if found is None and (found := _commented(context, span, begun, main)) is not None:
        found = found._replace(text=f"{_part(context, begun, main)}{found.text}")
    if found is not None:
        inside = found.span and common(found.span, span)
        return found._replace(text=shorten(fold(found.text)), span=inside)
    code = _code(context, span)
    said = description(context, span, code, begun, main)
    if said:
        return Target(shorten(fold(said)), "synthetic")
    path = fold(context.source.path)
    language = context.source.language
    if not (said := _snippet(code, language)) and is_licence(text):
        said = shorten(f"Copyright notice of {path}")
    return Target(said or _snippet(text, language) or f"Lines of {path}", "snippet")


def own_words(definition: Definition) -> str:
    """Return the author's words on a definition, as a target has them; "" where there are none."""
    return "" if definition.doc is None else shorten(fold(definition.doc.text))


def _part(context: Context, begun: Sequence[Definition], main: Definition | None) -> str:
    """Return what a comment is put behind: it speaks for a part only of what has a doc."""
    if main is not None and main.kind == "section":
        return f"{heading(main)}: "
    if main is None or main in begun or not (told := whole(context, main)):
        return ""
    return f"Part of {main.qualified}{told}: "


def _documented(
    context: Context, span: Span, begun: Sequence[Definition], main: Definition | None
) -> Target | None:
    if main is not None and main.doc is not None and main in begun:
        return main.doc
    header = context.outline.header
    if header is not None and _holds(header, span):
        return header
    if main is not None and main.doc is not None and _holds(main.doc, span):
        return main.doc
    source = context.source
    if source.cells and source.language != MARKDOWN:
        return _introduced(context, span)
    if source.language in PROSE and (main is not None or source.cells):
        return _continued(context, span, main)
    return None


def _introduced(context: Context, span: Span) -> Target | None:
    """Return what the last paragraph above the code of a notebook says, under its heading."""
    cells = context.source.cells
    at = bisect_right(cells, span.start, key=lambda cell: cell.span.start) - 1
    told = common(cells[at].span, span) if at >= 0 and cells[at].language == MARKDOWN else None
    if told is None:
        return None
    begun = context.outline.definitions[: bisect_right(context.definition_lines, span.start)]
    heading = next((each for each in reversed(begun) if each.kind == "section"), None)
    for first in range(told.end, told.start - 1, -1):
        begins = first == told.start or not context.lines[first - 2].strip()
        if begins and (said := _continued(context, Span(first, told.end), heading)) is not None:
            return said
    return None


def _holds(doc: Target, span: Span) -> bool:
    """Return whether the text stands in the lines, or is so long that it fills most of them."""
    if doc.span is None:
        return False
    shared = common(doc.span, span)
    if shared is None:
        return False
    return doc.span.start in span or 2 * length(shared) >= length(span)


def _continued(context: Context, span: Span, section: Definition | None) -> Target | None:
    """Return what a later part of a section says, under its heading if it has one."""
    above = 0 if context.source.cells else min(span.start - 1, _LINES_ABOVE)
    before = span.start - 1 - above
    lines = [line.decode("utf-8", "replace") for line in context.lines[before : span.end]]
    said = opening(lines, above + 1, len(lines))
    if said is None:
        return None
    text, at = said
    place = Span(before + at.start, before + at.end) if at else None
    head = f"{heading(section)}: " if section is not None else ""
    return Target(f"{head}{text}", "docstring", place)


def _commented(
    context: Context, span: Span, begun: Sequence[Definition], main: Definition | None
) -> Target | None:
    """Return the comment that tells most, the first of equals, but no definition's doc.

    One on what the chunk is about comes before any on another definition, which is named.
    """
    docs = {each.doc.span for each in begun if each.doc is not None}
    starts = {each.span.start for each in begun}
    outline, lines = context.outline, context.comment_lines
    low, high = bisect_left(lines, span.start), bisect_right(lines, span.end)
    low = max(0, low - 1)  # it may go on into these lines
    best: Target | None = None
    most = (False, 0)
    for piece in outline.comments[low : min(high, low + _MOST_COMMENTS)]:
        whole = Span(piece.first, piece.last)
        place = common(whole, span)
        head = _headed(piece, span, begun, main)
        if place is None or whole in docs or head is None:
            continue
        if _on_an_import(context, piece) if piece.whole else _says_little(context, piece):
            continue
        end = min(piece.end, piece.start + _MOST_BYTES)
        raw = context.source.data[piece.start : end].decode("utf-8", "replace")
        said, words = remark(raw, references=outline.references)
        if words == 1 and piece.first in starts:
            continue  # what is said in place of a doc only points elsewhere
        worth = (not head, min(words, _ENOUGH_WORDS) + (2 if piece.whole else 0))
        if said and worth > most:
            most = worth
            best = Target(f"{head}{said}", "comment", place if piece.whole else None)
    return best


def _headed(
    piece: Piece, span: Span, begun: Sequence[Definition], main: Definition | None
) -> str | None:
    """Return what a comment is put behind: "" if it is on what the chunk is about.

    What stands in a function is on the function. What no definition is around is on the one
    below it, or on a chunk that the definition is the smaller part of. None for what tells
    nothing of the chunk: what others with a doc hold, and methods beside such as have one.
    """
    if main is None or main.kind == "section" or main not in begun:
        return ""
    around = [each for each in begun if piece.first in each.span]
    if not around:
        near = piece.first < main.span.start or 2 * length(main.span) < length(span)
        return "" if near else None
    owner = around[-1]
    if owner.qualified == main.qualified:
        return ""
    if main not in around:
        return None if owner.doc is not None else f"In {owner.name}: "
    if main.kind not in ("class", "type"):
        return ""
    inside = [each for each in begun if each.span.start in main.span and each is not main]
    if any(each.doc is not None for each in inside):
        return None
    return "" if inside == [owner] else f"In {owner.name}: "


def _says_little(context: Context, piece: Piece) -> bool:
    """Return whether a comment stands behind an `#include`, or behind what closes."""
    line = context.lines[piece.first - 1].decode("utf-8", "replace").strip()
    return (_INCLUDE.match(line) or _CLOSES.match(line)) is not None


def _on_an_import(context: Context, piece: Piece) -> bool:
    """Return whether a comment stands between imports: it is on the next of them alone.

    What stands above the first one may be on the file.
    """
    before = context.lines[max(0, piece.first - 1 - _LINES_ABOVE) : piece.first - 1]
    after = context.lines[piece.last : piece.last + 1]
    return any(map(_imports, after)) and any(map(_imports, before))


def _imports(line: bytes) -> bool:
    return IMPORT.match(line.decode("utf-8", "replace")) is not None


def _code(context: Context, span: Span) -> str:
    """Return the chunk's lines without those that hold nothing but a comment."""
    outline, starts = context.outline, context.comment_lines
    spoken: set[int] = set()
    for piece in outline.comments[
        max(0, bisect_left(starts, span.start) - 1) : bisect_right(starts, span.end)
    ]:
        if piece.whole:
            spoken.update(range(max(piece.first, span.start), min(piece.last, span.end) + 1))
    kept = [at for at in range(span.start, span.end + 1) if at not in spoken]
    code = b"\n".join(context.lines[at - 1] for at in kept).decode("utf-8", "replace")
    return code.removeprefix("\ufeff")


def _snippet(text: str, language: str) -> str:
    closes = _CLOSES_ELEMENT if language in COMPONENTS else _CLOSES
    lines = [line.strip() for line in text[:LONGEST_READ].split("\n")]
    if language == "erlang":
        lines = [_DOUBLED_MARK.sub("", line) for line in lines]
    lines = [line for line in lines if SAYS.search(line) and not _CELL.match(line)]
    told = list(dropwhile(closes.match, (line for line in lines if not _PREAMBLE.match(line))))
    return shorten(fold(" ".join(told or lines)), SNIPPET)
