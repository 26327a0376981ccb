"""What a definition is called in a sentence: its kind, its name, its parameters."""

import re

from ncs.corpus.heads import arguments, defined, parameters
from ncs.corpus.routes import path_of
from ncs.types import Definition

MOST_NAMES = 6  # that a synthetic description lists
_WORDS = {"function": "function", "method": "method", "class": "class", "type": "type"}
_PARAMETERS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_TYPED = re.compile(r"(?<!:):(?!:)")  # before it is a name; `std::string& text` has none
# A record in Erlang, `#iq{type = set} = Request`: what has the name stands behind it.
_RECORD = re.compile(r"\s*#(\w*)\s*\{")
_NAME_FIRST = frozenset({"go", "julia"})  # the name of a parameter comes before its type
# What a variable in Go has before the parameters of the function that is its value.
_VALUE = re.compile(r".*?=.*?\bfunc\b(?=\()")
# What begins the parameters that are given by name in Julia, and a macro that is around one.
_NAMED_APART = re.compile(r";|@\w+(?:[ ]|\(([^()]*)\))")
# In OCaml a bracket behind a name is around a type, or one parameter of several; a label is one,
# whatever its value is called. What has none may be a function all the same, or a value.
_CURRIED = re.compile(
    r"[~?]([a-z_][\w']*)(?::\s*(?:\((?:[^()]|\([^()]*\))*\)|[\w.']+))?"
    r"|[~?]?\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\}|\[[^\[\]]*\]|[a-z_][\w']*|[:=]"
)
_BOUND = re.compile(r"(?<![\w.'])[a-z_][\w']*")
_SELF = frozenset({"self", "cls", "this", "mut", "void"})


def word_of(definition: Definition, language: str) -> str:
    """Return what a definition is: a route, and what has no parameters in OCaml is a value.

    SQL says it in so many words.
    """
    if language == "sql":
        return defined(definition.signature) or _WORDS[definition.kind]
    if path_of(definition.name):
        return "route"
    if language == "ocaml" and definition.kind == "function":
        # A type that begins on the next line is not known.
        named = rf"\(?\s*{re.escape(definition.name)}\s*\)?"
        alone = rf"{named}(?:\s*:(?!.*->).*)?|val\s+{named}\s*:(?!.*->).*"
        return "value" if re.fullmatch(alone, definition.signature) else "function"
    return _WORDS[definition.kind]


def head_of(definition: Definition, language: str) -> str:
    """Return the name with its parameters: `add(left, right)`."""
    if definition.name.endswith(":") or definition.kind in ("class", "type"):
        return definition.qualified
    named = _named(definition, language)
    if named is None:
        return definition.qualified
    return f"{definition.qualified}({', '.join(named[:MOST_NAMES])})"


def _named(definition: Definition, language: str) -> list[str] | None:
    """Return the names of a function's parameters, None where it has no list of them."""
    if language == "ocaml":
        return _curried(definition) or None
    if language == "sql":
        return parameters(definition.signature, definition.name)
    after = definition.signature.partition(definition.name)[2]
    if language == "go":
        after = _VALUE.sub("", after, count=1)
    found = _PARAMETERS.search(after)
    if found is None:
        return None
    listed = _NAMED_APART.sub(r",\1", found[1]) if language == "julia" else found[1]
    names = [_parameter(part, first=language in _NAME_FIRST) for part in arguments(listed)]
    return [name for name in names if name]


def _curried(definition: Definition) -> list[str]:
    """Return the parameters of a function in OCaml: `h a ~b ?(c = 1) (d : int)` has four."""
    head, _, lambda_ = definition.signature.partition("= fun ")
    after = re.split(rf"(?<![\w']){re.escape(definition.name)}(?![\w'])", head, maxsplit=1)[-1]
    names: list[str] = []
    for found in _CURRIED.finditer(lambda_ or after):
        if found[0] in ":=":
            break
        words = [found[1]] if found[1] else _BOUND.findall(found[0].partition(":")[0])
        names += words[:1]
    return [name for name in names if name.strip("_")]


def _parameter(text: str, *, first: bool) -> str:
    """Return the name in one parameter: before ":" where there is one, else the last word.

    Args:
        text: the parameter as declared.
        first: the name comes before the type, with nothing between them.
    """
    if (record := _RECORD.match(text)) is not None:
        bound = text.rpartition("}")[2].partition("=")[2]
        if bound or record[1]:
            text = bound or record[1]
    left, _, right = text.partition("=")
    # Elixir's `%Config{} = conf` is a pattern that what has the name is held against.
    declared = right if right and left.lstrip().startswith("%") else left
    binary = declared.lstrip().startswith("<<")  # `<<head, rest::binary>>`
    name = declared.partition(":")[0] if binary else _TYPED.split(declared, maxsplit=1)[0]
    words = _IDENTIFIER.findall(name)
    said = words[:1] if first else words[-1:]
    return said[0] if said and said[0] not in _SELF else ""
