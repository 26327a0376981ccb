"""Fit and judge the relevance: does 0.8 mean right eight times in ten, and absent mean low?

    python -m benchmarks.retrieval.calibrate --corpora DIR [--fit] [--json FILE | --save NAME]

Every judged question is asked of its own corpus, where the first hit is right or wrong, and of
two other corpora of its half, where nothing can be right ("foreign"). Printed for each half and
mode, with the relevance as it ships: expected calibration error over ten bins of the score, of all
these answers and of the own corpus alone; mean score of right, wrong and foreign first hits; the
share of foreign ones with 0.5 or more; and the shares of right and of foreign ones that are said
to have no good answer (below `DOUBTFUL`). `--fit` fits the constants of ncs/search/relevance.py on
the tune half.
"""

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import ncs
from benchmarks.retrieval.corpora import Question, load_corpora, load_questions
from benchmarks.retrieval.metric import Result, covers
from benchmarks.retrieval.ours import built
from benchmarks.retrieval.record import write
from benchmarks.retrieval.report import table
from ncs.search.relevance import DOUBTFUL
from ncs.types import Hit, Mode

# name → mode and numbers of a latent
MODES: dict[str, tuple[Mode, int | None]] = {
    "hybrid": ("hybrid", None),
    "hybrid-16": ("hybrid", 16),
    "neural": ("neural", None),
    "neural-16": ("neural", 16),
    "lexical": ("lexical", None),
}
HALVES = ("tune", "report")
BINS = 10
FOREIGN = 2
CONFIDENT = 0.5


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
    return Answer(
        half, mode, stages["best_share"], stages["best_cosine"], hit.score, right, foreign
    )


def collect(folder: Path) -> list[Answer]:
    """Ask every question of its own corpus and of two others of the same half."""
    rng = random.Random(0)
    corpora = load_corpora()
    found = []
    for corpus in corpora:
        others = [each for each in corpora if each.half == corpus.half and each != corpus]
        with ncs.open(built(folder / corpus.name)[0]) as index:
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


def judged(some: Sequence[Answer]) -> dict[str, float]:
    """Return the figures of a mode on a half; the first four are of the own corpora."""
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
    """Return the table of all halves and modes."""
    rows = [
        [half, mode, *(f"{value:.0f}" if value > 1 else f"{value:.3f}" for value in row.values())]
        for half, modes in found.items()
        for mode, row in modes.items()
    ]
    return table(["half", "mode", *next(iter(found["tune"].values()))], rows)


def main() -> None:
    """Print the table, and keep it with the bins where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="folder that export wrote")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--json", type=Path, help="write everything here")
    parser.add_argument("--save", help="write into benchmarks/results under this name")
    arguments = parser.parse_args()
    answers = collect(arguments.corpora)
    split = {
        half: {mode: [a for a in answers if (a.half, a.mode) == (half, mode)] for mode in MODES}
        for half in HALVES
    }
    found = {
        half: {mode: judged(some) for mode, some in modes.items()} for half, modes in split.items()
    }
    print(printed(found))
    if arguments.fit:
        for mode in MODES:
            print(mode, "intercept and weights (share, cosine):", fit(answers, mode))
    if arguments.json or arguments.save:
        rounded = {
            half: {
                mode: {name: round(float(value), 4) for name, value in row.items()}
                for mode, row in modes.items()
            }
            for half, modes in found.items()
        }
        bins = {half: curve(modes["hybrid"]) for half, modes in split.items()}
        data = {"figures": rounded, "bins of hybrid": bins}
        print(write(arguments.save or "calibration", data, arguments.json))


if __name__ == "__main__":
    main()
