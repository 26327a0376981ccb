"""What the grammar's query finds in a file, as lines and bytes: no tree leaves this module."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, compress, pairwise

from tree_sitter import Node, QueryCursor

from ncs.corpus.grammars import Grammar, compiled
from ncs.corpus.parsing import parse
from ncs.corpus.pod import APPENDIX
from ncs.corpus.shown import framed, is_hostile, only, shown
from ncs.corpus.statements import Statement, statements
from ncs.types import Kind

_NAME_BYTES = 1_000  # that are read of a name, or of another short text
_MOST_MATCHES = 10_000  # in progress at a time
_MOST_CUTS = 200_000  # nodes that are looked at for places to cut, in one file
_MOST_PASSES = 3  # macros in macros
_MARGIN = 400  # bytes of white space that are looked over
_DEFINES = re.compile(rb"\b(?:fn|struct|enum|trait|impl|mod)\b")

_Captures = dict[str, list[Node]]
_PIECES = ("comment", "doc", "attached", "mark")
_KINDS: tuple[Kind, ...] = ("function", "method", "class", "type")


@dataclass(frozen=True, slots=True)
class Piece:
    """A comment, string or attribute by its bytes [start, end) and lines (1-based, inclusive).

    Attributes:
        whole: nothing else stands on its lines.
    """

    start: int
    end: int
    first: int
    last: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A definition as the query found it.

    Attributes:
        start, end: its bytes, [start, end).
        first, last: its lines, decorators included, comments above it not.
        name, owner: as written, with whatever surrounds the bare name in this language.
        of: what follows the name as a part of it: the type in a Haskell instance.
        name_at: the byte where the name begins. name_line: the line of it.
        body_at: the byte where the body begins, or `end` where the grammar does not say.
        bases: the text of what it inherits from, a piece for each clause.
        absolute: the name says all that it belongs to, whatever it stands in.
    """

    start: int
    end: int
    first: int
    last: int
    kind: Kind
    name: str
    owner: str
    of: str
    name_at: int
    name_line: int
    body_at: int
    bases: tuple[str, ...]
    absolute: bool = False


@dataclass(slots=True)
class Syntax:
    """All that was found in a file, each list in order of position.

    Attributes:
        comments: ordinary and doc comments. docs: strings that document what they stand in.
        attached: strings that document what follows. marks: decorators and attributes.
        calls: (line, name). cuts: line → depth of the statement that begins on it, for
            statements inside of what is longer than a chunk.
        unparsed: the (first, last) lines of what the parser was not shown as it is no code.
    """

    definitions: list[Found] = field(default_factory=list)
    comments: list[Piece] = field(default_factory=list)
    docs: list[Piece] = field(default_factory=list)
    attached: list[Piece] = field(default_factory=list)
    marks: list[Piece] = field(default_factory=list)
    calls: list[tuple[int, str]] = field(default_factory=list)
    cuts: dict[int, int] = field(default_factory=dict)
    unparsed: list[tuple[int, int]] = field(default_factory=list)


def read_syntax(data: bytes, grammar: Grammar, grammar_name: str, chunk_lines: int) -> Syntax:
    """Return what stands in a file's bytes; nothing for hostile input that takes too long.

    Args:
        data: the file's bytes; what is not UTF-8 is an error that tree-sitter recovers from.
        grammar: what to look for.
        grammar_name: its key in `GRAMMARS`.
        chunk_lines: what is longer than so many lines is searched for places to cut.
    """
    if is_hostile(data):
        return Syntax()
    found = statements(data) if grammar.statements else []
    later = [(statement.start, statement.end) for statement in found]
    collector = _Collector(data, grammar, grammar_name, found)
    beside = collector.beside(grammar.only) if grammar.only is not None else []
    code = shown(data, grammar, [*beside, *later])
    readable = shown(data, grammar, beside) if later else data
    for _ in range(_MOST_PASSES):
        tree = parse(code, grammar_name)
        if tree is None:
            break
        unparsed = collector.query(tree.root_node) + later
        later = []
        if tree.root_node.has_error and grammar.heads is not None:
            unparsed += framed(data, grammar.heads)
        _find_cuts(data, tree.root_node, chunk_lines, collector.cuts)
        if not unparsed:
            break
        code = only(readable, unparsed)
    return collector.syntax()


