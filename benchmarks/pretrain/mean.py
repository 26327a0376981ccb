"""Average models that were taught on from one and the same model: a soup of them.

    python -m benchmarks.pretrain.mean STATE [STATE ...] --into FOLDER/base.safetensors

Each counts the same; one that is named twice counts twice. What was taught on other packages, in
another order, ends elsewhere in the same valley: between the ends held-out packages are answered
better than at any of them.

Source: Wortsman et al. 2022, Model soups, arXiv:2203.05482: the uniform soup.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import Tensor

from benchmarks.pretrain.train import model_of, numbers, towards, widened
from ncs.learn.export import to_weights
from ncs.weights import TABLE


def mean(models: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of the parameters of some models; what is no number is the last one's.

    Tables of fewer rows are widened to the largest.

    Raises:
        ValueError: they are not of one shape.
    """
    buckets = max(len(model[TABLE]) for model in models)
    models = [widened(model, buckets) for model in models]
    found = dict(models[0])
    for count, model in enumerate(models[1:], 2):
        if {name: of.shape for name, of in model.items()} != {
            n: o.shape for n, o in found.items()
        }:
            raise ValueError(f"model {count} has other parameters than those before it")
        found = towards(found, model, 1 / count)
    return found


def main() -> None:
    """Write the mean of some models as weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("states", type=Path, nargs="+", help="of training, or weights")
    parser.add_argument("--into", type=Path, required=True)
    options = parser.parse_args()
    found = mean([numbers(state) for state in options.states])
    options.into.parent.mkdir(parents=True, exist_ok=True)
    options.into.write_bytes(to_weights(model_of(found), small=True))


if __name__ == "__main__":
    main()
