"""A refresh of an index in a process of its own, after the answer."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import ncs
from ncs.index.lock import unlinked
from ncs.index.schema import DEFAULT_PLACE

_BEGUN = DEFAULT_PLACE.with_suffix(".refresh")  # its time stamp says when one was started last
_AGAIN_SECONDS = 60.0


def recent(root: Path) -> bool:
    """Return whether a refresh was started so lately that another would hardly find more."""
    try:
        return abs(time.time() - (root / _BEGUN).stat().st_mtime) < _AGAIN_SECONDS
    except OSError:
        return False


def start(root: Path) -> None:
    """Start `ncs index` as a process of its own that outlives this one.

    Where the system gives none, the answer stands all the same, and the next query asks again.
    """
    folder = root.resolve()
    # The place is named, since the environment may name another.
    command = [
        sys.executable, "-m", "ncs", "index", "--codebase", str(folder),
        "--output", str(folder), "--no-wait",
    ]  # fmt: skip
    # Python looks for modules in the working folder first, and that of the user may hold any.
    home = Path(ncs.__file__).parents[1]
    with suppress(OSError):
        process = subprocess.Popen(
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        process.returncode = 0  # nobody waits for it: it must not be warned about
        open(folder / _BEGUN, "w", opener=unlinked).close()
