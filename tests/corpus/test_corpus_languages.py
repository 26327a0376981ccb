"""What is found in each language: definitions, the author's words, and the tier that wins."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from language_samples import SAMPLES, Expected, Sample

from ncs.corpus.chunks import chunk
from ncs.corpus.families import COMPONENTS, DIRECTIVES, PROSE, VALUELESS
from ncs.corpus.grammars import GRAMMARS, compiled
from ncs.corpus.languages import LANGUAGES, detect
from ncs.corpus.outline import outline, read_outline
from ncs.corpus.statements import statements
from ncs.search.comments import comment_on_value
from ncs.types import SourceFile, Span


def source(sample: Sample) -> SourceFile:
    data = sample.code.encode()
    return SourceFile(sample.path, detect(sample.path, data), data, 0)


def test_families_are_of_languages_that_there_are() -> None:
    assert set(LANGUAGES) >= VALUELESS | DIRECTIVES
    assert VALUELESS >= PROSE | COMPONENTS
    assert not VALUELESS & DIRECTIVES
    # What is a directive cannot open a comment where no grammar finds the comments.
    assert {LANGUAGES[name].remark for name in DIRECTIVES} == {"//"}


@pytest.mark.parametrize("language", sorted(COMPONENTS))
def test_components_are_told_from_code_alike(language: str) -> None:
    """A heading in the markup of Astro was a comment on what stood below it."""
    assert comment_on_value("# How many\nsize: 3", 1, language) is None


@pytest.mark.parametrize("name", SAMPLES)
def test_definitions(name: str) -> None:
    found = [
        Expected(
            each.qualified, each.kind, each.span.start, each.span.end,
            each.doc.text if each.doc else None, each.bases,
        )
        for each in outline(source(SAMPLES[name]))
    ]  # fmt: skip
    assert found == SAMPLES[name].definitions


@pytest.mark.parametrize("name", SAMPLES)
def test_a_definition_knows_the_line_that_its_name_is_on(name: str) -> None:
    lines = SAMPLES[name].code.split("\n")
    for each in outline(source(SAMPLES[name])):
        assert each.line in each.span
        bare = re.split(r"\W", each.name.lstrip("~@#$\\\"'"))[0]  # `put:at:` has `put` there
        assert bare in lines[each.line - 1] or bare not in SAMPLES[name].code  # a file's name


@pytest.mark.parametrize(
    ("path", "code", "line"),
    [
        ("a.py", "# run\n@app.route(\n    '/run'\n)\n@run\ndef run(self):\n    run()\n", 6),
        ("a.c", "/* to run */\nstatic int\nrun(void)\n{\n  return run();\n}\n", 3),
        ("a.java", "class A {\n  /** Run. */\n  @Run\n  public void\n      run() {}\n}\n", 5),
        ("a.go", "// run it\nfunc (s *Server) run() {\n\ts.run()\n}\n", 2),
        ("a.js", "// run\nexports.run = () => 1;\n", 2),
        ("a.hs", "-- | run\nrun = run <|> other\n", 2),
        (
            "a.m",
            "@implementation Box\n// run\n- (void)run:(id)thing at:(int)place {\n}\n@end\n",
            3,
        ),
    ],
)
def test_a_name_may_stand_below_the_first_line(path: str, code: str, line: int) -> None:
    data = code.encode()
    (cut,) = chunk(SourceFile(path, detect(path, data), data, 0))
    (named,) = (each for each in cut.begun if each.name.rpartition(".")[2].startswith("run"))
    assert named.span.start == line


def test_what_has_no_name_is_no_definition() -> None:
    (cut,) = chunk(SourceFile("a.mli", "ocaml", b"val : int -> int\n", 0))
    assert (cut.kind, cut.symbol, cut.begun) == ("block", "", ())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_author_is_heard_first(name: str) -> None:
    sample = SAMPLES[name]
    chunks = chunk(source(sample))
    assert chunks[0].target.tier == "docstring"
    said = {chunks[0].target.text}
    assert said & {each.doc for each in sample.definitions}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_doc_stands_on_its_lines(name: str) -> None:
    sample = SAMPLES[name]
    lines = sample.code.split("\n")
    for each in outline(source(sample)):
        if each.doc is not None and each.doc.span is not None:
            text = " ".join(lines[each.doc.span.start - 1 : each.doc.span.end])
            first = next(word for word in each.doc.text.split() if word != "Returns")
            assert first.strip(".,") in text


@pytest.mark.parametrize("name", SAMPLES)
def test_without_comments_a_sentence_is_made(name: str) -> None:
    sample = SAMPLES[name]
    marks = ("/", "#", "--", "*", "@doc", "@moduledoc", '"""', "//", "<!--")
    kept = [
        line
        for line in sample.code.split("\n")
        if line == "---" or not line.strip().startswith(marks)
    ]
    data = "\n".join(kept).encode()
    chunks = chunk(SourceFile(sample.path, detect(sample.path, data), data, 0))
    assert {each.target.tier for each in chunks} <= {"synthetic", "docstring"}
    assert all(each.target.text for each in chunks)


