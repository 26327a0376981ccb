"""The command line as a user meets it: exit codes, stdout against stderr, light imports."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from command import loaded_by, ncs

from ncs import __version__, display
from ncs.api import later, refreshing
from ncs.api.describing import Explanation
from ncs.cli.group import _COMMANDS, commands
from ncs.cli.query import query
from ncs.display import HIT_FIELDS
from ncs.display.plain import on_one_line, printable
from ncs.index.lock import writer
from ncs.index.validate import Check
from ncs.types import Hit, ignore_progress

SOURCES = {
    "store/cache.py": '''"""A cache with a limit."""


class Cache:
    """Keeps the most recently used values and forgets the oldest."""

    def __init__(self, limit):
        self.limit = limit
        self.values = {}

    def put(self, key, value):
        """Remember a value; the oldest goes when the limit is reached."""
        self.values.pop(key, None)
        self.values[key] = value
        while len(self.values) > self.limit:
            self.values.pop(next(iter(self.values)))
''',
    "net/retry.py": '''import time


def with_retries(call, attempts, pause):
    """Call a function again with exponential backoff until it succeeds."""
    for attempt in range(attempts):
        try:
            return call()
        except ConnectionError:
            time.sleep(pause * 2 ** attempt)
    raise TimeoutError(attempts)
''',
    "web/parse.js": """/** Split a query string into an object of decoded parameters. */
