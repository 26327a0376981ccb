"""The four tiers: the author's words first, and something that can be read in any case."""

import pytest

from ncs.corpus.chunks import chunk
from ncs.corpus.languages import detect
from ncs.corpus.outline import read_outline
from ncs.types import Chunk, SourceFile


def only(path: str, code: str) -> Chunk:
    data = code.encode()
    (found,) = chunk(SourceFile(path, detect(path, data), data, 0))
    return found


def told(path: str, code: str) -> tuple[str, str]:
    target = only(path, code).target
    return target.tier, target.text


def test_the_docstring_is_left_out_of_the_body() -> None:
    found = only("a.py", 'def f(x):\n    """Say it.\n\n    More.\n    """\n    return g(x)\n')
    assert found.target.text == "Say it."
    assert found.body == "def f(x):\n    return g(x)"


def test_a_docstring_that_shares_its_line_stays_in_the_body() -> None:
    found = only("a.py", 'def f(x): "Say it."\n')
    assert (found.target.text, found.target.span) == ("Say it.", None)
    assert found.body == found.text


def test_a_comment_is_left_out_of_the_body_but_not_its_line_of_code() -> None:
    whole = only("a.py", "x = 1\n# the cache is cold here\ny = 2\n")
    assert (whole.target.tier, whole.body) == ("comment", "x = 1\ny = 2")
    shared = only("a.py", "x = 1  # the cache is cold here\ny = 2\n")
    assert (shared.target.tier, shared.target.span, shared.body) == ("comment", None, shared.text)


def test_the_comment_that_tells_most_wins() -> None:
    code = (
        "def f(x):\n    # noqa: X\n    # go on now\n    a(x)\n"
        "    # the second walk finds what the first one left\n    b(x)\n"
    )
    assert told("a.py", code) == ("comment", "the second walk finds what the first one left")


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("a.py", "class A:\n    def one(self):\n        '''Say it.'''\n        self.two\n\n"
         "    def two(self):\n        # the third of all that wait\n        return 3\n",
         "Defines class A; implements one, two."),
        ("a.py", "class A:\n    def one(self): pass\n\n"
         "    def two(self):\n        # the third of all that wait\n        return 3\n",
         "In two: the third of all that wait"),
        # of the three only `one` is told of, so that what the others call is not said of it
        ("a.rb", "class A\n  def one\n    two(deep)\n  end\nend\n\ndef two(x)\n  three(x)\nend\n",
         "Defines class A; implements one. Also two."),
        ("a.rb", "def one\n  read_all(1)\n  read_all(2)\nend\n\ndef two(x)\n  three(x)\nend\n",
         "Function one: calls read_all. Also two."),
        ("a.rs", "// Reads all that is out of the row.\nfn table(p: &A) -> &B {\n    p.b\n}\n\n"
         "struct Row {\n    // of all rows\n    a: u8,\n    b: u8,\n    c: u8,\n    d: u8,\n}\n",
         "of all rows"),
        ("a.rs", "// Reads all that is out of the row.\nfn table(p: &A) -> &B {\n    p.b\n}\n\n"
         "struct Row {\n    a: u8,\n    b: u8,\n    c: u8,\n    d: u8,\n}\n",
         "In table: Reads all that is out of the row."),
        ("a.go", "// table reads it.\nfunc table() {\n\t// of all that there is\n}\n\n"
         + "func rows(a int) {\n" + "\tgo(b)\n" * 9 + "}\n",
         "Function rows(a). Also table."),
        ("a.cpp", "#include <map> // map, multimap, pair\n#include <set>\n", "Imports map, set."),
        ("a.py", "import os\n\n# all of this needs Python 3\nfrom b import c\n",
         "Imports os, b."),
        ("a.py", "# all of this reads rows\nimport os\nfrom b import c\n",
         "all of this reads rows"),
        ("a.cpp", "go(limit);\n}\n#endif  // of what the limit is\n", "Calls go."),
        ("a.py", "class A:\n    def one(self):\n        # all that wait are one\n        pass\n",
         "all that wait are one"),
        ("a.py", "class A:\n    # all that wait are one\n    one = 1\n    def two(self): pass\n",
         "all that wait are one"),
        ("a.py", "def f(x):\n    def g(y):\n        # all that wait are one\n        return y\n"
         "    def h(y): pass\n    return g(x)\n", "all that wait are one"),
        ("a.cpp", "using row = int;\n\n// all that wait are one\ngo();\nstep();\nwalk();\n",
         "all that wait are one"),
    ],
)  # fmt: skip
def test_a_comment_explains_what_it_is_on(path: str, code: str, said: str) -> None:
    """anyhow's `ContextError` was explained by the comment above the function before it."""
    assert told(path, code)[1] == said


