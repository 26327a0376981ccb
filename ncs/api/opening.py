"""Open an index and ask it questions. Imports neither torch nor a parser."""

import json
import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from ncs import weights
from ncs.errors import IndexMismatch, IndexMissing, NcsError, QueryError
from ncs.index.closing import Closing
from ncs.index.glance import gone
from ncs.index.reading import Index, being_made, find_index, open_index
from ncs.index.schema import at_default_place
from ncs.index.store import damaged
from ncs.runtime import load
from ncs.search import Answer, Query, answer
from ncs.text import path_text
from ncs.types import Encoder, Hit, Mode

_SOME = 50  # files by which an index is known to be of a folder


class Codebase(Closing):
    """An open index, ready to answer. Use it as a context manager or call `close`.

    Args:
        index: the index to answer from.
        root: the codebase it describes: a hit is of a file that stands there. With None hits are
            of whatever the index has.
        changed: files of it that are known to be newer than the index: hits have the lines that
            they have now.
    """

    def __init__(
        self, index: Index, root: Path | None = None, changed: Collection[str] = ()
    ) -> None:
        self.index = index
        self._changed = frozenset(changed)
        self._root = root

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the index was made with.

        Raises:
            IndexMismatch: the index needs the base model of another version of ncs.
        """
        return load(model_of(self.index))

    def search(
        self,
        query: str,
        top_k: int = 10,
        mode: Mode = "hybrid",
        *,
        within: str = "",
        languages: str | Sequence[str] = (),
        paths: str | Sequence[str] = (),
        not_paths: str | Sequence[str] = (),
        kinds: str | Sequence[str] = (),
        latent: int | None = None,
        min_score: float = 0.0,
    ) -> list[Hit]:
        """Return the places that answer the query, best first, at most `top_k`.

        Args:
            query: a question, some words, or a symbol.
            top_k: how many hits at most.
            mode: "hybrid" for both arms, "neural" for latents alone, "lexical" for BM25 alone,
                "symbol" for the names of definitions and files alone.
            within: a folder of the codebase, relative to it; a hit lies in it.
            languages: names, usual ones too (golang), or file endings; a hit is in one of them.
                Filters apply before the list is cut; one alone may be given as it is.
            paths: folders or globs; a hit's path matches one of them.
            not_paths: folders or globs; a hit's path matches none of them.
            kinds: a hit is of one of these kinds; also `struct`, `enum` and the like.
            latent: numbers of a latent to compare: 16 alone, or all of them (None).
            min_score: hits whose score is lower are left out of the list, in [0, 1].

        Raises:
            QueryError: the query is empty or a filter names something unknown.
            IndexUnusable: the index is damaged or made by another model.
        """
        question = Query(
            query, top_k, mode, within=within,
            languages=_several(languages), paths=_several(paths),
            not_paths=_several(not_paths), kinds=_several(kinds), latent=latent,
            min_score=min_score,
        )  # fmt: skip
        return self.answer(question).hits

    def answer(self, question: Query) -> Answer:
        """Return the places that answer a question, as `search` does, and what is not there.

        Raises:
            QueryError: a filter names something unknown.
            IndexUnusable: the index is damaged or made by another model.
        """
        found = self._found(question)
        return found if self._root is None else self._standing(self._root, found, question)

    def _found(self, question: Query) -> Answer:
        # Loading the model takes longer than an answer that needs none.
        return answer(self.index, self.encoder if question.asks_latents else None, question)

    def _standing(self, root: Path, found: Answer, question: Query) -> Answer:
        """Return the hits that stand, and for those that are gone as many others."""
        asked = question.top_k
        kept = list(filter(None, (self._now(root, hit) for hit in found.hits)))
        while len(kept) < question.top_k and len(found.hits) == asked:
            asked *= 2
            found = self._found(replace(question, top_k=asked))
            kept = list(filter(None, (self._now(root, hit) for hit in found.hits)))
        kept = [replace(hit, rank=rank) for rank, hit in enumerate(kept, start=1)]
        best = kept[0].score if kept else 0.0
        if not kept and question.min_score:  # the best that is left out may be gone as well
            best = self.answer(replace(question, top_k=1, min_score=0.0)).best
        return found._replace(hits=kept[: question.top_k], best=best)

    def close(self) -> None:
        """Close the index file."""
        self.index.close()

    def _now(self, root: Path, hit: Hit) -> Hit | None:
        """Return a hit as it stands now; None where it is gone."""
        if hit.path in self._changed:
            # Most queries are asked of files that are as they were.
            moved: Hit | None = import_module("ncs.api.moved").standing(self.index, root, hit)
            return moved
        return None if gone(root, hit.path) else hit


def open_codebase(path: str | Path = ".") -> Codebase:
    """Open the index at a path: an index file, a codebase, or any folder inside one.

    Raises:
        IndexMissing: there is none there or in a folder above.
        IndexUnusable: it is damaged or of another version.
    """
    return Codebase(open_index(find_index(Path(path))))


def _several(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def model_of(index: Index) -> weights.Weights:
    """Return the model that an index was made with: its own, or the base model.

    Raises:
        IndexMismatch: it was made with a base model that this ncs does not carry.
        IndexDamaged: its latents are of another shape than the model gives.
        WeightsError: the weights are damaged.
    """
    own = index.weights_bytes()
    model = _base_of(index) if own is None else weights.unpack(own, origin=str(index.path))
    if model.config != index.model.config:
        raise damaged(index.path, "model", "the index and the weights tell different shapes")
    return model


def training_of(index: Index) -> dict[str, Any]:
    """Return how the model of an index was trained, {} for the base model.

    Raises:
        IndexDamaged: what is written there is no such account.
    """
    try:
        training = json.loads(index.model.training or "{}")
    except (ValueError, RecursionError) as error:
        raise damaged(index.path, "model", f"training: {error}") from error
    if not isinstance(training, dict):
        raise damaged(index.path, "model", "training: no JSON object")
    return training


def _base_of(index: Index) -> weights.Weights:
    base = weights.shipped_model()
    wanted = index.model.fingerprint
    if base is None or base.fingerprint != wanted:
        raise IndexMismatch(
            f"{index.path}: made with a base model (fingerprint {wanted[:12]}) that this version "
            "of ncs does not carry",
            hint="ncs index writes the index anew",
        )
    return base


def codebase_of(path: Path) -> Path | None:
    """Return the folder whose own index a file is, or None where it is an index elsewhere.

    It is that folder's if it is the file `.ncs/index.db` in it. Where one of these two is a link,
    it leads to what another codebase may own, and another name in a `.ncs` says nothing of what
    lies beside it: a refresh would write over the one, and read all of the other.
    """
    place = path.absolute()
    if not at_default_place(place) or place.is_symlink() or place.parent.is_symlink():
        return None
    return place.parents[1].resolve()


def codebase_around(folder: Path) -> Path:
    """Return the codebase whose index queries from a folder are answered by, or the folder itself.

    It is that of the index found there or in a folder above, or of one that is being made there,
    where one is and lies in a codebase.
    """
    places: list[Path] = []
    with suppress(IndexMissing):
        places.append(find_index(folder))
    start = folder.resolve()
    if made := being_made(start):
        places.append(made[0])
    nearest = max(places, key=lambda place: len(place.parts), default=None)
    root = None if nearest is None else codebase_of(nearest)
    return folder if root in (None, start) else root


def codebase_holding(index: Index) -> Path | None:
    """Return the codebase that an index elsewhere is of, as far as its files tell.

    It is the nearest that has most of them: the working folder, or one above it; None where none
    does.
    """
    some = index.paths[:: len(index.paths) // _SOME + 1]
    with suppress(OSError):  # the working folder may be gone
        here = Path().resolve()
        for folder in (here, *here.parents):
            if 2 * sum((folder / path).is_file() for path in some) > len(some):
                return folder
    return None


def codebase_written_of(place: Path) -> Path:
    """Return the codebase to read where an index elsewhere is to be written.

    That which it is of (`codebase_holding`); the working folder where that is unknown, or where
    there is no index.
    """
    try:
        with open_index(place) as index:
            found = codebase_holding(index)
    except NcsError:  # there is none, or none that could be lost
        return Path()
    return Path() if found in (None, Path().resolve()) else found


def path_in(root: Path, typed: str) -> str | None:
    """Return what the index calls a path that was typed in the working folder.

    Args:
        root: the codebase, without symbolic links.
        typed: a path or a glob, relative to the working folder or absolute.

    Returns:
        The path relative to the codebase, "." for the codebase itself, None for one outside.
    """
    for place in (os.path.abspath(typed), os.path.realpath(typed)):
        if Path(place).is_relative_to(root):
            return path_text(Path(place).relative_to(root).as_posix())
    return None


def refuse_skipped(index: Index, name: str) -> None:
    """Raise the error for what is not searched, or lies in a folder that is not.

    Raises:
        QueryError: it is so; the message has the reason.
    """
    above = {name, *(parent.as_posix() for parent in Path(name).parents)}
    for reason, path in index.skipped:
        if path in above:
            where = "" if path == name else f", as all of {path} is"
            raise QueryError(
                f"{name} is not searched: {reason}{where}",
                hint="ncs inspect index lists what is not searched, and why",
            )
