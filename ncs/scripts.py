"""Scripts and letters: what sets no spaces between words, which marks may be left out.

Expressions and tables are made when they are needed: most code has no such letters.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

# Scripts that set no spaces between words, or few: Han, hiragana, katakana, hangul. A run of one
# is cut into pairs of characters, as Lucene's CJKBigramFilter does: a sentence of them as one word
# would be found by nobody.
_UNSPACED = (
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd",
    "\u3041-\u309f",
    "\u30a0-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff",
)
_PAIRED = 2  # characters
# Which NFKC would make letters and digits of: ™, ², ①.
_SIGNS = dict.fromkeys([*map(ord, "™℠¹²³"), *range(0x2070, 0x20A0), *range(0x2460, 0x2500)], " ")
# Letters whose marks are a part of them, as people write them who do not have them.
_SPELLED_OUT = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def holds_unspaced(text: str) -> bool:
    """Return whether a text has characters of a script that sets no spaces between words."""
    return not text.isascii() and _unspaced().search(text) is not None


def spaced(text: str) -> str:
    """Return a text with a space wherever names stand in what is written without any.

    `调用UserService保存` → `调用 UserService 保存`.
    """
    return _unspaced_edge().sub(" ", text) if holds_unspaced(text) else text


def units(text: str) -> list[str]:
    """Return the words of a text as blanks part them, two characters of what is unspaced as one.

    `调用UserService保存数据` → 调用 UserService 保存 数据.
    """
    found = spaced(text).split()
    if text.isascii():
        return found
    return [
        piece
        for word in found
        for piece in (
            [word[at : at + _PAIRED] for at in range(0, len(word), _PAIRED)]
            if holds_unspaced(word)
            else [word]
        )
    ]


def pieces_of(run: str) -> Iterator[str]:
    """Yield the pieces of a run of letters and digits: names, and pairs of what is unspaced."""
    for piece in _unspaced().split(run):
        if not holds_unspaced(piece):
            yield from (piece,) if piece else ()
            continue
        for one in _of_one_script().findall(unicodedata.normalize("NFKC", piece)):
            yield from (one[at : at + _PAIRED] for at in range(max(len(one) - _PAIRED + 1, 1)))


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"([{''.join(_UNSPACED)}]+)")


@cache
def _of_one_script() -> re.Pattern[str]:
    return re.compile("|".join(f"[{script}]+" for script in _UNSPACED))


@cache
def _unspaced_edge() -> re.Pattern[str]:
    within, other = f"[{''.join(_UNSPACED)}]", f"[^\\W{''.join(_UNSPACED)}]"
    return re.compile(f"(?<={within})(?={other})|(?<={other})(?={within})")


def is_latin(text: str) -> bool:
    """Return whether all letters of a text are of the Latin alphabet, whatever marks they have."""
    return text.isascii() or _latin().fullmatch(text) is not None


@cache
def _latin() -> re.Pattern[str]:
    return re.compile("[\u0000-\u036f\u1e00-\u1eff]*")


def usual(text: str) -> str:
    """Return a text with the usual form of each character; signs are no part of a word."""
    return unicodedata.normalize("NFKC", text.translate(_SIGNS))


class _Unaccented(dict[int, str]):
    """A letter → the same without its marks, as `str.translate` takes it; each looked up once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        # Of Cyrillic's й and the signs of kana the mark makes another letter.
        marked = "\u00c0" <= letter < "\u0400" or "\u1e00" <= letter < "\u2000" or letter in "Ёё"
        self[code] = unicodedata.normalize("NFD", letter)[0] if marked else letter
        return self[code]


_UNACCENTED = _Unaccented()


def unaccented(text: str) -> str:
    """Return a text whose letters have no accents, every character at its place."""
    return text if text.isascii() else text.translate(_UNACCENTED)


def spelled_out(text: str) -> str:
    """Return a text in lower case as people write it who have no letters but a to z.

    It may be longer.
    """
    if text.isascii():
        return text.lower()
    return unaccented(unicodedata.normalize("NFKC", text).lower()).translate(_SPELLED_OUT)