def test_a_doc_that_only_points_elsewhere_is_none() -> None:
    code = "/* see the file icon-lookup.h */\nint find(int icon)\n{\n  return walk(icon);\n}\n"
    assert told("a.c", code) == ("synthetic", "Function find(icon): calls walk.")


def test_what_is_told_of_another_definition_is_left_out_of_the_body() -> None:
    code = "def one(x):\n    # the third of all\n    pass\n\n\ndef two(y):\n" + "    y += 1\n" * 5
    found = only("a.py", code)
    assert found.symbol == "two"
    assert found.target.text == "In one: the third of all"
    assert (found.target.tier, "third" in found.body) == ("comment", False)


def test_a_licence_is_no_explanation() -> None:
    licence = "/*\n * Copyright (c) 2020 Somebody.\n * All rights reserved.\n */\n"
    assert told("a.js", licence + "import { a } from 'b';\nimport c from './d';\n") == (
        "synthetic", "Imports b, ./d.",
    )  # fmt: skip
    assert told("a.js", licence + "const limit = 12;\n") == ("snippet", "const limit = 12;")
    assert told("a.js", licence) == ("snippet", "Copyright notice of a.js")


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("a.py", '#!/usr/bin/python\n"""Tools for graphs."""\nimport os\n', "Tools for graphs."),
        ("a.rs", "//! Tools for graphs.\n\nuse std::io;\n", "Tools for graphs."),
        ("a.go", "// Package a has tools for graphs.\npackage a\n\nimport \"b\"\n",
         "Package a has tools for graphs."),
        ("a.js", "/**\n * Tools for graphs.\n */\n\nimport a from 'b';\n", "Tools for graphs."),
        ("a.c", "/* Copyright 2020 X. */\n\n/* Tools for graphs. */\n\n#include <a.h>\n",
         "Tools for graphs."),
        ("a.hs", "-- | Tools for graphs.\nmodule A where\n\nimport B\n", "Tools for graphs."),
        ("a.sh", "#!/bin/sh\n# Tools for graphs.\n\nset -e\n", "Tools for graphs."),
    ],
)  # fmt: skip
def test_the_head_of_a_file_speaks_for_it(path: str, code: str, said: str) -> None:
    assert told(path, code) == ("docstring", said)


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("a.py", "def add(left, right=2, *rest):\n    return total(left, right)\n",
         "Function add(left, right, rest): calls total."),
        ("a.py", "class A(B):\n    def f(self): pass\n    def g(self): pass\n",
         "Defines class A, extends B; implements f, g."),
        ("a.c", "int add(int left, char *right[])\n{\n  return total(left);\n}\n",
         "Function add(left, right): calls total."),
        ("a.go", "package a\n\nfunc (s *Server) Run(port int) { listen(port) }\n",
         "Method Server.Run(port): calls listen."),
        ("a.ts", "export function find(name: string, map: Map<a, b>): void { go(name); }",
         "Function find(name, map): calls go."),
        ("a.rs", "fn find(&self, name: &str) -> u8 { look(name) }\n",
         "Function find(name): calls look."),
        ("a.py", "def f(x):\n    return x\n\ndef gg(x):\n    y = x\n    return y\n",
         "Function gg(x). Also f."),
        ("a.py", "import os\nfrom a.b import c\n", "Imports os, a.b."),
        ("a.py", "import os\nfrom . import db\nfrom .. import (\n    rows,\n)\nfrom .a import b\n",
         "Imports os, .db, ..rows, .a."),
        ("a.js", "const a = require('b');\nconst all = require('..');\n", "Imports b, ..."),
        ("a.cpp", "#include <vector>\n#include \"a/b.h\"\n", "Imports vector, a/b.h."),
        ("a.go", 'package a\n\nimport (\n\t"fmt"\n\tv2 "b.org/c/v2"\n)\n',
         "Imports fmt, b.org/c/v2."),
        ("a.php", "<?php\nuse A\\B;\nuse function trim;\n", "Imports A\\B, trim."),
        ("a.rb", "module A\n  module B\n    class C < D\n      def e = 1\n    end\n  end\nend\n",
         "Defines class A.B.C, extends D; implements e."),
        ("a.rb", "class A < B\n  class C\n    def e = 1\n  end\nend\n",
         "Defines class A, extends B; implements C, e."),
        ("a.sh", "alias ll='ls'\nset -e\nwalk tree\n", "Calls walk."),
        ("a.scala", "case class A(\n  b: Int\n)\nobject A\n", "Defines class A."),
        ("a.rs", "unsafe impl<T> Shown for Row<T> {\n    fn show(&self) {}\n}\n",
         "Implements Shown for Row: show."),
        ("a.swift", "public extension Row where T: A {\n    func show() {}\n}\n",
         "Extends Row: show."),
        ("a.swift", "extension Row: Shown {\n    func show() {}\n}\n",
         "Extends Row by Shown: show."),
        ("a.py", "walk(graph)\nvisit(tree)\n", "Calls walk, visit."),
        # All of a C++ function's parameters were called `std`.
        ("a.cpp", "int add(const std::string& text, ::row left, std::map<int, std::string> all)\n"
         "{\n  return total(text);\n}\n", "Function add(text, left, all): calls total."),
        ("a.rs", "fn find(row: &std::cell::Ref<u8>) -> u8 { look(row) }\n",
         "Function find(row): calls look."),
        ("a.ex", "def run(%Config{a: 1} = conf, <<?a, rows::binary>>) do\n  walk(conf)\nend\n",
         "Function run(conf, rows): calls walk."),
    ],
)  # fmt: skip
def test_a_sentence_is_made_where_nobody_wrote_one(path: str, code: str, said: str) -> None:
    found = only(path, code)
    assert (found.target.tier, found.target.text) == ("synthetic", said)
    assert found.body == found.text


