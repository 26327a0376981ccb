"""Places that a question names by path: `app/trace.py`, `trace.py:477`, a line of a trace."""

import re
from collections.abc import Iterator

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import IdArray
from ncs.types import FloatArray

# A path with an ending, and the line behind it as compilers, editors and Python's traces have it.
# It begins where no path goes on: a token of thousands of letters is read once.
_PLACE = re.compile(
    r"(?<![\w@+.\\/-])(?P<path>[\w@+.\\/-]*[\w@+-]\.\w{1,9})"
    r"(?:\"?, line (?P<said>\d{1,9})|[:(#]L?(?P<line>\d{1,9}))?"
)
_MOST_NAMESAKES = 5  # files; a name of more (`__init__.py`) says nothing
_IN_THE_FILE = 0.5


def located(index: Index, text: str) -> tuple[IdArray, FloatArray]:
    """Return the chunks that a question names by their path, and what each is worth, (0, 1].

    The chunk that holds the line, or the nearest where none does: between two chunks, past the
    end. Without a line all chunks of the file, and if the question is nothing but a path, the
    first of them most. A path may be longer than the index has it, as in a trace, or shorter.
    """
    worth: dict[int, float] = {}
    for path, line, alone in _places(text):
        for file in _files(index, path):
            chunks = index.chunks_of(file)
            if line and chunks:
                worth.update(dict.fromkeys(at_line(index, chunks, line), 1.0))
                continue
            for at in chunks:
                worth[at] = 1.0 if alone and at == chunks[0] else _IN_THE_FILE
    ids = np.array(sorted(worth), dtype=np.int64)
    return ids, np.array([worth[at] for at in ids.tolist()], dtype=np.float32)


def lines_asked(index: Index, text: str) -> dict[int, int]:
    """Return the line that a question names of each file, the first where it names several."""
    lines: dict[int, int] = {}
    for path, line, _ in _places(text):
        for file in _files(index, path) if line else ():
            lines.setdefault(file, line)
    return lines


def past_end(index: Index, text: str) -> tuple[str, int] | None:
    """Return the first file that a question names a line of which it does not have.

    Returns:
        Its path, and its last line that is not blank; None where all lines are there.
    """
    ends = index.spans[1]
    for file, line in lines_asked(index, text).items():
        if (chunks := index.chunks_of(file)) and line > (last := int(ends[chunks[-1]])):
            return index.paths[file], last
    return None


def at_line(index: Index, chunks: range, line: int) -> list[int]:
    """Return the chunks of a file that hold a line, or else the nearest, the next of two."""
    starts, ends = (each[chunks.start : chunks.stop] for each in index.spans)
    away = np.maximum(starts - line, line - ends).clip(min=0)
    least = np.flatnonzero(away == away.min()).tolist()
    return [chunks[at] for at in (least if away.min() == 0 else least[-1:])]


def _places(text: str) -> Iterator[tuple[str, int, bool]]:
    """Yield paths of a text, the line behind each (0: none), and whether it is all of the text."""
    for found in _PLACE.finditer(text):
        path = found["path"].replace("\\", "/").removeprefix("./").lstrip("/")
        yield path, int(found["said"] or found["line"] or 0), found[0] == text.strip()


def _files(index: Index, path: str) -> list[int]:
    """Return the files of an index that a path may mean; none where it may mean many."""
    name = path.rpartition("/")[2]
    alike = [at for at, each in enumerate(index.paths) if each.endswith(name)]
    found = [
        at
        for at in alike
        if f"/{index.paths[at]}".endswith(f"/{path}") or f"/{path}".endswith(f"/{index.paths[at]}")
    ]
    return found if len(found) <= _MOST_NAMESAKES else []
