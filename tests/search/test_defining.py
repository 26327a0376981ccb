"""Which line defines a name, or gives it its value."""

from pathlib import Path

import pytest
from growth import grows_like_the_square
from small_index import put_texts

import ncs
from ncs.search.defining import forms, only_extends


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
        ("cpp", "inline const base::Version<3, 2> MAX_SIZE {2, 16};", True),
        ("cpp", "    std::pair<int, int> MAX_SIZE{1, 2};", True),
        ("cpp", "static const char *MAX_SIZE[] = {", True),
        ("cpp", "const int Class::MAX_SIZE = 3;", True),
        ("cpp", "    return base::Limit {MAX_SIZE};", False),
        ("cpp", "    return std::max<int> MAX_SIZE {1};", False),
        ("cpp", "    if (size == MAX_SIZE) {", False),
        ("cpp", "    limit = base::MAX_SIZE;", False),
        ("elixir", "  @MAX_SIZE 10", True),
        ("elixir", "  @type MAX_SIZE :: integer", True),
        ("elixir", "  @MAX_SIZE |> twice()", False),
        ("go", "\tMAX_SIZE Kind = iota", True),
        ("go", "const MAX_SIZE time.Duration = time.Second", True),
        ("go", "\tif MAX_SIZE == size {", False),
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


def test_what_extends_a_type_does_not_declare_it() -> None:
    assert only_extends("Lock", "impl<T> Drop for Lock<T> {\n}")
    assert only_extends("Lock", "public extension Lock {\n}")
    assert not only_extends("Lock", "struct Lock;\n\nimpl Lock {\n}")
    assert not only_extends("Lock", "impl Clock {\n}")
    assert not only_extends("Lock", "def simple(): ...")


def test_what_extends_nothing_is_known_in_time() -> None:
    """7 s for 80 KB on a line."""
    assert not grows_like_the_square(
        lambda times: only_extends("Lock", "impl " * times), 4_000, 16_000
    )


def test_what_only_names_a_type_does_not_declare_it() -> None:
    """A header's `typedef` stood before what leveldb's types for C are made of."""
    opaque = "typedef struct lock_t lock_t;\ntypedef struct lock_s *lock_p;\n"
    assert only_extends("lock_t", opaque)
    assert only_extends("lock_p", opaque)
    assert not only_extends("lock_t", opaque + "struct lock_t {\n  int held;\n};\n")
    assert not only_extends("lock_t", "typedef struct {\n  int held;\n} lock_t;\n")
    assert not only_extends("lock_s", opaque)


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
