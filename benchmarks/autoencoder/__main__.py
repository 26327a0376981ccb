"""Rebuild and measure the autoencoder of seed 004.

python -m benchmarks.autoencoder --pairs DIR --config quick|full --work DIR [--save]

Trials that were taught before with the same configuration are taken from the work folder.
`--save` writes figures, a CSV, the report and a map of the latents to benchmarks/results.
"""

import argparse
from pathlib import Path

import torch

from benchmarks.autoencoder.config import read
from benchmarks.autoencoder.report import save
from benchmarks.autoencoder.run import measure
from ncs.machine import threads


def main() -> None:
    """Run all studies and write the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, required=True, help="folder of *.jsonl.gz pairs")
    parser.add_argument("--config", choices=["quick", "full"], default="quick")
    parser.add_argument("--work", type=Path, required=True, help="weights and figures go here")
    parser.add_argument("--save", action="store_true", help="write to benchmarks/results")
    arguments = parser.parse_args()
    torch.set_num_threads(threads())
    torch.set_flush_denormal(True)
    work = arguments.work / arguments.config
    found = measure(arguments.pairs, read(arguments.config), work)
    print(save(found, work, arguments.config, keep=arguments.save))


if __name__ == "__main__":
    main()
