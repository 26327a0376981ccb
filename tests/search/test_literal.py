"""What stands in the code as it was asked, and names that get their value there."""

from pathlib import Path

import numpy as np
import pytest
from growth import grows_like_the_square
from literal_files import FILES
from small_index import make_corpus, put_texts, write_index

import ncs
from ncs.api.opening import Codebase
from ncs.index.reading import open_index
from ncs.search.lexical import lexical
from ncs.search.literal import (
    forms,
    line_of,
    only_extends,
    printed,
    verbatim,
    without_values,
)
from ncs.search.runs import Candidates, Runs


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("MAX_RETRIES", "app/limits.py"),  # is given its value; elsewhere it is named more often
        ("Mutex", "src/lock.rs"),  # is declared; what adds to it holds its name more often
        ("OnlyTested", "tests/test_only.py"),  # a test is the one place that has it
        ("def open_session(url, raise_errors=False):", "app/session.py"),
        ("No url  was given to the session", "app/session.py"),  # an error as it is printed
        # the same with a value in it, and broken over two lines of the code
        (
            "Task of kind 'mail.send' never registered, please make sure that it is imported.",
            "app/task.py",
        ),
        # a name in the other writing, or as words: half of them were not found
        ("joinHostPort", "app/net.py"),
        ("http_client_pool", "app/net.py"),
        ("join host port", "app/net.py"),
        ("IGNORE_ALL", "app/cases.py"),  # and not what is called so in another case
        ("ignore_all", "app/ignoring.py"),
        # a name of three pieces is no pasted line: what defines it comes before what holds it
        ("Work::Queue.push", "lib/queue.rb"),
        ("FileNode", "lua/node.lua"),  # and not where it is only brought in
        ("Stove", "lib/kitchen.js"),
        ("class Mutex", "src/lock.rs"),  # asks for the definition, and so do these
        ("where is MAX_RETRIES defined?", "app/limits.py"),
        ("definition of HttpClientPool", "app/net.py"),
        ("--dry-run", "cli/main.py"),  # a flag as it is typed, and not its words
        ("--json", "cli/main.py"),
        ("The password is about to expire", "src/health.cpp"),
        ("--keep-going", "cli/main.py"),
        ("kitchen.Stove", "lib/kitchen.js"),
        # what makes a message comes before tests and prose that hold it as it is printed
        ("No implementation of app.Store was bound at all", "src/binding.py"),
        ("BindingError: No implementation of app.Store was bound at all", "src/binding.py"),
        ("the key 'store' is held nowhere", "src/absent.js"),
        (
            "assert said == 'No implementation of app.Store was bound at all'",
            "tests/test_binding.py",
        ),
        # nothing defines it, and names of files say most of its words
        ("old_session_key_of_user", "lua/opened.lua"),
    ],
)
def test_what_was_asked_literally_comes_first(codebase: Codebase, asked: str, path: str) -> None:
    for mode in ("hybrid", "lexical"):
        assert codebase.search(asked, 1, mode)[0].path == path


@pytest.mark.parametrize("unit", ["A", "' ", "'a", "a.", "/ "])
def test_values_of_a_long_message_are_known_in_time(unit: str) -> None:
    assert not grows_like_the_square(lambda long: without_values(unit * long), 20_000, 80_000)


