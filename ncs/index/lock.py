"""One writer at a time: a lock beside the index that dies with the process that holds it."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from glob import escape
from pathlib import Path

from filelock import FileLock, Timeout

from ncs.errors import IndexBusy, IndexUnusable
from ncs.types import OnProgress, Progress

RULES = ".gitignore"  # keeps the folder of an index out of version control
PART = ".part"  # what is being written, `index.db.<token>.part`
TRAINING = ".training"  # the state of a training, from which it can go on
ENCODED = ".encoded"  # what a build has encoded so far
_TOKEN = "[0-9a-f]" * 8  # all of it: `idx.*.part` has the parts of an index `idx.new`, too
_LOCK = ".lock"
_HOLDER = ".writer"  # who holds the lock, for people; the lock itself is what counts
_PATIENCE = 0.2  # seconds between two looks
# what follows the name of an index in those of its files
_OWN = f"({ENCODED}|{TRAINING}|{_LOCK}|{_HOLDER}|.{_TOKEN}{PART})?".replace(".", "[.]")


@contextmanager
def writer(path: Path, *, wait: bool, on_progress: OnProgress) -> Iterator[None]:
    """Be the only writer of an index while the block runs.

    The system takes the lock from a process that dies, so none has to be broken by hand.

    Args:
        path: the index file; its folder is made when missing.
        wait: whether to wait for another writer, or to give up at once.
        on_progress: told who is waited for; stage "wait".

    Raises:
        IndexBusy: another process writes this index, and `wait` is false.
        IndexUnusable: the folder of the index cannot be written.
    """
    target = path.resolve()
    lock, holder = FileLock(beside(target, _LOCK)), beside(target, _HOLDER)
    made: list[Path] = []
    try:
        try:
            made = make_folder(target.parent)
            _acquire(lock, target, wait, on_progress)
            for dead in target.parent.glob(f"{escape(target.name)}.{_TOKEN}{PART}"):
                dead.unlink(missing_ok=True)  # its writer would hold the lock
            with open(holder, "w", encoding="utf-8", opener=unlinked) as file:
                file.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}\n")
        except OSError as error:
            raise IndexUnusable(
                f"{path}: nothing can be written here ({error.strerror or error})",
                hint="check space and permissions, or choose another place with --output",
            ) from error
        yield
    finally:
        if lock.is_locked:
            with suppress(OSError):
                holder.unlink(missing_ok=True)
            for each in reversed(made):
                _leave_no_empty(each, target)
            lock.release(force=True)


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and those above it, and have the system put them on the disk.

    Returns:
        What was made, the outermost first.
    """
    if folder.is_dir():
        return []
    made = make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    # Without this a power cut could take the folder with the finished index in it.
    flush(folder.parent)
    return [*made, folder]


def _leave_no_empty(folder: Path, target: Path) -> None:
    """Remove a folder that was made for an index of which nothing came."""
    own = {beside(target, _LOCK).name, RULES}
    with suppress(OSError):
        if {entry.name for entry in folder.iterdir()} <= own:
            # Whoever waits for this lock opens the file anew: filelock looks whether it is gone.
            for name in own:
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()


def flush(place: Path) -> None:
    """Have the system put a file or a folder on the disk; some cannot do that for a folder."""
    is_folder = place.is_dir()
    with suppress(OSError) if is_folder else nullcontext():
        number = os.open(place, os.O_RDONLY if is_folder else os.O_RDWR)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _acquire(lock: FileLock, target: Path, wait: bool, on_progress: OnProgress) -> None:
    told = False
    while True:
        try:
            lock.acquire(timeout=_PATIENCE if told else 0)
            return
        except Timeout:
            if not wait:
                raise IndexBusy(
                    f"{target}: being written by another ncs ({_holder(target)})",
                    hint="try again when it is done",
                ) from None
            if not told:
                note = f"another ncs writes this index ({_holder(target)})"
                on_progress(Progress("wait", 0, None, note))
                told = True


def _holder(target: Path) -> str:
    try:
        with beside(target, _HOLDER).open(encoding="utf-8", errors="replace") as file:
            return file.read(100).strip() or "unknown"
    except OSError:
        return "unknown"


def unlinked(place: str, flags: int) -> int:
    """Open a file that belongs to an index, as `open` asks its opener to, and never another.

    Nobody chose what lies in a folder that was cloned: a link in the place of the file is removed,
    not followed.
    """
    if os.path.islink(place):
        os.unlink(place)
    return os.open(place, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def belongs(place: str, target: str) -> bool:
    """Return whether a file is an index, or stands beside it and belongs to it, by their paths."""
    return place.startswith(target) and bool(re.fullmatch(_OWN, place[len(target) :]))


def beside(target: Path, suffix: str) -> Path:
    """Return the path of a file that stands beside the index and belongs to it."""
    return target.with_name(target.name + suffix)
