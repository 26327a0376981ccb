"""Which route answers an address: `/api/checks/17/pause` is `path("checks/<int:id>/pause", …)`."""

import re
from collections.abc import Sequence

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search.literal import about
from ncs.search.runs import MOST_FLAGGED, Candidates
from ncs.types import BoolArray, FloatArray, IdArray

# Made into expressions when a question needs them: few have an address.
_ADDRESS = (
    r"(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ ]+)?(?:https?://[^/\s]+)?"
    r"(?P<path>/[^\s?#\"'`]*)(?:[?#]\S*)?"
)
_FEWEST = 2  # segments; `/users` alone is looked for as it stands
_VALUE = r"(?!v\d+\Z)\D*\d|[:{<*$]|…|\.\.\."  # what an address has of its own
_LITERAL = r"[\"'`]\^?([^\"'`\s^]{1,300}?)\$?[\"'`]"
_OPEN = r"[<{(*\[:$%]"  # in a segment of a route that any value fills


def answering(
    index: Index, text: str, found: Candidates, aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks with the route that answers an address, and what each is worth; 1.0.

    The literal with most segments of its end, and no other segments: what stands in front of them
    is often said elsewhere, for many routes at once.

    Args:
        index: where the chunks are.
        text: the question: an address with two segments or more, a verb in front of it or not.
        found: what BM25 says of it.
        aside: which of these are tests, examples, prose or translations, (n,).
    """
    asked = re.fullmatch(_ADDRESS, text.strip().strip("\"'`")) if "/" in text else None
    segments = [] if asked is None else [each for each in asked["path"].split("/") if each]
    fixed = [each for each in segments if not re.match(_VALUE, each)]
    if len(segments) < _FEWEST or not fixed:
        return NOWHERE, NOTHING
    for last in (fixed[-2:], fixed[-1:]):
        of_these = about(index, " ".join(last), found)
        ids = of_these.best_of_every_term(MOST_FLAGGED)
        ids = ids[~aside[np.searchsorted(found.ids, ids)]]
        texts = index.chunk_texts(ids.tolist())
        held = np.array([_most_held(segments, each) for each in texts], dtype=np.int64)
        if held.any():
            ids = ids[held == held.max()]
            return ids, np.ones(len(ids), dtype=np.float32)
    return NOWHERE, NOTHING


def _most_held(segments: Sequence[str], text: str) -> int:
    """Return how many segments of an address a literal of a text says at its end, 0 for none."""
    routes = (each for each in re.findall(_LITERAL, text) if "/" in each)
    return max((_held(segments, each.strip("/").split("/")) for each in routes), default=0)


def _held(segments: Sequence[str], route: Sequence[str]) -> int:
    """Return how many segments a route says, if it is the end of an address; else 0."""
    if len(route) > len(segments):
        return 0
    said = [
        not re.search(_OPEN, one) and one.lower() == other.lower()
        for one, other in zip(route, segments[-len(route) :], strict=True)
    ]
    filled = [bool(re.search(_OPEN, one)) for one in route]
    return sum(said) if all(a or b for a, b in zip(said, filled, strict=True)) else 0