def test_a_part_says_what_it_is_a_part_of() -> None:
    body = "".join(f"    step{at}(x)\n" for at in range(50))
    found = chunk(SourceFile("a.py", "python", f"def f(x):\n{body}".encode(), 0))
    assert [each.target.text.split(":")[0] for each in found] == [
        "Function f(x)",
        "Part of function f(x)",
    ]
    assert "step26" in found[1].target.text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.py", 'def stop(x):\n    """Stop the server, e.g. at the end. More."""\n{}'),
        (
            "a.go",
            "package a\n\n// stop Stop the server, e.g. at the end. More.\nfunc stop() {{\n{}}}\n",
        ),
    ],
)
def test_a_part_of_what_has_a_doc_says_so(path: str, code: str) -> None:
    """An inner comment of a later part stood for the whole: `Deliver all names concurrently`."""
    mark = "#" if path.endswith("py") else "//"
    steps = "".join(f"    step{at}(x)\n" for at in range(25))
    body = f"{steps}{steps}    {mark} wait for what is still open\n{steps}"
    data = code.format(body).encode()
    found = chunk(SourceFile(path, detect(path, data), data, 0))
    told = {(each.target.tier, each.target.text.partition(": ")[0]) for each in found[1:]}
    whole = "stop (Stop the server, e.g. at the end)"
    assert told == {("comment", f"Part of {whole}"), ("synthetic", f"Part of function {whole}")}
    (remark,) = [each for each in found if each.target.tier == "comment"]
    assert remark.target.text.endswith("): wait for what is still open")
    assert "wait for" not in remark.body


@pytest.mark.parametrize(
    ("doc", "said"),
    [
        ("Shares one subscription to what is below, and gives late ones all that it has given.",
         "Shares one subscription to what is below, and gives late ones all that it has given"),
        (f"Shares one subscription, and{' gives it again' * 8} (to the late ones).",
         f"Shares one subscription, and{' gives it again' * 7} gives…"),
        (f"Shares one subscription, and{' gives it again' * 5} (to those who are much too late"
         " for it, of course).", f"Shares one subscription, and{' gives it again' * 5}…"),
        (f"Shares all{' of it' * 30}. More.", f"Shares all{' of it' * 21} of…"),
    ],
)  # fmt: skip
def test_a_long_sentence_on_the_whole_ends_at_a_word(doc: str, said: str) -> None:
    """Of RxSwift's `share` it was told that it shares "a single subscription to it, and"."""
    steps = "".join(f"    step{at}(x)\n" for at in range(50))
    code = f'def share(x):\n    """{doc}"""\n{steps}'.encode()
    found = chunk(SourceFile("a.py", "python", code, 0))[1]
    assert found.target.text.startswith(f"Part of function share ({said}): calls step")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('fn doc_long() -> &str {\n    r"\nShow lines after a match. And more.\n.sp\n"\n}\n',
         "Function doc_long(): Show lines after a match."),
        ('fn doc_long() -> &str {\n    r#"\nThis sets "dot all" everywhere. And more.\n"#\n}\n',
         'Function doc_long(): This sets "dot all" everywhere.'),
        ('fn name(&self) -> &str {\n    "a name"\n}\n', "Function name()."),
        ('fn f(a: &str, b: &str) -> bool {\n    a != "x" && b != "some words that are said here" '
         '|| a < b || b < a || a.b < 12 || b.a < 12 && a != "y"\n}\n', "Function f(a, b)."),
    ],
)  # fmt: skip
def test_a_function_that_gives_a_text_says_it(code: str, said: str) -> None:
    assert told("a.rs", code) == ("synthetic", said)


