"""A refresh of an index in a process of its own, after the answer."""

import subprocess
import sys
from pathlib import Path

import ncs


def start(root: Path) -> None:
    """Start `ncs index` as a process of its own that outlives this one."""
    folder = root.resolve()
    # The place is named, since the environment may name another.
    command = [
        sys.executable, "-m", "ncs", "index", "--codebase", str(folder),
        "--output", str(folder), "--no-wait",
    ]  # fmt: skip
    # Python looks for modules in the working folder first, and that of the user may hold any.
    home = Path(ncs.__file__).parents[1]
    process = subprocess.Popen(
        command, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    process.returncode = 0  # nobody waits for it: it must not be warned about
