"""Sentences and tokens, there and back; what of a text can be copied."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.text import parts
from ncs.wording import (
    EOS,
    MARKS,
    PAD,
    UNKNOWN,
    Vocabulary,
    first_sentence,
    is_name,
    sentence,
    source,
    tokens,
    with_articles,
)

SENTENCES = [
    "Return the rows of a table, sorted by key.",
    "Open the file (if it exists) and read_all of it.",
    "Parse an HTTPHeader into name/value pairs!",
    "Whether the cache is warm; see loadRows for how it gets warm.",
    "It's the reader's turn.",
    "Convert 12 to a non-negative number?",
    "The user's e-mail address, or None.",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_comes_back(text: str) -> None:
    said = sentence(tokens(text))
    assert said.lower() == text.lower()
    assert said[0].isupper()


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    found = tokens(text)
    assert all(token and not token.isspace() for token in found)
    said = sentence(found)
    assert "  " not in said
    assert tokens(sentence(tokens(said))) == tokens(said)
    assert isinstance(first_sentence(text), str)


@given(st.lists(st.sampled_from([*"abc", "loadRows", "read_all", "_x", "(", ")", ",", ".", "'"])))
def test_tokens_come_back(said: list[str]) -> None:
    again = tokens(sentence(said))
    assert [token.lower() for token in again] == [token.lower() for token in said]


def test_names_stay_as_they_are_written() -> None:
    assert tokens("Calls `loadRows`, then READ_ALL and Reader.") == [
        "calls", "loadRows", ",", "then", "READ_ALL", "and", "reader", ".",
    ]  # fmt: skip
    assert sentence(["loadRows", "reads"]) == "loadRows reads"
    assert sentence(["reads", "loadRows"]) == "Reads loadRows"


@pytest.mark.parametrize(
    ("word", "due"),
    [("loadRows", True), ("_x", True), ("utf8", True), ("read", False), ("Reader", False)],
)
def test_what_is_a_name(word: str, due: bool) -> None:
    assert is_name(word) is due


def test_markup_says_nothing() -> None:
    assert tokens("**Return** `x` <b> #1") == ["return", "x", "b", "1"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Read it.  Then close it.", "Read it."),
        ("Use e.g. this one. And that.", "Use e.g. this one."),
        ("One\n  line", "One line"),
        ("", ""),
    ],
)
def test_first_sentence(text: str, due: str) -> None:
    assert first_sentence(text) == due


def test_vocabulary_and_own_words() -> None:
    known = Vocabulary(["the", "rows"])
    own = known.unknown(["the", "loadRows", "x", "loadRows"])
    assert own == ["loadRows", "x"]
    ids = known.ids(["the", "x", "nowhere", "loadRows"], own)
    assert ids == [MARKS, len(known) + 1, UNKNOWN, len(known)]
    assert known.tokens([PAD, *ids, EOS, MARKS], own) == ["the", "x", "loadRows"]
    assert len(known) == MARKS + 2


@given(st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5), unique=True))
def test_own_words_go_there_and_back(said: list[str], words: list[str]) -> None:
    known = Vocabulary(words)
    own = known.unknown(said)
    assert known.tokens(known.ids(said, own), own) == said


def cut(word: str) -> tuple[int, ...]:
    return tuple(range(len(parts(word))))


def read(text: str, places: int = 40):
    return source(text, cut, lines=6, words_per_line=8, query_words=4, places=places)


def test_names_stand_behind_their_parts() -> None:
    found = read("def loadRows(path):\n    return read_all(path)\n")
    assert found.surfaces == (
        "def", "load", "rows", "loadRows", "path", "return", "read", "all", "read_all", "path",
    )  # fmt: skip
    assert found.lines == (0, 0, 0, 0, 0, 1, 1, 1, 1, 1)
    assert found.words[3] == (0, 1)
    assert found.words[2] == (1,)


@given(st.text(max_size=300), st.integers(1, 30))
def test_every_place_says_what_stands_in_the_text(text: str, places: int) -> None:
    found = read(text, places)
    assert len(found.surfaces) == len(found.lines) == len(found.words) <= places
    assert list(found.lines) == sorted(found.lines)
    folded = unicodedata.normalize("NFKC", text).lower()
    for surface, ids in zip(found.surfaces, found.words, strict=True):
        assert surface.lower() in folded
        assert len(ids) == 1 or is_name(surface)


def test_a_text_without_words_has_no_places() -> None:
    assert read("").surfaces == ()
    assert read("  \n ()").surfaces == ()


def test_a_name_too_long_to_be_read_cannot_be_copied() -> None:
    long = "_".join(["word"] * 12)
    assert long not in read(long).surfaces


def test_an_article_fits_what_follows() -> None:
    said = with_articles(["a", "index", "of", "a", "user", "and", "a", "one", "a"])
    assert said == ["an", "index", "of", "a", "user", "and", "a", "one", "a"]


def test_words_of_grammar_may_be_said_twice() -> None:
    vocabulary = Vocabulary(["the", "file", "with", ".", "a", "name"])
    assert vocabulary.tokens(sorted(vocabulary.repeatable())) == ["the", "with", ".", "a"]
