"""How far a hit may be believed: one number in [0, 1] that means the same for every question.

A fused score only orders the hits of one question: the best of a bad list has a high one. What
can be compared between questions is how much of the question was found in one chunk of the file
(weighted by rarity, words that stand nowhere included), how near its nearest latent is (what is
asked is often spread over a file) and the file as a whole, how near the nearest hundredth of the
codebase (does it speak of such things at all?), how far the file is ahead of the best of the
others, and of how many terms the question is: many are rarely found together by chance. A logistic
regression on these gives the chance that the hit answers the question. It was fitted on first hits
for the questions of benchmarks/retrieval that choices are made with, and for questions of other
repositories, which count 0.7 times as much (`calibrate.py --fit`, before the seventh wave of
newcomers was among them; of one arm alone before leads among few files counted less). That other
words of the thesaurus stand there tells nothing more.
"""

import math
from typing import NamedTuple

import numpy as np

from ncs.search.latent import NARROW
from ncs.types import BoolArray, FloatArray

# Of names, constants and pasted lines 99 in 100 first hits were right, of names spelled out 96, of
# messages with values in them 82 (benchmarks/retrieval/known).
_STANDS = 61 / 64  # which float32 holds as it is, for `--min-score`
# Set, not fitted: no judgments say how often who asks with a name is after a place that has it.
_HOLDS = 5 / 16
_USUAL_LEAD = 0.1  # of the first hit for a question of another repository
_FEW_OTHERS = 3.0  # files beside which a lead says half


class Evidence(NamedTuple):
    """What is known of hits in the order they are shown; columns of the same length n.

    Attributes:
        share: of the question's terms found, in [0, 1]; None where words were not asked.
        cosine: of the latents, in [-1, 1]; None where latents were not asked.
        whole: cosine of the file as a whole, in [-1, 1]; 0 where latents were not asked.
        hundredth: the least cosine among the nearest hundredth of the chunks, which is one for
            all hits: whether the codebase speaks of such things at all; 0 likewise.
        lead: how far the file is ahead of the best other (see `leads`), in [-1, 1].
        stands: which of them surely are what was asked for: the definition of a name, a text of
            several words as it stands.
        holds: in whose files a name stands that the question is or holds.
        terms: how many different ones the question is of.
        width: numbers in a latent that the cosine was taken over; 0 where there is none.
    """

    share: FloatArray | None
    cosine: FloatArray | None
    whole: FloatArray
    hundredth: FloatArray
    lead: FloatArray
    stands: BoolArray
    holds: BoolArray
    terms: float
    width: int


class _Logistic(NamedTuple):
    intercept: float
    share: float
    cosine: float
    whole: float
    hundredth: float
    lead: float
    terms: float  # of their logarithm


_BOTH = _Logistic(-14.686, 2.649, 5.693, 4.424, 5.103, 5.926, 0.904)
_BOTH_NARROW = _Logistic(-9.906, 3.663, 3.189, 1.319, 3.162, 5.832, 0.828)
# The whole file and the nearest hundredth tell latents alone nothing more.
_LATENTS = _Logistic(-12.709, 0.0, 15.605, 0.0, 0.0, 7.707, 0.0)
_LATENTS_NARROW = _Logistic(-10.81, 0.0, 11.862, 0.0, 0.0, 7.774, 0.0)
_WORDS = _Logistic(-7.843, 5.466, 0.0, 0.0, 0.0, 3.258, 1.743)


def relevance(found: Evidence) -> FloatArray:
    """Return the relevance of hits in the order they are shown, (n,), never rising.

    Raises:
        ValueError: neither words nor latents were asked.
    """
    if found.share is None and found.cosine is None:
        raise ValueError("relevance needs the share or the cosine")
    fitted = _fitted(found)
    known = fitted.intercept + fitted.terms * math.log(max(found.terms, 1))
    logit = np.full(len(found.lead), known, dtype=np.float32)
    for weight, values in (
        (fitted.share, found.share), (fitted.cosine, found.cosine), (fitted.whole, found.whole),
        (fitted.hundredth, found.hundredth), (fitted.lead, found.lead),
    ):  # fmt: skip
        if values is not None:
            logit = logit + weight * values
    chance = 1.0 / (1.0 + np.exp(-logit))
    chance = np.where(found.holds, np.maximum(chance, _HOLDS), chance)
    chance = np.where(found.stands, np.maximum(chance, _STANDS), chance)
    return np.asarray(np.minimum.accumulate(chance), dtype=np.float32)


def leads(best: FloatArray) -> FloatArray:
    """Return how far each file is ahead of the best other, as a share of the best of all, (m,).

    The fewer others there are, the less it says, and the nearer it is to what says nothing: among
    three files one is far ahead by chance, and a single one has nothing to be ahead of.

    Args:
        best: score of each file, (m,), none below 0.
    """
    others = len(best) - 1
    first = float(best.max(initial=0.0))
    if others < 1 or first <= 0:
        return np.full_like(best, _USUAL_LEAD)
    second = np.partition(best, others - 1)[others - 1]
    ahead = (best - np.where(best == best.max(), second, best.max())) / first
    said = others / (others + _FEW_OTHERS)
    return np.asarray(_USUAL_LEAD + said * (ahead - _USUAL_LEAD), dtype=best.dtype)


def _fitted(found: Evidence) -> _Logistic:
    if found.cosine is None:
        return _WORDS
    if found.share is None:
        return _LATENTS_NARROW if found.width <= NARROW else _LATENTS
    return _BOTH_NARROW if found.width <= NARROW else _BOTH