def test_a_doc_longer_than_a_chunk_speaks_for_all_of_its_lines() -> None:
    doc = "    More words on it.\n" * 60
    code = f'def f(x):\n    """Say it.\n\n{doc}    """\n    return g(x)\n'
    found = chunk(SourceFile("a.py", "python", code.encode(), 0))
    assert len(found) == 3
    assert [each.target.text for each in found] == ["Say it."] * 3
    assert found[1].body == ""


def test_a_comment_longer_than_a_chunk_speaks_for_all_of_its_lines() -> None:
    """A later part of a comment was explained from the middle of a sentence on."""
    code = "fn f() {\n    // First of all words.\n    //\n" + "    // and so it goes on\n" * 70
    found = chunk(SourceFile("a.rs", "rust", f"{code}    go();\n}}\n".encode(), 0))
    assert len(found) == 3
    assert [each.target.text for each in found] == ["First of all words."] * 3


def test_a_string_that_is_filled_in_is_no_docstring() -> None:
    code = 'def find(icon):\n    f"""Walk to {icon} and back."""\n    return walk(icon)\n'
    assert told("a.py", code)[0] == "synthetic"


def test_link_definitions_explain_nothing() -> None:
    """Chunks of tokio were explained by ``[`AsyncWrite`]: trait@crate::io::AsyncWrite``."""
    code = "// [`Write`]: trait@crate::io::Write\n// [`Read`]: crate::io::Read\nfn f() { go(); }\n"
    assert told("a.rs", code) == ("synthetic", "Function f(): calls go.")


@pytest.mark.parametrize(
    ("path", "code", "symbol", "said"),
    [
        ("a.py", 'class A:\n    def one(self):\n        """First of all."""\n\n'
         "    def two(self):\n        a = 1\n        b = 2\n        return a + b\n",
         "A", "Defines class A; implements one, two."),
        ("a.py", 'class A:\n    def one(self):\n        """First of all."""\n        return 1\n',
         "A.one", "First of all."),
        ("a.go", "// Make makes it.\nfunc Make(a int) {\n\tgo(a)\n}\n\nfunc options(b int) {\n"
         "\tx(b)\n\ty(b)\n\tz(b)\n}\n", "Make", "Make makes it."),
        ("a.rs", "impl A {\n    /// Makes one.\n    fn new() { x(); }\n    fn put() { y(); }\n}\n",
         "A", "Implements A: new, put."),
    ],
)  # fmt: skip
def test_a_doc_speaks_for_its_own_definition(path: str, code: str, symbol: str, said: str) -> None:
    """A chunk called `printOptions` was explained by "GenMarkdown creates markdown output."""
    found = only(path, code)
    assert (found.symbol, found.target.text) == (symbol, said)


def test_a_preamble_is_told_of_nothing_else() -> None:
    begun = "<?php\n\ndeclare(strict_types=1);\n"
    assert told("a.php", f"{begun}\nnamespace A\\B;\n") == ("snippet", "namespace A\\B;")
    assert told("a.php", begun)[0] == "snippet"


def test_what_closes_is_told_of_nothing_else() -> None:
    code = "}  // namespace detail\n#endif // A_H\n};\n\nBEGIN_OF_ALL\n"
    assert told("a.hpp", code) == ("snippet", "BEGIN_OF_ALL")
    assert told("a.hpp", code[:22])[0] == "snippet"


