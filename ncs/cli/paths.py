"""Paths as they are typed: filters as globs from the root of the codebase, and that root."""

import os
import posixpath
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, NoReturn

from ncs.api.opening import (
    codebase_around,
    codebase_of,
    codebase_written_of,
    path_in,
    refuse_skipped,
)
from ncs.api.refreshing import Opened
from ncs.display import aside
from ncs.errors import QueryError
from ncs.search.filters import compile_glob
from ncs.text import path_text

_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")
_MOST_ALTERNATIVES = 1_000
_NEAR = 3  # paths that are offered for one that is not there
_ALIKE = 0.7  # how like they are at least, as `difflib` has it


class PathFilters(NamedTuple):
    """Which paths to search, as `Codebase.search` takes them."""

    within: str
    paths: tuple[str, ...]
    not_paths: tuple[str, ...]


def codebase_to_read(typed: Path | None, output: Path | None) -> Path:
    """Return the codebase that a command reads, and say which where nobody named it.

    Without a name it is the one that queries from the working folder are about: an index of a
    folder inside of it would hide the index that they are answered by. Where an index is to be
    written elsewhere, it is the one that the index there is of.
    """
    if typed is not None:
        return typed
    if output is not None:
        root = codebase_written_of(output)
        if root != Path():
            aside(f"{output} is of {root}: --codebase . makes one of this folder.")
        return root
    root = codebase_around(Path())
    if root != Path():
        aside(f"The index of {root} covers this folder: --codebase . makes one of it alone.")
    return root


def path_filters(opened: Opened, paths: Sequence[str], not_paths: Sequence[str]) -> PathFilters:
    """Return where to search, given filters as they were typed.

    A path or glob with a slash is meant from the working folder where that names something there,
    else from the root of the codebase; an absolute one inside the codebase is what it is. One
    without a slash matches at any depth below the folder that is asked. Braces are alternatives.

    Raises:
        QueryError: a filter of `paths` matches no path of the index.
    """
    wanted, unwanted = _Typed(opened, opened.within), _Typed(opened, "")
    only = [glob for each in paths for glob in wanted.globs(each) or wanted.unknown(each)]
    never = []
    for each in not_paths:
        globs = unwanted.globs(each)
        if not globs:
            aside(f"No path of the index matches {each}: it leaves nothing out.")
        never += globs
    # Who names a place outside of the folder that is asked means that place.
    folder = f"/{_literal(opened.within)}/"
    inside = all(f"{glob}/".startswith(folder) for glob in only)
    return PathFilters(opened.within if inside else "", tuple(only), tuple(never))


class _Typed:
    """Reads filters beside the paths of an index.

    Args:
        opened: the index, and the folder that is asked.
        below: the folder in which a filter without a slash matches at any depth; "" for all.
    """

    def __init__(self, opened: Opened, below: str) -> None:
        index = opened.codebase.index
        self._index = index
        self._paths = index.paths
        self._below = below
        self._root = codebase_of(index.path)
        here = None if self._root is None else path_in(self._root, os.curdir)
        self._folders = [_literal(each) for each in (here, opened.within) if each is not None]

    def globs(self, typed: str) -> list[str]:
        """Return the globs that a filter means, empty where none of them matches a path."""
        typed = path_text(typed)
        for texts in ([_literal(typed)], _alternatives(typed)):
            read = [next(filter(self._matches, self._readings(text)), "") for text in texts]
            if found := [glob for glob in read if glob]:
                return found
        return []

    def unknown(self, typed: str) -> NoReturn:
        """Raise the error for a filter that matches nothing: it may name what is not searched."""
        for glob in self._readings(typed):
            refuse_skipped(self._index, glob.strip("/"))  # in a folder that is not searched, too
            pattern = compile_glob(glob)
            for path in filter(pattern.match, (path for _, path in self._index.skipped)):
                refuse_skipped(self._index, path)
        below = f" below {self._below}/" if self._below and not _from_a_folder(typed) else ""
        near = self._near(typed)
        inside = (path for path in self._paths if path.startswith(f"{self._below}/"))
        like = f"hits name them from the root on, like {next(inside, self._paths[0])}"
        hint = f"did you mean {', '.join(near)}?" if near else like
        raise QueryError(f"no path of the index{below} matches {typed}", hint=hint)

    def _readings(self, text: str) -> Iterator[str]:
        """Yield the globs from the root that a text may mean, the likeliest first."""
        if not _from_a_folder(text):
            yield (
                f"/{_literal(self._below)}/**/{text}" if self._below and text.strip("/") else text
            )
            return
        if os.path.isabs(text):
            below = None if self._root is None else path_in(self._root, text)
            yield from [] if below is None else [_rooted(below)]
        else:
            joined = [posixpath.normpath(f"./{folder}/{text}") for folder in self._folders]
            yield from [_rooted(each) for each in joined if each.split("/")[0] != os.pardir]
        yield text

    def _matches(self, glob: str) -> bool:
        pattern = compile_glob(glob)
        return any(map(pattern.match, self._paths))

    def _near(self, typed: str) -> list[str]:
        """Return what there is that is written most like a filter."""
        if _from_a_folder(typed):
            asked = [glob.strip("/") for glob in self._readings(typed)]
            known = {path[:at] for path in self._paths for at in _ends(path)}
        else:
            asked = [typed.strip("/")]
            folder = f"{self._below}/" if self._below else ""
            paths = [path for path in self._paths if path.startswith(folder)]
            known = {name for path in paths for name in path[len(folder) :].split("/")}
            known |= {f"*{posixpath.splitext(path)[1]}" for path in paths}
        # Only an error needs it.
        alike = import_module("difflib").get_close_matches
        found = [each for one in asked for each in alike(one, sorted(known), _NEAR, _ALIKE)]
        return list(dict.fromkeys(found))[:_NEAR]


def _from_a_folder(text: str) -> bool:
    """Return whether a filter begins at a folder, and is not found at any depth."""
    bare = text.rstrip("/")
    return "/" in bare or bare in (os.curdir, os.pardir)


def _literal(text: str) -> str:
    """Return the glob of a path that may hold the signs of globs."""
    return re.sub(r"([*?[])", r"[\1]", text)


def _rooted(path: str) -> str:
    return "/**" if path == os.curdir else f"/{path}"


def _alternatives(text: str) -> list[str]:
    """Return what a text with braces stands for: `*.{py,md}` for `*.py` and `*.md`.

    Raises:
        QueryError: it stands for too many.
    """
    done: list[str] = []
    left = [text]
    while left:
        one = left.pop(0)
        found = _BRACES.search(one)
        if found is None:
            done.append(one)
            continue
        before, after = one[: found.start()], one[found.end() :]
        left[:0] = [f"{before}{each}{after}" for each in found[1].split(",")]
        if len(done) + len(left) > _MOST_ALTERNATIVES:
            raise QueryError(
                f"{text} stands for more than {_MOST_ALTERNATIVES:,} paths",
                hint="several --path options, each with fewer braces",
            )
    return done


def _ends(path: str) -> list[int]:
    """Return where a path and the folders above it end."""
    return [found.start() for found in re.finditer(r"/|\Z", path)]
