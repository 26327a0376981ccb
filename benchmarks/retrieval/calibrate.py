"""Fit and judge the relevance: does 0.8 mean right eight times in ten, and absent mean low?

    python -m benchmarks.retrieval.calibrate --corpora DIR [--clones DIR] [--fit]
        [--json FILE | --save NAME]

Every judged question is asked of its own corpus, where the first hit is right or wrong, and of
two other corpora of its half, where nothing can be right ("foreign"); with `--clones` so are the
questions of newcomers and the subjects of commits. Printed for each set, half and mode, with the
relevance as it ships: expected calibration error over ten bins of the score, of all these answers
and of the own corpus alone; mean score of right, wrong and foreign first hits; how often a right
hit has the higher score than a wrong one, and than a foreign one (AUC); the share of foreign ones
with 0.5 or more; and the shares of right and of foreign ones that are said to have no good answer
(below `DOUBTFUL`). `--fit` fits the constants of ncs/search/relevance.py on the tune halves.
"""

import argparse
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import ncs
from benchmarks.retrieval.corpora import (
    Question,
    load_asked,
    load_commits,
    load_corpora,
    load_questions,
)
from benchmarks.retrieval.export import export
from benchmarks.retrieval.metric import Result, covers
from benchmarks.retrieval.ours import built
from benchmarks.retrieval.record import write
from benchmarks.retrieval.report import table
from ncs.search.question import length
from ncs.types import DOUBTFUL, Hit, Mode

# name → mode and numbers of a latent
MODES: dict[str, tuple[Mode, int | None]] = {
    "hybrid": ("hybrid", None),
    "hybrid-16": ("hybrid", 16),
    "neural": ("neural", None),
    "neural-16": ("neural", 16),
    "lexical": ("lexical", None),
}
FITTED = ("judged, tune", "newcomers", "commits, tune")
BINS = 10
FOREIGN = 2
_FOREIGN_WEIGHT = 0.7 / FOREIGN  # of one in the fit: mostly what is asked of a codebase is its own
CONFIDENT = 0.5
_SURE = 0.95  # what stands in the code as it was asked, which no regression speaks of

Asked = tuple[str, Path, Sequence[Question]]  # group, folder, questions


@dataclass(frozen=True)
class Answer:
    """The first hit of one question: what the stages gave it, and whether it is right."""

    group: str
    mode: str
    share: float
    cosine: float
    whole: float
    hundredth: float
    lead: float
    terms: int
    score: float
    right: bool
    foreign: bool


def first(hits: Sequence[Hit], question: Question, foreign: bool, group: str, mode: str) -> Answer:
    """Return the account of a question's first hit; nothing found scores 0."""
    terms = length(question.text)
    if not hits:
        return Answer(group, mode, 0.0, 0.0, 0.0, 0.0, 0.0, terms, 0.0, False, foreign)
    hit, stages = hits[0], dict(hits[0].stages)
    place = Result(hit.path, hit.start_line, hit.end_line)
    right = not foreign and any(covers(place, target) for target in question.targets)
    return Answer(
        group, mode, stages["best_share"], stages["best_cosine"], stages["whole"],
        stages["hundredth"], stages["lead"], terms, hit.score, right, foreign,
    )  # fmt: skip


def judged_questions(folder: Path) -> list[Asked]:
    """Return the judged questions of all corpora, by half."""
    return [
        (f"judged, {corpus.half}", folder / corpus.name, load_questions(corpus.name))
        for corpus in load_corpora()
    ]


def questions_of_people(clones: Path, folder: Path) -> list[Asked]:
    """Return the newcomers' questions and the subjects of commits; write their checkouts."""
    found: list[Asked] = []
    for name, items in (("newcomers", load_asked()), ("commits", load_commits())):
        for item in items:
            export(item.corpus, clones, folder / name)
            group = name if name == "newcomers" else f"{name}, {item.corpus.half}"
            found.append((group, folder / name / item.corpus.name, item.questions))
    return found


def collect(sets: Sequence[Asked]) -> list[Answer]:
    """Ask every question of its own corpus and of two others of the same group."""
    rng = random.Random(0)
    found = []
    for group, root, own in sets:
        others = [asked for like, other, asked in sets if like == group and other != root]
        strangers = [question for asked in rng.sample(others, FOREIGN) for question in asked]
        with ncs.open(built(root)[0]) as index:
            for mode, (arm, latent) in MODES.items():
                for foreign, asked in ((False, own), (True, strangers)):
                    for question in asked:
                        hits = index.search(question.text, 1, arm, latent=latent)
                        found.append(first(hits, question, foreign, group, mode))
    return found


