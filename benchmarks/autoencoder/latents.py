"""What stands in the bottleneck: active dimensions, variance, correlations, a map."""

from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

_ACTIVE = 0.01  # a dimension is active with this share of the mean variance or more


def described(passed: Tensor, lengths: Tensor) -> dict[str, Any]:
    """Return a report on latents, (N, Z); lengths, (N,), of the sentences they belong to."""
    variance = passed.var(dim=0)
    centred = passed - passed.mean(dim=0)
    values = torch.linalg.svdvals(centred).square()
    shares = values / values.sum()
    correlations = torch.corrcoef(passed.T).fill_diagonal_(0).abs()
    size = passed.shape[1]
    places = map_of(passed)
    with_length = torch.corrcoef(torch.stack([places[:, 0], lengths.float()]))[0, 1]
    return {
        "active": int((variance > _ACTIVE * variance.mean()).sum()),
        "dimensions": size,
        "variance": [round(float(each), 4) for each in variance],
        "component_shares": [round(float(each), 4) for each in shares],
        # as many equal components as there seem to be
        "effective_dimensions": float(1 / shares.square().sum()),
        "correlation_mean": float(correlations.sum() / (size * (size - 1))),
        "correlation_largest": float(correlations.max()),
        "first_component_with_length": float(with_length.abs()),
        "mean": float(passed.mean()),
        "deviation": float(passed.std()),
    }


def map_of(passed: Tensor) -> Tensor:
    """Return latents in their two directions of most variance, (N, 2)."""
    centred = passed - passed.mean(dim=0)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    return centred @ directions[:2].T


def draw(path: Path, passed: Tensor, lengths: Tensor) -> None:
    """Draw the map, coloured by the number of words."""
    places = map_of(passed)
    figure = Figure(figsize=(6, 4.6), dpi=80, layout="constrained")
    axes = figure.subplots()
    points = axes.scatter(places[:, 0], places[:, 1], c=lengths, s=8, cmap="viridis")
    axes.set(xlabel="first component", ylabel="second component", title="Latents of sentences")
    figure.colorbar(points, label="words")
    figure.savefig(path)
