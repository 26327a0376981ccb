"""Each stage of the search alone, against a slower and plainer way to the same numbers."""

import math
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from unittest.mock import ANY

import numpy as np
import pytest
from growth import grows_like_the_square
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_index import FakeEncoder, make_corpus, write_index

from ncs.index.postings import lexical_document
from ncs.index.reading import Index, open_index
from ncs.lexical import IdArray, MemoryPostings, Scorer, bm25, rarity, scored
from ncs.search import Query, boosts, paths, ports, search
from ncs.search.boosts import (
    FILE_NAME,
    LESSER,
    MUCH,
    PROPER,
    WHOLE_NAME,
    boosted,
    coherence,
    definitions,
)
from ncs.search.fusion import (
    EXACT_SHARE,
    LATENT_PRIOR,
    NEURAL_WEIGHT,
    file_scores,
    fuse,
    scaled,
    worth_inside,
)
from ncs.search.latent import Latent, top
from ncs.search.lexical import MEANT_WORD, OTHER_WORD, of_files, reworded
from ncs.search.names import asked_for
from ncs.search.paths import PathWords, asks_for_tests, path_words_of
from ncs.search.question import (
    EARLY,
    holds_code,
    is_symbol,
    length,
    plain_name,
    plain_words,
    sought,
    subject,
    terms,
    told,
    topic,
)
from ncs.search.ranking import others, ranked
from ncs.search.relevance import Evidence, leads, relevance
from ncs.search.runs import Candidates, Runs
from ncs.search.snippet import LINES, Snippets, rarities
from ncs.text import lexical_tokens, stem, stem_token, words
from ncs.types import DOUBTFUL, FloatArray

# Few different numbers, so that ties are common.
SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30)


def floats(values: object) -> np.ndarray:
    return np.array(values, dtype=np.float32)


@given(SCORES, st.integers(1, 40))
def test_top_is_a_sort_cut_short(scores: list[float], size: int) -> None:
    wanted = sorted(range(len(scores)), key=lambda at: (-scores[at], at))[:size]
    assert top(floats(scores), size).tolist() == sorted(wanted)


# --- other words ---------------------------------------------------------------------------------

# `fetch` has `get` for another word, `try again` stands for `retry`.
CODE = ["def get_page(): pass", "def fetch_page(): get()", *["def page(): return 1"] * 40]


def test_a_word_gives_its_other_word_where_it_does_not_stand_itself() -> None:
    found = reworded(Scorer(MemoryPostings(CODE)), "how does it fetch")
    assert found[0] > 0
    assert not found[1:].any()


def test_of_other_words_the_best_counts() -> None:
    one = reworded(Scorer(MemoryPostings(["get page", *CODE[2:]])), "fetch")
    two = reworded(Scorer(MemoryPostings(["get load page", *CODE[2:]])), "fetch")
    assert 0 < two[0] < 1.2 * one[0]
    for best, other in (("get", "load"), ("load", "get")):
        scorer = Scorer(MemoryPostings([f"{best} {other} page", *[f"{other} page"] * 30]))
        wanted = OTHER_WORD * scorer.term(stem_token(best)).score[0]
        assert reworded(scorer, "fetch")[0] == pytest.approx(wanted)


def test_a_word_that_is_common_here_needs_no_other() -> None:
    common = [*CODE, *["def fetch(): pass"] * 10]
    assert not reworded(Scorer(MemoryPostings(common)), "how does it fetch").any()


def test_a_phrase_gives_the_word_that_it_stands_for() -> None:
    postings = Scorer(MemoryPostings(["multipart = 3", *CODE]))
    for apart in ("file", "upload", "upload file"):
        assert not reworded(postings, apart)[0]
    stem_alone = bm25(MemoryPostings(["multipart = 3", *CODE]), "multipart")[0] / 2
    assert reworded(postings, "a file upload")[0] == pytest.approx(MEANT_WORD * stem_alone[0])


def test_an_other_word_that_is_said_counts_once() -> None:
    texts = ["retry_policy = 3", *CODE]
    assert not reworded(Scorer(MemoryPostings(texts)), "retry: try again")[0]
    assert not reworded(Scorer(MemoryPostings(texts)), "fetch or get").any()


@pytest.mark.parametrize(
    "text", ["fetchPage", "Fetch", "fetch.page()", "fetch\nthe page", "", "?"]
)
def test_names_and_pasted_lines_are_meant_as_they_are_written(text: str) -> None:
    assert not reworded(Scorer(MemoryPostings(CODE)), text).any()


@given(st.text(max_size=40))
def test_other_words_never_take_from_a_chunk(text: str) -> None:
    assert (reworded(Scorer(MemoryPostings(CODE)), text) >= 0).all()


def test_a_snippet_shows_the_other_word_of_one_that_is_not_there() -> None:
    lines = [f"line_{at} = {at}" for at in range(60)]
    lines[40] = "get(page)"
    text = "\n".join(lines)
    told = rarities(MemoryPostings([text, *CODE[2:]]), "where it is fetched")
    assert "get(page)" in Snippets(told, "where it is fetched").cut(text).text


def test_an_other_word_tells_half_and_only_where_the_word_itself_does_not_stand() -> None:
    told = rarities(MemoryPostings(["get(page)", *CODE[2:]]), "where it is fetched")
    assert told == {stem_token("get"): pytest.approx(0.5 * rarity(41, 1))}
    told = rarities(MemoryPostings(["fetched = get(page)", *CODE[2:]]), "where it is fetched")
    assert told.keys() == {"fetched", stem_token("fetch")}


# --- ranking -------------------------------------------------------------------------------------


