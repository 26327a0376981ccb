"""Read a codebase and write its index. Imports the parsers, not torch."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from ncs import weights
from ncs.config import CorpusConfig, IndexConfig
from ncs.corpus import Corpus, read_corpus
from ncs.errors import WeightsError
from ncs.explain import explanation
from ncs.index.reading import DEFAULT_PLACE, ModelRecord
from ncs.index.writing import write
from ncs.runtime import RuntimeDecoder, load
from ncs.text import document, words
from ncs.types import Chunk, Encoder, FloatArray, OnProgress, Origin, Progress, ignore_progress

_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. `coverage`: share of chunks with a written explanation."""

    path: Path
    files: int
    chunks: int
    skipped: int
    coverage: float
    bytes: int
    seconds: float


def build(
    codebase: str | Path = ".",
    output: str | Path | None = None,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Built:
    """Index a codebase with the base model, without training.

    Args:
        codebase: the folder to read.
        output: where to write the index; `.ncs/index.db` inside the codebase by default.
        on_progress: told how far the work has come.

    Raises:
        SourceError: the folder is missing or holds nothing to search.
        WeightsError: this installation carries no base model.
        IndexUnusable: the index could not be written; a former one is as it was.
    """
    began = time.monotonic()
    data = weights.base_bytes()
    if data is None:
        raise WeightsError(
            "this installation carries no base model", hint="ncs train learns one from the code"
        )
    corpus = read(codebase, on_progress)
    model = weights.unpack(data, origin="base model")
    return write_index(
        corpus, model, None, place(codebase, output), began=began, on_progress=on_progress
    )


def place(codebase: str | Path, output: str | Path | None) -> Path:
    """Return where the index of a codebase is written."""
    return Path(codebase) / DEFAULT_PLACE if output is None else Path(output)


def read(codebase: str | Path, on_progress: OnProgress) -> Corpus:
    """Read a codebase with the default configuration."""
    return read_corpus(Path(codebase), CorpusConfig(), on_progress)


def write_index(
    corpus: Corpus,
    model: weights.Weights,
    own: bytes | None,
    path: Path,
    *,
    began: float,
    training: str = "",
    on_progress: OnProgress,
) -> Built:
    """Encode and explain every chunk and write the index in one transaction.

    Args:
        corpus: what was read.
        model: the model to encode with.
        own: its bytes, to be kept in the index; None for the base model of the package.
        path: the index file.
        began: `time.monotonic()` when the work began.
        training: how the model was trained, as JSON; empty for the base model.
        on_progress: told how far the work has come.
    """
    latents = encode(load(model), corpus.chunks, on_progress)
    generated = None if own is None else _generate(model, corpus.chunks, latents, on_progress)
    record = ModelRecord(
        name="base" if own is None else "trained", fingerprint=model.fingerprint,
        config=model.config, weights=own, training=training,
    )  # fmt: skip
    written = write(
        path, corpus, latents, _explanations(corpus.chunks, generated), record, IndexConfig(),
        on_progress=on_progress,
    )  # fmt: skip
    return Built(
        path=path, files=len(corpus.files), chunks=len(corpus.chunks),
        skipped=len(corpus.skipped), coverage=written, bytes=path.stat().st_size,
        seconds=time.monotonic() - began,
    )  # fmt: skip


def encode(encoder: Encoder, chunks: Sequence[Chunk], on_progress: OnProgress) -> FloatArray:
    """Return the latents of the chunks, (N, Z + E)."""
    parts = [np.zeros((0, encoder.latent_dim + encoder.extension_dim), dtype=np.float32)]
    # The matrices are small: two BLAS threads that wait for each other took five times as long.
    with threadpool_limits(limits=1, user_api="blas"):
        for at in range(0, len(chunks), _BATCH):
            on_progress(Progress("encode", at, len(chunks)))
            batch = chunks[at : at + _BATCH]
            parts.append(encoder.encode([document(chunk.path, chunk.text) for chunk in batch]))
    on_progress(Progress("encode", len(chunks), len(chunks)))
    return np.concatenate(parts)


def _generate(
    model: weights.Weights, chunks: Sequence[Chunk], latents: FloatArray, on_progress: OnProgress
) -> list[str | None]:
    """Return what the decoder writes for chunks that their author left unexplained."""
    decoder = RuntimeDecoder(model)
    made_up = ("synthetic", "snippet")
    silent = [at for at, chunk in enumerate(chunks) if chunk.target.tier in made_up]
    found: list[str | None] = [None] * len(chunks)
    for at in range(0, len(silent), _BATCH):
        on_progress(Progress("explain", at, len(silent)))
        batch = silent[at : at + _BATCH]
        for chunk, text in zip(batch, decoder.explain(latents[batch]), strict=True):
            found[chunk] = text
    on_progress(Progress("explain", len(silent), len(silent)))
    return found


def _explanations(
    chunks: Sequence[Chunk], generated: Sequence[str | None] | None
) -> list[tuple[str, Origin]]:
    vocabulary = {
        word
        for chunk in chunks
        if chunk.target.tier in ("docstring", "comment")
        for word in words(chunk.target.text)
    }
    return [
        explanation(chunk, None if generated is None else generated[at], vocabulary)
        for at, chunk in enumerate(chunks)
    ]
