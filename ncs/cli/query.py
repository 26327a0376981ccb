"""`ncs query`: words in, places out."""

import sys
from pathlib import Path
from typing import get_args

import click

from ncs.api.opening import open_codebase
from ncs.cli.options import index_option, json_option
from ncs.display import Style, hits
from ncs.errors import EXIT_FOUND, EXIT_NOTHING
from ncs.types import KINDS, Mode


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--top-k", "-k", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="How many places to show.")  # fmt: skip
@click.option("--mode", type=click.Choice(get_args(Mode)), default="hybrid", show_default=True,
              help="Which arms answer.")  # fmt: skip
@click.option("--lang", "languages", multiple=True, metavar="LANGUAGE",
              help="Only this language; may be repeated.")  # fmt: skip
@click.option("--path", "paths", multiple=True, metavar="GLOB",
              help="Only paths that match (a folder, or a glob with * and **).")  # fmt: skip
@click.option("--not-path", "not_paths", multiple=True, metavar="GLOB",
              help="No path that matches.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS),
              help="Only this kind of place.")  # fmt: skip
@click.option(
    "--latent",
    type=click.IntRange(1),
    metavar="16|64",
    help="Compare only the first 16 numbers of a latent.  [default: all]",
)
@click.option("--explain-score", is_flag=True, help="Show what each stage of the search gave.")
@index_option
@json_option
@click.pass_context
def query(
    ctx: click.Context,
    text: tuple[str, ...],
    top_k: int,
    mode: Mode,
    languages: tuple[str, ...],
    paths: tuple[str, ...],
    not_paths: tuple[str, ...],
    kinds: tuple[str, ...],
    latent: int | None,
    explain_score: bool,
    where: Path,
    as_json: bool,
) -> None:
    """Find the places in the code that answer TEXT.

    Example: ncs query "where are failed requests retried" --top-k 3
    """
    with open_codebase(where) as index:
        found = index.search(
            " ".join(text), top_k, mode,
            languages=languages, paths=paths, not_paths=not_paths, kinds=kinds, latent=latent,
        )  # fmt: skip
    style: Style = "json" if as_json else "terminal" if sys.stdout.isatty() else "plain"
    hits(found, style, explain_score=explain_score)
    ctx.exit(EXIT_FOUND if found else EXIT_NOTHING)
