"""Work is done once, by whoever comes to it; processes end with the one that started them."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from dead import Dead
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from ncs.api.workers import workers
from ncs.crew import Crew, Task, _Process, crew


def _until_begun(*tasks: Task[Any]) -> None:
    """Let processes take the work up: it would be done here by whoever asks for its result."""
    last = time.monotonic() + 60
    while not all(task.begun for task in tasks):
        assert time.monotonic() < last
        time.sleep(0.01)


SCRIPT = """
import os, signal, sys, time
from ncs.api.workers import workers

with workers(None, 3) as crew:
    given = [crew.give(os.open, sys.argv[2], os.O_WRONLY) for _ in range(2)]
    while not all(each.begun for each in given):  # else it would be done here
        time.sleep(0.01)
    print(*(each.result() for each in given), flush=True)
    os.kill(os.getpid(), int(sys.argv[1]))
    signal.pause()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("killed_by", [signal.SIGKILL, signal.SIGTERM])
def test_workers_leave_when_their_parent_is_killed(
    tmp_path: Path, killed_by: signal.Signals
) -> None:
    """They were alive 163 s after kill -9: each waited for work in a pipe that the others hold."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [sys.executable, "-c", SCRIPT, str(int(killed_by)), str(pipe)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        # It ends when the last process that holds it has: the workers, which open it.
        assert pipe.read_bytes() == b""
        told, _ = process.communicate(timeout=30)
    assert process.returncode == -killed_by
    assert len(told.split()) == 2


IMPATIENT = """
import os, signal, time
from ncs.api.workers import workers

signal.signal(signal.SIGINT, lambda *_: None)
with workers(None, 3) as crew:
    given = [crew.give(os.getpid) for _ in range(2)]
    for _ in range(50):
        time.sleep(0.01)
        os.killpg(0, signal.SIGINT)
    while not all(each.begun for each in given):
        time.sleep(0.01)
    assert os.getpid() not in [each.result() for each in given]
"""


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_ctrl_c_while_workers_start_is_not_for_them() -> None:
    """Each ended with a traceback above "Interrupted.", while it imported what it needs."""
    done = subprocess.run(
        [sys.executable, "-c", IMPATIENT], capture_output=True, text=True, check=False,
        timeout=60, start_new_session=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


HOSTILE = """
import sys
from pathlib import Path
Path("run").write_text("the codebase was run")
"""
CALLER = """
import os, time
from ncs.api.workers import workers

with workers(None, 2) as crew:
    task = crew.give(os.getpid)
    while not (crew.alone or task.begun):
        time.sleep(0.01)
    print(task.result() != os.getpid())
