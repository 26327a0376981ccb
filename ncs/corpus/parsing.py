"""A file's bytes to a tree, in bounded time and memory."""

import time
from functools import cache

from tree_sitter import Tree

from ncs.corpus.grammars import compiled

_SECONDS = 2.0  # of a parse, per file; a megabyte of ordinary code takes 0.2
_SECONDS_PER_MEGABYTE = 3.0
# Of a file that ends in a word and a comment, `done # so far`, its scanner reads the end for ever.
_LOOKS_FOR_A_LINE_END = frozenset({"perl"})
_FEED = 4_096  # bytes that the parser is given at a time


def parse(data: bytes, grammar_name: str) -> Tree | None:
    """Return the tree, or None where the parser takes too long for so many bytes."""
    parser, _ = compiled(grammar_name)
    feed = _feed(grammar_name)
    # CPU time of this thread: what others do on the machine must not change the result.
    end = time.thread_time() + _SECONDS + _SECONDS_PER_MEGABYTE * len(data) / 1e6
    late = ended = False
    broken: list[BaseException] = []
    if grammar_name in _LOOKS_FOR_A_LINE_END:
        data += b"\n"

    # The parser's own progress callback crashes in py-tree-sitter 0.25 and 0.26.0; one that is
    # told that the file has ended comes to an end too.
    def read(offset: int, _: object) -> memoryview:
        nonlocal late, ended
        try:
            late = late or time.thread_time() > end
            piece = feed.of(data[offset : 0 if late else offset + _FEED])
            ended = ended or not piece
            return piece
        except BaseException as error:
            broken.append(error)
            raise

    try:
        tree = parser.parse(read)
    except SystemError as odd:  # "returned a result with an exception set", which is its cause
        raise odd.__cause__ or odd from None
    # It drops what was raised, Ctrl-C too, and takes the file to end there.
    for error in broken:
        raise error
    # What a signal raises as `read` is called, before its first line, is told by this alone.
    if not ended:
        raise KeyboardInterrupt
    return None if late else tree


class _Feed:
    """Hands a few bytes at a time to a parser, always in the same place.

    py-tree-sitter 0.25 and 0.26 never let go of what they were handed: without this all the code
    that was ever parsed would stay in memory.
    """

    def __init__(self) -> None:
        self._place = bytearray(_FEED)
        self._views: dict[int, memoryview] = {}

    def of(self, piece: bytes) -> memoryview:
        """Return the bytes, at most `_FEED`; they stand until the next call."""
        size = len(piece)
        self._place[:size] = piece
        if size not in self._views:
            self._views[size] = memoryview(self._place)[:size]
        return self._views[size]


@cache
def _feed(grammar_name: str) -> _Feed:
    """Return the feed of a grammar's one parser."""
    return _Feed()
