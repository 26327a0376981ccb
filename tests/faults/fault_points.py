"""Let a fault happen at each call that writes an index, and say what is found afterwards.

    python fault_points.py FOLDER SCENARIO [--kinds KIND ...] [--most N]

Each trial is a process forked off this one, which has everything imported. Printed: one line of
JSON for each trial, {scenario, kind, point, call, end, verdict}; `verdict` is "old", "new" or
"missing" for the index that is found, or starts with BROKEN. The kind "power" is a loss of
power: each state of the disk that it may leave is one trial (see fault_disk).
"""

import argparse
import hashlib
import os
import sqlite3
import sys
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fault_codebase import (
    INDEX,
    INDEX_KEY,
    KEPT,
    RESUMED,
    SCENARIOS,
    Found,
    Scene,
    age,
    contents,
    found,
    leftovers,
    put_state,
    tell,
)
from fault_disk import Change, Disk, State, read_record
from fault_shim import DEADLY, KINDS, WRITES, Shim, applies, load

import ncs
from ncs.api import encoding
from ncs.cli import main
from ncs.index import writing
from ncs.index.reading import DEFAULT_PLACE

EXIT_ERROR = 2
_FEW_PAGES = 10
_POWER_SEED = 7
_LAST = 6  # calls that put the file in its place, and tidy up


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code or the negated signal, and what it said."""

    code: int
    stderr: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault and what became of it."""

    scenario: str
    kind: str
    point: int
    call: str
    end: int
    verdict: str


def _spill() -> None:
    """Have every index that is written from now on spill its pages."""
    begin = writing._begin

    def spilling(connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA cache_size = {_FEW_PAGES}")
        begin(connection)

    writing._begin = spilling


class Stage(Scene):
    """A codebase in a situation, put back into it before each trial."""

    def __init__(self, work: Path, name: str) -> None:
        self.work, self.shim = work, Shim()
        if SCENARIOS[name].noted:
            encoding._NOTED_FROM, encoding._BATCH = 0, 4
        if SCENARIOS[name].spilled:
            _spill()
        super().__init__(work, name)
        self.litter = frozenset(Path(path).name for path in self.before)
        self.times = {path: (self.root / path[1:]).stat().st_mtime_ns for path in self.before}
        self.calls, self.changes, self.new = self._learn()
        self.idle = contents(self.root).get(INDEX_KEY) == self.old

    def _learn(self) -> tuple[list[str], list[Change], Found]:
        """Run the command without a fault and return its calls and what they change."""
        log, record = self.work / "calls.log", self.work / "calls.record"
        ended = self.run("none", 0, log, record)
        if ended.code:
            raise SystemExit(f"{self.name}: without a fault: {ended}")
        changes = read_record(record)
        disk = Disk(self.before)
        for change in changes:
            disk.apply(change)
        # Else something writes past the shim, and this whole examination would be worth nothing.
        assert disk.seen() == contents(self.root), "the record of the calls is not complete"
        calls = [line.split(" ", 1)[0] for line in log.read_text().splitlines()]
        return calls, changes, found(self.root / DEFAULT_PLACE, self.root)

    def reset(self) -> None:
        """Put the index's folder back as it was before the command."""
        put_state(self.root, self.before)
        for path, time in self.times.items():
            os.utime(self.root / path[1:], ns=(time, time))

    def run(
        self, kind: str, at: int, log: Path | None = None, record: Path | None = None,
        arguments: tuple[str, ...] = (),
    ) -> Ended:  # fmt: skip
        """Run a command, by default the scenario's, in a process of its own, with a fault."""
        said = self.work / "stderr"
        child = os.fork()
        if child == 0:
            _silence(said)
            self.shim.arm(self.root, kind, at, log, record)
            _command(self.scenario.command(self.root, arguments))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return Ended(code, said.read_text("utf-8", "replace"))

    def afresh(self) -> Trial:
        """Compare what the command leaves with an index that is built from nothing."""
        self.reset()
        place = self.work / "afresh.db"
        ncs.build(self.root, place)
        other = found(place, self.root)
        parts = other.differs(self.new)
        verdict = f"BROKEN: an index built from nothing differs in {parts}" if parts else "new"
        return Trial(self.name, "none", 0, "end", 0, verdict)

    # --- one trial ---------------------------------------------------------------------------

    def trial(self, kind: str, at: int) -> Trial:
        """Let a fault happen at call number `at`."""
        self.reset()
        ended = self.run(kind, at)
        call = self.calls[at - 1]
        if self.shim.count() < at:
            verdict = f"BROKEN: {self.shim.count()} calls, the fault was to come at {at}"
        else:
            verdict = self._verdict(kind, call, ended)
        return Trial(self.name, kind, at, call, ended.code, verdict)

    def _verdict(self, kind: str, call: str, ended: Ended) -> str:
        state = self.judge()
        if state.startswith("BROKEN"):
            return state
        wrong = ""
        if kind in DEADLY:
            wrong = "" if ended.code == -9 else f"it was not killed: {ended}"
        elif ended.code == EXIT_ERROR:
            lines = [line for line in ended.stderr.splitlines() if line.startswith("Error: ")]
            if len(lines) != 1 or "Traceback" in ended.stderr:
                wrong = f"no single error line: {ended.stderr}"
            elif state == "new":
                wrong = f"an error, though the index is new: {ended.stderr}"
        elif ended.code:
            wrong = f"exit code {ended.code}: {ended.stderr}"
        elif state != "new" and not (state == "old" and self.idle):
            wrong = f"no error, though the index is {state}"
        left = leftovers(self.root, KEPT | RESUMED | self.litter)
        if left and kind not in DEADLY and kind != "dead" and call != "unlink":
            wrong = wrong or f"left behind: {left}"
        wrong = wrong or self.recover()
        return f"BROKEN: {wrong} ({state})" if wrong else state

    def recover(self) -> str:
        """Run the command again, undisturbed, and `ncs index`; return what is wrong then."""
        age(self.root)
        for arguments in (self.scenario.arguments, INDEX):
            ended = self.run("none", 0, arguments=arguments)
            if ended.code:
                return f"the next command ends with {ended.code}: {ended.stderr}"
            if self.scenario.arguments == INDEX:
                break
        state, left = self.judge(), leftovers(self.root)
        if state != "new" and not (state == "old" and self.idle):
            return f"the next command leaves: {state}"
        return f"the next command leaves behind: {left}" if left else ""

    # --- power -------------------------------------------------------------------------------

    def power(self, points: list[int]) -> Iterator[Trial]:
        """Let the power fail before each of some calls, and after the last."""
        disk, seen = Disk(self.before), dict[bytes, str]()
        waiting = deque(self.changes)
        for point in (*points, len(self.calls) + 1):
            while waiting and waiting[0].point < point:
                disk.apply(waiting.popleft())
            call = self.calls[point - 1] if point <= len(self.calls) else "end"
            for state in disk.without_power(_POWER_SEED + point):
                mark = _digest(state)
                if mark not in seen:
                    seen[mark] = self._after_power(state)
                verdict = seen[mark]
                if call == "end" and verdict != "new" and not self.idle:
                    verdict = f"BROKEN: after the end of the command the index is {verdict}"
                yield Trial(self.name, "power", point, call, -9, verdict)

    def _after_power(self, state: State) -> str:
        put_state(self.root, state)
        verdict = self.judge()
        if verdict.startswith("BROKEN"):
            return verdict
        wrong = self.recover()
        return f"BROKEN: {wrong} ({verdict})" if wrong else verdict


def _silence(said: Path) -> None:
    """Send this process's output into a file and into nothing."""
    for number, place in ((1, os.devnull), (2, said)):
        file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)


