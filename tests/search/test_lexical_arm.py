"""What words find: the other words of a question, and BM25 of whole files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.index.postings import lexical_document
from ncs.index.reading import Index
from ncs.lexical import MemoryPostings, Scorer, bm25, scored
from ncs.search.lexical import MEANT_WORD, OTHER_WORD, of_files, reworded
from ncs.search.question import (
    terms,
)
from ncs.text import stem_token

# `fetch` has `get` for another word, `try again` stands for `retry`.
CODE = ["def get_page(): pass", "def fetch_page(): get()", *["def page(): return 1"] * 40]
SCORER = Scorer(MemoryPostings(CODE))  # made once: a property asks it a hundred times


def test_a_word_gives_its_other_word_where_it_does_not_stand_itself() -> None:
    found = reworded(SCORER, "how does it fetch")
    assert found[0] > 0
    assert not found[1:].any()


def test_of_other_words_the_best_counts() -> None:
    one = reworded(Scorer(MemoryPostings(["get page", *CODE[2:]])), "fetch")
    two = reworded(Scorer(MemoryPostings(["get load page", *CODE[2:]])), "fetch")
    assert 0 < two[0] < 1.2 * one[0]
    for best, other in (("get", "load"), ("load", "get")):
        scorer = Scorer(MemoryPostings([f"{best} {other} page", *[f"{other} page"] * 30]))
        wanted = OTHER_WORD * scorer.term(stem_token(best)).score[0]
        assert reworded(scorer, "fetch")[0] == pytest.approx(wanted)


def test_a_word_that_is_common_here_needs_no_other() -> None:
    common = [*CODE, *["def fetch(): pass"] * 10]
    assert not reworded(Scorer(MemoryPostings(common)), "how does it fetch").any()


def test_a_phrase_gives_the_word_that_it_stands_for() -> None:
    postings = Scorer(MemoryPostings(["multipart = 3", *CODE]))
    for apart in ("file", "upload", "upload file"):
        assert not reworded(postings, apart)[0]
    stem_alone = bm25(MemoryPostings(["multipart = 3", *CODE]), "multipart")[0] / 2
    assert reworded(postings, "a file upload")[0] == pytest.approx(MEANT_WORD * stem_alone[0])


def test_an_other_word_that_is_said_counts_once() -> None:
    texts = ["retry_policy = 3", *CODE]
    assert not reworded(Scorer(MemoryPostings(texts)), "retry: try again")[0]
    assert not reworded(Scorer(MemoryPostings(texts)), "fetch or get").any()


@pytest.mark.parametrize(
    "text", ["fetchPage", "Fetch", "fetch.page()", "fetch\nthe page", "", "?"]
)
def test_names_and_pasted_lines_are_meant_as_they_are_written(text: str) -> None:
    assert not reworded(SCORER, text).any()


@given(st.text(max_size=40))
def test_other_words_never_take_from_a_chunk(text: str) -> None:
    assert (reworded(SCORER, text) >= 0).all()


@pytest.mark.parametrize("text", ["retry a session", "evict the Cache", "nowhere", ""])
def test_bm25_of_files_is_that_of_their_chunks_as_one_text(index: Index, text: str) -> None:
    rows = list(index.chunk_rows(range(index.chunk_count)))
    texts = [
        "\n".join(
            lexical_document(row.path, row.symbol, row.text) for row in rows if row.path == path
        )
        for path in index.paths
    ]
    wanted, _ = scored(Scorer(MemoryPostings(texts)), terms(text))
    assert of_files(index, text).tolist() == pytest.approx(wanted.tolist(), rel=1e-5)
    assert bool(wanted.any()) == (text not in ("nowhere", ""))
