"""Work that is done here and in processes beside this one: whoever waits for a result helps.

A process takes a third of a second of a processor to start, and whoever gives work to others has
little to do meanwhile: so there is one fewer of them, and nobody only waits.

Each process has pipes of its own, and two threads here that speak with it. With the standard
library's `ProcessPoolExecutor` a process that was killed while it sent a result left this one
waiting for ever, as all of them share a pipe that this one holds open, too; and on Python before
3.12.1 so did any that was killed after work had been taken back.
"""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import import_module
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ncs.machine import processors

if TYPE_CHECKING:  # what it takes, 40 ms, is much beside an update of one file
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnContext

Result = TypeVar("Result")
Work = Callable[..., Any]

_MOST = 4  # processes, this one among them: each holds the parsers and a model, 150 MB
_AT_ONCE = 2  # pieces of work that a process holds: it begins the next before this one knows
# A process that starts imports modules from the working folder first, which may be a stranger's
# codebase with a `types.py` in it; where this variable is set (from Python 3.11 on) it does not.
_SAFE_PATH = "PYTHONSAFEPATH"


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
        future = self._beside.submit(work, *args)
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
        self._beside = None


@contextmanager
def crew(jobs: int, begin: Work, *args: Any) -> Iterator[Crew]:
    """Give a crew whose processes end with the block.

    No process starts before it is given work, and none imports what lies in the working folder:
    Python 3.10 cannot be kept from it, and works alone. A caller that is a script without
    a guard for `__main__` must ask for one job: the processes import it.

    Args:
        jobs: processes at most, this one among them; 0 for as many as there are processors, at
            most four.
        begin: what each process does first, a function of a module.
        *args: its arguments.
    """
    count = jobs or min(processors(), _MOST)
    if count <= 1 or not hasattr(sys.flags, "safe_path"):
        yield Crew()
        return
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        with _Processes(count - 1, begin, args) as beside:
            yield Crew(beside)
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


# --- this side ---------------------------------------------------------------------------------


class _Processes(Executor):
    """Some processes, and for each the threads that speak with it.

    Ctrl-C waits in a process until that says that it is not for it: it takes a while to import
    what it needs, in which it would end with a traceback.
    """

    def __init__(self, count: int, begin: Work, args: Sequence[Any]) -> None:
        self._count, self._first = count, (begin, *args)
        self._started: list[_Process] = []
        self._threads: ThreadPoolExecutor | None = None

    def submit(self, work: Callable[..., Result], /, *args: Any, **_: Any) -> "Future[Result]":
        """Give work to a process; all of them are started with the first."""
        if self._threads is None:
            self._threads = self._start()
        return self._threads.submit(_do, work, args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End the processes: whoever leaves asks for no result any more."""
        for process in self._started:
            process.kill()
        if self._threads is not None:
            self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for process in self._started:
            process.end()

    def _start(self) -> ThreadPoolExecutor:
        # A fork would copy the locks of threads (torch's, faiss's) in whatever state they are.
        context: SpawnContext = import_module("multiprocessing").get_context("spawn")
        if _MASK is not None:  # started with the first process, it would let Ctrl-C through
            import_module("multiprocessing.resource_tracker").ensure_running()
        free: SimpleQueue[_Process] = SimpleQueue()
        with _held():
            for _ in range(self._count):
                self._started.append(_Process(context, self._first))
        for process in self._started * _AT_ONCE:
            free.put(process)
        return ThreadPoolExecutor(
            self._count * _AT_ONCE, initializer=lambda: setattr(_own, "process", free.get())
        )


_MASK: Callable[..., set[Any]] | None = getattr(signal, "pthread_sigmask", None)  # not on Windows
_own = threading.local()  # the process that a thread speaks with


@contextmanager
def _held() -> Iterator[None]:
    """Hold Ctrl-C back in this thread, and in the processes that it starts."""
    if _MASK is None:
        yield
        return
    before = _MASK(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        _MASK(signal.SIG_SETMASK, before)


def _do(work: Work, args: Sequence[Any]) -> Any:
    """Have the process of this thread do some work."""
    process: _Process = _own.process
    return process.do(work, args)


class _Process:
    """A process, and the pipes to and from it, whose other ends it alone holds."""

    def __init__(self, context: "SpawnContext", first: Sequence[Any]) -> None:
        its_tasks, self._tasks = context.Pipe(duplex=False)
        self._results, its_results = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_serve, args=(its_tasks, its_results, first), daemon=True
        )
        self._process.start()
        its_tasks.close()
        its_results.close()
        self._sending, self._receiving = threading.Lock(), threading.Lock()

    def do(self, work: Work, args: Sequence[Any]) -> Any:
        """Return what the work gives there.

        Raises:
            Undone: it failed, or the process has died.
        """
        try:
            with self._sending:
                self._tasks.send((work, args))
                self._receiving.acquire()  # before the next is sent: results come in that order
            try:
                done, result = self._results.recv()
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
        self._process.join()
        self._tasks.close()
        self._results.close()


# --- the other side ----------------------------------------------------------------------------


def _serve(tasks: "Connection", results: "Connection", first: Sequence[Any]) -> None:
    """Do what comes, until nothing more can: Ctrl-C is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    waiting: SimpleQueue[tuple[Work, Sequence[Any]]] = SimpleQueue()
    threading.Thread(target=_receive, args=(tasks, waiting), daemon=True).start()
    begin, *named = first
    begin(*named)
    with suppress(OSError):  # nobody listens any more
        while True:
            work, args = waiting.get()
            try:
                told = True, work(*args)
            except Exception:  # is raised where the work is done once more
                told = False, None
            results.send(told)


def _receive(tasks: "Connection", waiting: "SimpleQueue[Any]") -> None:
    """Take work as it comes, so that the sender never waits for a result to be taken.

    The process ends with the one that started it, however that did: the pipe is closed then.
    """
    try:
        while True:
            waiting.put(tasks.recv())
    finally:  # also where it is no work that comes: the sender sees the pipe closed
        os._exit(0)
