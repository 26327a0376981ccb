"""Reads a codebase: files → chunks → targets. The one door to this room."""

import hashlib
import multiprocessing
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ncs.config import CorpusConfig
from ncs.corpus.chunks import chunk
from ncs.corpus.files import walk
from ncs.errors import SourceError
from ncs.types import Chunk, OnProgress, Progress, Skipped, SourceFile, ignore_progress

__all__ = ["Corpus", "FileRecord", "chunk", "read_corpus", "walk"]

_BATCH = 32  # files that a process is given at a time
_AHEAD = 3  # batches for each process that wait: enough to keep it busy, few in memory
_REPORT_EVERY = 50  # files


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is kept of a file that was read.

    Attributes:
        path: POSIX path relative to the codebase.
        size: in bytes. digest: hex blake2b of the bytes, 16 bytes long.
        lines: how many line feeds it has, and one more if the last line has none.
    """

    path: str
    language: str
    size: int
    mtime_ns: int
    digest: str
    lines: int
    chunk_count: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """A codebase as it was read.

    Attributes:
        files: in order of names. chunks: in order of files, then lines.
        skipped: what is not searched, each with its reason.
    """

    files: tuple[FileRecord, ...]
    chunks: tuple[Chunk, ...]
    skipped: tuple[Skipped, ...]


_Cut = list[tuple[FileRecord, list[Chunk]]]
_Future = Future[_Cut]


def read_corpus(
    root: Path,
    config: CorpusConfig | None = None,
    on_progress: OnProgress = ignore_progress,
    jobs: int = 1,
) -> Corpus:
    """Return the files, chunks and targets of a codebase.

    Args:
        root: its folder.
        config: what is read, and how it is cut; None for the defaults.
        on_progress: told how many files are read; stage "read", the total unknown.
        jobs: processes that cut files; the result does not depend on it.

    Raises:
        SourceError: the folder cannot be read, or holds nothing to search.
    """
    config = config or CorpusConfig()
    skipped: list[Skipped] = []
    files: list[FileRecord] = []
    chunks: list[Chunk] = []
    for record, cut in _cut(_sources(root, config, skipped), config, jobs):
        files.append(record)
        chunks.extend(cut)
        if len(files) % _REPORT_EVERY == 0:
            on_progress(Progress("read", len(files), None, f"{len(chunks)} chunks"))
    on_progress(Progress("read", len(files), len(files), f"{len(chunks)} chunks"))
    if not chunks:
        raise _nothing_to_search(root, skipped)
    return Corpus(tuple(files), tuple(chunks), tuple(skipped))


def _sources(root: Path, config: CorpusConfig, skipped: list[Skipped]) -> Iterator[SourceFile]:
    for found in walk(root, config):
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            yield found


def _cut(
    sources: Iterator[SourceFile], config: CorpusConfig, jobs: int
) -> Iterator[tuple[FileRecord, list[Chunk]]]:
    """Yield the record and the chunks of each file, in the order of the files."""
    first = list(islice(sources, _BATCH))
    if jobs <= 1 or len(first) < _BATCH:
        for source in _chain(first, sources):
            yield _cut_file(source, config)
        return
    # A fork would copy the locks of threads (torch's, faiss's) in whatever state they are.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as pool:
        waiting: deque[tuple[list[SourceFile], _Future | None]] = deque()
        batch = first
        while batch or waiting:
            if batch:
                waiting.append((batch, _submit(pool, batch, config)))
                batch = list(islice(sources, _BATCH))
            if len(waiting) > jobs * _AHEAD or not batch:
                yield from _result(*waiting.popleft(), config)


def _submit(
    pool: ProcessPoolExecutor, batch: list[SourceFile], config: CorpusConfig
) -> _Future | None:
    try:
        return pool.submit(_cut_batch, batch, config)
    except BrokenProcessPool:
        return None


def _result(batch: list[SourceFile], future: _Future | None, config: CorpusConfig) -> _Cut:
    """Return what a process gave, or do its work here: a notebook has no main to import."""
    try:
        return _cut_batch(batch, config) if future is None else future.result()
    except BrokenProcessPool:
        return _cut_batch(batch, config)


def _chain(first: Iterable[SourceFile], rest: Iterable[SourceFile]) -> Iterator[SourceFile]:
    yield from first
    yield from rest


def _cut_batch(sources: Sequence[SourceFile], config: CorpusConfig) -> _Cut:
    return [_cut_file(source, config) for source in sources]


def _cut_file(source: SourceFile, config: CorpusConfig) -> tuple[FileRecord, list[Chunk]]:
    chunks = chunk(source, config)
    data = source.data
    record = FileRecord(
        path=source.path, language=source.language, size=len(data), mtime_ns=source.mtime_ns,
        digest=hashlib.blake2b(data, digest_size=16).hexdigest(),
        lines=data.count(b"\n") + (not data.endswith(b"\n")), chunk_count=len(chunks),
    )  # fmt: skip
    return record, chunks


def _nothing_to_search(root: Path, skipped: Sequence[Skipped]) -> SourceError:
    if not skipped:
        return SourceError(
            f"{root}: the folder is empty",
            hint="Name the folder that holds the code: --codebase DIR",
        )
    counts = Counter(each.reason for each in skipped).most_common()
    told = ", ".join(f"{count} {reason}" for reason, count in counts)
    return SourceError(
        f"{root}: nothing to search; all of it was skipped ({told})",
        hint="See .gitignore and .ncsignore; a line like !name in .ncsignore brings a file back.",
    )
