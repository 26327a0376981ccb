"""The benchmark of sequence models: code as tokens, its faults, the split, BLEU."""

import ast
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.seq2seq import code
from benchmarks.seq2seq.config import DIRECTIONS, read
from benchmarks.seq2seq.corpus import corpus
from benchmarks.seq2seq.data import Numbered, languages
from ncs.metrics import smoothed_bleu
from ncs.wording import BOS, EOS, PAD

FUNCTION = """
    @property
    def rows(self, *, limit: int = 3) -> list[str]:
        # a comment
        for row in self._all:
            if row != "skip":
                yield f"{row}!"
        return None
"""


def test_code_comes_back_with_its_layout() -> None:
    said = code.tokens(FUNCTION)
    assert said[:3] == ["@", "property", code.NEWLINE]
    assert said.count(code.INDENT) == said.count(code.DEDENT) == 3
    assert said.count(code.STRING) == 2
    written = FUNCTION.replace('"skip"', code.STRING).replace('f"{row}!"', code.STRING)
    lines = [line for line in written.splitlines() if "#" not in line]
    due = ast.parse("\n".join(line[4:] for line in lines))
    assert ast.dump(ast.parse(code.rendered(said))) == ast.dump(due)
    assert code.fault(said, ended=True) == "parses"


@given(st.text(max_size=200))
def test_no_code_is_too_odd(text: str) -> None:
    said = code.tokens(text)
    assert code.fault(said, ended=True) in code.FAULTS
    assert isinstance(code.rendered(said), str)


@pytest.mark.parametrize(
    ("text", "ended", "due"),
    [
        ("def f ( x ) : ⏎ ⇥ return x ⏎ ⇤", True, "parses"),
        ("def f ( x ) ⏎ ⇥ return x ⏎ ⇤", True, "missing colon"),
        ("def f ( x ) : ⏎ ⇥ return ( x", False, "truncated"),
        ("def f ( x ) : ⏎ ⇥ return ) x ⏎ ⇤", True, "other"),
        ("def f ( x", False, "truncated"),
        ("", True, "parses"),
    ],
)
def test_faults_of_code(text: str, ended: bool, due: str) -> None:
    assert code.fault(text.split(), ended) == due


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Pairs of six training packages and one that is only tested with."""
    for split, packages in (("train", "abcdef"), ("valid", "z")):
        with gzip.open(tmp_path / f"{split}-000.jsonl.gz", "wt", encoding="utf-8") as lines:
            for package in packages:
                for number in range(10):
                    row = {
                        "q": f"Return the {package}{number} rows of it. And more.",
                        "d": f"path path\n    def get_{package}{number}(self):\n        return 1",
                        "kind": "docstring",
                        "lang": "python",
                        "pkg": package,
                    }
                    lines.write(json.dumps(row) + "\n")
                    lines.write(json.dumps({**row, "lang": "java"}) + "\n")
    return tmp_path


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_no_package_is_on_two_sides(folder: Path, direction: str) -> None:
    config = replace(read("quick", direction), held=15)  # type: ignore[arg-type]
    found = corpus(folder, config)
    sides = [
        {pair.package for pair in pairs}
        for pairs in (found.training, found.validation, found.test)
    ]
    assert [len(side) for side in sides] == [4, 2, 1]
    assert not sides[0] & sides[1]
    assert not sides[2] & (sides[0] | sides[1])
    pair = found.test[0]
    assert pair.name == "get_z0"
    words = pair.source if direction == "explain" else pair.target
    assert "path" not in words
    assert corpus(folder, replace(config, pairs=7)).validation == found.validation


def test_a_fork_of_a_training_package_is_not_tested_with(folder: Path) -> None:
    with gzip.open(folder / "valid-001.jsonl.gz", "wt", encoding="utf-8") as lines:
        for number in range(10):
            row = {
                "q": f"Return the a{number} rows of it. And other words.",
                "d": f"path path\n    def fetch_{number}(self):\n        return 2",
                "kind": "docstring",
                "lang": "python",
                "pkg": "fork-of-a",
            }
            lines.write(json.dumps(row) + "\n")
    found = corpus(folder, replace(read("quick", "explain"), held=15))
    assert found.forked == {"fork-of-a": 1.0}
    assert {pair.package for pair in found.test} == {"z"}


def test_pairs_as_numbers(folder: Path) -> None:
    config = replace(read("quick", "explain"), held=15, vocabulary=12)
    found = corpus(folder, config)
    spoken = languages(found.training, config)
    pairs = Numbered(found.training, spoken, config.longest)
    batch = pairs.batch([0, 1, 2])
    assert (batch.inputs[:, 0] == BOS).all()
    assert (batch.inputs[:, 1:] == batch.targets[:, :-1]).all()
    assert all(EOS in row for row in batch.targets.tolist())
    assert int(batch.words.max()) == len(spoken.target) + batch.extra - 1
    for row, at in zip(batch.words.tolist(), range(3), strict=True):
        read_back = spoken.target.tokens([each for each in row if each != PAD], batch.own[at])
        assert tuple(read_back) == found.training[at].source
    epochs = pairs.epochs(7, seed=0)
    once = sorted(at for _ in range(6) for at in next(epochs))
    assert once == list(range(len(pairs)))


def test_smoothed_bleu_is_sacrebleus_where_it_smooths_alike() -> None:
    sacrebleu = pytest.importorskip("sacrebleu")
    pairs = [
        ("return the rows of a table", "return the rows of a table"),
        ("return the rows of a big table", "return the rows of a table now"),
        ("read one file and close it", "close it and read one file"),
    ]
    for due, said in pairs:
        assert len(due.split()) == len(said.split())  # the two punish brevity differently
        alike = sacrebleu.sentence_bleu(said, [due], smooth_method="add-k", smooth_value=1)
        assert 100 * smoothed_bleu(due.split(), said.split()) == pytest.approx(alike.score)
