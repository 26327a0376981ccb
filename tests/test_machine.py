"""How much of the machine ncs may use."""

import os

import pytest

from ncs.machine import processors, threads


def test_only_processors_that_are_allowed_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5, 7}, raising=False)
    assert processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processors() == 8
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors() == 1


@pytest.mark.parametrize(
    ("said", "taken"),
    [("1", 1), ("2", 2), (" 2 ", 2), ("64", 3), ("2,1", 2), (None, 3), ("", 3), ("0", 3),
     ("-1", 3), ("many", 3), ("9" * 9999, 3)],
)  # fmt: skip
def test_threads_are_no_more_than_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, said: str | None, taken: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5, 7}, raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if said is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert threads() == taken
