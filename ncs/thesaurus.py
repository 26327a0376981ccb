"""Other words for a word or a phrase: what people say, and what code is called.

The lists ship in the package. They are made of `benchmarks/thesaurus/words.tsv`, and of what is
in `benchmarks/thesaurus/glossary` for other languages, which a language model wrote for ncs out of
general knowledge, not knowing any question that ncs is measured by.
"""

from bisect import bisect_left
from functools import cache
from pathlib import Path

_SHIPPED = Path(__file__).parent / "data"  # inside the package
PATH, GLOSSARY = _SHIPPED / "thesaurus.txt", _SHIPPED / "glossary.txt"
LONGEST_PHRASE = 3  # words


def other_words(stems: str) -> tuple[str, ...]:
    """Return the stems of other words for a stem, or for several one after the other; in order.

    `retry` → `again`, `attempt` …; `try again` → `retry`. No small words in what is asked
    (`ncs.search.question.ASKING`). Nothing where the list does not know it.
    """
    return _found(PATH, stems)


def english_words(word: str) -> tuple[str, ...]:
    """Return what code may call a word of another language, likeliest first.

    `订单` → `order`. Of what is written without spaces as it is; else the stems of one word or of
    several. Nothing where no list knows it.
    """
    return _found(GLOSSARY, word)


def _found(path: Path, key: str) -> tuple[str, ...]:
    lines, begin = _lines(path), f"{key}\t".encode("utf-8", "replace")
    at = bisect_left(lines, begin)
    if at == len(lines) or not lines[at].startswith(begin):
        return ()
    return tuple(lines[at].removeprefix(begin).decode().split(" "))


@cache
def _lines(path: Path) -> list[bytes]:
    """A list, ascending: each line a key, a tab, and words with spaces between.

    No table of it: a question asks for a dozen of thousands of keys, and a command for one
    question.
    """
    return path.read_bytes().splitlines()