def test_a_doc_goes_on_below_an_attribute() -> None:
    """`into_boxed_dyn_error` said `![feature(error_generic_member_access)]`."""
    code = '/// Makes one.\n#[cfg_attr(a, doc = "```")]\n/// Goes on.\nfn f() {}\n'
    assert told("a.rs", code) == ("docstring", "Makes one.")


def test_data_has_its_first_tokens() -> None:
    assert told("a.json", '{\n  "name": "ncs",\n  "size": 3\n}\n') == (
        "snippet", '"name": "ncs", "size": 3',
    )  # fmt: skip
    assert told("a.txt", "...\n") == ("snippet", "Lines of a.txt")
    assert told("a.yaml", "# where the index is put\nplace: here\n")[0] == "comment"


def test_every_definition_of_a_chunk_keeps_its_own_words() -> None:
    code = b'''class Two:
    """Two of a kind."""

    def first(self):
        """Return the first.

        There is always one.
        """
        return self.one

    def second(self):
        return self.two
'''
    found = chunk(SourceFile("two.py", "python", code, 0))[0]
    assert found.defines == ("Two", "Two.first", "Two.second")
    assert [each.doc for each in found.begun] == ["Two of a kind.", "Return the first.", ""]
    assert found.target.text == found.begun[0].doc


@pytest.mark.parametrize(
    ("path", "code", "symbol", "said"),
    [
        ("a.js", "/**\n * Starts it.\n */\n\napp.start = function start() {\n};\n",
         "app.start", "Starts it."),
        ("a.js", "/**\n * Lookup by `name`\n *\n * @param {string} name\n */\n\n"
         "function find(name) {\n  go(name)\n}\n", "find", "Lookup by `name`"),
        ("a.java", "/** Starts it. */\n\n@Old\nclass A {\n  int a;\n}\n", "A", "Starts it."),
        ("a.c", "/**\n * Gives back what is left.\n */\n\nint left(int a)\n{\n}\n",
         "left", "Gives back what is left."),
    ],
)  # fmt: skip
def test_a_doc_block_speaks_across_a_blank_line(
    path: str, code: str, symbol: str, said: str
) -> None:
    """In express such blocks were chunks without a name, or the end of the function before."""
    data = f"first = 1;\n\n{code}".encode()
    found = chunk(SourceFile(path, detect(path, data), data, 0))[-1]
    assert (found.symbol, found.target.tier, found.target.text) == (symbol, "docstring", said)


@pytest.mark.parametrize(
    "comment",
    [
        "/** Route groups */", "/**\n * Route groups\n */", "/****\n * All of the routes.\n ****/",
        "/* All of the routes. */", "// All of the routes.", "/** All of the routes. */\n",
        "/** All of the routes. */\n\n// the first of them is here",
    ],
)  # fmt: skip
def test_a_title_is_no_doc_of_what_is_below_a_blank_line(comment: str) -> None:
    data = f"go();\n\n{comment}\n\nfunction walk() {{\n  step();\n}}\n".encode()
    (found,) = read_outline(SourceFile("a.js", "javascript", data, 0)).definitions
    assert (found.doc, data.split(b"\n")[found.span.start - 1]) == (None, b"function walk() {")


def test_the_head_of_a_file_is_no_doc_of_what_is_below_a_blank_line() -> None:
    code = "/**\n * This module walks.\n */\n\nfunction walk() {\n  step();\n}\n"
    outline = read_outline(SourceFile("a.js", "javascript", code.encode(), 0))
    assert outline.definitions[0].doc is None
    assert outline.header is not None


def test_a_doc_block_ends_no_chunk() -> None:
    """`req.acceptsLanguages` ended with the doc of `req.range`, and was explained by it."""
    steps = "".join(f"  step{at}();\n" for at in range(16))
    doc = "/**\n * Walks to the end.\n * One.\n * Two.\n */\n"
    code = "".join(f"{doc}\na.walk{at} = function () {{\n{steps}}};\n\n" for at in range(4))
    found = chunk(SourceFile("a.js", "javascript", f"go();\n\n{code}".encode(), 0))
    assert [each.symbol for each in found if each.symbol] == [f"a.walk{at}" for at in range(4)]
    assert {each.target.text for each in found if each.symbol} == {"Walks to the end. One. Two."}


