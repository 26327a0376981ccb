"""Write an index: everything into a new file, read back and judged, then put in place at once."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import numpy as np

from ncs.config import IndexConfig
from ncs.errors import IndexRefused, IndexUnusable
from ncs.index.content import Batch, Content, Explanations, FormerContent, View
from ncs.index.lock import PART, flush, make_folder
from ncs.index.reading import ModelRecord
from ncs.index.schema import (
    APPLICATION_ID,
    FORMAT,
    HEADER_BYTES,
    MAGIC,
    TABLES,
    at_default_place,
)
from ncs.index.store import damaged
from ncs.index.texts import read_block
from ncs.types import (
    Chunk,
    FloatArray,
    Folder,
    IdArray,
    OnProgress,
    Progress,
    Skipped,
    ignore_progress,
)

if TYPE_CHECKING:  # the parsers load with it, and nothing here needs them
    from ncs.corpus.reading import Corpus, FileRecord

_STEPS = 4  # of what `Writer.finish` tells


class Writer:
    """Takes an index file by file and puts it in place; `writing` gives one."""

    def __init__(
        self, path: Path, part: Path, connection: sqlite3.Connection, model: ModelRecord,
        config: IndexConfig, on_progress: OnProgress, former: FormerContent | None,
    ) -> None:  # fmt: skip
        self._path, self._part, self._connection = path, part, connection
        self._config, self._on_progress = config, on_progress
        self._takes = former is not None
        with _as_unusable(path):
            _begin(connection)
            self._content = Content(connection, path, model, part.parent, former)

    @property
    def chunks(self) -> int:
        """How many chunks were added: the id of the next one."""
        return self._content.chunks

    @property
    def files(self) -> int:
        """How many files were added."""
        return self._content.files

    def add(self, batch: Batch) -> None:
        """Write what is known of the next files, in the order of their paths.

        Raises:
            IndexRefused: its parts do not fit together, or do not follow what was added before.
            IndexUnusable: the file cannot be written.
        """
        with _as_unusable(self._path):
            self._content.add(batch)

    def take(self, files: Sequence["FileRecord"], chunks: range) -> None:
        """Write the next files as they stand in the former index, theirs being these chunks there.

        Raises:
            IndexRefused: they do not follow what was added before.
            IndexDamaged: the former index could not be read.
            IndexUnusable: the file cannot be written.
        """
        with _as_unusable(self._path):
            self._content.take(files, chunks)

    def finish(self, skipped: Sequence[Skipped], folders: Sequence[Folder], read_ns: int) -> float:
        """Put the index in its place, complete, flushed to disk and above its floor.

        Args:
            skipped: what is not searched, each with its reason.
            folders: those whose entries were listed.
            read_ns: when reading began, in nanoseconds since the epoch.

        Returns:
            The share of chunks whose explanation, as read back from the file, is not empty.

        Raises:
            IndexRefused: coverage is below the floor.
            IndexDamaged: what was taken from the former index could not be read.
            IndexUnusable: the file cannot be written.
        """
        with _as_unusable(self._path):
            for at, note in enumerate(self._content.finish(skipped, folders)):
                self._say(at / _STEPS, note)
            self._say(1 - 1 / _STEPS, "read back")
            coverage = self._judged()
            self._content.seal(self._config, coverage, read_ns)
            self._connection.execute("COMMIT")
            self._connection.close()
            target = self._path.resolve()
            flush(self._part)
            os.replace(self._part, target)
            flush(target.parent)
        self._say(1.0, "")
        return coverage

    def close(self) -> None:
        """Let go of everything but the index."""
        self._content.close()

    def _say(self, share: float, note: str) -> None:
        self._on_progress(Progress("write", int(share * self.chunks), self.chunks, note))

    def _read_back(self, row: Sequence[Any]) -> Iterator[str]:
        """Yield the explanations in a row of chunks; one from another index is read whole."""
        try:
            block = read_block(row)
            for chunk in block.ids if self._takes else ():
                block.said(chunk, "block", 1)
            for _, explanation in block.told():
                yield explanation
        except (ValueError, TypeError, RecursionError, LookupError) as error:
            where = f"the chunks from chunk {row[0]} on: {error}"
            raise damaged(self._path, "content", where) from error

    def _judged(self) -> float:
        """Return the coverage of what stands in the file by now, if it meets the floor."""
        covered = total = 0
        query = "SELECT first, count, size, data FROM chunks ORDER BY first"
        for row in self._connection.execute(query):
            for explanation in self._read_back(row):
                covered += bool(explanation.strip())
                total += 1
        coverage = covered / total if total else 0.0
        if total != self.chunks:
            raise IndexRefused(f"{self._path}: {self.chunks} chunks to write, {total} written")
        if coverage < self._config.min_coverage:
            raise IndexRefused(
                f"{self._path}: {covered} of {total} chunks have a written explanation "
                f"({coverage:.1%}), below the floor of {self._config.min_coverage:.0%}; "
                "nothing was changed"
            )
        return coverage


@contextmanager
def writing(
    path: Path,
    model: ModelRecord,
    config: IndexConfig,
    on_progress: OnProgress = ignore_progress,
    former: FormerContent | None = None,
) -> Iterator[Writer]:
    """Give the writer of an index; without its `finish` nothing comes of it.

    Until then a former index stays as it is; whoever has that one open keeps reading it. Several
    at once keep each other's files apart; that the last one holds is for `ncs.index.lock.writer`.

    Args:
        path: the index file; its folder is made when missing.
        model: what the latents are made with.
        config: the floor that the index must meet.
        on_progress: told how far `finish` has come; stage "write".
        former: an index of which files are taken (`Writer.take`); open until `finish` has ended.

    Raises:
        IndexUnusable: the file cannot be written.
    """
    target = path.resolve()  # a link to the index stays a link
    part = target.with_name(f"{target.name}.{token_hex(4)}{PART}")
    with _as_unusable(path):
        make_folder(target.parent)
        refuse_foreign(path)
    try:
        with _as_unusable(path):
            connection = sqlite3.connect(part, isolation_level=None)
        with (
            closing(connection),
            closing(Writer(path, part, connection, model, config, on_progress, former)) as writer,
        ):
            yield writer
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write(
    path: Path,
    corpus: "Corpus",
    latents: FloatArray,
    explanations: Explanations,
    model: ModelRecord,
    config: IndexConfig,
    *,
    beside: Mapping[str, View] | None = None,
    on_progress: OnProgress = ignore_progress,
) -> float:
    """Write an index of what is at hand, all at once, and return its coverage.

    Args:
        path: the index file; its folder is made when missing.
        corpus: files, chunks and what was skipped, in any order.
        latents: (N, Z + E), one row for each chunk of the corpus, finite.
        explanations: (text, origin) for each chunk.
        model: what the latents were made with.
        config: the floor that the index must meet.
        beside: latents of each view of `schema.BESIDE`, by the place of their chunk in the
            corpus.
        on_progress: told how far the work has come.

    Returns:
        The share of chunks whose written explanation is not empty.

    Raises:
        IndexRefused: coverage is below the floor, or the parts do not fit together.
        IndexUnusable: the file cannot be written.
    """
    if len({len(corpus.chunks), len(latents), len(explanations)}) > 1:
        raise IndexRefused(
            f"{path}: {len(corpus.chunks)} chunks, but latents of shape {latents.shape} and "
            f"{len(explanations)} explanations"
        )
    chunks, order = _in_order(corpus.chunks)
    batch = Batch(
        sorted(corpus.files, key=lambda file: file.path), chunks, latents[order],
        [explanations[at] for at in order.tolist()],
        {view: _placed(found, order) for view, found in (beside or {}).items()},
    )  # fmt: skip
    with writing(path, model, config, on_progress) as writer:
        writer.add(batch)
        return writer.finish(corpus.skipped, corpus.folders, corpus.read_ns)


def _in_order(chunks: Sequence[Chunk]) -> tuple[list[Chunk], IdArray]:
    """Return the chunks by (path, first line), and where each stood before."""
    order = sorted(range(len(chunks)), key=lambda at: (chunks[at].path, chunks[at].span))
    return [chunks[at] for at in order], np.array(order, dtype=np.int64)


def _placed(view: View, order: IdArray) -> View:
    """Return a view by the places that its chunks have in the order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    chunks = place[view.chunks]
    sort = np.argsort(chunks)
    return View(chunks[sort], view.latents[sort])


