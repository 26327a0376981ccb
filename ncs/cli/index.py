"""`ncs index`: encode a codebase with the base model; no training."""

from pathlib import Path

import click

from ncs.api.building import build
from ncs.cli.options import codebase_option, output_option
from ncs.cli.paths import codebase_to_read
from ncs.display import built
from ncs.display.progress import progress


@click.command()
@codebase_option
@output_option
@click.option(
    "--fresh",
    is_flag=True,
    help="Forget a former index and its training: the base model, everything anew.",
)
@click.option("--no-wait", is_flag=True,
              help="Leave at once when another ncs is writing this index.")  # fmt: skip
def index(codebase: Path | None, output: Path | None, fresh: bool, no_wait: bool) -> None:
    """Index a codebase, or bring its index up to date: seconds, no training.

    What did not change is neither read nor encoded again. An index that ncs train wrote keeps
    its model.

    Example: ncs index --codebase .
    """
    root = codebase_to_read(codebase, output)
    with progress() as on_progress:
        report = build(
            root, output, fresh=fresh, wait=not no_wait, jobs=0, on_progress=on_progress
        )
    built(report)
