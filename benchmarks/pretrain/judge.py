"""Judge a model on packages never trained on: docstring → function, MRR by language.

    python -m benchmarks.pretrain.judge --pairs FOLDER [FOLDER ...] [--model FILE]
        [--json FILE | --save NAME]

The questions are those of the first folder's validation packages. Packages whose sentences stand
in a training pair of any of the folders are candidates, and not asked about.
"""

import argparse
import sys
from pathlib import Path

import torch

from benchmarks.pretrain.packed import read_pairs
from benchmarks.pretrain.train import TOLD, model_of, numbers, validate
from benchmarks.retrieval import record
from ncs.weights import BASE_PATH
from ncs.wording import first_sentence


def main() -> None:
    """Print MRR with 16 numbers, with 64, and of BM25, by language."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--model", type=Path, default=BASE_PATH, help="state or weights")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--save")
    options = parser.parse_args()
    model = model_of(numbers(options.model))
    learned = {
        first_sentence(pair.query)
        for folder in options.pairs
        for pair in read_pairs(folder, "train")
        if pair.kind == TOLD
    }
    figures = validate(model, options.pairs[:1], torch.device("cpu"), learned)
    for language, values in figures.items():
        print(f"{language:11}", *(f"{name} {value}" for name, value in values.items()))
    if options.json or options.save:
        print(record.write(options.save or "judge", figures, options.json), file=sys.stderr)


if __name__ == "__main__":
    main()
