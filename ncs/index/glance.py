"""A look at the codebase before a query: time stamps of what was read, and nothing parsed.

Stays clear of `ncs.corpus`, whose parsers take longer to import than a query takes.
"""

import codecs
import math
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

from ncs.config import (
    ENVIRONMENT_MARK,
    IGNORE_FILES,
    IGNORED_FOLDERS,
    UNSPOKEN,
    CorpusConfig,
)
from ncs.hashing import blake2b
from ncs.index.places import DiskPlaces
from ncs.index.reading import Index
from ncs.text import path_text
from ncs.types import BINARY, EMPTY, ENVIRONMENT, IGNORED, LARGE

_Row = TypeVar("_Row")

# A file that was written while or just before it was read can have changed once more without a
# new time stamp: systems tick in milliseconds, old file systems in whole or even seconds.
_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_000_000_000
_LOOK_AT_CLOCK_EVERY = 200  # files
_LARGEST = 4_000_000  # bytes of a file whose content is compared
_MOST_COUNTED = 100  # entries of folders that appeared: what takes half a second has fewer
_BINARY_HEAD_BYTES = 8_192  # as many as the walk reads; a NUL among them: the file is still binary
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # in which every other byte may be a NUL


class Glance(NamedTuple):
    """What a look found.

    Attributes:
        changed: files with other content, and skipped ones that were written and may be fit now.
        missing: files that are gone.
        appeared: files and folders that were not there; some may fall under an ignore rule.
        unread: bytes of what changed or appeared, infinite where a folder did that holds more than
            is counted.
        complete: whether there was time to look at everything.
        within: files in the folders that appeared, as far as they were counted.
    """

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    appeared: tuple[str, ...]
    unread: float
    complete: bool
    within: int = 0

    @property
    def calm(self) -> bool:
        """Whether everything is as it was read, as far as was looked."""
        return not (self.changed or self.missing or self.appeared)


class _Late(Exception):
    """The time for a look is over."""


def stamps(index: Index) -> dict[str, tuple[int, int]]:
    """Return path → (size, mtime_ns) of the files whose stamps tell whether they changed.

    A stamp that is no number (a damaged row) tells nothing.
    """
    read_ns = index.meta["read_ns"]
    rows = index.store.rows("SELECT size, mtime_ns FROM files ORDER BY id")
    return {
        path: (size, mtime)
        for path, (size, mtime) in zip(index.paths, rows, strict=True)
        if isinstance(mtime, int) and telling(mtime, read_ns)
    }


def telling(mtime_ns: int, read_ns: int) -> bool:
    """Return whether an equal time stamp means equal content for what was read at a time."""
    tick = _COARSE_TICK_NS if mtime_ns % 1_000_000_000 == 0 else _TICK_NS
    return mtime_ns + tick < read_ns


def glance(index: Index, root: Path, seconds: float) -> Glance:
    """Compare the files and folders of an index with what stands below a folder.

    Args:
        index: an open index.
        root: the codebase it describes.
        seconds: how long to look at most.
    """
    look = _Look(index, root, time.monotonic() + seconds)
    try:
        look.at_files()
        look.at_skipped()
        look.at_folders()
    except _Late:
        return look.found(complete=False)
    return look.found(complete=True)


def gone(root: Path, path: str) -> bool:
    """Return whether a file of an index is not there any more; False where nobody can tell."""
    try:
        os.lstat(DiskPlaces(root).of(path))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def rewritten(index: Index, root: Path) -> bool:
    """Return whether a skipped file was written since, and may be fit to be searched now."""
    look = _Look(index, root, math.inf)
    look.at_skipped()
    return not look.found(complete=False).calm


