"""Ask a system every question of a corpus, and keep a baseline's answers for the next run."""

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.retrieval.corpora import Corpus
from benchmarks.retrieval.metric import Result
from benchmarks.retrieval.systems import System


@dataclass(frozen=True, slots=True)
class Answers:
    """What a system answered on one corpus.

    Attributes:
        index_seconds: time to read the corpus and get ready.
        milliseconds: warm time of each query, in the order of the questions.
        results: the first results of each query.
    """

    index_seconds: float
    milliseconds: tuple[float, ...]
    results: tuple[tuple[Result, ...], ...]


def ask(system: System, root: Path, queries: Sequence[str]) -> Answers:
    """Index the folder and ask every query once, after one that only warms up."""
    seconds = system.index(root)
    system.search(queries[0])
    times, results = [], []
    for query in queries:
        before = time.perf_counter()
        found = system.search(query)
        times.append(1000.0 * (time.perf_counter() - before))
        results.append(tuple(found))
    return Answers(seconds, tuple(times), tuple(results))


def ask_cached(
    system: System, corpus: Corpus, corpora: Path, queries: Sequence[str], cache: Path | None
) -> Answers:
    """Return `ask`'s answers, from the cache where the same was asked of the same version.

    Cached times are those of the run that made them.

    Raises:
        FileNotFoundError: the corpus was not exported.
    """
    root = corpora / corpus.name
    if not root.is_dir():
        raise FileNotFoundError(
            f"{root}: export the corpus first (benchmarks/retrieval/README.md)"
        )
    asked = hashlib.sha256(json.dumps([asdict(corpus), *queries]).encode()).hexdigest()[:16]
    place = cache and system.version and cache / system.version / f"{corpus.name}-{asked}.json"
    if place and place.is_file():
        return _read(place)
    print(f"{system.name}: {corpus.name}", file=sys.stderr, flush=True)
    answers = ask(system, root, queries)
    if place:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(asdict(answers)), "utf-8")
    return answers


def _read(place: Path) -> Answers:
    data = json.loads(place.read_text("utf-8"))
    return Answers(
        data["index_seconds"],
        tuple(data["milliseconds"]),
        tuple(tuple(Result(**item) for item in found) for found in data["results"]),
    )
