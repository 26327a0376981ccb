"""The journal of a build: what it has encoded so far, kept beside the index until that stands.

A file of records, each of its own checksum, so that a build that was killed loses at most what
it was writing:

    header    40 bytes: fingerprint of the model
    record    digest of the chunk (16), latent (4 · width), CRC-32 of both (4)
"""

import os
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ncs.index.closing import Closing
from ncs.index.lock import ENCODED, beside, unlinked
from ncs.types import FloatArray, NDArray

_HEADER = 40
_LARGEST = 1 << 30  # bytes that are read back; what lies beyond is encoded again


def _record(width: int) -> np.dtype[Any]:
    return np.dtype([("digest", "V16"), ("latent", "<f4", (width,)), ("crc", "<u4")])


def encoded_before(
    path: Path, fingerprint: str, width: int
) -> tuple[NDArray[np.uint8], FloatArray]:
    """Return what an interrupted build left: digests (n, 16) and latents (n, width).

    Args:
        path: the index file.
        fingerprint: of the model; what another model has encoded is of no use.
        width: of its latents.
    """
    kind = _record(width)
    data = _left(path, fingerprint)
    size = kind.itemsize
    records = np.frombuffer(data, kind, count=len(data) // size)
    view = memoryview(data)
    checksums = [
        zlib.crc32(view[at : at + size - 4]) for at in range(0, len(records) * size, size)
    ]
    sound = np.isfinite(records["latent"]).all(axis=1) & (records["crc"] == checksums)
    kept = records if sound.all() else records[sound]
    digests = np.ascontiguousarray(kept["digest"]).view(np.uint8).reshape(-1, 16)
    return digests, kept["latent"]


def _left(path: Path, fingerprint: str) -> bytes:
    """Return the records of an interrupted build; none where another model made them."""
    try:
        with open(beside(path.resolve(), ENCODED), "rb", opener=unlinked) as file:
            same = file.read(_HEADER) == fingerprint.encode()[:_HEADER].ljust(_HEADER)
            return file.read(_LARGEST) if same else b""
    except OSError:
        return b""


class Journal(Closing):
    """Takes down what a build encodes, so that one that is killed need not encode it again.

    A context manager; after `done` nothing is left.

    Where nothing can be written it stays silent: the index will say so, and a journal only
    saves work.

    Args:
        path: the index file.
        fingerprint: of the model.
        width: of its latents.
    """

    def __init__(self, path: Path, fingerprint: str, width: int) -> None:
        self._place = beside(path.resolve(), ENCODED)
        self._header = fingerprint.encode()[:_HEADER].ljust(_HEADER)
        self._kind = _record(width)
        self._file: BinaryIO | None = None

    def add(self, digests: Sequence[bytes], latents: FloatArray) -> None:
        """Take down the latents of some chunks, (n, width)."""
        records = np.zeros(len(digests), self._kind)
        records["digest"] = np.array(digests, dtype="V16")
        records["latent"] = latents
        records["crc"] = _checksums(digests, latents)
        with suppress(OSError):
            self._file = self._file or self._open()
            self._file.write(records.tobytes())
            self._file.flush()

    def _open(self) -> BinaryIO:
        file = open(self._place, "a+b", opener=unlinked)  # noqa: SIM115 (see close)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if file.read(_HEADER) == self._header:
            # A record that was cut short must not shift those that follow.
            file.truncate(size - (size - _HEADER) % self._kind.itemsize)
        else:
            file.truncate(0)
            file.write(self._header)
        return file

    def done(self) -> None:
        """Remove the file: the index holds all of it."""
        self.close()
        with suppress(OSError):
            self._place.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; what was taken down stays."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None


def _checksums(digests: Sequence[bytes], latents: FloatArray) -> NDArray[np.uint32]:
    rows = latents.astype("<f4")
    found = [zlib.crc32(at + row.tobytes()) for at, row in zip(digests, rows, strict=True)]
    return np.array(found, dtype=np.uint32)