class _Look:
    """A look at a codebase, and what it found so far. Each part of it raises `_Late`.

    Args:
        index: an open index.
        root: the codebase it describes.
        deadline: when to stop, on the clock of `time.monotonic`.
    """

    def __init__(self, index: Index, root: Path, deadline: float) -> None:
        self._index, self._places, self._deadline = index, DiskPlaces(root), deadline
        self._read_ns = index.meta["read_ns"]
        self._changed: list[str] = []
        self._missing: list[str] = []
        self._appeared: list[str] = []
        self._unread = 0.0
        self._within = self._counted = 0

    def found(self, *, complete: bool) -> Glance:
        """Return what was found; `complete`: whether that is all."""
        found = (tuple(self._changed), tuple(self._missing), tuple(self._appeared))
        return Glance(*found, self._unread, complete, self._within)

    def at_files(self) -> None:
        """Look at the files that were read."""
        query = "SELECT size, mtime_ns, digest FROM files ORDER BY id"
        rows = zip(self._index.paths, self._index.store.stream(query), strict=True)
        for path, (size, mtime_ns, digest) in self._in_time(rows):
            try:
                place = self._places.of(path)
                about = os.stat(place, follow_symlinks=False)
                same = about.st_mtime_ns == mtime_ns and telling(mtime_ns, self._read_ns)
                # What is no file is not opened: a pipe would not let go.
                alike = about.st_size == size and stat.S_ISREG(about.st_mode)
                if not (alike and (same or _digest(place) == digest)):
                    self._changed.append(path)
                    self._unread += about.st_size
            except (OSError, ValueError):
                self._missing.append(path)

    def at_skipped(self) -> None:
        """Look at what was not fit to be searched: nobody else would see that it is now."""
        for reason, path in self._in_time(self._index.skipped):
            if reason == IGNORED:
                continue
            try:
                place = self._places.of(path)
                about = os.stat(place, follow_symlinks=False)
                # The system's own stamp: none but that is recorded of them, `mv` brings an old
                # time of writing with it, and a future one would be new at every look.
                if telling(about.st_ctime_ns, self._read_ns) or _still(place, about, reason):
                    continue
            except (OSError, ValueError):
                continue  # gone: it was not searched, and is not
            self._changed.append(path)
            self._weigh(place)

    def at_folders(self) -> None:
        """Look for what the index does not know in folders that changed."""
        known: set[str] | None = None
        for folder, mtime_ns in self._in_time(self._index.folders.items()):
            try:
                place = self._places.of(folder)
                same = os.stat(place).st_mtime_ns == mtime_ns
                if same and telling(mtime_ns, self._read_ns):
                    continue
                names = sorted(os.listdir(place))
            except (OSError, ValueError):
                continue  # gone, and its files are missing
            known = _known(self._index) if known is None else known
            for name in self._in_time(names):
                path = path_text(f"{folder}/{name}" if folder else name)
                if name not in UNSPOKEN and path not in known:
                    self._appeared.append(path)
                    self._weigh(f"{place}/{name}")

    def _weigh(self, place: str) -> None:
        """Count what is to be read at a place that the index does not know."""
        with suppress(OSError):  # gone again
            about = os.lstat(place)
            if stat.S_ISDIR(about.st_mode):
                self._weigh_folder(place)
            else:
                self._unread += about.st_size

    def _weigh_folder(self, top: str) -> None:
        """Count what is in a folder, all below it; infinite where that is more than is counted.

        What is ignored without a rule counts as nothing, and is not gone into.
        """
        pending = [top]
        while pending and self._unread < math.inf:
            folder = pending.pop()
            if self._passed_over(folder):
                continue
            with suppress(OSError), os.scandir(folder) as entries:
                for entry in self._in_time(entries):
                    self._counted += 1
                    if self._counted > _MOST_COUNTED:
                        self._unread = math.inf
                        return
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        self._within += 1
                        self._unread += entry.stat(follow_symlinks=False).st_size

    def _passed_over(self, folder: str) -> bool:
        """Return whether a refresh will not go into a folder that appeared, nor wait for it."""
        name = os.path.basename(folder)
        if name in UNSPOKEN or os.path.lexists(f"{folder}/{ENVIRONMENT_MARK}"):
            return True
        return name in IGNORED_FOLDERS and name not in self._brought_back

    @cached_property
    def _brought_back(self) -> str:
        """What the rules of the codebase itself bring back of what would be ignored."""
        return "\n".join(map(_exceptions, (self._places.of(name) for name in IGNORE_FILES)))

    def _in_time(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        for at, row in enumerate(rows):
            if at % _LOOK_AT_CLOCK_EVERY == 0 and time.monotonic() > self._deadline:
                raise _Late
            yield row


def _still(place: str, about: os.stat_result, reason: str) -> bool:
    """Return whether what was written since is skipped all the same, as far as that is cheap.

    A database or a log that is written all the time would be a change at every look, and so would
    a virtual environment in which something is installed. What is binary is told by a NUL alone,
    not by all that `corpus.decoding.is_binary` looks at: that room is too dear to import.
    """
    if reason == ENVIRONMENT and stat.S_ISDIR(about.st_mode):
        return os.path.lexists(f"{place}/{ENVIRONMENT_MARK}")
    if not stat.S_ISREG(about.st_mode):
        return not stat.S_ISDIR(about.st_mode)  # links, pipes, sockets, devices
    if reason == LARGE:
        return about.st_size > CorpusConfig().most_bytes(place)
    if reason not in (BINARY, EMPTY):
        return False
    with open(place, "rb") as file:
        if reason == EMPTY:
            return not file.read(_LARGEST).strip()
        head = file.read(_BINARY_HEAD_BYTES)
        return b"\0" in head and not head.startswith(_UTF_16)


def _exceptions(place: str) -> str:
    """Return the lines of an ignore file that bring something back."""
    with suppress(OSError), open(place, encoding="utf-8", errors="replace") as file:
        lines = file.read(_LARGEST).splitlines()
        return "\n".join(line for line in lines if line.lstrip().startswith("!"))
    return ""


def _known(index: Index) -> set[str]:
    query = "SELECT path FROM files UNION SELECT path FROM folders UNION SELECT path FROM skipped"
    return {path for (path,) in index.store.rows(query)}


def _digest(place: str) -> bytes:
    with open(place, "rb") as file:
        return blake2b(file.read(_LARGEST), digest_size=16).digest()
