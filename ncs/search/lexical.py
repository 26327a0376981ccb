"""The lexical arm: BM25 over the index's postings."""

from typing import NamedTuple

from ncs.index.reading import Index
from ncs.lexical import bm25
from ncs.search.question import counted
from ncs.types import FloatArray


class Lexical(NamedTuple):
    """What the words of a question give each chunk.

    Attributes:
        score: BM25, (N,), 0 where no term stands.
        share: of the question's terms found in the chunk, weighted by rarity, (N,), in [0, 1].
    """

    score: FloatArray
    share: FloatArray


def lexical(index: Index, text: str) -> Lexical:
    """Return the lexical scores of all chunks."""
    return Lexical(*bm25(index.postings, counted(text)))
