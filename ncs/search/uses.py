"""Where a name is used: `who calls parse`, `subclasses of Reader`, `tests for parseQuery`."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from ncs.index.reading import ChunkRow, Index
from ncs.lexical import IdArray
from ncs.search.defining import LONGEST_LINE, forms, place_of
from ncs.search.filters import BoolArray
from ncs.search.lexical import lexical
from ncs.search.names import AS_WRITTEN, asked_for, named
from ncs.search.paths import path_words_of
from ncs.search.question import is_symbol
from ncs.search.runs import NEARLY_ALL
from ncs.text import whole_name
from ncs.types import FloatArray, Kind

Relation = Literal["uses", "heirs", "tests"]

_MOST_CHUNKS_READ = 300  # chunks that hold a name, the best of them
_DEFINITIONS: tuple[Kind, ...] = ("function", "method", "class", "type")
_LONGEST_QUESTION = 200  # characters: a relation is asked for in a few words
# What a line that holds a name is worth: one that calls it (or makes one), one that holds it
# otherwise, one that only brings it in. Inside what is called so itself, as in a recursion, less.
_CALLED, _HELD, _BROUGHT_IN, _ITSELF = 1.0, 0.8, 0.6, 0.5

# Words of such questions that say nothing of what is asked.
_SAY_NOTHING = (
    "the a all any every everything find show list give get me there else of to on for code place"
    " places file files unit integration class classes struct structs enum enums interface"
    " interfaces protocol trait traits type types function functions method methods macro constant"
    " variable field property module component components"
)
_FILLERS = frozenset(_SAY_NOTHING.split())
_LAST = frozenset({"from", "by", "in", "at"})  # `where is parse called from`
_CLASSES = {  # of words that mean alike
    one: frozenset(said.split())
    for one, said in {
        "who": "who what which that",
        "where": "where how",
        "is": "is are gets get",
        "do": "do does",
        "use": "call calls use uses invoke invokes reference references instantiate instantiates"
        " import imports construct constructs create creates raise raises throw throws emit emits"
        " read reads consume consumes depend depends refer refers trigger triggers",
        "using": "calling using invoking referencing instantiating importing raising throwing",
        "used": "called used invoked referenced instantiated imported constructed created raised"
        " thrown emitted consumed read triggered",
        "users": "caller callers usage usages use uses user users reference references callsite"
        " callsites invocation invocations consumer consumers occurrence occurrences calls"
        " imports",
        "inherit": "implement implements extend extends inherit inherits subclass subclasses"
        " derive derives conform conforms adopt adopts",
        "inheriting": "implementing extending inheriting subclassing deriving",
        "heirs": "subclass subclasses subtype subtypes implementations implementer implementers"
        " implementor implementors descendants heirs",
        "test": "test tests cover covers",
        "touch": "test cover call use",
        "tests": "test tests spec specs testcase testcases",
        "tested": "tested covered",
        "testing": "testing covering calling using",
    }.items()
}
# Forms of such questions: words of a class, `*` for the name, `?` for any word.
_FORMS: dict[Relation, tuple[str, ...]] = {
    "tests": (
        "where is * tested", "who test *", "who tests touch *", "who tests test *",
        "tests that touch *", "tests testing *", "tests *", "* tests",
    ),
    "uses": (
        "where is * used", "where * is used", "where do ? use *", "who use *", "using *",
        "users *", "* users", "who is users *",
    ),
    "heirs": (
        "who inherit *", "who inherit from *", "inheriting *", "inheriting from *", "heirs *",
        "* heirs",
    ),
}  # fmt: skip
_TELLING = frozenset().union(
    *(said for one, said in _CLASSES.items() if one not in ("who", "where", "is", "do"))
)

# What a text says without being code that uses a name: comments, docstrings, and sentences.
_REMARKS = (
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|/\*[\s\S]*?\*/|<!--[\s\S]*?-->'
    r"|^[ \t]*(?://|#(?!\s*(?:define|include|if|elif|import)\b)|--|;;|%|\*[\s/]).*$"
    r"|(?<=[\s;{})])//.*$|(?<=\s)#\s.*$"
)
_SENTENCE = r'"[^"\n{$#]*\s[^"\n{$#]*"'
_SENTENCE_OF_ONE = (
    r"|'[^'\n{$#]*\s[^'\n{$#]*'"  # elsewhere one quote begins a letter or a lifetime
)
_QUOTING = (
    "python",
    "javascript",
    "typescript",
    "tsx",
    "ruby",
    "php",
    "bash",
    "lua",
    "perl",
    "dart",
)
_WITHOUT_CODE = ("markdown", "rst", "text", "asciidoc", "json")
_BRINGS = (
    r"^\s*(?:import|from|using|use|include|require|open|alias|#\s*include|#?import|@import)\b"
    r"|\brequire\(|^\s*export\b.*\bfrom\b|^\s*(?:[\w$]+(?: as [\w$]+)?,\s*)*[\w$]+,?\s*$"
)
_HEADERS = ("c", "cpp", "objc")  # languages that declare a function beside its definition
_TYPES = (
    "class|struct|interface|trait|object|enum|record|protocol|extension|actor|module|data"
    "|newtype|contract|mixin"
)
# A head goes on over the end of a line before what names a base, and after a comma or a bracket.
_HEAD = (
    r"(?:[^{};=\n]|\n\s*(?=[:,(<)]|extends\b|implements\b|with\b|permits\b|public\b|private\b"
    r"|protected\b|virtual\b|[\w.:]+\s*[,)<({]))"
)


class Related(NamedTuple):
    """Chunks that use a name, ascending.

    Attributes:
        name: as it was asked. relation: which uses were asked for.
        ids: of the chunks, (n,). worth: of the best use in each, (n,), in (0, 1].
        places: the line of that use within each chunk, from 0, by id.
    """

    name: str
    relation: Relation
    ids: IdArray
    worth: FloatArray
    places: dict[int, int]


def related(index: Index, text: str, mask: BoolArray | None) -> Related | None:
    """Return the uses that a question asks for; None for another question.

    Args:
        index: where the chunks are.
        text: the question.
        mask: which chunks may be, (N,); None for all.
    """
    asked = related_name(index, text)
    return None if asked is None else _uses(index, *asked, mask)


def related_name(index: Index, text: str) -> tuple[str, Relation] | None:
    """Return the name whose uses a question is after, and which; None for another question.

    A name that no sentence would hold, or a plain word that is defined here: `who calls parse`.
    """
    for name, relation in _asked(text):
        if is_symbol(name) or _is_defined(index, name):
            return name, relation
    return None


def _uses(index: Index, name: str, relation: Relation, mask: BoolArray | None) -> Related:
    bare = _bare(name)
    words, paths = lexical(index, bare), path_words_of(index)
    may_be = words.share >= NEARLY_ALL
    if mask is not None:
        may_be &= mask
    if relation == "tests":
        may_be &= paths.tests[index.file_ids]
    ids = np.flatnonzero(may_be)
    likely = words.score[ids] * paths.priors(text_of(relation))[index.file_ids[ids]]
    best = np.sort(ids[np.argsort(-likely, kind="stable")[:_MOST_CHUNKS_READ]])
    found = {
        row.id: use
        for row in index.chunk_rows(best.tolist())
        if (use := use_in(row, bare, relation)) is not None
    }
    return Related(
        name, relation, np.array(list(found), dtype=np.int64),
        np.array([worth for _, worth in found.values()], dtype=np.float32),
        {at: place for at, (place, _) in found.items()},
    )  # fmt: skip


def text_of(relation: Relation) -> str:
    """Return what to ask the names of files for what a relation is about."""
    return "tests" if relation == "tests" else ""


def use_in(row: ChunkRow, bare: str, relation: Relation) -> tuple[int, float] | None:
    """Return the line of a chunk, from 0, that uses a name most, and what that is worth."""
    if row.language in _WITHOUT_CODE:
        return None
    own = tuple(each for each in row.defines if _bare(each) == bare)
    inside = _bare(row.symbol) == bare and row.symbol not in row.defines
    look = _heir_lines if relation == "heirs" else _use_lines
    lines = look(row.text, bare, row.language, own)
    if not lines:
        return None
    at, worth = max(lines, key=lambda line: (line[1], -line[0]))
    return at, worth * (_ITSELF if inside or _leads(row, bare, own) else 1.0)


def _leads(row: ChunkRow, bare: str, own: tuple[str, ...]) -> bool:
    """Return whether all of a chunk is what is called so."""
    return bool(own) and row.defines == own and _bare(row.symbol) == bare


def _bare(name: str) -> str:
    """Return a name without its owners."""
    asked = asked_for(name)
    return name if asked is None else asked.pieces[-1]


def _is_defined(index: Index, name: str) -> bool:
    asked = asked_for(name)
    if asked is None or not name.isidentifier():
        return False
    found = named(index, asked, index.symbols(name).tolist(), _DEFINITIONS)
    return any(one.match == AS_WRITTEN for one in found)


def _asked(text: str) -> Iterator[tuple[str, Relation]]:
    """Yield the names that a question may ask for the uses of, and which uses."""
    said = text.strip().rstrip("?")
    if len(said) > _LONGEST_QUESTION or _TELLING.isdisjoint(said.lower().split()):
        return
    said = said.replace("`", "").replace("'s ", " is ").replace("call site", "callsite")
    tokens = said.replace("test case", "testcase").split()
    tokens = [each for each in tokens if each.lower() not in _FILLERS]
    if tokens and tokens[-1].lower() in _LAST:
        tokens.pop()
    for relation, forms_ in _FORMS.items():
        for form in forms_:
            if (name := _fitting(form.split(), tokens)) is not None:
                yield name.removesuffix("()"), relation


def _fitting(form: Sequence[str], tokens: Sequence[str]) -> str | None:
    """Return the name of a question of a form, None for one of another form."""
    name = None
    if len(form) != len(tokens):
        return None
    for one, token in zip(form, tokens, strict=True):
        if one == "*":
            name = token
        elif one != "?" and token.lower() not in _CLASSES.get(one, {one}):
            return None
    return name


def _use_lines(
    text: str, bare: str, language: str, own: tuple[str, ...]
) -> list[tuple[int, float]]:
    """Return the lines of a text, from 0, that use a name, and what each is worth."""
    if bare not in text:
        return []
    defined = {place_of(name, text) for name in own}
    said = re.compile(whole_name(bare))
    value, _ = forms(bare, language)
    declared = _declared(bare) if language in _HEADERS else None
    found = []
    for at, line in enumerate(_code(text, language)):
        if bare not in line or at in defined or not said.search(line):
            continue
        if value.search(line) or (declared and declared.match(line)):
            continue
        found.append((at, _worth(line, bare)))
    return found


def _worth(line: str, bare: str) -> float:
    if re.search(_BRINGS, line):
        return _BROUGHT_IN
    called = rf"(?<![\w$]){re.escape(bare)}[!?]?(?:::)?(?:<[^<>\n]*>)?\s*[({{]"
    return _CALLED if re.search(called, line) else _HELD


def _declared(bare: str) -> re.Pattern[str]:
    """Return what finds a line that only declares a function: `static int parse(char *);`."""
    return re.compile(
        rf"\s*(?:(?!(?:return|else|throw|case|delete|new|co_\w+)\b)[\w:<>,*&~]+[ \t*&]+)+"
        rf"{re.escape(bare)}\s*\([^;{{]*(?:;|,\s*$|$)"
    )


def _heir_lines(
    text: str, bare: str, language: str, own: tuple[str, ...]
) -> list[tuple[int, float]]:
    """Return the lines of a text, from 0, that name a type as a base of another."""
    if bare not in text:
        return []
    code = "\n".join(_code(text, language))
    while (plain := re.sub(r"<[^<>\n]*>", lambda m: " " * len(m[0]), code)) != code:
        code = plain  # bounds of type arguments are no bases
    name = rf"(?P<name>{whole_name(bare)})"
    heads = (
        rf"\b(?:{_TYPES})\s+(?!{re.escape(bare)}\b)[\w.$:]+(?:(?!:\s*\n){_HEAD}){{1,300}}?{name}",
        rf"\bimpl\b[^{{}};]{{0,200}}?{name}[^{{}};]{{0,200}}?\bfor\b",
        rf"\b(?:derive|instance|object|defimpl|deriving)\b[^{{}};=\n]*?{name}",
        rf"^[ \t]*(?:include|extend|prepend|use|@behaviour|with|mixin)[ \t]+[\w:.]*{name}",
        rf"\bnew\s+{name}\s*\([^;{{]*\)\s*\{{",
    )
    found = {
        code.count("\n", 0, each.start("name"))
        for head in heads
        for each in re.finditer(head, code, re.MULTILINE)
    }
    return [(at, _CALLED) for at in sorted(found)]


def _code(text: str, language: str) -> list[str]:
    """Return the lines of a text with blanks in the place of comments and of sentences."""
    silent = f"{_REMARKS}|{_SENTENCE}" + (_SENTENCE_OF_ONE if language in _QUOTING else "")
    plain = re.sub(silent, lambda said: re.sub(r"\S", " ", said[0]), text, flags=re.MULTILINE)
    return [line[:LONGEST_LINE] for line in plain.split("\n")]
