"""Texts → numbers → batches, fast: every word is cut and hashed once in a lifetime."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ncs.config import ModelConfig
from ncs.positions import Numbered, ngram_buckets, positions
from ncs.ranges import ranges
from ncs.text import parts
from ncs.types import IdArray, NDArray

IntArray = NDArray[np.int32]

_TOGETHER = 1_024  # texts that are cut at once


class WordTable:
    """The words met so far: word → id, and id → rows of the n-gram table.

    Grows as texts are read and is reused over all epochs.

    Attributes:
        ids: identifier → ids of its words.
    """

    def __init__(self, buckets: int) -> None:
        self.buckets = buckets
        self.ids = Numbered(parts)
        self._flat = np.zeros(0, dtype=np.int32)
        self._starts = np.zeros(1, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.ids.pieces)

    def spelled(self) -> list[str]:
        """Return the words, by their ids."""
        return list(self.ids.pieces)

    def rows(self, ids: IdArray) -> tuple[IntArray, IntArray]:
        """Return the table rows of the words, one after the other, and where each begins.

        Args:
            ids: (U,) word ids.

        Returns:
            (G,) rows in [0, buckets) and (U,) offsets into them.
        """
        self._hash()
        first = self._starts[ids]
        counts = self._starts[ids + 1] - first
        offsets = np.cumsum(counts) - counts
        return self._flat[ranges(first, counts)], offsets.astype(np.int32)

    def _hash(self) -> None:
        """Hash the words that came since the last call."""
        known = len(self._starts) - 1
        if known == len(self):
            return
        rows, counts = ngram_buckets(list(islice(self.ids.pieces, known, None)), self.buckets)
        self._flat = np.concatenate([self._flat, rows])
        self._starts = np.concatenate([self._starts, self._starts[-1] + np.cumsum(counts)])


@dataclass(frozen=True, slots=True, eq=False)
class TextFeatures:
    """What a model reads of one text.

    Attributes:
        words: (w,) word ids, position after position.
        counts: (p,) words in each position, each ≥ 1; they sum to w.
        indents: (p,) indent of each position, in [0, INDENTS).
    """

    words: IntArray
    counts: IntArray
    indents: IntArray


def featurise(texts: Sequence[str], table: WordTable, config: ModelConfig) -> list[TextFeatures]:
    """Return the features of the texts; words that are new to the table are added to it."""
    blocks = (texts[at : at + _TOGETHER] for at in range(0, len(texts), _TOGETHER))
    return [each for some in blocks for each in _features(some, table, config)]


def _features(
    texts: Sequence[str], table: WordTable, config: ModelConfig
) -> Iterator[TextFeatures]:
    found = positions(
        texts, table.ids, lines=config.lines, words_per_line=config.words_per_line,
        query_words=config.query_words,
    )  # fmt: skip
    words, counts, indents = (
        each.astype(np.int32) for each in (found.words, found.counts, found.indents)
    )
    ends = np.cumsum(found.sizes)
    word_ends = np.concatenate([[0], np.cumsum(found.counts)])
    for first, end in zip((ends - found.sizes).tolist(), ends.tolist(), strict=True):
        said = words[word_ends[first] : word_ends[end]]
        yield TextFeatures(said, counts[first:end], indents[first:end])


@dataclass(frozen=True, slots=True, eq=False)
class TextBatch:
    """A batch of texts, flat: no padding, so that a text is what it is in any company.

    All tensors are int64. Words follow each other by position, positions by text.

    Attributes:
        size: texts in the batch (B). longest: positions of the longest text (L).
        unique: (U,) ids of the batch's unique words, ascending.
        rows, row_starts: (G,) rows of the n-gram table and (U,) where a unique word's begin.
        words: (W,) index among the unique words.
        word_starts: (P,) where each position's words begin.
        text_word_starts: (B,) where each text's words begin.
        position_of_word: (W,) in [0, P). text_of_word: (W,) in [0, B).
        text_of_position: (P,) in [0, B). place: (P,) position within its text, from 0.
        indents: (P,) in [0, INDENTS).
    """

    size: int
    longest: int
    unique: Tensor
    rows: Tensor
    row_starts: Tensor
    words: Tensor
    word_starts: Tensor
    text_word_starts: Tensor
    position_of_word: Tensor
    text_of_word: Tensor
    text_of_position: Tensor
    place: Tensor
    indents: Tensor

    def to(self, device: torch.device) -> "TextBatch":
        """Return the batch on a device."""
        if self.words.device == device:
            return self
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        moved: dict[str, Any] = {
            name: value.to(device, non_blocking=True) if isinstance(value, Tensor) else value
            for name, value in values.items()
        }
        return TextBatch(**moved)


def collate(features: Sequence[TextFeatures], table: WordTable) -> TextBatch:
    """Return the batch of some texts, on the CPU.

    Args:
        features: of B ≥ 1 texts, all made with this table.
        table: the words they are made of.
    """
    ids = np.concatenate([text.words for text in features])
    counts = np.concatenate([text.counts for text in features])
    unique, words = _unique(ids, len(table))
    rows, row_starts = table.rows(unique)
    text_words = np.array([len(text.words) for text in features])
    text_positions = np.array([len(text.counts) for text in features])
    first = np.cumsum(text_positions) - text_positions
    return TextBatch(
        size=len(features),
        longest=int(text_positions.max()),
        unique=_tensor(unique),
        rows=_tensor(rows),
        row_starts=_tensor(row_starts),
        words=_tensor(words),
        word_starts=_tensor(np.cumsum(counts) - counts),
        text_word_starts=_tensor(np.cumsum(text_words) - text_words),
        position_of_word=_tensor(np.repeat(np.arange(len(counts)), counts)),
        text_of_word=_tensor(np.repeat(np.arange(len(features)), text_words)),
        text_of_position=_tensor(np.repeat(np.arange(len(features)), text_positions)),
        place=_tensor(np.arange(len(counts)) - np.repeat(first, text_positions)),
        indents=_tensor(np.concatenate([text.indents for text in features])),
    )


def _unique(ids: NDArray[np.integer], size: int) -> tuple[IdArray, IdArray]:
    """Return the sorted unique ids and the place of each id among them; ids are < size."""
    # A mark for each word of the table is several times faster than sorting the ids.
    met = np.zeros(size, dtype=bool)
    met[ids] = True
    unique = np.flatnonzero(met)
    places = np.zeros(size, dtype=np.int64)
    places[unique] = np.arange(len(unique))
    return unique, places[ids]


def _tensor(values: NDArray[np.integer]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.int64))
