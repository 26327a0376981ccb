"""From two arms to one score a chunk."""

import numpy as np

from ncs.lexical import IdArray
from ncs.search.latent import Latent
from ncs.types import FloatArray

NEURAL_WEIGHT = 1.4
SYMBOL_SHARE = 0.3  # of that weight, where the question is a name
_TOP = 3
_TOP_WEIGHT = 0.2
WORDS_WEIGHT = 0.3


def file_scores(found: Latent, file_ids: IdArray, files: int) -> FloatArray:
    """Return the latent score of every file, (files,), in [0, 1]; 0 for files not found.

    A file's score is its best chunk + 0.2 × the mean of its top 3 + 0.3 × the best of its
    author's words, brought to [0, 1] over the files of the shortlist.
    """
    scores = np.zeros(files, dtype=np.float32)
    if not len(found.ids):
        return scores
    owners = file_ids[found.ids]
    order = np.lexsort((-found.cosine, owners))
    owners, cosine = owners[order], found.cosine[order]
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    place = np.arange(len(owners)) - np.repeat(firsts, np.diff([*firsts, len(owners)]))
    counted = np.where(place < _TOP, cosine, 0.0)
    means = np.add.reduceat(counted, firsts) / np.add.reduceat(place < _TOP, firsts)
    raw = cosine[firsts] + _TOP_WEIGHT * means
    raw = raw + WORDS_WEIGHT * _said(found, file_ids, files)[owners[firsts]]
    low, high = raw.min(), raw.max()
    scores[owners[firsts]] = (raw - low) / (high - low) if high > low else 1.0
    return scores


def _said(found: Latent, file_ids: IdArray, files: int) -> FloatArray:
    """Return the best cosine of each file's words; files without any, the least of the others."""
    chunks, cosine = found.said
    if not len(chunks):
        return np.zeros(files, dtype=np.float32)
    best = np.full(files, -np.inf, dtype=np.float32)
    np.maximum.at(best, file_ids[chunks], cosine)
    spoken = best > -np.inf
    return np.where(spoken, best, best[spoken].min())


def fuse(lexical: FloatArray | None, neural: FloatArray | None, *, symbol: bool) -> FloatArray:
    """Return lexical score + w × the latent score of each candidate's file, (n,).

    Args:
        lexical: of the candidates, in [0, 1] and already worth what their paths are worth, (n,);
            None where words were not asked. The latents' score takes no such prior: on the
            tune half that cost 0.01.
        neural: of each candidate's file, in [0, 1], (n,); None where latents were not asked.
        symbol: whether the question is a name, which latents know less of.
    """
    if lexical is None:
        assert neural is not None
        return neural
    if neural is None:
        return lexical
    weight = NEURAL_WEIGHT * (SYMBOL_SHARE if symbol else 1.0)
    return lexical + np.float32(weight) * neural


def scaled(scores: FloatArray) -> FloatArray:
    """Return scores over their maximum; unchanged where all are 0."""
    largest = float(scores.max(initial=0.0))
    return scores / np.float32(largest) if largest > 0 else scores
