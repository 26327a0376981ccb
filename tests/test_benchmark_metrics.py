"""The retrieval benchmark's metric against cases worked by hand, and its data against itself."""

import math
from collections import Counter

import pytest

from benchmarks.retrieval.corpora import (
    Target,
    load_corpora,
    load_paraphrases,
    load_questions,
)
from benchmarks.retrieval.metric import Result, as_files, covers, ranks, same_path, score
from benchmarks.retrieval.overlap import content_words, identifiers, shared, stems

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


def test_overlap_sees_names_but_not_comments() -> None:
    code = "def retry_request(url):\n    # waits a while\n    return backoff(url)\n"
    names = stems(identifiers(code, "python"))
    assert shared("try the requests again after waiting", names) == ["requests"]
    assert shared("waits a while", stems([code])) == ["waits"]
    assert content_words("how is the timer started?") == ["timer", "started"]