def test_what_is_about_a_selector_has_one_colon() -> None:
    code = (
        b'#import "Box.h"\n#import <Kit/Bag.h>\n#import <Kit/Rack.h>\n#import "Shelf.h"\n\n'
        b"@implementation Box\n- (void)put:(id)thing at:(int)place {\n"
        + b"  [self weigh:thing];\n" * 60
        + b"}\n@end\n"
    )
    said = [each.target.text for each in chunk(SourceFile("a.m", "objc", code, 0))]
    assert said[0] == "Imports Box.h, Kit/Bag.h, Kit/Rack.h, Shelf.h."
    assert said[-1] == "Part of method Box.put:at: calls weigh."


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("#iq{type = set, sub = [#a{b = C}]} = IQ, _Source", "f(IQ, _Source)"),
        ("IQ = #iq{type = set}, #{x := Y} = Map", "f(IQ, Map)"),
        ("#iq{type = set}, 1", "f(iq)"),
    ],
)
def test_a_record_is_called_as_it_is_bound(head: str, said: str) -> None:
    """ejabberd's `process_iq(#iq{type = set} = IQ)` was "process_iq(type)"."""
    assert told("a.erl", f"f({head}) -> ok.\n") == ("synthetic", f"Function {said}.")


def test_erlang_is_told_of_by_its_descriptions() -> None:
    """ "Function mod_doc()." was all that was said of a hundred modules."""
    code = 'doc() ->\n  #{desc => [?T("Sends the news "\n  "of the day. Of it."), ""], a => 1}.\n'
    assert told("a.erl", code)[1] == "Function doc(): Sends the news of the day."
    code = '    #c{desc = "One", args_desc = ["No"], longdesc = "Two words:\\n\\n a"},\n'
    found = chunk(SourceFile("a.erl", "erlang", f"all() ->\n  [\n{code * 40}  a].\n".encode(), 0))
    assert len(found) > 1
    assert {each.target.text.removeprefix("Part of f").removeprefix("F") for each in found} == {
        "unction all(): One; Two words."
    }


def test_parameters_in_julia_are_told_by_name() -> None:
    """It was "Function Notebook(Cell, AbstractString, UUID)"."""
    code = "f(cells::Vector{Cell}, @nospecialize(x), ::MIME, y...; z::Int=1, kw...) = cells\n"
    assert told("a.jl", code)[1] == "Function f(cells, x, MIME, y, z, kw)."


def test_text_in_a_notebook_is_told() -> None:
    code = 'using A\n\n# ╔═╡ 6e1d\nmd"""\nThe sum of it\nis told here.\n"""\n\n# ╔═╡ 8e1d\nx = 1\n'
    assert told("a.jl", code) == ("comment", "The sum of it is told here.")
    assert told("a.jl", code.replace('md"', 'html"'))[0] == "synthetic"


def test_the_order_of_cells_is_no_text() -> None:
    order = "# ╔═╡ Cell order:\n# ╟─b2d786ec-7f73-11ea-1a0c-f38d7b6bbc1e\n"
    assert told("a.jl", order) == ("snippet", "Lines of a.jl")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("let h a ~b ?(c=1) (d : int) { e; _ } (g, i) () = go 1", "Function h(a, b, c, d, e, g)"),
        (
            "let h ~(a : (b, c) d) ~b:e ?(f : int option) (Some g) _ = go 1",
            "Function h(a, b, f, g)",
        ),
        ("let h = fun a ~b:(c : int) -> go a", "Function h(a, b)"),
        ("let h : type a. a t -> int = go 1", "Function h"),
        ("let h () = go 1", "Function h"),
        ("let h = go 1", "Value h"),
        ("let h : int = go 1", "Value h"),
    ],
)
def test_parameters_in_ocaml_are_told_and_what_has_none_is_a_value(code: str, said: str) -> None:
    assert told("a.ml", f"{code}\n") == ("synthetic", f"{said}: calls go.")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("val h : int", "Value h."), ("val h : int -> int", "Function h."),
        ("val h :\n  ?a:int ->\n  int", "Function h."),
    ],
)  # fmt: skip
def test_the_type_of_a_value_tells_whether_it_is_a_function(code: str, said: str) -> None:
    assert told("a.mli", f"{code}\n") == ("synthetic", said)


