"""ncs through its public names, once for each mode; the modes of one folder share an index."""

import tempfile
from pathlib import Path
from typing import Literal, cast

import ncs
from benchmarks.retrieval.metric import TOP, Result
from benchmarks.retrieval.systems import timed

Mode = Literal["hybrid", "neural", "lexical", "symbol"]

_BUILT: dict[Path, tuple[Path, float]] = {}
_HOME = tempfile.TemporaryDirectory(prefix="ncs-benchmark-")


def built(root: Path) -> tuple[Path, float]:
    """Return the folder's index, made on the first call, and the seconds its making took."""
    if root not in _BUILT:
        output = Path(_HOME.name) / f"{len(_BUILT)}.db"
        _BUILT[root] = (output, timed(lambda: ncs.build(root, output=output)))
    return _BUILT[root]


class Ncs:
    """ncs with the base model as it ships, in one mode."""

    version = ""  # under work: its answers change without its version

    def __init__(self, mode: str) -> None:
        self.name = f"ncs-{mode}"
        plain, _, latent = mode.partition("-")
        self._mode = cast(Mode, plain)
        self._latent = int(latent) if latent else None

    def index(self, root: Path) -> float:
        """Index the folder, or take the index another mode made; return the seconds it took."""
        output, seconds = built(root)
        self._index = ncs.open(output)
        return seconds

    def search(self, query: str) -> list[Result]:
        """Return the ten best hits."""
        hits = self._index.search(query, top_k=TOP, mode=self._mode, latent=self._latent)
        return [Result(hit.path, hit.start_line, hit.end_line) for hit in hits]
