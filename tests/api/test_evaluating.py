"""What an evaluation asks: words that the model was not taught."""

import json
import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

import ncs
from ncs.api import evaluating
from ncs.api.evaluating import compare_explanations, evaluate
from ncs.errors import IndexDamaged
from ncs.runtime.decoder import Explained

DEEDS, THINGS = ("fill", "open", "seal", "sell"), ("lid", "box", "cup")
CODE = """def {deed}_{thing}(jar):
    \"\"\"Have the {thing} {deed} the jar at last.\"\"\"
    return jar.{deed}(jar, {thing})
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    for deed, thing in product(DEEDS, THINGS):
        (tmp_path / f"{deed}_{thing}.py").write_text(CODE.format(deed=deed, thing=thing))
    return ncs.build(tmp_path).path


def say_trained(index: Path, training: str) -> None:
    """Have an index say that its model was trained so."""
    with closing(sqlite3.connect(index)) as database, database:
        database.execute("UPDATE model SET training = ?", (training,))


def asked(index: Path) -> tuple[str, int]:
    with ncs.open(index) as codebase:
        found = evaluate(codebase)
    return found.source, found.questions


def test_a_trained_model_is_asked_what_it_was_not_taught(index: Path) -> None:
    assert asked(index) == ("docstrings", 12)
    say_trained(index, json.dumps({"seed": 0, "held_out_below": 0.4}))
    source, some = asked(index)
    assert source == "docstrings held out from training"
    assert 0 < some < 12
    say_trained(index, json.dumps({"seed": 0, "held_out_below": 0.4, "kept_base": True}))
    assert asked(index) == ("docstrings", 12)


def test_a_model_that_does_not_say_what_was_held_out_is_said_to_know_all(index: Path) -> None:
    say_trained(index, json.dumps({"seed": 0, "holdout": 0.1}))
    assert asked(index) == ("docstrings, most of which the model was taught", 12)


@pytest.mark.parametrize(
    "training",
    ["[1]", "{", '"x"', '{"held_out_below": "x"}', '{"held_out_below": 0.5, "seed": []}'],
)
def test_an_account_of_a_training_that_is_none_is_damage(index: Path, training: str) -> None:
    """`AttributeError: 'list' object has no attribute 'get'` was said to be a fault of ncs."""
    say_trained(index, training)
    with pytest.raises(IndexDamaged, match="training"):
        asked(index)


def test_no_docstring_that_asks_stands_where_its_answer_is_looked_for(tmp_path: Path) -> None:
    for at, animal in enumerate(("Zebras", "Walruses", "Otters")):
        (tmp_path / f"part{at}.py").write_text(
            f'def part{at}(x):\n    """{animal} gallop home."""\n    return x + {at}\n'
        )
    with ncs.open(ncs.build(tmp_path).path) as codebase:
        assert codebase.search("Zebras", 1, "lexical")[0].path == "part0.py"
        found = evaluate(codebase)
    assert found.questions == 3
    assert {each.mode: each.recall for each in found.figures}["lexical"] == 0


def test_a_decoder_is_compared_with_authors_whose_words_it_does_not_read(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def explain(texts: list[str], worth: object) -> list[Explained]:
        read.extend(texts)
        return [Explained("Fill the jar.", -0.2, (), ()) for _ in texts]

    monkeypatch.setattr(evaluating, "decoder_of", lambda _: SimpleNamespace(explain=explain))
    with ncs.open(index) as codebase:
        found = compare_explanations(codebase)
    assert found.explained == len(read) == 12
    assert "at last" in found.samples[0].reference
    assert not any("at last" in text for text in read)
