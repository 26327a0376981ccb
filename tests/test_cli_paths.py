"""Path filters as they are typed, in a folder of a codebase or outside of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_index import TREE, make_corpus, write_index

from ncs.api.describing import chunks_meant
from ncs.api.opening import Codebase
from ncs.api.refreshing import Opened
from ncs.cli import asking
from ncs.cli.group import commands
from ncs.cli.paths import path_filters
from ncs.errors import QueryError
from ncs.index.reading import open_index
from ncs.search.filters import allowed
from ncs.search.query import Query
from ncs.text import path_text

LIB = {path for path in TREE if path.startswith("lib/")}
HTTP = {path for path in TREE if path.startswith("lib/http/")}
RETRY = {"lib/http/retry.py"}


@pytest.fixture
def codebase(tmp_path: Path) -> Iterator[Codebase]:
    for path in TREE:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / ".ncs").mkdir()
    write_index(tmp_path / ".ncs" / "index.db")
    with Codebase(open_index(tmp_path / ".ncs" / "index.db")) as opened:
        yield opened


def searched(codebase: Codebase, within: str, *paths: str, but: tuple[str, ...] = ()) -> set[str]:
    """Return the paths that may answer."""
    asked = path_filters(Opened(codebase, within), paths, but)
    mask = allowed(codebase.index, Query("q", **asked._asdict()))
    assert mask is not None
    return {row.path for row in codebase.index.chunk_rows(mask.nonzero()[0].tolist())}


# In a folder below the root, filters as completion gives them and absolute ones found nothing.
@pytest.mark.parametrize(
    ("here", "typed", "found"),
    [
        (".", "lib/http/retry.py", RETRY),
        (".", "http", HTTP),
        (".", "./lib/", LIB),
        (".", ".", set(TREE)),
        ("lib", "http/retry.py", RETRY),
        ("lib", "./http/", HTTP),
        ("lib", "http/*.py", HTTP),
        ("lib", ".", LIB),
        ("lib", "*.py", HTTP),
        ("lib", "lib/http/retry.py", RETRY),  # as hits name it
        ("lib/http", "../store", {"lib/store/cache.js"}),
        ("lib/http", "docs/*.md", {"docs/intro.md"}),
        ("docs", "{root}/lib/http", HTTP),
        ("docs", "/lib/http", HTTP),
        (".", "*.{js,md,none}", {"docs/intro.md", "lib/store/cache.js"}),
        ("lib", "{http/re*,stor{e,y}}/**", {"lib/store/cache.js"}),
    ],
)
def test_a_filter_means_what_it_names_from_where_one_stands(
    codebase: Codebase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    here: str, typed: str, found: set[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path / here)
    within = "" if here == "." else here
    assert searched(codebase, within, typed.replace("{root}", str(tmp_path))) == found


def test_braces_that_stand_for_too_much_are_an_error(codebase: Codebase) -> None:
    """Each further group took twice the time: 17 took 5 seconds."""
    with pytest.raises(QueryError, match="more than 1,000 paths"):
        searched(codebase, "", "{a,b}" * 40)


def test_a_name_that_is_no_text_is_called_as_it_is_typed(tmp_path: Path) -> None:
    """The index calls it by its bytes, `b\\xffad.py`."""
    typed = os.fsdecode(b"b\xffad.py")
    tree = {path_text(typed): ("def f(): pass",)}
    write_index(tmp_path / "index.db", make_corpus(tree))
    with Codebase(open_index(tmp_path / "index.db")) as opened:
        assert searched(opened, "", typed) == {"b\\xffad.py"}
        (found,) = chunks_meant(opened, typed, None)
        assert opened.index.chunk_rows([found])[0].path == "b\\xffad.py"


def test_a_filter_is_read_from_the_folder_that_is_asked_too(
    codebase: Codebase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path.parent)  # as in `ncs query ... --index codebase/lib`
    assert searched(codebase, "lib", "http/retry.py") == RETRY


def test_a_link_to_the_codebase_leads_into_it(
    codebase: Codebase, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(tmp_path)
    assert searched(codebase, "", f"{link}/lib/*/retry.py") == RETRY


def test_unwanted_paths_are_read_alike(
    codebase: Codebase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "lib")
    assert searched(codebase, "lib", but=("http/retry.py", "*.{js,ts}")) == HTTP - RETRY
    assert searched(codebase, "lib", "../docs", "http", but=("intro*", "absent")) == HTTP


@pytest.mark.parametrize(
    ("here", "typed", "said", "hint"),
    [
        (".", "lib/htp", "no path of the index matches lib/htp", "did you mean lib/http"),
        (".", "*.pyy", "matches *.pyy", "did you mean *.py?"),
        ("lib", "retyr.py", "below lib/ matches retyr.py", "did you mean retry.py?"),
        ("lib", "store/cache.ts", "matches store/cache.ts", "did you mean lib/store/cache.js"),
        ("lib", "intro.md", "below lib/", "hits name them from the root on, like lib/http/"),
        (".", "/elsewhere/x", "matches /elsewhere/x", "from the root on"),
        ("lib", "", "names no path", "a folder or a glob"),
        ("lib", "/", "names no path", "a folder or a glob"),
        # Another file was offered in its place.
        (".", "logo.png", "logo.png is not searched: binary", "ncs inspect index"),
        ("lib", "../logo.png", "logo.png is not searched: binary", "ncs inspect index"),
        (".", "logo.*", "logo.png is not searched: binary", "ncs inspect index"),
    ],
)
def test_a_filter_that_names_nothing_is_an_error_that_names_near_ones(
    codebase: Codebase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    here: str, typed: str, said: str, hint: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path / here)
    with pytest.raises(QueryError) as caught:
        path_filters(Opened(codebase, "" if here == "." else here), [typed], [])
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_names_with_the_signs_of_globs_are_found_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = {"app/[slug]/page{a,b}.tsx": ("const a = 1",), "app/s/page.tsx": ("const b = 2",)}
    (tmp_path / "app" / "[slug]").mkdir(parents=True)
    (tmp_path / ".ncs").mkdir()
    write_index(tmp_path / ".ncs" / "index.db", make_corpus(tree))
    with Codebase(open_index(tmp_path / ".ncs" / "index.db")) as codebase:
        odd = {"app/[slug]/page{a,b}.tsx"}
        assert searched(codebase, "", "app/[slug]") == odd
        monkeypatch.chdir(tmp_path / "app" / "[slug]")
        assert searched(codebase, "app/[slug]", "./page{a,b}.tsx") == odd
        assert searched(codebase, "app/[slug]", "*.tsx") == odd


def test_a_filter_that_leaves_nothing_out_is_told(
    codebase: Codebase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert searched(codebase, "", "lib", but=("lib/http",)) == LIB - HTTP
    assert not capsys.readouterr().err
    assert searched(codebase, "", "lib", but=("tset",)) == LIB
    assert capsys.readouterr().err == "No path of the index matches tset: it leaves nothing out.\n"


@pytest.mark.parametrize("command", [["query", "x", "--path", "new.py"], ["explain", "new.py"]])
def test_what_is_not_there_may_be_new_so_the_index_is_refreshed_all_the_same(
    codebase: Codebase, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    begun: list[str] = []
    opened = Opened(codebase, note="The index is older.", afterwards=lambda: begun.append("now"))
    monkeypatch.setattr(asking, "open_refreshed", lambda *_: opened)
    done = CliRunner().invoke(commands, command)
    assert (done.exit_code, begun) == (2, ["now"])
    assert done.output.count("The index is older.") == 1
