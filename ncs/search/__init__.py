"""Search: one question, two arms, one list of places.

    query → sought → lexical ─┐
                   → latent ──┴→ scoring → ranking → signs → relevance → showing → hits

Read `searching` first: it has the stages in this order. Those of ranking are functions over arrays
with one number for each chunk (N), so that each can be read, tested and replaced alone. What is
asked for literally (`literal`, `defining`, `usage`) and what a hit shows (`naming`, `comments`,
`snippet`) is found by reading the texts of a few chunks. Imports NumPy only; see
`ncs.search.large` for FAISS.
"""

from ncs.search.query import Query
from ncs.search.searching import Answer, answer, search

__all__ = ["Answer", "Query", "answer", "search"]