function parseQuery(text) {
  const found = {};
  for (const part of text.split("&")) {
    const [key, value] = part.split("=");
    found[decodeURIComponent(key)] = decodeURIComponent(value || "");
  }
  return found;
}
""",
    "README.md": "# Sample\n\nA codebase to search in.\n\n## Retries\n\nCalls are retried.\n",
}


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sample")
    for name, text in SOURCES.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    done = ncs("index", "--codebase", str(root))
    assert done.returncode == 0, done.stderr
    assert "chunks of 4 files" in done.stdout
    return root


def test_the_environment_says_where_an_index_is_written_and_found(
    codebase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NCS_INDEX", str(tmp_path / "elsewhere.db"))
    runner = CliRunner()
    made = runner.invoke(commands, ["index", "--codebase", str(codebase)])
    assert made.exit_code == 0, made.output
    for _ in range(2):
        found = runner.invoke(commands, ["query", "retry with backoff", "--json"])
        assert json.loads(found.stdout.splitlines()[0])["path"] == "net/retry.py"
        assert not found.stderr


def test_an_index_elsewhere_is_written_anew_of_its_own_codebase(
    codebase: Path, tmp_path: Path
) -> None:
    """From a folder inside, all of it gave way to an index of that folder."""
    asked = ["query", "retry with backoff", "--json", "--index", str(tmp_path / "i.db")]
    for folder, said in ((codebase, False), (codebase / "web", True)):
        made = ncs("index", "--output", str(tmp_path / "i.db"), cwd=folder)
        assert made.returncode == 0, made.stderr
        assert ("i.db is of" in made.stderr) == said
        found = ncs(*asked, cwd=folder)
        assert json.loads(found.stdout.splitlines()[0])["path"] == "net/retry.py"
    alone = ["--codebase", ".", "--output", str(tmp_path / "i.db")]
    assert ncs("index", *alone, cwd=codebase / "web").returncode == 0
    paths = [json.loads(line)["path"] for line in ncs(*asked).stdout.splitlines()]
    assert "parse.js" in paths
    assert "net/retry.py" not in paths


def test_an_index_is_not_written_into_a_folder_that_is_not_its_codebase(
    codebase: Path, tmp_path: Path
) -> None:
    runner = CliRunner()
    refused = runner.invoke(
        commands, ["index", "--codebase", str(codebase), "--output", str(tmp_path)]
    )
    assert refused.exit_code == 2
    assert str(tmp_path / "index.db") in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_query_finds_the_index_from_a_sub_directory_and_is_about_it(codebase: Path) -> None:
    done = ncs("query", "exponential backoff", "--top-k", "1", cwd=codebase / "net")
    assert done.returncode == 0
    assert done.stdout.startswith("net/retry.py:")
    assert "[docstring]" in done.stdout
    assert done.stderr.startswith(f"Searched in net/ alone, paths begin at {codebase}: --index ")
    elsewhere = ncs("query", "exponential backoff", "--json", cwd=codebase / "web")
    assert all('"path": "web/' in line for line in elsewhere.stdout.splitlines())
    assert "Outside of web/ net/retry.py:" in elsewhere.stderr
    assert "Outside" not in done.stderr
    (codebase / "empty").mkdir()
    whole = ncs("query", "exponential backoff", "--top-k", "1", cwd=codebase / "empty")
    assert whole.stdout.startswith("net/retry.py:")


def test_json_has_the_contract_s_fields_in_order(codebase: Path) -> None:
    done = ncs("query", "decode parameters", "--json", "--index", str(codebase))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [tuple(hit) for hit in found] == [HIT_FIELDS] * len(found)
    assert [hit["rank"] for hit in found] == list(range(1, len(found) + 1))
    assert found[0]["path"] == "web/parse.js"
    assert all(0 <= hit["score"] <= 1 for hit in found)
    assert all(hit["explanation"] for hit in found)


@pytest.mark.parametrize("mode", ["hybrid", "neural", "lexical"])
def test_every_mode_answers_the_same_twice(codebase: Path, mode: str) -> None:
    first, second = (
        ncs("query", "forget the oldest value", "--mode", mode, "--index", str(codebase), "--json")
        for _ in range(2)
    )
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert json.loads(first.stdout.splitlines()[0])["path"] == "store/cache.py"


def test_nothing_found_is_exit_1(codebase: Path) -> None:
    done = ncs("query", "zyxwvut", "--mode", "lexical", "--index", str(codebase))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Nothing found" in done.stderr


def test_symbol_mode_answers_by_names_alone(codebase: Path) -> None:
    def asked(text: str, *more: str) -> subprocess.CompletedProcess[str]:
        return ncs("query", text, "--mode", "symbol", "--index", str(codebase), *more)

    found = [json.loads(line) for line in asked("parsequery", "--json").stdout.splitlines()]
    assert [tuple(hit) for hit in found] == [HIT_FIELDS] * len(found)
    assert [(hit["path"], hit["symbol"], hit["score"]) for hit in found] == [
        ("web/parse.js", "parseQuery", 0.95)
    ]
    nothing = asked("exponential")  # which stands in a text, but in no name
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "No name here is like it: --mode hybrid" in nothing.stderr
    left_out = asked("parsequery", "--kind", "class")
    assert (left_out.returncode, left_out.stdout) == (1, "")
    assert "No name among what the filters leave is like it" in left_out.stderr


def test_min_score_leaves_out_what_is_less(codebase: Path) -> None:
    def asked(share: str, *more: str) -> subprocess.CompletedProcess[str]:
        return ncs("query", "exponential backoff", "--min-score", share,
                   "--index", str(codebase), *more)  # fmt: skip

    whole = asked("0", "--json").stdout.splitlines()
    scores = [json.loads(line)["score"] for line in whole]
    assert scores[0] > scores[-1] + 0.01
    middle = (scores[0] + scores[-1]) / 2
    kept = sum(score >= middle for score in scores)
    assert asked(str(middle), "--json").stdout.splitlines() == whole[:kept]
    none = asked("1")
    assert (none.returncode, none.stdout) == (1, "")
    assert none.stderr.startswith("Nothing found. The best place scores 0.")
    shown = none.stderr.split("--min-score ")[1].split()[0]
    assert asked(shown).returncode == 0
    assert asked("1.5").returncode == 2
    assert asked("nan").returncode == 2


def test_a_list_without_a_good_answer_says_so_beside_it(codebase: Path) -> None:
    arguments = ("query", "photosynthesis of tropical orchids", "--index", str(codebase))
    for done in (ncs(*arguments), ncs(*arguments, "--json")):
        assert done.returncode == 0
        assert done.stderr.startswith("Perhaps nothing here answers this (best score 0.")
        assert "answers this" not in done.stdout


def test_a_flag_that_ncs_does_not_have_can_be_asked_for(codebase: Path) -> None:
    plainly = ncs("query", "--dry-run", "-k", "1", "--index", str(codebase))
    behind = ncs("query", "-k", "1", "--index", str(codebase), "--", "--dry-run")
    assert (plainly.returncode, plainly.stdout) == (0, behind.stdout)
    done = ncs("query", "what is", "--dry-run", "--index", str(codebase))
    assert done.returncode == 2
    assert "To ask for it: ncs query -- --dry-run" in done.stderr
    assert ncs("query", "--langs", "--index", str(codebase)).returncode == 2  # a slip
    assert "To ask for it" not in ncs("index", "--dry-run").stderr
    # It was cut to `-n`, and what a shell reads was not quoted.
    done = ncs("query", "-not$here", "--index", str(codebase))
    assert done.stderr.endswith("To ask for it: ncs query -- '-not$here'\n")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (["- old line"], "- old line"),
        (["--- FAIL: TestX (0.01s)\n    x.go:3: no"], "--- FAIL: TestX (0.01s)\n    x.go:3: no"),
        (["--json is no flag"], "--json is no flag"),
        (["--url=a b", "and"], "--url=a b and"),
        (["--", "-- a"], "-- a"),
        (["-h or --help"], "-h or --help"),
        (["x", "--path", "- my dir", "--path=my dir", "-k", "3"], "x"),
    ],
)
def test_what_holds_blanks_is_the_question_whatever_it_begins_with(
    typed: list[str], text: str
) -> None:
    """A line of a diff, and of a test's report, was an option that is not there."""
    read = query.make_context("query", list(typed)).params
    assert " ".join(read["text"]).strip() == text
    assert not read["as_json"]
    assert read["paths"] == (("- my dir", "my dir") if "--path" in typed else ())


@pytest.mark.parametrize("cut", [["x", "--path"], ["- a b", "--top-k"]])
def test_an_option_without_its_value_is_named(cut: list[str]) -> None:
    with pytest.raises(click.BadOptionUsage, match=f"{cut[-1]}.* requires an argument"):
        query.make_context("query", cut)


