"""What raises a chunk: files that agree, definitions and names that a question says."""

from pathlib import Path

import numpy as np
import pytest
from small_index import FakeEncoder, make_corpus, write_index
from stage_scores import floats

from ncs.index.reading import Index, open_index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search import Query, boosts, paths, search
from ncs.search.boosts import (
    EMBEDDED,
    FILE_NAME,
    GIVEN,
    LESSER,
    MENTIONED,
    MUCH,
    WHOLE_NAME,
    boosted,
    definitions,
)
from ncs.search.lexical import of_files
from ncs.search.names import asked_for
from ncs.search.paths import path_words_of
from ncs.search.runs import Candidates, Runs


def raised(index: Index, text: str, score: np.ndarray) -> np.ndarray:
    """Return the boosted scores of all chunks, none of which holds all terms."""
    paths, ids = path_words_of(index), np.arange(index.chunk_count)
    found = Candidates(ids, Runs.of(index.file_ids), score, np.zeros_like(score))
    return boosted(index, paths, Query(text), found, (NOWHERE, NOTHING)).score


def test_a_file_that_says_all_of_a_question_is_raised_as_a_whole(index: Index) -> None:
    score = np.zeros(index.chunk_count, dtype=np.float32)
    gained = raised(index, "unseen words of a session", score)
    files = of_files(index, "unseen words of a session")
    best = index.file_ids == int(files.argmax())
    assert gained[best].tolist() == pytest.approx([boosts.WHOLE_FILE] * int(best.sum()))
    assert gained.tolist() == pytest.approx(
        (boosts.WHOLE_FILE * (files / files.max())[index.file_ids]).tolist()
    )


def test_a_capitalised_word_raises_the_definition_that_is_written_like_it(index: Index) -> None:
    # `Retry` defines; `retry` alone is a word of many.
    score = np.ones(index.chunk_count, dtype=np.float32)
    plain = raised(index, "what does a retry do", score)
    proper = raised(index, "what does a Retry do", score)
    more = np.flatnonzero(proper != plain).tolist()
    assert more == index.symbols("Retry").tolist()
    assert (proper - plain)[more].tolist() == pytest.approx([EMBEDDED] * len(more))
    assert len(index.symbols("Evict"))
    evicts = (raised(index, f"what does an {each} do", score) for each in ("Evict", "evict"))
    assert (next(evicts) == next(evicts)).all()


@pytest.mark.parametrize(
    ("text", "share"),
    [("session of a peer", 1 / 2), ("close every open session when the peer leaves", 1 / 6)],
)
def test_a_file_that_is_called_by_a_word_of_many_is_hardly_named(
    index: Index, text: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "rarity", lambda size, frequency: 1.0)
    monkeypatch.setattr(boosts, "WHOLE_FILE", 0.0)  # the files hold these words, too
    score = np.ones(index.chunk_count, dtype=np.float32)
    owners = index.file_ids.tolist()
    gained = raised(index, text, score) - raised(index, "weather of a planet", score)
    at = owners.index(index.paths.index("lib/http/session.py"))
    worth = FILE_NAME * share + WHOLE_NAME * min(share / MUCH, 1.0)
    assert gained[at] == pytest.approx(worth)


@pytest.mark.parametrize(
    ("asked", "placed"),
    [("Retry", True), ("retry", True), ("entries", False), ("what does a retry do", False)],
)
def test_a_name_that_is_defined_says_which_place_of_a_file_is_meant(
    index: Index, asked: str, placed: bool
) -> None:
    paths, ids = path_words_of(index), np.arange(index.chunk_count)
    score = np.ones(index.chunk_count, dtype=np.float32)
    found = Candidates(ids, Runs.of(index.file_ids), score, np.zeros_like(score))
    assert boosted(index, paths, Query(asked), found, (NOWHERE, NOTHING)).exact == placed


def test_a_file_is_not_found_by_its_name_alone(index: Index) -> None:
    called = index.paths.index("lib/store/cache.js")
    gained = []
    for share in (0.01, 0.1, 0.2, 1.0):  # what the file's best has of the best score
        score = np.where(index.file_ids == called, share, 1.0).astype(np.float32)
        more = raised(index, "what evicts entries of the cache", score)
        more -= raised(index, "what evicts entries", score)
        assert (np.abs(more[index.file_ids != called]) < 1e-6).all()
        gained.append(float(more[index.file_ids == called][0]))
    assert gained[:3] == pytest.approx([gained[3] * each for each in (0.05, 0.5, 1.0)], rel=1e-4)


def test_a_definition_of_the_symbol_comes_first(index: Index, encoder: FakeEncoder) -> None:
    for text in ("Retry", "retry.wait", "Retry::wait"):
        hit = search(index, encoder, Query(text))[0]
        assert hit.path == "lib/http/retry.py", text


NAMESAKES = {
    "a/one.py": ("class Mark:\n    pass",),
    "b/two.py": ("def mark():\n    pass",),
    "c/three.py": ("def other():\n    return 1",),
}


def test_a_definition_counts_half_where_another_matches_better(tmp_path: Path) -> None:
    """`Blueprint` is asked for, `blueprint` is less."""
    write_index(tmp_path / "i.db", make_corpus(NAMESAKES))
    with open_index(tmp_path / "i.db") as index:
        mark, lower = (
            definitions(index, path_words_of(index), asked_for(name)).worth.tolist()
            for name in ("Mark", "mark")
        )
    assert mark == pytest.approx([1.0, 0.9 * LESSER, 0])
    assert lower == pytest.approx([0.9 * LESSER, 0.9, 0])  # nor more than the better one


def test_a_name_in_a_question_that_nothing_defines_leads_to_what_holds_it(
    tmp_path: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(
        tmp_path / "i.db",
        make_corpus(
            {
                "a.py": ("def default_of(values):\n    return values.default or default",),
                "b.py": ("MAX_LOAD = 10\nMAX_HEAT = 20\nMIN_HEAT = 3\nother = [1, 2, 3]",),
                "c.py": ("def run(load):\n    return load > MAX_LOAD",),
            }
        ),
    )
    with open_index(tmp_path / "i.db") as index:
        score = floats([1.0, 0.9, 0.9])
        found = raised(index, "the default of MAX_LOAD", score)
        monkeypatch.setattr(boosts, "_mentions", lambda *_: (NOWHERE, NOTHING))
        found = found - raised(index, "the default of MAX_LOAD", score)
        assert found.tolist() == pytest.approx([0, GIVEN, MENTIONED])
        monkeypatch.undo()
        hits = search(index, encoder, Query("which load is the default of MAX_LOAD", 3))
        assert [hit.score >= 0.3 for hit in hits if hit.path in ("b.py", "c.py")] == [True, True]


def test_a_capitalised_word_that_many_define_says_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(tmp_path / "i.db", make_corpus(NAMESAKES))
    with open_index(tmp_path / "i.db") as index:
        score = np.ones(index.chunk_count, dtype=np.float32)
        few = raised(index, "what does a Mark do", score)
        monkeypatch.setattr(boosts, "_MOST_NAMESAKES", 1)
        many = raised(index, "what does a Mark do", score)
    assert (few - many).tolist() == pytest.approx([EMBEDDED, 0, 0])
