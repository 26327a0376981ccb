"""The latent's stochastic path: an SDE whose prior and posterior share one diffusion.

    posterior   dz = f_q(z, t, context) dt + g(z, t) dW
    prior       dz = f_p(z, t) dt + g(z, t) dW          t ∈ [0, t1]

t time · z state · f drift · g diffusion (diagonal) · W Brownian motion. Without noise the
posterior's path is an ODE, the mean path: what queries and the index use.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ncs.learn.encoder import zero_linear

Field = Callable[[Tensor, float], Tensor]  # state (B, Z), time → (B, Z)

LEAST_DIFFUSION = 1e-3


class Drift(nn.Module):
    """A drift of the state, the time and what else is known; zero until it is taught."""

    def __init__(self, latent: int, known: int, hidden: int) -> None:
        super().__init__()
        self.inner = nn.Linear(latent + 1 + known, hidden)
        self.outer = zero_linear(hidden, latent)

    def forward(self, state: Tensor, time: float, *known: Tensor) -> Tensor:
        """Return the drift, (B, Z), from state (B, Z) and known (B, C)."""
        clock = state.new_full((len(state), 1), time)
        out: Tensor = self.outer(torch.tanh(self.inner(torch.cat([state, clock, *known], dim=1))))
        return out


class Dynamics(nn.Module):
    """Posterior and prior drift, the diffusion they share, and the path between."""

    def __init__(self, latent: int, context: int, hidden: int, steps: int, t1: float) -> None:
        super().__init__()
        self.steps, self.dt = steps, t1 / max(steps, 1)
        self.posterior = Drift(latent, context, hidden)
        self.prior = Drift(latent, 0, hidden)
        self.spread = Drift(latent, 0, hidden)

    def diffusion(self, state: Tensor, time: float) -> Tensor:
        """Return g(z, t) ≥ 1e-3, (B, Z)."""
        return functional.softplus(self.spread(state, time)) + LEAST_DIFFUSION

    def mean_path(self, start: Tensor, context: Tensor) -> Tensor:
        """Return the state at t1 without noise, (B, Z)."""
        state = start
        for step in range(self.steps):
            state = state + self.posterior(state, step * self.dt, context) * self.dt
        return state

    def forward(self, start: Tensor, context: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Return the state at t1, (B, Z), and the path KL, (B,), for standard noise (S, B, Z)."""
        path = euler_maruyama(
            lambda state, time: self.posterior(state, time, context),
            self.diffusion, start, noise, self.dt,
        )  # fmt: skip
        on_grid = [(path[step], step * self.dt) for step in range(self.steps)]
        if not on_grid:
            return start, start.new_zeros(len(start))
        posterior = torch.stack([self.posterior(state, time, context) for state, time in on_grid])
        prior = torch.stack([self.prior(state, time) for state, time in on_grid])
        spread = torch.stack([self.diffusion(state, time) for state, time in on_grid])
        return path[-1], path_kl(posterior, prior, spread, self.dt)


def euler_maruyama(
    drift: Field, diffusion: Field, start: Tensor, noise: Tensor, dt: float
) -> Tensor:
    """Return a path of dz = f dt + g dW on the grid of step dt.

        z[s+1] = z[s] + f(z[s], s·dt) dt + g(z[s], s·dt) √dt noise[s]

    Randomness enters through `noise` alone; zeros give Euler's method for the ODE.

    Args:
        drift: f(z, t).
        diffusion: g(z, t), diagonal.
        start: z[0], (B, Z).
        noise: standard normal, (S, B, Z).
        dt: step of the grid.

    Returns:
        (S + 1, B, Z), the start included.

    Source: Kloeden & Platen 1992, Numerical Solution of SDEs, section 10.2 (strong order ½).
    """
    path = [start]
    for step, shock in enumerate(noise):
        state, time = path[-1], step * dt
        move = drift(state, time) * dt + diffusion(state, time) * (dt**0.5) * shock
        path.append(state + move)
    return torch.stack(path)


def path_kl(posterior_drift: Tensor, prior_drift: Tensor, diffusion: Tensor, dt: float) -> Tensor:
    """Return the KL divergence of the posterior path from the prior path, in nats.

        KL = ½ ∫ ‖(f_q − f_p) / g‖² dt   (Girsanov; left-point sum on the solver's own grid)

    On the Euler-Maruyama grid the sum is not an approximation: it is the exact KL between the
    two Gaussian chains, given the path. Both share the diffusion g, which must be bounded away
    from zero (`Dynamics.diffusion` is). Gradients reach all three inputs. No randomness.

    Args:
        posterior_drift: f_q along the path, (S, B, Z).
        prior_drift: f_p along the same path, (S, B, Z).
        diffusion: g along the same path, (S, B, Z), positive.
        dt: step of the grid.

    Returns:
        One value for each text of the batch, (B,), never negative.

    Source: Li et al. 2020, Scalable Gradients for SDEs, arXiv:2001.01328.
    """
    gap = (posterior_drift - prior_drift) / diffusion  # (S, B, Z)
    return 0.5 * dt * gap.square().sum(dim=(0, 2))  # (B,)
