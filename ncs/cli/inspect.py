"""`ncs inspect`: what an index holds, whether it is sound, what its model learned."""

from importlib import import_module
from pathlib import Path

import click

from ncs import display
from ncs.api import inspecting
from ncs.cli.options import index_option, json_option
from ncs.display.progress import progress

EXIT_NOT_SOUND = 1


@click.group()
def inspect() -> None:
    """Look into an index: what it covers and whether it is sound, its model, its latents.

    A latent is what the model makes of a text: some numbers, alike for texts that mean alike.
    """


@inspect.command(short_help="Say what an index covers, and check that it is sound.")
@index_option
@json_option
@click.option("--min-coverage", type=click.FloatRange(0, 1), metavar="SHARE",
              help="Exit with 1 when a smaller share of chunks is explained.")  # fmt: skip
@click.option("--repair", is_flag=True,
              help="First mend what fails a check, from the files of the codebase.")  # fmt: skip
@click.pass_context
def index(
    ctx: click.Context, where: Path, as_json: bool, min_coverage: float | None, repair: bool
) -> None:
    """Say what an index covers, and run every check on what was written.

    Example: ncs inspect index --min-coverage 0.75
    """
    if repair:
        with progress() as on_progress:
            # Only a repair reads code.
            report = import_module("ncs.api.repairing").repair(where, on_progress)
        display.repaired(report)
    audit, checks = inspecting.inspect_index(where, min_coverage)
    display.audit(audit, checks, as_json=as_json)
    ctx.exit(0 if all(check.passed for check in checks) else EXIT_NOT_SOUND)


@inspect.command(short_help="Show the model: its shape, its size, its training.")
@index_option
@json_option
def model(where: Path, as_json: bool) -> None:
    """Show the model of an index: its shape, its size and how it was trained."""
    display.record(inspecting.inspect_model(where), as_json=as_json)


@inspect.command(short_help="Analyse the latents: does each number say something?")
@index_option
@json_option
def latents(where: Path, as_json: bool) -> None:
    """Analyse the latents: does each of their 16 numbers say something of its own?

    Shown are active dimensions, effective rank, variance and correlations.
    """
    display.record(inspecting.inspect_latents(where), as_json=as_json)
