"""Which lines of code use a name, as each language writes it: calls, heads of derived types.

Comments, documentation and sentences in strings are blanked out first.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from ncs.corpus.families import COMPONENTS, PROSE
from ncs.corpus.lexis import blanked, goes_over_lines, is_string, silenced, values
from ncs.index.reading import ChunkRow
from ncs.search.defining import LONGEST_LINE, forms
from ncs.search.directions import DIRECTED, goes
from ncs.search.owners import NOTHING_IMPORTED, Imported, Whose, resembles, whose
from ncs.search.relations import Relation
from ncs.text import whole_name

# What a line that holds a name is worth: one that calls it (or makes one), one that holds it
# otherwise, one that only brings it in. Inside what is called so itself, as in a recursion, less.
_CALLED, _HELD, _BROUGHT_IN, _ITSELF = 1.0, 0.8, 0.6, 0.5
_OTHER_WAY = 0.5  # times that, where it is used in another direction than was asked for
_OTHER_OWNER = 0.7  # times that, where the owner that was asked for is not named beside it

# What languages do: a call needs no brackets; a type stands before what has it.
_DO = {
    what: frozenset(said.split())
    for what, said in {
        "call bare": "bash fish ruby elixir haskell ocaml fsharp perl objc nim coffee tcl clojure"
        " lisp emacs-lisp",
        "type first": "c cpp objc java csharp dart groovy glsl solidity",
    }.items()
}
_UNQUOTED = re.compile(r"[^\s\"'`]")
_QUOTED = re.compile(r"([\"'])[\w./:@\\-]*\1")
_WITHOUT_CODE = PROSE | {"asciidoc", "json"}
_BRINGS = re.compile(
    r"^\s*(?:import|from(?! +\w+ +in\b)|#\s*include|#?import|@import|@use)\b"
    r"|^\s*source\s+[\w./~$\"']"
    r"|^\s*(?:using|use|include(?:_once)?|open|alias)\s+(?!var\b)[\w.:{}<>\\@\"']"
    r"|\brequire(?:_\w+)?\b(?=\s*[(\"'])|\bimport\(|^\s*export\b.*\bfrom\b|^[ \t]*\}\s*from\b"
)
# A line of a list of names or paths, which may go on with an import that is open before it.
_LISTED = re.compile(
    r"^\s*(?:[\w$]+(?: as [\w$]+)?,\s*)*[\w$]+,?\s*$|^\s*(?:[\w.]+\s+)?\"[\w./@-]+\"\s*$"
)
_OPEN_IMPORT = re.compile(r"\b(?:import|from|use|using|require|export)\b[^;(){}]*[({][^;(){}]*\Z")
_BEFORE_LISTED = 2_000  # characters in front of such a line
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
# What only says whose methods follow; a trait that it names has `for` behind it.
_EXTENDED = {
    "rust": r"\s*(?:unsafe[ \t]+)?impl\b(?:<[^{\n]*>)?[ \t]+(?:\w+::)*{name}(?![^{\n]*\bfor\b)",
    "swift": r"\s*(?:[\w@]+[ \t]+)?extension[ \t]+(?:\w+\.)*{name}",
}
# In front of what a brace behind it makes, `Reader { file }`, or calls, `files.map { it }`; what
# is returned or is a base is neither: `func open() *Reader {`.
_MAKES_ELSE = (
    r"(?:(?:^\s*|(?:(?<![=!<>])=>?|[(,\[{|]|(?<!->)(?<!-> )&|\breturn\b)\s*&?)(?:\w+(?:\.|::))*"
    r"|[)\]}!?]\.|^\s*\??\.)"
)
_MAKES = {
    each: _MAKES_ELSE.replace("[(,", "(?<![:)]):(?!:)|[(,") for each in ("rust", "go", "c", "zig")
}
# Where it stands without a space it makes a value in any place: `[]Reader{}`.
_MAKES["go"] = rf"(?:{_MAKES['go']}|(?<![\w$])(?=\w+\{{))"
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
# In front of the name of a procedure that SQL runs: `EXEC @code = dbo.`, `CALL `.
_RUN_BY_SQL = r"(?i:\b(?:EXEC|EXECUTE|CALL)\s+)(?:@\w+\s*=\s*)?(?:[\w$#@\[\]\"`]+\.)*[\[\"`]?"
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
# Behind a type that is called like the base: what says that this is another's, `Other::Base`.
_NO_NAMESAKE = r"(?!\s*(?:[<:]|extends\b|implements\b)\s*(?:\w+(?:::|[.\\]))+{own}\b)"
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
# Where sentences stand beside code, and what of a line is none of them.
_MARKUP = COMPONENTS | {"html", "xml"}
_NO_PROSE = r"<[^<>]*>|\{\{[^{}]*\}\}|\{[%#][^{}]*\}|<%[^%]*%>|\{[^{}]*\}"
# A plain word between others, or that begins or ends a line with two more: `you may revoke this`.
_IN_PROSE = (
    r"(?:^|[ \t])[A-Za-z']+,?[ \t]+{name}[ \t]+[a-z]+|^\s*{name}(?:[ \t]+[a-z]+){2}"
    r"|[A-Za-z]+[ \t]+[a-z]+[ \t]+{name}\s*(?:[.,!?:]|$)"
)
_OF_SCRIPTS = r"\b(?:import|export|return|await|yield|const|let|var|function|typeof)\b"

_LEVELS = 4  # of brackets within brackets that are looked at


def use_in(
    row: ChunkRow,
    bare: str,
    relation: Relation,
    owner: str = "",
    imports: Callable[[ChunkRow], Imported] | None = None,
    *,
    strictly: bool = False,
) -> tuple[int, float] | None:
    """Return the line of a chunk, from 0, that uses a name most, and what that is worth.

    Args:
        row: the chunk.
        bare: the name.
        relation: which uses count.
        owner: by whom the name is asked for as owned, as written; "" for nobody.
        imports: what the file of a chunk brings in; None where nobody asks.
        strictly: whether lines of another direction than is asked for count for nothing.
    """
    if row.language in _WITHOUT_CODE or bare not in row.text:
        return None
    own = tuple(each for each in row.defines if _is_called(each, bare))
    inside = _is_called(row.symbol, bare) and row.symbol not in row.defines
    lines = heir_lines(row, bare) if relation == "heirs" else _use_lines(row, bare, own)
    if relation == "imports":
        lines = [(at, _CALLED) for at in _import_lines(row, bare, lines)]
    if relation in DIRECTED:
        lines = [
            (at, worth if so else worth * _OTHER_WAY)
            for at, worth in lines
            if (so := goes(row.text, at, bare, relation)) or not strictly
        ]
    if not lines:
        return None
    within, code = _within(row, own), row.text.split("\n")
    found = []
    known = imports(row) if owner and imports is not None else NOTHING_IMPORTED
    for at, worth in lines:
        worth *= _ITSELF if inside or at in within else 1.0
        said = Whose.OPEN
        if owner:
            said, _ = whose(code[at], bare, owner, row.symbol, known)
            near = said is Whose.OWN or resembles(code[at], bare, owner, row.symbol)
            worth *= 1.0 if near else _OTHER_OWNER
        found.append((said is Whose.OWN, worth, said, -at))
    _, worth, _, at = max(found)
    return -at, worth


def is_direct(text: str, at: int, bare: str, relation: Relation) -> bool:
    """Return whether a line of a text, from 0, uses a name as a relation says.

    And does not only bring it in.
    """
    return goes(text, at, bare, relation) and not _is_import(text, at)


def has_heirs(language: str) -> bool:
    """Return whether code of a language says what is derived from a type; Go's does not."""
    return _TO_BASES.get(language, _TO_BASES_ELSE) != _NO_BASES or language in _BASES


