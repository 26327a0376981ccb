"""A small corpus with known words, an encoder without a model, and an index of both."""

import hashlib
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ncs.config import IndexConfig, ModelConfig
from ncs.index.reading import ModelRecord
from ncs.index.writing import write
from ncs.text import document, words
from ncs.types import Chunk, FloatArray, Skipped, Span, Target

SHAPE = ModelConfig(latent_dim=16, extension_dim=48)
FLAT = ModelConfig(latent_dim=16, extension_dim=0)


@dataclass(frozen=True)
class FileRecord:
    """The shape of `ncs.corpus.FileRecord`, without the parsers."""

    path: str
    language: str
    size: int
    mtime_ns: int
    digest: str
    lines: int
    chunk_count: int


@dataclass(frozen=True)
class Corpus:
    """The shape of `ncs.corpus.Corpus`, without the parsers."""

    files: tuple[FileRecord, ...]
    chunks: tuple[Chunk, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class FakeEncoder:
    """Words to numbers: each word has a fixed random direction, a text is the sum of its words."""

    latent_dim: int = 16
    extension_dim: int = 48
    fingerprint: str = "f" * 40

    def encode(self, texts: Sequence[str]) -> FloatArray:
        width = self.latent_dim + self.extension_dim
        return np.stack([np.sum([_direction(w)[:width] for w in words(text)] or
                                [np.zeros(width)], axis=0) for text in texts]).astype(np.float32)  # fmt: skip

    def record(self, **changes: Any) -> ModelRecord:
        config = ModelConfig(latent_dim=self.latent_dim, extension_dim=self.extension_dim)
        return replace(ModelRecord("base", self.fingerprint, config), **changes)


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
    return np.random.default_rng(seed).standard_normal(64)


_TREE = {
    "lib/http/retry.py": (
        'class Retry:\n    """Try failed requests again."""\n\n    def wait(self, attempt):\n'
        "        return min(self.cap, self.base * 2 ** attempt)\n",
        "def backoff(attempt):\n    # exponential backoff with jitter\n    return 2 ** attempt\n",
    ),
    "lib/http/session.py": (
        'def send(request):\n    """Send one request over the pool."""\n    return pool.send(request)\n',
    ),
    "lib/store/cache.js": (
        "// Keeps the newest entries, drops the oldest.\nfunction evict(cache) {\n  cache.shift()\n}\n",
        "function lookup(cache, key) {\n  return cache[key]\n}\n",
    ),
    "docs/intro.md": ("# Introduction\n\nHow requests are sent and retried.\n",),
    "tests/test_retry.py": ("def test_retry_waits():\n    assert Retry().wait(3) == 8\n",),
    "naïve/файл.py": ('def grüße():\n    """Grüße, мир 🌍."""\n    return "\\x00\ufffd"\n',),
}
LANGUAGES = {".py": "python", ".js": "javascript", ".md": "markdown"}


def make_corpus(tree: dict[str, Sequence[str]] | None = None) -> Corpus:
    """Return a corpus: path → the texts of its chunks, one blank line between them."""
    files, chunks = [], []
    for path, texts in sorted((tree or _TREE).items()):
        language = LANGUAGES.get(Path(path).suffix, "text")
        start = 1
        for text in texts:
            chunks.append(_chunk(path, language, start, text))
            start += text.count("\n") + 1
        data = "\n".join(texts).encode()
        mark = hashlib.blake2b(data, digest_size=16).hexdigest()
        files.append(FileRecord(path, language, len(data), 0, mark, data.count(b"\n"), len(texts)))
    skipped = (Skipped("logo.png", "binary", "holds a NUL byte"),)
    return Corpus(tuple(files), tuple(chunks), skipped)


def _chunk(path: str, language: str, start: int, text: str) -> Chunk:
    named = re.search(r"(class|def|function) (\w+)", text)
    kind = {"class": "class", "def": "function", "function": "function"}[named[1]] if named else "section"
    symbol = named[2] if named else ""
    doc = re.search(r'"""(.+?)"""', text)
    target = (
        Target(doc[1], "docstring", Span(start + 1, start + 1))
        if doc else Target(f"Defines {symbol}" if symbol else text[:20].strip() or "…", "synthetic")
    )  # fmt: skip
    end = start + max(text.count("\n") - 1, 0)
    defines = (symbol, f"{symbol}.wait") if kind == "class" else (symbol,) if symbol else ()
    return Chunk(path, Span(start, end), language, kind, symbol, defines, text, target)  # type: ignore[arg-type]


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


def put_tree(root: Path, corpus: Corpus) -> None:
    """Write the files of a corpus made by `make_corpus` below a folder."""
    by_file = itertools.groupby(corpus.chunks, key=lambda chunk: chunk.path)
    for path, chunks in by_file:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes("\n".join(chunk.text for chunk in chunks).encode())


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def corpus() -> Corpus:
    return make_corpus()


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    """The path of an index that is already written, in a codebase whose files are there."""
    path = tmp_path / ".ncs" / "index.db"
    put_tree(tmp_path, write_index(path))
    return path


WriteIndex = Callable[..., Corpus]
