"""Sentences that `ncs train` wrote, drawn for a reader to judge beside their code.

    python -m benchmarks.look INDEX... [--count 50] [--seed 0]

Prints Markdown: the place, the sentence, the code that it is about. Every one is a sentence that
`ncs query` shows: sure enough, every check passed.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from ncs.index.reading import ChunkRow, open_index

_AT_ONCE = 500  # chunks
_LONGEST = 1_800  # letters of code


def generated(path: Path) -> Iterator[ChunkRow]:
    """Yield the chunks of an index whose explanation its model wrote."""
    with open_index(path) as index:
        for start in range(0, index.chunk_count, _AT_ONCE):
            rows = index.chunk_rows(range(start, min(start + _AT_ONCE, index.chunk_count)))
            yield from (row for row in rows if row.origin == "generated")


def main() -> int:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("indexes", type=Path, nargs="+", metavar="INDEX")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found = [(path.absolute().parts[-3], row) for path in given.indexes for row in generated(path)]
    print(f"{len(found)} sentences in {len(given.indexes)} indexes", file=sys.stderr)
    random.Random(given.seed).shuffle(found)
    for at, (name, row) in enumerate(found[: given.count], 1):
        place = f"{name}/{row.path}:{row.span.start}-{row.span.end}"
        print(f"## {at}. {place} {row.symbol}\n\n{row.explanation}\n")
        print(f"```\n{row.text[:_LONGEST]}\n```\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
