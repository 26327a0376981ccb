"""One writer at a time: a lock beside the index that dies with the process that holds it."""

import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from glob import escape
from importlib import import_module
from pathlib import Path

from filelock import FileLock, Timeout

from ncs.errors import IndexBusy, IndexUnusable
from ncs.index.schema import DEFAULT_PLACE
from ncs.types import OnProgress, Progress

RULES = ".gitignore"  # keeps the folder of an index out of version control
PART = ".part"  # what is being written, `index.db.<token>.part`
TRAINING = ".training"  # the state of a training, from which it can go on
ENCODED = ".encoded"  # what a build has encoded so far
_TOKEN = "[0-9a-f]" * 8  # not `*`: `idx.*.part` has the parts of an index `idx.new`, too
_LOCK = ".lock"
_HOLDER = ".writer"  # who holds the lock, for people; the lock itself is what counts
_PATIENCE = 0.2  # seconds between two looks
_GLIMPSE = 0.01  # seconds in which `at_work`, which holds a lock for a moment, has let go of it
# What holds the lock and says nothing of itself so long is no writer: one says so at once.
_NAMELESS_SECONDS = 10.0
# what follows the name of an index in those of its files
_OWN = f"({ENCODED}|{TRAINING}|{_LOCK}|{_HOLDER}|.{_TOKEN}{PART})?".replace(".", "[.]")


@contextmanager
def writer(path: Path, *, wait: bool, on_progress: OnProgress) -> Iterator[None]:
    """Be the only writer of an index while the block runs.

    The system takes the lock from a process that dies, so none has to be broken by hand.

    Args:
        path: the index file; its folder is made when missing, and the default one kept out of
            version control.
        wait: whether to wait for another writer, or to give up at once.
        on_progress: told who is waited for; stage "wait".

    Raises:
        IndexBusy: another process writes this index, and `wait` is false.
        IndexUnusable: the folder of the index cannot be written, or its lock is held by something
            that is not known to write it.
    """
    target = path.resolve()
    lock, holder = FileLock(beside(target, _LOCK)), beside(target, _HOLDER)
    made: list[Path] = []
    try:
        try:
            _refuse_file(target.parent)
            made = make_folder(target.parent)
            _acquire(lock, target, wait, on_progress)
            for dead in target.parent.glob(f"{escape(target.name)}.{_TOKEN}{PART}"):
                dead.unlink(missing_ok=True)  # its writer would hold the lock
            with open(holder, "w", encoding="utf-8", opener=unlinked) as file:
                file.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}\n")
            _hide(target.parent)
        except OSError as error:
            raise IndexUnusable(
                f"{path}: nothing can be written here ({_said(error)})",
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


def _hide(folder: Path) -> None:
    """Keep the default place of an index out of version control; whoever wants it in, deletes.

    Before the work: what an interrupted one leaves there, of a training 96 MB, is hidden, too.
    """
    if folder.name == DEFAULT_PLACE.parent.name and not any(folder.glob(DEFAULT_PLACE.name)):
        with (
            suppress(OSError),
            open(folder / RULES, "w", encoding="utf-8", opener=unlinked) as rules,
        ):
            rules.write("*\n")


def _refuse_file(folder: Path) -> None:
    """Raise IndexUnusable where a file stands in the place of a folder or of one above it."""
    standing = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if not standing.is_dir():
        raise IndexUnusable(
            f"{standing}: no folder, and the index is to be written into one of that name",
            hint="move it away, or choose another place with --output",
        )


def _said(error: OSError) -> str:
    """Return what the system says, and of which file."""
    said = error.strerror or str(error)
    return f"{error.filename}: {said}" if error.strerror and error.filename else said


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
    """Take the lock, however long a writer that is known holds it."""
    told, named, patience = "", time.monotonic(), _GLIMPSE
    while True:
        try:
            lock.acquire(timeout=patience, poll_interval=patience / 4)
            return
        except Timeout:
            _make_lock(beside(target, _LOCK))
            holder, now, patience = _holder(target, unlinked), time.monotonic(), _PATIENCE
            named = now if holder else named
            if holder and not wait:
                message = f"{target}: being written by another ncs ({holder})"
                raise IndexBusy(message, hint="try again when it is done") from None
            # A writer has the lock for a moment before it can say so.
            if now - named > (_NAMELESS_SECONDS if wait else _PATIENCE):
                raise _held_by_nobody(target) from None
            note = f"another ncs writes this index ({holder})" if holder else _nameless(target)
            if wait and note != told and (holder or now - named > _PATIENCE):
                on_progress(Progress("wait", 0, None, note))
                told = note


def _make_lock(place: Path) -> None:
    """Make the file of a lock where there is none, and raise OSError where that is why.

    filelock takes a folder in which no file can be made for one whose lock somebody holds.
    """
    if not os.path.lexists(place):
        try:
            os.close(os.open(place, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666))
        except FileNotFoundError as error:
            if place.parent.is_dir():  # else a writer of which nothing came has just removed it
                raise OSError(
                    error.errno, "no file can be made there", os.fspath(place)
                ) from error


def _held_by_nobody(target: Path) -> IndexUnusable:
    return IndexUnusable(
        f"{target}: {_nameless(target)}",
        hint="try again; if that goes on and no ncs is at work here, remove "
        f"{beside(target, _LOCK)}",
    )


def _nameless(target: Path) -> str:
    return f"{beside(target, _LOCK).name} is locked, and no ncs says that it writes this index"


def _holder(target: Path, opener: Callable[[str, int], int]) -> str:
    """Return who says that it holds the lock, "" where nobody does."""
    try:
        place = beside(target, _HOLDER)
        with open(place, encoding="utf-8", errors="replace", opener=opener) as file:
            return file.read(100).strip()
    except OSError:
        return ""


def at_work(path: Path) -> str:
    """Return who writes an index at this moment, as it says of itself; "" where nobody does.

    Writes nothing and removes nothing: whoever asks may have no right to.
    """
    target = Path(os.path.realpath(path))  # of links in a circle, too
    return _holder(target, _as_it_lies) if _is_locked(beside(target, _LOCK)) else ""


def _is_locked(place: Path) -> bool:
    """Return whether a process holds a lock; the file alone stays behind when it dies."""
    try:
        fcntl = import_module("fcntl")  # not on Windows
        file = _as_it_lies(os.fspath(place), os.O_RDONLY)
    except (ImportError, OSError):
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(file)  # and with it the lock
    return False


def unlinked(place: str, flags: int) -> int:
    """Open a file that belongs to an index, as `open` asks its opener to, and never another.

    Nobody chose what lies in a folder that was cloned or unpacked: a link in the place of the file
    is removed, not followed, and so is a pipe, which would be waited for.
    """
    with suppress(FileNotFoundError):
        kind = os.lstat(place).st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            os.unlink(place)
    return os.open(place, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _as_it_lies(place: str, flags: int) -> int:
    """Open a file as `unlinked` does, but remove nothing: a link or a pipe is left as it lies."""
    return os.open(place, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def belongs(place: str, target: str) -> bool:
    """Return whether a file is an index, or stands beside it and belongs to it, by their paths."""
    return place.startswith(target) and bool(re.fullmatch(_OWN, place[len(target) :]))


def beside(target: Path, suffix: str) -> Path:
    """Return the path of a file that stands beside the index and belongs to it."""
    return target.with_name(target.name + suffix)
