"""BM25 by the bm25s library: windows of 50 lines, path words beside the code."""

import re
from importlib.metadata import version
from pathlib import Path

import bm25s

from benchmarks.retrieval.baselines.windows import Window, windows
from benchmarks.retrieval.metric import TOP, Result
from benchmarks.retrieval.systems import timed
from ncs.text import parts

_IDENTIFIER = re.compile(r"\w+")
LINES = 50
K1, B = 1.5, 0.75


def tokens(text: str) -> list[str]:
    """Return each identifier whole in lower case, and its parts where it has several."""
    found = []
    for name in _IDENTIFIER.findall(text):
        pieces = parts(name)
        found.extend([name.lower(), *(pieces if len(pieces) > 1 else ())])
    return found


class Bm25:
    """Plain BM25 without stems, stop words or any ranking on top."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.version = f"bm25s-{version('bm25s')}-{LINES}"
        self._windows: list[Window] = []

    def index(self, root: Path) -> float:
        """Cut, tokenise and count the folder's code; return the seconds."""
        return timed(lambda: self._index(root))

    def _index(self, root: Path) -> None:
        self._windows = windows(root, LINES)
        self._ranker = bm25s.BM25(k1=K1, b=B)
        texts = [tokens(f"{_path_words(window.path)}\n{window.text}") for window in self._windows]
        self._ranker.index(texts, show_progress=False)

    def search(self, query: str) -> list[Result]:
        """Return the ten best windows."""
        top = min(TOP, len(self._windows))
        ids, scores = self._ranker.retrieve([tokens(query)], k=top, show_progress=False)
        found = [self._windows[at] for at, score in zip(ids[0], scores[0], strict=True) if score]
        return [Result(window.path, window.start, window.end) for window in found]


def _path_words(path: str) -> str:
    return path.replace("/", " ")
