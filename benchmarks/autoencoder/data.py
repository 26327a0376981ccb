"""Docstring sentences as sequences of word vectors."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.autoencoder.config import Config
from benchmarks.autoencoder.vectors import word_vectors
from ncs.wording import first_sentence, tokens


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Sentences as numbers of words, 0 behind the last.

    Attributes:
        ids: (N, T) int64, from 1. vectors: (V + 1, W), of 0 all zeros.
    """

    ids: Tensor
    vectors: Tensor

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """Return the vectors of some sentences, (B, T, W), and where there are any, (B, T)."""
        ids = self.ids[index]
        mask = ids > 0
        ids = ids[:, : int(mask.sum(dim=1).max())]
        return self.vectors[ids], ids > 0

    def within(self, words: int, shortest: int) -> "Sequences":
        """Return the sentences without all but the commonest words, if enough of them is left."""
        kept = (self.ids > 0) & (self.ids <= words)
        order = kept.sort(dim=1, descending=True, stable=True).indices
        ids = (self.ids * kept).gather(1, order)
        return Sequences(ids[kept.sum(dim=1) >= shortest], self.vectors[: words + 1])

    def first(self, count: int) -> "Sequences":
        """Return the first sentences alone."""
        return Sequences(self.ids[:count], self.vectors)


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Sentences to learn, and those of packages never learned from."""

    training: Sequences
    test: Sequences


def corpus(folder: Path, config: Config) -> Corpus:
    """Return sentences of Python docstrings; the vectors are made from the training ones."""
    learned = list(dict.fromkeys(_sentences(folder, "train")))
    random.Random(config.seed).shuffle(learned)
    vectors = word_vectors(learned, config.vocabulary, config.width, config.seed)
    table = np.stack([np.zeros(config.width, dtype=np.float32), *vectors.values()])
    ids = {word: at for at, word in enumerate(vectors, 1)}
    seen = set(learned)
    tested = [each for each in dict.fromkeys(_sentences(folder, "valid")) if each not in seen]
    every = torch.from_numpy(table)
    return Corpus(
        Sequences(_numbered(learned, ids, config, config.sentences), every),
        Sequences(_numbered(tested, ids, config, config.tested), every),
    )


def _numbered(
    sentences: list[tuple[str, ...]], ids: dict[str, int], config: Config, limit: int
) -> Tensor:
    """Return the words that have vectors, of sentences with enough of them."""
    rows: list[list[int]] = []
    for sentence in sentences:
        row = [ids[word] for word in sentence if word in ids]
        if config.shortest <= len(row) <= config.longest:
            rows.append(row + [0] * (config.longest - len(row)))
            if len(rows) == limit:
                break
    return torch.tensor(rows)


def _sentences(folder: Path, split: str) -> Iterator[tuple[str, ...]]:
    for path in sorted(folder.glob(f"{split}-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if '"python"' in line and '"docstring"' in line:
                    row = json.loads(line)
                    if row["kind"] == "docstring" and row["lang"] == "python":
                        yield tuple(tokens(first_sentence(row["q"])))