def _command(arguments: list[str]) -> None:
    """Be the command `ncs`, and end as it would."""
    code: object = 1
    try:
        sys.argv = ["ncs", *arguments]
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


def _digest(state: State) -> bytes:
    digest = hashlib.sha256()
    for path, data in sorted(state.items()):
        digest.update(f"{path} {-1 if data is None else len(data)}\n".encode() + (data or b""))
    return digest.digest()


# --- all of it -----------------------------------------------------------------------------------


def spread(calls: Sequence[str], most: int | None) -> list[int]:
    """Return the numbers of all calls from 1, of those that write bytes at most `most`."""
    writes = [at for at, call in enumerate(calls, 1) if call in WRITES]
    if most is not None and len(writes) > most:
        kept = {writes[at * len(writes) // most] for at in range(most)}
    else:
        kept = set(writes)
    return [at for at, call in enumerate(calls, 1) if call not in WRITES or at in kept]


def sweep(work: Path, name: str, kinds: list[str], most: int | None) -> Iterator[Trial]:
    """Yield all trials of a scenario."""
    stage = Stage(work, name)
    yield stage.afresh()
    points = spread(stage.calls, most)
    for at in points:
        for kind in kinds:
            if kind in KINDS and applies(kind, stage.calls[at - 1]):
                yield stage.trial(kind, at)
    if "power" in kinds:
        # where the file is put in its place all of it, as everywhere else when all is asked for
        yield from stage.power(points if most is None else [*points[:-_LAST:4], *points[-_LAST:]])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--kinds", nargs="+", choices=(*KINDS, "power"), default=[*KINDS, "power"])
    parser.add_argument("--most", type=int)
    asked = parser.parse_args()
    load(asked.work)
    for each in sweep(asked.work, asked.scenario, asked.kinds, asked.most):
        tell(each)
