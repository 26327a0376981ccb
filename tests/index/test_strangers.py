"""An index from a stranger, who writes any SQLite file and seals it: an error, and soon."""

import json
import os
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_index import make_corpus, reseal, rewrite, term_block, write_index

from ncs.errors import IndexDamaged
from ncs.index import glance as glance_module
from ncs.index.audit import audit
from ncs.index.glance import glance, stamps
from ncs.index.packing import pack
from ncs.index.postings import PostingsRow
from ncs.index.reading import open_index, salvage_model
from ncs.index.stale import known_files
from ncs.index.validate import validate
from ncs.search.paths import path_words_of

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE VIEW meta AS {ENDLESS} SELECT 'a' || i AS key, '1' AS value FROM n",
        "CREATE TABLE meta (key TEXT, value TEXT, more AS (zeroblob(1 << 30)))",
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ],
)
def test_a_table_of_another_making_is_refused_unread(index_path: Path, statement: str) -> None:
    """A recursive view in the place of `meta` took 1.1 GB in 12 s."""
    with closing(sqlite3.connect(index_path)) as connection:
        connection.executescript(f"DROP TABLE meta; {statement}")
    with pytest.raises(IndexDamaged, match="check of its tables failed"):
        open_index(index_path)


def test_nothing_is_salvaged_from_a_model_that_is_a_view(index_path: Path) -> None:
    with closing(sqlite3.connect(index_path)) as connection:
        connection.executescript(
            f"DROP TABLE model; CREATE VIEW model AS {ENDLESS} SELECT 'trained' AS name,"
            " '' AS fingerprint, '{}' AS config, '' AS training, x'' AS weights"
            " FROM n WHERE i < 0"
        )
    assert salvage_model(index_path) is None


def test_triggers_are_refused(index_path: Path) -> None:
    reseal(index_path, "CREATE TRIGGER t AFTER DELETE ON meta BEGIN DELETE FROM files; END")
    with pytest.raises(IndexDamaged, match="check of its tables failed"):
        open_index(index_path)


META = {
    "chunks": ["8", None, -8, [8], 8.5],
    "files": ["x", {}],
    "skipped": ["x"],
    "views": [
        8,
        None,
        {"code": 8},
        {"code": 8, "words": 0},
        {"code": 8, "names": 0, "words": "x"},
        {"code": 8, "names": 0, "words": 0, "x": 0},
    ],
    "read_ns": ["x", None, 1.5],
    "languages": [7, "python", [7], {"a": 1}],
    "config": [7, {}, {"min_coverage": "x"}],
    "coverage": ["x", None, 7],
    "cut": [7],
    "ncs": [7],
    "created": [7],
}


@pytest.mark.parametrize(("key", "value"), [(key, each) for key in META for each in META[key]])
def test_an_entry_of_another_kind_is_named_on_opening(
    index_path: Path, key: str, value: Any
) -> None:
    """They ended in tracebacks, some of them under `ncs index` and --repair, too."""
    reseal(index_path, **{key: value})
    with pytest.raises(IndexDamaged, match=f"check of its meta failed: {key}"):
        open_index(index_path)


def test_entries_that_nest_too_deep_are_no_json(index_path: Path) -> None:
    reseal(index_path, f"UPDATE meta SET value = '{'[' * 100_000}' WHERE key = 'cut'")
    with pytest.raises(IndexDamaged, match="meta is no JSON"):
        open_index(index_path)


def test_more_chunks_announced_than_there_are_latents_take_no_room(index_path: Path) -> None:
    last = "(SELECT MAX(first) FROM chunks)"
    many = f"UPDATE chunks SET count = {10**12} - first WHERE first = {last}"
    reseal(index_path, many, f"UPDATE columns SET size = {10**12}", chunks=10**12)
    with pytest.raises(IndexDamaged, match="check of its counts failed"):
        open_index(index_path)


@pytest.mark.parametrize("statement", ["name = x'00'", "training = x'00'", "fingerprint = x'00'"])
def test_a_record_of_the_model_that_cannot_be_is_named(index_path: Path, statement: str) -> None:
    reseal(index_path, f"UPDATE model SET {statement}")
    with pytest.raises(IndexDamaged, match="check of its model failed"):
        open_index(index_path)


