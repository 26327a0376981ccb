"""What ncs may use of the machine that it runs on."""

import os
from collections.abc import Iterator

# Where Linux tells what a container may use: the control groups of this process, and their limits.
_OWN_GROUPS = "/proc/self/cgroup"
_GROUPS = "/sys/fs/cgroup"
_LIMITS = ("quota", "period")  # of version 1; `cpu.max` of version 2 has both
_MOST = 10_000  # characters of a file that are read


def processors() -> int:
    """Return how many processors this process may use, one at least.

    `taskset` and batch systems allow fewer than there are, containers a share of their time.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    count = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min([count, *_quotas()])


def _quotas() -> Iterator[int]:
    """Yield how many processors' time each group that this process is in may use, rounded up."""
    for line in _said(_OWN_GROUPS).splitlines():
        _, _, rest = line.partition(":")
        kinds, _, path = rest.partition(":")
        if kinds and "cpu" not in kinds.split(","):
            continue
        # In a container the groups may be named as outside of it: there is no such folder, and the
        # one of all is its own.
        folder = f"{_GROUPS}/{kinds}".rstrip("/")
        for name in ("", *filter(None, path.split("/"))):
            folder = f"{folder}/{name}" if name else folder
            if kinds:
                quota, period = (_said(f"{folder}/cpu.cfs_{each}_us") for each in _LIMITS)
            else:
                quota, _, period = _said(f"{folder}/cpu.max").partition(" ")
            yield from _rounded_up(quota, period)


def _rounded_up(quota: str, period: str) -> Iterator[int]:
    """Yield how many processors a quota allows; nothing for "max", -1 and what is no number."""
    try:
        allowed = -(-int(quota) // int(period))
    except (ValueError, ZeroDivisionError):
        return
    if allowed > 0:
        yield allowed


def _said(place: str) -> str:
    try:
        with open(place, encoding="ascii", errors="replace") as file:
            return file.read(_MOST)
    except OSError:
        return ""


def threads() -> int:
    """Return how many threads one computation may take: no more than `OMP_NUM_THREADS` says."""
    said = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]  # the others are of nested ones
    try:
        most = int(said)
    except ValueError:
        most = 0
    return min(processors(), most) if most > 0 else processors()
