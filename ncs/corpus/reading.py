"""Reads a codebase, file by file: files → chunks → targets. Imports the parsers."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from ncs.config import CorpusConfig
from ncs.corpus.chunks import chunk
from ncs.corpus.files import scan
from ncs.corpus.generated import says_generated
from ncs.crew import Crew, Task
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

_ALONE = 100  # files that are cut sooner than a process has started
_BATCH = 16  # files that a process is given at a time
_BATCH_BYTES = 1 << 18  # or fewer, of so many bytes
_FEW_BYTES = 1 << 14  # of a batch that are cut here: the rest is known
_AHEAD = 32  # batches that wait: enough to be at work here while a process starts, few in memory
_REPORT_EVERY = 50  # files


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is kept of a file that was read.

    Attributes:
        path: POSIX path relative to the codebase.
        size: in bytes. digest: hex blake2b of the bytes, 16 bytes long.
        lines: how many line feeds it has, and one more if the last line has none.
        generated: whether its head says that a tool wrote it.
    """

    path: str
    language: str
    size: int
    mtime_ns: int
    digest: str
    lines: int
    chunk_count: int
    generated: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """A codebase as it was read.

    Attributes:
        files: in the order of their paths. chunks: in order of files, then lines.
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
class FormerReading:
    """What is known of a codebase from an earlier reading, cut by the same rules.

    Attributes:
        records: path → the file as it was read.
        stamps: path → (size, mtime_ns), of the files that are as they were if these are.
        chunks: gives the chunks of such a file.
    """

    records: Mapping[str, FileRecord] = field(default_factory=dict)
    stamps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    chunks: Callable[[str], list[Chunk]] = lambda path: []


_Found = SourceFile | FileRecord


def read_corpus(
    root: Path,
    config: CorpusConfig | None = None,
    on_progress: OnProgress = ignore_progress,
    passed_over: Callable[[str], bool] = lambda path: False,
) -> Corpus:
    """Return the files, chunks and targets of a codebase, all of them at once.

    Args:
        root: its folder.
        config: what is read, and how it is cut; None for the defaults.
        on_progress: told how many files are read; stage "read", the total unknown.
        passed_over: as for `Reading`.

    Raises:
        SourceError: the folder cannot be read, or holds nothing to search.
    """
    reading = Reading(root, config, passed_over=passed_over)
    files: list[FileRecord] = []
    chunks: list[Chunk] = []
    for record, cut in reading.cut(reading.files()):
        files.append(record)
        chunks.extend(cut)
        if len(files) % _REPORT_EVERY == 0:
            on_progress(Progress("read", len(files), None, f"{len(chunks)} chunks"))
    on_progress(Progress("read", len(files), len(files), f"{len(chunks)} chunks"))
    return Corpus(
        tuple(files), tuple(chunks), tuple(reading.skipped), tuple(reading.folders),
        reading.read_ns,
    )  # fmt: skip


class Reading:
    """A codebase that is being read, file by file: what was read need not be kept.

    Args:
        root: its folder.
        config: what is read, and how it is cut; None for the defaults.
        former: an earlier reading; files that are as they were then are not cut again.
        passed_over: says of the path of a file whether it is none of the codebase, as `.git` is.

    Attributes:
        skipped, folders: as in `Corpus`, all of them when `files` has ended.
        read_ns: when reading began, in nanoseconds since the epoch.
        fresh: files so far that are not as the earlier reading has them.
    """

    def __init__(
        self, root: Path, config: CorpusConfig | None = None, former: FormerReading | None = None,
        passed_over: Callable[[str], bool] = lambda path: False,
    ) -> None:  # fmt: skip
        self._root, self._config = root, config or CorpusConfig()
        self._former = former or FormerReading()
        self._passed_over = passed_over
        self.skipped: list[Skipped] = []
        self.folders: list[Folder] = []
        self.read_ns = time.time_ns()
        self.fresh = 0

    def files(self) -> Iterator[SourceFile | FileRecord]:
        """Yield the files in the order of their paths; a record where the content is known.

        Raises:
            SourceError: the folder cannot be read.
        """
        former = self._former
        for found in scan(self._root, self._config, former.stamps):
            if isinstance(found, Folder):
                self.folders.append(found)
            elif self._passed_over(found.path):
                continue
            elif isinstance(found, Skipped):
                self.skipped.append(found)
            elif isinstance(found, Unchanged):
                yield former.records[found.path]
            elif (record := self._known(found)) is not None:
                yield record
            else:
                self.fresh += 1
                yield found

    def _known(self, source: SourceFile) -> FileRecord | None:
        """Return the record of a file that was only touched: other stamps, the same content."""
        known = self._former.records.get(source.path)
        if known is None or (known.digest, known.language) != (source.digest, source.language):
            return None
        return replace(known, mtime_ns=source.mtime_ns)

    def cut(
        self, found: Iterator[SourceFile | FileRecord], crew: Crew | None = None
    ) -> Iterator[tuple[FileRecord, list[Chunk]]]:
        """Yield the record and the chunks of each file, in the order of the files.

        Args:
            found: what `files` gave.
            crew: those who cut them; what is yielded does not depend on how many they are.

        Raises:
            SourceError: nothing was found, or not a chunk in it.
        """
        empty = True
        for record, chunks in _cut(found, self._config, crew or Crew()):
            done = self._former.chunks(record.path) if chunks is None else chunks
            empty = empty and not record.chunk_count
            yield record, done
        if empty:
            raise _nothing_to_search(self._root, self.skipped)


_Cut = tuple[FileRecord, list[Chunk] | None]  # None where the chunks are known
_Waiting = tuple[list[_Found], Task[list[_Cut]]]  # a batch, and what cuts the files in it


def _cut(found: Iterator[_Found], config: CorpusConfig, crew: Crew) -> Iterator[_Cut]:
    """Yield the record of each file, and its chunks where they are not known, in order."""
    first = list(islice(found, _ALONE))
    if crew.alone or len(first) < _ALONE:
        for source in chain(first, found):
            yield _cut_file(source, config)
        return
    waiting: deque[_Waiting] = deque()
    for batch in _batches(chain(first, found)):
        waiting.append((batch, _given(crew, batch, config)))
        if len(waiting) > _AHEAD:
            yield from _result(*waiting.popleft())
    while waiting:
        yield from _result(*waiting.popleft())


def _batches(found: Iterator[_Found]) -> Iterator[list[_Found]]:
    """Yield files in batches, few of those that are large: several batches are held at once."""
    batch: list[_Found] = []
    held = 0
    for source in found:
        batch.append(source)
        held += len(source.data) if isinstance(source, SourceFile) else 0
        if len(batch) == _BATCH or held >= _BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _given(crew: Crew, batch: list[_Found], config: CorpusConfig) -> Task[list[_Cut]]:
    """Have the files of a batch cut that are not known; few are not worth sending."""
    fresh = [source for source in batch if isinstance(source, SourceFile)]
    few = sum(len(source.data) for source in fresh) < _FEW_BYTES
    return (crew.keep if few else crew.give)(_cut_batch, fresh, config)


def _result(batch: list[_Found], task: Task[list[_Cut]]) -> Iterator[_Cut]:
    """Yield what is known of the files of a batch, in order."""
    done = iter(task.result())
    for source in batch:
        yield next(done) if isinstance(source, SourceFile) else (source, None)


def _cut_batch(sources: Sequence[SourceFile], config: CorpusConfig) -> list[_Cut]:
    return [_cut_file(source, config) for source in sources]


def _cut_file(source: _Found, config: CorpusConfig) -> _Cut:
    if isinstance(source, FileRecord):
        return source, None
    chunks = chunk(source, config)
    data = source.data
    record = FileRecord(
        path=source.path, language=source.language, size=source.size, mtime_ns=source.mtime_ns,
        digest=source.digest,
        lines=data.count(b"\n") + (not data.endswith(b"\n")), chunk_count=len(chunks),
        generated=says_generated(data, source.language),
    )  # fmt: skip
    return record, chunks


def _nothing_to_search(root: Path, skipped: Sequence[Skipped]) -> SourceError:
    if not skipped:
        return SourceError(
            f"{root}: the folder is empty",
            hint="--codebase DIR names the folder that holds the code",
        )
    counts = Counter(each.reason for each in skipped).most_common()
    told = ", ".join(f"{count} {reason}" for reason, count in counts)
    return SourceError(
        f"{root}: nothing to search; all of it was skipped ({told})",
        hint="See .gitignore and .ncsignore; a line like !name in .ncsignore brings a file back.",
    )
