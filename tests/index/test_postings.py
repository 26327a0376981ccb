"""Postings on disk give back what was counted, whatever the widths and the runs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_index import term_block

from ncs.index import inversion
from ncs.index import inverted as inverted_module
from ncs.index.inversion import Inversion
from ncs.index.inverted import Inverted, gathered
from ncs.index.packing import unpack
from ncs.index.postings import PostingsRow, TermBlock, stretch
from ncs.lexical import MemoryPostings
from ncs.text import identifier_tokens, identifiers, lexical_tokens

NAMES = st.sampled_from(["alpha", "beta", "gamma_delta", "Ünï", "x1"])
TEXTS = st.lists(st.lists(NAMES).map(" ".join))


def inverted(
    texts: Sequence[str], folder: Path = Path(), most: int = 1 << 20
) -> tuple[list[PostingsRow], list[int]]:
    found = Inversion(folder, identifier_tokens, most)
    for text in texts:
        found.add(identifiers(text))
    rows, lengths = rows_of(found.blocks()), found.lengths.tolist()
    found.close()
    return rows, lengths


def rows_of(blocks: Iterable[tuple[str, int, bytes]]) -> list[PostingsRow]:
    read = [TermBlock(unpack(data, size, size), 1 << 32) for _, size, data in blocks]
    return [block.row(at) for block in read for at in range(len(block.terms))]


@settings(deadline=None)
@given(TEXTS)
def test_turned_postings_are_the_counted_ones(texts: list[str]) -> None:
    memory = MemoryPostings(texts)
    rows, lengths = inverted(texts)
    assert lengths == memory.lengths.tolist()
    assert [row[0] for row in rows] == sorted({t for text in texts for t in lexical_tokens(text)})
    for term, *blobs in rows:
        ids, counts = stretch(*blobs)
        wanted = memory.lookup(term)
        assert wanted is not None
        assert np.array_equal(ids, wanted[0])
        assert np.array_equal(counts, wanted[1])


@settings(deadline=None)
@given(TEXTS, st.integers(1, 40))
def test_the_number_of_runs_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], most: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert inverted(texts, folder, most) == inverted(texts)


class Terms:
    """The terms of a former index."""

    def __init__(self, texts: Sequence[str]) -> None:
        found = Inversion(Path(), identifier_tokens)
        for text in texts:
            found.add(identifiers(text))
        self.chunks, self._rows = len(texts), list(found.blocks())

    def blocks(self) -> Iterator[TermBlock]:
        for _, size, data in self._rows:
            yield TermBlock(unpack(data, size, size), self.chunks)

    def packed(self, first: str, data: bytes) -> bytes | None:
        found = {unpack(row[2], row[1], row[1]): row[2] for row in self._rows if row[0] == first}
        return found.get(data)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.data(), st.sampled_from([1, 7, 1 << 20]))
def test_what_is_kept_of_a_former_index_is_as_counted_anew(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], new: list[str],
    data: st.DataObject, most: int,
) -> None:  # fmt: skip
    """Some former chunks in their order, new ones between them."""
    numbers = range(len(before))
    kept = sorted(data.draw(st.sets(st.sampled_from(numbers)))) if before else []
    mixed: list[int | str] = [*kept]
    for text in new:
        mixed.insert(data.draw(st.integers(0, len(mixed))), text)
    lengths = np.array(inverted(before)[1], dtype=np.uint32)
    whole = [each if isinstance(each, str) else before[each] for each in mixed]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inversion, "_BUNCH", most)
        patch.setattr(inverted_module, "BLOCK", 20)
        patch.setattr(inverted_module, "_LEAST", 10)
        former: Any = Terms(before)
        found = Inversion(tmp_path_factory.getbasetemp(), identifier_tokens, most, former=former)
        anew = Inversion(tmp_path_factory.getbasetemp(), identifier_tokens)
        for each, text in zip(mixed, whole, strict=True):
            anew.add(identifiers(text))
            if isinstance(each, str):
                found.add(identifiers(each))
            else:
                found.keep(range(each, each + 1), lengths[each : each + 1])
        assert list(found.blocks()) == list(anew.blocks())
    found.close()
    assert found.lengths == anew.lengths


def test_runs_of_many_blocks_and_bunches_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inverted_module, "BLOCK", 64)
    monkeypatch.setattr(inversion, "_BUNCH", 30)
    texts = [f"name_{at % 70} value{at % 11} " * (1 + at % 300) for at in range(700)]
    assert inverted(texts, tmp_path, 500) == inverted(texts)
    assert not list(tmp_path.iterdir())


@settings(deadline=None)
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
    ((first, data),) = gathered([one])
    term, *blobs = TermBlock(data, 1 << 32).row(0)
    ids, often = stretch(*blobs)
    assert term == first == "t"
    assert ids.tolist() == chunks
    assert often.tolist() == counts


def test_a_rare_term_costs_two_bytes() -> None:
    rows = {row[0]: row for row in inverted(["alpha beta"] * 3 + ["alpha alpha gamma"])[0]}
    assert rows["gamma"][1:] == (1, b"\x03", b"")
    assert rows["alpha"][1:] == (4, b"\x00\x01\x01\x01", b"\x01\x01\x01\x02")


def test_terms_and_their_counts_add_up() -> None:
    texts = ["a b b", "b c", ""]
    total = Counter(token for text in texts for token in lexical_tokens(text))
    rows, lengths = inverted(texts)
    assert sum(stretch(*row[1:])[1].sum() for row in rows) == total.total() == sum(lengths)


@pytest.mark.parametrize(
    "row", [(0, b"", b""), (2, b"\x01", b""), (2, b"\x01" * 6, b""), (-1, b"\x01", b"")]
)
def test_blobs_that_do_not_fit_are_refused(row: tuple[int, bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="bytes for"):
        stretch(*row)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
        st.lists(st.integers(1, 300) | st.just(70_000), min_size=1, max_size=5),
        max_size=30,
    ),
    st.integers(1, 200),
)
def test_terms_come_back_from_their_blocks(counted: dict[str, list[int]], size: int) -> None:
    found = Inversion(Path(), lambda name: (name,))
    for at in range(5):
        here = {term: counts[at] for term, counts in counted.items() if at < len(counts)}
        found.add(Counter(here).elements())
    rows = rows_of(found.blocks())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inverted_module, "BLOCK", size)
        patch.setattr(inverted_module, "_LEAST", size // 2)
        packed = list(found.blocks())
    blocks = [TermBlock(unpack(data, size, size), 5) for _, size, data in packed]
    assert [first for first, _, _ in packed] == [block.terms[0] for block in blocks]
    assert [block.row(at) for block in blocks for at in range(len(block.terms))] == rows
    for row in rows:
        assert [each for each in (block.find(row[0]) for block in blocks) if each] == [row]
    assert all(block.find("absent!") is None for block in blocks)


def test_blocks_of_terms_that_cannot_be_are_refused() -> None:
    _, size, data = term_block(("a", 2, b"\x01\x02", b""), ("b", 1, b"\x01", b"\x07"))
    sound = unpack(data, size, size)
    assert TermBlock(sound, 2).find("b") == ("b", 1, b"\x01", b"\x07")
    changed = [sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :] for at in range(4)]
    for other in (b"", sound[:-1], sound + b"x", b"\x02\0\0\0{}", b"\x03\0\0\0[1]", *changed):
        with pytest.raises((ValueError, TypeError)):
            TermBlock(other, 2)
    with pytest.raises(ValueError, match="numbers of documents"):
        TermBlock(sound, 1)
    _, size, data = term_block(("a", 1, b"\x01\x02\x03", b""))
    with pytest.raises(ValueError, match="widths"):
        TermBlock(unpack(data, size, size), 1)
