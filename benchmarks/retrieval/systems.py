"""One small interface over everything that is measured, and the table of its names."""

import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from benchmarks.retrieval.metric import Result


class System(Protocol):
    """Something that answers questions about a folder of code."""

    @property
    def name(self) -> str:
        """Its name on the command line and in tables."""

    @property
    def version(self) -> str:
        """What its answers depend on; "" where they must not be cached."""

    def index(self, root: Path) -> float:
        """Read the folder, get ready for `search`, and return the seconds this took."""

    def search(self, query: str) -> list[Result]:
        """Return at most ten results, best first, paths relative to the indexed folder."""


# name → module of benchmarks.retrieval and the class's argument. The modules import what
# they need, which not every machine has: they are loaded by name, when asked for.
_HOMES: dict[str, tuple[str, str, str]] = {
    "ncs-hybrid": ("ours", "Ncs", "hybrid"),
    "ncs-hybrid-16": ("ours", "Ncs", "hybrid-16"),
    "ncs-neural": ("ours", "Ncs", "neural"),
    "ncs-neural-16": ("ours", "Ncs", "neural-16"),
    "ncs-lexical": ("ours", "Ncs", "lexical"),
    "ncs-symbol": ("ours", "Ncs", "symbol"),
    "ncs-own-hybrid": ("ours", "Ncs", "own-hybrid"),
    "ncs-own-lexical": ("ours", "Ncs", "own-lexical"),
    "ncs-trained-hybrid": ("ours", "Ncs", "trained-hybrid"),
    "ncs-trained-neural": ("ours", "Ncs", "trained-neural"),
    "bm25": ("baselines.bm25", "Bm25", "bm25"),
    "ripgrep": ("baselines.ripgrep", "Ripgrep", "ripgrep"),
    "semble-bm25-raw": ("baselines.semble", "Semble", "raw"),
    "semble-bm25": ("baselines.semble", "Semble", "ranked"),
    "minilm": ("baselines.minilm", "MiniLm", "minilm"),
}
NAMES = tuple(_HOMES)


def make(name: str) -> System:
    """Return a system by name.

    Raises:
        ValueError: there is no system of this name.
    """
    if name not in _HOMES:
        raise ValueError(f"no such system: {name} (there are {', '.join(NAMES)})")
    module, kind, argument = _HOMES[name]
    made: System = getattr(import_module(f"benchmarks.retrieval.{module}"), kind)(argument)
    return made


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that the work took."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before
