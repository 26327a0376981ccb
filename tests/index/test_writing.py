"""What was given comes back; what does not fit is refused; a former index stays."""

import os
import sqlite3
import subprocess
import sys
import tracemalloc
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_index import TREE, FakeEncoder, latents_of, make_chunk, make_corpus, write_index

from ncs.config import IndexConfig
from ncs.corpus.reading import Corpus
from ncs.errors import IndexRefused, IndexUnusable
from ncs.index import inversion
from ncs.index.content import Batch, FormerContent, View
from ncs.index.lock import writer
from ncs.index.reading import Index, open_index
from ncs.index.schema import CONTENT
from ncs.index.validate import validate
from ncs.index.writing import write, writing
from ncs.lexical import MemoryPostings
from ncs.text import lexical_tokens, path_words
from ncs.types import FloatArray, Progress, ignore_progress

HERE = Path(__file__).parents[1]


def explained(corpus: Corpus) -> list[tuple[str, str]]:
    return [(chunk.target.text, chunk.target.tier) for chunk in corpus.chunks]


def put(path: Path, corpus: Corpus, **changes: Any) -> float:
    """Write with one part replaced."""
    given = {"explanations": explained(corpus), "model": FakeEncoder().record(), **changes}
    if "latents" not in given:
        given["latents"] = latents_of(corpus, FakeEncoder())
    return write(path, corpus, config=IndexConfig(), **given)


def files_beside(path: Path) -> set[str]:
    return {entry.name for entry in path.parent.iterdir()} - {".gitignore"}


def test_every_chunk_comes_back(tmp_path: Path, corpus: Corpus) -> None:
    path = tmp_path / "index.db"
    assert put(path, corpus) == 1.0
    with open_index(path) as index:
        rows = index.chunk_rows(range(index.chunk_count))
        assert [row.chunk() for row in rows] == list(corpus.chunks)
        assert [(row.explanation, row.origin) for row in rows] == explained(corpus)
        assert index.paths == tuple(file.path for file in corpus.files)


def test_latents_come_back(tmp_path: Path, corpus: Corpus) -> None:
    latents = latents_of(corpus, FakeEncoder())
    put(tmp_path / "index.db", corpus)
    with open_index(tmp_path / "index.db") as index:
        assert_near(index, latents)


def assert_near(index: Index, latents: FloatArray) -> None:
    """Check latents to half a step of what eight bits, or five in the extension, can say."""
    found = index.whole().of(np.arange(len(latents)))
    assert np.array_equal(found[:, :16], index.latents())
    for columns, most in ((slice(0, 16), 127), (slice(16, 64), 15)):
        wanted = latents[:, columns]
        step = np.abs(wanted).max(axis=1) / most
        assert (np.abs(found[:, columns] - wanted).max(axis=1) <= step * 0.51).all()


def test_latents_of_many_blocks_come_back(tmp_path: Path) -> None:
    texts = [f"value_{at} = {at}" for at in range(5000)]
    corpus = make_corpus({"many.py": texts})
    latents = np.random.default_rng(0).standard_normal((5000, 64)).astype(np.float32)
    put(tmp_path / "index.db", corpus, latents=latents)
    with open_index(tmp_path / "index.db") as index:
        assert_near(index, latents)
        assert index.chunk_rows([4999])[0].text == texts[4999]
        assert [row.text for row in index.chunk_rows(range(5000))] == texts


def test_sixteen_numbers_alone(tmp_path: Path, corpus: Corpus) -> None:
    encoder = FakeEncoder(extension_dim=0)
    write_index(tmp_path / "index.db", corpus, encoder)
    with open_index(tmp_path / "index.db") as index:
        assert index.extension() is None
        assert index.latents().shape == (len(corpus.chunks), 16)


