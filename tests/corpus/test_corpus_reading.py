"""A codebase from end to end: records, chunks, reasons, and the same in several processes."""

import hashlib
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from ncs.config import CorpusConfig
from ncs.corpus.reading import Corpus, FileRecord, FormerReading, Reading, read_corpus
from ncs.crew import Crew
from ncs.errors import SourceError
from ncs.types import Progress

TINY = Path(__file__).parents[1] / "data" / "tiny_repo"


def test_the_tiny_repository() -> None:
    corpus = read_corpus(TINY)
    assert {record.path: (record.language, record.chunk_count) for record in corpus.files} == {
        ".gitignore": ("text", 1),
        "README.md": ("markdown", 1),
        "app/latin.py": ("python", 1),
        "app/store.py": ("python", 4),
        "server/Server.cs": ("csharp", 1),
        "server/queue.js": ("javascript", 1),
    }
    assert {each.path: each.reason for each in corpus.skipped} == {
        "data/huge_line.json": "minified",
        "empty.txt": "empty",
        "logo.png": "binary",
    }


def test_a_touched_file_is_known_by_its_content_in_its_language() -> None:
    """Its chunks are those of the language: another one cuts the same bytes elsewhere."""
    records = {record.path: record for record in read_corpus(TINY).files}
    records["app/store.py"] = replace(records["app/store.py"], language="text")
    reading = Reading(TINY, former=FormerReading(records))
    found = {each.path: isinstance(each, FileRecord) for each in reading.files()}
    assert found == {path: path != "app/store.py" for path in records}
    assert reading.fresh == 1


def test_records_say_what_was_read() -> None:
    corpus = read_corpus(TINY)
    for record in corpus.files:
        data = (TINY / record.path).read_bytes()
        assert record.size == len(data)
        assert record.digest == hashlib.blake2b(data, digest_size=16).hexdigest()
        assert record.lines == len(data.splitlines()) or b"\r" in data
        assert record.mtime_ns == (TINY / record.path).stat().st_mtime_ns
        own = [each for each in corpus.chunks if each.path == record.path]
        assert record.chunk_count == len(own)
        assert all(each.language == record.language for each in own)


def test_chunks_of_the_tiny_repository_say_what_they_are_about() -> None:
    told = {
        (each.path, each.symbol): (each.kind, each.target.tier, each.target.text)
        for each in read_corpus(TINY).chunks
    }
    assert told == {
        (".gitignore", ""): ("block", "snippet", "*.tmp"),
        ("README.md", "Tiny store"): (
            "section", "docstring", "Tiny store: Keeps values under keys until they are too old.",
        ),
        ("app/latin.py", "greet"): ("function", "comment", "déjà vu, said the cat"),
        ("app/store.py", "Store"): ("class", "docstring", "Keeps values under keys for a while."),
        ("app/store.py", "Store.get"): (
            "method", "docstring", "Return the value, or None if it is too old.",
        ),
        ("app/store.py", "Store.expire"): (
            "method", "comment", "The clock may have been set back since the last call.",
        ),
        ("app/store.py", "connect"): (
            "function", "synthetic", "Function connect(url, retries): calls parse, open_socket.",
        ),
        ("server/Server.cs", "Server"): ("class", "docstring", "Answers requests."),
        ("server/queue.js", "Queue"): ("class", "docstring", "A queue of jobs."),
    }  # fmt: skip


def grown(place: Path, copies: int = 12) -> Path:
    for at in range(copies):
        shutil.copytree(TINY, place / f"part{at}")
    return place


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    root = grown(tmp_path, copies=24)
    alone, beside = Reading(root), Reading(root)
    read = list(alone.cut(alone.files()))
    assert len(read) > 100
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert list(beside.cut(beside.files(), Crew(pool))) == read
    assert beside.skipped == alone.skipped


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[Progress] = []
    corpus = read_corpus(grown(tmp_path), on_progress=told.append)
    assert [step.done for step in told] == [50, len(corpus.files)]
    assert {step.stage for step in told} == {"read"}
    assert told[-1].total == len(corpus.files)


def test_reading_twice_gives_the_same() -> None:
    assert read_corpus(TINY) == read_corpus(TINY)
    assert read_corpus(TINY, CorpusConfig(chunk_lines=3)) != read_corpus(TINY)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="empty") as error:
        read_corpus(tmp_path)
    assert "--codebase" in error.value.hint


def test_nothing_searchable_is_an_error_that_counts(tmp_path: Path) -> None:
    for at in range(3):
        (tmp_path / f"{at}.bin").write_bytes(b"\0")
    (tmp_path / "a.txt").write_bytes(b"")
    with pytest.raises(SourceError, match="3 binary, 1 empty") as error:
        read_corpus(tmp_path)
    assert ".ncsignore" in error.value.hint


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        read_corpus(tmp_path / "gone")


def test_records_are_values() -> None:
    record = FileRecord("a.py", "python", 1, 2, "00", 1, 1, False)
    assert Corpus((record,), (), ()) == Corpus((record,), (), ())
