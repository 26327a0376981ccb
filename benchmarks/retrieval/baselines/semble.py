"""semble without its embedding model: its own chunks, BM25 and ranking.

semble's hybrid needs weights that it downloads, so its dense arm is given no say: the
weight `alpha` of its own fusion is 0, and the vectors are all alike. Needs `pip install semble`.
"""

from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from semble.index.create import create_index_from_path
from semble.search import search

from benchmarks.retrieval.metric import TOP, Result
from benchmarks.retrieval.systems import timed


class _NoModel:
    """Stands where semble expects a static embedding model; says the same of every text."""

    dim = 1

    def encode(self, texts: list[str], **_: object) -> npt.NDArray[np.float32]:
        return np.ones((len(texts), self.dim), dtype=np.float32)


class Semble:
    """semble's lexical half, `raw` or with its code ranking (`ranked`)."""

    def __init__(self, kind: str) -> None:
        self.name = "semble-bm25" if kind == "ranked" else "semble-bm25-raw"
        self.version = f"semble-{version('semble')}-{kind}"
        self._ranked = kind == "ranked"
        self._model = _NoModel()

    def index(self, root: Path) -> float:
        """Chunk and count the folder by semble's own code; return the seconds."""
        return timed(lambda: self._index(root))

    def _index(self, root: Path) -> None:
        counts, vectors, chunks, _ = create_index_from_path(
            root.resolve(), model=self._model, display_root=root.resolve()
        )
        self._counts, self._vectors, self._chunks = counts, vectors, chunks

    def search(self, query: str) -> list[Result]:
        """Return semble's ten results."""
        found = search(
            query, self._model, self._vectors, self._counts, self._chunks, TOP,
            alpha=0.0, rerank=self._ranked,
        )  # fmt: skip
        return [Result(r.chunk.file_path, r.chunk.start_line, r.chunk.end_line) for r in found]