class _Collector:
    """Collects what the query captures, over one or more parses of the same bytes."""

    def __init__(
        self, data: bytes, grammar: Grammar, grammar_name: str, statements: list[Statement]
    ) -> None:
        self._data = data
        self._grammar = grammar
        self._statements = statements
        self._query = compiled(grammar_name)[1]
        self._wraps: dict[int, list[Node]] = {}
        self._definitions: dict[int, tuple[Kind, Node, _Captures]] = {}
        self._pieces: dict[str, dict[int, Piece]] = {role: {} for role in _PIECES}
        self._bases: dict[int, str] = {}
        self._calls: list[tuple[int, str]] = []
        self._called: list[int] = []  # the byte where each of them begins
        self._unparsed: list[tuple[int, int]] = []
        self._silent: list[tuple[int, int]] = []  # bytes in which nothing is called
        self.cuts: dict[int, int] = {}

    def beside(self, only: re.Pattern[bytes]) -> list[tuple[int, int]]:
        """Note the remarks and the lines beside the code; return the ranges beside it."""
        ranges: list[tuple[int, int]] = []
        at, line = begun, first = 0, 1
        for found in only.finditer(self._data):
            if found.lastindex is None:
                continue
            start, end = found.span(found.lastindex)
            line += self._data.count(b"\n", at, start)
            at = start
            if found.lastgroup == "remark":
                column = start - _begin_of_line(self._data, start)
                self._pieces["comment"][start] = _piece(self._data, start, end, line, column)
            else:
                ranges.append((begun, start))
                self._unparsed.append((first, line))
                line += self._data.count(b"\n", start, end)
                at = begun = end
                first = line
        self._unparsed.append((first, line + self._data.count(b"\n", at)))
        return [*ranges, (begun, len(self._data))]

    def query(self, root: Node) -> list[tuple[int, int]]:
        """Note what stands below a node; return the byte ranges of code left unparsed in it."""
        cursor = QueryCursor(self._query, match_limit=_MOST_MATCHES)
        reserved = self._grammar.reserved if root.has_error else frozenset()
        never = reserved | self._grammar.nameless
        unparsed: list[tuple[int, int]] = []
        for _, captures in cursor.matches(root):
            if (called := captures.get("call")) is not None:
                self._note_call(called[0])
            elif "word" in captures and not _allowed(self._data, captures, self._grammar):
                continue
            elif (named := captures.get("name")) is not None:
                if _first_word(_text(self._data, named[0])) not in never:
                    self._note_definition(named[0], captures)
            elif (bases := captures.get("base")) is not None:
                self._note_bases(bases)
            elif (wrapped := captures.get("wrap")) is not None:
                self._wraps.setdefault(wrapped[0].end_byte, []).append(wrapped[0])
            elif (silent := captures.get("silent")) is not None:
                self._silent.append((silent[0].start_byte, silent[0].end_byte))
            elif (inside := captures.get("inside")) is not None:
                unparsed.extend(_inner(self._data, inside[0]))
            else:
                self._note_pieces(captures)
        return unparsed

    def _note_definition(self, name: Node, captures: _Captures) -> None:
        kind = next(kind for kind in _KINDS if kind in captures)
        found = (kind, captures[kind][0], captures)
        self._definitions.setdefault(name.start_byte, found)
        if "base" in captures:
            self._note_bases(captures["base"])

    def _note_bases(self, nodes: list[Node]) -> None:
        for node in nodes:
            self._bases[node.start_byte] = _text(self._data, node)

    def _note_call(self, node: Node) -> None:
        name = self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        if name not in self._grammar.silent:
            self._calls.append((node.start_point[0] + 1, name))
            self._called.append(node.start_byte)

    def _note_pieces(self, captures: _Captures) -> None:
        for role, pieces in self._pieces.items():
            for node in captures.get(role, ()):
                start, end, (row, column) = node.start_byte, node.end_byte, node.start_point
                pieces[start] = _piece(self._data, start, end, row + 1, column)

    def syntax(self) -> Syntax:
        """Return what was noted, in order."""
        ordered = sorted(self._definitions.values(), key=_outermost_first)
        pieces = {
            role: [pieces[at] for at in sorted(pieces)] for role, pieces in self._pieces.items()
        }
        founds = [_found(self._data, self._grammar, self._wraps, *found) for found in ordered]
        if any("rest" in captures for _, _, captures in ordered):
            founds = _to_the_rest(self._data, self._grammar, ordered, founds)
        founds += _of_statements(self._data, self._statements)
        if self._bases:
            founds = _with_bases(founds, self._bases)
        return Syntax(
            definitions=[
                found
                for before, found in zip([None, *founds], founds, strict=False)
                # A parser makes up a name that is not there: OCaml's `val : int`.
                if found.name
                and (before is None or not _is_named_twice(self._data, before, found))
            ],
            comments=pieces["comment"], docs=pieces["doc"], attached=pieces["attached"],
            marks=pieces["mark"], calls=self._made(), cuts=self.cuts,
            unparsed=self._unparsed,
        )  # fmt: skip

    def _made(self) -> list[tuple[int, str]]:
        """Return the calls in order of lines, without those in nodes that call nothing."""
        calls = self._calls
        if self._silent:
            silent = sorted(self._silent)
            starts = [start for start, _ in silent]
            ends = [0, *accumulate((end for _, end in silent), max)]
            heard = [ends[bisect_right(starts, at)] <= at for at in self._called]
            calls = list(compress(calls, heard))
        return sorted(calls, key=_line_of_call)


