"""Questions with known answers, asked mode by mode: the user's own quality check."""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ncs.errors import QueryError
from ncs.index.reading import Index
from ncs.metrics import ndcg, recall, reciprocal_rank
from ncs.search import Query, search
from ncs.search.question import is_symbol
from ncs.text import words
from ncs.types import Encoder, Hit, Mode, OnProgress, Progress

MODES: tuple[Mode, ...] = ("hybrid", "neural", "lexical")
TOP = 10
_FORM = '{"query": "where are retries done", "relevant": ["net/retry.py"]}'


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what answers it: any chunk of the paths, or the one that begins at `line`."""

    text: str
    relevant: tuple[str, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What one mode reached: means over the questions at 10, and the median query in ms."""

    mode: str
    mrr: float
    ndcg: float
    recall: float
    p50_ms: float


def read_questions(path: Path, paths: Sequence[str]) -> list[Question]:
    """Return the questions of a JSON Lines file: `{"query": ..., "relevant": [paths]}`.

    Args:
        path: the file.
        paths: of the index that is asked. A relevant path is one of them, or the tail of one.

    Raises:
        QueryError: the file cannot be read, or a line is not of that form or names a path that is
            not in the index: a file that was renamed would count as an answer that is not found.
    """
    try:
        # Other ends of lines may stand in a string as they are; some editors write a mark first.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeError) as error:
        raise QueryError(f"{path}: cannot be read ({error})") from error
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise QueryError(f"{path}: holds no question", hint=f"a question a line: {_FORM}")
    asked = [(f"{path}:{number}", line) for number, line in numbered]
    return [_question(where, line, paths) for where, line in asked]


def _question(where: str, line: str, known: Sequence[str]) -> Question:
    try:
        row = json.loads(line)
        text, relevant = row["query"], row["relevant"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise QueryError(
            f"{where}: expected query and relevant ({error!r})", hint=_FORM
        ) from error
    paths = relevant if isinstance(relevant, list) else [relevant]
    if not isinstance(text, str) or not paths or not all(isinstance(p, str) for p in paths):
        raise QueryError(f"{where}: expected a text and a list of paths", hint=_FORM)
    if not words(text):
        raise QueryError(f"{where}: the query {text!r} holds no word", hint=_FORM)
    # A file that is named twice is one answer.
    meant = (frozenset(at for at in known if _names(path, at)) for path in paths)
    named: dict[frozenset[str], str] = {}
    for path, files in zip(paths, meant, strict=True):
        if not files:
            raise QueryError(
                f"{where}: no {path} in the index",
                hint="a path as ncs query shows it, or its end; ncs inspect index says what "
                "was not searched",
            )
        named.setdefault(files, path)
    return Question(text, tuple(named.values()))


def ask(
    index: Index, encoder: Encoder, questions: Sequence[Question], on_progress: OnProgress
) -> list[Figures]:
    """Return the figures of the modes over the same questions.

    Mode "symbol" is asked where most of the questions are names: to others it knows no answer.
    """
    names = sum(is_symbol(question.text) for question in questions)
    modes = (*MODES, "symbol") if 2 * names > len(questions) else MODES
    return [_ask_in(mode, index, encoder, questions, on_progress) for mode in modes]


def _ask_in(
    mode: Mode,
    index: Index,
    encoder: Encoder,
    questions: Sequence[Question],
    on_progress: OnProgress,
) -> Figures:
    ranks, took = [], []
    for at, question in enumerate(questions):
        began = time.perf_counter()
        hits = search(index, encoder, Query(question.text, TOP, mode))
        took.append((time.perf_counter() - began) * 1e3)
        ranks.append([_rank(hits, path, question.line) for path in question.relevant])
        on_progress(Progress(f"ask {mode}", at + 1, len(questions)))
    return Figures(
        mode=mode,
        mrr=statistics.fmean(reciprocal_rank(each, TOP) for each in ranks),
        ndcg=statistics.fmean(ndcg(each, TOP) for each in ranks),
        recall=statistics.fmean(recall(each, TOP) for each in ranks),
        p50_ms=statistics.median(took),
    )


def _names(path: str, known: str) -> bool:
    return known == path or known.endswith(f"/{path}")


def _rank(hits: Sequence[Hit], path: str, line: int | None) -> int | None:
    """Return the rank of the first hit in a path (its tail will do), at a line if one is named."""
    for hit in hits:
        if _names(path, hit.path) and line in (None, hit.start_line):
            return hit.rank
    return None
