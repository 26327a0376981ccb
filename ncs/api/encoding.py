"""Texts → latents: each text once, what is known not at all, in other processes where it pays."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from ncs.api.workers import encode_texts
from ncs.index.content import text_digest
from ncs.index.encoded import Encoded
from ncs.runtime import load
from ncs.types import Encoder, FloatArray, OnProgress, Progress
from ncs.weights import Weights

_BATCH = 1024
_BATCH_BESIDE = 256  # for several processes: none of them waits long for the last
_ALONE = 1_500  # texts that are encoded sooner than a process has started
_NOTED_FROM = 4_000  # texts: a second's work is not worth keeping from interruption


@dataclass(frozen=True, slots=True)
class Encoding:
    """How texts are encoded.

    Attributes:
        model: to encode with.
        known: digest → latent of texts that this model has encoded before.
        notes: where new latents are taken down while many are made.
        pool: processes that know the model, or None.
        on_progress: told how many of the new texts are encoded.
    """

    model: Weights
    known: Mapping[bytes, FloatArray]
    notes: Encoded
    pool: Executor | None
    on_progress: OnProgress

    def latents(self, texts: Sequence[str]) -> FloatArray:
        """Return the latents of texts, (n, Z + E)."""
        digests = [text_digest(text) for text in texts]
        places: dict[bytes, list[int]] = {}
        new: dict[bytes, str] = {}
        latents = np.empty((len(texts), width_of(self.model)), dtype=np.float32)
        for at, digest in enumerate(digests):
            if digest in self.known:
                latents[at] = self.known[digest]
            else:
                new.setdefault(digest, texts[at])
                places.setdefault(digest, []).append(at)
        names = list(new)
        for first, rows in self._encoded(list(new.values())):
            some = names[first : first + len(rows)]
            for name, row in zip(some, rows, strict=True):
                latents[places[name]] = row
            if len(names) > _NOTED_FROM:
                self.notes.add(some, rows)
        return latents

    def _encoded(self, texts: Sequence[str]) -> Iterator[tuple[int, FloatArray]]:
        """Yield the place of the first text of each batch, and the batch's latents."""
        if not texts:
            return
        if self.pool is None or len(texts) < _ALONE:
            yield from encoded(load(self.model), texts, self.on_progress)
            return
        starts = range(0, len(texts), _BATCH_BESIDE)
        batches = [texts[at : at + _BATCH_BESIDE] for at in starts]
        done = 0
        try:
            for at, rows in zip(starts, self.pool.map(encode_texts, batches), strict=True):
                self.on_progress(Progress("encode", at, len(texts)))
                yield at, rows
                done = at + len(rows)
        except BrokenProcessPool:  # killed for memory, or a caller that cannot be imported
            for at, rows in encoded(load(self.model), texts[done:], self.on_progress):
                yield done + at, rows
        self.on_progress(Progress("encode", len(texts), len(texts)))


def encoded(
    encoder: Encoder, texts: Sequence[str], on_progress: OnProgress
) -> Iterator[tuple[int, FloatArray]]:
    """Yield the place of the first text of each batch, and the batch's latents."""
    # The matrices are small: two BLAS threads that wait for each other took five times as long.
    with threadpool_limits(limits=1, user_api="blas"):
        for at in range(0, len(texts), _BATCH):
            on_progress(Progress("encode", at, len(texts)))
            yield at, encoder.encode(texts[at : at + _BATCH])
    on_progress(Progress("encode", len(texts), len(texts)))


def encode(encoder: Encoder, texts: Sequence[str], on_progress: OnProgress) -> FloatArray:
    """Return the latents of texts, (n, Z + E)."""
    empty = np.zeros((0, encoder.latent_dim + encoder.extension_dim), dtype=np.float32)
    return np.concatenate([empty, *(rows for _, rows in encoded(encoder, texts, on_progress))])


def width_of(model: Weights) -> int:
    """Return how many numbers a latent of a model has, its extension included."""
    return model.config.latent_dim + model.config.extension_dim
