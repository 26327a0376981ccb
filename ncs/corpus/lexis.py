"""Where comments and strings stand in code, by the marks of its language, without a parser.

Code may be a piece of a file, which begins or ends in the midst of one. Of these texts `re` makes
expressions when a question needs one.
"""

import re
from collections.abc import Callable
from functools import cache

from ncs.corpus.families import COMPONENTS

# Comments. One that is not closed ends with the text: a search for its end from each beginning is
# quadratic. A line that begins with a star goes on with a comment that began above.
_BLOCKS, _BEHIND_SLASHES = r"/\*[\s\S]*?(?:\*/|\Z)", r"(?<![:\w\\])//.*$"
_HASH = r"(?:^|(?<=[\s;]))#.*$"
_GOES_ON = r"^[ \t]*\*(?:[\s/].*)?$"
_REMARKS = {
    "code": rf"{_BLOCKS}|{_BEHIND_SLASHES}|{_GOES_ON}",
    "hash": _HASH,
    "ruby": rf"^=begin\b[\s\S]*?(?:^=end\b.*$|\Z)|{_HASH}",
    "powershell": rf"<#[\s\S]*?(?:#>|\Z)|{_HASH}",
    "julia": rf"#=[\s\S]*?(?:=#|\Z)|{_HASH}",
    "perl": rf"^=(?!cut\b)[a-zA-Z][\s\S]*?(?:^=cut\b.*$|\Z)|{_HASH}",
    "coffee": rf"###(?!#)[\s\S]*?###|{_HASH}",
    "cmake": rf"#\[\[[\s\S]*?(?:\]\]|\Z)|{_HASH}",
    "terraform": rf"{_BLOCKS}|{_BEHIND_SLASHES}|{_HASH}",
    "nix": rf"{_BLOCKS}|{_HASH}",
    "ini": rf"^[ \t]*;.*$|{_HASH}",
    "batch": r"^[ \t]*(?:@?(?i:rem)\b|::).*$",
    "vim": r"^[ \t]*\".*$",
    "nim": rf"#\[[\s\S]*?(?:\]#|\Z)|{_HASH}",
    "fsharp": rf"\(\*(?!\))[\s\S]*?(?:\*\)|\Z)|{_BEHIND_SLASHES}",
    "php": rf"{_BLOCKS}|{_BEHIND_SLASHES}|(?:^|(?<=\s))#(?!\[).*$|{_GOES_ON}",
    "lua": r"--\[(?P<level>=*)\[[\s\S]*?(?:\](?P=level)\]|\Z)|--.*$",
    "sql": rf"{_BLOCKS}|--.*$",
    "haskell": r"\{-(?!#)[\s\S]*?(?:-\}|\Z)|\{-#(?:(?!\{-#).)*?#-\}|(?:^|(?<=[\s)]))--.*$",
    "ocaml": r"\(\*[\s\S]*?(?:\*\)|\Z)",
    "erlang": r"(?:^|(?<=[\s,;.]))%.*$",
    "fortran": r"!.*$",
    "lisp": r";.*$",
    "tex": r"(?<!\\)%.*$",
    "markup": rf"<!--[\s\S]*?(?:-->|\Z)|{_BLOCKS}|(?<![:\w\\\"'/])//.*$",
}
_REMARKS_OF = {
    each: family
    for family, said in {
        "hash": "bash elixir python dockerfile fish graphql make r tcl toml yaml",
        "lisp": "clojure emacs-lisp lisp",
        "markup": "html xml " + " ".join(COMPONENTS),
    }.items()
    for each in said.split()
}
# What languages do: a single quote begins a string, elsewhere a letter, a lifetime or an atom, or
# it ends a name; a backtick begins one; strings hold no values.
_DO = {
    what: frozenset(said.split())
    for what, said in {
        "quote": "python javascript typescript ruby php bash lua perl dart groovy coffee fortran"
        " sql r fish powershell",
        "tick": "javascript typescript go",
        "no values": "c cpp objc java go rust lua haskell erlang ocaml zig",
    }.items()
}

# A quote behind a backslash begins none: it would look for its end, and each of many would.
_STRING = r'(?<!\\)"(?:[^"\\\n]|\\[\s\S])*"'
_STRING_OF_ONE, _LETTER = r"(?<!\\)'(?:[^'\\\n]|\\.)*'", r"'(?:[^'\\\n]|\\.)'"
# Over several lines; one that is not closed ends with the text, as comments do.
_DOCSTRING = r'"""[\s\S]*?(?:"""|\Z)'
_STRING_OF_TICKS = {"go": r"`[^`]*(?:`|\Z)"}
_STRING_OF_TICKS_ELSE = r"`(?:[^`\\]|\\[\s\S]?)*(?:`|\Z)"
# In front of a docstring that a piece begins; one that it only ends has prose there.
_BEFORE_DOCSTRING = r"(?:^|[:=(,\[{+>]|doc|~\w|\breturn|[\s(=][rbfuRBFU]{1,2})\s*\Z"
# In front of backticks that a piece begins, as in `a: `, `return `, `html` or `Name string `.
_BEFORE_TICKS = r"(?:(?:^|[=(,\[{:+?&|!]|=>|\b(?:return|case))\s*(?:[a-z][\w.]*)?|[\w\])][ \t])\Z"
_NEAR = 400  # characters in front of backticks that are looked at

