"""Work that is done here and in processes beside this one: whoever waits for a result helps.

A process takes a third of a second of a processor to start, and whoever gives work to others has
little to do meanwhile: so there is one fewer of them, and nobody only waits.

Each process has pipes of its own, and two threads here that speak with it. Nobody else holds their
other ends: a pipe ends when the process does, at whatever it was. The standard library's
`ProcessPoolExecutor` shares pipes, and left this process waiting for ever when another was killed
while it sent a result; `multiprocessing` runs a caller's script once more in every process, and
lets no process of its own start others.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import IO, Any, Generic, TypeVar

from ncs.machine import processors

Result = TypeVar("Result")
Work = Callable[..., Any]

_MOST = 4  # processes, this one among them: each holds the parsers and a model, 150 MB
_AT_ONCE = 2  # pieces of work that a process holds: it begins the next before this one knows


class Undone(Exception):
    """A process has died, or the work failed there: it is to be done here."""


class Task(Generic[Result]):
    """A piece of work that a crew was given, which makes it."""

    def __init__(self, crew: "Crew", here: Callable[[], Result], future: "Future[Result]") -> None:
        self._crew, self._here, self._future = crew, here, future

    @property
    def begun(self) -> bool:
        """Whether somebody is at it or done with it."""
        return self._future.running() or self._future.done()

    def result(self) -> Result:
        """Return what the work gives, or raise what it raises.

        Work that nobody has begun is done here; while a process is at it, so is other work.
        """
        self.help()
        while not self._future.done() and self._crew.help():
            pass
        try:
            return self._future.result()
        except Undone:
            self._crew.lose()
            return self._here()

    def help(self) -> bool:
        """Do the work here unless it is begun; return whether it was done."""
        if not self._future.cancel():
            return False
        done: Future[Result] = Future()
        self._future = done
        done.set_running_or_notify_cancel()
        try:
            done.set_result(self._here())
        except Exception as error:  # is for whoever asks for this result
            done.set_exception(error)
        return True


class Crew:
    """This process and those beside it, which start with the first work that they are given.

    Args:
        beside: gives work to processes, or None for none.
    """

    def __init__(self, beside: Executor | None = None) -> None:
        self._beside = beside
        self._given: deque[Task[Any]] = deque()  # to processes; those in front may be begun

    @property
    def alone(self) -> bool:
        """Whether there is no process beside this one."""
        return self._beside is None

    def keep(self, work: Callable[..., Result], *args: Any) -> Task[Result]:
        """Take work that is done here, when its result is asked for."""
        return Task(self, lambda: work(*args), Future())

    def give(
        self, work: Callable[..., Result], *args: Any, here: Callable[..., Result] | None = None
    ) -> Task[Result]:
        """Take work that is done by whoever comes to it first.

        Args:
            work: what another process does, a function of a module.
            args: its arguments, which are sent there.
            here: what does the same in this process; `work` itself by default.
        """
        if self._beside is None:
            return self.keep(here or work, *args)
        try:
            future = self._beside.submit(work, *args)
        except (OSError, RuntimeError):  # there is no file, process or thread left to start one
            self.lose()
            return self.keep(here or work, *args)
        task = Task(self, lambda: (here or work)(*args), future)
        while self._given and self._given[0].begun:
            self._given.popleft()
        self._given.append(task)
        return task

    def help(self) -> bool:
        """Do the oldest work here that nobody has begun; return whether there was any."""
        while self._given:
            if self._given.popleft().help():
                return True
        return False

    def lose(self) -> None:
        """Go on without the processes: what ends one of them is mostly a want of memory."""
        if self._beside is not None:
            self._beside.shutdown(cancel_futures=True)
        self._beside = None


@contextmanager
def crew(jobs: int, begin: Work, *args: Any) -> Iterator[Crew]:
    """Give a crew whose processes end with the block.

    No process starts before it is given work, and none runs the caller's script or imports what
    lies in the working folder: Python 3.10 cannot be kept from that, and works alone. Where none
    can be started, all work is done here.

    Args:
        jobs: processes at most, this one among them; 0 for as many as there are processors, at
            most four.
        begin: what each process does first, a function of a module.
        *args: its arguments.
    """
    count = jobs or min(processors(), _MOST)
    # A program that carries its interpreter within would be run once more.
    able = hasattr(sys.flags, "safe_path") and sys.executable and not hasattr(sys, "frozen")
    if count <= 1 or not able:
        yield Crew()
        return
    with _Processes(count - 1, begin, args) as beside:
        yield Crew(beside)


def _send(thing: Any, to: IO[bytes]) -> None:
    """Send bytes that say a thing: who takes them off the pipe need not understand it."""
    pickle.dump(pickle.dumps(thing), to)
    to.flush()


# --- this side ---------------------------------------------------------------------------------


class _Processes(Executor):
    """Some processes, and for each the threads that speak with it."""

    def __init__(self, count: int, begin: Work, args: Sequence[Any]) -> None:
        self._count, self._first = count, (begin, *args)
        self._started: list[_Process] = []
        self._free: SimpleQueue[_Process] = SimpleQueue()
        self._threads = ThreadPoolExecutor(count * _AT_ONCE)

    def submit(self, work: Callable[..., Result], /, *args: Any, **_: Any) -> "Future[Result]":
        """Give work to a process; all of them are started with the first."""
        if not self._started:
            self._start()
        return self._threads.submit(self._do, work, args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End the processes: whoever leaves asks for no result any more."""
        for process in self._started:
            process.kill()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for process in self._started:
            process.end()

    def _start(self) -> None:
        for _ in range(self._count):
            self._started.append(_Process(self._first))
        for process in self._started * _AT_ONCE:
            self._free.put(process)

    def _do(self, work: Work, args: Sequence[Any]) -> Any:
        process = self._free.get()
        try:
            return process.do(work, args)
        finally:
            self._free.put(process)


