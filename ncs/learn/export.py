"""The bridge out of the torch room: a model as the bytes that `ncs.runtime` serves."""

import numpy as np
import torch

from ncs.errors import WeightsError
from ncs.learn.model import Model
from ncs.weights import TABLE, TABLE_SCALE, Array, Weights, pack, quantise


def to_weights(model: Model) -> bytes:
    """Return the model's weights as bytes, its n-gram table quantised to int8."""
    tensors: dict[str, Array] = {
        name: tensor.detach().float().cpu().numpy() for name, tensor in model.state_dict().items()
    }
    tensors[TABLE], tensors[TABLE_SCALE] = quantise(tensors[TABLE])
    return pack(model.config, tensors)


def from_weights(weights: Weights) -> Model:
    """Return the model of some weights; its table holds what int8 kept of it.

    Raises:
        WeightsError: a tensor is missing, unknown, or of another shape than the configuration's.
    """
    tensors = dict(weights.tensors)
    try:
        table = tensors[TABLE].astype(np.float32) * tensors.pop(TABLE_SCALE)[:, None]
        state = {name: torch.from_numpy(tensor.copy()) for name, tensor in tensors.items()}
        state[TABLE] = torch.from_numpy(table)
        model = Model(weights.config, seed=0)
        model.load_state_dict(state)
    except (KeyError, RuntimeError, ValueError) as error:
        raise WeightsError(f"the weights do not fit their configuration ({error})") from error
    return model