@pytest.mark.parametrize(
    ("column", "read"),
    [("language", "language_ids"), ("kind", "kind_ids"), ("kinds", "kind_sets")],
)
def test_places_beyond_their_list_are_named(index_path: Path, column: str, read: str) -> None:
    """The audit and --mode symbol ended in an IndexError."""
    data = pack(b"\xff" * 8).hex()
    reseal(index_path, f"UPDATE columns SET data = x'{data}' WHERE name = '{column}'")
    with open_index(index_path) as index, pytest.raises(IndexDamaged, match=f"{column}: 255"):
        getattr(index, read)


@pytest.mark.parametrize(
    "lines",
    [
        [1_000, 0],
        [-1, 0],
        [0, -1],
        [0, 10**400],
        [0.0, 1],
        [0, float("nan")],
        ["0", 1],
        [0],
        [[], 0],
    ],
)
def test_lines_of_definitions_are_those_of_their_chunk(index_path: Path, lines: list[Any]) -> None:
    """A query ended in an IndexError."""

    def change(note: list[Any]) -> None:
        if isinstance(note[2][0], str):
            note[2][1][:] = lines
        else:
            note[2][:] = lines

    for chunk in (0, 1):  # of one definition and of several
        rewrite(index_path, chunk, change)
    with open_index(index_path) as index:
        for chunk in (0, 1):
            with pytest.raises(IndexDamaged, match=f"chunk {chunk}"):
                index.chunk_rows([chunk])


@pytest.mark.parametrize("value", ["2", "-1", "'x'", "x'01'", "0.5"])
def test_a_file_is_generated_or_not(index_path: Path, value: str) -> None:
    reseal(index_path, f"UPDATE files SET generated = {value} WHERE id = 1")
    reads = (
        lambda index: index.generated, known_files, path_words_of,
        lambda index: audit(index, None),
    )  # fmt: skip
    for read in reads:
        with open_index(index_path) as index, pytest.raises(IndexDamaged, match="generated"):
            read(index)
    with open_index(index_path) as index:
        failed = {check.name: check.detail for check in validate(index, None) if not check.passed}
    assert "a file that is generated" in failed["marks"]


def test_kinds_are_those_of_what_a_chunk_defines(index_path: Path) -> None:
    data = pack(b"\x01" * 8).hex()
    reseal(index_path, f"UPDATE columns SET data = x'{data}' WHERE name = 'kinds'")
    with open_index(index_path) as index:
        failed = {check.name: check.detail for check in validate(index, None) if not check.passed}
    assert failed == {"marks": "chunk 0 has kinds (0b1) that it does not define"}


def put_names(path: Path, *rows: PostingsRow) -> None:
    """Replace the symbols of an index, each in a block of its own."""
    blocks = [term_block(row) for row in rows]
    values = (f"('{first[:9]}', {size}, x'{data.hex()}')" for first, size, data in blocks)
    reseal(path, "DELETE FROM symbols", f"INSERT INTO symbols VALUES {', '.join(values)}")


