"""Write an index: everything into a new file, read back and judged, then put in place at once."""

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ncs.config import IndexConfig
from ncs.errors import IndexRefused, IndexUnusable
from ncs.index.content import Content, Explanations, View
from ncs.index.reading import ModelRecord
from ncs.index.schema import (
    APPLICATION_ID,
    DEFAULT_PLACE,
    FORMAT,
    HEADER_BYTES,
    MAGIC,
    TABLES,
)
from ncs.types import Chunk, FloatArray, OnProgress, Progress, ignore_progress

if TYPE_CHECKING:  # the parsers load with ncs.corpus, and nothing here needs them
    from ncs.corpus import Corpus

_PART = ".part"
_ABANDONED_SECONDS = 600.0  # a build writes for seconds: what lies untouched this long is dead


def write(
    path: Path,
    corpus: "Corpus",
    latents: FloatArray,
    explanations: Explanations,
    model: ModelRecord,
    config: IndexConfig,
    *,
    words: View | None = None,
    on_progress: OnProgress = ignore_progress,
) -> float:
    """Write an index and return its coverage, as read back from what was written.

    Until the new index is complete, flushed to disk and above its floor, a former index stays
    as it is; whoever has that one open keeps reading it.

    Args:
        path: the index file; its folder is made when missing.
        corpus: files, chunks and what was skipped.
        latents: (N, Z + E), one row for each chunk of the corpus, finite.
        explanations: (text, origin) for each chunk.
        model: what the latents were made with.
        config: the floor that the index must meet.
        words: latents of the author's words alone, by the place of their chunk in the corpus.
        on_progress: told how far the work has come.

    Returns:
        The share of chunks whose written explanation is not empty.

    Raises:
        IndexRefused: coverage is below the floor, or the parts do not fit together.
        IndexUnusable: the file cannot be written.
    """
    chunks, order = _in_order(corpus.chunks)
    _refuse_misfits(path, corpus, chunks, latents, explanations, model)
    if words is not None and not np.isfinite(words.latents).all():
        raise IndexRefused(f"{path}: latents of words that are not finite")
    content = Content(
        corpus, chunks, latents[order], _placed(words, order, latents.shape[1]),
        [explanations[at] for at in order.tolist()], model, config, on_progress,
    )  # fmt: skip
    try:
        coverage = _replace(path, content)
    except (OSError, sqlite3.Error) as error:
        raise IndexUnusable(
            f"{path}: the index could not be written ({error}); a former one is as it was",
            hint="check free space and permissions, or choose another place with --output",
        ) from error
    on_progress(Progress("write", len(chunks), len(chunks)))
    return coverage


def _in_order(chunks: Sequence[Chunk]) -> tuple[list[Chunk], npt.NDArray[np.int64]]:
    """Return the chunks by (path, first line), and where each stood before."""
    order = sorted(range(len(chunks)), key=lambda at: (chunks[at].path, chunks[at].span))
    return [chunks[at] for at in order], np.array(order, dtype=np.int64)


def _placed(words: View | None, order: npt.NDArray[np.int64], width: int) -> View:
    """Return a view by the ids that its chunks have in the index."""
    if words is None:
        return View(np.zeros(0, dtype=np.int64), np.zeros((0, width), dtype=np.float32))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    chunks = place[words.chunks]
    sort = np.argsort(chunks)
    return View(chunks[sort], words.latents[sort])


