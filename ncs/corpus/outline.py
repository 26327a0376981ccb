"""The definitions of a file, with the author's words on each, from its syntax tree."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ncs.corpus import pod
from ncs.corpus.families import PROSE
from ncs.corpus.grammars import GRAMMARS, Grammar, key_of
from ncs.corpus.languages import LANGUAGES
from ncs.corpus.prose import MOST_READ, documentation, uncomment
from ncs.corpus.routes import path_of
from ncs.corpus.sections import sections
from ncs.corpus.syntax import Found, Piece, Syntax, read_syntax
from ncs.scripts import units
from ncs.text import fold
from ncs.types import Definition, Kind, SourceFile, Span, Target

_CHUNK_LINES = 25
LONGEST_SIGNATURE = 200  # characters
_NAME_LETTERS = 128  # that are kept of a name: as many as SQL Server knows
_MOST_CALLS = 32  # names that are kept of a definition's calls
_MOST_OWNERS = 6  # of a qualified name: deeper nesting than that tells nobody anything

_IDENTIFIER = r"[~@#$]?[\w$][\w$'-]*[?!=]?"
_QUALIFIED = re.compile(
    rf"(?:{_IDENTIFIER}(?:<[^<>]*>)?\s*(?:::|\.|:|->)\s*)*(?:{_IDENTIFIER})", re.UNICODE
)
# A type that a macro before it made the beginning of a C++ declarator: `std::string render(int)`.
_RETURNED = re.compile(
    r"\A(?:\w+::)+\w+(?:<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>)?[\s&*]+"
    r"(?=(?:\w+(?:<[^<>]*>)?::)*~?\w+\s*\()"
)
# googletest's `TEST_F(StackTest, PopsLast) {…}`: a macro that takes the name of what it defines.
_MACRO = re.compile(r"[A-Z][A-Z\d_]*\((\w+), ?(\w+)\)")
_OPERATOR = re.compile(r"\boperator\s*(\(\)|\[\]|[^\s\w(]+|\s\w+)")
_BORROWED = re.compile(r"&'\w+\s*|\b(?:dyn|mut|const)\s+")
_SEPARATOR = re.compile(r"\s*(?:::|\.|:|->)\s*")
_TYPE_ARGUMENTS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")
_SELECTOR = re.compile(r"(?:\w+:)+")  # Objective-C's `insert:at:`
# What stands in front of a name and is no owner of it.
_TRANSPARENT = frozenset({"prototype", "this", "self", "exports", "module", "window", "_M"})
_BASE = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|\\)\w+)*")
_BASE_WORDS = """
extends implements with public private protected virtual class object where by metaclass
static override internal open final typing new
"""
_NO_BASE = frozenset(_BASE_WORDS.split())
_ARGUMENTS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)|\w+\s*=[^,)]*")
_ANNOTATIONS = re.compile(
    r"\A(?:@(?!(?:interface|implementation|protocol)\b)[\w.]+(?:\([^()]*\))?\s+)+"
)
_METHOD = re.compile(r"::|\w:\w|\.prototype\.")
_TAIL = re.compile(r"\s*(?:\{|=>|=|:|\bdo|\bwhere|;)\s*\Z")
_BRACKET = re.compile(r"[(){]")
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


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a file's structure: enough to cut it and to say what it is about.

    Attributes:
        definitions: in order of their first line, outer before inner.
        comments: whole-line comments one below the other are one piece.
        calls: (line, name) in order of lines.
        speech: the lines of each comment and documentation string, those of one line left out.
        cuts: line → depth of the statement that begins on it, inside of long nodes.
        header: what the file says of itself (module docstring, header comment), or None.
        unparsed: the lines of what is no code in a file that holds some; they have no cuts.
        references: as in `Grammar`.
    """

    definitions: tuple[Definition, ...] = ()
    comments: tuple[Piece, ...] = ()
    calls: tuple[tuple[int, str], ...] = ()
    speech: tuple[Span, ...] = ()
    cuts: Mapping[int, int] = field(default_factory=dict)
    header: Target | None = None
    unparsed: tuple[Span, ...] = ()
    references: bool = False


