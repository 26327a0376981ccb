"""The definitions of a file, with the author's words on each, from its syntax tree."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from ncs.corpus.attached import (
    Above,
    attach_inner,
    attach_pod,
    header,
    joined_lines,
    parted_pod,
    remarks_of,
    speech_of,
)
from ncs.corpus.families import PROSE
from ncs.corpus.grammars import GRAMMARS, Grammar, key_of
from ncs.corpus.names import (
    LONGEST_SIGNATURE,
    MOST_CALLS,
    MOST_OWNERS,
    bases,
    called_as,
    identified,
    line_of_name,
)
from ncs.corpus.routes import path_of
from ncs.corpus.sections import sections
from ncs.corpus.syntax import Found, Piece, Syntax, read_syntax
from ncs.text import fold
from ncs.types import Definition, Kind, SourceFile, Span, Target

_CHUNK_LINES = 25
_ANNOTATIONS = re.compile(
    r"\A(?:@(?!(?:interface|implementation|protocol)\b)[\w.]+(?:\([^()]*\))?\s+)+"
)
_TAIL = re.compile(r"\s*(?:\{|=>|=|:|\bdo|\bwhere|;)\s*\Z")
_BRACKET = re.compile(r"[(){]")


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
        remarks = remarks_of(source)
        return Outline(comments=remarks, speech=speech_of(remarks))
    syntax = read_syntax(source.data, grammar, name, chunk_lines)
    return _assemble(source.data, grammar, syntax, source.path)


def _assemble(data: bytes, grammar: Grammar, syntax: Syntax, path: str) -> Outline:
    noted = list(parted_pod(data, syntax.comments)) if grammar.pod else syntax.comments
    comments = joined_lines(data, noted)
    above = Above(data, grammar, comments, syntax)
    begins = [piece.start for piece in comments]
    definitions = _definitions(data, grammar, syntax, above, begins, path)
    attach_inner(data, syntax, definitions)
    if grammar.pod:
        attach_pod(data, comments, definitions)
    if grammar.clauses is not None:
        end = grammar.clauses
        ends = [data.endswith(end, found.start, found.end) for found in syntax.definitions]
        definitions = _join_clauses(definitions, ends if end else None)
    definitions.sort(key=lambda definition: (definition.span.start, -definition.span.end))
    cuts = {at: depth for at, depth in syntax.cuts.items() if not above.goes_on(at)}
    return Outline(
        tuple(definitions), tuple(comments), tuple(syntax.calls),
        speech_of((*comments, *syntax.docs, *syntax.attached)), cuts,
        header(data, grammar, syntax, comments, definitions),
        tuple(Span(first, last) for first, last in syntax.unparsed), grammar.references,
    )  # fmt: skip


def _definitions(
    data: bytes, grammar: Grammar, syntax: Syntax, above: Above, comments: list[int], path: str
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
        owners, name, kind = identified(data, found, around, exact=grammar.exact)
        if kind == "class" and name == grammar.unnamed:
            name = called_as(path)
        outermost = len(open_) if found.absolute else open_[-1][3] if open_ else 0
        inside = [owner for _, owner, _, _ in open_[max(outermost, len(open_) - MOST_OWNERS) :]]
        open_.append((found.end, ".".join([*owners, name]), kind, outermost))
        # Only the first definition of a line has the comment above it.
        first, doc = (found.first, None) if found.first == taken else above.of(found)
        taken = found.first
        called = syntax.calls[bisect_left(lines, found.first) : bisect_right(lines, found.last)]
        last, said = above.below(found)
        definitions.append(
            Definition(
                name=name, qualified=".".join([*inside, *owners, name]), kind=kind,
                span=Span(first, last), line=line_of_name(found, name), doc=doc or said,
                signature=_signature(data, found, comments, whole=grammar.statements),
                bases=bases(found.bases), calls=_called(called, name),
            )
        )  # fmt: skip
    return definitions


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
            calls = tuple(dict.fromkeys(before.calls + definition.calls))[:MOST_CALLS]
            span = Span(before.span.start, definition.span.end)
            joined[-1] = before._replace(span=span, calls=calls)
        else:
            joined.append(definition)
    return joined


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


def _called(calls: list[tuple[int, str]], own: str) -> tuple[str, ...]:
    """Return the first names called, each once, the definition's own name left out."""
    names: dict[str, None] = {}
    registered = own.partition(" ")[0] if path_of(own) else own
    for _, name in calls[: 8 * MOST_CALLS]:
        if name != registered and len(names) < MOST_CALLS:
            names[name] = None
    return tuple(names)
