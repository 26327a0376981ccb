"""Model weights as bytes: safetensors with the configuration beside the numbers.

The only bridge between training (`ncs.learn`) and use (`ncs.runtime`). Never pickle.
The n-gram table, nine tenths of all parameters, is kept as int8 with one scale a row, and so are
the matrices of the decoder.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from ncs.config import ModelConfig, fingerprint, model_config_from_json, to_json
from ncs.errors import WeightsError

FORMAT = "ncs-weights-2"
TABLE = "words.table"
TABLE_SCALE = "words.scale"
VOCABULARY = "spelling"  # the words that the decoder knows
SPOKEN = ("decoder.", "reader.")  # whose matrices are int8, each with its scales beside it
BASE_NAME = "base.safetensors"
_MARKED = 1 << 16  # bytes of a block that has a checksum
_ABOUT = "ncs"  # the entry of the file's metadata that holds format and configuration

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Weights:
    """A model: its shape and its numbers, float32 but for the quantised table.

    Attributes:
        tensors: name → array. `words.table` is int8 (buckets, D) and `words.scale`
            float32 (buckets,): row i of the table is worth table[i] * scale[i]. So it is with the
            matrices of `SPOKEN` and their `NAME.scale`. `spelling` is the decoder's vocabulary.
    """

    config: ModelConfig
    tensors: Mapping[str, Array]
    fingerprint: str


def quantise(table: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], Array]:
    """Return the rows as int8 and their scales, (buckets,), so that row ≈ int8 * scale."""
    scale = np.abs(table).max(axis=1) / 127.0
    safe = np.where(scale > 0, scale, 1.0).astype(np.float32)
    return np.rint(table / safe[:, None]).astype(np.int8), safe


def scale_of(name: str) -> str:
    """Return the name of the scales of a quantised matrix."""
    return f"{name}.scale"


def spell(words: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Return a vocabulary as bytes."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8).copy()


def spelled(data: Array) -> tuple[str, ...]:
    """Return the vocabulary that `spell` wrote.

    Raises:
        ValueError: the bytes are no text.
    """
    text = data.astype(np.uint8).tobytes().decode()
    return tuple(text.split("\n")) if text else ()


def pack(config: ModelConfig, tensors: Mapping[str, Array]) -> bytes:
    """Return the file's bytes. `tensors` holds the table already quantised."""
    whole = {name: np.ascontiguousarray(tensor) for name, tensor in sorted(tensors.items())}
    # One entry only: safetensors writes several in an order of its own, and equal models
    # must give equal bytes.
    about = json.dumps({"format": FORMAT, "config": to_json(config)})
    return bytes(save_tensors(whole, metadata={_ABOUT: about}))


def unpack(data: bytes, *, origin: str) -> Weights:
    """Return the model in a file's bytes; `origin` names the file in errors.

    Raises:
        WeightsError: the bytes are damaged, of another format, or hold non-finite numbers.
    """
    try:
        tensors = load_tensors(data)
        metadata = _metadata(data)
        if metadata.get("format") != FORMAT:
            found = metadata.get("format", "no format mark")
            raise WeightsError(f"{origin}: expected weights of format {FORMAT}, found {found}")
        config = model_config_from_json(metadata["config"])
    except (
        SafetensorError,
        ValueError,
        KeyError,
        TypeError,
        struct.error,
        AttributeError,
    ) as error:
        raise WeightsError(f"{origin}: damaged model weights ({error})") from error
    for name, tensor in tensors.items():
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise WeightsError(f"{origin}: tensor {name} holds numbers that are not finite")
    return Weights(config, tensors, _mark(data))


def _mark(data: bytes) -> str:
    """Return what tells these weights from others and from damaged ones, in hexadecimal.

    A digest of the checksums (CRC-32) of all blocks: against accident, not against malice, and six
    times faster than a digest of the bytes, which a query would see.
    """
    view = memoryview(data)
    sums = [zlib.crc32(view[at : at + _MARKED]) for at in range(0, len(data), _MARKED)]
    return fingerprint(struct.pack(f"<Q{len(sums)}I", len(data), *sums))


def _metadata(data: bytes) -> dict[str, str]:
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    about = json.loads(header.get("__metadata__", {}).get(_ABOUT, "{}"))
    return about if isinstance(about, dict) else {}


def base_bytes() -> bytes | None:
    """Return the base model that ships inside the package, or None where none does."""
    # Not importlib.resources: a cold query would wait 5 ms for what that imports.
    try:
        return (Path(__file__).parent / "data" / BASE_NAME).read_bytes()
    except FileNotFoundError:
        return None