def fit(answers: Sequence[Answer], mode: str) -> dict[str, float]:
    """Return intercept and weights of a logistic regression (Newton)."""
    rows = [each for each in answers if each.mode == mode and each.group in FITTED]
    rows = [each for each in rows if 0.0 < each.score < _SURE]
    columns = {"intercept": np.ones(len(rows)), "lead": np.array([each.lead for each in rows])}
    if not mode.startswith("neural"):
        columns["share"] = np.array([each.share for each in rows])
        columns["terms"] = np.log(np.maximum([each.terms for each in rows], 1))
    if mode != "lexical":
        columns["cosine"] = np.array([each.cosine for each in rows])
        columns["whole"] = np.array([each.whole for each in rows])
        columns["hundredth"] = np.array([each.hundredth for each in rows])
    inputs = np.stack(list(columns.values()), axis=1)
    labels = np.array([each.right for each in rows], float)
    counts = np.where([each.foreign for each in rows], _FOREIGN_WEIGHT, 1.0)
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (counts * (chance - labels)) + 1e-3 * weights
        curve = (inputs * (counts * chance * (1 - chance))[:, None]).T @ inputs
        weights -= np.linalg.solve(curve + 1e-3 * np.eye(len(weights)), slope)
    return {name: round(float(each), 3) for name, each in zip(columns, weights, strict=True)}


def above(high: np.ndarray, low: np.ndarray) -> float:
    """Return how often one of the first is greater than one of the second, ties half (AUC)."""
    return float((high[:, None] > low).mean() + 0.5 * (high[:, None] == low).mean())


def expected_calibration_error(answers: Sequence[Answer]) -> float:
    """Return the mean gap of score and share of right answers over ten bins of the score."""
    scores = np.array([each.score for each in answers])
    right = np.array([each.right for each in answers], float)
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    gaps = [
        abs(scores[bins == at].mean() - right[bins == at].mean()) * (bins == at).mean()
        for at in range(BINS)
        if (bins == at).any()
    ]
    return float(sum(gaps))


def judged(some: Sequence[Answer]) -> dict[str, float]:
    """Return the figures of a mode on a group; the first four are of the own corpora."""
    own = [each for each in some if not each.foreign]
    right = np.array([each.score for each in own if each.right])
    wrong = np.array([each.score for each in own if not each.right])
    foreign = np.array([each.score for each in some if each.foreign])
    return {
        "questions": len(own),
        "first hit right": len(right) / len(own),
        "score": np.concatenate([right, wrong]).mean(),
        "error, own": expected_calibration_error(own),
        "foreign": len(foreign),
        "error, all": expected_calibration_error(some),
        "right score": right.mean(),
        "wrong score": wrong.mean(),
        "foreign score": foreign.mean(),
        "right over wrong": above(right, wrong),
        "right over foreign": above(right, foreign),
        f"foreign ≥ {CONFIDENT}": (foreign >= CONFIDENT).mean(),
        f"foreign < {DOUBTFUL}": (foreign < DOUBTFUL).mean(),
        f"right < {DOUBTFUL}": (right < DOUBTFUL).mean(),
    }


def curve(some: Sequence[Answer]) -> list[dict[str, float]]:
    """Return the bins that hold answers: how many, their mean score, the share that is right."""
    found = []
    for at in range(BINS):
        held = [each for each in some if min(int(each.score * BINS), BINS - 1) == at]
        if held:
            found.append(
                {
                    "from": at / BINS,
                    "answers": len(held),
                    "score": round(float(np.mean([each.score for each in held])), 3),
                    "right": round(float(np.mean([each.right for each in held])), 3),
                }
            )
    return found


def printed(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return the table of all groups and modes."""
    rows = [
        [group, mode, *(f"{value:.0f}" if value > 1 else f"{value:.3f}" for value in row.values())]
        for group, modes in found.items()
        for mode, row in modes.items()
    ]
    return table(["set", "mode", *next(iter(found.values()))["hybrid"]], rows)


def main() -> None:
    """Print the table, and keep it with the bins where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="folder that export wrote")
    parser.add_argument("--clones", type=Path, help="folder of the git clones")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--json", type=Path, help="write everything here")
    parser.add_argument("--save", help="write into benchmarks/results under this name")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ncs-calibrate-") as folder:
        sets = judged_questions(arguments.corpora)
        if arguments.clones:
            sets += questions_of_people(arguments.clones, Path(folder))
        answers = collect(sets)
    split = {
        group: {mode: [a for a in answers if (a.group, a.mode) == (group, mode)] for mode in MODES}
        for group in dict.fromkeys(group for group, _, _ in sets)
    }
    found = {
        group: {mode: judged(some) for mode, some in modes.items()}
        for group, modes in split.items()
    }
    print(printed(found))
    if arguments.fit:
        for mode in MODES:
            print(mode, fit(answers, mode))
    if arguments.json or arguments.save:
        rounded = {
            group: {
                mode: {name: round(float(value), 4) for name, value in row.items()}
                for mode, row in modes.items()
            }
            for group, modes in found.items()
        }
        bins = {group: curve(modes["hybrid"]) for group, modes in split.items()}
        data = {"figures": rounded, "bins of hybrid": bins}
        print(write(arguments.save or "calibration", data, arguments.json))


if __name__ == "__main__":
    main()
