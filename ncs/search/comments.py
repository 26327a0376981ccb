"""What an author's comment says of a line: of a value that it gives, or of what it heads."""

import re
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from ncs.corpus.families import DIRECTIVES, VALUELESS
from ncs.search.defining import LONGEST_LINE
from ncs.text import fold

_LONGEST, _SHORTEST = 300, 60  # characters of a comment that are told; of its first sentences
_FEWEST_WORDS = 2  # of a comment that says something
_MOST_LINES = 40  # of a comment that are read
# What such a line does not begin with, be it behind these: statements, definitions that an index
# has. What closes something it does not begin with either.
_MODIFYING = (
    "export pub public private protected internal static abstract async default declare final open"
)
_STATING = (
    "return import from if elif else for foreach while until do switch case when match try catch"
    " except finally with throw raise yield await del delete assert goto break continue pass use"
    " using package require include end class struct enum union trait interface impl extension def"
    " func fun fn function sub proc module namespace typedef template"
)
_MODIFIERS, _STATEMENTS = frozenset(_MODIFYING.split()), frozenset(_STATING.split())
_CLOSING = (")", "]", "}", "@", "<")
_FIRST_WORD = re.compile(r"\w+")
# Few lines have a comment that needs these: `re` makes them then.
_GIVES = r"(?<![:=!<>])[:=](?![:=])|:=|\A\s*#\s*define\b"
_BARE = r"\s*[^\s(){}]+[^(){}]*\Z"  # `int size;`, `Size int`, `SIZE,`
_MEMBER = r"\s*[A-Z][A-Z\d_]+\("  # of an enumeration: `SIZE(10),`
_MARKED = re.compile(r"\s*(?://|/\*|\*(?:[\s/]|\Z)|#(?!\[|\s*define\b)|--|;|%)")
_BESIDE = re.compile(r"[\s,;{](?://[/!]?<?|/\*[*!]?<?|#|--)\s+(?P<said>\S.*)")
_ADDED = re.compile(r"\s*(?:@\w|#\[|\[\w.*\]\s*\Z)")  # annotations between a comment and its line
_MARKS = r"\A\s*(?:/\*[*!]?<?|//+[!/]?<?|\*+/?|#+:?|--+\|?|;+|%+)+|\s*\*+/\s*\Z"
# What is said to tools and to oneself, and code that is no more run.
_SILENT = (
    r"\W*(?:TODO|FIXME|XXX|HACK|noqa|type:|nolint|NOLINT|pylint|eslint|prettier|tslint|@ts-|pragma"
    r"|region|endregion|\w+\s*=\s*\S|.*[;{}]\Z)"
)


class Comment(NamedTuple):
    """What is said of a line, and which line of the text, from 0, that is."""

    said: str
    at: int


def comment_on_value(text: str, at: int, language: str) -> Comment | None:
    """Return what a comment right above a line, or behind it, says of the value that it gives.

    None where no comment does, or the line gives no value.

    Args:
        text: of a chunk.
        at: which of its lines, from 0; of a comment the line below it is meant.
        language: of the text.
    """
    if language in VALUELESS:
        return None
    lines, directives = text.split("\n"), language in DIRECTIVES
    at = below_remarks(lines, at, language)
    if _is_remark(lines[at], directives):
        return None  # what it is on stands in the next chunk
    line = lines[at][:LONGEST_LINE]
    above = lines[at - 1] if at else ""
    told = _is_remark(above, directives) or above.rstrip().endswith("*/") or _ADDED.match(above)
    if not told and not _BESIDE.search(line):
        return None
    beside = None if directives and "//" not in line and "/*" not in line else _behind(line)
    if not _gives(line if beside is None else line[: beside.start()]):
        return None
    said = _plain([beside["said"]]) if beside is not None else ""
    said = _plain(_above(lines, at, directives)) or said
    return Comment(said, at) if said else None


def comment_above(
    lines: Sequence[str], at: int, first: int, language: str
) -> tuple[str, int] | None:
    """Return what the nearest comment that heads a line says, and on which line it ends, from 0.

    A comment heads what follows to the next blank line, and what stands deeper below that.

    Args:
        lines: of a chunk.
        at: which of them, from 0.
        first: of them that may be a comment on it.
        language: of the text.
    """
    directives, own, parted = language in DIRECTIVES, indent(lines[at]), False
    above = at
    while (above := above - 1) >= first:
        line = lines[above].rstrip()
        if not line:
            parted = True
            continue
        begins = _begin_of_comment(lines, above, directives)
        if begins is None:
            own, parted = (indent(line), False) if indent(line) < own else (own, parted)
        elif indent(lines[begins]) < own or (indent(lines[begins]) == own and not parted):
            said = _plain(_above(lines, above + 1, directives))
            return (said, above) if said else None
        else:
            above = begins
    return None


