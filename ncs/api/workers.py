"""Processes that cut files and encode texts beside each other; none where little is to be done."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from threadpoolctl import threadpool_limits

from ncs.machine import processors
from ncs.runtime import load
from ncs.types import Encoder, FloatArray
from ncs.weights import shipped_model, unpack

_MOST = 4  # processes: each holds the parsers and a model, 150 MB
# A process that starts imports modules from the working folder first, which may be a stranger's
# codebase with a `types.py` in it; where this variable is set (from Python 3.11 on) it does not.
_SAFE_PATH = "PYTHONSAFEPATH"

_encoder: Encoder | None = None  # of a worker process, loaded with its first texts
_own: bytes | None = None


@contextmanager
def workers(own: bytes | None, jobs: int) -> Iterator[Executor | None]:
    """Give processes that know a model, or None for one job: the work is then done here.

    No process starts before it is given work, and none imports what lies in the working folder:
    Python 3.10 cannot be kept from it, and works in one process. A caller that is a script without
    a guard for `__main__` must ask for one job: the processes import it.

    Args:
        own: the bytes of the model, or None for the base model of the package.
        jobs: processes at most; 0 for as many as there are processors, at most four.
    """
    count = jobs or min(processors(), _MOST)
    if count <= 1 or not hasattr(sys.flags, "safe_path"):
        yield None
        return
    # A fork would copy the locks of threads (torch's, faiss's) in whatever state they are.
    context = multiprocessing.get_context("spawn")
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        # This alone starts a process: the one that keeps account of semaphores.
        pool = _Pool(count, context, _begin, (own,))
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


class _Pool(ProcessPoolExecutor):
    """Starts its processes so that Ctrl-C waits in them until they say that it is not for them.

    They start when work comes, and take a second to import what they need, in which it would end
    each with a traceback.
    """

    def submit(self, *work: Any, **more: Any) -> Future[Any]:
        """Give work to a process, which may be started for it."""
        with _held():
            return super().submit(*work, **more)


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


def _begin(own: bytes | None) -> None:
    """Prepare a worker: Ctrl-C is for the process that started it, and its end for both."""
    global _own
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _own = own
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(limits=1)


def _leave_with_parent() -> None:
    """End this process when the one that started it has ended, however that was.

    Other workers hold the pipe from which this one takes its work, so that it would wait for ever.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None  # this is a worker
    parent.join()
    os._exit(1)


def encode_texts(texts: Sequence[str]) -> FloatArray:
    """Return the latents of texts, (n, Z + E); called inside a worker."""
    global _encoder
    if _encoder is None:
        model = shipped_model() if _own is None else unpack(_own, origin="model")
        assert model is not None  # the caller has it at hand
        _encoder = load(model)
    return _encoder.encode(texts)
