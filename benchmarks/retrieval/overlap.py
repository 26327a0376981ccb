"""How many words a question shares with the code that answers it: a paraphrase shares none."""

from collections.abc import Iterator

from tree_sitter import Node
from tree_sitter_language_pack import get_parser

from ncs.text import stem, words

_COMMON = (
    "a about after again all along already also an and any are as at away back be because been"
    " before being between both but by can cannot come could do does done down during each either"
    " else even ever every everything exactly few first for from get gets give given go goes had"
    " has have having here how if in into inside instead is it its itself just keep last less let"
    " lets like long look made make makes many may might more most much must my never new no none"
    " nor not nothing now of off on once one only onto or other others our out over own per put"
    " rather same several should since so some someone something soon still such take takes than"
    " that the their them then there these they thing things this those through till to together"
    " too two under until up upon us use used using very was way we well went were what when where"
    " whether which while who whole whose why will with within without would yet you your"
)
COMMON = frozenset(_COMMON.split())
# trees whose leaves are prose or data, not names
_PROSE = ("comment", "string", "quoted", "char", "docstring", "text_content", "regex")


def content_words(question: str) -> list[str]:
    """Return the words of a question that say something, lower case, each once."""
    return [
        word for word in dict.fromkeys(words(question)) if word not in COMMON and len(word) > 1
    ]


def _names(node: Node) -> Iterator[str]:
    if any(mark in node.type for mark in _PROSE):
        return
    if node.child_count == 0:
        if node.is_named and node.text:
            yield node.text.decode("utf-8", "replace")
        return
    for child in node.children:
        yield from _names(child)


def identifiers(text: str, language: str) -> list[str]:
    """Return the names that stand in code: no keywords, comments or strings."""
    parser = get_parser(language)
    return list(_names(parser.parse(text.encode()).root_node))


def stems(texts: Iterator[str] | list[str]) -> set[str]:
    """Return the stems of all words of the texts, and the words themselves."""
    found = {word for text in texts for word in words(text)}
    return found | {stem(word) for word in found}


def shared(question: str, known: set[str]) -> list[str]:
    """Return the content words of the question that stand, by word or stem, among the stems."""
    return [word for word in content_words(question) if word in known or stem(word) in known]
