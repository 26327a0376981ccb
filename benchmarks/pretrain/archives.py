"""The files inside wheels, npm tarballs and Debian packages, read without unpacking to disk."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_AR = b"!<arch>\n"
# What reading an archive raises: some are damaged, and `tarfile` knows not every gzip header.
UNREADABLE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, ValueError)
_LARGEST = 400_000  # bytes of a file that is still read: larger ones are data or generated


def members(archive: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield (path in the archive, bytes) of the wanted regular files, in the archive's order."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                if not entry.is_dir() and entry.file_size <= _LARGEST and wanted(entry.filename):
                    yield entry.filename, packed.read(entry)
        return
    if archive.suffix == ".deb":
        with archive.open("rb") as stream:
            yield from _of_tar(io.BytesIO(_data_of_deb(stream.read())), wanted)
        return
    with archive.open("rb") as stream:
        yield from _of_tar(stream, wanted)


def _of_tar(stream: IO[bytes], wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    # Streaming ("r|*") keeps one pass over the compressed data, the dear part.
    with tarfile.open(fileobj=stream, mode="r|*") as packed:
        for member in packed:
            path = member.name.removeprefix("./")
            if member.isfile() and member.size <= _LARGEST and wanted(path):
                content = packed.extractfile(member)
                if content is not None:
                    yield path, content.read()


def _data_of_deb(data: bytes) -> bytes:
    """Return the `data.tar.*` of a .deb, which is an ar archive: 60-byte heads, even offsets.

    Raises:
        ValueError: there is none.
    """
    at = len(_AR)
    while data.startswith(_AR) and at + 60 <= len(data):
        name, size = data[at : at + 16], int(data[at + 48 : at + 58])
        if name.startswith(b"data.tar"):
            return data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    raise ValueError("not a Debian package: no data.tar in it")


def without_top(path: str) -> str:
    """Return a path without its first folder (`package/`, `name-1.0/`)."""
    return path.split("/", 1)[1] if "/" in path else path
