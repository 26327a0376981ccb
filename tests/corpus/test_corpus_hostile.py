"""Files that are made to take a parser's time, memory or life."""

import gc
import time
import tracemalloc

import pytest
from growth import grows_like_the_square

from ncs.corpus import attached, parsing
from ncs.corpus.chunks import chunk
from ncs.corpus.conditionals import unshown
from ncs.corpus.grammars import GRAMMARS
from ncs.corpus.languages import detect
from ncs.corpus.outline import outline
from ncs.corpus.shown import shown
from ncs.types import SourceFile

CODE = b'def first(x):\n    """Say it."""\n    return x\n\n\n'


HANGS = 60  # seconds: a hundred times what the slowest of these takes


def cut(data: bytes, language: str) -> int:
    path = "a.tsx" if language == "tsx" else "a"
    began = time.process_time()
    found = chunk(SourceFile(path, language, data, 0))
    assert time.process_time() - began < HANGS
    lines = data.split(b"\n")
    covered = [line for each in found for line in range(each.span.start, each.span.end + 1)]
    assert len(covered) == len(set(covered))
    assert {at for at, line in enumerate(lines, 1) if line.strip()} <= set(covered)
    return len(found)


def defined(data: bytes) -> list[str]:
    found = chunk(SourceFile("a.py", "python", data, 0))
    return [name for each in found for name in each.defines]


@pytest.mark.parametrize("language", sorted(GRAMMARS))
def test_deep_brackets(language: str) -> None:
    for opener in (b"(", b"{\n", b"[ "):
        assert cut(opener * 20_000, language) > 0


@pytest.mark.parametrize(
    ("language", "unit"),
    [
        ("python", b"/*\n"),  # 12 s and 1.4 GB for 6 KB
        ("kotlin", b'"${'),  # an assertion of the scanner ends the process
        ("kotlin", b'"${\n'),
        ("csharp", b"a<\n"),  # 3 GB
        ("java", b"a<\n"),
        ("bash", b"a?"),  # the square of the length
        ("bash", b"<<A\n"),
        ("lua", b"a<\n"),
        ("scala", b'"${\n'),
        ("c", b"#if A\nx;\n#else\n"),
        ("c", b"x   "),
        ("kotlin", b"class A /* "),
        ("kotlin", b"class A : B, C, "),
        ("sql", b"CREATE FUNCTION a\n"),
        ("sql", b"CREATE FUNCTION a AS $$\n"),
        ("sql", b"CREATE TABLE [a] "),
        ("sql", b"CREATE TABLE a /*\n"),
        ("sql", b"/*!50001 CREATE VIEW a AS "),
        ("terraform", b'a "${'),
        ("graphql", b'"""\n'),
        ("solidity", b"/**\n"),
        ("perl", b"=item A<< A<< "),
        ("powershell", b"<#\n"),
    ],
)
def test_what_breaks_grammars(language: str, unit: bytes) -> None:
    assert cut(unit * 5_000, language) > 0


@pytest.mark.parametrize("mark", [bytes([mark]) for mark in b"/*-=#~_;,.|+<>"])
def test_a_ruler_between_a_closing_bracket_and_code(mark: bytes) -> None:
    # Sixty slashes, as in Boost's exception.hpp, kept an index waiting for ever.
    body = b"".join(b"  int f%d();\n" % at for at in range(30))
    data = (
        b"namespace a\n{\nnamespace b\n{\nclass A\n{\n" + body + b"};\n}\n\n" + mark * 60
        + b"\n\ntemplate <class T>\nclass E;\n\nclass B\n{\n" + body + b"};\n}\n"
    )  # fmt: skip
    for language in sorted(GRAMMARS):
        assert cut(data, language) > 0


@pytest.mark.parametrize("language", ["astro", "svelte", "vue"])
@pytest.mark.parametrize(
    "unit",
    [
        b"<script>\n",
        b"<script %d>\n",
        b"<script %d\n",
        b"<script a='\n",
        b"<script a%d=\"'\n",
        b"<!-- %d ",
        b"<!--   \n",
        b"<!-- a b c %d -->",
        b"<script>a(%d)</script>",
        b"---\n",
        b"</script><div>%d</div>",
    ],
)
def test_parts_without_an_end(language: str, unit: bytes) -> None:
    """Each opening that looks for its end up to the end of the file makes it the square."""

    def read(count: int) -> None:
        data = b"".join(unit.replace(b"%d", b"%d" % at) for at in range(count))
        assert cut(data, language) > 0

    assert not grows_like_the_square(read, 1_000, 4_000)


def test_remarks_that_say_nothing_are_not_read_by_every_chunk() -> None:
    """The square of the length, and then 5 s: each of 800 chunks read the run's beginning."""
    assert not grows_like_the_square(lambda length: cut(b"#-\n" * length, "r"), 5_000, 20_000)


def test_the_lines_of_a_long_remark_are_not_counted_by_every_chunk() -> None:
    """A megabyte took a minute: each of 10,000 chunks counted the lines from the first on."""
    assert not grows_like_the_square(
        lambda length: cut(b"# a\n" * length, "dockerfile"), 15_000, 60_000
    )


def test_code_beside_monotony_is_still_found() -> None:
    data = CODE + b"/*\n" * 3_000 + CODE.replace(b"first", b"second")
    found = chunk(SourceFile("a.py", "python", data, 0))
    assert [each.defines for each in found if each.defines] == [("first",), ("second",)]


def test_arrows_open_no_brackets() -> None:
    """A file of R with 2,500 assignments was taken for one of open type arguments."""
    data = b"".join(b"f%d <- function(x) {\n  y <- go(x)\n}\n" % at for at in range(2_000))
    assert chunk(SourceFile("a.R", "r", data, 0))[0].defines[0] == "f0"


