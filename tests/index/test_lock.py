"""One writer at a time, and whoever cannot be one is told why, at once or soon."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ncs.errors import IndexBusy, IndexUnusable
from ncs.index import lock
from ncs.index.lock import writer
from ncs.types import Progress, ignore_progress

HOLD = (
    "import fcntl, sys\nfile = open(sys.argv[1], 'w')\n"
    "fcntl.flock(file, fcntl.LOCK_EX)\nprint('held', flush=True)\nsys.stdin.read()"
)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that takes no file")
@pytest.mark.parametrize("wait", [True, False])
def test_a_lock_that_cannot_be_made_is_not_waited_for(wait: bool) -> None:
    """`ncs index --output /proc/x` waited for ever, and said that another ncs wrote it."""
    with (
        pytest.raises(IndexUnusable, match=r"/proc/x\.lock: no file can be made") as caught,
        writer(Path("/proc/x"), wait=wait, on_progress=ignore_progress),
    ):
        pass
    assert not isinstance(caught.value, IndexBusy)


@pytest.mark.skipif(os.name != "posix", reason="locks as on POSIX")
def test_a_lock_of_nobody_that_is_known_is_waited_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was said to be held by another ncs, "(unknown)", and waited for without an end."""
    monkeypatch.setattr(lock, "_NAMELESS_SECONDS", 0.3)
    told: list[Progress] = []
    place = tmp_path / "index.db.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        for wait in (True, False):
            with (
                pytest.raises(IndexUnusable, match="no ncs says that it writes") as caught,
                writer(tmp_path / "index.db", wait=wait, on_progress=told.append),
            ):
                pass
            assert str(place) in caught.value.hint
            assert not isinstance(caught.value, IndexBusy)  # which says that an ncs is at work
        assert [step.note for step in told] == [
            "index.db.lock is locked, and no ncs says that it writes this index"
        ]
        other.communicate("")


@pytest.mark.parametrize("name", [".ncs", ".ncs/deep"])
def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path, name: str) -> None:
    """It was "File exists", with the advice to check space and permissions."""
    (tmp_path / ".ncs").write_text("mine")
    with (
        pytest.raises(IndexUnusable, match=r"\.ncs: no folder") as caught,
        writer(tmp_path / name / "index.db", wait=True, on_progress=ignore_progress),
    ):
        pass
    assert "move it away" in caught.value.hint
    assert (tmp_path / ".ncs").read_text() == "mine"
