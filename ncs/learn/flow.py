"""The prior of z0: a standard normal base, bent by affine coupling layers.

forward   z = layer_n(… layer_1(u))          u ~ N(0, I), base → latent
density   log p(z) = log N(u; 0, I) + log |det ∂u/∂z|,  u = inverse(z)
"""

import math

import torch
from torch import Tensor, nn

from ncs.learn.encoder import zero_linear

_LARGEST_LOG_SCALE = 2.0


class CouplingLayer(nn.Module):
    """An affine coupling layer; the identity until it is taught.

        y = m·x + (1 − m)·(x · exp(s) + t),   (s, t) = conditioner(m·x)

    The mask m is 1 where a dimension passes through. The log-scale s is held in (−2, 2) by
    tanh, so that neither direction can overflow.

    Source: Dinh et al. 2017, Density Estimation using Real NVP, arXiv:1605.08803, section 3.
    """

    mask: Tensor

    def __init__(self, mask: Tensor, hidden: int) -> None:
        super().__init__()
        self.register_buffer("mask", mask, persistent=False)
        self.inner = nn.Linear(len(mask), hidden)
        self.outer = zero_linear(hidden, 2 * len(mask))

    def _condition(self, passed: Tensor) -> tuple[Tensor, Tensor]:
        """Return log-scale and shift, (B, Z) each, zero where the mask lets through."""
        raw, shift = self.outer(torch.tanh(self.inner(passed))).chunk(2, dim=1)
        log_scale = _LARGEST_LOG_SCALE * torch.tanh(raw / _LARGEST_LOG_SCALE)
        return log_scale * (1 - self.mask), shift * (1 - self.mask)

    def forward(self, base: Tensor) -> tuple[Tensor, Tensor]:
        """Return y, (B, Z), and log |det ∂y/∂x|, (B,)."""
        log_scale, shift = self._condition(base * self.mask)
        return base * torch.exp(log_scale) + shift, log_scale.sum(dim=1)

    def inverse(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Return x, (B, Z), and log |det ∂x/∂y|, (B,)."""
        log_scale, shift = self._condition(latent * self.mask)
        return (latent - shift) * torch.exp(-log_scale), -log_scale.sum(dim=1)


class Flow(nn.Module):
    """Coupling layers with alternating masks, and the density they give."""

    def __init__(self, latent: int, layers: int, hidden: int) -> None:
        super().__init__()
        even = (torch.arange(latent) % 2 == 0).float()
        self.layers = nn.ModuleList(
            CouplingLayer(even if at % 2 == 0 else 1 - even, hidden) for at in range(layers)
        )

    def forward(self, base: Tensor) -> tuple[Tensor, Tensor]:
        """Return the latent, (B, Z), and log |det ∂latent/∂base|, (B,)."""
        log_det = base.new_zeros(len(base))
        for layer in self.layers:
            base, step = layer(base)
            log_det = log_det + step
        return base, log_det

    def inverse(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Return the base, (B, Z), and log |det ∂base/∂latent|, (B,)."""
        log_det = latent.new_zeros(len(latent))
        for layer in reversed(self.layers):
            assert isinstance(layer, CouplingLayer)
            latent, step = layer.inverse(latent)
            log_det = log_det + step
        return latent, log_det

    def log_prob(self, latent: Tensor) -> Tensor:
        """Return log p(z0) of each latent, (B,), in nats."""
        base, log_det = self.inverse(latent)
        return standard_normal_log_prob(base) + log_det


def standard_normal_log_prob(values: Tensor) -> Tensor:
    """Return log N(values; 0, I), summed over the last dimension: (B, Z) → (B,)."""
    return -0.5 * (values.square() + math.log(2 * math.pi)).sum(dim=-1)
