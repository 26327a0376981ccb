"""What of a file's bytes a parser is shown: every place stays its own, what it is not is blank."""

import re
import zlib

import numpy as np

from ncs.corpus.conditionals import unshown
from ncs.corpus.grammars import Grammar
from ncs.corpus.lexis import REMARKS_LIKE_C

# Deeper nesting is hostile: some grammars abort the process (Kotlin's at 1,024 open strings)
# or take gigabytes (C# and Java at 20,000 open type arguments).
_DEEPEST = 800
_OPEN_ANGLES = 2_500
_DEPTH = np.zeros(256, dtype=np.int8)
_DEPTH[[ord(character) for character in "([{"]] = 1
_DEPTH[[ord(character) for character in ")]}"]] = -1

# Two thousand lines of nothing but `/*` in Python, 6 KB, take the parser 12 seconds and 1.4 GB:
# a block of bytes that compresses to a 25th is not shown to it. Code stays below a 15th.
_BLOCK = 1_024
_MONOTONOUS = 25
_OFTEN = 25  # times that the first bytes of a block come again in it: worth a closer look
_MARGIN = 400  # bytes that are looked at for what stands before a blank
# Everything becomes a blank but line ends.
_BLANKED = bytes(10 if byte == 10 else 32 for byte in range(256))
# A line that may be the end of a type or a statement, and one whose type parameters may follow.
_ENDS = re.compile(rb"(?:[\w$)\]}'\"`]|(?<!=)>)\Z")
_HEAD_OF = re.compile(rb"\b(?:function|class|interface|type|new)\s+[\w$]+\Z")
_COMMENT = re.compile(REMARKS_LIKE_C)


def is_hostile(data: bytes) -> bool:
    """Return whether a parser is better not shown any of a file."""
    if data.count(b"(") + data.count(b"[") + data.count(b"{") > _DEEPEST:
        steps = _DEPTH[np.frombuffer(data, dtype=np.uint8)]
        depth = np.cumsum(steps, dtype=np.int32)
        # Openers in strings and comments shift the count slowly; a dive is what kills.
        if int((depth - np.minimum.accumulate(depth)).max()) > _DEEPEST:
            return True
    angles = data.count(b"<") - data.count(b">")
    # `<-` opens nothing: R and OCaml assign with it.
    return angles > _OPEN_ANGLES and angles - data.count(b"<-") > _OPEN_ANGLES


def shown(data: bytes, grammar: Grammar, hidden: list[tuple[int, int]]) -> bytes:
    """Return the bytes without what the grammar stumbles over, every place its own.

    `hidden` are the ranges that are no code, or are read by themselves.
    """
    # A byte order mark is an error to most grammars.
    unread = [*hidden, (0, 3)] if data.startswith(b"\xef\xbb\xbf") else [*hidden]
    if grammar.unread is not None:
        for found in grammar.unread.finditer(data):
            unread += _hidden(found)
    if grammar.branch_ends is not None:
        unread += unshown(data, grammar.branch_ends)
    return _ended(_lettered(_without(data, unread), grammar.letters), grammar.unended)


def _hidden(found: re.Match[bytes]) -> list[tuple[int, int]]:
    """Return the ranges of the groups that match; of the one called `around`, between comments."""
    ranges = [place for place in found.regs[1:] or found.regs if place[0] >= 0]
    if found.lastgroup != "around":
        return ranges
    at, end = ranges.pop()
    for comment in _COMMENT.finditer(found.string, at, end):
        ranges.append((at, comment.start()))
        at = comment.end()
    return [*ranges, (at, end)]


def _without(data: bytes, ranges: list[tuple[int, int]]) -> bytes:
    """Return the bytes with the ranges, and whatever says the same over and over, blanked."""
    for start in range(0, len(data), _BLOCK):
        sample = data[start : start + 6]
        if data.count(sample, start, start + _BLOCK) > _OFTEN:
            block = data[start : start + _BLOCK]
            if len(zlib.compress(block, 1)) * _MONOTONOUS < len(block):
                ranges.append(_extent(data, start, start + len(block)))
    if not ranges:
        return data
    kept = bytearray(data)
    for start, end in ranges:
        kept[start:end] = data[start:end].translate(_BLANKED)
    return bytes(kept)


def _extent(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return how far, by a block at most, the repetition goes on before and behind a block."""
    period = max(1, data.find(data[start : start + 6], start + 1, end) - start)
    first, last = max(0, start - _BLOCK), min(len(data), end + _BLOCK)
    while start > first and data[start - 1] == data[start - 1 + period]:
        start -= 1
    while end < last and data[end] == data[end - period]:
        end += 1
    return start, end


def _lettered(data: bytes, letters: re.Pattern[bytes] | None) -> bytes:
    """Return the bytes with letters that the grammar knows in place of those that it does not."""
    return letters.sub(lambda found: b"x" * len(found[0]), data) if letters else data


def _ended(data: bytes, unended: re.Pattern[bytes] | None) -> bytes:
    """Return the bytes with `;` in the blank of each match that a statement's end is before."""
    places = [found.start(1) for found in unended.finditer(data)] if unended else []
    kept = bytearray(data)
    for at in places:
        if _is_complete(data[max(0, at - _MARGIN) : at]):
            kept[at] = ord(";")
    return bytes(kept) if places else data


def _is_complete(before: bytes) -> bool:
    """Return whether the code that these bytes end with may end there; comments say nothing."""
    while (line := before[before.rfind(b"\n") + 1 :].strip()) or b"\n" in before:
        if line and not line.startswith((b"//", b"/*", b"*")):
            code = line.partition(b" //")[0].rstrip()
            return _ENDS.search(code) is not None and _HEAD_OF.search(code) is None
        before = before[: max(0, before.rfind(b"\n"))]
    return True  # a long comment: a `;` too many does no harm


def only(data: bytes, ranges: list[tuple[int, int]]) -> bytes:
    """Return the bytes with all but the ranges blanked, so that every place stays its own."""
    kept = bytearray(data.translate(_BLANKED))
    for start, end in ranges:
        kept[start:end] = data[start:end]
    return bytes(kept)


def framed(data: bytes, heads: re.Pattern[bytes]) -> list[tuple[int, int]]:
    """Return the ranges of comments, heads of definitions, and the braces that end them.

    A body ends where its head's line does, or at the next brace that a line of the same indent
    begins with.
    """
    ranges: list[tuple[int, int]] = []
    open_: dict[bytes, tuple[int, int]] = {}  # indent → range of the head
    at = 0
    for line in data.split(b"\n"):
        head, indent = heads.match(data, at), line[: len(line) - len(line.lstrip())]
        last = at + len(line.rstrip()) - 1
        if head is None:
            if line.startswith(indent + b"}") and indent in open_:
                ranges += [open_.pop(indent), (at + len(indent), at + len(indent) + 1)]
        elif head[1] is None:
            ranges.append(head.span())
        elif data[last : last + 1] == b"}" and last >= head.end():
            ranges += [head.span(), (last, last + 1)]
        else:
            open_[head[1]] = head.span()
        at += len(line) + 1
    return ranges
