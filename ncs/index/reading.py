"""Open an index and read from it: arrays at once, rows of text only when they are shown."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ncs.config import model_config_from_json
from ncs.errors import IndexMissing, IndexUnusable
from ncs.index.numbers import ModelRecord, Numbers
from ncs.index.postings import StoredPostings, StoredTerms
from ncs.index.schema import DEFAULT_PLACE, TABLES
from ncs.index.store import Store, damaged, missing, read_only, tables
from ncs.index.texts import ChunkBlock, Names, Texts
from ncs.text import plain
from ncs.types import KINDS, ROLES, Begun, Chunk, IdArray, Kind, Origin, Role, Span, Target

__all__ = [
    "DEFAULT_PLACE", "ChunkNames", "ChunkRow", "Index", "ModelRecord", "find_index", "open_index",
]  # fmt: skip


class ChunkNames(NamedTuple):
    """What a chunk is called by, and what it defines; as in `Chunk`.

    Attributes:
        defines: the names, with their owners, of what begins in it. kinds: of each, as many.
    """

    id: int
    kind: Kind
    symbol: str
    defines: tuple[str, ...]
    kinds: tuple[Kind, ...]


class ChunkRow(NamedTuple):
    """A chunk as it stands in the index; `explanation` is what a hit shows of it."""

    id: int
    path: str
    span: Span
    language: str
    kind: Kind
    symbol: str
    begun: tuple[Begun, ...]
    role: Role
    text: str
    target: Target
    explanation: str
    origin: Origin

    @property
    def defines(self) -> tuple[str, ...]:
        """The names, with their owners, of what begins in it."""
        return tuple(each.name for each in self.begun)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of what begins in it, as many."""
        return tuple(each.kind for each in self.begun)

    def chunk(self) -> Chunk:
        """Return the chunk as it was cut."""
        return Chunk(
            self.path, self.span, self.language, self.kind, self.symbol, self.begun, self.role,
            self.text, self.target,
        )  # fmt: skip


def find_index(start: Path) -> Path:
    """Return the index file that belongs to a path.

    Args:
        start: an index file, a folder that holds `.ncs/index.db`, or any folder inside one.

    Raises:
        IndexMissing: there is none there or in any folder above, or the first is being made.
        IndexUnusable: one of these may not be looked at, or the working folder is gone.
    """
    try:
        if start.is_file():
            return start
        # A path that is not there must not be answered by an index of some folder above it.
        folder = start.resolve()
        for place in (folder, *folder.parents) if folder.is_dir() else ():
            if (place / DEFAULT_PLACE).is_file():
                return place / DEFAULT_PLACE
    except OSError as error:
        raise IndexUnusable(
            f"no index can be looked for from {start} ({error.strerror})",
            hint="change to a folder that is there and may be read, or name one with --index",
        ) from error
    raise _none_from(start, folder)


def _none_from(start: Path, folder: Path) -> IndexMissing:
    """Return the error that says that there is no index, and who can give to one."""
    if made := being_made(folder):
        place, writer = made
        return IndexMissing(
            f"no index yet: {place} is being made right now by another ncs ({writer})",
            hint="wait until it is done, and ask again",
        )
    none = f"no index at {start} or in a folder above it"
    # Whoever has an index need not load what looks for those of others.
    sibling_of = import_module("ncs.index.worktrees").indexed_sibling
    found = sibling_of(folder) if folder.is_dir() else None
    if found is None:
        return missing(none)
    root, sibling = found
    where = "" if root == Path.cwd() else f" --codebase {root}"
    return IndexMissing(
        f"{none}; the worktree {sibling} of the same repository has one",
        hint=f"ncs index{where} makes one here, and takes from that one what it has encoded",
    )


def being_made(folder: Path) -> tuple[Path, str] | None:
    """Return the index that a process writes where one is looked for, and which process.

    Args:
        folder: what `find_index` looks from, without symbolic links.
    """
    # Locks are no business of a query that has an index.
    at_work = import_module("ncs.index.lock").at_work
    above = [place / DEFAULT_PLACE for place in (folder, *folder.parents)]
    for place in above if folder.is_dir() else [folder]:
        if writer := at_work(place):
            return place, writer
    return None


def open_index(path: Path) -> "Index":
    """Open an index file and run the cheap checks: format, size, fingerprint, counts, shapes.

    Raises:
        IndexMissing: there is no such file.
        IndexVersion: it is written in another format.
        IndexDamaged: a check failed; the message names it.
        IndexUnusable: it may not be read.
    """
    store = Store(path)
    try:
        return Index(store)
    except BaseException:
        store.close()
        raise


