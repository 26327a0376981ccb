"""Read a codebase and write its index, upon the former one. Imports the parsers, not torch."""

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path

from ncs.api.encoding import Encoding, FileGroup, width_of
from ncs.api.explaining import Explaining
from ncs.api.former import FormerIndex, MadeWith, base_model, former_index, salvaged, seeds
from ncs.api.known import Known
from ncs.api.opening import codebase_of
from ncs.api.workers import workers
from ncs.config import CorpusConfig, IndexConfig
from ncs.corpus.files import require_folder
from ncs.corpus.reading import Corpus, FileRecord, Reading, read_corpus
from ncs.crew import Crew
from ncs.errors import IndexDamaged, IndexUnusable
from ncs.index.content import Batch
from ncs.index.journal import Journal
from ncs.index.lock import TRAINING, belongs, beside, writer
from ncs.index.reading import DEFAULT_PLACE, ModelRecord
from ncs.index.writing import refuse_foreign, writing
from ncs.runtime.decoder import decoder_of
from ncs.types import Chunk, OnProgress, Progress, ignore_progress

_TOGETHER = 1024  # chunks that are encoded, explained and written together


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    Attributes:
        coverage: share of chunks with a written explanation.
        reread: files that were cut anew. encoded: chunks that were encoded; the others were
            known. written: whether there was anything to write.
        model: "base" or "trained".
        instead: why a former index could not be built upon; empty where it could, or where there
            was none.
        damaged: parts of a former index that were damaged and made anew; the rest was built upon.
    """

    path: Path
    files: int
    chunks: int
    skipped: int
    coverage: float
    bytes: int
    seconds: float
    reread: int = 0
    encoded: int = 0
    written: bool = True
    model: str = "base"
    instead: str = ""
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be written, with what, and on top of what."""

    path: Path
    made_with: MadeWith
    known: Known
    began: float
    on_progress: OnProgress
    former: FormerIndex | None = None


def build(
    codebase: str | Path = ".",
    output: str | Path | None = None,
    *,
    fresh: bool = False,
    wait: bool = True,
    jobs: int = 1,
    unsound: Collection[str] = (),
    on_progress: OnProgress = ignore_progress,
) -> Built:
    """Index a codebase without training: what is new or changed is read and encoded.

    An index that stands there keeps its model; without one the base model encodes. An unchanged
    codebase encodes nothing and writes nothing.

    Args:
        codebase: the folder to read.
        output: where to write the index; `.ncs/index.db` inside the codebase by default.
        fresh: whether to take no notice of a former index: the base model, everything anew; and
            to forget an interrupted training of it.
        wait: whether to wait for another writer of the same index, or to give up at once.
        jobs: processes that cut and encode, this one among them; 0 for as many as there are
            processors, at most four. The index is the same whatever their number.
        unsound: parts of the former index that must not be built upon (see `ncs.api.repairing`).
        on_progress: told how far the work has come.

    Raises:
        SourceError: the folder is missing or holds nothing to search.
        WeightsError: this installation carries no base model.
        IndexBusy: another process writes this index, and `wait` is false.
        IndexUnusable: the index could not be written; a former one is as it was.
    """
    began = time.monotonic()
    root, path = Path(codebase), place(codebase, output)
    require_folder(root)
    refuse_foreign(path)  # before anything lies beside it
    with writer(path, wait=wait, on_progress=on_progress):
        former, why = (None, "") if fresh else former_index(path, unsound)
        if former is not None:
            try:
                with closing(former), workers(former.made_with.own, jobs) as crew:
                    return _next(root, path, former, began, on_progress, crew)
            except IndexDamaged as error:  # what shows only where it is read
                why = error.message
        model = (salvaged(path) if why else None) or base_model()
        known = Known() if fresh else seeds(root, path, model.model)
        work = _Work(path, model, known, began, on_progress)
        with workers(model.own, jobs) as crew:
            built = replace(_first(root, work, crew), instead=why)
        if fresh:
            forget_training(path)
        return built


def _first(root: Path, work: _Work, crew: Crew) -> Built:
    """Build from nothing but what other builds have encoded."""
    reading = Reading(root, passed_over=_own_files(root, work.path))
    built = _write(reading.cut(reading.files(), crew), reading, work, crew)
    return replace(built, reread=reading.fresh)


def _next(
    root: Path, path: Path, former: FormerIndex, began: float, on_progress: OnProgress,
    crew: Crew,
) -> Built:  # fmt: skip
    """Build upon a former index: with its model, and what of it still holds."""
    reading = Reading(root, former=former.reading(), passed_over=_own_files(root, path))
    found = reading.files()
    taken, same = former.compared(found, on_progress)
    if same and former.describes(root, reading.skipped, reading.folders):
        Journal(path, former.made_with.model.fingerprint, width_of(former.made_with.model)).done()
        return Built(
            path, len(taken), former.chunks, len(reading.skipped), former.coverage,
            path.stat().st_size, time.monotonic() - began, written=False,
            model=former.made_with.name,
        )  # fmt: skip
    work = _Work(path, former.made_with, former.known(), began, on_progress, former)
    built = _write(reading.cut(chain(taken, found), crew), reading, work, crew)
    return replace(built, reread=reading.fresh, damaged=former.damaged)