def test_a_question_may_come_from_standard_input(codebase: Path) -> None:
    def asked(piped: bytes, *arguments: str) -> Result:
        given = ["query", *arguments, "--json", "--index", str(codebase)]
        return CliRunner().invoke(commands, given, input=piped)

    line = "def oldest_entry(self, entries):"
    typed = asked(b"", line)
    assert asked(f"\n{line}\n".encode(), "-").stdout == typed.stdout != ""
    for piped, said in (
        (b"", "holds no question"),
        (b" \n", "holds no question"),
        (b"a " * 40_000, "more than 65,536 bytes"),
    ):
        done = asked(piped, "-")
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr
    nothing = ncs("query")
    assert nothing.returncode == 2
    assert nothing.stderr.endswith("To ask what standard input holds: ncs query -\n")


@pytest.mark.parametrize("style", ["plain", "terminal"])
def test_behind_a_likely_answer_those_that_hardly_answer_are_told_in_brief(
    capsys: pytest.CaptureFixture[str], style: Literal["plain", "terminal"]
) -> None:
    """Nine of ten places were most of what was to be read, and answered one time in fifty."""

    def shown(scores: list[float]) -> tuple[int, int]:
        display.hits(
            [
                Hit(at + 1, f"a{at}.py", 1, 2, "python", "function", "f", score, "Does it.",
                    "docstring", "def f(): ...", 1)
                for at, score in enumerate(scores)
            ],
            style,
        )  # fmt: skip
        said = capsys.readouterr().out
        assert said.count("Does it.") == len(scores)
        return len(re.findall(r"a\d\.py:1-2", said)), said.count("def f(): ...")

    assert shown([0.9, 0.3, 0.1, 0.02]) == (4, 2)
    assert shown([0.4, 0.3, 0.1, 0.02]) == (4, 4)


def test_on_a_terminal_what_is_said_of_the_list_comes_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hit = Hit(1, "a.py", 1, 2, "python", "function", "f", 0.04, "Does f.", "docstring", "f()", 1)
    display.hits([hit], "terminal", asides=["Nothing here answers well."])
    shown = capsys.readouterr()
    assert shown.out.rstrip().endswith("Nothing here answers well.")
    assert shown.err == ""


def test_a_mistyped_command_names_the_one_that_is_like_it() -> None:
    found = CliRunner().invoke(commands, ["qurey", "x"])
    assert (found.exit_code, "Did you mean 'query'?" in found.stderr) == (2, True)
    assert "Did you mean" not in CliRunner().invoke(commands, ["zzz"]).stderr


def test_what_is_shown_in_place_of_what_was_asked_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def secure_compare(a, b):\n    return a == b\n")
    CliRunner().invoke(commands, ["index", "--codebase", str(tmp_path)])
    found = CliRunner().invoke(commands, ["query", "secure_comapre", "--index", str(tmp_path)])
    assert found.exit_code == 0
    assert "function secure_compare" in found.stdout
    assert "Nothing here is called secure_comapre: secure_compare is shown." in found.stderr
    past = CliRunner().invoke(commands, ["query", "a.py:77", "--index", str(tmp_path)])
    assert "a.py ends at line 2: what stands there is shown." in past.stderr
    gone = CliRunner().invoke(commands, ["query", "lib/gone.py:7", "--index", str(tmp_path)])
    assert "No file of the index is called lib/gone.py." in gone.stderr
    slip = CliRunner().invoke(commands, ["query", "aa.py:1", "--index", str(tmp_path)])
    assert slip.stdout.startswith("a.py:1-2")
    assert "No file of the index is called aa.py: a.py is shown." in slip.stderr
    (tmp_path / "b.md").write_text("# Compare\n\nSecure things compare.\n")
    ncs("index", cwd=tmp_path)
    other = ["query", "secure_comapre", "--kind", "section", "--index", str(tmp_path)]
    said = CliRunner().invoke(commands, other).stderr
    assert "Nothing here is called secure_comapre; there is secure_compare." in said
    asked = ["query", "secure_comapre", "--kind", "class", "--mode", "symbol"]
    none = CliRunner().invoke(commands, [*asked, "--index", str(tmp_path)])
    assert (none.exit_code, "is shown" in none.stderr) == (1, False)


