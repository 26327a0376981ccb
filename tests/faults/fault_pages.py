"""What each byte of an SQLite file is for: a table's rows, or nothing that a reader looks at.

The layout is that of https://www.sqlite.org/fileformat2.html, read here without SQLite.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

UNUSED = "free space in a page"
FREE_PAGE = "free page"
# fields of the file's header that say nothing to a reader of a file that nobody changes
_IDLE_FIELDS = {
    "write version": (18, 19),
    "change counter": (24, 28),
    "schema cookie": (40, 44),
    "size of the cache": (48, 52),
    "autovacuum": (64, 68),
    "reserved": (72, 92),
    "version valid for": (92, 96),
    "version of SQLite": (96, 100),
}
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 13, 5, 10, 2


class Pages:
    """The use of every byte of an index file.

    Attributes:
        owner: of each page, from 0: the table that it belongs to.
        use: of each byte: "" where it holds something, else why a reader passes over it.
    """

    def __init__(self, place: Path) -> None:
        self._data = place.read_bytes()
        self._size = int.from_bytes(self._data[16:18], "big")
        count = len(self._data) // self._size
        self.owner = [FREE_PAGE] * count
        self.use = [FREE_PAGE] * len(self._data)
        with closing(sqlite3.connect(f"{place.as_uri()}?immutable=1", uri=True)) as connection:
            query = "SELECT tbl_name, rootpage FROM sqlite_master WHERE rootpage > 0"
            roots = connection.execute(query).fetchall()
        for name, root in (("schema", 1), *roots):
            self._tree(name, root)
        for name, (start, end) in _IDLE_FIELDS.items():
            self.use[start:end] = [f"header: {name}"] * (end - start)

    def of(self, offset: int) -> tuple[str, str]:
        """Return the table that a byte belongs to, and why no reader looks at it, if so."""
        return self.owner[offset // self._size], self.use[offset]

    def _number(self, at: int, width: int) -> int:
        return int.from_bytes(self._data[at : at + width], "big")

    def _varint(self, at: int) -> tuple[int, int]:
        """Return a number of one to nine bytes, and where it ends."""
        value = 0
        for place in range(at, at + 8):
            value = value << 7 | self._data[place] & 0x7F
            if self._data[place] < 0x80:
                return value, place + 1
        return value << 8 | self._data[at + 8], at + 9

    def _claim(self, name: str, start: int, end: int, why: str = "") -> None:
        self.owner[start // self._size] = name
        self.use[start:end] = [why] * (end - start)

    def _tree(self, name: str, page: int) -> None:
        start = (page - 1) * self._size
        head = start + (100 if page == 1 else 0)
        kind, cells = self._data[head], self._number(head + 3, 2)
        inner = kind in (_TABLE_INNER, _INDEX_INNER)
        pointers = head + (12 if inner else 8)
        self._claim(name, start, start + self._size, UNUSED)
        self._claim(name, start, pointers + 2 * cells)
        for free in self._free_blocks(start, head):
            self._claim(name, free, free + 4)  # its link and its size, which SQLite checks
        for at in range(cells):
            cell = start + self._number(pointers + 2 * at, 2)
            self._cell(name, kind, cell)
            if inner:
                self._tree(name, self._number(cell, 4))
        if inner:
            self._tree(name, self._number(head + 8, 4))

    def _free_blocks(self, start: int, head: int) -> Iterator[int]:
        at = self._number(head + 1, 2)
        while at:
            yield start + at
            at = self._number(start + at, 2)

    def _cell(self, name: str, kind: int, cell: int) -> None:
        at = cell + (4 if kind in (_TABLE_INNER, _INDEX_INNER) else 0)
        size, at = self._varint(at)
        if kind == _TABLE_INNER:  # what was read is the key, and there is nothing else
            self._claim(name, cell, at)
            return
        if kind == _TABLE_LEAF:
            _, at = self._varint(at)
        local = self._local(kind, size)
        over = size > local
        # SQLite gives no cell less than 4 bytes
        self._claim(name, cell, max(at + local + (4 if over else 0), cell + 4))
        if over:
            self._overflow(name, self._number(at + local, 4), size - local)

    def _local(self, kind: int, size: int) -> int:
        """Return how many bytes of a row of this size stand in the page itself."""
        most = self._size - 35 if kind == _TABLE_LEAF else (self._size - 12) * 64 // 255 - 23
        if size <= most:
            return size
        least = (self._size - 12) * 32 // 255 - 23
        local = least + (size - least) % (self._size - 4)
        return local if local <= most else least

    def _overflow(self, name: str, page: int, size: int) -> None:
        while page and size > 0:
            start = (page - 1) * self._size
            here = min(size, self._size - 4)
            self._claim(name, start, start + self._size, UNUSED)
            self._claim(name, start, start + 4 + here)
            size, page = size - here, self._number(start, 4)
