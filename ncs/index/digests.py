"""Checksums of what an index holds, and the fingerprint of all of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from ncs.config import fingerprint
from ncs.hashing import blake2b


def rows_digest(rows: Iterable[tuple[Any, ...]]) -> str:
    """Return the hex blake2b digest (20 bytes) of rows of numbers, texts, blobs and nulls.

    Each value comes with its type and its length, so no two different sequences of rows are
    written alike.
    """
    digest = blake2b(digest_size=20)
    for row in rows:
        digest.update(b"".join(map(_told, row)) + b"\n")
    return digest.hexdigest()


def _told(value: Any) -> bytes:
    if isinstance(value, bytes):
        return b"b%d:%b" % (len(value), value)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        return b"s%d:%b" % (len(data), data)
    return f"{type(value).__name__}:{value!r};".encode()


def whole(meta: Mapping[str, str], digests: Mapping[str, str]) -> str:
    """Return the fingerprint of an index: of its meta entries and the checksums of its parts.

    Args:
        meta: key → JSON text; an entry "fingerprint" is left out.
        digests: part → hex digest.
    """
    parts = [text for key in sorted(meta) if key != "fingerprint" for text in (key, meta[key])]
    return fingerprint(*parts, *(text for item in sorted(digests.items()) for text in item))
