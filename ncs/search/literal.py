"""What stands in the code as it was asked: a pasted line, a name that is given its value."""

import re
from collections.abc import Iterator

import numpy as np

from ncs.index.reading import ChunkRow, Index
from ncs.lexical import IdArray
from ncs.search.runs import Candidates
from ncs.text import identifiers

_MOST_READ = 30  # chunks that hold every term of the question, the best of them
_FEWEST_WORDS = 3  # of a text that is looked for as it stands
_NEARLY_ALL = 0.999  # of a question's terms
# In front of a name that gets its value: words such as `public static final int`, none of these.
_NOT_BEFORE = (
    "return|import|from|if|in|not|and|or|new|throw|raise|await|yield|delete|use|using|case"
)


def verbatim(index: Index, text: str, found: Candidates) -> IdArray:
    """Return the chunks that hold a text as it stands, but for case and white space.

    Args:
        index: where the chunks are.
        text: of three words or more; nothing is found for a shorter one.
        found: what BM25 says of it.
    """
    if len(identifiers(text)) < _FEWEST_WORDS:
        return _NOWHERE
    wanted = re.compile(r"\s+".join(map(re.escape, text.lower().split())))
    rows = _read(index, found)
    return np.array([row.id for row in rows if wanted.search(row.text.lower())], dtype=np.int64)


def valued(index: Index, name: str, found: Candidates) -> tuple[IdArray, IdArray]:
    """Return the chunks where a bare name gets its value on a line, and where it gets a type.

    Constants, fields and properties are no definitions of an index: `MAX_SIZE = 10`,
    `static final int MAX_SIZE = 10;`, `#define MAX_SIZE 10`; `maxSize: number`. The second may
    be an argument or a key as well.

    Args:
        index: where the chunks are.
        name: as written.
        found: what BM25 says of it.
    """
    rows = list(_read(index, found))
    given, other = (
        np.array([row.id for row in rows if form.search(row.text)], dtype=np.int64)
        for form in forms(name)
    )
    return given, other


def forms(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds a line that gives a name its value, and one that gives it a type."""
    said = re.escape(name)
    before = rf"^[ \t]*(?:(?!(?:{_NOT_BEFORE})\b)[\w<>\[\],.&*?'@-]+[ \t]+)*?[$]?{said}\??"
    given = r"(?:[ \t]*:[^=\n]+)?[ \t]+:?=\s|[ \t]*\{[ \t]*get\b"
    value = re.compile(rf"^[ \t]*#[ \t]*define[ \t]+{said}\b|{before}(?:{given})", re.MULTILINE)
    typed = re.compile(rf"{before}[ \t]*:\s", re.MULTILINE)
    return value, typed


def line_of(name: str, text: str) -> str:
    """Return the first line of a text that holds a bare name as a word, "" where none does."""
    found = re.search(rf"^.*(?<![\w$]){re.escape(name)}(?![\w$]).*$", text, re.MULTILINE)
    return "" if found is None else " ".join(found[0].split())


def only_extends(name: str, text: str) -> bool:
    """Return whether code adds to a type without declaring it: `impl Name`, `extension Name`."""
    added = re.compile(
        rf"^[ \t]*(?:\w+[ \t]+)*?(?:impl|extension)\b[^{{\n]*\b{re.escape(name)}\b", re.MULTILINE
    )
    declared = re.compile(
        rf"\b(?:struct|enum|union|class|trait|protocol|actor|type)[ \t]+{re.escape(name)}\b"
    )
    return added.search(text) is not None and declared.search(text) is None


_NOWHERE: IdArray = np.zeros(0, dtype=np.int64)


def _read(index: Index, found: Candidates) -> Iterator[ChunkRow]:
    """Yield the best of the chunks that hold all terms, ascending."""
    every = np.flatnonzero(found.share >= _NEARLY_ALL)
    best = every[np.argsort(-found.score[every], kind="stable")[:_MOST_READ]]
    yield from index.chunk_rows(found.ids[np.sort(best)].tolist())
