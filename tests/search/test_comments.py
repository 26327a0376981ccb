"""What an author says of a line that gives a value."""

from pathlib import Path

import pytest
from small_index import put_texts

import ncs
from ncs.search.comments import comment_on_value, states

NOTED = {
    "app/proxy.go": "package app\n\n// replacerKey is where the replacer of a request stands.\n"
    'const replacerKey = "replacer"\n\n// errNoCellar occurs when the cellar is gone.\n'
    'var errNoCellar = fmt.Errorf("no cellar")\n\nvar plainOne = 3\n',
    "app/server.go": "package app\n\n// Server pours.\ntype Server struct {\n"
    '\t// Port is where it listens for guests.\n\tPort int `json:"port"`\n\n'
    "\t// DrainPeriod is how long guests that\n\t// still drink are waited for.\n"
    '\tDrainPeriod Duration `json:"drain_period"`\n\n'
    "\tLinger Duration // the time that nobody hurries\n}\n",
    "app/wine.py": 'class Cask:\n    """Holds wine."""\n\n    # Litres that leak in a year.\n'
    "    angels_share = 3\n\n    def tap(self):\n        # Opened with a hammer.\n"
    "        bung_hole = self.angels_share\n        return bung_hole\n",
    "app/steep.py": "def soak(malt):\n    return malt\n\n\n"
    "# Hours between two turns of the floor.\nFLOOR_TURNS = 8\n",
}


@pytest.mark.parametrize(
    ("asked", "symbol", "explanation", "origin"),
    [
        ("errNoCellar", "", "errNoCellar occurs when the cellar is gone.", "comment"),
        ("cellar is gone", "", "errNoCellar occurs when the cellar is gone.", "comment"),
        (
            "plainOne", "", "replacerKey is where the replacer of a request stands.", "docstring",
        ),
        (
            "DrainPeriod", "Server",
            "In it: DrainPeriod is how long guests that still drink are waited for.", "comment",
        ),
        ("how long guests drink", "Server",
         "In it: DrainPeriod is how long guests that still drink are waited for.", "comment"),
        ("Linger", "Server", "In it: the time that nobody hurries", "comment"),
        ("app/server.go:10", "Server",
         "In it: DrainPeriod is how long guests that still drink are waited for.", "comment"),
        ("Server", "Server", "Server pours.", "docstring"),
        ("angels_share", "Cask", "In it: Litres that leak in a year.", "comment"),
        # What is given a value inside of a function is no field.
        ("bung_hole", "Cask", "Holds wine.", "docstring"),
        ("FLOOR_TURNS", "", "Hours between two turns of the floor.", "comment"),
    ],
)  # fmt: skip
def test_a_field_that_is_asked_for_has_the_comment_on_it(
    tmp_path: Path, asked: str, symbol: str, explanation: str, origin: str
) -> None:
    """The comment on its neighbour stood there, or what is said of all of them."""
    put_texts(tmp_path, NOTED)
    ncs.build(tmp_path)
    hit = ncs.open(tmp_path).search(asked, 1)[0]
    assert (hit.symbol, hit.explanation_source) == (symbol, origin)
    assert hit.explanation == explanation or not explanation


@pytest.mark.parametrize(
    ("language", "text", "at", "said"),
    [
        ("c", "// A row.\nint size;", 1, "A row."),
        ("c", "int size; // how many", 0, "how many"),
        ("c", "#define SIZE 3 /* how many */", 0, "how many"),
        ("java", "/**\n * How many.\n * @see Row\n */\n@Option\nprivate int size = 3;", 5,
         "How many."),
        ("java", "  // how many\n  SMALL(3),", 1, "how many"),
        ("rust", "/// How many.\n#[serde(default)]\npub size: usize,", 2, "How many."),
        ("yaml", "# How many.\nsize: 3", 1, "How many."),
        ("c", "/* How many\n   there are. */\nint size;", 2, "How many there are."),
        ("python", "# How many\n# there are.\nSIZE = 3", 0, "How many there are."),
        ("python", "url = 'http://a b' + '# no'", 0, ""),
        ("python", "size = 3  # noqa: E501", 0, ""),
        ("python", "# size = 4\nsize = 3", 1, ""),
        ("python", "# How many.\n\nsize = 3", 2, ""),
        ("python", "# How many.\nfill(size)", 1, ""),
        ("python", "# How many.\nreturn size", 1, ""),
        ("python", "# How many.\nimport size", 1, ""),
        ("go", "a := 1 /* of\n a */\nb := 2", 2, ""),
        ("cpp", "#include <a>\nint size;", 1, ""),
        ("go", "// How many\n// there are", 0, ""),  # what it is on stands in the next chunk
        ("markdown", "# How many\nsize: 3", 1, ""),
    ],
)  # fmt: skip
def test_what_is_said_of_a_value(language: str, text: str, at: int, said: str) -> None:
    for written in (text, text.replace("\n", "\r\n")):
        note = comment_on_value(written, at, language)
        assert (note.said if note else "") == said


@pytest.mark.parametrize("end", ["", "\r"])
def test_a_word_that_only_opens_a_part_of_a_class_states_nothing(end: str) -> None:
    assert not any(states(f"{line}{end}") for line in (" protected:", "", "  };", "// Sums up."))
    assert states(f"  protected: int size;{end}")
