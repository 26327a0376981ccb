"""How far a hit may be believed: one number in [0, 1] that means the same for every question.

A fused score only orders the hits of one question: the best of a bad list has a high one. What
can be compared between questions is how much of the question was found in the chunk (weighted by
rarity, words that stand nowhere included) and how near the latents are.
"""

import numpy as np

from ncs.types import FloatArray

_SHARE = 6.0
_COSINE = 6.0
_MIDDLE = 4.5
# Cosines of unrelated latents are larger in few dimensions: the best of N random directions is
# about sqrt(2 ln N / width) away from 0, 0.9 for a few thousand chunks at 16 and 0.45 at 64.
_CHANCE_WIDTH = 64


def relevance(share: FloatArray | None, cosine: FloatArray | None, width: int) -> FloatArray:
    """Return the relevance of hits in the order they are shown, (n,), never rising.

    Args:
        share: of the question's terms found, (n,), in [0, 1]; None where words were not asked.
        cosine: of the latents, (n,), in [-1, 1]; None where latents were not asked.
        width: numbers in a latent that the cosine was taken over.
    """
    if share is None and cosine is None:
        raise ValueError("relevance needs the share or the cosine")
    near = None if cosine is None else np.maximum(cosine, 0.0) * min(1.0, width / _CHANCE_WIDTH)
    # One arm alone answers with the weight of both.
    found = near if share is None else share
    close = share if near is None else near
    assert found is not None
    assert close is not None
    logit = _SHARE * found + _COSINE * close - _MIDDLE
    return np.asarray(np.minimum.accumulate(1.0 / (1.0 + np.exp(-logit))), dtype=np.float32)
