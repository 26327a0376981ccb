"""What an earlier index, an interrupted build or a sibling worktree gives to the next index."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from ncs import __version__
from ncs.api.opening import model_of
from ncs.corpus import Corpus, FileRecord, Former
from ncs.errors import IndexMissing, NcsError, WeightsError
from ncs.index.content import cut_mark, text_digest
from ncs.index.encoded import encoded_before
from ncs.index.glance import stamps
from ncs.index.reading import DEFAULT_PLACE, Index, open_index, salvage_model
from ncs.index.schema import MAIN_VIEW, WORDS_VIEW
from ncs.index.stale import known_files
from ncs.index.store import damaged
from ncs.types import Chunk, FloatArray, Folder, Origin, Skipped
from ncs.weights import Weights, base_bytes, unpack


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of texts by the digest of what the encoder reads of them.

    Attributes:
        latents: digest → latent, (Z + E,), of one model: chunks, and their authors' words.
        explanations: digest of a chunk → what was written of it, and where the words come from.
    """

    latents: Mapping[bytes, FloatArray] = field(default_factory=dict)
    explanations: Mapping[bytes, tuple[str, Origin]] = field(default_factory=dict)


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
    data = base_bytes()
    if data is None:
        raise WeightsError(
            "this installation carries no base model", hint="ncs train learns one from the code"
        )
    return MadeWith("base", unpack(data, origin="base model"))


def salvaged(path: Path) -> MadeWith | None:
    """Return the trained model of an index that does not open, where it is whole."""
    found = salvage_model(path)
    if found is None or found.weights is None:
        return None
    try:
        model = unpack(found.weights, origin=str(path))
    except WeightsError:
        return None
    if model.fingerprint != found.fingerprint:
        return None
    return MadeWith("trained", model, found.weights, found.training)


class FormerIndex:
    """An index that stands where the next one will, and what of it still holds.

    Args:
        index: open and sound as far as the cheap checks say.
        unsound: parts of its content (keys of `schema.CONTENT`) that are not as written.
    """

    def __init__(self, index: Index, unsound: Collection[str] = ()) -> None:
        self._index, self._unsound = index, frozenset(unsound)
        own, model = index.weights_bytes(), model_of(index)
        if model.fingerprint != index.model.fingerprint:
            raise damaged(index.path, "model", "weights of another fingerprint")
        self.made_with = MadeWith(index.model.name, model, own, index.model.training)
        self.coverage: float = index.meta["coverage"]
        self._same_rules = index.meta["cut"] == cut_mark()

    def reading(self) -> Former:
        """Return what need not be cut again: nothing where the rules of cutting changed."""
        if not self._same_rules or self._unsound & {"files", "chunks", "columns"}:
            return Former()
        return Former(self._records, stamps(self._index), self._chunks)

    @cached_property
    def _records(self) -> Mapping[str, FileRecord]:
        return known_files(self._index)

    @cached_property
    def _bounds(self) -> Mapping[str, tuple[int, int]]:
        index = self._index
        numbers = np.arange(len(index.paths))
        first = np.searchsorted(index.file_ids, numbers, side="left").tolist()
        end = np.searchsorted(index.file_ids, numbers, side="right").tolist()
        return dict(zip(index.paths, zip(first, end, strict=True), strict=True))

    def _chunks(self, path: str) -> list[Chunk]:
        first, end = self._bounds[path]
        return [row.chunk() for row in self._index.chunk_rows(range(first, end))]

    def known(self) -> Known:
        """Return what was encoded and explained by this very version and model."""
        index = self._index
        if index.meta["ncs"] != __version__ or self._unsound & {"chunks", "latents"}:
            return Known()
        explanations = {
            digest: (text, origin)
            for digest, text, origin in index.store.stream(
                "SELECT digest, explanation, origin FROM chunks"
            )
        }
        return Known(latents_by_digest(index), explanations)

    def reread(self, corpus: Corpus) -> int:
        """Return how many files of a corpus are new or have other content."""
        known = self.reading().records
        return sum(
            file.path not in known or known[file.path].digest != file.digest
            for file in corpus.files
        )

    def describes(self, corpus: Corpus) -> bool:
        """Return whether this index is what would be written of a corpus."""
        if self._unsound or not self._same_rules or self._index.meta["ncs"] != __version__:
            return False
        store = self._index.store
        skipped = tuple(
            Skipped(*row)
            for row in store.rows("SELECT path, reason, detail FROM skipped ORDER BY id")
        )
        folders = {Folder(*row) for row in store.rows("SELECT path, mtime_ns FROM folders")}
        return (
            list(self._records.values()) == sorted(corpus.files, key=lambda file: file.path)
            and skipped == corpus.skipped
            and folders == set(corpus.folders)
        )

    def close(self) -> None:
        """Close the index file."""
        self._index.close()


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


def latents_by_digest(index: Index) -> dict[bytes, FloatArray]:
    """Return the latent of every text that was encoded: chunks, and their authors' words."""
    rows = index.store.rows("SELECT digest, target FROM chunks ORDER BY id")
    digests = [row[0] for row in rows]
    found = dict(zip(digests, whole_latents(index, MAIN_VIEW), strict=True))
    if WORDS_VIEW in index.views:
        said = [text_digest(rows[at][1]) for at in index.view_rows(WORDS_VIEW).tolist()]
        found.update(zip(said, whole_latents(index, WORDS_VIEW), strict=True))
    return found


def whole_latents(index: Index, view: str) -> FloatArray:
    """Return the latents of a view with their extension, (rows, Z + E)."""
    main, extension = index.latents(view), index.extension(view)
    if extension is None:
        return main
    return np.concatenate([main, extension.of(np.arange(len(main)))], axis=1)


def seeds(root: Path, path: Path, model: Weights) -> dict[bytes, FloatArray]:
    """Return latents for a first build: of an interrupted one, and of sibling worktrees."""
    width = model.config.latent_dim + model.config.extension_dim
    found = dict(encoded_before(path, model.fingerprint, width))
    for sibling in worktrees(root):
        with suppress(NcsError, OSError), open_index(sibling / DEFAULT_PLACE) as index:
            same = (index.model.fingerprint, index.meta["ncs"]) == (model.fingerprint, __version__)
            if same:
                found.update(latents_by_digest(index))
    return found


def worktrees(root: Path) -> Sequence[Path]:
    """Return the other working trees of the git repository that a folder is the root of."""
    git = root / ".git"
    with suppress(OSError, ValueError):
        if git.is_file():  # a linked worktree: "gitdir: <main>/.git/worktrees/<name>"
            own = git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            common = (root / own).resolve().parent.parent
        else:
            common = git.resolve()
        linked = [
            Path((at / "gitdir").read_text(encoding="utf-8").strip()).parent
            for at in sorted((common / "worktrees").glob("*"))
        ]
        here = root.resolve()
        return [tree for tree in (common.parent, *linked) if tree.resolve() != here]
    return []
