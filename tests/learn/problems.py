"""Stochastic differential equations whose solutions are known."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class OrnsteinUhlenbeck:
    """dz = θ (μ − z) dt + σ dW."""

    theta: float = 1.0
    mu: float = 0.5
    sigma: float = 0.7

    def drift(self, state: Tensor, time: float) -> Tensor:
        return self.theta * (self.mu - state)

    def diffusion(self, state: Tensor, time: float) -> Tensor:
        return torch.full_like(state, self.sigma)

    def mean(self, start: float, time: float) -> float:
        return self.mu + (start - self.mu) * math.exp(-self.theta * time)

    def variance(self, time: float) -> float:
        return self.sigma**2 / (2 * self.theta) * (1 - math.exp(-2 * self.theta * time))


@dataclass(frozen=True)
class GeometricBrownianMotion:
    """dz = a z dt + b z dW, solved by z0 exp((a − b²/2) t + b W)."""

    growth: float = 0.3
    volatility: float = 0.8

    def drift(self, state: Tensor, time: float) -> Tensor:
        return self.growth * state

    def diffusion(self, state: Tensor, time: float) -> Tensor:
        return self.volatility * state

    def solution(self, start: Tensor, time: float, brownian: Tensor) -> Tensor:
        rate = self.growth - 0.5 * self.volatility**2
        return start * torch.exp(rate * time + self.volatility * brownian)