def plainly_ranked(
    scores: dict[int, float], inside: dict[int, float], owner: list[int], k: int
) -> list[int]:
    keys = {}
    for file in set(owner):
        own = [at for at in scores if owner[at] == file]
        given_out = sorted((scores[at] for at in own), reverse=True)
        for place, at in enumerate(sorted(own, key=lambda at: (-inside[at], at))):
            keys[at] = (place > 0, -given_out[place] * 0.5**place, -inside[at], at)
    return sorted(keys, key=keys.__getitem__)[:k]


@given(st.data(), st.integers(1, 12))
def test_ranked_is_the_plain_rule(data: st.DataObject, top_k: int) -> None:
    scores = data.draw(SCORES)
    size = len(scores)
    owner = sorted(data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size)))
    inside = data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=size, max_size=size))
    ids = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    runs = Runs.of(np.array(owner)[ids])
    found = ranked(np.array(ids), runs, floats(scores)[ids], floats(inside)[ids], top_k)
    plain = {at: float(np.float32(scores[at])) for at in ids}
    wanted = plainly_ranked(plain, {at: inside[at] for at in ids}, owner, top_k)
    assert found.tolist() == wanted


def test_what_finds_the_file_need_not_find_the_place_in_it() -> None:
    owner = np.array([0, 0, 1])
    found = ranked(np.arange(3), Runs.of(owner), floats([0.9, 0.2, 0.5]), floats([0, 1, 0]), 3)
    assert found.tolist() == [1, 2, 0]  # the first file leads, by its second place


@given(st.data())
def test_runs_are_the_candidates_by_file(data: st.DataObject) -> None:
    owners = sorted(data.draw(st.lists(st.integers(0, 5), max_size=20)))
    values = floats([data.draw(st.integers(-9, 9)) for _ in owners])
    runs = Runs.of(np.array(owners, dtype=np.int64))
    own = {file: values[np.array(owners) == file] for file in owners}
    assert runs.files.tolist() == sorted(own)
    assert runs.best(values).tolist() == [own[file].max() for file in sorted(own)]
    assert runs.total(values).tolist() == [own[file].sum() for file in sorted(own)]
    assert runs.spread(runs.files).tolist() == owners


def test_one_place_of_every_file_leads() -> None:
    owner = np.array([0, 0, 0, 1, 2])
    found = ranked(
        np.arange(5), Runs.of(owner), floats([9, 8, 7, 1, 2]), np.zeros(5, np.float32), 5
    )
    assert found.tolist() == [0, 4, 3, 1, 2]


def test_each_further_place_of_a_file_halves_its_score() -> None:
    owner = np.array([0, 0, 0, 1, 1])
    scores = floats([1.0, 0.9, 0.88, 0.8, 0.5])  # followers: 0.45, 0.22 and 0.25
    found = ranked(np.arange(5), Runs.of(owner), scores, np.zeros(5, np.float32), 5)
    assert found.tolist() == [0, 3, 1, 4, 2]


def test_equal_scores_go_by_the_second_then_by_the_id() -> None:
    owner = np.arange(4)
    found = ranked(np.arange(4), Runs.of(owner), floats([1, 1, 1, 2]), floats([0, 0.5, 0, 0]), 4)
    assert found.tolist() == [3, 1, 0, 2]


def test_no_candidates_give_no_hits() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert ranked(nothing, Runs.of(nothing), floats([]), floats([]), 5).tolist() == []


# --- fusion --------------------------------------------------------------------------------------

NONE = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))  # no author's words


def near(
    ids: Sequence[int], cosine: Sequence[float], files: Sequence[float],
    said: tuple[IdArray, FloatArray] = NONE, width: int = 64,
) -> Latent:  # fmt: skip
    """What latents say: of chunks, and of their files, which are the first ones, as a whole."""
    whole = np.arange(len(files)), floats(files)
    return Latent(np.array(ids, np.int64), floats(cosine), floats([0] * width), said, whole, 0.0)


def test_a_files_score_is_its_best_and_a_share_of_the_mean_of_three() -> None:
    owner = np.array([0, 0, 0, 0, 1, 2, 3])
    cosine = [0.8, 0.5, 0.7, 0.6, 0.9, 0.1]
    found = file_scores(near(range(6), cosine, [0, 0, 0]), owner, 4)
    raw = [0.8 + 0.3 * (0.8 + 0.7 + 0.6) / 3, 0.9 + 0.3 * 0.9, 0.1 + 0.3 * 0.1]
    spread = max(raw) - min(raw)
    wanted = [(value - min(raw)) / spread for value in raw]
    assert found.tolist() == pytest.approx([*wanted, 0.0])


def test_one_file_alone_has_a_score() -> None:
    found = file_scores(near([1], [-0.3], [0.1]), np.array([0, 0]), 2)
    assert found.tolist() == [1.0, 0.0]


def test_the_author_s_words_raise_their_file() -> None:
    said = (np.array([1, 2]), floats([0.9, 0.1]))
    found = file_scores(near(range(3), [0.5] * 3, [0.5] * 3, said), np.arange(3), 3)
    assert found[1] == 1.0
    assert found[0] == found[2] == 0.0  # without words: as the least of those that have some


def test_no_shortlist_gives_no_file_scores() -> None:
    assert file_scores(near([], [], []), np.array([0]), 1).tolist() == [0.0]


def test_a_file_that_is_about_the_question_as_a_whole_leads() -> None:
    wide, narrow = (
        file_scores(near(range(3), [0.5, 0.5, 0.4], [0.2, 0.6, 0.2], width=width), np.arange(3), 3)
        for width in (64, 16)
    )
    assert wide[1] == narrow[1] == 1.0
    assert wide[0] < narrow[0]  # 16 numbers say less of it


ALIKE = floats([1, 1, 1])


