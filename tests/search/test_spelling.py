"""A name in another writing, or with a slip, is asked for as the code has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_index import FakeEncoder, built, make_corpus, write_index

from ncs.api.opening import Codebase
from ncs.index.reading import Index, open_index
from ncs.search import Query, search
from ncs.search.spelling import Spelling, one_slip, spelling

TREE = {
    "a/limits.py": ("MAX_FILE_SIZE = 10\nmax_depth = 3", "def check_limits():\n    pass"),
    "a/reader.py": ("def read_chunk(size):\n    return size <= MAX_FILE_SIZE",),
    "b/compare.py": ("def secure_compare(a, b):\n    return a == b",),
    "b/pages.py": ("def go_to_chapter():\n    pass", "def store():\n    pass"),
    "b/parse.py": ("def parse_row():\n    pass", "def parse_rows():\n    pass"),
    "b/args.py": ("class Args:\n    dump_file: str\n    retry_limit: int",),
    "b/keys.py": ('KEYS = {"q": "leave without a dump-file", "retry-limit": 1}',),
    "docs/args.md": ("Use `--dump-file` to keep it.",),
    "b/retry.py": ("class RetryMiddleware:\n    pass", "def f():\n    pass"),
}
LETTERS = st.text(alphabet="abc", max_size=6)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Index]:
    write_index(tmp_path / "i.db", make_corpus(TREE))
    with open_index(tmp_path / "i.db") as index:
        yield index


@pytest.mark.parametrize("asked", ["MaxFileSize", "max_file_size", "maxFileSize", "MAX_FILE_SIZE"])
def test_a_constant_is_asked_for_in_any_writing(tree: Index, asked: str) -> None:
    assert spelling(tree, asked) == ("MAX_FILE_SIZE", False)
    hits = search(tree, FakeEncoder(), Query(asked, mode="lexical"))
    assert (hits[0].path, hits[0].snippet.split("\n")[0]) == ("a/limits.py", "MAX_FILE_SIZE = 10")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("secure_comapre", "secure_compare"),
        ("secure_compre", "secure_compare"),
        ("secureCompares()", "secure_compare"),
        ("RetryMiddlewere", "RetryMiddleware"),
        ("read_chunk", ""),  # it is there
        ("ReadChunk", ""),
        ("secure comapre", "secure_compare"),
        ("retry middlewere", "RetryMiddleware"),
        ("secure to comapre", ""),  # a question
        ("securely compre", ""),  # two slips
        ("retry compare", ""),  # all of its words stand somewhere
        ("secure, comapre", ""),  # a sentence
        ("secure_cmpre", ""),  # two slips
        ("go to chaptre", ""),  # a question: what is asked about is small words and one other
        ("goto chaptre", "go_to_chapter"),
        ("parse_roww", "parse_rows"),  # of two that are near, that of as many letters
        ("stroe_", ""),  # too short: many names are as near
        ("check_limits_of", ""),
        ("f_", ""),
        ("a.b", ""),
    ],
)
def test_a_slip_finds_the_definition_and_says_so(tree: Index, asked: str, meant: str) -> None:
    assert spelling(tree, asked) == Spelling(meant or asked, bool(meant))
    found = Codebase(tree).answer(Query(asked, mode="lexical")).guessed
    assert found == ((asked, meant) if meant else None)
    if meant:
        slipped, sure = (
            search(tree, FakeEncoder(), Query(text, mode="lexical"))[0] for text in (asked, meant)
        )
        assert slipped.symbol == sure.symbol == meant
        assert slipped.score < sure.score


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("max_detph", "max_depth"),
        ("max_file_siz", "MAX_FILE_SIZE"),
        ("retry_limitt", "retry_limit"),
        ("mxa_depth", ""),  # the first letters are as they should be
        ("dumpd-file", ""),
        ("Exponential", ""),  # one word is another, and no slip
        ("Args.retry_limti", ""),  # of a type
        ("retry.RetryMiddlewaer", "RetryMiddleware"),
        ("args.RetryMiddlewaer", "RetryMiddleware"),
    ],
)
def test_a_slip_finds_what_is_no_definition(tree: Index, asked: str, meant: str) -> None:
    """`config_calibre_dri` found nothing where `config_calibre_dir` is read in ten files."""
    assert spelling(tree, asked) == Spelling(meant or asked, bool(meant))


def test_an_owner_stays_with_a_name_that_is_a_slip(tmp_path: Path) -> None:
    """`Membership.rveoke` was unknown."""
    with built(tmp_path, {"a.py": "class Cart:\n    def remove(self):\n        pass\n"}) as opened:
        for asked, meant in (("Cart.rmeove", "Cart.remove"), ("Order::rmeove", "remove")):
            assert spelling(opened.index, asked) == (meant, True)


def test_a_type_may_be_asked_for_without_a_word_of_its_name(tmp_path: Path) -> None:
    """There is no `ListEffectHandler`: that nothing is derived from it said so of no type."""
    texts = {
        "a.py": "class ListStateEffectHandler:\n    pass\n",
        "b.py": "class Loader(ListStateEffectHandler):\n    pass\n",
    }
    with built(tmp_path, texts) as opened:
        answer = opened.answer(Query("subclasses of ListEffectHandler"))
        assert answer.guessed == ("ListEffectHandler", "ListStateEffectHandler")
        assert [hit.path for hit in answer.hits] == ["b.py"]
        none = opened.answer(Query("subclasses of NoSuchHandler"))
        assert (none.unknown, none.unused) == ("NoSuchHandler", None)


@given(LETTERS, LETTERS)
def test_a_slip_is_a_letter_more_less_or_other_or_two_in_turn(one: str, other: str) -> None:
    slips = {one[:at] + letter + one[at + 1 :] for at in range(len(one)) for letter in "abc"}
    slips |= {one[:at] + letter + one[at:] for at in range(len(one) + 1) for letter in "abc"}
    slips |= {one[:at] + one[at + 1 :] for at in range(len(one))}
    slips |= {one[:at] + one[at : at + 2][::-1] + one[at + 2 :] for at in range(len(one))}
    assert one_slip(one, other) == (other in slips - {one})


def test_a_flag_is_asked_for_as_the_code_calls_it(tree: Index) -> None:
    """`cwd-file` found what is called file."""
    assert spelling(tree, "--dump-file") == spelling(tree, "dump-file") == ("dump_file", False)
    for as_typed in ("retry-limit", "--retry-limit", "--no-such-flag", "well-known"):
        assert spelling(tree, as_typed) == (as_typed, False)
