"""The audit against an index whose every figure is known, and a codebase that moves on."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from small_index import TREE, make_corpus, write_index

from ncs.index.audit import audit
from ncs.index.reading import open_index
from ncs.index.stale import stale
from ncs.index.validate import validate
from ncs.types import Skipped


def test_every_figure_of_a_known_index(root: Path, index_path: Path) -> None:
    with open_index(index_path) as index:
        found = audit(index, root)
    assert (found.files, found.chunks) == (6, 8)
    assert found.languages == {"python": 5, "javascript": 2, "markdown": 1}
    assert found.explanation_coverage == 1.0
    assert found.floor == 0.75
    assert found.coverage_by_tier == {"docstring": 3, "comment": 0, "synthetic": 5, "snippet": 0}
    assert found.coverage_by_language == {"python": 0.6, "javascript": 0.0, "markdown": 0.0}
    assert found.skipped == {"binary": ("logo.png",)}
    assert found.stale == ()
    assert found.lines_searched == 28
    assert found.lines_skipped == 0
    assert found.bytes == sum(found.bytes_by_part.values()) == index_path.stat().st_size
    assert found.bytes_by_part["latents"] == 8 * (16 + 48 + 2)
    with closing(sqlite3.connect(index_path)) as connection:
        (stored,) = connection.execute("SELECT SUM(LENGTH(data)) FROM chunks").fetchone()
    parts = found.bytes_by_part
    assert parts["text"] + parts["explanations"] == stored
    assert 0.2 * stored < parts["explanations"] < 0.8 * stored
    assert found.config["index"] == {"min_coverage": 0.75}
    assert found.config["model"]["latent_dim"] == 16
    assert "ffffffffffff" in found.model
    assert len(found.fingerprint) == 40


def test_the_audit_is_json(root: Path, index_path: Path) -> None:
    with open_index(index_path) as index:
        checks = validate(index, root)
        whole = {**asdict(audit(index, root)), "checks": [asdict(check) for check in checks]}
    wanted = (
        "files chunks languages explanation_coverage coverage_by_tier skipped stale checks"
        " model config fingerprint bytes"
    )
    assert set(wanted.split()) <= set(json.loads(json.dumps(whole)))


def test_without_the_codebase_nothing_is_compared(index_path: Path) -> None:
    with open_index(index_path) as index:
        found = audit(index, None)
        checks = {check.name: check for check in validate(index, None)}
    assert found.stale == ()
    assert checks["stale"].passed
    assert "out of reach" in checks["stale"].detail


def test_skipped_lines_are_counted_where_they_are_text(root: Path, index_path: Path) -> None:
    (root / "big.sql").write_bytes(b"one\ntwo\nthree")
    corpus = make_corpus()
    skipped = (*corpus.skipped, Skipped("big.sql", "large", "13 bytes; the limit is 1."))
    write_index(index_path, replace(corpus, skipped=skipped))
    with open_index(index_path) as index:
        assert audit(index, root).lines_skipped == 3


def test_changed_new_and_missing_files_are_stale(root: Path, index_path: Path) -> None:
    (root / "lib/http/retry.py").write_text("def other(): ...\n")
    (root / "lib/http/session.py").unlink()
    (root / "lib/new.py").write_text("def new(): ...\n")
    with open_index(index_path) as index:
        found = stale(index, root)
        assert found.changed == ("lib/http/retry.py",)
        assert found.missing == ("lib/http/session.py",)
        assert found.new == ("lib/new.py",)
        assert len(found.fresh) == 4
        account = audit(index, root)
        row = next(check for check in validate(index, root) if check.name == "stale")
    assert account.stale == ("lib/http/retry.py", "lib/http/session.py", "lib/new.py")
    assert not row.passed
    assert row.detail.startswith("1 files changed, 1 new, 1 gone: lib/http/retry.py")
    assert "ncs index" in row.hint


def test_a_file_that_was_only_touched_is_fresh(root: Path, index_path: Path) -> None:
    for path in TREE:
        os.utime(root / path, (1, 1))
    with open_index(index_path) as index:
        assert stale(index, root).count == 0


def test_a_file_that_is_ignored_by_now_is_gone(root: Path, index_path: Path) -> None:
    (root / ".ncsignore").write_text("docs/\n.ncsignore\n")
    with open_index(index_path) as index:
        assert stale(index, root).missing == ("docs/intro.md",)


def test_a_codebase_that_vanished_is_a_row_not_an_error(root: Path, index_path: Path) -> None:
    place = root.parent / "kept.db"
    shutil.copy(index_path, place)
    with open_index(place) as index:
        checks = {check.name: check for check in validate(index, root / "nowhere")}
    assert "no such folder" in checks["stale"].detail


@pytest.mark.parametrize("line", ["x = 1\n", "    \t\n"])
def test_a_line_in_no_chunk_is_noticed_unless_it_is_blank(
    root: Path, index_path: Path, line: str
) -> None:
    """A file whose record says that it is fresh, but whose chunks leave a line out."""
    path = root / "docs/intro.md"
    path.write_text(path.read_text() + line)
    about = path.stat()
    corpus = make_corpus()
    files = tuple(
        replace(file, size=about.st_size, mtime_ns=about.st_mtime_ns)
        if file.path == "docs/intro.md"
        else file
        for file in corpus.files
    )
    # Read long after the file was written: its stamps are believed.
    read_ns = about.st_mtime_ns + 10**11
    write_index(index_path, replace(corpus, files=files, read_ns=read_ns))
    with open_index(index_path) as index:
        row = next(check for check in validate(index, root) if check.name == "spans")
    assert row.passed == (not line.strip())
    assert row.passed or "docs/intro.md" in row.detail