# The same of languages like C as bytes, of files that are read whole, where nothing is guessed. An
# escaped quote is skipped as one, so that behind a quote without an end, which is looked for up to
# the end of the line, no other begins a string there: 100,000 of them took half a minute.
REMARKS_LIKE_C = rb"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"
SILENT_LIKE_C = REMARKS_LIKE_C + rb"|\"(?:\\[\s\S]|[^\"\\\n])*\"|'(?:\\[\s\S]|[^'\\\n])*'|\\[\s\S]"

# What begins a value in a string: `"${parse(x)}"`, `f"{parse(x)}"`, `"\\(parse(x))"`, `"$parse"`.
_VALUE_IN_STRING = r"[$#]?\{|[\\$]\(|\$\w+(?:->\w+)*"
_VALUE_IN_TICKS = r"\$\{"
# In front of a string of three quotes that holds values; elsewhere it is a doc, or nothing is one.
_LONG_WITH_VALUES = {
    "csharp": r"\$\Z",
    "python": r"[fF][rR]?\Z",
    "scala": r"\w\Z",
    **dict.fromkeys(("kotlin", "swift", "groovy", "dart"), ""),
}
_BRACKET = r"[(){}]"


def silenced(text: str, language: str, instead: Callable[[re.Match[str]], str]) -> str:
    """Return some code with something else in the place of its comments and strings.

    What stands in front of the end of a string that began above it is blank.

    Args:
        text: the code.
        language: of it.
        instead: what to put there for each; `is_string` tells them apart.
    """
    return _silent(language).sub(instead, _without_end(text, language))


def is_string(silent: re.Match[str]) -> bool:
    """Return whether what `silenced` found is a string; a comment if not."""
    return silent[0][0] in "\"'`"


def goes_over_lines(string: str) -> bool:
    """Return whether a string, with its quotes, may be written over several lines."""
    return string[0] == "`" or string[:3] in ('"""', "'''")


def values(string: re.Match[str], language: str) -> list[tuple[int, int]] | None:
    """Return the parts of a string that are code, as [start, end) in it: `"${parse(x)}"`.

    One that a quote within cuts off goes on to the end. None where no such string has any.
    """
    if not _may_hold_values(string, language):
        return None
    ranges: list[tuple[int, int]] = []
    text, done = string[0], 0
    begin = _VALUE_IN_TICKS if text[0] == "`" else _VALUE_IN_STRING
    for found in re.finditer(begin, text):
        if found.start() >= done:
            done = _closed(text, found.end()) if found[0][-1] in "{(" else found.end()
            ranges.append((found.start(), done))
    return ranges


def blanked(text: str) -> str:
    """Return a text with a blank for each of its characters but white space."""
    return re.sub(r"\S", " ", text)


@cache
def _silent(language: str) -> re.Pattern[str]:
    """Return what finds the comments and the strings of a language."""
    family = _REMARKS_OF.get(language, language if language in _REMARKS else "code")
    ways = [_REMARKS[family]]
    if family != "markup":  # where strings are code: `@click="close()"`
        ways.append(_DOCSTRING)
        if language == "python":
            ways.append(_DOCSTRING.replace('"', "'"))
        ways += [_STRING, _STRING_OF_ONE if language in _DO["quote"] else _LETTER]
        if language in _DO["tick"]:
            ways.append(_STRING_OF_TICKS.get(language, _STRING_OF_TICKS_ELSE))
    return re.compile("|".join(ways), re.MULTILINE)


def _without_end(text: str, language: str) -> str:
    """Return some code without the end of a string over several lines that began above it."""
    at = text.find('"""')
    if text.count('"""') % 2 and not re.search(_BEFORE_DOCSTRING, text[:at]):
        text = blanked(text[: at + 3]) + text[at + 3 :]
    if language in _DO["tick"] and text.count("`") % 2:
        at = text.find("`")
        if not re.search(_BEFORE_TICKS, text[max(at - _NEAR, 0) : at]):
            text = blanked(text[: at + 1]) + text[at + 1 :]
    return text


def _may_hold_values(string: re.Match[str], language: str) -> bool:
    """Return whether strings that are written so may hold code."""
    if string[0][:3] not in ('"""', "'''"):
        return language not in _DO["no values"]
    before = string.string[max(string.start() - 2, 0) : string.start()]
    marked = _LONG_WITH_VALUES.get(language)
    return marked is not None and re.search(marked, before) is not None


def _closed(string: str, at: int) -> int:
    """Return where the bracket that is open at some place is closed."""
    depth = 1
    for each in re.compile(_BRACKET).finditer(string, at):
        depth += 1 if each[0] in "({" else -1
        if not depth:
            return each.end()
    return len(string)
