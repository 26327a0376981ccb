"""What is raised while a parser reads is raised."""

from collections.abc import Callable
from typing import Any

import pytest

from ncs.corpus import parsing


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_what_is_raised_while_a_parser_reads_is_raised(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """The parser dropped it, and took the file to end there: Ctrl-C was lost, and half a file."""
    code = b"def f():\n    return 1\n" * 1_000
    whole = parsing.parse(code, "python")
    assert whole is not None
    assert whole.root_node.end_byte == len(code)
    times = iter([0.0, 0.0, 0.0])

    def passing() -> float:
        try:
            return next(times)
        except StopIteration:
            raise error from None

    monkeypatch.setattr(parsing.time, "thread_time", passing)
    with pytest.raises(error):
        parsing.parse(code, "python")
    monkeypatch.undo()
    again = parsing.parse(code, "python")
    assert again is not None
    assert again.root_node.end_byte == len(code)


class Deaf:
    """A parser that drops what is raised on the way into what it calls, as the true one does."""

    def __init__(self, told: BaseException | None) -> None:
        self.told = told

    def parse(self, read: Callable[[int, object], memoryview]) -> None:
        assert read(0, None)
        if self.told is not None:
            raise SystemError("a result with an exception set") from self.told


@pytest.mark.parametrize("told", [None, KeyboardInterrupt(), SystemExit(143), MemoryError()])
def test_what_is_raised_on_the_way_into_reading_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, told: BaseException | None
) -> None:
    """Raised before the first line of `read`, it left nothing but a file that ended too soon.

    Where the parser tells of it, it is what was raised: a signal may be another than Ctrl-C.
    """
    deaf: Any = Deaf(told)
    monkeypatch.setattr(parsing, "compiled", lambda _: (deaf, None))
    with pytest.raises(KeyboardInterrupt if told is None else type(told)):
        parsing.parse(b"def f():\n    return 1\n", "python")
