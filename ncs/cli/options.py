"""Options that several commands share, and the types that read them."""

import re
from pathlib import Path
from typing import Any

import click

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = r"(\d+(?:\.\d+)?)([smh]?)"


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """Seconds from `90`, `90s`, `10m` or `1.5h`."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the seconds."""
        if isinstance(value, float):
            return value
        matched = re.fullmatch(_DURATION, str(value).strip().lower())
        if matched is None or float(matched[1]) <= 0:
            self.fail(f"{value!r} is no length of time: write 90s, 10m or 1h", param, ctx)
        return float(matched[1]) * _UNITS[matched[2]]


codebase_option = click.option(
    "--codebase",
    type=click.Path(path_type=Path),
    help="Folder of the code to read.  [default: that of the index found from the current folder "
    "up, else the current folder]",
)
output_option = click.option(
    "--output",
    type=click.Path(path_type=Path),
    envvar="NCS_INDEX",
    show_envvar=True,
    help="File to write the index to.  [default: CODEBASE/.ncs/index.db]",
)
index_option = click.option(
    "--index",
    "where",
    type=click.Path(path_type=Path),
    envvar="NCS_INDEX",
    show_envvar=True,
    default=Path(),
    help="Index file, or a folder that has one.  [default: found from the current folder up]",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON, one object a line."
)
