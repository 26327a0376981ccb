"""Processes that work beside each other end with the one that started them."""

import os
import signal
import subprocess
import sys

import pytest

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
