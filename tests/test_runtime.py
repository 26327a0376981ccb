"""The runtime equals torch on the same weights, and stands on its own feet."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ncs.errors import WeightsError
from ncs.learn.export import from_weights
from ncs.learn.features import WordTable, collate, featurise
from ncs.runtime import RuntimeDecoder, RuntimeEncoder, load
from ncs.runtime import vectors as word_vectors
from ncs.types import Encoder, FloatArray
from ncs.weights import Weights

TEXT = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=120),
    st.text(alphabet="ab_C1 \n\t(){}é", max_size=300),
)
HUGE = "word_number = readFile(path)  # ünïcode\n" * 3000
LONG_LINE = "alpha beta gammaDelta " * 5000


def torch_latents(weights: Weights, texts: list[str]) -> FloatArray:
    model = from_weights(weights)
    table = WordTable(model.config.buckets)
    with torch.no_grad():
        batch = collate(featurise(texts, table, model.config), table)
        return model.mean_path(model.encode(batch)).numpy()


@pytest.fixture(scope="module")
def encoder(tiny_weights: Weights) -> RuntimeEncoder:
    return load(tiny_weights)


@settings(deadline=None, max_examples=60)
@given(texts=st.lists(TEXT, min_size=1, max_size=6))
def test_equal_to_torch(tiny_weights: Weights, encoder: RuntimeEncoder, texts: list[str]) -> None:
    found = encoder.encode(texts)
    expected = torch_latents(tiny_weights, texts)
    assert found.dtype == np.float32
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=1e-5)


def test_equal_to_torch_on_texts_of_any_size(
    tiny_weights: Weights, encoder: RuntimeEncoder
) -> None:
    texts = ["", HUGE, LONG_LINE, "x", "{}", HUGE[:100], *(HUGE[: 40 * n] for n in range(70))]
    found = encoder.encode(texts)
    np.testing.assert_allclose(found, torch_latents(tiny_weights, texts), atol=1e-5, rtol=1e-5)


def test_large_scores_do_not_overflow(tiny_weights: Weights) -> None:
    wild = {
        name: tensor * np.float32(1000) if "attention_in" in name or "score" in name else tensor
        for name, tensor in tiny_weights.tensors.items()
    }
    weights = replace(tiny_weights, tensors=wild)
    texts = ["a b\nc d\ne", "one", HUGE]
    found = load(weights).encode(texts)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, torch_latents(weights, texts), atol=1e-3, rtol=1e-3)


def test_company_and_history_do_not_change_a_text(tiny_weights: Weights) -> None:
    texts = ["def a():\n    return b", "who calls it", "", HUGE, "a\nb\nc", "x = 1\n\ty = 2"]
    together = load(tiny_weights).encode(texts)
    used = load(tiny_weights)
    used.encode(["many other words went before these"])
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(used.encode([text])[0], row, atol=1e-6, rtol=1e-6)


def test_forgetting_words_changes_nothing(
    tiny_weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["alpha beta\ngamma", "delta"]
    encoder = load(tiny_weights)
    first = encoder.encode(texts)
    monkeypatch.setattr(word_vectors, "_MOST_WORDS", 0)
    assert np.array_equal(encoder.encode(texts), first)


def test_it_is_an_encoder(tiny_weights: Weights, encoder: RuntimeEncoder) -> None:
    as_protocol: Encoder = encoder
    assert as_protocol.fingerprint == tiny_weights.fingerprint
    assert (as_protocol.latent_dim, as_protocol.extension_dim) == (6, 5)
    assert as_protocol.encode([]).shape == (0, 11)


@pytest.mark.parametrize("change", ["missing", "reshaped"])
def test_weights_that_do_not_fit_say_so(tiny_weights: Weights, change: str) -> None:
    tensors = dict(tiny_weights.tensors)
    if change == "missing":
        del tensors["encoder.gate"]
    else:
        tensors["encoder.gate"] = np.zeros(3, dtype=np.float32)
    with pytest.raises(WeightsError, match=r"encoder\.gate"):
        load(replace(tiny_weights, tensors=tensors))


def test_a_decoder_says_what_torch_says(tiny_weights: Weights) -> None:
    latents = np.random.default_rng(0).normal(size=(300, 11)).astype(np.float32) * 2
    model = from_weights(tiny_weights)
    said = RuntimeDecoder(tiny_weights).explain(latents)
    assert said == model.decoder.generate(torch.from_numpy(latents[:, :6].copy()))
    assert len(set(said)) > 5


def test_a_decoder_stops_when_all_is_said(tiny_weights: Weights) -> None:
    tensors = dict(tiny_weights.tensors)
    bias = tensors["decoder.output.bias"].copy()
    bias[2] = 1000.0  # EOS
    weights = replace(tiny_weights, tensors={**tensors, "decoder.output.bias": bias})
    decoder = RuntimeDecoder(weights)
    assert decoder.explain(np.zeros((3, 11), dtype=np.float32)) == ["", "", ""]
    assert decoder.explain(np.zeros((0, 11), dtype=np.float32)) == []
