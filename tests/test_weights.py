"""Weights as bytes: a round trip, and damage that is named."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load

from ncs import weights
from ncs.config import PRESETS, ModelConfig, model_config_from_json, to_json
from ncs.errors import WeightsError
from ncs.runtime.parameters import take
from ncs.weights import doubled, halve, pack, parameter_count, quantise, unpack

CONFIG = ModelConfig(buckets=16, width=4)
TENSORS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros(3, dtype=np.int8)}
DATA = pack(CONFIG, TENSORS)


def test_round_trip() -> None:
    found = unpack(DATA, origin="test")
    assert found.config == CONFIG
    assert set(found.tensors) == {"a", "b"}
    assert np.array_equal(found.tensors["a"], TENSORS["a"])
    assert found.fingerprint == unpack(DATA, origin="other").fingerprint


def test_views_are_what_the_library_reads() -> None:
    data = weights.BASE_PATH.read_bytes()
    ours, theirs = unpack(data, origin="test").tensors, load(data)
    assert set(ours) == set(theirs)
    for name, tensor in theirs.items():
        assert ours[name].dtype == tensor.dtype
        assert np.array_equal(ours[name], tensor)


def test_equal_models_give_equal_bytes() -> None:
    assert all(pack(CONFIG, dict(reversed(TENSORS.items()))) == DATA for _ in range(20))


@given(st.integers(0, 199_999), st.integers(1, 255))
def test_another_byte_gives_another_fingerprint(place: int, change: int) -> None:
    data = np.zeros(200_000, dtype=np.uint8)
    whole = unpack(pack(CONFIG, {"a": data}), origin="test").fingerprint
    data[place] ^= change
    assert unpack(pack(CONFIG, {"a": data}), origin="test").fingerprint != whole


def test_blocks_in_another_order_give_another_fingerprint() -> None:
    block = 1 << 16
    data = np.repeat(np.arange(8, dtype=np.uint8), block)
    moved = np.roll(data, block)
    one, other = (unpack(pack(CONFIG, {"a": each}), origin="test") for each in (data, moved))
    assert one.fingerprint != other.fingerprint


def test_quantised_rows_are_within_half_a_step() -> None:
    table = np.random.default_rng(0).normal(size=(32, 8)).astype(np.float32)
    table[3] = 0
    rows, scale = quantise(table)
    assert rows.dtype == np.int8
    assert np.abs(rows * scale[:, None] - table).max() <= scale.max() / 2 + 1e-7
    assert not rows[3].any()


def test_rows_of_four_bits_go_two_a_byte_and_come_back() -> None:
    table = np.random.default_rng(0).normal(size=(32, 8)).astype(np.float32)
    rows, scale = quantise(table, 4)
    assert np.abs(rows).max() == 7
    assert np.abs(rows * scale[:, None] - table).max() <= scale.max() / 2 + 1e-7
    packed = halve(rows)
    assert packed.shape == (32, 4)
    assert packed.dtype == np.uint8
    np.testing.assert_array_equal(doubled(packed), rows)
    np.testing.assert_array_equal(doubled(packed[[[3, 1], [0, 3]]]), rows[[[3, 1], [0, 3]]])
    both = ({"words.table": packed}, {"words.table": rows})
    assert len({parameter_count(tensors) for tensors in both}) == 1


@given(st.integers(min_value=0, max_value=len(DATA) - 1))
def test_a_cut_file_is_named_as_damaged(length: int) -> None:
    with pytest.raises(WeightsError, match="here"):
        unpack(DATA[:length], origin="here.safetensors")


def test_another_format_is_named() -> None:
    with pytest.raises(WeightsError, match="expected weights of format ncs-weights-2, found"):
        unpack(DATA.replace(b"ncs-weights-2", b"ncs-weights-9"), origin="x")


def test_numbers_that_are_not_finite_are_refused() -> None:
    bad = pack(CONFIG, {"a": np.array([np.nan], dtype=np.float32)})
    with pytest.raises(WeightsError, match="tensor a holds numbers that are not finite"):
        unpack(bad, origin="x")


@pytest.mark.parametrize(
    "header",
    [
        [],
        "[" * 100_000,
        {"a": []},
        {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 1 << 70]}},
        {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [-24, 0]}},
        {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [24, 0]}},
        {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 23]}},
        {"a": {"dtype": "F32", "shape": [1 << 40, 3], "data_offsets": [0, 24]}},
        {"a": {"dtype": "F99", "shape": [2, 3], "data_offsets": [0, 24]}},
        {"a": {"dtype": "F32", "shape": "2", "data_offsets": [0, 24]}},
        {"a": {"dtype": "F32", "shape": 6, "data_offsets": [0, 24]}},
        {"a": {"dtype": "F32", "shape": [-1, 3], "data_offsets": [0, 24]}},
        {"a": {"dtype": "F32", "shape": [-2, -3], "data_offsets": [0, 24]}},
        {"a": {"dtype": "F32", "shape": [5], "data_offsets": [0, 20]}},
        {"a": {"dtype": "F32", "shape": [5], "data_offsets": [4, 24]}},
        {name: {"dtype": "F32", "shape": [6], "data_offsets": [0, 24]} for name in "ab"},
        {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0.5, 24.5]}},
        {"__metadata__": []},
    ],
    ids=repr,
)
def test_a_header_that_lies_is_named(header: object) -> None:
    text = header if isinstance(header, str) else json.dumps(header)
    data = struct.pack("<Q", len(text)) + text.encode() + bytes(24)
    with pytest.raises(WeightsError, match="damaged model weights"):
        unpack(data, origin="x")


def test_a_header_without_end_is_not_read() -> None:
    with pytest.raises(WeightsError, match="a header of 9,223,372,036,854,775,807 bytes"):
        unpack(struct.pack("<Q", (1 << 63) - 1) + bytes(24), origin="x")


def test_a_shipped_model_that_is_empty_or_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped = weights.shipped_model()
    assert mapped is not None
    assert not any(tensor.flags.writeable for tensor in mapped.tensors.values())
    monkeypatch.setattr(weights, "BASE_PATH", tmp_path / "base.safetensors")
    assert weights.shipped_model() is None
    weights.BASE_PATH.write_bytes(b"")
    with pytest.raises(WeightsError, match="base model: damaged"):
        weights.shipped_model()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('{"sde_steps":1000000000}', "sde_steps"), ('{"heads":0}', "heads"),
        ('{"heads":3}', "heads"), ('{"width":-4}', "width"), ('{"latent_dim":0}', "latent_dim"),
        ('{"buckets":100}', "buckets"), ('{"lines":100000}', "lines"),
        ('{"sde_time":NaN}', "sde_time"), ('{"sde_time":Infinity}', "sde_time"),
        ("[" * 100_000, "JSON object"),
    ],
)  # fmt: skip
def test_a_configuration_that_cannot_be_run_is_refused(said: str, name: str) -> None:
    """Weights of a stranger: 10⁹ steps of the SDE hung a query, and no heads divided by zero."""
    with pytest.raises(ValueError, match=name):
        model_config_from_json(said)


def test_weights_of_such_a_configuration_are_named_as_damaged() -> None:
    with pytest.raises(WeightsError, match=r"here: damaged model weights .*heads"):
        unpack(pack(CONFIG._replace(heads=0), TENSORS), origin="here")


def test_every_preset_can_be_read_back() -> None:
    for config in PRESETS.values():
        assert model_config_from_json(to_json(config)) == config
    none = ModelConfig(blocks=0, extension_dim=0, sde_steps=0, flow_layers=0)
    assert model_config_from_json(to_json(none)) == none


def test_whole_numbers_need_scales() -> None:
    """A matrix of them ended in NumPy's own error."""
    found = unpack(pack(CONFIG, {"gate": np.ones((4, 4), dtype=np.int8)}), origin="test")
    with pytest.raises(WeightsError, match="gate is int8"):
        take(found, "gate", 4, 4)


def test_scales_are_of_matrices_alone() -> None:
    """Scales beside a vector made of its n numbers a matrix of n · n."""
    vector = np.ones(4, dtype=np.float32)
    found = unpack(pack(CONFIG, {"gate": vector, "gate.scale": vector}), origin="test")
    with pytest.raises(WeightsError, match=r"gate\.scale"):
        take(found, "gate", 4)
