"""Which paths a text serves, sends to or only says: `@app.get("/users/<id>")`, `fetch("/users")`.

By the looks of what stands in front of a literal on its line: no parser knows every library.
"""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

_LITERAL = r"(?:[\"'`]|\"[A-Z]{3,7}[ ])\^?([^\"'`\s^]{0,300}?)\$?[\"'`]"  # Go: "GET /users/{id}"
_BEFORE = 80  # characters in front of a literal that tell what it is for
_OPEN = r"[<{(*\[:$%#]"  # in a segment of a route that any value fills
_REMARK = r"\s*(?:#(?!\[)|//|/?\*|--|<!--)"  # `#[get("/users")]` is none
# What is asked for behind a path, `/users?<page>`, and the mark of an end that may be left out.
_ASKED_FOR = r"(?<=[\w}>/-])\?(?=[\w<{$&%:]).*|(?<![(\\])\?\Z"
_NEVER = r"v\d+"  # fills none: it is which version of an interface is asked
_NUMERIC = r"<int:|:int\b|\\d|\[0-9\]"  # that a number fills, and nothing else
_VERBS = "get|post|put|patch|delete|del|head|options|any|all|match"
# Of these texts `re` makes expressions when a question has an address, as few have.
_SENDERS = (
    r"axios|fetch|ajax|https?|httpx|client|requests?|session|jquery|got|superagent|ky|api|rest\w*"
    r"|faraday|httparty|httpclient|restclient|\$"
)
_SENDS = (
    r"(?:\b(?:fetch|urlopen|URL|Request|XMLHttpRequest|sendRequest|navigate|redirect\w*|axios|got"
    r"|ky|superagent|request)(?:<[^<>()\n]{0,40}>)?\("
    rf"|(?<![@\w$])(?:[\w$]{{1,30}}\.)?(?i:{_SENDERS})"
    rf"(?:\.|::|->)(?i:{_VERBS}|request|ajax|getjson)\w*(?:<[^<>()\n]{{0,40}}>)?\("
    r"|\.open\(|(?i:\b(?:href|action|src|\w*url|\w*uri|endpoint|hx-\w+))[\"']?\s*[:=]\s*"
    r")[^()\n]{0,60}\Z"
)
# Decorators, annotations and attributes; calls of a router; words of Rails and Phoenix.
_SERVES = (
    r"(?:[@#\[][\w.:\\]*\(\s*(?:\w+\s*=\s*)?[\[{]?"
    rf"|[\w)\]>](?:\.|::|->)(?i:{_VERBS}|handle|handlefunc|use|map\w*|add\w*|resources?)\(\s*"
    rf"|(?<![\w.])(?:re_path|path|url|live|resources?|{_VERBS})\(\s*"
    rf"|(?<!\w)(?i:\w{{0,30}}(?:route|handle|register))\w{{0,9}}\([^()\n]{{0,60}}"
    rf"|^\s*(?:{_VERBS}|live|resources?)\s+:?"
    r")[rfub]?\Z"
)
# What all routes below it begin with, as far as the chunk goes.
_BEGINS = (
    r"(?:(?i:prefix)[\"']?\s*(?:=>?|:|\()|\b[Gg]roup\(|\b(?:nest|scope|namespace)\("
    r"|@(?:Controller|RequestMapping|Path)\((?:\w+\s*=\s*)?|\[Route\()\s*[rfub]?\Z"
)
# What is called for a route, behind it: `'Budget\\ShowController@show'`, `[ShowController::class,
# 'show']`, `views.pause`.
_CALLED = (
    r"[\"']([\w\\]+[@#]\w+)[\"']|\[\s*\\?([\w\\]+::class\s*,\s*[\"']\w+)[\"']"
    r"|,\s*([A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)+)(?=\s*[,)])"
)
_BEHIND = 160  # characters behind a route that tell what is called
_NAMESPACE = r"\bnamespace[\"']?\s*(?:=>|\()\s*[\"']([\w\\]+)"


class Standing(IntEnum):
    """What a literal with a path is; who asks for an address means the last of these first.

    What a remark says of an address is as far from it as what sends to it.
    """

    SENT = 1
    SAID = 2
    SERVED = 3


