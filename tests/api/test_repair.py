"""A damaged index is mended from the files, and keeps what of it is as it was written."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from small_index import reseal, rewrite, term_block

from ncs.api import building
from ncs.api.building import Built, build
from ncs.api.former import MadeWith
from ncs.api.inspecting import inspect_index
from ncs.api.repairing import Repaired, repair
from ncs.display import plain
from ncs.errors import IndexMissing, IndexUnusable
from ncs.index.reading import open_index
from ncs.types import ignore_progress
from ncs.weights import BASE_PATH, pack, unpack

FILES = {
    "app/retry.py": 'def retry(call):\n    """Call again after a failure."""\n    return call()\n',
    "app/store.py": "class Store:\n    # keeps rows\n    def put(self):\n        self.rows = 1\n",
    "README.md": "# Store\n\nKeeps rows, and calls again after failures.\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A codebase with an index that has a model of its own."""
    root = tmp_path / "code"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        os.utime(root / path, (10**9, 10**9))
    data = BASE_PATH.read_bytes()
    made_with = MadeWith("trained", unpack(data, origin="test"), data, "{}")
    corpus = building.read(root, root / ".ncs/index.db", ignore_progress)
    building.write_index(corpus, made_with, root / ".ncs/index.db", began=0.0,
                         on_progress=ignore_progress)  # fmt: skip
    return root


def edit(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(root / ".ncs/index.db")) as connection:
        connection.execute(statement)
        connection.commit()


def assert_sound(root: Path) -> None:
    _, checks = inspect_index(root, None)
    assert [check.name for check in checks if not check.passed] == []


# what is damaged → how many files must be read anew, and whether chunks must be encoded
DAMAGE = {
    "UPDATE latents SET data = zeroblob(length(data))": (0, True),
    "UPDATE chunks SET data = zeroblob(length(data))": (3, True),
    "UPDATE postings SET data = zeroblob(length(data) + 1)": (0, False),
    "UPDATE files SET mtime_ns = 'no number'": (3, True),  # one flipped byte made one NULL
    "DELETE FROM symbols": (0, False),
    "UPDATE files SET digest = x'77'": (3, True),
    "UPDATE skipped SET reason = 'x'": (0, False),
    "UPDATE columns SET data = zeroblob(length(data)) WHERE name = 'gap'": (3, True),
}


@pytest.mark.parametrize("statement", DAMAGE)
def test_what_is_damaged_is_made_anew_and_the_rest_kept(root: Path, statement: str) -> None:
    (root / "empty.py").write_text("")
    build(root)
    edit(root, statement)
    done = repair(root)
    assert done.failed
    assert done.built is not None
    assert (done.built.reread, done.built.encoded > 0) == DAMAGE[statement]
    assert (done.built.model, done.lost_model) == ("trained", False)
    assert_sound(root)


def test_what_was_damaged_is_said(root: Path) -> None:
    """The rest of the former index was used, and nothing else may be said."""
    build(root)
    edit(root, "DELETE FROM symbols")
    done = build(root)
    assert (done.instead, done.damaged) == ("", ("symbols",))
    told = plain.built(done).splitlines()
    assert told[0] == "Parts of the former index were damaged and are made anew: symbols"
    assert "chunks of 3 files" in told[1]


def test_a_sound_index_is_left_alone(root: Path) -> None:
    before = (root / ".ncs/index.db").stat().st_mtime_ns
    (root / "app/new.py").write_text("def new(): ...\n")  # stale is not damaged
    done = repair(root)
    assert (done.built, done.failed) == (None, ("stale",))
    assert (root / ".ncs/index.db").stat().st_mtime_ns == before


def test_that_nothing_is_mended_does_not_say_that_all_holds(root: Path) -> None:
    """Above a line that said "FAIL stale" stood "every check of the index holds"."""
    sound = "Nothing to mend: the index is as it was written."
    assert plain.repaired(repair(root)) == sound
    (root / "app/new.py").write_text("def new(): ...\n")
    assert plain.repaired(repair(root)) == f"{sound} What fails is of the code: stale."


def test_a_model_is_saved_from_an_index_that_does_not_open(root: Path) -> None:
    edit(root, "UPDATE meta SET value = '7' WHERE key = 'chunks'")
    done = repair(root)
    assert "fingerprint" in done.failed[0]
    assert done.built is not None
    assert done.built.model == "trained"
    assert_sound(root)


def far_posting(path: Path) -> None:
    _, size, data = term_block(("a", 1, b"\xff", b""))
    values = f"first = 'a', size = {size}, data = x'{data.hex()}'"
    reseal(path, "DELETE FROM postings WHERE rowid > 1", f"UPDATE postings SET {values}")