def test_on_a_terminal_nothing_is_broken_at_the_edge(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Symbols went on in the first column, and code was cut as if it ended there.
    monkeypatch.setenv("COLUMNS", "40")
    name, code = "Handler.of_a_rather_long_name", "return " + "word + " * 9
    display.hits([Hit(1, "a/handler.py", 1, 2, "python", "method", name, 0.4, "Adds words.",
                      "docstring", code, 1)], "terminal")  # fmt: skip
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert shown == [
        " 1 a/handler.py:1-2  0.40", f"   method {name}", "   Adds words.  docstring",
        "     1 return word + word + word + word…", "",
    ]  # fmt: skip


def test_on_a_terminal_a_long_place_is_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was on three lines: the rank, the path and the score."""
    monkeypatch.setenv("COLUMNS", "40")
    path, name = "lib/filters/of_dates/date_filters.rb", "A.PostComparer.of_a_rather_long_name"
    display.hits([Hit(2, path, 1, 4, "ruby", "method", name, 0.46, "Dates.",
                      "docstring", "x", 1)], "terminal")  # fmt: skip
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == [f" 2 {path}:1-4  0.46", f"   method {name}"]


def test_on_a_terminal_explanations_are_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    said = Explanation("a.py", 1, 2, "python", "function", "f", "Adds the words of a long list.",
                       "comment", "Adds.", 0.4, ("unsure",), (), (), np.zeros((0, 0)))  # fmt: skip
    display.explanations([said, said], "terminal")
    first, second = capsys.readouterr().out.split("\n\n")
    assert first == second.rstrip("\n")
    assert [line.rstrip() for line in first.splitlines()] == [
        "a.py:1-2  function f", "   Adds the words of a long list.", "   comment",
        "   Adds.  generated, sureness 0.40, held", "   back: unsure",
    ]  # fmt: skip


def test_lists_of_numbers_fit_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    display.record({"mean": [-0.25] * 16, "training": {}}, as_json=False)
    row = " ".join([" -0.25"] * 8)
    assert capsys.readouterr().out.splitlines() == [
        f"mean      {row}", f"          {row}", "training  none",
    ]  # fmt: skip


def test_words_of_a_docstring_are_not_underlined_as_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    said = "Return the `x` of a graph?\n    return 1"
    hit = Hit(1, "a.py", 1, 2, "python", "function", "f", 0.4, "Does f.", "docstring", said, 1)
    display.hits([hit], "terminal")
    shown = capsys.readouterr().out
    assert "\x1b[94" in shown  # the code is coloured
    assert not re.search(r"\x1b\[(\d+;)*4[;m]", shown)  # and nothing underlined


def test_filters_are_applied_before_the_cut(codebase: Path) -> None:
    done = ncs("query", "backoff", "-k", "1", "--path", "store", "--json",
               "--index", str(codebase))  # fmt: skip
    assert [json.loads(line)["path"] for line in done.stdout.splitlines()] == ["store/cache.py"]


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (("query", "x"), "no index", "ncs index"),
        (("inspect", "index"), "no index", "ncs index"),
        (("index", "--codebase", "missing"), "missing", ""),
        (("query", "...", "--index", "{codebase}"), "no word", "ask in words"),
        (("query", "x", "--index", "{codebase}", "--lang", "cobol"), "cobol", "one of"),
        (("query", "x", "--index", "{codebase}", "--path", "stor"), "stor", "did you mean store?"),
    ],
)
def test_errors_say_what_and_what_to_type(
    codebase: Path, tmp_path: Path, arguments: tuple[str, ...], said: str, hint: str
) -> None:
    filled = [argument.format(codebase=codebase) for argument in arguments]
    done = ncs(*filled, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    done = ncs("index", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert not (tmp_path / ".ncs" / "index.db").exists()


def test_a_damaged_index_is_named(codebase: Path, tmp_path: Path) -> None:
    data = (codebase / ".ncs" / "index.db").read_bytes()
    broken = tmp_path / "broken.db"
    broken.write_bytes(data[: len(data) // 2])
    done = ncs("query", "cache", "--index", str(broken))
    assert done.returncode == 2
    assert "broken.db" in done.stderr
    assert "ncs index" in done.stderr


def test_the_audit_reads_what_was_written(codebase: Path) -> None:
    done = ncs("inspect", "index", "--json", "--min-coverage", "0.75", "--index", str(codebase))
    assert done.returncode == 0, done.stdout + done.stderr
    audit = json.loads(done.stdout)
    assert {"files", "chunks", "languages", "explanation_coverage", "coverage_by_tier",
            "skipped", "stale", "checks", "model", "config", "fingerprint",
            "bytes"} <= set(audit)  # fmt: skip
    assert audit["files"] == 4
    assert audit["explanation_coverage"] == 1.0
    assert all(check["passed"] for check in audit["checks"])
    plain = ncs("inspect", "index", "--index", str(codebase))
    assert plain.returncode == 0
    assert "FAIL" not in plain.stdout


def test_the_audit_says_where_every_skipped_file_is_named(tmp_path: Path) -> None:
    """Of files that git tracks in spite of a rule, a fourth was named nowhere but in JSON."""
    ignored = [f"{name}.cfg" for name in ("a", "b", "c", "setup")]
    for name, text in (
        (".gitignore", "*.cfg\n"),
        ("a.py", "x = 1\n"),
        *((n, "x") for n in ignored),
    ):
        (tmp_path / name).write_text(text)
    (tmp_path / "v").mkdir()
    (tmp_path / "v/pyvenv.cfg").write_text("home = /usr\n")
    assert CliRunner().invoke(commands, ["index", "--codebase", str(tmp_path)]).exit_code == 0
    plain = CliRunner().invoke(commands, ["inspect", "index", "--index", str(tmp_path)]).stdout
    assert (
        "\n  ignored                    4  a.cfg, b.cfg, c.cfg, and 1 more"
        "\n  virtual environment        1  v"
        "\n  --json names all of them\n"
    ) in plain
    said = CliRunner().invoke(commands, ["inspect", "index", "--json", "--index", str(tmp_path)])
    assert json.loads(said.stdout)["skipped"]["ignored"] == ignored


def test_a_changed_file_is_stale_but_still_answers(codebase: Path, tmp_path: Path) -> None:
    root = shutil.copytree(codebase, tmp_path / "own")  # the others find theirs unchanged
    with (root / "net/retry.py").open("ab") as file:
        file.write(b"\n# changed\n")
    audit = json.loads(ncs("inspect", "index", "--json", "--index", str(root)).stdout)
    assert audit["stale"] == ["net/retry.py"]
    assert ncs("query", "backoff", "--index", str(root)).returncode == 0


@pytest.mark.parametrize("asked", [["query", "run", "--lang", "rust"], ["explain", "new.rs:1"]])
def test_where_there_is_no_answer_the_index_is_refreshed_all_the_same(
    codebase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    """No rust in this index, it said, and no word of the new files: nor were they ever read."""
    root = shutil.copytree(codebase, tmp_path / "own")
    (root / "new.rs").write_text("fn run() {}\n")
    started: list[Path] = []
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    monkeypatch.setattr(later, "start", started.append)
    done = CliRunner().invoke(commands, [*asked, "--index", str(root)])
    assert done.exit_code == 2
    assert "Error: " in done.stderr
    assert "new: new.rs. It is being brought up to date." in done.stderr
    assert started == [root.resolve()]


def test_a_name_that_was_written_just_now_is_found(
    codebase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shutil.copytree(codebase, tmp_path / "own")
    (root / "new.py").write_text("def frobnicate_quokka():\n    return 1\n")
    started: list[Path] = []
    monkeypatch.setattr(refreshing, "_BUDGET_SECONDS", 0.0)
    monkeypatch.setattr(later, "start", started.append)
    done = CliRunner().invoke(commands, ["query", "frobnicate_quokka", "--index", str(root)])
    assert done.stdout.startswith("new.py:1-2  1.00")
    assert (done.stderr, started) == ("", [])


@pytest.mark.skipif(os.name != "posix", reason="locks as on POSIX")
def test_an_index_that_is_made_above_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ncs index` in a folder of it made one there, which hid the other from its queries."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web/a.js").write_text("let a = 1\n")
    monkeypatch.chdir(tmp_path / "web")
    with writer(tmp_path / ".ncs/index.db", wait=False, on_progress=ignore_progress):
        done = CliRunner().invoke(commands, ["index", "--no-wait"])
    assert "index.db: being written by another ncs" in done.stderr
    assert not (tmp_path / "web/.ncs").exists()


def test_an_index_above_is_brought_up_to_date_from_a_folder_inside(
    codebase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second index in the folder hid a trained one from the queries that told to make it."""
    root = shutil.copytree(codebase, tmp_path / "own")
    assert CliRunner().invoke(commands, ["index", "--codebase", str(root)]).exit_code == 0
    (root / "web/new.js").write_text("export const fresh = 1;\n")
    monkeypatch.chdir(root / "web")
    stale = CliRunner().invoke(commands, ["query", "fresh", "--no-refresh"])
    assert "ncs index brings it up to date" in stale.stderr
    done = CliRunner().invoke(commands, ["index"])
    assert f"The index of {root} covers this folder" in done.stderr
    assert not (root / "web/.ncs").exists()
    found = CliRunner().invoke(commands, ["query", "fresh", "--no-refresh"])
    assert found.exit_code == 0
    assert "older than the code" not in found.stderr
    alone = CliRunner().invoke(commands, ["index", "--codebase", "."])
    assert (alone.exit_code, (root / "web/.ncs/index.db").is_file()) == (0, True)


def test_that_more_places_use_a_name_is_told(codebase: Path) -> None:
    calls = (f"def call_{at}():\n    total = {at}\n    return brew(total)\n" for at in range(60))
    (codebase / "calls.py").write_text("\n\n".join(("def brew(n): return n\n", *calls)))
    done = ncs("query", "who calls brew", "--top-k", "1", "--refresh", "--index", str(codebase))
    assert re.search(r"^Shown are 1 of \d+ places: --top-k \d+ shows all\.$", done.stderr, re.M)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "where is parse_backoff_header defined",
            "Nothing here is called parse_backoff_header.\n",
        ),
        ("parseBackoffHeader", "Nothing here is called parseBackoffHeader.\n"),
        ("Backoffs", ""),
        ("parse_query", ""),
    ],
)
def test_a_name_that_nothing_has_is_told(codebase: Path, asked: str, said: str) -> None:
    """What is like it was 0.85 relevant, and nothing said that there is no such name."""
    done = ncs("query", asked, "--index", str(codebase))
    assert ("Nothing here is called" in done.stderr) == bool(said)
    assert done.stderr.endswith(said)


