"""Open an index and read from it: arrays at once, rows of text only when they are shown."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from ncs.config import ModelConfig, model_config_from_json
from ncs.index.blocks import Extension
from ncs.index.closing import Closing
from ncs.index.digests import whole
from ncs.index.postings import StoredPostings
from ncs.index.schema import COLUMNS, DEFAULT_PLACE, MAIN_VIEW
from ncs.index.store import Store, damaged, missing
from ncs.lexical import IdArray
from ncs.types import KINDS, Chunk, FloatArray, Kind, Origin, Span, Target, Tier

__all__ = [
    "DEFAULT_PLACE", "ChunkRow", "Index", "ModelRecord", "find_index", "open_index",
]  # fmt: skip

_ROWS_AT_ONCE = 500  # below the 999 values that old builds of SQLite allow in a query
_META = (
    "chunks", "config", "created", "cut", "files", "fingerprint", "languages", "ncs", "read_ns",
    "skipped", "views",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """The model an index was made with.

    Attributes:
        name: "base" or "trained".
        fingerprint: of its weights; a query must be encoded by the same model.
        config: its shape; says which columns of the latents are the main ones.
        weights: its bytes, or None for the base model that ships with the package. `Index.model`
            leaves them out; `Index.weights_bytes` reads them.
        training: how it was trained, as JSON; empty for the base model.
    """

    name: str
    fingerprint: str
    config: ModelConfig
    weights: bytes | None = None
    training: str = ""


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk as it stands in the index; `explanation` is what a hit shows of it."""

    id: int
    path: str
    span: Span
    language: str
    kind: Kind
    symbol: str
    defines: tuple[str, ...]
    text: str
    target: Target
    explanation: str
    origin: Origin

    def chunk(self) -> Chunk:
        """Return the chunk as it was cut."""
        return Chunk(
            self.path, self.span, self.language, self.kind, self.symbol, self.defines, self.text,
            self.target,
        )  # fmt: skip


def _leads_out(path: str) -> bool:
    return path.startswith("/") or "\0" in path or ".." in path.split("/") or path == ""


def find_index(start: Path) -> Path:
    """Return the index file that belongs to a path.

    Args:
        start: an index file, a folder that holds `.ncs/index.db`, or any folder inside one.

    Raises:
        IndexMissing: there is none there or in any folder above.
    """
    if start.is_file():
        return start
    # A path that is not there must not be answered by an index of some folder above it.
    folder = start.resolve()
    for place in (folder, *folder.parents) if folder.is_dir() else ():
        if (place / DEFAULT_PLACE).is_file():
            return place / DEFAULT_PLACE
    raise missing(f"no index at {start} or in a folder above it")


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
    query = "SELECT name, fingerprint, config, training, weights FROM model"
    with suppress(sqlite3.Error, ValueError, TypeError, OverflowError):
        place = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(place, uri=True)) as connection:
            name, mark, config, training, weights = connection.execute(query).fetchone()
        if isinstance(weights, bytes):
            return ModelRecord(name, mark, model_config_from_json(config), weights, training)
    return None


