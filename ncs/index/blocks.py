"""Latents as blobs: main latents float32, their extension int8 with a scale for each row."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ncs.index.schema import BLOCK_ROWS
from ncs.types import FloatArray


@dataclass(frozen=True, slots=True)
class Extension:
    """The nested continuation of the main latents, quantised.

    Attributes:
        values: (N, E) int8. scale: (N,) float32. Row i is worth values[i] * scale[i].
    """

    values: npt.NDArray[np.int8]
    scale: FloatArray

    def of(self, ids: npt.NDArray[np.integer]) -> FloatArray:
        """Return the rows of some chunks as float32, (n, E)."""
        return np.asarray(self.values[ids] * self.scale[ids, None], dtype=np.float32)


def quantise(extension: FloatArray) -> Extension:
    """Return the rows as int8, each with the scale that takes its largest value to 127."""
    largest = np.abs(extension).max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest / 127.0, 1.0).astype(np.float32)
    return Extension(np.rint(extension / scale[:, None]).astype(np.int8), scale)


def parts(latents: FloatArray, latent_dim: int) -> dict[str, npt.NDArray[np.generic]]:
    """Return what is written of latents (N, Z + E): part → array with N rows."""
    found: dict[str, npt.NDArray[np.generic]] = {"main": latents[:, :latent_dim].astype("<f4")}
    if latents.shape[1] > latent_dim:
        extension = quantise(latents[:, latent_dim:])
        found["extension"] = extension.values
        found["scale"] = extension.scale.astype("<f4")
    return found


def blocks(array: npt.NDArray[np.generic]) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the block, its bytes), `BLOCK_ROWS` rows each."""
    for number, at in enumerate(range(0, len(array), BLOCK_ROWS)):
        yield number, np.ascontiguousarray(array[at : at + BLOCK_ROWS]).tobytes()
