"""What is open until it is closed, by hand or at the end of a `with` block."""

from abc import ABC, abstractmethod
from typing import TypeVar

_Own = TypeVar("_Own", bound="Closing")


class Closing(ABC):
    """A context manager that calls its `close`."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is held open; a second time does nothing."""

    def __enter__(self: _Own) -> _Own:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
