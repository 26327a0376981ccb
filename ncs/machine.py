"""What ncs may use of the machine that it runs on."""

import os


def processors() -> int:
    """Return how many processors this process may use: `taskset` and batch systems allow fewer."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def threads() -> int:
    """Return how many threads one computation may take: no more than `OMP_NUM_THREADS` says."""
    said = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]  # the others are of nested ones
    try:
        most = int(said)
    except ValueError:
        most = 0
    return min(processors(), most) if most > 0 else processors()
