"""The bridge out of the torch room: a model as the bytes that `ncs.runtime` serves."""

import numpy as np
import torch

from ncs.errors import WeightsError
from ncs.learn.model import Model
from ncs.weights import (
    SPOKEN,
    TABLE,
    TABLE_SCALE,
    VOCABULARY,
    Array,
    Weights,
    doubled,
    halve,
    halved,
    pack,
    quantise,
    scale_of,
    spelled,
)


def to_weights(model: Model, *, small: bool = False) -> bytes:
    """Return the model's weights as bytes, its large matrices quantised to int8.

    Args:
        model: any.
        small: the table in four bits, half as large: what ships. What a codebase teaches would be
            rounded away: of this project's numbers 997 in 1,000 moved by less than half a step.
    """
    tensors: dict[str, Array] = {
        name: tensor.detach().cpu().numpy() for name, tensor in model.state_dict().items()
    }
    tensors[TABLE], tensors[TABLE_SCALE] = quantise(tensors[TABLE], 4 if small else 8)
    if small:
        tensors[TABLE] = halve(tensors[TABLE])
    for name in [name for name in tensors if name.startswith(SPOKEN) and tensors[name].ndim == 2]:
        tensors[name], tensors[scale_of(name)] = quantise(tensors[name])
    return pack(model.config, tensors)


def from_weights(weights: Weights) -> Model:
    """Return the model of some weights; its large matrices hold what int8 kept of them.

    Raises:
        WeightsError: a tensor is missing, unknown, or of another shape than the configuration's.
    """
    tensors = dict(weights.tensors)
    try:
        table = doubled(tensors[TABLE]) if halved(tensors[TABLE]) else tensors[TABLE]
        tensors[TABLE] = table.astype(np.float32) * tensors.pop(TABLE_SCALE)[:, None]
        for name in [name for name in tensors if scale_of(name) in tensors]:
            scale = tensors.pop(scale_of(name))
            tensors[name] = tensors[name].astype(np.float32) * scale[:, None]
        state = {name: torch.from_numpy(tensor.copy()) for name, tensor in tensors.items()}
        model = Model(weights.config, seed=0, words=spelled(tensors[VOCABULARY]))
        model.load_state_dict(state)
    except (KeyError, RuntimeError, ValueError) as error:
        raise WeightsError(f"the weights do not fit their configuration ({error})") from error
    return model
