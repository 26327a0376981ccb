"""A small corpus with known words, an encoder without a model, and an index of both."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import ncs
from ncs.api.opening import Codebase
from ncs.config import IndexConfig, ModelConfig
from ncs.corpus.reading import Corpus, FileRecord
from ncs.index.digests import rows_digest, whole
from ncs.index.packing import pack, unpack
from ncs.index.postings import PostingsRow
from ncs.index.reading import ModelRecord
from ncs.index.schema import CONTENT
from ncs.index.writing import write
from ncs.text import document, words
from ncs.types import Begun, Chunk, FloatArray, Kind, Skipped, Span, Target


@dataclass(frozen=True)
class FakeEncoder:
    """Words to numbers: each word has a fixed random direction, a text is the sum of its words."""

    latent_dim: int = 16
    extension_dim: int = 48
    fingerprint: str = "f" * 40

    def encode(self, texts: Sequence[str]) -> FloatArray:
        width = self.latent_dim + self.extension_dim
        rows = [sum((_direction(w)[:width] for w in words(t)), np.zeros(width)) for t in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), width)

    def record(self, **changes: Any) -> ModelRecord:
        config = ModelConfig(latent_dim=self.latent_dim, extension_dim=self.extension_dim)
        return ModelRecord("base", self.fingerprint, config)._replace(**changes)


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
    return np.random.default_rng(seed).standard_normal(64)


TREE = {
    "docs/intro.md": ("# Introduction\n\nHow requests are sent and retried.",),
    "lib/http/retry.py": (
        'class Retry:\n    """Try failed requests again."""\n\n    def wait(self, attempt):\n'
        "        return min(self.cap, self.base * 2 ** attempt)",
        "def backoff(attempt):\n    # exponential backoff with jitter\n    return 2 ** attempt",
    ),
    "lib/http/session.py": (
        'def send(request):\n    """Send one request by a pool."""\n    return pool.send(request)',
    ),
    "lib/store/cache.js": (
        "// Keeps new entries, drops the oldest.\nfunction evict(cache) {\n  cache.shift()\n}",
        "function lookup(cache, key) {\n  return cache[key]\n}",
    ),
    "naïve/файл.py": ('def grüße():\n    """Grüße, мир 🌍."""\n    return "\ufffd\\x00"',),
    "tests/test_retry.py": ("def test_retry_waits():\n    assert Retry().wait(3) == 8",),
}
_LANGUAGES = {".py": "python", ".js": "javascript", ".md": "markdown"}
_KINDS: dict[str, Kind] = {"class": "class", "def": "function", "function": "function"}


def make_corpus(tree: Mapping[str, Sequence[str]] = TREE) -> Corpus:
    """Return a corpus: path → the texts of its chunks, which a blank line parts."""
    files, chunks = [], []
    for path, texts in sorted(tree.items()):
        language = _LANGUAGES.get(Path(path).suffix, "text")
        start = 1
        for text in texts:
            chunks.append(make_chunk(path, text, start, language))
            start = chunks[-1].span.end + 2
        data = content(texts)
        mark = hashlib.blake2b(data, digest_size=16).hexdigest()
        lines = data.count(b"\n")
        files.append(FileRecord(path, language, len(data), 0, mark, lines, len(texts), False))
    skipped = (Skipped("logo.png", "binary", "It holds bytes that are no text."),)
    return Corpus(tuple(files), tuple(chunks), skipped)


def content(texts: Sequence[str]) -> bytes:
    """Return the bytes of a file with these chunks."""
    return ("\n\n".join(texts) + "\n").encode()


def make_chunk(path: str, text: str, start: int = 1, language: str = "python") -> Chunk:
    """Return a chunk that is the first thing its text defines."""
    named = re.search(r"(class|def|function) (\w+)", text)
    kind: Kind = _KINDS[named[1]] if named else "section"
    symbol = named[2] if named else ""
    doc = re.search(r'"""(.+?)"""', text)
    if doc:
        target = Target(doc[1], "docstring", Span(start + 1, start + 1))
    else:
        target = Target(f"Defines {symbol or text[:20].strip()}", "synthetic")
    span = Span(start, start + text.count("\n"))
    begun = [Begun(symbol, kind, doc[1] if doc else "", span)] if symbol else []
    begun += [Begun(f"{symbol}.wait", "method", "", span)] if kind == "class" else []
    return Chunk(path, span, language, kind, symbol, tuple(begun), "body", text, target)


def latents_of(corpus: Corpus, encoder: FakeEncoder) -> FloatArray:
    return encoder.encode([document(chunk.path, chunk.text) for chunk in corpus.chunks])


def write_index(
    path: Path, corpus: Corpus | None = None, encoder: FakeEncoder | None = None, **model: Any
) -> Corpus:
    """Write an index of the corpus and return the corpus."""
    corpus, encoder = corpus or make_corpus(), encoder or FakeEncoder()
    explanations = [(chunk.target.text, chunk.target.tier) for chunk in corpus.chunks]
    write(
        path, corpus, latents_of(corpus, encoder), explanations,  # type: ignore[arg-type]
        encoder.record(**model), IndexConfig(),
    )  # fmt: skip
    return corpus


def rewrite(path: Path, chunk: int, change: Callable[[list[Any]], object]) -> None:
    """Change what an index holds of a chunk, [text, symbol, ...] as in `ncs.index.texts`."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT * FROM chunks WHERE first <= ? ORDER BY first DESC"
        first, _, size, data = connection.execute(query, (chunk,)).fetchone()
        head, _, text = unpack(data, size, size).decode().partition("\n")
        notes = json.loads(head)
        for note in notes:
            note[0], text = text[: note[0]], text[note[0] :]
        change(notes[chunk - first])
        text = "".join(note[0] for note in notes)
        for note in notes:
            note[0] = len(note[0])
        put_block(connection, first, f"{json.dumps(notes)}\n{text}".encode())


