"""Characters, words and tokens: the one place that decides how text is cut.

The model and lexical search both read code through this module, so that they agree on
what a word is. Nothing here depends on anything but the standard library and NumPy.
"""

import os
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from ncs.types import IdArray, NDArray

Piece = TypeVar("Piece")

# A run of letters, digits and underscores: an identifier or a word of prose.
_IDENTIFIER = re.compile(r"\w+")
# camelCase, HTTPServer, utf8, snake_case.
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
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
_CASED = range(0xC0, 0x530)  # letters beyond ASCII that are told capital from small: to Cyrillic

_NOT_PLAIN = re.compile(r"[\W_]+")

_SHORTEST_NGRAM, _LONGEST_NGRAM = 3, 5  # bytes
_CRC_ENDS = np.uint32(0xFFFFFFFF)  # what CRC-32 begins with, and turns over in the end
_LONGEST_WORD = 40  # characters of a word that are looked at: longer ones are data, not names
_SUFFIXES = (
    "izations", "ization", "ations", "ation", "ators", "ator", "ating", "ated", "ates", "ate",
    "ments", "ment", "ings", "ing", "ness", "ers", "ors", "ed", "er", "or", "es", "ly", "s", "e",
)  # fmt: skip
_SHORTEST_STEM = 3
_FOREIGN_STEM = 5  # letters
# Letters whose marks are a part of them, as people write them who do not have them.
_SPELLED_OUT = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def words(text: str) -> list[str]:
    """Return the lower-case words of a text, identifiers cut at their inner boundaries."""
    return [word for name in identifiers(text) for word in _parts_of(name)]


@lru_cache(maxsize=1 << 16)
def parts(identifier: str) -> tuple[str, ...]:
    """Return the lower-case parts of one identifier: `parseHTTPHeader2` → parse http header 2.

    What is written without spaces gives its pairs of characters: `用户登录` → 用户 户登 登录.
    """
    if identifier.isascii():
        return tuple(part.lower()[:_LONGEST_WORD] for part in _PART.findall(identifier))
    if holds_unspaced(identifier):
        return tuple(part for piece in _cut(identifier) for part in _parts_of(piece))
    return tuple(part.lower()[:_LONGEST_WORD] for part in _foreign_part().findall(identifier))


def _parts_of(piece: str) -> tuple[str, ...]:
    """Return the parts of a piece as `_cut` gives it: a pair is one."""
    return (piece,) if holds_unspaced(piece) else parts(piece)


def _cut(run: str) -> Iterator[str]:
    """Yield the pieces of a run of letters and digits: names, and pairs of what is unspaced."""
    for piece in _unspaced().split(run):
        if not holds_unspaced(piece):
            yield from (piece,) if piece else ()
            continue
        for one in _of_one_script().findall(unicodedata.normalize("NFKC", piece)):
            yield from (one[at : at + _PAIRED] for at in range(max(len(one) - _PAIRED + 1, 1)))


# Made when they are needed: most code has no such letters.


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


@cache
def _foreign_part() -> re.Pattern[str]:
    """Return the expression of a part of a name that has letters beyond ASCII."""
    capitals = "A-Z" + "".join(letter for letter in map(chr, _CASED) if letter.isupper())
    small = rf"[^\W\d_{capitals}]"
    return re.compile(
        rf"[{capitals}]+(?=[{capitals}]{small})|[{capitals}]?{small}+|[{capitals}]+|\d+"
    )


def plain(name: str) -> str:
    """Return the letters and digits of a name, in lower case: `parse_query`, `parseQuery`."""
    return _NOT_PLAIN.sub("", name).lower()


def is_latin(text: str) -> bool:
    """Return whether all letters of a text are of the Latin alphabet, whatever marks they have."""
    return text.isascii() or _latin().fullmatch(text) is not None


