"""The retrieval benchmark's metric against cases worked by hand, and its data against itself."""

import io
import math
import re
import tarfile
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import pytest

import ncs
from benchmarks.pretrain.bans import BANNED, banned_package
from benchmarks.pretrain.collect import load_packages, project
from benchmarks.retrieval import history
from benchmarks.retrieval.corpora import (
    Asked,
    Question,
    Target,
    load_asked,
    load_commits,
    load_corpora,
    load_paraphrases,
    load_questions,
    load_tongues,
)
from benchmarks.retrieval.export import read_archive
from benchmarks.retrieval.measure import Answers, ask_cached
from benchmarks.retrieval.metric import Result, as_files, covers, ranks, same_path, score
from benchmarks.retrieval.ours import own_words
from benchmarks.retrieval.overlap import content_words, identifiers, shared, stems
from benchmarks.retrieval.report import as_json, by_group, differences, outcome, overall
from benchmarks.retrieval.systems import make
from ncs.lexical import MemoryPostings
from ncs.search.question import subject
from ncs.search.rewording import as_meant, unsaid

SECOND = 1 / math.log2(3)


def test_paths_match_by_their_tail() -> None:
    assert same_path("client.py", "aiohttp/client.py")
    assert same_path("aiohttp/client.py", "client.py")
    assert same_path("lib/a.js", "lib/a.js")
    assert not same_path("my_client.py", "client.py")
    assert not same_path("a/client.py", "b/client.py")


def test_one_shared_line_is_enough() -> None:
    target = Target("a.py", 10, 20)
    assert covers(Result("a.py", 20, 40), target)
    assert covers(Result("a.py", 1, 10), target)
    assert not covers(Result("a.py", 21, 40), target)
    assert not covers(Result("a.py", 1, 9), target)
    assert covers(Result("a.py"), target), "a whole file ignores lines"
    assert covers(Result("a.py", 90, 99), Target("a.py")), "a whole-file target ignores lines"


def test_a_rank_is_the_first_that_covers() -> None:
    results = [Result("a.py", 1, 5), Result("b.py", 1, 5), Result("a.py", 6, 9)]
    assert ranks(results, [Target("a.py", 7, 7), Target("b.py"), Target("c.py")]) == [3, 2, None]


def test_repeated_files_use_places() -> None:
    results = [Result("a.py", 1, 5), Result("a.py", 6, 9), Result("b.py", 1, 5)]
    found = score(results, [Target("b.py")])
    assert found.ndcg10 == pytest.approx(0.5)
    assert found.mrr10 == pytest.approx(1 / 3)
    assert found.ndcg10_files == pytest.approx(SECOND)
    assert as_files(results) == [Result("a.py"), Result("b.py")]


def test_secondary_and_missing_targets_count_in_the_ideal() -> None:
    found = score([Result("a.py", 1, 2)], [Target("a.py"), Target("gone.py")])
    assert found.ndcg10 == pytest.approx(1 / (1 + SECOND))
    assert found.recall5 == 0.5
    assert found.mrr10 == 1.0


def test_two_targets_in_one_result_give_one_gain() -> None:
    both = [Target("a.py", 1, 3), Target("a.py", 5, 9)]
    assert score([Result("a.py", 1, 9)], both).ndcg10 == pytest.approx(1 / (1 + SECOND))


def test_only_ten_results_count() -> None:
    results = [Result(f"{at}.py") for at in range(10)] + [Result("a.py")]
    assert score(results, [Target("a.py")]).ndcg10 == 0.0
    assert score(results, [Target("9.py")]).ndcg10 == pytest.approx(1 / math.log2(11))
    assert score([], [Target("a.py")]).mrr10 == 0.0


def test_every_corpus_has_its_questions() -> None:
    for corpus in load_corpora():
        questions = load_questions(corpus.name)
        assert len(questions) == corpus.queries
        assert all(question.targets and question.text for question in questions)
        assert {question.category for question in questions} <= {
            "semantic",
            "architecture",
            "symbol",
        }


def test_the_halves_are_balanced() -> None:
    judged = load_corpora()
    halves = Counter(corpus.half for corpus in judged)
    assert abs(halves["tune"] - halves["report"]) <= 1
    assert {corpus.half for corpus in judged if corpus.language == "python"} == set(halves)
    assert {corpus.name for corpus in load_corpora(half="tune")}.isdisjoint(
        corpus.name for corpus in load_corpora(half="report")
    )


def test_an_unknown_corpus_is_refused() -> None:
    with pytest.raises(ValueError, match="no such corpus: nothing"):
        load_corpora(only=["nothing"])