def test_what_a_message_says_without_its_values() -> None:
    for said, fixed in (
        ("Couldn't save '/home/me/my file': No space left on device (28)", "Couldn't save :"),
        ('it isn\'t "a b c" of 10.0.0.4, 12 or a/b', "it isn't of or"),
        ("nothing to leave out", "nothing to leave out"),
    ):
        assert " ".join(without_values(said).split()) == fixed


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("Sink not set:", "src/sink.swift"),
        ('"sink not set".', "src/sink.swift"),
        ("Fatal error: Sink not set", "src/sink.swift"),
        ("[ERROR] sink not set!", "src/sink.swift"),
        ("acme.errors.SinkException: Sink not set", "src/sink.swift"),
        # most of it are values and what the system says; two words of the code are all the rest
        ("Couldn't create '/data/my file.part': No such file or directory (2)", "src/saved.cc"),
        ("[2026-01-02 12:00:01] Calling script '/home/me/done.sh'", "src/saved.cc"),
        # the code has what seems to be printed in front
        ("ERROR: unexpected KindDirective value: main.cfg", "src/directive.go"),
    ],
)
def test_a_message_is_found_by_what_it_says(codebase: Codebase, asked: str, path: str) -> None:
    # It was printed with marks around it, or the name of the error in front.
    hit = codebase.search(asked, 1)[0]
    assert (hit.path, hit.score > 0.9) == (path, True)


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("MAX_SIZE = 10", "given"),
        ("    MAX_SIZE := 10", "given"),
        ("  public static final int MAX_SIZE = 10;", "given"),
        ("#define MAX_SIZE 10", "given"),
        ("pub const MAX_SIZE: usize = 10;", "given"),
        ("  MAX_SIZE?: number", "typed"),
        ("  public int MAX_SIZE { get; }", "given"),
        ("    return MAX_SIZE ", "neither"),
        ("if MAX_SIZE == 10", "neither"),
        ("call(MAX_SIZE=10)", "neither"),
        ("import MAX_SIZE", "neither"),
        ("  MAX_SIZE :: Int,", "typed"),
        ("const MAX_SIZE = require('limits')", "neither"),
        ("local MAX_SIZE = require 'limits'", "neither"),
        ("OTHER_MAX_SIZE = 10", "neither"),
        # What another module defines: `ThreadPool.zig` has it.
        ('pub const MAX_SIZE = @import("max.zig");', "neither"),
        ("const MAX_SIZE = require('max')", "neither"),
        ("const MAX_SIZE = required(10)", "given"),
    ],
)
def test_forms_in_which_a_name_gets_its_value(line: str, form: str) -> None:
    given, typed = (pattern.search(f"x\n{line}\ny") for pattern in forms("MAX_SIZE"))
    assert ("given" if given else "typed" if typed else "neither") == form


@pytest.mark.parametrize(
    ("language", "line", "given"),
    [
        ("bash", "MAX_SIZE=10", True),
        ("bash", "  export MAX_SIZE=10", True),
        ("bash", "declare -r MAX_SIZE=10", True),
        ("bash", "OTHER_MAX_SIZE=10", False),
        ("python", "    MAX_SIZE=10", False),  # an argument
        ("elixir", "  @MAX_SIZE 10", True),
        ("elixir", "  @type MAX_SIZE :: integer", True),
        ("elixir", "  @MAX_SIZE |> twice()", False),
        ("java", "  @MAX_SIZE int size", False),
        ("javascript", "exports.MAX_SIZE = size;", True),
        ("javascript", "  module.exports.MAX_SIZE = size;", True),
        ("javascript", "if (exports.MAX_SIZE == size) {", False),
        ("javascript", "exports.MAX_SIZE.of = size;", False),
        ("lua", "---@class (exact) app.MAX_SIZE: Base", True),
        ("lua", "---@alias MAX_SIZE integer", True),
        ("lua", "---@param MAX_SIZE integer", False),
        ("php", "define('MAX_SIZE', 10);", True),
        ("ruby", "  attr_reader :size, :MAX_SIZE", True),
        ("ruby", "  alias_method :MAX_SIZE, :size", True),
        ("ruby", "  alias_method :size, :MAX_SIZE", False),
        ("ruby", "  alias MAX_SIZE size", True),
        ("ruby", "  attr_reader :MAX_SIZE_OF", False),
    ],
)
def test_forms_of_one_language(language: str, line: str, given: bool) -> None:
    assert bool(forms("MAX_SIZE", language)[0].search(f"x\n{line}\ny")) == given


def test_a_pasted_line_is_shown(codebase: Codebase) -> None:
    """What says most of its words stood further up, and was shown in its place."""
    for asked in ("log('Limiting all of the kept things to %s', each)", "for each in tracks:"):
        hit = codebase.search(asked, 1)[0]
        assert hit.path == "app/history.py"
        assert asked in hit.snippet
        at = hit.snippet.split("\n").index(next(x for x in hit.snippet.split("\n") if asked in x))
        lines = FILES["app/history.py"].split("\n")
        assert asked in lines[hit.snippet_line + at - 1]


