"""What a pasted diff changes: of which file, and on which line of the file as it is here."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

# In front of every line of a diff that was quoted, as in a mail, or indented, as in a list.
_FRONT = r"(?P<front>[ \t>|]*)"
# That of a merge has one more `@` and one more range for each parent.
_HEAD = re.compile(
    _FRONT + r"@(?P<parents>@{1,8}) -(?P<old>\d{1,9})(?:,(?P<olds>\d{1,9}))?(?: -\d[\d,]*){0,7}"
    r" \+(?P<new>\d{1,9})(?:,(?P<news>\d{1,9}))? @"
)
_WAS = re.compile(_FRONT + r"(?P<header>---[ \t].*)")
# Behind a path `diff -r` has a date, Subversion a revision.
_PATH = re.compile(r"(?:\+\+\+|---)[ \t]+(?P<quote>\")?(?P<path>[^\t\"]*[^\t\" ])")
_STAMP = re.compile(r"[ \t]{1,20}(?:\((?:revision \d+|working copy)\)|\d{4}-\d\d-\d\d .*)\Z")
_SIDE = re.compile(r"\A[abciow]/")
_BYTES = re.compile(r"(?:\\[0-3][0-7]{2})+")  # git's way to write what is not in ASCII
_NO_FILE = "/dev/null"
_ENDS = ("diff ", "```")  # what no line of a hunk begins with
# Lines of a file that are alike: of more, as brackets are, none says where a hunk is.
_MOST_ALIKE = 50


class Hunk(NamedTuple):
    """Lines of a file that a diff has together.

    Attributes:
        paths: of the file, as it is afterwards and as it was; one where they are the same, none
            where it is not said.
        old, new: the number of its first line before and after the change.
        lines: each with its mark in front of it: `-`, `+` or a space.
    """

    paths: tuple[str, ...]
    old: int
    new: int
    lines: list[str]


class Standing(NamedTuple):
    """Where a hunk stands in a file.

    Attributes:
        held: how many of its lines stand there together, those with a word in them; each counts
            less, the more lines are like it.
        share: of the hunk's lines that they are, in [0, 1].
        line: which is changed first, 1-based.
    """

    held: float
    share: float
    line: int


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
    """Return the hunks of the diffs in a text, in order.

    Quoted, indented or cut out of a diff: what stands in front of its head stands in front of
    every line, and of what has no header no file is known. That of a merge has its first parent's
    numbers, and the lines that any parent had.
    """
    found: list[Hunk] = []
    paths: tuple[str, ...] = ()
    front, before, parents, inside = "", "", 1, False
    left = [0, 0]  # lines that the hunk says it has, before and after
    for line in text.split("\n"):
        line = line.rstrip("\r")
        own = _without(front, line) if inside else None
        whole = own is None or max(left) <= 0
        if (was := _header(before, line)) and (whole or was["front"] == front):
            if inside:
                found[-1].lines.pop()  # the line before is none that was taken away
            inside, paths = False, _paths(line[was.end("front") :], was["header"])
        elif (head := _HEAD.match(line)) and (whole or head["front"] == front):
            inside, front, parents = True, head["front"], len(head["parents"])
            left = [int(head["olds"] or 1), int(head["news"] or 1)]
            found.append(Hunk(paths, int(head["old"]), int(head["new"]), []))
        elif own is not None and not own.startswith(_ENDS):
            marked = _marked(own or " ", parents)  # who pastes may lose spaces at ends of lines
            found[-1].lines.append(marked)
            left = [left[0] - (marked[0] in " -"), left[1] - (marked[0] in " +")]
        else:
            inside = False
        before = line
    return found


def _header(before: str, line: str) -> re.Match[str] | None:
    """Return how two lines begin that name a file, as it was and as it is; None for others."""
    was = _WAS.match(before) if "+++" in line else None
    return was if was and line[was.end("front") :].startswith(("+++ ", "+++\t")) else None


def _without(front: str, line: str) -> str | None:
    """Return a line without what stands in front of all; None where that does not."""
    if line.startswith(front):
        return line[len(front) :]
    return "" if line == front.rstrip() else None


def _marked(line: str, parents: int) -> str:
    """Return a line with one mark in front of it, of as many as a file had parents."""
    if parents == 1:
        return line
    marks = line[:parents]
    return next((each for each in "-+" if each in marks), " ") + line[parents:]


def alike(lines: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Return the numbers of the lines of a file that say the same, by what they say."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, line in lines:
        found[line.strip()].append(number)
    return found


def standing(hunk: Hunk, places: Mapping[str, Sequence[int]]) -> Standing:
    """Return where a hunk stands in a file, whichever version the file is of.

    Where most of it does, as it was or as it is afterwards; numbers decide between places that
    have as much of it, and where none has any.

    Args:
        hunk: of a diff, of this file as far as is known.
        places: the lines of the file, as `alike` has them.
    """
    found = []
    for side in (_side(hunk, "+", hunk.new), _side(hunk, "-", hunk.old)):
        held, begins = _begins(side, places)
        told = sum(re.search(r"\w", line) is not None for line in side.lines)
        away = -abs(begins - side.number)
        found.append((held, away, held / max(told, 1), begins + side.change))
    held, _, share, line = max(found, key=lambda each: each[:2])
    return Standing(held, share, max(line, 1))


def _paths(after: str, before: str) -> tuple[str, ...]:
    said = []
    for found in filter(None, map(_PATH.match, (after, before))):
        path = _STAMP.sub("", found["path"])
        path = (_BYTES.sub(_decoded, path) if found["quote"] else path).replace("\\", "/")
        if path != _NO_FILE:
            said.append(_SIDE.sub("", path))
    return tuple(dict.fromkeys(said))


def _decoded(said: re.Match[str]) -> str:
    return bytes(int(each, 8) for each in said[0].split("\\")[1:]).decode("utf-8", "replace")


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
