"""`ncs index`: encode a codebase with the base model; no training."""

from pathlib import Path

import click

from ncs.api.building import build
from ncs.cli.options import codebase_option, output_option
from ncs.display import built
from ncs.display.progress import progress


@click.command()
@codebase_option
@output_option
def index(codebase: Path, output: Path | None) -> None:
    """Index a codebase with the base model: seconds, no training.

    Example: ncs index --codebase .
    """
    with progress() as on_progress:
        report = build(codebase, output, on_progress=on_progress)
    built(report)
