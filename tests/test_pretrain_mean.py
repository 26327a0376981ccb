"""The mean of several models."""

import pytest
import torch

from benchmarks.pretrain.mean import mean
from ncs.weights import TABLE

NONE = torch.zeros(1, 2)


def test_every_model_counts_the_same_and_one_named_twice_twice() -> None:
    models = [{"a": torch.full((2,), float(value)), TABLE: NONE} for value in (1, 4, 7)]
    assert torch.allclose(mean(models)["a"], torch.full((2,), 4.0))
    assert torch.allclose(mean([models[0], *models])["a"], torch.full((2,), 13 / 4))


def test_a_small_table_stands_for_each_of_the_rows_with_its_last_bits() -> None:
    small, large = torch.tensor([[0.0], [2.0]]), torch.tensor([[4.0], [4.0], [8.0], [8.0]])
    found = mean([{TABLE: small}, {TABLE: large}])[TABLE]
    assert found.flatten().tolist() == [2.0, 3.0, 4.0, 5.0]


def test_what_is_no_number_is_not_averaged() -> None:
    models = [{"words": torch.tensor(list(said.encode())), TABLE: NONE} for said in ("ab", "cd")]
    assert mean(models)["words"].tolist() == list(b"cd")


def test_models_of_other_shapes_have_no_mean() -> None:
    with pytest.raises(ValueError, match="model 2 has other parameters"):
        mean([{"a": torch.zeros(2), TABLE: NONE}, {"a": torch.zeros(3), TABLE: NONE}])
