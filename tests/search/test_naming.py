"""What a hit is called, which lines are shown of it, and what is said of it."""

from pathlib import Path
from typing import Any

import pytest
from literal_files import FILES
from small_index import built, put_texts

import ncs
from ncs.api.opening import Codebase
from ncs.corpus.chunks import chunk as cut_into_chunks
from ncs.index.reading import ChunkRow
from ncs.search.naming import as_on, as_told
from ncs.types import SourceFile, Span, Target


def test_a_hit_is_called_by_the_definition_that_was_asked_for(codebase: Codebase) -> None:
    # Small definitions share a chunk: its own words are about the longest of them.
    hit = codebase.search("first_of_two", 1)[0]
    assert (hit.path, hit.symbol) == ("app/pair.py", "first_of_two")
    assert (hit.explanation, hit.explanation_source) == ("def first_of_two():", "snippet")
    other = codebase.search("second_of_two", 1, "symbol")[0]
    assert (other.symbol, other.explanation) == ("second_of_two", "Say the second of two things.")


def test_a_definition_that_is_asked_for_is_shown(codebase: Codebase) -> None:
    """It was the last of the lines that are shown, or below them, for one name in seven."""
    for asked in ("second_of_two", "second of two", "secondOfTwo"):
        hit = codebase.search(asked, 1)[0]
        assert hit.snippet.startswith("def second_of_two():\n")
        assert hit.snippet_line == 5
    hit = codebase.search("save_state", 1)[0]
    assert hit.snippet.split("\n")[0] == "def save_state(tracks):"
    assert hit.snippet_line == 15


def test_a_hit_is_called_by_the_definition_whose_lines_are_shown(codebase: Codebase) -> None:
    """It was called by what leads its chunk, above lines of another definition."""
    hit = codebase.search("Limiting all of the kept things to 500", 1)[0]
    assert (hit.path, hit.symbol) == ("app/history.py", "save_state")
    lines = FILES["app/history.py"].split("\n")
    assert hit.snippet.split("\n")[0] == lines[hit.snippet_line - 1]
    assert "Limiting" in hit.snippet


def test_a_definition_that_does_not_lead_its_chunk_has_its_own_words(codebase: Codebase) -> None:
    """The line of its name stood in the place of what its author says of it."""
    for mode in ("hybrid", "symbol"):
        hit = codebase.search("drawer_opened", 1, mode)[0]
        assert (hit.symbol, hit.kind) == ("Till.drawer_opened", "method")
        assert (hit.explanation, hit.explanation_source) == ("Slide it out.", "docstring")
        hit = codebase.search("drawer_shut", 1, mode)[0]
        assert (hit.symbol, hit.explanation) == ("Till.drawer_shut", "def drawer_shut(self):")


@pytest.mark.parametrize(
    ("question", "symbol", "explanation"),
    [
        ("serialization as UBJSON", "to_ubjson", "Create a UBJSON serialization."),
        ("serialization as msgpack", "to_msgpack", "Create a MessagePack serialization."),
        ("create a serialization", "to_msgpack", "Create a MessagePack serialization."),
        ("how to slide a drawer out", "Till.drawer_opened", "Slide it out."),
        ("a drawer that holds coins", "Till", "Holds the coins."),
    ],
)
def test_a_hit_is_called_by_the_definition_that_says_most_of_a_question(
    codebase: Codebase, question: str, symbol: str, explanation: str
) -> None:
    """It was called by what leads its chunk, whichever of several was asked for."""
    hit = codebase.search(question, 1)[0]
    assert (hit.symbol, hit.explanation, hit.explanation_source) == (
        symbol, explanation, "docstring",
    )  # fmt: skip


def test_a_pasted_line_and_a_place_have_the_kind_that_was_asked_for(codebase: Codebase) -> None:
    """The line is in a function, and its chunk has a class as well."""
    for asked in ("return host, port", "app/net.py:2"):
        for kind, symbol in (("class", "HttpClientPool"), ("function", "join_host_port")):
            hit = codebase.search(asked, 1, kinds=kind)[0]
            assert (hit.path, hit.kind, hit.symbol) == ("app/net.py", kind, symbol)


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


@pytest.mark.parametrize(
    ("asked", "kind", "symbol"),
    [
        ("Jar", "class", "Jar"),
        ("Jar", "method", "Jar.fill"),  # the first, where the question tells none
        ("drain_slowly", "method", "Jar.drain_slowly"),
        ("how is a jar drained slowly", "method", "Jar.drain_slowly"),
        ("how is a jar of much to be sealed and who calls that", "function", "seal"),
        ("drain_slowly", "class", "Jar"),
    ],
)
def test_a_hit_is_called_by_a_definition_of_the_kind_that_was_asked_for(
    codebase: Codebase, asked: str, kind: str, symbol: str
) -> None:
    """`--kind method` did not find what is cut together with its class."""
    hit = codebase.search(asked, 1, kinds=[kind], paths=["app/jar.py"])[0]
    assert (hit.path, hit.symbol, hit.kind) == ("app/jar.py", symbol, kind)


