"""Globs against a table, and filters against what they let through."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_index import built

from ncs.corpus.languages import LANGUAGES, named
from ncs.errors import QueryError
from ncs.index.reading import Index
from ncs.search.filters import (
    KINDS_CALLED,
    LANGUAGES_CALLED,
    allowed,
    compile_glob,
    kinds_of,
)
from ncs.search.query import Query
from ncs.types import KINDS

# glob, paths that match, paths that do not
TABLE = [
    ("lib", "lib/a.py lib/http/b.py x/lib/c.py lib", "library/a.py mylib/a.py a/lib.py"),
    ("lib/", "lib/a.py lib/http/b.py x/lib/c.py", "library/a.py"),
    ("/lib", "lib/a.py lib/http/b.py", "x/lib/c.py"),
    ("./lib", "lib/a.py", "x/lib/c.py"),
    ("lib/http", "lib/http/b.py", "x/lib/http/b.py lib/https/b.py"),
    ("*.py", "a.py lib/a.py", "a.pyc a.py.txt"),
    ("*.PY", "a.PY", "a.py"),
    ("lib/*.py", "lib/a.py", "lib/http/a.py x/lib/a.py"),
    ("lib/**/*.py", "lib/a.py lib/x/y/a.py", "a.py lib/a.js"),
    ("**/http", "http/a.py lib/http/a.py", "https/a.py"),
    ("lib/**", "lib/a.py lib/x/y.py", "lib.py"),
    ("a**z", "az abz a/b/z", "ab"),
    ("test_?.py", "test_1.py x/test_a.py", "test_12.py test_/.py"),
    ("[ab].py", "a.py b.py", "c.py"),
    ("[!ab].py", "c.py", "a.py"),
    ("[a-c]x", "ax cx", "dx -x"),
    ("[]].py", "].py", "a.py"),
    ("[z-a].py", "[z-a].py", "z.py"),
    ("[abc", "[abc", "a"),
    ("a+b(c).py", "a+b(c).py", "aab(c).py"),
    ("файл.py", "naïve/файл.py", "файл.pyc"),
    ("a[^/]b", "acb", "a/b"),
]


@pytest.mark.parametrize(("glob", "matching", "other"), TABLE)
def test_globs(glob: str, matching: str, other: str) -> None:
    pattern = compile_glob(glob)
    assert [path for path in matching.split() if not pattern.match(path)] == []
    assert [path for path in other.split() if pattern.match(path)] == []


@given(st.text(alphabet="ab*?[]!-^\\/.{}()|$ \n", max_size=12))
@example("[?--]")  # a range that ends with a hyphen was taken for a set difference
def test_any_glob_is_an_expression(glob: str) -> None:
    try:
        pattern = compile_glob(glob)
    except QueryError:
        assert not glob.removeprefix("./").strip("/")
    else:
        pattern.match("a/b.a")


@given(st.text(alphabet="abc._-+(){}|$^ ", min_size=1).filter(lambda text: text != "."))
def test_a_plain_path_matches_itself_and_what_is_under_it(path: str) -> None:
    pattern = compile_glob(path)
    assert pattern.match(path)
    assert pattern.match(f"deep/{path}/x")
    assert not pattern.match(f"{path}x")


def through(index: Index, **filters: tuple[str, ...]) -> set[str]:
    mask = allowed(index, Query("q", **filters))
    assert mask is not None
    return {row.path for row in index.chunk_rows(mask.nonzero()[0].tolist())}


@pytest.mark.parametrize("asked", ["javascript", "JavaScript", "js", ".js", "*.JS", "node", "JSX"])
def test_a_language_is_known_by_any_case_and_by_its_ending(index: Index, asked: str) -> None:
    """`--lang Rust` and `--lang rs` were refused, and `--lang golang`."""
    assert through(index, languages=(asked,)) == {"lib/store/cache.js"}
    both = through(index, languages=(asked, "md"))
    assert both == {"lib/store/cache.js", "docs/intro.md"}


@pytest.mark.parametrize("asked", ["", ".", "tools.js", "/cache.js"])
def test_what_is_no_ending_names_no_language(index: Index, asked: str) -> None:
    with pytest.raises(QueryError, match="no language"):
        allowed(index, Query("q", languages=(asked,)))


def test_usual_names_are_of_languages_that_there_are_and_of_no_other() -> None:
    assert set(LANGUAGES_CALLED.values()) <= set(LANGUAGES)
    assert not set(LANGUAGES_CALLED) & set(LANGUAGES)
    for word, name in LANGUAGES_CALLED.items():
        assert named(word) in ("", name)  # an ending is of the same language


def test_what_a_language_calls_its_classes_and_types_is_one_of_both() -> None:
    """`--kind struct` was refused."""
    assert kinds_of(["struct"]) == kinds_of(["Interface", "type", "class"]) == ("class", "type")
    assert kinds_of(["trait", "method"]) == ("class", "method")
    assert not set(KINDS_CALLED) & set(KINDS)
    assert set().union(*KINDS_CALLED.values()) <= set(KINDS)


def test_a_kind_may_be_called_as_a_language_calls_it(tmp_path: Path) -> None:
    """`--kind enum` let all classes and types through."""
    tree = {
        "a.ts": "export enum Colour {\n  RED,\n}\n",
        "b.ts": "interface Shape {\n  area(): number\n}\n",
        "c.py": "class Kind(Enum):\n    A = 1\n", "d.py": "class Plain:\n    pass\n",
        "e.py": "def enum():\n    pass\n",
    }  # fmt: skip
    with built(tmp_path, tree) as opened:
        index = opened.index
        assert through(index, kinds=("enum",)) == {"a.ts", "c.py"}
        assert through(index, kinds=("Interface",)) == {"b.ts"}
        assert through(index, kinds=("enum", "function")) == {"a.ts", "c.py", "e.py"}
        assert through(index, kinds=("struct",)) == {"a.ts", "b.ts", "c.py", "d.py"}
        with pytest.raises(QueryError, match="no kind thing"):
            allowed(index, Query("q", kinds=("thing",)))


def test_filters_let_through_what_they_name(index: Index) -> None:
    assert allowed(index, Query("q")) is None
    assert through(index, languages=("javascript",)) == {"lib/store/cache.js"}
    assert through(index, kinds=("class",)) == {"lib/http/retry.py"}
    assert through(index, kinds=("section",)) == {"docs/intro.md"}
    assert through(index, paths=("lib",)) == {
        "lib/http/retry.py", "lib/http/session.py", "lib/store/cache.js",
    }  # fmt: skip
    assert through(index, paths=("docs", "tests")) == {"docs/intro.md", "tests/test_retry.py"}
    assert "tests/test_retry.py" not in through(index, not_paths=("tests",))
    assert through(index, paths=("lib",), not_paths=("*.js",), languages=("python",)) == {
        "lib/http/retry.py", "lib/http/session.py",
    }  # fmt: skip


def test_a_chunk_is_let_through_for_all_that_it_defines(index: Index) -> None:
    """`Retry.wait` is cut together with its class: no method was found at all."""
    assert through(index, kinds=("method",)) == {"lib/http/retry.py"}
    both = allowed(index, Query("q", kinds=("method", "section")))
    assert both is not None
    assert np.flatnonzero(both).tolist() == [0, 1]
    assert through(index, kinds=("type",)) == set()


def test_unknown_names_are_errors_that_list_the_known_ones(index: Index) -> None:
    with pytest.raises(QueryError, match="no language pyhton") as caught:
        allowed(index, Query("q", languages=("pyhton", "python")))
    assert caught.value.hint == "one of javascript, markdown, python"
    with pytest.raises(QueryError, match="no kind clas"):
        allowed(index, Query("q", kinds=("clas",)))
    with pytest.raises(QueryError, match="names no path"):
        allowed(index, Query("q", paths=("/",)))
