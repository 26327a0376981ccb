"""Latents as blobs: main latents float32, their extension int8 with a scale for each row."""

from collections.abc import Iterator, Mapping
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


class Blocks:
    """Cuts arrays that come in pieces into blobs of `BLOCK_ROWS` rows."""

    def __init__(self) -> None:
        self._held: dict[str, bytearray] = {}
        self._given: dict[str, int] = {}

    def add(
        self, pieces: Mapping[str, npt.NDArray[np.generic]]
    ) -> Iterator[tuple[str, int, bytes]]:
        """Take the next rows of each part; yield (part, number of the block, its bytes)."""
        for part, array in pieces.items():
            held = self._held.setdefault(part, bytearray())
            held += np.ascontiguousarray(array).tobytes()
            size = BLOCK_ROWS * array.itemsize * int(np.prod(array.shape[1:]))
            while len(held) >= size:
                yield self._block(part, bytes(held[:size]))
                del held[:size]

    def rest(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield the last block of each part, as `add` does."""
        for part, held in self._held.items():
            if held:
                yield self._block(part, bytes(held))

    def _block(self, part: str, data: bytes) -> tuple[str, int, bytes]:
        number = self._given.get(part, 0)
        self._given[part] = number + 1
        return part, number, data