def _within(row: ChunkRow, own: tuple[str, ...]) -> frozenset[int]:
    """Return the lines of a chunk, from 0, inside of some of its definitions."""
    spans = (each.span for each in row.begun if each.name in own)
    lines = (line for span in spans for line in range(span.start, min(span.end, row.span.end) + 1))
    return frozenset(line - row.span.start for line in lines)


def _is_called(name: str, bare: str) -> bool:
    """Return whether a name of the index has a bare name, but for a mark behind it: `empty?`."""
    return name.rpartition(".")[2].partition(":")[0].rstrip("?!") == bare.rstrip("?!")


def _use_lines(row: ChunkRow, bare: str, own: tuple[str, ...]) -> list[tuple[int, float]]:
    """Return the lines of a chunk, from 0, that use a name, and what each is worth."""
    said = _said(bare, row.language)
    if not said.search(row.text):
        return []
    defined = {each.span.start - row.span.start for each in row.begun if each.name in own}
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
        if row.language in _MARKUP and _is_prose(line, bare):
            continue
        if declares.search(_without_type_arguments(line)) or _is_head(line, use.end(), owns):
            continue
        found.append((at, _worth(line, bare, row.language)))
    return found


def _is_prose(line: str, bare: str) -> bool:
    """Return whether a plain word is one of a sentence on a line of mark-up."""
    if not re.fullmatch(r"[a-z]+", bare):
        return False
    rest = re.sub(_NO_PROSE, " ", line)
    wanted = re.compile(whole_name(bare))
    if len(wanted.findall(rest)) < len(wanted.findall(line)):  # it is in a tag or an expression
        return False
    prose = re.search(_IN_PROSE.replace("{name}", bare), rest) is not None
    return prose and not re.search(_OF_SCRIPTS, rest)


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
    if language in _EXTENDED:
        looks.append(f"^{_EXTENDED[language]}")
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
    if _BRINGS.search(line):
        return _BROUGHT_IN
    if _LISTED.search(line) and not (language in _DO["call bare"] and line.strip() == bare):
        return _BROUGHT_IN
    if language == "erlang" and _EXPORTED.search(line):
        return _BROUGHT_IN
    if language != "erlang" and bare not in _QUOTED.sub("", line):
        return _BROUGHT_IN  # a name in quotes may be anything
    name = re.escape(bare)
    called = (
        rf"(?<![\w$]){name}['!?]?(?:::)?(?:<[^()\n]*?>)?\s*\("
        rf"|(?<![\w$]){name}(?:::<[^()\n]*?>)?::\w+(?:::<[^()\n]*?>)?\("
        rf"|{_MAKES.get(language, _MAKES_ELSE)}{name}(?:::)?(?:<[^(){{\n]*>)?\s*\{{"
        rf"|\bnew\s+(?:[\w.:\\]+[.:\\])?{name}\b|<{name}[\s/>]|^\s*@{name}\b|\b{name}![\s\[]"
    )
    if language == "sql":
        called += rf"|{_RUN_BY_SQL}{name}(?![\w@#$])"
    return _CALLED if language in _DO["call bare"] or re.search(called, line) else _HELD