def test_postings_are_those_of_path_symbol_and_text(tmp_path: Path, corpus: Corpus) -> None:
    put(tmp_path / "index.db", corpus)
    texts = [f"{path_words(c.path)}\n{c.symbol}\n{c.text}" for c in corpus.chunks]
    memory = MemoryPostings(texts)
    with open_index(tmp_path / "index.db") as index:
        assert index.postings.lengths.tolist() == memory.lengths.tolist()
        for term in {term for text in texts for term in lexical_tokens(text)}:
            found, wanted = index.postings.lookup(term), memory.lookup(term)
            assert found is not None
            assert wanted is not None
            assert np.array_equal(found[0], wanted[0])
            assert np.array_equal(found[1], wanted[1])
        assert index.postings.lookup("absent") is None


def test_ids_are_in_the_order_of_path_and_line(tmp_path: Path, corpus: Corpus) -> None:
    turned = replace(corpus, files=corpus.files[::-1], chunks=corpus.chunks[::-1])
    put(tmp_path / "a.db", corpus)
    put(tmp_path / "b.db", turned)
    with open_index(tmp_path / "a.db") as one, open_index(tmp_path / "b.db") as two:
        every = range(one.chunk_count)
        assert one.chunk_rows(every) == two.chunk_rows(every)
        assert np.array_equal(one.latents(), two.latents())


def batches(corpus: Corpus, latents: FloatArray) -> list[Batch]:
    """A batch for each file; the first chunk of each has latents of words."""
    found, at = [], 0
    for file in corpus.files:
        end = at + file.chunk_count
        chunks = corpus.chunks[at:end]
        words = View(np.array([0]), latents[at : at + 1])
        told = explained(corpus)[at:end]
        found.append(Batch([file], chunks, latents[at:end], told, {"words": words}))
        at = end
    return found


def rows_of(path: Path) -> dict[str, list[Any]]:
    with open_index(path) as index:
        return {part: index.store.rows(query) for part, query in CONTENT.items()}


@pytest.mark.parametrize(("held", "each"), [(1 << 20, 1500), (1_000, 1500), (3, 50)])
def test_file_by_file_is_as_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, each: int
) -> None:
    monkeypatch.setattr(inversion.Inversion.__init__, "__defaults__", (held,))
    tree = {f"{name}.py": [f"def {name}_{at}(): ..." for at in range(each)] for name in "abcd"}
    corpus = make_corpus({**TREE, **tree})
    latents = np.random.default_rng(0).standard_normal((len(corpus.chunks), 64))
    latents = latents.astype(np.float32)
    firsts = np.flatnonzero([chunk.span.start == 1 for chunk in corpus.chunks])
    put(
        tmp_path / "one.db",
        corpus,
        latents=latents,
        beside={"words": View(firsts, latents[firsts])},
    )
    with writing(tmp_path / "many.db", FakeEncoder().record(), IndexConfig()) as writer:
        for batch in batches(corpus, latents):
            writer.add(batch)
        writer.finish(corpus.skipped, corpus.folders, corpus.read_ns)
    assert rows_of(tmp_path / "one.db") == rows_of(tmp_path / "many.db")
    assert files_beside(tmp_path / "one.db") == {"one.db", "many.db"}


