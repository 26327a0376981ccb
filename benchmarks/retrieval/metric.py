"""The metric of the semble benchmark, and two of our own, over lists of results.

Rules: a target's rank is the position of the first result whose path matches and, if the
target has lines, whose lines share at least one with it. The first ten results count as they
come, nothing is de-duplicated. Primary and secondary targets count alike, and a target that
does not exist in the corpus still counts in the ideal. Source: MinishLab/semble, benchmarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.retrieval.corpora import Target
from ncs.metrics import ndcg, recall, reciprocal_rank

TOP = 10


@dataclass(frozen=True, slots=True)
class Result:
    """One place that a system answers with.

    Attributes:
        path: POSIX path relative to the corpus.
        start, end: lines, 1-based and inclusive; both None where a system ranks whole files.
    """

    path: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What one question scored, each in [0, 1].

    Attributes:
        ndcg10: binary gain over all targets. ndcg10_files: the same with one result a file
            and lines ignored. mrr10: 1 / the first relevant rank. recall5: share of targets.
        hit10: 1 where any target is among the ten.
    """

    ndcg10: float
    ndcg10_files: float
    mrr10: float
    recall5: float
    hit10: float


def same_path(left: str, right: str) -> bool:
    """Return whether two paths are equal or one is the other's tail at a "/"."""
    return left == right or left.endswith(f"/{right}") or right.endswith(f"/{left}")


def covers(result: Result, target: Target) -> bool:
    """Return whether the result shows the target; a result without lines is a whole file."""
    if not same_path(result.path, target.path):
        return False
    if target.start is None or target.end is None or result.start is None or result.end is None:
        return True
    return result.start <= target.end and target.start <= result.end


def ranks(results: Sequence[Result], targets: Sequence[Target]) -> list[int | None]:
    """Return each target's rank, from 1, among the results; None where no result covers it."""
    return [
        next((at for at, result in enumerate(results, 1) if covers(result, target)), None)
        for target in targets
    ]


def as_files(results: Sequence[Result]) -> list[Result]:
    """Return one result without lines for each file, in the order of first appearance."""
    return [Result(path) for path in dict.fromkeys(result.path for result in results)]


def score(results: Sequence[Result], targets: Sequence[Target]) -> Score:
    """Return the scores of the first ten results of one question."""
    first = results[:TOP]
    found = ranks(first, targets)
    return Score(
        ndcg10=ndcg(found, TOP),
        ndcg10_files=ndcg(ranks(as_files(first), targets), TOP),
        mrr10=reciprocal_rank(found, TOP),
        recall5=recall(found, 5),
        hit10=float(any(found)),
    )