@cache
def _latin() -> re.Pattern[str]:
    return re.compile("[\u0000-\u036f\u1e00-\u1eff]*")


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


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return a light stem of a lower-case word of more than four letters, else the word.

    `encode encodes encoder encoding` → encod; `retries retried retry` → retry;
    `running` → run. One suffix at most is taken off; rare words may meet by accident. Accents
    are left out, `configuração` → configuracao, and of a word in another alphabet the first
    letters are its stem: `пользователь пользователя пользователю` → польз.
    """
    if not word.isascii():
        if holds_unspaced(word):
            return word
        word = spelled_out(word)
        if not word.isascii():
            return word[:_FOREIGN_STEM]
    if len(word) <= 4:
        return word
    if word.endswith(("ies", "ied")):
        return f"{word[:-3]}y"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            if suffix == "s" and word.endswith(("ss", "us", "is")):
                continue
            cut = word[: -len(suffix)]
            doubled = len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "lsz"
            return cut[:-1] if doubled and suffix[0] in "aeio" else cut
    return word


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


def head_of_stem(stem: str) -> str:
    """Return what every word of a stem begins with: all but a last "y" (`retry`: retries)."""
    return stem.removesuffix("y")


def whole_name(name: str) -> str:
    """Return an expression that finds a name, and no longer one that it is a part of."""
    return rf"(?<![\w$]){re.escape(name)}(?![\w$])"


def loosely(text: str) -> str:
    """Return an expression that finds a text whatever white space stands between its words.

    Or none, where one of two words is of a script that sets none (see `spaced`).
    """
    found, before = "", ""
    for word in text.split():
        tight = holds_unspaced(before[-1:]) or holds_unspaced(word[:1])
        found += (("\\s*" if tight else "\\s+") if found else "") + re.escape(word)
        before = word
    return found


def stem_token(stem: str) -> str:
    """Return the token that a stem is counted as; one of two letters is the word itself.

    "~" cannot stand in an identifier, so a stem never passes for the word itself.
    """
    return f"~{stem}" if len(stem) > 2 else stem


@lru_cache(maxsize=1 << 16)
def identifier_tokens(identifier: str) -> tuple[str, ...]:
    """Return what `lexical_tokens` counts of one identifier."""
    if holds_unspaced(identifier):
        return tuple(
            token
            for piece in _cut(identifier)
            for token in ((piece,) if holds_unspaced(piece) else identifier_tokens(piece))
        )
    whole = identifier.lower().strip("_")[:_LONGEST_WORD]
    if not whole:
        return ()
    pieces = parts(identifier)
    tokens = [whole]
    if len(pieces) > 1:
        tokens.extend(pieces)
    tokens.extend(stem_token(stem(piece)) for piece in pieces if len(piece) > 2)
    return tuple(tokens)


def lexical_tokens(text: str) -> list[str]:
    """Return the tokens that lexical search counts.

    Each identifier gives itself (lower case), its parts where it has several, and a stem of
    each part beside them, marked with "~": the exact word keeps its own rarity.
    """
    return list(chain.from_iterable(map(identifier_tokens, identifiers(text))))


def ngram_buckets(words: Sequence[str], buckets: int) -> tuple[IdArray, IdArray]:
    """Return the table rows of words: hashes of `<word>` and its 3-, 4- and 5-grams of bytes.

    Equal on every machine: CRC-32, as `zlib.crc32` has it, of each different n-gram.

    Args:
        words: lower-case words, as `words` gives them.
        buckets: rows of the table; a power of two.

    Returns:
        (n,) indices in [0, buckets), word after word, in a fixed order, and (len(words),) how many
        each word has, which is 1 at least.
    """
    marked = [f"<{word}>".encode("utf-8", "replace") for word in words]
    sizes = np.array([len(each) for each in marked], dtype=np.int64)
    data = np.frombuffer(b"".join(marked), dtype=np.uint8)
    word = np.repeat(np.arange(len(words)) << 32, sizes)
    left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(data))  # bytes to the word's end
    whole = np.fromiter(map(zlib.crc32, marked), dtype=np.int64, count=len(marked))
    met = [(np.arange(len(words)) << 32) + whole]
    # All windows at once, a byte further at each step: a call for each took 14 µs a word.
    table, state = _crc_table(), np.full(len(data), _CRC_ENDS, dtype=np.uint32)
    for size in range(1, _LONGEST_NGRAM + 1):
        state = state[: len(data) - size + 1]
        state = table[(state & 0xFF) ^ data[size - 1 :]] ^ (state >> 8)
        if size >= _SHORTEST_NGRAM:
            inside = left[: len(state)] >= size
            met.append(word[: len(state)][inside] + (state[inside] ^ _CRC_ENDS))
    found = np.unique(np.concatenate(met))
    return found & (buckets - 1), np.bincount(found >> 32, minlength=len(words))


@cache
def _crc_table() -> NDArray[np.uint32]:
    """Return what CRC-32 makes of each byte, (256,)."""
    # crc32(b) = table[b ^ 0xFF] ^ 0xFF000000, each of its ends being turned over.
    made = [zlib.crc32(bytes([byte ^ 0xFF])) ^ 0xFF000000 for byte in range(256)]
    return np.array(made, dtype=np.uint32)


@lru_cache(maxsize=1 << 12)
def path_words(path: str) -> str:
    """Return what a path says of its content: file stem and parent folder, twice.

    `lib/core/dispatchRequest.js` → "dispatchRequest core dispatchRequest core".
    """
    pure = PurePosixPath(path)
    named = pure.stem if pure.stem not in ("__init__", "index", "mod", "main") else ""
    said = " ".join(piece for piece in (named, pure.parent.name) if piece)
    return f"{said} {said}".strip()


def path_text(path: str) -> str:
    r"""Return a path as text: undecodable bytes as `\xNN`, so that names stay different."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