@pytest.mark.slow
def test_memory_does_not_grow_with_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is held of a chunk are a few numbers, even where a term stands in every chunk."""
    monkeypatch.setattr(inversion.Inversion.__init__, "__defaults__", (10_000,))
    monkeypatch.setattr(inversion, "_BUNCH", 10_000)
    peaks = []
    for files in (40, 80):  # fewer are mostly what merging terms takes once
        tracemalloc.start()
        with writing(tmp_path / "index.db", FakeEncoder().record(), IndexConfig()) as writer:
            for at in range(files):
                texts = [
                    f"def name_{n}():\n" + "    return call(other)\n" * 60 for n in range(200)
                ]
                corpus = make_corpus({f"f{at:03}.py": texts})
                writer.add(*batches(corpus, np.ones((200, 64), dtype=np.float32)))
            writer.finish((), (), 0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 40 * 200 * 400  # bytes; a text has 1,400


def test_files_out_of_order_are_refused(tmp_path: Path, corpus: Corpus) -> None:
    first, second, *_ = batches(corpus, latents_of(corpus, FakeEncoder()))
    for before, after in ((second, first), (first, first)):
        with writing(tmp_path / "index.db", FakeEncoder().record(), IndexConfig()) as writer:
            writer.add(before)
            with pytest.raises(IndexRefused, match=r"intro\.md is to be written after"):
                writer.add(after)
    assert files_beside(tmp_path / "index.db") == set()


def test_files_are_taken_as_they_stand(tmp_path: Path, index_path: Path, corpus: Corpus) -> None:
    """The second file is new; chunks after it have other numbers."""
    new = make_corpus({"lib/http/again.py": ["def again(): ...", "def never(): ..."]})
    (batch,) = batches(new, latents_of(new, FakeEncoder()))
    model, config = FakeEncoder().record(), IndexConfig()
    with open_index(index_path) as index:
        with writing(tmp_path / "new.db", model, config, former=FormerContent(index)) as writer:
            writer.take(corpus.files[:1], range(1))
            writer.add(batch)
            with pytest.raises(IndexRefused, match="7 chunks to take from no such files"):
                writer.take(corpus.files[2:], range(1, 8))
            with pytest.raises(IndexRefused, match=r"intro\.md is to be written after"):
                writer.take(corpus.files[:1], range(1))
            writer.take(corpus.files[1:], range(1, 8))
            assert (writer.files, writer.chunks) == (7, 10)
            writer.finish((), (), 0)
        before, numbers = index.chunk_rows(range(8)), index.whole().of(np.arange(8))
    with open_index(tmp_path / "new.db") as index:
        assert np.array_equal(index.whole().of(np.array([0, *range(3, 10)])), numbers)
        assert all(check.passed for check in validate(index, None))
        found = [row._replace(id=0) for row in index.chunk_rows([0, *range(3, 10)])]
        assert found == [row._replace(id=0) for row in before]
        assert index.symbols("lookup").tolist() == [7]
    with (
        writing(tmp_path / "new.db", model, config) as writer,
        pytest.raises(IndexRefused, match="no such files"),
    ):
        writer.take(corpus.files[:1], range(1))


def test_without_an_end_nothing_is_written(index_path: Path, corpus: Corpus) -> None:
    before = index_path.read_bytes()
    with writing(index_path, FakeEncoder().record(), IndexConfig()) as writer:
        for batch in batches(corpus, latents_of(corpus, FakeEncoder())):
            writer.add(batch)
        assert files_beside(index_path) > {"index.db"}
    assert index_path.read_bytes() == before
    assert files_beside(index_path) == {"index.db"}


def test_own_weights_come_back(tmp_path: Path, corpus: Corpus) -> None:
    model = FakeEncoder().record(name="trained", weights=b"\x00\x01numbers", training="{}")
    put(tmp_path / "index.db", corpus, model=model)
    with open_index(tmp_path / "index.db") as index:
        assert index.weights_bytes() == b"\x00\x01numbers"
        assert index.model == model._replace(weights=None)


# --- refusals ------------------------------------------------------------------------------------


def test_coverage_below_the_floor_is_refused_and_the_former_index_stays(
    index_path: Path, corpus: Corpus
) -> None:
    before = index_path.read_bytes()
    silent = [("", "snippet")] * 2 + [(" \n", "snippet")] + explained(corpus)[3:]
    with pytest.raises(IndexRefused, match=r"5 of 8 chunks .* below the floor of 75%"):
        put(index_path, corpus, explanations=silent)
    assert index_path.read_bytes() == before
    assert files_beside(index_path) == {"index.db"}


def test_coverage_is_of_what_was_written_not_of_what_was_given(
    tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seed 003: targets were extracted and dropped on the way to the index."""
    from ncs.index import content

    kept = content.Content._chunk_rows

    def dropping(self: content.Content, batch: Batch) -> object:
        return kept(self, replace(batch, explanations=[("", "snippet")] * len(batch.chunks)))

    monkeypatch.setattr(content.Content, "_chunk_rows", dropping)
    with pytest.raises(IndexRefused, match="0 of 8 chunks"):
        put(tmp_path / "index.db", corpus)
    assert not (tmp_path / "index.db").exists()