def names(path: str, code: str) -> list[str]:
    data = code.encode()
    return [each.qualified for each in outline(SourceFile(path, detect(path, data), data, 0))]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("const a = {\n  b: [function transform(x) { go(x); }],\n};\n", ["transform"]),
        ("export default ok && function adapter(c) { go(c); };\n", ["adapter"]),
        ("export const Button = forwardRef((props) => { go(props); });\n", ["Button"]),
        ("const Card = memo(function Card(props) { go(props); });\n", ["Card"]),
        ("a.prototype.add = function add() { go(); };\n", ["a.add"]),
        ("function f() { const all = list.map((x) => x); }\n", ["f"]),
    ],
)
def test_functions_are_found_wherever_they_stand(code: str, found: list[str]) -> None:
    """Six hundred lines of axios, `export default x && function …`, belonged to no symbol."""
    for path in ("a.js", "a.ts", "a.tsx"):
        assert names(path, code) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("class FMT_API vec : public base {\n  int x;\n};\n", ["vec"]),
        ("class FMT_API vec {\n  void f() { g(); }\n};\n", ["vec", "vec.f"]),
        ("class LIB_API(\"a\") LIB_NEW Error final : public b::base {\n};\n", ["Error"]),
        ("struct RED : base {\n};\nclass DARK_RED final : base {\n};\n", ["RED", "DARK_RED"]),
        ("LIB_BEGIN\n\nnamespace {\nvoid f() { g(); }\n}\n", ["f"]),
        ("LIB_WARNING(off)\n\n/// Says it.\nclass A {\n};\n", ["A"]),
        ("struct A {\n  LIB_INLINE A(int x) : size(x) { go(); }\n  int b() { go(); }\n};\n",
         ["A", "A.A", "A.b"]),
        ("class A {\n  void lock() LIB_LOCKS(mu_) { go(); }\n  int a() const\n"
         "      LIB_HOLDS(mu_) {\n    go();\n  }\n  int b() { go(); }\n};\n",
         ["A", "A.lock", "A.a", "A.b"]),
        ("int f(struct LIB_POINT p) {\n  struct LIB_POINT q = p;\n}\n", ["f"]),
        ("LIB_API\nstd::string show(int a) {\n  return go(a);\n}\n", ["show"]),
        ("LIB_API std::map<int, std::vector<A>> B<C>::rows(int a) {\n  go();\n}\n", ["B.rows"]),
        ("class A {\n  LIB_API\n  std::string show() {\n    return go();\n  }\n};\n",
         ["A", "A.show"]),
        ("LIB_API std::string& A::operator[](int a) {\n  go();\n}\n", ["A.operator[]"]),
        ("LIB_API A::~A() {\n  go();\n}\n", ["A.~A"]),
        # Qt's stands at the head of a class: its first definition was missing, or its end.
        ("class A : public B\n{\n  Q_OBJECT\npublic:\n  struct C\n  {\n    int d() const;\n"
         "  };\n  A(int x);\n};\n", ["A", "A.C"]),
    ],
)  # fmt: skip
def test_macros_hide_no_definition(code: str, found: list[str]) -> None:
    """`class FMT_API vec : public base` was a function `base`, and Qt's classes were nothing."""
    assert names("a.cpp", code) == found
    (cut,) = chunk(SourceFile("a.cpp", "cpp", code.encode(), 0))
    assert cut.text == code.strip()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("std::string join(const std::string& a) {\n  return a;\n}\n", "function"),
        (
            "template <typename T>\nstd::vector<T> cut(std::string_view a) {\n  go();\n}\n",
            "function",
        ),
        (
            "template <>\nint parse<std::vector<std::string>>(int a) {\n  return a;\n}\n",
            "function",
        ),
        ("A operator+(const std::string& a, const A& b) {\n  return b;\n}\n", "function"),
        ("void Writer::write(const std::string& a) {\n  go();\n}\n", "method"),
        ("int Call::operator()(std::string a) {\n  return go();\n}\n", "method"),
    ],
)
def test_types_of_arguments_make_no_method(code: str, kind: str) -> None:
    (found,) = outline(SourceFile("a.cpp", "cpp", code.encode(), 0))
    assert found.kind == kind


