"""Readers and one writer on a tree that keeps changing: no error, no wrong answer, and how fast.

    python -m benchmarks.soak [--seconds 300] [--readers 8] [--save NAME]

The writer edits, adds, renames and removes files and updates the index, over and over. Each reader
opens the index anew, asks for a name that always stands somewhere and for one that comes and
goes, and holds what it is told against what the tree has held at any time. A hit is wrong when its
lines never stood in that file in that form, when the constant name is not found, or when a name
is found that was never written.
"""

import argparse
import multiprocessing
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

import ncs
from benchmarks.retrieval.record import write
from ncs.errors import NcsError

FILES = 60
VERSIONS = 40  # of a file's text that are written at one time or another
NEVER = "never_written_anywhere"


def text_of(number: int, version: int) -> str:
    """Return a version of a file: every one of them holds what the readers can check."""
    return (
        f"def constant_{number}(value):\n"
        f'    """Keep the value of file {number} as it is."""\n'
        "    return value\n\n\n"
        f"def changing_{number}_{version}(value):\n"
        f"    # edition {version} of file {number}\n"
        f"    return [value + {version}] * {version % 7 + 1}\n"
    )


def place_of(root: Path, number: int, moved: bool) -> Path:
    """Return where a file lies, before or after it was renamed."""
    return root / ("moved" if moved else "here") / f"part_{number}.py"


@dataclass
class Seen:
    """What a process met."""

    rounds: int = 0
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)


def read(root: Path, seed: int, until: float, told: Any) -> None:
    """Ask and check until it is time."""
    rng, seen = random.Random(seed), Seen()
    versions = {text_of(n, v) for n in range(FILES) for v in range(VERSIONS)}
    while time.monotonic() < until:
        number = rng.randrange(FILES)
        began = time.perf_counter()
        try:
            with ncs.open(root) as index:
                hits = index.search(f"constant_{number}", top_k=3)
                strangers = index.search(NEVER, top_k=3, mode="symbol")
        except NcsError as error:
            seen.errors.append(f"{type(error).__name__}: {error.message}")
            continue
        seen.took_ms.append((time.perf_counter() - began) * 1e3)
        seen.rounds += 1
        if not hits or f"constant_{number}(" not in hits[0].snippet:
            seen.wrong.append(f"constant_{number}: {[hit.path for hit in hits]}")
        if strangers:
            seen.wrong.append(f"{NEVER}: {strangers[0].path}")
        for hit in hits:
            if not any(hit.snippet in version for version in versions):
                seen.wrong.append(f"{hit.path}:{hit.start_line}: no version of it says this")
    told.put(("reader", seen))


def edit(root: Path, until: float, told: Any) -> None:
    """Change the tree and update the index until it is time."""
    rng, seen = random.Random(0), Seen()
    moved = dict.fromkeys(range(FILES), False)
    while time.monotonic() < until:
        for number in rng.sample(range(FILES), rng.randint(1, 6)):
            if rng.random() < 0.2:
                old = place_of(root, number, moved[number])
                moved[number] = not moved[number]
                old.rename(place_of(root, number, moved[number]))
            # Put in place at once: half of a file is no version of it.
            target = place_of(root, number, moved[number])
            part = target.with_suffix(".part")
            part.write_text(text_of(number, rng.randrange(VERSIONS)))
            part.replace(target)
        began = time.perf_counter()
        try:
            ncs.build(root)
        except NcsError as error:
            seen.errors.append(f"{type(error).__name__}: {error.message}")
        seen.took_ms.append((time.perf_counter() - began) * 1e3)
        seen.rounds += 1
    told.put(("writer", seen))


def soak(root: Path, seconds: float, readers: int) -> dict[str, list[Seen]]:
    """Run everybody and return what they met, by what they are."""
    for number in range(FILES):
        for moved in (False, True):
            place_of(root, number, moved).parent.mkdir(parents=True, exist_ok=True)
        place_of(root, number, False).write_text(text_of(number, 0))
    ncs.build(root)
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    until = time.monotonic() + seconds
    everybody = [context.Process(target=edit, args=(root, until, told))]
    everybody += [
        context.Process(target=read, args=(root, n, until, told)) for n in range(readers)
    ]
    for each in everybody:
        each.start()
    found: dict[str, list[Seen]] = {"writer": [], "reader": []}
    for _ in everybody:
        try:
            who, seen = told.get(timeout=seconds + 120)
        except Empty:
            raise SystemExit("a process hangs or died without a word") from None
        found[who].append(seen)
    for each in everybody:
        each.join()
    return found


def summed(all_seen: list[Seen]) -> dict[str, Any]:
    """Return the figures of all processes of a kind."""
    took = [ms for seen in all_seen for ms in seen.took_ms]
    cuts = statistics.quantiles(took, n=20)
    return {
        "processes": len(all_seen), "rounds": sum(seen.rounds for seen in all_seen),
        "errors": [said for seen in all_seen for said in seen.errors],
        "wrong": [said for seen in all_seen for said in seen.wrong],
        "p50_ms": round(statistics.median(took), 1), "p95_ms": round(cuts[18], 1),
        "worst_ms": round(max(took), 1),
    }  # fmt: skip


def main() -> None:
    """Soak, print, and keep the figures with --save; exit 1 on any error or wrong answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--save", metavar="NAME")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = soak(Path(folder), arguments.seconds, arguments.readers)
    figures = {who: summed(seen) for who, seen in found.items()}
    for who, row in figures.items():
        print(
            f"{who}: {row['processes']} processes, {row['rounds']:,} rounds, "
            f"{len(row['errors'])} errors, {len(row['wrong'])} wrong answers, "
            f"p50 {row['p50_ms']} ms, p95 {row['p95_ms']} ms, worst {row['worst_ms']} ms"
        )
        for said in [*row["errors"], *row["wrong"]][:10]:
            print(f"  {said}")
    if arguments.save:
        print(write(arguments.save, {"seconds": arguments.seconds, **figures}))
    if any(row["errors"] or row["wrong"] for row in figures.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