def _refuse_misfits(
    path: Path,
    corpus: "Corpus",
    chunks: Sequence[Chunk],
    latents: FloatArray,
    explanations: Explanations,
    model: ModelRecord,
) -> None:
    shape = (len(chunks), model.config.latent_dim + model.config.extension_dim)
    if latents.shape != shape:
        raise IndexRefused(f"{path}: expected latents of shape {shape}, found {latents.shape}")
    if len(explanations) != len(chunks):
        raise IndexRefused(f"{path}: {len(explanations)} explanations for {len(chunks)} chunks")
    broken = np.flatnonzero(~np.isfinite(latents).all(axis=1))
    if len(broken):
        raise IndexRefused(f"{path}: {len(broken)} of {len(chunks)} latents are not finite")
    for one, following in pairwise(chunks):
        if (one.path, one.span) == (following.path, following.span):
            span = f"{one.span.start}-{one.span.end}"
            raise IndexRefused(f"{path}: two chunks are {one.path}:{span}")
    unknown = {chunk.path for chunk in chunks} - {file.path for file in corpus.files}
    if unknown:
        raise IndexRefused(f"{path}: chunks of {min(unknown)}, which is not among the files")


# --- the file ----------------------------------------------------------------------------------


def _replace(path: Path, content: Content) -> float:
    """Write a new file beside the index and put it in its place; return the coverage."""
    target = path.resolve()  # a link to the index stays a link
    target.parent.mkdir(parents=True, exist_ok=True)
    _refuse_foreign(path, target)
    _sweep(target)
    _hide(target.parent)
    part = target.with_name(f"{target.name}.{token_hex(4)}{_PART}")
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            coverage = _run(connection, content, path)
        _flush(part)
        os.replace(part, target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    with suppress(OSError):  # the index is in place; some systems cannot flush a folder
        _flush(target.parent)
    return coverage


def _run(connection: sqlite3.Connection, content: Content, path: Path) -> float:
    """Write everything in one transaction and return the coverage read back from it."""
    # The file is nobody's until it is complete, so it needs no journal of its own.
    for setting in (
        "page_size = 16384", "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE",
        f"application_id = {APPLICATION_ID}", f"user_version = {FORMAT}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN")
    for statement in TABLES.split(";"):
        connection.execute(statement)
    content.write(connection)
    coverage = _judge(connection, content, path)
    content.seal(connection, coverage)
    connection.execute("COMMIT")
    return coverage


def _refuse_foreign(path: Path, target: Path) -> None:
    """Refuse to replace a file that is not ours, such as a source file named by mistake."""
    ours_by_place = target.parts[-2:] == DEFAULT_PLACE.parts
    if ours_by_place or not target.exists() or target.stat().st_size == 0:
        return
    with target.open("rb") as file:
        head = file.read(HEADER_BYTES)
    if not head.startswith(MAGIC) or head[68:72] != APPLICATION_ID.to_bytes(4, "big"):
        raise IndexUnusable(
            f"{path}: there is a file here that is no ncs index, and it stays",
            hint="choose another place with --output, or remove the file",
        )


def _sweep(target: Path) -> None:
    """Remove what interrupted builds left behind."""
    for left in target.parent.glob(f"*{_PART}"):
        if left.name.startswith(f"{target.name}."):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                    left.unlink()


def _hide(folder: Path) -> None:
    """Keep an index at its default place out of version control; whoever wants it in, deletes."""
    rules = folder / ".gitignore"
    if folder.name == DEFAULT_PLACE.parent.name and not any(folder.glob(DEFAULT_PLACE.name)):
        with suppress(OSError):
            rules.write_text("*\n", encoding="utf-8")


def _flush(place: Path) -> None:
    """Have the system put a file or a folder on the disk."""
    number = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _judge(connection: sqlite3.Connection, content: Content, path: Path) -> float:
    """Return the coverage of what stands in the file by now, if it meets the floor."""
    covered = total = 0
    for (text,) in connection.execute("SELECT explanation FROM chunks"):
        covered += bool(text.strip())
        total += 1
    coverage = covered / total if total else 0.0
    if total != len(content.chunks):
        raise IndexRefused(f"{path}: {len(content.chunks)} chunks to write, {total} written")
    if coverage < content.config.min_coverage:
        raise IndexRefused(
            f"{path}: {covered} of {total} chunks have a written explanation "
            f"({coverage:.1%}), below the floor of {content.config.min_coverage:.0%}; "
            "nothing was changed"
        )
    return coverage
