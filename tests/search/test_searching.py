"""Questions to answers: against brute force, in a fixed order, with filters before the cut."""

import math
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_index import FakeEncoder, latents_of, make_corpus, reseal, write_index

from ncs.errors import IndexMismatch, QueryError
from ncs.index.reading import Index, open_index
from ncs.lexical import MemoryPostings, bm25
from ncs.search import Query, latent, search
from ncs.search.fusion import EXACT_SHARE, LATENT_PRIOR, NEURAL_WEIGHT
from ncs.text import path_words
from ncs.types import DOUBTFUL, Hit

HERE = Path(__file__).parents[1]
MODES = ("hybrid", "neural", "lexical")
WORDS = "alpha beta gamma delta omega kappa sigma theta".split()  # noqa: SIM905


def many(seed: int = 0, files: int = 40) -> dict[str, list[str]]:
    """Return a tree of chunks made of few words, so that scores differ and some tie."""
    rng = np.random.default_rng(seed)
    return {
        f"{'ab'[at % 2]}/f{at:02}.{'py' if at % 3 else 'js'}": [
            f"def {rng.choice(WORDS)}_{at}_{n}():\n    " + " ".join(rng.choice(WORDS, 12))
            for n in range(1 + at % 5)
        ]
        for at in range(files)
    }


def asked(path: Path, encoder: FakeEncoder, text: str, **more: Any) -> list[Hit]:
    with open_index(path) as index:
        return search(index, encoder, Query(text, **more))


@pytest.fixture
def big(tmp_path: Path) -> Path:
    write_index(tmp_path / "big.db", make_corpus(many()))
    return tmp_path / "big.db"


def test_the_place_with_the_words_comes_first(index: Index, encoder: FakeEncoder) -> None:
    for mode in MODES:
        hits = search(index, encoder, Query("exponential backoff with jitter", mode=mode))
        assert (hits[0].path, hits[0].start_line, hits[0].symbol) == (
            "lib/http/retry.py", 7, "backoff",
        )  # fmt: skip


def test_the_fields_of_a_hit(index: Index, encoder: FakeEncoder) -> None:
    hit = search(index, encoder, Query("send one request"))[0]
    assert {field.name for field in fields(hit)} >= {
        "rank", "path", "start_line", "end_line", "language", "kind", "symbol", "score",
        "explanation", "explanation_source", "snippet", "stages",
    }  # fmt: skip
    assert (hit.rank, hit.path, hit.start_line, hit.end_line) == (1, "lib/http/session.py", 1, 3)
    assert (hit.language, hit.kind, hit.symbol) == ("python", "function", "send")
    assert (hit.explanation, hit.explanation_source) == (
        "Send one request by a pool.", "docstring",
    )  # fmt: skip
    assert hit.snippet.startswith("def send(request):")
    assert [name for name, _ in hit.stages] == [
        "lexical", "boosted", "share", "cosine", "file", "prior", "ranked", "best_share",
        "best_cosine", "whole", "hundredth", "lead",
    ]  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("query", ["alpha beta", "omega_17_0", "kappa", "theta sigma nowhere"])
def test_hits_are_ranked_scored_and_distinct(
    big: Path, encoder: FakeEncoder, mode: Any, query: str
) -> None:
    hits = asked(big, encoder, query, mode=mode, top_k=25)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len({(hit.path, hit.start_line) for hit in hits}) == len(hits)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("mode", MODES)
def test_a_shorter_list_is_the_beginning_of_a_longer_one(
    big: Path, encoder: FakeEncoder, mode: Any
) -> None:
    long = asked(big, encoder, "alpha beta gamma", mode=mode, top_k=30)
    for top_k in (1, 2, 7, 29):
        assert asked(big, encoder, "alpha beta gamma", mode=mode, top_k=top_k) == long[:top_k]


def stage(hits: list[Hit], name: str) -> list[float]:
    return [dict(hit.stages)[name] for hit in hits]