def test_the_floor_itself_is_enough(tmp_path: Path, corpus: Corpus) -> None:
    silent = [("", "snippet")] * 2 + explained(corpus)[2:]
    assert put(tmp_path / "index.db", corpus, explanations=silent) == 0.75


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_latents_that_are_no_numbers_are_refused(
    tmp_path: Path, corpus: Corpus, number: float
) -> None:
    latents = latents_of(corpus, FakeEncoder())
    latents[3, 40] = number
    with pytest.raises(IndexRefused, match="1 of 8 latents are not finite"):
        put(tmp_path / "index.db", corpus, latents=latents)
    assert not (tmp_path / "index.db").exists()


def test_parts_of_different_size_are_refused(tmp_path: Path, corpus: Corpus) -> None:
    latents = latents_of(corpus, FakeEncoder())
    with pytest.raises(IndexRefused, match=r"8 chunks, but latents of shape \(7, 64\)"):
        put(tmp_path / "index.db", corpus, latents=latents[1:])
    with pytest.raises(IndexRefused, match=r"\(8, 64\), found \(8, 16\)"):
        put(tmp_path / "index.db", corpus, latents=latents[:, :16])
    with pytest.raises(IndexRefused, match=r"8 chunks, .* 7 explanations"):
        put(tmp_path / "index.db", corpus, explanations=explained(corpus)[1:])


@pytest.mark.parametrize(
    ("chunks", "shape", "said"),
    [([0, 1], (1, 64), r"expected shape \(2, 64\), found \(1, 64\)"),
     ([0], (1, 16), r"expected shape \(1, 64\), found \(1, 16\)"),
     ([1, 1], (2, 64), "not of some of 1 chunks"), ([9], (1, 64), "not of some of 1 chunks")],
)  # fmt: skip
def test_latents_of_a_view_that_do_not_fit_are_refused(
    tmp_path: Path, corpus: Corpus, chunks: list[int], shape: tuple[int, int], said: str
) -> None:
    """They were written, and the file refused when it was read, or other chunks given them."""
    first, *_ = batches(corpus, latents_of(corpus, FakeEncoder()))
    view = View(np.array(chunks), np.ones(shape, dtype=np.float32))
    with (
        writing(tmp_path / "a.db", FakeEncoder().record(), IndexConfig()) as writer,
        pytest.raises(IndexRefused, match=f"view words: {said}"),
    ):
        writer.add(replace(first, beside={"words": view}))


def test_a_chunk_twice_is_refused(tmp_path: Path, corpus: Corpus) -> None:
    twice = replace(corpus, chunks=(*corpus.chunks, corpus.chunks[2]))
    with pytest.raises(IndexRefused, match=r"two chunks are lib/http/retry\.py:7-9"):
        put(tmp_path / "index.db", twice)


def test_a_chunk_of_no_file_is_refused(tmp_path: Path, corpus: Corpus) -> None:
    stray = replace(corpus, chunks=(*corpus.chunks, make_chunk("gone.py", "def gone(): ...")))
    with pytest.raises(IndexRefused, match=r"gone\.py"):
        put(tmp_path / "index.db", stray)


# --- the file ------------------------------------------------------------------------------------


def test_nothing_is_left_beside_the_index(root: Path, index_path: Path) -> None:
    with open_index(index_path) as index:
        index.chunk_rows(range(index.chunk_count))
        write_index(index_path)
        assert files_beside(index_path) == {"index.db"}
    assert files_beside(index_path) == {"index.db"}


def test_what_a_killed_build_left_is_swept_by_the_next_writer(index_path: Path) -> None:
    """`idx` swept `idx.new.<token>.part` while another process wrote it for `idx.new`."""
    left, mine = index_path.with_name("index.db.0badcafe.part"), index_path.with_name("mine.part")
    other = index_path.with_name("index.db.new.0badcafe.part")
    for place in (left, mine, other):
        place.write_bytes(b"half")
    with writer(index_path, wait=False, on_progress=ignore_progress):
        assert files_beside(index_path) == {
            "index.db", "index.db.lock", "index.db.writer", "mine.part", other.name,
        }  # fmt: skip


def test_a_folder_that_nothing_came_into_is_not_left(tmp_path: Path, index_path: Path) -> None:
    for place in (tmp_path / "new" / "er" / "index.db", index_path):
        with writer(place, wait=False, on_progress=ignore_progress):
            pass
    assert not (tmp_path / "new").exists()
    assert index_path.exists()