def test_fusion_is_the_lexical_share_of_the_best_and_the_files_score() -> None:
    words, files, weight = scaled(floats([4, 2, 0])), floats([0.5, 0.5, 1]), NEURAL_WEIGHT
    plain = fuse(words, files, ALIKE, exact=False, known=1.0)
    assert plain.tolist() == pytest.approx([1 + 0.5 * weight, 0.5 + 0.5 * weight, weight])
    name = fuse(words, files, ALIKE, exact=True, known=0.0)
    share = EXACT_SHARE * weight
    assert name.tolist() == pytest.approx([1 + 0.5 * share, 0.5 + 0.5 * share, share])
    assert fuse(words, None, ALIKE, exact=False, known=1.0).tolist() == [1.0, 0.5, 0.0]
    assert fuse(None, files, ALIKE, exact=True, known=1.0).tolist() == files.tolist()
    assert scaled(floats([0, 0])).tolist() == [0, 0]


def test_a_path_counts_for_words_and_a_little_for_latents() -> None:
    words, files, tests = floats([1, 1]), floats([1, 1]), floats([1, 0.3])
    assert fuse(words, None, tests, exact=False, known=1.0).tolist() == pytest.approx([1, 0.3])
    little = 0.3**LATENT_PRIOR
    assert fuse(None, files, tests, exact=False, known=1.0).tolist() == pytest.approx([1, little])
    both = fuse(words, files, tests, exact=False, known=1.0)
    assert both[1] == pytest.approx(0.3 + NEURAL_WEIGHT * little)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_fewer_words_are_known_the_more_the_meaning_counts(one: float, other: float) -> None:
    few, many = sorted([one, other])
    none, file = floats([0.0]), floats([1.0])
    strange = fuse(none, file, file, exact=False, known=few)[0]
    assert strange >= fuse(none, file, file, exact=False, known=many)[0]


def test_where_hardly_a_word_is_known_the_meaning_counts_far_more() -> None:
    none, file = floats([0.0]), floats([1.0])
    strange, few, some = (
        fuse(none, file, file, exact=False, known=known)[0] for known in (0.0, 0.35, 0.7)
    )
    assert strange - few > 5 * (few - some) > 0


def test_inside_a_file_latents_choose_the_place_but_for_names() -> None:
    score, cosine, none = floats([1.0, 0.9, 0.1]), floats([0.2, 0.6, 0.0]), floats([0, 0, 0])
    assert np.argsort(-worth_inside(score, cosine, none, exact=False)).tolist() == [1, 0, 2]
    assert np.argsort(-worth_inside(score, cosine, none, exact=True)).tolist() == [0, 1, 2]
    # A rare word counts by where it stands, but not for what a name is sought by.
    held = floats([0.9, 0.2, 0.0])
    near = floats([0.5, 0.6, 0.0])
    assert np.argsort(-worth_inside(none, near, held, exact=False)).tolist() == [0, 1, 2]
    assert np.argsort(-worth_inside(none, near, held, exact=True)).tolist() == [1, 0, 2]


# --- what the words of a question say ------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["HTTPAdapter", "read_frames", "a::b", "Client.send", "_private", "camelCase", "run()"]
)
def test_a_name_from_code_is_a_symbol(text: str) -> None:
    assert is_symbol(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("How does the retry of requests work?", "the retry of requests"),
        ("sendRequest with backoff", "send request with backoff"),
        ("how does work", "how does work"),
        ("do_with", "do_with"),
        ("for row in rows:\n    do(row)", "for row in rows:\n    do(row)"),
    ],
)
def test_words_that_ask_are_not_read(text: str, read: str) -> None:
    assert subject(text) == read


@pytest.mark.parametrize(
    ("text", "looked_for"),
    [
        ("How does the retry of requests work?", "retry requests"),
        ("sendRequest with backoff", "sendRequest backoff"),
        ("how does it work", "how does it work"),
        ("do_with", "do_with"),
        ("for row in rows:\n    do(row)", "for row in rows:\n    do(row)"),
    ],
)
def test_words_that_ask_and_small_ones_are_not_counted(text: str, looked_for: str) -> None:
    assert terms(text) == dict.fromkeys(lexical_tokens(looked_for), 1.0)


REPORT = """### Describe the bug
<!-- Thank you. Please fill in all fields. -->
The mail stays unread although its attachments were consumed, and it is fetched again later.

**Steps to reproduce:**
1. Add a rule, as in https://example.org/rules/12
2. Wait for the next run of the task
Tests are said to cover this (`test_mail.py`).
"""


def test_a_report_of_several_lines_is_read_as_a_question_without_its_form() -> None:
    assert told(REPORT) == (
        "The mail stays unread although its attachments were consumed, and it is fetched again "
        "later. 1. Add a rule, as in 2. Wait for the next run of the task Tests are said to cover "
        "this (`test_mail.py`)."
    )
    assert "example" not in terms(REPORT)
    assert "the" not in terms(REPORT)


def test_what_a_report_begins_with_says_most_of_what_it_is_about() -> None:
    """Whoever pastes one names the trouble first, and tests, versions and thanks at the end."""
    found, names = terms(REPORT), sought(REPORT)
    assert [found[name.lower()] for name in names[:EARLY]] == [1.0] * EARLY
    later = [found[name.lower()] for name in dict.fromkeys(names[EARLY:])]
    assert later == sorted(later, reverse=True)
    assert 0 < later[-1] < later[0] < 1
    assert len(plain_words(REPORT)) == len(topic(REPORT)) == EARLY
    assert not asks_for_tests(REPORT)
    assert length(REPORT) < len(found)


@pytest.mark.parametrize(
    "code",
    [
        "for row in rows:\n    do(row)",
        "def read(\n    path: str,\n) -> str:\n    with open(path) as file:\n"
        "        return file.read()",
        "if (a == b) {\n  go(a, b);\n} else {\n  stop();\n}",
    ],
)
def test_pasted_code_is_no_report(code: str) -> None:
    assert told(code) == code
    assert set(terms(code).values()) == {1.0}


