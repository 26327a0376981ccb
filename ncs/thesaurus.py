"""Other words for a word or a phrase: what people say, and what code is called.

The lists ship in the package. They are made of those in `benchmarks/thesaurus`, `words.tsv` and
`everyday.tsv` in English, and `glossary` of other languages, which a language model wrote for ncs
out of general knowledge, not knowing any question that ncs is measured by.
"""

from functools import cache
from pathlib import Path

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
    data, begin = _read(path), f"{key}\t".encode("utf-8", "replace")
    # Bisected as it lies there: a question asks for a dozen of thousands of lines, a command for
    # one question, and to cut them takes 2 ms.
    low, high = 0, len(data)
    while low < high:
        start = max(data.rfind(b"\n", low, (low + high) // 2) + 1, low)
        if data[start : start + len(begin)] < begin:
            low = data.index(b"\n", start) + 1
        else:
            high = start
    if not data.startswith(begin, low):
        return ()
    return tuple(data[low + len(begin) : data.index(b"\n", low)].decode().split(" "))


@cache
def _read(path: Path) -> bytes:
    """A list: lines that ascend, each a key, a tab, and words with spaces between."""
    return path.read_bytes()
