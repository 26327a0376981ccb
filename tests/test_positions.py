"""N-grams of words are hashed as CRC-32 has it. How lines are read: `learn/test_features.py`."""

import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ncs.positions import ngram_buckets


@given(st.lists(st.text(min_size=1, max_size=60), max_size=8))
def test_a_word_has_the_checksums_of_its_ngrams(words: list[str]) -> None:
    """Whatever stands beside it; `zlib` has the checksum that the table is addressed by."""
    rows, counts = ngram_buckets(words, 1 << 20)
    found = [part.tolist() for part in np.split(rows, np.cumsum(counts))[:-1]]
    for word, own in zip(words, found, strict=True):
        marked = f"<{word}>".encode("utf-8", "replace")
        grams = {marked[at : at + n] for n in (3, 4, 5) for at in range(len(marked) - n + 1)}
        grams.add(marked)
        assert own == [each & (1 << 20) - 1 for each in sorted(map(zlib.crc32, grams))]


def test_buckets_are_the_same_on_every_machine() -> None:
    assert ngram_buckets(["ab"], 1 << 15)[0].tolist() == [8052, 27787, 11676]
