"""Gradient health: does every layer still learn, and does none run away?"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from ncs.errors import TrainingError

VANISHING = 1e-7  # a layer's gradient norm below this moves nothing (seed 004's thresholds)
EXPLODING = 100.0


@dataclass(frozen=True, slots=True)
class LayerHealth:
    """Gradient norms of one layer over an epoch, before clipping."""

    layer: str
    mean: float
    largest: float
    verdict: str  # healthy, vanishing or exploding


class GradientMonitor:
    """Collects the gradient norm of each layer, step by step."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._largest: dict[str, Tensor] = {}
        self._steps = 0

    def watch(self, parameters: Iterable[tuple[str, torch.nn.Parameter]]) -> None:
        """Take note of the gradients as they stand after a backward pass."""
        squares: dict[str, list[Tensor]] = {}
        for name, parameter in parameters:
            if parameter.grad is not None:
                layer = name.rpartition(".")[0] or name
                squares.setdefault(layer, []).append(parameter.grad.detach().square().sum())
        for layer, parts in squares.items():
            norm = torch.stack(parts).sum().sqrt()
            self._sums[layer] = self._sums.get(layer, torch.zeros_like(norm)) + norm
            self._largest[layer] = torch.maximum(self._largest.get(layer, norm), norm)
        self._steps += 1

    def report(self) -> tuple[LayerHealth, ...]:
        """Return the health of each layer since the last report, and start afresh."""
        found = tuple(
            _health(layer, float(total) / max(self._steps, 1), float(self._largest[layer]))
            for layer, total in self._sums.items()
        )
        self._sums, self._largest, self._steps = {}, {}, 0
        return found


def _health(layer: str, mean: float, largest: float) -> LayerHealth:
    if largest > EXPLODING or not math.isfinite(largest):
        return LayerHealth(layer, mean, largest, "exploding")
    return LayerHealth(layer, mean, largest, "vanishing" if mean < VANISHING else "healthy")


def demand_finite(terms: dict[str, Tensor], step: int) -> None:
    """Stop training at the first loss term that is not finite.

    Raises:
        TrainingError: names the step and the term.
    """
    for name, value in terms.items():
        if not bool(torch.isfinite(value)):
            raise TrainingError(
                f"the {name} loss is {float(value.detach())} at step {step}: training stopped "
                "before it could spoil the model",
                hint="try another --seed, a larger --batch-size, or a smaller --preset",
            )