def reseal(path: Path, *statements: str, **meta: Any) -> None:
    """Change an index as a stranger can: with SQL, and with checksums and fingerprint that fit.

    Args:
        path: the index file.
        statements: of SQL. meta: what the index says of itself, by name.
    """
    with closing(sqlite3.connect(path)) as connection:
        run = connection.execute
        for statement in statements:
            run(statement)
        for key, value in meta.items():
            run("UPDATE meta SET value = ? WHERE key = ?", (json.dumps(value), key))
        for part, query in CONTENT.items():
            values = (rows_digest(run(query)), part)
            run("UPDATE checksum SET digest = ? WHERE part = ?", values)
        texts, digests = (
            dict(run(query).fetchall())
            for query in ("SELECT key, value FROM meta", "SELECT part, digest FROM checksum")
        )
        mark = json.dumps(whole(texts, digests))
        run("UPDATE meta SET value = ? WHERE key = 'fingerprint'", (mark,))
        connection.commit()


def put_block(connection: sqlite3.Connection, first: int, data: bytes) -> None:
    """Replace a block of chunks."""
    values = (len(data), pack(data), first)
    connection.execute("UPDATE chunks SET size = ?, data = ? WHERE first = ?", values)
    connection.commit()


def term_block(*rows: PostingsRow) -> tuple[str, int, bytes]:
    """Return a row of a table of terms, with whatever stands in it."""
    names = json.dumps([row[0] for row in rows], ensure_ascii=False).encode()
    documents = np.array([row[1] for row in rows], dtype="<u4").tobytes()
    widths = bytes(len(row[2]) // row[1] + 16 * (len(row[3]) // row[1]) for row in rows)
    parts = [len(names).to_bytes(4, "little"), names, documents, widths]
    data = b"".join([*parts, *(row[2] for row in rows), *(row[3] for row in rows)])
    return rows[0][0], len(data), pack(data)


def put_texts(root: Path, texts: Mapping[str, str]) -> None:
    """Write texts below a folder, by their paths there."""
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


@contextmanager
def built(root: Path, texts: Mapping[str, str]) -> Iterator[Codebase]:
    """Open the index of a codebase of some texts, which are written below a folder."""
    put_texts(root, texts)
    ncs.build(root)
    with ncs.open(root) as opened:
        yield opened


def put_tree(root: Path, tree: Mapping[str, Sequence[str]] = TREE) -> None:
    """Write the files of `make_corpus(tree)` below a folder."""
    for path, texts in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content(texts))
    (root / "logo.png").write_bytes(b"\x89PNG\x00")
