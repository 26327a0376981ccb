"""Scores of systems as Markdown tables: means with intervals, groups, paired differences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import median
from typing import Any

import numpy as np

from benchmarks.retrieval.corpora import Corpus, Question
from benchmarks.retrieval.measure import Answers
from benchmarks.retrieval.metric import Score, score
from benchmarks.retrieval.record import SEED
from ncs.metrics import mean_interval


@dataclass(frozen=True, slots=True)
class Row:
    """One question's score by one system."""

    corpus: Corpus
    question: Question
    score: Score


@dataclass(frozen=True, slots=True)
class Outcome:
    """All of one system: its scores question by question, and its times."""

    name: str
    rows: tuple[Row, ...]
    index_seconds: float
    p50_ms: float

    def values(self, metric: str) -> np.ndarray:
        """Return a metric's value for each question, (questions,)."""
        return np.array([getattr(row.score, metric) for row in self.rows], dtype=np.float64)


def outcome(
    name: str,
    answered: Sequence[tuple[Corpus, Sequence[Question], Answers]],
) -> Outcome:
    """Return the scores of one system's answers on several corpora."""
    rows = [
        Row(corpus, question, score(found, question.targets))
        for corpus, questions, answers in answered
        for question, found in zip(questions, answers.results, strict=True)
    ]
    times = [time for _, _, answers in answered for time in answers.milliseconds]
    seconds = sum(answers.index_seconds for _, _, answers in answered)
    return Outcome(name, tuple(rows), seconds, median(times) if times else 0.0)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with columns padded to one width."""
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    lines = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        + " |"
        for row in [head, ["-" * width for width in widths], *rows]
    ]
    return "\n".join(lines)


def overall(outcomes: Sequence[Outcome], metrics: Sequence[str], intervals: int = 1) -> str:
    """Return the table of all systems; the first metrics carry their 95 % intervals."""
    head = ["system", *metrics, "mean of corpora", "index s", "query p50 ms"]
    rows = []
    for one in outcomes:
        first = [_spread(one.values(metric)) for metric in metrics[:intervals]]
        others = [f"{one.values(metric).mean():.3f}" for metric in metrics[intervals:]]
        corpora = np.mean(list(_means(one, lambda row: row.corpus.name, metrics[0]).values()))
        times = [f"{one.index_seconds:.1f}", f"{one.p50_ms:.2f}"]
        rows.append([one.name, *first, *others, f"{corpora:.3f}", *times])
    return table(head, rows)


def _spread(values: np.ndarray, sign: str = "") -> str:
    """Return the mean of some questions and its 95 % interval; "-" where there are none."""
    if not len(values):
        return "-"
    mean, low, high = (f"{value:{sign}.3f}" for value in mean_interval(values, seed=SEED))
    return f"{mean} [{low}, {high}]"


def _groups(one: Outcome, key: Callable[[Row], str], metric: str) -> dict[str, np.ndarray]:
    groups: dict[str, list[float]] = {}
    for row in one.rows:
        groups.setdefault(key(row), []).append(getattr(row.score, metric))
    return {name: np.array(values) for name, values in groups.items()}


def _means(one: Outcome, key: Callable[[Row], str], metric: str) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in _groups(one, key, metric).items()}


def by_group(
    outcomes: Sequence[Outcome],
    label: str,
    key: Callable[[Row], str],
    metric: str,
    *,
    intervals: bool = False,
) -> str:
    """Return a table of a metric's mean in each group of questions, a column a system."""
    groups = [_groups(one, key, metric) for one in outcomes]
    say = _spread if intervals else lambda values: f"{values.mean():.3f}"
    rows = [
        [name, str(len(values)), *(say(group[name]) for group in groups)]
        for name, values in sorted(groups[0].items())
    ]
    return table([label, "questions", *(one.name for one in outcomes)], rows)


def differences(
    outcomes: Sequence[Outcome],
    metric: str,
    apart: Callable[[Row], bool] = lambda row: row.corpus.language == "python",
    labels: tuple[str, str] = ("in Python", "elsewhere"),
) -> str:
    """Return the first system's gain over each other, paired by question, with its interval.

    Over all questions, then those that stand `apart`, then the others.
    """
    first = outcomes[0]
    chosen = np.array([apart(row) for row in first.rows])
    rows = []
    for other in outcomes[1:]:
        gain = first.values(metric) - other.values(metric)
        wins, losses = int((gain > 0).sum()), int((gain < 0).sum())
        cells = [_spread(some, "+") for some in (gain, gain[chosen], gain[~chosen])]
        rows.append([f"− {other.name}", *cells, f"{wins}/{losses}"])
    head = [first.name, f"{metric} difference", *labels, "better/worse"]
    return table(head, rows)


def as_json(outcomes: Sequence[Outcome], metric: str) -> Mapping[str, Any]:
    """Return what the tables are made of; `corpora` and `questions` hold the metric.

    The questions of a corpus stand in the order of their file, so that two results of the
    same questions can be compared pair by pair.
    """
    found = {}
    for one in outcomes:
        questions: dict[str, list[float]] = {}
        for row in one.rows:
            questions.setdefault(row.corpus.name, []).append(round(getattr(row.score, metric), 4))
        found[one.name] = {
            "index_seconds": round(one.index_seconds, 3),
            "p50_ms": round(one.p50_ms, 3),
            "means": {
                field.name: round(float(one.values(field.name).mean()), 4)
                for field in fields(Score)
            },
            "metric": metric,
            "corpora": {
                name: round(mean, 4)
                for name, mean in _means(one, lambda row: row.corpus.name, metric).items()
            },
            "questions": questions,
        }
    return found
