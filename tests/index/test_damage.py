"""Whatever byte is altered: it is noticed, or nothing that can be read has changed."""

import random
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_index import FakeEncoder, put_block, rewrite, term_block, write_index

from ncs.errors import IndexDamaged, IndexUnusable
from ncs.index.packing import pack, unpack
from ncs.index.postings import PostingsRow, narrow
from ncs.index.reading import Index, open_index
from ncs.index.schema import COLUMNS, CONTENT, FORMAT
from ncs.index.validate import validate


def failing(index: Index, root: Path | None = None) -> dict[str, str]:
    return {check.name: check.detail for check in validate(index, root) if not check.passed}


def altered(path: Path, statement: str, *values: Any) -> dict[str, str]:
    """Change the file with SQL and return the failing checks."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()
    with open_index(path) as index:
        return failing(index)


def test_a_sound_index_passes_every_check(root: Path, index_path: Path) -> None:
    with open_index(index_path) as index:
        assert failing(index, root) == {}
        assert failing(index, None) == {}


CHUNK_CHANGES: dict[str, tuple[int, Callable[[list[Any]], object]]] = {
    "text": (2, lambda note: note.__setitem__(0, note[0] + " ")),
    "symbol": (2, lambda note: note.__setitem__(1, "x")),
    "names": (1, lambda note: note.__setitem__(2, ["0", [0, 1], "x"])),
    "docs": (1, lambda note: note[2].__setitem__(5, "x")),
    "lines": (1, lambda note: note[2][1].__setitem__(0, note[2][1][0] + 1)),
    "tier": (0, lambda note: note.__setitem__(3, "comment")),
    "target": (2, lambda note: note.__setitem__(4, "x")),
    "target's lines": (1, lambda note: note.__setitem__(6, note[6] + 1)),
    "explanation": (7, lambda note: note.extend([None, None, note[4] + "!", note[3]])),
    "origin": (7, lambda note: note.extend([None, None, note[4], "generated"])),
}


@pytest.mark.parametrize("what", CHUNK_CHANGES)
def test_a_changed_chunk_fails_the_checksum(index_path: Path, what: str) -> None:
    with open_index(index_path) as index:
        before = index.chunk_rows(range(8))
    rewrite(index_path, *CHUNK_CHANGES[what])
    with open_index(index_path) as index:
        assert index.chunk_rows(range(8)) != before
        assert failing(index)["checksums"] == "not as written: chunks"


CONTENT_CHANGES = {
    "chunks": ["UPDATE chunks SET data = data || x'00'", "UPDATE chunks SET size = size + 1"],
    "files": [
        "UPDATE files SET path = 'zzz.py' WHERE id = 5",
        "UPDATE files SET mtime_ns = 1 WHERE id = 1",
        "UPDATE files SET generated = 1 WHERE id = 1",
        "UPDATE files SET digest = x'00' WHERE id = 1",
    ],
    "skipped": ["UPDATE skipped SET detail = 'because'"],
    "symbols": ["UPDATE symbols SET first = 'a' || first", "UPDATE symbols SET size = size + 1"],
    "postings": ["UPDATE postings SET first = 'x' || first", "UPDATE postings SET size = 7"],
    "columns": ["UPDATE columns SET data = zeroblob(9) WHERE name = 'kind'"],
    "latents": ["UPDATE latents SET data = zeroblob(16) WHERE part = 'main_scale'"],
    "model": ["UPDATE model SET training = '{\"mrr\": 1.0}'"],
}


@pytest.mark.parametrize(
    ("part", "statement"), [(p, s) for p, many in CONTENT_CHANGES.items() for s in many]
)
def test_a_changed_row_fails_the_checksum_of_its_part(
    index_path: Path, part: str, statement: str
) -> None:
    assert altered(index_path, statement)["checksums"] == f"not as written: {part}"


@pytest.mark.parametrize("part", sorted(CONTENT))
def test_a_checksum_that_is_gone_is_noticed_on_opening(index_path: Path, part: str) -> None:
    with pytest.raises(IndexDamaged, match="fingerprint"):
        altered(index_path, "DELETE FROM checksum WHERE part = ?", part)


def put_column(path: Path, name: str, column: np.ndarray) -> dict[str, str]:
    """Replace a column and return the failing checks."""
    data = narrow(column)
    statement = "UPDATE columns SET size = ?, data = ? WHERE name = ?"
    return altered(path, statement, len(data), pack(data), name)


@pytest.mark.parametrize(("gap", "lines"), [(0, 0), (0, 4)])
def test_chunks_out_of_order_are_named(index_path: Path, gap: int, lines: int) -> None:
    """The second chunk of a file begins where the first does, and does not end after it."""
    with open_index(index_path) as index:
        gaps, ends = index.column("gap").copy(), index.column("lines").copy()
        at = int(np.flatnonzero(np.diff(index.file_ids) == 0)[0]) + 1
    gaps[at], ends[at] = gap, lines
    put_column(index_path, "gap", gaps)
    assert "order" in put_column(index_path, "lines", ends)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_changed_column_is_noticed(index_path: Path, name: str) -> None:
    with open_index(index_path) as index:
        column = index.column(name).copy()
    column[0] ^= 1
    assert put_column(index_path, name, column)["checksums"] == "not as written: columns"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET value = '9' WHERE key = 'chunks'",
        "UPDATE meta SET value = '\"2020\"' WHERE key = 'created'",
        "UPDATE meta SET value = 'no json' WHERE key = 'ncs'",
        "DELETE FROM meta WHERE key = 'views'",
        "UPDATE checksum SET digest = '00' WHERE part = 'chunks'",
    ],
)
def test_what_the_index_says_of_itself_is_checked_on_opening(
    index_path: Path, statement: str
) -> None:
    with pytest.raises(IndexDamaged, match="fingerprint"):
        altered(index_path, statement)


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("DELETE FROM chunks", "counts"),
        ("UPDATE chunks SET count = count + 1", "counts"),
        ("DELETE FROM files WHERE id = 5", "counts"),
        ("DELETE FROM columns WHERE name = 'kind'", "shapes"),
        ("UPDATE columns SET size = 3 WHERE name = 'kind'", "shapes"),
        ("UPDATE columns SET name = 'sort' WHERE name = 'kind'", "shapes"),
        ("DELETE FROM latents WHERE part = 'main_scale'", "shapes"),
        ("UPDATE latents SET data = zeroblob(64) WHERE part = 'main'", "shapes"),
        ("UPDATE model SET config = '{}x'", "model"),
        ("UPDATE model SET config = '[]'", "model"),
        ("DELETE FROM model", "model"),
        ("DROP TABLE latents", "tables"),
        ("CREATE INDEX more ON chunks (size)", "tables"),
        ("ALTER TABLE files ADD more TEXT", "tables"),
        ("UPDATE meta SET value = x'ff' WHERE key = 'ncs'", "content"),
    ],
)
def test_opening_names_the_check(index_path: Path, statement: str, check: str) -> None:
    with pytest.raises(IndexDamaged, match=f"the check of its {check} failed"):
        altered(index_path, statement)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_latent_that_is_no_number_is_named(index_path: Path, number: float) -> None:
    scale = np.ones(8, dtype="<f2")
    scale[3] = number
    found = altered(
        index_path, "UPDATE latents SET data = ? WHERE part = 'main_scale'", scale.tobytes()
    )
    assert found["finite"] == "1 latents of view code hold NaN or infinity"


def test_a_latent_of_zeros_is_named(index_path: Path) -> None:
    data = np.ones((8, 16), dtype="i1")
    data[3] = 0
    found = altered(index_path, "UPDATE latents SET data = ? WHERE part = 'main'", data.tobytes())
    assert found["norms"] == "1 latents of view code are 0: chunks 3"


def put_terms(path: Path, table: str, *rows: PostingsRow) -> dict[str, str]:
    """Replace all terms of a table and return the failing checks."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DELETE FROM {table}")
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", [term_block(*rows)])
        connection.commit()
    return altered(path, "SELECT 1")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("jitter", 1, b"\xff", b"")], "'jitter' stands in no known chunk"),
        ([("jitter", 2, b"\x01\x00", b"")], "'jitter' names a chunk twice"),
        ([("jitter", 1, b"\x01\x02\x03", b"")], "from 'jitter' on: widths of numbers"),
        ([("pool", 1, b"\x01", b""), ("jitter", 1, b"\x01", b"")], "'jitter' does not follow"),
        ([("jitter", 1, b"\x01", b"")], "8 chunks have other lengths than their terms"),
    ],
)
def test_terms_that_cannot_be_are_named(
    index_path: Path, rows: list[PostingsRow], said: str
) -> None:
    assert said in put_terms(index_path, "postings", *rows)["postings"]
    if "length" not in said:
        assert said in put_terms(index_path, "symbols", *rows)["orphans"]


