"""Words, stems and tokens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.text import (
    document,
    lexical_tokens,
    ngram_buckets,
    path_words,
    stem,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseHTTPHeader2", "parse http header 2"),
        ("snake_case __dunder__ CONST_NAME", "snake case dunder const name"),
        ("IOError: naïve Über 数据", "io error naïve über 数据"),
        ("x->y[0] += 'it''s'", "x y 0 it s"),
        ("", ""),
    ],
)
def test_words_are_cut_at_identifier_boundaries(text: str, expected: str) -> None:
    assert words(text) == expected.split()


@pytest.mark.parametrize(
    "family",
    [
        "encode encodes encoder encoding encoded",
        "retry retries retried",
        "create creates created creation creator",
        "validate validation validator",
        "cache caching",
        "dispatch dispatches dispatching dispatcher",
    ],
)
def test_a_family_of_words_shares_its_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("word", ["class", "status", "this", "size", "axis"])
def test_a_stem_keeps_what_is_no_suffix(word: str) -> None:
    assert stem(word) == word


def test_lexical_tokens_keep_the_whole_beside_its_parts() -> None:
    tokens = lexical_tokens("RequestEncoder")
    assert tokens == ["requestencoder", "request", "encoder", "~request", "~encod"]
    assert set(lexical_tokens("encoding")) & set(lexical_tokens("encoder")) == {"~encod"}


def test_path_words_say_stem_and_folder_twice() -> None:
    assert path_words("lib/core/dispatchRequest.js") == (
        "dispatchRequest core dispatchRequest core"
    )
    assert path_words("pkg/flask/__init__.py") == "flask flask"
    assert path_words("README.md") == "README README"
    assert document("a/b.py", "x").endswith("\nx")


@given(st.text(min_size=1, max_size=60))
def test_buckets_are_in_range_and_repeat(word: str) -> None:
    found = ngram_buckets(word, 1024)
    assert len(found) >= 1
    assert found.min() >= 0
    assert found.max() < 1024
    assert np.array_equal(found, ngram_buckets(word, 1024))


def test_buckets_are_the_same_on_every_machine() -> None:
    assert ngram_buckets("ab", 1 << 15).tolist() == [8052, 27787, 11676]