def test_what_extends_a_type_does_not_declare_it() -> None:
    assert only_extends("Lock", "impl<T> Drop for Lock<T> {\n}")
    assert only_extends("Lock", "public extension Lock {\n}")
    assert not only_extends("Lock", "struct Lock;\n\nimpl Lock {\n}")
    assert not only_extends("Lock", "impl Clock {\n}")
    assert not only_extends("Lock", "def simple(): ...")


def test_what_only_names_a_type_does_not_declare_it() -> None:
    """A header's `typedef` stood before what leveldb's types for C are made of."""
    opaque = "typedef struct lock_t lock_t;\ntypedef struct lock_s *lock_p;\n"
    assert only_extends("lock_t", opaque)
    assert only_extends("lock_p", opaque)
    assert not only_extends("lock_t", opaque + "struct lock_t {\n  int held;\n};\n")
    assert not only_extends("lock_t", "typedef struct {\n  int held;\n} lock_t;\n")
    assert not only_extends("lock_s", opaque)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("to_cbor", "/// @sa to_cbor(j)\nvoid run() { to_cbor(j); }\nstatic void to_cbor(J j) {",
         "static void to_cbor(J j) {"),
        ("App.run", "# run it\n@app.run\ndef first(run):\n    run()\ndef run(self):",
         "def run(self):"),
        ("Box.Box", "/** A Box. */\npublic class Box {\n  private Box(int size) {",
         "private Box(int size) {"),
        ("Server.Stop", "func (s *Server) Run() { s.Stop() }\nfunc (s *Server) Stop() {",
         "func (s *Server) Stop() {"),
        ("stop", "stop();\nexports.stop = () => 1;", "exports.stop = () => 1;"),
        ("readHere", "redir = readHere <|> readThere\nreadHere = called \"here\"",
         "readHere = called \"here\""),
        ("MAX", "// MAX\n#define MAX 10", "#define MAX 10"),
        ("Box.put:at:", "@implementation Box\n- (void)put:(id)thing at:(int)place {",
         "- (void)put:(id)thing at:(int)place {"),
        ("gone", "// gone with the wind", ""),
    ],
)  # fmt: skip
def test_the_line_of_a_name_is_the_one_that_defines_it(name: str, text: str, line: str) -> None:
    """It was the first that held the name: `@sa to_cbor`, or a call."""
    assert line_of(name, text) == line


@pytest.mark.parametrize("unit", ["x*", "def ", "foo(<"])
def test_strange_lines_that_hold_a_name_take_no_time(unit: str) -> None:
    def look(times: int) -> None:
        line_of("foo", f"{unit * times}foo=\n  foo\n{unit * times}foo foo")

    assert not grows_like_the_square(look, 5_000, 20_000)


def test_a_definition_is_found_below_its_doc_however_long(tmp_path: Path) -> None:
    """In Ecto a name led to the middle of its doc, eighteen times in sixty."""
    doc = "\n".join(
        f"      * `:option_{at}` - trim_text(value, option_{at}: 1)" for at in range(70)
    )
    put_texts(
        tmp_path,
        {
            "lib/text.ex": "defmodule Text do\n"
            f'  @doc """\n  Trims a text.\n\n{doc}\n  """\n'
            "  def trim_text(value, opts \\\\ []) do\n    String.trim(value)\n  end\nend\n",
            "lib/text.py": "def cut_text(value):\n"
            + "".join(f"    value = cut_text(value, {at})\n" for at in range(70)),
        },
    )
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        below = codebase.search("trim_text")[0]
        assert "def trim_text(value" in below.snippet
        assert below.end_line > 70
        assert below.score > 0.9
        assert codebase.search("cut_text")[0].start_line == 1


def verbatim_in(
    tmp_path: Path, text: str, tree: dict[str, tuple[str, ...]], aside: str = "docs/"
) -> list[str]:
    """Return the files of the chunks that hold a text; one folder is no code."""
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        said = lexical(index, text)
        ids = np.flatnonzero(said.score > 0)
        owners = index.file_ids[ids]
        found = Candidates(ids, Runs.of(owners), said.score[ids], said.share[ids])
        paths = [index.paths[at] for at in owners.tolist()]
        no_code = np.array([path.startswith(aside) for path in paths])
        held, _ = verbatim(index, text, found, no_code)
        return [index.paths[index.file_ids[at]] for at in held.tolist()]


