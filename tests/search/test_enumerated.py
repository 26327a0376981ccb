"""Which code has a name among those of an enumeration."""

from pathlib import Path

import pytest
from growth import grows_like_the_square
from small_index import put_texts

import ncs
from ncs.search.enumerated import enumerates

C = "enum color {\n\tRED, /**< as {blood}, mostly */\n\tBLUE = 3, // and RED, too\n\tGREEN\n};\n"


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("c", C, "RED BLUE GREEN"),
        ("c", "typedef enum { RED, BLUE } color;\n", "RED BLUE"),
        ("c", "enum color {\n\tOPEN = '{',\n\tRED,\n};\n", "OPEN RED"),
        ("cpp", "enum class Color : std::uint8_t { Red, Blue = Red };\n", "Red Blue"),
        ("objc", "typedef NS_ENUM(NSInteger, Color) {\n    ColorRed,\n    ColorBlue\n};\n",
         "ColorRed ColorBlue"),
        ("csharp", 'enum Color : byte\n{\n    [Text("a")]\n    Red,\n    Blue\n}\n', "Red Blue"),
        ("java", 'enum Color implements A {\n  RED("r"),\n  BLUE("b") { int a() {} };\n  int x;}',
         "RED BLUE"),
        ("kotlin", "enum class Color(val rgb: Int) {\n  RED(0xFF),\n  BLUE(1);\n}\n", "RED BLUE"),
        ("rust", "pub enum Color {\n  #[default]\n  Red,\n  Of(u8),\n  Mix { a: u8 },\n}\n",
         "Red Of Mix"),
        ("typescript", "export const enum Color {\n  Red,\n  Blue = 'b',\n}\n", "Red Blue"),
        ("zig", "const Color = enum(u8) {\n    red,\n    blue,\n};\n", "red blue"),
        ("zig", "const Color = union(enum) {\n    red: u32,\n    blue,\n};\n", "red blue"),
        ("dart", "enum Color { red, blue }\n", "red blue"),
        ("go", "const (\n\tRed Color = iota\n\tBlue // the sea\n\tGreen\n)\n", "Blue Green"),
        ("swift", "enum Color {\n  case red\n  case blue, green // a: b\n  case of(x: Int)\n}\n",
         "red blue green of"),
        ("scala", "enum Color:\n  case Red, Blue\n  case Of(a: Int) extends A\n", "Red Blue Of"),
        ("php", "enum Color: string {\n    case Red = 'r';\n    case Blue;\n}\n", "Red Blue"),
    ],
)  # fmt: skip
def test_what_an_enumeration_counts(language: str, text: str, names: str) -> None:
    for name in names.split():
        assert enumerates(name, language, text), name
        assert enumerates(name, language, text.replace("\n", "\r\n")), name
    assert not enumerates("Color", language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("c", "enum color c[] = {\n\tRED,\n};\n"),
        ("c", "enum color get(int a) {\n\treturn of(1,\n\t\tRED,\n\t\t2);\n}\n"),
        ("c", "enum color { BLUE = RED, GREEN = (RED) };\n"),
        ("c", "enum color { BLUE /* RED, */ };\nint a[] = { RED, BLUE };\n"),
        ("c", "int a[] = {\n\tRED,\n};\n"),
        ("java", "enum Color {\n  BLUE(RED, 1);\n  int RED() { return 1; }\n}\n"),
        ("go", "const (\n\tBlue = iota\n\tText = `\n\tRED\n`\n)\n"),
        ("go", "const (\n\tBlue = iota\n)\n\nvar a = []int{\n\tRED\n}\n"),
        (
            "swift",
            "switch a {\ncase .RED: b()\ncase RED:\n  c()\ncase .a(let x), RED:\n}\n",
        ),
        ("scala", "a match\n  case RED => 1\n  case Of(RED) => 2\n"),
        ("php", "switch ($a) {\n    case RED:\n        return 1;\n}\n"),
        ("python", "enum = {\n    RED,\n}\n"),
    ],
)
def test_what_only_stands_like_one(language: str, text: str) -> None:
    assert not enumerates("RED", language, text)


def test_an_enumeration_may_begin_above_its_chunk() -> None:
    text = "\tRED,\n\t/** like the sea */\n\tBLUE,\n};\n\nint a[] = {\n\tGREEN,\n};\n"
    assert enumerates("RED", "c", text, goes_on=True)
    assert enumerates("BLUE", "c", text, goes_on=True)
    assert not enumerates("BLUE", "c", text)
    assert not enumerates("GREEN", "c", text, goes_on=True)


@pytest.mark.parametrize(
    "unit", ["enum {", "RED, ", "enum ", "case RED, ", "const (\niota\n", " ", '\\"']
)
@pytest.mark.parametrize("language", ["c", "zig", "swift", "go"])
def test_strange_code_takes_no_time(unit: str, language: str) -> None:
    def look(times: int) -> None:
        enumerates("RED", language, f"enum {{ iota {unit * times} RED")
        enumerates("RED", language, f"RED {unit * times} RED", goes_on=True)

    assert not grows_like_the_square(look, 4_000, 16_000)


def test_an_enumerator_is_found_where_it_is_counted(tmp_path: Path) -> None:
    """OBS Studio's `OBS_SOURCE_TYPE_FILTER` led to uses, Go's `SourceRDNS` of AdGuardHome too."""
    uses = "".join(
        f"int use_{at}(int a)\n{{\n\treturn a == KIND_FILTER ? {at} : of(KIND_FILTER);\n}}\n\n"
        for at in range(40)
    )
    put_texts(
        tmp_path,
        {
            "src/uses.c": uses,
            "src/kinds.h": "enum kind {\n\tKIND_INPUT,\n\tKIND_FILTER,\n};\n",
            "src/use.go": "package a\n\nfunc use() int {\n\treturn kind(FromDNS)\n}\n",
            "src/kind.go": "package a\n\n// A Kind is what a source is.\ntype Kind int\n\n"
            "const (\n\tFromNone Kind = iota\n\tFromDNS\n)\n",
        },
    )
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        for text in ("KIND_FILTER", "enum value KIND_FILTER"):
            first = codebase.search(text)[0]
            assert (first.path, first.score > 0.9) == ("src/kinds.h", True)
        for name in ("FromDNS", "FromNone"):
            first = codebase.search(name)[0]
            assert (first.path, first.score > 0.9) == ("src/kind.go", True)


def test_what_is_written_otherwise_in_another_language_is_something_else(tmp_path: Path) -> None:
    """OBS Studio's `LOG_WARNING` led to functions of PowerShell's, `Log-Warning`."""
    uses = "".join(
        f'void use_{at}(void)\n{{\n\tblog(LOG_WARNING, "{at}", LOG_WARNING);\n}}\n\n'
        for at in range(60)
    )
    put_texts(
        tmp_path,
        {
            "build/log.ps1": "function Log-Warning {\n    Write-Host $args\n}\n",
            "src/uses.c": uses,
            "src/log.h": "enum {\n\t/** A problem that can affect the program. */\n"
            "\tLOG_ERROR = 100,\n\n\t/** One that is recoverable. */\n\tLOG_WARNING = 200,\n};\n",
        },
    )
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        found = codebase.search("LOG_WARNING")
        assert (found[0].path, found[0].score > 0.9) == ("src/log.h", True)
        assert found[1].path == "src/uses.c"
        assert codebase.search("LogWarning")[0].path == "build/log.ps1"
