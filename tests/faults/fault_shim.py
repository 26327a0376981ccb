"""Compile the shim, and speak with it from inside a process that has it loaded."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

KINDS = ("kill", "kill-after", "enospc", "eio", "short", "full", "dead")
DEADLY = frozenset({"kill", "kill-after"})
WRITES = frozenset({"write", "pwrite", "writev", "pwritev", "sendfile", "copy_file_range"})
_SOURCE = Path(__file__).with_name("shim.c")


def lacking() -> str:
    """Return why the shim cannot be used here, "" where it can."""
    if not sys.platform.startswith("linux") or sys.maxsize < 2**32:
        return "the shim of system calls is for 64-bit Linux"
    return "" if shutil.which("cc") else "no C compiler (cc) for the shim of system calls"


def compiled(folder: Path) -> Path:
    """Compile the shim into a folder and return the library."""
    library = folder / "shim.so"
    if not library.exists():
        command = ["cc", "-O1", "-Wall", "-shared", "-fPIC", "-o", str(library), str(_SOURCE)]
        subprocess.run(command, check=True)
    return library


def load(folder: Path) -> None:
    """Start this program once more with the shim loaded, which is compiled into a folder."""
    if hasattr(ctypes.CDLL(None), "fault_arm"):
        return
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {**os.environ, **threads, "LD_PRELOAD": str(compiled(folder))}
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def applies(kind: str, call: str) -> bool:
    """Return whether a fault can happen at a call: only a write can be half done."""
    return kind != "short" or call in WRITES


class Shim:
    """The shim that this process was started with."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None)
        self._arm, self._count = library.fault_arm, library.fault_count
        self._arm.argtypes = [ctypes.c_char_p, ctypes.c_long, *[ctypes.c_char_p] * 3]
        self._arm.restype = None
        self._count.restype = ctypes.c_long

    def arm(
        self, root: Path, kind: str = "none", at: int = 0, log: Path | None = None,
        record: Path | None = None,
    ) -> None:  # fmt: skip
        """Count the calls below a folder from 1, and let the fault happen at one of them."""
        self._arm(os.fsencode(root), at, kind.encode(), os.fsencode(log or ""),
                  os.fsencode(record or ""))  # fmt: skip

    def count(self) -> int:
        """Return how many calls there were, in the last process that armed."""
        return int(self._count())