def test_a_working_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    script = f"cd gone && rmdir ../gone && exec {sys.executable} -m ncs query x"
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no index can be looked for from ." in done.stderr
    assert "Hint: change to a folder" in done.stderr


def test_what_is_no_index_is_not_said_to_be_made_anew(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("some notes")
    done = CliRunner().invoke(commands, ["query", "pay", "--index", str(tmp_path / "notes.txt")])
    assert done.exit_code == 2
    assert "Hint: name an ncs index, or a folder that has one" in done.stderr


def test_explaining_leaves_the_index_alone_where_that_is_asked(
    codebase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`NCS_REFRESH=0 ncs explain` wrote the index anew."""
    root = shutil.copytree(codebase, tmp_path / "own")
    (root / "web/new.js").write_text("function fresh() {}\n")
    before = (root / ".ncs/index.db").stat().st_ino
    monkeypatch.setenv("NCS_REFRESH", "0")
    done = CliRunner().invoke(commands, ["explain", "net/retry.py", "--index", str(root)])
    assert (done.exit_code, (root / ".ncs/index.db").stat().st_ino) == (0, before)
    assert done.stderr.endswith(
        f"new: web/new.js. ncs index --codebase {root} brings it up to date.\n"
    )


def test_what_cannot_be_refreshed_is_said(codebase: Path, tmp_path: Path) -> None:
    """An index elsewhere was asked as it is, and `--refresh` passed over in silence."""
    place = shutil.copy(codebase / ".ncs/index.db", tmp_path / "away.db")
    done = CliRunner().invoke(commands, ["query", "retry", "--refresh", "--index", str(place)])
    assert done.exit_code == 0
    assert f"ncs index --codebase DIR --output {place}" in done.stderr


@pytest.mark.parametrize("what", ["model", "latents"])
def test_model_and_latents_can_be_inspected(codebase: Path, what: str) -> None:
    done = ncs("inspect", what, "--json", "--index", str(codebase))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert ncs("inspect", what, "--index", str(codebase)).returncode == 0


def test_a_language_is_asked_for_by_an_ending_that_no_file_has(tmp_path: Path) -> None:
    """The table has them, but calls notebooks JSON: they are in the language of their code."""
    cell = {"cell_type": "code", "source": ["def brew():\n", "    return 1\n"], "metadata": {}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook, indent=1))
    (tmp_path / "b.json").write_text('{\n  "brew": 1\n}\n')
    (tmp_path / "Gemfile").write_text("brew 1\n")
    runner = CliRunner()
    assert runner.invoke(commands, ["index", "--codebase", str(tmp_path)]).exit_code == 0
    for asked, path in [("ipynb", "a.ipynb"), ("rb", "Gemfile"), ("geojson", "b.json")]:
        command = ["query", "brew", "--json", "--index", str(tmp_path), "--lang", asked]
        done = runner.invoke(commands, command)
        found = [json.loads(line)["path"] for line in done.stdout.splitlines()]
        assert found == [path], done.output


def test_one_chunk_has_no_latents_to_compare(tmp_path: Path) -> None:
    """It was a traceback: eigenvalues did not converge."""
    (tmp_path / "a.py").write_text("def one():\n    return 1\n")
    runner = CliRunner()
    assert runner.invoke(commands, ["index", "--codebase", str(tmp_path)]).exit_code == 0
    done = runner.invoke(commands, ["inspect", "latents", "--index", str(tmp_path)])
    assert isinstance(done.exception, SystemExit)
    assert "holds one chunk" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a pipe of a shell")
@pytest.mark.parametrize(
    ("typed", "code"),
    [("query cache", 0), ("query cache --json", 0), ("--help", 0), ("query --help", 0),
     ("query cache --index nowhere 2>&1", 2), ("query --mode no cache 2>&1", 2)],
)  # fmt: skip
def test_a_broken_pipe_is_quiet_and_not_nothing_found(
    codebase: Path, typed: str, code: int
) -> None:
    """The exit code was click's own for it, 1."""
    # `true` has gone before anything is written.
    command = f"(sleep 0.1; exec {sys.executable} -m ncs {typed}) | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False,
                          cwd=codebase)  # fmt: skip
    assert (done.returncode, done.stderr) == (code, "")


ENDING = """
import atexit, sys, threading
from ncs.cli import main
atexit.register(lambda: sys.stderr.write("taken apart"))
{before}
sys.argv = ["ncs", *{typed!r}]
main()
"""


# A thread that is alive until the command has ended, however long that takes.
WAITING = """
def wait():
    threading.main_thread().join()
    sys.stderr.write("done, ")
threading.Thread(target=wait).start()
"""


@pytest.mark.parametrize(
    ("before", "at_once"),
    [("", True), ("sys.setprofile(lambda *_: None)", False), ("import multiprocessing", False),
     ("sys.warnoptions.append('error')", False),
     ("getattr(sys, 'monitoring', None) and sys.monitoring.use_tool_id(2, 'it')",
      sys.version_info < (3, 12)),
     (WAITING, False)],
)  # fmt: skip
def test_a_command_ends_at_once_unless_somebody_waits_or_watches(
    codebase: Path, before: str, *, at_once: bool
) -> None:
    code = ENDING.format(before=before, typed=["query", "cache"])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=codebase
    )
    ended = "done, taken apart" if before == WAITING else "taken apart"
    assert (done.returncode, done.stderr) == (0, "" if at_once else ended)


