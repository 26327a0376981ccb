"""Where a name is one of an enumeration's: `case syncSystem`, `GS_BLEND_SRCALPHA,`.

Such a line says nothing by itself: a list of arguments has the like of it. What is around tells.
"""

import re
from functools import cache, lru_cache
from importlib import import_module

_MOST_LOOKED_AT = 40  # places of a name in a chunk
# What opens an enumeration, up to its brace, which is near: each `enum` would look for one. In C a
# function may give one back, and an array may be of them.
_HEADS = {
    **dict.fromkeys(
        ("c", "cpp", "objc"),
        r"\benum\b[^;{}()=\[\]]{0,300}\{"
        r"|\b[A-Z]+_(?:CLOSED_)?(?:ENUM|OPTIONS)[ \t]*\([^()\n]{0,300}\)\s*\{",
    ),
    **dict.fromkeys(
        ("csharp", "dart", "groovy", "java", "rust", "solidity"), r"\benum\b[^;{}=]{0,300}\{"
    ),
    "kotlin": r"\benum[ \t]+class\b[^;{}]{0,300}\{",
    "typescript": r"\benum[ \t]+[\w$]+\s*\{",
    "zig": r"\b(?:enum|union)[ \t]*(?:\([^()\n]*(?:\([^()\n]*\))?\)[ \t]*)?\{",
}
# One line that is enough; in a `switch` it ends otherwise.
_LINES = {
    "php": r"^[ \t]*case[ \t]+{name}[ \t]*(?:=[^;\n]*)?;",
    "scala": r"^[ \t]*case[ \t]+(?:\w+,[ \t]*)*{name}\b(?!.*=>)(?!\.)",
    "swift": r"^[ \t]*(?:@\w+[ \t]+)*(?:indirect[ \t]+)?case[ \t]+(?![.\"])(?:[^\n:.]*,[ \t]*)?"
    r"{name}(?=[ \t]*(?:\([^\n]*\))?[ \t]*(?:[=,].*)?$)(?!.*:[ \t]*$)",
}
# Go's constants go on counting, a name on each line.
_COUNTED = r"^[ \t]*{name}[ \t]*$"
_COUNTING = re.compile(r"^const[ \t]*\(|^\)|\biota\b", re.MULTILINE)
_BRACKET = re.compile(r"[(){}\[\]]")
_BEFORE, _BEHIND = frozenset("{,])"), frozenset(",}=({;:")
_ALONE = r"^[ \t]*{name}[ \t]*(?:=[^\n]*|,[ \t]*)?$"


def enumerates(name: str, language: str, text: str, goes_on: bool = False) -> bool:
    """Return whether some code has a name among those of an enumeration that stands in it.

    Args:
        name: as written.
        language: of the code.
        text: the code.
        goes_on: whether it begins in the midst of a type.
    """
    sign = "iota" if language == "go" else "case" if language in _LINES else "enum"
    may_be = language == "go" or language in _LINES or language in _HEADS
    # Cheaper than to read comments: most code that holds a name has no enumeration.
    if not may_be or name not in text or not (sign in text.lower() or goes_on):
        return False
    text = _stripped(text, language)
    if language in _LINES:
        return _with(_LINES[language], name).search(text) is not None
    if language == "go":
        found = _with(_COUNTED, name).search(text)
        return found is not None and _is_counted(text, found.start())
    return _is_in_braces(name, text, language, goes_on)


def _stripped(text: str, language: str) -> str:
    """Return some code without its comments, its strings empty."""
    lexis = import_module("ncs.corpus.lexis")  # which few questions need

    def left(silent: re.Match[str]) -> str:
        return '""' if lexis.is_string(silent) else "\n" * silent[0].count("\n")

    stripped: str = lexis.silenced(text.replace("\r\n", "\n"), language, left)
    return stripped


@cache
def _heads(language: str) -> re.Pattern[str]:
    return re.compile(_HEADS[language])


@lru_cache(maxsize=64)
def _with(form: str, name: str) -> re.Pattern[str]:
    return re.compile(form.replace("{name}", re.escape(name)), re.MULTILINE)


def _is_counted(text: str, at: int) -> bool:
    """Return whether a line of Go stands in a list of constants that is counted."""
    above = [found[0] for found in _COUNTING.finditer(text, 0, at)]
    if ")" in above:
        above = above[len(above) - above[::-1].index(")") :]
    return len(above) > 1 and above[0] != "iota" and "iota" in above


def _is_in_braces(name: str, text: str, language: str, goes_on: bool) -> bool:
    """Return whether a name stands right in the braces of an enumeration, where one is named."""
    places = list(_with(r"(?<![\w$.]){name}(?![\w$])", name).finditer(text))[:_MOST_LOOKED_AT]
    heads = {found.end() - 1 for found in _heads(language).finditer(text)} if places else set()
    open_: list[bool] = []  # whether each bracket that is open is an enumeration's
    at, above = 0, goes_on
    for place in places:
        for found in _BRACKET.finditer(text, at, place.start()):
            if found[0] in "({[":
                open_.append(found.start() in heads)
            elif open_:
                open_.pop()
            else:
                above = False
        at = place.start()
        if open_ and open_[-1]:
            before, behind = text[:at].rstrip()[-1:], text[place.end() :].lstrip()[:1]
            if before in _BEFORE and (behind in _BEHIND or not behind):
                return True
        elif above and not open_ and _stands_alone(name, text, at):
            return True
    return False


def _stands_alone(name: str, text: str, at: int) -> bool:
    line = text.rfind("\n", 0, at) + 1
    return _with(_ALONE, name).match(text, line) is not None
