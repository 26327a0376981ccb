"""Whose words are whose: the comments and strings that document a definition, or all of a file."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ncs.corpus import pod
from ncs.corpus.grammars import Grammar
from ncs.corpus.languages import LANGUAGES
from ncs.corpus.marks import MOST_READ, uncomment
from ncs.corpus.prose import documentation
from ncs.corpus.syntax import Found, Piece, Syntax
from ncs.scripts import units
from ncs.types import Definition, SourceFile, Span, Target

_FIRST_LINES = re.compile(
    r"\s*(?:<\?php|package|namespace|module|['\"]use strict|declare|#pragma once|#!|//|/\*"
    r"|#|--|%|-module\b)"
)
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/|\{-.*?-\}|\(\*.*?\*\)", re.S)
_LONGEST_HEAD = 8_000  # characters before a header comment that are looked at
# A block that documents what is below the one blank line behind it. A row of stars, and one line
# without an end of a sentence, are titles of a section.
_DOC_BLOCK = re.compile(rb"/\*\*[^*/<]|=(?:head[2-6]|item|method|func)\b")
_ONE_BLANK = re.compile(rb"[ \t\r]*\n[ \t\r]*\n[ \t]*[^\s]")
_FORMATTED = re.compile(rb"[rR]?[fF][rR]?['\"]")  # Python's f-strings document nothing
_TAGGED = re.compile(r"^[ \t]*(?:\*[ \t]*)?[@\\]\w", re.M)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_POD_HEAD = 20  # bytes that tell a block of POD
_FEWEST_WORDS = 4  # of a block without a full stop or a tag: less is a title


class Above:
    """Finds what stands right above a definition: its comments and attributes."""

    def __init__(
        self, data: bytes, grammar: Grammar, comments: Iterable[Piece], syntax: Syntax
    ) -> None:
        self._data = data
        self._marks, self._references = grammar.doc_marks, grammar.references
        self._body = len(data)  # the first byte that is known to be behind the file's head
        self._ends: dict[int, tuple[Piece, bool]] = {}
        pieces = [(piece, False) for piece in syntax.marks]
        pieces += [(piece, True) for piece in (*comments, *syntax.attached)]
        for piece, speaks in pieces:
            if piece.whole:
                self._ends[piece.last] = (piece, speaks)
        self._below = self._taken(comments, syntax) if grammar.docs_below else {}

    def _taken(self, comments: Iterable[Piece], syntax: Syntax) -> dict[int, tuple[int, Piece]]:
        """Return line that a definition ends on → its first byte, and the doc comment below it.

        Of a comment between two definitions the file's other comments tell whose it is.
        """
        begins = {found.first for found in syntax.definitions}
        ends = {found.last for found in syntax.definitions}
        blocks = {
            piece.first: piece
            for piece in comments
            if piece.whole and self._data.startswith(b"(**", piece.start)
        }
        sides = [(at - 1 in ends, piece.last + 1 in begins) for at, piece in blocks.items()]
        below = sides.count((True, False)) > sides.count((False, True))
        taken: dict[int, tuple[int, Piece]] = {}
        for found in syntax.definitions:
            piece = blocks.get(found.last + 1)
            # The outermost of those that end on the line has it.
            if piece is None or found.last in taken or found.first - 1 in self._ends:
                continue
            if below or piece.last + 1 not in begins:
                taken[found.last] = (found.start, piece)
                del self._ends[piece.last]
        return taken

    def below(self, found: Found) -> tuple[int, Target | None]:
        """Return the last line of a definition, and the doc comment that stands below it."""
        start, piece = self._below.get(found.last, (-1, None))
        if piece is None or start != found.start:
            return found.last, None
        return piece.last, self._said(piece)

    def of(self, found: Found) -> tuple[int, Target | None]:
        """Return the first line, comments and attributes included, and the doc comment."""
        first, told = found.first, False
        doc: Target | None = None
        while first - 1 in self._ends:
            piece, speaks = self._ends[first - 1]
            first, told = piece.first, told or speaks
            # Rust's doc goes on below an attribute in it.
            if speaks and (doc is None or self._data.startswith(b"///", piece.start)):
                doc = self._said(piece) or doc
        block = None if told else self._apart(first)
        if block is None or not self._documents(block):
            return first, doc
        return block.first, self._said(block)

    def goes_on(self, line: int) -> bool:
        """Return whether what begins on a line goes with the comment or attribute above it."""
        return line - 1 in self._ends or self._apart(line) is not None

    def _apart(self, line: int) -> Piece | None:
        """Return the doc block that ends one blank line above a line, or None."""
        piece, speaks = self._ends.get(line - 2, (None, False))
        if piece is None or not speaks or not _DOC_BLOCK.match(self._data, piece.start):
            return None
        return piece if _ONE_BLANK.match(self._data, piece.end) else None

    def _documents(self, block: Piece) -> bool:
        """Return whether a block that stands apart is about what follows: no head, no title."""
        if not self._marks or self._is_in_head(block):
            return False
        raw = self._data[block.start : block.end].decode("utf-8", "replace")
        said = documentation(raw)
        alone = block.first == block.last or len(units(said)) < _FEWEST_WORDS
        return not alone or said.endswith(".") or _TAGGED.search(uncomment(raw)) is not None

    def _is_in_head(self, block: Piece) -> bool:
        # What stands before one block stands before all that are further down.
        if block.start < self._body and not _leads(_head(self._data, block.start)):
            self._body = block.start
        return block.start < self._body

    def _said(self, piece: Piece) -> Target | None:
        raw = self._data[piece.start : piece.end].decode("utf-8", "replace")
        if not raw.startswith(self._marks):
            return None
        return _target(documentation(raw, references=self._references), piece)


def _target(text: str, piece: Piece) -> Target | None:
    span = Span(piece.first, piece.last) if piece.whole else None
    return Target(text, "docstring", span) if text else None


def joined_lines(data: bytes, pieces: list[Piece]) -> list[Piece]:
    """Return the comments, those of a line each that continue each other made one."""
    joined: list[Piece] = []
    marks: list[tuple[bytes, int]] = []
    for piece in pieces:
        mark = _mark(data, piece)
        if joined and piece.whole and joined[-1].whole and joined[-1].last == piece.first - 1:
            before = joined[-1]
            goes_on = mark[0] and mark[1] == marks[-1][1]
            # LuaDoc opens with three dashes and goes on with two.
            if goes_on and (mark[0] == marks[-1][0] or (mark[0], marks[-1][0]) == (b"--", b"---")):
                joined[-1] = replace(before, end=piece.end, last=piece.last)
                continue
        joined.append(piece)
        marks.append(mark)
    return joined


def _mark(data: bytes, piece: Piece) -> tuple[bytes, int]:
    """Return the mark and column of a line comment; an empty mark for any other."""
    head = data[piece.start : piece.start + 4]
    before = data.rfind(b"\n", 0, piece.start)
    # A byte order mark is no column.
    column = piece.start - (2 if before < 0 and data.startswith(_BYTE_ORDER_MARK) else before)
    if head.startswith((b"--[", b"#!")) or not head.startswith((b"//", b"#", b"--", b";", b"%")):
        return b"", column
    if head[:2] == b"#'" and not head[2:3].strip():
        return head[:2], column  # roxygen's
    if head[:3] in (b"///", b"//!", b"---") and head[3:4] != head[2:3]:
        return head[:3], column
    return (head[:1] if head[:1] in b"#;%" else head[:2]), column


def attach_inner(data: bytes, syntax: Syntax, definitions: list[Definition]) -> None:
    """Give each documentation string to the innermost definition that it stands in."""
    founds = syntax.definitions
    starts = [found.start for found in founds]
    for piece in syntax.docs:
        if data.startswith(b"#", piece.start) or _FORMATTED.match(data, piece.start):
            continue  # a remark where PowerShell has its help
        at = bisect_right(starts, piece.start) - 1
        while at >= 0 and founds[at].end < piece.end:
            at -= 1
        if at >= 0 and definitions[at].doc is None:
            raw = data[piece.start : piece.end].decode("utf-8", "replace")
            definitions[at] = definitions[at]._replace(doc=_target(documentation(raw), piece))


def attach_pod(data: bytes, comments: Iterable[Piece], definitions: list[Definition]) -> None:
    """Give each section of POD to the first definition of the name in its heading."""
    named: dict[str, int] = {}
    for at, definition in enumerate(definitions):
        key = definition.qualified if definition.kind == "class" else definition.name
        named.setdefault(key, at)
    for piece in comments:
        if not _is_pod(data, piece):
            continue
        end = min(piece.end, piece.start + 4 * MOST_READ)
        raw = data[piece.start : end].decode("utf-8", "replace")
        package = pod.named(raw)
        name = package[0].replace("::", ".") if package else pod.subject(raw)
        doc = _target(package[1] if package else documentation(raw), piece)
        if name in named and doc is not None:
            at = named.pop(name)
            definitions[at] = definitions[at]._replace(doc=doc)


def parted_pod(data: bytes, comments: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the comments, each section of POD as one of its own."""
    for piece in comments:
        if not _is_pod(data, piece):
            yield piece
            continue
        first, at = piece.first, piece.start
        for start, end in pod.sections(data, piece.start, piece.end):
            first, at = first + data.count(b"\n", at, start), start
            last = first + data.count(b"\n", start, end)
            yield Piece(start, end, first, last, True)