def test_a_line_is_found_in_the_code_however_many_others_hold_it(tmp_path: Path) -> None:
    line = "total = count(rows)"
    tree = {f"docs/d{at}.md": (f"{line}\n" * 3,) for at in range(40)}
    tree["src/pay.py"] = (f"def pay(rows, more):\n    {line}\n    return total + more(rows)",)
    assert "src/pay.py" in verbatim_in(tmp_path, line, tree)


def test_lines_of_a_report_that_a_program_printed() -> None:
    report = (
        "The mail stays unread, and it is fetched again ten minutes later.\nSome error is shown.\n"
        "[2025-02-11 10:10:03] [ERROR] [mail] cannot move to INBOX\n"
        "`TypeError: x is no function`\nfatal: no such ref"
    )
    assert printed(report) == [
        "[2025-02-11 10:10:03] [ERROR] [mail] cannot move to INBOX",
        "TypeError: x is no function",
        "fatal: no such ref",
    ]
    assert printed("[ERROR] cannot move to INBOX") == []  # all of a question, and no part of one


def test_what_printed_a_line_of_a_report_is_found_and_what_the_report_is_about(
    tmp_path: Path,
) -> None:
    texts = {
        "mail/fetch.py": "def fetch(folder):\n    raise MailError(f'cannot open folder {folder}')",
        "mail/rules.py": "class MoveRule:\n    def apply(self, message):\n        message.move()",
        **{f"z{at}.py": f"def open_{at}(folder, minutes):\n    return folder" for at in range(9)},
    }
    report = (
        "The move rule is not applied to a message that has been read on the phone before.\n"
        "It happens now and then, perhaps once in ten minutes.\n\n"
        "2025-02-11 10:10 ERROR cannot open folder INBOX"
    )
    put_texts(tmp_path, texts)
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        first, second, *_ = codebase.search(report)
    assert {first.path, second.path} == {"mail/fetch.py", "mail/rules.py"}


LONG = "alpha beta gamma delta omega kappa sigma theta zeta iota eta."


def test_what_resembles_a_message_far_less_than_another_does_not(tmp_path: Path) -> None:
    tree = {
        "a/most.py": ("alpha beta gamma delta omega kappa sigma theta zeta iota",),
        "b/half.py": ("alpha beta gamma delta omega kappa sigma",),
    }
    assert verbatim_in(tmp_path, LONG, {"b/half.py": tree["b/half.py"]}) == ["b/half.py"]
    assert verbatim_in(tmp_path, LONG, tree) == ["a/most.py"]


def test_a_literal_that_is_a_value_of_a_message_does_not_make_it(tmp_path: Path) -> None:
    tree = {
        "board.py": ("START = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1'",),
        "move.py": ("def warn(m, of, b):\n    log(f'Illegal move: {m} in {of} for board: {b}')",),
    }
    for front in ("", "[WARNING] ", "CHESS WARN: "):
        message = (
            f"{front}Illegal move: g1f3 in [e2e4, e7e5] for board: "
            "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1"
        )
        assert verbatim_in(tmp_path, message, tree) == ["move.py"]


@pytest.mark.parametrize(
    ("text", "found"), [(LONG, ["src/say.py"]), ("alpha beta gamma delta omega.", [])]
)
def test_for_a_long_message_more_code_is_read(tmp_path: Path, text: str, found: list[str]) -> None:
    """A short one is resembled by chance."""
    words = text.strip(".").split()
    mixed = " ".join([*words[::2], *words[1::2]])
    tree = {f"docs/d{at}.md": (f"{mixed}\n{mixed}",) for at in range(20)}
    broken = f"{words[0]} {words[1]} value {' '.join(words[2:])}"
    tree["src/say.py"] = (f"def say(value):\n    {broken}\n" + "    value += 1\n" * 20,)
    assert verbatim_in(tmp_path, text, tree) == found
