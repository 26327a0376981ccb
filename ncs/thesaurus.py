"""Other words for a word or a phrase: what people say, and what code is called.

The list ships in the package. It is made of `benchmarks/thesaurus/words.tsv`, which a language
model wrote for ncs out of general knowledge, not knowing any question that ncs is measured by.
"""

from bisect import bisect_left
from functools import cache
from pathlib import Path

PATH = Path(__file__).parent / "data" / "thesaurus.txt"  # ships inside the package
LONGEST_PHRASE = 3  # words


def other_words(stems: str) -> tuple[str, ...]:
    """Return the stems of other words for a stem, or for several one after the other; in order.

    `retry` → `again`, `attempt` …; `try again` → `retry`. No small words in what is asked
    (`ncs.search.question.ASKING`). Nothing where the list does not know it.
    """
    lines, key = _lines(), f"{stems}\t".encode("utf-8", "replace")
    at = bisect_left(lines, key)
    if at == len(lines) or not lines[at].startswith(key):
        return ()
    return tuple(lines[at].removeprefix(key).decode().split(" "))


@cache
def _lines() -> list[bytes]:
    """The list, ascending: each line a key, a tab, and stems with spaces between.

    No table of it: a question asks for a dozen of 7,609 keys, and a command for one question.
    """
    return PATH.read_bytes().splitlines()