def test_paraphrases_are_many_and_know_their_half() -> None:
    halves = {corpus.name: corpus.half for corpus in load_corpora(judged=False)}
    items = load_paraphrases()
    assert len(items) >= 110
    assert len({item.corpus for item in items}) >= 8
    assert {item.half for item in items} == {"tune", "report"}
    for item in items:
        assert item.half == halves[item.corpus]
        assert item.relevant
        assert 1 <= item.lines[0] <= item.lines[1]
    assert len({item.query for item in items}) == len(items)


@pytest.mark.parametrize(
    ("items", "counts", "categories"),
    [
        (load_asked(), (102, 1_181), {"name", "sentence"}),
        (load_tongues(), (6, 72), {"words", "sentence", "message", "mixed"}),
    ],
)
def test_the_newcomers_questions_are_well_formed(
    items: list[Asked], counts: tuple[int, int], categories: set[str]
) -> None:
    asked = [question for item in items for question in item.questions]
    assert (len(items), len(asked)) == counts
    assert len({question.text.casefold() for question in asked}) == len(asked)
    assert {question.category for question in asked} == categories
    assert len({item.corpus.name for item in items}) == len(items)
    for item in items:
        assert re.fullmatch(r"[0-9a-f]{40}", item.corpus.revision)
        assert item.corpus.half == "tune", "the ranking was chosen with them"
    for question in asked:
        paths = [target.path for target in question.targets]
        assert paths
        assert len(set(paths)) == len(paths)
        assert all(str(PurePosixPath(path)) == path and path[0] != "/" for path in paths)


def test_the_subjects_of_commits_are_well_formed() -> None:
    items = load_commits()
    newcomers = {item.corpus.repository: item.trained_on for item in load_asked()}
    assert (len(items), sum(len(item.questions) for item in items)) == (101, 1185)
    assert len({item.corpus.name for item in items}) == len(items)
    for item in items:
        known = item.corpus.repository in newcomers
        assert item.corpus.half == ("tune" if known else "report")
        assert not known or item.trained_on == newcomers[item.corpus.repository]
        assert history.FEWEST <= len(item.questions) <= history.MOST
        for question in item.questions:
            assert history.asked(question.text) == question.text
            assert 1 <= len({target.path for target in question.targets}) <= 2
    assert load_commits(half="report") == [one for one in items if one.corpus.half == "report"]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("fix(router): match the last wildcard (#123)", "match the last wildcard"),
        ("feat!: keep the order of keys", "keep the order of keys"),
        ("Close a socket that was refused. Fixes #12", "Close a socket that was refused"),
        ("Router: keep the order of keys", "Router: keep the order of keys"),
        ("JIRA-12: Read UTF-8 without a mark", "Read UTF-8 without a mark"),
        ("Bump left-pad to the newest version", ""),
        ("Fix a typo in the parser", ""),
        ("More fixes", ""),
        ("", ""),
    ],
)
def test_what_a_subject_asks(subject: str, text: str) -> None:
    assert history.asked(subject) == text


def test_newcomers_asked_about_repositories_that_no_other_question_is_about() -> None:
    banned = {repository.lower() for repository in BANNED}
    for repository in (item.corpus.repository for item in load_asked() + load_tongues()):
        assert repository.lower() not in banned
        # By its own name: `vapor/console-kit` is another repository of who made `vapor/vapor`.
        assert banned_package(repository.partition("/")[2]) is None


def test_what_taught_the_base_model_is_marked() -> None:
    taught = {project(package.name) for package in load_packages() if package.split == "train"}
    for item in load_asked() + load_tongues():
        owner, name = item.corpus.repository.lower().split("/")
        packaged = {
            "fd": "fd-find", "ripgrep": "grep-printer",
            "kanboard": "",  # what is called so on PyPI is a client of it
        }.get(name, name)  # fmt: skip
        assert item.trained_on == (not taught.isdisjoint({packaged, f"{owner}-{name}"}))


def test_unknown_names_of_the_newcomers_corpora_are_refused() -> None:
    assert [item.corpus.name for item in load_asked(only=["jq"])] == ["jq"]
    with pytest.raises(ValueError, match="no such corpus: click"):
        load_asked(only=["click"])


def test_overlap_sees_names_but_not_comments() -> None:
    code = "def retry_request(url):\n    # waits a while\n    return backoff(url)\n"
    names = stems(identifiers(code, "python"))
    assert shared("try the requests again after waiting", names) == ["requests"]
    assert shared("waits a while", stems([code])) == ["waits"]
    assert content_words("how is the timer started?") == ["timer", "started"]


class Canned:
    """A system that answers every query with one file, and counts how often it is asked."""

    name = "canned"

    def __init__(self, version: str, path: str = "a.py") -> None:
        self.version, self.path, self.asked = version, path, 0

    def index(self, root: Path) -> float:
        return 0.5

    def search(self, query: str) -> list[Result]:
        self.asked += 1
        return [Result(self.path, 1, 9)]


