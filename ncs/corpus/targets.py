"""What a chunk is about, in words: the first of four tiers that has something to say."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile

from ncs.corpus.families import COMPONENTS, MARKDOWN, PROSE
from ncs.corpus.heads import arguments, defined, parameters
from ncs.corpus.marks import MOST_READ
from ncs.corpus.notices import is_licence
from ncs.corpus.outline import Outline
from ncs.corpus.prose import remark
from ncs.corpus.routes import path_of
from ncs.corpus.sections import first_sentence, opening
from ncs.corpus.summaries import shorten
from ncs.corpus.syntax import Piece
from ncs.corpus.titles import tested
from ncs.scripts import units
from ncs.text import fold
from ncs.types import Definition, SourceFile, Span, Target

_SNIPPET = 150  # characters
_LONGEST_READ = 4_000  # characters of a chunk that names are looked for in
_WHOLE = 140  # characters of a definition's doc that are told with a part of it
_LINES_ABOVE = 20  # of a part of a section in which the bullet may begin that it goes on with
_NAMES = 6  # that a synthetic description lists
_ENOUGH_WORDS = 20  # of a comment: more do not make it better
_MOST_COMMENTS = 40  # of a chunk that are looked at
_MOST_BYTES = 4 * MOST_READ  # of a comment that hold as many characters

_WORDS = {"function": "function", "method": "method", "class": "class", "type": "type"}
# Called everywhere, so that they say nothing about the chunk.
_COMMON_NAMES = """
len print range isinstance str int float bool list dict set tuple super type repr getattr
setattr hasattr enumerate zip append push require include echo printf String Error
toString length size get set unwrap clone into iter to_string println format new Some Ok
Err raise assert expect test it describe isset count is_array sizeof should context beforeEach
afterEach toBe toEqual toStrictEqual toBeNull toBeUndefined toBeTruthy toBeFalsy toBeDefined
toHaveLength toContain toMatch toThrow toHaveBeenCalled toHaveBeenCalledWith assert_equal
assert_nil assert_eq assertEqual assertEquals assertTrue assertFalse assertSame Errorf Fatalf Fatal
"""
_COMMON = frozenset(_COMMON_NAMES.split())
_IMPORT = re.compile(
    r"^\s*(?:from\s+([\w.]+)\s+import\b|import\s+(?:static\s+|type\s+|qualified\s+)?"
    r"(?:[\w*{][^'\"\n]*?\bfrom\s+)?['\"]?([\w@.][\w.@/:$*-]*)|(?:pub\s+)?use\s+"
    r"(?:function\s+|const\s+)?([\w:\\.]+)"
    r"|using\s+([\w.]+)|\#\s*(?:include|import)\s*[<\"]([^>\"]+)|(?:const|let|var|local)\s+[^=\n]+=\s*"
    r"require\s*\(?\s*['\"]([^'\"]+)|require(?:_relative)?\s*\(?['\"]([^'\"]+)"
    r"|\}\s*from\s+['\"]([^'\"]+)|(?:source|\.)\s+([\w./-]+)\s*$|const\s+\w+\s*=\s*@import\(\"([^\"]+))",
    re.M,
)
_RELATIVE = re.compile(r"^([ \t]*from\s+\.+)\s+(import\s*\(?\s*)(\w+)", re.M)
_IMPORT_BLOCK = re.compile(r"^import\s*\(([^()]*)\)", re.M)  # Go's, a quoted path on each line
_QUOTED = re.compile(r'"([^"\n]+)"')
_IMPORTING = re.compile(
    r"\s*(?:import|from|use|using|\#\s*(?:include|import)|require|package|module|namespace"
    r"|pub use|alias|<\?php|declare|[\"']use strict"
    r"|(?:const|let|var|local)\b.*\brequire\b|const\b.*@import"
    r"|extern crate|\{-\#|\#(?:ifn?def|if|define|pragma)|@file)"
)
# What nobody reads, where anything else stands on the lines.
_PREAMBLE = re.compile(r"<\?php\Z|declare\s*\(strict_types|\{-#|#!|[\"']use strict")
_INCLUDE = re.compile(r"#\s*(?:include|import)\b")
_CLOSES = re.compile(r"(?:[)\]};,\s]+|#\s*endif\s*)(?://.*|/\*.*\*/)?\Z")
_CLOSES_ELEMENT = re.compile(rf"(?:</[\w.:-]+\s*>\s*)+\Z|{_CLOSES.pattern}")
_LITERAL = re.compile(r"#\"([\s\S]*?)(?:\"#|\Z)|\"((?:[^\"\\]|\\[\s\S])*)\"")
# What Erlang's code says of itself to those who run it: `desc => ?T("Says it.")`.
_DESCRIPTION = re.compile(
    r"\b(?:long)?desc(?:ription)?\s*=>?[\s\[]*(?:\?T\(\s*)?((?:\"(?:[^\"\\]|\\[\s\S])*\"\s*)+)"
)
_MOST_DESCRIPTIONS = 3
_FEWEST_WORDS = 4  # of a string that says something
_GOOD_PART = 1 / 3
_PARAMETERS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_TYPED = re.compile(r"(?<!:):(?!:)")  # before it is a name; `std::string& text` has none
# A record in Erlang, `#iq{type = set} = Request`: what has the name stands behind it.
_RECORD = re.compile(r"\s*#(\w*)\s*\{")
# A definition that adds to a type which is defined elsewhere: Rust's, Swift's. Dart's `extension
# type Id(String value)` defines one.
_ADDING = re.compile(r"(?:[@\w]+(?:\([^()]*\))?\s+)*?(impl|extension(?!\s+type\b))\b")
_NAME_FIRST = frozenset({"go", "julia"})  # the name of a parameter comes before its type
# What a variable in Go has before the parameters of the function that is its value.
_VALUE = re.compile(r".*?=.*?\bfunc\b(?=\()")
# What begins the parameters that are given by name in Julia, and a macro that is around one.
_NAMED_APART = re.compile(r";|@\w+(?:[ ]|\(([^()]*)\))")
# In OCaml a bracket behind a name is around a type, or one parameter of several; a label is one,
# whatever its value is called. What has none may be a function all the same, or a value.
_CURRIED = re.compile(
    r"[~?]([a-z_][\w']*)(?::\s*(?:\((?:[^()]|\([^()]*\))*\)|[\w.']+))?"
    r"|[~?]?\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\}|\[[^\[\]]*\]|[a-z_][\w']*|[:=]"
)
_BOUND = re.compile(r"(?<![\w.'])[a-z_][\w']*")
_SELF = frozenset({"self", "cls", "this", "mut", "void"})
_SAYS = re.compile(r"[^\W_]")
_CELL = re.compile(r"# ?[╔╠╟][═─]")  # of a notebook in Julia
_DOUBLED_MARK = re.compile(r"\A%{2,}\s+")  # of a comment in Erlang, where nothing else is told


@dataclass(frozen=True, slots=True)
class Context:
    """The file around a chunk, with the lines at which its definitions, comments, calls begin."""

    source: SourceFile
    lines: Sequence[bytes]
    outline: Outline
    definition_lines: list[int] = field(init=False)
    comment_lines: list[int] = field(init=False)
    call_lines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        starts = [each.span.start for each in self.outline.definitions]
        object.__setattr__(self, "definition_lines", starts)
        object.__setattr__(self, "comment_lines", [each.first for each in self.outline.comments])
        object.__setattr__(self, "call_lines", [line for line, _ in self.outline.calls])


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
        inside = found.span and _common(found.span, span)
        return found._replace(text=shorten(fold(found.text)), span=inside)
    code = _code(context, span)
    said = _synthetic(context, span, code, begun, main)
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
        return f"{_heading(main)}: "
    if main is None or main in begun or not (whole := _whole(context, main)):
        return ""
    return f"Part of {main.qualified}{whole}: "


def _whole(context: Context, main: Definition) -> str:
    """Return the first sentence of a definition's doc in brackets, "" where it has none."""
    if main.doc is None or context.source.language in PROSE:
        return ""
    # In Go a doc begins with the name.
    sentence = first_sentence([main.doc.text.removeprefix(f"{main.name} ")], 1, 1)
    return f" ({_abridged(sentence[0])})" if sentence else ""


