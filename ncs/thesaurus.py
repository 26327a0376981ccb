"""Other words for a word or a phrase: what people say, and what code is called.

The list ships in the package. It is made of `benchmarks/thesaurus/words.tsv`, which a language
model wrote for ncs out of general knowledge, not knowing any question that ncs is measured by.
"""

from functools import cache, lru_cache
from pathlib import Path

PATH = Path(__file__).parent / "data" / "thesaurus.txt"  # ships inside the package
LONGEST_PHRASE = 3  # words
_REMEMBERED = 1 << 10


@lru_cache(maxsize=_REMEMBERED)
def other_words(stems: str) -> tuple[str, ...]:
    """Return the stems of other words for a stem, or for several one after the other; in order.

    `retry` → `again`, `attempt` …; `try again` → `retry`. No small words in what is asked
    (`ncs.search.question.ASKING`). Nothing where the list does not know it.
    """
    listed = _listed()
    key = f"\n{stems}\t".encode("utf-8", "replace")
    at = listed.find(key)
    if at < 0:
        return ()
    return tuple(listed[at + len(key) : listed.index(b"\n", at + 1)].decode().split(" "))


@cache
def _listed() -> bytes:
    """The list: each line a key, a tab, and stems with spaces between; a line's end before it.

    A cold query would wait 5 ms for a table of it; a word is found in 10 µs.
    """
    return b"\n" + PATH.read_bytes()