@given(st.text(max_size=200))
def test_every_question_counts_something_if_it_holds_a_name(text: str) -> None:
    assert bool(terms(text)) == bool(lexical_tokens(told(text)))
    assert all(0 < weight <= 1 for weight in terms(text).values())


@pytest.mark.parametrize("text", ["retries", "how are retries done", "a b", "", "Send a Request"])
def test_words_are_no_symbol(text: str) -> None:
    assert not is_symbol(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("keep the order in OrderedMap", True),
        ("why does read_all() hang", True),
        ("close `file` twice", True),
        ("what calls http.get", True),
        ("errors of std::move", True),
        ("follow node->next", True),
        ("how are retries delayed", False),
        ("Python 3.14 and HTTP/2.0", False),
        ("the GET request of a client. Then another", False),
        ("where are retries handled, e.g. with backoff, i.e. later", False),
        ("mail of joe@example.com", False),
        ("", False),
    ],
)
def test_a_sentence_may_hold_a_name_of_code(text: str, code: bool) -> None:
    assert holds_code(text) == code


@pytest.mark.parametrize("unit", ["a", "a.", "a.b", "ab.", "_"])
def test_names_of_code_are_looked_for_in_time(unit: str) -> None:
    """3 s for 32,000 letters without a blank."""
    assert not grows_like_the_square(lambda long: holds_code(f"{unit * long} b"), 20_000, 80_000)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("struct FanMode", "FanMode"),
        ("enum class Health::Quality", "Health::Quality"),
        ("where is the function read_all defined?", "read_all"),
        ("Where is FanMode", "FanMode"),
        ("the definition of the FanMode", "FanMode"),
        ("FanMode declaration", "FanMode"),
        ("find FanMode", "find FanMode"),
        ("where is FanMode used", "where is FanMode used"),
        ("where is the cache defined", "where is the cache defined"),
        ("class path", "class path"),
        ("def read_all(self):", "def read_all(self):"),
        ("FanMode", "FanMode"),
    ],
)
def test_a_question_for_a_definition_is_its_name(text: str, asked: str) -> None:
    assert plain_name(text) == asked


def test_files_that_agree_raise_their_best_chunk_only() -> None:
    score = floats([3, 2, 1, 4, 0])
    found = coherence(score, Runs.of(np.array([0, 0, 0, 1, 2])))
    assert found.tolist() == pytest.approx([1.0, 0, 0, 4 / 6, 0])
    assert coherence(floats([0, 0]), Runs.of(np.array([0, 1]))).tolist() == [0, 0]


def path_words(paths: list[str], chunks: int = 1, generated: bool = False) -> PathWords:
    return PathWords(paths, np.full(len(paths), chunks), np.full(len(paths), generated))


@given(st.text("ab.", min_size=1).filter(lambda name: name.strip(".") and name[-1] != "."))
def test_a_name_without_its_ending_is_as_pathlib_has_it(name: str) -> None:
    assert path_words([f"folder/{name}"]).stems == (PurePosixPath(name).stem,)


PARTS = [
    "compat.v1",
    "vendor.bak",
    "src",
    "tests",
    "test",
    "docs",
    "a",
    "compat",
    "legacy",
    "vendor",
    "e2e",
    "bench",
    "Samples",
    "commonTest",
    "Core.Tests",
    "latest",
]
FILES = [
    "test_a.py", "aTest.java", "a.test.ts", "__init__.py", "compat.py", "x.d.ts", "b.md", "c",
    ".hidden", "index.js", "conftest.py", "docs", "legacy.", "single_include", "a.spec.js",
    "LATEST.md", "RetryTests.cs", "Test.java", "testing.c", "b-tests.", "test_", "9Test.x",
    "FsTestCase.php",
]  # fmt: skip


# The same rules as patterns of whole paths.
TESTED = (
    r"(^|/)([Tt]ests?|__tests__|specs?|testing|testdata|fixtures|e2e)/|[a-z0-9]Test/|Tests/"
    r"|(^|/)(test_[^/]*|[^/]*[._-](test|tests|spec)|[^/]*[a-z0-9]Test(s|Cases?)?|conftest)\.[^/.]+$"
)
FACTORS = (
    (TESTED, 0.3),
    (r"(^|/)(examples?|[Ss]amples?|demos?|docs?|docs_src|bench(marks?)?)/", 0.6),
    (r"(^|/)(_?compat|legacy|deprecated|single_include)[/.]", 0.6),
    (r"(^|/)(third_party|vendor)/", 0.4),
    (r"(^|/)(__init__\.py|index\.[jt]sx?|mod\.rs|package-info\.java)$", 0.5),
    (r"\.d\.ts$", 0.7),
    (r"\.(md|rst|txt|json|ya?ml|toml|lock|html|css|cfg|ini|xml)$", 0.5),
)


@given(st.lists(st.sampled_from(PARTS), max_size=3), st.sampled_from(FILES))
def test_a_path_is_worth_what_its_parts_are(folders: list[str], name: str) -> None:
    path = "/".join([*folders, name])
    found = [each for each in FACTORS if re.search(each[0], path)]
    plain = math.prod(factor for _, factor in found)
    tested = math.prod(factor for pattern, factor in found if pattern is not TESTED)
    paths = path_words([path])
    assert paths.priors("anything").tolist() == pytest.approx([plain])
    assert paths.priors("the tests of it").tolist() == pytest.approx([tested])


def test_what_a_tool_wrote_is_worth_less_but_where_it_is_asked_for() -> None:
    for path, plain in (("src/idle.h", 1.0), ("tests/idle.h", 0.3), ("api/index.html", 0.5)):
        paths = path_words([path], generated=True)
        assert paths.priors("how are idle clients noticed").tolist() == pytest.approx([plain / 2])
        for asked in ("the generated headers", "code generator", "codegen of idle"):
            assert paths.priors(asked).tolist() == pytest.approx([plain])
    assert path_words(["src/idle.h"]).priors("idle").tolist() == [1.0]


