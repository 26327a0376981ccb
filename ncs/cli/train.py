"""`ncs train`: learn a codebase, then index it. The only command that needs torch."""

import os
from pathlib import Path
from typing import get_args

import click

from ncs.api.training import Kept
from ncs.api.training import train as train_codebase
from ncs.cli import unasked
from ncs.cli.options import Duration, codebase_option, output_option
from ncs.cli.paths import codebase_to_read
from ncs.config import DEFAULT_PRESET, PRESETS
from ncs.display import built, trained
from ncs.display.progress import progress
from ncs.learn.config import Device, TrainConfig

_DEFAULT = TrainConfig()


@click.command()
@codebase_option
@output_option
@click.option("--epochs", type=click.IntRange(1), default=_DEFAULT.epochs, show_default=True,
              help="Passes over all pairs at most; ends when nothing improves.")  # fmt: skip
@click.option("--batch-size", type=click.IntRange(2, 65536), default=_DEFAULT.batch_size,
              show_default=True, help="Pairs of a question and its code in a batch.")  # fmt: skip
@click.option("--preset", type=click.Choice(list(PRESETS)), default=DEFAULT_PRESET,
              show_default=True,
              help="Size of the model; another than base starts from nothing.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=_DEFAULT.seed,
              show_default=True, help="Equal seeds give equal models.")  # fmt: skip
@click.option("--device", type=click.Choice(get_args(Device)), default=_DEFAULT.device,
              show_default=True, help="Where to train; auto takes a GPU if it can.")  # fmt: skip
@click.option("--time-limit", type=Duration(), metavar="10m",
              help="Finish within this time, index included.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on where an interrupted training stopped.")
def train(
    codebase: Path | None,
    output: Path | None,
    epochs: int,
    batch_size: int,
    preset: str,
    seed: int,
    device: Device,
    time_limit: float | None,
    resume: bool,
) -> None:
    """Learn a codebase and write its index.

    Example: ncs train --codebase . --time-limit 2m
    """
    config = TrainConfig(
        epochs=epochs, batch_size=batch_size, seed=seed, device=device, time_limit=time_limit
    )
    root = codebase_to_read(codebase, output)
    if "OMP_NUM_THREADS" in unasked:  # one thread is for queries: it binds training when asked for
        os.environ.pop("OMP_NUM_THREADS", None)
    try:
        with progress() as on_progress:
            lesson, report = train_codebase(
                root, output, preset=preset, config=config, resume=resume,
                on_progress=on_progress,
            )  # fmt: skip
    except Kept:
        click.echo("The epochs that were finished are kept: go on with --resume", err=True)
        raise
    trained(lesson)
    built(report)
