"""Model weights as bytes: safetensors with the configuration beside the numbers.

The only bridge between training (`ncs.learn`) and use (`ncs.runtime`). Never pickle.
The n-gram table, nine tenths of all parameters, is kept as int8 with one scale a row, and so are
the matrices of the decoder; of the model that ships, which must be small, the table has four bits
a number.
"""

import json
import math
import mmap
import struct
import zlib
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ncs.config import ModelConfig, fingerprint, model_config_from_json, to_json
from ncs.errors import WeightsError
from ncs.types import NDArray

FORMAT = "ncs-weights-2"
TABLE = "words.table"
TABLE_SCALE = "words.scale"
VOCABULARY = "spelling"  # the words that the decoder knows
SPOKEN = ("decoder.", "reader.")  # whose matrices are int8, each with its scales beside it
BASE_NAME = "base.safetensors"
BASE_PATH = Path(__file__).parent / "data" / BASE_NAME  # ships inside the package
_MARKED = 1 << 16  # bytes of a block that has a checksum
_ABOUT = "ncs"  # the entry of the file's metadata that holds format and configuration
_KINDS = {"F32": "<f4", "I8": "i1", "U8": "u1"}  # safetensors' names of what `pack` is given
_LONGEST_HEADER = 1_000_000  # bytes

Array = NDArray[Any]


class Weights(NamedTuple):
    """A model: its shape and its numbers, float32 but for the quantised table.

    Attributes:
        tensors: name → array. `words.table` is int8 (buckets, D), or as `halve` leaves it, and
            `words.scale` float32 (buckets,): row i of the table is worth table[i] * scale[i]. So
            it is with the matrices of `SPOKEN` and their `NAME.scale`. `spelling` is the
            decoder's vocabulary.
    """

    config: ModelConfig
    tensors: Mapping[str, Array]
    fingerprint: str


def quantise(table: NDArray[np.float32], bits: int = 8) -> tuple[NDArray[np.int8], Array]:
    """Return the rows as int8 of so many bits, and their scales, so that row ≈ int8 * scale."""
    scale = np.abs(table).max(axis=1) / (2.0 ** (bits - 1) - 1.0)
    safe = np.where(scale > 0, scale, 1.0).astype(np.float32)
    return np.rint(table / safe[:, None]).astype(np.int8), safe


def halve(rows: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Return numbers in [-8, 7], (n, D) of an even D, two a byte: (n, D / 2).

    The low four bits of a byte are a number of the first half of its row, plus 8, the high four
    one of the second half.
    """
    first, second = np.split((rows + 8).astype(np.uint8), 2, axis=1)
    return np.asarray(first | second << 4, dtype=np.uint8)


def doubled(packed: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return what was halved, (..., D / 2) → (..., D)."""
    return np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.int8) - np.int8(8)


def scale_of(name: str) -> str:
    """Return the name of the scales of a quantised matrix."""
    return f"{name}.scale"


def spell(words: Sequence[str]) -> NDArray[np.uint8]:
    """Return a vocabulary as bytes."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8).copy()


def spelled(data: Array) -> tuple[str, ...]:
    """Return the vocabulary that `spell` wrote.

    Raises:
        ValueError: the bytes are no text.
    """
    text = data.astype(np.uint8).tobytes().decode()
    return tuple(text.split("\n")) if text else ()


def parameter_count(tensors: Mapping[str, Array]) -> int:
    """Return how many numbers training learned: no scales of int8, nor a vocabulary's bytes."""
    beside = {VOCABULARY, TABLE_SCALE, *map(scale_of, tensors)}
    count = sum(tensor.size for name, tensor in tensors.items() if name not in beside)
    table = tensors.get(TABLE)
    return count + (table.size if table is not None and halved(table) else 0)


def halved(table: Array) -> bool:
    """Whether a table is as `halve` leaves it."""
    return table.dtype == np.uint8


def pack(config: ModelConfig, tensors: Mapping[str, Array]) -> bytes:
    """Return the file's bytes. `tensors` holds the table already quantised."""
    whole = {name: np.ascontiguousarray(tensor) for name, tensor in sorted(tensors.items())}
    # One entry only: safetensors writes several in an order of its own, and equal models
    # must give equal bytes.
    about = json.dumps({"format": FORMAT, "config": to_json(config)})
    # No query writes a model, so none waits for what does.
    save = import_module("safetensors.numpy").save
    return bytes(save(whole, metadata={_ABOUT: about}))


