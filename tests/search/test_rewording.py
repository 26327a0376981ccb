"""What phrases of a question stand for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from growth import grows_like_the_square

from ncs import thesaurus
from ncs.lexical import MemoryPostings
from ncs.search.question import subject
from ncs.search.rewording import as_meant, implied, phrases, unsaid

NONE = MemoryPostings([])


@pytest.fixture(autouse=True)
def _list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    lines = [
        "again try\tretry",
        "retry\tagain redo",
        "thrown bin\tdelete trash",
        "try again\tretry",
    ]
    (tmp_path / "list.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    monkeypatch.setattr(thesaurus, "PATH", tmp_path / "list.txt")
    implied.cache_clear()
    yield
    implied.cache_clear()


def test_phrases_are_two_or_three_words_one_after_the_other() -> None:
    assert list(phrases(["a1", "b1", "c1"])) == ["a1 b1", "b1 c1", "a1 b1 c1"]
    assert list(phrases(["a1"])) == []
    assert list(phrases(["a1", "b1", "a1", "b1"]))[:2] == ["a1 b1", "b1 a1"]


def test_small_words_between_those_of_a_phrase_are_passed_over() -> None:
    assert "thrown bin" in phrases(["which", "were", "thrown", "they", "bin"])


def test_words_that_were_said_are_not_told_again() -> None:
    assert unsaid("thrown bin", ["thrown", "bin", "trash"]) == ["delete"]
    assert unsaid("retry", ["again"]) == ["redo"]


def test_the_encoder_reads_what_phrases_stand_for() -> None:
    question = "logins that I have thrown in the bin"
    own = subject(question)
    for known in ([], ["the bin"] * 300, ["the bin"] * 3 + ["a login"] * 297):
        assert as_meant(question, MemoryPostings(known)) == f"{own} {own} delete trash"


def test_a_phrase_in_words_of_the_code_means_what_it_says() -> None:
    question = "logins thrown in the bin"
    assert as_meant(question, MemoryPostings(["thrown", "a bin"] * 150)) == subject(question)


@pytest.mark.parametrize("text", ["where are logins kept", "thrown_bin", "retry", ""])
def test_a_question_without_such_phrases_is_read_as_it_is(text: str) -> None:
    assert as_meant(text, NONE) == subject(text)


def test_long_questions_take_no_time() -> None:
    assert not grows_like_the_square(
        lambda n: as_meant("thrown in the bin " * n, NONE), 2_000, 8_000
    )
