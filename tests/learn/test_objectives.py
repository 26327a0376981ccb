"""Laws of the objectives."""

import math

import pytest
import torch
from torch import Tensor

from ncs.learn.dynamics import euler_maruyama, path_kl
from ncs.learn.flow import Flow, standard_normal_log_prob
from ncs.learn.objectives import (
    epps_pulley,
    false_negatives,
    info_nce,
    initial_kl,
    nested_distillation,
    nested_info_nce,
    normality_loss,
    strayed,
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("count", [64, 256, 1024])
def test_the_statistic_is_about_one_for_normal_latents_of_any_number(count: int) -> None:
    draws = [
        float(normality_loss(torch.randn(count, 16, generator=seeded(at)), 128, seeded(at)))
        for at in range(10)
    ]
    assert 0.8 < sum(draws) / len(draws) < 1.3


@pytest.mark.parametrize("fault", ["shifted", "collapsed", "anisotropic", "two-valued"])
def test_the_statistic_grows_with_the_number_where_latents_are_not_normal(fault: str) -> None:
    values = []
    for count in (256, 1024):
        normal = torch.randn(count, 16, generator=seeded(count))
        latents = {
            "shifted": normal + 1.0,
            "collapsed": normal * 0.01,
            "anisotropic": normal * torch.linspace(0.1, 3.0, 16),
            "two-valued": normal.sign() * normal[:, :1].sign(),
        }[fault]
        latents = latents if fault != "two-valued" else normal[:, :1].sign().expand(-1, 16)
        values.append(float(normality_loss(latents, 128, seeded(1))))
    assert values[0] > 5
    assert 2.5 < values[1] / values[0] < 6


def test_the_statistic_of_one_known_sample() -> None:
    # All mass at 0: φ̂ = 1, so T = N ∫ (1 − e^{−t²/2})² e^{−t²/2} dt over [−3, 3].
    knots = torch.linspace(-3, 3, 20_001)
    normal = torch.exp(-0.5 * knots.square())
    exact = 5 * torch.trapezoid((1 - normal).square() * normal, knots)
    torch.testing.assert_close(epps_pulley(torch.zeros(5, 1))[0], exact, rtol=1e-3, atol=0)


def test_contrast_of_a_case_worked_by_hand() -> None:
    queries = torch.tensor([[1.0, 0.0], [0.0, 2.0]])  # length does not count
    documents = torch.tensor([[3.0, 0.0], [1.0, 1.0]])
    root = math.sqrt(0.5)
    rows = [
        math.log(math.exp(1) + math.exp(root)) - 1,
        math.log(math.exp(0) + math.exp(root)) - root,
    ]
    columns = [math.log(math.exp(1) + 1) - 1, math.log(2 * math.exp(root)) - root]
    expected = 0.5 * (sum(rows) / 2 + sum(columns) / 2)
    torch.testing.assert_close(info_nce(queries, documents, 1.0), torch.tensor(expected))


def test_pairs_that_answer_each_other_are_no_negatives() -> None:
    torch.manual_seed(0)
    queries, documents = torch.randn(3, 4), torch.randn(3, 4)
    excluded = false_negatives(torch.tensor([7, 8, 7]))
    assert excluded.tolist() == [[True, False, True], [False, True, False], [True, False, True]]
    found = info_nce(queries, documents, 0.1, excluded)
    moved = documents.clone()
    moved[2] = documents[0]
    shifted = info_nce(torch.cat([queries[:2], queries[:1]]), moved, 0.1, excluded)
    assert torch.isfinite(found)
    assert found != info_nce(queries, documents, 0.1)
    # With rows 0 and 2 alike and excluded, row 0 competes with row 1 alone.
    torch.testing.assert_close(
        shifted, (2 * _half(queries, documents, 0, 1) + _one(queries, documents, moved)) / 3
    )


def _half(queries: Tensor, documents: Tensor, own: int, other: int) -> Tensor:
    """Loss of row `own` where `other` is its only negative, both directions."""
    unit = torch.nn.functional.normalize
    similarity = unit(queries) @ unit(documents).T / 0.1
    row = torch.logsumexp(similarity[own, [own, other]], 0) - similarity[own, own]
    column = torch.logsumexp(similarity[[own, other], own], 0) - similarity[own, own]
    return 0.5 * (row + column)


def _one(queries: Tensor, documents: Tensor, moved: Tensor) -> Tensor:
    """Loss of row 1, whose negatives are row 0 twice."""
    unit = torch.nn.functional.normalize
    similarity = unit(queries) @ unit(documents).T / 0.1
    row = torch.logsumexp(similarity[1, [1, 0, 0]], 0) - similarity[1, 1]
    column = torch.logsumexp(similarity[[1, 0, 0], 1], 0) - similarity[1, 1]
    return 0.5 * (row + column)


def test_nested_contrast_is_the_mean_over_the_widths() -> None:
    torch.manual_seed(0)
    queries, documents = torch.randn(5, 8), torch.randn(5, 8)
    found = nested_info_nce(queries, documents, (3, 8), torch.tensor([0.1, 0.2]))
    parts = info_nce(queries[:, :3], documents[:, :3], 0.1), info_nce(queries, documents, 0.2)
    torch.testing.assert_close(found, sum(parts) / 2)


def test_distillation_is_the_divergence_of_rankings_and_teaches_the_narrow_alone() -> None:
    torch.manual_seed(0)
    queries, documents = torch.randn(5, 8), torch.randn(5, 8)
    queries.requires_grad_()
    excluded = torch.zeros(5, 5, dtype=torch.bool)
    excluded[0, 1] = excluded[1, 0] = True
    found = nested_distillation(queries, documents, (3, 8), torch.tensor([0.1, 0.2]), excluded)
    wide, narrow = (
        _ranking(queries, documents, 0.2),
        _ranking(queries[:, :3], documents[:, :3], 0.1),
    )
    expected = sum(
        torch.distributions.kl_divergence(
            torch.distributions.Categorical(logits=teacher[at, ~excluded[at]]),
            torch.distributions.Categorical(logits=student[at, ~excluded[at]]),
        )
        for teacher, student in ((wide, narrow), (wide.T, narrow.T))
        for at in range(5)
    )
    torch.testing.assert_close(found, expected / 10)
    found.backward()
    assert queries.grad is not None
    assert bool(queries.grad[:, :3].any())
    assert not queries.grad[:, 3:].any()


def test_straying_is_the_divergence_of_rankings_of_what_is_not_ones_own() -> None:
    generator = torch.Generator().manual_seed(3)
    queries, documents = (torch.randn(5, 4, generator=generator) for _ in range(2))
    teacher = torch.randn(5, 5, generator=generator)
    excluded = torch.zeros(5, 5, dtype=torch.bool)
    excluded[1, 2] = True  # they answer each other
    found = strayed(teacher, queries, documents, 0.2, excluded)

    def cosine(row: int, column: int) -> float:
        a, b = queries[row], documents[column]
        return float(a @ b / (a.norm() * b.norm()))

    def divergence(cells: list[tuple[int, int]]) -> float:
        wanted = torch.tensor([float(teacher[cell]) for cell in cells]).softmax(0)
        given = torch.tensor([cosine(*cell) / 0.2 for cell in cells]).softmax(0)
        return float((wanted * (wanted / given).log()).sum())

    rows = [[(at, other) for other in range(5) if other != at and (at, other) != (1, 2)]
            for at in range(5)]  # fmt: skip
    columns = [[(other, at) for other in range(5) if other != at and (other, at) != (1, 2)]
               for at in range(5)]  # fmt: skip
    by_hand = sum(map(divergence, rows + columns)) / 10
    assert float(found) == pytest.approx(by_hand, rel=1e-5)
    # Which document is the right one it leaves to others.
    assert float(strayed(teacher + 9 * torch.eye(5), queries, documents, 0.2, excluded)) == (
        pytest.approx(by_hand, rel=1e-5)
    )


def test_distillation_of_one_width_is_nothing() -> None:
    some = torch.randn(4, 3)
    assert float(nested_distillation(some, some, (3,), torch.tensor([0.1]))) == 0.0


def _ranking(queries: torch.Tensor, documents: torch.Tensor, temperature: float) -> torch.Tensor:
    unit = torch.nn.functional.normalize
    return unit(queries) @ unit(documents).T / temperature


def test_initial_kl_without_flow_or_free_bits_is_the_textbook_formula() -> None:
    torch.manual_seed(0)
    mean, log_variance = torch.randn(6, 4), torch.randn(6, 4)
    start = mean + torch.exp(0.5 * log_variance) * torch.randn(6, 4)
    found = initial_kl(mean, log_variance, start, Flow(4, 4, 8).log_prob(start))
    q = torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))
    exact = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0))
    torch.testing.assert_close(found, exact.sum(dim=1).mean())


