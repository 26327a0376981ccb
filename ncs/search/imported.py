"""What the names are that a file brings in, as its imports say: `{"p": ("shop", "price")}`."""

import re
from collections.abc import Iterable, Iterator

from ncs.index.reading import ChunkRow, Index
from ncs.search.owners import Imported
from ncs.types import ROLES

_IMPORTS = ROLES.index("imports")
_READ = 20_000  # characters of a text that are looked at
_WORDS = ("import", "require", "use ", "using ")  # what brings anything in has one of them
# `from a.b import (c, d as e)`; `import {a, b as c} from './d'`, `const {a} = require('./d')`.
_PARTS = (
    re.compile(
        r"^[ \t]*from[ \t]+(?P<of>[\w.]+)[ \t]+import[ \t]+(?P<parts>\([^()]*|[^\n(;]+)", re.M
    ),
    re.compile(
        r"\b(?:import|const|let|var)\s[^{}\n;=]{0,80}\{(?P<parts>[^{}]*)\}\s*"
        r"(?:from\s*|=\s*(?:await\s+)?(?:require|import)\s*\(\s*)[\"'](?P<of>[^\"'\n]+)[\"']"
    ),
)
# `use a::{b::C, d as e}`, `use A\{B}`, Scala's `import a.b.{C, D => E}`: what its braces hold may
# have some of its own.
_TREE = re.compile(
    r"^[ \t]*(?:pub(?:\(\w+\))? )?(?:use|import)[ \t]+(?:function )?(?P<of>[\w.:\\]+)[.:\\]\{",
    re.M,
)
_LEAF = re.compile(r"[\w$]+(?:(?:::|[.\\])[\w$]+)*|=>|[{},;]")
_TREE_LETTERS = 4_000  # behind its first brace
_PART = re.compile(r"(?:type\s+)?(?P<name>[\w$]+)(?:\s*(?:\bas\b|:)\s*(?P<here>[\w$]+))?\s*\Z")
# `import * as a from './b'`, `const a = require('./b')`, C#'s `using A = B.C;`, Go's `a "b/c"`. In
# `import type A from './b'` and `import type {A} from './b'` the second word is no name.
_WHOLE = (
    re.compile(
        r"\bimport\s+(?:type\s+)?(?:\*\s+as\s+)?(?P<here>(?!type\s+(?!from\b)[\w${*])[\w$]+)"
        r"[^\"'\n;]{0,80}?\bfrom\s*"
        r"[\"'](?P<of>[^\"'\n]+)"
    ),
    re.compile(
        r"\b(?:const|let|var|local)\s+(?P<here>[\w$]+)\s*=\s*require\s*\(?\s*"
        r"[\"'](?P<of>[^\"'\n]+)"
    ),
    re.compile(r"^[ \t]*using[ \t]+(?P<here>\w+)[ \t]*=[ \t]*(?P<of>[\w.]+);", re.M),
    re.compile(r"^[ \t]*(?:import[ \t]+)?(?P<here>\w+)[ \t]+\"(?P<of>[\w./-]+)\"[ \t\r]*$", re.M),
)
_PATH = re.compile(
    r"^[ \t]*(?:pub )?(?:import|use|using)[ \t]+(?:static |function )?(?P<of>[\w.:\\]+\w)"
    r"(?:[ \t]+as[ \t]+(?P<here>\w+))?[ \t]*;?[ \t\r]*$",
    re.M,
)
_SEPARATOR = re.compile(r"[./\\:]+")
_ENDING = re.compile(r"(?:/index)?(?:\.(?:[cm]?[jt]sx?|vue|svelte|lua|php))?\Z")


