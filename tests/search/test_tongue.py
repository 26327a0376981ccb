"""What a question says of the language of the code."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small_index import put_texts

import ncs
from ncs.index.reading import Index, find_index, open_index
from ncs.search.tongue import without_language

Ask = Callable[[str], str]


def _index(folder: Path, files: dict[str, str]) -> Index:
    put_texts(folder, files)
    ncs.build(folder)
    return open_index(find_index(folder))


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    files = {f"lib/part{at}.py": f"def part{at}():\n    return {at}\n" for at in range(4)}
    files["web/app.js"] = "function app() { return 1 }\n"
    files["go/main.go"] = "package main\n"
    with _index(tmp_path_factory.mktemp("mostly-python"), files) as index:
        yield lambda text: without_language(index, text)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("python read a json file", "read a json file"),
        ("read a json file in Python?", "read a json file"),
        ("python 3 remove a folder", "remove a folder"),
        ("remove a folder with python 3.7", "remove a folder"),
        ("remove a folder python3", "remove a folder"),
        ("mean in python using the count of an array", "mean using the count of an array"),
    ],
)
def test_the_main_language_is_left_out(ask: Ask, asked: str, left: str) -> None:
    assert ask(asked) == left


def test_a_line_that_stands_in_the_code_stays_whole(tmp_path: Path) -> None:
    """What says the rest of it was said to be sure, and came first."""
    files = {f"a{at}.py": f"def a{at}():\n    return {at}\n" for at in range(4)}
    files["told.py"] = 'TOLD = "Python 2 is not supported here"\n'
    files["other.py"] = 'OTHER = "this is not supported here, nor here"\n'
    with _index(tmp_path, files) as index:
        assert without_language(index, "Python 2 is not supported here") == (
            "Python 2 is not supported here"
        )
        assert without_language(index, "what is not supported here in Python") == (
            "what is not supported here"
        )


@pytest.mark.parametrize(
    "asked",
    [
        "maps python types to SQL types",  # what is asked about
        "python",
        "how does python work",  # nothing would be left to ask
        "read a json file in javascript",  # not what most of the code is written in
        "read a json file in go",
        "read a json file in cobol",
        "x = 1\nin python",
        "read a json file\nin python",  # lines that were pasted
        "",
    ],
)
def test_what_says_something_stays(ask: Ask, asked: str) -> None:
    assert ask(asked) == asked


def test_a_name_that_tells_places_apart_stays(tmp_path: Path) -> None:
    files = {
        f"{lexer}.py": f"class Lexer{at}: ...\n" for at, lexer in enumerate(["python", "ruby"])
    }
    with _index(tmp_path, files) as index:
        assert without_language(index, "python lexer") == "python lexer"


def test_a_language_with_a_name_of_every_day_is_named_behind_in(tmp_path: Path) -> None:
    with _index(tmp_path, {"walk.go": "package walk\n\nfunc Walk() {}\n"}) as index:
        assert without_language(index, "where does the request go") == "where does the request go"
        assert without_language(index, "walk a folder in Go") == "walk a folder"
        assert without_language(index, "golang walk a folder") == "walk a folder"


def test_hits_are_those_of_the_question_without_it(tmp_path: Path) -> None:
    files = {
        "reader.py": 'def load(path):\n    """Read a file of rows."""\n',
        "notes.py": 'def about():\n    """What this says of python itself."""\n',
    }
    _index(tmp_path, files).close()
    with ncs.open(tmp_path) as index:
        asked, plain = (index.search(text) for text in ("python read rows", "read rows"))
    assert asked == plain
