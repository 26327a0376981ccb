"""The file around a chunk, as what explains it reads it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ncs.corpus.outline import Outline
from ncs.types import SourceFile, Span

LONGEST_READ = 4_000  # characters of a chunk that names are looked for in
SNIPPET = 150  # characters
SAYS = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Context:
    """The file around a chunk, with the lines at which its definitions, comments, calls begin."""

    source: SourceFile
    lines: Sequence[bytes]
    outline: Outline
    definition_lines: list[int] = field(init=False)
    comment_lines: list[int] = field(init=False)
    call_lines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        starts = [each.span.start for each in self.outline.definitions]
        object.__setattr__(self, "definition_lines", starts)
        object.__setattr__(self, "comment_lines", [each.first for each in self.outline.comments])
        object.__setattr__(self, "call_lines", [line for line, _ in self.outline.calls])


def common(inner: Span, outer: Span) -> Span | None:
    """Return the lines that two spans have in common, None for none."""
    start, end = max(inner.start, outer.start), min(inner.end, outer.end)
    return Span(start, end) if start <= end else None


def length(span: Span) -> int:
    """Return how many lines a span has."""
    return span.end - span.start + 1
