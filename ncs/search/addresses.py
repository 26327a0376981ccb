"""What answers an address: `/api/checks/17/pause` is `path("checks/<int:id>/pause", …)`."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search.literal import about
from ncs.search.names import ANY_WRITING, FUNCTIONS, OTHER_OWNER, asked_for, named
from ncs.search.runs import MOST_FLAGGED, Candidates
from ncs.search.served import Route, Standing, best_route
from ncs.types import BoolArray, FloatArray, IdArray

# Made into expressions when a question needs them: few have an address.
_ADDRESS = (
    r"(?:(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ ]+)?(?:https?://[^/\s]+)?"
    r"(?P<path>/[^\s?#\"'`]*)(?:[?#]\S*)?"
)
_CURL = r"(?:\$ )?curl\s"
_CURL_ADDRESS = r"(?:^|(?<=[\s\"']))(?P<place>https?://[^\s\"']+)"
# The same without `https`: `localhost:3000/users`, `$HOST/users`.
_CURL_PATH = (
    r"(?:^|(?<=[\s\"']))(?:localhost|\$\{?\w{1,99}\}?|[\w-]{1,99}(?:\.[\w-]{1,99}){1,9})(?::\d+)?"
    r"(?P<place>/[^\s\"']+)"
)
_CURL_METHOD = r"\s(?:-X|--request)[ =]?[\"']?([A-Z]+)\b"
_CURL_SENDS = r"\s(?:-d|-F|--data[\w-]*|--form|--json)\b"
_FEWEST = 2  # segments; `/users` alone is looked for as it stands
_VALUE = r"(?!v\d+\Z)\D*\d|[:{<*$]|…|\.\.\."  # what an address has of its own
_MOST_WORDS = 4  # segments by each of which routes are looked for
_LESS = 0.8  # what a route is worth that is one of several, and less like what was asked
_LEADS = 2.0  # what a route is worth beside what it calls, which may say more words of the address
_SENT = 0.3  # what a place is worth that sends to an address which is answered here: it follows


class _Address(NamedTuple):
    """An address.

    Attributes:
        method: that it is asked with, "" for none.
        segments: of its path. fixed: those that do not look like values.
    """

    method: str
    segments: list[str]
    fixed: list[str]


def without_command(text: str) -> str:
    """Return the address that a command of curl asks for; another text as it is."""
    if "curl" not in text or re.match(_CURL, text.strip()) is None:
        return text
    address = re.search(_CURL_ADDRESS, text) or re.search(_CURL_PATH, text)
    if address is None:
        return text
    method = re.search(_CURL_METHOD, text)
    said = method[1] if method else "POST" if re.search(_CURL_SENDS, text) else ""
    return f"{said} {address['place']}".strip()


def answering(
    index: Index, text: str, found: Candidates, aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks that answer an address, and what each is worth, above 0.

    Those with the route that says most segments of its end, and no other segments; else, where no
    code tells its routes, the method that the address is called like. What a route calls follows
    it, and what only sends to the address is worth little beside them.

    Args:
        index: where the chunks are.
        text: the question: an address with two segments or more, a verb in front of it or not.
        found: what BM25 says of it.
        aside: which of these are tests, examples, prose or translations, (n,).
    """
    asked = _address(text)
    if asked is None:
        return NOWHERE, NOTHING
    routes = _routes(index, asked, found, aside)
    best = max(routes.values(), default=None)
    worth = {chunk: _worth(route, best) for chunk, route in routes.items() if best is not None}
    if best is not None and best.standing is Standing.SERVED:
        leading = [chunk for chunk, each in worth.items() if each == 1.0]
        called = _handlers(index, routes, leading)
        worth = called | worth | (dict.fromkeys(leading, _LEADS) if called else {})
    else:
        called = dict.fromkeys(_called(index, asked), 1.0)
        if called:
            worth = {chunk: min(each, _SENT) for chunk, each in worth.items()} | called
    ids = np.array(sorted(chunk for chunk, each in worth.items() if each), dtype=np.int64)
    return ids, np.array([worth[chunk] for chunk in ids.tolist()], dtype=np.float32)


