"""Read a codebase and write its index, upon the former one. Imports the parsers, not torch."""

import time
from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ncs.api.encoding import Encoding, width_of
from ncs.api.former import (
    FormerIndex,
    Known,
    MadeWith,
    base_model,
    former_index,
    salvaged,
    seeds,
)
from ncs.api.workers import workers
from ncs.config import CorpusConfig, IndexConfig
from ncs.corpus import Corpus, Former, read_corpus, require_folder
from ncs.explain import explanation
from ncs.index.content import View, text_digest
from ncs.index.encoded import Encoded
from ncs.index.lock import writer
from ncs.index.reading import DEFAULT_PLACE, ModelRecord
from ncs.index.writing import write
from ncs.runtime import RuntimeDecoder
from ncs.text import document, words
from ncs.types import Chunk, FloatArray, OnProgress, Origin, Progress, ignore_progress

_BATCH = 1024  # explanations that are decoded together
_MADE_UP = ("synthetic", "snippet")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    Attributes:
        coverage: share of chunks with a written explanation.
        reread: files that were cut anew. encoded: chunks that were encoded; the others were
            known. written: whether there was anything to write.
        model: "base" or "trained".
        instead: why a former index could not be built upon; empty where it could, or where
            there was none.
    """

    path: Path
    files: int
    chunks: int
    skipped: int
    coverage: float
    bytes: int
    seconds: float
    reread: int = 0
    encoded: int = 0
    written: bool = True
    model: str = "base"
    instead: str = ""


def build(
    codebase: str | Path = ".",
    output: str | Path | None = None,
    *,
    fresh: bool = False,
    wait: bool = True,
    jobs: int = 1,
    unsound: Collection[str] = (),
    on_progress: OnProgress = ignore_progress,
) -> Built:
    """Index a codebase without training: what is new or changed is read and encoded.

    An index that stands there keeps its model; without one the base model encodes. An unchanged
    codebase encodes nothing and writes nothing.

    Args:
        codebase: the folder to read.
        output: where to write the index; `.ncs/index.db` inside the codebase by default.
        fresh: whether to take no notice of a former index: the base model, everything anew.
        wait: whether to wait for another writer of the same index, or to give up at once.
        jobs: processes that cut and encode; 0 for as many as there are processors. More than one
            needs a caller that may be imported (see `ncs.api.workers`).
        unsound: parts of the former index that must not be built upon (see `ncs.api.repairing`).
        on_progress: told how far the work has come.

    Raises:
        SourceError: the folder is missing or holds nothing to search.
        WeightsError: this installation carries no base model.
        IndexBusy: another process writes this index, and `wait` is false.
        IndexUnusable: the index could not be written; a former one is as it was.
    """
    began = time.monotonic()
    root, path = Path(codebase), place(codebase, output)
    require_folder(root)
    with writer(path, wait=wait, on_progress=on_progress):
        former, why = (None, "") if fresh else former_index(path, unsound)
        if former is None:
            model = (salvaged(path) if why else None) or base_model()
            with workers(model.own, jobs) as pool:
                return _first(root, path, model, fresh, why, began, on_progress, pool)
        with closing(former), workers(former.made_with.own, jobs) as pool:
            return _next(root, path, former, began, on_progress, pool)


def _first(
    root: Path, path: Path, model: MadeWith, fresh: bool, why: str, began: float,
    on_progress: OnProgress, pool: Executor | None,
) -> Built:  # fmt: skip
    """Build from nothing but what other builds have encoded."""
    known = Known() if fresh else Known(seeds(root, path, model.model))
    corpus = read(root, on_progress, pool=pool)
    built = write_index(
        corpus, model, path, began=began, known=known, pool=pool, on_progress=on_progress
    )
    return replace(built, instead=why)


def _next(
    root: Path, path: Path, former: FormerIndex, began: float, on_progress: OnProgress,
    pool: Executor | None,
) -> Built:  # fmt: skip
    """Build upon a former index: with its model, and what of it still holds."""
    corpus = read(root, on_progress, former.reading(), pool)
    reread = former.reread(corpus)
    if former.describes(corpus):
        return Built(
            path, len(corpus.files), len(corpus.chunks), len(corpus.skipped), former.coverage,
            path.stat().st_size, time.monotonic() - began, reread, 0, written=False,
            model=former.made_with.name,
        )  # fmt: skip
    built = write_index(
        corpus, former.made_with, path, began=began, known=former.known(), pool=pool,
        on_progress=on_progress,
    )  # fmt: skip
    return replace(built, reread=reread)


def place(codebase: str | Path, output: str | Path | None) -> Path:
    """Return where the index of a codebase is written."""
    return Path(codebase) / DEFAULT_PLACE if output is None else Path(output)


def read(
    codebase: str | Path,
    on_progress: OnProgress,
    former: Former | None = None,
    pool: Executor | None = None,
) -> Corpus:
    """Read a codebase with the default configuration."""
    return read_corpus(Path(codebase), CorpusConfig(), on_progress, pool, former)


def write_index(
    corpus: Corpus,
    made_with: MadeWith,
    path: Path,
    *,
    began: float,
    known: Known | None = None,
    pool: Executor | None = None,
    on_progress: OnProgress,
) -> Built:
    """Encode and explain every chunk that is not known and write the index.

    Args:
        corpus: what was read.
        made_with: the model to encode with.
        path: the index file.
        began: `time.monotonic()` when the work began.
        known: what this model has encoded and explained before.
        pool: processes that know the model, or None.
        on_progress: told how far the work has come.
    """
    known, model = known or Known(), made_with.model
    chunks = corpus.chunks
    said = [at for at, chunk in enumerate(chunks) if chunk.target.tier not in _MADE_UP]
    code = [document(chunk.path, chunk.text) for chunk in chunks]
    digests = [text_digest(text) for text in code]
    new = sum(digest not in known.latents for digest in digests)
    with Encoded(path, model.fingerprint, width_of(model)) as notes:
        encoding = Encoding(model, known.latents, notes, pool, on_progress)
        both = encoding.latents([*code, *(chunks[at].target.text for at in said)])
        latents, words = both[: len(code)], View(np.array(said, dtype=np.int64), both[len(code) :])
        explanations = _explained(made_with, chunks, digests, latents, known, on_progress)
        record = ModelRecord(
            made_with.name, model.fingerprint, model.config, made_with.own, made_with.training
        )
        coverage = write(
            path, corpus, latents, explanations, record, IndexConfig(), words=words,
            on_progress=on_progress,
        )  # fmt: skip
        notes.done()
    return Built(
        path=path, files=len(corpus.files), chunks=len(chunks), skipped=len(corpus.skipped),
        coverage=coverage, bytes=path.stat().st_size, seconds=time.monotonic() - began,
        reread=len(corpus.files), encoded=new, model=made_with.name,
    )  # fmt: skip


def _explained(
    made_with: MadeWith,
    chunks: Sequence[Chunk],
    digests: Sequence[bytes],
    latents: FloatArray,
    known: Known,
    on_progress: OnProgress,
) -> list[tuple[str, Origin]]:
    """Return the explanation of every chunk; a trained model's decoder speaks for the silent."""
    explanations = [
        known.explanations.get(digest) or (chunk.target.text, chunk.target.tier)
        for chunk, digest in zip(chunks, digests, strict=True)
    ]
    if made_with.own is None:
        return explanations
    silent = [
        at
        for at, chunk in enumerate(chunks)
        if chunk.target.tier in _MADE_UP and digests[at] not in known.explanations
    ]
    vocabulary = {
        word
        for chunk in chunks
        if chunk.target.tier not in _MADE_UP
        for word in words(chunk.target.text)
    }
    decoder = RuntimeDecoder(made_with.model)
    for at in range(0, len(silent), _BATCH):
        on_progress(Progress("explain", at, len(silent)))
        batch = silent[at : at + _BATCH]
        for place, text in zip(batch, decoder.explain(latents[batch]), strict=True):
            explanations[place] = explanation(chunks[place], text, vocabulary)
    on_progress(Progress("explain", len(silent), len(silent)))
    return explanations
