"""What a chunk of tests is explained by: the titles that their authors gave them."""

import pytest

from ncs.corpus.chunks import chunk
from ncs.corpus.languages import detect
from ncs.types import SourceFile


def told(path: str, code: str) -> list[str]:
    data = code.encode()
    found = chunk(SourceFile(path, detect(path, data), data, 0))
    assert {each.target.tier for each in found} <= {"synthetic", "snippet"}
    return [each.target.text for each in found]


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("a.test.ts", "it('should return 404', async () => {\n  go(a)\n})\n\n"
         "test.skip(`finds \"${b}\".`, () => {\n  go(b)\n})\n",
         'Tests: should return 404; finds "${b}".'),
        ("a.test.js", "Deno.test('says it\\'s on', () => {\n  go(a)\n})\n",
         "Tests: says it's on."),
        ("a_test.rb", "context \"a site\" do\n  should \"be read\" do\n    go\n  end\nend\n",
         "Tests: a site; should be read."),
        ("a_spec.rb", "describe Site, 'x' do\n  it('is read') { go }\nend\n", "Tests: is read."),
        ("a_test.exs", "test \"it works\", %{a: a} do\n  go(a)\nend\n", "Tests: it works."),
        ("a_test.dart", "final a = [\n  test('it works', () {\n    go(a);\n  }),\n"
         "  blocTest<A, B>('is read', build: B.new),\n];\n", "Tests: it works; is read."),
        ("a.t", "subtest 'It works' => sub {\n  go($a);\n};\n", "Tests: It works."),
        ("a.Tests.ps1", "Describe \"a site\" {\n    It 'is read' -Skip {\n        go\n    }\n}\n",
         "Tests: a site; is read."),
        ("a.bats", "@test \"it works\" {\n  go\n}\n", "Tests: it works."),
        ("a.rs", "rgtest!(f1_trims, |dir| {\n    go(dir);\n});\n", "Tests: f1_trims."),
        ("a_test.go", "package a\n\nfunc TestA(t *testing.T) {\n\tt.Run(\"no body\", "
         "func(t *T) {\n\t\tserve(t)\n\t})\n}\n",
         "Tests: no body. Function TestA(t): calls Run, serve."),
        ("a_test.go", "package a\n\nvar cases = []A{\n\t{\n\t\tname: \"no body\",\n\t},\n}\n",
         "Tests: no body."),
    ],
)  # fmt: skip
def test_titles_explain_tests(path: str, code: str, said: str) -> None:
    """Of 4,218 chunks of hono 1,539 were explained by the likes of "Calls request, toBe."."""
    (text,) = told(path, code)
    assert text == said


def test_the_suite_is_named_before_its_tests() -> None:
    test = "  it('does {}', () => {{\n" + "    go(a)\n" * 20 + "  }})\n\n"
    code = "describe('Etag', () => {\n" + "".join(test.format(at) for at in range(3)) + "})\n"
    assert told("a.test.ts", code) == [
        "Tests: Etag; does 0.", "Tests of Etag: does 1.", "Tests of Etag: does 2.",
    ]  # fmt: skip


def test_a_later_part_says_of_which_test() -> None:
    code = (
        "describe('Etag', () => {\n  it('does it', () => {\n" + "    go(a)\n" * 60 + "  })\n})\n"
    )
    found = told("a.test.ts", code)
    assert found[0] == "Tests: Etag; does it."
    assert set(found[1:]) == {"Part of a test: does it. Calls go."}


def test_what_ends_here_is_not_around_what_begins_here() -> None:
    long = "  it('is long', () => {\n" + "    go(a)\n" * 38 + "  })\n"
    code = f"describe('Etag', () => {{\n{long}  it('is short', () => {{\n    go(b)\n  }})\n}})\n"
    assert told("a.test.ts", code)[-1] == "Tests of Etag: is short."


def test_titles_are_few_and_short() -> None:
    code = "".join(f"it('{'very ' * 40}long {at}', () => {{}})\n" for at in range(9))
    (text,) = told("a.test.ts", code)
    assert text.count(";") <= 3
    assert len(text) <= 300


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.js", "if (/x/.test('a b')) {\n  go(a)\n}\n"),
        ("a.sh", 'test "a b" = "$x" && go\n'),
        ("a.py", 'test("a b", go)\n'),
        ("a.go", 'package a\n\nvar x = A{\n\tname: "a b",\n}\n'),
    ],
)
def test_not_every_string_is_a_title(path: str, code: str) -> None:
    (text,) = told(path, code)
    assert not text.startswith("Test")
