"""Ignore rules from strangers: what pathspec says of a path, in time."""

import pytest
from growth import grows_like_the_square
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from ncs.corpus.globs import ignore_rules

# Without sets that are negated: in pathspec they match a slash, too.
RULES = st.lists(
    st.sampled_from(["a", "b", ".", "*", "*", "**", "/", "/**/", "?", "[ab]", "\\*", "!"]),
    min_size=1, max_size=9,
).map("".join)  # fmt: skip
PATHS = st.lists(st.text("ab.", min_size=1, max_size=5), min_size=1, max_size=5).map("/".join)


@given(RULES, PATHS, st.booleans())
def test_a_rule_says_what_pathspec_says(rule: str, path: str, folder: bool) -> None:
    try:
        expected = GitIgnoreSpec.from_lines([rule])
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 — its own
            ignore_rules([rule])
        return
    path += "/" * folder
    assert ignore_rules([rule]).check_file(path).include == expected.check_file(path).include


@pytest.mark.parametrize(
    ("rule", "unit"),
    [("*a" * 9 + "*b", "a"), ("**/a/**/a/**/a/**/a/**/b", "a/"), ("*a?*a*" * 4 + "b", "a")],
)
def test_no_rule_makes_a_path_take_long(rule: str, unit: str) -> None:
    """`*a*a*a*a*a*a*b` took over half a minute for one name of 200 letters."""
    rules = ignore_rules([rule])

    def ask(length: int) -> None:
        for _ in range(20):
            assert rules.check_file(f"{unit * length}c").include is None

    assert not grows_like_the_square(ask, 50, 200)
