"""The corpora and the judged questions of the retrieval benchmark, as values."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
Half = Literal["tune", "report"]
_LONGEST_NAME = 2  # words in a question that is a name: `struct bytecode`


@dataclass(frozen=True, slots=True)
class Corpus:
    """One pinned code base.

    Attributes:
        revision: commit, or the package version where `archive` replaces the commit.
        benchmark_root: folder that is searched; None for the whole checkout.
        archive: name of a registry archive that stands in for the clone, or None.
        files, bytes: what the export must hold.
        queries: questions that name files, in `annotations` or in asked.json; 0 for a corpus of
            paraphrases only.
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
    return [
        corpus
        for corpus in _named([Corpus(**item) for item in listed], only)
        if (half is None or corpus.half == half) and (corpus.queries or not judged)
    ]


def _named(everything: list[Corpus], only: Iterable[str]) -> list[Corpus]:
    """Return the corpora of these names, or all where there are none."""
    wanted = set(only)
    unknown = wanted - {corpus.name for corpus in everything}
    if unknown:
        raise ValueError(f"no such corpus: {', '.join(sorted(unknown))}")
    return [corpus for corpus in everything if not wanted or corpus.name in wanted]


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


@dataclass(frozen=True, slots=True)
class Asked:
    """A code base that was asked about in other words than ours: newcomers', or of who changed it.

    Attributes:
        questions: each is of the category "name" (what stands in the code) or "sentence".
        trained_on: whether packages of some version of it taught the base model.
        wave: from 1: which newcomers wrote them; 0 for subjects of commits.
        speech: the language that they are asked in, by its two letters.
    """

    corpus: Corpus
    questions: tuple[Question, ...]
    trained_on: bool
    wave: int
    speech: str


def load_asked(only: Iterable[str] = ()) -> list[Asked]:
    """Return the code bases of asked.json, or those of these names.

    Raises:
        ValueError: `only` names one that is not in the list.
    """
    return _load_asked("asked.json", only)


def load_tongues(only: Iterable[str] = ()) -> list[Asked]:
    """Return the code bases of tongues.json, or those of these names.

    Raises:
        ValueError: `only` names one that is not in the list.
    """
    return _load_asked("tongues.json", only)


def load_commits(only: Iterable[str] = (), half: Half | None = None) -> list[Asked]:
    """Return the code bases of commits.json, of one half or both, or those of these names.

    Raises:
        ValueError: `only` names one that is not in the list.
    """
    listed = _load_asked("commits.json", only)
    return [item for item in listed if half is None or item.corpus.half == half]


def _load_asked(name: str, only: Iterable[str]) -> list[Asked]:
    items = [_asked(**item) for item in json.loads((HERE / name).read_text("utf-8"))]
    wanted = _named([item.corpus for item in items], only)
    return [item for item in items if item.corpus in wanted]


def _asked(
    questions: list[dict[str, Any]],
    trained_on: bool,
    wave: int = 0,
    speech: str = "en",
    half: Half = "tune",  # newcomers' questions were looked at while choosing
    **pinned: Any,
) -> Asked:
    corpus = Corpus(**pinned, benchmark_root=None, archive=None, queries=len(questions), half=half)
    asked = tuple(_of_people(corpus.name, **item) for item in questions)
    return Asked(corpus, asked, trained_on, wave, speech)


def _of_people(corpus: str, text: str, files: list[str], category: str = "") -> Question:
    category = category or ("sentence" if len(text.split()) > _LONGEST_NAME else "name")
    return Question(corpus, text, category, tuple(map(Target, files)))
