"""Work that is done here and in processes beside this one: whoever waits for a result helps.

A process takes a third of a second of a processor to start, and whoever gives work to others has
little to do meanwhile: so there is one fewer of them, and nobody only waits.
"""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent import futures
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import closing, contextmanager
from functools import cached_property
from importlib import import_module
from typing import Any, Generic, TypeVar

from ncs.machine import processors

Result = TypeVar("Result")

_MOST = 4  # processes, this one among them: each holds the parsers and a model, 150 MB
# A process that starts imports modules from the working folder first, which may be a stranger's
# codebase with a `types.py` in it; where this variable is set (from Python 3.11 on) it does not.
_SAFE_PATH = "PYTHONSAFEPATH"


class Task(Generic[Result]):
    """A piece of work that a crew was given, which makes it."""

    def __init__(
        self, crew: "Crew", here: Callable[[], Result], future: "Future[Result] | None" = None
    ) -> None:
        self._crew, self._here, self._future = crew, here, future
        self._found: list[Result] = []  # what it gave, where it was done ahead
        self._done = False  # here, or is being done

    @property
    def begun(self) -> bool:
        """Whether somebody is at it or done with it."""
        future = self._future
        return self._done or (future is not None and (future.running() or future.done()))

    def result(self) -> Result:
        """Return what the work gives, once.

        Work that no process has begun is done here; while one is at it, so is other work.
        """
        if self.help() or self._done:
            return self._found.pop()
        future = self._future
        assert future is not None  # else this was to help
        while not future.done() and self._crew.help():
            pass
        try:
            return future.result()
        except BrokenExecutor:  # killed for memory, or a caller that cannot be imported
            self._crew.lose()
            return self._here()

    def help(self) -> bool:
        """Do the work here unless it is begun; return whether it was done."""
        if self._done or not (self._future is None or self._future.cancel()):
            return False
        self._done = True
        self._found.append(self._here())
        return True


class Crew:
    """This process and those beside it, which start with the first work that they are given.

    Args:
        beside: processes, or None for none.
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
        return Task(self, lambda: work(*args))

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
        except BrokenExecutor:
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
        """Go on without the processes, one of which has died."""
        self._beside = None


@contextmanager
def crew(jobs: int, begin: Callable[..., None], *args: Any) -> Iterator[Crew]:
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
        with closing(_Pool(count - 1, begin, args)) as pool:
            yield Crew(pool)
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


class _Pool(Executor):
    """Starts its processes so that Ctrl-C waits in them until they say that it is not for them.

    They start when work comes, and take a second to import what they need, in which it would end
    each with a traceback. The pool that they are in starts a process itself, which keeps account
    of semaphores.
    """

    def __init__(self, count: int, begin: Callable[..., None], args: tuple[Any, ...]) -> None:
        self._count, self._begin = count, (begin, args)

    def submit(self, *work: Any, **more: Any) -> Future[Any]:
        """Give work to a process, which may be started for it."""
        pool = self._pool  # made before Ctrl-C is held back: what it starts lets it through again
        with _held():
            return pool.submit(*work, **more)

    @cached_property
    def _pool(self) -> Executor:
        # Loaded now: what it takes, 40 ms, is much beside an update of one file. A fork would copy
        # the locks of threads (torch's, faiss's) in whatever state they are.
        context = import_module("multiprocessing").get_context("spawn")
        return futures.ProcessPoolExecutor(self._count, context, _begin, self._begin)

    def close(self) -> None:
        """End the processes; what they have not begun is not done."""
        if "_pool" in self.__dict__:
            self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _held() -> Iterator[None]:
    """Hold Ctrl-C back in this thread, and in the processes and threads that it starts."""
    mask: Callable[..., set[Any]] | None = getattr(signal, "pthread_sigmask", None)
    if mask is None:  # not on Windows
        yield
        return
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def _begin(begin: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Prepare a process: Ctrl-C is for the one that started it, and its end for both."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin(*args)


def _leave_with_parent() -> None:
    """End this process when the one that started it has ended, however that was.

    Other processes hold the pipe from which this one takes its work, so that it would wait for
    ever.
    """
    parent = import_module("multiprocessing").parent_process()
    assert parent is not None  # this is a process that another one started
    parent.join()
    os._exit(1)
