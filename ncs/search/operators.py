"""Where an operator is defined: `Path::operator/`, `bool operator==(const Row &, const Row &)`."""

import re
from collections.abc import Set

import numpy as np

from ncs.index.reading import ChunkRow, Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search.question import ASKING, OPERATOR
from ncs.text import identifiers
from ncs.types import FloatArray, IdArray

_MOST_READ = 500  # chunks that define some operator
_HEAD = 4  # lines of a definition in which its owner and its operands are said
# Words of a question that say nothing of which of a class's operators is meant.
_SAYS_NONE = (
    "operator operators bool const auto defined definition overload who call calls called use uses"
    " used"
)
_NO_OPERAND = frozenset(_SAYS_NONE.split())


def is_operator(name: str) -> bool:
    """Return whether a name is that of an operator; its uses have only the signs."""
    return "operator" in name and re.search(rf"{OPERATOR}\Z", name) is not None


def overloading(index: Index, text: str) -> tuple[IdArray, FloatArray]:
    """Return the chunks that define an operator which a question names, and what each is worth.

    Of many those whose owner and operands the question says most of, and none where it says none.

    Args:
        index: where the chunks are.
        text: the question.

    Returns:
        Their ids, and 1.0 for each.
    """
    asked = re.search(OPERATOR, text) if "operator" in text else None
    if asked is None:
        return NOWHERE, NOTHING
    name = "operator" + "".join(asked[1].split())
    said = {each for each in identifiers(text) if each.lower() not in ASKING} - _NO_OPERAND
    ids = index.symbols("operator")[:_MOST_READ]
    rows = index.chunk_rows(ids.tolist())
    held = np.array([_most_held(row, name, said) for row in rows], dtype=np.int64)
    best = ids[held == max(held.max(initial=0), min(len(said), 1))]
    return best, np.ones(len(best), dtype=np.float32)


def _most_held(row: ChunkRow, name: str, said: Set[str]) -> int:
    """Return how many names the head of such an operator of a chunk holds; -1 for none of them."""
    lines = row.text.split("\n")
    found = -1
    for begun in row.begun:
        if begun.name.rpartition(".")[2] == name:
            first = begun.span.start - row.span.start
            head = " ".join((begun.name, *lines[first : first + _HEAD])).partition("{")[0]
            found = max(found, len(said & set(identifiers(head))))
    return found
