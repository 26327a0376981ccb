"""The command line: thin commands, each loaded only when it is called.

A command turns options into a configuration, makes one call into `ncs.api`, hands the
result to `ncs.display` and returns the exit code. Errors become text in `ncs.cli.group` and
nowhere else.
"""

import gc
import os
import sys
from importlib import import_module

# One thread measured ten times faster than two for the small matrices of a query on a busy
# machine. OpenBLAS reads this when NumPy is first imported, so it is set before that.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
unasked: list[str] = []  # those of them that nobody but `main` has set


def main() -> None:
    """Run the command line and end the process with its exit code; see `ncs.cli.group.run`."""
    unasked[:] = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(unasked, "1"))
    # Nothing that is made while modules load is garbage, and looking for some took a cold query
    # 9 of its 170 ms. The collector is back once the command is loaded.
    gc.disable()
    try:
        import_module("ncs.cli.group").run()
    except KeyboardInterrupt:  # while modules load: later on click takes it
        if sys.stderr is not None:
            sys.stderr.write("\nInterrupted.\n")
        sys.exit(import_module("ncs.errors").EXIT_INTERRUPTED)
