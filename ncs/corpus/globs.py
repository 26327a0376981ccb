"""Ignore rules whose matching takes time in proportion to a path, whoever wrote them.

pathspec makes a regular expression of a rule, `[^/]*a[^/]*a[^/]*b` of `*a*a*b`, and Python's tries
every way to share a name out among the stars: seven of them took over half a minute for one. But
a star that is followed by another may as well end where what is behind it stands first: what is
between two stars is of a fixed length, hence that leaves most to the next. The same holds for
folders between two `**`.
"""

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_STAR = "[^/]*"  # as pathspec writes `*`
_FOLDERS = "(?:/.+)?"  # as it writes `/**` before a slash
_ANY_FOLDER = "^(?:.+/)?"  # as it begins a rule that holds at any depth


def ignore_rules(lines: Iterable[str]) -> GitIgnoreSpec:
    """Return the rules of an ignore file's lines.

    Raises:
        ValueError: a line is no rule.
        re.error: a line is none that pathspec understands.
    """
    return GitIgnoreSpec.from_lines(lines, _Pattern)


class _Pattern(GitIgnoreSpecPattern):
    """A rule as pathspec reads it, its expression made one that never goes back."""

    @classmethod
    def pattern_to_regex(cls, pattern: str) -> tuple[str | None, bool | None]:  # type: ignore[override]
        """Return the expression of a rule, and whether what it matches is ignored."""
        expression, include = super().pattern_to_regex(pattern)
        return expression and linear(expression), include


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
