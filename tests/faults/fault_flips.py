"""Damage an index file in one random place at a time, and say which check notices.

    python fault_flips.py FOLDER [--count N] [--seed S] [--rebuild N] [--first K]

Printed: one line of JSON for each fault, {number, kind, offset, part, by, verdict}. `verdict` is

    detected     opening or a check says so; `by` is the first that did
    harmless     every row, by scan and by key, and all answers are as before; `by` says why
    CHANGED      nothing notices, yet something reads differently
    CRASHED      an exception that is no NcsError; `by` is its traceback

With --rebuild, after every N-th detected fault, from the damaged file each time: `ncs index` on
the codebase as it was and on an edited one, and a repair. Their verdicts:

    rebuilt         the index is the one that a build from nothing writes
    refused         an NcsError, and the damaged file as it was
    still damaged   no error, and a check still says so
    LAUNDERED       every check holds, of content that is not the codebase's
    NOT REPAIRED    after a repair, what was refused or still damaged elsewhere

A fault that ends or hangs this process is the one after the last line.
"""

import argparse
import random
import re
import resource
import signal
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fault_codebase import EDITS, Found, answers, found, put_sources, tell
from fault_pages import Pages

import ncs
from ncs.api.repairing import repair
from ncs.errors import NcsError
from ncs.index.reading import DEFAULT_PLACE, Index, open_index
from ncs.index.schema import CONTENT
from ncs.index.validate import validate

