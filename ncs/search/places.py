"""What the places that a question names say: of chunks, of lines, and of what is worth reading."""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.search.fusion import below
from ncs.types import KINDS, BoolArray, FloatArray, IdArray

_IN_THE_FILE, _OUTSIDE = 0.5, 0.25  # in a definition, and in none: imports are no place to read
# What leads of several places: more than words may be worth, and than tests are worth less.
_LEADS = 8.0
_LAST = 0.6  # of several the outermost
_BLOCK = KINDS.index("block")


class Spot(NamedTuple):
    """Where a place that a question names is in the index.

    Attributes:
        file: by its place in the index's paths.
        chunks: those that hold the line, or all of the file. line: that is meant, 0 for none.
        alone: whether the question is nothing but this.
    """

    file: int
    chunks: tuple[int, ...]
    line: int
    alone: bool


class Places:
    """The places that a question names; see `ncs.search.located.places`.

    Args:
        index: where they are.
        spots: those of each place, in several files maybe; the innermost place first.
    """

    def __init__(self, index: Index, spots: Sequence[Sequence[Spot]]) -> None:
        self._index, self._spots = index, spots

    def worth(self) -> tuple[IdArray, FloatArray]:
        """Return the chunks that are named, ascending, and what each is worth, above 0.

        The chunk that holds the line, or the nearest where none does: between two chunks, past
        the end. The first of several lines leads, in a trace the innermost, and the others follow
        with 1.0 or less. Without a line all chunks of the file, and if the question is nothing but
        a path, the first of them most.
        """
        worth: dict[int, float] = {}
        lines = []
        for spots in self._spots:
            lines += [spots] if spots[0].line else []
            for spot in spots if not spots[0].line else ():
                inside = self._index.kind_ids[list(spot.chunks)] != _BLOCK
                for at, within in zip(spot.chunks, (inside | ~inside.any()).tolist(), strict=True):
                    first = spot.alone and at == spot.chunks[0]
                    worth[at] = 1.0 if first else _IN_THE_FILE if within else _OUTSIDE
        for at, spots in reversed([*enumerate(lines)]):
            leads = at == 0 and len(lines) > 1
            follows = 1.0 - (1.0 - _LAST) * at / len(lines)
            for spot in spots:
                worth.update(dict.fromkeys(spot.chunks, _LEADS if leads else follows))
        ids = np.array(sorted(worth), dtype=np.int64)
        return ids, np.array([worth[at] for at in ids.tolist()], dtype=np.float32)

    def lines(self) -> dict[int, int]:
        """Return the line that is named of each file, the first where several are."""
        lines: dict[int, int] = {}
        for spots in self._spots:
            for spot in spots if spots[0].line else ():
                lines.setdefault(spot.file, spot.line)
        return lines

    def line_in(self, chunk: int) -> int | None:
        """Return the line that is named of a chunk, the first; None where none is."""
        starts, ends = self._index.spans
        for spots in self._spots:
            for spot in spots:
                if chunk in spot.chunks and starts[chunk] <= spot.line <= ends[chunk]:
                    return spot.line
        return None

    def past_end(self) -> tuple[str, int] | None:
        """Return the first file of which a line is named that it does not have.

        Returns:
            Its path, and its last line that is not blank; None where all lines are there.
        """
        for file, line in self.lines().items():
            if line > (last := last_line(self._index, file)):
                return self._index.paths[file], last
        return None

    def worth_reading(self, ids: IdArray, inside: FloatArray, sure: BoolArray) -> FloatArray:
        """Return what chunks are worth in their files, (n,), where a line is named.

        What is in no definition less than all others, but for what is surely meant: of what a
        trace says the imports of a file say most.

        Args:
            ids: of the chunks, (n,).
            inside: what each is worth without that, (n,).
            sure: which of them are surely meant, (n,).
        """
        if not self.lines():
            return inside
        return below(inside, (self._index.kind_ids[ids] == _BLOCK) & ~sure)


def last_line(index: Index, file: int) -> int:
    """Return the last line of a file that is not blank; one of no line goes on without end."""
    chunks = index.chunks_of(file)
    return int(index.spans[1][chunks[-1]]) if chunks else sys.maxsize
