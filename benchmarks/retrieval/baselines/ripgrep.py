"""ripgrep as people use it: the query's words, files by how often any of them occurs."""

import re
import subprocess
from pathlib import Path

from benchmarks.retrieval.metric import TOP, Result

_COMMON = (
    "a an and are as at be by can do does for from how in into is it its of on or that the this"
    " to what when where which who why with"
)
_STOP = frozenset(_COMMON.split())


def search_words(query: str) -> list[str]:
    """Return the words of a query worth searching: three letters and more, no stop words.

    A query of nothing else is searched as it stands.
    """
    every = list(dict.fromkeys(re.findall(r"\w+", query.lower())))
    return [word for word in every if len(word) > 2 and word not in _STOP] or every


class Ripgrep:
    """No index: every query reads every file. It ranks whole files."""

    def __init__(self, name: str) -> None:
        self.name = name
        done = subprocess.run(["rg", "--version"], capture_output=True, text=True, check=True)
        self.version = "-".join(done.stdout.split()[:2])

    def index(self, root: Path) -> float:
        """Remember the folder: nothing to read ahead, 0 seconds."""
        self._root = root
        return 0.0

    def search(self, query: str) -> list[Result]:
        """Return the ten files with most matches of the query's words, ties by path."""
        patterns = [part for word in search_words(query) for part in ("-e", word)]
        command = ["rg", "--count-matches", "-i", "-F", "--hidden", "--no-ignore", *patterns, "."]
        done = subprocess.run(
            command, cwd=self._root, capture_output=True, text=True, errors="replace"
        )
        counted = [line.rpartition(":") for line in done.stdout.splitlines()]
        ranked = sorted((-int(count), path.removeprefix("./")) for path, _, count in counted)
        return [Result(path) for _, path in ranked[:TOP]]
