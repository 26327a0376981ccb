"""Pairs as numbers: vocabularies, and batches of like length."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from benchmarks.seq2seq.config import Config, Direction
from benchmarks.seq2seq.corpus import Pair
from ncs.learn.sentences import common_words
from ncs.wording import BOS, EOS, MARKS, PAD, Vocabulary

_WINDOW = 40  # batches that are sorted by length together: less padding, still at random


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Pairs as tensors, int64.

    Attributes:
        source: (B, M) ids of the source's vocabulary. words: (B, M) the same as output ids.
        extra: output ids beyond the vocabulary.
        inputs: (B, T) BOS and the target. targets: (B, T) the target and EOS.
        own: of each pair, the source's words that the output vocabulary lacks.
    """

    source: Tensor
    words: Tensor
    extra: int
    inputs: Tensor
    targets: Tensor
    own: tuple[list[str], ...]


@dataclass(frozen=True, slots=True)
class Languages:
    """What is read and what is said."""

    source: Vocabulary
    target: Vocabulary


def languages(pairs: Sequence[Pair], config: Config) -> Languages:
    """Return the commonest words of both sides."""
    return Languages(
        Vocabulary(_commonest((pair.source for pair in pairs), config.vocabulary)),
        Vocabulary(_sayable(pairs, config.direction, config.vocabulary)),
    )


def _sayable(pairs: Sequence[Pair], direction: Direction, size: int) -> list[str]:
    if direction == "explain":  # names can only be copied, as in ncs itself
        return common_words((" ".join(pair.target) for pair in pairs), size)
    return _commonest((pair.target for pair in pairs), size)


def _commonest(texts: Iterable[Sequence[str]], size: int) -> list[str]:
    counts = Counter(token for text in texts for token in text)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, _ in ranked[: size - MARKS]]


class Numbered:
    """Pairs whose tokens are numbers, ready to be put into batches."""

    def __init__(self, pairs: Sequence[Pair], spoken: Languages, longest: int) -> None:
        self.own = [spoken.target.unknown(pair.source) for pair in pairs]
        self.sources = [_row(spoken.source.ids(pair.source)) for pair in pairs]
        self.words = [
            _row(spoken.target.ids(pair.source, own))
            for pair, own in zip(pairs, self.own, strict=True)
        ]
        self.targets = [
            _row([*spoken.target.ids(pair.target, own), EOS][:longest])
            for pair, own in zip(pairs, self.own, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.sources)

    def first(self, count: int) -> "Numbered":
        """Return the first pairs alone."""
        some = copy(self)
        some.own, some.sources = self.own[:count], self.sources[:count]
        some.words, some.targets = self.words[:count], self.targets[:count]
        return some

    def batch(self, index: Sequence[int]) -> Batch:
        """Return some pairs as one batch."""
        targets = _padded([self.targets[at] for at in index])
        own = tuple(self.own[at] for at in index)
        return Batch(
            _padded([self.sources[at] for at in index]),
            _padded([self.words[at] for at in index]),
            max(map(len, own), default=0),
            torch.cat([torch.full((len(index), 1), BOS), targets[:, :-1]], dim=1),
            targets,
            own,
        )

    def epochs(self, size: int, seed: int) -> Iterator[list[int]]:
        """Yield batches without end: in each epoch all pairs, those of like length together."""
        generator = np.random.default_rng(seed)
        while True:
            order = generator.permutation(len(self))
            batches = []
            for start in range(0, len(order), _WINDOW * size):
                window = sorted(order[start : start + _WINDOW * size].tolist(), key=self._length)
                batches += [window[at : at + size] for at in range(0, len(window), size)]
            for at in generator.permutation(len(batches)):
                yield batches[at]

    def inorder(self, size: int) -> Iterator[list[int]]:
        """Yield all pairs once, as they come."""
        for start in range(0, len(self), size):
            yield list(range(start, min(start + size, len(self))))

    def _length(self, at: int) -> int:
        return len(self.sources[at]) + len(self.targets[at])


def _row(ids: Sequence[int]) -> np.ndarray:
    return np.array(ids, dtype=np.int32)


def _padded(rows: Sequence[np.ndarray]) -> Tensor:
    grid = np.full((len(rows), max(map(len, rows))), PAD, dtype=np.int64)
    for at, row in enumerate(rows):
        grid[at, : len(row)] = row
    return torch.from_numpy(grid)
