"""Places that are named by path and line, and the frames of traces."""

from difflib import unified_diff
from pathlib import Path

import pytest
from growth import grows_like_the_square
from literal_files import FILES
from small_index import built, make_corpus, put_texts, write_index

import ncs
from ncs.api.opening import Codebase
from ncs.index.reading import open_index
from ncs.search import Query
from ncs.search.located import places
from ncs.types import DOUBTFUL


@pytest.mark.parametrize(
    "asked",
    ["app/session.py:4", "session.py", 'File "/srv/code/app/session.py", line 4, in open_session',
     "at app/session.py(4)", "app/session.py line 4", "session.py, line 4"],
)  # fmt: skip
def test_a_place_that_is_named_by_its_path_comes_first(codebase: Codebase, asked: str) -> None:
    hit = codebase.search(asked, 1)[0]
    assert (hit.path, hit.symbol) == ("app/session.py", "open_session")
    assert hit.score > 0.9


@pytest.mark.parametrize(
    ("asked", "symbol"),
    [
        ("app/jar.py:seal", "seal"),
        ("jar.py::Jar::drain_slowly", "Jar.drain_slowly"),
        ("FAILED app/jar.py::Jar::fill[1-much] - assert 1 == 2", "Jar.fill"),
        ("app/jar.py:seal()", "seal"),
    ],
)
def test_what_a_file_defines_is_asked_for_by_both(
    codebase: Codebase, asked: str, symbol: str
) -> None:
    hit = codebase.search(asked, 1)[0]
    assert (hit.path, hit.symbol, hit.score > 0.9) == ("app/jar.py", symbol, True)


def test_swift_names_the_module_of_a_file_and_no_folder(tmp_path: Path) -> None:
    tree = {"iOS/Main.swift": ("func a() {}", "func b() {}"), "iOS/Other.swift": ("func c() {}",)}
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        said = "Fatal error: found nil: file Reader/Main.swift, line 1"
        assert {index.paths[file] for file in places(index, said).lines()} == {"iOS/Main.swift"}
        assert not places(index, said.replace("swift", "py")).lines()


_ELSEWHERE = {
    "fee.py": ("def fee():\n    return 1", "def free():\n    return 2"),
    "lib/deep/fee.py": ("def fee():\n    return 3",),
    "shop/cart.py": ("def price():\n    return 1",),
    "bill/cart.py": ("def total():\n    return 2",),
    "src/api/cart.ts": ("function other() {}", "function price() {}"),
    "src/web/cart.ts": ("function price() {}",),
    "src/web/page.tsx": ("function draw() {}",),
}


@pytest.mark.parametrize(
    ("frame", "path"),
    [
        ('File "/app/cart.py", line 90, in price', "shop/cart.py"),
        ("at price (/app/dist/api/cart.js:90:7)", "src/api/cart.ts"),
        ("at draw (webpack:///out/page.js:1:2007)", "src/web/page.tsx"),
        ('File "/app/cart.py", line 90, in gone', None),
        ('File "/app/deep/fee.py", line 90, in fee', "lib/deep/fee.py"),
        ('File "/app/deep/fee.py", line 90, in free', "fee.py"),
        ('File "/usr/lib/python3/cart.py", line 90, in price', None),
        ("at org.shop.Other.price(cart.py:90)", "shop/cart.py"),
    ],
)
def test_a_frame_of_another_root_is_found_by_its_function(
    tmp_path: Path, frame: str, path: str | None
) -> None:
    write_index(tmp_path / "i.db", make_corpus(_ELSEWHERE))
    with open_index(tmp_path / "i.db") as index:
        found = {index.paths[file] for file in places(index, frame).lines()}
    assert found == ({path} if path else set())


