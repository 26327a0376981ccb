"""Operators, which are called by their signs."""

from collections.abc import Iterator

import pytest
from growth import grows_like_the_square
from small_index import built

from ncs.api.opening import Codebase
from ncs.search.operators import is_operator, overloading

PAD = "".join(f"static int step_{at}() {{ return {at}; }}\n" for at in range(30))
FILES = {
    "src/path.h": "class Path\n{\npublic:\n    Path &operator/=(const Path &other);\n"
    "    Path data() const;\n};\nPath operator/(const Path &left, const Path &right);\n",
    "src/path.cpp": '#include "path.h"\n\nPath &Path::operator/=(const Path &other)\n{\n'
    f"    return add(other);\n}}\n\n{PAD}\n"
    "Path operator/(const Path &left, const Path &right)\n{\n    return join(left, right);\n}\n\n"
    "bool operator==(const Path &left, const Path &right)\n{\n    return same(left, right);\n}\n",
    "src/entry.cpp": "bool net::operator==(const TrackerEntry &left, const TrackerEntry &right)"
    "\n{\n    return left.url == right.url;\n}\n",
    "src/entry.h": "struct TrackerEntry\n{\n    int tier = 0;\n};\n"
    "bool operator==(const TrackerEntry &left, const TrackerEntry &right);\n",
    "src/order.cpp": "int Order::operator()(int left, int right)\n"
    "{\n    return left - right;\n}\n",
    "src/use.cpp": "void use(TrackerEntry entry)\n{\n    TrackerEntry other = entry;\n"
    "    TrackerEntry third = other;\n}\n",
}


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    with built(tmp_path_factory.mktemp("operators"), FILES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "path", "line"),
    [
        (
            "bool operator==(const TrackerEntry &left, const TrackerEntry &right)",
            "src/entry.cpp",
            1,
        ),
        ("TrackerEntry operator==", "src/entry.cpp", 1),
        ("Path operator/", "src/path.cpp", 39),
        ("where is Path::operator/ defined", "src/path.cpp", 39),
        ("who calls Path::operator/", "src/path.cpp", 39),
        ("Path operator ==", "src/path.cpp", 44),
        ("Path::operator/=", "src/path.cpp", 3),
        ("where is `Path::operator/=` defined?", "src/path.cpp", 3),
        ("`Path operator==`.", "src/path.cpp", 44),
        ("Order::operator()", "src/order.cpp", 1),
    ],
)
def test_an_operator_is_found_by_its_signs_and_operands(
    codebase: Codebase, question: str, path: str, line: int
) -> None:
    """All operators had one name, and a class that is an operand came before them."""
    first = codebase.search(question)[0]
    assert (first.path, first.start_line <= line <= first.end_line) == (path, True)
    assert first.score > 0.9


def test_the_operator_that_is_asked_for_is_shown(codebase: Codebase) -> None:
    """Of a place with several another one was."""
    found = codebase.search("where is operator== defined?")
    assert {hit.symbol for hit in found if hit.score > 0.9} == {"net.operator==", "operator=="}


@pytest.mark.parametrize("question", ["who calls operator==", "where is operator== used"])
def test_who_uses_an_operator_is_asked_of_where_it_is_defined(
    codebase: Codebase, question: str
) -> None:
    """Its uses have only the signs."""
    assert {
        codebase.index.paths[codebase.index.file_ids[at]]
        for at in overloading(codebase.index, question)[0]
    } == {"src/entry.cpp", "src/path.cpp"}


def test_brackets_are_the_signs_of_an_operator(codebase: Codebase) -> None:
    """They were taken for those of a call, and every operator was one that was asked for."""
    first, *others = codebase.search("operator()")
    assert (first.path, first.score > 0.9) == ("src/order.cpp", True)
    assert all(hit.score < 0.9 for hit in others)


def test_what_no_operator_is_defined_for_is_not_sure(codebase: Codebase) -> None:
    for question in ("Cart operator==", "Path operator<<"):
        assert not len(overloading(codebase.index, question)[0])


def test_names_of_operators() -> None:
    assert is_operator("Path::operator/")
    assert is_operator("operator()")
    assert not is_operator("operator")
    assert not is_operator("operators.find")


def test_long_blanks_take_no_time(codebase: Codebase) -> None:
    def look(count: int) -> None:
        overloading(codebase.index, "operator" + " " * count + "x" + "operator(" * count)

    assert not grows_like_the_square(look, 4_000, 16_000)