SECONDS = 30  # for one fault; it takes some hundredths
MEMORY = 6 << 30
PAGE = 4096
_BY_KEY = {
    "columns": ("name", "id, size, data"),
    "postings": ("first", "size, data"),
    "symbols": ("first", "size, data"),
    "chunks": ("first", "count, size, data"),
    "files": ("id", "path, language, size, mtime_ns, digest, lines, chunks, generated"),
    "latents": ("view", "id, part, data"),
    "meta": ("key", "value"),
    "checksum": ("part", "digest"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to damage a file: at `offset` something happens, `value` says what."""

    kind: str
    offset: int
    value: int

    def apply(self, sound: bytes) -> bytes:
        """Return the damaged file."""
        data, at = bytearray(sound), self.offset
        if self.kind == "flip":
            data[at] ^= self.value
        elif self.kind == "truncation":
            del data[at:]
        elif self.kind == "longer":
            data += random.Random(self.value).randbytes(at % (2 * PAGE) + 1)
        elif self.kind == "zeroed":
            data[at : at + PAGE] = bytes(PAGE)
        else:  # swapped: what a disk does that writes to the wrong place
            other = self.value * PAGE
            data[at : at + PAGE], data[other : other + PAGE] = (
                sound[other : other + PAGE], sound[at : at + PAGE],
            )  # fmt: skip
        return bytes(data)


def faults(size: int, count: int, seed: int) -> Iterator[Fault]:
    """Yield random faults: of 20, one is a truncation, and one is about more than a byte."""
    rng = random.Random(seed)
    for at in range(count):
        offset, page = rng.randrange(size), rng.randrange(size // PAGE)
        if at % 20 == 7:
            yield Fault("truncation", offset, 0)
        elif at % 20 == 13:
            kind = rng.choice(["longer", "zeroed", "swapped"])
            other = (page + rng.randrange(1, size // PAGE)) % (size // PAGE)
            yield Fault(kind, offset if kind == "longer" else page * PAGE, other)
        else:
            yield Fault("flip", offset, rng.randrange(1, 256))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a fault; `named` is whether the check that noticed names the right part."""

    number: int
    kind: str
    offset: int
    part: str
    by: str
    verdict: str
    named: bool = True
    answers: str = ""  # of an opened index: "same", "other", or "refused"


class Range:
    """An index that is shot at.

    Args:
        work: an empty folder for everything.
    """

    def __init__(self, work: Path) -> None:
        self.root, self.edited = work / "codebase", work / "edited"
        self.place = self.root / DEFAULT_PLACE
        for folder in (self.root, self.edited):
            put_sources(folder)
        put_sources(self.edited, EDITS)
        ncs.build(self.root)
        self.sound = self.place.read_bytes()
        self.pages = Pages(self.place)
        with open_index(self.place) as index:
            self.rows, self.said = rows(index), answers(index)
        self.wanted = {root: self._afresh(root) for root in (self.root, self.edited)}

    def _afresh(self, root: Path) -> Found:
        place = self.root.with_name("afresh.db")
        place.unlink(missing_ok=True)
        ncs.build(root, place)
        return found(place, root)

    def shoot(self, number: int, fault: Fault) -> Outcome:
        """Damage the file and return what is noticed."""
        self.place.write_bytes(fault.apply(self.sound))
        part, use = self.pages.of(fault.offset)
        about = (number, fault.kind, fault.offset, part)
        try:
            try:
                index = open_index(self.place)
            except NcsError as error:
                said = re.search(r"the check of its (\w+) failed", error.message)
                by = said[1] if said else type(error).__name__
                return Outcome(*about, f"opening: {by}", "detected")
            with index:
                return self._opened(about, fault, use, index)
        except Exception:
            return Outcome(*about, traceback.format_exc(), "CRASHED")

    def _opened(
        self, about: tuple[int, str, int, str], fault: Fault, use: str, index: Index
    ) -> Outcome:
        """Return what the checks say of an index that opens."""
        failing = {c.name: c.detail for c in validate(index, None) if not c.passed}
        try:
            same = "same" if answers(index) == self.said else "other"
        except NcsError:
            same = "refused"
        if failing:
            by, named = next(iter(failing)), _names(failing, about[3], fault.kind)
            return Outcome(*about, f"checks: {by}", "detected", named, same)
        if same == "same" and rows(index) == self.rows:
            return Outcome(*about, use or "in use, read the same", "harmless", True, same)
        return Outcome(*about, "nothing", "CHANGED", False, same)

    def rebuild(self, damaged: bytes) -> Iterator[tuple[str, str]]:
        """Build the damaged index again in several ways; yield (how: what is found, verdict)."""
        for how, root, action in (
            ("index", self.root, ncs.build),
            ("index after edits", self.edited, ncs.build),
            ("repair", self.root, repair),
        ):
            place = root / DEFAULT_PLACE
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(damaged)
            said, verdict = self._again(root, action)
            if how == "repair" and verdict != "rebuilt":
                verdict = "NOT REPAIRED"
            yield f"{how}: {said}", verdict

    def _again(self, root: Path, action: Callable[[Path], object]) -> tuple[str, str]:
        place = root / DEFAULT_PLACE
        before = place.read_bytes()
        try:
            action(root)
        except NcsError as error:
            kept = place.read_bytes() == before
            return error.message, "refused" if kept else "CRASHED"
        except Exception:
            return traceback.format_exc(), "CRASHED"
        try:
            same = not found(place, root).differs(self.wanted[root])
        except (NcsError, AssertionError) as error:
            return str(error), "still damaged"
        return ("as built from nothing", "rebuilt") if same else ("other content", "LAUNDERED")


def _names(failing: dict[str, str], part: str, kind: str) -> bool:
    """Return whether the failing checks say where the damage is, or cover the whole file."""
    if kind != "flip" or "integrity" in failing or "fingerprint" in failing:
        return True
    return part not in CONTENT or part in failing.get("checksums", "")


def rows(index: Index) -> dict[str, object]:
    """Return every row of every table: by a scan, and looked up by its key."""
    read = index.store.rows
    all_rows: dict[str, object] = {part: read(query) for part, query in CONTENT.items()}
    for table, (key, others) in _BY_KEY.items():
        keys = [row[0] for row in read(f"SELECT DISTINCT {key} FROM {table} ORDER BY {key}")]
        query = f"SELECT {others} FROM {table} WHERE {key} = ?"
        all_rows[f"{table} by key"] = [(each, sorted(read(query, (each,)))) for each in keys]
    return all_rows


def shots(work: Path, count: int, seed: int, rebuild: int, first: int = 0) -> Iterator[Outcome]:
    """Yield the outcome of each fault."""
    target = Range(work)
    detected = 0
    for number, fault in enumerate(faults(len(target.sound), count, seed)):
        if number < first:
            continue
        signal.alarm(SECONDS)
        outcome = target.shoot(number, fault)
        yield outcome
        detected += outcome.verdict == "detected"
        if rebuild and outcome.verdict == "detected" and detected % rebuild == 0:
            about = (number, fault.kind, fault.offset, outcome.part)
            for by, verdict in target.rebuild(fault.apply(target.sound)):
                signal.alarm(SECONDS)
                yield Outcome(*about, by, verdict)
    signal.alarm(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rebuild", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for each in shots(asked.work, asked.count, asked.seed, asked.rebuild, asked.first):
        tell(each)