class Index(Closing):
    """An open index. Use it as a context manager or call `close`.

    Attributes:
        path: of the index file.
        meta: what the index says of itself, decoded.
        model: the model it was made with, without its weights.
        chunk_count: N; chunks have the ids 0 … N-1, in the order of (path, first line).
    """

    def __init__(self, store: Store) -> None:
        self.store, self.path = store, store.path
        self.meta = self.read_meta()
        self.chunk_count = int(self.meta["chunks"])
        self.model = self._read_model()
        self.check_shapes()

    def read_meta(self) -> dict[str, Any]:
        """Return what the index says of itself, if its fingerprint is of what is written.

        Raises:
            IndexDamaged: it is not.
        """
        texts = self.store.texts("SELECT key, value FROM meta")
        digests = self.store.texts("SELECT part, digest FROM checksum")
        try:
            found = {key: json.loads(text) for key, text in texts.items()}
        except ValueError as error:
            raise damaged(self.path, "fingerprint", f"meta is no JSON ({error})") from error
        if not set(_META) <= set(found) or found["fingerprint"] != whole(texts, digests):
            raise damaged(self.path, "fingerprint", "meta or checksums are not as written")
        return found

    def _read_model(self) -> ModelRecord:
        query = "SELECT name, fingerprint, config, training FROM model"
        try:
            ((name, mark, config, training),) = self.store.rows(query)
            return ModelRecord(name, mark, model_config_from_json(config), None, training)
        except (ValueError, TypeError) as error:
            raise damaged(self.path, "model", str(error)) from error

    def check_shapes(self) -> None:
        """Check how many rows and how many bytes are written against what was announced.

        Raises:
            IndexDamaged: they differ.
        """
        ((chunks, files),) = self.store.rows(
            "SELECT (SELECT MAX(id) FROM chunks), (SELECT MAX(id) FROM files)"
        )
        for name, last in (("chunks", chunks), ("files", files)):
            found = 0 if last is None else last + 1
            if found != self.meta[name]:
                raise damaged(self.path, "counts", f"{self.meta[name]} {name}, found {found}")
        sizes: dict[str, int] = dict(self.store.rows("SELECT name, LENGTH(data) FROM columns"))
        expected = {
            name: self.chunk_count * np.dtype(kind).itemsize for name, kind in COLUMNS.items()
        }
        if sizes != expected:
            raise damaged(self.path, "shapes", f"columns of {expected} bytes, found {sizes}")
        self._check_latents()

    def _check_latents(self) -> None:
        config = self.model.config
        parts = {"main": 4 * config.latent_dim}
        if config.extension_dim:
            parts |= {"extension": config.extension_dim, "scale": 4}
        expected = {
            (view, part): size * rows
            for view, rows in self.meta["views"].items()
            for part, size in (parts | ({} if view == MAIN_VIEW else {"rows": 4})).items()
            if rows
        }
        query = "SELECT view, part, SUM(LENGTH(data)) FROM latents GROUP BY view, part"
        found = {(view, part): size for view, part, size in self.store.rows(query)}
        if found != expected:
            raise damaged(self.path, "shapes", f"latents of {expected} bytes, found {found}")

    # --- numbers of all chunks ---------------------------------------------------------------

    def column(self, name: str) -> npt.NDArray[np.unsignedinteger]:
        """Return one number of every chunk, (N,); `name` is a key of `schema.COLUMNS`."""
        data = self.store.blob("SELECT data FROM columns WHERE name = ?", (name,))
        return self._array(data, COLUMNS[name], (self.chunk_count,))

    @cached_property
    def file_ids(self) -> IdArray:
        """The file of every chunk, as its place in `paths`, (N,)."""
        found = self.column("file").astype(np.int64)
        if len(found) and found.max() >= len(self.paths):
            raise damaged(self.path, "orphans", "chunks of a file that is not in the index")
        return found

    @cached_property
    def language_ids(self) -> IdArray:
        """The language of every chunk, as its place in `languages`, (N,)."""
        return self.column("language").astype(np.int64)

    @cached_property
    def kind_ids(self) -> IdArray:
        """The kind of every chunk, as its place in `ncs.types.KINDS`, (N,)."""
        return self.column("kind").astype(np.int64)

    @cached_property
    def spans(self) -> tuple[IdArray, IdArray]:
        """The first and the last line of every chunk, (N,) each."""
        return self.column("start").astype(np.int64), self.column("end").astype(np.int64)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of all files, by file id."""
        found = tuple(path for (path,) in self.store.rows("SELECT path FROM files ORDER BY id"))
        if len(found) != self.meta["files"]:
            raise damaged(self.path, "counts", f"{self.meta['files']} files, found {len(found)}")
        for path in found:
            # What joins such a path to the codebase would read elsewhere.
            if not isinstance(path, str) or _leads_out(path):
                raise damaged(self.path, "paths", f"{path!r} is no path inside a codebase")
        return found

    @property
    def languages(self) -> tuple[str, ...]:
        """The names of the languages in this index, sorted."""
        return tuple(self.meta["languages"])

    # --- latents -----------------------------------------------------------------------------

    @property
    def views(self) -> tuple[str, ...]:
        """The names of the sets of latents: "code", and those that some chunks have beside it."""
        return tuple(self.meta["views"])

    def view_rows(self, view: str) -> IdArray:
        """Return the chunk of each row of a view, ascending; all of them for "code"."""
        if view == MAIN_VIEW:
            return np.arange(self.chunk_count, dtype=np.int64)
        found = self._latent_part(view, "rows", "<u4", ()).astype(np.int64)
        if len(found) and found.max() >= self.chunk_count:
            raise damaged(self.path, "orphans", f"latents of view {view} without a chunk")
        return found

    def latents(self, view: str = MAIN_VIEW) -> FloatArray:
        """Return the main latents of a view, (rows, Z) float32, as the encoder gave them."""
        main = self._latent_part(view, "main", "<f4", (self.model.config.latent_dim,))
        return cast(FloatArray, main)

    def extension(self, view: str = MAIN_VIEW) -> Extension | None:
        """Return the quantised continuation of a view's latents, or None where there is none."""
        width = self.model.config.extension_dim
        if not width:
            return None
        values = self._latent_part(view, "extension", "i1", (width,))
        return Extension(values, cast(FloatArray, self._latent_part(view, "scale", "<f4", ())))

    def _latent_part(
        self, view: str, part: str, kind: str, shape: tuple[int, ...]
    ) -> npt.NDArray[Any]:
        if view not in self.meta["views"]:
            raise KeyError(f"no view {view!r} in {self.path}")
        query = "SELECT data FROM latents WHERE view = ? AND part = ? ORDER BY block"
        return self._array(
            self.store.blob(query, (view, part)), kind, (self.meta["views"][view], *shape)
        )

    def _array(self, data: bytes, kind: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
        try:
            return np.frombuffer(data, dtype=kind).reshape(shape)
        except ValueError as error:
            raise damaged(self.path, "shapes", f"{len(data)} bytes for {shape}") from error

    # --- words -------------------------------------------------------------------------------

    @cached_property
    def postings(self) -> StoredPostings:
        """Where each term stands, for BM25."""
        return StoredPostings(self.store, self.column("length").astype(np.float32))

    def symbols(self, name: str) -> IdArray:
        """Return the chunks where something of this name is defined, in any case, ascending.

        Args:
            name: a bare (`forward`) or a qualified name (`Encoder.forward`).
        """
        query = "SELECT chunk FROM symbols WHERE name = ? ORDER BY chunk"
        found = [chunk for (chunk,) in self.store.rows(query, (name.lower(),))]
        return np.array(found, dtype=np.int64)

    def symbols_with(self, pieces: Sequence[str]) -> IdArray:
        """Return the chunks with a name that holds all of some pieces, ascending.

        Args:
            pieces: in lower case; underscores of the names are passed over.
        """
        holds = " AND ".join(["instr(replace(name, '_', ''), ?) > 0"] * len(pieces))
        query = f"SELECT DISTINCT chunk FROM symbols WHERE {holds} ORDER BY chunk"
        found = [chunk for (chunk,) in self.store.rows(query, tuple(pieces))]
        return np.array(found, dtype=np.int64)

    # --- rows --------------------------------------------------------------------------------

    def chunk_row(self, chunk: int) -> ChunkRow:
        """Return one chunk; KeyError where there is no such id."""
        return self.chunk_rows([chunk])[0]

    def chunk_rows(self, chunks: Sequence[int]) -> list[ChunkRow]:
        """Return chunks in the order asked for.

        Raises:
            KeyError: an id is none of 0 … N-1.
            IndexDamaged: a row is missing, or holds what it cannot.
        """
        columns = (
            "symbol, defines, text, tier, target, target_start, target_end, explanation, origin"
        )
        rows = self._rows(columns, chunks)
        found = {row[0]: self._chunk_row(row) for row in rows}
        for chunk in chunks:
            if chunk not in found and 0 <= chunk < self.chunk_count:
                raise damaged(self.path, "content", f"chunk {chunk} has no row")
        return [found[int(chunk)] for chunk in chunks]

    def chunk_names(self, chunks: Iterable[int]) -> list[tuple[int, str, tuple[str, ...]]]:
        """Return (chunk, symbol, names that it defines) of some chunks, ascending, each once."""
        rows = self._rows("symbol, defines", sorted(set(chunks)))
        return [(chunk, symbol, tuple(json.loads(defines))) for chunk, symbol, defines in rows]

    def _rows(self, columns: str, chunks: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Yield (id, columns) of some chunks; ascending where they are."""
        for at in range(0, len(chunks), _ROWS_AT_ONCE):
            some = tuple(int(chunk) for chunk in chunks[at : at + _ROWS_AT_ONCE])
            marks = ",".join("?" * len(some))
            query = f"SELECT id, {columns} FROM chunks WHERE id IN ({marks}) ORDER BY id"
            yield from self.store.stream(query, some)

    def _chunk_row(self, row: tuple[Any, ...]) -> ChunkRow:
        chunk, symbol, defines, text, tier, target, start, end, explanation, origin = row
        starts, ends = self.spans
        try:
            for said in (symbol, defines, text, tier, target, explanation, origin):
                if not isinstance(said, str):
                    raise TypeError(f"text expected, found {type(said).__name__}")
            return ChunkRow(
                id=chunk,
                path=self.paths[self.file_ids[chunk]],
                span=Span(int(starts[chunk]), int(ends[chunk])),
                language=self.languages[self.language_ids[chunk]],
                kind=KINDS[self.kind_ids[chunk]],
                symbol=symbol,
                defines=tuple(json.loads(defines)),
                text=text,
                target=Target(target, cast(Tier, tier), start and Span(start, end)),
                explanation=explanation,
                origin=cast(Origin, origin),
            )
        except (ValueError, TypeError, IndexError) as error:
            raise damaged(self.path, "content", f"chunk {chunk}: {error}") from error

    def weights_bytes(self) -> bytes | None:
        """Return the model's own weights, or None when it is the base model of the package."""
        found = self.store.rows("SELECT weights FROM model")
        data = found[0][0] if found else None
        if not (data is None or isinstance(data, bytes)):
            raise damaged(self.path, "model", "weights that are no bytes")
        return data

    def close(self) -> None:
        """Close the index file."""
        self.store.close()
