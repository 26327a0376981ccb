"""The working trees of a git repository that have an index."""

import os
from pathlib import Path

from ncs.git import worktrees
from ncs.index.schema import DEFAULT_PLACE


def indexed_sibling(folder: Path) -> tuple[Path, Path] | None:
    """Return the working tree that a folder lies in, and another one of it that has an index."""
    for root in (folder, *folder.parents):
        if os.path.exists(root / ".git"):
            indexed = (tree for tree in worktrees(root) if os.path.isfile(tree / DEFAULT_PLACE))
            sibling = next(indexed, None)
            return None if sibling is None else (root, sibling)
    return None