"""


@pytest.mark.parametrize(
    "name", ["types.py", "pickle.py", "threading.py", "linecache.py", "ncs.py"]
)
def test_workers_import_nothing_of_the_working_folder(tmp_path: Path, name: str) -> None:
    """`ncs index` in the folder of click ran its `types.py`: any codebase could run its own.

    Nor do they run the caller, which has no guard for `__main__`: it began anew in each of them.
    """
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
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_the_environment_stays_as_it_is() -> None:
    """A variable was set as long as a crew worked, and for ever by crews that overlapped."""
    before = dict(os.environ)
    with workers(None, 2) as some:
        some.give(sum, [1, 2])
        assert dict(os.environ) == before


@pytest.mark.skipif(os.name != "posix", reason="limits as on POSIX")
def test_without_a_file_left_the_work_is_done_here() -> None:
    """The indexing failed: "Too many open files"."""
    resource = import_module("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    with workers(None, 3) as some:
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, before[1]))
        try:
            task = some.give(sum, [1, 2])
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        assert some.alone
        assert task.result() == 3


def test_without_a_thread_left_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with workers(None, 3) as some:
        monkeypatch.setattr(threading.Thread, "start", fail)
        task = some.give(sum, [1, 2])
        assert some.alone
        assert task.result() == 3


def test_a_program_that_carries_its_interpreter_works_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would be run once more, with all that it does."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with workers(None, 3) as some:
        assert some.alone


def _work_beside() -> None:
    with workers(None, 2) as some:
        task = some.give(os.getpid)
        _until_begun(task)
        assert task.result() != os.getpid()


def test_a_daemonic_process_may_have_workers() -> None:
    """It failed: "daemonic processes are not allowed to have children"."""
    process = multiprocessing.get_context("spawn").Process(target=_work_beside, daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode == 0


def test_each_process_begins_with_what_it_is_told(tmp_path: Path) -> None:
    with crew(3, os.chdir, tmp_path) as some:
        given = [some.give(os.getcwd) for _ in range(2)]
        _until_begun(*given)
        assert [task.result() for task in given] == [str(tmp_path)] * 2


def test_a_process_holds_more_than_one_piece_of_work() -> None:
    """It waited after each piece until this one had noticed."""
    with workers(None, 2) as some:
        _until_begun(some.give(time.sleep, 600), some.give(abs, -1))


class _Waiting:
    """A lock that whoever first asks for it gets late, when another had time to ask."""

    def __init__(self) -> None:
        self._lock, self._asked = threading.Lock(), False

    def acquire(self) -> None:
        first, self._asked = not self._asked, True
        time.sleep(0.5 * first)
        self._lock.acquire()

    def release(self) -> None:
        self._lock.release()


def test_results_come_to_who_sent_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends work takes its place among those who receive before another may send.

    Else who is slow between the two is given the result of the next.
    """
    monkeypatch.setattr(_Process, "__init__", _late(_Process.__init__))
    with workers(None, 2) as some:
        given = [some.give(abs, -at) for at in (1, 2, 3)]
        _until_begun(given[0], given[1])
        assert [task.result() for task in given] == [1, 2, 3]
        assert not some.alone


def _late(begin: Any) -> Any:
    def begun(process: Any, *args: Any) -> None:
        begin(process, *args)
        process._receiving = _Waiting()

    return begun


def test_a_worker_computes_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one worker for each processor."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "2")
    with workers(None, 2) as some:
        task = some.give(threadpool_info)
        _until_begun(task)
        pools = task.result()
    assert pools
    assert {pool["num_threads"] for pool in pools} == {1}


def test_what_workers_print_is_no_result() -> None:
    with workers(None, 2) as some:
        given = [some.give(os.write, 1, b"noise"), some.give(abs, -7)]
        _until_begun(*given)
        assert [task.result() for task in given] == [5, 7]
        assert not some.alone


def test_a_result_that_cannot_be_sent_is_made_here() -> None:
    with workers(None, 2) as some:
        task = some.give(threading.Lock)
        _until_begun(task)
        assert not task.result().locked()


def test_what_processes_that_died_leave_undone_is_done_here() -> None:
    crew = Crew(Dead())
    assert crew.give(sum, [1, 2]).result() == 3
    assert crew.alone
    assert crew.give(sum, [3, 4]).result() == 7


