"""How ncs grows: trees of 1,000 to 1.3 million chunks, and what each command costs there.

    python -m benchmarks.scale --from FOLDER [--sizes 1000 3000 ...] [--save NAME | --json FILE]

Each tree is real code: the folder's files in a random order, copied as often as it takes, every
copy with other names in it (words of its identifiers get the copy's number) so that no two copies
are equal. Measured at each size, as whole processes: a first build, one that finds nothing to do,
one after an edit of one file, an audit with every check, a cold query; and in one process, warm
queries of three modes. Memory is what a process and its children have resident together, pages
that they share counted once. `load_before` is what else the machine was doing.

The file is written anew after each size; sizes that stand in it are not measured again, so that a
long run can go on. Beside it a picture (`.png`) is drawn.
"""

import argparse
import json
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import ncs
from benchmarks.retrieval.record import RESULTS, SEED, context, write
from benchmarks.speed import ENVIRONMENT, seconds
from ncs.config import CorpusConfig
from ncs.corpus.chunks import chunk
from ncs.corpus.files import walk
from ncs.types import Mode, SourceFile

QUESTIONS = (
    "where are failed requests retried", "parse the command line", "open a connection",
    "cache with least recently used eviction", "serialize an object to json", "error handling",
    "read a file line by line", "sort by several keys",
)  # fmt: skip
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_300_000)  # the last: about a gigabyte
MODES: tuple[Mode, ...] = ("hybrid", "neural", "lexical")
ROUNDS = 5
COLD_RUNS = 5
_NAME = re.compile(rb"\b([a-z]+)(_[a-z_]+|[A-Z]\w*)\b")
_EDIT = b"\n# an edit\n"

# panel → its figures
PANELS = {
    "seconds": ("build_seconds", "update_seconds", "unchanged_seconds", "inspect_seconds"),
    "milliseconds": ("cold_ms", "hybrid_p50_ms", "neural_p50_ms", "lexical_p50_ms"),
    "megabytes resident": ("build_peak_mb", "update_peak_mb", "inspect_peak_mb", "query_peak_mb"),
    "bytes a chunk": ("tree_bytes_per_chunk", "index_bytes_per_chunk"),
}
GROWING = tuple(name for names in PANELS.values() for name in names)


@dataclass(frozen=True, slots=True)
class Source:
    """Real code to copy: its files in the order they are taken, and the chunks of each."""

    name: str
    files: tuple[tuple[SourceFile, int], ...]


def source(folder: Path) -> Source:
    """Return the files of a folder in a random order, the same each time."""
    files = [found for found in walk(folder) if isinstance(found, SourceFile)]
    random.Random(SEED).shuffle(files)
    return Source(folder.name, tuple((file, len(chunk(file, CorpusConfig()))) for file in files))


def grow(code: Source, target: Path, chunks: int) -> tuple[int, int]:
    """Write copies of the files below the target until they make so many chunks.

    Returns:
        How many files, and their bytes.
    """
    made = written = size = copy = 0
    while made < chunks:
        for file, count in code.files:
            place = target / f"copy{copy}" / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            mark = str(copy).encode()
            size += place.write_bytes(_NAME.sub(rb"\g<1>" + mark + rb"\g<2>", file.data))
            made, written = made + count, written + 1
            if made >= chunks:
                break
        copy += 1
    return written, size


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process cost, and what it wrote to stdout.

    Attributes:
        cpu_seconds: of the process and its children; on a busy machine they say more than
            `seconds`.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


