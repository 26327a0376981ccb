"""Start `ncs` for real, kill it after a random while, and look at what it leaves.

    python fault_kills.py FOLDER SCENARIO [--rounds N] [--seed S]

Printed: one line of JSON for each round, {scenario, round, seconds, killed, left, verdict};
`verdict` as in fault_points, `left` the files that an interrupted build leaves.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fault_codebase import SCENARIOS, Scene, age, found, leftovers, put_state, tell

from ncs.index.reading import DEFAULT_PLACE

_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Round:
    """One kill and what became of it."""

    scenario: str
    round: int
    seconds: float
    killed: bool
    left: list[str]
    verdict: str


class Alley(Scene):
    """A codebase in a situation in which commands are killed."""

    def __init__(self, work: Path, name: str) -> None:
        super().__init__(work, name)
        began = time.monotonic()
        self.run(None)
        self.seconds = time.monotonic() - began
        place = self.root / DEFAULT_PLACE
        self.new, self.idle = found(place, self.root), place.read_bytes() == self.old

    def run(self, delay: float | None) -> bool:
        """Run the command, kill it after so many seconds; return whether it was killed."""
        command = [sys.executable, "-m", "ncs", *self.scenario.command(self.root)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **_THREADS},
        )  # fmt: skip
        if delay is not None:
            time.sleep(delay)
            process.kill()
        said = process.communicate()[1]
        if process.returncode not in (0, -9):
            raise SystemExit(f"{self.name}: exit code {process.returncode}: {said}")
        return process.returncode == -9

    def kill(self, number: int, delay: float) -> Round:
        """Kill the command once, look, and run it again to its end."""
        put_state(self.root, self.before)
        killed = self.run(delay)
        verdict, left = self.judge(), leftovers(self.root)
        if not verdict.startswith("BROKEN"):
            age(self.root)
            self.run(None)
            then, still = self.judge(), leftovers(self.root)
            if then != "new" and not self.idle:
                verdict = f"BROKEN: the next command leaves: {then} ({verdict})"
            elif still:
                verdict = f"BROKEN: the next command leaves behind: {still} ({verdict})"
        return Round(self.name, number, round(delay, 4), killed, left, verdict)


def rounds(work: Path, name: str, count: int, seed: int) -> Iterator[Round]:
    """Yield the outcome of each kill.

    Half of them come at any moment, half at the end, where the files are written.
    """
    alley, rng = Alley(work, name), random.Random(seed)
    for number in range(count):
        share = rng.uniform(0.0, 1.1) if number % 2 else rng.uniform(0.6, 1.05)
        yield alley.kill(number, share * alley.seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for each in rounds(asked.work, asked.scenario, asked.rounds, asked.seed):
        tell(each)
