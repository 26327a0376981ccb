"""The name by which SQLite opens an index file."""

from pathlib import Path
from urllib.parse import unquote, urlparse

from hypothesis import given
from hypothesis import strategies as st

from ncs.index.store import read_only

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1)


@given(NAMES)
def test_any_path_has_a_uri(name: str) -> None:
    parsed = urlparse(read_only(Path("/folder") / name))
    assert unquote(parsed.path) == str(Path("/folder") / name)
    assert parsed.query == "mode=ro&immutable=1"
    assert not parsed.fragment