def test_a_term_of_no_known_chunk_is_damage_to_a_query(index_path: Path) -> None:
    put_terms(index_path, "postings", ("jitter", 1, b"\xff", b""))
    with open_index(index_path) as index, pytest.raises(IndexDamaged, match="jitter"):
        index.postings.lookup("jitter")


def test_the_first_number_that_is_none_is_damage(index_path: Path) -> None:
    """Numbers end before how many there are: the chunk after the last, the kind after the last."""
    with open_index(index_path) as index:
        count, languages = index.chunk_count, len(index.languages)
        column = index.column("language").copy()
    last = bytes([count - 1])
    put_terms(index_path, "postings", ("jitter", 1, last, b""), ("pool", 1, bytes([count]), b""))
    column[:2] = languages - 1, languages
    put_column(index_path, "language", column)
    with open_index(index_path) as index:
        found = index.postings.lookup("jitter")
        assert found is not None
        assert found[0].tolist() == [count - 1]
        with pytest.raises(IndexDamaged, match="'pool' stands in no known chunk"):
            index.postings.lookup("pool")
        with pytest.raises(
            IndexDamaged, match=f"language: {languages}, and there are {languages}"
        ):
            index.language_ids  # noqa: B018


@pytest.mark.parametrize("count", [-1, 1 << 40, "x"])
def test_files_of_any_number_of_chunks_take_no_room(index_path: Path, count: int | str) -> None:
    found = altered(index_path, "UPDATE files SET chunks = ? WHERE id = 1", count)
    assert "files do not have as many chunks as there are" in found["orphans"]