def test_code_of_others_is_worth_less_but_where_it_is_asked_for() -> None:
    """14,960 of gitbucket's 18,985 chunks are below `assets/vendors`."""
    paths = path_words(["assets/js/vendors/ace.js", "third_party/zlib/a.c", "sql/vendors/h2.kt"])
    assert paths.priors("password hashing").tolist() == pytest.approx([0.4, 0.4, 1.0])
    for asked in ("vendor-specific dialects", "third party licences"):
        assert paths.priors(asked).tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_a_file_of_many_that_are_called_by_languages_is_a_translation() -> None:
    """A question for a lock after wrong passwords was answered by five languages' texts."""
    codes = ["en", "de_informal", "fr", "pt_BR", "zh-Hans", "uz@Cyrl"]
    translated = [
        form.format(code) for form in ("lang/{}/auth.php", "web/{}.ts") for code in codes
    ]
    others = ["languages/go.ts", "languages/js.ts", "lang/StringUtils.java", "src/it/run.py"]
    paths = path_words(translated + others)
    once, twice = 0.6, 0.36
    expected = [once, *[twice] * 5, once, *[twice] * 5, 1.0, 1.0, 1.0, 1.0]
    assert paths.priors("wrong passwords").tolist() == pytest.approx(expected)
    assert paths.priors("the translations of it").tolist()[0] == 1.0
    few = path_words(["lang/en/auth.php", "lang/de/auth.php", "lang/fr/auth.php"])
    assert few.priors("wrong passwords").tolist() == [1.0] * 3


def test_translations_may_be_called_by_names_of_languages_or_end_with_their_codes() -> None:
    names = ["english", "french", "german", "polish", "turkish"]
    named = [f"native/{name}.lang" for name in names]
    coded = [f"texts/app_{code}.lang" for code in ("en", "fr", "de_AT", "pl", "tr")]
    stemmers = [f"stem/{name}.py" for name in names]  # code about these languages
    other = ["texts/read_it.py", "native/icelandic.py"]
    once, twice = 0.6, 0.36
    expected = [once, *[twice] * 4, once, *[twice] * 4, *[1.0] * 7]
    found = path_words(named + coded + stemmers + other).priors("wrong passwords")
    assert found.tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("path", "worth"),
    [
        ("koin-test/src/jvmMain/kotlin/org/koin/test/Verify.kt", 1.0),
        ("junit/src/main/java/org/junit/test/RunTest.java", 1.0),
        ("core/src/commonTest/kotlin/VerifyTest.kt", 0.3),
        ("tests/app/src/main/java/App.java", 0.3),
        ("domain-test/main/App.java", 0.3),
    ],
)
def test_a_library_for_tests_is_no_test(path: str, worth: float) -> None:
    assert path_words([path]).priors("anything").tolist() == pytest.approx([worth])


PATHS = ["lib/auth/session.py", "lib/authentication.py", "tests/test_auth.py", "docs/auth.md",
         "lib/auth/__init__.py", "src/types.d.ts"]  # fmt: skip


def test_a_file_is_named_by_stems_and_beginnings() -> None:
    share = path_words(PATHS).said(["auth", "sessions", "cookie"]).share
    auth, session, cookie = (rarity(6, files) for files in (5, 1, 0))
    auth, both = (said / (auth + session + cookie) for said in (auth, auth + session))
    assert share.tolist() == pytest.approx([both, auth, auth, auth, auth, 0])
    assert path_words(PATHS).said([]).share.tolist() == [0] * 6


SAID = [
    "fly", "flies", "try", "tries", "retry", "auth", "authentication", "io", "a", "json", "object",
    "HTTPServer", "http", "server2", "2", "utf8", "running", "runs", "tests", "ΑΒΣ", "İstanbul",
]  # fmt: skip


SOME = st.lists(st.sampled_from(SAID), min_size=1, max_size=3)


@given(st.lists(st.tuples(SOME, SOME), min_size=1, max_size=6), st.lists(st.sampled_from(SAID)))
def test_what_is_said_of_paths_equals_brute_force(
    paths: list[tuple[list[str], list[str]]], topic: list[str]
) -> None:
    topic = [word for each in topic for word in words(each)]
    asked = {stem(word) for word in topic}
    said = path_words(["/".join([*folders, "_".join(name)]) for folders, name in paths])
    found = said.said(topic)
    names = [{stem(word) for each in name for word in words(each)} for _, name in paths]
    around = [{stem(word) for word in words(folders[-1])} for folders, _ in paths]
    saying = [
        {word for word in asked if any(alike(word, each) for each in own | near)}
        for own, near in zip(names, around, strict=True)
    ]
    rare = {word: rarity(len(paths), sum(word in each for each in saying)) for word in asked}
    for at, own in enumerate(names):
        share = sum(map(rare.__getitem__, saying[at])) / max(sum(rare.values()), 1e-9)
        assert found.share[at] == pytest.approx(share, rel=1e-5)
        assert found.whole[at] == all(any(alike(word, each) for word in asked) for each in own)


def test_a_pasted_text_names_no_file() -> None:
    topic = [f"word{one}{other}" for one in "abcdef" for other in "uvwxyz"]
    assert path_words(["wordau.py"]).said(topic[:32]).whole.all()
    assert not path_words(["wordau.py"]).said(topic).whole.any()


def alike(one: str, other: str) -> bool:
    begins = one.startswith(other) or other.startswith(one)
    return one == other or (begins and min(len(one), len(other)) >= 3)


def test_a_name_is_spelled_where_every_word_of_it_is_said() -> None:
    paths = path_words(
        ["json/JsonObject.java", "json/JsonReader.java", "json/__.java", "a/auth.py"]
    )
    whole = paths.said(["json", "objects", "named", "authentication"]).whole
    assert whole.tolist() == [True, False, False, True]
    assert not paths.said([]).whole.any()
    assert path_words([]).said(["a"]).whole.tolist() == []


