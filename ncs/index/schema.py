"""The disk format: its marks, its tables, and the few numbers that writer and reader share.

Columns of numbers (`columns`) and latents (`latents`) are little-endian arrays in blobs; all that
a person may want to read stands in ordinary rows. Chunk ids are 0 … N-1 in the order of
(path, first line), so that ties by id are ties by path and line.
"""

from pathlib import Path

FORMAT = 2
APPLICATION_ID = 0x6E637301  # "ncs" and a 1
MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100

DEFAULT_PLACE = Path(".ncs") / "index.db"
MAIN_VIEW = "code"  # latents of all chunks
WORDS_VIEW = "words"  # latents of the author's words alone, of the chunks that have any
BLOCK_ROWS = 4096  # rows of latents in one blob: 256 KB of main latents

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, language TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL,
    lines INTEGER NOT NULL, chunks INTEGER NOT NULL);
CREATE TABLE folders (path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE skipped (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, defines TEXT NOT NULL, text TEXT NOT NULL,
    tier TEXT NOT NULL, target TEXT NOT NULL, target_start INTEGER, target_end INTEGER,
    explanation TEXT NOT NULL, origin TEXT NOT NULL, digest BLOB NOT NULL);
CREATE TABLE columns (name TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE latents (
    view TEXT NOT NULL, part TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (view, part, block));
CREATE TABLE postings (
    term TEXT PRIMARY KEY, documents INTEGER NOT NULL, ids BLOB NOT NULL, counts BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE symbols (name TEXT NOT NULL, chunk INTEGER NOT NULL, PRIMARY KEY (name, chunk))
    WITHOUT ROWID;
CREATE TABLE model (
    name TEXT NOT NULL, fingerprint TEXT NOT NULL, config TEXT NOT NULL,
    training TEXT NOT NULL, weights BLOB);
CREATE TABLE checksum (part TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
"""

# name of a per-chunk column → the type of its numbers
COLUMNS = {
    "file": "<u4",  # id in `files`
    "start": "<u4",  # first line, from 1
    "end": "<u4",  # last line, inclusive
    "language": "<u2",  # place in the meta entry "languages"
    "kind": "u1",  # place in ncs.types.KINDS
    "length": "<u4",  # tokens that lexical search counts
}

# part of the content → the query that gives its rows in a fixed order
CONTENT = {
    "schema": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
    "files": "SELECT id, path, language, size, mtime_ns, digest, lines, chunks FROM files"
    " ORDER BY id",
    "folders": "SELECT path, mtime_ns FROM folders ORDER BY path",
    "skipped": "SELECT id, path, reason, detail FROM skipped ORDER BY id",
    "chunks": "SELECT id, symbol, defines, text, tier, target, target_start, target_end,"
    " explanation, origin, digest FROM chunks ORDER BY id",
    "columns": "SELECT name, data FROM columns ORDER BY name",
    "latents": "SELECT view, part, block, data FROM latents ORDER BY view, part, block",
    "postings": "SELECT term, documents, ids, counts FROM postings ORDER BY term",
    "symbols": "SELECT name, chunk FROM symbols ORDER BY name, chunk",
    "model": "SELECT name, fingerprint, config, training, weights FROM model",
}
