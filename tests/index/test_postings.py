"""Postings on disk give back what was counted, whatever the widths and the runs."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.index import inversion
from ncs.index.inversion import Inversion
from ncs.index.postings import Inverted, PostingsRow, packed, unpack
from ncs.lexical import MemoryPostings
from ncs.text import lexical_tokens

NAMES = st.sampled_from(["alpha", "beta", "gamma_delta", "Ünï", "x1"])
TEXTS = st.lists(st.lists(NAMES).map(" ".join))


def inverted(
    texts: Sequence[str], folder: Path = Path(), most: int = 1 << 20
) -> tuple[list[PostingsRow], list[int]]:
    found = Inversion(folder, most)
    for text in texts:
        found.add(Counter(lexical_tokens(text)))
    rows, lengths = list(found.rows()), found.lengths.tolist()
    found.close()
    return rows, lengths


@given(TEXTS)
def test_packed_postings_are_the_counted_ones(texts: list[str]) -> None:
    memory = MemoryPostings(texts)
    rows, lengths = inverted(texts)
    assert lengths == memory.lengths.tolist()
    assert [row[0] for row in rows] == sorted({t for text in texts for t in lexical_tokens(text)})
    for term, *blobs in rows:
        ids, counts = unpack(*blobs)
        wanted = memory.lookup(term)
        assert wanted is not None
        assert np.array_equal(ids, wanted[0])
        assert np.array_equal(counts, wanted[1])


@given(TEXTS, st.integers(1, 40))
def test_the_number_of_runs_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], most: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert inverted(texts, folder, most) == inverted(texts)


def test_runs_of_many_blocks_and_bunches_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inversion, "_BLOCK", 64)
    monkeypatch.setattr(inversion, "_BUNCH", 30)
    texts = [f"name_{at % 70} value{at % 11} " * (1 + at % 300) for at in range(700)]
    assert inverted(texts, tmp_path, 500) == inverted(texts)
    assert not list(tmp_path.iterdir())


@given(
    st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1), min_size=1, max_size=8),
    st.booleans(),
)
def test_ids_and_counts_of_any_size_come_back(counted: dict[int, int], ones: bool) -> None:
    chunks = sorted(counted)
    counts = [1 if ones else counted[chunk] for chunk in chunks]
    one = Inverted(
        ["t"], np.array([len(chunks)]), np.array(chunks, np.uint32), np.array(counts, np.uint32)
    )
    ((term, *blobs),) = packed(one)
    ids, often = unpack(*blobs)
    assert term == "t"
    assert ids.tolist() == chunks
    assert often.tolist() == [np.float32(count) for count in counts]


def test_a_rare_term_costs_two_bytes() -> None:
    rows = {row[0]: row for row in inverted(["alpha beta"] * 3 + ["alpha alpha gamma"])[0]}
    assert rows["gamma"][1:] == (1, b"\x03", b"")
    assert rows["alpha"][1:] == (4, b"\x00\x01\x01\x01", b"\x01\x01\x01\x02")


def test_terms_and_their_counts_add_up() -> None:
    texts = ["a b b", "b c", ""]
    total = Counter(token for text in texts for token in lexical_tokens(text))
    rows, lengths = inverted(texts)
    assert sum(unpack(*row[1:])[1].sum() for row in rows) == total.total() == sum(lengths)


@pytest.mark.parametrize(
    "row", [(0, b"", b""), (2, b"\x01", b""), (2, b"\x01" * 6, b""), (-1, b"\x01", b"")]
)
def test_blobs_that_do_not_fit_are_refused(row: tuple[int, bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="bytes for"):
        unpack(*row)
