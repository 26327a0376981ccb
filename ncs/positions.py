"""What the encoder reads of a text: its words line by line, and the n-grams of each word.

Training and searching both read through this module, so that a model finds what it was taught.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from ncs.ranges import distinct, ranges
from ncs.text import LINE_END, identifiers, identifiers_by_line
from ncs.types import IdArray, NDArray

Piece = TypeVar("Piece")

INDENTS = 16  # indents that are told apart: 0 to 15 units, deeper lines count as the last

_SHORTEST_NGRAM, _LONGEST_NGRAM = 3, 5  # bytes
_HASHED = 512  # words at a time: their windows stay in a core's own cache
_CRC_ENDS = np.uint32(0xFFFFFFFF)  # what CRC-32 begins with, and turns over in the end
_INDENT_COLUMNS = 2  # columns of one unit of indent; a tab stands for four columns
_REMEMBERED = 1 << 18  # identifiers
_LEAD = re.compile(r"^[^\S\n]*", re.MULTILINE)
_LONG_TEXT = 20_000  # characters: of a longer text only those names are cut that are kept
# What ends a text, and a text that is one line: as `LINE_END` no identifier.
_TEXT, _ALONE = "\1", "\2"
_MARKS = {LINE_END: (-1,), _TEXT: (-2,), _ALONE: (-3,)}


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
        else:
            tokens += identifiers_by_line(text)
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
    alone, last = mark == _MARKS[_ALONE], mark != _MARKS[LINE_END]
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


def _first_names(text: str, most: int) -> Iterator[str]:
    """Yield the first names of each line that have a word, at most so many, and its end."""
    for at, line in enumerate(text.split("\n")):
        if at:
            yield LINE_END
        yield from islice((name for name in identifiers(line) if name.strip("_")), most)


def _indents(leads: Sequence[str]) -> IdArray:
    """Return the indents of lines that begin with such white space."""
    known = {lead: _indent(lead) for lead in set(leads)}
    return np.array([known[lead] for lead in leads], dtype=np.int64)


def _indent(lead: str) -> int:
    units = (len(lead) + 3 * lead.count("\t")) // _INDENT_COLUMNS
    return min(units, INDENTS - 1)


# --- n-grams -------------------------------------------------------------------------------------


def ngram_buckets(words: Sequence[str], buckets: int) -> tuple[NDArray[np.int32], IdArray]:
    """Return the table rows of words: hashes of `<word>` and its 3-, 4- and 5-grams of bytes.

    Equal on every machine: CRC-32, as `zlib.crc32` has it; each different hash of a word is there
    once.

    Args:
        words: lower-case words, as `ncs.text.words` gives them.
        buckets: rows of the table; a power of two.

    Returns:
        (n,) indices in [0, buckets), word after word, in a fixed order, and (len(words),) how many
        each word has, which is 1 at least.
    """
    rows = [np.zeros(0, dtype=np.int32)]
    counts = [np.zeros(0, dtype=np.int64)]
    for at in range(0, len(words), _HASHED):
        hashes, many = _hashed(words[at : at + _HASHED])
        rows.append((hashes & (buckets - 1)).astype(np.int32))
        counts.append(many)
    return np.concatenate(rows), np.concatenate(counts)


def _hashed(words: Sequence[str]) -> tuple[IdArray, IdArray]:
    """Return the different hashes of each word, ascending, and how many there are."""
    marked = [f"<{word}>".encode("utf-8", "replace") for word in words]
    sizes = np.array([len(each) for each in marked], dtype=np.int64)
    data = np.frombuffer(b"".join(marked), dtype=np.uint8)
    numbers = np.arange(len(words), dtype=np.int64) << 32  # a hash goes below its word's number
    word = np.repeat(numbers, sizes)
    left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(data))  # bytes to the word's end
    met = [numbers + np.fromiter(map(zlib.crc32, marked), dtype=np.int64, count=len(marked))]
    # All windows at once, a byte further at each step: a call for each took 7 µs a word.
    table, state = _crc_table(), np.full(len(data), _CRC_ENDS, dtype=np.uint32)
    for size in range(1, _LONGEST_NGRAM + 1):
        state = state[: len(data) - size + 1]
        state = table[(state & 0xFF) ^ data[size - 1 :]] ^ (state >> 8)
        if size >= _SHORTEST_NGRAM:
            inside = left[: len(state)] >= size
            met.append(word[: len(state)][inside] + (state[inside] ^ _CRC_ENDS))
    found = distinct(np.concatenate(met))
    return found & 0xFFFFFFFF, np.bincount(found >> 32, minlength=len(words))


@cache
def _crc_table() -> NDArray[np.uint32]:
    """Return what CRC-32 makes of each byte, (256,)."""
    # crc32(b) = table[b ^ 0xFF] ^ 0xFF000000, each of its ends being turned over.
    made = [zlib.crc32(bytes([byte ^ 0xFF])) ^ 0xFF000000 for byte in range(256)]
    return np.array(made, dtype=np.uint32)
