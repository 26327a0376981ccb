"""What the commands that answer from an index share: it is refreshed before or after they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import click

from ncs.api.refreshing import Opened, Refresh, open_refreshed
from ncs.display import aside
from ncs.errors import NcsError
from ncs.types import ignore_progress

refresh_option = click.option(
    "--refresh/--no-refresh",
    default=None,
    envvar="NCS_REFRESH",
    show_envvar=True,
    help="Bring a stale index up to date before the answer, or not at all.  "
    "[default: before it where that is quick, else after it]",
)


@contextmanager
def answering(where: Path, refresh: bool | None) -> Iterator[Opened]:
    """Open an index for an answer; when it is out, or cannot be given, start what is left to do.

    The block shows the note beside its answer. Where there is none, it is shown here: that the
    index is old may be why.
    """
    opened = _opened(where, "auto" if refresh is None else "always" if refresh else "never")
    try:
        yield opened
    except NcsError:
        aside(opened.note)
        raise
    finally:
        opened.codebase.close()
        opened.afterwards()


def _opened(where: Path, how: Refresh) -> Opened:
    if how != "always":
        return open_refreshed(where, how, ignore_progress)
    # Only a refresh that may take long shows how far it has come, and imports rich for it.
    with import_module("ncs.display.progress").progress() as on_progress:
        return open_refreshed(where, how, on_progress)