def test_coverage_is_counted_again(index_path: Path) -> None:
    for chunk in range(3):
        rewrite(index_path, chunk, lambda note: note.__setitem__(4, " "))
    found = altered(index_path, "SELECT 1")
    assert found["coverage"] == "62.5% of chunks have an explanation, floor 75%"
    with open_index(index_path) as index:
        passed = {c.name: c.passed for c in validate(index, None, min_coverage=0.5)}
    assert passed["coverage"]


def test_a_changed_mark_of_the_format_is_named(index_path: Path) -> None:
    with open_index(index_path) as index:
        data = bytearray(index_path.read_bytes())
        data[60:64] = (FORMAT + 1).to_bytes(4, "big")
        index_path.write_bytes(data)
        assert f"format {FORMAT + 1}" in failing(index)["format"]


# --- any byte ------------------------------------------------------------------------------------


def content(path: Path) -> list[Any]:
    """Return all that an index gives to a reader."""
    with open_index(path) as index:
        whole = index.whole().of(np.arange(index.chunk_count))
        numbers = [whole.tobytes(), index.paths, index.meta, index.model]
        rows = index.chunk_rows(range(index.chunk_count))
        return [*numbers, rows, index.weights_bytes(), index.postings.lengths.tobytes()]


def flips(path: Path, count: int, seed: int) -> None:
    """Flip bits all over the file, one at a time; each is noticed, or changes nothing."""
    sound, before = path.read_bytes(), content(path)
    rng = random.Random(seed)
    noticed = 0
    for _ in range(count):
        data = bytearray(sound)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        try:
            with open_index(path) as index:
                wrong = failing(index)
        except IndexUnusable:
            noticed += 1
            continue
        if wrong:
            noticed += 1
        else:
            assert content(path) == before
    # Most of a small file is free room in its pages, which holds nothing.
    assert noticed > 0.01 * count