ZSH = """\
# Says the first of them.
function one() {
  for x (${(f)"$(list)"}) print $x
  if (( $+commands[git] )) {
    nested() { print ${${(k)b}[1]} }
  }
}

# Says the other.
two() {
  local a=${a:#*(N)}
}
function three { print 3 }
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("TEST_F(StackTest, PopsLast) {\n  go();\n}\n", ["StackTest.PopsLast"]),
        ("TEST(A, B) {}\nnamespace n {\nTEST_P(A,\n       C) {}\n}\n", ["A.B", "A.C"]),
        ("static int SUM(A, B) { return 0; }\n", ["SUM"]),
        ("class IO {\n  IO(A, B) {}\n};\n", ["IO", "IO.IO"]),
        ("HOOK(int a, int b) {}\n", ["HOOK"]),
    ],
)
def test_a_case_is_called_by_its_own_name_and_not_by_its_macro(
    code: str, found: list[str]
) -> None:
    """Every case of googletest was called `TEST`, `TEST_F` or `TEST_P`."""
    assert [
        each.qualified for each in outline(SourceFile("a.cc", "cpp", code.encode(), 0))
    ] == found


def test_an_operator_has_one_name() -> None:
    """`(<+>)`, which the signature said, and `<+>` were two definitions."""
    code = b"(<+>) :: Int -> Int -> Int\na <+> b = a + b\n"
    (found,) = outline(SourceFile("a.hs", "haskell", code, 0))
    assert (found.name, found.span) == ("<+>", Span(1, 2))


def test_what_is_put_together_documents_nothing() -> None:
    code = b'f"""Module {x}."""\n\ndef f():\n    rf"""Say {x}."""\n\ndef g():\n    r"""Say."""\n'
    found = read_outline(SourceFile("a.py", "python", code, 0))
    assert found.header is None
    assert [each.doc.text if each.doc else "" for each in found.definitions] == ["", "Say."]


def test_bodies_that_are_not_understood_hide_no_function() -> None:
    found = outline(SourceFile("a.zsh", "bash", ZSH.encode(), 0))
    assert [(each.qualified, each.span.start, each.span.end) for each in found] == [
        ("one", 1, 7), ("one.nested", 5, 5), ("two", 9, 12), ("three", 13, 13),
    ]  # fmt: skip
    assert [each.doc.text for each in found if each.doc] == [
        "Says the first of them.", "Says the other.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        # Two heads with one body, and one brace too many: what is behind was lost to the first.
        ("a.c", "#ifdef A\nint f(int x) {\n#else\nint f(void) {\n#endif\n  go();\n}\n"
         "void g(void) { go(); }\n", ["f", "g"]),
        ("a.c", "void f(int x) {\n#if A\n  if (x) {\n#elif B\n  if (!x) {\n#else\n  {\n#endif\n"
         "    go();\n  }\n}\nvoid g(void) { go(); }\n", ["f", "g"]),
        ("a.c", "void f(int x) {\n#if A\n  if (x) {\n#endif\n    go();\n#if A\n  }\n#endif\n}\n"
         "void g(void) { go(); }\n", ["f", "g"]),
        ("a.cpp", "struct A {\n  A(int x)\n      :\n#if !B\n        b(x),\n#endif\n        c(x) "
         "{\n    go();\n  }\n  void d() { go(); }\n};\n", ["A", "A.A", "A.d"]),
        ("a.cs", "interface A\n{\n    int F(int x)\n#if B\n    {\n        return x;\n    }\n"
         "#else\n        ;\n#endif\n    int G(int x);\n}\n", ["A", "A.F", "A.G"]),
        ("a.swift", "enum E {\n    #if os(Linux)\n    case a\n    #endif\n    func f(e: E) {\n"
         "        switch e {\n        #if A\n        case .a: go()\n        #else\n"
         "        case .b: go()\n        #endif\n        default: go()\n        }\n    }\n"
         "    func g() {}\n}\n", ["E", "E.f", "E.g"]),
        # Whole alternatives are all found, but for what is never compiled.
        ("a.c", "#if A\nvoid f(void) { go(); }\n#else\nvoid g(void) { go(); }\n#endif\n",
         ["f", "g"]),
        ("a.c", "// It's\n#if 0\nvoid f(void) { go(); }\n#endif\nvoid g(void) { go(); }\n", ["g"]),
        ("a.c", "#if 0\nvoid f(void) { go(); }\n#else\nvoid g(void) { go(); }\n#endif\n", ["g"]),
        ("a.c", "#if A\n#define f(x) (x)\n#else\n#define g(x) x\n#endif\n", ["f", "g"]),
        ("a.c", "void f(void) { go(); }\n#endif\nvoid g(void) { go(); }\n", ["f", "g"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_conditionals_hide_no_definition(path: str, code: str, found: list[str], end: str) -> None:
    assert names(path, code.replace("\n", end)) == found


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("a.kt", "val a = object : Sink by b {\n  override fun f() { go() }\n}\n"
         "fun g() { go() }\n", ["f", "g"]),
        ("a.kt", "class A(x: B) : B by x {\n  private val y = 1\n  override fun f() { go() }\n"
         "}\n", ["A", "A.f"]),
        ("a.kt", "class A\nval x: B by lazy { go() }\nfun g() { go() }\n", ["A", "g"]),
        ("a.kt", "class A\n/** Made by Dagger. */\n@Inject internal constructor(b: B) : C {\n"
         "  constructor(d: D)\n\n  fun f() { go() }\n}\nfun g() { go() }\n", ["A", "A.f", "g"]),
        ("a.kt", "private typealias A = B\ntypealias C = D\n", ["A", "C"]),
        ("a.swift", "public typealias A = B\ntypealias C = D\n", ["A", "C"]),
        ("a.swift", "struct A {\n  func f() async throws {\n    switch try await next() {\n"
         "    case .a(let b): go(b)\n    case .c: break\n    }\n  }\n  func g() {}\n}\n",
         ["A", "A.f", "A.g"]),
        ("a.zig", "const A = error{ B, C };\npub const D = A || error{E};\n", ["A", "D"]),
    ],
)  # fmt: skip
def test_what_a_grammar_stumbles_over_hides_no_definition(
    path: str, code: str, found: list[str]
) -> None:
    assert names(path, code) == found


@pytest.mark.parametrize(
    "short",
    [
        "f(a: .min)", "f(b, .all(8))", "f(.b)", "[.b, ...c, .d]", "a[.b]!", "a == .b ? .c : .d",
        "a ?? .b", "a != .b", "const .all(8)", "f(a: .new(8))", "f(a: .new())",
        "switch (a) {\n    // What is good:\n    .b || .c => 1,\n    .d => 2,\n  }",
    ],
)  # fmt: skip
def test_a_name_that_only_its_dot_is_before_hides_nothing(short: str) -> None:
    """Dart 3.10's `.min`: 20 files of one app lost the symbols of all that stood behind it."""
    code = "class A {{\n  int b() {{ {}; }}\n  int z = .c;\n  int e() => .f;\n}}\nclass G {{}}\n"
    found = ["A", "A.b", "A.e", "G"]
    assert names("a.dart", code.format(f"return {short}")) == found
    assert names("a.dart", code.format(f"final c = {short}")) == found


@pytest.mark.parametrize(
    "code",
    ["struct 🥔 end", "⌛ = f(🙋::A).🍭", "b = a[begin+1:end]", "b = a[:, begin:2]", "a[begin]"],
)
def test_letters_that_a_grammar_does_not_know_hide_nothing(code: str) -> None:
    """Pictures are names in Julia: 27 of 209 files were not understood."""
    text = f"f() = 1\n{code}\nfunction g(x)\n  begin\n    h(x)\n  end\nend\n"
    found = names("a.jl", text)
    assert [each for each in found if each != "🥔"] == ["f", "g"]
    assert ("🥔" in found) == ("🥔 end" in code)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("let _ = go 1\nlet () = go 2\nlet _f = go 3\n", ["_f"]),
        ('let a = 3\nlet b = "c"\nlet d = [| 1 |]\nlet e = { f = 1 }\nlet g = A 1\n', []),
        ("let a () = 3\nlet b = fun _ -> 3\nlet c = function A -> 1\nlet d = go 3\n",
         ["a", "b", "c", "d"]),
        ("class virtual a = object\n  method virtual b : int\n  method private virtual c : t\n"
         "  method d = 1\nend\n", ["a", "a.b", "a.c", "a.d"]),
    ],
)  # fmt: skip
def test_what_has_no_name_or_is_a_constant_is_no_function(code: str, found: list[str]) -> None:
    """561 chunks of liquidsoap were called `_`."""
    assert names("a.ml", code) == found


def test_a_constructor_without_a_name_is_no_definition() -> None:
    code = "class A {\n  const A._();\n  A.b(this.c);\n  factory A.d() => A._();\n}\n"
    assert names("a.dart", code) == ["A", "A.b", "A.d"]