def test_answers_are_cached_by_version_and_questions(tmp_path: Path) -> None:
    corpus = load_corpora(only=["click"])[0]
    (tmp_path / "click").mkdir()
    cache = tmp_path / "cache"
    system = Canned("1")
    first = ask_cached(system, corpus, tmp_path, ["one", "two"], cache)
    assert system.asked == 3, "one query warms up"
    assert ask_cached(system, corpus, tmp_path, ["one", "two"], cache) == first
    assert system.asked == 3
    ask_cached(system, corpus, tmp_path, ["one", "other"], cache)
    ask_cached(Canned("2"), corpus, tmp_path, ["one", "two"], cache)
    assert system.asked == 6
    unversioned = Canned("")
    ask_cached(unversioned, corpus, tmp_path, ["one"], cache)
    ask_cached(unversioned, corpus, tmp_path, ["one"], cache)
    assert unversioned.asked == 4, "what has no version is never cached"


def test_a_corpus_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="click: export the corpus first"):
        ask_cached(Canned("1"), load_corpora(only=["click"])[0], tmp_path, ["one"], None)


def test_the_report_pairs_question_by_question() -> None:
    corpus = load_corpora(only=["click"])[0]
    questions = [Question("click", text, "symbol", (Target("a.py"),)) for text in ("one", "two")]

    def answers(*paths: str) -> Answers:
        return Answers(1.0, (2.0, 4.0), tuple((Result(path),) for path in paths))

    good = outcome("good", [(corpus, questions, answers("a.py", "a.py"))])
    half = outcome("half", [(corpus, questions, answers("a.py", "b.py"))])
    assert "+0.500 [+0.000, +1.000] | -         | 1/0" in differences([good, half], "ndcg10")
    assert "1.000 [1.000, 1.000]" in overall([good, half], ["ndcg10"])
    both = overall([half], ["ndcg10", "mrr10"], intervals=2)
    assert both.count("0.500 [0.000, 1.000]") == 2
    label = by_group([half], "by form", lambda row: row.question.text, "mrr10", intervals=True)
    assert "| two     | 1         | 0.000 [0.000, 0.000] |" in label
    apart = differences(
        [good, half], "ndcg10", lambda row: row.question.text == "two", ("new", "old")
    )
    assert "| good   | ndcg10 difference       | new                     | old" in apart
    assert "| +1.000 [+1.000, +1.000] | +0.000 [+0.000, +0.000] |" in apart
    found = as_json([good, half], "ndcg10")
    assert found["half"]["questions"] == {"click": [1.0, 0.0]}
    assert found["good"]["p50_ms"] == 3.0


def test_wheel_and_tar_export_alike(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.whl", "w") as wheel:
        wheel.writestr("lib/a.py", "x = 1\n")
        wheel.writestr("p.dist-info/METADATA", "")
    with tarfile.open(tmp_path / "p.tgz", "w:gz") as tar:
        member = tarfile.TarInfo("package/lib/a.py")
        member.size = 6
        tar.addfile(member, io.BytesIO(b"x = 1\n"))
    for name in ("p.whl", "p.tgz"):
        assert read_archive(tmp_path / name, "lib") == {"lib/a.py": b"x = 1\n"}


def test_the_modes_of_ncs_share_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Path] = []

    class Opened:
        def search(self, query: str, **asked: object) -> list[SimpleNamespace]:
            mode = asked["mode"]
            assert (asked["top_k"], asked["latent"]) == (10, None)
            return [SimpleNamespace(path=f"{mode}.py", start_line=2, end_line=5)]

    # not setattr: it would load the real one to put it back
    monkeypatch.setitem(vars(ncs), "build", lambda root, output: built.append(output))
    monkeypatch.setitem(vars(ncs), "open", lambda path: Opened())
    hybrid, neural = make("ncs-hybrid"), make("ncs-neural")
    assert hybrid.index(tmp_path) == neural.index(tmp_path)
    assert len(built) == 1
    assert hybrid.search("x") == [Result("hybrid.py", 2, 5)]
    assert neural.search("x") == [Result("neural.py", 2, 5)]
    with pytest.raises(ValueError, match="no such system: grep"):
        make("grep")


def test_a_question_may_be_asked_by_its_own_words_alone() -> None:
    question, word, none = "thrown in the bin", "retry", MemoryPostings([])
    told = as_meant(question, none), unsaid(word, [])
    with own_words():
        assert (as_meant(question, none), unsaid(word, [])) == (subject(question), [])
    assert (as_meant(question, none), unsaid(word, [])) == told
    assert told[1]
