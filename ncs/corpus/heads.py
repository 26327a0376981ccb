"""What the head of a statement in SQL says: what it defines, and with which parameters."""

import re

from ncs.corpus.names import LONGEST_SIGNATURE

_DEFINED = re.compile(
    r"(?:CREATE|ALTER)\b.*?\b(FUNCTION|PROC|TRIGGER|TABLE|VIEW|TYPE|INDEX)(?:EDURE)?\b", re.I
)
_LIST = re.compile(r"\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
# PostgreSQL's parameters need no name; some of its types are of two words.
_PARAMETER = re.compile(
    r"\s*(?:(?:IN|OUT|INOUT|VARIADIC)\s+){0,2}"
    r"(?!(?:double\s+precision|character\s+varying|timestamp\s+with|time\s+with)\b)"
    r"[@\"`]?(\w+)[\"`]?\s+\S",
    re.I,
)


def defined(signature: str) -> str:
    """Return what a head says that it defines: "table", "procedure"; "" where it does not say."""
    found = _DEFINED.match(signature)
    word = found[1].lower() if found else ""
    return "procedure" if word == "proc" else word


def parameters(signature: str, name: str) -> list[str] | None:
    """Return the names of a routine's parameters, in order; None where none are listed.

    Args:
        signature: its head, as in `Definition`: what does not fit in is left out.
        name: the routine's own name, which they stand behind.
    """
    own = rf"(?<![\w@#$]){re.escape(name)}(?![\w@#$])[\]\"`]?\s*(?!\.)(?=[(@])"
    found = re.search(own, signature)
    if found is None:
        return None
    behind = signature[found.end() :]
    listed = _LIST.match(behind)
    if listed is not None:
        return _names(arguments(listed[1])) or (None if listed[1].strip() else [])
    whole = behind.startswith("@") and len(signature) < LONGEST_SIGNATURE
    parts = arguments(behind.removeprefix("("))
    return _names(parts if whole else parts[:-1]) or None


def _names(parts: list[str]) -> list[str]:
    return [found[1] for part in parts if (found := _PARAMETER.match(part)) is not None]


def arguments(text: str) -> list[str]:
    """Return the parameters of a list, cut at commas outside of brackets."""
    parts, depth, begun = [], 0, 0
    for at, character in enumerate(text):
        if character in "([{<":
            depth += 1
        elif character in ")]}>":
            depth = max(0, depth - 1)
        elif character == "," and depth == 0:
            parts.append(text[begun:at])
            begun = at + 1
    return [*parts, text[begun:]]
