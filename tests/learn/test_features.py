"""Texts to batches."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from ncs.config import ModelConfig
from ncs.learn.features import WordTable, collate, featurise
from ncs.text import ngram_buckets, parts, positions

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=80)


def cut(text: str) -> list[tuple[list[str], int]]:
    return positions(text, parts, lines=3, words_per_line=4, query_words=2)


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


@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_a_batch_holds_the_words_of_its_texts(texts: list[str]) -> None:
    config = ModelConfig(buckets=256, lines=3, words_per_line=4, query_words=2)
    table = WordTable(config.buckets)
    featurise(["other words first"], table, config)
    batch = collate(featurise(texts, table, config), table)
    spelled = [rows.tolist() for rows in torch.tensor_split(batch.rows, batch.row_starts)[1:]]
    said = [spelled[at] for at in batch.words]
    expected = [
        ngram_buckets(word, config.buckets).tolist()
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
    first = table.cut("readFile")
    rows, _ = table.rows(np.array(first))
    table.cut("writeOtherThings")
    again, _ = table.rows(np.array(first))
    assert table.cut("readFile") == first
    assert rows.tolist() == again.tolist()