class Imports:
    """What the files of an index bring in, each read when it is first asked for.

    Args:
        index: where the files are.
        bare: the name whose owners are asked for.
        owner: that is asked for: a file that is called so and defines the name owns it.
    """

    def __init__(self, index: Index, bare: str, owner: str) -> None:
        self._index, self._bare, self._owner = index, bare, owner
        self._files = {index.paths[at] for at in index.file_ids[index.symbols(bare)].tolist()}
        self._of_files: dict[str, Imported] = {}
        self._of_chunks: dict[int, Imported] = {}

    def of(self, row: ChunkRow) -> Imported:
        """Return what the names are that a chunk may use without an owner, or as one."""
        if row.id not in self._of_chunks:
            self._of_chunks[row.id] = self._known(row)
        return self._of_chunks[row.id]

    def _known(self, row: ChunkRow) -> Imported:
        if row.path not in self._of_files:
            self._of_files[row.path] = self._of_file(row)
        known = {**self._of_files[row.path], **imported(row.text)}
        there = known.get(self._bare, ())
        if there[-2:] != (self._owner, self._bare) and not self._is_defined_in(there):
            known.pop(self._bare, None)  # what passes it on is no owner
        if _stem(row.path) == self._owner and row.path in self._files:
            known.setdefault(self._bare, (self._owner, self._bare))
        return known

    def _of_file(self, row: ChunkRow) -> Imported:
        chunks = self._index.chunks_of(int(self._index.file_ids[row.id]))
        roles = self._index.role_ids[list(chunks)].tolist()
        heads = [at for at, role in zip(chunks, roles, strict=True) if role == _IMPORTS]
        texts = self._index.chunk_texts(heads or chunks[:1])
        return {name: path for text in texts for name, path in imported(text).items()}

    def _is_defined_in(self, there: tuple[str, ...]) -> bool:
        return any(_stem(path) == module for module in there[-2:-1] for path in self._files)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def imported(text: str) -> Imported:
    """Return what each name is that a text brings in: what it is called there, its owners first.

    What no import names is not known: `from a import *`, and what a language finds by itself.
    """
    if not any(word in text for word in _WORDS):
        return {}
    return dict(_imports(text[:_READ].replace("\\\n", " ")))


def _imports(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for found in _PATH.finditer(text):
        path = _pieces(found["of"])
        yield found["here"] or path[-1], path
    yield from _trees(text)
    for pattern in _WHOLE:
        for found in pattern.finditer(text):
            yield found["here"], _pieces(_ENDING.sub("", found["of"]))
    for pattern in _PARTS:
        for found in pattern.finditer(text):
            of = _pieces(_ENDING.sub("", found["of"]))
            lines = re.sub(r"#[^\n]*|//[^\n]*", "", found["parts"]).strip("() \t\r\n")
            for part in filter(None, map(_PART.match, map(str.strip, lines.split(",")))):
                yield part["here"] or part["name"], (*of, part["name"])


def _trees(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is brought in between braces, each where it is not read with one before it."""
    read = 0
    for tree in _TREE.finditer(text):
        if tree.start() < read:
            continue
        leaves = list(_leaves(text, tree.end()))
        read = leaves[-1].end() if leaves else tree.end()
        yield from _branches(_pieces(tree["of"]), [leaf[0] for leaf in leaves])


def _leaves(text: str, start: int) -> Iterator[re.Match[str]]:
    """Yield the names and marks between some braces, to where the one before them is closed."""
    depth = 1
    for leaf in _LEAF.finditer(text, start, start + _TREE_LETTERS):
        yield leaf
        depth += {"{": 1, "}": -1}.get(leaf[0], 0)
        if not depth or leaf[0] == ";":
            return


def _branches(of: tuple[str, ...], leaves: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is brought in by names and marks between braces, below what is before them."""
    path: tuple[str, ...] = ()
    around, here, renamed = [of], "", False
    for said in leaves:
        if said in ("as", "=>"):
            renamed = True
        elif said == "{":
            around.append((*around[-1], *path))
            path = ()
        elif said not in (",", "}", ";"):
            path, here = (path, said) if renamed else (_pieces(said), here)
        else:
            whole = around[-1] if path == ("self",) else (*around[-1], *path)
            if path and whole:  # `use ::{self}`, which no compiler takes, brings nothing in
                yield here or whole[-1], whole
            path, here, renamed = (), "", False
            if said == "}":
                around.pop()


def _pieces(path: str) -> tuple[str, ...]:
    return tuple(piece for piece in _SEPARATOR.split(path) if piece)
