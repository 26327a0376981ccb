"""What a git repository says of itself in its own files: no git is run."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def common_folder(root: Path) -> Path:
    """Return the folder of what all working trees of a git repository share, as `info/exclude`.

    Args:
        root: the root of a working tree, which holds `.git`: a folder, or a file that names one.

    Raises:
        OSError, ValueError: git's files cannot be read, or are none of git's.
    """
    own = _own_folder(root)
    shared = own / "commondir"  # of a linked worktree alone: "../.."
    return (own / _line(shared)).resolve() if os.path.lexists(shared) else own


def _own_folder(root: Path) -> Path:
    git = root / ".git"
    if git.is_dir():
        return git.resolve()
    # Of a linked worktree "gitdir: <main>/.git/worktrees/<name>", of a submodule another place.
    return (root / _line(git).removeprefix("gitdir:").strip()).resolve()


def _line(place: Path) -> str:
    """Return the one line of a file of git's; a pipe in its place would be waited for."""
    if not place.is_file():
        raise ValueError(f"{place} is no file")
    return place.read_text(encoding="utf-8").strip()


def worktrees(root: Path) -> Sequence[Path]:
    """Return the other working trees of the git repository that a folder is the root of."""
    with suppress(OSError, ValueError):
        common = common_folder(root)
        if not (root / ".git").is_dir() and common == _own_folder(root):
            return []  # a submodule, a repository of its own
        linked = [
            # Relative to where it stands with git's worktree.useRelativePaths.
            Path(os.path.normpath(at / _line(at / "gitdir"))).parent
            for at in sorted((common / "worktrees").glob("*"))
        ]
        here = root.resolve()
        return [tree for tree in (common.parent, *linked) if tree.resolve() != here]
    return []
