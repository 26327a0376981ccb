"""What the grammar's query finds in a file, as lines and bytes: no tree leaves this module."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from tree_sitter import Node, QueryCursor, Tree

from ncs.corpus.grammars import Grammar, compiled
from ncs.types import Kind

_SECONDS = 2.0  # of a parse, and of a query, per file; a megabyte of ordinary code takes 0.2
_SECONDS_PER_MEGABYTE = 3.0
# Deeper nesting is hostile: some grammars abort the process (Kotlin's at 1,024 open strings)
# or take gigabytes (C# and Java at 20,000 open type arguments).
_DEEPEST = 800
_OPEN_ANGLES = 2_500
_MOST_MATCHES = 10_000  # in progress at a time
_MOST_CUTS = 200_000  # nodes that are looked at for places to cut, in one file

_DEPTH = np.zeros(256, dtype=np.int8)
_DEPTH[[ord(character) for character in "([{"]] = 1
_DEPTH[[ord(character) for character in ")]}"]] = -1

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
        name_at: the byte where the name begins.
        body_at: the byte where the body begins, or `end` where the grammar does not say.
        bases: the text of what it inherits from, a piece for each clause.
    """

    start: int
    end: int
    first: int
    last: int
    kind: Kind
    name: str
    owner: str
    name_at: int
    body_at: int
    bases: tuple[str, ...]


@dataclass(slots=True)
class Syntax:
    """All that was found in a file, each list in order of position.

    Attributes:
        comments: ordinary and doc comments. docs: strings that document what they stand in.
        attached: strings that document what follows. marks: decorators and attributes.
        calls: (line, name). cuts: line → depth of the statement that begins on it, for
            statements inside of what is longer than a chunk.
    """

    definitions: list[Found] = field(default_factory=list)
    comments: list[Piece] = field(default_factory=list)
    docs: list[Piece] = field(default_factory=list)
    attached: list[Piece] = field(default_factory=list)
    marks: list[Piece] = field(default_factory=list)
    calls: list[tuple[int, str]] = field(default_factory=list)
    cuts: dict[int, int] = field(default_factory=dict)


def read_syntax(data: bytes, grammar: Grammar, grammar_name: str, chunk_lines: int) -> Syntax:
    """Return what stands in a file's bytes; nothing for hostile input that takes too long.

    Args:
        data: the file's bytes; what is not UTF-8 is an error that tree-sitter recovers from.
        grammar: what to look for.
        grammar_name: its key in `GRAMMARS`.
        chunk_lines: what is longer than so many lines is searched for places to cut.
    """
    syntax = Syntax()
    tree = None if _is_hostile(data) else _parse(data, grammar_name)
    if tree is None:
        return syntax
    # A file may begin with nothing but blank lines: the root node then begins below them.
    root = tree.root_node
    _query(data, root, grammar, grammar_name, syntax)
    _find_cuts(data, root, chunk_lines, syntax.cuts)
    return syntax


def _is_hostile(data: bytes) -> bool:
    if data.count(b"(") + data.count(b"[") + data.count(b"{") > _DEEPEST:
        steps = _DEPTH[np.frombuffer(data, dtype=np.uint8)]
        depth = np.cumsum(steps, dtype=np.int32)
        # Openers in strings and comments shift the count slowly; a dive is what kills.
        if int((depth - np.minimum.accumulate(depth)).max()) > _DEEPEST:
            return True
    return data.count(b"<") - data.count(b">") > _OPEN_ANGLES


def _deadline(size: int) -> Callable[..., bool]:
    """Return a callback for tree-sitter that stops the work when its time is over."""
    # CPU time of this thread: what others do on the machine must not change the result.
    end = time.thread_time() + _SECONDS + _SECONDS_PER_MEGABYTE * size / 1e6
    return lambda *_: time.thread_time() > end


def _parse(data: bytes, grammar_name: str) -> Tree | None:
    parser, _ = compiled(grammar_name)
    view = memoryview(data)
    try:
        return parser.parse(
            lambda offset, _: view[offset:], progress_callback=_deadline(len(data))
        )
    except ValueError:  # how py-tree-sitter says that the callback stopped it
        parser.reset()
        return None