def document(path: str, text: str) -> str:
    """Return what the encoder reads of a chunk: path words on a line of their own, then code."""
    return f"{path_words(path)}\n{text}"


def fold(text: str) -> str:
    """Return the text on one line, runs of white space folded to one space, ends stripped."""
    return " ".join(text.split())


_INDENT_COLUMNS = 2  # columns of one unit of indent; a tab stands for four columns
# What no ASCII identifier holds becomes a blank; line feeds stay.
_BLANKED = "".join(chr(at) if _IDENTIFIER.match(chr(at)) or at == 10 else " " for at in range(128))
_REMEMBERED = 1 << 18  # identifiers
INDENTS = 16  # indents that are told apart: 0 to 15 units, deeper lines count as the last

_NAME_OR_LINE = re.compile(r"\w+|\n")
_LEAD = re.compile(r"^[^\S\n]*", re.MULTILINE)
_LONG_TEXT = 20_000  # characters: of a longer text only those names are cut that are kept
# What ends a line, a text, and a text that is one line: no identifier, and split keeps it.
_LINE, _TEXT, _ALONE = "\0", "\1", "\2"
_MARKS = {_LINE: (-1,), "\n": (-1,), _TEXT: (-2,), _ALONE: (-3,)}


class Numbered(dict[str, tuple[int, ...]], Generic[Piece]):
    """Name → numbers of its pieces; each name is cut once, and a new piece gets the next number.

    Args:
        cut: name → its pieces, in order.

    Attributes:
        pieces: piece → number, in the order of the numbers.
    """

    def __init__(self, cut: Callable[[str], Iterable[Piece]]) -> None:
        super().__init__()
        self._cut = cut
        self.pieces: dict[Piece, int] = {}

    def __missing__(self, name: str) -> tuple[int, ...]:
        numbers = self.pieces
        found = tuple([numbers.setdefault(piece, len(numbers)) for piece in self._cut(name)])
        self[name] = found
        return found


class Positions(NamedTuple):
    """What stands at the positions of some texts, position after position, text after text.

    Attributes:
        words: (w,) numbers of the words. counts: (p,) words of each position, each ≥ 1.
        indents: (p,) indent of each position's line, in [0, INDENTS).
        sizes: (B,) positions of each text, which may have none.
    """

    words: IdArray
    counts: IdArray
    indents: IdArray
    sizes: IdArray


def positions(
    texts: Sequence[str],
    numbered: Numbered[Any],
    *,
    lines: int,
    words_per_line: int,
    query_words: int,
) -> Positions:
    """Return what stands at each position of some texts: its words, and the indent of its line.

    A text of several lines has one position for each line with a word in it. A text of one
    line (a question, a sentence) is cut into positions of `query_words` words, indent 0.
    The first `lines` positions are kept; an empty text has none.

    Args:
        texts: any texts.
        numbered: identifier → numbers of its words.
        lines: positions at most.
        words_per_line: words of a line at most; the first are kept.
        query_words: words in a position of a text of one line.
    """
    if len(numbered) > _REMEMBERED:  # forgets the cuts, never the numbers
        numbered.clear()
    numbered.update(_MARKS)
    tokens, leads = _tokens(texts, lines, words_per_line, query_words)
    flat = np.fromiter(chain.from_iterable(map(numbered.__getitem__, tokens)), dtype=np.int64)
    return _first_positions(flat, _indents(leads), len(texts), lines, words_per_line, query_words)