def test_other_dots_stay_in_their_place() -> None:
    code = (
        "class A {\n  // First:\n  // .b\n  int c() => d\n    // of it:\n    .e()\n    ..f = .5\n"
        '    ?.g()\n    .h(\'(.i\', """\n(.j\n""");\n}\n'
    )
    calls = [each.calls for each in outline(SourceFile("a.dart", "dart", code.encode(), 0))]
    assert calls == [("e", "g", "h"), ("e", "g", "h")]


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("a.swift", "class A {\n  var b = 1\n  let c: D\n  var e: Int { b + 1 }\n"
         "  subscript(i: Int) -> Int { b }\n  deinit { go() }\n}\n",
         ["A", "A.e", "A.subscript", "A.deinit"]),
        ("a.swift", "protocol A {\n  associatedtype B\n  var c: B { get }\n}\n", ["A", "A.B"]),
        ("a.kt", "class A {\n  val b = 1\n  val c: Int get() = b + 1\n"
         "  var d: Int = 0\n    set(value) { field = value }\n}\n", ["A", "A.c", "A.d"]),
        ("a.cs", "class A {\n  int B { get; set; } = 1;\n  int C => B + 1;\n"
         "  int D { get => C; }\n  int this[int i] => i;\n}\n", ["A", "A.C", "A.D", "A.this"]),
    ],
)  # fmt: skip
def test_properties_with_code_are_definitions_and_those_that_hold_a_value_are_not(
    path: str, code: str, found: list[str]
) -> None:
    assert names(path, code) == found


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.swift", "var a: Int { 1 }\nstruct B {\n  var c: Int { 1 }\n}\n"),
        ("a.kt", "val a: Int get() = 1\nclass B {\n  val c: Int get() = 1\n}\n"),
    ],
)
def test_a_property_with_code_is_a_method_where_it_belongs_to_a_type(path: str, code: str) -> None:
    data = code.encode()
    found = outline(SourceFile(path, detect(path, data), data, 0))
    kinds = {each.qualified: each.kind for each in found}
    assert (kinds["a"], kinds["B.c"]) == ("function", "method")


@pytest.mark.parametrize(
    "overload",
    [
        "  <T>(a: T): B\n",
        "  <K extends keyof A['b']>(key: K): A['b'][K]\n",
        "  // get(path)\n  <\n    T,\n  >(a: T): B[]\n",
        "  /**\n   * Says it.\n   */\n  <T = A>(a: T): () => void\n",
        "  <T>(a: T): B;\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_overloads_end_no_file(overload: str, end: str) -> None:
    """The second `<T>(…)` of an interface took all the types of hono's behind it away."""
    code = f"interface A {{\n{overload * 3}}}\ntype B = C\ninterface D {{\n{overload * 2}}}\n"
    for path in ("a.ts", "a.tsx"):
        data = code.replace("\n", end).encode()
        assert names(path, data.decode()) == ["A", "B", "D"]
        (cut,) = chunk(SourceFile(path, "typescript", data, 0))
        assert cut.text.strip() == data.decode().strip()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("const make =\n  <T>(a: T) => { go(a) }\nfunction g() { h() }\n", ["make", "g"]),
        ("function make\n  <T>(a: T) { go(a) }\nfunction g() { h() }\n", ["make", "g"]),
        ("use(\n  a,\n  <T>(a: T) => a\n)\nfunction g() { h() }\n", ["g"]),
    ],
)
def test_not_every_angle_begins_an_overload(code: str, found: list[str]) -> None:
    assert names("a.ts", code) == found