def raised(index: Index, text: str, score: np.ndarray) -> np.ndarray:
    """Return the boosted scores of all chunks, none of which holds all terms."""
    paths, ids = path_words_of(index), np.arange(index.chunk_count)
    found = Candidates(ids, Runs.of(index.file_ids), score, np.zeros_like(score))
    return boosted(index, paths, Query(text), found).score


@pytest.mark.parametrize("text", ["retry a session", "evict the Cache", "nowhere", ""])
def test_bm25_of_files_is_that_of_their_chunks_as_one_text(index: Index, text: str) -> None:
    rows = list(index.chunk_rows(range(index.chunk_count)))
    texts = [
        "\n".join(
            lexical_document(row.path, row.symbol, row.text) for row in rows if row.path == path
        )
        for path in index.paths
    ]
    wanted, _ = scored(Scorer(MemoryPostings(texts)), terms(text))
    assert of_files(index, text).tolist() == pytest.approx(wanted.tolist(), rel=1e-5)
    assert bool(wanted.any()) == (text not in ("nowhere", ""))


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
    assert (proper - plain)[more].tolist() == pytest.approx([PROPER] * len(more))
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
    assert boosted(index, paths, Query(asked), found).exact == placed


def test_places_that_rarely_answer_are_worth_less() -> None:
    paths = path_words(PATHS)
    assert paths.priors("where is auth").tolist() == pytest.approx([1, 1, 0.3, 0.3, 0.5, 0.7])
    assert paths.priors("tests of auth")[2] == 1
    other = path_words(["src/Tests/Fixtures/Door.php", "src/jmh/scala/Speed.scala"])
    assert other.priors("open a door").tolist() == pytest.approx([0.3, 0.6])
    old = path_words(["lua/legacy.lua", "lua/_meta/tree.lua"])
    assert old.priors("rename options").tolist() == pytest.approx([0.6, 0.7])
    assert old.priors("rename options of an older version").tolist() == pytest.approx([1, 0.7])


@pytest.mark.parametrize(
    ("own", "foreign"),
    [
        ({"linux", "unix"}, ["src/win/tty.c", "src/unix/aix.c", "exec_windows.go",
                             "sys/windows.rs"]),
        ({"windows"}, ["src/unix/tty.c", "src/unix/aix.c", "src/unix/linux.c", "exec_linux.go",
                       "sys/unix.rs"]),
    ],
)  # fmt: skip
def test_twins_for_another_system_are_worth_less(
    own: set[str], foreign: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_OWN", own)
    files = ["src/win/tty.c", "src/unix/tty.c", "src/unix/aix.c", "src/unix/linux.c", "src/tty.c",
             "exec_windows.go", "exec_linux.go", "sliding_windows.go", "app/windows/main.ts",
             "app/views/main.ts", "sys/windows.rs", "sys/unix.rs", "old_windows.c",
             "gui/darwin/a.m", "gui/haiku/a.cpp"]  # fmt: skip
    words = path_words(files)
    less = [path for path, worth in zip(files, words.priors("raw mode"), strict=True) if worth < 1]
    assert less == [path for path in files if path in foreign]
    other = "Windows" if "linux" in own else "Linux"
    for text in (f"raw mode on {other}", "raw mode on macOS", "what aix does"):
        assert (words.priors(text) == 1).all()
    assert (words.priors(f"raw mode of {min(own)}") == words.priors("raw mode")).all()


def test_what_defines_much_is_no_barrel() -> None:
    for chunks, worth in ((1, 0.5), (2, 0.5), (3, 1.0)):
        assert path_words(["app/__init__.py"], chunks).priors("x").tolist() == [worth]


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
    assert lower == pytest.approx([1.0 * LESSER, 0.9, 0])


def test_a_capitalised_word_that_many_define_says_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(tmp_path / "i.db", make_corpus(NAMESAKES))
    with open_index(tmp_path / "i.db") as index:
        score = np.ones(index.chunk_count, dtype=np.float32)
        few = raised(index, "what does a Mark do", score)
        monkeypatch.setattr(boosts, "_MOST_NAMESAKES", 1)
        many = raised(index, "what does a Mark do", score)
    assert (few - many).tolist() == pytest.approx([PROPER, 0, 0])


# --- relevance -----------------------------------------------------------------------------------

SHARES = arrays(np.float32, 6, elements=st.floats(0, 1, width=32))
COSINES = arrays(np.float32, 6, elements=st.floats(-1, 1, width=32))


STANDS = arrays(np.bool_, 6)
NOT = np.zeros(1, dtype=bool)  # it does not stand there as it was asked


def evidence(
    share: object,
    cosine: object,
    *,
    whole: object = None,
    hundredth: float = 0.6,
    lead: object = None,
    stands: object = None,
    holds: object = None,
    terms: int = 5,
    width: int = 64,
) -> Evidence:
    given = [None if each is None else floats(each) for each in (share, cosine)]
    size = max(0 if each is None else len(each) for each in given)
    return Evidence(
        given[0],
        given[1],
        floats([0.6] * size if whole is None else whole),
        floats([hundredth] * size),
        floats([0.1] * size if lead is None else lead),
        np.zeros(size, dtype=bool) if stands is None else np.array(stands, dtype=bool),
        np.zeros(size, dtype=bool) if holds is None else np.array(holds, dtype=bool),
        terms,
        width,
    )


@given(SHARES, COSINES, COSINES, st.sampled_from([16, 64]), STANDS, st.integers(0, 40))
def test_relevance_is_in_range_and_never_rises(
    share: np.ndarray, cosine: np.ndarray, lead: np.ndarray, width: int, stands: np.ndarray,
    terms: int,
) -> None:  # fmt: skip
    for said, near in ((share, cosine), (share, None), (None, cosine)):
        found = relevance(evidence(said, near, lead=lead, stands=stands, terms=terms, width=width))
        assert (found >= 0).all()
        assert (found <= 1).all()
        assert (np.diff(found) <= 0).all()


def test_a_place_that_holds_the_name_which_is_asked_for_is_no_bad_answer() -> None:
    found = relevance(evidence([0.1, 0.1, 0.1], [-1.0] * 3, holds=[True, True, False]))
    assert found[1] > DOUBTFUL > found[2]


SIGNS = st.tuples(st.floats(0, 1), *[st.floats(-1, 1)] * 4)


@given(SIGNS, SIGNS, st.sampled_from([16, 64]))
def test_more_of_the_question_nearer_or_further_ahead_is_more_relevant(
    one: tuple[float, ...], other: tuple[float, ...], width: int
) -> None:
    low, high = (
        relevance(
            evidence([share], [cosine], whole=[whole], hundredth=near, lead=[lead], width=width)
        )[0]
        for share, cosine, whole, near, lead in (map(min, one, other), map(max, one, other))
    )
    assert low <= high


def test_an_absent_subject_is_clearly_lower() -> None:
    present = relevance(evidence([0.5], [0.76], whole=[0.72], hundredth=0.68))[0]
    absent = relevance(evidence([0.1], [0.5], whole=[0.5], hundredth=0.5))[0]
    assert present > 0.4
    assert absent < 0.02
    # What stands there word for word is there, whatever its words are like.
    assert relevance(evidence([1.0], [0.0], stands=[True]))[0] > 0.9 > present


def test_what_stands_there_is_believed_as_much_as_its_other_signs_say_or_more() -> None:
    for share, lead in ((1.0, 0.9), (0.2, 0.0)):
        plain, sure = (
            float(relevance(evidence([share], [0.95], lead=[lead], stands=[stands]))[0])
            for stands in (False, True)
        )
        assert sure == max(plain, 61 / 64)


@pytest.mark.parametrize("share", [[0.5], None])
def test_a_cosine_of_few_numbers_says_less(share: list[float] | None) -> None:
    def moves(width: int) -> float:
        chances = (relevance(evidence(share, [near], width=width))[0] for near in (0.5, 0.6))
        low, high = (math.log(chance / (1 - chance)) for chance in chances)
        return high - low

    assert 0 < moves(16) < 0.8 * moves(64)


def test_a_hit_far_ahead_of_the_next_is_believed_more() -> None:
    alone, beside = (relevance(evidence([0.5], [0.7], lead=[lead]))[0] for lead in (0.5, 0.0))
    assert alone > 2 * beside


def test_relevance_does_not_depend_on_how_many_are_shown() -> None:
    share, cosine, lead = [0.5, 0.9, 0.2], [0.5, 0.4, 0.6], [0.1, -0.1, -0.3]
    whole = relevance(evidence(share, cosine, lead=lead))
    part = relevance(evidence(share[:2], cosine[:2], lead=lead[:2]))
    assert part.tolist() == whole[:2].tolist()


def test_relevance_of_nothing() -> None:
    assert len(relevance(evidence([], []))) == 0
    with pytest.raises(ValueError, match="share or the cosine"):
        relevance(evidence(None, None))


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=2, max_size=6))
def test_a_lead_is_the_distance_to_the_best_other(scores: list[float]) -> None:
    found = leads(floats(scores))
    others, best = len(scores) - 1, max(scores)
    for at, score in enumerate(scores):
        second = max([*scores[:at], *scores[at + 1 :]])
        ahead = (score - second) / best if best else found[0]
        wanted = 0.1 + others / (others + 3) * (ahead - 0.1) if best else 0.1
        assert found[at] == pytest.approx(wanted)


