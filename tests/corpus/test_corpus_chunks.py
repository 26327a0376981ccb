"""Laws of cutting: nothing is lost, nothing is doubled, and the parts keep their names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_samples import SAMPLES

from ncs.config import CorpusConfig
from ncs.corpus import chunks as chunks_module
from ncs.corpus.chunks import chunk
from ncs.corpus.grammars import GRAMMARS
from ncs.text import fold
from ncs.types import KINDS, Chunk, SourceFile

LANGUAGES = [*(name for name in GRAMMARS if name != "tsx"), "markdown", "rst", "text", "yaml"]
PIECES = st.sampled_from(
    [
        "def f(a):", "class A(B):", "function f(a) {", "fn g() {", "}", "{", "end", "(", ")",
        "    return x", "# a comment that says much", "// say it", "/** doc", " * @param x", "*/",
        '"""', "'''", "'", "=begin", "=end", "-- | hi", "{-", "-}", "--[[", "]]", "x = 1", "if x:",
        "module M", "impl A for B {", "@doc \"x\"", "@deco", "# Heading", "=====", "-----", "```",
        "<summary>a</summary>", "cfg! {", "namespace N {", "a.b(c);", "\t", "é ñ 漢字", "<<A",
        "func (s *S) M() {", "defmodule A do", "#ifdef X", "#else", "#endif", "const a = () => {",
    ]
)  # fmt: skip
BREAKS = st.sampled_from(["\n", "\n\n", "\r\n", "\r", " ", "", "\n\n\n\n", "\f", "\u2028", "\x85"])
TEXTS = st.lists(st.tuples(PIECES, BREAKS), max_size=80).map(
    lambda pairs: "".join(piece + end for piece, end in pairs).encode()
)
CONFIGS = st.sampled_from([1, 2, 5, 25]).map(lambda lines: CorpusConfig(chunk_lines=lines))


def cut(data: bytes, language: str, config: CorpusConfig | None = None) -> list[Chunk]:
    path = "a.tsx" if language == "tsx" else f"a.{language}"
    return chunk(SourceFile(path, language, data, 0), config)


def check_laws(data: bytes, found: list[Chunk]) -> None:
    lines = data.split(b"\n")
    covered = [line for each in found for line in range(each.span.start, each.span.end + 1)]
    assert covered == sorted(set(covered)), "chunks overlap or are out of order"
    filled = {number for number, line in enumerate(lines, 1) if line.strip()}
    assert filled <= set(covered), "a line is lost"
    for each in found:
        assert {each.span.start, each.span.end} <= filled, "a chunk has a blank edge"
        whole = b"\n".join(lines[each.span.start - 1 : each.span.end])
        assert each.text == whole.decode("utf-8", "replace")
        check_target(each)
        assert each.kind in KINDS
        assert bool(each.symbol) == (each.kind != "block")


def check_target(each: Chunk) -> None:
    said = each.target
    assert said.text
    assert said.text == fold(said.text)
    assert len(said.text) <= 300
    assert said.tier in ("docstring", "comment") or said.span is None
    if said.span is not None:
        assert each.span.start <= said.span.start <= said.span.end <= each.span.end
        left = len(each.text.split("\n")) - (said.span.end - said.span.start + 1)
        assert len(each.body.split("\n")) == max(left, 1)


@given(TEXTS, st.sampled_from(LANGUAGES), CONFIGS)
@settings(max_examples=200, deadline=None)
def test_laws_hold_for_broken_code(data: bytes, language: str, config: CorpusConfig) -> None:
    check_laws(data, cut(data, language, config))


@given(st.binary(max_size=400), st.sampled_from(LANGUAGES))
@settings(max_examples=200, deadline=None)
def test_laws_hold_for_any_bytes(data: bytes, language: str) -> None:
    check_laws(data, cut(data, language))


