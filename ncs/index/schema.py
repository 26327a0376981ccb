"""The disk format: its marks, its tables, and the few numbers that writer and reader share.

Most of it lies in compressed blocks (`chunks`, `columns`, `postings`, `symbols`), with the number
of their bytes before; latents are little-endian arrays. Chunk ids are 0 … N-1 in the order of
(path, first line), so that ties by id are ties by path and line. Chunks follow their files: those
of a file are as many as it says, after those of the files before.
"""

from collections.abc import Iterable
from pathlib import Path

from ncs.types import KINDS

FORMAT = 11
APPLICATION_ID = 0x6E637301  # "ncs" and a 1
MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100

DEFAULT_PLACE = Path(".ncs") / "index.db"
MAIN_VIEW = "code"  # latents of all chunks
WORDS_VIEW = "words"  # latents of the author's words alone, of the chunks that have any
NAMES_VIEW = "names"  # latents of path and names, of the chunks that define something
BESIDE = (WORDS_VIEW, NAMES_VIEW)  # latents that some chunks have beside the main ones
VIEWS = (MAIN_VIEW, *BESIDE)
BLOCK_ROWS = 16_384  # rows of latents in one blob: 256 KB of main latents

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, language TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, digest BLOB NOT NULL, lines INTEGER NOT NULL,
    chunks INTEGER NOT NULL, generated INTEGER NOT NULL);
CREATE TABLE folders (path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE skipped (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE chunks (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE columns (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE latents (
    id INTEGER PRIMARY KEY, view TEXT NOT NULL, part TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE postings (first TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE symbols (first TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE model (
    name TEXT NOT NULL, fingerprint TEXT NOT NULL, config TEXT NOT NULL,
    training TEXT NOT NULL, weights BLOB);
CREATE TABLE checksum (part TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
"""

# table → the statement that makes it; a file that defines anything else is no index
TABLES = {
    statement.split()[2]: statement for each in _TABLES.split(";") if (statement := each.strip())
}

# numbers of every chunk: 1, 2 or 4 bytes each, as many as the largest needs
COLUMNS = (
    "gap",  # its first line less that of the chunk before in its file
    "lines",  # its last line less its first
    "language",  # place in the meta entry "languages"
    "kind",  # place in ncs.types.KINDS
    "kinds",  # this one and those of all that it defines, see `kind_bits`
    "role",  # place in ncs.types.ROLES
    "length",  # tokens that lexical search counts
    *BESIDE,  # 1 where it has latents of that view
)

# part of the content → the query that gives its rows in a fixed order
CONTENT = {
    "schema": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
    "files": "SELECT id, path, language, size, mtime_ns, digest, lines, chunks, generated"
    " FROM files ORDER BY id",
    "folders": "SELECT path, mtime_ns FROM folders ORDER BY path",
    "skipped": "SELECT id, path, reason, detail FROM skipped ORDER BY id",
    "chunks": "SELECT first, count, size, data FROM chunks ORDER BY first",
    "columns": "SELECT id, name, size, data FROM columns ORDER BY id",
    "latents": "SELECT id, view, part, data FROM latents ORDER BY id",
    "postings": "SELECT first, size, data FROM postings ORDER BY first",
    "symbols": "SELECT first, size, data FROM symbols ORDER BY first",
    "model": "SELECT name, fingerprint, config, training, weights FROM model",
}


def kind_bits(kinds: Iterable[str]) -> int:
    """Return a set of kinds as a number: for each the bit of its place in `ncs.types.KINDS`."""
    return sum(1 << KINDS.index(kind) for kind in set(kinds))


def at_default_place(path: Path) -> bool:
    """Return whether a path is that of an index inside its codebase, as it is written."""
    return path.absolute().parts[-2:] == DEFAULT_PLACE.parts