@pytest.mark.parametrize("width", [0, 48])
def test_cosines_are_brute_force(tmp_path: Path, width: int) -> None:
    corpus, encoder = make_corpus(many()), FakeEncoder(extension_dim=width)
    write_index(tmp_path / "i.db", corpus, encoder)
    latents = latents_of(corpus, encoder)
    query = encoder.encode(["alpha omega"])[0]
    cosine = latents @ query / np.linalg.norm(latents, axis=1) / np.linalg.norm(query)
    wanted = {
        (chunk.path, chunk.span.start): value
        for chunk, value in zip(corpus.chunks, cosine.tolist(), strict=True)
    }
    hits = asked(tmp_path / "i.db", encoder, "alpha omega", mode="neural", top_k=200)
    assert len(hits) == len(corpus.chunks) < latent.SHORTLIST
    # few bits move a cosine by less than two hundredths
    assert stage(hits, "cosine") == pytest.approx(
        [wanted[hit.path, hit.start_line] for hit in hits], abs=0.02
    )
    leading = {hit.path: hit for hit in reversed(hits)}
    best = {path: max(v for (p, _), v in wanted.items() if p == path) for path in leading}
    assert [dict(hit.stages)["cosine"] for hit in leading.values()] == pytest.approx(
        [best[path] for path in leading], abs=0.02
    )


@pytest.mark.parametrize("width", [0, 48])
def test_cosines_of_whole_files_are_brute_force(tmp_path: Path, width: int) -> None:
    """However few of a file's chunks are in the shortlist, and whatever was asked before."""
    corpus, encoder = make_corpus(many()), FakeEncoder(extension_dim=width)
    write_index(tmp_path / "i.db", corpus, encoder)
    latents = latents_of(corpus, encoder)
    units = latents / np.linalg.norm(latents, axis=1, keepdims=True)
    paths = np.array([chunk.path for chunk in corpus.chunks])
    with open_index(tmp_path / "i.db") as index:
        for size, text in ((7, "alpha omega"), (30, "beta"), (200, "gamma"), (7, "alpha omega")):
            files, found = latent.latent(index, encoder, text, None, size).files
            query = encoder.encode([text])[0]
            for file, cosine in zip(files.tolist(), found.tolist(), strict=True):
                mean = units[paths == index.paths[file]].mean(axis=0)
                wanted = mean @ query / np.linalg.norm(mean) / np.linalg.norm(query)
                assert cosine == pytest.approx(wanted, abs=0.01)
        assert len(files) < len(index.paths)


