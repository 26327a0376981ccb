"""How ncs grows: trees of 1,000 to a million chunks, and what each costs.

    python -m benchmarks.scale --from FOLDER [--sizes 1000 10000 100000] [--save NAME]

Each tree is real code, copied as often as it takes, every copy with other names in it (words of
its identifiers get the copy's number) so that no two copies are equal. Printed for each size:
build time, peak memory, bytes, warm query p50 and p95, an update after one edit; and the slope
of each in log-log between neighbours (1 is linear). `--plot FILE` draws them.
"""

import argparse
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import ncs
from benchmarks.retrieval.record import write
from ncs.config import CorpusConfig
from ncs.corpus import chunk, walk
from ncs.types import SourceFile

QUESTIONS = (
    "where are failed requests retried", "parse the command line", "open a connection",
    "cache with least recently used eviction", "serialize an object to json", "error handling",
    "read a file line by line", "sort by several keys",
)  # fmt: skip
ROUNDS = 5
_NAME = re.compile(rb"\b([a-z]+)(_[a-z_]+|[A-Z]\w*)\b")


def grow(source: Path, target: Path, chunks: int) -> int:
    """Write copies of the source's files below the target until they make so many chunks."""
    files = [found for found in walk(source) if isinstance(found, SourceFile)]
    sizes = [len(chunk(file, CorpusConfig())) for file in files]
    made = 0
    for copy in range(math.ceil(chunks / max(sum(sizes), 1))):
        for file, size in zip(files, sizes, strict=True):
            place = target / f"copy{copy}" / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            mark = str(copy).encode()
            place.write_bytes(_NAME.sub(rb"\g<1>" + mark + rb"\g<2>", file.data))
            made += size
            if made >= chunks:
                return made
    return made


def peaked(command: Sequence[str]) -> tuple[float, float]:
    """Return wall seconds and peak resident MB of a process and its children."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(_resident(process.pid)))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: ended with {process.returncode}")
    return time.perf_counter() - began, peak


def _resident(pid: int) -> Iterator[float]:
    """Yield the resident MB of a process and of its children (Linux; nothing elsewhere)."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        yield pages * os.sysconf("SC_PAGE_SIZE") / 2**20
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return
    for child in children:
        yield from _resident(int(child))


def measure(source: Path, work: Path, chunks: int) -> dict[str, Any]:
    """Return the figures of one size."""
    tree = work / f"tree{chunks}"
    grow(source, tree, chunks)
    command = [sys.executable, "-m", "ncs", "index", "--codebase", str(tree)]
    built, peak = peaked(command)
    took: list[float] = []
    with ncs.open(tree) as index:
        count = index.index.chunk_count
        size = index.index.path.stat().st_size
        for at in range(ROUNDS + 1):
            for question in QUESTIONS:
                began = time.perf_counter()
                index.search(question)
                if at:
                    took.append((time.perf_counter() - began) * 1e3)
    edited = next(place for place in sorted((tree / "copy0").rglob("*.*")) if place.is_file())
    with edited.open("a", encoding="utf-8") as file:
        file.write("\n# an edit\n")
    updated, update_peak = peaked(command)
    shutil.rmtree(tree)
    return {
        "chunks": count, "build_seconds": round(built, 2), "peak_mb": round(peak),
        "chunks_per_second": round(count / built), "bytes_per_chunk": round(size / count),
        "query_p50_ms": round(statistics.median(took), 2),
        "query_p95_ms": round(statistics.quantiles(took, n=20)[18], 2),
        "update_seconds": round(updated, 2), "update_peak_mb": round(update_peak),
    }  # fmt: skip


GROWING = ("build_seconds", "peak_mb", "query_p50_ms", "update_seconds")


def slopes(rows: Sequence[dict[str, Any]]) -> list[dict[str, float]]:
    """Return the slope of each figure in log-log between neighbouring sizes."""
    found = []
    for small, large in pairwise(rows):
        wider = math.log(large["chunks"] / small["chunks"])
        found.append(
            {name: round(math.log(large[name] / small[name]) / wider, 2) for name in GROWING}
        )
    return found


def plot(rows: Sequence[dict[str, Any]], place: Path) -> None:
    """Draw the growing figures against chunks, both axes logarithmic."""
    import matplotlib  # noqa: PLC0415  (an extra: only who plots needs it)

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots()
    for name in GROWING:
        axes.loglog([row["chunks"] for row in rows], [row[name] for row in rows], "o-", label=name)
    axes.set_xlabel("chunks")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(place, dpi=120)


def main() -> None:
    """Measure every size, print a table, and keep the figures with --save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--save", metavar="NAME")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for chunks in arguments.sizes:
            rows.append(measure(arguments.source, Path(folder), chunks))
            print("  ".join(f"{name} {value:,}" for name, value in rows[-1].items()), flush=True)
    steps = slopes(rows)
    for step in steps:
        print("slopes  " + "  ".join(f"{name} {value}" for name, value in step.items()))
    if arguments.plot:
        plot(rows, arguments.plot)
    if arguments.save:
        print(write(arguments.save, {"source": arguments.source.name, "rows": rows,
                                     "slopes": steps}))  # fmt: skip


if __name__ == "__main__":
    main()
