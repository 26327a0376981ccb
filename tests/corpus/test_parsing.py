"""What is raised while a parser reads is raised."""

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
