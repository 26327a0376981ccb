"""One writer at a time, and whoever cannot be one is told why, at once or soon."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from ncs.errors import IndexBusy, IndexMissing, IndexUnusable
from ncs.index import lock
from ncs.index.lock import at_work, writer
from ncs.index.reading import find_index
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


@pytest.mark.skipif(os.name != "posix", reason="locks as on POSIX")
def test_an_index_that_is_being_made_is_said_to_be_that(tmp_path: Path) -> None:
    """While a first build ran, a query said that there was none and to type `ncs index`."""
    (tmp_path / "deep").mkdir()
    for made, asked in ((".ncs/index.db", "deep"), ("other.db", "other.db")):
        with writer(tmp_path / made, wait=False, on_progress=ignore_progress):
            before = sorted(tmp_path.rglob("*"))
            with pytest.raises(IndexMissing, match="being made right now") as caught:
                find_index(tmp_path / asked)
            assert str(tmp_path / made) in caught.value.message
            assert f"process {os.getpid()}, since" in caught.value.message
            assert "wait" in caught.value.hint
            assert "ncs index" not in caught.value.hint
            assert sorted(tmp_path.rglob("*")) == before
        with pytest.raises(IndexMissing, match="no index at") as caught:
            find_index(tmp_path / asked)
        assert "ncs index" in caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="locks as on POSIX")
@pytest.mark.parametrize("kind", ["dead", "link", "pipe"])
def test_what_no_process_holds_makes_no_index(tmp_path: Path, kind: str) -> None:
    """Files of a killed writer, and what may lie there in a codebase from elsewhere."""
    place, holder = tmp_path / "index.db.lock", tmp_path / "index.db.writer"
    holder.write_text("process 1, since 00:00:00\n")
    if kind == "dead":
        place.touch()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(holder)
    before = sorted(tmp_path.iterdir())
    assert at_work(tmp_path / "index.db") == ""
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(os.name != "posix", reason="locks as on POSIX")
def test_a_look_at_a_dead_writer_s_lock_keeps_no_writer_out(tmp_path: Path) -> None:
    """A look holds the lock for a moment, in which the dead writer must not be named as one."""
    import fcntl

    (tmp_path / "index.db.writer").write_text("process 1, since 00:00:00\n")
    with open(tmp_path / "index.db.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        Timer(lock._GLIMPSE / 2, fcntl.flock, (file, fcntl.LOCK_UN)).start()
        with writer(tmp_path / "index.db", wait=False, on_progress=ignore_progress):
            pass