def test_names_are_not_kept_beyond_their_room(index_path: Path) -> None:
    """Half a megabyte of symbols, as they lie on disk, took one gigabyte."""
    put_names(index_path, *((f"{at:08}x" + "y_" * (1 << 20), 1, b"\x01", b"") for at in range(16)))
    tracemalloc.start()
    with open_index(index_path) as index:
        found = index.symbols_with(["xy"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.tolist() == [1]
    assert peak < 1 << 25


def test_large_blocks_of_text_are_not_kept(tmp_path: Path) -> None:
    """128 of them were, of 32 MB each at most, which take 32 KB each on the disk."""
    tree = {f"{at}.py": (f"def f{at}():\n    return '{'x' * (1 << 20)}'",) for at in range(8)}
    write_index(tmp_path / "index.db", make_corpus(tree))
    tracemalloc.start()
    with open_index(tmp_path / "index.db") as index:
        found = [index.chunk_rows([chunk])[0].symbol for chunk in range(8)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [f"f{at}" for at in range(8)]
    assert peak < 6 << 20


def test_no_block_holds_more_terms_than_are_written(index_path: Path) -> None:
    terms = json.dumps(["a"] * 5_000).encode()
    ones = np.ones(5_000, dtype="<u4").tobytes()
    data = len(terms).to_bytes(4, "little") + terms + ones + bytes([1] * 5_000) + bytes(5_000)
    values = f"first = 'a', size = {len(data)}, data = x'{pack(data).hex()}'"
    reseal(index_path, f"UPDATE symbols SET {values}")
    with open_index(index_path) as index, pytest.raises(IndexDamaged, match="5000 terms"):
        index.symbols("a")


OUTSIDE = ["../pipe", "/etc/passwd", "a/../../b", "a//b", "", "./a", "a/\0b", "lib/"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("table", ["files", "folders", "skipped"])
def test_a_path_that_leads_out_is_not_looked_at(
    root: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, path: str
) -> None:
    """A query hung while it opened a pipe outside; the root of the codebase is a folder, too."""
    named = f"CAST(x'{path.encode().hex()}' AS TEXT)"
    first = f"(SELECT MIN(path) FROM {table})"
    new = f"INSERT INTO {table} VALUES ({named}, 0)"
    changed = f"UPDATE {table} SET path = {named} WHERE path = {first}"
    reseal(index_path, new if table == "folders" else changed)
    monkeypatch.setattr(os, "stat", lambda *_, **__: pytest.fail("it was looked at"))
    reads = {
        "files": (lambda index: glance(index, root, 1.0), stamps, known_files),
        "folders": (lambda index: index.folders,),
        "skipped": (lambda index: index.skipped,),
    }
    for read in reads[table]:
        with open_index(index_path) as index:
            if (table, path) == ("folders", ""):
                assert read(index) == {"": 0}
                continue
            with pytest.raises(IndexDamaged, match="check of its paths failed"):
                read(index)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_place_of_a_file_is_not_opened(
    root: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(root / "pipe")
    reseal(index_path, "UPDATE files SET path = 'pipe', size = 0 WHERE id = 0")
    digest = glance_module._digest
    opened: list[str] = []

    def noted(place: str) -> str:
        opened.append(place)
        return "" if place.endswith("pipe") else digest(place)

    monkeypatch.setattr(glance_module, "_digest", noted)
    with open_index(index_path) as index:
        found = glance(index, root, 1.0)
    assert "pipe" in found.changed
    assert not any(place.endswith("pipe") for place in opened)


@pytest.mark.parametrize("place", [3, 8])
def test_words_come_from_where_words_can_come_from(index_path: Path, place: int) -> None:
    """An origin went to the screen as it lay there, escape sequences and all."""

    def change(note: list[Any]) -> None:
        note[3:] = [*note[3:5], None, None, "Said.", "docstring"]
        note[place] = "\x1b[2J"

    rewrite(index_path, 0, change)
    reseal(index_path)
    with open_index(index_path) as index, pytest.raises(IndexDamaged, match="words from"):
        index.chunk_rows([0])[0]


@pytest.mark.parametrize("docs", [["x"], ["x", 7], ["x", None], ["x", "y", "z"], [["x"], "y"]])
def test_docs_are_texts_and_as_many_as_names(index_path: Path, docs: list[Any]) -> None:
    rewrite(index_path, 1, lambda note: note.__setitem__(2, ["23", "Retry", "Retry.wait", *docs]))
    reseal(index_path)
    with open_index(index_path) as index:
        with pytest.raises(IndexDamaged, match="check of its content failed: chunk 1"):
            index.chunk_rows([1])
        assert [check.name for check in validate(index, None) if not check.passed] == [
            "counts", "marks", "coverage",
        ]  # fmt: skip


@pytest.mark.parametrize("change", ["DELETE FROM chunks", "UPDATE chunks SET count = 'x'"])
def test_blocks_that_do_not_follow_each_other_are_not_taken(tmp_path: Path, change: str) -> None:
    path, texts = tmp_path / "index.db", [f"value_{at} = {at}" for at in range(600)]
    write_index(path, make_corpus({"many.py": texts}))
    with open_index(path) as index:
        rows = [row[:2] for row in index.texts.rows(range(70, 600))]
    assert rows[0][0] <= 70 < sum(rows[0])
    assert sum(rows[-1]) == 600
    reseal(path, f"{change} WHERE first = {rows[2][0]}")
    with open_index(path) as index:
        assert [row[:2] for row in index.texts.rows(range(70, rows[1][0] + 1))] == rows[:2]
        with pytest.raises(IndexDamaged, match="check of its content"):
            list(index.texts.rows(range(70, 600)))
