"""Postings on disk give back what was counted, whatever the widths."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.index.postings import Inverted, invert, packed, unpack
from ncs.lexical import MemoryPostings
from ncs.text import lexical_tokens

NAMES = st.sampled_from(["alpha", "beta", "gamma_delta", "Ünï", "x1"])
TEXTS = st.lists(st.lists(NAMES).map(" ".join))


@given(TEXTS)
def test_packed_postings_are_the_counted_ones(texts: list[str]) -> None:
    memory = MemoryPostings(texts)
    found = invert(texts)
    assert found.lengths.tolist() == memory.lengths.tolist()
    rows = list(packed(found))
    assert [row[0] for row in rows] == sorted({t for text in texts for t in lexical_tokens(text)})
    for term, *blobs in rows:
        ids, counts = unpack(*blobs)
        wanted = memory.lookup(term)
        assert wanted is not None
        assert np.array_equal(ids, wanted[0])
        assert np.array_equal(counts, wanted[1])


@given(
    st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1), min_size=1, max_size=8),
    st.booleans(),
)
def test_ids_and_counts_of_any_size_come_back(counted: dict[int, int], ones: bool) -> None:
    chunks = sorted(counted)
    counts = [1 if ones else counted[chunk] for chunk in chunks]
    inverted = Inverted(
        ["t"], np.zeros(0, np.uint32), np.array([len(chunks)]),
        np.array(chunks, np.uint32), np.array(counts, np.uint32),
    )  # fmt: skip
    ((term, *blobs),) = packed(inverted)
    ids, often = unpack(*blobs)
    assert term == "t"
    assert ids.tolist() == chunks
    assert often.tolist() == [np.float32(count) for count in counts]


def test_a_rare_term_costs_two_bytes() -> None:
    rows = {row[0]: row for row in packed(invert(["alpha beta"] * 3 + ["alpha alpha gamma"]))}
    assert rows["gamma"][1:] == (1, b"\x03", b"")
    assert rows["alpha"][1:] == (4, b"\x00\x01\x01\x01", b"\x01\x01\x01\x02")


def test_terms_and_their_counts_add_up() -> None:
    texts = ["a b b", "b c", ""]
    total = Counter(token for text in texts for token in lexical_tokens(text))
    assert invert(texts).counts.sum() == total.total()


@pytest.mark.parametrize(
    "row", [(0, b"", b""), (2, b"\x01", b""), (2, b"\x01" * 6, b""), (-1, b"\x01", b"")]
)
def test_blobs_that_do_not_fit_are_refused(row: tuple[int, bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="bytes for"):
        unpack(*row)
