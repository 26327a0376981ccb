"""Processes that work beside each other end with the one that started them."""

import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_index import make_corpus

from ncs.api import encoding
from ncs.api.encoding import Encoding, FileGroup, width_of
from ncs.api.former import base_model
from ncs.api.known import Known
from ncs.index.journal import Journal
from ncs.types import FloatArray

SCRIPT = """
import os, signal, sys
from ncs.api.workers import workers

with workers(None, 2) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    os.kill(os.getpid(), int(sys.argv[1]))
    signal.pause()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("killed_by", [signal.SIGKILL, signal.SIGTERM])
def test_workers_leave_when_their_parent_is_killed(killed_by: signal.Signals) -> None:
    """They were alive 163 s after kill -9: each waited for work in a pipe that the others hold."""
    command = [sys.executable, "-c", SCRIPT, str(int(killed_by))]
    # The output ends when the last process that holds it has: the worker, too.
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == -killed_by
    assert done.stdout.strip().isdigit()


IMPATIENT = """
import os, signal, time
from ncs.api.workers import workers

signal.signal(signal.SIGINT, lambda *_: None)
with workers(None, 2) as pool:
    found = [pool.submit(os.getpid) for _ in range(2)]
    for _ in range(50):
        time.sleep(0.01)
        os.killpg(0, signal.SIGINT)
    print(*(each.result() for each in found))
assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
"""


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_ctrl_c_while_workers_start_is_not_for_them() -> None:
    """Each ended with a traceback above "Interrupted.", while it imported what it needs."""
    done = subprocess.run(
        [sys.executable, "-c", IMPATIENT], capture_output=True, text=True, check=False,
        timeout=60, start_new_session=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.split()) == 2


HOSTILE = """
import sys
from pathlib import Path
Path("run").write_text("the codebase was run")
"""
CALLER = """
import os, sys
from ncs.api.workers import workers

if __name__ == "__main__":
    before = dict(os.environ)
    with workers(None, 2) as pool:
        print(None if pool is None else pool.submit(sum, [1, 2]).result())
    assert dict(os.environ) == before
"""


@pytest.mark.parametrize("name", ["types.py", "multiprocessing.py", "threading.py", "ncs.py"])
def test_workers_import_nothing_of_the_working_folder(tmp_path: Path, name: str) -> None:
    """`ncs index` in the folder of click ran its `types.py`: any codebase could run its own."""
    script = tmp_path / "elsewhere" / "caller.py"
    script.parent.mkdir()
    script.write_text(CALLER, encoding="utf-8")
    codebase = tmp_path / "codebase"
    codebase.mkdir()
    (codebase / name).write_text(HOSTILE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, cwd=codebase,
        timeout=60,
    )  # fmt: skip
    assert not (codebase / "run").exists()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() in ("3", "None")  # None: Python 3.10


class Dead:
    """Processes of which the last has died, before it was given work or over it."""

    def __init__(self, *, taking: bool) -> None:
        self._taking = taking

    def submit(self, *_: Any) -> "Future[FloatArray]":
        if not self._taking:
            raise BrokenProcessPool
        given: Future[FloatArray] = Future()
        given.set_exception(BrokenProcessPool())
        return given


@pytest.mark.parametrize("taking", [False, True])
def test_what_workers_that_died_leave_undone_is_done_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taking: bool
) -> None:
    monkeypatch.setattr(encoding, "_ALONE", 0)
    corpus, model = make_corpus(), base_model().model
    with Journal(tmp_path / "index.db", model.fingerprint, width_of(model)) as notes:
        dead: Any = Dead(taking=taking)
        alone, left = (
            next(Encoding(model, Known(), notes, pool).of([FileGroup((), corpus.chunks)])).latents
            for pool in (None, dead)
        )
    np.testing.assert_array_equal(left, alone)
