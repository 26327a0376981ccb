"""Where a name is defined, and which line gives one its value, by the looks of it.

The index has no constants, fields and properties.
"""

import re
from functools import lru_cache

import numpy as np

from ncs.corpus.families import DATA, VALUELESS
from ncs.index.reading import ChunkRow, Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.ranges import distinct
from ncs.search.enumerated import enumerates
from ncs.search.runs import MOST_FLAGGED, MOST_READ, Candidates
from ncs.types import KINDS, ROLES, BoolArray, FloatArray, IdArray

# In front of a name that gets its value: words such as `public static final int`, none of these.
_NOT_BEFORE = (
    "return|import|from|if|in|not|and|or|new|throw|raise|await|yield|delete|use|using|case"
)
# Behind the name what another file defines: `local Node = require("node")`.
_BROUGHT_IN = r"(?!\s*(?:await\s+)?(?:require|@?import)\b)"
_FUNCTION, _METHOD = KINDS.index("function"), KINDS.index("method")
_TESTS = ROLES.index("tests")
_NO_CODE = VALUELESS | DATA
_USED_WITH = {
    each: languages
    for languages in ("c cpp objc", "java kotlin scala groovy", "javascript typescript")
    for each in languages.split()
}
_NUMBER = r"\d{3,}|0x[\da-fA-F]{2,}|\d+\.\d+"  # that means something: a port, a status, a limit
_NO_CONSTANT = 0.5  # what a field or a key that gets the number is worth
LONGEST_LINE = 400  # characters that are looked at
# A type with what it is a template of, or is in: `Version<3, 2> LATEST {3, 2};`.
_DECLARED = (
    r"^[ \t]*(?!(?:return|else|new|throw|case|using|class|struct|union|enum|namespace|concept)\b)"
    r"[\w:][\w:<>,*& \t]{0,200}?(?:[\s*&>]|::){name}[ \t]*(?:\[[^\]\n]*\][ \t]*)?(?:=(?!=)|\{)"
)
_EXPORTED = r"^[ \t]*(?:module\.)?exports\.{name}[ \t]*=(?!=)"
# What gives a name its value in one language, where the same line says something else in others.
_OWN_FORMS = {
    "cpp": _DECLARED,
    "objc": _DECLARED,
    "bash": r"^[ \t]*(?:(?:export|readonly|local|declare|typeset)[ \t]+(?:-\w+[ \t]+)*)?{name}=",
    "css": r"^[ \t]*[$@]?{name}[ \t]*:",
    "elixir": r"^[ \t]*@(?:(?:typep?|opaque)[ \t]+{name}\b|{name}[ \t]+[^\s|=])",
    "go": r"^[ \t]*(?:(?:const|var)[ \t]+)?{name}[ \t]+[\w.*\[\]]+[ \t]*=(?!=)",
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
    be an argument or a key as well. What an enumeration counts has its value by that.

    Args:
        index: where the chunks are.
        name: as written.
        found: what BM25 says of it.
    """
    found_in: tuple[list[int], list[int]] = [], []
    for row in index.chunk_rows(_read(index, name, found).tolist()):
        typed = forms(name, row.language)[1]
        found_in[0].extend([row.id] if gives(name, row) else [])
        found_in[1].extend([row.id] if typed.search(row.text) else [])
    given, other = (np.array(ids, dtype=np.int64) for ids in found_in)
    return given, other


def numbered(
    index: Index, text: str, found: Candidates, aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks where a name gets the number that is all of a question: `port = 53317`.

    But for tests, where everything gets some number.

    Args:
        index: where the chunks are.
        text: the question; nothing is found for another.
        found: what BM25 says of it.
        aside: which of these are tests, examples, prose or translations, (n,).

    Returns:
        Their ids, and what each is worth: 1.0 where the name is a constant, else 0.5.
    """
    if not text.strip()[:1].isdigit() or re.fullmatch(_NUMBER, text.strip()) is None:
        return NOWHERE, NOTHING
    ids = found.best_of_every_term(MOST_FLAGGED)
    ids = ids[~aside[np.searchsorted(found.ids, ids)] & (index.role_ids[ids] != _TESTS)]
    number = rf"\(?{re.escape(text.strip())}(?![\w.])"
    gets = rf"(?<=[\w$\"'\])])[ \t]*(?::[^=\n]{{1,40}})?(?::=|=>?|:)[ \t]*{number}"
    constant = re.compile(
        rf"^[ \t]*(?:[^\n]*\b(?:const\w*|final|static|val)\b|[A-Z][A-Z\d_]+\b)[^\n]*{gets}"
        rf"|^[ \t]*#[ \t]*define[ \t]+\w+[ \t]+{number}",
        re.MULTILINE,
    )
    other = re.compile(gets)
    worth = np.array(
        [
            1.0 if constant.search(each) else _NO_CONSTANT if other.search(each) else 0.0
            for each in index.chunk_texts(ids.tolist())
        ],
        dtype=np.float32,
    )
    return ids[worth > 0], worth[worth > 0]


def gives(name: str, row: ChunkRow) -> bool:
    """Return whether a line of a chunk gives a name its value, or counts it in an enumeration."""
    if forms(name, row.language)[0].search(row.text) is not None:
        return True
    goes_on = row.kind in ("class", "type") and row.symbol not in row.defines
    return enumerates(name, row.language, row.text, goes_on)


def written_in(index: Index, name: str, found: Candidates) -> frozenset[str]:
    """Return the languages of the code that holds a name as it was written, of the best chunks.

    Languages that are used together are one.
    """
    as_written = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    rows = index.chunk_rows(_read(index, name, found).tolist())
    code = (row for row in rows if row.language not in _NO_CODE)
    return frozenset(used_with(row.language) for row in code if as_written.search(row.text))


def used_with(language: str) -> str:
    """Return the one name for languages that are used together."""
    return _USED_WITH.get(language, language)


def _read(index: Index, name: str, found: Candidates) -> IdArray:
    """Return the chunks that are read for where a name gets its value, ascending.

    Where many hold it, the best of those that are no function as well: 477 chunks of OBS Studio
    hold `LOG_WARNING`, and the enumeration has it once.
    """
    # What a variable of a style sheet or a shell is called by are everyday words.
    most = MOST_FLAGGED if name.startswith("$") else MOST_READ
    ids = found.best_of_every_term(most)
    if len(ids) < most:
        return ids
    kinds = index.kind_ids[found.ids]
    share = np.where((kinds == _FUNCTION) | (kinds == _METHOD), np.float32(0.0), found.share)
    return distinct(np.concatenate([ids, found._replace(share=share).best_of_every_term(most)]))


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


def only_extends(name: str, text: str) -> bool:
    """Return whether code adds to a type without declaring it: `impl Name`, `extension Name`.

    Or does no more than to name it: `typedef struct Name Name;`.
    """
    added = re.compile(
        rf"^[ \t]*(?:\w+[ \t]+){{0,4}}?(?:impl|extension)\b[^{{\n]*\b{re.escape(name)}\b",
        re.MULTILINE,
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
