"""The model as a whole: paths, export, and that it learns."""

import pytest
import torch

from ncs.config import PRESETS, ModelConfig
from ncs.errors import WeightsError
from ncs.learn.export import from_weights, to_weights
from ncs.learn.features import WordTable, collate, featurise
from ncs.learn.model import Model
from ncs.learn.objectives import nested_info_nce
from ncs.weights import SPOKEN, Weights, parameter_count, unpack

QUERIES = ["open a file", "close the socket", "parse json text", "retry with backoff",
           "sort the list", "hash a password", "draw a circle", "send an email"]  # fmt: skip
CODES = ["def fopen(p):\n  return open(p)", "sock.shutdown()\nsock.close()", "loads(s)\nobj",
         "for i in range(n):\n  sleep(2 ** i)", "xs.sort()\nreturn xs", "bcrypt(salt, pw)",
         "arc(x, y, r)\nstroke()", "smtp.sendmail(a, b)"]  # fmt: skip


@pytest.fixture(scope="module")
def model(tiny_weights: Weights) -> Model:
    return from_weights(tiny_weights)


def test_an_export_counts_the_parameters_that_training_counts(model: Model) -> None:
    """Scales of int8 and the bytes of the vocabulary were counted with them."""
    exported = unpack(to_weights(model), origin="test")
    learned = sum(parameter.numel() for parameter in model.parameters())
    assert parameter_count(exported.tensors) == learned


def test_a_path_is_its_generators(model: Model) -> None:
    table = WordTable(model.config.buckets)
    posterior = model.encode(collate(featurise(QUERIES, table, model.config), table))
    first, second, other = (
        model.sample_path(posterior, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(first.end, second.end)
    assert not torch.equal(first.end, other.end)
    assert (first.path_kl >= 0).all()
    torch.testing.assert_close(first.log_prior, model.flow.log_prob(first.start))


def test_the_mean_path_begins_with_the_latent_and_goes_on_with_the_extension(model: Model) -> None:
    table = WordTable(model.config.buckets)
    posterior = model.encode(collate(featurise(QUERIES, table, model.config), table))
    latents = model.mean_path(posterior)
    assert latents.shape == (8, 11)
    assert torch.equal(latents[:, 6:], posterior.extension)
    assert model.widths == (6, 11)


def test_a_model_without_extension(tiny_config: ModelConfig) -> None:
    model = Model(tiny_config._replace(extension_dim=0), seed=0)
    table = WordTable(model.config.buckets)
    batch = collate(featurise(QUERIES, table, model.config), table)
    assert model.mean_path(model.encode(batch)).shape == (8, 6)
    assert model.widths == (6,)
    again = from_weights(unpack(to_weights(model), origin="test"))
    assert again.config == model.config


def test_weights_go_out_and_come_back(tiny_config: ModelConfig) -> None:
    model = Model(tiny_config, seed=5)
    again = from_weights(unpack(to_weights(model), origin="test"))
    for name, tensor in model.state_dict().items():
        kept = again.state_dict()[name]
        if tensor.ndim == 2 and (name == "words.table" or name.startswith(SPOKEN)):
            step = tensor.abs().max(dim=1).values / 127  # int8 keeps half a step
            assert ((kept - tensor).abs() <= 0.501 * step[:, None]).all()
        else:
            assert torch.equal(kept, tensor), name


def test_what_came_back_goes_out_equal(model: Model, tiny_weights: Weights) -> None:
    again = from_weights(unpack(to_weights(model), origin="test"))
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], tensor, rtol=1e-6, atol=1e-7)


def test_weights_that_do_not_fit_say_so(tiny_weights: Weights) -> None:
    other = tiny_weights._replace(config=tiny_weights.config._replace(width=20, heads=2))
    with pytest.raises(WeightsError, match="do not fit"):
        from_weights(other)


def test_a_model_learns_eight_pairs_by_heart(tiny_config: ModelConfig) -> None:
    model = Model(tiny_config, seed=0)
    table = WordTable(tiny_config.buckets)
    queries = collate(featurise(QUERIES, table, tiny_config), table)
    codes = collate(featurise(CODES, table, tiny_config), table)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(60):
        asked = model.mean_path(model.encode(queries))
        found = model.mean_path(model.encode(codes))
        loss = nested_info_nce(asked, found, model.widths, model.temperatures)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    unit = torch.nn.functional.normalize
    similarity = unit(asked[:, :6]) @ unit(found[:, :6]).T
    assert similarity.argmax(dim=1).tolist() == list(range(8))


def test_the_base_preset_stays_small() -> None:
    words = [f"word{at}" for at in range(4_096)]
    packed = to_weights(Model(PRESETS["base"], seed=0, words=words), small=True)
    assert len(packed) < 8_000_000
