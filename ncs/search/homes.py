"""Where a name is at home: the package or module that stands in front of it in full names.

`com.acme.shop.Cart` is the class `Cart` of a file below `com/acme/shop/`, or of one that says
`package com.acme.shop`. What imports it holds the whole name as well, and more often.
"""

import re
from collections.abc import Sequence
from enum import IntEnum

from ncs.index.reading import Index

_MOST_FILES_READ = 50  # files whose heads are read for one name
_HEAD_CHUNKS = 3  # of a file, of which a licence and imports may be the first
_HEAD_LETTERS = 4_000  # of each, in which it says what it belongs to
_SAID = r"(?m)^[ \t]*(?:<\?php\s+)?(?:package|namespace|module)[ \t]+([\w\\]+(?:(?:\.|::)\w+)*)"
_MARKS = r"[.:\\]+"
SOURCES = frozenset({"src", "lib", "python"})  # folders that no full name says
_OF_THEIR_FOLDER = frozenset({"__init__", "index", "lib", "main", "mod"})  # names of files
_OF_RUST = frozenset({"crate", "self", "super"})  # say no folder


class Home(IntEnum):
    """Whether the leading pieces of a name say where a file lies.

    In its very package or module; in a package around it, or as far as its path goes.
    """

    ELSEWHERE = 0
    ABOVE = 1
    HERE = 2


class Homes:
    """The homes of one full name, asked for file by file.

    Args:
        index: where the files are.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._said: dict[int, tuple[str, ...]] = {}

    def of(self, file: int, leading: Sequence[str]) -> Home:
        """Return whether some pieces in front of a name are the package or module of a file.

        Their case is passed over: by path they are its folders, or these and its name; else what
        its head says of itself.

        Args:
            file: by its place in the index's paths.
            leading: pieces of a name; none are at home nowhere.
        """
        pieces = [piece.lower() for piece in leading]
        wanted = tuple(piece for piece in pieces if piece not in _OF_RUST)
        if not wanted:
            return Home.ELSEWHERE
        folders, module = _places(self._index.paths[file])
        found = max(_home(wanted, folders), _home(wanted, module))
        return found if found is Home.HERE else max(found, _home(wanted, self._head(file)))

    def _head(self, file: int) -> tuple[str, ...]:
        """Return the pieces of the package or namespace that a file says it belongs to."""
        if file not in self._said:
            chunks = (
                self._index.chunks_of(file)[:_HEAD_CHUNKS]
                if len(self._said) < _MOST_FILES_READ
                else ()
            )
            texts = self._index.chunk_texts(chunks)
            said = (re.findall(_SAID, text[:_HEAD_LETTERS]) for text in texts)
            pieces = (piece for each in said for name in each for piece in re.split(_MARKS, name))
            self._said[file] = tuple(piece.lower() for piece in pieces if piece)
        return self._said[file]


def _places(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the folders of a path, and these with the file's name, as full names say them."""
    *around, name = path.lower().split("/")
    folders = tuple(folder for folder in around if folder not in SOURCES)
    stem = name.partition(".")[0]
    return folders, folders if stem in _OF_THEIR_FOLDER else (*folders, stem)


def _home(wanted: tuple[str, ...], place: tuple[str, ...]) -> Home:
    if place[-len(wanted) :] == wanted:
        return Home.HERE
    starts = range(len(place) - len(wanted))
    above = any(place[at : at + len(wanted)] == wanted for at in starts)
    # What is indexed may lie in a folder that the name says and no path does.
    inside = bool(place) and wanted[-len(place) :] == place
    return Home.ABOVE if above or inside else Home.ELSEWHERE
