"""The numbers of an open index: what it says of itself, columns of all chunks, latents.

Checked on opening as far as that is cheap: fingerprint, counts, sizes.
"""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ncs.config import ModelConfig, model_config_from_json
from ncs.index.blocks import Extension, Latents, packed_width
from ncs.index.closing import Closing
from ncs.index.digests import whole
from ncs.index.packing import unpack
from ncs.index.postings import numbers
from ncs.index.schema import COLUMNS, MAIN_VIEW, VIEWS
from ncs.index.store import Store, damaged
from ncs.types import KINDS, ROLES, BoolArray, FloatArray, IdArray, NDArray

_WIDEST = 4  # bytes of a number in a column
_SCALE_BYTES = 2
_NOWHERE = frozenset({"", ".", ".."})  # parts that no path of a codebase has; "/a" begins with one
_SHOWN = 80  # characters of an entry that cannot be


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and value >= 0


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


# what an index says of itself → what it can be
_META: dict[str, Callable[[Any], bool]] = {
    "chunks": _is_count,
    "config": lambda value: isinstance(value, dict) and _is_share(value.get("min_coverage")),
    "coverage": _is_share,
    "created": _is_text,
    "cut": _is_text,
    "files": _is_count,
    "fingerprint": _is_text,
    "languages": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "ncs": _is_text,
    "read_ns": _is_count,
    "skipped": _is_count,
    "views": lambda value: (
        isinstance(value, dict)
        and value.keys() == set(VIEWS)
        and all(map(_is_count, value.values()))
    ),
}


class ModelRecord(NamedTuple):
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


def _leads_out(path: str) -> bool:
    return "\0" in path or not _NOWHERE.isdisjoint(path.split("/"))


