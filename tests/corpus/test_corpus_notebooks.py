"""Notebooks are cut by cells, each on its lines of the file; what is no source is not read."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_corpus_chunks import check_laws

from ncs.config import CorpusConfig
from ncs.corpus.chunks import chunk
from ncs.corpus.decoding import decode
from ncs.corpus.reading import read_corpus
from ncs.types import Chunk, SourceFile

PICTURE = "iVBORw0KGgoAAAANSUhEUgAA" * 100
OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": ["confusion 1\n", "confusion 2\n"]},
    {"output_type": "display_data", "metadata": {}, "data": {"image/png": PICTURE + "\n"}},
    {"output_type": "execute_result", "data": {"application/json": {"source": ["no\n"]}}},
]


def code(text: str, **more: Any) -> dict[str, Any]:
    empty = {"execution_count": 1, "metadata": {"source": ["no"]}, "outputs": []}
    return {"cell_type": "code", **empty, "source": text.splitlines(True), **more}


def told(text: str, kind: str = "markdown") -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": text.splitlines(True)}


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def saved(found: Any, **how: Any) -> bytes:
    return json.dumps(
        found, **{"indent": 1, "sort_keys": True, "ensure_ascii": False, **how}
    ).encode()


def cut(data: bytes, config: CorpusConfig | None = None) -> list[Chunk]:
    text = decode("a.ipynb", data)
    return chunk(SourceFile("a.ipynb", text.language, text.data, 0, cells=text.cells), config)


CONFUSED = notebook(
    told("# Digits\n\nThe first lines of a book."),
    told("## Confusion Matrix\nEach row is an actual class. More on that."),
    code("cm = confusion_matrix(y, predicted)\nplt.matshow(cm)", outputs=OUTPUTS),
    told("We see that it is bright.\n\nNow divide by the number of images:"),
    code("# Compare shares, not counts\nplt.matshow(cm / cm.sum())"),
    code('%matplotlib inline\n!pip install x\ndef errors(cm):\n    """Return the errors."""\n'),
)


def test_a_question_leads_to_a_cell() -> None:
    lines = saved(CONFUSED).decode().split("\n")
    found = cut(saved(CONFUSED))
    assert [(each.kind, each.symbol, each.language) for each in found] == [
        ("section", "Confusion Matrix", "python"),
        ("function", "errors", "python"),
    ]
    assert [each.target[:2] for each in found] == [
        ("Confusion Matrix: Each row is an actual class.", "docstring"),
        ("Return the errors.", "docstring"),
    ]
    first, second = found
    assert '"# Digits' in lines[first.span.start - 1]
    assert "plt.matshow(cm)" in lines[first.span.end - 1]
    assert "We see" in lines[second.span.start - 1]
    assert second.defines == ("errors",)
    assert "def errors(cm):" in lines[second.begun[0].span.start - 1]
    assert "cm = confusion_matrix(y, predicted)\nplt.matshow(cm)" in first.text
    everything = "".join(each.text for each in found)
    assert not {"iVBOR", "confusion 1", "metadata", '"no', "\\n"} & {
        *everything.split(),
        everything,
    }
    assert "iVBOR" not in everything


def only(*cells: dict[str, Any], **metadata: Any) -> tuple[str, str]:
    """Return the target of the last chunk."""
    return cut(saved(notebook(*cells, **metadata)))[-1].target[:2]


def test_what_explains_a_cell() -> None:
    long = "\n".join(f"Words of line {at}.  " for at in range(40))
    assert only(told("Load it all:"), code("x = load()")) == ("Load it all:", "docstring")
    heading = told("# Loading\n" + long), code("y = 1")
    assert only(*heading, code("# Read the rows of it\n" + "x = load()\n" * 26)) == (
        "Loading: Read the rows of it", "comment",
    )  # fmt: skip
    assert only(*heading, code("x = load()\n" * 26)) == ("Loading: calls load.", "synthetic")
    assert only(told("# Loading"), told("It is big.\n\nNow read it:"), code("x = 1")) == (
        "Loading: It is big.", "docstring",
    )  # fmt: skip
    above = code("x = 1\n" * 30), told("# A"), code("b()")
    assert only(*above, told("Big.\n\nNow c:"), code("c()")) == ("A: Now c:", "docstring")
    assert only(code("x = load()")) == ("Calls load.", "synthetic")


def test_cells_stay_together_as_far_as_they_are_about_one_thing() -> None:
    short, long = code("x = f()\ny = g()\n"), code("z = h()\n" * 24)
    assert len(cut(saved(notebook(short, short, short)))) == 1
    assert len(cut(saved(notebook(told("A."), short, told("B."), short)))) == 2
    assert len(cut(saved(notebook(told("A."), long, short)))) == 1  # a few lines
    assert len(cut(saved(notebook(told("A."), long, code("y = g()\n" * 6))))) == 2
    assert len(cut(saved(notebook(code("z = h()\n" * 80))))) == 3
    far = code("y = 1", outputs=[{"output_type": "stream", "text": ["1\n"] * 300}])
    assert len(cut(saved(notebook(short, far)))) == 2


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"language_info": {"name": "R", "file_extension": ".r"}}, "r"),
        ({"language_info": {"name": "C#", "file_extension": ".cs"}}, "csharp"),
        ({"language_info": {"name": "ipython", "file_extension": ".py"}}, "python"),
        ({"kernelspec": {"language": "julia", "name": "julia-1.9"}}, "julia"),
        ({"kernelspec": {"language": "sas"}}, "text"),
        ({"kernelspec": 1, "language_info": {"name": 2}}, "python"),
    ],
)
def test_the_language_is_the_notebooks(metadata: dict[str, Any], language: str) -> None:
    (found,) = cut(saved(notebook(code("x"), told("x", "raw"), **metadata)))[:1]
    assert found.language == language


BROKEN = {
    "not JSON": saved(CONFUSED)[:-9],
    "one line": saved(CONFUSED, indent=None),
    "format 3": saved({"worksheets": [{"cells": []}], "nbformat": 3}),
    "a format without a number": saved({**CONFUSED, "nbformat": "4"}),
    "no cells": saved(notebook()),
    "nothing in its cells": saved(notebook(code(""))),
    "a list": b'[\n1]\n',
    "cells that are none": saved({**CONFUSED, "cells": [1]}),
    "a source that is none": saved(notebook(code("x", source=[1]))),
    "cells twice": b'{"cells": [\n{"cell_type": "code", "source": "y"}],\n' + saved(CONFUSED)[1:],
    "deep": b'{"a": ' + b"[" * 100_000,
    "a number that is too long": saved(CONFUSED)[:-1] + b', "a": ' + b"1" * 5_000 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_notebook_is_read_as_json(name: str) -> None:
    assert decode("a.IPYNB", BROKEN[name]) == ("json", BROKEN[name], ())
    assert decode("a.json", saved(CONFUSED)).language == "json"


def test_a_source_on_one_line_is_one_line() -> None:
    cells = {**told(""), "source": "# Load\nAll of it.\n"}, {**code(""), "source": "a = 1\nb = 2"}
    (found,) = cut(saved(notebook(*cells)))
    assert [line for line in found.text.split("\n") if line] == [
        "# Load ↵ All of it.", "a = 1 ↵ b = 2",
    ]  # fmt: skip


def test_halves_of_characters_and_windows_line_ends() -> None:
    data = saved(notebook(code("x = '\ud800'\r\ny = 1\r\n")), ensure_ascii=True)
    assert cut(data.replace(b"\n", b"\r\n"))[0].text == "x = '?'\r\ny = 1\r"


WORDS = st.sampled_from(
    ["# T", "def f():", "    x = 1", "", '"a"', "\\", "{", "]", "é漢🌍", "Say it.", "%x"]
)
CELLS = st.lists(
    st.builds(
        lambda kind, lines, outputs: {
            **told("\n".join(lines), kind), "metadata": {"source": lines},
            **({"outputs": [{"text": lines * 9}] * outputs} if kind == "code" else {}),
        },
        st.sampled_from(["code", "markdown", "raw"]), st.lists(WORDS, max_size=60),
        st.integers(0, 3),
    ),
    max_size=12,
)  # fmt: skip


@given(CELLS, st.sampled_from([0, 1, 4]), st.booleans(), st.sampled_from([2, 25]))
@settings(deadline=None)
def test_each_line_is_on_its_own(
    cells: list[dict[str, Any]], indent: int, ordered: bool, lines: int
) -> None:
    data = saved(notebook(*cells), indent=indent, sort_keys=ordered)
    text = decode("a.ipynb", data)
    if text.language == "json":
        assert not any("".join(cell["source"]) for cell in cells)
        return
    there, own = data.split(b"\n"), text.data.split(b"\n")
    assert len(there) == len(own)
    said = [line for cell in cells for line in cell["source"]]
    for raw, line in zip(there, own, strict=True):
        if line:
            string = json.loads(
                raw.rstrip(b",").removesuffix(b"]").partition(b'"source": [')[2]
                or raw.rstrip(b",")
            )
            assert string.rstrip("\n") == line.decode()
    assert [line for line in own if line.strip()] == [
        line.rstrip("\n").encode() for line in said if line.strip()
    ]
    check_laws(text.data, cut(data, CorpusConfig(chunk_lines=lines)))


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_no_damage_raises(data: st.DataObject) -> None:
    whole = saved(CONFUSED)
    at, more = data.draw(st.integers(0, len(whole))), data.draw(st.binary(max_size=4))
    damaged = whole[:at] + more + whole[at + data.draw(st.integers(0, 9)) :]
    check_laws(decode("a.ipynb", damaged).data, cut(damaged))


def test_pictures_do_not_count_as_text(tmp_path: Path) -> None:
    """A quarter of the notebooks of a book on plots were skipped as minified or over-large."""
    outputs = [{"output_type": "display_data", "data": {"image/png": PICTURE * 500}}]
    plots = notebook(told("# Plots"), code("plot(x)", outputs=outputs))
    (tmp_path / "plots.ipynb").write_bytes(saved(plots))
    (tmp_path / "broken.ipynb").write_bytes(saved(plots)[:-9])
    (tmp_path / "too_many.ipynb").write_bytes(saved(notebook(*[code("f()", outputs=outputs)] * 4)))
    (tmp_path / "text.ipynb").write_bytes(saved(notebook(code("f(abcdefgh)\n" * 100_000))))
    corpus = read_corpus(tmp_path)
    (record,) = corpus.files
    assert (record.path, record.language) == ("plots.ipynb", "python")
    assert record.size == (tmp_path / "plots.ipynb").stat().st_size > 1_000_000
    assert {each.path: each.reason for each in corpus.skipped} == {
        "broken.ipynb": "large", "text.ipynb": "large", "too_many.ipynb": "large",
    }  # fmt: skip


def test_a_cell_of_imports_is_one() -> None:
    imports = code("".join(f"import module_{at}\n" for at in range(30)))
    body = code("def fill(jar):\n" + "    jar += 1\n" * 30)
    found = cut(saved(notebook(imports, body)))
    assert [each.role for each in found][:2] == ["imports", "body"]
