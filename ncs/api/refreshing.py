"""Open an index for a query: never wait for a rebuild, never answer from old code in silence."""

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from ncs.api.opening import Codebase, codebase_holding, codebase_of, open_codebase
from ncs.errors import IndexBusy, NcsError
from ncs.index.glance import Glance, glance
from ncs.index.store import command
from ncs.types import OnProgress

Refresh = Literal["auto", "always", "never"]

_LOOK_SECONDS = 0.1
# What a query may wait for. Importing the parsers takes 0.2 s, a chunk that is known 0.06 ms,
# a changed file 20 ms, and each of its bytes 1 us; of the densest code it was 5.5 us.
_BUDGET_SECONDS = 0.5
_START_SECONDS, _CHUNK_SECONDS, _FILE_SECONDS, _BYTE_SECONDS = 0.25, 6e-5, 0.02, 5.5e-6
_PATIENCE_SECONDS = 3.0  # the same, of whoever would else be told that nothing is here
_NAMED = 3


@dataclass
class Opened:
    """An index that is ready to answer.

    Attributes:
        codebase: to be closed by the caller.
        within: the folder from which the index was found, relative to the codebase: a query
            is about what lies there. Empty for all of it, and where nothing there is indexed.
        note: how it stands to the code now; empty where nothing is to be said.
        afterwards: what to call when the answer is out; it starts the refresh and returns.
        soon: brings it up to date and opens it anew, within seconds; None where it is up to
            date, or takes longer.
    """

    codebase: Codebase
    within: str = ""
    note: str = ""
    afterwards: Callable[[], None] = lambda: None
    soon: Callable[[], Codebase] | None = None

    def renew(self) -> bool:
        """Bring the index up to date for whom it had no answer, where that takes seconds.

        Returns:
            Whether it is another index now, which may have the answer.
        """
        if self.soon is None:
            return False
        try:
            renewed = self.soon()
        except NcsError:  # the old one and its note are still true
            return False
        self.codebase.close()
        self.codebase, self.note, self.soon = renewed, "", None
        self.afterwards = lambda: None
        return True


def open_refreshed(where: Path, refresh: Refresh, on_progress: OnProgress) -> Opened:
    """Open an index, and bring it up to date before or after the answer where it is stale.

    Args:
        where: an index file, a codebase, or a folder inside one.
        refresh: "auto" refreshes before the answer where that takes less than half a second,
            otherwise after it; "always" before it, however long it takes; "never" not at all.
        on_progress: told how far a refresh before the answer has come.

    Raises:
        IndexUnusable: there is no index, it is damaged, or (with "always") cannot be written.
        SourceError: with "always": the codebase cannot be read.
    """
    codebase = open_codebase(where)
    try:
        root = codebase_of(codebase.index.path)
        if root is None:
            note = _elsewhere(codebase) if refresh == "always" else _old_elsewhere(codebase)
            return Opened(codebase, note=note)
        opened = _refreshed(codebase, root, refresh, on_progress)
        codebase = opened.codebase
        opened.within = _within(codebase, root, where)
    except BaseException:  # nobody else can close it
        codebase.close()
        raise
    return opened


def _refreshed(
    codebase: Codebase, root: Path, refresh: Refresh, on_progress: OnProgress
) -> Opened:
    if refresh != "always":
        return _looked(codebase, root, refresh, on_progress)
    place = codebase.index.path
    codebase.close()
    _update(root, wait=True, on_progress=on_progress)
    return Opened(_up_to_date(place, root))


