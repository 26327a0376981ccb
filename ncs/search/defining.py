"""Which line defines a name, or gives it its value, by the looks of it.

The index has no constants, fields and properties, and of a definition the name alone.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache, partial
from itertools import takewhile

import numpy as np

from ncs.index.reading import Index
from ncs.search.runs import MOST_FLAGGED, MOST_READ, Candidates
from ncs.text import whole_name
from ncs.types import IdArray

# In front of a name that gets its value: words such as `public static final int`, none of these.
_NOT_BEFORE = (
    "return|import|from|if|in|not|and|or|new|throw|raise|await|yield|delete|use|using|case"
)
# Behind the name what another file defines: `local Node = require("node")`.
_BROUGHT_IN = r"(?!\s*(?:await\s+)?(?:require|@?import)\b)"
_NAME = "\0"  # in the place of a name: what looks for it is made once
# What defines the name behind it, and may stand between: a receiver, type arguments, owners.
_DEFINES = (
    "def|defp|defmacrop?|defmodule|defprotocol|class|struct|enum|union|trait|interface|protocol|actor"
    "|extension|impl|type|typealias|newtype|data|object|record|fn|func|fun|function|sub|proc|module"
    "|namespace|instance|const|let|var|val|using|typedef|define|macro_rules!"
)
_BETWEEN = r"(?:\([^()\n]*\)[ \t]*|<[^<>\n]*>[ \t]*)?(?:[\w$<>?]+(?:\.|::|#))*"
LONGEST_LINE = 400  # characters that are looked at
_MOST_OF_DOC = 8  # chunks of a definition among which is its first line of code
_REMARK = re.compile(r"\s*(?://|/\*|\*(?:[\s/]|$)|#(?!\s*define\b)|--|;|%|<!--|\"\"\"|''')")
_EXPORTED = r"^[ \t]*(?:module\.)?exports\.{name}[ \t]*=(?!=)"
# What gives a name its value in one language, where the same line says something else in others.
_OWN_FORMS = {
    "bash": r"^[ \t]*(?:(?:export|readonly|local|declare|typeset)[ \t]+(?:-\w+[ \t]+)*)?{name}=",
    "css": r"^[ \t]*[$@]?{name}[ \t]*:",
    "elixir": r"^[ \t]*@(?:(?:typep?|opaque)[ \t]+{name}\b|{name}[ \t]+[^\s|=])",
    "javascript": _EXPORTED,
    "lua": r"^[ \t]*---[ \t]*@(?:class|alias|enum)[ \t]+(?:\(\w+\)[ \t]*)?(?:[\w.]+\.)?{name}\b",
    "php": r"\bdefine\([ \t]*['\"]{name}['\"]",
    "ruby": r"^[ \t]*(?:attr_\w+\b.*|(?:alias|alias_method|define_method|scope|delegate)\b[ \t(]*)"
    r":{name}(?![\w?!=])|^[ \t]*alias[ \t]+{name}[ \t]",
    "typescript": _EXPORTED,
}


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
    found_in: tuple[list[int], list[int]] = [], []
    # What a variable of a style sheet or a shell is called by are everyday words.
    most = MOST_FLAGGED if name.startswith("$") else MOST_READ
    for row in index.chunk_rows(found.best_of_every_term(most).tolist()):
        for ids, form in zip(found_in, forms(name, row.language), strict=True):
            ids += [row.id] if form.search(row.text) else []
    given, other = (np.array(ids, dtype=np.int64) for ids in found_in)
    return given, other


@lru_cache(maxsize=64)
def forms(name: str, language: str = "") -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds a line that gives a name its value, and one that gives it a type.

    Args:
        name: as written.
        language: of the code, whose own forms are looked for too; "" for none.
    """
    said = re.escape(name)
    before = rf"^[ \t]*(?:(?!(?:{_NOT_BEFORE})\b)[\w<>\[\],.&*?'@-]+[ \t]+)*?[$]?{said}\??"
    given = rf"(?:[ \t]*:[^=\n]+)?[ \t]+:?=\s{_BROUGHT_IN}|[ \t]*\{{[ \t]*get\b"
    own = _OWN_FORMS[language].replace("{name}", said) if language in _OWN_FORMS else r"(?!)"
    value = re.compile(
        rf"^[ \t]*#[ \t]*define[ \t]+{said}\b|{before}(?:{given})|{own}", re.MULTILINE
    )
    typed = re.compile(rf"{before}[ \t]*::?\s", re.MULTILINE)
    return value, typed