def test_a_name_that_is_spelled_out_is_what_a_hit_is_called(codebase: Codebase) -> None:
    assert codebase.search("second of two", 1)[0].symbol == "second_of_two"
    assert codebase.search("first of two", 1)[0].symbol == "first_of_two"


def test_a_hit_is_called_by_the_definition_that_the_telling_line_is_of(tmp_path: Path) -> None:
    """It was by that of the first line shown, which ends there."""
    body = "".join(f"    total = total + pour({at})\n" for at in range(9))
    pair = f"def fill(total):\n{body}    return total\n\n\ndef cork(bottle):\n    seal(bottle)\n"
    put_texts(tmp_path, {"a.py": pair + "    return hammer(bottle)\n"})
    ncs.build(tmp_path)
    hit = ncs.open(tmp_path).search("where does the hammer seal", 1)[0]
    assert "hammer" in hit.snippet
    assert hit.symbol == "cork"


def test_lines_of_no_definition_are_not_called_by_one_that_they_do_not_show(
    tmp_path: Path,
) -> None:
    """A line that names a type led thirty of an object, and spoke for them."""
    keys = "".join(f"    key{at}: {{on: {at}}},\n" for at in range(20))
    text = f"export type Level = 'low' | 'high';\nexport const settings = {{\n{keys}}};\n"
    put_texts(tmp_path, {"a.ts": text})
    ncs.build(tmp_path)
    hit = ncs.open(tmp_path).search("key17", 1)[0]
    assert (hit.symbol, hit.kind) == ("", "block")
    assert (hit.explanation, hit.explanation_source) == ("export const settings = {", "snippet")
    assert ncs.open(tmp_path).search("Level", 1)[0].symbol == "Level"


def test_no_more_of_what_a_hit_shows_stands_beside_it(tmp_path: Path) -> None:
    """Two more pieces of the same long function stood there, and its caller did not."""
    body = "".join(f"    barrel = roll(barrel, {at})\n" for at in range(120))
    caller = "".join(f"    x{at} = {at}\n" for at in range(20))
    text = (
        f"def fill(barrel):\n{body}    return barrel\n\n\ndef brew(barrel):\n{caller}    roll()\n"
    )
    put_texts(tmp_path, {"a.py": f"{text}    return fill(barrel)\n", "b.py": text[:3000]})
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as opened:
        hits = {hit.path: hit for hit in opened.search("roll", 2, "lexical")}
        assert hits["a.py"].symbol == "fill"
        assert [place.symbol for place in hits["a.py"].also] == ["brew"]
        # Of a file that has nothing else they stay.
        assert {place.symbol for place in hits["b.py"].also} == {"fill"}
        # Beside a line that was asked for nothing is.
        assert opened.search("a.py:40", 1)[0].also == ()


def test_a_place_beside_a_hit_is_called_as_a_hit_is(tmp_path: Path) -> None:
    """By what leads its chunk, whichever of several was asked for."""
    pad = "".join(f"    x{at} = {at}\n" for at in range(24))
    pair = "class FlagCask:\n    x = 1\n    y = 2\n\n\nclass DrainCask:\n    x = 1\n"
    text = f"def drain_casks(cask):\n    drain(cask)\n{pad}\n\n{pair}"
    put_texts(tmp_path, {"a.py": text, "b.py": "def cask():\n    return cask\n"})
    ncs.build(tmp_path)
    hit = ncs.open(tmp_path).search("drain casks", 1)[0]
    assert hit.symbol == "drain_casks"
    assert [place.symbol for place in hit.also] == ["DrainCask"]


def test_a_parameter_called_like_a_definition_does_not_show_it(tmp_path: Path) -> None:
    """A mock's method spoke for the next one, as its name stood on the lines between them."""
    body = "".join(f"    if flag == {at}:\n        raise_it({at})\n" for at in range(6))
    text = f"def flag(flag):\n    x = 1\n{body}\n\ndef move(cellar):\n    return cellar\n"
    put_texts(tmp_path, {"a.py": text})
    ncs.build(tmp_path)
    hit = ncs.open(tmp_path).search("brought into another cellar", 1)[0]
    assert "flag ==" in hit.snippet
    assert "def flag" not in hit.snippet
    assert hit.symbol == "move"


