"""A model of a disk: what a folder holds when the power fails between two calls."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

State = dict[str, bytes | None]  # path → content; None for a folder


@dataclass(frozen=True, slots=True)
class Change:
    """What a call has changed, as the shim recorded it.

    Attributes:
        point: the number of the call.
        name: create, truncate, write, sync, rename, link, unlink, rmdir or mkdir.
        path: of the file, "" for the folder itself. offset: in bytes; the new length for truncate.
        data: the bytes written; the other path for rename and link.
    """

    point: int
    name: str
    path: str
    offset: int
    data: bytes


def read_record(place: Path) -> list[Change]:
    """Return the changes that the shim recorded."""
    data, at, changes = place.read_bytes(), 0, []
    while at < len(data):
        end = data.index(b"\n", at)
        point, name, path, offset, length = data[at:end].decode().split("\t")
        at = end + 1 + int(length)
        changes.append(Change(int(point), name, path, int(offset), data[end + 1 : at]))
    return changes


@dataclass(slots=True)
class _File:
    """A file: its bytes as they surely are on the disk, and the changes since."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: a truncation

    def content(self, lost: random.Random | None = None, share: float = 0.0) -> bytes:
        """Return the bytes, some of the changes since the last sync lost."""
        data = bytearray(self.synced)
        for offset, piece in self.pending:
            if lost is not None and lost.random() < share:
                continue
            if len(data) < offset:
                data.extend(bytes(offset - len(data)))
            if piece is None:
                del data[offset:]
            else:
                data[offset : offset + len(piece)] = piece
        return bytes(data)


_Names = dict[str, _File | None]
_NameChange = tuple[str, str, str, _File | None]  # name of the call, path, other path, its file


class Disk:
    """A folder: what programs see of it, and what the disk would hold without power.

    The disk keeps what was synced. Of the names changed since the last sync of their folder it
    keeps the first few, any number of them, as a file system with a journal does. Of the bytes
    written since the last sync of their file it keeps all, none, or some.
    """

    def __init__(self, before: State) -> None:
        self._seen: _Names = {
            path: None if data is None else _File(data) for path, data in before.items()
        }
        self._synced: _Names = dict(self._seen)
        self._pending: list[_NameChange] = []

    def apply(self, change: Change) -> None:
        """Do what a call has done."""
        if change.name in ("write", "truncate"):
            file = self._seen.get(change.path)
            if file is not None:  # else removed while it was open
                file.pending.append(
                    (change.offset, change.data if change.name == "write" else None)
                )
        elif change.name == "sync":
            self._sync(change.path)
        else:
            file = _File() if change.name == "create" else self._seen.get(change.path)
            named = (change.name, change.path, change.data.decode(), file)
            _rename(self._seen, named)
            self._pending.append(named)

    def _sync(self, path: str) -> None:
        file = self._seen.get(path)
        if file is not None:
            file.synced, file.pending = file.content(), []
            return
        kept = []
        for named in self._pending:
            touched = {str(PurePosixPath(each).parent) for each in named[1:3] if each}
            if str(PurePosixPath(path or "/")) in touched:
                _rename(self._synced, named)
            else:
                kept.append(named)
        self._pending = kept

    def seen(self) -> State:
        """Return what programs see."""
        return {
            path: None if file is None else file.content() for path, file in self._seen.items()
        }

    def without_power(self, seed: int) -> Iterator[State]:
        """Yield states, each of which the disk may hold when the power fails now."""
        names = dict(self._synced)
        for named in (None, *self._pending):
            if named is not None:
                _rename(names, named)
            for share in (1.0, 0.5, 0.0):
                lost = random.Random(seed)
                yield {
                    path: None if file is None else file.content(lost, share)
                    for path, file in names.items()
                }


def _rename(names: _Names, named: _NameChange) -> None:
    """Change the names as a call does."""
    call, path, other, file = named
    if call in ("create", "mkdir", "link"):
        names[other if call == "link" else path] = file
    if call in ("rename", "unlink", "rmdir"):
        names.pop(path, None)
    if call == "rename":
        names[other] = file