def _query(data: bytes, root: Node, grammar: Grammar, grammar_name: str, syntax: Syntax) -> None:
    # A progress callback would bound the time too, but py-tree-sitter 0.26 crashes on one here.
    cursor = QueryCursor(compiled(grammar_name)[1], match_limit=_MOST_MATCHES)
    wraps: dict[int, list[Node]] = {}
    definitions: dict[int, tuple[Kind, Node, Node, Node | None]] = {}
    pieces = {
        "comment": syntax.comments, "doc": syntax.docs, "attached": syntax.attached,
        "mark": syntax.marks,
    }  # fmt: skip
    for _, captures in cursor.matches(root):
        if (called := captures.get("call")) is not None:
            node = called[0]
            name = data[node.start_byte : node.end_byte].decode("utf-8", "replace")
            if name not in grammar.silent:
                syntax.calls.append((node.start_point[0] + 1, name))
        elif "word" in captures and not _allowed(data, captures, grammar):
            continue
        elif (named := captures.get("name")) is not None:
            owner = captures.get("owner", (None,))[0]
            kind = next(kind for kind in _KINDS if kind in captures)
            found = (kind, captures[kind][0], named[0], owner)
            definitions.setdefault(named[0].start_byte, found)
        elif (wrapped := captures.get("wrap")) is not None:
            wraps.setdefault(wrapped[0].end_byte, []).append(wrapped[0])
        else:
            for role, into in pieces.items():
                into.extend(_piece(data, node) for node in captures.get(role, ()))
    syntax.calls.sort(key=_line_of_call)
    for into in pieces.values():
        into.sort(key=_start_of_piece)
    ordered = sorted(definitions.values(), key=lambda found: _outermost_first(found[1]))
    syntax.definitions = [_found(data, grammar, wraps, *definition) for definition in ordered]


def _allowed(data: bytes, captures: dict[str, list[Node]], grammar: Grammar) -> bool:
    word = _text(data, captures["word"][0])
    return any(word in words for role, words in grammar.words.items() if role in captures)


def _line_of_call(call: tuple[int, str]) -> int:
    return call[0]


def _start_of_piece(piece: Piece) -> int:
    return piece.start


def _outermost_first(node: Node) -> tuple[int, int]:
    return node.start_byte, -node.end_byte


def _piece(data: bytes, node: Node) -> Piece:
    start = node.start_byte
    # Some grammars count the line end, or even the next line's indent, to a comment.
    text = data[start : node.end_byte].rstrip()
    end = start + len(text)
    first = node.start_point[0] + 1
    before = data[data.rfind(b"\n", 0, start) + 1 : start]
    line_end = data.find(b"\n", end)
    after = data[end : len(data) if line_end < 0 else line_end]
    whole = not before.strip(b" \t\xef\xbb\xbf") and not after.strip()
    return Piece(start, end, first, first + text.count(b"\n"), whole)


def _found(
    data: bytes, grammar: Grammar, wraps: dict[int, list[Node]], kind: Kind, node: Node,
    name: Node, owner: Node | None,
) -> Found:  # fmt: skip
    start, end = node.start_byte, node.end_byte
    first = node.start_point[0] + 1
    around = wraps.get(end) or wraps.get(end + 1, [])
    # Definitions come outermost first, so each takes the wraps that begin before it.
    for wrap in [wrap for wrap in around if wrap.start_byte <= start]:
        if not data[end : wrap.end_byte].strip(b";"):
            around.remove(wrap)
            first = min(first, wrap.start_point[0] + 1)
    body = node.child_by_field_name("body")
    text = data[start:end].rstrip()
    return Found(
        start=start, end=end, first=first,
        last=node.start_point[0] + 1 + text.count(b"\n"), kind=kind,
        name=_text(data, name), owner="" if owner is None else _text(data, owner),
        name_at=name.start_byte, body_at=end if body is None else body.start_byte,
        bases=_bases(data, node, grammar) if kind in ("class", "type") else (),
    )  # fmt: skip


def _bases(data: bytes, node: Node, grammar: Grammar) -> tuple[str, ...]:
    held = [child for child in node.named_children if child.type in grammar.bases]
    if (trait := node.child_by_field_name("trait")) is not None:
        held.append(trait)
    return tuple(_text(data, child) for child in held)


def _text(data: bytes, node: Node) -> str:
    return data[node.start_byte : min(node.end_byte, node.start_byte + 1_000)].decode(
        "utf-8", "replace"
    )


def _find_cuts(data: bytes, root: Node, chunk_lines: int, cuts: dict[int, int]) -> None:
    """Note the depth of each statement that begins a line inside of a long node."""
    pending = [(root, 0)]
    seen = 0
    while pending and seen < _MOST_CUTS:
        parent, depth = pending.pop()
        for node in parent.named_children:
            seen += 1
            start = node.start_byte
            row = node.start_point[0]
            if not data[data.rfind(b"\n", 0, start) + 1 : start].strip():
                cuts[row + 1] = min(depth, cuts.get(row + 1, depth))
            if node.end_point[0] - row >= chunk_lines:
                pending.append((node, depth + 1))
