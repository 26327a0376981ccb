"""Speed, memory and size of ncs on a pinned package, beside their floors, in one run.

    python -m benchmarks.speed [--work DIR] [--codebase DIR] [--json FILE]

Printed: the floor of any such tool (Python with click, numpy and rich) and torch's import;
`ncs index` and `ncs train` as whole processes with their peak memory; cold queries as whole
processes; warm queries inside one; bytes of the index. Every figure is a median of several runs
and says how many. Ratios are to the floor measured in the same run.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ncs
from benchmarks.packages import PINNED, unpack_source

QUESTIONS = (
    "shortest path with negative edge weights",
    "maximum flow minimum cut",
    "minimum spanning tree",
    "read a graph from a file",
    "betweenness_centrality",
    "how are random graphs generated",
    "check that a graph is planar",
    "greedy coloring strategy",
)
COLD_RUNS = 9
# Users have compiled modules; a machine that forbids writing them would measure the compiler.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
WARM_ROUNDS = 25


def seconds(command: list[str], runs: int) -> float:
    """Return the median wall time of a whole process."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(
            command, check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def measured(command: list[str]) -> tuple[float, float, str]:
    """Return wall seconds, peak resident MB and output of one process."""
    began = time.perf_counter()
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{output}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024, output


def warm(index_path: Path, mode: str) -> dict[str, float]:
    """Return p50 and p95 of queries in one process, in milliseconds, after one round."""
    took = []
    with ncs.open(index_path) as index:
        for at in range(WARM_ROUNDS + 1):
            for question in QUESTIONS:
                began = time.perf_counter()
                index.search(question, 10, mode)
                if at:
                    took.append((time.perf_counter() - began) * 1e3)
    cuts = statistics.quantiles(took, n=20)
    return {"p50_ms": statistics.median(took), "p95_ms": cuts[18], "queries": len(took)}


def timed(name: str, work: Callable[[], Any], into: dict[str, Any]) -> None:
    """Keep and print one figure."""
    into[name] = work()
    print(f"{name:32} {json.dumps(into[name])}", flush=True)


def python(code: str) -> list[str]:
    """Return the command that runs a line of Python."""
    return [sys.executable, "-c", code]


def run(codebase: Path, work: Path, train: bool) -> dict[str, Any]:
    """Return all figures."""
    found: dict[str, Any] = {}
    path = work / "index.db"
    command = [sys.executable, "-m", "ncs"]
    query = [*command, "query", QUESTIONS[0], "--index", str(path), "--top-k", "3"]
    timed("floor_seconds", lambda: seconds(python("import click, numpy, rich"), COLD_RUNS), found)
    timed("torch_import_seconds", lambda: seconds(python("import torch"), 3), found)
    index = [*command, "index", "--codebase", str(codebase), "--output", str(path)]
    timed("index", lambda: account(index, path), found)
    timed("query_cold_seconds", lambda: seconds([*query, "--json"], COLD_RUNS), found)
    ratio = found["query_cold_seconds"] / found["floor_seconds"]
    timed("query_cold_to_floor", lambda: ratio, found)
    for mode in ("hybrid", "neural", "lexical"):
        timed(f"query_warm_{mode}", partial(warm, path, mode), found)
    ripgrep = shutil.which("rg")
    if ripgrep:
        words = [ripgrep, "-i", "-c", "shortest|path|negative|weights", str(codebase)]
        timed("ripgrep_seconds", lambda: seconds(words, COLD_RUNS), found)
    if train:
        taught = work / "trained.db"
        order = [*command, "train", "--codebase", str(codebase), "--output", str(taught)]
        order += ["--time-limit", "2m"]
        timed("train", lambda: account(order, taught), found)
    return found


def account(command: list[str], path: Path) -> dict[str, Any]:
    """Return what a build cost: seconds, chunks/s, peak memory, bytes a chunk."""
    path.unlink(missing_ok=True)
    took, peak, output = measured(command)
    inspected = subprocess.run(
        [sys.executable, "-m", "ncs", "inspect", "index", "--json", "--index", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    audit = json.loads(inspected.stdout)
    return {
        "seconds": round(took, 2), "chunks": audit["chunks"],
        "chunks_per_second": round(audit["chunks"] / took), "peak_mb": round(peak),
        "bytes": audit["bytes"], "bytes_by_part": audit["bytes_by_part"],
        "said": output.replace(f"{path.parent}{os.sep}", "").strip().splitlines()[-6:],
    }  # fmt: skip


def main() -> None:
    """Measure and print; with --json also keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codebase", type=Path, help=f"default: {PINNED} from the package index")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "ncs-speed")
    parser.add_argument("--no-train", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    codebase = arguments.codebase or unpack_source(PINNED, arguments.work)
    figures = {
        "codebase": codebase.name,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        **run(codebase, arguments.work, not arguments.no_train),
    }
    figures["peak_self_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