def _looked(codebase: Codebase, root: Path, refresh: Refresh, on_progress: OnProgress) -> Opened:
    """Return what to answer from, how it stands to the code, and what to do about it."""
    seen = glance(codebase.index, root, _LOOK_SECONDS)
    # What is gone or moved is known before the index knows it: nobody is sent there.
    codebase = Codebase(codebase.index, root, seen.changed)
    if seen.calm and seen.complete:
        return Opened(codebase)
    old = _told(seen)
    if _empty(codebase, seen):
        return Opened(codebase, note=f"{old} There is nothing left to search.")
    if refresh == "never" or not os.access(codebase.index.path.parent, os.W_OK):
        return Opened(codebase, note=f"{old} {command(codebase.index.path)} brings it up to date.")
    # A refresh looks at everything: it is not asked of every query in a large codebase.
    if seen.calm and _later().recent(root):
        return Opened(codebase)
    place, takes = codebase.index.path, _estimate(codebase, seen)

    def renewed() -> Codebase:
        _update(root, wait=False, on_progress=on_progress)
        return _up_to_date(place, root)

    if takes > _BUDGET_SECONDS:
        return Opened(
            codebase, note=f"{old} It is being brought up to date.",
            afterwards=lambda: _later().start(root),
            soon=renewed if takes <= _PATIENCE_SECONDS else None,
        )  # fmt: skip
    try:
        new = renewed()
    except IndexBusy:
        return Opened(codebase, note=f"{old} Another ncs is bringing it up to date.")
    except NcsError as error:
        return Opened(codebase, note=f"{old} It could not be brought up to date: {error.message}")
    codebase.close()
    return Opened(new)


def _up_to_date(place: Path, root: Path) -> Codebase:
    return Codebase(open_codebase(place).index, root)


def _elsewhere(codebase: Codebase) -> str:
    place = codebase.index.path
    return (
        f"{place} does not lie in a codebase as .ncs/index.db, so it was asked as it is: "
        f"{_anew(place, 'DIR')}"
    )


def _old_elsewhere(codebase: Codebase) -> str:
    """Return how an index elsewhere stands to the code, where that lies around the folder."""
    root = codebase_holding(codebase.index)
    seen = None if root is None else glance(codebase.index, root, _LOOK_SECONDS)
    if seen is None or seen.calm:
        return ""
    return f"{_told(seen)} {_anew(codebase.index.path, str(root))}"


def _anew(place: Path, root: str) -> str:
    quote = import_module("shlex").quote  # most queries say no such thing
    typed = f"ncs index --codebase {quote(root)} --output {quote(str(place))}"
    return f"{typed} brings it up to date."


def _within(codebase: Codebase, root: Path, where: Path) -> str:
    start = where.resolve()
    if not start.is_dir() or start == root or root not in start.parents:
        return ""
    folder = start.relative_to(root).as_posix()
    inside = any(path.startswith(f"{folder}/") for path in codebase.index.paths)
    return folder if inside else ""


def _empty(codebase: Codebase, seen: Glance) -> bool:
    """Return whether all files are gone and nothing came: no refresh can succeed."""
    gone = len(seen.missing) == codebase.index.meta["files"]
    return gone and not (seen.changed or seen.appeared)


def _estimate(codebase: Codebase, seen: Glance) -> float:
    """Return how long a refresh takes, in seconds; infinite where nobody knows."""
    if not seen.complete:
        return math.inf
    files = len(seen.changed) + len(seen.appeared) + seen.within
    chunks = codebase.index.chunk_count
    work = _CHUNK_SECONDS * chunks + _FILE_SECONDS * files + _BYTE_SECONDS * seen.unread
    return _START_SECONDS + work


def _update(root: Path, *, wait: bool, on_progress: OnProgress) -> None:
    # The parsers take longer to import than a query takes: only a stale index needs them.
    import_module("ncs.api.building").build(root, wait=wait, on_progress=on_progress)


def _later() -> Any:
    # Nor need every query import what starts a process.
    return import_module("ncs.api.later")


def _told(seen: Glance) -> str:
    if seen.calm:
        return "There was no time to look at all files: the index may be older than the code."
    parts = [
        _some(seen.changed, "changed"), _some(seen.missing, "gone"), _some(seen.appeared, "new"),
    ]  # fmt: skip
    return f"The index is older than the code: {'; '.join(part for part in parts if part)}."


def _some(paths: Sequence[str], what: str) -> str:
    if not paths:
        return ""
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    return f"{what}: {', '.join(paths[:_NAMED])}{more}"
