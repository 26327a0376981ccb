"""Seed 003's three tests on real code: does training give an index that answers?

1. A query finds its file in the top 3. 2. The same query three times gives identical output.
3. An off-topic query scores clearly lower than an on-topic one. And the audit of what was
written must pass with a coverage floor. Runs the installed command as a user does, in
processes of its own; exits with 1 when anything fails.

    python benchmarks/acceptance.py --self DIR --package DIR
"""

import argparse
import codecs
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# question → the end of a path that answers it
SELF_QUESTIONS = {
    "SDE dynamics drift diffusion": "learn/dynamics.py",
    "gradient health vanishing exploding": "learn/monitor.py",
    "which files are skipped because they are binary or generated": "corpus/files.py",
}
PACKAGE_QUESTIONS = {
    "shortest path with negative edge weights": "weighted.py",
    "maximum flow minimum cut": "maxflow.py",
    "minimum spanning tree of a weighted graph": "mst.py",
}
# Written so that it does not stand in this repository, which is asked too.
OFF_TOPIC = codecs.decode("uhzconpx junyrf zvtengvat nybat pbeny errsf", "rot13")
CLEARLY_LOWER = 0.2
FLOOR = "0.75"


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    test: str
    passed: bool
    detail: str


def ncs(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it said; its exit code is the caller's to judge."""
    return subprocess.run(
        [sys.executable, "-m", "ncs", *arguments], capture_output=True, text=True, check=False
    )


def hits(question: str, where: Path) -> list[dict[str, object]]:
    """Return the top 3 hits as objects."""
    done = ncs("query", question, "--top-k", "3", "--index", str(where), "--json")
    return [json.loads(line) for line in done.stdout.splitlines()]


def top_score(question: str, where: Path) -> float:
    """Return the score of the first hit, 0 when there is none."""
    return max((float(str(hit["score"])) for hit in hits(question, where)), default=0.0)


def check(name: str, where: Path, questions: dict[str, str]) -> Iterator[Row]:
    """Train on the codebase and yield a row for each test."""
    began = time.monotonic()
    done = ncs("train", "--codebase", str(where), "--time-limit", "2m")
    took = time.monotonic() - began
    yield Row(f"{name}: train", done.returncode == 0, f"{took:.0f} s")
    sys.stdout.write(done.stdout + done.stderr)
    if done.returncode:
        return
    for question, path in questions.items():
        found = hits(question, where)
        places = [str(hit["path"]) for hit in found]
        rank = next((at for at, place in enumerate(places, 1) if place.endswith(path)), None)
        yield Row(f"{name}: {question}", rank is not None, f"{path} at rank {rank}")
    question = next(iter(questions))
    said = {ncs("query", question, "--index", str(where), "--json").stdout for _ in range(3)}
    yield Row(f"{name}: equal output three times", len(said) == 1, f"{len(said)} distinct")
    on = min(top_score(question, where) for question in questions)
    off = top_score(OFF_TOPIC, where)
    lower = off < on - CLEARLY_LOWER
    yield Row(f"{name}: off topic is lower", lower, f"{off:.2f} against {on:.2f}")
    audit = ncs("inspect", "index", "--index", str(where), "--min-coverage", FLOOR)
    yield Row(f"{name}: audit", audit.returncode == 0, f"exit {audit.returncode}")
    if audit.returncode:
        sys.stdout.write(audit.stdout + audit.stderr)


def main() -> None:
    """Run all tests, print the table, and leave with 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--self", dest="own", type=Path, required=True)
    parser.add_argument("--package", type=Path, required=True)
    arguments = parser.parse_args()
    rows = [
        *check("ncs", arguments.own, SELF_QUESTIONS),
        *check(arguments.package.name, arguments.package, PACKAGE_QUESTIONS),
    ]
    width = max(len(row.test) for row in rows)
    for row in rows:
        sys.stdout.write(f"{'ok  ' if row.passed else 'FAIL'}  {row.test:{width}}  {row.detail}\n")
    sys.exit(0 if all(row.passed for row in rows) else 1)


if __name__ == "__main__":
    main()
