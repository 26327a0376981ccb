"""What to look for in the syntax trees: one declarative entry for each parsed language."""

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

__all__ = ["GRAMMARS", "Grammar", "compiled", "grammar_of"]

GRAMMARS: Mapping[str, Grammar] = {
    name: grammar
    for family in (c_family, functional, javascript, jvm, numeric, schemas, scripting, systems)
    for name, grammar in family.GRAMMARS.items()
}


def grammar_of(language: str, path: str) -> Grammar | None:
    """Return the grammar for a file, or None where the language is not parsed."""
    if language == "typescript" and path.lower().endswith(".tsx"):
        return GRAMMARS["tsx"]
    return GRAMMARS.get(language)


@cache
def compiled(name: str) -> tuple[Parser, Query]:
    """Return the parser and the query of a grammar in `GRAMMARS`, made once a process."""
    language: Language = get_language(GRAMMARS[name].name)
    return Parser(language), Query(language, GRAMMARS[name].query)
