"""The lines of a chunk that are shown for a question."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ncs.lexical import Postings, rarity
from ncs.scripts import unaccented
from ncs.search.question import plain_words, sought
from ncs.text import head_of_stem, identifier_tokens, stem, stem_token
from ncs.thesaurus import other_words

LINES = 8
LINES_BEFORE = 2  # a line that is asked for by its number

LONGEST_SHOWN = 400  # characters: a bundled line of a megabyte is no answer
_BEFORE = 100  # characters of a longer line before what says a term of the question

_REMARKED = ("//", "#", "/*", "--")  # what a comment of most languages begins with

_OTHER_WORD = 0.5  # of its rarity is what a word is worth that stands for one that is not here
_AS_WRITTEN = 0.5  # of its rarity is what a name is worth beside it, in the question's own case


class Snippet(NamedTuple):
    """Lines of a text.

    Attributes:
        text: the lines.
        place: which line of the text, from 0, the first of them is.
        telling: which says most of the question; the first where none says any, or where nobody
            looked: the place was given, or the text has no comment and no more lines than these.
    """

    text: str
    place: int
    telling: int


class Snippets:
    """Cuts snippets for one question.

    Args:
        told: how rare the terms of the question are, as `rarities` has it.
        query: the question.
    """

    def __init__(self, told: Mapping[str, float], query: str) -> None:
        self._rarity = dict(told)
        heads = _heads(self._rarity)
        # Each match ends where its name does.
        held = "|".join(map(re.escape, heads))
        self._sieve = re.compile(rf"(?:{held})\w*") if heads else None
        for name in sought(query):
            for whole in identifier_tokens(name)[:1]:  # a name of underscores has none
                if whole in self._rarity:
                    self._rarity[_as_written(name)] = _AS_WRITTEN * self._rarity[whole]
        self._said = _Said(self._rarity)
        self._worths: dict[frozenset[str], float] = {}

    def cut(self, text: str, place: int | None = None) -> Snippet:
        """Return at most 8 consecutive lines of a text: those that say most of the question.

        A stretch is worth the rarity of the different terms of the question that stand in it.
        Of those worth most the one with most lines that say a term is taken, then the first: the
        beginning where no term stands. What room these lines leave is for what follows them, a
        third for what is before: below a name its value stands, below a comment its code. Blank
        lines at its ends and white space at line ends are left out, of many in a row (a notebook's
        outputs) one is shown, and of a line of more than 400 characters the part with a term.

        Args:
            text: of a chunk.
            place: of the line to begin with, from 0, where that is known.
        """
        text = text.replace("\r\n", "\n")
        lines = text.split("\n")
        places: Sequence[int] = range(len(lines))
        if "\n\n\n\n" in text:
            places = _without_gaps(lines)
            lines = [lines[at] for at in places]
            text = "\n".join(lines)
        first, saying = 0, {}
        if place is not None:
            first = min(bisect_left(places, place), len(lines) - 1)
        elif len(lines) > LINES or any(mark in text for mark in _REMARKED):
            saying = self._saying(text)
            first = min(self._best(saying), max(len(lines) - LINES, 0))
        shown = "\n".join([self._shortened(line) for line in lines[first : first + LINES]])
        said = shown.strip("\n")
        blank = shown.index(said[0]) if said else 0
        begins = first + blank
        shown_of = {at: terms for at, terms in saying.items() if begins <= at < first + LINES}
        telling = max(shown_of, key=lambda at: self._worth(shown_of[at]), default=begins)
        return Snippet(said, places[begins], places[telling])

    def _shortened(self, line: str) -> str:
        """Return a line without white space at its end; of a long one what says a term."""
        line = line.rstrip()
        if len(line) <= LONGEST_SHOWN:
            return line
        found = self._sieve.search(_folded(line)) if self._sieve else None
        start = max(found.start() - _BEFORE, 0) if found else 0
        end = start + LONGEST_SHOWN
        return f"{'…' if start else ''}{line[start:end].strip()}{'…' if end < len(line) else ''}"

    def _best(self, saying: dict[int, frozenset[str]]) -> int:
        """Return where the best stretch begins, given what the lines say that say any term."""
        best, most = 0, (0.0, 0)
        places, said = list(saying), list(saying.values())
        low = 0
        for high, last in enumerate(places, 1):
            while places[low] <= last - LINES:
                low += 1
            terms = said[low].union(*said[low + 1 : high])
            found = self._worth(terms), high - low
            if found > most:
                room = LINES - 1 - (last - places[low])
                best, most = max(places[low] - room // 3, 0), found
        return best

    def _worth(self, terms: frozenset[str]) -> float:
        """Return how rare terms are together."""
        worth = self._worths.get(terms)
        if worth is None:  # few differ: what a question says comes again
            # Equal terms are equal, in whatever order they come.
            worth = self._worths[terms] = math.fsum(map(self._rarity.__getitem__, terms))
        return worth

    def _saying(self, text: str) -> dict[int, frozenset[str]]:
        """Return the terms of the lines that say any, by their places, ascending."""
        saying: dict[int, frozenset[str]] = {}
        if self._sieve is None:
            return saying
        folded = _folded(text)
        at = line = 0
        for found in self._sieve.finditer(folded):
            start, after = found.span()
            line += folded.count("\n", at, start)
            while start and (folded[start - 1].isalnum() or folded[start - 1] == "_"):
                start -= 1
            at = after
            if terms := self._said[text[start:at]]:
                known = saying.get(line)
                saying[line] = terms if known is None or known is terms else known | terms
        return saying


class _Said(dict[str, frozenset[str]]):
    """Identifier → the terms of a question that it says: few say any, and names come again."""

    def __init__(self, terms: Iterable[str]) -> None:
        super().__init__()
        self._terms = frozenset(terms)

    def __missing__(self, name: str) -> frozenset[str]:
        found = self._terms.intersection(identifier_tokens(name))
        if found and (own := _as_written(name)) in self._terms:
            found |= {own}
        self[name] = found
        return found


def rarities(postings: Postings, query: str) -> dict[str, float]:
    """Return how rare the terms of a question are, those that the index does not hold left out.

    For a word that it does not hold other words speak, for half as much. Small words are left out,
    too: they stand on every line, and say of none that it answers.
    """
    names, size = sought(query), len(postings.lengths)
    found = {}
    for term in dict.fromkeys(term for name in names for term in identifier_tokens(name)):
        where = postings.lookup(term)
        if where is not None:
            found[term] = rarity(size, len(where[0]))
    for word in plain_words(query):
        if stem_token(word) not in found:
            for term in map(stem_token, map(stem, other_words(word))):
                where = postings.lookup(term)
                if where is not None and term not in found:
                    found[term] = _OTHER_WORD * rarity(size, len(where[0]))
    return found


def _without_gaps(lines: Sequence[str]) -> list[int]:
    """Return the places of lines; of three empty ones in a row and more, of the first."""
    kept: list[int] = []
    empty = 0
    for at, line in enumerate(lines):
        empty = 0 if line else empty + 1
        if empty == 3:  # now it is a gap
            kept.pop()
        if empty < 3:
            kept.append(at)
    return kept


def _as_written(name: str) -> str:
    """Return the term of a name in its own case: no term of the postings looks like it."""
    return f"={name}"


def _folded(text: str) -> str:
    """Return a text in lower case and without accents, every character at its place."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(low if len(low := each.lower()) == 1 else each for each in text)
    return unaccented(folded)


def _heads(terms: dict[str, float]) -> list[str]:
    """Return strings of which a line with one of the terms holds one: a sieve, for speed."""
    heads = {head_of_stem(term[1:]) if term.startswith("~") else _folded(term) for term in terms}
    return [head for head in heads if not any(h in head for h in heads - {head})]
