"""An open index of the small corpus, and the code base of `literal_files`, for questions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from literal_files import FILES
from small_index import FakeEncoder, built, write_index

from ncs.api.opening import Codebase
from ncs.index.reading import Index, open_index


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    write_index(tmp_path / "index.db")
    with open_index(tmp_path / "index.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    """The files of `literal_files`, indexed once for all who ask it."""
    root = tmp_path_factory.mktemp("literal")
    with built(root, FILES) as opened:
        yield opened
