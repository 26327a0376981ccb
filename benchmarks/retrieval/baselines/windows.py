"""Files of a folder as windows of lines: what the simple baselines search in."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST = 1_000_000
_CODE = (
    ".bash .bats .c .cc .cpp .cs .cts .cxx .ex .exs .go .h .hh .hpp .hs .java .js .jsx .kt .kts"
    " .lua .mjs .mts .cjs .php .py .pyi .rb .rs .scala .sh .swift .ts .tsx .zig"
    " .astro .dart .erl .graphql .hrl .jl .m .ml .mli .mm .pl .pm .proto .ps1 .psm1 .r .R .sol"
    " .sql .svelte .t .tf .vue"
)
CODE = frozenset(_CODE.split())


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive lines of a file, 1-based and inclusive."""

    path: str
    start: int
    end: int
    text: str


def code_files(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (relative POSIX path, text) of the code files up to a megabyte, in path order.

    Only code, by its extension: the judged targets are code, and so are the published figures.
    """
    paths = [Path(folder) / name for folder, _, names in os.walk(root) for name in names]
    for path in sorted(paths):
        if path.suffix in CODE and path.stat().st_size <= LARGEST:
            yield path.relative_to(root).as_posix(), path.read_text("utf-8", "replace")


def windows(root: Path, lines: int) -> list[Window]:
    """Return the non-blank windows of so many lines of every code file below the folder."""
    found = []
    for path, text in code_files(root):
        all_lines = text.split("\n")
        for first in range(0, len(all_lines), lines):
            piece = all_lines[first : first + lines]
            if any(line.strip() for line in piece):
                found.append(Window(path, first + 1, first + len(piece), "\n".join(piece)))
    return found