@given(st.data(), st.sampled_from(sorted(SAMPLES)), CONFIGS)
@settings(max_examples=200, deadline=None)
def test_laws_hold_for_damaged_samples(
    data: st.DataObject, name: str, config: CorpusConfig
) -> None:
    code = SAMPLES[name].code.encode()
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(code))] * 2)))
    damaged = code[:start] + code[end:] + data.draw(st.binary(max_size=5)) + code[end // 2 :]
    check_laws(damaged, cut(damaged, name, config))


@pytest.mark.parametrize("name", sorted(SAMPLES))
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_laws_hold_for_samples(name: str, ends: str) -> None:
    data = (SAMPLES[name].code * 4).replace("\n", ends).encode()
    assert cut(data, name) == cut(data, name)
    for lines in (1, 3, 25, 1_000):
        check_laws(data, cut(data, name, CorpusConfig(chunk_lines=lines)))


def test_line_ends_do_not_move_chunks() -> None:
    for sample, name in ((sample, name) for name, sample in SAMPLES.items()):
        unix = cut(sample.code.encode(), name)
        windows = cut(sample.code.replace("\n", "\r\n").encode(), name)
        assert [each.span for each in unix] == [each.span for each in windows]
        assert [each.defines for each in unix] == [each.defines for each in windows]
        assert [each.target for each in unix] == [each.target for each in windows]


def function(name: str, lines: int) -> str:
    return f"def {name}(x):\n" + "".join(f"    y{at} = g{at}(x)\n" for at in range(lines - 1))


def test_a_long_function_is_cut_where_statements_begin() -> None:
    body = "".join(f"    call(\n        {at},\n    )\n" for at in range(40))
    found = cut(f"def long(x):\n{body}".encode(), "python")
    assert len(found) == 5
    assert {each.symbol for each in found} == {"long"}
    assert {each.kind for each in found} == {"function"}
    assert [each.defines for each in found] == [("long",), (), (), (), ()]
    assert all(each.text.startswith("    call(") for each in found[1:])
    assert all(15 <= len(each.text.split("\n")) <= 38 for each in found)


@pytest.mark.parametrize("before", range(2, 36))
def test_a_comment_is_not_torn(before: int) -> None:
    """The explanation of a chunk of requests began in the middle of a comment's sentence."""
    code = "".join(f"    call{at}(x)\n" for at in range(before))
    code += "".join(f"    # words of line {at}\n" for at in range(12))
    code += "".join(f"    step{at}(x)\n" for at in range(30))
    found = cut(f"def f(x):\n{code}".encode(), "python")
    (torn,) = [each for each in found if "words of line" in each.text]
    assert torn.text.count("words of line") == 12
    assert max(each.text.count("\n") for each in found) < 50


@pytest.mark.parametrize("doc", [12, 24, 35])
def test_a_docstring_is_not_torn(doc: int) -> None:
    words = "    More words on it.\n" * doc
    steps = "".join(f"    step{at}(x)\n" for at in range(30))
    code = f'def f(x):\n    """Say it.\n\n{words}    """\n{steps}'
    found = cut(code.encode(), "python")
    assert found[0].text.count("More words") == doc
    assert found[0].text.count('"""') == 2


def test_short_siblings_are_packed_and_long_ones_stand_alone() -> None:
    code = "\n".join(function(f"f{at}", 6) for at in range(3)) + "\n" + function("g", 24)
    assert [each.defines for each in cut(code.encode(), "python")] == [("f0", "f1", "f2"), ("g",)]


def test_a_long_class_has_a_head_and_methods() -> None:
    methods = "".join(f"\n    def m{at}(self):\n" + "        step()\n" * 20 for at in range(3))
    found = cut(
        f'class A(B):\n    """What A is."""\n\n    x = 1\n    y = 2\n{methods}'.encode(), "python"
    )
    assert [each.symbol for each in found] == ["A", "A.m0", "A.m1", "A.m2"]
    assert [each.kind for each in found] == ["class", "method", "method", "method"]
    assert found[0].target.text == "What A is."


def test_the_head_of_a_class_goes_with_what_follows_it() -> None:
    """The last method of a class took the line of the next one from what that holds."""
    fields = "".join(f"    a{at} = {at}\n" for at in range(52))
    inner = "    class Inner:\n" + "".join(f"        B{at} = {at}\n" for at in range(20))
    text = f"class First:\n{fields}\n    def name(self):\n        return 1\n\n\n"
    found = cut(f"{text}class Second(Base):\n{inner}\n{fields}".encode(), "python")
    (second,) = [each for each in found if "class Second" in each.text]
    assert second.text.startswith("class Second(Base):\n    class Inner:\n")
    (name,) = [each for each in found if "def name" in each.text]
    assert "    a51 = 51" in name.text


def test_imports_are_no_part_of_a_function() -> None:
    imports = "".join(f"import module{at}\n" for at in range(15))
    found = cut((imports + "\n" + function("f", 8)).encode(), "python")
    assert [each.symbol for each in found] == ["", "f"]
    assert found[0].target.text.startswith("Imports module0, module1")


def test_a_closing_bracket_is_no_chunk() -> None:
    code = "class A {\n" + "".join(
        f"  m{at}() {{\n" + "    step();\n" * 30 + "  }\n" for at in range(3)
    )
    found = cut((code + "}\n").encode(), "javascript")
    assert all("step" in each.text for each in found)


def test_what_closes_a_header_is_no_chunk() -> None:
    members = "".join(f"  int member{at};\n" for at in range(36))
    code = f"#ifndef A_H\nnamespace a {{\n\nclass A {{\n{members}}};\n\n"
    closing = "}  // namespace b\n}  /* namespace a */\n\n#endif  // A_H\n"
    found = cut((code + closing).encode(), "cpp")
    assert found[-1].symbol == "A"
    assert found[-1].text.endswith("// A_H")


def test_the_most_important_definition_names_the_chunk() -> None:
    found = cut((function("short", 3) + "\n" + function("longer", 9)).encode(), "python")
    assert [(each.symbol, each.defines) for each in found] == [("longer", ("short", "longer"))]


def test_a_type_speaks_for_the_short_methods_behind_it() -> None:
    method = "func (g *Gzip) Module() Info {\n\treturn Info{\n\t\tID: 1,\n\t}\n}\n"
    kind = "// Gzip makes encoders.\ntype Gzip struct {\n\tLevel int\n}\n"
    found = cut(f"package a\n\n{kind}\n// Module says more.\n{method}".encode(), "go")
    assert [(each.symbol, each.target.text) for each in found] == [
        ("Gzip", "Gzip makes encoders.")
    ]
    longer = method.replace("ID: 1,", "ID: 1,\n" * 9)
    assert [each.symbol for each in cut(f"{kind}\n{longer}".encode(), "go")] == ["Gzip.Module"]


@pytest.mark.parametrize("methods", [5, 9, 12, 20])
def test_a_type_stands_with_what_it_does(methods: int) -> None:
    """Two of three flags of ripgrep were described in a chunk of the test before them."""
    before = "#[test]\nfn test_other() {\n" + "    check(1);\n" * 12 + "}\n"
    body = "".join(f"    fn m{at}(&self) {{\n        go();\n    }}\n" for at in range(methods))
    code = f"{before}\n/// -A/--after\nstruct After;\n\nimpl Flag for After {{\n{body}}}\n"
    found = cut(code.encode(), "rust")
    assert [each.symbol for each in found[:2]] == ["test_other", "After"]
    assert found[1].target.text == "-A/--after"
    assert "fn m1" in found[1].text
    check_laws(code.encode(), found)


def test_a_few_lines_are_not_left_alone() -> None:
    """`func init()` of each of caddy's modules was a chunk, its type being with its method."""
    init = "func init() {\n\tRegister(A{})\n}\n"
    method = "func (a A) Serve(b int) {\n" + "\tgo(b)\n" * 30 + "}\n"
    imports = "package a\n\nimport (\n" + '\t"b"\n' * 15 + ")\n"
    found = cut(
        f"{imports}\n{init}\n// A serves.\ntype A struct {{\n}}\n\n{method}".encode(), "go"
    )
    assert [each.defines for each in found] == [(), ("init", "A", "A.Serve")]


def test_short_implementations_are_packed() -> None:
    code = "".join(f"impl T{at} for A {{\n    fn f() {{ go(); }}\n}}\n\n" for at in range(12))
    found = cut(f"struct A;\n\n{code}".encode(), "rust")
    assert [len(each.defines) for each in found] == [13, 12]


def test_a_function_as_long_as_may_be_is_one_chunk() -> None:
    """One of 38 lines was cut as if it were no function, its end packed with the next one."""
    code = function("f", 38) + "\n" + function("g", 3)
    assert cut(code.encode(), "python")[-1].text.startswith("def g")
    assert [each.defines for each in cut(function("f", 37).encode(), "python")] == [("f",)]


def test_one_huge_line_is_one_chunk() -> None:
    for language in ("python", "javascript", "text", "json"):
        data = b"x = [" + b"1, " * 30_000 + b"]"
        found = cut(data, language)
        assert [(each.span.start, each.span.end) for each in found] == [(1, 1)]
        assert len(found[0].target.text) <= 150


def test_blank_files_give_nothing() -> None:
    for data in (b"", b"\n", b" \t\n\n\r\n \n"):
        assert [cut(data, language) for language in LANGUAGES] == [[]] * len(LANGUAGES)


def test_a_byte_order_mark_stays() -> None:
    found = cut(b'\xef\xbb\xbf"""Module."""\nx = 1\n', "python")
    assert found[0].text.startswith("\ufeff")
    assert found[0].target.text == "Module."


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_byte_order_mark_changes_nothing_else(name: str) -> None:
    code = SAMPLES[name].code.encode()
    plain, marked = cut(code, name), cut(b"\xef\xbb\xbf" + code, name)
    assert [each.defines for each in marked] == [each.defines for each in plain]
    assert [each.target for each in marked] == [each.target for each in plain]


def test_text_is_cut_at_paragraphs() -> None:
    paragraph = "Some words that make a line.\n" * 9
    found = cut("\n".join([paragraph] * 6).encode(), "text")
    assert [(each.span.start, each.span.end) for each in found] == [(1, 29), (31, 59)]


def test_a_parser_that_breaks_leaves_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(chunks_module, "read_outline", broken)
    data = function("f", 60).encode()
    found = cut(data, "python")
    check_laws(data, found)
    assert {each.kind for each in found} == {"block"}