@pytest.mark.parametrize("language", sorted(GRAMMARS))
def test_a_file_may_end_in_a_comment(language: str) -> None:
    """Perl's `done # so far` without a line end was read for ever."""
    for end in (
        b"n#",
        b"n # so",
        b"n // so",
        b"n -- so",
        b"n /* so",
        b"n % so",
        b"n ; so",
        b"n (* so",
    ):
        assert cut(end, language) == 1


def test_code_nested_as_deep_as_people_write_is_parsed_and_deeper_is_not() -> None:
    # 800 brackets in each other are the last; some grammars end the process at 1,024.
    def nested(depth: int) -> bytes:
        return b"x = " + b"(" * depth + b"1" + b")" * depth + b"\n" + CODE

    assert defined(nested(800)) == ["first"]
    assert not defined(nested(801))


def test_a_parse_that_takes_too_long_leaves_a_file_that_is_cut_by_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parsing, "_SECONDS", -1.0)
    assert not defined(CODE * 20)
    assert cut(CODE * 20, "python") > 0


def test_a_thousand_functions_in_each_other() -> None:
    data = b"".join(b" " * depth + b"def f(x):\n" for depth in range(700))
    assert cut(data, "python") > 10


def test_everything_on_one_line() -> None:
    assert cut(b"/* a */ function f() {} " * 4_000, "javascript") == 1


@pytest.mark.parametrize("mark", [b"[", b" *a", b"[]("])
def test_marks_without_an_end(mark: bytes) -> None:
    """The words of a heading of 60 KB, nothing but ` *a`, took 12 seconds to find."""
    assert cut(b"# " + mark * 60_000 + b"\n", "markdown") == 1


@pytest.mark.parametrize(
    ("language", "unit"),
    [
        ("perl", b"package A%d;\n"),
        ("perl", b"{ package A%d; use parent 'B'; }\n"),
        ("perl", b"=head2 a%d\n\nC<< b\n\n"),
        ("powershell", b"<# %d\n"),
        ("powershell", b"class A%d : B, C { } {} -b {}\n"),
    ],
)
def test_what_goes_on_is_looked_for_once(language: str, unit: bytes) -> None:
    def read(length: int) -> None:
        cut(b"".join(unit % at for at in range(length)), language)

    assert not grows_like_the_square(read, 1_000, 4_000)


def test_headings_without_a_blank_line_do_not_look_back_to_the_first() -> None:
    """48 KB of `# a` took half a minute: each looked for a bullet that it goes on with."""
    assert not grows_like_the_square(
        lambda length: cut(b"# a\n" * length, "markdown"), 1_000, 4_000
    )


def test_a_header_of_line_feeds_is_told_from_another_language_in_time() -> None:
    """64 KB of them took 39 s: white space before a word was looked for across lines."""

    def read(length: int) -> None:
        assert detect("a.h", b"\n" * length) == "c"

    assert not grows_like_the_square(read, 4_000, 16_000)


def test_comments_of_an_enumeration_without_an_end_are_looked_for_once() -> None:
    """57 KB of `/* ` between its braces took 3 seconds."""

    def read(length: int) -> None:
        shown(b"typedef NS_ENUM(int, Kind) {" + b"/* " * length + b"};\n", GRAMMARS["objc"], [])

    assert not grows_like_the_square(read, 4_000, 16_000)


@pytest.mark.parametrize("quote", [b"'", b'"'])
def test_quotes_without_an_end_are_looked_for_once(quote: bytes) -> None:
    """200 KB of them took 36 s, each looking for its end to the end of the line."""

    def read(length: int) -> None:
        line = quote + b"\\" + quote + (b"\\" + quote) * length
        unshown(b"#if A\nx;\n" + line + b"\n#else\ny;\n#endif\n", (b";",))

    assert not grows_like_the_square(read, 1_500, 6_000)


def test_a_files_head_is_not_looked_for_again_by_each_block_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A megabyte of Java took 13 s: each block that stands apart read all that is before it."""
    read: list[int] = []
    leads = attached._leads
    monkeypatch.setattr(
        attached, "_leads", lambda before: read.append(len(before)) or leads(before)
    )
    unit = b"/** Says a thing\n * of it. */\n\nint a() { return 1; }\n"
    data = b"class A {\n  int b;\n// " + "é".encode() * 50_000 + b"\n" + unit * 100 + b"}\n"
    found = outline(SourceFile("a.java", "java", data, 0))
    assert [each.doc.text for each in found if each.doc] == ["Says a thing of it."] * 100
    assert 0 < sum(read) < 20_000


@pytest.mark.slow
def test_many_classes() -> None:
    """What a class implements was looked for in the whole file: the square of their number."""
    assert cut(b"".join(b"class A%d: pass\n" % at for at in range(40_000)), "python") > 1_000


def test_what_was_parsed_does_not_stay_in_memory() -> None:
    """py-tree-sitter keeps all that a reader gives it, for as long as the process lives."""
    data = CODE * 100
    chunk(SourceFile("a.py", "python", data, 0))
    tracemalloc.start()
    for _ in range(12):
        chunk(SourceFile("a.py", "python", bytes(bytearray(data)), 0))
    gc.collect()
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < 4 * len(data)


def test_a_return_of_bars_is_read_in_time() -> None:
    """4,900 of them behind `@return` took a quarter of a second, and a file may have hundreds."""

    def read(length: int) -> None:
        cut(b"/** @return " + b"|" * length + b" */\nvoid f();\n", "cpp")

    assert not grows_like_the_square(read, 1_900, 7_600)
