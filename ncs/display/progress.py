"""How far long work has come: a bar with an estimate on a terminal, quiet lines when piped."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from ncs.types import OnProgress, Progress

_QUIET_SECONDS = 2.0  # shorter stages are not worth a line, and longer ones get one so often
_LINE_SECONDS = 10.0


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Give a callback that draws on stderr while the block runs."""
    if sys.stderr.isatty():
        with _bars() as bars:
            tasks: dict[str, TaskID] = {}
            yield lambda step: _draw(bars, tasks, step)
    else:
        yield _Lines()


def _bars() -> Bars:
    return Bars(
        TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
    )  # fmt: skip


def _draw(bars: Bars, tasks: dict[str, TaskID], step: Progress) -> None:
    if step.stage not in tasks:
        tasks[step.stage] = bars.add_task(step.stage, total=step.total, note="")
    bars.update(tasks[step.stage], completed=step.done, total=step.total, note=step.note)


class _Lines:
    """Writes a line where a stage takes long, and one when a long stage ends."""

    def __init__(self) -> None:
        self._stage = ""
        self._began = self._said = time.monotonic()

    def __call__(self, step: Progress) -> None:
        now = time.monotonic()
        if step.stage != self._stage:
            self._stage, self._began, self._said = step.stage, now, now
            if step.stage == "wait":
                sys.stderr.write(f"waiting: {step.note}\n")
        ended = step.total is not None and step.done >= step.total
        long = now - self._began > _QUIET_SECONDS
        if (now - self._said > _LINE_SECONDS) or (ended and long):
            self._said = now
            total = "" if step.total is None else f"/{step.total:,}"
            sys.stderr.write(f"{step.stage}: {step.done:,}{total} {step.note}".rstrip() + "\n")