def target_of_no_text(path: Path) -> None:
    rewrite(path, 0, lambda note: note.__setitem__(4, 7))
    reseal(path)


def path_outside(path: Path) -> None:
    reseal(path, "UPDATE files SET path = '/etc/passwd' WHERE id = 0")


def terms_in_disorder(path: Path) -> None:
    _, size, data = term_block(("b", 1, b"\x00", b""), ("a", 1, b"\x00", b""))
    values = f"first = 'b', size = {size}, data = x'{data.hex()}'"
    reseal(path, "DELETE FROM symbols WHERE rowid > 1", f"UPDATE symbols SET {values}")


def endless_latents(path: Path) -> None:
    with open_index(path) as index:
        scales = b"\x00\x7c" * index.chunk_count
    where = "view = 'code' AND part = 'main_scale'"
    reseal(path, f"UPDATE latents SET data = x'{scales.hex()}' WHERE {where}")


# what a stranger writes → what is said of it where it is read
SEALED = [
    (far_posting, "no known chunk"),
    (target_of_no_text, "check of its content"),
    (path_outside, "check of its paths"),
    (terms_in_disorder, "terms that are not in order"),
    (endless_latents, "check of its finite"),
]


@pytest.mark.parametrize("mend", [repair, build])
@pytest.mark.parametrize(("write", "said"), SEALED)
def test_what_shows_only_where_it_is_read_is_made_anew(
    root: Path,
    write: Callable[[Path], None],
    said: str,
    mend: Callable[[Path], Repaired | Built],
) -> None:
    """Written by a stranger, with checksums that fit: tracebacks of every update and repair."""
    write(root / ".ncs/index.db")
    (root / "app/new.py").write_text("def new(): ...\n")
    done = mend(root)
    built = done.built if isinstance(done, Repaired) else done
    assert built is not None
    assert built.model == "trained"
    assert mend is repair or said in built.instead
    assert_sound(root)


def test_what_was_written_wrong_is_not_built_upon(root: Path) -> None:
    """Its checksums fit, and the file that it is of did not change."""
    path = root / ".ncs/index.db"
    rewrite(path, 0, lambda note: note.__setitem__(0, note[0].replace("rows", "cows")))
    reseal(path)
    assert "spans" in repair(root).failed
    assert_sound(root)


def test_a_path_that_is_only_shown_is_mended_too(root: Path) -> None:
    row = "INSERT INTO skipped VALUES (0, '../x', 'link', '')"
    reseal(root / ".ncs/index.db", row, skipped=1)
    assert repair(root).failed == ("paths",)
    assert_sound(root)


@pytest.mark.parametrize("mend", [repair, build])
def test_a_model_with_a_part_missing_is_not_kept(
    root: Path, mend: Callable[[Path], Repaired | Built]
) -> None:
    """No update came to an end, and --repair found nothing to mend."""
    model = unpack(BASE_PATH.read_bytes(), origin="test")
    rest = {name: each for name, each in model.tensors.items() if name != "decoder.bias"}
    weights = pack(model.config, rest)
    values = (
        f"weights = x'{weights.hex()}', fingerprint = '{unpack(weights, origin='').fingerprint}'"
    )
    reseal(root / ".ncs/index.db", f"UPDATE model SET {values}")
    done = mend(root)
    built = done.built if isinstance(done, Repaired) else done
    assert built is not None
    assert built.model == "base"
    assert_sound(root)


def test_a_lost_model_is_said_to_be_lost(root: Path) -> None:
    edit(root, "UPDATE model SET weights = zeroblob(length(weights))")
    done = repair(root)
    assert done.built is not None
    assert (done.built.model, done.lost_model) == ("base", True)
    assert "the trained model was lost" in plain.repaired(done)
    assert_sound(root)


def test_nothing_of_the_file_is_left(root: Path) -> None:
    path = root / ".ncs/index.db"
    path.write_bytes(b"SQLite format 3\x00 and no more")
    done = repair(path)
    assert done.built is not None
    assert done.former_model == ""
    assert "made with the base model" in plain.repaired(done)
    assert done.built.encoded == done.built.chunks
    with open_index(path) as index:
        assert index.chunk_count == done.built.chunks


def test_there_must_be_an_index_and_its_codebase(root: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        repair(tmp_path / "nowhere")
    away = tmp_path / "away.db"
    away.write_bytes((root / ".ncs/index.db").read_bytes())
    with pytest.raises(IndexUnusable, match="codebase"):
        repair(away)