def test_a_name_of_many_files_names_no_place(tmp_path: Path) -> None:
    tree = {f"a{at}/same.py": (f"def one{at}():\n    return 1",) for at in range(6)}
    tree |= {f"a{at}/few.py": (f"def two{at}():\n    return 2",) for at in range(5)}
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        found = [
            len(places(index, text).worth()[0]) for text in ("same.py:2", "few.py:2", "a1/same.py")
        ]
        assert found == [0, 5, 1]
        assert not places(index, "same.py:2").lines()


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("server/http.ts:1", ["lib/server/http.ts", "server/http.ts"]),
        ("/srv/lib/server/http.ts:1", ["lib/server/http.ts"]),
        ("/srv/other/server/http.ts:1", ["server/http.ts"]),
        ("/srv/other/http.ts:1", ["http.ts"]),
        ("http.ts:1", ["http.ts", "lib/server/http.ts", "server/http.ts"]),
    ],
)
def test_of_files_that_a_path_ends_with_it_means_the_longest(
    tmp_path: Path, asked: str, meant: list[str]
) -> None:
    """`@trpc/server/http.ts:1` led to the `http.ts` at the root: it ends with that, too."""
    tree = {f"{at}http.ts": ("function f() {}",) for at in ("", "server/", "lib/server/")}
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        assert sorted(index.paths[file] for file in places(index, asked).lines()) == meant


def test_of_files_of_a_name_those_that_have_the_line_are_meant(tmp_path: Path) -> None:
    """`share.go:150` gave three files for 0.95, and two of them end before that line."""
    tree = {f"a{at}/few.py": (*["def two():\n    return 2\n"] * at,) for at in (1, 3, 5)}
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        ends = [int(index.spans[1][index.chunks_of(file)[-1]]) for file in range(3)]
        for line, paths in (
            (ends[0], index.paths),
            (ends[0] + 1, index.paths[1:]),
            (ends[2], index.paths[2:]),
            (ends[2] + 1, index.paths),
        ):
            asked = places(index, f"few.py:{line}").lines()
            assert [index.paths[file] for file in asked] == list(paths)


def test_of_several_lines_of_a_file_the_first_is_asked_for(codebase: Codebase) -> None:
    text = "app/session.py:4 calls app/net.py:2 and app/session.py:1"
    paths = codebase.index.paths
    asked = {paths[file]: line for file, line in places(codebase.index, text).lines().items()}
    assert asked == {"app/session.py": 4, "app/net.py": 2}


def test_a_line_is_shown_in_the_chunk_that_holds_it(codebase: Codebase) -> None:
    hit = codebase.search("long.py:150", 1)[0]
    assert hit.start_line <= 150 <= hit.end_line


def test_the_line_that_is_asked_for_is_among_those_shown(codebase: Codebase) -> None:
    """`story.rb:584` showed lines 575 to 582 of a chunk of thirty."""
    for line in (140, 150, 158):
        hit = codebase.search(f"long.py:{line}", 1)[0]
        shown = hit.snippet.split("\n")
        assert hit.snippet_line <= line < hit.snippet_line + len(shown)
        assert shown[line - hit.snippet_line] in hit.snippet


@pytest.mark.parametrize("line", [305, 312, 3, 150, 99_999])
@pytest.mark.parametrize(
    "frame",
    ['File "/srv/app/long.py", line {}, in step152', "at Steps.step152 (/srv/app/long.py:{}:8)",
     "app/long.py:{}: in step152", "a.out!step152() Line {}",
     "#0  0x01 in step152 (x=1) at /srv/app/long.py:{}"],
)  # fmt: skip
def test_a_frame_leads_to_its_function_whatever_its_line(
    codebase: Codebase, frame: str, line: int
) -> None:
    """A trace of another version had imports for 0.99: its line was in them."""
    hit = codebase.search(frame.format(line), 1)[0]
    assert hit.score > 0.9
    assert (hit.path, hit.symbol) == ("app/long.py", "step152")
    assert "def step152(x):" in hit.snippet
    assert codebase.answer(Query(frame.format(line))).past_end is None


def test_a_line_stays_where_its_file_has_no_function_of_the_frame(codebase: Codebase) -> None:
    for frame in ("at Steps.walk (app/long.py:306:8)", "at <anonymous> (app/long.py:306)"):
        hit = codebase.search(frame, 1)[0]
        assert hit.snippet_line <= 306 < hit.snippet_line + len(hit.snippet.split("\n"))
    assert codebase.answer(Query("at walk (app/long.py:999:8)")).past_end == ("app/long.py", 400)


def test_of_functions_of_one_name_the_owner_and_then_the_line_decides(tmp_path: Path) -> None:
    text = (
        "def run():\n"
        + "    walk()\n" * 30
        + "\n\n"
        + "\n\n\n".join(
            f"class {name}:\n    def run(self):\n        return {at}\n" + f"    {name} = 1\n" * 20
            for at, name in enumerate(("Cart", "Till"))
        )
    )
    with built(
        tmp_path, {"shop/till.py": text, "other/till.py": "def walk():\n    return 3\n"}
    ) as opened:
        for frame, symbol in (
            ('File "/x/shop/till.py", line 900, in run', "Till.run"),
            ('File "/x/shop/till.py", line 40, in run', "Cart.run"),
            ("at Cart.run (shop/till.py:900:1)", "Cart.run"),
            ("at Till.run (till.py:45:1)", "Till.run"),  # the other file of the name has no such
        ):
            assert opened.search(frame, 1)[0].symbol == symbol


