"""The corpora and the judged questions of the retrieval benchmark, as values."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
Half = Literal["tune", "report"]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One pinned code base.

    Attributes:
        revision: commit, or the package version where `archive` replaces the commit.
        benchmark_root: folder that is searched; None for the whole checkout.
        archive: name of a registry archive that stands in for the clone, or None.
        files, bytes: what the export must hold.
        queries: judged questions in `annotations`; 0 for a corpus of paraphrases only.
        half: "tune" may be looked at while choosing, "report" is for figures only.
    """

    name: str
    language: str
    repository: str
    revision: str
    benchmark_root: str | None
    archive: str | None
    files: int
    bytes: int
    queries: int
    half: Half


@dataclass(frozen=True, slots=True)
class Target:
    """A place that answers a question: a file, or lines of one (1-based, inclusive)."""

    path: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question on one corpus; primary and secondary targets together, in that order."""

    corpus: str
    text: str
    category: str
    targets: tuple[Target, ...]


def load_corpora(
    *, only: Iterable[str] = (), half: Half | None = None, judged: bool = True
) -> list[Corpus]:
    """Return the corpora of corpora.json, filtered; `judged` leaves out those without questions.

    Raises:
        ValueError: `only` names a corpus that is not in the list.
    """
    listed = json.loads((HERE / "corpora.json").read_text("utf-8"))
    everything = [Corpus(**item) for item in listed]
    wanted = set(only)
    unknown = wanted - {corpus.name for corpus in everything}
    if unknown:
        raise ValueError(f"no such corpus: {', '.join(sorted(unknown))}")
    return [
        corpus
        for corpus in everything
        if (not wanted or corpus.name in wanted)
        and (half is None or corpus.half == half)
        and (corpus.queries or not judged)
    ]


def load_questions(name: str) -> list[Question]:
    """Return the judged questions of a corpus, in the order of its annotation file."""
    data = json.loads((HERE / "annotations" / f"{name}.json").read_text("utf-8"))
    return [
        Question(
            name,
            item["query"],
            item["category"],
            tuple(map(_target, [*item["relevant"], *item["secondary"]])),
        )
        for item in data
    ]


def _target(value: str | dict[str, Any]) -> Target:
    if isinstance(value, str):
        return Target(value)
    return Target(value["path"], value.get("start_line"), value.get("end_line"))


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A question in everyday words that do not stand in the code that answers it.

    Attributes:
        relevant: paths of files, any of which answers it; the first holds the passage.
        lines: first and last line of the passage that the question was written from.
    """

    corpus: str
    half: Half
    query: str
    relevant: tuple[str, ...]
    lines: tuple[int, int]

    @property
    def question(self) -> Question:
        """The question in the form of the judged ones."""
        targets = tuple(Target(path) for path in self.relevant)
        return Question(self.corpus, self.query, "paraphrase", targets)


def load_paraphrases() -> list[Paraphrase]:
    """Return the paraphrase questions in the order of their file."""
    lines = (HERE / "paraphrase.jsonl").read_text("utf-8").splitlines()
    return [
        Paraphrase(
            item["corpus"], item["half"], item["query"], tuple(item["relevant"]),
            (item["lines"][0], item["lines"][1]),
        )
        for item in map(json.loads, lines)
    ]  # fmt: skip