def _import_lines(row: ChunkRow, bare: str, lines: Sequence[tuple[int, float]]) -> list[int]:
    """Return which lines of a chunk that hold a name bring it in, and not `name-of-another`."""
    alone, said = re.compile(rf"(?<!-){whole_name(bare)}(?!-)"), row.text.split("\n")
    return [at for at, _ in lines if alone.search(said[at]) and _is_import(row.text, at)]


def _is_import(text: str, at: int) -> bool:
    """Return whether a line of a text, from 0, brings in what it names."""
    lines = text.split("\n")
    if _BRINGS.search(lines[at]):
        return True
    before = "\n".join(lines[:at])[-_BEFORE_LISTED:]
    return _LISTED.search(lines[at]) is not None and _OPEN_IMPORT.search(before) is not None


def heir_lines(row: ChunkRow, bare: str) -> list[tuple[int, float]]:
    """Return the lines of a chunk, from 0, that name a type as a base of another."""
    language, said = row.language, _said(bare, row.language)
    if not said.search(row.text):
        return []
    code = "\n".join(_code(row.text, language))
    if not said.search(code):
        return []
    arguments = _ARGUMENTS.get(language, _ARGUMENTS_ELSE)
    changed, level = 1, 0
    while changed and level < _LEVELS:
        code, changed = re.subn(arguments, lambda found: blanked(found[0]), code)
        level += 1
    to_bases, bases = _TO_BASES.get(language, _TO_BASES_ELSE), _BASES.get(language, _NO_BASES)
    own = re.escape(bare)
    itself = rf"{own}\b{_NO_NAMESAKE.replace('{own}', own)}"
    heads = (
        rf"(?<![\w$.:-])(?:{_TYPES})\s+(?!(?:var|let|func)\b|{itself})"
        rf"[\w.$](?:(?!{to_bases}){_HEAD}){{0,300}}{to_bases}{_HEAD}{{0,300}}?{{name}}"
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


def _code(text: str, language: str) -> list[str]:
    """Return the lines of a text with blanks in the place of comments and of sentences."""
    text = "\n".join(line[:LONGEST_LINE].rstrip("\r") for line in text.split("\n"))
    return silenced(text, language, partial(_said_in, language=language)).split("\n")


def _said_in(silent: re.Match[str], language: str) -> str:
    """Return a comment or a string with blanks in the place of what is no code and no name."""
    if not is_string(silent):
        return blanked(silent[0])
    held, long = values(silent, language), goes_over_lines(silent[0])
    if held or (held is not None and long):
        return _values(silent[0], held)
    is_name = not long and not re.search(r"\s", silent[0])
    return silent[0] if is_name else blanked(silent[0])


def _values(string: str, held: Sequence[tuple[int, int]]) -> str:
    """Return a string with blanks in the place of all but its quotes and the values it holds."""
    parts, done = [], 0
    for start, end in held:
        parts += [_UNQUOTED.sub(" ", string[done:start]), string[start:end]]
        done = end
    return "".join((*parts, _UNQUOTED.sub(" ", string[done:])))
