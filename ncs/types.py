"""The values that cross the borders between the rooms of ncs: frozen, slotted, no behaviour.

Named tuples but for `Hit`: a cold query would wait 0.4 ms for each dataclass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

import numpy as np

_Number = TypeVar("_Number", bound=np.generic)
# As numpy.typing defines it, for which a cold query would wait 0.7 ms.
NDArray = np.ndarray[Any, np.dtype[_Number]]
FloatArray = NDArray[np.float32]
IdArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Tier = Literal["docstring", "comment", "synthetic", "snippet"]
TIERS: tuple[Tier, ...] = ("docstring", "comment", "synthetic", "snippet")
MADE_UP: tuple[Tier, ...] = ("synthetic", "snippet")  # what no author said

Origin = Literal["docstring", "comment", "synthetic", "snippet", "generated"]
ORIGINS: tuple[Origin, ...] = (*TIERS, "generated")

Kind = Literal["function", "method", "class", "type", "section", "block"]
KINDS: tuple[Kind, ...] = ("function", "method", "class", "type", "section", "block")

# What a chunk is to its file: what that is read for, the imports (and the licence) at its head,
# tests in it.
Role = Literal["body", "imports", "tests"]
ROLES: tuple[Role, ...] = ("body", "imports", "tests")

Mode = Literal["hybrid", "neural", "lexical", "symbol"]

# why a file is not searched
IGNORED = "ignored"
BINARY = "binary"
GENERATED = "generated"
MINIFIED = "minified"
LARGE = "large"
UNREADABLE = "unreadable"
NO_FILE = "no regular file"
LINK = "link"
EMPTY = "empty"
ENVIRONMENT = "virtual environment"
REASONS = (
    IGNORED, BINARY, GENERATED, MINIFIED, LARGE, UNREADABLE, NO_FILE, LINK, EMPTY, ENVIRONMENT,
)  # fmt: skip


class Span(NamedTuple):
    """Lines of a file, 1-based, both ends inclusive. A line ends at a line feed only."""

    start: int
    end: int

    def __contains__(self, line: object) -> bool:
        return isinstance(line, int) and self.start <= line <= self.end


class Cell(NamedTuple):
    """Lines of a notebook that belong together, and the language that they are in."""

    span: Span
    language: str


class SourceFile(NamedTuple):
    """A text file of the codebase, as it was read.

    Attributes:
        path: POSIX path relative to the codebase.
        language: a name of `ncs.corpus.languages`, or "text"; of a notebook that of its code.
        data: its text in UTF-8, line ends kept.
        mtime_ns: modification time when it was read, in nanoseconds.
        size: in bytes. digest: hex blake2b of the bytes, 16 bytes long; both as it stands on disk.
        cells: of a notebook, in order; all other lines are blank. Other files have none.
    """

    path: str
    language: str
    data: bytes
    mtime_ns: int
    size: int = 0
    digest: str = ""
    cells: tuple[Cell, ...] = ()


class Skipped(NamedTuple):
    """A file that is not searched. `reason` is one of `REASONS`, `detail` a sentence."""

    path: str
    reason: str
    detail: str


class Unchanged(NamedTuple):
    """A file that was not read again: size and modification time are as they were recorded."""

    path: str


class Folder(NamedTuple):
    """A folder of the codebase whose entries were listed; `path` is "" for the root."""

    path: str
    mtime_ns: int


class Target(NamedTuple):
    """What a chunk is about, in words: the text a model learns to give back.

    Attributes:
        text: one or a few sentences, white space folded, never empty.
        tier: where the text comes from; the first tier that gives one wins.
        span: the lines on which the text stands, or None when it was made up (synthetic,
            snippet). `Chunk.body` leaves these lines out.
    """

    text: str
    tier: Tier
    span: Span | None = None


class Definition(NamedTuple):
    """A named thing that the code defines: function, method, class or type.

    Attributes:
        name: the bare name (`forward`); qualified: with its owners (`Encoder.forward`).
        span: its lines, leading doc comment and decorators included.
        line: the one of them that its name begins on.
        doc: the author's words on it (docstring or doc comment), or None.
        signature: its head in one line, white space folded, without the body.
        bases: names it inherits from or implements.
        calls: names called inside, in order of appearance, each once.
    """

    name: str
    qualified: str
    kind: Kind
    span: Span
    line: int
    doc: Target | None
    signature: str
    bases: tuple[str, ...]
    calls: tuple[str, ...]


class Begun(NamedTuple):
    """A definition as a chunk has it, in which the line of its name is.

    What stands above that, a long doc comment, may be in an earlier chunk, its end in a later one.

    Attributes:
        name: with its owners.
        doc: the author's words on it, "" where there are none.
        span: its lines from that of its name on.
    """

    name: str
    kind: Kind
    doc: str
    span: Span


class Chunk(NamedTuple):
    """The unit of retrieval: consecutive lines of one file and what they are about.

    Attributes:
        span: its lines. Every non-blank line of a searched file is in exactly one chunk.
        kind, symbol: of the most important thing defined in it; symbol is "" where none is.
        begun: the definitions whose names are in this chunk, in order; headings are none.
        role: what it is to its file, one of `ROLES`.
        text: the span's lines, line ends kept.
        target: its explanation target.
    """

    path: str
    span: Span
    language: str
    kind: Kind
    symbol: str
    begun: tuple[Begun, ...]
    role: Role
    text: str
    target: Target

    @property
    def defines(self) -> tuple[str, ...]:
        """The names, with their owners, of what begins in it."""
        return tuple(each.name for each in self.begun)

    @property
    def body(self) -> str:
        """The text without the lines on which the target stands (empty if none are left)."""
        if self.target.span is None:
            return self.text
        lines = self.text.split("\n")
        first = self.span.start
        kept = [line for at, line in enumerate(lines, first) if at not in self.target.span]
        return "\n".join(kept)


class Place(NamedTuple):
    """Lines of a hit's file that may answer as well, and the name that is defined there."""

    start_line: int
    end_line: int
    symbol: str


