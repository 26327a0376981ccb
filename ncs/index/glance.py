"""A look at the codebase before a query: time stamps of what was read, and nothing parsed.

Stays clear of `ncs.corpus`, whose parsers take longer to import than a query takes.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ncs.config import UNSPOKEN
from ncs.index.reading import Index

# A file that was written while or just before it was read can have changed once more without a
# new time stamp: systems tick in milliseconds, old file systems in whole or even seconds.
_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_000_000_000
_LOOK_AT_CLOCK_EVERY = 200  # files
_LARGEST = 4_000_000  # bytes of a file whose content is compared


class Glance(NamedTuple):
    """What a look found.

    Attributes:
        changed: files with other content. missing: files that are gone.
        appeared: files and folders that were not there; some may fall under an ignore rule.
        complete: whether there was time to look at everything.
    """

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    appeared: tuple[str, ...]
    complete: bool

    @property
    def calm(self) -> bool:
        """Whether everything is as it was read, as far as was looked."""
        return not (self.changed or self.missing or self.appeared)


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
    deadline = time.monotonic() + seconds
    top = os.fspath(root)
    read_ns = index.meta["read_ns"]
    changed: list[str] = []
    missing: list[str] = []
    query = "SELECT size, mtime_ns, lower(hex(digest)) FROM files ORDER BY id"
    rows = zip(index.paths, index.store.rows(query), strict=True)
    for at, (path, (size, mtime_ns, digest)) in enumerate(rows):
        if at % _LOOK_AT_CLOCK_EVERY == 0 and time.monotonic() > deadline:
            return Glance(tuple(changed), tuple(missing), (), complete=False)
        try:
            if not _same(f"{top}/{path}", size, mtime_ns, digest, read_ns):
                changed.append(path)
        except (OSError, ValueError):
            if "\\x" not in path:  # a name that was made printable says nothing
                missing.append(path)
    return Glance(tuple(changed), tuple(missing), tuple(_appeared(index, top)), complete=True)


def _same(place: str, size: int, mtime_ns: int, digest: str, read_ns: int) -> bool:
    about = os.stat(place, follow_symlinks=False)
    # What is no file is not opened: a pipe would not let go.
    if about.st_size != size or not stat.S_ISREG(about.st_mode):
        return False
    known = about.st_mtime_ns == mtime_ns and telling(mtime_ns, read_ns)
    return known or _digest(place) == digest


def _appeared(index: Index, top: str) -> Iterator[str]:
    """Yield entries of changed folders that the index does not know."""
    read_ns = index.meta["read_ns"]
    known: set[str] | None = None
    for folder, mtime_ns in index.folders.items():
        place = f"{top}/{folder}" if folder else top
        try:
            if os.stat(place).st_mtime_ns == mtime_ns and telling(mtime_ns, read_ns):
                continue
            names = sorted(os.listdir(place))
        except (OSError, ValueError):
            continue  # gone, and its files are missing
        known = _known(index) if known is None else known
        for name in names:
            path = f"{folder}/{name}" if folder else name
            if name not in UNSPOKEN and path not in known and path.isprintable():
                yield path


def _known(index: Index) -> set[str]:
    query = "SELECT path FROM files UNION SELECT path FROM folders UNION SELECT path FROM skipped"
    return {path for (path,) in index.store.rows(query)}


def _digest(place: str) -> str:
    with open(place, "rb") as file:
        return hashlib.blake2b(file.read(_LARGEST), digest_size=16).hexdigest()