def training_state(path: Path) -> Path:
    """Return where the state of a training of an index is kept until it has ended."""
    return beside(path.resolve(), TRAINING)


def forget_training(path: Path) -> None:
    """Remove the state of a training: the index stands without it."""
    with suppress(OSError):
        training_state(path).unlink(missing_ok=True)


def place(codebase: str | Path, output: str | Path | None) -> Path:
    """Return where the index of a codebase is written, a path that leads there from now on.

    Raises:
        IndexUnusable: a folder is named that is not the codebase, or the place of the index of
            another codebase: queries would take it for that one's. Or nobody named a place, and
            the codebase holds a link in it.
    """
    where, root = Path(codebase if output is None else output), Path(codebase).resolve()
    if output is None or where.resolve() == root:
        return _default_place(where)
    if where.is_dir():
        raise IndexUnusable(f"{where}: a folder", hint=f"name a file: {where / 'index.db'}")
    owner = codebase_of(where)
    if owner not in (None, root):
        raise IndexUnusable(
            f"{where}: the place of the index of {owner}, which is not the codebase {root}",
            hint=f"name another file: {where.with_name('other.db')}",
        )
    # The system goes into each folder of `x/../y.db`, and there need be no `x`.
    return where.resolve() if os.pardir in where.parts else where


def _default_place(codebase: Path) -> Path:
    path = codebase / DEFAULT_PLACE
    for each in (path.parent, path):
        if each.is_symlink():  # it may have come with the code, and lead anywhere
            raise IndexUnusable(
                f"{each}: a link, and an index is written through none that was not named",
                hint="remove the link, or name a file with --output",
            )
    return path


def _own_files(root: Path, path: Path) -> Callable[[str], bool]:
    """Return what says of the path of a file whether it belongs to the index that is written."""
    top, target = root.resolve().as_posix(), path.resolve().as_posix()
    return lambda found: belongs(f"{top}/{found}", target)


def read(codebase: str | Path, path: Path, on_progress: OnProgress) -> Corpus:
    """Read a codebase with the default configuration, all at once; without the index at a path."""
    root = Path(codebase)
    return read_corpus(root, CorpusConfig(), on_progress, passed_over=_own_files(root, path))


def write_index(
    corpus: Corpus,
    made_with: MadeWith,
    path: Path,
    *,
    began: float,
    on_progress: OnProgress,
) -> Built:
    """Encode and explain every chunk of a codebase that was read, and write the index.

    Args:
        corpus: what was read.
        made_with: the model to encode with.
        path: the index file.
        began: `time.monotonic()` when the work began.
        on_progress: told how far the work has come.
    """
    chunks = {of: list(own) for of, own in groupby(corpus.chunks, attrgetter("path"))}
    files = ((file, chunks.get(file.path, [])) for file in corpus.files)
    return _write(files, corpus, _Work(path, made_with, Known(), began, on_progress), Crew())


def _write(
    files: Iterable[tuple[FileRecord, list[Chunk]]],
    read: Corpus | Reading,
    work: _Work,
    crew: Crew,
) -> Built:
    """Encode, explain and write files as they come; `read` knows the rest when all have come."""
    path, made_with, told = work.path, work.made_with, work.on_progress
    model = made_with.model
    record = ModelRecord(
        made_with.name, model.fingerprint, model.config, made_with.own, made_with.training
    )
    former = work.former
    standing = former.standing() if former else None
    with (
        Journal(path, model.fingerprint, width_of(model)) as journal,
        writing(path, record, IndexConfig(), told, standing) as index,
    ):
        encoding = Encoding(model, work.known, journal, crew)
        decoder = None if made_with.own is None else decoder_of(model)
        explaining = Explaining(decoder, work.known)
        for group in encoding.of(_groups(files, former)):
            if group.kept is None:
                said = explaining.of(group)
                index.add(Batch(group.files, group.chunks, group.latents, said, group.beside))
            else:
                index.take(group.files, group.kept)
            told(Progress("index", index.chunks, None, f"chunks of {index.files:,} files"))
        told(Progress("index", index.chunks, index.chunks, f"chunks of {index.files:,} files"))
        coverage = index.finish(read.skipped, read.folders, read.read_ns)
        journal.done()
    return Built(
        path=path, files=index.files, chunks=index.chunks, skipped=len(read.skipped),
        coverage=coverage, bytes=path.stat().st_size, seconds=time.monotonic() - work.began,
        reread=index.files, encoded=encoding.encoded, model=made_with.name,
    )  # fmt: skip


def _groups(
    files: Iterable[tuple[FileRecord, list[Chunk]]], former: FormerIndex | None
) -> Iterator[FileGroup]:
    """Yield whole files in groups.

    A group is of new files, with `_TOGETHER` chunks or a few more, or of any number of files that
    stand in a row in the former index.
    """
    records: list[FileRecord] = []
    chunks: list[Chunk] = []
    kept: range | None = None
    for record, cut in files:
        here = None if former is None else former.place(record)
        joins = here is None if kept is None else here is not None and here.start == kept.stop
        if records and not (joins and len(chunks) < _TOGETHER):
            yield FileGroup(records, chunks, kept)
            records, chunks = [], []
        if not records:
            kept = here
        elif kept is not None and here is not None:
            kept = range(kept.start, here.stop)
        records.append(record)
        chunks += cut
    if records:
        yield FileGroup(records, chunks, kept)