class Numbers(Closing):
    """An open index, as far as its numbers go.

    Attributes:
        path: of the index file.
        meta: what the index says of itself, decoded.
        model: the model it was made with, without its weights.
        chunk_count: N; chunks have the ids 0 … N-1, in the order of (path, first line).
    """

    def __init__(self, store: Store) -> None:
        self.store, self.path = store, store.path
        self._wholes: dict[str, Latents] = {}
        self.meta = self.read_meta()
        self.chunk_count: int = self.meta["chunks"]
        self.model = self._read_model()
        self.check_shapes()

    def read_meta(self) -> dict[str, Any]:
        """Return what the index says of itself, if its fingerprint is of what is written.

        Raises:
            IndexDamaged: it is not, or an entry is missing or not what it can be.
        """
        texts = self.store.texts("SELECT key, value FROM meta")
        digests = self.store.texts("SELECT part, digest FROM checksum")
        try:
            found = {key: json.loads(text) for key, text in texts.items()}
        except (ValueError, RecursionError) as error:
            raise damaged(self.path, "fingerprint", f"meta is no JSON ({error})") from error
        if found.get("fingerprint") != whole(texts, digests):
            raise damaged(self.path, "fingerprint", "meta or checksums are not as written")
        for key, fits in _META.items():
            if key not in found or not fits(found[key]):
                raise damaged(self.path, "meta", f"{key} is {texts.get(key, 'missing')[:_SHOWN]}")
        return found

    def _read_model(self) -> ModelRecord:
        query = "SELECT name, fingerprint, config, training FROM model"
        try:
            ((name, mark, config, training),) = self.store.rows(query)
            if not all(map(_is_text, (name, mark, training))):
                raise TypeError("name, fingerprint or training that is no text")
            return ModelRecord(name, mark, model_config_from_json(config), None, training)
        except (ValueError, TypeError) as error:
            raise damaged(self.path, "model", str(error)) from error

    def check_shapes(self) -> None:
        """Check how many rows and how many bytes are written against what was announced.

        Raises:
            IndexDamaged: they differ.
        """
        ((chunks, files),) = self.store.rows(
            "SELECT (SELECT first + count FROM chunks ORDER BY first DESC LIMIT 1),"
            " (SELECT MAX(id) + 1 FROM files)"
        )
        latents = self.meta["views"][MAIN_VIEW]
        for name, found in (("chunks", chunks), ("files", files), ("chunks", latents)):
            if (found or 0) != self.meta[name]:
                raise damaged(self.path, "counts", f"{self.meta[name]} {name}, found {found}")
        self._check_latents()
        rows = self.store.rows("SELECT name, size FROM columns ORDER BY id")
        fitting = {width * self.chunk_count for width in (1, 2, _WIDEST)}
        if [name for name, _ in rows] != list(COLUMNS) or not {
            size for _, size in rows
        } <= fitting:
            raise damaged(self.path, "shapes", f"columns {rows} of {self.chunk_count} chunks")

    def _check_latents(self) -> None:
        config = self.model.config
        parts = {"main": config.latent_dim, "main_scale": _SCALE_BYTES}
        if config.extension_dim:
            parts["extension"] = packed_width(config.extension_dim)
            parts["extension_scale"] = _SCALE_BYTES
        expected = {
            (view, part): size * rows
            for view, rows in self.meta["views"].items()
            for part, size in parts.items()
            if rows
        }
        # Added up here: SQLite would move all latents through a sorter to group their lengths.
        found: dict[tuple[str, str], int] = {}
        for view, part, size in self.store.rows("SELECT view, part, LENGTH(data) FROM latents"):
            found[view, part] = found.get((view, part), 0) + (size or 0)
        if found != expected:
            raise damaged(self.path, "shapes", f"latents of {expected} bytes, found {found}")

    # --- numbers of all chunks ---------------------------------------------------------------

    def column(self, name: str) -> NDArray[np.unsignedinteger]:
        """Return one number of every chunk, (N,); `name` is one of `schema.COLUMNS`."""
        query = "SELECT size, data FROM columns WHERE name = ?"
        ((size, data),) = self.store.rows(query, (name,))
        if not self.chunk_count:
            return np.zeros(0, dtype=np.uint8)
        try:
            return numbers(self.chunk_count, unpack(data, size, _WIDEST * self.chunk_count))
        except (ValueError, TypeError) as error:
            raise damaged(self.path, "columns", f"{name}: {error}") from error

    @cached_property
    def _files(self) -> list[tuple[Any, ...]]:
        return self.store.rows("SELECT path, chunks, generated FROM files ORDER BY id")

    @cached_property
    def chunk_counts(self) -> IdArray:
        """How many chunks every file has, by file id."""
        counts = [count for _, count, _ in self._files]
        # What is added up first cannot make an array of any size.
        if any(not isinstance(count, int) or count < 0 for count in counts) or (
            sum(counts) != self.chunk_count
        ):
            raise damaged(self.path, "counts", "files do not have as many chunks as there are")
        return np.array(counts, dtype=np.int64)

    @cached_property
    def file_ids(self) -> IdArray:
        """The file of every chunk, as its place in `paths`, (N,)."""
        counts = self.chunk_counts
        return np.repeat(np.arange(len(counts), dtype=np.int64), counts)

    @cached_property
    def _firsts(self) -> list[int]:
        return [0, *np.cumsum(self.chunk_counts).tolist()]

    def chunks_of(self, file: int) -> range:
        """Return the chunks of a file, by its place in `paths`."""
        return range(self._firsts[file], self._firsts[file + 1])

    @cached_property
    def language_ids(self) -> IdArray:
        """The language of every chunk, as its place in `languages`, (N,)."""
        return self._places("language", len(self.languages))

    @cached_property
    def kind_ids(self) -> IdArray:
        """The kind of every chunk, as its place in `ncs.types.KINDS`, (N,)."""
        return self._places("kind", len(KINDS))

    @cached_property
    def kind_sets(self) -> IdArray:
        """The kinds of every chunk and of all that it defines, as `schema.kind_bits`, (N,)."""
        return self._places("kinds", 1 << len(KINDS))

    @cached_property
    def role_ids(self) -> IdArray:
        """The role of every chunk in its file, as its place in `ncs.types.ROLES`, (N,)."""
        return self._places("role", len(ROLES))

    def _places(self, name: str, count: int) -> IdArray:
        found = self.column(name).astype(np.int64)
        if found.max(initial=-1) >= count:
            raise damaged(self.path, "columns", f"{name}: {found.max()}, and there are {count}")
        return found

    @cached_property
    def spans(self) -> tuple[IdArray, IdArray]:
        """The first and the last line of every chunk, (N,) each."""
        gaps, lines = self.column("gap").astype(np.int64), self.column("lines").astype(np.int64)
        firsts = np.searchsorted(self.file_ids, self.file_ids)
        run = np.cumsum(gaps)
        starts = run - (run - gaps)[firsts]
        return starts, starts + lines

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of all files, by file id."""
        found = tuple(path for path, _, _ in self._files)
        if len(found) != self.meta["files"]:
            raise damaged(self.path, "counts", f"{self.meta['files']} files, found {len(found)}")
        return self._inside(found)

    @cached_property
    def generated(self) -> BoolArray:
        """Which files say that a tool wrote them, by file id."""
        marks = [mark for _, _, mark in self._files]
        for mark in marks:
            if not isinstance(mark, int) or mark not in (0, 1):
                raise damaged(self.path, "content", f"a file that is generated: {mark!r}"[:_SHOWN])
        return np.array(marks, dtype=bool)

    @cached_property
    def folders(self) -> dict[str, Any]:
        """The folders that were listed, "" for the root → their time stamps."""
        rows = self.store.rows("SELECT path, mtime_ns FROM folders ORDER BY path")
        self._inside(path for path, _ in rows if path != "")
        return {path: mtime_ns for path, mtime_ns in rows}

    @cached_property
    def skipped(self) -> tuple[tuple[str, str], ...]:
        """What is not searched, as (reason, path), sorted."""
        rows = self.store.rows("SELECT reason, path FROM skipped ORDER BY reason, path")
        self._inside(path for _, path in rows)
        if not all(_is_text(reason) for reason, _ in rows):
            raise damaged(self.path, "content", "a reason that is no text")
        return tuple((reason, path) for reason, path in rows)

    def _inside(self, paths: Iterable[Any]) -> tuple[str, ...]:
        """Return paths if they may be joined to a codebase; others would be read elsewhere."""
        found = tuple(paths)
        # All at once: a look at each of 7,000 took as long as reading them.
        if not all(map(_is_text, found)) or (found and _leads_out("/".join(found))):
            odd = next(path for path in found if not _is_text(path) or _leads_out(path))
            raise damaged(self.path, "paths", f"{odd!r} is no path inside a codebase")
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
        if view not in self.meta["views"]:
            raise KeyError(f"no view {view!r} in {self.path}")
        found = np.flatnonzero(self.column(view))
        if len(found) != self.meta["views"][view]:
            raise damaged(self.path, "orphans", f"latents of view {view} without a chunk")
        return found

    def latents(self, view: str = MAIN_VIEW) -> FloatArray:
        """Return the main latents of a view, (rows, Z) float32."""
        main = self._latent_part(view, "main", "i1", (self.model.config.latent_dim,))
        with np.errstate(invalid="ignore"):  # a damaged number: a check names it
            return np.asarray(main * self._scale(view, "main")[:, None], dtype=np.float32)

    def scales(self, view: str = MAIN_VIEW) -> tuple[FloatArray, ...]:
        """Return what main numbers are multiplied with, and those of the extension, (rows,)."""
        parts = ("main", "extension") if self.model.config.extension_dim else ("main",)
        return tuple(self._scale(view, part) for part in parts)

    def extension(self, view: str = MAIN_VIEW) -> Extension | None:
        """Return the quantised continuation of a view's latents, or None where there is none."""
        width = self.model.config.extension_dim
        if not width:
            return None
        packed = self._latent_part(view, "extension", "u1", (packed_width(width),))
        return Extension(packed, self._scale(view, "extension"), width)

    def _scale(self, view: str, part: str) -> FloatArray:
        return self._latent_part(view, f"{part}_scale", "<f2", ()).astype(np.float32)

    def whole(self, view: str = MAIN_VIEW) -> Latents:
        """Return the latents of a view and their continuation; kept, for whoever asks again."""
        if view not in self._wholes:
            self._wholes[view] = Latents(self.latents(view), self.extension(view))
        return self._wholes[view]

    def _latent_part(
        self, view: str, part: str, kind: str, shape: tuple[int, ...]
    ) -> NDArray[Any]:
        if view not in self.meta["views"]:
            raise KeyError(f"no view {view!r} in {self.path}")
        query = "SELECT data FROM latents WHERE view = ? AND part = ? ORDER BY id"
        return self._array(
            self.store.blob(query, (view, part)), kind, (self.meta["views"][view], *shape)
        )

    def _array(self, data: bytes, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
        try:
            return np.frombuffer(data, dtype=kind).reshape(shape)
        except ValueError as error:
            raise damaged(self.path, "shapes", f"{len(data)} bytes for {shape}") from error

    def close(self) -> None:
        """Close the index file."""
        self.store.close()
