"""The content of an index as rows: what stands in each table, and the seal over all of it."""

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ncs import __version__
from ncs.config import CorpusConfig, IndexConfig, fingerprint, to_json
from ncs.corpus.routes import path_of
from ncs.errors import IndexRefused
from ncs.hashing import blake2b
from ncs.index.blocks import Blocks, parts
from ncs.index.digests import rows_digest, whole
from ncs.index.inversion import Inversion
from ncs.index.inverted import UIntArray
from ncs.index.packing import pack
from ncs.index.postings import lexical_document, narrow
from ncs.index.reading import ChunkRow, Index, ModelRecord
from ncs.index.schema import (
    BESIDE,
    BLOCK_ROWS,
    COLUMNS,
    CONTENT,
    FORMAT,
    MAIN_VIEW,
    NAMES_VIEW,
    VIEWS,
    WORDS_VIEW,
    kind_bits,
)
from ncs.index.store import damaged
from ncs.index.texts import ChunksRow, Explained, Gathering
from ncs.text import document, identifier_tokens, identifiers, path_words, plain, words
from ncs.types import KINDS, MADE_UP, ROLES, Chunk, FloatArray, Folder, IdArray, NDArray, Skipped

if TYPE_CHECKING:  # the parsers load with it, and nothing here needs them
    from ncs.corpus.reading import FileRecord

Connection = sqlite3.Connection
Explanations = Sequence[Explained]

_KINDS = {name: at for at, name in enumerate(KINDS)}
_ROLES = {name: at for at, name in enumerate(ROLES)}


