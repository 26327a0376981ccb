"""Ignore rules as git follows them, in time proportional to a path, whoever wrote them.

A walk asks about every folder on its way, and so a rule is to match exactly the path that it is
about. pathspec is asked about files alone: its rules match all that is below a folder, too, and
one that matches folders only counts less than any other. Thus `!*/` opened no folder after `*`,
and `!/packages` brought back a `packages/dist` that another rule ignores.

pathspec makes a regular expression of a rule, `[^/]*a[^/]*a[^/]*b` of `*a*a*b`, and Python's tries
every way to share a name out among the stars: seven of them took over half a minute for one. But
a star that is followed by another may as well end where what is behind it stands first: what is
between two stars is of a fixed length, hence that leaves most to the next. The same holds for
folders between two `**`.
"""

import re
from collections.abc import Iterable

from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_STAR = "[^/]*"  # as pathspec writes `*`
_FOLDERS = "(?:/.+)?"  # as it writes `/**` before a slash
_ANY_FOLDER = "^(?:.+/)?"  # as it begins a rule that holds at any depth
_FOLDER = "(?P<ps_d>/)"  # as it ends a rule that is about folders
_ENDS = f"(?:{_FOLDER}|$)"  # as it ends any other one


class IgnoreRules:
    """The rules of an ignore file.

    Args:
        lines: of the file.

    Raises:
        ValueError: a line is no rule.
        re.error: a line is none that pathspec understands.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        found = (_Pattern(line) for line in lines if line)
        self._last_first = [each for each in found if each.include is not None][::-1]

    def last(self, path: str) -> "_Pattern | None":
        """Return the last rule that matches a path itself; that of a folder ends with "/"."""
        for each in self._last_first:
            if each.match_file(path) is not None:
                return each
        return None


class _Pattern(GitIgnoreSpecPattern):
    """A rule as pathspec reads it, its expression made an exact one that never goes back."""

    __slots__ = ()

    @classmethod
    def pattern_to_regex(cls, pattern: str) -> tuple[str | None, bool | None]:  # type: ignore[override]
        """Return the expression of a rule, and whether what it matches is ignored."""
        expression, include = super().pattern_to_regex(pattern)
        return expression and _exact(linear(expression), _parts(pattern)), include

    @property
    def names(self) -> bool:
        """Whether the rule names what it is about, unlike `*`, `!*/` and `!a/**`."""
        return _parts(str(self.pattern))[-1].strip("*") != ""


def _parts(rule: str) -> list[str]:
    return [part for part in rule.rstrip().removeprefix("!").split("/") if part] or [""]


def _exact(expression: str, parts: list[str]) -> str:
    """Return what matches the paths that a rule is about, and nothing for being below one."""
    if expression.endswith(_ENDS):
        return expression.removesuffix(_ENDS) + r"/?\Z"
    if expression.endswith(_FOLDER):
        body = expression.removesuffix(_FOLDER)
        if parts[-1] != "**" or set(parts) == {"**"}:
            return body + r"/\Z"
        # `a/**/` is about the folders below `a`; pathspec makes the same of it as of `/a/`.
        return r"^(?=.*/\Z)" + (body.removeprefix("^") or ".*") + "/."
    return f"{expression}." if expression.endswith("/") else expression  # `a/**` is not about `a`


def linear(expression: str) -> str:
    """Return what matches as an expression of pathspec does, without going back over a star."""
    *inner, last = expression.split(_FOLDERS)
    if not inner:
        return _starred(expression, "s")
    done = []
    for at, part in enumerate(inner):
        head, body = ("", part)
        if at:
            head = "(?:/.+?)??"
        elif part.startswith(_ANY_FOLDER):
            head, body = "(?:.+?/)??", part.removeprefix(_ANY_FOLDER)
        else:
            body = part.removeprefix("^")
        # What comes next begins with a slash, and so what is here ends with a folder's name.
        done.append(_once(f"{head}{_starred(body, f's{at}')}(?=/)", f"f{at}"))
    return f"^{''.join(done)}{_FOLDERS}{_starred(last, 's')}"


def _starred(expression: str, name: str) -> str:
    """Return an expression in which a star that another one follows ends at the first chance."""
    return "/".join(
        _segment(part, f"{name}_{at}") for at, part in enumerate(re.split(r"(?<!\^)/", expression))
    )


def _segment(expression: str, name: str) -> str:
    head, *behind = re.sub(r"(?:\[\^/\]\*){2,}", _STAR, expression).split(_STAR)
    if len(behind) < 2:
        return expression
    *inner, last = behind
    once = (_once(f"{_STAR}?{part}", f"{name}_{at}") for at, part in enumerate(inner))
    return f"{head}{''.join(once)}{_STAR}{last}"


def _once(expression: str, name: str) -> str:
    """Return what takes an expression's first match, and no other: an atomic group.

    Python has them from 3.11 on.
    """
    return f"(?=(?P<{name}>{expression}))(?P={name})"
