"""Which chunks may answer: filters on language, kind and path, applied before any ranking."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import import_module

import numpy as np

from ncs.config import NOTEBOOK
from ncs.errors import QueryError
from ncs.index.reading import Index
from ncs.index.schema import kind_bits
from ncs.search.query import Query
from ncs.types import KINDS, BoolArray

# What else people call languages, beside the endings of their files (`ncs.corpus.languages`).
_ALSO_CALLED = {
    "bash": "shell shellscript shell-script",
    "batch": "batchfile dosbatch",
    "coffee": "coffeescript coffee-script",
    "cpp": "cplusplus",
    "csharp": "c#",
    "dockerfile": "docker",
    "emacs-lisp": "elisp",
    "fsharp": "f#",
    "go": "golang",
    "javascript": "node nodejs ecmascript",
    "lisp": "common-lisp commonlisp scheme racket",
    "make": "makefile",
    "objc": "objective-c objectivec obj-c",
    "powershell": "pwsh posh",
    "proto": "protobuf protocol-buffers",
    "python": "python3 py3",
    "r": "rlang",
    "rst": "restructuredtext",
    "tex": "latex",
    "text": "plaintext plain",
    "vim": "viml vimscript",
}
LANGUAGES_CALLED = {word: name for name, words in _ALSO_CALLED.items() for word in words.split()}

# What languages call their classes and types: which of both it is, is each language's matter.
KINDS_CALLED = {
    **dict.fromkeys(("struct", "enum", "interface", "record"), ("class", "type")),
    **dict.fromkeys(("trait", "protocol"), ("class",)),
    **dict.fromkeys(("union", "typedef"), ("type",)),
}


def allowed(index: Index, query: Query) -> BoolArray | None:
    """Return which chunks the filters of a query let through, (N,), or None for all of them.

    Raises:
        QueryError: a filter names a language, a kind or a path that cannot be.
    """
    masks = []
    if (folder := posixpath.normpath(query.within or ".")) != ".":
        inside = np.array([path.startswith(f"{folder}/") for path in index.paths], dtype=bool)
        if not inside.any():
            raise QueryError(
                f"no path of the index lies in {query.within}",
                hint="a folder, as paths of hits begin with it",
            )
        masks.append(inside[index.file_ids])
    if query.languages:
        masks.append(_in_languages(index, query.languages))
    if query.kinds:
        masks.append(_of_kinds(index, query.kinds))
    if query.paths:
        masks.append(_on_paths(query.paths, index.paths)[index.file_ids])
    if query.not_paths:
        masks.append(~_on_paths(query.not_paths, index.paths)[index.file_ids])
    return np.logical_and.reduce(masks) if masks else None


def _in_languages(index: Index, wanted: Sequence[str]) -> BoolArray:
    """Return which chunks are in a language, each asked for by its name or by a file ending."""
    meant = {asked: _languages_of(index, asked.lower()) for asked in wanted}
    unknown = sorted(asked for asked, found in meant.items() if not found)
    if unknown:
        raise _unknown("language", unknown, index.languages)
    return np.isin(index.language_ids, sorted(set().union(*meant.values())))


def _languages_of(index: Index, asked: str) -> set[int]:
    """Return the language of that name, else the one called so and those of files that end so.

    The table of languages is imported here: most queries are not asked for one.
    """
    names = [name.lower() for name in index.languages]
    if asked in names:
        return {names.index(asked)}
    bare = asked.removeprefix("*").removeprefix(".")
    ends = np.array([path.lower().endswith(f".{bare}") for path in index.paths], dtype=bool)
    meant = LANGUAGES_CALLED.get(bare, "")
    if not meant and f".{bare}" != NOTEBOOK:  # what is none that can be read is JSON
        meant = import_module("ncs.corpus.languages").named(bare)
    called = {at for at, name in enumerate(names) if name == meant}
    return called | set(index.language_ids[ends[index.file_ids]].tolist())


def _of_kinds(index: Index, wanted: Sequence[str]) -> BoolArray:
    """Return which chunks are of a kind, or define something that is.

    What a language calls an enum has that word; where nothing has it, it is called otherwise.
    """
    words = [word.lower() for word in wanted]
    unknown = sorted(set(words) - set(KINDS) - set(KINDS_CALLED))
    if unknown:
        raise _unknown("kind", unknown, KINDS)
    through: BoolArray = np.zeros(index.chunk_count, dtype=bool)
    for word in words:
        of = (index.kind_sets & kind_bits(kinds_of((word,)))) != 0
        held = index.postings.lookup(word) if word in KINDS_CALLED else None
        called = of.copy()
        if held is not None:
            called[:] = False
            called[held[0]] = of[held[0]]
        through |= called if called.any() else of
    return through


def kinds_of(asked: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds that are meant: `struct` is a class in C++, and a type in Go."""
    kinds = [kind for word in asked for kind in KINDS_CALLED.get(word.lower(), (word,))]
    return tuple(dict.fromkeys(kinds))


def _unknown(what: str, asked: Sequence[str], names: Sequence[str]) -> QueryError:
    return QueryError(
        f"no {what} {', '.join(asked)} in this index", hint=f"one of {', '.join(names)}"
    )


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


_PIECE = r"(?s)\*\*/|/\*\*\Z|\*\*|\*|\?|\[[!^]?\]?[^\]]*\]|."
_PIECES = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _translate(body: str) -> str:
    return "".join(
        _PIECES.get(piece) or (_set(piece) if len(piece) > 1 else re.escape(piece))
        for piece in re.findall(_PIECE, body)
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