def _abridged(sentence: str) -> str:
    """Return a sentence without its full stop, or its first words with an ellipsis."""
    short = shorten(sentence, _WHOLE)
    if short == sentence:
        return short.rstrip(".:,; ")
    opened = short.rfind("(")
    if opened > max(short.rfind(")"), _WHOLE // 2):
        short = short[:opened]  # a bracket that nothing closes
    return f"{short.rstrip('.:,;( ')}…"


def _common(inner: Span, outer: Span) -> Span | None:
    start, end = max(inner.start, outer.start), min(inner.end, outer.end)
    return Span(start, end) if start <= end else None


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
    told = _common(cells[at].span, span) if at >= 0 and cells[at].language == MARKDOWN else None
    if told is None:
        return None
    begun = context.outline.definitions[: bisect_right(context.definition_lines, span.start)]
    heading = next((each for each in reversed(begun) if each.kind == "section"), None)
    for first in range(told.end, told.start - 1, -1):
        begins = first == told.start or not context.lines[first - 2].strip()
        if begins and (said := _continued(context, Span(first, told.end), heading)) is not None:
            return said
    return None


def _heading(section: Definition) -> str:
    return section.name.rstrip(":")


def _holds(doc: Target, span: Span) -> bool:
    """Return whether the text stands in the lines, or is so long that it fills most of them."""
    if doc.span is None:
        return False
    shared = _common(doc.span, span)
    if shared is None:
        return False
    return doc.span.start in span or 2 * _length(shared) >= _length(span)


def _length(span: Span) -> int:
    return span.end - span.start + 1


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
    head = f"{_heading(section)}: " if section is not None else ""
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
        place = _common(whole, span)
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
        near = piece.first < main.span.start or 2 * _length(main.span) < _length(span)
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
    return _IMPORT.match(line.decode("utf-8", "replace")) is not None


def _synthetic(
    context: Context, span: Span, code: str, begun: Sequence[Definition], main: Definition | None
) -> str:
    tests, begin = tested(context.source, context.lines, span)
    if begin and (main is None or main not in begun):
        return f"{tests}."
    said = _of_code(context, span, code, begun, main)
    return f"{tests}. {said}".rstrip() if tests else said


def _of_code(
    context: Context, span: Span, code: str, begun: Sequence[Definition], main: Definition | None
) -> str:
    # What the chunk holds beside what it is told by calls things of its own.
    within = None if main is None or main.kind == "section" else _common(main.span, span)
    calls = _calls(context, within or span, main)
    if main is None or main.kind == "section":
        said = _of_block(code, calls) if context.source.language not in PROSE else ""
        return f"{_heading(main)}: {said[0].lower()}{said[1:]}" if said and main else said
    if main not in begun:
        told = _whole(context, main)
        head = f"{main.qualified}{told}" if told else _head(main, context.source.language)
        said = f"Part of {_word(main, context.source.language)} {head}"
        return _sentence(said, calls) if calls else f"{said}{_described(context, code)}."
    if main.kind in ("class", "type"):
        said = _of_class(context, main)
    else:
        language = context.source.language
        head = f"{_word(main, language).capitalize()} {_head(main, language)}"
        given = "" if calls else _described(context, code) or _given(code)
        said = _sentence(head, calls) if calls else f"{head}{given}."
    inside = f"{main.qualified}."
    others = [each for each in begun if each.span.start not in main.span]
    # Overloads, companion objects and forward declarations are called like the definition; what
    # it stands in is in its own name.
    names = [
        each.name
        for each in others
        if not inside.startswith(f"{each.qualified}.") and not each.qualified.startswith(inside)
    ]
    return f"{said} Also {_listed(names)}." if names else said


def _described(context: Context, code: str) -> str:
    """Return what strings that are called descriptions say, to be added; they are Erlang's."""
    if context.source.language != "erlang":
        return ""
    told: dict[str, None] = {}
    for found in _DESCRIPTION.finditer(code[:_LONGEST_READ]):
        lines = "".join(text for _, text in _LITERAL.findall(found[1])).split("\\n")
        if (sentence := first_sentence(lines, 1, len(lines))) is not None:
            told[sentence[0].rstrip(".:")] = None
    return f": {'; '.join(list(told)[:_MOST_DESCRIPTIONS])}" if told else ""


def _given(code: str) -> str:
    """Return the first sentence of a string that is a good part of the code, to be added."""
    texts = [found[1] or found[2] or "" for found in _LITERAL.finditer(code[:_LONGEST_READ])]
    longest = max(texts, key=len, default="")
    lines = longest.split("\n")
    sentence = first_sentence(lines, 1, len(lines))
    if sentence is None or len(longest) < _GOOD_PART * len(code):
        return ""
    words = len(units(sentence[0]))
    return f": {shorten(sentence[0], _SNIPPET).rstrip('.:')}" if words >= _FEWEST_WORDS else ""


def _of_class(context: Context, main: Definition) -> str:
    prefix = f"{main.qualified}."
    definitions, starts = context.outline.definitions, context.definition_lines
    low, high = bisect_left(starts, main.span.start), bisect_right(starts, main.span.end)
    held = [each for each in definitions[low:high] if each.qualified.startswith(prefix)]
    if context.source.language == "perl":  # what stands in a `sub` is the value of a variable
        held = [each for each in held if each.qualified == f"{prefix}{each.name}"]
    own = [each.name for each in held]
    if (head := _ADDING.match(main.signature)) is not None:
        return _of_addition(main, own, trait=head[1] == "impl")
    said = f"Defines {_word(main, context.source.language)} {main.qualified}"
    if main.bases:
        said += f", extends {_listed(main.bases)}"
    return f"{said}; implements {_listed(own)}." if own else f"{said}."


def _of_addition(main: Definition, own: Sequence[str], *, trait: bool) -> str:
    """Return what an `impl` (`trait`) or an extension does: it defines no class."""
    if main.bases and trait:
        said = f"Implements {_listed(main.bases)} for {main.qualified}"
    elif trait:
        said = f"Implements {main.qualified}"
    else:
        said = f"Extends {main.qualified}{' by ' if main.bases else ''}{_listed(main.bases)}"
    return f"{said}: {_listed(own)}." if own else f"{said}."


def _of_block(code: str, calls: Sequence[str]) -> str:
    first = next((line for line in code.split("\n") if line.strip()), "")
    if _IMPORTING.match(first):
        head = _RELATIVE.sub(r"\1\3 \2\3", code[:_LONGEST_READ])
        named = [name for names in _IMPORT.findall(head) for name in names]
        for block in _IMPORT_BLOCK.findall(head):
            named += _QUOTED.findall(block)
        imports = dict.fromkeys(name.rstrip(";:.\\") or name for name in named if name)
        if imports:
            return f"Imports {_listed(imports)}."
    return f"Calls {_listed(calls)}." if calls else ""


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


def _calls(context: Context, span: Span, main: Definition | None) -> list[str]:
    lines = context.call_lines
    low, high = bisect_left(lines, span.start), bisect_right(lines, span.end)
    own = main.name if main else ""
    own = own.partition(" ")[0] if path_of(own) else own
    names = dict.fromkeys(name for _, name in context.outline.calls[low : min(high, low + 200)])
    return [
        name
        for name in names
        if name not in _COMMON and name != own and len(_SAYS.findall(name)) > 1
    ]


def _sentence(said: str, calls: Sequence[str]) -> str:
    # Objective-C's names end with a colon.
    return f"{said.rstrip(':')}: calls {_listed(calls)}." if calls else f"{said}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(dict.fromkeys(names))[:_NAMES])


def _word(definition: Definition, language: str) -> str:
    """Return what a definition is: a route, and what has no parameters in OCaml is a value.

    SQL says it in so many words.
    """
    if language == "sql":
        return defined(definition.signature) or _WORDS[definition.kind]
    if path_of(definition.name):
        return "route"
    if language == "ocaml" and definition.kind == "function":
        # A type that begins on the next line is not known.
        named = rf"\(?\s*{re.escape(definition.name)}\s*\)?"
        alone = rf"{named}(?:\s*:(?!.*->).*)?|val\s+{named}\s*:(?!.*->).*"
        return "value" if re.fullmatch(alone, definition.signature) else "function"
    return _WORDS[definition.kind]


def _head(definition: Definition, language: str) -> str:
    """Return the name with its parameters: `add(left, right)`."""
    if definition.name.endswith(":") or definition.kind in ("class", "type"):
        return definition.qualified
    named = _named(definition, language)
    if named is None:
        return definition.qualified
    return f"{definition.qualified}({', '.join(named[:_NAMES])})"


def _named(definition: Definition, language: str) -> list[str] | None:
    """Return the names of a function's parameters, None where it has no list of them."""
    if language == "ocaml":
        return _curried(definition) or None
    if language == "sql":
        return parameters(definition.signature, definition.name)
    after = definition.signature.partition(definition.name)[2]
    if language == "go":
        after = _VALUE.sub("", after, count=1)
    found = _PARAMETERS.search(after)
    if found is None:
        return None
    listed = _NAMED_APART.sub(r",\1", found[1]) if language == "julia" else found[1]
    names = [_parameter(part, first=language in _NAME_FIRST) for part in arguments(listed)]
    return [name for name in names if name]


def _curried(definition: Definition) -> list[str]:
    """Return the parameters of a function in OCaml: `h a ~b ?(c = 1) (d : int)` has four."""
    head, _, lambda_ = definition.signature.partition("= fun ")
    after = re.split(rf"(?<![\w']){re.escape(definition.name)}(?![\w'])", head, maxsplit=1)[-1]
    names: list[str] = []
    for found in _CURRIED.finditer(lambda_ or after):
        if found[0] in ":=":
            break
        words = [found[1]] if found[1] else _BOUND.findall(found[0].partition(":")[0])
        names += words[:1]
    return [name for name in names if name.strip("_")]


def _parameter(text: str, *, first: bool) -> str:
    """Return the name in one parameter: before ":" where there is one, else the last word.

    Args:
        text: the parameter as declared.
        first: the name comes before the type, with nothing between them.
    """
    if (record := _RECORD.match(text)) is not None:
        bound = text.rpartition("}")[2].partition("=")[2]
        if bound or record[1]:
            text = bound or record[1]
    left, _, right = text.partition("=")
    # Elixir's `%Config{} = conf` is a pattern that what has the name is held against.
    declared = right if right and left.lstrip().startswith("%") else left
    binary = declared.lstrip().startswith("<<")  # `<<head, rest::binary>>`
    name = declared.partition(":")[0] if binary else _TYPED.split(declared, maxsplit=1)[0]
    words = _IDENTIFIER.findall(name)
    said = words[:1] if first else words[-1:]
    return said[0] if said and said[0] not in _SELF else ""


def _snippet(text: str, language: str) -> str:
    closes = _CLOSES_ELEMENT if language in COMPONENTS else _CLOSES
    lines = [line.strip() for line in text[:_LONGEST_READ].split("\n")]
    if language == "erlang":
        lines = [_DOUBLED_MARK.sub("", line) for line in lines]
    lines = [line for line in lines if _SAYS.search(line) and not _CELL.match(line)]
    told = list(dropwhile(closes.match, (line for line in lines if not _PREAMBLE.match(line))))
    return shorten(fold(" ".join(told or lines)), _SNIPPET)
