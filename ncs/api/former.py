"""What an earlier index, an interrupted build or a sibling worktree gives to the next index."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ncs import __version__
from ncs.api.encoding import width_of
from ncs.api.known import Known, of_index
from ncs.api.opening import codebase_of, model_of
from ncs.config import fingerprint
from ncs.corpus.reading import FileRecord, FormerReading
from ncs.errors import IndexMissing, NcsError, WeightsError
from ncs.git import worktrees
from ncs.index.blocks import Latents
from ncs.index.content import FormerContent, cut_mark
from ncs.index.glance import rewritten, stamps
from ncs.index.journal import encoded_before
from ncs.index.reading import DEFAULT_PLACE, Index, open_index, salvage_model
from ncs.index.stale import known_files
from ncs.index.store import damaged
from ncs.index.validate import unsound_parts
from ncs.runtime.decoder import decoder_of
from ncs.types import Chunk, Folder, OnProgress, Progress, Skipped, SourceFile
from ncs.weights import Weights, shipped_model, unpack

_REPORT_EVERY = 50  # files


@dataclass(frozen=True, slots=True)
class MadeWith:
    """A model that an index is made with.

    Attributes:
        name: "base" or "trained". model: its numbers.
        own: its bytes, to be kept in the index; None for the base model of the package.
        training: how it was trained, as JSON; empty for the base model.
    """

    name: str
    model: Weights
    own: bytes | None = None
    training: str = ""


def base_model() -> MadeWith:
    """Return the model that ships with the package.

    Raises:
        WeightsError: this installation carries none.
    """
    base = shipped_model()
    if base is None:
        raise WeightsError(
            "this installation carries no base model", hint="ncs train learns one from the code"
        )
    return MadeWith("base", base)


def sound_model(index: Index) -> Weights:
    """Return the model that an index was made with, tried: what it is made of can be missing.

    Raises:
        IndexUnusable: it is not at hand, or not the one that the index tells of.
        WeightsError: its weights are damaged, or do not fit their own configuration.
    """
    model = model_of(index)
    if model.fingerprint != index.model.fingerprint:
        raise damaged(index.path, "model", "weights of another fingerprint")
    decoder_of(model)
    return model


def salvaged(path: Path) -> MadeWith | None:
    """Return the trained model of an index that does not open, where it is whole."""
    found = salvage_model(path)
    if found is None or found.weights is None:
        return None
    try:
        model = unpack(found.weights, origin=str(path))
        decoder_of(model)
    except WeightsError:
        return None
    # Before format 4 a fingerprint was a digest of all bytes.
    if found.fingerprint not in (model.fingerprint, fingerprint(found.weights)):
        return None
    return MadeWith("trained", model, found.weights, found.training)


class FormerIndex:
    """An index that stands where the next one will, and what of it still holds.

    Args:
        index: open and sound as far as the cheap checks say.
        unsound: parts of its content (keys of `schema.CONTENT`) that must not be taken over,
            beside those that are not as written.

    Attributes:
        made_with: its model. coverage: what was read back when it was written.
        chunks: how many it has.
    """

    def __init__(self, index: Index, unsound: Collection[str] = ()) -> None:
        self._index = index
        # What is damaged and taken over would get checksums that say it is sound.
        self.damaged = (*unsound_parts(index), *_disordered(index))
        self._unsound = frozenset(unsound) | set(self.damaged)
        own, model = index.weights_bytes(), sound_model(index)
        self.made_with = MadeWith(index.model.name, model, own, index.model.training)
        self.coverage: float = index.meta["coverage"]
        self.chunks = index.chunk_count
        self._same_rules = index.meta["cut"] == cut_mark()
        # Whether unchanged files are taken over as they stand, row by row. Else only their chunks
        # are, and latents, explanations and postings are written of these as of new ones.
        self._stands = self._same_rules and not self._unsound

    def reading(self) -> FormerReading:
        """Return what need not be cut again: nothing where the rules of cutting changed."""
        if not self._same_rules or self._unsound & {"files", "chunks", "columns"}:
            return FormerReading()
        return FormerReading(self._records, stamps(self._index), self._chunks)

    @cached_property
    def _records(self) -> Mapping[str, FileRecord]:
        return known_files(self._index)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {path: at for at, path in enumerate(self._index.paths)}

    def _chunks(self, path: str) -> list[Chunk]:
        if self._stands:  # the file is taken as it stands, and nobody looks at its chunks
            return []
        chunks = self._index.chunks_of(self._places[path])
        return [row.chunk() for row in self._index.chunk_rows(chunks)]

    def known(self) -> Known:
        """Return what this very version and model encoded and explained, and left of an update."""
        index = self._index
        needed = {"files", "chunks", "columns", "latents"}  # what says which text a latent is of
        usable = index.meta["ncs"] == __version__ and not self._unsound & needed
        return _with_left(Known(index if usable else None), index.path, self.made_with.model)

    def standing(self) -> FormerContent | None:
        """Return what files that are as they were are taken from, or None where none may be."""
        return FormerContent(self._index) if self._stands else None

    def place(self, file: FileRecord) -> range | None:
        """Return the chunks of a file that may be taken as it stands, None for any other."""
        known = self._records.get(file.path) if self._stands else None
        if known is None or (known.digest, known.language) != (file.digest, file.language):
            return None
        return self._index.chunks_of(self._places[file.path])

    def compared(
        self, found: Iterator[SourceFile | FileRecord], on_progress: OnProgress
    ) -> tuple[list[SourceFile | FileRecord], bool]:
        """Take files of a codebase, as `Reading` finds them, up to the first that differs.

        Returns:
            What was taken, and whether the files are those of this index. There can be a
            difference all the same; `describes` says.
        """
        taken: list[SourceFile | FileRecord] = []
        if self._unsound or not self._same_rules or self._index.meta["ncs"] != __version__:
            return taken, False
        expected = iter(self._records.values())
        for each in found:
            taken.append(each)
            if len(taken) % _REPORT_EVERY == 0:
                on_progress(Progress("read", len(taken)))
            if each != next(expected, None):
                return taken, False
        return taken, next(expected, None) is None

    def describes(self, root: Path, skipped: Sequence[Skipped], folders: Sequence[Folder]) -> bool:
        """Return whether this index says the same of what is no file of the codebase.

        It does not where something was written that is skipped again, or a folder only touched:
        a new time of reading and new stamps keep every query from asking for that once more.
        """
        if rewritten(self._index, root):
            return False
        store = self._index.store
        said = store.stream("SELECT path, reason, detail FROM skipped ORDER BY id")
        if [Skipped(*row) for row in said] != list(skipped):
            return False
        # Their stamps serve the look before a query, and only an index in its codebase's `.ncs` is
        # looked at. In any other folder the index itself changes the stamp whenever it is written.
        if codebase_of(self._index.path) is None:
            return True
        return {Folder(*row) for row in self._index.folders.items()} == set(folders)

    def close(self) -> None:
        """Close the index file."""
        self._index.close()


def _disordered(index: Index) -> tuple[str, ...]:
    """Return "pages" where SQLite finds them in disorder, which digests of rows do not show."""
    said = [row[0] for row in index.store.rows("PRAGMA integrity_check(1)")]
    return () if said == ["ok"] else ("pages",)


def former_index(path: Path, unsound: Collection[str] = ()) -> tuple[FormerIndex | None, str]:
    """Return the index at a path as the next build sees it, or None and why there is none.

    The reason is empty where there is simply no index. Arguments as for `FormerIndex`.
    """
    try:
        index = open_index(path)
    except IndexMissing:
        return None, ""
    except NcsError as error:
        return None, error.message
    try:
        return FormerIndex(index, unsound), ""
    except NcsError as error:
        index.close()
        return None, error.message
    except BaseException:
        index.close()
        raise


def _with_left(known: Known, path: Path, model: Weights) -> Known:
    """Return what is known, and with it what an interrupted build of an index has encoded."""
    digests, left = encoded_before(path, model.fingerprint, width_of(model))
    known.add(digests, Latents(left))
    return known


def seeds(root: Path, path: Path, model: Weights) -> Known:
    """Return latents for a first build: of an interrupted one, and of sibling worktrees."""
    found = _with_left(Known(), path, model)
    for sibling in worktrees(root):
        with suppress(NcsError, OSError), open_index(sibling / DEFAULT_PLACE) as index:
            same = (index.model.fingerprint, index.meta["ncs"]) == (model.fingerprint, __version__)
            for said, latents in of_index(index) if same else ():
                found.add(said, latents)
    return found
