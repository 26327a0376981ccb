"""Opening: what is found, what is refused and how, what is not loaded."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_index import FakeEncoder, make_corpus, write_index

from ncs.errors import IndexDamaged, IndexMissing, IndexUnusable, IndexVersion, NcsError
from ncs.index.reading import find_index, open_index
from ncs.index.schema import FORMAT


def test_the_index_is_found_from_anywhere_inside(root: Path, index_path: Path) -> None:
    (root / "lib" / "deep").mkdir()
    for start in (index_path, root, root / "lib", root / "lib" / "deep", root / ".ncs"):
        assert find_index(start).samefile(index_path)


def test_the_index_is_found_from_the_current_folder(
    root: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "lib")
    assert find_index(Path()).samefile(index_path)
    assert find_index(Path("..")).samefile(index_path)


def test_an_inner_index_comes_before_an_outer_one(root: Path) -> None:
    inner = root / "lib" / ".ncs" / "index.db"
    write_index(inner)
    assert find_index(root / "lib" / "http").samefile(inner)


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    for call in (find_index, open_index):
        with pytest.raises(IndexMissing) as caught:
            call(tmp_path)
        assert "ncs index" in caught.value.hint


def test_a_path_that_is_not_there_is_not_answered_by_another_index(root: Path) -> None:
    with pytest.raises(IndexMissing, match=r"typo\.db"):
        find_index(root / "typo.db")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"no database", b"SQLite format 3\x00", bytes(5000)]
)
def test_what_is_no_index_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match="check of its format") as caught:
        open_index(path)
    assert "ncs index" in caught.value.hint


def test_another_format_is_named(index_path: Path) -> None:
    data = bytearray(index_path.read_bytes())
    data[60:64] = (FORMAT - 1).to_bytes(4, "big")
    index_path.write_bytes(data)
    with pytest.raises(IndexVersion, match="format 10; this ncs reads format 11"):
        open_index(index_path)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_damaged(index_path: Path, share: float) -> None:
    data = index_path.read_bytes()
    index_path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(IndexDamaged):
        open_index(index_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read_is_named(index_path: Path) -> None:
    index_path.chmod(0)
    with pytest.raises(IndexUnusable, match=r"index\.db"):
        open_index(index_path)


def test_an_index_can_be_moved_and_read_where_nothing_can_be_written(
    tmp_path: Path, index_path: Path
) -> None:
    place = tmp_path / "a b%20?#" / "else where.db"
    place.parent.mkdir()
    shutil.copy(index_path, place)
    place.chmod(0o400)
    place.parent.chmod(0o500)
    try:
        with open_index(place) as index:
            assert index.chunk_rows([0])[0].path == "docs/intro.md"
            assert [entry.name for entry in place.parent.iterdir()] == [place.name]
    finally:
        place.parent.chmod(0o700)


def test_symbols_are_found_bare_qualified_and_in_any_case(index_path: Path) -> None:
    with open_index(index_path) as index:
        retry = index.symbols("Retry").tolist()
        assert [index.chunk_rows([at])[0].symbol for at in retry] == ["Retry"]
        assert index.symbols("wait").tolist() == retry
        assert index.symbols("RETRY.WAIT").tolist() == retry
        assert len(index.symbols("grüße")) == 1
        assert len(index.symbols("absent")) == 0


def test_columns_say_what_rows_say(index_path: Path) -> None:
    with open_index(index_path) as index:
        rows = index.chunk_rows(range(index.chunk_count))
        starts, ends = index.spans
        assert [index.paths[at] for at in index.file_ids] == [row.path for row in rows]
        assert [index.languages[at] for at in index.language_ids] == [row.language for row in rows]
        assert starts.tolist() == [row.span.start for row in rows]
        assert ends.tolist() == [row.span.end for row in rows]


def test_rows_come_in_the_order_asked_for(index_path: Path) -> None:
    with open_index(index_path) as index:
        assert [row.id for row in index.chunk_rows([5, 0, 5, 2])] == [5, 0, 5, 2]
        assert index.chunk_rows([]) == []
        with pytest.raises(KeyError):
            index.chunk_rows([8])[0]


def test_blocks_that_are_kept_change_nothing(
    index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ncs.index.texts._MOST_CHUNKS", 1)  # a block for each chunk
    monkeypatch.setattr("ncs.index.texts._CACHED", 2)
    write_index(index_path)
    with open_index(index_path) as index:
        assert len(index.store.rows("SELECT first FROM chunks")) == index.chunk_count
        texts = [text for (text,) in map(index.chunk_texts, [[at] for at in range(8)])]
        order = np.random.default_rng(0).integers(0, 8, 60).tolist()
        assert index.chunk_texts(order) == [texts[at] for at in order]


def test_an_unknown_view_is_a_mistake(index_path: Path) -> None:
    with open_index(index_path) as index:
        assert index.views == ("code", "names", "words")
        assert index.view_rows("code").tolist() == list(range(8))
        assert index.view_rows("words").tolist() == []
        assert index.latents("words").shape == (0, 16)
        with pytest.raises(KeyError, match="other"):
            index.latents("other")


def test_damage_met_after_opening_is_no_raw_error(index_path: Path) -> None:
    data = bytearray(index_path.read_bytes())
    with open_index(index_path) as index:
        index_path.write_bytes(data[:4096] + bytes(len(data) - 4096))  # the same file, zeroed
        with pytest.raises(NcsError):
            index.postings.lookup("send")  # nothing of it was read before


def test_encoding_a_question_needs_the_recorded_shape(index_path: Path) -> None:
    with open_index(index_path) as index:
        config, encoder = index.model.config, FakeEncoder()
        assert (config.latent_dim, config.extension_dim) == (
            encoder.latent_dim,
            encoder.extension_dim,
        )
        assert index.latents().dtype == np.float32


def test_reading_and_searching_import_nothing_heavy() -> None:
    script = (
        "import sys, ncs.index.reading, ncs.search;"
        "print([name for name in ('torch', 'faiss', 'tree_sitter', 'pathspec', 'rich',"
        " 'safetensors', 'ncs.corpus.languages', 'numpy.ma') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_rows_that_nobody_reads_on_are_left_in_peace(index_path: Path) -> None:
    index = open_index(index_path)
    rows = index.store.stream("SELECT path FROM files ORDER BY id")
    next(rows)
    index.store.close()
    rows.close()  # it told of a damaged index, where a disk was full


def test_terms_are_read_by_their_beginning(tmp_path: Path) -> None:
    """Of many blocks those alone that may hold them, the one before their first included."""
    words = [f"{first}{second}{at}" for first in "abc" for second in "xyz" for at in range(400)]
    write_index(tmp_path / "i.db", make_corpus({"a.txt": (" ".join(words),)}))
    with open_index(tmp_path / "i.db") as index:
        terms = index.postings.terms
        every = {term for block in terms.blocks() for term in block.terms}
        assert len(list(terms.blocks())) > 3
        for start in ("ax", "by", "cz39", "~", "zz", "a"):
            found = dict(terms.beginning(start))
            assert set(found) == {term for term in every if term.startswith(start)}
            assert set(found.values()) <= {1}
