"""How definitions are called, their owners and their bases, by how that is written."""

import re

from ncs.corpus.syntax import Found
from ncs.text import fold
from ncs.types import Kind

LONGEST_SIGNATURE = 200  # characters
_NAME_LETTERS = 128  # that are kept of a name: as many as SQL Server knows
MOST_CALLS = 32  # names that are kept of a definition's calls
MOST_OWNERS = 6  # of a qualified name: deeper nesting than that tells nobody anything

_IDENTIFIER = r"[~@#$]?[\w$][\w$'-]*[?!=]?"
_QUALIFIED = re.compile(
    rf"(?:{_IDENTIFIER}(?:<[^<>]*>)?\s*(?:::|\.|:|->)\s*)*(?:{_IDENTIFIER})", re.UNICODE
)
# A type that a macro before it made the beginning of a C++ declarator: `std::string render(int)`.
_RETURNED = re.compile(
    r"\A(?:\w+::)+\w+(?:<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>)?[\s&*]+"
    r"(?=(?:\w+(?:<[^<>]*>)?::)*~?\w+\s*\()"
)
# googletest's `TEST_F(StackTest, PopsLast) {…}`: a macro that takes the name of what it defines.
_MACRO = re.compile(r"[A-Z][A-Z\d_]*\((\w+), ?(\w+)\)")
_OPERATOR = re.compile(r"\boperator\s*(\(\)|\[\]|[^\s\w(]+|\s\w+)")
_BORROWED = re.compile(r"&'\w+\s*|\b(?:dyn|mut|const)\s+")
_SEPARATOR = re.compile(r"\s*(?:::|\.|:|->)\s*")
_TYPE_ARGUMENTS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")
_SELECTOR = re.compile(r"(?:\w+:)+")  # Objective-C's `insert:at:`
# What stands in front of a name and is no owner of it.
_TRANSPARENT = frozenset({"prototype", "this", "self", "exports", "module", "window", "_M"})
_BASE = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|\\)\w+)*")
_BASE_WORDS = """
extends implements with public private protected virtual class object where by metaclass
static override internal open final typing new
"""
_NO_BASE = frozenset(_BASE_WORDS.split())
_ARGUMENTS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)|\w+\s*=[^,)]*")
_METHOD = re.compile(r"::|\w:\w|\.prototype\.")


def identified(
    data: bytes, found: Found, around: Kind | None, *, exact: bool
) -> tuple[list[str], str, Kind]:
    """Return the owners that a definition's own name says, its bare name, and its kind.

    Args:
        data: the file.
        found: the definition.
        around: kind of what encloses it, if anything does.
        exact: as in `Grammar`.
    """
    written = _written(data, found)
    owners, name = ([], _bare(written)) if exact else _split_name(written)
    if found.owner:
        owners = _receiver(found.owner)
    owned = around in ("class", "type")
    # What has no type before it is a macro, or a constructor.
    if not owned and found.start == found.name_at and (macro := _MACRO.fullmatch(fold(written))):
        return [macro[1][:_NAME_LETTERS]], macro[2][:_NAME_LETTERS], found.kind
    if found.of:
        name = fold(f"{name} {found.of}")[:_NAME_LETTERS]
    named = not exact and _METHOD.search(_before_arguments(written))
    method = found.kind == "function" and (named or owned)
    return owners, name, "method" if method else found.kind


def line_of_name(found: Found, name: str) -> int:
    """Return the line of a bare name; the `*` that C has before it may end the line above."""
    return found.name_line + found.name.count("\n", 0, max(found.name.find(name), 0))


def called_as(path: str) -> str:
    """Return a file's name without its extension, its folder's where it is an index."""
    folder, _, filename = path.rpartition("/")
    stem = filename.partition(".")[0]
    return folder.rpartition("/")[2] or stem if stem == "index" else stem


def bases(clauses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in the clauses that say what a class inherits from."""
    names: list[str] = []
    for clause in clauses:
        if clause.startswith("("):
            clause = clause[1:].rstrip(")")
        elif clause.startswith("<") and clause.endswith(">"):
            clause = clause[1:-1]  # Objective-C's protocols
        while (plain := _ARGUMENTS.sub("", clause)) != clause:
            clause = plain
        names += [name for name in _BASE.findall(clause) if name not in _NO_BASE]
    return tuple(dict.fromkeys(name.lstrip("\\") for name in names))[:MOST_CALLS]


def _written(data: bytes, found: Found) -> str:
    """Return the name of a definition as it is written, without a type that was taken for it."""
    name, end = found.name, found.name_at + len(found.name.encode())
    if found.kind == "function" and data[end : end + 2] == b"::":
        head = data[found.name_at : min(found.body_at, end + LONGEST_SIGNATURE)]
        name = head.decode("utf-8", "replace")
    plain = _RETURNED.sub("", fold(name), count=1)
    return plain if plain != fold(name) else found.name


def _before_arguments(written: str) -> str:
    """Return a name as it is written, without the types among its arguments.

    `join(const std::string& text)` and `parse<std::string>` belong to nothing.
    """
    name = written.partition("(")[0]
    while (plain := _TYPE_ARGUMENTS.sub("", name)) != name:
        name = plain
    return name


def _bare(text: str) -> str:
    """Return a name without the quotes around it."""
    plain = fold(text)
    quoted = plain[:1] in "\"'`" and len(plain) > 2
    return (plain[1:-1] if quoted else plain)[:_NAME_LETTERS]


def _split_name(text: str) -> tuple[list[str], str]:
    """Return the owners and the bare name of a name as it is written in the code."""
    plain = _BORROWED.sub("", fold(text))
    if _SELECTOR.fullmatch(plain):
        return [], plain[: plain.rfind(":", 0, _NAME_LETTERS) + 1] or plain[:_NAME_LETTERS]
    if plain[:1] in "\"'`" and len(plain) > 2:
        return [], plain.strip("\"'`")[:_NAME_LETTERS] or plain
    operator = _OPERATOR.search(plain)
    head = plain[: operator.start()] + "operator" if operator else plain
    found = _QUALIFIED.search(head)
    if found is None:
        # Haskell's `(<+>) :: …` is about what `a <+> b = …` defines.
        operator_alone = plain[1:-1] if plain[:1] == "(" and plain.endswith(")") else plain
        return [], (operator_alone or plain)[:_NAME_LETTERS] or "?"
    pieces = [_TYPE_ARGUMENTS.sub("", piece) for piece in _SEPARATOR.split(found[0])]
    name = pieces[-1] if operator is None else f"operator{operator[1]}"
    owners = [piece for piece in pieces[:-1] if piece and piece not in _TRANSPARENT]
    return owners[-MOST_OWNERS:], name


def _receiver(text: str) -> list[str]:
    """Return the type in a Go receiver: `(s *Server[T])` → Server."""
    words = re.findall(r"\w+", _TYPE_ARGUMENTS.sub("", text))
    return words[-1:]
