"""`ncs evaluate`: figures of quality on the user's own code."""

from pathlib import Path

import click

from ncs import display
from ncs.api.evaluating import compare_explanations
from ncs.api.evaluating import evaluate as evaluate_index
from ncs.cli.asking import answering
from ncs.cli.options import index_option, json_option
from ncs.display.progress import progress


@click.command()
@click.option("--queries", type=click.Path(path_type=Path), metavar="FILE",
              help='Questions as JSON, one a line: {"query": TEXT, "relevant": [PATH, ...]}.  '
              "[default: the codebase's docstrings]")  # fmt: skip
@click.option("--explanations", is_flag=True,
              help="Compare the decoder's sentences with the authors' instead.")  # fmt: skip
@index_option
@json_option
def evaluate(queries: Path | None, explanations: bool, where: Path, as_json: bool) -> None:
    """Measure how well an index answers: MRR, NDCG and recall at 10, by mode.

    Example: ncs evaluate --queries questions.jsonl
    """
    if explanations and queries is not None:
        raise click.UsageError("--explanations asks no questions: leave out --queries")
    # Figures are of the index as it is: a refresh between two measurements would be in both.
    with answering(where, refresh=False) as opened:
        with progress() as on_progress:
            if explanations:
                compared = compare_explanations(opened.codebase, on_progress=on_progress)
            else:
                found = evaluate_index(opened.codebase, queries, on_progress=on_progress)
        if explanations:
            display.comparison(compared, as_json=as_json)
        else:
            display.evaluation(found, as_json=as_json)
        display.aside(opened.note)
