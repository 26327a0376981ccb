"""The command as it is typed, in a process of its own."""

import subprocess
import sys
from pathlib import Path


def ncs(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "ncs", *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def loaded_by(arguments: list[str], cwd: Path) -> set[str]:
    """Return the modules a command has loaded when it ends, in a fresh interpreter."""
    code = (
        "import os, sys\nfrom ncs.cli import main\n"
        "os._exit = sys.exit\n"  # a command ends at once, and here more is asked of it
        f"sys.argv = ['ncs', *{arguments!r}]\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "sys.stderr.write('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=cwd
    )
    return set(done.stderr.split())