def row_of(text: str, *target: object, language: str = "python", **chosen: Any) -> ChunkRow:
    """Return a chunk of lines 101 and following: with the definitions that a parser finds there.

    `target` is what explains it, its tier, and the line from 1 that this stands on, if it does.
    """
    (cut,) = cut_into_chunks(SourceFile("jar", language, text.encode(), 0))
    begun = tuple(
        each._replace(span=Span(each.span.start + 100, each.span.end + 100)) for each in cut.begun
    )
    said, tier, *line = target
    span = Span(100 + line[0], 100 + line[0]) if line else None  # type: ignore[operator]
    row = ChunkRow(
        id=0, path="jar", span=Span(101, 100 + text.count("\n")), language=language,
        kind=cut.kind, symbol=cut.symbol, begun=begun, role=cut.role, text=text,
        target=Target(said, tier, span), explanation=said, origin=tier,  # type: ignore[arg-type]
    )  # fmt: skip
    return row._replace(**chosen)


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (1, "# Fill it.\ndef fill(jar):\n    return jar\n", "Fill it."),
        (2, "def fill(jar):\n    # Fill it.\n    return jar\n", "Fill it."),
        (6, "def fill(jar):\n" + "    jar += 1\n" * 4 + "    # Fill it.\n", "In it: Fill it."),
        # Of a function that began above, all is further down.
        (1, "    # Fill it.\n    return jar\n", "In it: Fill it."),
        # Behind a line of code: where, nobody kept.
        (0, "def fill(jar):\n    return jar  # Fill it.\n", "In it: Fill it."),
    ],
)
def test_a_comment_inside_a_function_is_told_as_one_on_a_part(
    line: int, text: str, said: str
) -> None:
    where = [line] if line else []
    row = row_of(text, "Fill it.", "comment", *where, kind="function", symbol="fill")
    assert as_told(row).explanation == said
    assert as_told(row._replace(origin="docstring")).explanation == "Fill it."
    part = row._replace(explanation="Part of fill (Fills jars): Fill it.")
    assert as_told(part) == part


@pytest.mark.parametrize(
    ("line", "said"),
    [(1, "How full it is."), (3, "How full it is."), (4, "In it: How full it is.")],
)
def test_a_comment_inside_a_class_is_told_as_one_on_a_part(line: int, said: str) -> None:
    text = "\n\nclass Jar {\n  int full;\n"  # its name is on the second line from 0
    row = row_of(f"{text}}}\n", "How full it is.", "comment", line + 1, language="java")
    assert as_told(row).explanation == said


TWO = """class Jar:
    def fill(self, much):
        # The jar is full.

        self.much = much

    def empty(
        self,
    ):
        def pour():
            return 0

        self.much = pour()
"""


BRACES = """int fill(int much)
{
#ifdef FULL
  much++;
#endif
  return much;
}

int empty(int much)
{
  return 0;
}
"""


SAID = {
    "Jar": "Keeps much.", "Jar.fill": "Fill it.", "Jar.empty": "def empty(",
    "Jar.empty.pour": "def pour():", "": "Keeps much.", "fill": "int fill(int much)",
    "empty": "int empty(int much)",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "symbol"),
    [
        (TWO, 1, "Jar"),
        (TWO, 2, "Jar.fill"),
        (TWO, 4, "Jar.fill"),
        (TWO, 5, "Jar.fill"),
        (TWO, 9, "Jar.empty"),
        (TWO, 11, "Jar.empty.pour"),
        (TWO, 13, "Jar.empty"),
        (BRACES, 5, "fill"),
        (BRACES, 7, "fill"),
        (BRACES, 8, ""),
        (BRACES, 9, "empty"),
        (BRACES, 12, "empty"),
    ],
)
def test_a_chunk_is_that_of_the_definition_on_a_line(text: str, line: int, symbol: str) -> None:
    language = "python" if text is TWO else "c"
    row = row_of(text, "Keeps much.", "docstring", language=language, kind="block")
    begun = (
        each._replace(doc="Fill it." if each.name == "Jar.fill" else "") for each in row.begun
    )
    row = row._replace(symbol="Jar" if text is TWO else "", begun=tuple(begun))
    found = as_on(row, 100 + line)
    assert (found.symbol, found.explanation) == (symbol, SAID[symbol])


def test_a_definition_that_is_asked_for_by_its_line_is_not_told_by_words_on_another() -> None:
    row = row_of(TWO, "In empty: It is slow.", "comment", 7, kind="method", symbol="Jar.fill")
    assert as_on(row, 105).explanation == "def fill(self, much):"
    assert as_on(row._replace(explanation="In fill: It is full."), 105).origin == "comment"


KEYS = """on("key", event => {
  // Shows the notes.
  if (event.key === "e") {
    notes.show();
  }

  // Focuses the search.
  if (event.key === "s") {
    search.focus();

    event.preventDefault();
  }

  window.scroll(
    0,
  );
});
"""


