"""What is read of pasted diffs: which files, and which lines of them a change is on."""

from difflib import unified_diff

import pytest
from growth import grows_like_the_square

from ncs.search.diffs import Hunk, alike, hunks, standing

DIFF = """please look at this:
diff --git a/shop/cart.go b/shop/cart.go
index 1111111..2222222 100644
--- a/shop/cart.go
+++ b/shop/cart.go
@@ -10,3 +10,4 @@ func add(x int) {
 \tone()
-\ttwo()
+\tthree()

@@ -90 +91 @@
-- a dash
+- a plus
diff --git a/shop/old.go b/shop/new.go
similarity index 90%
rename from shop/old.go
rename to shop/new.go
--- a/shop/old.go
+++ b/shop/new.go
@@ -1,2 +1,1 @@
-gone
 stays
--- a/shop/last.go
+++ /dev/null
@@ -1 +0,0 @@
-all
\\ No newline at end of file
"""
LINES = [f"    step{at % 7}(cart, {at})" for at in range(60)]


def places(lines: list[str]) -> dict[str, list[int]]:
    return alike(enumerate(lines, 1))


def hunk_of(before: list[str], after: list[str], moved: int = 0) -> Hunk:
    """Return the hunk of one change, as if so many lines more were above it."""
    made = [*unified_diff(before, after, "a/x.py", "b/x.py", lineterm="")]
    (found,) = hunks("\n".join(made))
    return found._replace(old=found.old + moved, new=found.new + moved)


def test_files_numbers_and_lines_are_read() -> None:
    assert hunks(DIFF) == [
        Hunk(("shop/cart.go",), 10, 10, [" \tone()", "-\ttwo()", "+\tthree()", " "]),
        Hunk(("shop/cart.go",), 90, 91, ["-- a dash", "+- a plus"]),
        Hunk(("shop/new.go", "shop/old.go"), 1, 1, ["-gone", " stays"]),
        Hunk(("shop/last.go",), 1, 0, ["-all", "\\ No newline at end of file", " "]),
    ]
    assert hunks(DIFF.replace("\n", "\r\n"))[0] == hunks(DIFF)[0]
    assert hunks("@@ -10,3 +10,4 @@ func add(x int) {\n-\ttwo()") == [
        Hunk((), 10, 10, ["-\ttwo()"])
    ]


SMALL = """--- a/cart.go
+++ b/cart.go
@@ -1,3 +1,3 @@
 one()

-two()
+three()
@@ -9 +9 @@
-four()
+five()
"""
OF_SMALL = [
    Hunk(("cart.go",), 1, 1, [" one()", " ", "-two()", "+three()"]),
    Hunk(("cart.go",), 9, 9, ["-four()", "+five()"]),
]


@pytest.mark.parametrize("front", ["", "> ", "    ", "\t", "> > ", "| "])
def test_a_diff_that_is_quoted_or_indented_is_read(front: str) -> None:
    """It was no diff: its words were looked for."""
    quoted = "\n".join(f"{front}{line}".rstrip() for line in SMALL.rstrip().split("\n"))
    for text in (quoted, f"so:\n\n{quoted}\n\nwhy?", quoted.replace("\n", "\r\n")):
        found = hunks(text)
        assert found[0] == OF_SMALL[0]
        assert found[1].lines[:2] == OF_SMALL[1].lines
    assert [each.old for each in hunks(f"{SMALL}\n{quoted}")] == [1, 9, 1, 9]


def test_a_diff_of_a_diff_is_one() -> None:
    lines = [" --- a/x", " +++ b/x", " @@ -1 +1 @@", "-two", "+three"]
    made = "--- a/it.diff\n+++ b/it.diff\n@@ -1,4 +1,4 @@\n" + "\n".join(lines)
    assert hunks(made) == [Hunk(("it.diff",), 1, 1, lines)]


def test_the_diff_of_a_merge_has_a_column_of_marks_for_each_parent() -> None:
    merged = (
        "diff --cc cart.go\n--- a/cart.go\n+++ b/cart.go\n@@@ -4,3 -5,3 +6,4 @@@ func add()\n"
        "  one()\n- two()\n -three()\n++four()\n+ five()\n"
    )
    lines = [" one()", "-two()", "-three()", "+four()", "+five()", " "]
    assert hunks(merged) == [Hunk(("cart.go",), 4, 6, lines)]


@pytest.mark.parametrize(
    ("header", "paths"),
    [
        ('"a/sch\\303\\266n.py"', ("schön.py",)),
        ("a/lib/my file.py\t", ("lib/my file.py",)),
        ("lib/x.py  2024-01-01 10:00:00.000 +0100", ("lib/x.py",)),
        ("lib/x.py\t(revision 12)", ("lib/x.py",)),
        ("lib/x.py    (working copy)", ("lib/x.py",)),
        ("old\\lib\\x.py", ("old/lib/x.py",)),
        ("/dev/null", ()),
    ],
)
def test_headers_of_other_programs_name_files(header: str, paths: tuple[str, ...]) -> None:
    (found,) = hunks(f"--- {header}\n+++ {header}\n@@ -1 +1 @@\n-a\n+b")
    assert found.paths == paths


@pytest.mark.parametrize("moved", [0, 7, -9, 400])
def test_a_change_is_where_its_lines_stand_whatever_its_numbers(moved: int) -> None:
    changed = [*LINES[:30], "    other(cart)", "    another(cart)", *LINES[31:]]
    hunk = hunk_of(LINES, changed, moved)
    assert standing(hunk, places(LINES)).line == standing(hunk, places(changed)).line == 31
    assert standing(hunk, places(["", "", *changed])).line == 33


def test_between_places_that_are_alike_numbers_decide() -> None:
    same = ["def run():", "    begin()", "    end()", ""] * 5
    changed = [*same[:14], "    more()", *same[14:]]
    hunk = hunk_of(same, changed)
    assert standing(hunk, places(same)).line == 15
    assert standing(hunk, places(["nothing of it"] * 40)).line == 15


def test_brackets_say_of_no_place_that_a_change_is_there() -> None:
    hunk = Hunk(("x.go",), 5, 5, [" }", "-gone()", "+come()", " }"])
    assert standing(hunk, places(["}"] * 3 + ["a()"] * 9)).line == 6


def test_a_long_diff_is_read_in_time() -> None:
    head = "--- a/x\n+++ b/x\n"

    def read(long: int) -> None:
        hunks(head + "@@ -1 +1 @@\n-a\n" * long)
        (hunk,) = hunks(head + "@@ -1 +1 @@\n" + " return 1\n" * long)
        standing(hunk, places(["return 1"] * long))

    assert not grows_like_the_square(read, 5_000, 20_000)


@pytest.mark.parametrize("unit", [" ", "> ", "--- ", "@", "@@ -1 ", " 2024-01-01 ", "\\303"])
def test_a_long_line_is_read_in_time(unit: str) -> None:
    def read(long: int) -> None:
        line = unit * long
        hunks(f"{line}\n--- {line}x\n+++ {line}x\n@@ -1 +1 @@\n{line}")

    assert not grows_like_the_square(read, 5_000, 20_000)
