"""`ncs evaluate`: figures of quality on the user's own code."""

from pathlib import Path

import click

from ncs import display
from ncs.api.evaluating import evaluate as evaluate_index
from ncs.cli.options import index_option, json_option
from ncs.display.progress import progress


@click.command()
@click.option("--queries", type=click.Path(path_type=Path), metavar="FILE",
              help="JSON Lines: query and relevant paths.  [default: docstrings]")  # fmt: skip
@index_option
@json_option
def evaluate(queries: Path | None, where: Path, as_json: bool) -> None:
    """Measure how well an index answers: MRR, NDCG and recall at 10 in every mode.

    Example: ncs evaluate --queries questions.jsonl
    """
    with progress() as on_progress:
        found = evaluate_index(where, queries, on_progress=on_progress)
    display.evaluation(found, as_json=as_json)
