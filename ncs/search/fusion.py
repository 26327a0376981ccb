"""From two arms to one score a chunk."""

import numpy as np

from ncs.lexical import IdArray
from ncs.search.latent import Latent
from ncs.types import FloatArray

NEURAL_WEIGHT = 1.0  # chosen leave-one-corpus-out on 461 questions
_TOP = 3
_TOP_WEIGHT = 0.2


def file_scores(found: Latent, file_ids: IdArray, files: int) -> FloatArray:
    """Return the latent score of every file, (files,), in [0, 1]; 0 for files not found.

    A file's score is its best chunk + 0.2 × the mean of its top 3, brought to [0, 1] over the
    files of the shortlist.
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
    low, high = raw.min(), raw.max()
    scores[owners[firsts]] = (raw - low) / (high - low) if high > low else 1.0
    return scores


def fuse(lexical: FloatArray, neural_files: FloatArray, file_ids: IdArray) -> FloatArray:
    """Return lexical score / its maximum + w × the latent score of the chunk's file, (N,)."""
    return scaled(lexical) + NEURAL_WEIGHT * neural_files[file_ids]


def scaled(scores: FloatArray) -> FloatArray:
    """Return scores over their maximum; unchanged where all are 0."""
    largest = float(scores.max(initial=0.0))
    return scores / np.float32(largest) if largest > 0 else scores
