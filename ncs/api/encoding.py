"""Texts → latents: each text once, what is known not at all, in other processes where it pays."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from ncs.api.known import Known
from ncs.api.workers import encode_texts
from ncs.corpus.reading import FileRecord
from ncs.crew import Crew, Task
from ncs.index.content import View, text_digest, texts_of
from ncs.index.journal import Journal
from ncs.index.schema import BESIDE, VIEWS, WORDS_VIEW
from ncs.runtime import load
from ncs.types import (
    Chunk,
    Encoder,
    FloatArray,
    IdArray,
    OnProgress,
    Progress,
    ignore_progress,
)
from ncs.weights import Weights

# Few enough that of several processes none waits long for the last. The last bits of a latent
# depend on the texts beside it, so that one process must cut its batches as several do.
_BATCH = 256
_ALONE = 1_500  # texts that are encoded sooner than a process has started
_NOTED_FROM = 4_000  # texts: a second's work is not worth keeping from interruption
_AHEAD = 4_096  # chunks that wait: enough to keep the processes busy, few in memory
_REMEMBERED = 1 << 16  # authors' words, the first that come: many are said again and again


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files that are encoded together, and their chunks in order.

    Attributes:
        kept: of files that are taken over as they stand, their chunks in the former index; they
            have no `chunks`.
    """

    files: Sequence[FileRecord]
    chunks: Sequence[Chunk]
    kept: range | None = None