BUSY = """
import time

def busy(number):
    end = time.monotonic() + 0.01
    while time.monotonic() < end: pass
    return bytes(number)  # more than a pipe takes at once
"""
KILLED = """
import os, signal, sys, time
from busy import busy
from ncs.crew import crew

sizes = [1 << 20] * 60
with crew(3, int) as some:
    asked = [some.give(os.getpid) for _ in range(2)]
    while not all(each.begun for each in asked):
        time.sleep(0.001)
    given = [some.give(busy, size) for size in sizes]
    time.sleep(float(sys.argv[1]))
    os.kill(asked[0].result(), signal.SIGKILL)
    assert [len(task.result()) for task in given] == sizes
    assert [len(some.give(busy, 7).result()) for _ in range(9)] == [7] * 9
print("done")
"""


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("after", [0.0, 0.2, 0.4, 0.5])
def test_a_process_may_be_killed_at_its_work(tmp_path: Path, after: float) -> None:
    """One that was killed as it sent a result left the others waiting for ever."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    (tmp_path / "busy.py").write_text(BUSY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(after)], capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def _of_elsewhere(divisor: int, home: int) -> float:
    """Fail in a process that another started, and only there."""
    return 1 / (divisor if os.getpid() == home else 0)


class _Unreadable:
    """Arrives here, and can be read nowhere else."""

    def __reduce__(self) -> Any:
        return _of_elsewhere, (1, os.getpid())


def test_what_cannot_be_read_there_is_done_here() -> None:
    """The process waited for ever for work that its reader had died of."""
    with workers(None, 2) as some:
        task = some.give(repr, _Unreadable())
        _until_begun(task)
        assert "_Unreadable" in task.result()


def test_whoever_leaves_waits_for_no_work() -> None:
    with workers(None, 2) as some:
        _until_begun(some.give(time.sleep, 600))


def test_work_that_fails_there_is_done_here() -> None:
    with workers(None, 2) as some:
        given = [some.give(_of_elsewhere, 2, os.getpid()) for _ in range(3)]
        _until_begun(given[0])
        assert [task.result() for task in given] == [0.5] * 3


class Counting:
    """Work that tells how often it was done, and where."""

    def __init__(self) -> None:
        self.done: Counter[int] = Counter()
        self.by: set[int] = set()
        self._lock = threading.Lock()

    def __call__(self, number: int) -> int:
        time.sleep(number % 3 / 2_000)
        with self._lock:
            self.done[number] += 1
            self.by.add(threading.get_ident())
        return -number


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(0, 3), st.randoms(use_true_random=False))
def test_all_work_is_done_once(count: int, beside: int, chance: Any) -> None:
    """Whoever does it, in whatever order the results are asked for."""
    work = Counting()
    pool = ThreadPoolExecutor(beside) if beside else None
    crew = Crew(pool)
    tasks = [
        crew.keep(work, at) if chance.random() < 0.2 else crew.give(work, at)
        for at in range(count)
    ]
    order = chance.sample(range(count), count)
    assert [tasks[at].result() for at in order] == [-at for at in order]
    assert work.done == Counter(range(count))
    if pool is not None:
        pool.shutdown()


def test_whoever_waits_helps() -> None:
    """While another is at the work that is asked for, the rest is done here."""
    work, asked = Counting(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        crew = Crew(pool)
        first = crew.give(asked.wait, 10)  # until the last of the others is done
        others = [crew.give(work, at) for at in range(5)]
        last = crew.give(asked.set)
        assert first.result()
        assert [each.result() for each in others] == [0, -1, -2, -3, -4]
        assert last.result() is None
    assert work.by == {threading.get_ident()}


def test_what_is_done_here_may_be_another_function() -> None:
    """A process has no use for a model that is at hand here."""
    assert Crew().give(len, "word", here=str.upper).result() == "WORD"


def test_work_that_is_done_is_not_held() -> None:
    """Each task holds its result: all the chunks of a codebase, in the end."""
    with ThreadPoolExecutor(1) as pool:
        crew = Crew(pool)
        for at in range(100):
            task = crew.give(abs, -at)
            while not task.begun:
                time.sleep(0.0001)
            assert task.result() == at
        assert len(crew._given) < 3


def test_an_error_of_the_work_is_raised_where_its_result_is_asked_for() -> None:
    """It was raised out of whatever was waited for while the work was done."""
    asked = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        crew = Crew(pool)
        first = crew.give(asked.wait, 10)
        broken, last = crew.give(divmod, 1, 0), crew.give(asked.set)
        assert first.result()
        assert last.result() is None
        for task in (broken, crew.keep(divmod, 1, 0)):
            with pytest.raises(ZeroDivisionError):
                task.result()