def test_any_flipped_bit_is_noticed_or_changes_nothing(index_path: Path) -> None:
    flips(index_path, 120, seed=1)


@pytest.mark.slow
def test_any_of_many_flipped_bits_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    weights = np.random.default_rng(0).bytes(20_000)
    write_index(path, None, FakeEncoder(), name="trained", weights=weights)
    flips(path, 1500, seed=2)


def test_overwritten_pages_are_noticed(index_path: Path) -> None:
    sound, before = index_path.read_bytes(), content(index_path)
    for page in range(0, len(sound), 4096):
        for filling in (bytes(4096), random.Random(page).randbytes(4096)):
            index_path.write_bytes(sound[:page] + filling + sound[page + 4096 :])
            try:
                with open_index(index_path) as index:
                    assert failing(index) or content(index_path) == before
            except IndexUnusable:
                continue


@pytest.mark.parametrize(
    "block",
    [
        b"", b"\n", b"[]\n", b"{}\n", b"[[0]]\n", b"x\n", b"[" * 100_000,
        b'[["a", "b", [""], "snippet", "d"]]\n', b'[[-1, "", [""], "snippet", "d"]]\n',
        b'[[0, 1, [""], "snippet", "d"]]\n', b'[[0, "", ["0", 1], "snippet", "d"]]\n',
        b'[[0, "", [""], "snippet", null]]\n', b'[[0, "", [""], "snippet", "d", "x", 1]]\n',
        b'[[1, "", [""], "snippet", "d"]]\n\xff', b'[[0, "", [], "snippet", "d"]]\n',
        b'[[0, "", ["0"], "snippet", "d"]]\n', b'[[0, "", ["9", "a"], "snippet", "d"]]\n',
        b'[[0, "", [0, "a"], "snippet", "d"]]\n',
    ],
)  # fmt: skip
def test_blocks_that_cannot_be_are_damage(index_path: Path, block: bytes) -> None:
    with closing(sqlite3.connect(index_path)) as connection:
        put_block(connection, 0, block)
        connection.execute("UPDATE chunks SET count = 1")
        connection.execute("INSERT INTO chunks VALUES (1, 7, 0, x'')")
        connection.commit()
    with open_index(index_path) as index:
        for chunk in (0, 1):
            with pytest.raises(IndexDamaged, match="check of its content failed"):
                index.chunk_rows([chunk])[0]
        with pytest.raises(KeyError):
            index.chunk_rows([index.chunk_count])[0]
        assert {"checksums", "counts", "coverage"} <= failing(index).keys()


def test_no_more_is_unpacked_than_was_announced() -> None:
    """Whatever is there: of 64 MB, 10 bytes; and bytes behind the end are damage."""
    bomb = pack(bytes(1 << 26))
    tracemalloc.start()
    with pytest.raises(ValueError, match="10 bytes announced"):
        unpack(bomb, 10, 10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # What was read of the packed bytes is left beside it.
    assert peak < len(bomb) + (1 << 16)
    sound = pack(b"sound")
    assert unpack(sound, 5, 5) == b"sound"
    for other in (sound + b"x", sound + sound, sound[:-1]):
        with pytest.raises(ValueError, match="5 bytes announced"):
            unpack(other, 5, 5)


def test_what_unpacks_to_more_than_announced_is_not_held(index_path: Path) -> None:
    """A few bytes that are a thousand times as many: memory follows what was announced."""
    bomb = pack(bytes(1 << 26))
    with pytest.raises(ValueError, match="10 bytes announced"):
        unpack(bomb, 10, 1 << 20)
    with pytest.raises(ValueError, match="at most"):
        unpack(bomb, 1 << 26, 1 << 20)
    for table in ("chunks", "postings", "symbols"):
        statement = f"UPDATE {table} SET size = {1 << 26}, data = ?"
        found = altered(index_path, statement, bomb)
        assert found
    tracemalloc.start()
    with open_index(index_path) as index:
        failing(index)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 23
