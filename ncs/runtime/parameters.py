"""Typed access to the numbers of a weights file, and the few layers they go into."""

from typing import NamedTuple

import numpy as np

from ncs.errors import WeightsError
from ncs.types import FloatArray
from ncs.weights import TABLE, VOCABULARY, Array, Weights, scale_of

_EPSILON = 1e-5  # of layer normalisation, as torch has it
_GELU = (0.7978845608028654, 0.044715)  # √(2/π) and the cubic term of the tanh form


def take(weights: Weights, name: str, *shape: int) -> Array:
    """Return a tensor of the weights; a matrix with scales beside it as what it is worth.

    Raises:
        WeightsError: it is missing or has another shape.
    """
    tensor = weights.tensors.get(name)
    if tensor is None or tensor.shape != shape:
        found = "none" if tensor is None else tensor.shape
        raise WeightsError(
            f"the model weights do not fit their configuration: {name} must have shape {shape}, "
            f"found {found}"
        )
    scale = weights.tensors.get(scale_of(name))
    if scale is None:
        if tensor.dtype.kind != "f" and name not in (TABLE, VOCABULARY):
            raise WeightsError(f"the model weights do not fit: {name} is {tensor.dtype}")
        return tensor
    if scale.shape != shape[:1] or len(shape) != 2:  # of a vector they would make a matrix
        raise WeightsError(f"the model weights do not fit: {scale_of(name)} is {scale.shape}")
    return np.asarray(tensor * scale[:, None], dtype=np.float32)


class Linear(NamedTuple):
    """x → x · matrix + bias. `matrix` is (inputs, outputs)."""

    matrix: FloatArray
    bias: FloatArray

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return (n, inputs) → (n, outputs)."""
        out: FloatArray = values @ self.matrix
        out += self.bias
        return out


def linear(weights: Weights, name: str, inputs: int, outputs: int) -> Linear:
    """Return the linear layer of that name."""
    matrix = take(weights, f"{name}.weight", outputs, inputs)
    return Linear(np.ascontiguousarray(matrix.T), take(weights, f"{name}.bias", outputs))


def standardise(values: FloatArray) -> FloatArray:
    """Return the rows, (n, width), with mean 0 and variance 1: a layer norm without weights."""
    # As products, for speed: `mean` and `einsum` begin slowly.
    width = values.shape[1]
    column = np.full((width, 1), 1.0 / width, dtype=np.float32)
    out: FloatArray = values - values @ column
    variance = (out[:, None, :] @ out[:, :, None])[:, 0] / width
    out *= 1.0 / np.sqrt(variance + _EPSILON)
    return out


def linear_after_norm(weights: Weights, norm: str, name: str, inputs: int, outputs: int) -> Linear:
    """Return the linear layer that gives, after `standardise`, what norm and layer give.

    (x·s + b) · matrix + c  =  x · (s·matrix) + (b · matrix + c): two passes over x saved.
    """
    plain = linear(weights, name, inputs, outputs)
    scale = take(weights, f"{norm}.weight", inputs)
    shift = take(weights, f"{norm}.bias", inputs)
    return Linear(scale[:, None] * plain.matrix, shift @ plain.matrix + plain.bias)


def gelu(values: FloatArray) -> FloatArray:
    """Return the GELU of the values, tanh form; the values are used up."""
    root, cubic = _GELU
    inner = values * values
    inner *= root * cubic
    inner += root
    inner *= values
    np.tanh(inner, out=inner)
    inner += 1.0
    inner *= values
    inner *= 0.5
    return inner


def sigmoid(values: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(−x)); written with tanh, which does not overflow."""
    return np.asarray(0.5 * (np.tanh(0.5 * values) + 1.0), dtype=np.float32)
