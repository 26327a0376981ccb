"""Which chunks may answer: filters on language, kind and path, applied before any ranking."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ncs.errors import QueryError
from ncs.index.reading import Index
from ncs.search.query import Query
from ncs.types import KINDS

BoolArray = npt.NDArray[np.bool_]


def allowed(index: Index, query: Query) -> BoolArray | None:
    """Return which chunks the filters of a query let through, (N,), or None for all of them.

    Raises:
        QueryError: a filter names a language, a kind or a path that cannot be.
    """
    masks = []
    if query.within:
        folder = f"{query.within.rstrip('/')}/"
        inside = np.array([path.startswith(folder) for path in index.paths], dtype=bool)
        masks.append(inside[index.file_ids])
    if query.languages:
        masks.append(_named("language", query.languages, index.languages, index.language_ids))
    if query.kinds:
        masks.append(_named("kind", query.kinds, KINDS, index.kind_ids))
    if query.paths:
        masks.append(_on_paths(query.paths, index.paths)[index.file_ids])
    if query.not_paths:
        masks.append(~_on_paths(query.not_paths, index.paths)[index.file_ids])
    return np.logical_and.reduce(masks) if masks else None


def _named(
    what: str, wanted: Sequence[str], names: Sequence[str], ids: npt.NDArray[np.int64]
) -> BoolArray:
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise QueryError(
            f"no {what} {', '.join(unknown)} in this index", hint=f"one of {', '.join(names)}"
        )
    return np.isin(ids, [names.index(name) for name in wanted])


def _on_paths(globs: Iterable[str], paths: Sequence[str]) -> BoolArray:
    """Return which paths match one of the globs, (files,)."""
    patterns = [compile_glob(glob) for glob in globs]
    return np.array([any(p.match(path) for p in patterns) for path in paths], dtype=bool)


@lru_cache(maxsize=256)
def compile_glob(glob: str) -> re.Pattern[str]:
    """Return the expression that matches whole POSIX paths the way a `.gitignore` line does.

    `*` and `?` stay within a folder, `**` crosses folders, `[a-z]` and `[!a-z]` are sets. A glob
    without a slash inside matches at any depth, one with a slash from the root on. A glob that
    matches a folder matches all that is under it. Case counts.

    Raises:
        QueryError: the glob is empty.
    """
    anchored = "/" in glob.rstrip("/")
    body = glob.removeprefix("./").strip("/")
    if not body:
        raise QueryError(f"the path filter {glob!r} names no path", hint="a folder or a glob")
    return re.compile(f"{'' if anchored else '(?:.*/)?'}{_translate(body)}(?:/.*)?\\Z", re.DOTALL)


_PIECE = re.compile(r"\*\*/|/\*\*\Z|\*\*|\*|\?|\[[!^]?\]?[^\]]*\]|.", re.DOTALL)
_PIECES = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _translate(body: str) -> str:
    return "".join(
        _PIECES.get(piece) or (_set(piece) if len(piece) > 1 else re.escape(piece))
        for piece in _PIECE.findall(body)
    )


def _set(piece: str) -> str:
    """Return a set of characters as an expression; one that cannot be, as the text it is."""
    negated = piece[1] in "!^"
    inside = piece[2 if negated else 1 : -1]
    if not inside:
        return re.escape(piece)
    inside = re.sub(r"([\\\[\]&~|^])", r"\\\1", inside).replace("--", "-\\-")
    expression = f"(?!/)[{'^' if negated else ''}{inside}]"
    try:
        re.compile(expression)
    except re.error:  # a range that runs backwards
        return re.escape(piece)
    return expression
