"""The lines of a chunk that are shown for a question."""

import math
import re
from collections.abc import Iterable
from itertools import accumulate

from ncs.lexical import Postings
from ncs.text import identifier_tokens, identifiers, lexical_tokens

LINES = 8


class Snippets:
    """Cuts snippets for one question.

    Args:
        postings: of the index, for how rare each term is.
        query: the question.
    """

    def __init__(self, postings: Postings, query: str) -> None:
        size = len(postings.lengths)
        self._rarity: dict[str, float] = {}
        for term in dict.fromkeys(lexical_tokens(query)):
            where = postings.lookup(term)
            if where is not None:
                often = len(where[0])
                self._rarity[term] = math.log1p((size - often + 0.5) / (often + 0.5))
        self._said = _Said(self._rarity)
        heads = _heads(self._rarity)
        self._sieve = re.compile("|".join(map(re.escape, heads))) if heads else None

    def cut(self, text: str) -> str:
        """Return at most 8 consecutive lines of a text: those that say most of the question.

        A line is worth the rarity of the question's terms that stand in it. The first stretch
        worth most is taken: the beginning where no term stands. Blank lines at its ends and
        white space at line ends are left out.
        """
        lines = text.split("\n")
        best, most = 0, -1.0
        worth = self._worths(text, lines) if len(lines) > LINES else {}
        if worth:  # most texts hold none of the terms
            sums = list(accumulate((worth.get(at, 0.0) for at in range(len(lines))), initial=0.0))
            for at in range(len(lines) - LINES + 1):
                said = sums[at + LINES] - sums[at]
                if said > most + 1e-9:  # sums of the same numbers in another order are equal
                    best, most = at, said
        return "\n".join(line.rstrip() for line in lines[best : best + LINES]).strip("\n")

    def _worths(self, text: str, lines: list[str]) -> dict[int, float]:
        """Return what the lines are worth in which a term may stand, by their places."""
        worths: dict[int, float] = {}
        if self._sieve is None:
            return worths
        folded = text.lower()  # which has the same lines
        at = line = 0
        while (found := self._sieve.search(folded, at)) is not None:
            line += folded.count("\n", at, found.start())
            said = [terms for name in identifiers(lines[line]) if (terms := self._said[name])]
            if said:
                every = said[0].union(*said[1:])
                worths[line] = math.fsum(map(self._rarity.__getitem__, every))
            at = folded.find("\n", found.end())
            if at < 0:
                break
        return worths


class _Said(dict[str, frozenset[str]]):
    """Identifier → the terms of a question that it says: few say any, and names come again."""

    def __init__(self, terms: Iterable[str]) -> None:
        super().__init__()
        self._terms = frozenset(terms)

    def __missing__(self, name: str) -> frozenset[str]:
        found = self._terms.intersection(identifier_tokens(name))
        self[name] = found
        return found


def _heads(terms: dict[str, float]) -> list[str]:
    """Return strings of which a line with one of the terms holds one: a sieve, for speed.

    A stem is the beginning of the word it was made of, but for a last "y" ("retries": retry).
    """
    heads = {term.removesuffix("y")[1:] if term.startswith("~") else term for term in terms}
    return [head for head in heads if not any(h in head for h in heads - {head})]
