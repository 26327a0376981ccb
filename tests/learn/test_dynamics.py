"""Laws of the latent's path."""

import math

import pytest
import torch
from problems import GeometricBrownianMotion, OrnsteinUhlenbeck

from ncs.learn.dynamics import LEAST_DIFFUSION, Dynamics, euler_maruyama, path_kl


def taught(seed: int = 0) -> Dynamics:
    torch.manual_seed(seed)
    dynamics = Dynamics(latent=4, context=3, hidden=8, steps=3, t1=0.1)
    with torch.no_grad():
        for parameter in dynamics.parameters():
            parameter.normal_(std=0.7)
    return dynamics


def test_moments_of_ornstein_uhlenbeck_are_exact_within_four_standard_errors() -> None:
    problem, steps, paths, t1 = OrnsteinUhlenbeck(), 100, 4000, 1.0
    noise = torch.randn(steps, paths, 1, generator=torch.Generator().manual_seed(7))
    end = euler_maruyama(
        problem.drift, problem.diffusion, torch.full((paths, 1), 2.0), noise, t1 / steps
    )[-1]
    variance = problem.variance(t1)
    assert abs(float(end.mean()) - problem.mean(2.0, t1)) < 4 * math.sqrt(variance / paths) + 0.01
    assert abs(float(end.var()) - variance) < 4 * variance * math.sqrt(2 / paths) + 0.01


def test_without_noise_the_path_is_the_ode() -> None:
    problem, steps = OrnsteinUhlenbeck(), 1000
    path = euler_maruyama(
        problem.drift, problem.diffusion, torch.full((1, 2), 2.0), torch.zeros(steps, 1, 2), 1e-3
    )
    torch.testing.assert_close(
        path[-1], torch.full((1, 2), problem.mean(2.0, 1.0)), atol=1e-3, rtol=0
    )


@pytest.mark.slow
def test_halving_the_step_shrinks_the_strong_error_as_theory_says() -> None:
    # Multiplicative noise: the strong order is 1/2, so each halving divides by about √2.
    problem, finest, paths = GeometricBrownianMotion(), 256, 20_000
    noise = torch.randn(finest, paths, 1, generator=torch.Generator().manual_seed(1)).double()
    start = torch.ones(paths, 1, dtype=torch.float64)
    exact = problem.solution(start, 1.0, noise.sum(dim=0) / math.sqrt(finest))
    errors = []
    for steps in (16, 32, 64, 128, 256):
        merged = noise.view(steps, finest // steps, paths, 1).sum(dim=1) / math.sqrt(
            finest // steps
        )
        end = euler_maruyama(problem.drift, problem.diffusion, start, merged, 1.0 / steps)[-1]
        errors.append(float((end - exact).abs().mean()))
    order = math.log2(errors[0] / errors[-1]) / 4
    assert errors == sorted(errors, reverse=True)
    assert 0.4 < order < 0.65


def test_path_kl_of_a_constant_gap_is_exact() -> None:
    steps, latent, gap, spread, t1 = 5, 16, 0.6, 1.0, 1.0
    prior = torch.zeros(steps, 2, latent)
    kl = path_kl(prior + gap, prior, torch.full_like(prior, spread), t1 / steps)
    torch.testing.assert_close(kl, torch.full((2,), 0.5 * (gap / spread) ** 2 * latent * t1))


def test_mean_path_is_the_path_without_noise() -> None:
    dynamics = taught()
    start, context = torch.randn(5, 4), torch.randn(5, 3)
    end, kl = dynamics(start, context, torch.zeros(3, 5, 4))
    torch.testing.assert_close(dynamics.mean_path(start, context), end)
    assert (kl > 0).all()
    assert (end - start).abs().max() > 1e-3


def test_untaught_drifts_are_zero_and_cost_nothing() -> None:
    dynamics = Dynamics(latent=4, context=3, hidden=8, steps=3, t1=0.1)
    start, context = torch.randn(5, 4), torch.randn(5, 3)
    end, kl = dynamics(start, context, torch.randn(3, 5, 4))
    assert torch.equal(dynamics.mean_path(start, context), start)
    assert torch.equal(kl, torch.zeros(5))
    assert (end - start).abs().max() > 0  # the noise moves it


def test_the_diffusion_never_reaches_zero() -> None:
    dynamics = taught()
    with torch.no_grad():
        dynamics.spread.outer.bias.fill_(-1000.0)
    assert dynamics.diffusion(torch.randn(9, 4), 0.0).min() >= LEAST_DIFFUSION


def test_no_steps_no_path() -> None:
    dynamics = Dynamics(latent=4, context=3, hidden=8, steps=0, t1=0.1)
    start = torch.randn(2, 4)
    end, kl = dynamics(start, torch.randn(2, 3), torch.zeros(0, 2, 4))
    assert torch.equal(end, start)
    assert torch.equal(kl, torch.zeros(2))
