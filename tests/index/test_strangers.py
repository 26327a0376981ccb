"""An index from a stranger, who writes any SQLite file and seals it: an error, and soon."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_index import reseal

from ncs.errors import IndexDamaged
from ncs.index.reading import open_index, salvage_model

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
