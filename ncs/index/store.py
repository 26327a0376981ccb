"""The open SQLite file: every read guarded, so that damage never shows as a raw error."""

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ncs.errors import IndexDamaged, IndexMissing, IndexUnusable, IndexVersion
from ncs.index.schema import (
    APPLICATION_ID,
    FORMAT,
    HEADER_BYTES,
    MAGIC,
    TABLES,
    at_default_place,
)

_NO_INDEX = "ncs index makes one"
_DEFINED = "SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid"

Row = tuple[Any, ...]


def command(path: Path) -> str:
    """Return what to type in the working folder so that an index is written."""
    place = path.absolute()
    if not at_default_place(path):
        return f"ncs index --codebase DIR --output {path}"
    root = place.parents[1]
    with suppress(OSError):  # the working folder may be gone
        here = Path.cwd()
        if root in (here, *here.parents):
            return "ncs index"
    return f"ncs index --codebase {root}"


def rebuild(path: Path) -> str:
    """Return the hint that says how an index is made anew."""
    return f"{command(path)} writes it anew"


def damaged(path: Path, check: str, detail: str) -> IndexDamaged:
    """Return the error that says which check of an index failed."""
    return IndexDamaged(f"{path}: the check of its {check} failed: {detail}", hint=rebuild(path))


def _foreign(path: Path, detail: str) -> IndexDamaged:
    """Return the error for what somebody else wrote; only in an index's place is it replaced."""
    error = damaged(path, "format", detail)
    if at_default_place(path):
        return error
    return IndexDamaged(error.message, hint="name an ncs index, or a folder that has one")


def missing(message: str) -> IndexMissing:
    """Return the error that says where no index was found."""
    return IndexMissing(message, hint=_NO_INDEX)


def check_header(path: Path) -> None:
    """Check the marks of the format and the size of the file, without SQLite.

    Raises:
        IndexMissing: there is no such file.
        IndexUnusable: it may not be read.
        IndexVersion: it has another format version.
        IndexDamaged: it is no ncs index, or cut short.
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # a device may give anything
                raise IndexUnusable(f"{path}: no regular file, so no index", hint=_NO_INDEX)
            head = file.read(HEADER_BYTES)
            size = file.seek(0, 2)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise missing(f"no index at {path}") from error
    except OSError as error:
        raise IndexUnusable(f"{path}: cannot be read ({error.strerror})") from error
    if len(head) < HEADER_BYTES or not head.startswith(MAGIC):
        raise _foreign(path, f"{size} bytes that are no SQLite file")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise _foreign(path, "an SQLite file that is no ncs index")
    version = int.from_bytes(head[60:64], "big")
    if version != FORMAT:
        raise IndexVersion(
            f"{path}: written in format {version}; this ncs reads format {FORMAT}",
            hint=rebuild(path),
        )
    # The header says 1 for a page of 64 KB, which does not fit its two bytes.
    page = int.from_bytes(head[16:18], "big")
    expected = (0x10000 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if size != expected:
        raise damaged(path, "size", f"expected {expected} bytes, found {size}")


def _at_once(place: str, flags: int) -> int:
    """Open a file as `open` asks its opener to; a pipe would be waited for."""
    return os.open(place, flags | getattr(os, "O_NONBLOCK", 0))


def read_only(path: Path) -> str:
    """Return the URI by which SQLite reads a file that nobody changes."""
    # What `Path.as_uri` says, without its import of urllib.parse, which takes 2 ms.
    place = path.absolute().as_posix()
    rooted = place if place.startswith("/") else f"/{place}"  # a drive comes first on Windows
    said = "".join(
        chr(byte)
        if byte < 128 and (chr(byte).isalnum() or chr(byte) in "/:._-")
        else f"%{byte:02x}"
        for byte in os.fsencode(rooted)
    )
    return f"file://{said}?mode=ro&immutable=1"


def tables(connection: sqlite3.Connection) -> list[Any]:
    """Return the statements of all that a file defines: tables, and whatever else there is."""
    return [sql for (sql,) in connection.execute(_DEFINED)]


class Store:
    """A read-only connection to an index file whose header is sound, with tables of this format.

    Raises:
        IndexMissing, IndexUnusable, IndexVersion, IndexDamaged: as `check_header` does;
            the last also where the file defines anything but the tables of an index.
    """

    def __init__(self, path: Path) -> None:
        check_header(path)
        self.path = path
        self._closed = False
        # An index file is replaced, never changed (see ncs.index), so it needs no locks, and
        # can be read from media and folders that cannot be written.
        try:
            self._connection = sqlite3.connect(read_only(path), uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise IndexUnusable(f"{path}: cannot be opened ({error})") from error
        try:
            self._check_tables()
        except BaseException:
            self.close()
            raise

    def _check_tables(self) -> None:
        # A view in the place of a table is a program: it can run for ever, in any memory.
        try:
            found = tables(self._connection)
        except (sqlite3.Error, UnicodeError) as error:
            raise damaged(self.path, "tables", str(error)) from error
        if found != list(TABLES.values()):
            detail = f"{len(TABLES)} tables of format {FORMAT} expected, and nothing beside them"
            raise damaged(self.path, "tables", detail)

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return all rows of a query.

        Raises:
            IndexDamaged: SQLite could not read them.
            IndexUnusable: the file was closed.
        """
        return list(self.stream(query, values))

    def stream(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Row]:
        """Yield the rows of a query.

        Raises:
            IndexDamaged: SQLite could not read them.
            IndexUnusable: the file was closed.
        """
        with self._guarded():
            found = iter(self._connection.execute(query, values))
            # Left half read, `yield from` would close a cursor whose file may be closed by then.
            while (row := next(found, None)) is not None:
                yield row

    def large_blob(self, table: str, column: str, row: int) -> bytes:
        """Return one blob of many pages, by the number of its row: 5 ms where a query takes 14.

        Raises:
            IndexDamaged, IndexUnusable: as `rows` does; the first also for what is no blob.
        """
        if sys.version_info < (3, 11):
            return self.blob(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,))
        with self._guarded(), self._connection.blobopen(table, column, row, readonly=True) as blob:
            return blob.read()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        if self._closed:
            raise IndexUnusable(f"{self.path}: was closed", hint="open it again: ncs.open")
        try:
            yield
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            raise damaged(self.path, "content", str(error)) from error

    def texts(self, query: str) -> Mapping[str, str]:
        """Return the rows of a query of two columns of text, first → second."""
        found: dict[str, str] = {}
        for key, value in self.rows(query):
            if not isinstance(key, str) or not isinstance(value, str):
                raise damaged(self.path, "content", f"text expected by {query}")
            found[key] = value
        return found

    def blob(self, query: str, values: tuple[Any, ...]) -> bytes:
        """Return the blobs of a query's one column, joined in order."""
        found = [row[0] for row in self.rows(query, values)]
        if not all(isinstance(data, bytes) for data in found):
            raise damaged(self.path, "content", f"blobs expected by {query}")
        return b"".join(found)

    def close(self) -> None:
        """Close the file."""
        self._closed = True
        self._connection.close()
