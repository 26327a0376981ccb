"""A picture of where a decoder looked: tokens down, places of the code across."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ncs.display.plain import printable
from ncs.errors import QueryError

_COLUMNS = 48  # places shown: those that were looked at most, in the order of the code
_FORMATS = (".png", ".svg", ".pdf")


def draw(explanation: Any, path: Path) -> None:
    """Write the attention of an `ncs.api.describing.Explanation` as a heat map.

    Raises:
        QueryError: matplotlib is missing, the file's name says no format, it cannot be written,
            or nothing was said.
    """
    if path.suffix.lower() not in _FORMATS:
        raise QueryError(f"{path}: expected a name that ends with {', '.join(_FORMATS)}")
    try:
        figures = import_module("matplotlib.figure")
    except ImportError:
        raise QueryError(
            "--attention draws with matplotlib, which is not installed",
            hint="pip install matplotlib",
        ) from None
    if not explanation.tokens:
        raise QueryError("nothing was said, so that there is nothing to draw")
    looked = explanation.attention[:, : len(explanation.places)]
    columns = np.sort(np.argsort(-looked.max(axis=0), kind="stable")[:_COLUMNS])
    shown = looked[:, columns]
    figure = figures.Figure(
        figsize=(2 + 0.28 * len(columns), 1.8 + 0.28 * len(shown)), layout="constrained"
    )
    axes = figure.add_subplot()
    image = axes.imshow(shown, aspect="auto", cmap="viridis", vmin=0.0)
    places = [_label(explanation.places[at]) for at in columns]
    axes.set_xticks(range(len(columns)), places, rotation=90, fontsize=8)
    axes.set_yticks(range(len(shown)), map(_label, explanation.tokens), fontsize=8)
    axes.set_title(f"{_label(explanation.path)}:{explanation.start_line}", fontsize=9)
    figure.colorbar(image, label="attention")
    try:
        figure.savefig(path)
    except OSError as error:
        raise QueryError(f"{path}: cannot be written ({error.strerror})") from error


def _label(text: str) -> str:
    return printable(text).replace("$", r"\$")  # a pair of them would be read as a formula
