"""Latents as blobs: int8, with one scale of two bytes for each row, so that cosines need no scale.

What the main latents lose so, and their extension with them, is not seen in any ranking: NDCG@10
of benchmarks/retrieval is the same to 0.001 in every mode (with four bytes a number: 0.904 hybrid,
0.819 neural, 0.760 neural of 16 numbers).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ncs.index.schema import BLOCK_ROWS
from ncs.types import FloatArray, NDArray

Int8Array = NDArray[np.int8]

_LEAST, _MOST = 2.0**-14, 65504.0  # of the float16s that keep all their digits


class Extension(NamedTuple):
    """The nested continuation of the main latents, quantised.

    Attributes:
        values: (N, E) int8. scale: (N,) float32. Row i is worth values[i] * scale[i].
    """

    values: Int8Array
    scale: FloatArray

    def of(self, ids: NDArray[np.integer]) -> FloatArray:
        """Return the rows of some chunks as float32, (n, E)."""
        rows = np.empty((len(ids), self.values.shape[1]), dtype=np.float32)
        self.put(ids, rows)
        return rows

    def put(self, ids: NDArray[np.integer], rows: FloatArray) -> None:
        """Write the rows of some chunks into an array, (n, E)."""
        with np.errstate(invalid="ignore"):  # a damaged number: the check of an index names it
            np.multiply(self.values[ids], self.scale[ids, None], out=rows)


class Latents(NamedTuple):
    """Latents as an index gives them: (n, Z) and their extension, or whole ones alone."""

    main: FloatArray
    extension: Extension | None = None

    def of(self, rows: NDArray[np.integer]) -> FloatArray:
        """Return some rows with their extension, (n, Z + E)."""
        if self.extension is None:
            return np.asarray(self.main[rows], dtype=np.float32)
        width = self.main.shape[1]
        whole = np.empty((len(rows), width + self.extension.values.shape[1]), dtype=np.float32)
        whole[:, :width] = self.main[rows]
        self.extension.put(rows, whole[:, width:])
        return whole

    def some(self, rows: NDArray[np.integer]) -> "Latents":
        """Return some rows as they are kept."""
        if self.extension is None:
            return Latents(self.main[rows])
        scale = self.extension.scale[rows]
        return Latents(self.main[rows], Extension(self.extension.values[rows], scale))


def quantise(latents: FloatArray) -> tuple[Int8Array, FloatArray]:
    """Return the rows as int8, and for each the scale that takes its largest value to 127.

    A scale is a number of two bytes, so that a row written, read and written again stays as it is.
    It lies in [6e-5, 65504]: smaller rows lose digits, down to 0, and larger ones are cut off.
    """
    largest = np.abs(latents).max(axis=1, initial=0.0) / 127.0
    scale = np.clip(largest, _LEAST, _MOST).astype(np.float16).astype(np.float32)
    values = np.clip(np.rint(latents / scale[:, None]), -127, 127).astype(np.int8)
    scale[~values.any(axis=1)] = 1.0
    return values, scale


def parts(latents: FloatArray, latent_dim: int) -> dict[str, NDArray[np.generic]]:
    """Return what is written of latents (N, Z + E): part → array with N rows."""
    values, scale = quantise(latents)
    found: dict[str, NDArray[np.generic]] = {
        "main": values[:, :latent_dim], "scale": scale.astype("<f2"),
    }  # fmt: skip
    if latents.shape[1] > latent_dim:
        found["extension"] = values[:, latent_dim:]
    return found


class Blocks:
    """Cuts arrays that come in pieces into blobs of `BLOCK_ROWS` rows."""

    def __init__(self) -> None:
        self._held: dict[str, bytearray] = {}

    def add(self, pieces: Mapping[str, NDArray[np.generic]]) -> Iterator[tuple[str, bytes]]:
        """Take the next rows of each part; yield (part, bytes of the next block)."""
        for part, array in pieces.items():
            held = self._held.setdefault(part, bytearray())
            held += np.ascontiguousarray(array).tobytes()
            size = BLOCK_ROWS * array.itemsize * int(np.prod(array.shape[1:]))
            while len(held) >= size:
                yield part, bytes(held[:size])
                del held[:size]

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """Yield the last block of each part, as `add` does."""
        for part, held in self._held.items():
            if held:
                yield part, bytes(held)
