"""`ncs index` upon a former index: nothing done twice, and nothing different for it."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ncs
from ncs.api import building, encoding
from ncs.api.building import Built, build
from ncs.api.former import MadeWith, base_model
from ncs.config import fingerprint
from ncs.errors import IndexBusy, IndexMissing, IndexUnusable, SourceError
from ncs.git import worktrees
from ncs.index import inversion, inverted, texts
from ncs.index.content import Batch
from ncs.index.encoded import Encoded, encoded_before
from ncs.index.glance import glance, gone
from ncs.index.inversion import Inversion
from ncs.index.lock import writer
from ncs.index.packing import pack
from ncs.index.reading import Index, find_index, open_index
from ncs.index.schema import CONTENT
from ncs.index.stale import stale
from ncs.index.validate import validate
from ncs.index.writing import Writer, refuse_foreign
from ncs.runtime import load
from ncs.types import Progress, ignore_progress
from ncs.weights import BASE_PATH, Weights, unpack

FILES = {
    "app/retry.py": 'def retry(call):\n    """Call again after a failure."""\n    return call()\n',
    "app/store.py": "class Store:\n    # keeps rows\n    def put(self):\n        self.rows = 1\n",
    "lib/cache.js": "// Drops the oldest entry.\nfunction evict(cache) {\n  cache.shift()\n}\n",
    "README.md": "# Store\n\nKeeps rows, and calls again after failures.\n",
}
LONG_AGO = 10**9  # seconds since the epoch: files from before any index


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    for path, text in FILES.items():
        put(root / path, text)
    return root


def put(path: Path, text: str, seconds: int = LONG_AGO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (seconds, seconds))


def index_of(root: Path) -> Path:
    return root / ".ncs" / "index.db"


def mark(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_ino, about.st_mtime_ns


def content(path: Path) -> dict[str, list[Any]]:
    """Everything that an index says of the code, but not when it was written."""
    queries = {
        name: query
        for name, query in CONTENT.items()
        if name not in ("files", "folders", "latents", "model")
    }
    queries["files"] = "SELECT path, language, size, digest, lines, chunks FROM files ORDER BY id"
    with open_index(path) as index:
        return {name: index.store.rows(query) for name, query in queries.items()}


def assert_same_latents(one: Index, other: Index) -> None:
    """Check that latents are the same but for a step of what eight bits can say of them."""
    assert one.views == other.views == ("code", "words")
    for view in one.views:
        rows = np.arange(len(one.view_rows(view)))
        np.testing.assert_array_equal(one.view_rows(view), other.view_rows(view))
        found, wanted = one.whole(view).of(rows), other.whole(view).of(rows)
        assert (np.abs(found - wanted) <= 1.01 * one.scale(view)[:, None]).all()
        other_steps = (np.abs(found - wanted) > 0.5 * one.scale(view)[:, None]).sum()
        assert other_steps <= 1 + 0.01 * found.size


def test_an_unchanged_codebase_writes_and_encodes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(root)
    assert (first.written, first.encoded) == (True, first.chunks)
    before = mark(index_of(root))
    monkeypatch.setattr(encoding, "load", lambda weights: pytest.fail("an encoder was made"))
    second = build(root)
    assert (second.written, second.encoded, second.reread) == (False, 0, 0)
    assert (second.files, second.chunks) == (first.files, first.chunks)
    assert mark(index_of(root)) == before


def test_only_what_changed_is_encoded(root: Path) -> None:
    chunks = build(root).chunks
    put(root / "app/retry.py", FILES["app/retry.py"] + "\n\ndef wait(): ...\n", LONG_AGO + 1)
    put(root / "app/new.py", "def fresh():\n    return 1\n")
    (root / "lib/cache.js").unlink()
    built = build(root)
    assert (built.reread, built.files) == (2, 4)
    assert 0 < built.encoded < chunks
    with open_index(index_of(root)) as index:
        assert index.paths == ("README.md", "app/new.py", "app/retry.py", "app/store.py")
        assert all(check.passed for check in validate(index, root))


def test_a_folder_with_nothing_to_search_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\x00")
    with pytest.raises(SourceError):
        build(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["logo.png"]


def test_touched_files_are_not_encoded(root: Path) -> None:
    build(root)
    os.utime(root / "app/store.py", (LONG_AGO + 5, LONG_AGO + 5))
    touched = build(root)
    assert (touched.written, touched.encoded, touched.reread) == (True, 0, 0)
    assert not build(root).written


def test_a_change_within_the_tick_of_the_clock_is_seen(root: Path) -> None:
    """Same size, same time stamp: a file that was written while it was read."""
    now = int(time.time())
    put(root / "app/store.py", FILES["app/store.py"], now)
    build(root)
    put(root / "app/store.py", FILES["app/store.py"].replace("rows", "cows"), now)
    assert build(root).reread == 1
    with ncs.open(root) as index:
        assert "cows" in index.search("Store", mode="lexical", paths=["app"])[0].snippet


EDITS = st.lists(
    st.tuples(
        st.sampled_from([*FILES, "app/extra.py", "lib/deep/more.go"]),
        st.sampled_from(["", *FILES.values(), "func Add(a int) int { return a }\n" * 30]),
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few chunks, and of a few terms."""
    for module, name, value in (
        (texts, "_LEAST", 150), (texts, "_CHARACTERS", 600), (texts, "_ONE_IN", 4),
        (inverted, "_LEAST", 80), (inverted, "BLOCK", 200), (inverted, "_ONE_IN", 4),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=st.lists(EDITS, min_size=1, max_size=3))
