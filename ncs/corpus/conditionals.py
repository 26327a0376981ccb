"""Which of a file's preprocessor conditionals a parser is shown: what a grammar stumbles over."""

import re
from dataclasses import dataclass, field

from ncs.corpus.lexis import SILENT_LIKE_C

_DIRECTIVE = re.compile(
    rb"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elseif|elifdef|elifndef|else|endif)\b"
    rb"((?:[^\n\\/]|\\\r?\n|\\|/(?![/*]))*)",
    re.M,
)
_NEVER = frozenset({b"0", b"false", b"(0)"})
# What brackets and the ends of statements are not looked for in.
_NO_CODE = re.compile(SILENT_LIKE_C + rb"|^[ \t]*#(?:[^\n\\]|\\\r?\n|\\)*", re.M)
_BRACKETS = re.compile(rb"[(\[{}\])]")
_CLOSERS = {b")": b"(", b"]": b"[", b"}": b"{"}
# What no statement ends with.
_OPEN = tuple(bytes((mark,)) for mark in b"([=+-*/%&|^?.<!")
_GOES_ON = tuple(bytes((mark,)) for mark in b"{;=:.,)]?&|<>")  # what none begins with
_COMMENT_END = re.compile(rb"\A(?:(?!/\*).)*?\*/", re.S)
_DEEPEST = 16  # conditionals in each other: nobody writes more
_BEFORE = 400  # bytes that are looked at for what stands before a conditional


@dataclass(slots=True)
class _Group:
    """A conditional: the bytes [start, end) of its directives, and what the first of them asks."""

    directives: list[tuple[int, int]] = field(default_factory=list)
    never: bool = False


def unshown(data: bytes, ends: tuple[bytes, ...]) -> list[tuple[int, int]]:
    """Return the byte ranges that a parser should not be shown, in no order.

    These are the directives themselves, code that is never compiled (`#if 0`), and all branches
    but the first where they are no whole statements: two heads of one function, say, one brace
    open after each. Nothing where conditionals are not closed in order.

    Args:
        data: the file's bytes.
        ends: what a list of whole statements ends with; () where any line may end it.
    """
    hidden: list[tuple[int, int]] = []
    for group in _groups(data):
        hidden += group.directives
        branches = [
            (end, start)
            for (_, end), (start, _) in zip(group.directives, group.directives[1:], strict=False)
        ]
        if group.never:
            hidden.append(branches.pop(0))
        if len(branches) > 1 and not _are_whole(data, group, branches, ends):
            hidden += branches[1:]
    return hidden


def _groups(data: bytes) -> list[_Group]:
    """Return the conditionals, inner before outer; none where they are not closed in order."""
    groups: list[_Group] = []
    open_: list[_Group] = []
    for found in _DIRECTIVE.finditer(data):
        word = found[1]
        if word.startswith(b"if"):
            open_.append(_Group(never=word == b"if" and found[2].strip() in _NEVER))
        if not 0 < len(open_) <= _DEEPEST:
            return []
        open_[-1].directives.append(found.span())
        if word == b"endif":
            groups.append(open_.pop())
    return [] if open_ else groups


def _are_whole(
    data: bytes, group: _Group, branches: list[tuple[int, int]], ends: tuple[bytes, ...]
) -> bool:
    """Return whether all branches can stand one after the other, each a list of statements."""
    before = _before(data, group.directives[0][0])
    codes = [code for first, last in branches if (code := _code(data[first:last]))]
    if before.endswith(_OPEN) or not all(map(_is_balanced, codes)):
        return False
    if any(code.startswith(_GOES_ON) for code in codes):
        return False
    if before.endswith(b","):
        ends = (b",",)
    return not ends or all(code.endswith(ends) for code in codes)


def _before(data: bytes, start: int) -> bytes:
    """Return the code that stands before a conditional: the last of it, without comments."""
    near = data[max(0, start - _BEFORE) : start]
    whole = near if start <= _BEFORE else near.partition(b"\n")[2]
    return _code(_COMMENT_END.sub(b"", whole))


def _code(data: bytes) -> bytes:
    """Return the bytes without comments, strings, directives and the blanks around them."""
    return _NO_CODE.sub(b"", data).strip()


def _is_balanced(code: bytes) -> bool:
    open_: list[bytes] = []
    for found in _BRACKETS.finditer(code):
        opener = _CLOSERS.get(found[0])
        if opener is None:
            open_.append(found[0])
        elif not open_ or open_.pop() != opener:
            return False
    return not open_