def _inner(data: bytes, node: Node) -> list[tuple[int, int]]:
    """Return the range between a node's brackets if definitions may stand there."""
    start, end = node.start_byte + 1, node.end_byte - 1
    return [(start, end)] if _DEFINES.search(data, start, end) else []


def _allowed(data: bytes, captures: _Captures, grammar: Grammar) -> bool:
    word = _text(data, captures["word"][0])
    return any(word in words for role, words in grammar.words.items() if role in captures)


def _first_word(name: str) -> str:
    """Return what a name begins with: in C it is all of a declarator, `if (x)`."""
    return name.partition("(")[0].strip()


def _line_of_call(call: tuple[int, str]) -> int:
    return call[0]


def _outermost_first(found: tuple[Kind, Node, _Captures]) -> tuple[int, int]:
    return found[1].start_byte, -_last_part(found[1], found[2]).end_byte


def _last_part(node: Node, captures: _Captures) -> Node:
    """Return the node that a definition ends with: its body where that is behind it."""
    if "body" not in captures:
        return node
    return max(node, captures["body"][0], key=_end_of)


def _end_of(node: Node) -> int:
    return node.end_byte


def _piece(data: bytes, start: int, end: int, first: int, column: int) -> Piece:
    # Some grammars count the line end, or even the next line's indent, to a comment.
    text = data[start:end].rstrip()
    end = start + len(text)
    # What is further away on the line than this is looked for by nobody.
    after = data[end : end + _MARGIN].split(b"\n", 1)[0]
    whole = _is_first(data, start, column) and not after.strip()
    return Piece(start, end, first, first + text.count(b"\n"), whole)


def _begin_of_line(data: bytes, at: int) -> int:
    """Return where the line of a byte begins, or a byte far enough before it."""
    far = max(0, at - _MARGIN)
    return max(far, data.rfind(b"\n", far, at) + 1)


def _is_first(data: bytes, start: int, column: int) -> bool:
    """Return whether nothing but white space (or the file's BOM) is before it on its line."""
    return column < _MARGIN and not data[start - column : start].strip(b" \t\f\xef\xbb\xbf")


def _found(
    data: bytes, grammar: Grammar, wraps: dict[int, list[Node]], kind: Kind, node: Node,
    captures: _Captures,
) -> Found:  # fmt: skip
    last = _last_part(node, captures)
    start, end = node.start_byte, last.end_byte
    first = node.start_point[0] + 1
    around = wraps.get(end) or wraps.get(end + 1, [])
    # Definitions come outermost first, so each takes the wraps that begin before it.
    for wrap in [wrap for wrap in around if wrap.start_byte <= start]:
        if not data[end : wrap.end_byte].strip(b";"):
            around.remove(wrap)
            first = min(first, wrap.start_point[0] + 1)
    tail = data[max(start, end - _MARGIN) : end]
    blank = tail[len(tail.rstrip()) :].count(b"\n")
    body = captures["body"][0] if "body" in captures else node.child_by_field_name("body")
    name = captures["name"][0]
    return Found(
        start=start, end=end, first=first, last=last.end_point[0] + 1 - blank, kind=kind,
        name=_name(data, grammar, node, name), owner=_text(data, *captures.get("owner", ())),
        of=_text(data, *captures.get("of", ())), name_at=name.start_byte,
        name_line=name.start_point[0] + 1,
        body_at=end if body is None else body.start_byte,
        bases=_bases(data, node, grammar) if kind in ("class", "type") else (),
        absolute="absolute" in captures,
    )  # fmt: skip


def _to_the_rest(
    data: bytes, grammar: Grammar, nodes: list[tuple[Kind, Node, _Captures]], founds: list[Found]
) -> list[Found]:
    """Return the definitions, those captured as `@rest` up to the next one beside them."""
    stretched = list(founds)
    outer = sum("rest" in each and _stands_free(node) for _, node, each in nodes)
    behind: dict[int, int] = {}  # what they stand in → where the one behind begins
    for at in range(len(nodes) - 1, -1, -1):
        _, node, captures = nodes[at]
        around = node.parent
        if "rest" not in captures or around is None:
            continue
        found = founds[at]
        closes = around.end_byte - (around.parent is not None)
        last_one = around.id not in behind
        if outer > 1 and last_one and _stands_free(node) and grammar.pod:
            appendix = APPENDIX.search(data, found.end, closes)
            closes = appendix.start() if appendix else closes
        end = _without_remarks(data, found.end, behind.get(around.id, closes))
        last = found.first + data.count(b"\n", found.start, end)
        stretched[at] = replace(found, end=end, last=last, body_at=found.end)
        behind[around.id] = found.start
    return [
        found
        for found, (_, _, captures) in zip(stretched, nodes, strict=True)
        if "rest" not in captures or found.name != grammar.main
    ]


