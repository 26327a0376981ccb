"""Jupyter notebooks as text: what their cells say, on the lines on which it stands in the file.

What else is in the file (outputs, metadata, attachments, JSON itself) gives blank lines, so that
the lines of the text are those of the file.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from ncs.corpus.families import MARKDOWN, TEXT
from ncs.corpus.languages import named
from ncs.types import Cell, Span

_PYTHON = "python"
_FORMAT = 4  # of 2014; before it cells stood in worksheets
# A string, with the colon behind it if it is a key, or a bracket. Numbers and commas, of which
# outputs may be full, are passed over.
_TOKEN = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}\[\]]')
_LIST = "["  # stands for the places of a list where those of an object have keys
_SOURCE = ["cells", _LIST, "source"]
_BREAK = " \u21b5 "  # a line break where all of a cell stands on one line of the file


class Notebook(NamedTuple):
    """A notebook as text.

    Attributes:
        text: as many lines as the file has. language: of its code.
        cells: in order of lines, those of text that follow each other as one.
    """

    text: bytes
    language: str
    cells: tuple[Cell, ...]


def read_notebook(data: bytes) -> Notebook | None:
    """Return what the cells of a notebook say; None where it is none, or its lines tell nothing.

    Args:
        data: the file in UTF-8.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not _is_notebook(found):
        return None
    said: dict[int, dict[int, str]] = defaultdict(dict)
    taken: set[int] = set()
    for cell, line, text in _strings(data.decode()):
        if line in taken:
            return None  # two of a line, as where all of the file is one
        taken.add(line)
        said[cell][line] = text
    language = _language(found.get("metadata"))
    lines = [""] * (data.count(b"\n") + 1)
    cells = []
    for at, cell in enumerate(found["cells"]):
        own = said.get(at, {})
        if "".join(own.values()) != "".join(cell["source"]):
            return None  # keys that come twice
        for line, text in own.items():
            lines[line - 1] = text.rstrip("\n").replace("\n", _BREAK)
        if own:
            kind = {"code": language, "markdown": MARKDOWN}.get(cell["cell_type"], TEXT)
            cells.append(Cell(Span(min(own), max(own)), kind))
    text = "\n".join(lines)
    # Half of a surrogate pair can be escaped in JSON, and is no character.
    return (
        Notebook(text.encode("utf-8", "replace"), language, tuple(_joined(cells)))
        if cells
        else None
    )


def _joined(cells: list[Cell]) -> Iterator[Cell]:
    """Yield the cells, those of Markdown that follow each other made one."""
    for _, own in groupby(cells, lambda cell: cell.language == MARKDOWN or cell.span):
        run = list(own)
        yield Cell(Span(run[0].span.start, run[-1].span.end), run[0].language)


def _is_notebook(found: Any) -> bool:
    """Return whether a JSON value has the cells of a notebook, each with a source."""
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        return False
    known = isinstance(found.get("nbformat"), int) and found["nbformat"] >= _FORMAT
    return known and all(_is_cell(cell) for cell in found["cells"])


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        return False
    source = cell.get("source")
    return isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    )


def _strings(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the strings of the sources of all cells: number of the cell, line, string.

    Args:
        text: JSON without an error.
    """
    path: list[str] = []  # keys that lead here
    cell, line, at = -1, 1, 0
    for found in _TOKEN.finditer(text):
        string, key = found.groups()
        if string is None:
            bracket = found[0]
            if bracket in "]}":
                path.pop()
                continue
            cell += bracket == "{" and path == _SOURCE[:2]
            path.append(_LIST if bracket == "[" else "")
        elif key is not None:
            path[-1] = string[1:-1]
        elif path[:3] == _SOURCE and len(path) <= len(_SOURCE) + 1:
            line += text.count("\n", at, found.start())
            at = found.start()
            yield cell, line, json.loads(string)


def _language(metadata: Any) -> str:
    """Return the language of the code: what the notebook says of it, Python if it says nothing."""
    told = [
        _entry(metadata, "language_info", "file_extension"),
        _entry(metadata, "language_info", "name"),
        _entry(metadata, "kernelspec", "language"),
    ]
    known = [language for word in told if word and (language := named(word))]
    return known[0] if known else TEXT if any(told) else _PYTHON


def _entry(metadata: Any, group: str, name: str) -> str:
    inner = metadata.get(group) if isinstance(metadata, Mapping) else None
    value = inner.get(name) if isinstance(inner, Mapping) else None
    return value if isinstance(value, str) else ""