def line_of(qualified: str, text: str) -> str:
    """Return the line of a text that defines a name, "" where no line but comments holds it."""
    place = place_of(qualified, text)
    return "" if place is None else " ".join(text.split("\n")[place].split())


@lru_cache(maxsize=64)  # what a hit is called, what is shown and what explains it ask the same
def place_of(qualified: str, text: str) -> int | None:
    """Return which line of a text, from 0, defines a name; None where only comments hold it.

    The likeliest by its looks, the first of those.

    Args:
        qualified: the name with its owners, set off by dots; the bare one is looked for.
        text: of a chunk.
    """
    looks = _looks(qualified, text)
    return (
        next(iter(looks))
        if len(looks) == 1
        else max(looks, key=lambda at: looks[at](), default=None)
    )


def looks_defined(qualified: str, text: str) -> list[bool]:
    """Return by what a text looks as if it defined a name, the surest first; [] for by nothing."""
    return max((look() for look in _looks(qualified, text).values()), default=[])


def _looks(qualified: str, text: str) -> dict[int, Callable[[], list[bool]]]:
    """Return the lines that hold a name in no comment, and what says how each looks."""
    owner, _, name = qualified.rpartition(".")
    if name.endswith(":"):  # Objective-C's `insert:at:` has its parameters in it where it stands
        name = name.partition(":")[0]
    if name not in text:  # most often where many definitions are looked for
        return {}
    said = re.compile(whole_name(name))
    # A constructor is called like its class, which has the keyword.
    looks = _defining()[owner.endswith(name) :]

    def shown(line: str) -> list[bool]:
        marked = said.sub(_NAME, line[:LONGEST_LINE])
        return [look.search(marked) is not None for look in looks]

    return {
        at: partial(shown, line)
        for at, line in enumerate(text.split("\n"))
        if name in line and said.search(line) and not _REMARK.match(line)
    }


@cache
def _defining() -> tuple[re.Pattern[str], ...]:
    """Return what finds a line that defines the name that `_NAME` stands for, the surest first."""
    keyword = rf"(?<![\w$])(?:{_DEFINES})\*?[ \t]+{_BETWEEN}{_NAME}"
    value = rf"{_NAME}[ \t]*[:=][^=\n]*(?:\bfunction\b|=>|\blambda\b|\bclass\b)"
    head = (
        rf"^[ \t]*(?:(?!(?:{_NOT_BEFORE}|else)\b)[^\s=;(){{}}*&{_NAME}]+[ \t*&]+)+"
        rf"(?:[\w<>,]+::)*{_NAME}[ \t]*[(<]"
    )
    first = rf"^[ \t]*{_NAME}(?:[ \t]*::|[\w \t]*=(?!=)|.*(?:[{{:]|->|\bdo)[ \t]*$)"
    return tuple(map(re.compile, (keyword, value, head, first)))


def head_of(index: Index, chunk: int) -> int:
    """Return which chunk has the line that defines what leads a chunk.

    A definition begins with its doc, and where that is long, chunks of doc come first.
    """
    last = index.chunks_of(int(index.file_ids[chunk])).stop
    first, *after = index.chunk_names(range(chunk, min(chunk + _MOST_OF_DOC, last)))
    goes_on = takewhile(
        lambda each: each.symbol == first.symbol and each.symbol not in each.defines, after
    )
    parts = [chunk, *(each.id for each in goes_on)]
    if len(parts) == 1:
        return chunk
    looks = [looks_defined(first.symbol, text) for text in index.chunk_texts(parts)]
    return parts[looks.index(max(looks))]


def only_extends(name: str, text: str) -> bool:
    """Return whether code adds to a type without declaring it: `impl Name`, `extension Name`.

    Or does no more than to name it: `typedef struct Name Name;`.
    """
    added = re.compile(
        rf"^[ \t]*(?:\w+[ \t]+)*?(?:impl|extension)\b[^{{\n]*\b{re.escape(name)}\b", re.MULTILINE
    )
    declared = re.compile(
        rf"\b(?:struct|enum|union|class|trait|protocol|actor|type)[ \t]+{re.escape(name)}\b"
    )
    extends = added.search(text) is not None and declared.search(text) is None
    return extends or _only_names(re.escape(name), text)


def _only_names(said: str, text: str) -> bool:
    kinds = r"(?:struct|union|enum|class)[ \t]"
    named = re.search(rf"\btypedef[ \t]+{kinds}+\w+[ \t*]+{said}[ \t]*;", text)
    if named is None:
        return False
    return re.search(rf"\b{kinds}+{said}\b[^;{{}}()]*\{{|\}}\s*{said}\s*;", text) is None
