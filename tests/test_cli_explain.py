"""`ncs explain` and `ncs evaluate --explanations`, as they are typed."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from command import loaded_by, ncs
from small_index import make_corpus, write_index

from ncs.api import describing
from ncs.api.opening import open_codebase
from ncs.index.reading import open_index
from ncs.runtime.decoder import Explained

VALUES = '''def read_values(path):
    """Return the values of a file, one a line."""
    values = []
    with open(path) as lines:
        for line in lines:
            value = line.strip()
            if value:
                values.append(value)
    return values
'''
STORE = """class Store:
    def __init__(self, limit):
        self.limit = limit
        self.values = {}

    def remove_oldest_value(self, count):
        for name in list(self.values)[:count]:
            self.values.pop(name)
""" + "\n".join(
    f"""
    def set_value_{at}(self, name, value):
        self.values[name] = value + {at}
        if len(self.values) > self.limit:
            self.remove_oldest_value(1)
        print(name, value, {at})
"""
    for at in range(8)
)


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("explained")
    (root / "lib").mkdir()
    (root / "lib" / "values.py").write_text(VALUES, encoding="utf-8")
    (root / "lib" / "store.py").write_text(STORE, encoding="utf-8")
    (root / "lib" / "limits.py").write_text("MAX_KEPT = 3\n", encoding="utf-8")
    for name in ("one", "two"):
        (root / name).mkdir()
        (root / name / "same.py").write_text(f"def {name}_of_them():\n    return 1\n")
    (root / "a b").mkdir()
    (root / "a b" / "c.py").write_text("def of_a_b():\n    return 1\n")
    (root / "one" / "two_of_them").write_text("two of them\n", encoding="utf-8")
    (root / "lib" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (root / "made" / "far").mkdir(parents=True)
    (root / "made" / "far" / "below.py").write_text("x = 1\n", encoding="utf-8")
    (root / ".gitignore").write_text("made/\n", encoding="utf-8")
    done = ncs("index", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def explained(codebase: Path, *arguments: str) -> list[dict[str, object]]:
    done = ncs("explain", *arguments, "--json", cwd=codebase)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_file_is_explained_chunk_by_chunk(codebase: Path) -> None:
    found = explained(codebase, "lib/store.py")
    assert len(found) > 1
    assert list(found[0]) == [
        "path", "start_line", "end_line", "language", "kind", "symbol", "explanation",
        "explanation_source", "generated", "sureness", "faults",
    ]  # fmt: skip
    lines = [each["start_line"] for each in found]
    assert lines == sorted(lines)
    assert found[0]["symbol"] == "Store"
    assert all(0 <= float(str(each["sureness"])) <= 1 for each in found)


@pytest.mark.parametrize(
    ("line", "symbol"), [(1, "Store"), (4, "Store.__init__"), (8, "Store.remove_oldest_value")]
)
def test_a_line_is_explained_by_the_definition_it_stands_in(
    codebase: Path, line: int, symbol: str
) -> None:
    (found,) = explained(codebase, f"lib/store.py:{line}")
    assert (found["start_line"], found["symbol"]) == (1, symbol)


def test_a_constant_is_explained_where_it_gets_its_value(codebase: Path) -> None:
    """It was "not in the index", where a query found it."""
    (found,) = explained(codebase, "MAX_KEPT")
    assert (found["path"], found["start_line"]) == ("lib/limits.py", 1)


def test_the_end_of_a_path_is_enough_where_one_file_has_it(codebase: Path) -> None:
    assert explained(codebase, "values.py:6") == explained(codebase, "lib/values.py:6")
    # But a bare word is rather the name of a definition.
    (found,) = explained(codebase, "two_of_them")
    assert found["path"] == "two/same.py"


@pytest.mark.parametrize("place", ["lib/values.py:6", "lib/values.py:4-7", "lib/values.py:6:"])
def test_a_line_names_its_chunk_from_anywhere(codebase: Path, place: str) -> None:
    (found,) = explained(codebase, place)
    assert (found["symbol"], found["explanation_source"]) == ("read_values", "docstring")
    done = ncs("explain", place.removeprefix("lib/"), cwd=codebase / "lib")
    assert done.returncode == 0, done.stderr
    assert "Return the values of a file, one a line.  [docstring]" in done.stdout


def test_a_sentence_that_is_held_back_is_shown_to_those_who_ask_for_the_decoder(
    codebase: Path,
) -> None:
    """It was shown to all, most of such are wrong, and they sound as sure as others."""
    (found,) = explained(codebase, "lib/values.py:6")
    assert found["faults"] == ["unsure"]  # as JSON all is written
    assert "generated" not in ncs("explain", "lib/values.py:6", cwd=codebase).stdout
    told = ncs("explain", "lib/values.py:6", "--beam", "4", cwd=codebase).stdout
    assert str(found["generated"]) in told
    assert told.endswith(", held back: unsure]\n")


def test_a_long_file_is_shown_in_part_and_the_rest_is_counted(codebase: Path) -> None:
    """A file of 400 chunks was 110,000 characters on the screen."""
    every = explained(codebase, "lib/store.py", "-k", "1")
    assert len(every) > 2
    done = ncs("explain", "lib/store.py", "--top-k", "2", cwd=codebase)
    assert done.stdout.count("lib/store.py:") == 2
    assert done.stderr == (
        f"The first 2 of {len(every)} chunks are shown: --top-k {len(every)} shows all.\n"
    )
    whole = ncs("explain", "lib/store.py", cwd=codebase)
    assert (whole.stdout.count("lib/store.py:"), whole.stderr) == (len(every), "")


def test_a_field_that_is_no_definition_is_shown_where_it_is_declared(tmp_path: Path) -> None:
    """It was said not to be in the index, with a query that found nothing as a hint."""
    (tmp_path / "a.go").write_text(
        "package a\n\nfunc Make(o Options) App {\n\treturn App{GracePeriod: o.wait(), N: 1}\n}\n"
    )
    (tmp_path / "b.go").write_text(
        "package a\n\n// App serves.\ntype App struct {\n\tN int\n\n\tGracePeriod Duration\n}\n"
    )
    assert ncs("index", cwd=tmp_path).returncode == 0
    done = ncs("explain", "GracePeriod", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing is defined as GracePeriod" in done.stderr
    assert "Hint: ncs explain b.go:7 explains such a place" in done.stderr
    assert "GracePerio is not in the index" in ncs("explain", "GracePerio", cwd=tmp_path).stderr


@pytest.mark.parametrize(
    "name", ["Store.remove_oldest_value", "remove_oldest_value", "Store::removeOldestValue"]
)
def test_a_name_is_explained_where_it_is_defined(codebase: Path, name: str) -> None:
    """It was "not in the index", with a hint about files that are skipped."""
    (found,) = explained(codebase, name)
    assert found["path"] == "lib/store.py"
    assert int(str(found["start_line"])) <= 6 <= int(str(found["end_line"]))


def test_a_name_that_does_not_lead_its_chunk_is_explained_by_its_own_words(tmp_path: Path) -> None:
    """The words on the class around it were shown."""
    (tmp_path / "two.py").write_text(
        'class Two:\n    """Two of a kind."""\n\n    def first(self):\n'
        '        """Return the one before."""\n        return self.one\n\n'
        "    def second(self):\n        return self.two\n",
        "utf-8",
    )
    assert ncs("index", cwd=tmp_path).returncode == 0
    told = {name: explained(tmp_path, name)[0] for name in ("Two", "first", "Two.second")}
    assert {name: (each["symbol"], each["explanation"]) for name, each in told.items()} == {
        "Two": ("Two", "Two of a kind."),
        "first": ("Two.first", "Return the one before."),
        "Two.second": ("Two.second", "def second(self):"),
    }


def test_a_name_of_many_definitions_is_asked_about_by_place(tmp_path: Path) -> None:
    """The query of the hint listed ten of them."""
    for at in range(11):
        (tmp_path / f"m{at}.py").write_text(f"def pay(x):\n    return x + {at}\n", "utf-8")
    (tmp_path / "late.py").write_text("def pay_later(x):\n    return x\n", "utf-8")
    assert ncs("index", cwd=tmp_path).returncode == 0
    done = ncs("explain", "pay", cwd=tmp_path)
    assert done.returncode == 2
    assert "pay is the name of 11 definitions" in done.stderr
    hint = re.search(r"ncs (query --mode symbol --top-k \d+ pay) lists them", done.stderr)
    assert hint is not None
    listed = ncs(*hint[1].split(), "--json", cwd=tmp_path).stdout.splitlines()
    assert len([row for row in map(json.loads, listed) if row["symbol"] == "pay"]) == 11


def test_of_a_value_that_is_given_in_many_places_some_are_explained(tmp_path: Path) -> None:
    write_index(tmp_path / "i.db", make_corpus({f"a{at}.py": ("LIMIT = 3",) for at in range(12)}))
    with open_index(tmp_path / "i.db") as index:
        assert len(describing._given(index, "LIMIT")) == 10


def test_what_is_generated_of_a_place_is_of_its_code_alone(
    codebase: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def explain(texts: list[str], *_: object) -> list[Explained]:
        read.extend(texts)
        return [Explained("Read the values.", -0.2, (), ()) for _ in texts]

    decoder = SimpleNamespace(explain=explain, attention=lambda *_: np.zeros((0, 0)))
    monkeypatch.setattr(describing, "decoder_of", lambda _: decoder)
    with open_codebase(codebase) as opened:
        (found,) = describing.explain(opened, "lib/values.py", 6, 1)
    assert (found.generated, len(read)) == ("Read the values.", 1)
    assert "line.strip()" in read[0]
    assert found.explanation not in read[0]


def test_names_in_a_sentence_stand_in_the_chunk(codebase: Path) -> None:
    for each in explained(codebase, "lib/store.py", "--beam", "2"):
        assert "unseen-name" not in str(each["faults"])


@pytest.mark.parametrize(
    "place",
    ["lib/store.py:6", "lib/store.py:6:12", "lib/store.py:6:12:", "lib/store.py:6-9",
     "lib/store.py#L6", "lib/store.py#L6-L9"],
)  # fmt: skip
def test_a_place_may_be_written_as_others_write_it(codebase: Path, place: str) -> None:
    (found,) = explained(codebase, place)
    assert found["symbol"] == "Store.remove_oldest_value"


def test_a_value_may_be_asked_for_in_full(codebase: Path) -> None:
    for name in ("MAX_KEPT", "limits.MAX_KEPT"):
        assert [each["path"] for each in explained(codebase, name)] == ["lib/limits.py"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lib/nothing.py"], "lib/nothing.py is not in the index"),
        (["same.py"], "did you mean one/same.py, two/same.py?"),
        (["lib/valeus.py"], "did you mean lib/values.py?"),
        (["valuess.py:"], "did you mean lib/values.py?"),
        (["Store.remove_oldest_vaule"], "did you mean Store.remove_oldest_value?"),
        (["lib"], "lib is a folder: 3 of its files are in the index"),
        (["."], "ncs explain lib/store.py explains one of them"),
        (["a b"], "ncs explain 'a b/c.py' explains one of them"),
        (["lib/picture.png"], "lib/picture.png is not searched: binary"),
        (["made/far/below.py"], "made/far/below.py is not searched: ignored, as all of made"),
        ([""], "Error: nothing is named\nHint: ncs explain PATH"),  # was "Error:  is not in"
        (["no_such_name"], "no_such_name is not in the index"),
        (["Store:900"], "ncs explain Store"),
        (["lib/values.py:900"], "line 900 is outside"),
        (["lib/values.py:0"], "line 0 is outside"),
        (["lib/store.py", "--attention", "a.png"], "ncs explain lib/store.py:1"),
        (["MAX_KEPT:1"], "ncs explain MAX_KEPT"),
        # something gets a value that is called like the last part of each
        (["data/MAX_KEPT"], "data/MAX_KEPT is not in the index"),
        (["lib/limit.values"], "lib/limit.values is not in the index"),
        (["Nothing.like.MAX_KEPT"], "Nothing.like.MAX_KEPT is not in the index"),
        ([f"lib/values.py:{'9' * 5000}"], "is not in the index"),
        (["lib/values.py:5", "--attention", "a.txt"], ".svg"),
        (["lib/values.py:5", "--attention", "no/such/a.png"], "cannot be written"),
    ],
)
def test_errors_say_what_and_what_to_type(codebase: Path, arguments: list[str], said: str) -> None:
    if "cannot be written" in said:
        pytest.importorskip("matplotlib")
    done = ncs("explain", *arguments, cwd=codebase)
    assert done.returncode == 2
    assert said in done.stderr


def test_attention_is_drawn(codebase: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "attention.svg"
    explained(codebase, "lib/values.py:6", "--attention", str(picture))
    assert b"<svg" in picture.read_bytes()[:2_000]


def test_explanations_are_compared_with_the_authors(codebase: Path) -> None:
    done = ncs("evaluate", "--explanations", "--json", cwd=codebase)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["explained"] == 1
    assert [row["name"] for row in found["figures"]][-1] == "name in words"
    assert found["samples"][0]["reference"] == "Return the values of a file, one a line."
    table = ncs("evaluate", "--explanations", cwd=codebase)
    assert "BLEU-4" in table.stdout
    assert "author     Return the values of a file" in table.stdout


def test_a_codebase_without_docstrings_cannot_be_compared(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(x):\n    return x + 1\n", encoding="utf-8")
    assert ncs("index", cwd=tmp_path).returncode == 0
    done = ncs("evaluate", "--explanations", cwd=tmp_path)
    assert done.returncode == 2
    assert "no docstring to compare with" in done.stderr


def test_explaining_loads_no_torch_and_no_drawing(codebase: Path) -> None:
    loaded = loaded_by(["explain", "lib/values.py:6"], codebase)
    assert not loaded & {"torch", "faiss", "matplotlib", "rich"}
