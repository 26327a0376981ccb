"""What a pasted diff changes: of which file, and on which line of the file as it is here."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_HEAD = re.compile(r"@@ -(?P<old>\d{1,9})(?:,\d+)? \+(?P<new>\d{1,9})(?:,\d+)? @@")
_PATH = re.compile(r"(?:\+\+\+|---) \"?(?:[abciow]/)?(?P<path>[^\t\"]*[^\t\" ])")
_NO_FILE = "/dev/null"
_ENDS = ("diff ", "```")  # what no line of a hunk begins with
# Lines of a file that are alike: of more, as brackets are, none says where a hunk is.
_MOST_ALIKE = 50


class Hunk(NamedTuple):
    """Lines of a file that a diff has together.

    Attributes:
        paths: of the file, as it is afterwards and as it was; one where they are the same.
        old, new: the number of its first line before and after the change.
        lines: each with its mark in front of it: `-`, `+` or a space.
    """

    paths: tuple[str, ...]
    old: int
    new: int
    lines: list[str]


class _Side(NamedTuple):
    """The lines of a hunk as they were, or as they are afterwards.

    Attributes:
        number: of the first, as the hunk says it.
        lines: without marks and white space around them.
        change: which of them, from 0, is the first that the other side has otherwise.
    """

    number: int
    lines: list[str]
    change: int


def hunks(text: str) -> list[Hunk]:
    """Return the hunks of the diffs in a text, in order; none of files that it does not name."""
    found: list[Hunk] = []
    paths: tuple[str, ...] = ()
    inside, before = False, ""
    for line in text.split("\n"):
        line = line.rstrip("\r")
        head = _HEAD.match(line)
        if line.startswith("+++ ") and before.startswith("--- "):
            if inside:
                found[-1].lines.pop()  # the line before is none that was taken away
            inside, paths = False, _paths(line, before)
        elif head is not None and paths:
            inside = True
            found.append(Hunk(paths, int(head["old"]), int(head["new"]), []))
        elif inside and not line.startswith(_ENDS):
            found[-1].lines.append(line or " ")  # who pastes may lose spaces at ends of lines
        else:
            inside = False
        before = line
    return found


def alike(lines: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Return the numbers of the lines of a file that say the same, by what they say."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, line in lines:
        found[line.strip()].append(number)
    return found


def changed_line(hunk: Hunk, places: Mapping[str, Sequence[int]]) -> int:
    """Return the line of a file that a hunk changes first, whichever version the file is of.

    Where most of the hunk stands in the file, as it was or as it is afterwards; numbers decide
    between places that have as much of it, and where none has any.

    Args:
        hunk: of a diff of the file.
        places: the lines of the file, as `alike` has them.
    """
    found = []
    for side in (_side(hunk, "+", hunk.new), _side(hunk, "-", hunk.old)):
        held, begins = _begins(side, places)
        found.append((held, -abs(begins - side.number), begins + side.change))
    return max(max(found, key=lambda each: each[:2])[2], 1)


def _paths(after: str, before: str) -> tuple[str, ...]:
    said = (found["path"] for each in (after, before) if (found := _PATH.match(each)))
    return tuple(dict.fromkeys(path for path in said if path != _NO_FILE))


def _side(hunk: Hunk, mark: str, number: int) -> _Side:
    """Return the lines of a hunk that have a mark, and those that it leaves as they are."""
    held: list[str] = []
    change = -1
    for line in hunk.lines:
        if change < 0 and line[0] in "+-":
            change = len(held)
        if line[0] in (" ", mark):
            held.append(line[1:].strip())
    return _Side(number, held, max(min(change, len(held) - 1), 0))


def _begins(side: _Side, places: Mapping[str, Sequence[int]]) -> tuple[float, int]:
    """Return how much of a side stands together in a file, and on which line it begins there."""
    held: dict[int, float] = defaultdict(float)
    for at, line in enumerate(side.lines):
        numbers = places.get(line, ()) if re.search(r"\w", line) else ()
        for number in numbers if len(numbers) <= _MOST_ALIKE else ():
            held[number - at] += 1 / len(numbers)
    most = max(held.items(), key=lambda each: (each[1], -abs(each[0] - side.number)), default=None)
    return (0.0, side.number) if most is None else (most[1], most[0])
