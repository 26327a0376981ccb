"""An open index of the small corpus, for questions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_index import FakeEncoder, write_index

from ncs.index.reading import Index, open_index


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    write_index(tmp_path / "index.db")
    with open_index(tmp_path / "index.db") as opened:
        yield opened