@dataclass(frozen=True, slots=True)
class View:
    """Latents of some chunks beside the main ones.

    Attributes:
        chunks: their places, ascending, (M,). latents: one row for each of them, (M, Z + E).
    """

    chunks: IdArray
    latents: FloatArray


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files that follow each other, and all that is written of them.

    Attributes:
        files: in the order of their paths. chunks: theirs, by (path, first line).
        latents: (n, Z + E), one row for each chunk, finite.
        explanations: (text, origin) for each chunk.
        beside: latents of each view of `schema.BESIDE`, by the place of their chunk in the batch.
    """

    files: Sequence["FileRecord"]
    chunks: Sequence[Chunk]
    latents: FloatArray
    explanations: Explanations
    beside: Mapping[str, View]


class FormerContent:
    """An index upon which another is built, whose files can be taken over as they stand.

    Args:
        index: open, every part as it was written, by the rules of now.

    Attributes:
        postings, names: where each term stands, and each name. texts: the blocks of its chunks.
        languages: what the numbers in the column of that name mean.

    Raises:
        IndexDamaged: it cannot have been written so.
    """

    def __init__(self, index: Index) -> None:
        self.postings, self.names, self.texts = index.postings.terms, index.names, index.texts
        checked = {
            "language": index.language_ids, "kind": index.kind_ids, "kinds": index.kind_sets,
        }  # fmt: skip
        self._columns = {name: checked.get(name, index.column(name)) for name in COLUMNS}
        self.languages = index.languages
        self._views = [(view, index.view_rows(view), index.whole(view)) for view in index.views]
        self._width = index.model.config.latent_dim
        for view in index.views:
            if not all(np.isfinite(scale).all() for scale in index.scales(view)):
                raise damaged(index.path, "finite", f"latents of view {view}")

    def column(self, name: str, chunks: range) -> UIntArray:
        """Return a number of each of some chunks."""
        return self._columns[name][chunks.start : chunks.stop].astype(np.uint32)

    def latents(self, chunks: range) -> Iterator[tuple[str, Mapping[str, NDArray[Any]]]]:
        """Yield the latents of some chunks in each view, as they are written: bit for bit."""
        for view, rows, latents in self._views:
            first, end = np.searchsorted(rows, (chunks.start, chunks.stop)).tolist()
            yield view, parts(latents.of(np.arange(first, end)), self._width)


class Content:
    """Writes the rows of an index inside the caller's transaction, batch by batch.

    What is held of a chunk are a few numbers; `close` it in the end.

    Args:
        connection: to a file with the tables of `schema.TABLES`, all empty.
        name: of the index, for errors.
        model: what the latents are made with.
        folder: where postings are put aside (see `ncs.index.inversion`).
        former: an index of which files are taken over.

    Attributes:
        files, chunks: how many are written.
    """

    def __init__(
        self, connection: Connection, name: Path, model: ModelRecord, folder: Path,
        former: FormerContent | None = None,
    ) -> None:  # fmt: skip
        self._connection, self._name, self._model = connection, name, model
        self.files = self.chunks = self._skipped = 0
        self._rows = dict.fromkeys(BESIDE, 0)
        self._last = ""
        self._languages: dict[str, int] = {}
        self._columns = {name: array("I") for name in COLUMNS if name != "length"}
        self._texts = Gathering()
        self._former = former
        self._terms = Inversion(
            folder, identifier_tokens, former=former.postings if former else None
        )
        self._symbols = Inversion(folder, _itself, former=former.names if former else None)
        self._blocks = {view: Blocks() for view in VIEWS}
        record = (
            model.name, model.fingerprint, to_json(model.config), model.training, model.weights,
        )  # fmt: skip
        self._insert("model", [record])

    def close(self) -> None:
        """Let go of what was put aside."""
        self._terms.close()
        self._symbols.close()

    def add(self, batch: Batch) -> None:
        """Write what is known of the next files.

        Raises:
            IndexRefused: its parts do not fit together, or do not follow what was added before.
        """
        self._refuse_misfits(batch)
        counts = Counter(chunk.path for chunk in batch.chunks)
        self._insert("files", self._file_rows(batch.files, counts))
        self._insert("chunks", self._chunk_rows(batch))
        self._add_columns(batch)
        for chunk in batch.chunks:
            text = lexical_document(chunk.path, chunk.symbol, chunk.text)
            self._terms.add(identifiers(text))
            self._symbols.add(dict.fromkeys(symbol_names(chunk)))
        width = self._model.config.latent_dim
        self._add_latents(MAIN_VIEW, parts(batch.latents, width))
        for view, found in batch.beside.items():
            if len(found.chunks):
                self._add_latents(view, parts(found.latents, width))
                self._rows[view] += len(found.chunks)
        self.files += len(batch.files)
        self.chunks += len(batch.chunks)

    def take(self, files: Sequence["FileRecord"], chunks: range) -> None:
        """Write the next files as they stand in the former index, theirs being these chunks there.

        Raises:
            IndexRefused: they do not follow what was added before.
            IndexDamaged: the former index could not be read.
        """
        former = self._former
        if former is None or sum(file.chunk_count for file in files) != len(chunks):
            raise IndexRefused(f"{self._name}: {len(chunks)} chunks to take from no such files")
        self._refuse_disorder(files)
        self._insert("files", self._file_rows(files, {f.path: f.chunk_count for f in files}))
        self._insert("chunks", self._texts.take(former.texts, chunks))
        self._terms.keep(chunks, former.column("length", chunks))
        self._symbols.keep(chunks, np.zeros(len(chunks), dtype=np.uint32))
        columns = {name: former.column(name, chunks) for name in self._columns}
        columns["language"] = self._renamed(columns["language"], former.languages)
        for name, column in columns.items():
            self._columns[name].frombytes(column.tobytes())
        for first in range(chunks.start, chunks.stop, BLOCK_ROWS):
            for view, found in former.latents(chunks[first - chunks.start :][:BLOCK_ROWS]):
                self._add_latents(view, found)
        self.files += len(files)
        self.chunks += len(chunks)
        for view in BESIDE:
            self._rows[view] += int(np.count_nonzero(columns[view]))

    def finish(self, skipped: Sequence[Skipped], folders: Sequence[Folder]) -> Iterator[str]:
        """Write what can be told when all files have come; yield what is to be done next."""
        self._skipped = len(skipped)
        self._insert("skipped", ((at, s.path, s.reason, s.detail) for at, s in enumerate(skipped)))
        self._insert("folders", sorted({(each.path, each.mtime_ns) for each in folders}))
        self._insert("chunks", self._texts.rest())
        yield "symbols"
        self._insert("symbols", self._symbols.blocks())
        yield "postings"
        self._insert("postings", self._terms.blocks())
        yield "columns"
        self._insert("columns", self._column_rows())
        for view, blocks in self._blocks.items():
            self._insert("latents", ((None, view, *block) for block in blocks.rest()))

    def seal(self, config: IndexConfig, coverage: float, read_ns: int) -> None:
        """Write what the index says of itself, and the checksums of what was written."""
        rows = self._connection.execute
        digests = {part: rows_digest(rows(query)) for part, query in CONTENT.items()}
        meta = {
            "format": FORMAT,
            "ncs": __version__,
            "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "chunks": self.chunks,
            "files": self.files,
            "skipped": self._skipped,
            "languages": sorted(self._languages),
            "views": {MAIN_VIEW: self.chunks, **self._rows},
            "config": config._asdict(),
            "coverage": coverage,
            "cut": cut_mark(),
            "read_ns": read_ns,
        }
        texts = {key: json.dumps(value, sort_keys=True) for key, value in meta.items()}
        texts["fingerprint"] = json.dumps(whole(texts, digests))
        self._insert("meta", sorted(texts.items()))
        self._insert("checksum", sorted(digests.items()))

    # --- one batch ---------------------------------------------------------------------------

    def _refuse_misfits(self, batch: Batch) -> None:
        name, chunks, latents = self._name, batch.chunks, batch.latents
        config = self._model.config
        shape = (len(chunks), config.latent_dim + config.extension_dim)
        if latents.shape != shape:
            raise IndexRefused(f"{name}: expected latents of shape {shape}, found {latents.shape}")
        if len(batch.explanations) != len(chunks):
            raise IndexRefused(
                f"{name}: {len(batch.explanations)} explanations for {len(chunks)} chunks"
            )
        broken = np.flatnonzero(~np.isfinite(latents).all(axis=1))
        if len(broken):
            raise IndexRefused(f"{name}: {len(broken)} of {len(chunks)} latents are not finite")
        for view, found in batch.beside.items():
            self._refuse_misfit(view, found, *shape)
        self._refuse_disorder(batch.files)
        for one, after in pairwise(chunks):
            if (after.path, after.span) <= (one.path, one.span):
                same = (after.path, after.span) == (one.path, one.span)
                said = "two chunks are" if same else "chunks are not in order at"
                raise IndexRefused(
                    f"{name}: {said} {after.path}:{after.span.start}-{after.span.end}"
                )
        strays = {chunk.path for chunk in chunks} - {file.path for file in batch.files}
        if strays:
            raise IndexRefused(f"{name}: chunks of {min(strays)}, which is not among the files")

    def _refuse_misfit(self, view: str, found: View, chunks: int, width: int) -> None:
        """Refuse latents of a view that are not one for each of some of so many chunks."""
        latents, name = found.latents, f"{self._name}: latents of view {view}"
        expected = (len(found.chunks), width)
        if latents.shape != expected:
            raise IndexRefused(f"{name}: expected shape {expected}, found {latents.shape}")
        if not (np.diff(found.chunks, prepend=-1, append=chunks) > 0).all():
            raise IndexRefused(f"{name}: not of some of {chunks} chunks, in their order")
        if not np.isfinite(latents).all():
            raise IndexRefused(f"{name} that are not finite")

    def _refuse_disorder(self, files: Sequence["FileRecord"]) -> None:
        for path, following in pairwise([self._last, *(file.path for file in files)]):
            if following <= path:
                raise IndexRefused(f"{self._name}: {following} is to be written after {path}")

    def _file_rows(
        self, files: Sequence["FileRecord"], counts: Mapping[str, int]
    ) -> Iterator[tuple[Any, ...]]:
        for at, file in enumerate(files, self.files):
            yield (
                at, file.path, file.language, file.size, file.mtime_ns,
                bytes.fromhex(file.digest), file.lines, counts.get(file.path, 0),
                int(file.generated),
            )  # fmt: skip
            self._last = file.path

    def _chunk_rows(self, batch: Batch) -> Iterator[ChunksRow]:
        return self._texts.add(batch.chunks, batch.explanations)

    def _add_columns(self, batch: Batch) -> None:
        columns, languages, chunks = self._columns, self._languages, batch.chunks
        starts = [chunk.span.start for chunk in chunks]
        same = [False, *(one.path == after.path for one, after in pairwise(chunks))]
        before = [0, *starts[:-1]] if starts else []
        columns["gap"].extend(
            [start - last * own for start, last, own in zip(starts, before, same, strict=True)]
        )
        columns["lines"].extend([chunk.span.end - chunk.span.start for chunk in chunks])
        columns["kind"].extend([_KINDS[chunk.kind] for chunk in chunks])
        kinds = [(chunk.kind, *(each.kind for each in chunk.begun)) for chunk in chunks]
        columns["kinds"].extend(map(kind_bits, kinds))
        columns["role"].extend([_ROLES[chunk.role] for chunk in chunks])
        columns["language"].extend(
            [languages.setdefault(chunk.language, len(languages)) for chunk in chunks]
        )
        for view in BESIDE:
            having = set(batch.beside[view].chunks.tolist() if view in batch.beside else ())
            columns[view].extend([at in having for at in range(len(chunks))])

    def _add_latents(self, view: str, found: Mapping[str, NDArray[Any]]) -> None:
        blocks = self._blocks[view].add(found)
        self._insert("latents", ((None, view, *block) for block in blocks))

    def _renamed(self, column: UIntArray, languages: Sequence[str]) -> UIntArray:
        """Return languages, which are places in a list, as they are numbered here."""
        places, at = np.unique(column, return_inverse=True)
        known = self._languages
        numbers = [known.setdefault(languages[place], len(known)) for place in places.tolist()]
        return np.array(numbers, dtype=np.uint32)[at]

    # --- all of them -------------------------------------------------------------------------

    def _column_rows(self) -> Iterator[tuple[int, str, int, bytes]]:
        places = {name: at for at, name in enumerate(sorted(self._languages))}
        language = np.array([places[name] for name in self._languages], dtype=np.uint32)
        columns = {
            name: np.frombuffer(held, dtype=np.uint32)
            for name, held in (*self._columns.items(), ("length", self._terms.lengths))
        }
        columns["language"] = language[columns["language"]]
        for at, name in enumerate(COLUMNS):
            data = narrow(columns[name])
            yield at, name, len(data), pack(data)

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows that hold a value for every column of the table, in order."""
        names = self._connection.execute(f"PRAGMA table_info({table})").fetchall()
        marks = ",".join("?" * len(names))
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def cut_mark() -> str:
    """Return a mark of the rules by which files are cut now; other rules, other mark."""
    return fingerprint(__version__, to_json(CorpusConfig()))