def test_an_update_equals_a_build_from_nothing(
    rounds: list[list[tuple[str, str]]],
    tmp_path_factory: pytest.TempPathFactory,
    small_blocks: None,
) -> None:
    root = tmp_path_factory.mktemp("code")
    for path, text in FILES.items():
        put(root / path, text)
    build(root)
    for at, edits in enumerate(rounds):
        for path, text in edits:
            if text:
                put(root / path, text, LONG_AGO + at + 1)
            else:
                (root / path).unlink(missing_ok=True)
        if (
            not any(path.is_file() for path in root.glob("*/*.*"))
            and not (root / "README.md").exists()
        ):
            return
        build(root)
    other = root.parent / f"{root.name}.db"
    build(root, other, fresh=True)
    assert content(index_of(root)) == content(other)
    with open_index(index_of(root)) as updated, open_index(other) as anew:
        assert_same_latents(updated, anew)


@pytest.fixture
def many(root: Path) -> Path:
    """A codebase of sixty files more, of three chunks and a line of prose each."""
    for at in range(60):
        text = "".join(f"def name_{at}_{n}(a):\n    return a + {at * n}\n\n\n" for n in range(40))
        put(root / f"many/part_{at:02}.py", f'"""Holds part {at}."""\n\n{text}')
    return root


def change(root: Path) -> None:
    put(root / "many/part_30.py", "def other(a): ...\n", LONG_AGO + 1)


def comment(root: Path) -> None:
    path = root / "many/part_30.py"
    put(path, path.read_text() + "# said\n", LONG_AGO + 1)


def go(root: Path) -> None:
    (root / "many/part_00.py").unlink()


def come(root: Path) -> None:
    put(root / "many/part_29a.py", FILES["app/store.py"])


def move(root: Path) -> None:
    (root / "app/many").mkdir()
    (root / "many/part_59.py").rename(root / "app/many/part_59.py")


def touch(root: Path) -> None:
    os.utime(root / "many/part_10.py", (LONG_AGO + 9, LONG_AGO + 9))


