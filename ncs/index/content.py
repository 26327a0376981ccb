"""The content of an index as rows: what stands in each table, and the seal over all of it."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ncs import __version__
from ncs.config import CorpusConfig, IndexConfig, fingerprint, to_json
from ncs.index import blocks
from ncs.index.digests import rows_digest, whole
from ncs.index.postings import invert, lexical_document, packed
from ncs.index.reading import ModelRecord
from ncs.index.schema import COLUMNS, CONTENT, FORMAT, MAIN_VIEW, WORDS_VIEW
from ncs.text import document
from ncs.types import KINDS, Chunk, FloatArray, OnProgress, Origin, Progress

if TYPE_CHECKING:  # the parsers load with ncs.corpus, and nothing here needs them
    from ncs.corpus import Corpus

Connection = sqlite3.Connection
Explanations = Sequence[tuple[str, Origin]]


@dataclass(frozen=True, slots=True)
class View:
    """Latents of some chunks beside the main ones.

    Attributes:
        chunks: their ids, ascending, (M,). latents: one row for each of them, (M, Z + E).
    """

    chunks: npt.NDArray[np.int64]
    latents: FloatArray


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be written: chunks, latents and explanations in the order of chunk ids."""

    corpus: "Corpus"
    chunks: Sequence[Chunk]
    latents: FloatArray
    words: View
    explanations: Explanations
    model: ModelRecord
    config: IndexConfig
    on_progress: OnProgress

    def write(self, connection: Connection) -> None:
        """Write all rows but those of `seal`, inside the caller's transaction."""
        self._write_words(connection)
        self._write_numbers(connection)
        self._say("read back", 0.9)

    def _say(self, note: str, share: float) -> None:
        total = len(self.chunks)
        self.on_progress(Progress("write", int(share * total), total, note))

    def _write_words(self, connection: Connection) -> None:
        self._say("files", 0.0)
        _insert(connection, "files", self._file_rows())
        _insert(
            connection, "skipped",
            ((at, s.path, s.reason, s.detail) for at, s in enumerate(self.corpus.skipped)),
        )  # fmt: skip
        _insert(connection, "folders", sorted({(f.path, f.mtime_ns) for f in self.corpus.folders}))
        self._say("chunks", 0.1)
        _insert(connection, "chunks", self._chunk_rows())
        self._say("symbols", 0.3)
        _insert(connection, "symbols", sorted(set(self._symbol_rows())))
        weights = self.model.weights
        record = (
            self.model.name, self.model.fingerprint, to_json(self.model.config),
            self.model.training, weights,
        )  # fmt: skip
        _insert(connection, "model", [record])

    def _write_numbers(self, connection: Connection) -> None:
        self._say("postings", 0.4)
        inverted = invert(
            lexical_document(chunk.path, chunk.symbol, chunk.text) for chunk in self.chunks
        )
        self._say("postings", 0.6)
        _insert(connection, "postings", packed(inverted))
        self._say("columns", 0.7)
        _insert(connection, "columns", self._column_rows(inverted.lengths))
        self._say("latents", 0.8)
        _insert(connection, "latents", self._latent_rows())

    def _latent_rows(self) -> Iterable[tuple[Any, ...]]:
        width = self.model.config.latent_dim
        views = {MAIN_VIEW: blocks.parts(self.latents, width)}
        if len(self.words.chunks):
            rows = self.words.chunks.astype("<u4")
            views[WORDS_VIEW] = {"rows": rows, **blocks.parts(self.words.latents, width)}
        for view, parts in views.items():
            for part, array in parts.items():
                for number, data in blocks.blocks(array):
                    yield view, part, number, data

    def _paths(self) -> dict[str, int]:
        return {path: at for at, path in enumerate(sorted({c.path for c in self.corpus.files}))}

    def _file_rows(self) -> Iterable[tuple[Any, ...]]:
        counts = Counter(chunk.path for chunk in self.chunks)
        for at, file in enumerate(sorted(self.corpus.files, key=lambda file: file.path)):
            yield (
                at, file.path, file.language, file.size, file.mtime_ns, file.digest, file.lines,
                counts[file.path],
            )  # fmt: skip

    def _chunk_rows(self) -> Iterable[tuple[Any, ...]]:
        for at, (chunk, (text, origin)) in enumerate(
            zip(self.chunks, self.explanations, strict=True)
        ):
            span = chunk.target.span
            yield (
                at, chunk.symbol, json.dumps(chunk.defines), chunk.text, chunk.target.tier,
                chunk.target.text, span and span.start, span and span.end, text, origin,
                chunk_digest(chunk),
            )  # fmt: skip

    def _symbol_rows(self) -> Iterable[tuple[str, int]]:
        for at, chunk in enumerate(self.chunks):
            for name in (*chunk.defines, chunk.symbol):
                for form in (name.lower(), bare_name(name).lower()):
                    if form:
                        yield form, at

    def _languages(self) -> list[str]:
        return sorted({chunk.language for chunk in self.chunks})

    def _column_rows(self, lengths: npt.NDArray[np.uint32]) -> Iterable[tuple[str, bytes]]:
        paths = self._paths()
        languages = {name: at for at, name in enumerate(self._languages())}
        kinds = {name: at for at, name in enumerate(KINDS)}
        columns: dict[str, Any] = {
            "file": [paths[chunk.path] for chunk in self.chunks],
            "start": [chunk.span.start for chunk in self.chunks],
            "end": [chunk.span.end for chunk in self.chunks],
            "language": [languages[chunk.language] for chunk in self.chunks],
            "kind": [kinds[chunk.kind] for chunk in self.chunks],
            "length": lengths,
        }
        for name, kind in COLUMNS.items():
            yield name, np.asarray(columns[name]).astype(kind).tobytes()

    def seal(self, connection: Connection, coverage: float) -> None:
        """Write what the index says of itself, and the checksums of what was written."""
        digests = {part: rows_digest(connection.execute(query)) for part, query in CONTENT.items()}
        meta = {
            "format": FORMAT,
            "ncs": __version__,
            "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "chunks": len(self.chunks),
            "files": len(self.corpus.files),
            "skipped": len(self.corpus.skipped),
            "languages": self._languages(),
            "views": {MAIN_VIEW: len(self.chunks), WORDS_VIEW: len(self.words.chunks)},
            "config": asdict(self.config),
            "coverage": coverage,
            "cut": cut_mark(),
            "read_ns": self.corpus.read_ns,
        }
        texts = {key: json.dumps(value, sort_keys=True) for key, value in meta.items()}
        texts["fingerprint"] = json.dumps(whole(texts, digests))
        _insert(connection, "meta", sorted(texts.items()))
        _insert(connection, "checksum", sorted(digests.items()))


def cut_mark() -> str:
    """Return a mark of the rules by which files are cut now; other rules, other mark."""
    return fingerprint(__version__, to_json(CorpusConfig()))


def chunk_digest(chunk: Chunk) -> bytes:
    """Return the digest (16 bytes) of what the encoder reads of a chunk."""
    return text_digest(document(chunk.path, chunk.text))


def text_digest(text: str) -> bytes:
    """Return the digest (16 bytes) by which the latent of a text is known again."""
    return blake2b(text.encode(), digest_size=16).digest()


def bare_name(qualified: str) -> str:
    """Return a name without its owners: `Encoder.forward`, `encoder::forward` → forward."""
    return qualified.replace("::", ".").replace("#", ".").rsplit(".", 1)[-1].strip()


def _insert(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows that hold a value for every column of the table, in order."""
    names = connection.execute(f"PRAGMA table_info({table})").fetchall()
    marks = ",".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