class Route(NamedTuple):
    """How a route answers an address; of several the greatest is meant.

    Attributes:
        standing: what the literal is.
        said: segments of the address that it says, at the end of that.
        filled: all segments that it has.
        fits: those that a number fills, and nothing else, and whether its line says the method.
        called: the full name of what is called for it, dots between its pieces, "" if none is.
    """

    standing: Standing
    said: int
    filled: int
    fits: int
    called: str = ""


def best_route(segments: Sequence[str], method: str, text: str) -> Route | None:
    """Return how a text answers an address best, or None where no literal of it does.

    A route is the end of the address: what stands in front is often said elsewhere, for many.

    Args:
        segments: of the address, one of them no value at least.
        method: that it is asked with, "" for none.
        text: of a chunk.
    """
    return max(_routes(segments, method, text), default=None)


def _routes(segments: Sequence[str], method: str, text: str) -> Iterator[Route]:
    begun: list[str] = []
    asked = set(segments)
    for literal in re.finditer(_LITERAL, text):
        place = re.sub(_ASKED_FOR, "", literal[1]) if "?" in literal[1] else literal[1]
        path = [each for each in place.split("/") if each]
        for whole in (path, begun + path) if begun else (path,):
            said, fits = _held(segments, whole)
            if not said:
                continue
            standing = _standing(_in_front(text, literal.start()))
            if "/" in literal[1] or standing is Standing.SERVED:
                fits += _says(method, text, literal)
                yield Route(standing, said, len(whole), fits, _called(text, literal))
        may_begin = bool(begun) or (bool(path) and asked.issuperset(path))
        if may_begin and re.search(
            _BEGINS, text[max(0, literal.start() - _BEFORE) : literal.start()]
        ):
            begun = path


def _in_front(text: str, at: int) -> str:
    """Return what stands in front of a place on its line, the last of it.

    Where nothing does, on the lines above that go on there: `register(`, `http.MethodPost,`.
    """
    *above, line = text[max(0, at - _BEFORE) : at].split("\n")
    if line.strip() or not above:
        return line
    opened = above[-1].endswith(",") and above[-2:][0].endswith("(")
    return " ".join(each.strip() for each in above[-2 if opened else -1 :])


def _says(method: str, text: str, literal: re.Match[str]) -> bool:
    """Return whether the line around a literal says a method."""
    behind = text[literal.end() : literal.end() + _BEFORE].partition("\n")[0]
    line = f"{_in_front(text, literal.start())} {literal[0]} {behind}"
    said = rf"(?<![A-Za-z])(?i:{method})(?![a-z])|(?<=[a-z]){method.title()}(?![a-z])"
    return bool(method) and re.search(said, line) is not None


def _called(text: str, literal: re.Match[str]) -> str:
    """Return the full name of what is called for the route that a literal is, "" for none."""
    before, bracket, _ = text[literal.end() : literal.end() + _BEHIND].partition(")")
    called = re.search(_CALLED, before + bracket)
    if called is None:
        return ""
    name = ".".join(re.findall(r"\w+", called[0].replace("::class", "")))
    spaces = re.findall(_NAMESPACE, text[: literal.start()]) if called[3] is None else []
    return ".".join([*re.findall(r"\w+", spaces[-1] if spaces else ""), name])


def _standing(before: str) -> Standing:
    """Return what a literal is, by what stands in front of it on its line."""
    sends = before.lstrip()[:1] != "@" and re.search(_SENDS, before) is not None
    if sends or re.match(_REMARK, before) is not None:
        return Standing.SENT
    return Standing.SAID if re.search(_SERVES, before) is None else Standing.SERVED


def _held(segments: Sequence[str], route: Sequence[str]) -> tuple[int, int]:
    """Return how many segments a route says, if it is the end of an address, and how many fit.

    Both are 0 for another route.
    """
    if len(route) > len(segments):
        return 0, 0
    said = fits = 0
    for one, other in zip(route, segments[len(segments) - len(route) :], strict=True):
        if opening := re.search(_OPEN, one):
            numeric = re.search(_NUMERIC, one) is not None
            begins = one[: opening.start()].lower()  # `chart-<int:id>`
            if re.fullmatch(_NEVER, other) or (numeric and not other.isdigit()):
                return 0, 0
            if not other.lower().startswith(begins):
                return 0, 0
            fits += numeric
        elif one.lower() == other.lower():
            said += 1
        else:
            return 0, 0
    return said, fits