def test_whole_files_and_the_nearest_hundredth_are_signs_of_every_hit(
    tmp_path: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of files without a chunk in the shortlist, too, and among what a filter leaves alone."""
    monkeypatch.setattr("ncs.search.scoring.SHORTLIST", 9)
    corpus = make_corpus(many(files=90))
    write_index(tmp_path / "i.db", corpus, encoder)
    units = latents_of(corpus, encoder)
    units = units / np.linalg.norm(units, axis=1, keepdims=True)
    query = encoder.encode(["alpha omega"])[0]
    query = query / np.linalg.norm(query)
    paths = np.array([chunk.path for chunk in corpus.chunks])
    for pattern in ((), ("a",)):
        may = np.array([path.startswith("a/") or not pattern for path in paths])
        hits = asked(tmp_path / "i.db", encoder, "alpha omega", top_k=20, paths=pattern)
        assert len({hit.path for hit in hits}) > 15
        nearest = sorted((units[may] @ query).tolist(), reverse=True)
        hundredth = nearest[math.ceil(len(nearest) / 100) - 1]
        assert stage(hits, "hundredth") == pytest.approx([hundredth] * len(hits), abs=0.01)
        for path, cosine in {hit.path: dict(hit.stages)["whole"] for hit in hits}.items():
            mean = units[paths == path].mean(axis=0)
            assert cosine == pytest.approx(mean @ query / np.linalg.norm(mean), abs=0.01)


def test_bm25_is_brute_force_and_the_list_follows_its_last_stage(
    big: Path, encoder: FakeEncoder
) -> None:
    chunks = make_corpus(many()).chunks
    scores, _ = bm25(
        MemoryPostings(f"{path_words(c.path)}\n{c.symbol}\n{c.text}" for c in chunks),
        "alpha omega_7_1",
    )
    wanted = {(c.path, c.span.start): float(s) for c, s in zip(chunks, scores, strict=True)}
    hits = asked(big, encoder, "alpha omega_7_1", mode="lexical", top_k=200)
    assert {(hit.path, hit.start_line) for hit in hits} == {
        at for at, s in wanted.items() if s > 0
    }
    assert stage(hits, "lexical") == pytest.approx(
        [wanted[hit.path, hit.start_line] for hit in hits], rel=1e-5
    )
    files = len({hit.path for hit in hits})
    leading = stage(hits, "ranked")[:files]
    assert leading == sorted(leading, reverse=True)
    assert len({hit.path for hit in hits[:files]}) == files


def test_the_shortlist_is_by_main_latents(
    big: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(big) as index:
        main = index.latents()
        query = encoder.encode(["alpha"])[0]
        cosine = main @ query[:16] / np.linalg.norm(main, axis=1) / np.linalg.norm(query[:16])
        found = latent.latent(index, encoder, "alpha", None, size=9)
        assert set(found.ids.tolist()) == set(np.argsort(-cosine)[:9].tolist())
        assert found.ids.tolist() == sorted(found.ids.tolist())
        assert np.allclose(latent.cosines(index, found.ids, query), found.cosine)


def test_faiss_finds_what_numpy_finds(
    big: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(big) as index:
        plain = latent.latent(index, encoder, "alpha beta", None, size=20)
        monkeypatch.setattr(latent, "FAISS_FROM", 10)
        by_faiss = latent.latent(index, encoder, "alpha beta", None, size=20)
    assert by_faiss.ids.tolist() == plain.ids.tolist()
    assert np.allclose(by_faiss.cosine, plain.cosine, atol=1e-5)


@pytest.mark.parametrize("mode", ["hybrid", "neural"])
def test_a_latent_that_is_no_number_is_near_nothing(
    tmp_path: Path, encoder: FakeEncoder, mode: Any
) -> None:
    count = len(write_index(tmp_path / "i.db").chunks)
    scales = (b"\x00\x7c" + b"\x00\x3c" * (count - 1)).hex()  # infinite, and ones
    reseal(tmp_path / "i.db", f"UPDATE latents SET data = x'{scales}' WHERE part = 'main_scale'")
    hits = asked(tmp_path / "i.db", encoder, "exponential backoff", mode=mode, top_k=50)
    assert len(hits) == count
    assert np.isfinite([value for hit in hits for _, value in hit.stages]).all()
    assert sorted(stage(hits, "cosine"))[0] == -1.0 < sorted(stage(hits, "cosine"))[1]


@pytest.mark.parametrize("mode", ["hybrid", "neural"])
def test_a_damaged_latent_hides_no_other_answer(
    tmp_path: Path, encoder: FakeEncoder, mode: Any
) -> None:
    """What words find in its chunk, and what lies in its file, had no relevance either."""
    corpus = write_index(tmp_path / "i.db")
    count = len(corpus.chunks)
    for at in range(count):
        scales = b"".join(b"\x00\x7c" if each == at else b"\x00\x3c" for each in range(count))
        sql = f"UPDATE latents SET data = x'{scales.hex()}' WHERE part = 'main_scale'"
        reseal(tmp_path / "i.db", sql)
        found = asked(tmp_path / "i.db", encoder, corpus.chunks[at].text, mode=mode, top_k=50)
        assert len(found) == count
        assert np.isfinite([hit.score for hit in found]).all()


def test_equal_chunks_come_by_path_and_line(tmp_path: Path, encoder: FakeEncoder) -> None:
    same = "def twin():\n    return alpha"
    tree = {f"{name}/same.py": [same, same] for name in ("b", "a", "a-b", "c")}
    # the folder's name is part of a chunk's document: only equal folders are equal
    tree = {f"{name}/x/same.py": texts for (name, texts) in
            zip(("b", "a", "a-b", "c"), tree.values(), strict=True)}  # fmt: skip
    write_index(tmp_path / "i.db", make_corpus(tree))
    for mode in MODES:
        hits = asked(tmp_path / "i.db", encoder, "twin alpha", mode=mode, top_k=8)
        assert [(hit.path, hit.start_line) for hit in hits] == [
            *((f"{name}/x/same.py", 1) for name in ("a-b", "a", "b", "c")),
            *((f"{name}/x/same.py", 4) for name in ("a-b", "a", "b", "c")),
        ]


@pytest.mark.parametrize("mode", MODES)
def test_filters_apply_before_the_list_is_cut(big: Path, encoder: FakeEncoder, mode: Any) -> None:
    everything = asked(big, encoder, "alpha beta", mode=mode, top_k=500)
    for filters, holds in (
        ({"paths": ("a",)}, lambda hit: hit.path.startswith("a/")),
        ({"not_paths": ("a",)}, lambda hit: hit.path.startswith("b/")),
        ({"languages": ("javascript",)}, lambda hit: hit.language == "javascript"),
    ):
        hits = asked(big, encoder, "alpha beta", mode=mode, top_k=5, **filters)
        assert len(hits) == 5
        assert all(holds(hit) for hit in hits)
        # The worst chunks of the whole list are found when nothing else is let through.
        last = next(hit for hit in reversed(everything) if holds(hit))
        alone = asked(big, encoder, "alpha beta", mode=mode, top_k=5, paths=(last.path,))
        assert last.path in {hit.path for hit in alone}


def test_a_filter_reaches_below_the_shortlist(
    big: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ncs.search.scoring.SHORTLIST", 3)
    for path in (f"a/f{at:02}.py" for at in (2, 4, 8, 10)):
        hits = asked(big, encoder, "zzz", mode="neural", top_k=1, paths=(path,))
        assert [hit.path for hit in hits] == [path]


@pytest.mark.parametrize("mode", ["hybrid", "neural"])
def test_a_hit_has_its_own_cosine_in_the_shortlist_or_not(
    big: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch, mode: Any
) -> None:
    monkeypatch.setattr("ncs.search.scoring.SHORTLIST", 3)
    hits = asked(big, encoder, "alpha omega", mode=mode, top_k=20)
    monkeypatch.undo()
    whole = asked(big, encoder, "alpha omega", mode="neural", top_k=200)
    wanted = {(hit.path, hit.start_line): dict(hit.stages)["cosine"] for hit in whole}
    assert len(hits) == 20
    assert stage(hits, "cosine") == [wanted[hit.path, hit.start_line] for hit in hits]


def test_a_list_may_be_longer_than_the_shortlist(
    big: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ncs.search.scoring.SHORTLIST", 3)
    assert len(asked(big, encoder, "zzz", mode="neural", top_k=30)) == 30


def test_in_a_sentence_that_holds_a_name_of_code_words_weigh_more(
    index: Index, encoder: FakeEncoder
) -> None:
    for text, less in (("what does `send` do", True), ("what does send do", False)):
        hits = search(index, encoder, Query(text, top_k=50))
        words, file, prior, found = (
            np.array(stage(hits, name)) for name in ("boosted", "file", "prior", "ranked")
        )
        latents = file * prior**LATENT_PRIOR
        weight = (found - words / words.max() * prior)[file > 0] / latents[file > 0]
        assert len(weight) > 3
        if less:
            assert weight == pytest.approx(EXACT_SHARE * NEURAL_WEIGHT, rel=1e-4)
        else:
            assert weight.min() > 0.99 * NEURAL_WEIGHT


def test_frames_of_a_trace_come_in_their_turn_and_before_all_else(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    """A shell script that said more of its words came before a frame, and one was left out."""
    tree = many() | {f"deep/one{at}.py": [f"def f{at}():\n    return {at}"] for at in range(5)}
    write_index(tmp_path / "i.db", make_corpus(tree))
    frames = "".join(f'  File "/srv/deep/one{at}.py", line 2, in f{at}\n' for at in (3, 1, 4, 0))
    trace = f"Traceback (most recent call last):\n{frames}KeyError: alpha beta omega_17_0 kappa"
    hits = asked(tmp_path / "i.db", encoder, trace, top_k=8)
    wanted = [f"deep/one{at}.py" for at in (0, 4, 1, 3)]  # the innermost first
    assert [hit.path for hit in hits[:4]] == wanted
    assert hits[3].score > 0.9 > hits[4].score
    only = asked(tmp_path / "i.db", encoder, trace, paths=("deep/one[14].py",))
    assert [hit.path for hit in only] == ["deep/one4.py", "deep/one1.py"]


def test_all_places_of_a_name_come_before_those_of_its_parts(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    """Tests and examples, too: whoever asks for a name is after its uses, wherever they are."""
    parts = "idle pool size\nidle = pool.size(idle, size)\npool = idle"
    tree = {f"src/a{at}.py": (parts,) for at in range(12)}
    users = ["docs/z.md", "examples/z.py", "src/z.py", "tests/test_z.py"]
    filler = "\n".join(f"x{at} = y{at}" for at in range(20))
    tree |= {path: (f"{filler}\nuse(idlePoolSize)",) for path in users}
    write_index(tmp_path / "i.db", make_corpus(tree))
    hits = asked(tmp_path / "i.db", encoder, "idlePoolSize")
    assert sorted(hit.path for hit in hits[:4]) == users
    assert hits[3].score > DOUBTFUL


def test_a_name_made_of_words_that_ask_is_relevant_where_it_is_defined(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    write_index(tmp_path / "i.db", make_corpus({"a.py": ("def works_with(a):\n    return a",)}))
    assert asked(tmp_path / "i.db", encoder, "works_with")[0].score > 0.9
    assert asked(tmp_path / "i.db", encoder, "how it works with this")[0].score < 0.1


def test_nothing_let_through_is_no_hit(index: Index, encoder: FakeEncoder) -> None:
    for mode in MODES:
        assert search(index, encoder, Query("retry", mode=mode, paths=("nowhere",))) == []


def test_lexical_search_gives_nothing_for_absent_words(index: Index, encoder: FakeEncoder) -> None:
    assert search(index, encoder, Query("photosynthesis", mode="lexical")) == []


def test_an_absent_subject_scores_lower(index: Index, encoder: FakeEncoder) -> None:
    on = search(index, encoder, Query("send one request by a pool"))[0].score
    off = search(index, encoder, Query("photosynthesis of tropical orchids"))[0].score
    assert off < on - 0.3


@pytest.mark.parametrize("text", ["", "  ", "\n", "???", "==>", "_"])
def test_a_query_without_a_word_is_an_error(text: str) -> None:
    with pytest.raises(QueryError, match="holds no word"):
        Query(text)


def test_an_error_shows_how_a_long_query_begins() -> None:
    with pytest.raises(QueryError, match=r"\({80}…' holds no word"):
        Query("(" * 100_000)


def test_impossible_queries_are_errors() -> None:
    with pytest.raises(QueryError, match="top_k"):
        Query("q", top_k=0)
    with pytest.raises(QueryError, match="unknown mode 'magic'"):
        Query("q", mode="magic")  # type: ignore[arg-type]


def test_another_model_is_not_used_in_silence(index: Index) -> None:
    other = FakeEncoder(fingerprint="0" * 40)
    for mode in ("hybrid", "neural"):
        with pytest.raises(IndexMismatch, match=r"ffffffffffff.*000000000000"):
            search(index, other, Query("retry", mode=mode))  # type: ignore[arg-type]
    assert search(index, other, Query("retry", mode="lexical"))


def test_any_text_can_be_asked(index: Index, encoder: FakeEncoder) -> None:
    for text in ("мир", "grüße", "a" * 10_000, "'; DROP TABLE chunks; --", "x\x00y", "𝒳 naïve"):
        for mode in MODES:
            search(index, encoder, Query(text, mode=mode))  # type: ignore[arg-type]


def test_the_same_question_gives_the_same_answer_in_every_process(big: Path) -> None:
    script = f"""
from pathlib import Path
from ncs.index.reading import open_index
from ncs.search import Query, search
from small_index import FakeEncoder
with open_index(Path({str(big)!r})) as index:
    print(*search(index, FakeEncoder(), Query("alpha beta gamma", top_k=20)), sep="\\n")
"""
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    said = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1
    assert said.pop().count("Hit(") == 20


def test_a_query_imports_nothing_heavy(big: Path) -> None:
    script = f"""
import sys
import numpy as np
from pathlib import Path
from ncs.index.reading import find_index, open_index
from ncs.search import Query, search
class Encoder:
    fingerprint, latent_dim, extension_dim = "f" * 40, 16, 48
    def encode(self, texts):
        return np.ones((len(texts), 64), dtype=np.float32)
with open_index(find_index(Path({str(big)!r}))) as index:
    filters = dict(languages=("python",), kinds=("function",), paths=("a",), not_paths=("*.js",))
    for mode in ("hybrid", "neural", "lexical"):
        for text in ("alpha", "where is alphaBeta called", "ERROR: no alpha in 'beta.py' of 3"):
            assert search(index, Encoder(), Query(text, mode=mode, **filters))
heavy = "torch faiss tree_sitter tree_sitter_language_pack pathspec rich numpy.ma"
heavy += " ncs.corpus.languages hashlib numpy.typing string"
print([name for name in heavy.split() if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_the_main_latents_can_answer_alone(index: Index, encoder: FakeEncoder) -> None:
    query = "exponential backoff with jitter"
    narrow = search(index, encoder, Query(query, mode="neural", latent=16))
    whole = search(index, encoder, Query(query, mode="neural", latent=64))
    assert whole == search(index, encoder, Query(query, mode="neural"))
    assert stage(narrow, "cosine") != stage(whole, "cosine")
    with pytest.raises(QueryError, match="no latents of 20 numbers"):
        search(index, encoder, Query(query, latent=20))


def test_a_place_is_believed_by_the_best_of_its_file(index: Index, encoder: FakeEncoder) -> None:
    hits = search(index, encoder, Query("send one request pool session", top_k=8))
    for path in {hit.path for hit in hits}:
        stages = [dict(hit.stages) for hit in hits if hit.path == path]
        assert len({each["best_share"] for each in stages}) == 1
        for each in stages:
            assert each["best_share"] >= each["share"]
            assert each["best_cosine"] >= each["cosine"]
