"""Which lines of a chunk are shown, against every stretch weighed plainly."""

import math
import re
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.lexical import MemoryPostings, rarity
from ncs.search.snippet import LINES, Snippets, rarities
from ncs.text import lexical_tokens, stem_token

PAGES = ["def page(): return 1"] * 40  # other chunks, in which a word is rare


def test_a_snippet_shows_the_other_word_of_one_that_is_not_there() -> None:
    lines = [f"line_{at} = {at}" for at in range(60)]
    lines[40] = "get(page)"
    text = "\n".join(lines)
    told = rarities(MemoryPostings([text, *PAGES]), "where it is fetched")
    assert "get(page)" in Snippets(told, "where it is fetched").cut(text).text


def test_an_other_word_tells_half_and_only_where_the_word_itself_does_not_stand() -> None:
    told = rarities(MemoryPostings(["get(page)", *PAGES]), "where it is fetched")
    assert told == {stem_token("get"): pytest.approx(0.5 * rarity(41, 1))}
    told = rarities(MemoryPostings(["fetched = get(page)", *PAGES]), "where it is fetched")
    assert told.keys() == {"fetched", stem_token("fetch")}


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
    for written in (text, text.replace("\n", "\r\n")):
        assert cut(written, "first retry request") == [
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
