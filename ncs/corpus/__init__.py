"""Reads a codebase: files → chunks → targets. The one door to this room."""

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from ncs.config import CorpusConfig
from ncs.corpus.chunks import chunk
from ncs.corpus.files import require_folder, scan, walk
from ncs.errors import SourceError
from ncs.types import (
    Chunk,
    Folder,
    OnProgress,
    Progress,
    Skipped,
    SourceFile,
    Unchanged,
    ignore_progress,
)

__all__ = [
    "Corpus",
    "FileRecord",
    "Former",
    "chunk",
    "read_corpus",
    "require_folder",
    "scan",
    "walk",
]

_ALONE = 100  # files that are cut sooner than a process has started
_BATCH = 16  # files that a process is given at a time
_FEW = 4  # files of a batch that are cut here: the others are known
_AHEAD = 12  # batches that wait: enough to keep the processes busy, few in memory
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
        folders: those whose entries were listed.
        read_ns: when reading began, in nanoseconds since the epoch.
    """

    files: tuple[FileRecord, ...]
    chunks: tuple[Chunk, ...]
    skipped: tuple[Skipped, ...]
    folders: tuple[Folder, ...] = ()
    read_ns: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Former:
    """What is known of a codebase from an earlier reading, cut by the same rules.

    Attributes:
        records: path → the file as it was read.
        stamps: path → (size, mtime_ns), of the files that are as they were if these are.
        chunks: gives the chunks of such a file.
    """

    records: Mapping[str, FileRecord] = field(default_factory=dict)
    stamps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    chunks: Callable[[str], list[Chunk]] = lambda path: []


_File = tuple[FileRecord, list[Chunk]]
_Future = Future[list[_File]]


def read_corpus(
    root: Path,
    config: CorpusConfig | None = None,
    on_progress: OnProgress = ignore_progress,
    pool: Executor | None = None,
    former: Former | None = None,
) -> Corpus:
    """Return the files, chunks and targets of a codebase.

    Args:
        root: its folder.
        config: what is read, and how it is cut; None for the defaults.
        on_progress: told how many files are read; stage "read", the total unknown.
        pool: processes that cut files, or None; the result does not depend on it.
        former: an earlier reading; files that are as they were then are not cut again. The
            result does not depend on it.

    Raises:
        SourceError: the folder cannot be read, or holds nothing to search.
    """
    config = config or CorpusConfig()
    read_ns = time.time_ns()
    tree = _Tree(root, config, former or Former())
    files: list[FileRecord] = []
    chunks: list[Chunk] = []
    for record, cut in _cut(tree.files(), config, pool):
        files.append(record)
        chunks.extend(cut)
        if len(files) % _REPORT_EVERY == 0:
            on_progress(Progress("read", len(files), None, f"{len(chunks)} chunks"))
    on_progress(Progress("read", len(files), len(files), f"{len(chunks)} chunks"))
    if not chunks:
        raise _nothing_to_search(root, tree.skipped)
    return Corpus(tuple(files), tuple(chunks), tuple(tree.skipped), tuple(tree.folders), read_ns)


class _Tree:
    """One walk: its files on the way, what else it met at its end."""

    def __init__(self, root: Path, config: CorpusConfig, former: Former) -> None:
        self._root, self._config, self._former = root, config, former
        self.skipped: list[Skipped] = []
        self.folders: list[Folder] = []

    def files(self) -> Iterator[SourceFile | _File]:
        """Yield what is to be cut, and what is known, in the order of the walk."""
        former = self._former
        for found in scan(self._root, self._config, former.stamps):
            if isinstance(found, Skipped):
                self.skipped.append(found)
            elif isinstance(found, Folder):
                self.folders.append(found)
            elif isinstance(found, Unchanged):
                yield former.records[found.path], former.chunks(found.path)
            else:
                yield self._known(found) or found

    def _known(self, source: SourceFile) -> _File | None:
        """Return a file that was only touched: other stamps, the same content."""
        known = self._former.records.get(source.path)
        if known is None or (known.digest, known.language) != (_digest(source), source.language):
            return None
        return replace(known, mtime_ns=source.mtime_ns), self._former.chunks(source.path)


def _cut(
    sources: Iterator[SourceFile | _File], config: CorpusConfig, pool: Executor | None
) -> Iterator[_File]:
    """Yield the record and the chunks of each file, in the order of the files."""
    first = list(islice(sources, _ALONE))
    if pool is None or len(first) < _ALONE:
        for source in chain(first, sources):
            yield _cut_file(source, config)
        return
    waiting: deque[tuple[list[SourceFile | _File], _Future | None]] = deque()
    rest = chain(first, sources)
    while batch := list(islice(rest, _BATCH)):
        waiting.append((batch, _submit(pool, batch, config)))
        if len(waiting) > _AHEAD:
            yield from _result(*waiting.popleft(), config)
    while waiting:
        yield from _result(*waiting.popleft(), config)


def _submit(
    pool: Executor, batch: list[SourceFile | _File], config: CorpusConfig
) -> _Future | None:
    fresh = [source for source in batch if isinstance(source, SourceFile)]
    if len(fresh) < _FEW:
        return None
    try:
        return pool.submit(_cut_batch, fresh, config)
    except BrokenProcessPool:
        return None


def _result(
    batch: list[SourceFile | _File], future: _Future | None, config: CorpusConfig
) -> Iterator[_File]:
    """Yield what a process gave, or do its work here: a notebook has no main to import."""
    done: Iterator[SourceFile | _File]
    fresh = [source for source in batch if isinstance(source, SourceFile)]
    try:
        done = iter(fresh) if future is None else iter(future.result())
    except BrokenProcessPool:
        done = iter(fresh)
    for source in batch:
        yield _cut_file(next(done) if isinstance(source, SourceFile) else source, config)


def _cut_batch(sources: Sequence[SourceFile], config: CorpusConfig) -> list[_File]:
    return [_cut_file(source, config) for source in sources]


def _cut_file(source: SourceFile | _File, config: CorpusConfig) -> _File:
    if not isinstance(source, SourceFile):
        return source
    chunks = chunk(source, config)
    data = source.data
    record = FileRecord(
        path=source.path, language=source.language, size=len(data), mtime_ns=source.mtime_ns,
        digest=_digest(source),
        lines=data.count(b"\n") + (not data.endswith(b"\n")), chunk_count=len(chunks),
    )  # fmt: skip
    return record, chunks


def _digest(source: SourceFile) -> str:
    return hashlib.blake2b(source.data, digest_size=16).hexdigest()


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
