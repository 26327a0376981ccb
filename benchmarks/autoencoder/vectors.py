"""Word vectors of 300 numbers from docstrings: what GloVe was to seed 004, made here.

Positive pointwise mutual information of words within a window, and its singular value
decomposition. The base model's own word vectors would do, but they have 128 numbers and change
with every training; the diagnosis of seed 004 is about 300.

Source: Levy & Goldberg 2014, Neural Word Embedding as Implicit Matrix Factorization; the root of
the singular values, Levy et al. 2015, Improving Distributional Similarity, section 3.3.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_WINDOW = 5
_SMOOTHING = 0.75  # of the context's share, as in word2vec
_SQUARE = 0.1  # mean square of an entry: about that of GloVe's


def word_vectors(
    sentences: Sequence[Sequence[str]], vocabulary: int, width: int, seed: int
) -> dict[str, Floats]:
    """Return the vectors of the commonest words, (width,) each."""
    counts = Counter(word for sentence in sentences for word in sentence)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ids = {word: at for at, (word, _) in enumerate(ranked[:vocabulary])}
    near = _near(sentences, ids)
    total, rows = near.sum(), near.sum(axis=1)
    context = rows**_SMOOTHING / (rows**_SMOOTHING).sum()
    with np.errstate(divide="ignore"):
        information = np.log(near * total / np.outer(rows.clip(min=1), context * total))
    left, values = _singular(np.maximum(information, 0), width, seed)
    vectors = left * np.sqrt(values)
    vectors *= np.sqrt(_SQUARE / np.square(vectors).mean())
    return {word: vectors[at].astype(np.float32) for word, at in ids.items()}


def _near(sentences: Sequence[Sequence[str]], ids: dict[str, int]) -> Floats:
    """Return how often two words stand within the window, nearer ones counting more."""
    near = np.zeros((len(ids), len(ids)), dtype=np.float32)
    rows = [np.array([ids[word] for word in each if word in ids]) for each in sentences]
    for apart in range(1, min(_WINDOW, max(map(len, rows)) - 1) + 1):
        first = np.concatenate([row[:-apart] for row in rows if len(row) > apart])
        second = np.concatenate([row[apart:] for row in rows if len(row) > apart])
        np.add.at(near, (first, second), 1 / apart)
    return near + near.T


def _singular(matrix: Floats, width: int, seed: int) -> tuple[Floats, Floats]:
    """Return the left singular vectors, (N, width), and values, (width,), by subspace iteration.

    Source: Halko et al. 2011, arXiv:0909.4061, algorithms 4.4 and 5.1.
    """
    noise = np.random.default_rng(seed).normal(size=(len(matrix), min(width + 20, len(matrix))))
    basis, _ = np.linalg.qr(matrix @ noise.astype(np.float32))
    for _ in range(3):
        basis, _ = np.linalg.qr(matrix @ (matrix.T @ basis))
    left, values, _ = np.linalg.svd(basis.T @ matrix, full_matrices=False)
    return (basis @ left)[:, :width], values[:width]
