"""The mean of several models."""

import pytest
import torch

from benchmarks.pretrain.mean import mean


def test_every_model_counts_the_same_and_one_named_twice_twice() -> None:
    models = [{"a": torch.full((2,), float(value))} for value in (1, 4, 7)]
    assert torch.allclose(mean(models)["a"], torch.full((2,), 4.0))
    assert torch.allclose(mean([models[0], *models])["a"], torch.full((2,), 13 / 4))


def test_what_is_no_number_is_not_averaged() -> None:
    models = [{"words": torch.tensor(list(said.encode()))} for said in ("ab", "cd")]
    assert mean(models)["words"].tolist() == list(b"cd")


def test_models_of_other_shapes_have_no_mean() -> None:
    with pytest.raises(ValueError, match="model 2 has other parameters"):
        mean([{"a": torch.zeros(2)}, {"a": torch.zeros(3)}])