def test_a_lead_among_few_files_says_little() -> None:
    # `--path` of one file: whatever is asked, it is ahead of nothing.
    assert leads(floats([5.0])).tolist() == pytest.approx([0.1])
    assert leads(floats([])).tolist() == []
    few, many = (leads(floats([1.0, *[0.2] * count]))[0] for count in (2, 200))
    assert 0.1 < few < 0.5 < 0.78 < many < 0.8


# --- snippets ------------------------------------------------------------------------------------


def lines(count: int, **said: str) -> str:
    return "\n".join(said.get(f"l{at}", f"filler number {at}") for at in range(count))


def cut(text: str, query: str, *others: str) -> list[str]:
    told = rarities(MemoryPostings([text, *others]), query)
    return Snippets(told, query).cut(text).text.split("\n")


def test_of_a_long_line_the_part_with_a_term_is_shown() -> None:
    """One bundled line of 80,000 characters was the whole of a hit."""
    line = "filler " * 9_000 + "the needle is here" + " filler" * 9_000
    (shown,) = cut(line, "needle")
    assert len(shown) < 410
    assert "the needle is here" in shown
    assert shown[0] == shown[-1] == "…"
    (shown,) = cut(line, "nowhere")
    assert shown.startswith("filler filler")
    assert shown.endswith("…")


def test_a_short_chunk_is_shown_whole() -> None:
    assert cut("def f():\n    return 1\n", "f") == ["def f():", "    return 1"]


def test_lines_that_blank_ones_part_are_shown_together() -> None:
    """Between two cells of a notebook lie the lines of outputs, and a snippet was mostly blank."""
    text = "first()\n" + "\n" * 40 + "retry()\n\n\nrequest()\n" + "x\n" * 9
    assert cut(text, "first retry request") == [
        "first()", "", "retry()", "", "", "request()", "x", "x",
    ]  # fmt: skip


def test_the_lines_with_the_question_are_shown() -> None:
    text = lines(30, l20="def retryRequest():")
    found = cut(text, "retry requests")
    assert len(found) == LINES
    assert "def retryRequest():" in found


