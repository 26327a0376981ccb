"""What stands in the code as it was asked, and names that get their value there."""

from collections.abc import Iterator

import pytest

import ncs
from ncs.api.opening import Codebase
from ncs.search.literal import forms, only_extends

FILES = {
    "app/limits.py": "import os\n\nMAX_RETRIES = 3\nTIMEOUT: float = 2.5\n",
    "app/client.py": "from app.limits import MAX_RETRIES\n\n\ndef call(url):\n"
    "    for _ in range(MAX_RETRIES):\n        send(url, MAX_RETRIES)\n    return MAX_RETRIES\n",
    "app/pair.py": "def first_of_two():\n    return 1\n\n\ndef second_of_two():\n"
    '    """Say the second of two things."""\n    return [2, 2, 2]\n',
    "app/session.py": '''def open_session(url, raise_errors=False):
    """Open a session."""
    if not url:
        raise ValueError("no url was given to the session")
    return url
''',
    "src/lock.rs": "pub struct Mutex {\n    inner: u8,\n}\n",
    "src/lock_impl.rs": "impl Default for Mutex {\n    fn default() -> Mutex {\n"
    "        Mutex { inner: 0 }\n    }\n}\n",
    "tests/test_only.py": "class OnlyTested:\n    pass\n",
    "app/net.py": "def join_host_port(host, port):\n    return host, port\n\n\n"
    "class HttpClientPool:\n    def size(self):\n        return 1\n",
    "app/cases.py": "IGNORE_ALL = 3\n\n\ndef use(x):\n    return x\n",
    "app/ignoring.py": "def ignore_all(x):\n    return ignore_all_of(x)\n",
    "app/task.py": "def check(name):\n    raise KeyError(\n"
    "        f'Task of kind {name} never registered, please make '\n"
    "        'sure that it is imported.'\n    )\n",
    "app/tasks.md": "# Tasks\n\nA task is registered when it is imported; make sure it is.\n",
    "app/long.py": "".join(f"def step{at}(x):\n    return x + {at}\n" for at in range(200)),
    "lib/queue.rb": "module Work\n  class Queue\n    def push(job)\n      store(job)\n    end\n"
    "  end\nend\n",
    "lib/uses.rb": "def use(queue)\n  # Work::Queue.push and Work::Queue.push\n"
    "  Work::Queue.push(1)\nend\n",
    "lua/node.lua": "local Node = require('class')\nlocal FileNode = Node:extend()\n",
    "lua/tree.lua": "local FileNode = require('node')\nFileNode.add(FileNode)\n",
    "lua/session_key.lua": "-- The session and the key of the session.\nsession.key = key\n",
    "lua/opened.lua": "opened:close(opened, 1)\nlog(old_session_key_of_user)\n",
    "app/mentions.py": "def about():\n    return [OnlyTested, OnlyTested, OnlyTested]\n",
}


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    root = tmp_path_factory.mktemp("literal")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    ncs.build(root)
    with ncs.open(root) as opened:
        yield opened


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
        # nothing defines it, and names of files say most of its words
        ("old_session_key_of_user", "lua/opened.lua"),
    ],
)
def test_what_was_asked_literally_comes_first(codebase: Codebase, asked: str, path: str) -> None:
    for mode in ("hybrid", "lexical"):
        assert codebase.search(asked, 1, mode)[0].path == path


@pytest.mark.parametrize(
    "asked",
    ["app/session.py:4", "session.py", 'File "/srv/code/app/session.py", line 4, in open_session',
     "at app/session.py(4)"],
)  # fmt: skip
def test_a_place_that_is_named_by_its_path_comes_first(codebase: Codebase, asked: str) -> None:
    hit = codebase.search(asked, 1)[0]
    assert (hit.path, hit.symbol) == ("app/session.py", "open_session")
    assert hit.score > 0.9


def test_a_line_is_shown_in_the_chunk_that_holds_it(codebase: Codebase) -> None:
    hit = codebase.search("long.py:150", 1)[0]
    assert hit.start_line <= 150 <= hit.end_line


def test_what_is_surely_meant_is_relevant_whatever_its_words_are_like(codebase: Codebase) -> None:
    # Right answers were said to be none: a bare name has little that is like a question.
    for asked in ("IGNORE_ALL", "joinHostPort", "join host port"):
        assert codebase.search(asked, 1)[0].score > 0.9


def test_words_that_ask_and_nothing_else_find_nothing_relevant(codebase: Codebase) -> None:
    assert max(hit.score for hit in codebase.search("how does the", 5)) < 0.1


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


def test_a_hit_is_called_by_the_definition_that_was_asked_for(codebase: Codebase) -> None:
    # Small definitions share a chunk: its own words are about the longest of them.
    hit = codebase.search("first_of_two", 1)[0]
    assert (hit.path, hit.symbol) == ("app/pair.py", "first_of_two")
    assert (hit.explanation, hit.explanation_source) == ("def first_of_two():", "snippet")
    other = codebase.search("second_of_two", 1, "symbol")[0]
    assert (other.symbol, other.explanation) == ("second_of_two", "Say the second of two things.")


def test_a_hit_is_of_the_kind_of_the_definition_that_was_asked_for(codebase: Codebase) -> None:
    """All that a chunk defines was said to be of the kind of what leads it."""
    kinds = {
        "join_host_port": "function",
        "HttpClientPool": "class",
        "HttpClientPool.size": "method",
    }
    for mode in ("hybrid", "symbol"):
        for name, kind in kinds.items():
            hit = codebase.search(name, 1, mode)[0]
            assert (hit.symbol, hit.kind) == (name, kind)


def test_a_name_that_is_spelled_out_is_what_a_hit_is_called(codebase: Codebase) -> None:
    assert codebase.search("second of two", 1)[0].symbol == "second_of_two"
    assert codebase.search("first of two", 1)[0].symbol == "first_of_two"


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
