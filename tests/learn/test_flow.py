"""Laws of the coupling flow."""

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from ncs.learn.flow import CouplingLayer, Flow


@pytest.fixture(scope="module")
def flow() -> Flow:
    torch.manual_seed(0)
    flow = Flow(latent=6, layers=4, hidden=8)
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.normal_(std=0.5)
    return flow


def test_inverse_undoes_forward(flow: Flow) -> None:
    base = torch.randn(64, 6)
    latent, there = flow(base)
    again, back = flow.inverse(latent)
    assert (again - base).abs().max() < 1e-5
    assert (there + back).abs().max() < 1e-5
    assert (latent - base).abs().max() > 0.1


def test_log_det_is_that_of_the_jacobian(flow: Flow) -> None:
    base = torch.randn(3, 6)
    _, log_det = flow(base)

    def single(row: Tensor) -> Tensor:
        latent: Tensor = flow(row[None])[0][0]
        return latent

    for row, found in zip(base, log_det, strict=True):
        jacobian = torch.autograd.functional.jacobian(single, row)
        torch.testing.assert_close(found, torch.linalg.slogdet(jacobian)[1], atol=1e-5, rtol=1e-5)


def test_every_dimension_is_moved_by_some_layer(flow: Flow) -> None:
    passed = torch.stack([layer.mask for layer in flow.layers if isinstance(layer, CouplingLayer)])
    assert len(passed) == 4
    assert (passed.min(dim=0).values == 0).all()
    assert (passed.max(dim=0).values == 1).all()


def test_an_untaught_flow_is_the_standard_normal() -> None:
    flow = Flow(latent=6, layers=4, hidden=8)
    values = torch.randn(32, 6)
    normal = MultivariateNormal(torch.zeros(6), torch.eye(6))
    torch.testing.assert_close(flow(values)[0], values)
    torch.testing.assert_close(flow.log_prob(values), normal.log_prob(values))


def test_the_density_sums_to_one() -> None:
    torch.manual_seed(1)
    flow = Flow(latent=2, layers=4, hidden=8)
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.normal_(std=0.4)
    edge = torch.linspace(-15, 15, 401)
    grid = torch.cartesian_prod(edge, edge)
    total = flow.log_prob(grid).exp().sum() * (edge[1] - edge[0]) ** 2
    assert abs(float(total.detach()) - 1.0) < 0.01


def test_log_scales_are_bounded_whatever_the_weights() -> None:
    flow = Flow(latent=4, layers=2, hidden=4)
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.fill_(1e4)
    assert torch.isfinite(flow.log_prob(torch.ones(2, 4))).all()
    latent, log_det = flow(torch.randn(5, 4))
    assert torch.isfinite(latent).all()
    assert log_det.abs().max() <= 2.0 * 2 * 2 + 1e-3
