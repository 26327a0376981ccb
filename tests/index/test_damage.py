"""Whatever byte is altered: it is noticed, or nothing that can be read has changed."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_index import FakeEncoder, write_index

from ncs.errors import IndexDamaged, IndexUnusable
from ncs.index.reading import Index, open_index
from ncs.index.schema import CONTENT, FORMAT
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


CONTENT_CHANGES = {
    "chunks": [
        "UPDATE chunks SET text = text || ' ' WHERE id = 2",
        "UPDATE chunks SET target = 'x' WHERE id = 2",
        "UPDATE chunks SET target_end = target_end + 1 WHERE target_end NOT NULL",
        "UPDATE chunks SET tier = 'comment' WHERE id = 0",
        "UPDATE chunks SET explanation = explanation || '!' WHERE id = 7",
        "UPDATE chunks SET origin = 'generated' WHERE id = 7",
        "UPDATE chunks SET defines = '[]' WHERE id = 1",
        "UPDATE chunks SET digest = zeroblob(16) WHERE id = 1",
    ],
    "files": [
        "UPDATE files SET path = 'zzz.py' WHERE id = 5",
        "UPDATE files SET mtime_ns = 1 WHERE id = 1",
        "UPDATE files SET digest = '00' WHERE id = 1",
    ],
    "skipped": ["UPDATE skipped SET detail = 'because'"],
    "symbols": ["UPDATE symbols SET name = 'resend' WHERE name = 'send'"],
    "postings": ["UPDATE postings SET term = 'backwards' WHERE term = 'backoff'"],
    "model": ["UPDATE model SET training = '{\"mrr\": 1.0}'"],
    "schema": ["CREATE INDEX more ON chunks (tier)"],
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


@pytest.mark.parametrize(("first", "second"), [(3, 2), (2, 2)])
def test_chunks_out_of_order_are_named(index_path: Path, first: int, second: int) -> None:
    with open_index(index_path) as index:
        starts, ends = (column.astype("<u4") for column in index.spans)
        at = int(np.flatnonzero(np.diff(index.file_ids) == 0)[0])
    starts[at : at + 2] = ends[at : at + 2] = first, second
    with closing(sqlite3.connect(index_path)) as connection:
        for name, column in (("start", starts), ("end", ends)):
            connection.execute(
                "UPDATE columns SET data = ? WHERE name = ?", (column.tobytes(), name)
            )
        connection.commit()
    assert "order" in altered(index_path, "SELECT 1")


@pytest.mark.parametrize("column", ["file", "start", "end", "language", "kind", "length"])
def test_a_changed_column_is_noticed(index_path: Path, column: str) -> None:
    with open_index(index_path) as index:
        data = bytearray(index.column(column).tobytes())
    data[0] ^= 1
    found = altered(index_path, "UPDATE columns SET data = ? WHERE name = ?", bytes(data), column)
    assert found["checksums"] == "not as written: columns"


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
        ("DELETE FROM chunks WHERE id = 7", "counts"),
        ("DELETE FROM files WHERE id = 5", "counts"),
        ("DELETE FROM columns WHERE name = 'kind'", "shapes"),
        ("UPDATE columns SET data = zeroblob(3) WHERE name = 'kind'", "shapes"),
        ("DELETE FROM latents WHERE part = 'scale'", "shapes"),
        ("UPDATE latents SET data = zeroblob(64) WHERE part = 'main'", "shapes"),
        ("UPDATE model SET config = '{}x'", "model"),
        ("UPDATE model SET config = '[]'", "model"),
        ("DELETE FROM model", "model"),
        ("DROP TABLE latents", "content"),
        ("UPDATE meta SET value = x'ff' WHERE key = 'ncs'", "content"),
    ],
)
def test_opening_names_the_check(index_path: Path, statement: str, check: str) -> None:
    with pytest.raises(IndexDamaged, match=f"the check of its {check} failed"):
        altered(index_path, statement)


def latents_with(change: Callable[[np.ndarray], None], path: Path) -> bytes:
    with open_index(path) as index:
        latents = index.latents().copy()
    change(latents)
    return latents.tobytes()


def test_a_latent_that_is_no_number_is_named(index_path: Path) -> None:
    data = latents_with(lambda latents: latents.__setitem__((3, 5), np.nan), index_path)
    found = altered(index_path, "UPDATE latents SET data = ? WHERE part = 'main'", data)
    assert found["finite"] == "1 latents of view code hold NaN or infinity"


def test_a_latent_of_zeros_is_named(index_path: Path) -> None:
    data = latents_with(lambda latents: latents.__setitem__(3, 0), index_path)
    found = altered(index_path, "UPDATE latents SET data = ? WHERE part = 'main'", data)
    assert found["norms"] == "1 latents of view code are 0: chunks 3"


def test_postings_out_of_range_are_named(index_path: Path) -> None:
    found = altered(index_path, "UPDATE postings SET ids = x'ff' WHERE term = 'jitter'")
    assert "jitter" in found["postings"]
    found = altered(index_path, "UPDATE postings SET ids = x'010203' WHERE term = 'jitter'")
    assert "unreadable" in found["postings"]
    with open_index(index_path) as index, pytest.raises(IndexDamaged, match="jitter"):
        index.postings.lookup("jitter")


def test_symbols_without_a_chunk_are_named(index_path: Path) -> None:
    found = altered(index_path, "UPDATE symbols SET chunk = 99 WHERE name = 'send'")
    assert found["orphans"] == "1 symbols of chunks that are not there"


def test_chunks_without_a_file_are_named(index_path: Path) -> None:
    with open_index(index_path) as index:
        files = index.column("file").copy()
    files[7] = 99
    found = altered(index_path, "UPDATE columns SET data = ? WHERE name = 'file'", files.tobytes())
    assert "a file that is not in the index" in found["orphans"]


def test_coverage_is_counted_again(index_path: Path) -> None:
    found = altered(index_path, "UPDATE chunks SET explanation = ' ' WHERE id < 3")
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
        numbers = [index.latents().tobytes(), index.paths, index.meta, index.model]
        extension = index.extension()
        assert extension is not None
        numbers += [extension.values.tobytes(), extension.scale.tobytes()]
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
    flips(path, 3000, seed=2)


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


def test_a_missing_row_and_a_text_that_is_none_are_damage(index_path: Path) -> None:
    with closing(sqlite3.connect(index_path)) as connection:
        connection.execute("UPDATE chunks SET text = x'00ff' WHERE id = 2")
        connection.execute("DELETE FROM chunks WHERE id = 3")
        connection.commit()
    with open_index(index_path) as index:
        for chunk in (2, 3):
            with pytest.raises(IndexDamaged, match=f"chunk {chunk}"):
                index.chunk_row(chunk)
        with pytest.raises(KeyError):
            index.chunk_row(index.chunk_count)
