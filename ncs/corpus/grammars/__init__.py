"""What to look for in the syntax trees: one or two entries for each parsed language.

Beyond what an entry can say, what SQL defines is in `ncs.corpus.statements`, Perl's documentation
in `ncs.corpus.pod`.
"""

from collections.abc import Mapping
from functools import cache

from tree_sitter import Language, Parser, Query
from tree_sitter_language_pack import get_language

from ncs.corpus.grammars import (
    c_family,
    functional,
    javascript,
    jvm,
    numeric,
    schemas,
    scripting,
    systems,
)
from ncs.corpus.grammars.grammar import Grammar

__all__ = ["GRAMMARS", "Grammar", "compiled", "key_of"]

GRAMMARS: Mapping[str, Grammar] = {
    name: grammar
    for family in (c_family, functional, javascript, jvm, numeric, schemas, scripting, systems)
    for name, grammar in family.GRAMMARS.items()
}


# Languages whose files are written in two ways: by the ending of the other.
_OTHER = {("typescript", ".tsx"): "tsx", ("ocaml", ".mli"): "ocaml_interface"}


def key_of(language: str, path: str) -> str:
    """Return the key in `GRAMMARS` for a file; it is in there where the language is parsed."""
    _, dot, extension = path.lower().rpartition(".")
    return _OTHER.get((language, dot + extension), language)


@cache
def compiled(name: str) -> tuple[Parser, Query]:
    """Return the parser and the query of a grammar in `GRAMMARS`, made once a process."""
    language: Language = get_language(GRAMMARS[name].name)
    return Parser(language), Query(language, GRAMMARS[name].query)