@pytest.mark.parametrize("edit", [change, comment, go, come, move, touch])
def test_what_did_not_change_is_taken_as_it_lies_there(
    many: Path, small_blocks: None, monkeypatch: pytest.MonkeyPatch, edit: Any
) -> None:
    """An update read, cut up and packed every chunk and every term of the codebase again."""
    build(many)
    edit(many)
    packed: dict[Any, int] = {texts: 0, inversion: 0}
    for module in packed:
        monkeypatch.setattr(module, "pack", lambda data, of=module: counted(packed, of, data))
    build(many)
    with open_index(index_of(many)) as index:
        assert all(check.passed for check in validate(index, many))
        ((blocks,),) = index.store.rows("SELECT COUNT(*) FROM chunks")
        ((terms,),) = index.store.rows("SELECT COUNT(*) FROM postings")
    assert min(blocks, terms) > 100
    assert packed[texts] <= 8
    # Where the numbers of chunks go on as they were, so do the terms.
    assert packed[inversion] <= 8 or edit not in (comment, touch)
    build(many, many.parent / "anew.db", fresh=True)
    assert content(index_of(many)) == content(many.parent / "anew.db")
    with open_index(index_of(many)) as updated, open_index(many.parent / "anew.db") as anew:
        assert_same_latents(updated, anew)


def counted(packed: dict[Any, int], of: Any, data: bytes) -> bytes:
    packed[of] += 1
    return pack(data)


