"""Neural code search: learn a codebase, index it, ask it questions in words.

    import ncs
    index = ncs.open(".")
    for hit in index.search("where are retries handled?", top_k=3):
        print(hit.path, hit.start_line, hit.explanation)

The public names load on first use: `import ncs` alone imports nothing heavy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers and editors
    from ncs.api.building import Built, build
    from ncs.api.opening import Codebase, open_codebase
    from ncs.api.training import train
    from ncs.errors import NcsError
    from ncs.learn.config import TrainConfig
    from ncs.learn.loop import Taught
    from ncs.types import Hit

    open = open_codebase

__version__ = "0.21.0"

# public name → where it lives
_HOMES = {
    "Built": "ncs.api.building:Built",
    "Codebase": "ncs.api.opening:Codebase",
    "Hit": "ncs.types:Hit",
    "NcsError": "ncs.errors:NcsError",
    "Taught": "ncs.learn.loop:Taught",
    "TrainConfig": "ncs.learn.config:TrainConfig",
    "build": "ncs.api.building:build",
    "open": "ncs.api.opening:open_codebase",
    "train": "ncs.api.training:train",
}
# Without `open`: `from ncs import *` is not to hide the builtin.
__all__ = [
    "Built", "Codebase", "Hit", "NcsError", "Taught", "TrainConfig", "__version__", "build",
    "train",
]  # fmt: skip


if not TYPE_CHECKING:  # with it every name that is mistyped would pass

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'ncs' has no attribute {name!r}")
        module, _, home = _HOMES[name].partition(":")
        found = globals()[name] = getattr(import_module(module), home)
        return found


def __dir__() -> list[str]:
    return ["__version__", *sorted(_HOMES)]