def test_an_open_index_keeps_its_content(index_path: Path, corpus: Corpus) -> None:
    with open_index(index_path) as index:
        write_index(index_path, make_corpus({"new.py": ("def new(): ...",)}))
        assert index.chunk_rows([1])[0].text == corpus.chunks[1].text
        assert len(index.latents()) == len(corpus.chunks)
        assert index.symbols("send").tolist() == [3]
    with open_index(index_path) as index:
        assert index.paths == ("new.py",)


def test_a_file_that_is_no_index_is_not_replaced(tmp_path: Path, corpus: Corpus) -> None:
    mine = tmp_path / "thesis.md"
    mine.write_bytes(b"# Years of work\n" * 20)
    with pytest.raises(IndexUnusable, match="no ncs index, and it stays") as caught:
        put(mine, corpus)
    assert "--output" in caught.value.hint
    assert mine.read_bytes() == b"# Years of work\n" * 20
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE mine (x)")
    with pytest.raises(IndexUnusable, match="no ncs index, and it stays"):
        put(other, corpus)


def test_a_broken_index_in_its_own_place_is_replaced(index_path: Path) -> None:
    index_path.write_bytes(b"no database at all")
    write_index(index_path)
    with open_index(index_path) as index:
        assert index.chunk_count == 8


def test_a_link_to_the_index_stays_a_link(tmp_path: Path, index_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(index_path)
    write_index(link, make_corpus({"new.py": ("def new(): ...",)}))
    assert link.is_symlink()
    with open_index(index_path) as index:
        assert index.paths == ("new.py",)


def test_a_folder_in_the_way_is_named(tmp_path: Path, corpus: Corpus) -> None:
    (tmp_path / "index.db").mkdir()
    with pytest.raises(IndexUnusable, match=r"index\.db"):
        put(tmp_path / "index.db", corpus)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(IndexUnusable, match=r"file/index\.db"):
        put(tmp_path / "file" / "index.db", corpus)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_full_disk_leaves_the_former_index(index_path: Path) -> None:
    before = index_path.read_bytes()
    script = f"""
import resource, sys
from pathlib import Path
from typing import Any
from ncs.errors import IndexUnusable
from small_index import make_corpus, write_index
corpus = make_corpus({{"big.py": [f"value_{{at}} = {{at}}" for at in range(2000)]}})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_index(Path({str(index_path)!r}), corpus)
except IndexUnusable as error:
    sys.exit(f"{{error}}")
"""
    done = run(script)
    assert done.returncode == 1
    assert f"{index_path}: the index could not be written" in done.stderr
    assert index_path.read_bytes() == before
    assert files_beside(index_path) == {"index.db"}


def test_readers_see_one_index_or_the_other_while_it_is_written(index_path: Path) -> None:
    script = f"""
from pathlib import Path
from typing import Any
from small_index import make_corpus, write_index
for at in range(12):
    tree = {{f"f{{n}}.py": (f"def name_{{at}}_{{n}}(): ...",) for n in range(at + 1)}}
    write_index(Path({str(index_path)!r}), make_corpus(tree))
"""
    writer = subprocess.Popen([sys.executable, "-c", script], env=environment())
    seen = set()
    while writer.poll() is None:
        with open_index(index_path) as index:
            rows = index.chunk_rows(range(index.chunk_count))
            assert len({row.symbol.rpartition("_")[0] for row in rows}) == 1 or len(rows) == 8
            assert index.latents().shape[0] == len(rows)
            seen.add(len(rows))
    assert writer.returncode == 0
    assert len(seen) > 1
    with open_index(index_path) as index:
        assert all(check.passed for check in validate(index, None))


def test_progress_ends_at_the_whole(tmp_path: Path, corpus: Corpus) -> None:
    steps: list[Progress] = []
    put(tmp_path / "index.db", corpus, on_progress=steps.append)
    assert {step.stage for step in steps} == {"write"}
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert steps[-1].done == steps[-1].total == len(corpus.chunks)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