@dataclass(frozen=True, slots=True)
class EncodedGroup:
    """A group of files with the latents of its chunks.

    Attributes:
        digests: of each chunk, as the encoder reads it. rows: their rows in `Known`, -1 for
            those that were encoded. latents: (n, Z + E).
        beside: latents of each view of `schema.BESIDE`, by the place of their chunk in the group.
        kept: as in `FileGroup`.
    """

    files: Sequence[FileRecord]
    chunks: Sequence[Chunk]
    digests: Sequence[bytes]
    rows: IdArray
    latents: FloatArray
    beside: Mapping[str, View]
    kept: range | None = None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A group whose latents are being made.

    Attributes:
        places: view → chunks that are in it.
        digests: of the texts of each view, one view after the other. rows: of each in what is
            known, or -1.
        new: digest → text that is encoded, or is to be. tasks: what gives their latents, `_BATCH`
            at a time.
    """

    group: FileGroup
    places: Mapping[str, Sequence[int]]
    digests: list[bytes]
    rows: IdArray
    new: dict[bytes, str]
    tasks: list[Task[FloatArray]]


class Encoding:
    """Encodes the files of a codebase, one group after the other.

    Args:
        model: to encode with.
        known: what this model has encoded before.
        journal: where new latents are taken down while many are made.
        crew: those who encode, who know the model (`ncs.api.workers`); the result does not depend
            on how many they are.

    Attributes:
        encoded: chunks so far whose latents were not known.
    """

    def __init__(
        self, model: Weights, known: Known, journal: Journal, crew: Crew | None = None
    ) -> None:
        self._model, self._known, self._journal = model, known, journal
        self._crew = crew or Crew()
        self._words: dict[bytes, FloatArray | None] = {}  # None while they are being encoded
        self._unnoted: list[tuple[Sequence[bytes], FloatArray]] = []
        self._met = self._made = 0
        self.encoded = 0

    @cached_property
    def _encoder(self) -> Encoder:
        return load(self._model)

    def of(self, groups: Iterable[FileGroup]) -> Iterator[EncodedGroup]:
        """Yield each group with its latents, in order; a few are read ahead."""
        waiting: deque[_Begun] = deque()
        for group in groups:
            waiting.append(self._begin(group))
            while waiting and (
                self._crew.alone or sum(len(each.group.chunks) for each in waiting) > _AHEAD
            ):
                yield self._end(waiting.popleft())
        while waiting:
            yield self._end(waiting.popleft())

    def _begin(self, group: FileGroup) -> _Begun:
        chunks = group.chunks
        read = [texts_of(chunk) for chunk in chunks]
        places = {view: [at for at, of in enumerate(read) if view in of] for view in VIEWS}
        texts = [read[at][view] for view in VIEWS for at in places[view]]
        digests = [text_digest(text) for text in texts]
        rows = self._known.rows(digests, {chunk.path for chunk in chunks})
        unknown = np.flatnonzero(rows < 0).tolist()
        new = {digests[at]: texts[at] for at in unknown if digests[at] not in self._words}
        words = range(len(chunks), len(chunks) + len(places[WORDS_VIEW]))
        for at in unknown:
            if at in words and len(self._words) < _REMEMBERED:
                self._words.setdefault(digests[at], None)
        self.encoded += int((rows[: len(chunks)] < 0).sum())
        return _Begun(group, places, digests, rows, new, self._given(list(new.values())))

    def _given(self, texts: Sequence[str]) -> list[Task[FloatArray]]:
        """Have texts encoded; the first `_ALONE` are not worth starting processes for."""
        self._met += len(texts)
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        if self._met < _ALONE:
            return [self._crew.keep(self._encode, batch) for batch in batches]
        return [self._crew.give(encode_texts, batch, here=self._encode) for batch in batches]

    def _encode(self, texts: Sequence[str]) -> FloatArray:
        return encode(self._encoder, texts, ignore_progress)

    def _end(self, begun: _Begun) -> EncodedGroup:
        made: dict[bytes, FloatArray] = {}
        new = list(begun.new)
        for at, task in enumerate(begun.tasks):
            names, rows = new[at * _BATCH : (at + 1) * _BATCH], task.result()
            made.update(zip(names, rows, strict=True))
            self._note(names, rows)
        self._remember(made)
        known = begun.rows >= 0
        latents = np.empty((len(known), width_of(self._model)), dtype=np.float32)
        latents[known] = self._known.latents(begun.rows[known], latents.shape[1])
        for at in np.flatnonzero(~known).tolist():
            digest = begun.digests[at]
            latents[at] = made[digest] if digest in made else self._words[digest]
        group = begun.group
        count = len(group.chunks)
        beside, first = {}, count
        for view in BESIDE:
            chunks = np.array(begun.places[view], dtype=np.int64)
            beside[view] = View(chunks, latents[first : first + len(chunks)])
            first += len(chunks)
        return EncodedGroup(
            group.files, group.chunks, begun.digests[:count], begun.rows[:count], latents[:count],
            beside, group.kept,
        )  # fmt: skip

    def _note(self, names: Sequence[bytes], rows: FloatArray) -> None:
        self._made += len(names)
        self._unnoted.append((names, rows))
        if self._made > _NOTED_FROM:
            for each in self._unnoted:
                self._journal.add(*each)
            self._unnoted.clear()

    def _remember(self, made: dict[bytes, FloatArray]) -> None:
        for digest, latent in made.items():
            if digest in self._words:
                self._words[digest] = latent.copy()


def in_batches(
    encoder: Encoder, texts: Sequence[str], on_progress: OnProgress
) -> Iterator[tuple[int, FloatArray]]:
    """Encode texts batch by batch: yield where each batch begins, and its latents."""
    # The matrices are small: two BLAS threads that wait for each other took five times as long.
    with threadpool_limits(limits=1, user_api="blas"):
        for at in range(0, len(texts), _BATCH):
            on_progress(Progress("encode", at, len(texts)))
            yield at, encoder.encode(texts[at : at + _BATCH])
    on_progress(Progress("encode", len(texts), len(texts)))


def encode(encoder: Encoder, texts: Sequence[str], on_progress: OnProgress) -> FloatArray:
    """Return the latents of texts, (n, Z + E)."""
    empty = np.zeros((0, encoder.latent_dim + encoder.extension_dim), dtype=np.float32)
    return np.concatenate([empty, *(rows for _, rows in in_batches(encoder, texts, on_progress))])


def width_of(model: Weights) -> int:
    """Return how many numbers a latent of a model has, its extension included."""
    return model.config.latent_dim + model.config.extension_dim
