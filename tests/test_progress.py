"""How far long work has come, on terminals of any width."""

import io

import pytest
from rich.console import Console

from ncs.display import progress
from ncs.types import Progress


def drawn(monkeypatch: pytest.MonkeyPatch, width: int, *steps: Progress) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system=None, width=width)
    monkeypatch.setattr(progress, "Console", lambda **_: console)
    bars, tasks = progress._bars(), {}
    for step in steps:
        progress._draw(bars, tasks, step)
    console.print(bars.get_renderable())
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_figures_are_whole_at_any_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """At 40 columns it was "index    left  chunks of 767 files": all but the note was cut."""
    steps = [
        Progress("index", 4326, None, "chunks of 767 files"),
        Progress("ask lexical", 285, 300),
        Progress("write", 7911, 7911, "chunks of 1,064 files"),
    ]
    index, ask, write = drawn(monkeypatch, width, *steps)
    assert "4326/? " in index
    assert "0:00:00" in index
    assert "285/300 " in ask
    assert "left -:--:--" in ask
    assert "7911/7911" in write
    assert "0:00:00 " in write
    assert all(("━" in line) == (width >= 80) for line in (index, ask, write))
    assert ("chunks of 1,064 files" in write) == (width > 40)


def test_who_is_waited_for_is_said_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 80 columns the note and the figures cut each other."""
    who = "another ncs writes this index (process 12345, since 12:00:00)"
    said = drawn(monkeypatch, 40, Progress("wait", 0, None, who))
    assert " ".join(said).split() == f"waiting: {who}".split()


def test_a_note_cannot_write_to_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who holds a lock is said by a file that may be a stranger's."""
    step = Progress("wait", 0, None, "\x1b]0;owned\x07")
    assert "\x1b" not in "".join(drawn(monkeypatch, 80, step)).replace("\x1b[", "")
    monkeypatch.undo()
    with progress.progress() as on_progress:
        on_progress(step)
    assert capsys.readouterr().err == "waiting: \\x1b]0;owned\\x07\n"
