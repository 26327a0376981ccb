"""Questions in other languages, word by word in English: names of code are English anywhere."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ncs.text import holds_unspaced, spaced, stem
from ncs.thesaurus import LONGEST_PHRASE, english_words

_LONGEST = 8  # characters of a word where none are set apart
_MOST = 2  # English words for one
_WORD = re.compile(r"[^\W_]+")
# By these a question is known to be in a language with Latin letters, of which many words look
# like English ones that say something else.
_SMALL_WORDS = (
    "de da das dos para por uma um os na nas nos que quando como onde ao ja nao sao esta el los"
    " las la del una un en con sin donde cuando le les des du une dans pour avec est sur par der"
    " das den dem ein eine einen und oder für mit von zu wird werden ist nicht auf bei"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_FEWEST_SMALL, _LEAST_SMALL = 2, 0.25  # of them, and their share of the words
# And by these it is known to be in English, whatever accents it has: `the naïve way`.
_ENGLISH = frozenset(
    {"the", "of", "is", "are", "how", "where", "what", "and", "with", "to", "for"}
)
_LATIN = re.compile("[\u0000-\u036f\u1e00-\u1eff]*")


class Gloss(NamedTuple):
    """A word of a question.

    Attributes:
        said: as it is asked, in lower case; several words where these are one in English.
        english: what code may call that, likeliest first; none where nobody knows.
    """

    said: str
    english: tuple[str, ...]


@lru_cache(maxsize=8)
def glossed(text: str) -> tuple[Gloss, ...]:
    """Return the words of a question with what each is in English; none of one in English.

    `取消超时订单` → 取消 (cancel), 超时 (timeout), 订单 (order). Of what is written without spaces
    the longest words that are known, and what is between them.
    """
    words = [word.lower() for word in _WORD.findall(spaced(text))]
    letters = "".join(words)  # what stands beside them, quotes and pictures, is of no language
    if _LATIN.fullmatch(letters) and _may_be_english(words, letters.isascii()):
        return ()
    found = tuple(_all(words))
    return found if any(gloss.english for gloss in found) else ()


def _may_be_english(words: Sequence[str], in_ascii: bool) -> bool:
    """Return whether nothing says that a question in Latin letters is in another language."""
    if not in_ascii:
        return not _ENGLISH.isdisjoint(words)
    small = [word for word in words if word in _SMALL]
    return len(set(small)) < _FEWEST_SMALL or len(small) < _LEAST_SMALL * len(words)


def _all(words: list[str]) -> Iterator[Gloss]:
    at = 0
    while at < len(words):
        if holds_unspaced(words[at]):
            yield from _unspaced(words[at])
            at += 1
        elif words[at] in _SMALL:
            at += 1
        else:
            gloss, count = _phrase(words[at : at + LONGEST_PHRASE])
            yield gloss
            at += count


def _unspaced(run: str) -> Iterator[Gloss]:
    """Yield the words of a run without spaces."""
    at = unknown = 0
    while at < len(run):
        for end in range(min(at + _LONGEST, len(run)), at + 1, -1):
            if english := english_words(run[at:end]):
                if unknown < at:
                    yield Gloss(run[unknown:at], ())
                yield Gloss(run[at:end], english[:_MOST])
                at = unknown = end
                break
        else:
            at += 1
    if unknown < len(run):
        yield Gloss(run[unknown:], ())


def _phrase(words: list[str]) -> tuple[Gloss, int]:
    """Return the longest beginning of some words that is known, else the first, and its length."""
    for count in range(len(words), 0, -1):
        if english := english_words(" ".join(map(stem, words[:count]))):
            return Gloss(" ".join(words[:count]), english[:_MOST]), count
    return Gloss(words[0], ()), 1


def in_english(text: str) -> str:
    """Return a question with the likeliest English word for each that is known, "" for none.

    Words that have none stay where they are in Latin letters.
    """
    kept = (
        gloss.english[0] if gloss.english else gloss.said
        for gloss in glossed(text)
        if gloss.english or gloss.said.isascii()
    )
    return " ".join(kept)