def test_a_package_implements_no_variable_of_its_functions() -> None:
    code = "package A;\nsub f {\n  my $g = sub { 1 };\n  return $g;\n}\n1;\n"
    assert told("a.pm", code)[1] == "Defines class A; implements f."


def test_an_extension_type_is_defined() -> None:
    """Dart's was "Extends GameId by StringId, Any"."""
    code = "extension type const GameId._(String a) implements Id, Any {\n  int b() => c();\n}\n"
    said = "Defines class GameId, extends Id, Any; implements b."
    assert told("a.dart", code) == ("synthetic", said)
    code = "extension Named on GameId {\n  int b() => c();\n}\n"
    assert told("a.dart", code)[1] == "Extends Named: b."


def test_a_title_alone_is_told_without_its_marks() -> None:
    assert told("a.erl", "%%%----\n%%% Limits: utils\n%%%----\n") == ("snippet", "Limits: utils")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("CREATE PROCEDURE [dbo].[A]\n  @Id INT OUTPUT,\n  @Data NVARCHAR(MAX) = 'a',\n"
         "  @Ids AS [dbo].[Ids] READONLY\nAS\nSELECT 1\n", "Procedure dbo.A(Id, Data, Ids)."),
        ("CREATE OR ALTER PROC\n  a AS\nSELECT 1\n", "Procedure a."),
        # The name of the schema, and brackets of a type, stand before the parameters.
        ("CREATE FUNCTION [a].[a](@b DECIMAL(9, 2)) RETURNS NVARCHAR(MAX) AS\nRETURN 1\n",
         "Function a.a(b)."),
        (f"CREATE PROC a\n  @b INT,\n  @{'c' * 250} INT\nAS\nSELECT 1\n", "Procedure a(b)."),
        (f"CREATE PROC a\n  @{'c' * 250} INT\nAS\nSELECT 1\n", "Procedure a."),
        ("CREATE PROCEDURE `a`(IN `b` INT, INOUT c VARCHAR(9))\nBEGIN\nSET @d = 1;\nEND;\n",
         "Procedure a(b, c)."),
        # What has no name has a type alone.
        ("CREATE FUNCTION a(b int, double precision, VARIADIC c int[]) RETURNS int AS $$\n"
         "SELECT 1;\n$$ LANGUAGE sql;\n", "Function a(b, c)."),
        ("CREATE FUNCTION a(integer) RETURNS int AS $$\nSELECT 1;\n$$ LANGUAGE sql;\n",
         "Function a."),
        ("CREATE FUNCTION a() RETURNS TABLE (b int) AS $$\nSELECT 1;\n$$ LANGUAGE sql;\n",
         "Function a()."),
        ("CREATE TRIGGER a AFTER INSERT ON b (c) FOR EACH ROW SET d = 1;\n", "Trigger a."),
        ("CREATE TABLE [a].[b] (\n  [c] NVARCHAR(MAX)\n);\n", "Defines table a.b."),
        ("CREATE OR REPLACE VIEW b AS SELECT 1;\n", "Defines view b."),
        ("CREATE TYPE a AS ENUM ('b');\n", "Defines type a."),
        ("CREATE UNIQUE INDEX a ON b (c);\n", "Defines index b.a."),
    ],
)  # fmt: skip
def test_what_sql_defines_is_called_what_it_is(code: str, said: str) -> None:
    """Of bitwarden's chunks 352 were told of as parts of `function dbo.Cipher_Create(MAX)`."""
    assert told("a.sql", code) == ("synthetic", said)


def test_what_mysql_runs_is_no_comment() -> None:
    """A view was said to do what stood around it: `50001 CREATE VIEW …`."""
    code = "/*!50001 CREATE VIEW a AS SELECT b FROM c */;\n"
    assert told("a.sql", code) == ("synthetic", "Defines view a.")


@pytest.mark.parametrize(
    "code",
    [
        "func f(w W, r *R) (int, error) {\n\tgo(r)\n}\n",
        "var f = with(func(w W, r *R) (int, error) {\n\tgo(r)\n})\n",
        'var f F = with(option("a"), func(w W, r *R) int { go(r) })\n',
    ],
)
def test_a_function_that_a_call_in_go_makes_is_told_with_its_parameters(code: str) -> None:
    said = only("a.go", f"package a\n\n{code}").target.text
    assert said.startswith("Function f(w, r)")
