"""How the time of a piece of work grows with its size: a ratio, whatever the machine does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_SQUARE = (
    10.0  # what grows with the length takes 4 times as long for 4 times as much: a square, 16
)
_TRIES = 4  # others may run between two measurements


def grows_like_the_square(work: Callable[[T], object], small: T, large: T) -> bool:
    """Return whether `work` takes far more than 4 times as long for `large`, 4 times as big.

    Processor time is measured, again where the answer would be yes.
    """
    work(small)  # what is compiled and loaded once
    return all(_seconds(work, large) > _SQUARE * _seconds(work, small) for _ in range(_TRIES))


def _seconds(work: Callable[[T], object], given: T) -> float:
    began = time.process_time()
    work(given)
    return time.process_time() - began