def test_a_path_in_a_package_of_others_ends_like_one_of_the_index_by_chance(
    codebase: Codebase,
) -> None:
    index, far = codebase.index, "/usr/lib/python3.12/site-packages"
    assert not places(index, f'File "{far}/other/app/session.py", line 4, in nothing').lines()
    assert places(index, f'File "{far}/app/session.py", line 4, in open_session').lines()


def test_of_the_frames_of_a_trace_the_innermost_leads(codebase: Codebase) -> None:
    """A frame of node itself, or the second of two, had more of the question's words."""
    frames = [
        "    at ignore (/srv/node_modules/session/index.js:1:1)",
        "    at open_session (/srv/app/session.py:4:85)",
        "    at Stove.heat (/srv/lib/kitchen.js:4:60)",
        "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
    ]
    trace = "TypeError: Cannot read properties of exports Stove heat kitchen\n" + "\n".join(frames)
    first, second = codebase.search(trace, 2)
    assert (first.path, second.path) == ("app/session.py", "lib/kitchen.js")
    lines = [
        '  File "/srv/app/long.py", line 3, in step1',
        '  File "/srv/app/net.py", line 2, in f',
    ]
    python = "\n".join(["Traceback (most recent call last):", *lines, "KeyError: 'step long'"])
    assert codebase.search(python, 1)[0].path == "app/net.py"


def test_of_many_functions_of_a_name_that_of_the_owner_is_meant(tmp_path: Path) -> None:
    """Of more than twenty the first were looked at, whoever owned them."""
    kinds = "".join(
        f"class Kind{at}:\n    def validate(self):\n        return {at}\n\n\n" for at in range(40)
    )
    with built(tmp_path, {"kinds.py": kinds}) as opened:
        frame = 'File "/srv/kinds.py", line 9000, in Kind33.validate'
        assert opened.search(frame, 1)[0].symbol == "Kind33.validate"


def diff_of(path: str, before: str, after: str) -> str:
    """Return a diff as git has it."""
    names = f"a/{path}", f"b/{path}"
    made = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return "\n".join([f"diff --git {' '.join(names)}", "index 1111111..2222222 100644", *made])


@pytest.mark.parametrize("above", [0, 40, 300])
def test_a_diff_leads_to_the_function_that_it_changes(codebase: Codebase, above: int) -> None:
    """Its header led to what says most of the diff's words in the file: the functions around."""
    path, pad = "app/long.py", "import step149, step150, step151, step152\n" * above
    text = FILES[path]
    after = text.replace("    return x + 150\n", "    x += step149\n    return step152(x)\n")
    for asked in (diff_of(path, pad + text, pad + after), diff_of(path, pad + after, pad + text)):
        for mode in ("hybrid", "lexical"):
            hit = codebase.search(asked, 1, mode)[0]
            assert (hit.path, hit.symbol, hit.score > 0.9) == (path, "step150", True)


def test_what_a_diff_changes_in_functions_leads(tmp_path: Path) -> None:
    """Its files are in the order of their names, and what is imported changes first in each."""
    text, notes = FILES["src/gaps.py"], "# Changes\n\n- a gap\n"
    changed = text.replace("import os", "import re").replace("def gap_2(x):", "def gap_2(x, y):")
    put_texts(tmp_path, {"CHANGES.md": notes, "src/gaps.py": text, "tests/test_gaps.py": text})
    ncs.build(tmp_path)
    asked = [
        diff_of("CHANGES.md", notes, f"{notes}- gap_2 of y\n"),
        diff_of("src/gaps.py", text, changed),
        diff_of("tests/test_gaps.py", text, changed),
    ]
    with ncs.open(tmp_path) as opened:
        hit = opened.search("\n".join(asked), 1)[0]
        assert (hit.path, hit.symbol) == ("src/gaps.py", "gap_2")