def salvage_model(path: Path) -> ModelRecord | None:
    """Return the model's own record and weights from an index that does not open, or None.

    Nothing is promised of them: whoever uses the weights compares their fingerprint.
    """
    if not path.is_file():  # SQLite would wait for a pipe
        return None
    query = "SELECT name, fingerprint, config, training, weights FROM model"
    with suppress(sqlite3.Error, ValueError, TypeError, OverflowError):
        with closing(sqlite3.connect(read_only(path), uri=True)) as connection:
            if TABLES["model"] not in tables(connection):  # a view: it need not come to an end
                return None
            name, mark, config, training, weights = connection.execute(query).fetchone()
        if isinstance(weights, bytes):
            return ModelRecord(name, mark, model_config_from_json(config), weights, training)
    return None


class Index(Numbers):
    """An open index. Use it as a context manager or call `close`.

    Attributes:
        texts: the blocks of its chunks.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.texts = Texts(store)

    # --- words -------------------------------------------------------------------------------

    @cached_property
    def postings(self) -> StoredPostings:
        """Where each term stands, for BM25."""
        terms = StoredTerms(self.store, "postings", self.chunk_count)
        return StoredPostings(terms, self.column("length").astype(np.float32))

    @cached_property
    def names(self) -> StoredTerms:
        """Where each name is defined, in lower case, bare and qualified."""
        return StoredTerms(self.store, "symbols", self.chunk_count)

    def symbols(self, name: str) -> IdArray:
        """Return the chunks where something of this name is defined, in any writing, ascending.

        Args:
            name: a bare (`forward`) or a qualified name (`Encoder.forward`); of a qualified one
                the case alone is passed over.
        """
        found = self.names.find(name.lower() if "." in name else plain(name) or name)
        return np.zeros(0, dtype=np.int64) if found is None else found[0]

    def symbols_with(self, pieces: Sequence[str]) -> IdArray:
        """Return the chunks with a name that holds all of some pieces, ascending.

        Args:
            pieces: in lower case, without accents; those of the names are passed over, and so are
                underscores.
        """
        found = {chunk for ids in self.names.holding(pieces) for chunk in ids.tolist()}
        return np.array(sorted(found), dtype=np.int64)

    # --- rows --------------------------------------------------------------------------------

    def chunk_rows(self, chunks: Sequence[int]) -> list[ChunkRow]:
        """Return chunks in the order asked for.

        Raises:
            KeyError: an id is none of 0 … N-1.
            IndexDamaged: a row is missing, or holds what it cannot.
        """
        return [self._chunk_row(block, chunk) for block, chunk in self._placed(chunks)]

    def chunk_texts(self, chunks: Iterable[int]) -> list[str]:
        """Return the texts of some chunks, in the order asked for.

        Raises:
            KeyError, IndexDamaged: as `chunk_rows`.
        """
        return [block.text(chunk) for block, chunk in self._placed(chunks)]

    def chunk_names(self, chunks: Iterable[int]) -> list[ChunkNames]:
        """Return the names of some chunks, ascending, each chunk once."""
        placed = self._placed(sorted(set(chunks)))
        try:
            return [self._chunk_names(chunk, block.names(chunk)) for block, chunk in placed]
        except (ValueError, TypeError) as error:
            raise damaged(self.path, "content", f"names: {error}") from error

    def _placed(self, chunks: Iterable[int]) -> Iterator[tuple[ChunkBlock, int]]:
        """Yield some chunks, each with the block that holds it."""
        block = None
        for chunk in chunks:
            if not 0 <= chunk < self.chunk_count:
                raise KeyError(chunk)
            if block is None or chunk not in block.ids:
                block = self.texts.block(int(chunk))
            yield block, int(chunk)

    def _chunk_names(self, chunk: int, names: Names) -> ChunkNames:
        kind = KINDS[self.kind_ids[chunk]]
        kinds = (kind,) if names.kinds is None else names.kinds
        return ChunkNames(chunk, kind, names.symbol, names.defines, kinds)

    def _chunk_row(self, block: ChunkBlock, chunk: int) -> ChunkRow:
        starts, ends = self.spans
        start = int(starts[chunk])
        try:
            kind = KINDS[self.kind_ids[chunk]]
            said = block.said(chunk, kind, start)
            return ChunkRow(
                id=chunk,
                path=self.paths[self.file_ids[chunk]],
                span=Span(start, int(ends[chunk])),
                language=self.languages[self.language_ids[chunk]],
                kind=kind,
                symbol=said.symbol,
                begun=said.begun,
                role=ROLES[self.role_ids[chunk]],
                text=said.text,
                target=said.target,
                explanation=said.explanation,
                origin=said.origin,
            )
        except (ValueError, TypeError, IndexError) as error:
            raise damaged(self.path, "content", f"chunk {chunk}: {error}") from error

    def weights_bytes(self) -> bytes | None:
        """Return the model's own weights, or None when it is the base model of the package."""
        found = self.store.rows("SELECT rowid, typeof(weights) FROM model")
        row, kind = found[0] if found else (0, "null")
        if kind not in ("blob", "null"):
            raise damaged(self.path, "model", "weights that are no bytes")
        return self.store.large_blob("model", "weights", row) if kind == "blob" else None
