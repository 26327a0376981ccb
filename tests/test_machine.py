"""How much of the machine ncs may use."""

import os
from pathlib import Path

import pytest

from ncs import machine
from ncs.machine import processors, threads


@pytest.fixture(autouse=True)
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Control groups of nobody: the tests may run in a container themselves."""
    monkeypatch.setattr(machine, "_OWN_GROUPS", str(tmp_path / "own"))
    monkeypatch.setattr(machine, "_GROUPS", str(tmp_path / "groups"))
    return tmp_path


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


# what the system says of the groups of this process → their limits, and the processors left of 8
QUOTAS = {
    "version 2": ("0::/\n", {"cpu.max": "200000 100000\n"}, 2),
    "version 2, rounded up": ("0::/\n", {"cpu.max": "150000 100000\n"}, 2),
    "version 2, less than one": ("0::/\n", {"cpu.max": "5000 100000\n"}, 1),
    "version 2, none": ("0::/a\n", {"a/cpu.max": "max 100000\n"}, 8),
    "version 2, more than there are": ("0::/\n", {"cpu.max": "1600000 100000\n"}, 8),
    "version 2, of a group above": (
        "0::/a/b/c\n", {"a/cpu.max": "300000 100000", "a/b/c/cpu.max": "max 100000"}, 3,
    ),
    "version 2, named as outside": ("0::/docker/a\n", {"cpu.max": "400000 100000\n"}, 4),
    "version 1": (
        "9:cpuset:/x\n4:cpu,cpuacct:/a\n0::/\n",
        {
            "cpu,cpuacct/a/cpu.cfs_quota_us": "250000\n",
            "cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
        },
        3,
    ),
    "version 1, none": (
        "1:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8,
    ),
    "nonsense": ("\n::\n:\n0::/\n1:cpu:/\n", {"cpu.max": "a b\n", "cpu/cpu.cfs_quota_us": "7"}, 8),
    "no period": ("0::/\n", {"cpu.max": "100000 0\n"}, 8),
}  # fmt: skip


@pytest.mark.parametrize("name", QUOTAS)
def test_the_quota_of_a_container_counts(
    groups: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """With two processors of 64 allowed, 64 threads of torch and four processes shared them."""
    own, limits, expected = QUOTAS[name]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    (groups / "own").write_text(own)
    for place, text in limits.items():
        (groups / "groups" / place).parent.mkdir(parents=True, exist_ok=True)
        (groups / "groups" / place).write_text(text)
    assert processors() == expected