@pytest.mark.parametrize("front", ["", "    ", "> "])
def test_a_hunk_without_a_header_leads_to_where_its_lines_stand(
    codebase: Codebase, front: str
) -> None:
    text = FILES["app/long.py"]
    made = diff_of("app/long.py", text, text.replace("    return x + 150\n", "    return x\n"))
    hunk = made[made.index("@@ -") :]
    asked = "\n".join(f"{front}{line}" for line in ("", *hunk.split("\n")))
    for mode in ("hybrid", "lexical"):
        hit = codebase.search(asked, 1, mode)[0]
        assert (hit.path, hit.symbol, hit.score > 0.9) == ("app/long.py", "step150", True)


@pytest.mark.parametrize(
    ("files", "known"), [({"a.py": 1}, ["a.py"]), ({"a.py": 1, "b.py": 1}, ["a.py", "b.py"]),
                         ({f"f{at}.py": 1 for at in range(9)}, []), ({"a.py": 0}, [])],
)  # fmt: skip
def test_of_a_hunk_without_a_header_most_must_stand_in_few_files(
    tmp_path: Path, files: dict[str, int], known: list[str]
) -> None:
    hunk = "@@ -3,3 +3,3 @@\n     begin()\n-    first(x)\n+    second(x)\n     finish()"
    here = "def f(x):\n    begin()\n    first(x)\n    finish()\n"
    other = "def f(x):\n    first(x)\n    begin() or finish()\n    third(x)\n"
    with built(
        tmp_path, {path: here if same else other for path, same in files.items()}
    ) as opened:
        lines = places(opened.index, hunk).lines()
        assert {opened.index.paths[at]: line for at, line in lines.items()} == dict.fromkeys(
            known, 3
        )


def test_a_diff_of_a_file_that_is_not_here_leads_nowhere(codebase: Codebase) -> None:
    text = diff_of("far/away.py", "x = 1\n", "x = 2\n")
    assert not places(codebase.index, text).lines()


def test_a_file_that_is_gone_is_no_answer(codebase: Codebase) -> None:
    """`nofile.go:12` gave another file, and no word that it is not there."""
    for place, like in (
        ("app/nothere.py:72", []),
        ("src/app/deep/session.py:7", ["app/session.py"]),
        ("app/sesion.py", ["app/session.py"]),
        ("src\\app\\sesion.py:7", ["app/session.py"]),
        ("kitchn.js line 3", ["lib/kitchen.js"]),
    ):
        found = codebase.answer(Query(place)).absent
        assert found is not None
        assert found[1] == like
        hit = codebase.search(place, 1)[0]
        # What it may be a slip for is shown, with doubt.
        assert (hit.path == like[0] and DOUBTFUL < hit.score < 0.9) if like else (
            hit.score < DOUBTFUL
        )  # fmt: skip
    for other in ("app/session.py:4", "srv/app/session.py:4", "localhost.net:80", "nothere.py",
                  "what app/nothere.py:72 does", "work.Queue:3"):  # fmt: skip
        assert codebase.answer(Query(other)).absent is None


def test_a_long_token_is_read_in_time(codebase: Codebase) -> None:
    """What a base64 in a pasted log takes: 23 s for 40,000 letters."""
    index = codebase.index
    assert not grows_like_the_square(
        lambda long: places(index, "A" * long).worth(), 20_000, 80_000
    )
    assert not grows_like_the_square(
        lambda long: places(index, "a/" * long).worth(), 20_000, 80_000
    )


def test_a_line_that_no_chunk_holds_is_shown_in_the_nearest(codebase: Codebase) -> None:
    # Between `gap_0`, which ends at line 34, and `gap_1`; past the end of the file.
    for line, symbol in ((35, "gap_0"), (36, "gap_1"), (99_999, "gap_2")):
        hit = codebase.search(f"src/gaps.py:{line}", 1)[0]
        assert (hit.path, hit.symbol, hit.score > 0.9) == ("src/gaps.py", symbol, True)
    assert codebase.answer(Query("src/gaps.py:99999")).past_end == ("src/gaps.py", 102)
    for there in ("src/gaps.py:102", "src/gaps.py:35", "src/gaps.py", "what gaps.c:99999 is"):
        assert codebase.answer(Query(there)).past_end is None


def test_a_line_that_cannot_be_is_no_fault(codebase: Codebase) -> None:
    for digits in (20, 5_000):
        assert codebase.search(f"app/net.py:{'9' * digits}", 1)