def test_texts_of_no_other_file_are_read(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(many)
    comment(many)
    read, rows = set(), Index.chunk_rows

    def noted(self: Index, chunks: Any) -> Any:
        found = rows(self, chunks)
        read.update(row.path for row in found)
        return found

    monkeypatch.setattr(Index, "chunk_rows", noted)
    assert build(many).encoded < 3
    assert read == {"many/part_30.py"}


def test_a_file_that_moved_is_known(many: Path) -> None:
    """What the encoder reads of it is the same: its name and that of its folder."""
    build(many)
    move(many)
    built = build(many)
    assert (built.reread, built.encoded) == (1, 0)


def test_how_much_is_held_at_once_changes_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(root, tmp_path / "whole.db")
    monkeypatch.setattr(building, "_TOGETHER", 1)
    monkeypatch.setattr(encoding, "_BATCH", 1)
    monkeypatch.setattr(encoding, "_REMEMBERED", 1)
    monkeypatch.setattr(Inversion.__init__, "__defaults__", (5,))
    build(root, tmp_path / "parts.db")
    assert content(tmp_path / "whole.db") == content(tmp_path / "parts.db")


def test_words_that_are_said_again_are_encoded_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_TOGETHER", 1)
    for at in range(5):
        put(root / f"same/part{at}.py", f'def do_{at}():\n    """Say it again."""\n')
    seen: list[str] = []

    def loaded(weights: Weights) -> Any:
        encoder = load(weights)
        monkeypatch.setattr(encoder, "encode", lambda t: seen.extend(t) or kept(t), raising=False)
        return encoder

    kept = load(base_model().model).encode
    monkeypatch.setattr(encoding, "load", loaded)
    build(root)
    assert seen.count("Say it again.") == 1
    assert len(seen) == len(set(seen))


def test_a_trained_model_stays(root: Path) -> None:
    """An update must not throw away what training learned."""
    weights = BASE_PATH.read_bytes()
    model = unpack(weights, origin="test")
    corpus = building.read(root, index_of(root), ignore_progress)
    made_with = MadeWith("trained", model, weights, "{}")
    building.write_index(corpus, made_with, index_of(root), began=0.0, on_progress=ignore_progress)
    put(root / "app/new.py", "def fresh():\n    return 1\n")
    assert build(root).model == "trained"
    with open_index(index_of(root)) as index:
        assert (index.model.name, index.weights_bytes()) == ("trained", weights)
    assert build(root, fresh=True).model == "base"


def test_a_trained_model_outlives_a_change_of_format(root: Path) -> None:
    weights = BASE_PATH.read_bytes()
    model = unpack(weights, origin="test")._replace(fingerprint=fingerprint(weights))
    corpus = building.read(root, index_of(root), ignore_progress)
    made_with = MadeWith("trained", model, weights, "{}")  # marked as before format 4
    building.write_index(corpus, made_with, index_of(root), began=0.0, on_progress=ignore_progress)
    data = bytearray(index_of(root).read_bytes())
    data[60:64] = (3).to_bytes(4, "big")
    index_of(root).write_bytes(data)
    built = build(root)
    assert "format 3" in built.instead
    assert built.model == "trained"


def test_a_damaged_index_is_replaced_and_said_so(root: Path) -> None:
    build(root)
    path = index_of(root)
    path.write_bytes(path.read_bytes()[:-5000])
    built = build(root)
    assert "size" in built.instead
    assert built.encoded == built.chunks
    assert not build(root).instead


def test_other_rules_of_cutting_read_everything_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(root)
    for module in ("ncs.index.content", "ncs.api.former"):
        monkeypatch.setattr(f"{module}.cut_mark", lambda: "other")
    built = build(root)
    assert (built.written, built.reread) == (True, built.files)


# --- interrupted, and seeded by others ----------------------------------------------------------


def test_an_interrupted_first_build_goes_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_NOTED_FROM", 0)
    monkeypatch.setattr(encoding, "_BATCH", 2)
    whole = build(root).chunks
    shutil.rmtree(root / ".ncs")

    def stop(*args: object, **rest: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            build(root)
    assert not index_of(root).exists()
    assert not list(index_of(root).parent.glob("*.part"))
    built = build(root)
    assert (built.encoded, built.chunks) == (0, whole)
    assert {path.name for path in index_of(root).parent.iterdir()} == {
        ".gitignore", "index.db", "index.db.lock",
    }  # fmt: skip


def test_notes_of_an_interrupted_build_survive_a_torn_end(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    latents = np.random.default_rng(0).standard_normal((4, 8)).astype(np.float32)
    digests = [bytes([at]) * 16 for at in range(4)]
    with Encoded(path, "m" * 40, 8) as notes:
        notes.add(digests[:2], latents[:2])
    place = tmp_path / "index.db.encoded"
    place.write_bytes(place.read_bytes()[:-7])
    with Encoded(path, "m" * 40, 8) as notes:
        notes.add(digests[2:], latents[2:])
    assert left(path) == {digests[0], *digests[2:]}
    found, rows = encoded_before(path, "m" * 40, 8)
    assert found[-1].tobytes() == digests[3]
    np.testing.assert_array_equal(rows[-1], latents[3])
    data = bytearray(place.read_bytes())
    data[60] ^= 1
    place.write_bytes(data)
    assert left(path) == set(digests[2:])
    assert left(path, "n" * 40) == set()


def left(path: Path, fingerprint: str = "m" * 40) -> set[bytes]:
    return {digest.tobytes() for digest in encoded_before(path, fingerprint, 8)[0]}


def test_what_was_encoded_before_a_failure_is_not_lost(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_NOTED_FROM", 2)
    monkeypatch.setattr(building, "_TOGETHER", 1)
    chunks, add = build(root, root.parent / "other.db").chunks, Writer.add

    def full(self: Writer, batch: Batch) -> None:
        if self.files == 3:
            raise IndexUnusable("no space")
        add(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "add", full)
        with pytest.raises(IndexUnusable):
            build(root)
    assert {path.name for path in index_of(root).parent.iterdir()} == {
        ".gitignore", "index.db.encoded", "index.db.lock",
    }  # fmt: skip
    built = build(root)
    assert (built.chunks, built.encoded) == (chunks, 0)


def test_what_an_update_encoded_before_a_failure_is_not_lost(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a first build read the notes: a killed update encoded its 10,500 chunks again."""
    monkeypatch.setattr(encoding, "_NOTED_FROM", 0)
    build(root)
    put(root / "app/new.py", "def fresh(rows):\n    # None of them was seen before.\n    ...\n")

    def full(*_: Any) -> None:
        raise IndexUnusable("no space")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "finish", full)
        with pytest.raises(IndexUnusable):
            build(root)
    built = build(root)
    assert (built.written, built.reread, built.encoded) == (True, 1, 0)


def git(*arguments: str, cwd: Path) -> None:
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@a", "GIT_COMMITTER_NAME": "a",
             "GIT_COMMITTER_EMAIL": "a@a"}  # fmt: skip
    subprocess.run(
        ["git", *arguments], cwd=cwd, check=True, capture_output=True, env={**os.environ, **names}
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_worktree_takes_what_its_sibling_has_encoded(root: Path) -> None:
    git("init", "-q", cwd=root)
    git("add", ".", cwd=root)
    git("commit", "-qm", "first", cwd=root)
    other = root.parent / "other"
    git("worktree", "add", "-q", str(other), cwd=root)
    build(root)
    assert worktrees(other)[0].resolve() == root.resolve()
    assert worktrees(root) == [other]
    link = root / ".git/worktrees/other/gitdir"
    link.write_text("../../../../other/.git\n")  # as git writes it where paths are relative
    assert worktrees(root) == [other]
    with pytest.raises(IndexMissing, match=f"worktree {root} of the same") as caught:
        find_index(other / "app")  # it said that there is none, and no more
    assert f"ncs index --codebase {other} makes" in caught.value.hint
    seeded = build(other)
    assert (seeded.written, seeded.encoded, seeded.chunks) == (True, 0, build(root).chunks)


def test_a_submodule_is_no_worktree_of_the_repository_around_it(tmp_path: Path) -> None:
    put(tmp_path / "around/.git/modules/sub/HEAD", "ref: refs/heads/main\n")
    put(tmp_path / "around/sub/.git", "gitdir: ../.git/modules/sub\n")
    assert worktrees(tmp_path / "around/sub") == []


def test_a_branch_switch_there_and_back_is_seen(root: Path) -> None:
    build(root)
    put(root / "app/store.py", "def other(): ...\n", LONG_AGO + 9)
    assert build(root).reread == 1
    put(root / "app/store.py", FILES["app/store.py"], LONG_AGO + 20)
    assert build(root).reread == 1
    assert not build(root).written


def test_an_index_amid_the_code_is_no_part_of_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its `idx.db.writer` was indexed as text, and each run wrote the index anew."""
    monkeypatch.setattr(encoding, "_NOTED_FROM", 0)
    path = root / "app" / "idx.db"
    for name in ("idx.db.training", "idx.db.0badcafe.part", "idx.db.new", "idx.dbs"):
        put(root / "app" / name, "some = text\n")
    assert build(root, path).written
    with open_index(path) as index:
        assert {name for name in index.paths if "idx" in name} == {"app/idx.db.new", "app/idx.dbs"}
        assert not index.store.rows("SELECT path FROM skipped")
    assert not build(root, path).written
    put(root / "app/new.py", "def fresh(): ...\n")
    assert build(root, path).written
    assert not build(root, path).written


# --- links that came with the code ---------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_no_link_beside_the_index_is_written_through(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cloned `.ncs` led `index.db.writer` and others to files of the user."""
    monkeypatch.setattr(encoding, "_NOTED_FROM", 0)
    names = ("index.db.writer", "index.db.encoded", ".gitignore")
    index_of(root).parent.mkdir()
    for name in names:
        put(root.parent / name, "mine")
        (index_of(root).parent / name).symlink_to(root.parent / name)
    assert build(root).written
    assert {(root.parent / name).read_text() for name in names} == {"mine"}
    assert not any(each.is_symlink() for each in index_of(root).parent.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
@pytest.mark.parametrize("name", [".ncs", ".ncs/index.db", ".ncs/index.db.lock"])
def test_a_link_in_the_place_of_the_index_is_refused(root: Path, name: str) -> None:
    """`.ncs/index.db -> ../../new.conf` made a database of that name."""
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).symlink_to(root.parent / "victim")
    for output in (None, root):
        with pytest.raises(IndexUnusable, match=r"a link, and|symbolic links") as caught:
            build(root, output)
        assert "--output" in caught.value.hint
    assert not (root.parent / "victim").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize(
    "name", ["index.db", "index.db.writer", "index.db.encoded", "index.db.lock", ".gitignore"]
)
def test_a_pipe_in_the_place_of_a_file_of_the_index_is_not_waited_for(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An unpacked `.ncs` with a pipe in it held `ncs index` for ever."""
    monkeypatch.setattr(encoding, "_NOTED_FROM", 0)
    index_of(root).parent.mkdir()
    os.mkfifo(index_of(root).with_name(name))
    assert build(root).written
    assert index_of(root).is_file()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_not_replaced_by_an_index(root: Path) -> None:
    """A device has no bytes, and counted as an empty file that may be replaced."""
    os.mkfifo(root.parent / "pipe")
    with pytest.raises(IndexUnusable, match="no ncs index, and it stays"):
        build(root, root.parent / "pipe")
    assert (root.parent / "pipe").is_fifo()
    with pytest.raises(IndexUnusable, match="no ncs index, and it stays"):
        refuse_foreign(Path(os.devnull))


def test_nothing_is_left_beside_a_file_that_is_refused(root: Path) -> None:
    """`ncs index --output notes.txt` read the first files, and left a `notes.txt.lock`."""
    (root.parent / "notes.txt").write_text("mine\n", encoding="utf-8")
    before = sorted(root.parent.rglob("*"))
    told: list[Progress] = []
    with pytest.raises(IndexUnusable, match="no ncs index, and it stays"):
        build(root, root.parent / "notes.txt", on_progress=told.append)
    assert (sorted(root.parent.rglob("*")), told) == (before, [])


def test_an_index_is_written_by_way_of_a_folder_that_is_none(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--output x/../y.db` wrote `y.db` and ended with "No such file or directory"."""
    monkeypatch.chdir(root.parent)
    built = build(root, Path("x/../y.db"))
    assert built.bytes == (root.parent / "y.db").stat().st_size
    assert not build(root, Path("x/../y.db")).written


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_link_that_was_named_is_followed(root: Path) -> None:
    (root.parent / "link.db").symlink_to(root.parent / "real.db")
    build(root, root.parent / "link.db")
    assert (root.parent / "link.db").is_symlink()
    assert (root.parent / "real.db").is_file()


# --- several at once ----------------------------------------------------------------------------


def test_a_second_writer_waits_or_is_told_who_writes(root: Path) -> None:
    build(root)
    told: list[Progress] = []
    hold = (
        "import sys, time\nfrom pathlib import Path\nfrom ncs.index.lock import writer\n"
        "with writer(Path(sys.argv[1]), wait=True, on_progress=print):\n"
        "    print('held', flush=True)\n    time.sleep(float(sys.argv[2]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(index_of(root)), "1.0"], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexBusy, match=f"process {other.pid}"):
            build(root, wait=False)
        built: Built = build(root, on_progress=told.append)
    assert not built.written
    assert [step.note for step in told if step.stage == "wait"]


def test_the_lock_of_a_dead_writer_is_free(root: Path) -> None:
    build(root)
    die = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom ncs.index.lock import writer\n"
        "with writer(Path(sys.argv[1]), wait=True, on_progress=print):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", die, str(index_of(root))], check=False)
    with writer(index_of(root), wait=False, on_progress=ignore_progress):
        pass


# --- a look before a query ----------------------------------------------------------------------


def test_a_look_agrees_with_the_walk(root: Path) -> None:
    build(root)
    with open_index(index_of(root)) as index:
        assert glance(index, root, 1.0).calm
        put(root / "app/retry.py", "def retry(): ...\n", LONG_AGO + 1)
        os.utime(root / "app/store.py", (LONG_AGO + 7, LONG_AGO + 7))
        (root / "README.md").unlink()
        put(root / "lib/new.js", "function fresh() {}\n")
        seen, walked = glance(index, root, 1.0), stale(index, root)
        assert seen.complete
        assert seen.changed == walked.changed == ("app/retry.py",)
        assert seen.missing == walked.missing == ("README.md",)
        assert seen.appeared == walked.new == ("lib/new.js",)
        assert seen.unread == sum(
            (root / path).stat().st_size for path in ("app/retry.py", "lib/new.js")
        )
        late = glance(index, root, -1.0)
        assert late.calm
        assert not late.complete


ODD_NAMES = [b"lit\\x41.py", b"bad\xff.py", b"both\xff\\xff.py", b"in\\x/a.py", b"in\xfe/a.py",
             b"control\x01.py", b"line\n.py"]  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("name", ODD_NAMES, ids=repr)
def test_a_look_sees_files_of_odd_names(root: Path, name: bytes) -> None:
    """What had a `\\x` in its name was never gone, and new files of such names were not seen."""
    place = Path(os.fsdecode(os.fsencode(root) + b"/app/" + name))
    printed = f"app/{name.decode(errors='backslashreplace')}"
    put(place, "def odd(): ...\n")
    build(root)
    with open_index(index_of(root)) as index:
        assert glance(index, root, 1.0).calm
        assert stale(index, root).count == 0
        assert not gone(root, printed)
        put(place, "def odd(changed): ...\n")
        seen = glance(index, root, 1.0)
        assert seen.changed == stale(index, root).changed == (printed,)
        put(place.with_name("another" + place.name), "def new(): ...\n")
        assert len(glance(index, root, 1.0).appeared) == 1
        place.with_name("another" + place.name).unlink()
        put(place, "def odd(): ...\n")
        assert glance(index, root, 1.0).calm
        place.unlink()
        seen = glance(index, root, 1.0)
        assert seen.missing == stale(index, root).missing == (printed,)
        assert gone(root, printed)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_look_and_the_walk_mean_the_same_of_two_names_that_are_printed_alike(
    root: Path,
) -> None:
    for name, text in ((b"z\xff.py", "def one(): ...\n"), (b"z\\xff.py", "def two(): ...\n")):
        put(Path(os.fsdecode(os.fsencode(root) + b"/" + name)), text)
    time.sleep(0.06)  # longer than a tick
    build(root)
    with open_index(index_of(root)) as index:
        assert glance(index, root, 1.0).calm
        at = index.paths.index("z\\xff.py")
        assert "two" in index.chunk_rows(index.chunks_of(at))[0].text


# what a skipped file held → what it holds later, and whether that may be fit to be searched
REWRITTEN = {
    "empty": (b"", b"def filled(): ...\n", True),
    "still empty": (b"", b"\n \n", False),
    "binary": (b"\0", b"def readable(): ...\n", True),
    "still binary": (b"\0", b"\0\0", False),
    "UTF-16": (b"\0", "def readable(): ...\n".encode("utf-16"), True),
    "large": (b"a = 1\n" * 200_000, b"def smaller(): ...\n", True),
    "still large": (b"a = 1\n" * 200_000, b"a = 1\n" * 200_001, False),
    "generated": (b"# @generated\n", b"def by_hand(): ...\n", True),
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_what_was_skipped_and_is_written_is_seen(root: Path, name: str) -> None:
    """Code that was written into an empty file was never found: only searched files were seen."""
    before, after, fit = REWRITTEN[name]
    (root / "app/later.py").write_bytes(before)
    time.sleep(0.06)  # longer than a tick
    build(root)
    with open_index(index_of(root)) as index:
        assert glance(index, root, 1.0).calm
        (root / "app/later.py").write_bytes(after)
        seen, walked = glance(index, root, 1.0), stale(index, root)
    assert seen.changed == walked.new == (("app/later.py",) if fit else ())


def test_a_look_at_a_virtual_environment_is_one_at_its_mark(root: Path) -> None:
    """What is installed in it changes nothing; it is code as soon as it is none any more."""
    put(root / "v/pyvenv.cfg", "home = /usr\n")
    put(root / "v/lib/pip.py", "def install(): ...\n")
    build(root)
    with open_index(index_of(root)) as index:
        assert not any(path.startswith("v/") for path in (*index.paths, *index.folders))
        put(root / "v/lib/more.py", "def more(): ...\n")
        put(root / "v/share/more.py", "def more(): ...\n")
        assert glance(index, root, 1.0).calm
        assert stale(index, root).count == 0
        (root / "v/pyvenv.cfg").unlink()
        seen, walked = glance(index, root, 1.0), stale(index, root)
        assert seen.changed == ("v",)
        assert walked.new == ("v/lib/more.py", "v/lib/pip.py", "v/share/more.py")
    build(root)
    with open_index(index_of(root)) as index:
        assert "v/lib/pip.py" in index.paths
        put(root / "v/pyvenv.cfg", "home = /usr\n")
        assert glance(index, root, 1.0).appeared == ("v/pyvenv.cfg",)
        assert len(stale(index, root).missing) == 3


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252", "utf-8-sig"])
def test_an_index_of_other_encodings_is_of_the_files_as_they_are(
    root: Path, encoding: str
) -> None:
    code = "# Größe der Datei prüfen\r\ndef größe():\r\n    return 1\r\n"
    (root / "app/size.py").write_bytes(code.encode(encoding))
    build(root)
    with open_index(index_of(root)) as index:
        assert {each.name: each.passed for each in validate(index, root)}["spans"]
        assert glance(index, root, 1.0).calm
        assert stale(index, root).count == 0
        (found,) = index.chunk_rows(
            [index.file_ids.tolist().index(index.paths.index("app/size.py"))]
        )
    assert found.text == code.removesuffix("\n")
    assert not build(root).written


def test_an_index_of_a_notebook_is_of_the_file_as_it_is(root: Path) -> None:
    cell = {"cell_type": "code", "outputs": [{"text": ["out\n"] * 9}], "source": ["a = 1\n", "b"]}
    place = root / "app/plots.ipynb"
    place.write_text(json.dumps({"cells": [cell, cell], "nbformat": 4}, indent=1))
    build(root)
    with open_index(index_of(root)) as index:
        assert {each.name: each.passed for each in validate(index, root)}["spans"]
        assert glance(index, root, 1.0).calm
        assert stale(index, root).count == 0
    assert not build(root).written
    place.write_text(place.read_text().replace("out", "other"))
    assert build(root).encoded == 0  # what its code printed is not read


def test_what_is_skipped_once_more_is_not_asked_again(root: Path) -> None:
    (root / "app/made.py").write_bytes(b"# @generated\n")
    build(root)
    (root / "app/made.py").write_bytes(b"# @generated again\n")
    time.sleep(0.06)
    assert build(root).written
    with open_index(index_of(root)) as index:
        assert glance(index, root, 1.0).calm
    assert not build(root).written


def test_processes_beside_each_other_change_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_ALONE", 100)
    for at in range(120):
        text = "".join(f"def name_{at}_{n}(a):\n    return a + {n}\n\n\n" for n in range(40))
        put(root / f"many/part_{at}.py", text)
    alone, beside = tmp_path / "alone.db", tmp_path / "beside.db"
    assert build(root, alone).encoded > encoding._ALONE
    build(root, beside, jobs=2)
    assert content(alone) == content(beside)
    with open_index(alone) as one, open_index(beside) as other:
        assert_same_latents(one, other)