def defined_in_sql(code: str, found: list[tuple[str, int, int]]) -> set[str]:
    """Assert which names are defined on which lines; return their kinds."""
    told = outline(SourceFile("a.sql", "sql", code.encode(), 0))
    assert [(each.qualified, each.span.start, each.span.end) for each in told] == found
    return {each.kind for each in told}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        # What the grammar does not know of a body hid the functions behind it.
        ("CREATE FUNCTION a(b int) RETURNS int AS $$\nDECLARE c int;\nBEGIN\n  FOUND := GET;\n"
         "  EXECUTE '\nCREATE FUNCTION d()';\nEND $$ LANGUAGE plpgsql;\n"
         "CREATE FUNCTION \"E\".f() RETURNS int AS $x$ SELECT $$;$$ $x$ LANGUAGE sql;\n",
         [("a", 1, 7), ("E.f", 8, 8)]),
        ("ALTER PROCEDURE [dbo].[a] @b INT AS\nBEGIN\n  IF @b = 1\n  BEGIN\n    EXEC c;\n  END;\n"
         "END\nGO\nCREATE OR ALTER PROC d AS\nSELECT 1;\nSELECT 2;\nGO\n",
         [("dbo.a", 1, 7), ("d", 9, 11)]),
        ("DELIMITER $$\nCREATE DEFINER=`a`@`b` FUNCTION c(d INT) RETURNS INT\n  RETURN 1 $$\n"
         "CREATE TRIGGER e AFTER INSERT ON f\nFOR EACH ROW BEGIN\n  SET g = 1;\nEND $$\n",
         [("c", 2, 3), ("e", 4, 7)]),
        ("CREATE TRIGGER a BEFORE INSERT ON b\nFOR EACH ROW EXECUTE FUNCTION c();\n"
         "CREATE TABLE d (e int);\n", [("a", 1, 2), ("d", 3, 3)]),
        ("ALTER PROCEDURE a(b int) OWNER TO c;\nALTER FUNCTION d() OWNER TO c;\n", []),
        ("ALTER FUNCTION [a].[b](@c INT) RETURNS TABLE WITH EXECUTE AS OWNER AS RETURN SELECT 1\n"
         "GO\nALTER VIEW a.v AS SELECT 1\nGO\nALTER TRIGGER t ON a.v AFTER UPDATE AS SELECT 1\n",
         [("a.b", 1, 1), ("a.v", 3, 3), ("t", 5, 5)]),
        # Without a `GO` the statements of a body were behind the procedure.
        ("CREATE PROCEDURE [a]\n  @b NVARCHAR(MAX),\n  @c AS d.Ids READONLY\nAS\nSET NOCOUNT ON;\n"
         "CREATE TABLE #e (f INT);\nBEGIN\n  SELECT 1;\nEND\n", [("a", 1, 9)]),
        ("\ufeffCREATE PROCEDURE a AS\nSELECT 1;\n", [("a", 1, 2)]),
        ("/*\nCREATE PROCEDURE a AS SELECT 1;\nCREATE TABLE b (c int);\n*/\n"
         "DROP TABLE b;\n-- see x/*.sql\nCREATE TABLE d (e int);\n", [("d", 6, 7)]),
        # MySQL runs such comments, and its dumps write nothing else.
        ("/*!50001 DROP VIEW IF EXISTS `v`*/;\n/*!50001 CREATE ALGORITHM=UNDEFINED */\n"
         "/*!50013 DEFINER=`a`@`b` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 */;\n"
         "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 TRIGGER `t` AFTER "
         "INSERT ON `c`\nFOR EACH ROW BEGIN\n  SET d = 1;\n  END */;;\nDELIMITER ;\n"
         "/*!999999 CREATE VIEW w AS SELECT 1 */;\n/*M!100616 CREATE VIEW x AS SELECT 1*/;\n"
         "/* CREATE VIEW y AS SELECT 1; */\n",
         [("v", 2, 4), ("t", 6, 9), ("w", 11, 11), ("x", 12, 12)]),
    ],
)  # fmt: skip
def test_routines_are_found_in_each_dialect(code: str, found: list[tuple[str, int, int]]) -> None:
    defined_in_sql(code, found)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        # The parser knows no brackets: the table was called `dbo`, what is behind it `GO.…`.
        ("CREATE TABLE [dbo].[Order Details] (\n  [Id] NVARCHAR (MAX) NOT NULL,\n  CONSTRAINT [PK]"
         " PRIMARY KEY CLUSTERED ([Id] ASC)\n);\n\nGO\nCREATE UNIQUE NONCLUSTERED INDEX [IX_Id]\n"
         "  ON [dbo].[Orders]([Id] ASC) INCLUDE ([Id]);\nGO\n",
         [("dbo.Order Details", 1, 4), ("Orders.IX_Id", 7, 8)]),
        ("CREATE TYPE [dbo].[Ids] AS TABLE (\n  [Id] INT\n)\nGO\n\n"
         "CREATE OR ALTER VIEW [dbo].[V]\nAS\nSELECT CASE f(a) WHEN 1\nTHEN 1\nELSE 2\nEND\nGO\n",
         [("dbo.Ids", 1, 3), ("dbo.V", 6, 11)]),
        # Nothing ends a statement in Transact-SQL but the next.
        ("IF OBJECT_ID('a') IS NULL\nBEGIN\n  CREATE TABLE a (\n    b INT\n  )\nEND\n"
         "CREATE TABLE c (d INT DEFAULT 1)\nINSERT INTO c VALUES (1)\n",
         [("a", 3, 5), ("c", 7, 7)]),
        ("CREATE TABLE IF NOT EXISTS `a`.`b` (\n  c TEXT COMMENT 'one; two (',\n"
         "  d INT # (three\n) ENGINE=InnoDB;\n"
         "CREATE ALGORITHM=MERGE DEFINER=`x`@`%` SQL SECURITY INVOKER\nVIEW `e` AS SELECT 1;\n"
         "CREATE FULLTEXT INDEX f ON `a`.`b` (c);\n",
         [("a.b", 1, 4), ("e", 5, 6), ("b.f", 7, 7)]),
        ('CREATE TABLE "A"."B-c" (d int); CREATE UNLOGGED TABLE e (f int);\n'
         "CREATE MATERIALIZED VIEW IF NOT EXISTS g AS SELECT 1;\nCREATE TYPE h AS ENUM ('i');\n"
         "CREATE INDEX CONCURRENTLY IF NOT EXISTS j ON ONLY e USING gin (f);\n",
         [("A.B-c", 1, 1), ("e", 1, 1), ("g", 2, 2), ("h", 3, 3), ("e.j", 4, 4)]),
        # A template is no name.
        ("CREATE TABLE {{a}} (b int);\nCREATE TABLE c_${d} (b int);\n"
         "CREATE TABLE IF NOT EXISTS %e% (b int);\nCREATE INDEX ON f (g);\n"
         "ALTER TABLE h ADD i int;\n", []),
    ],
)  # fmt: skip
def test_tables_are_found_in_each_dialect(code: str, found: list[tuple[str, int, int]]) -> None:
    assert defined_in_sql(code, found) <= {"type"}


SQL = [
    "CREATE ", "ALTER ", "TABLE ", "PROCEDURE ", "TRIGGER ", "INDEX ", "a", "[b c]", ".", "(", ")",
    ";", "\n", "GO\n", "/\n", "BEGIN ", "END\n", "AS ", "$$", "/*!50001 ", "*/", "/*", "--", "'",
    "@p INT", "ON ", "DELIMITER ;;\n", " ",
]  # fmt: skip


@given(st.lists(st.sampled_from(SQL), max_size=40))
@example(["CREATE ", "PROCEDURE ", "\n", "GO\n", "a"])
def test_statements_follow_each_other_and_hold_their_names(pieces: list[str]) -> None:
    """One that was called `GO` ended before its name."""
    data, last = "".join(pieces).encode(), 0
    for each in statements(data):
        assert last <= each.start < each.end <= len(data)
        assert each.start <= each.name[0] < each.name[1] <= each.end
        assert each.start <= each.body <= each.end
        last = each.end


def test_a_long_name_in_sql_is_kept() -> None:
    assert names("a.sql", f"CREATE PROCEDURE {'a' * 120} AS SELECT 1;\n") == ["a" * 120]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("var a = withUser(func(w W) (int, error) {\n\treturn b(w)\n})\n", [("a", "function")]),
        ("// A does.\nvar a B = func() {\n\tc()\n}\n", [("a", "function")]),
        ("var (\n\ta = func() {}\n\tb = 1\n\tc = once(d, func() {})\n)\n",
         [("a", "function"), ("c", "function")]),
        # A value, a function further in, a name that is none, several at once.
        ("var a = func() int { return 1 }()\nvar b = C{d: func() {}}\nvar e = f(g(func() {}))\n"
         "var _ = Describe(\"h\", func() {})\nvar i, j = func() {}, 1\n", []),
        ("func a() {\n\tvar b = wrap(func() {})\n}\n", [("a", "function")]),
    ],
)  # fmt: skip
def test_a_variable_in_go_may_be_a_function(code: str, found: list[tuple[str, str]]) -> None:
    told = outline(SourceFile("a.go", "go", f"package a\n\n{code}".encode(), 0))
    assert [(each.qualified, each.kind) for each in told] == found
    assert all(each.span.start == 3 for each in told[:1] if "(\n" not in code)