def _stands_free(node: Node) -> bool:
    return node.parent is not None and node.parent.parent is None


def _without_remarks(data: bytes, start: int, end: int) -> int:
    """Return where the last line ends that is neither blank nor a comment about what follows."""
    while end > start:
        line = data.rfind(b"\n", start, end) + 1 or start
        text = data[line:end].strip()
        if text and not text.startswith(b"#"):
            return line + len(data[line:end].rstrip())
        end = line - 1
    return start


def _with_bases(founds: list[Found], bases: dict[int, str]) -> list[Found]:
    """Return the definitions, each class or type with what was captured as `@base` in it."""
    held: dict[int, list[str]] = {}
    open_: list[int] = []
    begun = 0
    for place in sorted(bases):
        while begun < len(founds) and founds[begun].start <= place:
            while open_ and founds[open_[-1]].end <= founds[begun].start:
                open_.pop()
            if founds[begun].kind in ("class", "type"):
                open_.append(begun)
            begun += 1
        while open_ and founds[open_[-1]].end <= place:
            open_.pop()
        if open_:
            held.setdefault(open_[-1], []).append(bases[place])
    return [
        replace(found, bases=(*found.bases, *held[at])) if at in held else found
        for at, found in enumerate(founds)
    ]


def _name(data: bytes, grammar: Grammar, node: Node, name: Node) -> str:
    """Return the name of a definition; one in parts with a colon behind each of them."""
    if not grammar.keyed:
        return _text(data, name)
    parts = [
        _text(data, before) if before.type == name.type else ""
        for before, after in pairwise(node.named_children)
        if after.type == grammar.keyed
    ]
    return "".join(f"{part}:" for part in parts) or _text(data, name)


def _of_statements(data: bytes, statements: Iterable[Statement]) -> Iterator[Found]:
    line, at = 1, 0
    for each in statements:
        line, at = line + data.count(b"\n", at, each.start), each.start
        name, owner = (
            data[slice(*place)].decode("utf-8", "replace").strip('[]"`') if place else ""
            for place in (each.name, each.owner)
        )
        yield Found(
            start=at, end=each.end, first=line, last=line + data.count(b"\n", at, each.end),
            kind=each.kind, name=name, owner=owner, of="", name_at=each.name[0],
            name_line=line + data.count(b"\n", at, each.name[0]), body_at=each.body, bases=(),
        )  # fmt: skip


def _is_named_twice(data: bytes, outer: Found, inner: Found) -> bool:
    """Return whether both are one function: `add = memo(function add() {…})`."""
    if inner.kind != outer.kind or inner.start < outer.name_at or inner.end > outer.end:
        return False
    named = outer.name == inner.name or outer.name.endswith(f".{inner.name}")
    return named and not data[inner.end : outer.end].strip(b" \r\n,;)")


def _bases(data: bytes, node: Node, grammar: Grammar) -> tuple[str, ...]:
    held = [child for child in node.named_children if child.type in grammar.bases]
    if (trait := node.child_by_field_name("trait")) is not None:
        held.append(trait)
    if (parent := node.child_by_field_name("superclass")) is not None and parent not in held:
        held.insert(0, parent)
    return tuple(_text(data, child) for child in held)


def _text(data: bytes, *nodes: Node) -> str:
    """Return the text of the first of the nodes, "" where there is none."""
    for node in nodes:
        end = min(node.end_byte, node.start_byte + _NAME_BYTES)
        return data[node.start_byte : end].decode("utf-8", "replace")
    return ""


def _find_cuts(data: bytes, root: Node, chunk_lines: int, cuts: dict[int, int]) -> None:
    """Note the depth of each statement that begins a line inside of a long node."""
    pending = [(root, 0)]
    seen = 0
    while pending and seen < _MOST_CUTS:
        parent, depth = pending.pop()
        for node in parent.named_children:
            seen += 1
            start = node.start_byte
            row, column = node.start_point
            if _is_first(data, start, column):
                cuts[row + 1] = min(depth, cuts.get(row + 1, depth))
            if node.end_point[0] - row >= chunk_lines:
                pending.append((node, depth + 1))
