"""Places that a question names by path: `app/trace.py`, `trace.py:477`, a line of a trace."""

import re
from collections.abc import Iterator

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import IdArray
from ncs.types import FloatArray

# A path with an ending, and the line behind it as compilers, editors and Python's traces have it.
_PLACE = re.compile(
    r"(?P<path>[\w@+.\\/-]*[\w@+-]\.\w{1,9})(?:\"?, line (?P<said>\d+)|[:(#]L?(?P<line>\d+))?"
)
_MOST_NAMESAKES = 5  # files; a name of more (`__init__.py`) says nothing
_IN_THE_FILE = 0.5


def located(index: Index, text: str) -> tuple[IdArray, FloatArray]:
    """Return the chunks that a question names by their path, and what each is worth, (0, 1].

    The chunk that holds the line; without a line all chunks of the file, and if the question is
    nothing but a path, the first of them most. A path may be longer than the index has it, as in
    a trace, or shorter.
    """
    worth: dict[int, float] = {}
    for path, line, alone in _places(text):
        for file in _files(index, path):
            low, high = np.searchsorted(index.file_ids, [file, file + 1]).tolist()
            starts, ends = (each[low:high] for each in index.spans)
            held = low + np.flatnonzero((starts <= line) & (line <= ends))
            for at in held.tolist() or range(low, high):
                worth[at] = 1.0 if len(held) or (alone and at == low) else _IN_THE_FILE
    ids = np.array(sorted(worth), dtype=np.int64)
    return ids, np.array([worth[at] for at in ids.tolist()], dtype=np.float32)


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
