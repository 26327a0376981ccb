"""What a question does not need is not loaded."""

from pathlib import Path

import numpy as np
import pytest
from small_index import FakeEncoder, make_corpus, write_index

import ncs
from ncs.api import opening
from ncs.config import ModelConfig
from ncs.errors import IndexDamaged, IndexUnusable, QueryError
from ncs.types import Mode
from ncs.weights import pack


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


def test_weights_of_another_shape_than_the_index_are_damage(tmp_path: Path) -> None:
    """Latents of 16 numbers, asked with a model that gives 8."""
    weights = pack(ModelConfig(latent_dim=8), {"a": np.zeros(1, dtype=np.float32)})
    write_index(tmp_path / "index.db", None, FakeEncoder(), name="trained", weights=weights)
    with ncs.open(tmp_path / "index.db") as index, pytest.raises(IndexDamaged, match="shapes"):
        index.search("backoff")


def test_an_index_that_was_closed_is_not_called_damaged(tmp_path: Path) -> None:
    write_index(tmp_path / "index.db", None, FakeEncoder())
    index = ncs.open(tmp_path / "index.db")
    index.close()
    with pytest.raises(IndexUnusable, match="was closed") as error:
        index.search("backoff", mode="lexical")
    assert not isinstance(error.value, IndexDamaged)


def test_a_folder_may_be_written_in_any_way_and_must_be_there(tmp_path: Path) -> None:
    write_index(tmp_path / "index.db", make_corpus({"src/a.py": ["def a(): pass"],
                                                    "src2/b.py": ["def b(): pass"]}))  # fmt: skip
    with ncs.open(tmp_path / "index.db") as index:
        for folder, paths in (("src", 1), ("./src/", 1), (".", 2), ("", 2)):
            assert len(index.search("def pass", mode="lexical", within=folder)) == paths
        for folder in ("nothing", "/src", "sr", "../src"):
            with pytest.raises(QueryError, match="no path of the index lies in"):
                index.search("def pass", mode="lexical", within=folder)


def test_a_filter_alone_may_be_given_as_it_is(tmp_path: Path) -> None:
    """Each letter of "a.py" was a glob: no hit, and no word on why."""
    write_index(tmp_path / "index.db", None, FakeEncoder())
    with ncs.open(tmp_path / "index.db") as index:
        path = index.search("backoff", mode="lexical")[0].path
        for filters in ({"paths": path}, {"kinds": "function"}, {"languages": "python"}):
            assert index.search("backoff", mode="symbol", **filters)[0].path == path  # type: ignore[arg-type]
