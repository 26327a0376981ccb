"""Questions in other languages, word by word in English: names of code are English anywhere."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ncs.scripts import holds_unspaced, is_latin, spaced
from ncs.text import stem
from ncs.thesaurus import LONGEST_PHRASE, english_words, other_words

_LONGEST = 8  # characters of a word where none are set apart
_MOST = 2  # English words for one
_WORD = re.compile(r"[^\W_]+")
# Words that ask in languages with Latin letters, but for such as code uses otherwise: `comment`,
# `qual`. With other small ones of these languages, of which many words look like English ones that
# say something else.
_ASKS = "onde quais quando donde dónde cómo cuál où quel quelle wie welche welcher"
ASKS = frozenset(_ASKS.split())
_SMALL_WORDS = (
    "de da das dos para por uma um os na nas nos que como ao ja nao sao esta se el los las la del"
    " una un en con sin cuando le les des du une dans pour avec est sont ce sur par der das den"
    " dem ein eine einen und oder für mit von zu wo wird werden ist nicht auf bei"
)
_SMALL = ASKS.union(_SMALL_WORDS.split())
_ENGLISH = frozenset({"the", "of", "is", "are", "how", "where", "what", "and", "with", "to"})
# Words with accents that are English, too.
_BORROWED = frozenset({"naïve", "café", "résumé", "façade", "cliché", "née", "à", "é"})


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
    # Quotes and pictures are of no language, nor is a single letter: π, 5 µs.
    latin = all(is_latin(word) for word in words if len(word) > 1)
    if latin and not _is_foreign(words):
        return ()
    found = tuple(_all(words, latin))
    return found if any(gloss.english for gloss in found) else ()


def _is_foreign(words: Sequence[str]) -> bool:
    """Return whether words in Latin letters are of another language than English.

    Two small words of one say so, or one beside words that are all known there; or one word with
    accents that is, or that all words are known, and none in English.
    """
    if len(words) == 0 or not _ENGLISH.isdisjoint(words):
        return False
    small = {word for word in words if word in _SMALL}
    if len(small) > 1:
        return True
    others = [word for word in words if word not in small]
    if any(not word.isascii() and word not in _BORROWED and _known(word) for word in others):
        return True
    if len(words) == 1 or any(other_words(stem(word)) for word in others if not small):
        return False
    return bool(others) and all(map(_known, others))


def _known(word: str) -> bool:
    return len(english_words(stem(word))) > 0


def _all(words: list[str], latin: bool) -> Iterator[Gloss]:
    at = 0
    while at < len(words):
        if holds_unspaced(words[at]):
            yield from _unspaced(words[at])
            at += 1
        elif not latin and words[at].isascii():  # names of code among words of another script
            yield Gloss(words[at], ())
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
