"""Beam search over any decoder: torch's in training and benchmarks, NumPy's at run time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from ncs.types import FloatArray, IdArray, NDArray
from ncs.wording import BOS, EOS, PAD, UNKNOWN

# rows of the hypotheses of the last call, and the token that each goes on with →
# log-probabilities of what comes next, (N, V + extra)
Advance = Callable[[IdArray, IdArray], FloatArray]

_NEVER = -1e30
_NGRAM = 3


@dataclass(frozen=True, slots=True)
class BeamConfig:
    """How a sentence is looked for.

    Attributes:
        beams: hypotheses kept; 1 is greedy search.
        longest: tokens at most.
        length_penalty: α; scores are divided by ((5 + length) / 6)^α (Wu et al. 2016,
            arXiv:1609.08144, equation 14), 0 favours short sentences.
        block: whether a token twice in a row and a trigram said twice are forbidden
            (Paulus et al. 2017, arXiv:1705.04304, section 2.5).
    """

    beams: int = 4
    longest: int = 28
    length_penalty: float = 1.2
    block: bool = True


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was found for one text.

    Attributes:
        ids: tokens without marks. log_probability: their mean, EOS included, in nats.
        score: what the search ranks by: their sum over the length's penalty.
    """

    ids: tuple[int, ...]
    log_probability: float
    score: float


@dataclass(slots=True)
class _Hypothesis:
    ids: list[int]
    total: float
    row: int


def beam_search(
    advance: Advance,
    count: int,
    config: BeamConfig,
    again: Collection[int] | None = None,
) -> list[list[Sentence]]:
    """Return the sentences that ended for each of `count` texts, best first; never none.

    `advance` is first called with rows 0 to count − 1, one for each text, and BOS.
    A text's sentence does not depend on the texts beside it. Ties go to the better hypothesis,
    then to the smaller id.
    `again` holds the tokens that a sentence may say twice; None stands for all of them.
    Where no sentence of a text ended, the best that was cut off stands for them.
    """
    live = [[_Hypothesis([], 0.0, at)] for at in range(count)]
    done: list[list[Sentence]] = [[] for _ in range(count)]
    for length in range(1, config.longest + 1):
        flat = [each for group in live for each in group]
        if not flat:
            break
        rows = np.array([each.row for each in flat], dtype=np.int64)
        last = np.array([each.ids[-1] if each.ids else BOS for each in flat], dtype=np.int64)
        following = advance(rows, last).astype(np.float64)
        following[:, [PAD, BOS, UNKNOWN]] = _NEVER
        if length == 1:
            following[:, EOS] = _NEVER  # nothing is no sentence
        row = 0
        for text, group in enumerate(live):
            if group:
                scores = following[row : row + len(group)]
                live[text] = _grown(group, scores, row, done[text], config, length, again)
                row += len(group)
    return [_ranked(found, rest, config) for found, rest in zip(done, live, strict=True)]


def _grown(
    group: list[_Hypothesis],
    scores: NDArray[np.float64],
    first_row: int,
    done: list[Sentence],
    config: BeamConfig,
    length: int,
    again: Collection[int] | None,
) -> list[_Hypothesis]:
    """Return the hypotheses of a text with one token more; those that end go into `done`."""
    for at, each in enumerate(group):
        scores[at, _blocked(each.ids, config, again)] = _NEVER
    totals = scores + np.array([each.total for each in group])[:, None]
    kept: list[_Hypothesis] = []
    flat = totals.ravel()
    some = min(2 * config.beams, flat.size)
    # All that ties with the last of them, so that the smaller ids are among those that are left.
    picked = np.flatnonzero(flat >= np.partition(flat, flat.size - some)[flat.size - some])
    picked = picked[np.argsort(-flat[picked], kind="stable")][:some]
    for at in picked.tolist():
        parent, token = divmod(at, totals.shape[1])
        total = float(flat[at])
        if total <= _NEVER / 2 or len(kept) == config.beams:
            break
        if token == EOS:
            score = total / _penalty(length, config)
            done.append(Sentence(tuple(group[parent].ids), total / length, score))
        else:
            kept.append(_Hypothesis([*group[parent].ids, token], total, first_row + parent))
    if done and config.beams == 1:
        return []  # greedy: it ends where EOS is the likeliest
    if len(done) >= config.beams and kept:
        # What is left cannot win any more: a longer sentence never gains probability.
        ahead = max(kept, key=lambda each: each.total).total / _penalty(config.longest, config)
        if ahead <= max(each.score for each in done):
            return []
    return kept


def _blocked(ids: list[int], config: BeamConfig, again: Collection[int] | None) -> list[int]:
    """Return the tokens that may not follow: what must not be said twice, or ends a trigram."""
    found = [] if again is None else [token for token in ids if token not in again]
    if not ids or not config.block:
        return found
    found.append(ids[-1])
    tail = ids[-(_NGRAM - 1) :]
    for at in range(len(ids) - _NGRAM + 1):
        if ids[at : at + _NGRAM - 1] == tail:
            found.append(ids[at + _NGRAM - 1])
    return found


def _penalty(length: int, config: BeamConfig) -> float:
    return float(((5 + length) / 6) ** config.length_penalty)


def _ranked(done: list[Sentence], rest: list[_Hypothesis], config: BeamConfig) -> list[Sentence]:
    """Return the sentences that ended, best first; else the best that had to be cut off."""
    if done:
        return sorted(done, key=lambda each: -each.score)
    if not rest:
        return [Sentence((), _NEVER, _NEVER)]
    best = max(rest, key=lambda each: each.total)
    length = max(len(best.ids), 1)
    return [Sentence(tuple(best.ids), best.total / length, best.total / _penalty(length, config))]