def test_initial_kl_is_unbiased_under_a_flow() -> None:
    torch.manual_seed(0)
    flow = Flow(2, 4, 8).requires_grad_(False)
    for parameter in flow.parameters():
        parameter.normal_(std=0.4)
    count = 40_000
    mean, log_variance = torch.tensor([[0.3, -0.8]]), torch.tensor([[-1.0, -0.5]])
    noise = torch.randn(count, 2, generator=seeded())
    start = mean + torch.exp(0.5 * log_variance) * noise
    log_q = standard_normal_log_prob(noise) - 0.5 * log_variance.sum()
    plain = log_q - flow.log_prob(start)  # the other estimate of the same divergence
    found = initial_kl(mean, log_variance, start, flow.log_prob(start))
    assert abs(float(found - plain.mean())) < 4 * float(plain.std()) / math.sqrt(count)


def test_free_bits_cost_nothing_below_and_change_nothing_above() -> None:
    start, prior = torch.zeros(2, 2), standard_normal_log_prob(torch.zeros(2, 2))
    mean, log_variance = torch.tensor([[0.0, 2.0], [0.0, 2.0]]), torch.zeros(2, 2)
    assert float(initial_kl(mean, log_variance, start, prior, free_bits=0.5)) == 2.5
    assert float(initial_kl(mean, log_variance, start, prior)) == 2.0


