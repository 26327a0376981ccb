"""Vectors of words, made once for each word: a few thousand words make most of any code."""

from itertools import islice

import numpy as np

from ncs.config import KEY_WIDTH
from ncs.positions import Numbered, ngram_buckets
from ncs.runtime.parameters import take
from ncs.text import parts
from ncs.types import FloatArray
from ncs.weights import TABLE, TABLE_SCALE, Array, Weights, doubled, halved

_MOST_WORDS = 100_000  # words kept; about 65 MB at width 128
_TOGETHER = 256  # words: the rows of their n-grams stay in a core's own cache


class KnownWords:
    """The words met so far: the vector, pooling score and feedback key of each.

    Attributes:
        ids: identifier → word ids.
        vectors: (words, D). scores: (words,). keys: (words, K), divided by √K.
    """

    def __init__(self, weights: Weights) -> None:
        config = weights.config
        self._width = config.width
        self._table = _table(weights)
        gain = take(weights, "words.gain", 1)
        self._scale = take(weights, TABLE_SCALE, config.buckets) * gain
        self._score = take(weights, "encoder.score", config.width)
        key = take(weights, "encoder.word_key.weight", KEY_WIDTH, config.width)
        self._key = np.ascontiguousarray(key.T) / np.float32(np.sqrt(KEY_WIDTH))
        self.reset()

    def reset(self) -> None:
        """Forget all words."""
        self.ids = Numbered(parts)
        self._known = 0
        self.vectors: FloatArray = np.zeros((0, self._width), dtype=np.float32)
        self.scores: FloatArray = np.zeros(0, dtype=np.float32)
        self.keys: FloatArray = np.zeros((0, KEY_WIDTH), dtype=np.float32)

    @property
    def full(self) -> bool:
        """Whether there are so many words that it is time to forget them."""
        return len(self.ids.pieces) > _MOST_WORDS

    def grow(self) -> None:
        """Make what is missing for the words that `ids` met since the last call."""
        count = len(self.ids.pieces)
        if count == self._known:
            return
        if count > len(self.vectors):
            room = max(count, 2 * len(self.vectors)) if self._known else count
            self.vectors = _roomier(self.vectors, room)
            self.scores = _roomier(self.scores, room)
            self.keys = _roomier(self.keys, room)
        fresh = slice(self._known, count)
        vectors = self._embed(list(islice(self.ids.pieces, self._known, count)))
        self.vectors[fresh] = vectors
        # Word by word, so that a word's numbers never depend on those it came with.
        self.scores[fresh] = np.einsum("wd,d->w", vectors, self._score)
        self.keys[fresh] = np.matmul(vectors[:, None], self._key)[:, 0]
        self._known = count

    def _embed(self, words: list[str]) -> FloatArray:
        """Return the mean n-gram row of each word, (words, D), dequantising those rows alone."""
        out = np.empty((len(words), self._width), dtype=np.float32)
        rows, counts = ngram_buckets(words, len(self._table))
        starts = np.cumsum(counts) - counts
        for size in sorted(set(counts.tolist())):  # words with equally many n-grams go together
            alike = np.flatnonzero(counts == size)
            for begun in range(0, len(alike), _TOGETHER):
                some = alike[begun : begun + _TOGETHER]
                picked = rows[starts[some, None] + np.arange(size)]  # (m, n)
                shares = self._scale[picked] / np.float32(size)
                met = self._table[picked]
                numbers = doubled(met) if halved(met) else met
                out[some] = np.matmul(shares[:, None, :], numbers.astype(np.float32))[:, 0]
        return out


def _table(weights: Weights) -> Array:
    """Return the n-gram table as it lies in the weights: all of it is never dequantised."""
    config = weights.config
    found = weights.tensors.get(TABLE)
    two_a_byte = found is not None and halved(found) and config.width % 2 == 0
    return take(weights, TABLE, config.buckets, config.width // 2 if two_a_byte else config.width)


def _roomier(values: FloatArray, room: int) -> FloatArray:
    larger = np.zeros((room, *values.shape[1:]), dtype=np.float32)
    larger[: len(values)] = values
    return larger