ROUTES = [
    (
        "a.ts",
        """router.post(
  "documents.create",
  auth(),
  async (ctx: Context) => { await makeDocument(ctx); }
);
router.get("/users/:id", (req, res) => res.send(1)); router.get("/users", controller.list);
cache.set("a", () => 1);
describe("it", () => { app.get("/in/a/test", () => 1); });
app.get(path, () => 1);
""",
        ["post documents.create", "get /users/:id"],
    ),
    (
        "a.js",
        """module.exports = (app) => { app.put("/out", function (req, res) { send(res); }); };
export async function routes(app) {
  app.delete("/in/:id", async (request) => take(request));
}
""",
        ["exports", "put /out", "routes", "delete /in/:id"],
    ),
    (
        "a.go",
        """package a

func (s *Server) routes() {
	s.mux.HandleFunc("/users", func(w http.ResponseWriter, r *http.Request) { list(w) })
	s.router.GET("/users/:id", auth, func(c echo.Context) error { return nil })
	s.router.GET("/posts", s.posts)
	t.Run("/case", func(t *testing.T) {})
}
""",
        ["Server.routes", "HandleFunc /users", "GET /users/:id"],
    ),
    (
        "a.php",
        """<?php
Route::get('/users', function () { return view('users'); });
Route::post("/users", fn () => 1)->name('make');
Route::get('/posts', [Posts::class, 'index']);
$app->get('/in', function ($request) { return 2; });
""",
        ["get /users", "post /users", "get /in"],
    ),
]


@pytest.mark.parametrize(("path", "code", "found"), ROUTES)
def test_a_route_is_named_by_its_path(path: str, code: str, found: list[str]) -> None:
    """In Outline's `documents.ts` 1,600 lines of them had no name."""
    data = code.encode()
    definitions = outline(SourceFile(path, detect(path, data), data, 0))
    assert [each.qualified for each in definitions] == found


def test_a_route_is_told_as_one() -> None:
    path, code, _ = ROUTES[0]
    (made,) = chunk(SourceFile(path, "typescript", code[: code.index("router.get")].encode(), 0))
    assert (made.symbol, made.kind) == ("post documents.create", "function")
    assert made.target.text == "Route post documents.create: calls auth, makeDocument."


def test_elements_stay_what_they_are() -> None:
    code = "function A() {\n  return (\n    <b>\n      {x}\n      <i>(y)</i>\n    </b>\n  )\n}\n"
    assert names("a.tsx", code + "function g() { h() }\n") == ["A", "g"]


def test_statements_are_no_methods() -> None:
    """Behind what the parser stumbled over hono had functions `if` and `return`."""
    broken = "class A {\n  a = {\n  if (b) {\n    go()\n  }\n}\n"
    assert "A.if" not in names("a.js", broken)
    # In C the name is all of a declarator, `if (x)`.
    assert "if" not in names("a.c", "void f(void) {\n  a = {\n}\nelse if (x) {\n  go();\n}\n")
    assert names("a.js", "class A {\n  return() { go() }\n  catch(b) { go(b) }\n}\n") == [
        "A", "A.return", "A.catch",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "code", "signature"),
    [
        ("a.ex", "def call(%Conn{} = conn, opts) do\n  go(conn)\nend\n",
         "def call(%Conn{} = conn, opts)"),
        ("a.js", "const f = ({ a, b }) => { go(a); };\n", "const f = ({ a, b })"),
        ("a.js", "const f = () => { go({ a }); };\n", "const f = ()"),
    ],
)  # fmt: skip
def test_a_signature_has_all_its_parameters(path: str, code: str, signature: str) -> None:
    """It ended at the first brace: `def call(%Plug.Conn`."""
    data = code.encode()
    (found,) = outline(SourceFile(path, detect(path, data), data, 0))
    assert found.signature == signature


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("a.vue", "<script>\nexport default define({\n  data() { go(); },\n});\n</script>\n",
         ["a", "a.data"]),
        ("menu/index.vue", "<script>\nexport default {\n  data() { go(); },\n};\n</script>\n",
         ["menu", "menu.data"]),
        ("a.vue", "<script src='b.js'></script>\n<style>\nclass A {}\n</style>\n", []),
        ("a.vue", "<script src='b.js' />\n<p>\nfunction f() {}\n</p>\n", []),
        ("a.vue", "<script-box>\nfunction f() {}\n</script-box>\n", []),
        ("a.vue", "<!-- <script>\nfunction f() {}\n</script> -->\n", []),
        ("a.vue", "\ufeff<script\n  lang='ts'\n  generic='A<B>'>function f() {}</script>",
         ["f"]),
        ("a.svelte", "<script>\nfunction f() {}\n", ["f"]),
        ("a.svelte", "<p>function f() {}</p>\n<script>\nlet a = b.map((c) => c);\n"
         "const d = $derived.by(() => go());\n</script>\n", ["d"]),
        ("a.astro", "---\nlet f = () => go();\n---\n<p>{() => { let g = () => {} }}</p>\n", ["f"]),
        ("a.astro", "\n---\r\nfunction f() {}\r\n---\r\n", ["f"]),
        ("a.astro", "<p>---</p>\nfunction f() {}\n---\n", []),
    ],
)  # fmt: skip
def test_scripts_alone_are_code(path: str, code: str, found: list[str]) -> None:
    for end in ("\n", "\r\n"):
        assert names(path, code.replace("\r\n", "\n").replace("\n", end)) == found


