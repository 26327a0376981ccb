"""Where a name is used: `who calls parse`, `subclasses of Reader`, `tests for parseQuery`."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import numpy as np

from ncs.corpus.families import COMPONENTS
from ncs.index.reading import ChunkRow, Index
from ncs.lexical import IdArray
from ncs.search.defining import LONGEST_LINE, forms, place_of
from ncs.search.filters import BoolArray
from ncs.search.lexical import lexical
from ncs.search.names import AS_WRITTEN, asked_for, named
from ncs.search.paths import path_words_of
from ncs.search.question import is_symbol
from ncs.search.runs import NEARLY_ALL
from ncs.text import plain, whole_name
from ncs.types import FloatArray, Kind

Relation = Literal["uses", "heirs", "tests"]

_MOST_CHUNKS_READ = 300  # chunks that hold a name, the best of them
_DEFINITIONS: tuple[Kind, ...] = ("function", "method", "class", "type")
_LONGEST_QUESTION = 200  # characters: a relation is asked for in a few words
# What a line that holds a name is worth: one that calls it (or makes one), one that holds it
# otherwise, one that only brings it in. Inside what is called so itself, as in a recursion, less.
_CALLED, _HELD, _BROUGHT_IN, _ITSELF = 1.0, 0.8, 0.6, 0.5
_BEFORE_DOT = re.compile(r"(\w+)(?:\(\))?[?!]*(?:\.|::|->)\Z")
_SELF = frozenset({"self", "this", "Self", "cls"})
_SHORTEST_OWNER = 4  # letters that may stand for a longer name
_OTHER_OWNER = 0.7  # times that, where the owner that was asked for is not named beside it

# Words of such questions that say nothing of what is asked.
_SAY_NOTHING = (
    "the a all any every everything find show list give get me there else of to on for code place"
    " places file files unit integration class classes struct structs enum enums interface"
    " interfaces protocol trait traits type types function functions method methods macro constant"
    " variable field property module component components list being codebase project repo"
    " repository anywhere here into upon this our currently incoming locate"
    " instance instances"
)
_FILLERS = frozenset(_SAY_NOTHING.split())
_SPOKEN = [  # what is said in other words, or in other marks
    (re.compile(spoken, re.IGNORECASE), plain)
    for spoken, plain in {
        r"(?<!\w)([`\"'])([^`\"'\s]+)\1(?!\w)": r"\2",
        r"\b(who|what|where|how)'s ": r"\1 is ",
        r"'s ": " ",
        r"\bcall sites?\b|\bcall (?:hierarchy|graph|tree)\b|\breverse dependenc\w+": "callers",
        r"\bcall (?=to |of )": "calls ",
        r"\b(?:child|derived) (?:class(?:es)?|types?)\b": "subclasses",
        r"\btest (?=cases?\b)": "test",
        r" in (?:the |our |this )?code(?:base)?\b": "",
    }.items()
]
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
        " send sends read reads consume consumes depend depends refer refers trigger triggers",
        "using": "calling using invoking referencing instantiating importing raising throwing"
        " sending",
        "used": "called used invoked referenced instantiated imported constructed created raised"
        " thrown emitted sent included consumed read triggered",
        "users": "caller callers usage usages use uses user users reference references callsite"
        " callsites invocation invocations consumer consumers occurrence occurrences calls"
        " imports dependents",
        "inherit": "implement implements extend extends inherit inherits subclass subclasses"
        " derive derives conform conforms adopt adopts include includes",
        "inheriting": "implementing extending inheriting subclassing deriving including",
        "derived": "derived",
        "heirs": "subclass subclasses subtype subtypes implementations implementer implementers"
        " implementor implementors descendants heirs impls",
        "test": "test tests cover covers exercise exercises",
        "touch": "test cover call use exercise",
        "tests": "test tests spec specs testcase testcases",
        "tested": "tested covered exercised",
        "testing": "testing covering calling using",
    }.items()
}
# Forms of such questions: words of a class, `*` for the name, `?` for any word.
_FORMS: dict[Relation, tuple[str, ...]] = {
    "tests": (
        "where is * tested", "is * tested", "where is tests *", "who test *",
        "who tests touch *", "who tests test *", "tests that touch *", "tests testing *",
        "tests *", "* tests",
    ),
    "uses": (
        "where is * used", "where * is used", "where is used *", "where do ? use *",
        "where do use *", "where do * used", "is * used", "* is used by", "* is used",
        "who use *", "who is using *",
        "using *", "users *", "* users", "who is users *", "where is users *",
    ),
    "heirs": (
        "who inherit *", "who inherit from *", "inheriting *", "inheriting from *",
        "derived from *", "heirs *", "* heirs",
    ),
}  # fmt: skip
_TELLING = frozenset().union(
    *(said for one, said in _CLASSES.items() if one not in ("who", "where", "is", "do"))
)

# What a text says without being code that uses a name. Comments, by the languages that have them;
# one that is not closed ends with the text: a search for its end from each beginning is quadratic.
_BLOCKS = r"/\*[\s\S]*?(?:\*/|\Z)"
_REMARKS = {
    "code": rf"{_BLOCKS}|(?<![:\w\\])//.*$|^[ \t]*\*(?:[\s/].*)?$",
    "hash": r"(?:^|(?<=[\s;]))#.*$",
    "php": rf"{_BLOCKS}|(?<![:\w\\])//.*$|(?:^|(?<=\s))#(?!\[).*$|^[ \t]*\*(?:[\s/].*)?$",
    "lua": r"--\[\[[\s\S]*?(?:\]\]|\Z)|--.*$",
    "sql": rf"{_BLOCKS}|--.*$",
    "haskell": r"\{-(?!#)[\s\S]*?(?:-\}|\Z)|\{-#.*?#-\}|(?:^|(?<=[\s)]))--.*$",
    "ocaml": r"\(\*[\s\S]*?(?:\*\)|\Z)",
    "erlang": r"(?:^|(?<=[\s,;.]))%.*$",
    "lisp": r";.*$",
    "markup": rf"<!--[\s\S]*?(?:-->|\Z)|{_BLOCKS}|(?<![:\w\\\"'/])//.*$",
}
_REMARKS_OF = {
    each: family
    for family, said in {
        "hash": "bash elixir python ruby cmake coffee dockerfile fish graphql ini julia make nim"
        " nix perl powershell r tcl terraform toml yaml",
        "lisp": "clojure emacs-lisp lisp",
        "markup": "html xml " + " ".join(COMPONENTS),
    }.items()
    for each in said.split()
}
# What languages do: a single quote begins a string, elsewhere a letter, a lifetime or an atom, or
# it ends a name; strings hold no values; a call needs no brackets; a type stands before what has
# it.
_DO = {
    what: frozenset(said.split())
    for what, said in {
        "quote": "python javascript typescript ruby php bash lua perl dart groovy coffee",
        "tick": "javascript typescript go",
        "no values": "c cpp objc java go rust lua haskell erlang ocaml zig",
        "call bare": "bash fish ruby elixir haskell ocaml fsharp perl objc nim coffee tcl clojure"
        " lisp emacs-lisp",
        "type first": "c cpp objc java csharp dart groovy glsl solidity",
    }.items()
}
_DOCSTRING = r'"""[\s\S]*?(?:"""|\Z)'
# In front of a docstring that a chunk begins; one that it only ends has prose there.
_BEFORE_DOCSTRING = re.compile(r"(?:^|[:=(,\[{+>]|doc|~\w|\breturn|[\s(=][rbfuRBFU]{1,2})\s*\Z")
_STRING = r'"(?:[^"\\\n]|\\[\s\S])*"'
_STRING_OF_ONE, _LETTER = r"'(?:[^'\\\n]|\\.)*'", r"'(?:[^'\\\n]|\\.)'"
_STRING_OF_TICKS = r"`[^`\n]*`"
_VALUE_IN_STRING = re.compile(r"[{$#]|\\\(")  # `"${parse(x)}"`
_QUOTED = re.compile(r"([\"'])[\w./:@\\-]*\1")
_WITHOUT_CODE = ("markdown", "rst", "text", "asciidoc", "json")
_BRINGS = re.compile(
    r"^\s*(?:import|from(?! +\w+ +in\b)|require|#\s*include|#?import|@import)\b"
    r"|^\s*(?:using|use|include|open|alias)\s+(?!var\b)[\w.:{}<>\\@\"]"
    r"|\brequire\(|^\s*export\b.*\bfrom\b|^\s*(?:[\w$]+(?: as [\w$]+)?,\s*)*[\w$]+,?\s*$"
)
_EXPORTED = re.compile(r"(?<!\bfun )(?<!\bfun ')\b\w+'?/\d")  # Erlang's `-export([parse/1])`

# What only declares or defines a function, overloads, overrides and further clauses included.
_FUNCTION = (
    r"(?<![\w$.])(?:(?:def|defp|defmacrop?|defdelegate|defguardp?|func|function|sub|proc|external"
    r"|val|{lambda})[ \t]+|[@-](?:spec|callback)[ \t]+)"
    r"(?:\([^()\n]*\)[ \t]*|<[^<>\n]*>[ \t]*)?(?:[\w$<>?]+(?:\.|::|\#))*{name}"
)
# A type's head; `struct parse *a` is none.
_TYPE = (
    r"\b(?:class|interface|trait|protocol|enum|struct|union|defmodule|defprotocol)[ \t]+{name}"
    r"(?=\s*(?:$|[<({:;]|\b(?:extends|implements|with|where|final|do)\b))"
)
_NO_TYPE = (
    "return|else|throw|case|delete|new|await|yield|co_\\w+|goto|in|is|not|and|or|when|using|emit"
    "|Q_EMIT|default|assert|out|do"
)
_DECLARED = (  # behind type arguments that are blank: `static int parse(char *);`
    rf"\s*(?:@\w+(?:\([^()]*\))?[ \t]+)*(?:(?!(?:{_NO_TYPE})\b)[\w:]*\w"
    r"(?:[ \t]+[*&]*|[*&?]+[ \t]+|\[\]\??[ \t]+)){least}(?:\w+(?:::|\.))*~?{name}\s*\("
)
_CLAUSES = {
    "erlang": r"'?{name}'?\(|-\w+\(?\s*'?{name}",
    "go": r"\s*{name}\([^()]*\)\s+[\w(*\[.]|\s*{name}\(\w+(?:, \w+)*\s+[\w*\[.][^()]*\)$",
    "haskell": r"{name}|\s+{name}\s[^=]*(?<![=<>/:!])=(?!=)",
    "julia": r"\s*(?:\w+\.)*{name}\((?:[^()]|\([^()]*\))*\)(?:::[^=\s]+)?(?:\s+where\s[^=]+)?\s*"
    r"=(?!=)",
    "objc": r"\s*[-+]\s*\([^()]*\)[^;{]*?{name}",
    "ocaml": r"\s*(?:let|and)\s+(?:rec\s+)?{name}",
    "typescript": r"\s*(?:(?:public|private|protected|static|abstract|async|override)\s+)*{name}"
    r"\??\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*:\s*[^\s?]",
}

_TYPES = (
    "class|struct|interface|trait|object|enum|record|protocol|extension|actor|module|data"
    "|newtype|contract|mixin|(?:abstract|primitive) type"
)
_NO_BASES = "(?!)"
# What stands between the name of a type and its bases.
_TO_BASES = {
    "ruby": "<(?!<)",
    "julia": "<:",
    "scala": r"\b(?:extends|with)\b",
    "solidity": r"\bis\b",
    **dict.fromkeys(("cpp", "objc", "csharp", "swift", "rust", "kotlin"), "(?<!:):(?!:)"),
    **dict.fromkeys(("c", "go", "python", "haskell", "perl", "lua", "ocaml"), _NO_BASES),
}
_TO_BASES_ELSE = r"\b(?:extends|implements|with)\b"
# A head goes on over the end of a line before what names a base, and after a comma, a colon or a
# bracket; `permits` names heirs and `where` bounds.
_HEAD = (
    r"(?:(?!\b(?:where|permits)\b)[^{};=\n]|\n\s*(?=[:,(<)]|extends\b|implements\b|with\b|public\b"
    r"|private\b|protected\b|virtual\b|[\w.:]+\s*[,)<({]))"
)
# What names a base elsewhere than behind that.
_BASES = {
    "elixir": r"^[ \t]*(?:@behaviour|use|defimpl)[ \t]+[\w.]*{name}",
    "erlang": r"^-behaviou?r\({name}",
    "haskell": r"(?:^[ \t]*(?:deriving[ \t]+(?:\w+[ \t]+)?)?instance\b(?:[^=]{0,300}?=>)?\s*"
    r"(?:\w+\.)*|\bderiving\b[^=\n]{0,200}?){name}",
    "java": r"\bnew\s+{name}\s*\{",
    "kotlin": r"\bobject\s*:[^{=\n]*?{name}",
    "lua": r"=\s*{name}:extend\(",
    "ocaml": r"\binherit\b[^\n]*?{name}",
    "perl": r"^[ \t]*(?:use[ \t]+(?:parent|base|Mojo::Base)|extends|with)\b.*?{name}",
    "php": r"(?:^[ \t]+use[ \t]+[\w\\, ]*|\bnew\s+class\b[^{;]*?){name}",
    "python": r"\bclass[ \t]+\w+[ \t]*\([^:]{0,300}?(?<!=){name}",
    "ruby": r"(?:^[ \t]*(?:include|extend|prepend)[ \t(]+|\bClass\.new\()[\w:]*{name}",
    "rust": r"(?:\bimpl\b(?=[^{};]{0,400}\bfor\b)(?:(?!\bfor\b)[^{};]){0,300}?|\bderive\([^)]*)"
    r"{name}",
    "scala": r"\bnew\s+{name}\s*\{",
    **dict.fromkeys(("javascript", "typescript"), r"\bclass\s+extends\s+[\w.]*{name}"),
}
# Type arguments and parameters, which are no bases.
_ARGUMENTS = {
    "python": r"\[[^\[\]\n]*\]",
    "julia": r"\{[^{}\n]*\}",
    "rust": r"<[^<>\n]*>",
    "scala": r"\[[^\[\]\n]*\]|\([^()]*\)",
    **dict.fromkeys(("ruby", "php", "perl", "lua", "elixir", "erlang"), _NO_BASES),
    **dict.fromkeys(("haskell", "ocaml", "objc"), _NO_BASES),
}
_ARGUMENTS_ELSE = r"(?<!-)<[^<>\n]*>|\([^()]*\)"
_LEVELS = 4  # of brackets within brackets that are looked at


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
    if asked is None:
        return None
    name, relation = asked
    found = _uses(index, name, relation, mask)
    if len(found.ids) or (written := _as_written_here(index, name)) == name:
        return found
    other = _uses(index, written, relation, mask)
    return other if len(other.ids) else found


def _as_written_here(index: Index, name: str) -> str:
    """Return a name as it is defined here, if it is: `parseQuery` for `parse_query`."""
    wanted = plain(_bare(name))
    met = Counter(
        bare
        for chunk in index.chunk_names(index.symbols(wanted).tolist())
        for each in chunk.defines
        if plain(bare := each.rpartition(".")[2]) == wanted
    )

    def unlike(each: str) -> tuple[bool, int, str]:  # a class is called as what makes one
        return each[:1].isupper() != name[:1].isupper(), -met[each], each

    return min(met, key=unlike) if met else name


def related_name(index: Index, text: str) -> tuple[str, Relation] | None:
    """Return the name whose uses a question is after, and which; None for another question.

    A name that no sentence would hold, or a plain word that is defined here: `who calls parse`.
    That of a file is none: its ending would be the name.
    """
    for name, relation in _asked(text):
        if _is_file(index, name):
            return None
        if is_symbol(name) or _is_defined(index, name):
            return name, relation
    return None


def _uses(index: Index, name: str, relation: Relation, mask: BoolArray | None) -> Related:
    bare, owner = _bare(name), _owner(name)
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
        if (use := use_in(row, bare, relation, owner)) is not None
    }
    return Related(
        name, relation, np.array(list(found), dtype=np.int64),
        np.array([worth for _, worth in found.values()], dtype=np.float32),
        {at: place for at, (place, _) in found.items()},
    )  # fmt: skip


def text_of(relation: Relation) -> str:
    """Return what to ask the names of files for what a relation is about."""
    return "tests" if relation == "tests" else ""


def use_in(
    row: ChunkRow, bare: str, relation: Relation, owner: str = ""
) -> tuple[int, float] | None:
    """Return the line of a chunk, from 0, that uses a name most, and what that is worth.

    Args:
        row: the chunk.
        bare: the name.
        relation: which uses count.
        owner: letters and digits of whom the name is asked for as owned by; "" for nobody.
    """
    if row.language in _WITHOUT_CODE or bare not in row.text:
        return None
    own = tuple(each for each in row.defines if _is_called(each, bare))
    inside = _is_called(row.symbol, bare) and row.symbol not in row.defines
    lines = _heir_lines(row, bare) if relation == "heirs" else _use_lines(row, bare, own)
    if owner:
        code = row.text.split("\n")
        lines = [
            (at, worth if _owned(code[at], bare, owner, row.symbol) else worth * _OTHER_OWNER)
            for at, worth in lines
        ]
    if not lines:
        return None
    at, worth = max(lines, key=lambda line: (line[1], -line[0]))
    return at, worth * (_ITSELF if inside or _leads(row, bare, own) else 1.0)


def _owned(line: str, bare: str, owner: str, symbol: str) -> bool:
    """Return whether an owner stands before a name: `RemoteScheduler.`, `scheduler.`, `self.`."""
    own = owner in plain(symbol)
    before = (line[: each.start()] for each in re.finditer(re.escape(bare), line))
    said = (found[1] for each in before if (found := _BEFORE_DOT.search(each)))
    return any(
        (own and each in _SELF)
        or plain(each).endswith(owner)
        or (len(plain(each)) >= _SHORTEST_OWNER and owner.endswith(plain(each)))
        for each in said
    )


def _leads(row: ChunkRow, bare: str, own: tuple[str, ...]) -> bool:
    """Return whether all of a chunk is what is called so."""
    return bool(own) and row.defines == own and _is_called(row.symbol, bare)


def _is_called(name: str, bare: str) -> bool:
    """Return whether a name of the index has a bare name, but for a mark behind it: `empty?`."""
    return name.rpartition(".")[2].partition(":")[0].rstrip("?!") == bare.rstrip("?!")


def _bare(name: str) -> str:
    """Return a name without its owners."""
    asked = asked_for(name)
    return name if asked is None else asked.pieces[-1]


def _owner(name: str) -> str:
    """Return letters and digits of the nearest owner of a name; "" where it is asked without."""
    asked = asked_for(name)
    return "" if asked is None or len(asked.pieces) == 1 else plain(asked.pieces[-2])


def _is_defined(index: Index, name: str) -> bool:
    asked = asked_for(name)
    if asked is None or not name.isidentifier():
        return False
    found = named(index, asked, index.symbols(name).tolist(), _DEFINITIONS)
    return any(one.match == AS_WRITTEN for one in found)


def _is_file(index: Index, name: str) -> bool:
    return "." in name and any(f"/{path}".endswith(f"/{name}") for path in index.paths)


def _asked(text: str) -> Iterator[tuple[str, Relation]]:
    """Yield the names that a question may ask for the uses of, and which uses."""
    if len(text) > _LONGEST_QUESTION:
        return
    said = text.strip().rstrip("?.! ")
    for spoken, said_plainly in _SPOKEN:
        said = spoken.sub(said_plainly, said)
    every = said.split()
    if _TELLING.isdisjoint(each.lower() for each in every):
        return
    # A capital begins a sentence, elsewhere a name: `where is Component used`.
    tells = [(each if at else each.lower()) not in _FILLERS for at, each in enumerate(every)]
    tokens = [each for each, does in zip(every, tells, strict=True) if does]
    while tokens and tokens[-1].lower() in _LAST:
        tokens.pop()
    yield from _fits(tokens)
    if not tells[-1]:  # `who calls find`
        yield from _fits([*tokens, every[-1]])


def _fits(tokens: Sequence[str]) -> Iterator[tuple[str, Relation]]:
    """Yield the name of each form that a question without its fillers fits, and its relation."""
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


def _use_lines(row: ChunkRow, bare: str, own: tuple[str, ...]) -> list[tuple[int, float]]:
    """Return the lines of a chunk, from 0, that use a name, and what each is worth."""
    said = _said(bare, row.language)
    if not said.search(row.text):
        return []
    # Erlang has no word before what is defined, and `fun parse/1` is none.
    defined = set() if row.language == "erlang" else {place_of(name, row.text) for name in own}
    owns = [name.rpartition(".")[2] for name in row.defines if bare in name.split(".")[:-1]]
    mine = bool(owns) or bare in row.symbol.split(".")[:-1]
    value, _ = forms(bare, row.language)
    declares = _declaring(bare, row.language, mine)
    found = []
    for at, line in enumerate(_code(row.text, row.language)):
        if bare not in line or at in defined or not (use := said.search(line)):
            continue
        if (given := value.search(line)) and not said.search(line, given.end()):
            continue
        if declares.search(_without_type_arguments(line)) or _is_head(line, use.end(), owns):
            continue
        found.append((at, _worth(line, bare, row.language)))
    return found


def _said(bare: str, language: str) -> re.Pattern[str]:
    """Return what finds a name; a quote may be a part of one in some languages."""
    return re.compile(whole_name(bare) + ("(?!')" if language in ("haskell", "ocaml") else ""))


@lru_cache(maxsize=64)
def _declaring(bare: str, language: str, mine: bool) -> re.Pattern[str]:
    """Return what finds a line that only declares or defines what is called so.

    Args:
        bare: the name.
        language: of the code.
        mine: whether the code is of a class that is called so, as its constructors are.
    """
    lambdas = language in ("erlang", "elixir", "ocaml", "fsharp", "haskell")
    looks = [_FUNCTION.replace("{lambda}", "sub" if lambdas else "fun|fn"), _TYPE]
    if language in _DO["type first"]:
        looks.append("^" + _DECLARED.replace("{least}", "{0,8}" if mine else "{1,8}"))
    if language in _CLAUSES:
        looks.append(f"^(?:{_CLAUSES[language]})")
    return re.compile("|".join(looks).replace("{name}", whole_name(bare)))


def _is_head(line: str, after: int, owned: Sequence[str]) -> bool:
    """Return whether a name owns what a line defines: `void Reader::close()`.

    Args:
        line: with the name in it.
        after: where the name ends.
        owned: the bare names of what a chunk defines of its owner.
    """
    behind = line[after:]
    return not line.rstrip().endswith(";") and any(
        re.match(
            rf"(?:<[^<>]*>)?(?:::|[.:#])~?{re.escape(each)}\b|\)\s*{re.escape(each)}\(", behind
        )
        for each in owned
    )


def _worth(line: str, bare: str, language: str) -> float:
    if _BRINGS.search(line) and not (language in _DO["call bare"] and line.strip() == bare):
        return _BROUGHT_IN
    if language == "erlang" and _EXPORTED.search(line):
        return _BROUGHT_IN
    if language != "erlang" and bare not in _QUOTED.sub("", line):
        return _BROUGHT_IN  # a name in quotes may be anything
    name = re.escape(bare)
    called = (
        rf"(?<![\w$]){name}['!?]?(?:::)?(?:<[^()\n]*?>)?\s*[({{]"
        rf"|\bnew\s+(?:[\w.:\\]+[.:\\])?{name}\b|<{name}[\s/>]|^\s*@{name}\b|\b{name}![\s\[]"
    )
    return _CALLED if language in _DO["call bare"] or re.search(called, line) else _HELD


def _heir_lines(row: ChunkRow, bare: str) -> list[tuple[int, float]]:
    """Return the lines of a chunk, from 0, that name a type as a base of another."""
    language, said = row.language, _said(bare, row.language)
    if not said.search(row.text):
        return []
    code = "\n".join(_code(row.text, language))
    if not said.search(code):
        return []
    blanked, level = 1, 0
    while blanked and level < _LEVELS:
        code, blanked = re.subn(_ARGUMENTS.get(language, _ARGUMENTS_ELSE), _blanks, code)
        level += 1
    to_bases, bases = _TO_BASES.get(language, _TO_BASES_ELSE), _BASES.get(language, _NO_BASES)
    heads = (
        rf"(?<![\w$.:-])(?:{_TYPES})\s+(?!(?:{re.escape(bare)}|var|let|func)\b)[\w.$]"
        rf"(?:(?!{to_bases}){_HEAD}){{0,300}}{to_bases}{_HEAD}{{0,300}}?{{name}}"
    )
    forms_ = [bases] if to_bases == _NO_BASES else [heads, bases]
    name = rf"(?P<name>{whole_name(bare)})(?!\.\w|::\w|\\)"
    found = {
        code.count("\n", 0, each.start("name"))
        for form in forms_
        if form != _NO_BASES
        for each in re.finditer(form.replace("{name}", name), code, re.MULTILINE)
    }
    return [(at, _CALLED) for at in sorted(found)]


def _without_type_arguments(line: str) -> str:
    for _ in range(_LEVELS if "<" in line else 0):
        line = re.sub(r"(?<=\w)<[^<>()]*>", "", line)
    return line


def _blanks(said: re.Match[str]) -> str:
    return re.sub(r"\S", " ", said[0])


def _code(text: str, language: str) -> list[str]:
    """Return the lines of a text with blanks in the place of comments and of sentences."""
    text = "\n".join(line[:LONGEST_LINE] for line in text.split("\n"))
    at = text.find('"""')
    if text.count('"""') % 2 and not _BEFORE_DOCSTRING.search(text[:at]):
        text = re.sub(r"\S", " ", text[: at + 3]) + text[at + 3 :]  # the end of a docstring

    def silenced(said: re.Match[str]) -> str:
        kept = said[0][0] in "\"'`" and said[0][:3] not in ('"""', "'''")
        valued = language not in _DO["no values"] and _VALUE_IN_STRING.search(said[0])
        return said[0] if kept and (valued or not re.search(r"\s", said[0])) else _blanks(said)

    return _silent(language).sub(silenced, text).split("\n")


@cache
def _silent(language: str) -> re.Pattern[str]:
    """Return what finds the comments and the strings of a language."""
    family = _REMARKS_OF.get(language, language if language in _REMARKS else "code")
    ways = [_REMARKS[family]]
    if family != "markup":  # where strings are code: `@click="close()"`
        ways += (
            [_DOCSTRING, _DOCSTRING.replace('"', "'")] if language == "python" else [_DOCSTRING]
        )
        ways += [_STRING, _STRING_OF_ONE if language in _DO["quote"] else _LETTER]
        ways += [_STRING_OF_TICKS] if language in _DO["tick"] else []
    return re.compile("|".join(ways), re.MULTILINE)