@pytest.mark.parametrize("form", ["// {}", "/* {} */", "/*\n   * {}\n   */"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("held", "said"),
    [
        ('if (event.key === "e")', "Shows the notes."),
        ("notes.show", "Shows the notes."),
        ('if (event.key === "s")', "Focuses the search."),
        ("search.focus", "Focuses the search."),
        ("preventDefault", "Focuses the search."),
        ("window.scroll", "window.scroll("),
        ("    0,", "window.scroll("),
    ],
)
def test_a_line_is_told_by_the_comment_that_heads_it(
    form: str, end: str, held: str, said: str
) -> None:
    """All lines of such a chunk were told by its first comment."""
    text = KEYS
    for comment in ("Shows the notes.", "Focuses the search."):
        text = text.replace(f"// {comment}", form.format(comment))
    text = text.replace("\n", end)
    line = next(at for at, each in enumerate(text.split("\n"), 101) if held in each)
    row = row_of(text, "Shows the notes.", "comment", 2, language="javascript")
    assert as_on(row, line).explanation == said


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_of_a_comment_above_a_blank_line_is_told_by_it(end: str) -> None:
    text = end.join(("// Holds the keys.", "", "use(keys)", "", "// Shows it.", "show()", ""))
    row = row_of(text, "Shows it.", "comment", 5, language="javascript")
    assert as_on(row, 101).explanation == "Holds the keys."


def test_a_comment_behind_code_heads_nothing() -> None:
    text = "on(() => {\n  /* Shows. */\n  show();\n\n  hide(); /* Now. */\n  wait();\n});\n"
    row = row_of(text, "Shows.", "comment", 2, language="javascript")
    assert as_on(row, 106).explanation == "wait();"


def test_in_a_function_a_line_without_a_comment_is_told_as_all_of_it_is() -> None:
    text = "def fill(jar):\n    if not jar:\n        return\n\n    # Fill it.\n    jar.fill()\n"
    row = row_of(text, "Fill it.", "comment", 5)
    for line in (1, 3, 6):
        assert as_on(row, 100 + line).explanation == "Fill it."


def test_words_on_another_definition_tell_nothing_of_a_hit() -> None:
    text = "def fill(jar):\n    jar.fill()\n\ndef wash(jar):\n    # By hand.\n    jar.wash()\n"
    row = row_of(text, "In wash: By hand.", "comment", 5, symbol="fill")
    assert as_told(row).explanation == "def fill(jar):"
    own = row._replace(explanation="In fill: By hand.")
    assert as_told(own).explanation == "In fill: By hand."


def test_each_of_several_of_one_name_has_its_own_words() -> None:
    """The first one's were told of all."""
    text = (
        "class Jar {\n  /** Fills it. */\n  void fill() {}\n\n"
        "  /** Fills it from a tap. */\n  void fill(Tap tap) {}\n\n  void fill(int much) {}\n}\n"
    )
    row = row_of(text, "Fills it.", "docstring", 2, language="java", symbol="Jar.fill")
    told = [as_on(row, 100 + line).explanation for line in (3, 6, 8)]
    assert told == ["Fills it.", "Fills it from a tap.", "void fill(int much) {}"]


CALENDAR = (
    "class Calendar {\n"
    "    /** Sets the begin of a month. */\n    int beginOfMonth() { return 1; }\n\n"
    "    /**\n     * Sets the end of a month.\n     */\n"
    "    @Override\n    @Deprecated\n    int endOfMonth() { return 2; }\n}\n"
)
BODIES = (
    "def alpha(x):\n    y = x + 1\n    # give the caller the sum of weights\n    return y\n"
    "def beta(x):\n    z = x\n    return z\n    # last words of beta\n"
    "def gamma(x):\n    return x\n"
)


@pytest.mark.parametrize(
    ("path", "text", "asked", "symbol"),
    [
        ("Calendar.java", CALENDAR, "Sets the begin of a month.", "Calendar.beginOfMonth"),
        ("Calendar.java", CALENDAR, "Sets the end of a month.", "Calendar.endOfMonth"),
        ("Calendar.java", CALENDAR, "Calendar.java:6", "Calendar.endOfMonth"),
        ("Calendar.java", CALENDAR, "Calendar.java:8", "Calendar.endOfMonth"),
        ("a.py", BODIES, "give the caller the sum of weights", "alpha"),
        ("a.py", BODIES, "a.py:3", "alpha"),
        ("a.py", BODIES, "a.py:8", "beta"),
    ],
)
def test_a_comment_is_of_what_is_right_below_it_unless_a_body_ends_there(
    tmp_path: Path, path: str, text: str, asked: str, symbol: str
) -> None:
    """A hit was called by the class around it, or by what leads its chunk."""
    with built(tmp_path, {path: text}) as code:
        assert code.search(asked, 1)[0].symbol == symbol
