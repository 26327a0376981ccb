"""Which lines of code use a name, as each language writes it: calls, heads of derived types.

Comments, documentation and sentences in strings are blanked out first.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from ncs.corpus.families import COMPONENTS, PROSE
from ncs.index.reading import ChunkRow
from ncs.search.defining import LONGEST_LINE, forms
from ncs.search.owners import NOTHING_IMPORTED, Imported, Whose, resembles, whose
from ncs.search.relations import Relation
from ncs.text import whole_name

# What a line that holds a name is worth: one that calls it (or makes one), one that holds it
# otherwise, one that only brings it in. Inside what is called so itself, as in a recursion, less.
_CALLED, _HELD, _BROUGHT_IN, _ITSELF = 1.0, 0.8, 0.6, 0.5
_OTHER_OWNER = 0.7  # times that, where the owner that was asked for is not named beside it

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
_STRING = r'(?<!\\)"(?:[^"\\\n]|\\[\s\S])*"'
_STRING_OF_ONE, _LETTER = r"'(?:[^'\\\n]|\\.)*'", r"'(?:[^'\\\n]|\\.)'"
# Over several lines; one that is not closed ends with the text, as comments do.
_STRING_OF_TICKS = {"go": r"`[^`]*(?:`|\Z)"}
_STRING_OF_TICKS_ELSE = r"`(?:[^`\\]|\\[\s\S]?)*(?:`|\Z)"
# In front of such a string that a chunk begins, as in `a: `, `return `, `html` or `Name string `.
_BEFORE_TICKS = re.compile(
    r"(?:(?:^|[=(,\[{:+?&|!]|=>|\b(?:return|case))\s*(?:[a-z][\w.]*)?|[\w\])][ \t])\Z"
)
_VALUE_IN_TICKS = re.compile(r"\$\{")
# What begins a value in a string: `"${parse(x)}"`, `f"{parse(x)}"`, `"\\(parse(x))"`, `"$parse"`.
_VALUE_IN_STRING = re.compile(r"[$#]?\{|[\\$]\(|\$\w+(?:->\w+)*")
# In front of a string of three quotes that holds values; elsewhere it is a doc, or nothing is one.
_LONG_WITH_VALUES = {
    "csharp": r"\$\Z",
    "python": r"[fF][rR]?\Z",
    "scala": r"\w\Z",
    **dict.fromkeys(("kotlin", "swift", "groovy", "dart"), ""),
}
_UNQUOTED = re.compile(r"[^\s\"'`]")
_BRACKET = re.compile(r"[(){}]")
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
    r"^\s*(?:[\w$]+(?: as [\w$]+)?,\s*)*[\w$]+,?\s*$|^\s*(?:[\w.]+\s+)?\"[\w./@-]+\"$"
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
_LEVELS = 4  # of brackets within brackets that are looked at


def use_in(
    row: ChunkRow,
    bare: str,
    relation: Relation,
    owner: str = "",
    imports: Callable[[ChunkRow], Imported] | None = None,
) -> tuple[int, float] | None:
    """Return the line of a chunk, from 0, that uses a name most, and what that is worth.

    Args:
        row: the chunk.
        bare: the name.
        relation: which uses count.
        owner: by whom the name is asked for as owned, as written; "" for nobody.
        imports: what the file of a chunk brings in; None where nobody asks.
    """
    if row.language in _WITHOUT_CODE or bare not in row.text:
        return None
    own = tuple(each for each in row.defines if _is_called(each, bare))
    inside = _is_called(row.symbol, bare) and row.symbol not in row.defines
    lines = _heir_lines(row, bare) if relation == "heirs" else _use_lines(row, bare, own)
    if relation == "imports":
        lines = [(at, _CALLED) for at in _import_lines(row, bare, lines)]
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
    return [at for at, _ in lines if alone.search(said[at]) and is_import(row.text, at)]


def is_import(text: str, at: int) -> bool:
    """Return whether a line of a text, from 0, brings in what it names."""
    lines = text.split("\n")
    if _BRINGS.search(lines[at]):
        return True
    before = "\n".join(lines[:at])[-_BEFORE_LISTED:]
    return _LISTED.search(lines[at]) is not None and _OPEN_IMPORT.search(before) is not None


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


def _blanks(said: re.Match[str]) -> str:
    return re.sub(r"\S", " ", said[0])


def _values(string: str, begin: re.Pattern[str]) -> str:
    """Return a string with blanks in the place of all but its quotes and the values in it.

    Args:
        string: with its quotes.
        begin: what begins a value; one that a quote within ends goes on to the end.
    """
    parts, done = [], 0
    for found in begin.finditer(string):
        if found.start() < done:
            continue
        end = _closed(string, found.end()) if found[0][-1] in "{(" else found.end()
        parts += [_UNQUOTED.sub(" ", string[done : found.start()]), string[found.start() : end]]
        done = end
    return "".join((*parts, _UNQUOTED.sub(" ", string[done:])))


def _closed(string: str, at: int) -> int:
    """Return where the bracket that is open at some place is closed."""
    depth = 1
    for each in _BRACKET.finditer(string, at):
        depth += 1 if each[0] in "({" else -1
        if not depth:
            return each.end()
    return len(string)


def _code(text: str, language: str) -> list[str]:
    """Return the lines of a text with blanks in the place of comments and of sentences."""
    text = "\n".join(line[:LONGEST_LINE] for line in text.split("\n"))
    at = text.find('"""')
    if text.count('"""') % 2 and not _BEFORE_DOCSTRING.search(text[:at]):
        text = re.sub(r"\S", " ", text[: at + 3]) + text[at + 3 :]  # the end of a docstring
    if language in _DO["tick"] and text.count("`") % 2:
        at = text.find("`")
        if not _BEFORE_TICKS.search(text[:at][-LONGEST_LINE:]):
            text = re.sub(r"\S", " ", text[: at + 1]) + text[at + 1 :]  # the end of such a string

    def silenced(said: re.Match[str]) -> str:
        kept = said[0][0] in "\"'" and said[0][:3] not in ('"""', "'''")
        if language in _LONG_WITH_VALUES and not kept and said[0][0] in "\"'":
            before = text[max(said.start() - 2, 0) : said.start()]
            if re.search(_LONG_WITH_VALUES[language], before):
                return _values(said[0], _VALUE_IN_STRING)
        if said[0][0] == "`":
            return _blanks(said) if language == "go" else _values(said[0], _VALUE_IN_TICKS)
        if kept and language not in _DO["no values"] and _VALUE_IN_STRING.search(said[0]):
            return _values(said[0], _VALUE_IN_STRING)
        return said[0] if kept and not re.search(r"\s", said[0]) else _blanks(said)

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
        if language in _DO["tick"]:
            ways += [_STRING_OF_TICKS.get(language, _STRING_OF_TICKS_ELSE)]
    return re.compile("|".join(ways), re.MULTILINE)