# A best hit with a lower score answers rarely (benchmarks/retrieval/calibrate says how rarely).
DOUBTFUL = 0.18


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer to a query: a place in the code and a reason to believe it.

    Attributes:
        rank: from 1. score: relevance in [0, 1]. Lines are 1-based and inclusive.
        explanation_source: docstring, comment, synthetic, snippet or generated.
        snippet: a few of its lines; snippet_line: the first of them.
        also: other places of the file, the best first: each file leads the list with one alone.
        stages: what each stage of the search gave this hit, for `--explain-score`.
    """

    rank: int
    path: str
    start_line: int
    end_line: int
    language: str
    kind: str
    symbol: str
    score: float
    explanation: str
    explanation_source: str
    snippet: str
    snippet_line: int
    also: tuple[Place, ...] = ()
    stages: tuple[tuple[str, float], ...] = ()


class Progress(NamedTuple):
    """How far a stage of work has come. `total` is None while it is not known."""

    stage: str
    done: int
    total: int | None = None
    note: str = ""


OnProgress = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """Take no notice: the default where a caller does not care how far the work has come."""


class Encoder(Protocol):
    """Texts to latents.

    Equal texts give equal latents whatever else is in the call, up to the last bits of a float32
    (1e-5): a sum depends on the shape of the matrix that it is a part of.
    """

    @property
    def fingerprint(self) -> str:
        """Hex digest of weights and configuration."""

    @property
    def latent_dim(self) -> int:
        """Width of the main latent (16): the first columns of what `encode` returns."""

    @property
    def extension_dim(self) -> int:
        """Width of the nested extension that follows the main latent; 0 where there is none."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the mean-path latents, (N, latent_dim + extension_dim), not normalised."""
