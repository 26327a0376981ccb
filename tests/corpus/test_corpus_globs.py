"""Ignore rules from strangers: what pathspec says of a path, in time."""

import pytest
from growth import grows_like_the_square
from hypothesis import assume, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from ncs.corpus.globs import IgnoreRules

# Without sets that are negated: in pathspec they match a slash, too.
RULES = st.lists(
    st.sampled_from(["a", "b", ".", "*", "*", "**", "/", "/**/", "?", "[ab]", "\\*", "!"]),
    min_size=1, max_size=9,
).map("".join)  # fmt: skip
PATHS = st.lists(st.text("ab.", min_size=1, max_size=5), min_size=1, max_size=5).map("/".join)


@given(RULES, PATHS, st.booleans())
def test_a_rule_says_what_pathspec_says(rule: str, path: str, folder: bool) -> None:
    """Of a path and each folder on the way: pathspec asks a rule of them all at once."""
    try:
        expected = GitIgnoreSpec.from_lines([rule])
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 — its own
            IgnoreRules([rule])
        return
    # To pathspec `a` is below itself, and the files of `a` are folders below it.
    assume(not (rule.rstrip("/").endswith("/**") and (folder or rule.endswith("/"))))
    path += "/" * folder
    assume(not path.startswith("./"))  # it is no path of a walk
    rules = IgnoreRules([rule])
    levels = [path[: at + 1] for at, letter in enumerate(path[:-1]) if letter == "/"] + [path]
    said = {found.include for each in levels if (found := rules.last(each)) is not None}
    wanted = expected.check_file(path).include
    assert said == (set() if wanted is None else {wanted})


@pytest.mark.parametrize(
    ("rule", "unit"),
    [
        ("*a" * 9 + "*b", "a"),
        ("**/a/**/a/**/a/**/a/**/b", "a/"),
        ("*a?*a*" * 4 + "b", "a"),
        ("**/a/**/", "a/"),
    ],
)
def test_no_rule_makes_a_path_take_long(rule: str, unit: str) -> None:
    """`*a*a*a*a*a*a*b` took over half a minute for one name of 200 letters."""
    rules = IgnoreRules([rule])

    def ask(length: int) -> None:
        for _ in range(20):
            assert rules.last(f"{unit * length}c") is None

    assert not grows_like_the_square(ask, 50, 200)
