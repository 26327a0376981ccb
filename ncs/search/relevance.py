"""How far a hit may be believed: one number in [0, 1] that means the same for every question.

A fused score only orders the hits of one question: the best of a bad list has a high one. What
can be compared between questions is how much of the question was found in one chunk of the file
(weighted by rarity, words that stand nowhere included) and how near its nearest latent is: what is
asked is often spread over a file. A logistic regression on these two, fitted on first hits of the
tune half of benchmarks/retrieval with as many questions of other repositories (`calibrate.py
--fit`), gives the chance that the hit answers the question.
"""

from typing import NamedTuple

import numpy as np

from ncs.search.filters import BoolArray
from ncs.types import FloatArray

# A best hit below this answers rarely: on the tune half that flags 87 % of the questions of other
# repositories, and 2 % of those whose first hit is right (hybrid; benchmarks/retrieval/calibrate).
DOUBTFUL = 0.18

# Of names, constants and pasted lines 99 in 100 first hits were right, of names spelled out 96, of
# messages with values in them 82 (benchmarks/retrieval/known).
_STANDS = 61 / 64  # which float32 holds as it is, for `--min-score`
_NARROW = 16  # the width from which a cosine alone says less


class _Logistic(NamedTuple):
    intercept: float
    share: float
    cosine: float


# The fit is (-19.12, 3.723, 22.725). Cosines of a model that was trained on its codebase spread
# wider; so steep a slope gives its right answers too little.
_BOTH = _Logistic(-12.1, 4.2, 14.0)
_BOTH_NARROW = _Logistic(-10.293, 5.19, 10.663)
_LATENTS = _Logistic(-13.257, 0.0, 16.813)
_LATENTS_NARROW = _Logistic(-12.979, 0.0, 14.859)
_WORDS = _Logistic(-3.427, 5.798, 0.0)


def relevance(
    share: FloatArray | None, cosine: FloatArray | None, width: int, stands: BoolArray
) -> FloatArray:
    """Return the relevance of hits in the order they are shown, (n,), never rising.

    Args:
        share: of the question's terms found, (n,), in [0, 1]; None where words were not asked.
        cosine: of the latents, (n,), in [-1, 1]; None where latents were not asked.
        width: numbers in a latent that the cosine was taken over; 0 where there is none.
        stands: which of them surely are what was asked for, (n,): the definition of a name, a text
            of several words as it stands.
    """
    if share is None and cosine is None:
        raise ValueError("relevance needs the share or the cosine")
    fitted = _fitted(share is not None, cosine is not None, width <= _NARROW)
    logit = fitted.intercept + sum(
        weight * values
        for weight, values in ((fitted.share, share), (fitted.cosine, cosine))
        if values is not None
    )
    chance = 1.0 / (1.0 + np.exp(-logit))
    chance = np.where(stands, np.maximum(chance, _STANDS), chance)
    return np.asarray(np.minimum.accumulate(chance), dtype=np.float32)


def _fitted(words: bool, latents: bool, narrow: bool) -> _Logistic:
    if not latents:
        return _WORDS
    if not words:
        return _LATENTS_NARROW if narrow else _LATENTS
    return _BOTH_NARROW if narrow else _BOTH
