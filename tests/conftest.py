"""What many tests share: a seed, and a tiny model."""

import os
import random

# Before torch is imported: idle threads that spin starve a busy machine (see ncs.learn).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Whose index this is, is no business of the tests.
os.environ.pop("NCS_INDEX", None)

import numpy as np
import pytest
from hypothesis import settings

from ncs.config import ModelConfig
from ncs.weights import Weights, unpack

# How long an example takes says more of the machine than of the code.
settings.register_profile("ncs", deadline=None)
settings.load_profile("ncs")

TINY_WORDS = (".", "the", "a", "file", "read", "close", "open", "rows", "of", "all")


@pytest.fixture(autouse=True)
def _seeded() -> None:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 — for libraries that draw from the global state


@pytest.fixture(scope="session")
def tiny_config() -> ModelConfig:
    """Every part of the model, as small as it can be and still be all there."""
    return ModelConfig(
        buckets=512, width=16, blocks=2, heads=2, feed_forward=24, lines=6, words_per_line=4,
        query_words=3, latent_dim=6, extension_dim=5, sde_hidden=7, flow_hidden=8,
        decoder_hidden=9, decoder_embedding=10, places=12, sentence=9,
    )  # fmt: skip


@pytest.fixture(scope="session")
def tiny_weights(tiny_config: ModelConfig) -> Weights:
    """Random weights of `tiny_config`, no part of them zero."""
    # torch takes over a second to import: only tests that ask for weights pay for it.
    import torch

    from ncs.learn.export import to_weights
    from ncs.learn.model import Model

    model = Model(tiny_config, seed=1, words=TINY_WORDS)
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=generator)
    return unpack(to_weights(model), origin="tiny")