def ran(*arguments: str) -> Ended:
    """Run `ncs` with some arguments and return what it cost, its children included."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        command = [sys.executable, "-m", "ncs", *arguments]
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=ENVIRONMENT)
        peak, ended = 0.0, 0
        while not ended:
            peak = max(peak, sum(_resident(process.pid)))
            time.sleep(0.05)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        took = time.perf_counter() - began
        process.returncode = status  # it was waited for here
        output.seek(0)
        errors.seek(0)
        if status:
            raise SystemExit(f"{' '.join(command)} failed:\n{errors.read()}")
        return Ended(took, usage.ru_utime + usage.ru_stime, peak, output.read())


def _resident(pid: int) -> Iterator[float]:
    """Yield the MB of a process and of its children: shared pages by share (Linux alone)."""
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    held = re.search(r"^Pss:\s+(\d+) kB", said, re.MULTILINE)
    yield int(held[1]) / 1024 if held else 0.0
    for child in children:
        yield from _resident(int(child))


def ask(path: Path) -> dict[str, float]:
    """Return the times of warm queries in this process, wall and processor, and its memory."""
    found: dict[str, float] = {}
    began = time.perf_counter()
    with ncs.open(path) as index:
        index.search(QUESTIONS[0])
        found["first_ms"] = (time.perf_counter() - began) * 1e3
        found["first_cpu_ms"] = time.process_time() * 1e3  # imports included
        for mode in MODES:
            took, worked = [], []
            for at in range(ROUNDS + 1):
                for question in QUESTIONS:
                    began, busy = time.perf_counter(), time.process_time()
                    index.search(question, 10, mode)
                    if at:
                        took.append((time.perf_counter() - began) * 1e3)
                        worked.append((time.process_time() - busy) * 1e3)
            found[f"{mode}_p50_ms"] = statistics.median(took)
            found[f"{mode}_p95_ms"] = statistics.quantiles(took, n=20)[18]
            found[f"{mode}_cpu_ms"] = statistics.median(worked)
    status = Path("/proc/self/status")
    if status.exists():
        held = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        found["query_peak_mb"] = int(held[1]) / 1024 if held else 0.0
    return found


def measure(code: Source, tree: Path, chunks: int) -> dict[str, Any]:
    """Return the figures of one size."""
    load = os.getloadavg()[0]
    files, size = grow(code, tree, chunks)
    index, path = ("index", "--codebase", str(tree)), tree / ".ncs" / "index.db"
    built = ran(*index)
    bytes_written = path.stat().st_size
    query = [sys.executable, "-m", "ncs", "query", QUESTIONS[0], "--index", str(path), "--json"]
    cold = seconds(query, COLD_RUNS) * 1e3
    asked = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale", "--ask", str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    unchanged = ran(*index)
    inspected = ran("inspect", "index", "--json", "--index", str(path))
    audit = json.loads(inspected.output)
    edited = next(place for place in sorted(tree.glob("copy0/**/*.py")) if place.is_file())
    edited.write_bytes(edited.read_bytes() + _EDIT)
    updated = ran(*index)
    count = audit["chunks"]
    return {
        "asked": chunks, "load_before": load, "chunks": count, "files": files,
        "tree_bytes": size,
        "build_seconds": built.seconds, "chunks_per_second": count / built.seconds,
        "build_cpu_seconds": built.cpu_seconds, "build_peak_mb": built.peak_mb,
        "tree_bytes_per_chunk": size / count, "index_bytes_per_chunk": bytes_written / count,
        "bytes_by_part": audit["bytes_by_part"], "cold_ms": cold, **json.loads(asked.stdout),
        "unchanged_seconds": unchanged.seconds, "update_seconds": updated.seconds,
        "update_cpu_seconds": updated.cpu_seconds, "update_peak_mb": updated.peak_mb,
        "inspect_seconds": inspected.seconds, "inspect_peak_mb": inspected.peak_mb,
    }  # fmt: skip


def rounded(row: dict[str, Any]) -> dict[str, Any]:
    """Return the figures with three decimals, large ones with one."""
    return {
        name: round(value, 1 if value >= 100 else 3) if isinstance(value, float) else value
        for name, value in row.items()
    }


def slopes(rows: Sequence[dict[str, Any]]) -> list[dict[str, float]]:
    """Return the slope of each figure in log-log between neighbouring sizes; 1 is linear."""
    found = []
    for small, large in pairwise(rows):
        wider = math.log(large["chunks"] / small["chunks"])
        step: dict[str, float] = {"from": small["chunks"], "to": large["chunks"]}
        for name in GROWING:
            if small.get(name) and large.get(name):
                step[name] = round(math.log(large[name] / small[name]) / wider, 2)
        found.append(step)
    return found


def plot(rows: Sequence[dict[str, Any]], place: Path) -> None:
    """Draw the growing figures against chunks, both axes logarithmic, slopes beside names."""
    import matplotlib  # noqa: PLC0415  (an extra: only who plots needs it)

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    chunks = [row["chunks"] for row in rows]
    last = slopes(rows)[-1] if len(rows) > 1 else {}
    figure, axes = pyplot.subplots(2, 2, figsize=(10, 7), sharex=True, layout="constrained")
    for panel, (label, names) in zip(axes.flat, PANELS.items(), strict=True):
        for name in names:
            title = f"{name} (last slope {last[name]})" if name in last else name
            panel.loglog(chunks, [row.get(name) for row in rows], "o-", ms=3, label=title)
        panel.set_title(label, fontsize=10)
        panel.grid(visible=True, which="major", alpha=0.3)
        panel.legend(fontsize=7)
    for panel in axes[1]:
        panel.set_xlabel("chunks")
    figure.savefig(place, dpi=90)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return a line a figure, a column a size."""
    names = [name for name in rows[-1] if not isinstance(rows[-1][name], dict)]
    return "\n".join(
        f"{name:22}" + "".join(f"{row.get(name, 0):>13,}" for row in rows) for name in names
    )


def parsed() -> argparse.Namespace:
    """Return the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="source", type=Path, help="folder of real code")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--work", type=Path, help="where trees are made; 4 KB for each chunk")
    parser.add_argument("--json", type=Path, help="write everything here")
    parser.add_argument("--save", help="write into benchmarks/results under this name")
    parser.add_argument("--ask", type=Path, metavar="INDEX", help="only warm queries, as JSON")
    return parser.parse_args()


def main() -> None:
    """Measure every size that is not yet measured, and print and keep the figures."""
    arguments = parsed()
    if arguments.ask:
        print(json.dumps(ask(arguments.ask)))
        return
    if arguments.source is None:
        raise SystemExit("--from FOLDER: which code to copy")
    about = context()
    place = arguments.json
    if arguments.save:
        place = RESULTS / f"{about['date']}-{about['commit']}-{arguments.save}.json"
    rows = json.loads(place.read_text("utf-8"))["rows"] if place and place.exists() else []
    code = source(arguments.source)
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        for chunks in sorted(set(arguments.sizes) - {row["asked"] for row in rows}):
            tree = Path(folder) / "tree"
            rows.append(rounded(measure(code, tree, chunks)))
            shutil.rmtree(tree)
            print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
            rows.sort(key=lambda row: row["asked"])
            if place:
                data = {"source": code.name, "rows": rows, "slopes": slopes(rows)}
                write("scale", data, place)
                plot(rows, place.with_suffix(".png"))
    print(table(rows))
    for step in slopes(rows):
        print("slopes  " + "  ".join(f"{name} {value}" for name, value in step.items()))


if __name__ == "__main__":
    main()
