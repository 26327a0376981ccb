"""Neural code search: learn a codebase, index it, ask it questions in words.

    import ncs
    index = ncs.open(".")
    for hit in index.search("where are retries handled?", top_k=3):
        print(hit.path, hit.start_line, hit.explanation)

The public names load on first use: `import ncs` alone imports nothing heavy.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "open": "ncs.api", "build": "ncs.api", "train": "ncs.api",
    "Hit": "ncs.types", "NcsError": "ncs.errors",
}  # fmt: skip
__all__ = ["Hit", "NcsError", "__version__", "build", "open", "train"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'ncs' has no attribute {name!r}")