def _begin_of_comment(lines: Sequence[str], last: int, directives: bool) -> int | None:
    """Return on which line the comment begins that ends with one; None where none does."""
    if not lines[last].rstrip().endswith("*/"):
        return last if _is_remark(lines[last], directives) else None
    for at in range(last, max(last - _MOST_LINES, -1), -1):
        if "/*" in lines[at]:
            return at if lines[at].lstrip().startswith("/*") else None
    return None


def below_remarks(lines: Sequence[str], at: int, language: str) -> int:
    """Return the first line from one on, from 0, that is no comment and no annotation."""
    directives = language in DIRECTIVES
    while at < len(lines) - 1 and (_is_remark(lines[at], directives) or _ADDED.match(lines[at])):
        at += 1
    return at


def states(line: str) -> bool:
    """Return whether a line of no definition tells what it is a line of: imports do not."""
    line = line[:LONGEST_LINE]
    return not _does_other(line) and not _MARKED.match(line)


def gives(line: str, name: str) -> bool:
    """Return whether a line gives a name its value, or declares it, by its looks."""
    code = re.split(_GIVES, line[:LONGEST_LINE], maxsplit=1)[0] or line
    found = re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", code)
    return found is not None and not _MARKED.match(line) and _gives(line[:LONGEST_LINE])


def _gives(code: str) -> bool:
    if _does_other(code):
        return False
    given, member = re.search(_GIVES, code), re.match(_MEMBER, code) is not None
    if given is None:
        return member or re.match(_BARE, code) is not None
    return member or "(" not in code[: given.start()]


def _does_other(line: str) -> bool:
    """Return whether a line begins a statement or a definition that an index has, or is blank."""
    rest = line.strip()
    word = _first_word(rest)
    while word in _MODIFIERS:
        rest = rest[len(word) :].lstrip(" \t").removeprefix(":").lstrip(" \t")
        word = _first_word(rest)
    behind = rest[len(word) :].lstrip()
    statement = word in _STATEMENTS and not behind.startswith((":", "=", ",", '"', "'"))
    return statement or not rest or rest.startswith(_CLOSING)


def _first_word(text: str) -> str:
    """Return the word that a text begins with, "" where it begins with none."""
    found = _FIRST_WORD.match(text)
    return found[0] if found else ""


def _is_remark(line: str, directives: bool) -> bool:
    return bool(_MARKED.match(line)) and not (directives and line.lstrip().startswith("#"))


def _behind(line: str) -> re.Match[str] | None:
    """Return what finds the comment behind the code of a line; None where a string holds it."""
    found = _BESIDE.search(line)
    if found is None or any(line.count(mark, 0, found.start()) % 2 for mark in "\"'`"):
        return None
    return found


def _above(lines: Sequence[str], at: int, directives: bool) -> list[str]:
    """Return the lines of the comment that ends right above a line."""
    last = at - 1
    while last >= 0 and _ADDED.match(lines[last]):
        last -= 1
    first, own = last + 1, indent(lines[at])
    block = last >= 0 and lines[last].rstrip().endswith("*/")
    while first > 0 and last - first < _MOST_LINES:
        above = lines[first - 1]
        if not block and not (_is_remark(above, directives) and indent(above) == own):
            break
        first -= 1
        if block and "/*" in above:
            if not above.lstrip().startswith("/*"):  # behind the code of another line
                return []
            break
    return list(lines[first : last + 1])


def _plain(comment: Sequence[str]) -> str:
    """Return the first paragraph of a comment without its marks; "" where it tells nothing."""
    paragraph: list[str] = []
    for line in comment:
        said = re.sub(_MARKS, "", line[:LONGEST_LINE]).strip()
        said = said.removesuffix("*/").rstrip()
        if (not said and paragraph) or said.startswith(("@", "\\")):
            break
        if said:
            paragraph.append(said)
    text = fold(" ".join(paragraph))
    if len(text.split()) < _FEWEST_WORDS or re.match(_SILENT, text):
        return ""
    if len(text) <= _LONGEST:
        return text
    # Few comments are so long.
    end: int = import_module("ncs.corpus.sentences").last_end(text[: _LONGEST + 1])
    return text[:end] if end >= _SHORTEST else f"{text[:_LONGEST].rstrip()}…"


def indent(line: str) -> int:
    """Return how much white space a line begins with; what ends it is none."""
    line = line.rstrip("\r")
    return len(line) - len(line.lstrip())
