"""What is read of pasted diffs: which files, and which lines of them a change is on."""

from difflib import unified_diff

import pytest
from growth import grows_like_the_square

from ncs.search.diffs import Hunk, alike, changed_line, hunks

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
    assert hunks("@@ -10,3 +10,4 @@ func add(x int) {\n-\ttwo()\n") == []


@pytest.mark.parametrize("moved", [0, 7, -9, 400])
def test_a_change_is_where_its_lines_stand_whatever_its_numbers(moved: int) -> None:
    changed = [*LINES[:30], "    other(cart)", "    another(cart)", *LINES[31:]]
    hunk = hunk_of(LINES, changed, moved)
    assert changed_line(hunk, places(LINES)) == changed_line(hunk, places(changed)) == 31
    assert changed_line(hunk, places(["", "", *changed])) == 33


def test_between_places_that_are_alike_numbers_decide() -> None:
    same = ["def run():", "    begin()", "    end()", ""] * 5
    changed = [*same[:14], "    more()", *same[14:]]
    hunk = hunk_of(same, changed)
    assert changed_line(hunk, places(same)) == 15
    assert changed_line(hunk, places(["nothing of it"] * 40)) == 15


def test_brackets_say_of_no_place_that_a_change_is_there() -> None:
    hunk = Hunk(("x.go",), 5, 5, [" }", "-gone()", "+come()", " }"])
    assert changed_line(hunk, places(["}"] * 3 + ["a()"] * 9)) == 6


def test_a_long_diff_is_read_in_time() -> None:
    head = "--- a/x\n+++ b/x\n"

    def read(long: int) -> None:
        hunks(head + "@@ -1 +1 @@\n-a\n" * long)
        (hunk,) = hunks(head + "@@ -1 +1 @@\n" + " return 1\n" * long)
        changed_line(hunk, places(["return 1"] * long))

    assert not grows_like_the_square(read, 5_000, 20_000)