def test_remarks_on_markup_are_heard() -> None:
    code = "<p>\n<!-- What is told to those who wait. -->\n<b>{a}</b>\n</p>\n"
    for path in ("a.vue", "a.svelte", "a.astro"):
        (cut,) = chunk(SourceFile(path, detect(path, b""), code.encode(), 0))
        assert (cut.target.text, cut.target.tier) == ("What is told to those who wait.", "comment")
        assert cut.target.span == Span(2, 2)
    aside = (
        b"<p>\n<!-- <b>one and two and three</b> -->\n<!-- svelte-ignore a11y and more -->\n</p>"
    )
    (cut,) = chunk(SourceFile("a.svelte", "svelte", aside, 0))
    assert cut.target.tier == "snippet"


def test_a_component_says_what_it_is() -> None:
    code = b"<!--\n@component\nShows a basket.\n-->\n<script>\nlet a = 1;\n</script>\n"
    (cut,) = chunk(SourceFile("a.svelte", "svelte", code, 0))
    assert (cut.target.text, cut.target.tier) == ("Shows a basket.", "docstring")


def test_markup_is_cut_where_an_element_begins() -> None:
    """The syntax tree of the script knows no place to cut in what is around it."""
    item = "  <li>\n    <a\n      :href='b'\n    >\n      {{ c }}\n    </a>\n  </li>\n"
    script = "<script>\nconst a = 1;\n</script>\n"
    code = f"<template>\n{item * 30}</template>\n{script}"
    cuts = chunk(SourceFile("a.vue", "vue", code.encode(), 0))
    assert len(cuts) > 5
    assert all(each.text.startswith(("<", "  <")) for each in cuts)


@pytest.mark.parametrize("path", ["a.vue", "a.svelte"])
def test_a_component_is_cut_between_its_blocks(path: str) -> None:
    """`</script>` began 72 chunks of an app, and 114 explanations began with such an end."""
    script = "".join(f"function f{at}() {{\n  go();\n}}\n\n" for at in range(9))
    markup = "  <ul>\n    <li>\n      {{ a }}\n    </li>\n  </ul>\n" * 12
    for code in (
        f"<script>\n{script}</script>\n\n<template>\n{markup}</template>\n",
        f"<template>\n{markup}</template>\n\n<script>\n{script}</script>\n",
        f"<script>\n{script}</script>\n\n<template>\n  <b />\n  <b />\n  <b />\n</template>\n",
    ):
        cuts = chunk(SourceFile(path, detect(path, b""), code.encode(), 0))
        assert not any(each.text.lstrip().startswith("</") for each in cuts)
        assert not any(each.target.text.startswith("</") for each in cuts)
        assert not any("go();" in each.text and "<template>" in each.text for each in cuts)
        assert "".join("".join(each.text.split()) for each in cuts) == "".join(code.split())


def test_a_short_component_is_one_chunk() -> None:
    code = b"<script>\nfunction f() {\n  go();\n}\n</script>\n\n<template>\n  <b />\n</template>\n"
    assert len(chunk(SourceFile("a.vue", "vue", code * 2, 0))) == 1


OBJECTIVE_C_PLUS_PLUS = """\
// Says it.
static bool first(std::string_view const name, Error* error)
{
    return std::empty(name);
}

@implementation Box

- (void)fill:(NSInteger)count
    with:(Thing*)thing
{
    for (auto const& each : list)
    {
        config.memory = { Config::Kilo, [self weigh:each] };
    }
}

/// Says the other.
- (NSInteger)size { return static_cast<int>(list.size()); }

@end
"""


def test_bodies_of_another_language_hide_no_method() -> None:
    found = outline(SourceFile("a.mm", "objc", OBJECTIVE_C_PLUS_PLUS.encode(), 0))
    assert [(each.qualified, each.span.start, each.span.end) for each in found] == [
        ("first", 1, 5), ("Box", 7, 21), ("Box.fill:with:", 9, 16), ("Box.size", 18, 19),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "API_NEW @interface A : B\n- (void)c NS_SWIFT_NAME(d());\n@end\n",
        'NS_SWIFT_ACTOR\n@interface A : B\n- (void)c\n  API_OLD("x:", mac(1.0, E_F));\n@end\n',
    ],
)
def test_macros_hide_no_declaration(code: str) -> None:
    assert names("a.h", code) == ["A", "A.c"]


@pytest.mark.parametrize(
    ("path", "code", "docs"),
    [
        # Between two definitions the file's other comments tell whose a comment is.
        ("a.mli", "val a : t\n(** Aha. *)\nval b : t\n(** Bah. *)\n\nval c : t\n",
         ["Aha.", "Bah.", None]),
        ("a.mli", "(** Aha. *)\nval a : t\n(** Bah. *)\nval b : t\n\nval c : t\n",
         ["Aha.", "Bah.", None]),
        ("a.ml", "let a = go b\n(** Bah. *)\nlet b = go c\n\n(** Cup. *)\nlet c = go ()\n",
         [None, "Bah.", "Cup."]),
        ("a.ml", "let a = go b\n(* Far. *)\n\nlet b = go c\n", [None, None]),
        ("a.erl", "f(1) -> a;\n%% Two.\nf(2) -> b.\n%% Three.\nf(A, B) -> {A, B}.\n",
         [None, "Three."]),
    ],
)  # fmt: skip
def test_a_comment_is_said_of_what_it_documents(
    path: str, code: str, docs: list[str | None]
) -> None:
    data = code.encode()
    found = outline(SourceFile(path, detect(path, data), data, 0))
    assert [each.doc and each.doc.text for each in found] == docs


@pytest.mark.parametrize(
    ("path", "code", "calls"),
    [
        ("a.jl", "f(x) = g(x)\nfunction h(y)\n  i(y)\nend\n", [("g",), ("i",)]),
        ("a.erl", "-spec f(atom(), a:b()) -> term().\nf(A, B) -> g(A), c:d(B).\n",
         [("g", "d")]),
    ],
)  # fmt: skip
def test_heads_and_types_call_nothing(path: str, code: str, calls: list[tuple[str, ...]]) -> None:
    data = code.encode()
    (cut,) = chunk(SourceFile(path, detect(path, data), data, 0))
    assert [each.calls for each in outline(SourceFile(path, detect(path, data), data, 0))] == calls
    assert "calls f" not in cut.target.text
    assert "atom" not in cut.target.text