@pytest.mark.parametrize(
    ("typed", "code"),
    [(["query", "cache", "--json", "--top-k", "1000"], 0),
     (["query", "zzqx", "--mode", "lexical"], 1), (["query", "--mode", "no", "cache"], 2),
     (["--help"], 0)],
)  # fmt: skip
def test_all_is_written_and_the_code_is_kept_when_a_command_ends_at_once(
    codebase: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], code: int
) -> None:
    monkeypatch.chdir(codebase)
    whole = CliRunner().invoke(commands, typed, prog_name="ncs")
    script = ENDING.format(before="", typed=typed)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, whole.stdout)
    assert done.stderr.startswith(whole.stderr)


def test_what_a_terminal_cannot_show_is_escaped(tmp_path: Path) -> None:
    # It was a traceback, and exit code 1: nothing found.
    (tmp_path / "a.py").write_text('def gruss():\n    return "Grüße"\n', encoding="utf-8")
    command = f"{sys.executable} -m ncs index && PYTHONIOENCODING=ascii {sys.executable} -m ncs"
    done = subprocess.run(["bash", "-c", f"{command} query gruss"], capture_output=True,
                          text=True, check=False, cwd=tmp_path)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "Gr\\xfc\\xdfe" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="closed as a shell does it")
@pytest.mark.parametrize(
    ("closed", "code", "said"), [(">&-", 2, "Error: stdout is closed"), ("2>&-", 0, "")]
)
def test_a_closed_stream_is_no_traceback(
    codebase: Path, closed: str, code: int, said: str
) -> None:
    # From a folder, a query has something to say on stderr, too.
    command = f"{sys.executable} -m ncs query backoff {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False,
                          cwd=codebase / "net")  # fmt: skip
    assert done.returncode == code
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["query", "cache"], ["query", "cache", "--json"], ["inspect", "index"],
     ["inspect", "model"], ["inspect", "latents"]],
)  # fmt: skip
def test_reading_never_imports_torch_nor_a_parser(codebase: Path, arguments: list[str]) -> None:
    loaded = loaded_by(arguments, codebase)
    assert not loaded & {"torch", "faiss"}
    if "inspect" not in arguments:  # which walks the codebase to see what is stale
        assert not loaded & {"tree_sitter", "tree_sitter_language_pack", "pathspec"}
    if "query" in arguments:  # without --lang, which the table of languages is for
        assert not loaded & {"rich", "ncs.corpus.languages"}
        assert "numpy.ma" not in loaded  # np.unique imports it: 10 ms