def _tokens(
    texts: Sequence[str], lines: int, words_per_line: int, query_words: int
) -> tuple[list[str], list[str]]:
    """Return the names of texts, a mark behind each line, and the white space lines begin with.

    Arguments as for `positions`.
    """
    tokens: list[str] = []
    leads: list[str] = []
    for text in texts:
        several = "\n" in text.strip()
        if len(text) > _LONG_TEXT:
            most = words_per_line if several else lines * query_words
            tokens += _first_names(text if several else text.strip(), most)
        elif not several:
            tokens += identifiers(text)
        elif text.isascii():
            tokens += text.translate(_BLANKED).replace("\n", f" {_LINE} ").split()
        else:
            tokens += _cut_all(_NAME_OR_LINE.findall(_usual(text)))
        tokens.append(_TEXT if several else _ALONE)
        leads += _LEAD.findall(text) if several else [""]
    return tokens, leads


def _first_positions(
    flat: IdArray, indents: IdArray, count: int, lines: int, words_per_line: int, query_words: int
) -> Positions:
    """Return the positions that are kept.

    Args:
        flat: numbers of words, with the number of a mark (see `_MARKS`) behind each line.
        indents: of each line, those without a word included.
        count: texts.
        lines: as for `positions`, and so are the next two.
        words_per_line: words of a line at most.
        query_words: words in a position of a text of one line.
    """
    ends = np.flatnonzero(flat < 0)  # of the lines
    starts = np.concatenate([[0], ends + 1])[:-1]
    mark = flat[ends]
    alone, last = mark == _MARKS[_ALONE], mark != _MARKS[_LINE]
    text = np.cumsum(last) - last
    width = np.where(alone, query_words, words_per_line)
    sizes = np.minimum(ends - starts, np.where(alone, lines * query_words, words_per_line))
    met = np.cumsum(sizes > 0)  # lines with a word, up to each line
    before = np.concatenate([[0], met[last]])[:-1]  # the texts
    kept = np.flatnonzero((sizes > 0) & (met - before[text] <= lines))
    sizes, width = sizes[kept], width[kept]
    pieces = (sizes + width - 1) // width
    counts = np.repeat(width, pieces)
    counts[np.cumsum(pieces) - 1] = sizes - width * (pieces - 1)
    return Positions(
        words=flat[ranges(starts[kept], sizes)],
        counts=counts,
        indents=np.repeat(indents[kept], pieces),
        sizes=np.bincount(np.repeat(text[kept], pieces), minlength=count),
    )


def ranges(starts: IdArray, sizes: IdArray) -> IdArray:
    """Return start, start + 1, … of each range, one range after the other."""
    before = np.cumsum(sizes) - sizes
    found: IdArray = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return found


def identifiers(text: str) -> list[str]:
    """Return the runs of letters, digits and underscores of a text, in order.

    Of what is written without spaces, its pairs of characters. Wide and narrow forms of a
    character, and those whose marks stand behind them, are the usual one (NFKC).
    """
    # Twice as fast on ASCII, which most code is.
    if text.isascii():
        return text.translate(_BLANKED).split()
    return _cut_all(_IDENTIFIER.findall(_usual(text)))


def _usual(text: str) -> str:
    """Return a text with the usual form of each character; signs are no part of a word."""
    return unicodedata.normalize("NFKC", text.translate(_SIGNS))


def _cut_all(runs: Iterable[str]) -> list[str]:
    """Return the pieces of runs; a line feed is one."""
    return [piece for run in runs for piece in (_cut(run) if holds_unspaced(run) else (run,))]


def read_out(text: str) -> list[str]:
    """Return the words of a text as a message has them, what is written unspaced by characters.

    `用户 zhang 不存在` → 用 户 zhang 不 存 在: a literal may end between any two of them.
    """
    if text.isascii():
        return identifiers(text)
    runs = _IDENTIFIER.findall(spaced(text))
    return [piece for run in runs for piece in (run if holds_unspaced(run) else (run,))]


def _first_names(text: str, most: int) -> Iterator[str]:
    """Yield the first names of each line that have a word, at most so many, and its end."""
    for at, line in enumerate(text.split("\n")):
        if at:
            yield _LINE
        yield from islice((name for name in identifiers(line) if name.strip("_")), most)


def _indents(leads: Sequence[str]) -> IdArray:
    """Return the indents of lines that begin with such white space."""
    known = {lead: _indent(lead) for lead in set(leads)}
    return np.array([known[lead] for lead in leads], dtype=np.int64)


def _indent(lead: str) -> int:
    units = (len(lead) + 3 * lead.count("\t")) // _INDENT_COLUMNS
    return min(units, INDENTS - 1)
