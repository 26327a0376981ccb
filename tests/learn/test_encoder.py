"""Laws of the encoder."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ncs.config import ModelConfig
from ncs.learn.encoder import segment_softmax, soft_clamp
from ncs.learn.export import from_weights
from ncs.learn.features import TextBatch, WordTable, collate, featurise
from ncs.learn.model import Model
from ncs.text import words
from ncs.weights import Weights

TEXTS = (
    "def read(path):\n    with open(path) as file:\n        return file.read()",
    "how does retry backoff work",
    "",
    "class HTTPServer:\n\tport = 8080\n\n\tdef close(self): pass\n" * 3,
    "}\n{\n",
)


def batch_of(texts: tuple[str, ...] | list[str], config: ModelConfig) -> TextBatch:
    table = WordTable(config.buckets)
    return collate(featurise(texts, table, config), table)


def latents(model: Model, texts: tuple[str, ...] | list[str]) -> Tensor:
    return model.mean_path(model.encode(batch_of(texts, model.config)))


@pytest.fixture(scope="module")
def model(tiny_weights: Weights) -> Model:
    return from_weights(tiny_weights)


def test_shapes_and_bounds(model: Model) -> None:
    posterior = model.encode(batch_of(TEXTS, model.config))
    config = model.config
    assert posterior.mean.shape == posterior.log_variance.shape == (5, config.latent_dim)
    assert posterior.extension.shape == (5, config.extension_dim)
    assert posterior.log_variance.min() >= -8
    assert posterior.log_variance.max() <= 4
    assert torch.isfinite(latents(model, TEXTS)).all()


def test_company_does_not_change_a_text(model: Model) -> None:
    together = latents(model, TEXTS)
    alone = torch.cat([latents(model, [text]) for text in TEXTS])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-5)


def test_a_text_of_another_length_is_another_text(model: Model) -> None:
    first, second = latents(model, ["a b\nc", "a\nb c"])
    assert (first - second).abs().max() > 1e-3  # what stands on which line matters


@pytest.mark.parametrize("blocks", [0, 2])
def test_an_untrained_encoder_is_the_bag_of_words(tiny_config: ModelConfig, blocks: int) -> None:
    model = Model(tiny_config._replace(blocks=blocks), seed=3)
    text = "read the file\nthen close the file"
    batch = batch_of([text], model.config)
    vectors = model.words(batch)
    pooled, _ = model.encoder.texts(batch, vectors)
    each = [model.words(batch_of([word], model.config))[0] for word in words(text)]
    torch.testing.assert_close(pooled[0], torch.stack(each).mean(dim=0))


def test_attention_pooling_weighs_words_by_their_score(tiny_config: ModelConfig) -> None:
    model = Model(tiny_config, seed=3)
    batch = batch_of(["read the\nfile"], model.config)
    vectors = model.words(batch)
    with torch.no_grad():
        model.encoder.score.copy_(20 * torch.randn(tiny_config.width))
    share = torch.softmax(vectors @ model.encoder.score, dim=0)
    torch.testing.assert_close(model.encoder.texts(batch, vectors)[0][0], share @ vectors)


def test_gradients_reach_every_parameter_of_the_encoder(model: Model) -> None:
    posterior = model.encode(batch_of(TEXTS, model.config))
    parts = (model.mean_path(posterior), posterior.log_variance)
    sum(part.square().sum() for part in parts).backward()
    dead = [
        name
        for name, parameter in (*model.encoder.named_parameters(), *model.words.named_parameters())
        if parameter.grad is None or not parameter.grad.abs().sum() > 0
    ]
    assert dead == []


def test_a_seed_names_a_model(tiny_config: ModelConfig) -> None:
    before = torch.random.get_rng_state()
    first, second, other = (Model(tiny_config, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["words.table"], other["words.table"])
    assert torch.equal(before, torch.random.get_rng_state())


@settings(max_examples=30, deadline=None)
@given(
    scores=st.lists(st.floats(-500, 500, width=32), min_size=1, max_size=12),
    cut=st.integers(0, 12),
)
def test_segment_softmax_is_softmax_by_segment(scores: list[float], cut: int) -> None:
    values = torch.tensor(scores)
    segments = (torch.arange(len(scores)) >= cut).long()
    expected = torch.cat([values[segments == at].softmax(dim=0) for at in (0, 1)])
    torch.testing.assert_close(segment_softmax(values, segments, 3), expected)


def test_soft_clamp_keeps_the_middle_and_never_leaves_its_bounds() -> None:
    values = torch.tensor([-1000.0, -2.01, -2.0, -1.99, 1000.0])
    drawn = soft_clamp(values, -8.0, 4.0)
    torch.testing.assert_close(drawn, torch.tensor([-8.0, -2.01, -2.0, -1.99, 4.0]))
