"""Where lines of changed files stand now: an index older than the code sends nobody astray."""

import os
import stat
from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from ncs.config import CorpusConfig
from ncs.corpus.decoding import decode
from ncs.index.places import DiskPlaces
from ncs.index.reading import Index
from ncs.search.snippet import LONGEST_SHOWN
from ncs.types import Hit, Place

# Pairs of equal lines, between what a file begins and what it ends with: of random data as many
# take 0.3 s, which a query would wait; two versions of a file of code have hardly more than lines.
_MOST_PAIRS = 300_000


def standing(index: Index, root: Path, hit: Hit) -> Hit | None:
    """Return a hit of a changed file with its lines as they stand now; None where none does.

    Its name and its explanation are those of the index, and so is the place of a file that cannot
    be read.

    Args:
        index: which is older than the file.
        root: the codebase.
        hit: of the index.
    """
    before = _known(index, hit.path)
    now = _read(root, hit.path)
    if now is None:
        return hit
    moves = _moves(before, now)
    place = _moved(moves, hit.start_line, hit.end_line, len(now))
    if place is None:
        return None
    also = (
        Place(*found, each.symbol)
        for each in hit.also
        if (found := _moved(moves, each.start_line, each.end_line, len(now))) is not None
    )
    last = hit.snippet_line + hit.snippet.count("\n")
    shown, _ = _moved(moves, hit.snippet_line, last, len(now)) or place
    text, away = hit.snippet, shown - hit.snippet_line
    said = [line for line in range(hit.snippet_line, last + 1) if _says(before[line - 1])]
    if any(moves.get(line) != line + away for line in said):
        lines = now[shown - 1 : shown + last - hit.snippet_line]
        text = "\n".join(line[:LONGEST_SHOWN] for line in lines)
        shown += len(text) - len(text.lstrip("\n"))  # no snippet begins with a blank line
        text = text.strip("\n")
    return replace(
        hit, start_line=place[0], end_line=place[1], snippet=text, snippet_line=shown,
        also=tuple(also),
    )  # fmt: skip


def _known(index: Index, path: str) -> list[str]:
    """Return the lines of a file as the index knows them; what lies between chunks is blank."""
    chunks = list(index.chunks_of(index.paths.index(path)))
    starts, ends = index.spans
    lines = [""] * int(ends[chunks[-1]] if chunks else 0)
    for at, text in zip(chunks, index.chunk_texts(chunks), strict=True):
        first = int(starts[at]) - 1
        for place, line in enumerate(text.split("\n"), start=first):
            lines[place : place + 1] = [line.rstrip()]
    return lines


def _read(root: Path, path: str) -> list[str] | None:
    """Return the lines of a file as they are now; None for what would not be read for an index."""
    most = CorpusConfig().most_bytes(path)
    try:
        place = DiskPlaces(root).of(path)
        if not stat.S_ISREG(os.lstat(place).st_mode):  # a link leads out of here, a pipe waits
            return None
        with open(place, "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError):
        return None
    if len(data) > most:
        return None
    text = decode(path, data).data.decode("utf-8", "replace")
    return [line.rstrip() for line in text.split("\n")]


def _moves(before: list[str], now: list[str]) -> dict[int, int]:
    """Return line → the line that it is now, both from 1, for those that stand and hold a word."""
    now = now[: max((at for at, line in enumerate(now, start=1) if line), default=0)]
    head = _common(before, now)
    tail = _common(before[head:][::-1], now[head:][::-1])
    old, new = before[head : len(before) - tail], now[head : len(now) - tail]
    runs = [(0, 0, head), (len(before) - tail, len(now) - tail, tail)]
    told = Counter(filter(_says, new))
    if sum(told[line] for line in old) <= _MOST_PAIRS:
        matcher = SequenceMatcher(lambda line: not _says(line), old, new, autojunk=False)
        blocks = matcher.get_matching_blocks()
        runs += [(head + block.a, head + block.b, block.size) for block in blocks]
    return {
        was + at + 1: is_ + at + 1
        for was, is_, size in runs
        for at in range(size)
        if _says(before[was + at])
    }


def _says(line: str) -> bool:
    return any(map(str.isalnum, line))


def _common(one: list[str], other: list[str]) -> int:
    """Return how many lines two texts begin alike with."""
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _moved(moves: dict[int, int], first: int, last: int, end: int) -> tuple[int, int] | None:
    """Return the first and the last of some lines as they stand now, in a file of `end` lines.

    What was changed at either end is where it was beside what stands; None where nothing does.
    """
    standing = [line for line in range(first, last + 1) if line in moves]
    if not standing:
        return None
    top, bottom = standing[0], standing[-1]
    start = max(moves[top] - (top - first), 1)
    return start, max(start, min(moves[bottom] + last - bottom, end))
