"""The working trees of a git repository, as its own files tell them: one may have an index."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ncs.index.schema import DEFAULT_PLACE


def worktrees(root: Path) -> Sequence[Path]:
    """Return the other working trees of the git repository that a folder is the root of."""
    git = root / ".git"
    with suppress(OSError, ValueError):
        if git.is_file():  # a linked worktree: "gitdir: <main>/.git/worktrees/<name>"
            own = git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            if (root / own).parent.name != "worktrees":  # a submodule, a repository of its own
                return []
            common = (root / own).resolve().parent.parent
        else:
            common = git.resolve()
        linked = [
            # Relative to where it stands with git's worktree.useRelativePaths.
            Path(os.path.normpath(at / (at / "gitdir").read_text(encoding="utf-8").strip())).parent
            for at in sorted((common / "worktrees").glob("*"))
        ]
        here = root.resolve()
        return [tree for tree in (common.parent, *linked) if tree.resolve() != here]
    return []


def indexed_sibling(folder: Path) -> tuple[Path, Path] | None:
    """Return the working tree that a folder lies in, and another one of it that has an index."""
    for root in (folder, *folder.parents):
        if os.path.exists(root / ".git"):
            indexed = (tree for tree in worktrees(root) if os.path.isfile(tree / DEFAULT_PLACE))
            sibling = next(indexed, None)
            return None if sibling is None else (root, sibling)
    return None
