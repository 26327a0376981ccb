"""Neural code search: learn a codebase, index it, ask it questions in words.

    import ncs
    index = ncs.open(".")
    for hit in index.search("where are retries handled?", top_k=3):
        print(hit.path, hit.start_line, hit.explanation)

The public names load on first use: `import ncs` alone imports nothing heavy.
"""

from importlib import import_module
from typing import Any

__version__ = "0.11.0"

# public name → where it lives
_HOMES = {
    "Hit": "ncs.types:Hit",
    "NcsError": "ncs.errors:NcsError",
    "build": "ncs.api.building:build",
    "open": "ncs.api.opening:open_codebase",
    "train": "ncs.api.training:train",
}
__all__ = ["Hit", "NcsError", "__version__", "build", "open", "train"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ncs' has no attribute {name!r}")
    module, _, home = _HOMES[name].partition(":")
    return getattr(import_module(module), home)
