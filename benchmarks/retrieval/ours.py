"""ncs through its public names, once for each mode; the modes of one folder share an index.

A mode that begins with "trained-" asks an index that `ncs train` made: the model has learned the
folder's own code and documentation, and none of the questions. One that begins with "own-" takes a
question by its own words alone, without the thesaurus.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Literal, cast
from unittest.mock import patch

import ncs
from benchmarks.retrieval.metric import TOP, Result
from benchmarks.retrieval.systems import timed
from ncs.search import rewording

Mode = Literal["hybrid", "neural", "lexical", "symbol"]

_BUILT: dict[tuple[Path, bool], tuple[Path, float]] = {}
_HOME = tempfile.TemporaryDirectory(prefix="ncs-benchmark-")


def built(root: Path, *, trained: bool = False) -> tuple[Path, float]:
    """Return the folder's index, made on the first call, and the seconds its making took."""
    if (root, trained) not in _BUILT:
        output = Path(_HOME.name) / f"{len(_BUILT)}.db"
        make = ncs.train if trained else ncs.build
        _BUILT[root, trained] = (output, timed(lambda: make(root, output=output)))
    return _BUILT[root, trained]


def _none(stems: str) -> tuple[str, ...]:
    """Return the other words of a thesaurus without any."""
    return ()


@contextmanager
def own_words() -> Iterator[None]:
    """Let questions be answered by their own words alone."""
    rewording.implied.cache_clear()
    with patch.object(rewording, "other_words", _none):
        yield
    rewording.implied.cache_clear()


class Ncs:
    """ncs in one mode, with the base model as it ships or trained on the folder."""

    version = ""  # under work: its answers change without its version

    def __init__(self, mode: str) -> None:
        self.name = f"ncs-{mode}"
        self._trained = mode.startswith("trained-")
        self._own = mode.startswith("own-")
        plain, _, latent = mode.removeprefix("trained-").removeprefix("own-").partition("-")
        self._mode = cast(Mode, plain)
        self._latent = int(latent) if latent else None

    def index(self, root: Path) -> float:
        """Index the folder, or take the index another mode made; return the seconds it took."""
        output, seconds = built(root, trained=self._trained)
        self._index = ncs.open(output)
        return seconds

    def search(self, query: str) -> list[Result]:
        """Return the ten best hits."""
        with own_words() if self._own else nullcontext():
            hits = self._index.search(query, top_k=TOP, mode=self._mode, latent=self._latent)
        return [Result(hit.path, hit.start_line, hit.end_line) for hit in hits]