def test_the_telling_line_is_the_one_that_says_most() -> None:
    text = lines(40, l18="a common word", l20="a common rareword", l21="common again")
    told = rarities(MemoryPostings([text, *["common"] * 50]), "common rareword")
    for asked, telling in (("common rareword", 20), ("nowhere", 0)):
        assert Snippets(told if telling else {}, asked).cut(text).telling == telling
    assert Snippets(told, "common").cut(text, 30) == (*[ANY] * 2, 30)


def test_rare_terms_outweigh_common_ones() -> None:
    text = lines(40, l3="common common", l30="rareword")
    others = ["common"] * 50
    assert "rareword" in cut(text, "common rareword", *others)
    assert "common common" not in cut(text, "common rareword", *others)


@given(st.lists(st.sampled_from(["", "", "", "x", "  y  "]), min_size=1, max_size=40), st.data())
def test_a_snippet_says_where_it_begins(lines: list[str], data: st.DataObject) -> None:
    place = data.draw(st.none() | st.integers(0, len(lines) - 1))
    found = Snippets({}, "z").cut("\n".join(lines), place)
    said, *more = found.text.split("\n")
    assert len(more) < LINES
    if said:
        assert lines[found.place].rstrip() == said
        assert found.place >= (place or 0)
        assert not any(lines[place or 0 : found.place])


def test_without_any_term_the_beginning_is_shown() -> None:
    text = lines(30)
    assert cut(text, "absent") == text.split("\n")[:LINES]


def test_a_name_is_shown_where_it_stands_and_not_where_its_parts_come_again() -> None:
    # Of each name that was asked for by itself, one in twenty was hidden by lines of its parts.
    said = {f"l{at}": "hooks = hooks or default(hooks)" for at in range(20, 28)}
    text = lines(40, l3="def default_hooks():", **said)
    assert "def default_hooks():" in cut(text, "default_hooks", "hooks", "default")


def test_a_name_in_the_case_of_the_question_is_shown() -> None:
    text = lines(60, l3="max_size = 1", l20="MAX_SIZE = 2", l40="MaxSize = 3")
    for name in ("max_size", "MAX_SIZE", "MaxSize"):
        assert any(line.startswith(name) for line in cut(text, name, "other"))


def test_of_equal_terms_more_lines_win_then_the_first() -> None:
    text = lines(60, l9="retry", l20="retry", l25="retry", l45="retry", l46="retry")
    assert cut(text, "retry") == text.split("\n")[20:28]


def test_what_follows_the_line_that_tells_is_shown() -> None:
    """A list ended with the line that names it, and a comment before the code it is on."""
    text = lines(60, l30="RETRIED = [", l58="other")
    assert cut(text, "retried") == text.split("\n")[28:36]
    assert cut(text, "other") == text.split("\n")[-LINES:]
    assert cut(lines(60, l1="retried"), "retried") == lines(60, l1="retried").split("\n")[:LINES]


@given(
    st.lists(
        st.sampled_from(["", "retries here", "retried", "x = RetryPolicy", "   ", "flies", "Fly",
                         "retry_policy(Retried)", "other", "İİ retried", "été_retry(Ω)"]),
        min_size=1, max_size=40,
    )
)  # fmt: skip
def test_a_snippet_is_the_first_best_stretch(chunk: list[str]) -> None:
    """Against every stretch weighed plainly; the sieve of `Snippets` must not lose a line."""
    text = re.sub("\n{4,}", "\n\n", "\n".join(chunk))
    chunk = text.split("\n")
    postings = MemoryPostings([text, "other"])
    rarity = {}
    for term in lexical_tokens("Retried retry_policy fly"):
        often = sum(term in lexical_tokens(each) for each in (text, "other"))
        if often:
            rarity[term] = math.log1p((2 - often + 0.5) / (often + 0.5))

    def said(line: str) -> set[tuple[str, float]]:
        terms = {(term, rarity[term]) for term in lexical_tokens(line) if term in rarity}
        asked = {"Retried", "retry_policy", "fly"} & set(re.findall(r"\w+", line))
        return terms | {(f"{name} as written", rarity[name.lower()] / 2) for name in asked}

    def worth(at: int) -> tuple[float, int]:
        stretch = [said(line) for line in chunk[at : at + LINES]]
        different = set().union(*stretch)
        return round(sum(each for _, each in different), 6), sum(map(bool, stretch))

    starts = range(max(len(chunk) - LINES, 0) + 1)
    best = max(starts, key=lambda at: (worth(at), -at))
    telling = [at for at in range(best, min(best + LINES, len(chunk))) if said(chunk[at])]
    if telling:
        room = LINES - 1 - (telling[-1] - telling[0])
        best = max(min(telling[0] - room // 3, len(chunk) - LINES), 0)
    shown = "\n".join(line.rstrip() for line in chunk[best : best + LINES]).strip("\n")
    asked = "Retried retry_policy fly"
    assert Snippets(rarities(postings, asked), asked).cut(text).text == shown


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.0, 0.5, 1.0])), max_size=30))
def test_a_file_s_other_places_are_its_best_that_are_not_shown(
    places: list[tuple[int, float]],
) -> None:
    """Right places stood second in their file, and one of each file is shown."""
    places = sorted(places, key=lambda place: place[0])
    owners = np.array([file for file, _ in places], dtype=np.int64)
    inside = floats([worth for _, worth in places])
    ids = np.arange(len(places))
    shown = ranked(ids, Runs.of(owners), inside, inside, 6)
    found = others(shown, ids, inside, owners, 2)
    met = set()
    for at, beside in zip(shown.tolist(), found, strict=True):
        rest = [each for each in ids.tolist() if owners[each] == owners[at]]
        rest = sorted(set(rest) - set(shown.tolist()), key=lambda each: (-inside[each], each))
        assert beside == ([] if owners[at] in met else rest[:2])
        met.add(owners[at])