# What this process was told of others' modules, by flags that no process inherits.
_FLAGS = {"isolated": "-I", "ignore_environment": "-E", "dont_write_bytecode": "-B"}
# Ctrl-C goes to all processes of a group; this one ends the others when it is interrupted.
_WINDOWS_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


def _command() -> list[str]:
    """Return what starts a process, which finds modules where this one does.

    The working folder may be a stranger's codebase with a `types.py` in it, and without `-P`
    Python looks there first.
    """
    flags = [flag for name, flag in _FLAGS.items() if getattr(sys.flags, name)]
    places = ascii([str(place) for place in sys.path])
    code = f"import sys; sys.path[:] = {places}; from ncs.crew import serve; serve()"
    return [sys.executable, "-P", *flags, "-c", code]


class _Process:
    """A process, and the pipes to and from it, whose other ends it alone holds."""

    def __init__(self, first: Sequence[Any]) -> None:
        self._process = subprocess.Popen(
            _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True, creationflags=_WINDOWS_GROUP,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._tasks, self._results = self._process.stdin, self._process.stdout
        self._first: Sequence[Any] | None = first  # until it is sent, which waits for the process
        self._sending, self._receiving = threading.Lock(), threading.Lock()

    def do(self, work: Work, args: Sequence[Any]) -> Any:
        """Return what the work gives there.

        Raises:
            Undone: it failed, or the process has died.
        """
        try:
            with self._sending:
                if self._first is not None:
                    _send(self._first, self._tasks)
                    self._first = None
                _send((work, args), self._tasks)
                self._receiving.acquire()  # before the next is sent: results come in that order
            try:
                done, result = pickle.loads(pickle.load(self._results))
            finally:
                self._receiving.release()
        except Exception as error:
            # Whatever it was, the pipes may hold half a message: nothing more is read of them.
            self._process.kill()
            raise Undone from error
        if not done:
            raise Undone
        return result

    def kill(self) -> None:
        """Let the process do no more, whatever it is at."""
        self._process.kill()

    def end(self) -> None:
        """Let go of the process, which was killed."""
        self._process.wait()
        with suppress(OSError):  # half a message that nobody takes any more
            self._tasks.close()
        self._results.close()


# --- the other side ----------------------------------------------------------------------------


def serve() -> None:
    """Do what comes, as a process of a crew, until nothing more can."""
    tasks, results = _taken(0, "rb"), _taken(1, "wb")
    waiting: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(tasks, waiting), daemon=True).start()
    begin, *named = pickle.loads(waiting.get())
    begin(*named)
    while True:
        try:
            work, args = pickle.loads(waiting.get())
            told = True, work(*args)
        except Exception:  # is raised where the work is done once more
            told = False, None
        _send(told, results)


def _taken(number: int, mode: str) -> IO[bytes]:
    """Return a file that this process was started with; what it reads or prints goes nowhere."""
    file: IO[bytes] = os.fdopen(os.dup(number), mode)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, number)
    os.close(nowhere)
    return file


def _receive(tasks: IO[bytes], waiting: "SimpleQueue[bytes]") -> None:
    """Take work as it comes, so that the sender never waits for a result to be taken.

    The process ends with the one that started it, however that did: the pipe is closed then.
    """
    try:
        while True:
            waiting.put(pickle.load(tasks))
    finally:  # also where it is no work that comes: the sender sees the pipe closed
        os._exit(0)