def outline(source: SourceFile) -> list[Definition]:
    """Return the definitions of a file in order of their first line, outer before inner.

    Methods and functions inside of functions are included. Damaged code gives what can be
    recognised; languages without a grammar, and hostile input, give an empty list. A Markdown
    or reStructuredText section counts as a definition of kind "section".
    """
    return list(read_outline(source).definitions)


def read_outline(source: SourceFile, chunk_lines: int = _CHUNK_LINES) -> Outline:
    """Return the structure of a file; `chunk_lines` as in `CorpusConfig`."""
    if source.language in PROSE:
        return Outline(definitions=tuple(sections(source)))
    name = key_of(source.language, source.path)
    grammar = GRAMMARS.get(name)
    if grammar is None:
        remarks = _remarks(source)
        return Outline(comments=remarks, speech=_speech(remarks))
    syntax = read_syntax(source.data, grammar, name, chunk_lines)
    return _assemble(source.data, grammar, syntax, source.path)


def _assemble(data: bytes, grammar: Grammar, syntax: Syntax, path: str) -> Outline:
    noted = list(_parted(data, syntax.comments)) if grammar.pod else syntax.comments
    comments = _joined(data, noted)
    above = _Above(data, grammar, comments, syntax)
    begins = [piece.start for piece in comments]
    definitions = _definitions(data, grammar, syntax, above, begins, path)
    _attach_inner(data, syntax, definitions)
    if grammar.pod:
        _attach_pod(data, comments, definitions)
    if grammar.clauses is not None:
        end = grammar.clauses
        ends = [data.endswith(end, found.start, found.end) for found in syntax.definitions]
        definitions = _join_clauses(definitions, ends if end else None)
    definitions.sort(key=lambda definition: (definition.span.start, -definition.span.end))
    cuts = {at: depth for at, depth in syntax.cuts.items() if not above.goes_on(at)}
    return Outline(
        tuple(definitions), tuple(comments), tuple(syntax.calls),
        _speech((*comments, *syntax.docs, *syntax.attached)), cuts,
        _header(data, grammar, syntax, comments, definitions),
        tuple(Span(first, last) for first, last in syntax.unparsed), grammar.references,
    )  # fmt: skip


def _definitions(
    data: bytes, grammar: Grammar, syntax: Syntax, above: "_Above", comments: list[int], path: str
) -> list[Definition]:
    """Return what was found, each with its owners, the comment above it and what it calls.

    `comments` are the bytes at which the file's comments begin.
    """
    definitions: list[Definition] = []
    # (end byte, name, kind, place in here of its outermost owner) of what encloses
    open_: list[tuple[int, str, Kind, int]] = []
    lines = [line for line, _ in syntax.calls]
    taken = 0
    for found in syntax.definitions:
        while open_ and open_[-1][0] <= found.start:
            open_.pop()
        around = open_[-1][2] if open_ else None
        owners, name, kind = _identified(data, found, around, exact=grammar.exact)
        if kind == "class" and name == grammar.unnamed:
            name = _called_as(path)
        outermost = len(open_) if found.absolute else open_[-1][3] if open_ else 0
        inside = [owner for _, owner, _, _ in open_[max(outermost, len(open_) - _MOST_OWNERS) :]]
        open_.append((found.end, ".".join([*owners, name]), kind, outermost))
        # Only the first definition of a line has the comment above it.
        first, doc = (found.first, None) if found.first == taken else above.of(found)
        taken = found.first
        called = syntax.calls[bisect_left(lines, found.first) : bisect_right(lines, found.last)]
        last, said = above.below(found)
        definitions.append(
            Definition(
                name=name, qualified=".".join([*inside, *owners, name]), kind=kind,
                span=Span(first, last), line=_line_of_name(found, name), doc=doc or said,
                signature=_signature(data, found, comments, whole=grammar.statements),
                bases=_bases(found.bases), calls=_called(called, name),
            )
        )  # fmt: skip
    return definitions


