"""What code does, told from its names and calls where no author tells it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from ncs.corpus.context import LONGEST_READ, SAYS, SNIPPET, Context, common
from ncs.corpus.families import PROSE
from ncs.corpus.routes import path_of
from ncs.corpus.sections import first_sentence
from ncs.corpus.signatures import MOST_NAMES, head_of, word_of
from ncs.corpus.summaries import shorten
from ncs.corpus.titles import tested
from ncs.scripts import units
from ncs.types import Definition, Span

_WHOLE = 140  # characters of a definition's doc that are told with a part of it
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
IMPORT = re.compile(
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
_LITERAL = re.compile(r"#\"([\s\S]*?)(?:\"#|\Z)|\"((?:[^\"\\]|\\[\s\S])*)\"")
# What Erlang's code says of itself to those who run it: `desc => ?T("Says it.")`.
_DESCRIPTION = re.compile(
    r"\b(?:long)?desc(?:ription)?\s*=>?[\s\[]*(?:\?T\(\s*)?((?:\"(?:[^\"\\]|\\[\s\S])*\"\s*)+)"
)
_MOST_DESCRIPTIONS = 3
_FEWEST_WORDS = 4  # of a string that says something
_GOOD_PART = 1 / 3
# A definition that adds to a type which is defined elsewhere: Rust's, Swift's. Dart's `extension
# type Id(String value)` defines one.
_ADDING = re.compile(r"(?:[@\w]+(?:\([^()]*\))?\s+)*?(impl|extension(?!\s+type\b))\b")


def whole(context: Context, main: Definition) -> str:
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


def heading(section: Definition) -> str:
    """Return a section's heading as it stands in front of what the section says."""
    return section.name.rstrip(":")


def description(
    context: Context, span: Span, code: str, begun: Sequence[Definition], main: Definition | None
) -> str:
    """Return what a chunk does, "" where its names and calls do not tell.

    Arguments as for `ncs.corpus.targets.target`; `code` are its lines without comments.
    """
    tests, begin = tested(context.source, context.lines, span)
    if begin and (main is None or main not in begun):
        return f"{tests}."
    said = _of_code(context, span, code, begun, main)
    return f"{tests}. {said}".rstrip() if tests else said


def _of_code(
    context: Context, span: Span, code: str, begun: Sequence[Definition], main: Definition | None
) -> str:
    # What the chunk holds beside what it is told by calls things of its own.
    within = None if main is None or main.kind == "section" else common(main.span, span)
    calls = _calls(context, within or span, main)
    if main is None or main.kind == "section":
        said = _of_block(code, calls) if context.source.language not in PROSE else ""
        return f"{heading(main)}: {said[0].lower()}{said[1:]}" if said and main else said
    if main not in begun:
        told = whole(context, main)
        head = f"{main.qualified}{told}" if told else head_of(main, context.source.language)
        said = f"Part of {word_of(main, context.source.language)} {head}"
        return _sentence(said, calls) if calls else f"{said}{_described(context, code)}."
    if main.kind in ("class", "type"):
        said = _of_class(context, main)
    else:
        language = context.source.language
        head = f"{word_of(main, language).capitalize()} {head_of(main, language)}"
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
    for found in _DESCRIPTION.finditer(code[:LONGEST_READ]):
        lines = "".join(text for _, text in _LITERAL.findall(found[1])).split("\\n")
        if (sentence := first_sentence(lines, 1, len(lines))) is not None:
            told[sentence[0].rstrip(".:")] = None
    return f": {'; '.join(list(told)[:_MOST_DESCRIPTIONS])}" if told else ""


def _given(code: str) -> str:
    """Return the first sentence of a string that is a good part of the code, to be added."""
    texts = [found[1] or found[2] or "" for found in _LITERAL.finditer(code[:LONGEST_READ])]
    longest = max(texts, key=len, default="")
    lines = longest.split("\n")
    sentence = first_sentence(lines, 1, len(lines))
    if sentence is None or len(longest) < _GOOD_PART * len(code):
        return ""
    words = len(units(sentence[0]))
    return f": {shorten(sentence[0], SNIPPET).rstrip('.:')}" if words >= _FEWEST_WORDS else ""


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
    said = f"Defines {word_of(main, context.source.language)} {main.qualified}"
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
        head = _RELATIVE.sub(r"\1\3 \2\3", code[:LONGEST_READ])
        named = [name for names in IMPORT.findall(head) for name in names]
        for block in _IMPORT_BLOCK.findall(head):
            named += _QUOTED.findall(block)
        imports = dict.fromkeys(name.rstrip(";:.\\") or name for name in named if name)
        if imports:
            return f"Imports {_listed(imports)}."
    return f"Calls {_listed(calls)}." if calls else ""


def _calls(context: Context, span: Span, main: Definition | None) -> list[str]:
    lines = context.call_lines
    low, high = bisect_left(lines, span.start), bisect_right(lines, span.end)
    own = main.name if main else ""
    own = own.partition(" ")[0] if path_of(own) else own
    names = dict.fromkeys(name for _, name in context.outline.calls[low : min(high, low + 200)])
    return [
        name
        for name in names
        if name not in _COMMON and name != own and len(SAYS.findall(name)) > 1
    ]


def _sentence(said: str, calls: Sequence[str]) -> str:
    # Objective-C's names end with a colon.
    return f"{said.rstrip(':')}: calls {_listed(calls)}." if calls else f"{said}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(dict.fromkeys(names))[:MOST_NAMES])
