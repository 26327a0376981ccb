"""Texts to batches."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ncs.config import ModelConfig
from ncs.learn.features import WordTable, collate, featurise
from ncs.positions import Numbered, ngram_buckets, positions
from ncs.text import parts

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=80)


def cut_all(texts: Sequence[str]) -> list[list[tuple[list[str], int]]]:
    ids = Numbered(parts)
    found = positions(texts, ids, lines=3, words_per_line=4, query_words=2)
    words, numbers = list(ids.pieces), iter(found.words.tolist())
    said = [[words[next(numbers)] for _ in range(count)] for count in found.counts.tolist()]
    places = iter(zip(said, found.indents.tolist(), strict=True))
    cut = [list(islice(places, size)) for size in found.sizes.tolist()]
    assert not [*numbers, *places]
    return cut


def cut(text: str) -> list[tuple[list[str], int]]:
    return cut_all([text])[0]


def test_a_line_is_a_position_and_knows_its_indent() -> None:
    text = "def read_file(path):\n\n    return 1\n\t}\n\tdeep"
    assert cut(text) == [
        (["def", "read", "file", "path"], 0),
        (["return", "1"], 2),
        (["deep"], 2),
    ]


def test_a_single_line_is_cut_into_positions_of_query_words() -> None:
    assert cut("  where is retryBackoff defined here now\n") == [
        (["where", "is"], 0),
        (["retry", "backoff"], 0),
        (["defined", "here"], 0),
    ]


def test_no_words_no_positions() -> None:
    assert cut("") == cut(" \n\t\n") == cut("{}\n();\n") == []


def test_what_is_beyond_the_limits_is_left_out() -> None:
    assert cut("a b c d e\n" * 5) == [(["a", "b", "c", "d"], 0)] * 3
    assert cut(" " * 500 + "x\ny")[0] == (["x"], 15)


@given(text=TEXT)
def test_plain_and_other_text_are_cut_alike(text: str) -> None:
    # One letter beyond ASCII sends a text the slower way, which must cut the same.
    plain = text.encode("ascii", "ignore").decode()
    assert cut(f"{plain}\nx") == cut(f"{plain}\nx\né")[: len(cut(f"{plain}\nx"))]


@given(
    texts=st.lists(st.text(alphabet="aB_ 1\n\t\x00\x01\x02\x0b\x85é.", max_size=40), max_size=5)
)
def test_texts_are_cut_together_as_alone_and_long_ones_as_short(texts: list[str]) -> None:
    alone = [cut(text) for text in texts]
    assert cut_all(texts) == alone
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ncs.positions._LONG_TEXT", 0)
        assert cut_all(texts) == alone


def test_of_a_long_line_no_more_words_are_learned_than_are_kept() -> None:
    ids = Numbered(parts)
    texts = [" ".join(f"w{'a' * at}" for at in range(300)) + end for end in ("\nx", "")]
    positions(texts, ids, lines=3, words_per_line=4, query_words=2)
    assert list(ids.pieces) == ["w", "wa", "waa", "waaa", "x", "waaaa", "waaaaa"]


@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_a_batch_holds_the_words_of_its_texts(texts: list[str]) -> None:
    config = ModelConfig(buckets=256, lines=3, words_per_line=4, query_words=2)
    table = WordTable(config.buckets)
    featurise(["other words first"], table, config)
    batch = collate(featurise(texts, table, config), table)
    spelled = [rows.tolist() for rows in torch.tensor_split(batch.rows, batch.row_starts)[1:]]
    said = [spelled[at] for at in batch.words]
    expected = [
        ngram_buckets([word], config.buckets)[0].tolist()
        for text in texts
        for found, _ in cut(text)
        for word in found
    ]
    assert said == expected
    assert batch.size == len(texts)
    assert batch.text_of_position.bincount(minlength=len(texts)).tolist() == [
        len(cut(text)) for text in texts
    ]


def test_a_table_keeps_its_ids_as_it_grows() -> None:
    table = WordTable(64)
    first = table.ids["readFile"]
    rows, _ = table.rows(np.array(first))
    table.ids["writeOtherThings"]
    again, _ = table.rows(np.array(first))
    assert table.ids["readFile"] == first
    assert rows.tolist() == again.tolist()