def texts_of(chunk: Chunk | ChunkRow) -> dict[str, str]:
    """Return what the encoder reads of a chunk: view → text, for each view that it is in."""
    found = {MAIN_VIEW: document(chunk.path, chunk.text)}
    if chunk.target.tier not in MADE_UP:
        found[WORDS_VIEW] = chunk.target.text
    names = [word for name in chunk.defines for word in words(bare_name(name))]
    if names:
        found[NAMES_VIEW] = " ".join((path_words(chunk.path), *names))
    return found


def text_digest(text: str) -> bytes:
    """Return the digest (16 bytes) by which the latent of a text is known again."""
    return blake2b(text.encode(), digest_size=16).digest()


def bare_name(qualified: str) -> str:
    """Return a name without its owners: `Encoder.forward`, `encoder::forward` → forward."""
    return qualified.replace("::", ".").replace("#", ".").rsplit(".", 1)[-1].strip()


def _itself(name: str) -> tuple[str]:
    return (name,)


def symbol_names(chunk: Chunk) -> Iterator[str]:
    """Yield the names, in lower case, by which a chunk is found; some of them twice.

    Qualified ones as they are, bare ones without underscores: `networkAddress` is asked for where
    `network_address` stands, and `users.invite` where a route has that path.
    """
    for name in (*chunk.defines, chunk.symbol):
        if "." in (path := path_of(name)):
            yield path.lower()
        bare = bare_name(name)
        yield from filter(None, (plain(bare) or bare, name.lower() if name != bare else ""))
