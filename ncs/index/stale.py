"""What changed in the codebase since it was read: stamps first, content where stamps differ."""

from dataclasses import dataclass
from pathlib import Path

from ncs.corpus.files import scan
from ncs.corpus.reading import FileRecord
from ncs.index.glance import stamps
from ncs.index.reading import Index
from ncs.types import SourceFile, Unchanged


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


def known_files(index: Index) -> dict[str, FileRecord]:
    """Return the files of an index as they were read, in the order of their paths."""
    query = (
        "SELECT language, size, mtime_ns, lower(hex(digest)), lines, chunks FROM files ORDER BY id"
    )
    rows = zip(index.paths, index.store.rows(query), index.generated.tolist(), strict=True)
    return {path: FileRecord(path, *(*row, mark)) for path, row, mark in rows}


def stale(index: Index, root: Path) -> Stale:
    """Compare an index with the codebase below a folder.

    A file is fresh when size and modification time are as recorded, or when its digest is, as
    after a checkout.

    Raises:
        SourceError: the folder is gone or cannot be listed.
        IndexDamaged: the index could not be read.
    """
    known = known_files(index)
    changed: list[str] = []
    new: list[str] = []
    fresh: list[str] = []
    for found in scan(root, known=stamps(index)):
        if isinstance(found, Unchanged):
            del known[found.path]
            fresh.append(found.path)
        elif isinstance(found, SourceFile):
            record = known.pop(found.path, None)
            if record is None:
                new.append(found.path)
            else:
                same = record.digest == found.digest
                (fresh if same else changed).append(found.path)
    return Stale(
        tuple(sorted(changed)), tuple(sorted(new)), tuple(sorted(known)), tuple(sorted(fresh))
    )
