"""Processes that have died."""

from concurrent.futures import Executor, Future
from typing import Any

from ncs.crew import Undone


class Dead(Executor):
    """Processes that die over all that they are given."""

    def submit(self, *_: Any, **__: Any) -> "Future[Any]":
        given: Future[Any] = Future()
        given.set_exception(Undone())
        return given
