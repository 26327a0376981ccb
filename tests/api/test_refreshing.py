"""A query never waits for a rebuild and never answers from old code in silence."""

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ncs
from ncs.api import later, moved, refreshing
from ncs.api.building import build
from ncs.api.inspecting import inspect_index
from ncs.api.opening import Codebase, codebase_of
from ncs.api.refreshing import Opened, open_refreshed
from ncs.errors import IndexUnusable
from ncs.index.glance import Glance
from ncs.index.lock import writer
from ncs.index.reading import open_index
from ncs.search import Query
from ncs.types import ignore_progress


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    put(root, "app/retry.py", 'def retry(call):\n    """Call again."""\n    return call()\n')
    put(root, "lib/store.py", "def put(row):\n    # keeps rows\n    return row\n")
    build(root)
    return root


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    os.utime(root / path, (10**9, 10**9))


def opened(where: Path, refresh: refreshing.Refresh = "auto") -> Opened:
    found = open_refreshed(where, refresh, ignore_progress)
    found.codebase.close()
    return found


def refreshes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list that takes the refreshes in a process of their own, instead of the system."""
    started: list[Any] = []
    monkeypatch.setattr(
        later.subprocess, "Popen", lambda *said, **_: started.append(said) or SimpleNamespace()
    )
    return started


def paths(root: Path) -> tuple[str, ...]:
    with open_index(root / ".ncs/index.db") as index:
        return index.paths


def test_a_fresh_index_is_opened_in_silence(root: Path) -> None:
    assert opened(root).note == ""


def test_one_changed_file_is_waited_for_up_to_some_thousand_chunks() -> None:
    """Of 2,000 chunks it was not, while every update wrote all chunks anew."""
    one = Glance(("app/retry.py",), (), (), 1_000.0, complete=True)

    def estimate(chunks: int) -> float:
        codebase: Any = SimpleNamespace(index=SimpleNamespace(chunk_count=chunks))
        return refreshing._estimate(codebase, one)

    assert estimate(3_500) < refreshing._BUDGET_SECONDS < estimate(10_000)


def test_a_small_index_is_refreshed_before_the_answer(root: Path) -> None:
    put(root, "app/new.py", "def brand_new(): ...\n")
    with open_refreshed(root, "auto", ignore_progress).codebase as codebase:
        assert codebase.search("brand_new", mode="symbol")[0].path == "app/new.py"
    assert opened(root).note == ""


@pytest.mark.parametrize("path", ["sub/new.py", "sub/deep/er/new.py"])
def test_what_lies_in_a_new_folder_is_found_at_once(root: Path, path: str) -> None:
    """A folder counted as endless: of one file of 40 bytes the first query knew nothing."""
    put(root, path, "def brand_new(): ...\n")
    for ignored in ("sub/node_modules", ".venv", "__pycache__", "sub/.git", "env"):
        for at in range(60):
            put(root, f"{ignored}/{at}.js", "let a\n" * 9_000)
    put(root, "env/pyvenv.cfg", "home = /usr\n")
    with open_refreshed(root, "auto", ignore_progress).codebase as codebase:
        assert codebase.search("brand_new", mode="symbol")[0].path == path
    assert opened(root).note == ""


def test_a_query_waits_for_no_folder_that_a_rule_brings_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = refreshes(monkeypatch)
    put(root, ".ncsignore", "!/node_modules/\n")
    build(root)
    put(root, "node_modules/big.js", "let a\n" * 60_000)
    found = opened(root)
    found.afterwards()
    assert found.note.endswith("new: node_modules. It is being brought up to date.")
    assert len(started) == 1


def test_a_large_index_answers_at_once_and_is_refreshed_afterwards(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    monkeypatch.setenv("NCS_INDEX", str(root.parent / "other.db"))  # which is not asked
    put(root, "app/new.py", "def brand_new(): ...\n")
    (root / "lib/store.py").unlink()
    found = opened(root)
    assert found.note == (
        "The index is older than the code: gone: lib/store.py; new: app/new.py. "
        "It is being brought up to date."
    )
    assert paths(root) == ("app/retry.py", "lib/store.py")
    found.afterwards()
    limit = time.monotonic() + 30
    while paths(root) != ("app/new.py", "app/retry.py"):
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_whoever_has_no_answer_waits_some_seconds_for_a_new_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written just now was not found, and the advice to ask again came last."""
    started = refreshes(monkeypatch)
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    put(root, "app/new.py", "def brand_new(): ...\n")
    found = open_refreshed(root, "auto", ignore_progress)
    assert found.codebase.search("brand_new", mode="symbol") == []
    assert found.renew()
    with found.codebase as codebase:
        assert codebase.search("brand_new", mode="symbol")[0].path == "app/new.py"
    found.afterwards()
    assert (found.note, started, found.renew()) == ("", [], False)


