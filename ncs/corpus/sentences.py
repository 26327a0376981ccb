"""Where a sentence ends, in what authors write."""

import re

UNENDED = r"(?<!\b[A-Za-z]\.[a-z])(?<!\bvs)"  # e.g., vs.: the stop behind it ends no sentence
_STOP = re.compile(rf"{UNENDED}[.!?](?= )|[。！？]")


def last_end(head: str) -> int:
    """Return how many characters the whole sentences of a text have that breaks off; 0 for none.

    Args:
        head: its beginning, on one line, and one character more than may be shown: a blank there
            tells that a sentence ends right before it.
    """
    return max((found.end() for found in _STOP.finditer(head)), default=0)
