"""Faults while an index is written, and damage to it afterwards, and what became of them.

    python -m benchmarks.faults [--quick] [--flips N] [--rounds N] [--save NAME]

Printed: for each situation and fault how many calls were tried and which index was found after
each; kills of the real command; damaged files by the check that noticed. Anything that is lost,
half or unnoticed is printed in full, and the exit code is 1. How it works: tests/faults.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.retrieval.record import write

PROGRAMS = Path(__file__).parents[1] / "tests" / "faults"
SMALL = ("first", "again", "update", "littered", "noted", "repair")
LARGE = ("grown", "regrown")
LARGE_KINDS = ("kill", "enospc", "short")
KILLED = ("first", "update", "regrown")
FAILURES = ("BROKEN", "CHANGED", "CRASHED", "LAUNDERED", "NOT REPAIRED")
SEEN = ("detected", "harmless", "CHANGED")
SHOWN = 40  # kinds of failures printed
SAID = 300  # characters of what was said by which failures are told apart

Line = dict[str, Any]


def lines(command: Sequence[str]) -> Iterator[Line]:
    """Yield what a program of tests/faults says, as it says it."""
    script = str(PROGRAMS / command[0])
    print(f"… {' '.join([command[0], *command[2:]])}", file=sys.stderr, flush=True)
    with subprocess.Popen(
        [sys.executable, script, *command[1:]], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        last: Line = {}
        for text in process.stdout:
            last = json.loads(text)
            yield last
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: ended with {process.returncode} after {last}")


def outcome(line: Line) -> str:
    """Return the verdict in a word or two."""
    return str(line["verdict"]).partition(":")[0]


def points(work: Path, quick: bool) -> Iterator[Line]:
    """Yield all faults at calls."""
    for scenario in SMALL if quick else (*SMALL, *LARGE):
        folder = work / scenario
        folder.mkdir()
        command = ["fault_points.py", str(folder), scenario]
        if scenario in LARGE:
            command += ["--kinds", *LARGE_KINDS, "--most", "12"]
        elif quick:
            command += ["--most", "3"]
        yield from lines(command)


def kills(work: Path, rounds: int) -> Iterator[Line]:
    """Yield all kills of the real command."""
    for scenario in KILLED:
        folder = work / f"killed-{scenario}"
        folder.mkdir()
        yield from lines(["fault_kills.py", str(folder), scenario, "--rounds", str(rounds)])


def flips(work: Path, count: int) -> Iterator[Line]:
    """Yield all damaged files."""
    folder = work / "flips"
    folder.mkdir()
    yield from lines(["fault_flips.py", str(folder), "--count", str(count), "--rebuild", "10"])


def table(title: str, counts: Counter[tuple[str, ...]], heads: Sequence[str]) -> None:
    """Print how often each combination came; a column for each outcome."""
    outcomes = sorted({key[-1] for key in counts})
    body = [
        (*key, *(str(counts[(*key, each)] or "") for each in outcomes))
        for key in sorted({key[:-1] for key in counts})
    ]
    rows = [(*heads, *outcomes), *body]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    print(f"\n{title}: {sum(counts.values())}")
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"  {'  '.join(cells)}".rstrip())


def counted(found: Sequence[Line], keys: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Count lines by some of their entries and the outcome."""
    return Counter((*(str(line[key]) for key in keys), outcome(line)) for line in found)


def report(
    tried: Sequence[Line], shot: Sequence[Line], killed: Sequence[Line]
) -> tuple[dict[str, Any], list[Line]]:
    """Print the tables; return the figures, and all that did not survive."""
    places = {(line["scenario"], line["point"]) for line in tried}
    seen = [line for line in shot if line["verdict"] in SEEN]
    # what was found is long, and another one each time
    again = [line | {"by": line["by"].partition(":")[0]} for line in shot if line not in seen]
    groups = (
        ("faults at calls", tried, ("scenario", "kind")),
        ("faults by kind of call", tried, ("call", "kind")),
        ("kills of the real command", killed, ("scenario", "killed")),
        ("damaged files", seen, ("kind",)),
        ("damaged files by check", seen, ("by",)),
        ("damaged files, built again", again, ("by",)),
    )
    figures: dict[str, Any] = {"distinct_points": len(places)}
    for title, found, keys in groups:
        counts = counted(found, keys)
        table(title, counts, keys)
        figures[title] = {" | ".join(key): count for key, count in sorted(counts.items())}
    print(f"\n{len(places)} distinct points of {len({name for name, _ in places})} situations")
    silent = [line for line in shot if line["verdict"] == "detected" and line["answers"]]
    figures["answers of damaged files that open"] = dict(Counter(e["answers"] for e in silent))
    figures["named wrong"] = sum(not line["named"] for line in shot)
    failed = [line for line in (*tried, *shot, *killed) if outcome(line) in FAILURES]
    figures["failed"] = len(failed)
    return figures, failed


def kinds_of(failed: Sequence[Line]) -> list[Line]:
    """Return one failure of each kind, with how many there are of it."""
    alike: dict[tuple[str, ...], list[Line]] = {}
    for line in failed:
        by = str(line.get("by", "")).rpartition("\n")[0] or str(line.get("by", ""))
        said = str(line["verdict"]), by[-SAID:], str(line.get("scenario", ""))
        alike.setdefault(said, []).append(line)
    return [{"alike": len(lines), **lines[0]} for lines in alike.values()]


def main() -> int:
    """Run everything; 1 where something did not survive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sample of the calls")
    parser.add_argument("--flips", type=int, default=12_000)
    parser.add_argument("--rounds", type=int, default=60, help="kills in each situation")
    parser.add_argument("--save", metavar="NAME", help="write benchmarks/results/…-NAME.json")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        tried = list(points(work, asked.quick))
        shot = list(flips(work, asked.flips))
        killed = list(kills(work, asked.rounds))
    figures, failed = report(tried, shot, killed)
    shown = kinds_of(failed)[:SHOWN]
    for line in shown:
        print(json.dumps(line, indent=1))
    print(f"\n{len(tried) + len(shot) + len(killed)} trials, {len(failed)} did not survive")
    if asked.save:
        print(write(asked.save, {**figures, "failures": shown}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
