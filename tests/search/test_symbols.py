"""Answers by names alone: how well a name matches, and the order that follows."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_index import FakeEncoder, make_chunk, make_corpus, put_texts, write_index

import ncs
from ncs.api.opening import Codebase
from ncs.errors import QueryError
from ncs.index.reading import Index, open_index
from ncs.search import Query, names, search
from ncs.search.names import (
    ANY_CASE,
    ANY_WRITING,
    AS_WRITTEN,
    BEGUN,
    FILE,
    OTHER_OWNER,
    PARTS,
    Named,
    asked_for,
    folded,
    match,
    namesake,
)
from ncs.types import Begun, Chunk, Hit, Kind

TREE = {
    "a/other.py": ["def loadConfig():\n    return 1", "def load_config_file():\n    return 2"],
    "a/config.py": ["def unrelated():\n    return 3", "class Loader:\n    config = 1"],
    "b/load_config.py": ["x = 1", "def file_of_config_load():\n    return 4"],
    "b/many.py": ["def load_config():\n    return 5", "def load_config():\n    return 6"],
    "c/more.js": ["function load_config() {\n  return 7\n}"],
    "tests/test_load.py": ["def load_config():\n    return 8"],
}


@pytest.fixture
def named(tmp_path: Path) -> Path:
    write_index(tmp_path / "named.db", make_corpus({k: tuple(v) for k, v in TREE.items()}))
    return tmp_path / "named.db"


def asked(path: Path, text: str, **more: object) -> list[Hit]:
    with open_index(path) as index:
        query = Query(text, mode="symbol", **{"top_k": 50, **more})  # type: ignore[arg-type]
        return search(index, FakeEncoder(), query)


def places(hits: list[Hit]) -> list[tuple[str, int]]:
    return [(hit.path, hit.start_line) for hit in hits]


def scored(text: str, name: str) -> float:
    wanted = asked_for(text)
    assert wanted is not None
    return match(wanted, name)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Encoder.forward", "Encoder.forward", AS_WRITTEN),
        ("forward", "Encoder.forward", AS_WRITTEN),
        ("Encoder::forward()", "net.Encoder.forward", AS_WRITTEN),
        ("encoder.Forward", "Encoder.forward", ANY_CASE),
        ("blueprint", "Blueprint", ANY_CASE),
        ("parse_query", "web.parseQuery", ANY_WRITING),
        ("parse query", "parseQuery", ANY_WRITING),
        ("insert:at:", "Box.insert:at:", AS_WRITTEN),
        ("Box.insert", "Box.insert:at:", AS_WRITTEN),
        ("users.invite", "post users.invite", AS_WRITTEN),
        ("post users.invite", "post users.invite", AS_WRITTEN),
        ("/users/:id", "get /users/:id", AS_WRITTEN),
        ("Foo", "Show Foo", pytest.approx((PARTS[0] + PARTS[1]) / 2)),  # an instance in Haskell
        ("Decoder.forward", "Encoder.forward", OTHER_OWNER),
        ("Encoder", "Encoder.forward", pytest.approx((PARTS[0] + PARTS[1]) / 2)),
        ("parse", "parseQuery", pytest.approx(BEGUN[0] + (BEGUN[1] - BEGUN[0]) / 2)),
        ("query", "parseQuery", pytest.approx((PARTS[0] + PARTS[1]) / 2)),
        ("queries", "parseQuery", pytest.approx((PARTS[0] + PARTS[1]) / 2)),
        ("requery", "parseQuery", 0.0),
        ("parse query string", "parseQuery", 0.0),
    ],
)
def test_the_scale(text: str, name: str, value: float) -> None:
    assert scored(text, name) == value


def test_the_spans_of_the_scale_do_not_meet() -> None:
    scale = [*FILE, *PARTS, *BEGUN, OTHER_OWNER, ANY_WRITING, ANY_CASE, AS_WRITTEN]
    assert scale == sorted(scale)
    assert (scale[0], scale[-1]) == (0.1, 1.0)


@given(st.from_regex(r"[A-Za-z_]{1,8}(\.[A-Za-z_]{1,8}){0,2}", fullmatch=True), st.text())
def test_a_match_is_a_share_and_the_name_itself_is_all_of_it(name: str, other: str) -> None:
    itself = asked_for(name)
    if itself is not None and len(itself.pieces) == 1 + name.count("."):
        assert match(itself, name) == AS_WRITTEN
        assert 0 <= match(itself, other) <= 1


@given(st.sampled_from(["get", "load", "parse"]), st.integers(1, 5))
def test_the_more_of_a_name_is_asked_the_better(begun: str, more: int) -> None:
    values = [scored(begun, begun + "_x" * extra) for extra in range(more + 1)]
    assert values == sorted(values, reverse=True)


def test_exact_names_come_before_other_cases_beginnings_parts_and_files(named: Path) -> None:
    found = asked(named, "load_config")
    exact = {place for place, hit in zip(places(found), found, strict=True) if hit.score == 1}
    assert places(found) == [
        # as written: one of each file first, a test after the code, the same file's next
        ("b/many.py", 1), ("c/more.js", 1), ("b/many.py", 4), ("tests/test_load.py", 1),
        ("a/other.py", 1),  # loadConfig
        ("a/other.py", 4),  # load_config_file
        ("b/load_config.py", 3),  # file_of_config_load
        ("b/load_config.py", 1),  # by its file's name alone
    ]  # fmt: skip
    assert len(exact) == 4
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert scores[4:6] == [
        pytest.approx(ANY_WRITING),
        pytest.approx(scored("load_config", "load_config_file")),
    ]


def test_equal_names_come_by_path_and_line(tmp_path: Path) -> None:
    same = "def twin():\n    return 1"
    tree = {f"{name}/x.py": (same, same) for name in ("b", "a", "a-b", "c")}
    write_index(tmp_path / "i.db", make_corpus(tree))
    wanted = [(f"{name}/x.py", line) for line in (1, 4) for name in ("a-b", "a", "b", "c")]
    for _ in range(2):
        assert places(asked(tmp_path / "i.db", "twin")) == wanted
        assert places(asked(tmp_path / "i.db", "twin", top_k=3)) == wanted[:3]


def test_words_ask_for_the_names_among_them_or_for_parts(named: Path) -> None:
    among = asked(named, "where is load_config called?")
    assert places(among) == places(asked(named, "load_config"))
    parts = asked(named, "where is a config file loaded")
    assert set(places(parts)) == {("b/load_config.py", 3), ("a/other.py", 4)}
    assert asked(named, "photosynthesis") == []
    assert asked(named, "load_config_of_orchids") == []


def test_filters_hold_in_symbol_mode(named: Path) -> None:
    everything = asked(named, "load_config")
    for filters, holds in (
        ({"paths": ("b",)}, lambda hit: hit.path.startswith("b/")),
        ({"not_paths": ("b", "tests")}, lambda hit: hit.path[0] in "ac"),
        ({"languages": ("javascript",)}, lambda hit: hit.language == "javascript"),
    ):
        assert places(asked(named, "load_config", **filters)) == places(
            [hit for hit in everything if holds(hit)]
        )
    assert asked(named, "load_config", paths=("nowhere",)) == []


def test_a_hit_of_symbol_mode_is_a_hit_like_any_other(named: Path) -> None:
    by_name, by_arms = asked(named, "loadConfig")[0], None
    with open_index(named) as index:
        by_arms = search(index, FakeEncoder(), Query("loadConfig"))[0]
    assert by_name.path == by_arms.path
    unlike = {f.name for f in fields(Hit) if getattr(by_name, f.name) != getattr(by_arms, f.name)}
    assert unlike <= {"score", "stages"}
    assert [name for name, _ in by_name.stages] == ["name", "prior"]


@given(st.text(min_size=1, max_size=30))
def test_the_sieve_loses_no_name_that_matches(text: str) -> None:
    wanted = asked_for(text)
    if wanted is not None:
        assert match(wanted, text.strip()) > 0
        assert all(head in folded(text) for head in wanted.heads)


def test_names_beyond_ascii_are_found_as_they_are_written_and_without_accents(
    tmp_path: Path,
) -> None:
    names = (
        "Élève",
        "vérifierLeMot",
        "größe_prüfen",
        "счётчик",
        "用户Service",
        "test_用户登录失败",
        "로그인_실패",
    )
    write_index(
        tmp_path / "small.db",
        make_corpus({f"f{at}.py": [f"class {name}:\n    pass"] for at, name in enumerate(names)}),
    )
    for at, name in enumerate(names):
        first = asked(tmp_path / "small.db", name)[0]
        assert (first.path, first.score) == (f"f{at}.py", 1.0)
    for text, at in (("eleve", 0), ("verifierLeMot", 1), ("счетчик", 3)):
        assert asked(tmp_path / "small.db", text)[0].path == f"f{at}.py"


def test_the_candidates_hold_every_name_that_matches(named: Path) -> None:
    with open_index(named) as index:
        for text in ("load_config", "config", "Loader", "configs", "file"):
            wanted = asked_for(text)
            assert wanted is not None
            found = set(index.symbols_with(wanted.heads).tolist())
            rows = index.chunk_rows(range(index.chunk_count))
            assert {row.id for row in rows if match(wanted, row.symbol)} <= found


@pytest.mark.parametrize(
    "text",
    [
        "мир", "a" * 10_000, " ".join(f"w{n}" for n in range(3000)), "'; DROP TABLE chunks; --",
        "x\x00y", "->a", "%a_", "1",
    ],
)  # fmt: skip
def test_any_text_can_be_asked_of_names(named: Path, text: str) -> None:
    assert all(0 < hit.score <= 1 for hit in asked(named, text))


def named_in(tmp_path: Path, text: str, *chunks: Chunk) -> list[Named]:
    """Return the names of the chunks of one file that answer."""
    whole = make_corpus({chunks[0].path: [chunk.text for chunk in chunks]})
    write_index(tmp_path / "i.db", replace(whole, chunks=chunks))
    wanted = asked_for(text)
    assert wanted is not None
    with open_index(tmp_path / "i.db") as index:
        return names.named(index, wanted, range(len(chunks)))


@pytest.mark.parametrize("defines", [("Box", "Box.Box"), ("Box.Box", "Box")])
def test_of_equal_names_in_a_chunk_that_which_leads_it_counts(
    tmp_path: Path, defines: tuple[str, str]
) -> None:
    """A constructor is called like its class."""
    kinds: tuple[Kind, ...] = tuple("method" if "." in name else "class" for name in defines)
    chunk = make_chunk("a.py", "class Box:\n    pass")
    begun = [Begun(*each, "", chunk.span) for each in zip(defines, kinds, strict=True)]
    chunk = chunk._replace(begun=tuple(begun))
    assert named_in(tmp_path, "Box", chunk) == [Named(0, AS_WRITTEN, "class", True)]


@pytest.mark.parametrize("begins", [True, False])
def test_a_definition_of_several_chunks_counts_once_where_it_begins(
    tmp_path: Path, begins: bool
) -> None:
    first = make_chunk("a.py", "def fill(jar):\n    jar += 1")
    rest = [
        make_chunk("a.py", "    jar += 2", start)._replace(symbol="fill", kind="function")
        for start in (4, 6)
    ]
    chunks = [first, *rest] if begins else rest
    found = named_in(tmp_path, "fill", *chunks)
    assert found == [Named(0, AS_WRITTEN, "function", True)]


def test_a_file_that_is_called_like_the_owner_counts_for_what_another_owns() -> None:
    asked = asked_for("TextField.rx.text")
    assert asked is not None
    assert namesake(asked, OTHER_OWNER, "TextField+Rx") > 1
    assert namesake(asked, AS_WRITTEN, "TextField+Rx") == 1
    assert namesake(asked, AS_WRITTEN, "Text") > 1


def test_names_of_other_kinds_do_not_answer(codebase: Codebase) -> None:
    hit = codebase.search("Jar.fill", 1, "symbol", kinds=["method"])[0]
    assert (hit.symbol, hit.kind, hit.explanation) == (
        "Jar.fill", "method", "def fill(self, much):",
    )  # fmt: skip
    found = codebase.search("seal", 5, "symbol", kinds=["method"])
    assert [hit.symbol for hit in found if hit.score == 1.0] == []


OWNERS = {
    "app/pipe.py": "class TcpPipe:\n    def __init__(self):\n        self.try_write = None\n\n"
    "    def try_write(self, data):\n        return data\n",
    "app/file.py": "class FilePipe:\n    def try_write(self, data):\n        return data * 2\n",
    "app/notes.py": "def notes():\n    # tcp pipe, try write, tcp pipe, try write\n    return 1\n",
}


@pytest.mark.parametrize("asked", ["tcp pipe try write", "TcpPipe try_write", "tcpPipe tryWrite"])
def test_an_owner_and_what_it_owns_may_be_spelled_out(tmp_path: Path, asked: str) -> None:
    put_texts(tmp_path, OWNERS)
    ncs.build(tmp_path)
    hit = ncs.open(tmp_path).search(asked, 1)[0]
    assert (hit.path, hit.symbol) == ("app/pipe.py", "TcpPipe.try_write")
    assert "def try_write" in hit.snippet


# --- min_score -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["hybrid", "neural", "lexical", "symbol"])
def test_min_score_cuts_the_list_where_it_says(
    index: Index, encoder: FakeEncoder, mode: str
) -> None:
    def listed(least: float) -> list[Hit]:
        return search(index, encoder, Query("backoff", mode=mode, min_score=least))  # type: ignore[arg-type]

    whole = listed(0.0)
    before = len(whole)
    for least in np.linspace(0, 1, 21).tolist():
        kept = listed(least)
        assert kept == [hit for hit in whole if hit.score >= least]
        assert len(kept) <= before
        before = len(kept)
    for hit in whole:  # a hit's own score never leaves it out
        assert hit in listed(hit.score)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_an_impossible_min_score_is_an_error(share: float) -> None:
    with pytest.raises(QueryError, match="min_score must be from 0 to 1"):
        Query("q", min_score=share)
