"""An index that is already written, in a codebase whose files are there."""

from pathlib import Path

import pytest
from small_index import FakeEncoder, make_corpus, put_tree, write_index

from ncs.corpus.reading import Corpus


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A codebase: the files of `small_index.TREE` and their index at the default place."""
    put_tree(tmp_path)
    write_index(tmp_path / ".ncs" / "index.db")
    return tmp_path


@pytest.fixture
def index_path(root: Path) -> Path:
    return root / ".ncs" / "index.db"


@pytest.fixture
def corpus() -> Corpus:
    return make_corpus()
