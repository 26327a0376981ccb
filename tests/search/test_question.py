"""What is read of a question: names of code, words that ask, reports and pasted code."""

import pytest
from growth import grows_like_the_square
from hypothesis import given
from hypothesis import strategies as st

from ncs.search.paths import asks_for_tests
from ncs.search.question import (
    ASKING,
    EARLY,
    holds_code,
    is_piece,
    is_symbol,
    length,
    plain_definition,
    plain_name,
    plain_words,
    says_nothing,
    sought,
    subject,
    terms,
    told,
    topic,
)
from ncs.text import identifiers, lexical_tokens


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


@pytest.mark.parametrize("unit", ["<!--", "http://"])
def test_a_form_is_left_out_in_time(unit: str) -> None:
    """4.5 s for 80 KB of comments that do not end."""

    def read(times: int) -> None:
        told.cache_clear()
        told(f"The parser of the form loses what stands\nbehind a comment {unit * times}")

    assert not grows_like_the_square(read, 4_000, 16_000)


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
        ("#define MAX_SIZE", "MAX_SIZE"),
        ("# define MAX_SIZE", "MAX_SIZE"),
        ("case syncSystem", "syncSystem"),
        ("enum value MAX_SIZE", "MAX_SIZE"),
        ("case MAX_SIZE:", "case MAX_SIZE:"),  # of a `switch`
        ("#define MAX_SIZE 10", "#define MAX_SIZE 10"),
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


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("where is prune defined?", ("prune", "")),
        ("Where is the prune method defined", ("prune", "function")),
        ("def prune(", ("prune", "function")),
        ("fn prune()", ("prune", "function")),
        ("find the class shelf", ("shelf", "class")),
        ("definition of prune", ("prune", "")),
        ("where is empty? defined?", ("empty?", "")),
        ("def save!", ("save!", "function")),
        ("prune function", ("prune", "function")),
        ("the prune method", ("prune", "function")),
        ("the prune method of Check", ("Check.prune", "function")),
        ("where is the cache defined", None),
        ("request method", None),
        ("def prune(self, now):", None),
        ("how is prune defined", None),
        ("where is the sort order of the class list defined in the page", None),
    ],
)
def test_a_plain_word_may_be_asked_for_as_a_name(text: str, asked: tuple[str, str] | None) -> None:
    assert plain_definition(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "how does a user stay signed in", "sign into the site", "who is logged in on two devices",
        "somebody logs in with a key", "the sign in page of an admin",
        "log in", "people who can log in",
    ],
)  # fmt: skip
def test_who_signs_in_is_after_a_login(text: str) -> None:
    assert sought(text)[-1] in ("login", "logout")
    assert "login" in terms(text) or "logout" in terms(text)
    assert subject(text).split()[-1] in ("login", "logout")


@pytest.mark.parametrize(
    "text",
    [
        "after the at sign in a comment", "errors are logged in the file", "natural log in base 2",
        "write a debug log in json", "error log in production", "plus sign in a query",
        "commit sign off by developer", "log out of memory errors", "log off by one errors",
        "turn request log off", "where are errors logged into", "the sign in of a float",
        "binary log on to replica", "logging in python", "logging in tests", "logs in kubernetes",
        "Log in debug mode only", "log out to file", "how to log into stdout", "are logs in utc",
        "is signed in C", "signing in parallel", "not sign in big endian",
        "messages are logged into a buffer", "what it logs on failure",
        "def login(user):\n    log(in_)",
    ],
)  # fmt: skip
def test_logs_and_signs_are_no_login(text: str) -> None:
    assert sought(text) == [name for name in identifiers(text) if name.lower() not in ASKING]


@pytest.mark.parametrize("more", ["とは", "どのように", "ますか", "ものところ"])
def test_what_asks_is_left_out_in_time_that_grows_with_the_text(more: str) -> None:
    """It doubled with every repetition."""
    small, large = (f"{more * count}ぬ" for count in (5, 20))
    assert not grows_like_the_square(says_nothing, small, large)


def test_a_piece_of_code_has_a_word_in_quotes_or_is_a_route() -> None:
    pieces = ('HttpPost("invite")', "os.environ['HOME']", 'name="csrf"', "url(`a/b`)", " a('b') ")
    for text in (*pieces, "/users/:id", "/login", '"/api/users/:id"', "/api/v2/{user}/"):
        assert is_piece(text)
    for text in (
        "invite",
        "parse()",
        "parse(x)",
        '"invite"',
        "the 'invite'",
        "it('s)",
        "a ('b')",
        "//",
        "and/or",
    ):
        assert not is_piece(text)
    for text in ("api/users", "get /api/users", "//api/users", "/a /b", "a/", "/"):
        assert not is_piece(text)