def _identified(
    data: bytes, found: Found, around: Kind | None, *, exact: bool
) -> tuple[list[str], str, Kind]:
    """Return the owners that a definition's own name says, its bare name, and its kind.

    Args:
        data: the file.
        found: the definition.
        around: kind of what encloses it, if anything does.
        exact: as in `Grammar`.
    """
    written = _written(data, found)
    owners, name = ([], _bare(written)) if exact else _split_name(written)
    if found.owner:
        owners = _receiver(found.owner)
    owned = around in ("class", "type")
    # What has no type before it is a macro, or a constructor.
    if not owned and found.start == found.name_at and (macro := _MACRO.fullmatch(fold(written))):
        return [macro[1][:_NAME_LETTERS]], macro[2][:_NAME_LETTERS], found.kind
    if found.of:
        name = fold(f"{name} {found.of}")[:_NAME_LETTERS]
    named = not exact and _METHOD.search(_before_arguments(written))
    method = found.kind == "function" and (named or owned)
    return owners, name, "method" if method else found.kind


def _line_of_name(found: Found, name: str) -> int:
    """Return the line of a bare name; the `*` that C has before it may end the line above."""
    return found.name_line + found.name.count("\n", 0, max(found.name.find(name), 0))


def _called_as(path: str) -> str:
    """Return a file's name without its extension, its folder's where it is an index."""
    folder, _, filename = path.rpartition("/")
    stem = filename.partition(".")[0]
    return folder.rpartition("/")[2] or stem if stem == "index" else stem


def _speech(pieces: Iterable[Piece]) -> tuple[Span, ...]:
    return tuple(Span(piece.first, piece.last) for piece in pieces if piece.first < piece.last)


class _Above:
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


def _joined(data: bytes, pieces: list[Piece]) -> list[Piece]:
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


def _attach_inner(data: bytes, syntax: Syntax, definitions: list[Definition]) -> None:
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


def _attach_pod(data: bytes, comments: Iterable[Piece], definitions: list[Definition]) -> None:
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


def _parted(data: bytes, comments: Iterable[Piece]) -> Iterator[Piece]:
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


def _join_clauses(definitions: list[Definition], parted: list[bool] | None) -> list[Definition]:
    """Join the clauses of a function (Haskell equations, Elixir clauses, overloads).

    Args:
        definitions: in order.
        parted: whether each says that a clause follows; None where the place tells.
    """
    joined: list[Definition] = []
    for at, definition in enumerate(definitions):
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.qualified == definition.qualified
            and before.kind == definition.kind
            and (
                parted[at - 1]
                if parted is not None
                else before.span.end < definition.span.start <= before.span.end + 2
                and definition.doc is None
            )
        ):
            calls = tuple(dict.fromkeys(before.calls + definition.calls))[:_MOST_CALLS]
            span = Span(before.span.start, definition.span.end)
            joined[-1] = before._replace(span=span, calls=calls)
        else:
            joined.append(definition)
    return joined


