"""The analysis of latents, on spaces whose shape is known."""

import numpy as np
import pytest

from ncs.evaluate.latents import analyse


def normal(rows: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(rows, width)).astype(np.float32)


def test_a_normal_space_uses_every_dimension() -> None:
    found = analyse(normal(5000, 16))
    assert found["active_dimensions"] == 16
    assert found["effective_rank"] > 15.8
    assert abs(found["cosine_mean"]) < 0.02
    assert found["correlation_mean"] < 0.03


def test_dead_and_doubled_dimensions_are_seen() -> None:
    latents = normal(2000, 16)
    latents[:, 4:8] = 0.5
    latents[:, 15] = latents[:, 0]
    found = analyse(latents)
    assert found["active_dimensions"] == 12
    assert found["effective_rank"] < 12
    assert found["correlation_max"] == pytest.approx(1.0)


def test_a_collapsed_space_has_rank_one() -> None:
    line = normal(1000, 1) @ normal(1, 16)
    found = analyse(line.astype(np.float32))
    assert found["effective_rank"] == pytest.approx(1.0, abs=1e-3)
    assert found["variance_by_component"][0] == pytest.approx(1.0, abs=1e-3)
    assert sum(found["variance_by_component"]) == pytest.approx(1.0, abs=1e-3)


def test_two_rows_are_enough() -> None:
    assert analyse(normal(2, 16))["chunks"] == 2
