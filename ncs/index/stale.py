"""What changed in the codebase since it was read: the same walk again, against what is written."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ncs.corpus import walk
from ncs.index.reading import Index
from ncs.types import Skipped


@dataclass(frozen=True, slots=True)
class Stale:
    """Paths, sorted, by how they stand to the index.

    Attributes:
        changed: with other content than was read. new: not in the index.
        missing: in the index, and no longer there or no longer searched.
        fresh: with the content that was read.
    """

    changed: tuple[str, ...]
    new: tuple[str, ...]
    missing: tuple[str, ...]
    fresh: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many files are not as the index has them."""
        return len(self.changed) + len(self.new) + len(self.missing)


def stale(index: Index, root: Path) -> Stale:
    """Compare an index with the codebase below a folder.

    A file is fresh when size and modification time are as recorded, or when its digest is, as
    after a checkout.

    Raises:
        SourceError: the folder is gone or cannot be listed.
        IndexDamaged: the index could not be read.
    """
    query = "SELECT path, size, mtime_ns, digest FROM files"
    known = {path: tuple(rest) for path, *rest in index.store.rows(query)}
    changed, new, fresh = [], [], []
    for found in walk(root):
        if isinstance(found, Skipped):
            continue
        if found.path not in known:
            new.append(found.path)
            continue
        size, mtime_ns, digest = known.pop(found.path)
        if (len(found.data), found.mtime_ns) == (size, mtime_ns) or digest == _digest(found.data):
            fresh.append(found.path)
        else:
            changed.append(found.path)
    return Stale(
        tuple(sorted(changed)), tuple(sorted(new)), tuple(sorted(known)), tuple(sorted(fresh))
    )


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