def test_a_query_that_meets_a_changed_file_imports_no_parser(
    codebase: Path, tmp_path: Path
) -> None:
    """It waited half a second for them, though it but decodes the file."""
    root = shutil.copytree(codebase, tmp_path / "own")
    file = root / "net/retry.py"
    file.write_text(f"# One more line.\n{file.read_text()}")
    loaded = loaded_by(["query", "retry", "--no-refresh"], root)
    assert "ncs.api.moved" in loaded
    assert not loaded & {"tree_sitter", "tree_sitter_language_pack", "pathspec", "rich"}


def test_building_never_imports_torch(codebase: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "other.db")
    assert "torch" not in loaded_by(["index", "--output", output], codebase)


def test_version_and_help() -> None:
    runner = CliRunner()
    assert __version__ in runner.invoke(commands, ["--version"]).output
    listed = runner.invoke(commands, ["--help"]).output
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for name in _COMMANDS:
        assert name in listed
        assert f"ncs {name}" in readme
        assert runner.invoke(commands, [name, "--help"]).exit_code == 0


def test_unknown_command_is_a_usage_error() -> None:
    assert ncs("serach", "x").returncode == 2


def test_control_characters_are_shown_not_sent() -> None:
    assert printable("a\x1b[31mb\x07\x9b") == "a\\x1b[31mb\\x07\\x9b"
    assert printable("tab\tline\n") == "tab\tline\n"
    assert printable("naïve 数据") == "naïve 数据"


def test_a_name_stays_on_its_line() -> None:
    assert on_one_line("a\n\u2028b\tc") == "a\\x0a\\x2028b\tc"


FORGED = "x\n\nreal.py:1-3  0.99\x1b[2J"


@pytest.mark.parametrize("style", ["plain", "terminal"])
def test_no_field_of_a_hit_forges_another_or_moves_the_cursor(
    capsys: pytest.CaptureFixture[str], style: display.Style
) -> None:
    hit = Hit(1, FORGED, 1, 2, FORGED, "function", FORGED, 0.9, FORGED, FORGED, "f()", 1)
    display.hits([hit], style, asides=[FORGED])
    shown = capsys.readouterr()
    said = shown.out + shown.err
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.strip().startswith("real.py")]


def test_no_field_of_an_audit_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """The model's name, languages, reasons and training went out as they lay in the index."""
    known = {name: 0 for name in ("files", "chunks", "lines_searched", "lines_skipped", "bytes")}
    found = SimpleNamespace(
        **known, path=FORGED, bytes_by_part={}, model=FORGED, fingerprint=FORGED, floor=0.5,
        explanation_coverage=1.0, coverage_by_tier={}, languages={FORGED: 1},
        coverage_by_language={}, skipped={FORGED: (FORGED,)}, stale=(FORGED,),
        generated=(FORGED,), compared=True,
    )  # fmt: skip
    display.audit(found, [Check("order", False, FORGED, FORGED)], as_json=False)
    display.record({FORGED: FORGED, "more": {FORGED: [FORGED]}}, as_json=False)
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.startswith("real.py")]


def test_a_hostile_file_name_cannot_move_the_cursor(tmp_path: Path) -> None:
    hostile = tmp_path / "\x1b[2Jevil.py"
    hostile.write_text('def gone():\n    """Clear the \x1b[2J screen."""\n', encoding="utf-8")
    assert ncs("index", cwd=tmp_path).returncode == 0
    done = ncs("query", "clear the screen", cwd=tmp_path)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout


