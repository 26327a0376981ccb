"""Bytes made small, and back: never more of them than was announced.

Deflate, level 6: level 9 wins 0.5 %, level 1 loses a tenth and is faster by 10 µs a chunk.
"""

import zlib

_LEVEL = 6


def pack(data: bytes) -> bytes:
    """Return the bytes compressed; equal bytes give equal bytes."""
    return zlib.compress(data, _LEVEL)


def unpack(data: bytes, size: int, most: int) -> bytes:
    """Return what was packed.

    Args:
        data: what `pack` gave.
        size: how many bytes there were; one more is never held.
        most: how many there can be.

    Raises:
        ValueError: it is damaged, or not of this size.
    """
    if not (isinstance(data, bytes) and isinstance(size, int) and 0 <= size <= most):
        raise ValueError(f"{size!r} bytes, at most {most} expected")
    inflater = zlib.decompressobj()
    try:
        found = inflater.decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(found) != size or not inflater.eof or inflater.unused_data:
        raise ValueError(f"{size} bytes announced, and they are not there")
    return found


def ends_block(text: str, one_in: int) -> bool:
    """Return whether a block that is not full may end after a text: after one in so many.

    Where blocks end is thus a matter of what stands there, not of all that came before, and after
    a change they soon are what they were.
    """
    return zlib.crc32(text.encode()) % one_in == 0