def unpack(data: bytes | mmap.mmap, *, origin: str) -> Weights:
    """Return the model in a file's bytes, its numbers as views of them that cannot be written.

    Args:
        data: what `pack` returned.
        origin: names the file in errors.

    Raises:
        WeightsError: the bytes are damaged, of another format, or hold non-finite numbers.
    """
    try:
        header, start = _header(data)
        metadata = _metadata(header)
        _check_layout(header, len(data) - start)
        tensors = {name: _view(data, start, entry) for name, entry in header.items()}
        if metadata.get("format") != FORMAT:
            found = metadata.get("format", "no format mark")
            raise WeightsError(f"{origin}: expected weights of format {FORMAT}, found {found}")
        config = model_config_from_json(metadata["config"])
    except (
        ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
        struct.error,
    ) as error:  # fmt: skip
        raise WeightsError(f"{origin}: damaged model weights ({error})") from error
    for name, tensor in tensors.items():
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise WeightsError(f"{origin}: tensor {name} holds numbers that are not finite")
    return Weights(config, tensors, _mark(data))


def _mark(data: bytes | mmap.mmap) -> str:
    """Return what tells these weights from others and from damaged ones, in hexadecimal.

    A digest of the checksums (CRC-32) of all blocks: against accident, not against malice, and six
    times faster than a digest of the bytes, which a query would see.
    """
    view = memoryview(data)
    sums = [zlib.crc32(view[at : at + _MARKED]) for at in range(0, len(data), _MARKED)]
    return fingerprint(struct.pack(f"<Q{len(sums)}I", len(data), *sums))


def _header(data: bytes | mmap.mmap) -> tuple[dict[str, Any], int]:
    """Return what a file says of its tensors, by name, and where their numbers begin."""
    (length,) = struct.unpack("<Q", data[:8])
    if length > _LONGEST_HEADER:
        raise ValueError(f"a header of {length:,} bytes")
    found = json.loads(data[8 : 8 + length])
    if not isinstance(found, dict):
        raise TypeError("a header that is no object")
    return found, 8 + length


def _metadata(header: dict[str, Any]) -> dict[str, str]:
    about = json.loads(header.pop("__metadata__", {}).get(_ABOUT, "{}"))
    return about if isinstance(about, dict) else {}


def _check_layout(header: Mapping[str, Any], size: int) -> None:
    """Check that tensors lie one behind the other and fill the file: nothing is read twice."""
    at = 0
    for begin, end in sorted(tuple(entry["data_offsets"]) for entry in header.values()):
        if begin != at or end < begin:
            raise ValueError(f"a tensor from byte {begin} to {end} where {at} is due")
        at = end
    if at != size:
        raise ValueError(f"tensors of {at} bytes in {size}")


def _view(data: bytes | mmap.mmap, start: int, entry: Mapping[str, Any]) -> Array:
    """Return a tensor where it lies: `safetensors.numpy.load` copies it, 4 ms of a cold query."""
    kind, shape = np.dtype(_KINDS[entry["dtype"]]), tuple(entry["shape"])
    begin, end = entry["data_offsets"]
    count = math.prod(shape)
    if min(shape, default=0) < 0 or count * kind.itemsize != end - begin:
        raise ValueError(f"a tensor of shape {shape} from byte {begin} to {end}")
    return np.frombuffer(data, kind, count, start + begin).reshape(shape)


def shipped_model() -> Weights | None:
    """Return the base model that ships inside the package, or None where none does.

    Its numbers are the file as the system maps it, which is to be replaced, never rewritten.

    Raises:
        WeightsError: it is damaged.
    """
    # Not importlib.resources: a cold query would wait 5 ms for what that imports.
    try:
        with BASE_PATH.open("rb") as file:
            return unpack(_mapped(file), origin="base model")
    except FileNotFoundError:
        return None


def _mapped(file: BinaryIO) -> bytes | mmap.mmap:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # a file system that cannot, or an empty file
        return file.read()