def _header(
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


def _remarks(source: SourceFile) -> tuple[Piece, ...]:
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
    return tuple(_joined(source.data, pieces))


def _written(data: bytes, found: Found) -> str:
    """Return the name of a definition as it is written, without a type that was taken for it."""
    name, end = found.name, found.name_at + len(found.name.encode())
    if found.kind == "function" and data[end : end + 2] == b"::":
        head = data[found.name_at : min(found.body_at, end + LONGEST_SIGNATURE)]
        name = head.decode("utf-8", "replace")
    plain = _RETURNED.sub("", fold(name), count=1)
    return plain if plain != fold(name) else found.name


def _before_arguments(written: str) -> str:
    """Return a name as it is written, without the types among its arguments.

    `join(const std::string& text)` and `parse<std::string>` belong to nothing.
    """
    name = written.partition("(")[0]
    while (plain := _TYPE_ARGUMENTS.sub("", name)) != name:
        name = plain
    return name


def _bare(text: str) -> str:
    """Return a name without the quotes around it."""
    plain = fold(text)
    quoted = plain[:1] in "\"'`" and len(plain) > 2
    return (plain[1:-1] if quoted else plain)[:_NAME_LETTERS]


def _split_name(text: str) -> tuple[list[str], str]:
    """Return the owners and the bare name of a name as it is written in the code."""
    plain = _BORROWED.sub("", fold(text))
    if _SELECTOR.fullmatch(plain):
        return [], plain[: plain.rfind(":", 0, _NAME_LETTERS) + 1] or plain[:_NAME_LETTERS]
    if plain[:1] in "\"'`" and len(plain) > 2:
        return [], plain.strip("\"'`")[:_NAME_LETTERS] or plain
    operator = _OPERATOR.search(plain)
    head = plain[: operator.start()] + "operator" if operator else plain
    found = _QUALIFIED.search(head)
    if found is None:
        # Haskell's `(<+>) :: …` is about what `a <+> b = …` defines.
        operator_alone = plain[1:-1] if plain[:1] == "(" and plain.endswith(")") else plain
        return [], (operator_alone or plain)[:_NAME_LETTERS] or "?"
    pieces = [_TYPE_ARGUMENTS.sub("", piece) for piece in _SEPARATOR.split(found[0])]
    name = pieces[-1] if operator is None else f"operator{operator[1]}"
    owners = [piece for piece in pieces[:-1] if piece and piece not in _TRANSPARENT]
    return owners[-_MOST_OWNERS:], name


def _receiver(text: str) -> list[str]:
    """Return the type in a Go receiver: `(s *Server[T])` → Server."""
    words = re.findall(r"\w+", _TYPE_ARGUMENTS.sub("", text))
    return words[-1:]


def _signature(data: bytes, found: Found, comments: list[int], *, whole: bool) -> str:
    """Return the head of a definition, from its name's line to its body, in one line.

    It ends at a comment too; `comments` are the bytes at which the file's comments begin. What
    stands above the line of the name is a part of it where it is `whole`.
    """
    above = 0 if whole else data.rfind(b"\n", 0, found.name_at) + 1
    start = max(found.start, above)
    end = min(found.body_at, start + 4 * LONGEST_SIGNATURE, found.end)
    if found.body_at == found.end:
        line_end = data.find(b"\n", found.name_at + len(found.name.encode()))
        end = min(end, len(data) if line_end < 0 else line_end)
    at = bisect_left(comments, found.name_at)
    if at < len(comments):
        end = min(end, comments[at])
    text = fold(data[start : max(end, start)].decode("utf-8", "replace"))
    if found.body_at == found.end:
        text = _before_brace(text)
    while (cut := _TAIL.sub("", text)) != text:
        text = cut
    text = _ANNOTATIONS.sub("", text) or text
    return text[:LONGEST_SIGNATURE]


def _before_brace(text: str) -> str:
    """Return what is before the first brace that stands in no parameter list."""
    depth = 0
    for found in _BRACKET.finditer(text):
        if found[0] == "{" and depth <= 0:
            return text[: found.start()].strip() or text
        depth += (found[0] == "(") - (found[0] == ")")
    return text


def _bases(clauses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in the clauses that say what a class inherits from."""
    names: list[str] = []
    for clause in clauses:
        if clause.startswith("("):
            clause = clause[1:].rstrip(")")
        elif clause.startswith("<") and clause.endswith(">"):
            clause = clause[1:-1]  # Objective-C's protocols
        while (plain := _ARGUMENTS.sub("", clause)) != clause:
            clause = plain
        names += [name for name in _BASE.findall(clause) if name not in _NO_BASE]
    return tuple(dict.fromkeys(name.lstrip("\\") for name in names))[:_MOST_CALLS]


def _called(calls: list[tuple[int, str]], own: str) -> tuple[str, ...]:
    """Return the first names called, each once, the definition's own name left out."""
    names: dict[str, None] = {}
    registered = own.partition(" ")[0] if path_of(own) else own
    for _, name in calls[: 8 * _MOST_CALLS]:
        if name != registered and len(names) < _MOST_CALLS:
            names[name] = None
    return tuple(names)
