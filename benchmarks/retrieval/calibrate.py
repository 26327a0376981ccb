"""Fit and judge the relevance: does 0.8 mean right eight times in ten, and absent mean low?

    python -m benchmarks.retrieval.calibrate --indexes DIR [--fit]

DIR holds one index for each corpus (NAME.db), as `ncs index --output` writes them. Every judged
question is asked of its own corpus, where the first hit is right or wrong, and of two other
corpora, where nothing can be right. `--fit` fits the constants of ncs/search/relevance.py on the
tune half. Printed for each half and mode: expected calibration error over ten bins, mean score of
right and of wrong first hits, and the share of foreign questions answered with 0.5 or more.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import ncs
from benchmarks.retrieval.corpora import Question, load_corpora, load_questions
from benchmarks.retrieval.metric import Result, covers
from ncs.types import Hit, Mode

# name → mode and numbers of a latent
MODES: dict[str, tuple[Mode, int | None]] = {
    "hybrid": ("hybrid", None),
    "hybrid-16": ("hybrid", 16),
    "neural": ("neural", None),
    "neural-16": ("neural", 16),
    "lexical": ("lexical", None),
}
BINS = 10
FOREIGN = 2


@dataclass(frozen=True)
class Answer:
    """The first hit of one question: what the stages gave it, and whether it is right."""

    half: str
    mode: str
    share: float
    cosine: float
    score: float
    right: bool
    foreign: bool


def first(hits: Sequence[Hit], question: Question, foreign: bool, half: str, mode: str) -> Answer:
    """Return the account of a question's first hit; nothing found scores 0."""
    if not hits:
        return Answer(half, mode, 0.0, 0.0, 0.0, False, foreign)
    hit, stages = hits[0], dict(hits[0].stages)
    place = Result(hit.path, hit.start_line, hit.end_line)
    right = not foreign and any(covers(place, target) for target in question.targets)
    return Answer(half, mode, stages["share"], stages["cosine"], hit.score, right, foreign)


def collect(folder: Path) -> list[Answer]:
    """Ask every question of its own corpus and of two others of the same half."""
    rng = random.Random(0)
    corpora = load_corpora()
    found = []
    for corpus in corpora:
        others = [each for each in corpora if each.half == corpus.half and each != corpus]
        with ncs.open(folder / f"{corpus.name}.db") as index:
            strangers = [
                q for other in rng.sample(others, FOREIGN) for q in load_questions(other.name)
            ]
            for mode in MODES:
                for foreign, asked in ((False, load_questions(corpus.name)), (True, strangers)):
                    for question in asked:
                        arm, latent = MODES[mode]
                        hits = index.search(question.text, 1, arm, latent=latent)
                        found.append(first(hits, question, foreign, corpus.half, mode))
    return found


def fit(answers: Sequence[Answer], mode: str) -> list[float]:
    """Return intercept and weights (share, cosine) of a logistic regression (Newton)."""
    rows = [each for each in answers if each.mode == mode and each.half == "tune"]
    columns = [np.ones(len(rows))]
    if not mode.startswith("neural"):
        columns.append(np.array([each.share for each in rows]))
    if mode != "lexical":
        columns.append(np.array([each.cosine for each in rows]))
    inputs, labels = np.stack(columns, axis=1), np.array([each.right for each in rows], float)
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - labels) + 1e-3 * weights
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs
        weights -= np.linalg.solve(curve + 1e-3 * np.eye(len(weights)), slope)
    return [round(float(weight), 3) for weight in weights]


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


def _row(some: Sequence[Answer]) -> str:
    right = [each.score for each in some if each.right]
    wrong = [each.score for each in some if not each.right and not each.foreign]
    foreign = [each.score for each in some if each.foreign]
    confident = float(np.mean([score >= 0.5 for score in foreign]))
    return (
        f"{expected_calibration_error(some):6.3f} {np.mean(right):6.2f} {np.mean(wrong):6.2f} "
        f"{np.mean(foreign):8.2f} {confident:10.3f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--indexes", type=Path, required=True)
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    answers = collect(arguments.indexes)
    print("half    mode         ECE  right  wrong  foreign  confident on foreign")
    for half in ("tune", "report"):
        for mode in MODES:
            some = [each for each in answers if each.half == half and each.mode == mode]
            print(f"{half:7} {mode:9} {_row(some)}")
    if arguments.fit:
        for mode in MODES:
            print(mode, "intercept and weights (share, cosine):", fit(answers, mode))


if __name__ == "__main__":
    main()
