"""Other words for a word or a phrase: what people say, and what code is called.

The lists ship in the package. They are made of those in `benchmarks/thesaurus`, `words.tsv` and
`everyday.tsv` in English, and `glossary` of other languages, which a language model wrote for ncs
out of general knowledge, not knowing any question that ncs is measured by.
"""

from bisect import bisect_left
from functools import cache
from pathlib import Path

import numpy as np

from ncs.types import IdArray

_SHIPPED = Path(__file__).parent / "data"  # inside the package
PATH, GLOSSARY = _SHIPPED / "thesaurus.txt", _SHIPPED / "glossary.txt"
LONGEST_PHRASE = 3  # words


def other_words(stems: str) -> tuple[str, ...]:
    """Return other words for a stem, or for several one after the other, each stem once; in order.

    `retry` → `again`, `attempt` …; `try again` → `retry`. No small words in what is asked
    (`ncs.search.question.ASKING`, `ncs.search.rewording.SMALL`). Nothing where the list does not
    know it.
    """
    return _found(PATH, stems)


def english_words(word: str) -> tuple[str, ...]:
    """Return what code may call a word of another language, likeliest first.

    `订单` → `order`. Of what is written without spaces as it is; else the stems of one word or of
    several. Nothing where no list knows it.
    """
    return _found(GLOSSARY, word)


def _found(path: Path, key: str) -> tuple[str, ...]:
    data, starts = _lines(path)
    begin = f"{key}\t".encode("utf-8", "replace")
    at = bisect_left(starts, begin, key=lambda start: data[start : start + len(begin)])
    if at == len(starts) or not data.startswith(begin, starts[at]):
        return ()
    begins = int(starts[at]) + len(begin)
    return tuple(data[begins : data.index(b"\n", begins)].decode().split(" "))


@cache
def _lines(path: Path) -> tuple[bytes, IdArray]:
    """A list, ascending, and where its lines begin: each a key, a tab, words with spaces between.

    No table of it, nor the lines apart: a question asks for a dozen of thousands of keys, and a
    command for one question.
    """
    data = path.read_bytes()
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
    return data, np.concatenate(([0], ends[:-1] + 1))