def test_nobody_waits_for_what_takes_longer_or_another_does(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    put(root, "app/new.py", "def brand_new(): ...\n")
    with writer(root / ".ncs/index.db", wait=False, on_progress=ignore_progress):
        busy = opened(root)
        note = busy.note
        assert not busy.renew()
        assert note == busy.note != ""
    monkeypatch.setattr(refreshing, "_PATIENCE_SECONDS", 0.0)
    assert not opened(root).renew()
    assert not opened(root, "never").renew()


def test_without_refresh_the_index_stays_and_says_so(root: Path) -> None:
    put(root, "app/retry.py", "def retry(): ...\n")
    found = opened(root, "never")
    assert found.note == (
        "The index is older than the code: changed: app/retry.py. "
        f"ncs index --codebase {root.resolve()} brings it up to date."
    )
    assert opened(root, "always").note == ""
    assert opened(root, "never").note == ""


def test_while_another_writes_the_old_index_answers(root: Path) -> None:
    put(root, "app/new.py", "def brand_new(): ...\n")
    with writer(root / ".ncs/index.db", wait=False, on_progress=ignore_progress):
        found = opened(root)
    assert found.note.endswith("Another ncs is bringing it up to date.")


def test_code_that_cannot_be_read_leaves_the_old_index(root: Path) -> None:
    put(root, "app/retry.py", "")
    (root / "lib/store.py").unlink()
    found = open_refreshed(root, "auto", ignore_progress)
    with found.codebase as codebase:
        assert Codebase(codebase.index).search("call again", mode="lexical")
        assert codebase.search("call again", mode="lexical") == []  # of what is there nothing
    assert "could not be brought up to date" in found.note


@pytest.mark.parametrize("refresh", ["auto", "never"])
def test_nobody_is_sent_to_a_file_that_is_gone(
    root: Path, monkeypatch: pytest.MonkeyPatch, refresh: refreshing.Refresh
) -> None:
    """A deleted file was the first hit, with a relevance of 0.96, until the index was anew."""
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    refreshes(monkeypatch)
    for name in ("one", "two"):
        put(root, f"lib/{name}.py", f"def put(row):\n    # keeps rows {name}\n    return row\n")
    build(root)
    (root / "lib/store.py").unlink()
    (root / "lib/one.py").unlink()
    found = open_refreshed(root, refresh, ignore_progress)
    with found.codebase as codebase:
        for mode in ("hybrid", "neural", "lexical", "symbol"):
            hits = codebase.search("put", top_k=1, mode=mode)
            assert [(hit.rank, hit.path) for hit in hits] == [(1, "lib/two.py")]
        everything = codebase.search("put row", top_k=50)
    assert {hit.path for hit in everything} <= {"lib/two.py", "app/retry.py"}
    assert [hit.rank for hit in everything] == list(range(1, len(everything) + 1))
    assert "gone: lib/one.py, lib/store.py" in found.note


def test_where_no_file_is_left_no_refresh_is_promised(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every query said that the index is being brought up to date, and that failed every time."""
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    started = refreshes(monkeypatch)
    (root / "app/retry.py").unlink()
    (root / "lib/store.py").unlink()
    found = opened(root)
    found.afterwards()
    assert found.note.endswith(
        "gone: app/retry.py, lib/store.py. There is nothing left to search."
    )
    assert not started


@pytest.mark.parametrize(
    ("path", "text", "files"),
    [
        ("vendor/{}.py", "def one(): ...\n", 30),  # too many for the time
        ("vendor/{}/one.py", "", 120),  # more than are counted
        ("vendor/one.py", "a = b\n" * 20_000, 1),
        ("lib/store.py", "a = b\n" * 20_000, 1),
    ],
)
def test_a_query_does_not_wait_for_what_may_be_much(
    root: Path, monkeypatch: pytest.MonkeyPatch, path: str, text: str, files: int
) -> None:
    """A new folder of 1,200 files counted as one file, one of a megabyte as any: five seconds."""
    started = refreshes(monkeypatch)
    for at in range(files):
        put(root, path.format(at), text)
    found = opened(root)
    assert found.note.endswith("It is being brought up to date.")
    found.afterwards()
    assert started


def test_where_the_time_for_a_look_was_short_a_refresh_looks_at_the_rest(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 30,000 files an edit in the last folder was missed, in silence."""
    monkeypatch.setattr(refreshing, "_LOOK_SECONDS", -1.0)
    started = refreshes(monkeypatch)
    assert opened(root, "never").note == (
        "There was no time to look at all files: the index may be older than the code. "
        f"ncs index --codebase {root.resolve()} brings it up to date."
    )
    found = opened(root)
    assert found.note.endswith("It is being brought up to date.")
    found.afterwards()
    assert opened(root).note == ""  # one was started just now
    os.utime(root / ".ncs/index.refresh", (10**9, 10**9))
    opened(root).afterwards()
    assert len(started) == 2


def test_a_change_that_is_seen_is_refreshed_however_lately_another_was(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    started = refreshes(monkeypatch)
    for name in ("one", "two"):
        put(root, f"app/{name}.py", f"def {name}(): ...\n")
        found = opened(root)
        assert f"app/{name}.py" in found.note
        found.afterwards()
    assert len(started) == 2


def test_an_answer_stands_where_there_is_room_for_no_other_process(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was out, and then the command ended with an error."""

    def refused(*_: Any, **__: Any) -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(later.subprocess, "Popen", refused)
    later.start(root)
    assert not later.recent(root)  # and so the next query asks again


def test_a_query_is_about_the_folder_it_is_asked_in(root: Path) -> None:
    (root / "empty").mkdir()
    assert opened(root).within == ""
    assert opened(root / "lib").within == "lib"
    assert opened(root / "empty").within == ""
    assert opened(root / ".ncs/index.db").within == ""
    with open_refreshed(root / "lib", "auto", ignore_progress).codebase as codebase:
        hits = codebase.search("retry rows", within="lib")
        assert {hit.path for hit in hits} == {"lib/store.py"}


def test_an_index_elsewhere_is_answered_from_as_it_is(root: Path, tmp_path: Path) -> None:
    away = tmp_path / "away.db"
    build(root, away)
    put(root, "app/new.py", "def brand_new(): ...\n")
    assert opened(away).note == ""


def test_from_its_codebase_an_index_elsewhere_is_told_to_be_old(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was said, and the audit counted 0 files that had changed."""
    away = tmp_path / "away.db"
    build(root, away)
    monkeypatch.chdir(root / "lib")
    assert opened(away).note == ""
    put(root, "app/new.py", "def brand_new(): ...\n")
    told = f"new: app/new.py. ncs index --codebase {root} --output {away} brings it up to date."
    assert opened(away).note == f"The index is older than the code: {told}"
    assert inspect_index(away, None)[0].stale == ("app/new.py",)
    monkeypatch.chdir(tmp_path)
    assert not inspect_index(away, None)[0].compared


def test_an_index_of_another_name_is_not_of_the_folder_around_it(tmp_path: Path) -> None:
    """A query of `~/.ncs/proj.db` read all of the home folder into `~/.ncs/index.db`."""
    put(tmp_path, "proj/app.py", "def app(): ...\n")
    put(tmp_path, "secret.py", "def secret(): ...\n")
    away = tmp_path / ".ncs/proj.db"
    build(tmp_path / "proj", away)
    (tmp_path / "proj/app.py").unlink()
    assert opened(away).note == ""
    assert not (tmp_path / ".ncs/index.db").exists()
    with pytest.raises(IndexUnusable, match="place of the index of"):
        build(tmp_path / "proj", tmp_path / ".ncs/index.db")


@pytest.mark.parametrize("link", [".ncs", ".ncs/index.db"])
def test_a_link_to_the_index_of_another_codebase_is_asked_as_it_is(
    root: Path, tmp_path: Path, link: str
) -> None:
    """The query wrote the index of the link's target anew, of what lies around that target."""
    other = tmp_path / "other"
    put(other, "app/retry.py", "def changed(): ...\n")
    (other / link).parent.mkdir(exist_ok=True)
    (other / link).symlink_to(root / link)
    assert codebase_of(other / ".ncs/index.db") is None
    before = (root / ".ncs/index.db").stat().st_ino
    assert opened(other).note == ""
    assert (root / ".ncs/index.db").stat().st_ino == before


def test_a_codebase_behind_a_link_has_its_own_index(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(root)
    assert codebase_of(tmp_path / "link/.ncs/index.db") == root.resolve()
    monkeypatch.chdir(root / ".ncs")
    assert codebase_of(Path("index.db")) == root.resolve()
    put(root, "app/retry.py", "def retry(): ...\n")
    assert "app/retry.py" in opened(tmp_path / "link", "never").note


def test_a_changed_file_is_shown_as_it_stands_though_the_index_is_older(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large codebase the lines were those of the index until it was brought up to date."""
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    refreshes(monkeypatch)
    functions = [
        "".join(
            f"def {name}_{at}(a):\n    b = a + {at}\n    return {name}(b)\n\n\n" for at in range(9)
        )
        for name in ("paint", "glue", "weld")
    ]
    put(root, "app/many.py", "".join(functions))
    build(root)
    with ncs.open(root) as codebase:
        before = codebase.search("weld_3", 1)[0]
    changed = functions[1].replace("b = a + 4\n", "b = a + 4\n    b = -b\n")
    put(root, "app/many.py", "# One\n# Two\n" + changed + functions[2])
    lines = (root / "app/many.py").read_text().split("\n")
    with open_refreshed(root, "auto", ignore_progress).codebase as codebase:
        for name in ("glue_0", "glue_8", "weld_3"):
            hit = codebase.search(name, 1)[0]
            assert (hit.path, hit.symbol) == ("app/many.py", name)
            begins = lines.index(f"def {name}(a):") + 1
            assert hit.start_line <= begins <= hit.end_line
            shown = hit.snippet.split("\n")
            assert shown == lines[hit.snippet_line - 1 : hit.snippet_line - 1 + len(shown)]
        assert codebase.search("weld_3", 1)[0].snippet == before.snippet


def test_the_lines_of_a_changed_file_are_numbered_as_they_are_shown(tmp_path: Path) -> None:
    """Below a line that was made blank each was one too low."""
    put(tmp_path, "jar.py", "size = 1\nplum_jam = 2\nquince_jam = 3\n")
    build(tmp_path)
    put(tmp_path, "jar.py", "\nplum_jam = 2\nquince_jam = 3\n")
    with open_index(tmp_path / ".ncs/index.db") as index:
        (hit,) = Codebase(index, tmp_path, ["jar.py"]).search("quince jam")
    assert (hit.snippet_line, hit.snippet) == (2, "plum_jam = 2\nquince_jam = 3")


def test_a_file_of_equal_lines_that_changed_keeps_no_query_waiting() -> None:
    """Each of 9,000 lines of data is equal to thousands of others."""
    before = [f"row {at % 3}" for at in range(9_000)]
    found = moved._moves(["first", *before, "last"], ["none", *reversed(before), "last"])
    assert found == {9_002: 9_002}  # they were not compared


def test_a_place_that_is_gone_is_not_the_best_that_was_left_out(root: Path) -> None:
    for path in [each for each in root.rglob("*.py") if ".ncs" not in each.parts]:
        path.unlink()
    for score in (0.0, 0.99):
        opened = open_refreshed(root, "never", ignore_progress)
        with opened.codebase as codebase:
            answer = codebase.answer(Query("parse a query", min_score=score))
        assert (answer.hits, answer.best) == ([], 0.0)


@pytest.mark.parametrize(
    ("stage", "refresh"), [("glance", "auto"), ("_within", "auto"), ("_within", "always")]
)
def test_where_an_answer_cannot_begin_the_index_is_closed(
    root: Path, monkeypatch: pytest.MonkeyPatch, stage: str, refresh: refreshing.Refresh
) -> None:
    """Ctrl-C in the look, or a damaged list of files, left the file open for good."""
    held: list[Any] = []

    def interrupted(of: Any, *_: object) -> None:
        held.append(of.index if isinstance(of, Codebase) else of)
        raise KeyboardInterrupt

    monkeypatch.setattr(refreshing, stage, interrupted)
    with pytest.raises(KeyboardInterrupt):
        open_refreshed(root, refresh, ignore_progress)
    with pytest.raises(IndexUnusable, match="was closed"):
        held[0].store.rows("SELECT 1")