def _is_pod(data: bytes, piece: Piece) -> bool:
    return pod.is_pod(data[piece.start : piece.start + _POD_HEAD].decode("utf-8", "replace"))


def header(
    data: bytes, grammar: Grammar, syntax: Syntax, comments: list[Piece],
    definitions: list[Definition],
) -> Target | None:  # fmt: skip
    """Return what the file says of itself before its first definition."""
    first = definitions[0].span.start if definitions else len(data)
    if not grammar.doc_marks:
        # The query has seen to it that a string before any definition is the module's.
        docs = [piece for piece in syntax.docs[:1] if not _FORMATTED.match(data, piece.start)]
        comments = [piece for piece in docs if piece.first < first] or comments
    for piece in comments[:4]:
        if piece.first >= first or not piece.whole:
            break
        raw = data[piece.start : piece.end].decode("utf-8", "replace")
        if not _leads(_head(data, piece.start)):
            break
        said = documentation(raw, references=grammar.references)
        if (target := _target(said, piece)) is not None:
            return target
    return None


def _head(data: bytes, end: int) -> str:
    """Return what stands before a byte: the first `_LONGEST_HEAD` characters of it."""
    # No character has more bytes, and of what is not UTF-8 each byte is one at most.
    return data[: min(end, 4 * _LONGEST_HEAD)].decode("utf-8", "replace")[:_LONGEST_HEAD]


def _leads(before: str) -> bool:
    """Return whether nothing but comments, package lines and the like stand before."""
    code = _BLOCK_COMMENT.sub("", before)
    return all(_FIRST_LINES.match(text) for text in code.split("\n") if text.strip("\ufeff \t\r"))


def remarks_of(source: SourceFile) -> tuple[Piece, ...]:
    """Return the comments of a language without a grammar: whole lines with its mark."""
    language = LANGUAGES.get(source.language)
    mark = language.remark.encode() if language else b""
    if not mark:
        return ()
    pieces: list[Piece] = []
    at = 0
    for number, line in enumerate(source.data.split(b"\n"), 1):
        if line.lstrip().startswith(mark):
            start = at + len(line) - len(line.lstrip())
            pieces.append(Piece(start, at + len(line.rstrip()), number, number, True))
        at += len(line) + 1
    return tuple(joined_lines(source.data, pieces))


def speech_of(pieces: Iterable[Piece]) -> tuple[Span, ...]:
    """Return the lines of each piece, those of one line left out."""
    return tuple(Span(piece.first, piece.last) for piece in pieces if piece.first < piece.last)
