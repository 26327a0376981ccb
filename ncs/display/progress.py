"""How far long work has come: a bar with an estimate on a terminal, quiet lines when piped."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from ncs.display.plain import on_one_line
from ncs.types import OnProgress, Progress

_QUIET_SECONDS = 2.0  # shorter stages are not worth a line, and longer ones get one so often
_LINE_SECONDS = 10.0
_BESIDE_BAR = 70  # columns of the figures and a note; a terminal with no room for both has no bar
_SHORTEST_BAR, _LONGEST_BAR = 10, 40


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
    console = Console(stderr=True)
    room = console.width - _BESIDE_BAR
    count = MofNCompleteColumn(table_column=_whole())
    if room < _SHORTEST_BAR:
        time_column = _Time(table_column=_whole())
        return Bars("{task.description}", count, time_column, _Note(), console=console)
    return Bars(
        TextColumn("{task.description:>12}"),
        BarColumn(min(room, _LONGEST_BAR), table_column=_whole()), count,
        TimeElapsedColumn(table_column=_whole()), _Left(table_column=_whole()), _Note(),
        console=console,
    )  # fmt: skip


def _whole() -> Column:
    return Column(no_wrap=True)


class _Left(TimeRemainingColumn):
    """How long it still takes; nothing where nobody knows how much there is to do."""

    def render(self, task: Task) -> Text:
        """Return the time, said to be what is left."""
        time_left = super().render(task)
        return Text.assemble("left ", time_left) if time_left.plain else time_left


class _Time(_Left):
    """How long it still takes, or has taken: one of the two where room is short."""

    def render(self, task: Task) -> Text:
        """Return what is left where somebody knows, else what has passed."""
        left = super().render(task)
        return left if left.plain and not task.finished else TimeElapsedColumn().render(task)


class _Note(ProgressColumn):
    """What is said beside the figures: the one column that is cut where room is short."""

    def render(self, task: Task) -> Text:
        """Return the note, on one line whatever the width."""
        return Text(task.fields["note"], no_wrap=True, overflow="ellipsis")


def _draw(bars: Bars, tasks: dict[str, TaskID], step: Progress) -> None:
    note = on_one_line(step.note)  # it may hold what a stranger wrote into a lock
    if step.stage == "wait":
        bars.console.print(f"waiting: {note}", highlight=False, markup=False)
        return
    if step.stage not in tasks:
        tasks[step.stage] = bars.add_task(step.stage, total=step.total, note="")
    bars.update(tasks[step.stage], completed=step.done, total=step.total, note=note)


class _Lines:
    """Writes a line where a stage takes long, and one when a long stage ends."""

    def __init__(self) -> None:
        self._stage = ""
        self._began = self._said = time.monotonic()

    def __call__(self, step: Progress) -> None:
        now, note = time.monotonic(), on_one_line(step.note)
        if step.stage != self._stage:
            self._stage, self._began, self._said = step.stage, now, now
            if step.stage == "wait":
                sys.stderr.write(f"waiting: {note}\n")
        ended = step.total is not None and step.done >= step.total
        long = now - self._began > _QUIET_SECONDS
        if (now - self._said > _LINE_SECONDS) or (ended and long):
            self._said = now
            total = "" if step.total is None else f"/{step.total:,}"
            sys.stderr.write(f"{step.stage}: {step.done:,}{total} {note}".rstrip() + "\n")
