"""What a question does not need is not loaded."""

from pathlib import Path

import pytest
from small_index import FakeEncoder, write_index

import ncs
from ncs.api import opening
from ncs.types import Mode


@pytest.mark.parametrize("mode", ["symbol", "lexical"])
def test_a_question_without_latents_loads_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    write_index(tmp_path / "index.db", None, FakeEncoder())
    for name in ("load", "model_of"):
        monkeypatch.setattr(opening, name, lambda *_: pytest.fail("a model was loaded"))
    with ncs.open(tmp_path / "index.db") as index:
        assert index.search("backoff", mode=mode)[0].symbol == "backoff"
        with pytest.raises(pytest.fail.Exception):
            index.search("backoff", mode="hybrid")