PACKAGES = """\
package A;
sub one { 1 }

# The other.
package A::B;
sub two { 2 }
{
  package C;
  sub three { 3 }
}
sub four { 4 }

package main;
sub five { 5 }

=head1 NAME

A::B - says it all

=head2 two

Says two.
"""


def test_a_package_goes_on_to_the_next_and_documentation_of_them_all_is_in_none() -> None:
    found = outline(SourceFile("a.pm", "perl", PACKAGES.encode(), 0))
    assert [(each.qualified, each.span.start, each.span.end) for each in found] == [
        ("A", 1, 2), ("A.one", 2, 2), ("A.B", 4, 11), ("A.B.two", 6, 6), ("C", 8, 9),
        ("C.three", 9, 9), ("A.B.four", 11, 11), ("five", 14, 14),
    ]  # fmt: skip
    assert {each.qualified: each.doc.text for each in found if each.doc} == {
        "A.B": "says it all", "A.B.two": "Says two.",
    }  # fmt: skip


def test_the_one_package_of_a_file_holds_its_documentation() -> None:
    code = "package A;\nsub one { 1 }\n1;\n\n=head1 NAME\n\nA - says it\n\n=cut\n"
    (package, _) = outline(SourceFile("a.pm", "perl", code.encode(), 0))
    assert (package.span.start, package.span.end) == (1, 9)


@pytest.mark.parametrize(
    ("code", "bases"),
    [
        ("use Mojo::Base 'A::B', -signatures;", ("A::B",)),
        ("use base qw(A B);", ("A", "B")),
        ("our @ISA = ('A', 'B');", ("A", "B")),
        ("@ISA = qw(A);", ("A",)),
        ("push @ISA, 'A';", ("A",)),
        ("extends 'A';\nwith 'B';", ("A", "B")),
        ("use List::Util qw(sum);\nour @EXPORT = ('A');", ()),
    ],
)
def test_what_a_package_inherits_from(code: str, bases: tuple[str, ...]) -> None:
    (package,) = outline(SourceFile("a.pm", "perl", f"package X;\n{code}\n".encode(), 0))
    assert package.bases == bases


@pytest.mark.parametrize(
    "code",
    [
        "return $a ne DONE && $b", "my $c = ($d || (ONE_HOUR / 2))",
        "return $a eq A::B::_RUN && $b", "return $a->{GO} && FAR // 2",
    ],
)  # fmt: skip
def test_what_stands_behind_a_constant_hides_nothing(code: str) -> None:
    """openQA's `ONE_HOUR / 2` began a pattern."""
    text = f'sub f ($a) {{\n  {code};\n}}\nsub g ($b) {{ return "$b/c.$a" }}\n'
    assert names("a.pm", text) == ["f", "g"]


def test_an_operator_behind_a_named_check_is_no_call() -> None:
    code = "sub f {\n  return blessed $a && $a->d('b') ? $a->b : c();\n}\n"
    (found,) = outline(SourceFile("a.pm", "perl", code.encode(), 0))
    assert found.calls == ("d", "b", "c")


POWERSHELL = """\
Mock go { }, { }
<#
.SYNOPSIS
Says the first of them.
.EXAMPLE
function Never {
}
#>
function global:one {
    Get-Module A, B | go
    function nested { go }
}
# Says the other.
function two($a) {
    go { }, { } -b { }
}
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_powershell_knows_more_of_hides_no_function(end: str) -> None:
    data = POWERSHELL.replace("\n", end).encode()
    found = outline(SourceFile("a.ps1", "powershell", data, 0))
    assert [(each.qualified, each.span.start, each.span.end) for each in found] == [
        ("one", 2, 12), ("one.nested", 11, 11), ("two", 13, 16),
    ]  # fmt: skip
    assert [each.doc.text for each in found if each.doc] == [
        "Says the first of them.", "Says the other.",
    ]  # fmt: skip


def test_every_grammar_has_a_sample_and_a_query() -> None:
    assert set(SAMPLES) == set(GRAMMARS)
    for name in GRAMMARS:
        _, query = compiled(name)
        assert query.pattern_count > 1


@pytest.mark.parametrize(
    ("path", "data", "language"),
    [
        ("a/b.py", b"", "python"),
        ("a/B.PY", b"", "python"),
        ("x.tsx", b"", "typescript"),
        ("x.d.ts", b"", "typescript"),
        ("x.ts", b'<?xml version="1.0"?>\n<!DOCTYPE TS>\n', "xml"),
        ("x.ts", b"\xef\xbb\xbf<!DOCTYPE TS>\n", "xml"),
        ("x.h", b"int f(void);\n", "c"),
        ("x.h", b"namespace n {\n}\n", "cpp"),
        ("x.h", b"// a::b\n@class C;\nLIB_API @interface A : B\n@end\n", "objc"),
        ("Dockerfile", b"FROM x\n", "dockerfile"),
        ("CMakeLists.txt", b"", "cmake"),
        ("run", b"#!/usr/bin/env python3\n", "python"),
        ("run", b"#! /bin/sh -e\n", "bash"),
        ("run", b"#!/usr/bin/env -S node --flag\n", "javascript"),
        ("run", b"#!/usr/bin/python3.11\n", "python"),
        ("run", b"#!\n", "text"),
        ("run", b"hello\n", "text"),
        (".bashrc", b"", "bash"),
        (".hidden", b"", "text"),
        ("a.b/c", b"", "text"),
        ("x.unknown", b"", "text"),
    ],
)
def test_detect(path: str, data: bytes, language: str) -> None:
    assert detect(path, data) == language


def test_no_extension_belongs_to_two_languages() -> None:
    extensions = [each for language in LANGUAGES.values() for each in language.extensions]
    assert len(extensions) == len(set(extensions))
    assert {"text", "markdown", "rst", "json", "yaml", "toml", "sql", "css"} <= set(LANGUAGES)