def raising(error: str) -> subprocess.CompletedProcess[str]:
    """Return what a command gives in which this is raised."""
    code = (
        "import sys\nfrom ncs.cli import group, main\n"
        f"def fail(*_): raise {error}\n"
        "group.commands.invoke = fail\nsys.argv = ['ncs', 'query', 'x']\nmain()"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_ctrl_c_is_exit_130() -> None:
    done = raising("KeyboardInterrupt")
    assert done.returncode == 130
    assert "Interrupted" in done.stderr


def test_ctrl_c_while_modules_load_is_no_traceback() -> None:
    """It was one, of up to 40 lines, for the first 0.15 s of every command."""
    code = (
        "from importlib import import_module\nfrom ncs import cli\n"
        "def load(name):\n"
        "    if name == 'ncs.cli.group': raise KeyboardInterrupt\n"
        "    return import_module(name)\n"
        "cli.import_module = load\ncli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "\nInterrupted.\n")


def test_a_fault_of_ncs_is_said_to_be_one() -> None:
    """It was a bare traceback, and exit code 1, which says that nothing was found."""
    done = raising("KeyError('lost')")
    assert done.returncode == 2
    assert "KeyError: 'lost'" in done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"This is a fault of ncs {__version__}")


def test_a_package_that_is_missing_is_named() -> None:
    done = raising("ModuleNotFoundError('no', name='tree_sitter.lib')")
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first == "Error: ncs needs the Python package tree_sitter.lib, which is not installed"
    assert second.endswith("-m pip install ncs")
    own = raising("ModuleNotFoundError('no', name='ncs.lost')")
    assert "This is a fault of ncs" in own.stderr


def test_garbage_is_collected_while_a_command_works(codebase: Path) -> None:
    code = (
        "import gc, sys\nfrom ncs import cli, api\n"
        "def stop(*_, **__): raise SystemExit(str(gc.isenabled()))\n"
        "from ncs.cli import asking\nasking.open_refreshed = stop\n"
        "sys.argv = ['ncs', 'query', 'x']\ncli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=codebase
    )
    assert done.stderr.strip() == "True"


def test_own_questions_are_answered_in_every_mode(codebase: Path, tmp_path: Path) -> None:
    asked = tmp_path / "questions.jsonl"
    asked.write_text(
        '{"query": "try again after a pause", "relevant": ["net/retry.py"]}\n'
        '{"query": "oldest value is forgotten", "relevant": ["store/cache.py"]}\n',
        encoding="utf-8",
    )
    done = ncs("evaluate", "--queries", str(asked), "--json", "--index", str(codebase))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["questions"] == 2
    assert [row["mode"] for row in found["figures"]] == ["hybrid", "neural", "lexical"]
    assert found["figures"][0]["mrr"] >= 0.75
    # A byte order mark, and an end of a line that is none of JSON Lines.
    asked.write_text('{"query": "parse\u2028Query", "relevant": ["parse.js"]}\r\n', "utf-8-sig")
    assert ncs("evaluate", "--queries", str(asked), "--index", str(codebase)).returncode == 0
    # A file that is named twice is one answer.
    row = '{"query": "parseQuery", "relevant": ["web/parse.js", "parse.js"]}\n'
    asked.write_text(row, "utf-8")
    done = ncs("evaluate", "--queries", str(asked), "--json", "--index", str(codebase))
    figures = json.loads(done.stdout)["figures"]
    assert figures[3]["mode"] == "symbol"
    assert figures[0]["ndcg"] == figures[0]["mrr"] == 1.0
    table = ncs("evaluate", "--index", str(codebase))
    assert table.returncode == 0, table.stderr
    assert "docstrings" in table.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [("nonsense", "q.jsonl:1"), ('{"query": "x"}', "relevant"), ("", "no question"),
     ('{"query": "x", "relevant": [1]}', "list of paths"),
     ('{"query": "x", "relevant": ["net/rety.py"]}', "q.jsonl:1: no net/rety.py in the index"),
     ('{"query": "???", "relevant": ["net/retry.py"]}', "q.jsonl:1: the query '???' holds"),
     ("[" * 200_000, "q.jsonl:1: expected query")],
)  # fmt: skip
def test_questions_that_are_none_are_named(
    codebase: Path, tmp_path: Path, line: str, said: str
) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text(line + "\n", encoding="utf-8")
    done = ncs("evaluate", "--queries", str(asked), "--index", str(codebase))
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("more", [[], ["--explanations"], ["--queries", "q.jsonl"]])
def test_figures_of_a_stale_index_are_said_to_be_of_old_code(
    codebase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    """`ncs evaluate` measured an index of other code in silence."""
    root = shutil.copytree(codebase, tmp_path / "own")
    monkeypatch.chdir(root)
    monkeypatch.setattr("ncs.api.refreshing._LOOK_SECONDS", 60.0)  # on a machine that is busy
    (tmp_path / "q.jsonl").write_text('{"query": "retry", "relevant": ["net/retry.py"]}\n')
    more = [each.replace("q.jsonl", str(tmp_path / "q.jsonl")) for each in more]
    assert CliRunner().invoke(commands, ["index"]).exit_code == 0
    fresh = CliRunner().invoke(commands, ["evaluate", "--json", *more])
    assert (fresh.exit_code, "older" in fresh.stderr) == (0, False)
    before = (root / ".ncs/index.db").stat().st_ino
    (root / "web/parse.js").unlink()
    stale = CliRunner().invoke(commands, ["evaluate", "--json", *more])
    assert (stale.exit_code, (root / ".ncs/index.db").stat().st_ino) == (0, before)
    said = "The index is older than the code: gone: web/parse.js. ncs index brings it up to date."
    assert said in stale.stderr  # beside how far it has come, where that takes long
    json.loads(stale.stdout)