@pytest.mark.parametrize("posterior", ["prior", "wrong", "near"])
def test_the_elbo_stays_below_the_exact_likelihood(posterior: str) -> None:
    """z0 ~ N(0, 1), dz = g dW on [0, 1], x ~ N(z1, s²): everything is Gaussian."""
    spread, noise, steps, count, seen = 0.8, 0.5, 16, 20_000, 1.7
    dt = 1.0 / steps
    exact = -0.5 * (math.log(2 * math.pi * (1 + spread**2 + noise**2))
                    + seen**2 / (1 + spread**2 + noise**2))  # fmt: skip
    mean, variance, pull = {
        "prior": (0.0, 1.0, 0.0),
        "wrong": (-1.0, 0.3, -2.0),
        "near": (seen / 1.89, 1 - 1 / 1.89, None),
    }[posterior]
    generator = seeded(3)
    start = mean + math.sqrt(variance) * torch.randn(count, 1, generator=generator)

    def drift(state: Tensor, time: float) -> Tensor:
        if pull is not None:
            return torch.full_like(state, pull)
        left = (1.0 - time) * spread**2 + noise**2  # the bridge towards what was seen
        return spread**2 * (seen - state) / left

    def diffusion(state: Tensor, time: float) -> Tensor:
        return torch.full_like(state, spread)

    shocks = torch.randn(steps, count, 1, generator=generator)
    path = euler_maruyama(drift, diffusion, start, shocks, dt)
    drifts = torch.stack([drift(path[step], step * dt) for step in range(steps)])
    kl = path_kl(drifts, torch.zeros_like(drifts), torch.full_like(drifts, spread), dt)
    first = initial_kl(
        torch.tensor([[mean]]), torch.tensor([[math.log(variance)]]), start,
        standard_normal_log_prob(start),
    )  # fmt: skip
    likelihood = -0.5 * (
        math.log(2 * math.pi * noise**2) + (seen - path[-1, :, 0]) ** 2 / noise**2
    )
    samples = likelihood - kl
    elbo = float(samples.mean() - first)
    error = float(samples.std()) / math.sqrt(count)
    assert elbo < exact + 4 * error
    if posterior == "near":
        assert elbo > exact - 0.1  # a good posterior comes close: the bound is no empty one