# --- the file ----------------------------------------------------------------------------------


@contextmanager
def _as_unusable(path: Path) -> Iterator[None]:
    """Raise what goes wrong with a file as IndexUnusable."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise IndexUnusable(
            f"{path}: the index could not be written ({error}); a former one is as it was",
            hint="check free space and permissions, or choose another place with --output",
        ) from error


def _begin(connection: sqlite3.Connection) -> None:
    """Make the tables, in the one transaction that everything is written in."""
    # The file is nobody's until it is complete, so it needs no journal of its own. Small pages, of
    # which the fourteen trees leave little empty: with 16 KB a chunk of a small codebase (8,000)
    # takes 30 bytes more, and no query is faster.
    for setting in (
        "page_size = 1024", "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE",
        f"application_id = {APPLICATION_ID}", f"user_version = {FORMAT}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN")
    for statement in TABLES.values():
        connection.execute(statement)


def refuse_foreign(path: Path) -> None:
    """Refuse to replace a file that is not ours, such as a source file named by mistake.

    Raises:
        IndexUnusable: there is such a file at the path of the index.
    """
    with _as_unusable(path):
        target = path.resolve()
        if at_default_place(target) or not target.exists():
            return
        # A device is not replaced, and of a pipe nothing is read: it would be waited for.
        head = b""
        if target.is_file():
            if target.stat().st_size == 0:
                return
            with target.open("rb") as file:
                head = file.read(HEADER_BYTES)
    if not head.startswith(MAGIC) or head[68:72] != APPLICATION_ID.to_bytes(4, "big"):
        raise IndexUnusable(
            f"{path}: there is a file here that is no ncs index, and it stays",
            hint="choose another place with --output, or remove the file",
        )
