"""What ncs may use of the machine that it runs on."""

import os


def processors() -> int:
    """Return how many processors this process may use: `taskset` and batch systems allow fewer."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1