def _address(text: str) -> _Address | None:
    """Return the address that all of a text is, None for another text."""
    found = re.fullmatch(_ADDRESS, text.strip().strip("\"'`")) if "/" in text else None
    segments = [] if found is None else [each for each in found["path"].split("/") if each]
    fixed = [each for each in segments if not re.match(_VALUE, each)]
    if found is None or len(segments) < _FEWEST or not fixed:
        return None
    return _Address(found["method"] or "", segments, fixed)


def _routes(
    index: Index, asked: _Address, found: Candidates, aside: BoolArray
) -> dict[int, Route]:
    """Return the chunks with a route of an address, and how it answers; by chunk.

    A word of the address may be a value: where the last ones find none that is served and says
    them, each of the last few is looked for by itself.
    """
    routes: dict[int, Route] = {}
    read: set[int] = set()
    pair, words = asked.fixed[-2:], dict.fromkeys(reversed(asked.fixed))
    for said in (" ".join(pair), *islice(words, _MOST_WORDS)):
        if any(
            each.standing is Standing.SERVED and each.said >= len(pair) for each in routes.values()
        ):
            break
        ids = about(index, said, found).best_of_every_term(MOST_FLAGGED)
        ids = ids[~aside[np.searchsorted(found.ids, ids)]]
        new = [each for each in ids.tolist() if each not in read]
        read.update(new)
        for chunk, text in zip(new, index.chunk_texts(new), strict=True):
            route = best_route(asked.segments, asked.method, text)
            if route is not None:
                routes[chunk] = route
    return routes


def _worth(route: Route, best: Route) -> float:
    """Return what a route is worth beside the best of those that answer an address."""
    if route[:4] == best[:4]:
        return 1.0
    if route.standing is Standing.SENT and best.standing is not Standing.SENT:
        return _SENT
    return _LESS if route[:3] == best[:3] else 0.0


def _handlers(
    index: Index, routes: Mapping[int, Route], chunks: Sequence[int]
) -> dict[int, float]:
    """Return the chunks that define what is called for some routes, and what each is worth.

    Of several that are called so, those in the folder of the route; of another owner than the name
    says, which may be a variable, a single one.
    """
    found: dict[int, float] = {}
    for chunk in chunks:
        wanted = asked_for(routes[chunk].called)
        if wanted is None:
            continue
        ids = index.symbols(wanted.pieces[-1]).tolist()
        names = [
            each for each in named(index, wanted, ids, FUNCTIONS) if each.match >= OTHER_OWNER
        ]
        best = max((each.match for each in names), default=0.0)
        names = [each for each in names if each.match == best]
        home = _folder(index, chunk)
        near = [each.chunk for each in names if _folder(index, each.chunk) == home]
        if len(names) == 1 or (best >= ANY_WRITING and near):
            found |= dict.fromkeys(near or [each.chunk for each in names], _LESS)
    return found


def _folder(index: Index, chunk: int) -> str:
    return str(index.paths[index.file_ids[chunk]]).rpartition("/")[0]


def _called(index: Index, asked: _Address) -> list[int]:
    """Return the chunks with the method that an address is called like: `AuthController.login`.

    By the last two segments, `auth/login`, as many frameworks find it without being told.
    """
    owner, name = asked.segments[-2:]
    if (
        asked.fixed[-2:] != [owner, name]
        or re.fullmatch(r"[\w-]+/[\w-]+", f"{owner}/{name}") is None
    ):
        return []
    owners = (f"{owner}Controller", f"{owner.removesuffix('s')}Controller")
    for full in (f"{each}.{called}" for each in owners for called in _methods(name)):
        if wanted := asked_for(full):
            ids = index.symbols(wanted.pieces[-1]).tolist()
            found = [each.chunk for each in named(index, wanted, ids) if each.match >= ANY_WRITING]
            if found:
                return found
    return []


def _methods(name: str) -> tuple[str, ...]:
    """Return how the method of an address that ends in a name may be called."""
    return f"{name}Action", name, f"action_{name}"
