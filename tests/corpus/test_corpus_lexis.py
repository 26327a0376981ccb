"""Where comments and strings stand in code of each language."""

import re

import pytest
from growth import grows_like_the_square

from ncs.corpus.languages import LANGUAGES, Language
from ncs.corpus.lexis import is_string, silenced, values


def marked(text: str, language: str) -> str:
    """Return some code with `S` in the place of each string, and `R` in that of each comment."""
    return silenced(text, language, lambda silent: "S" if is_string(silent) else "R")


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("c", "a /* b\n c */ d // e\nf", "a R d R\nf"),
        ("c", 'a "b // \\" c" \'"\' d', "a S S d"),
        ("c", 'a "b \\\n c" d', "a S d"),
        ("go", "a `b // \n` c // d", "a S c R"),
        ("rust", "f::<'a, 'b>('c', \"d\")", "f::<'a, 'b>(S, S)"),
        ("typescript", "a 'b' `c\n${d}` // e", "a S S R"),
        ("php", "#[A] // b\n# c\n'd'", "#[A] R\nR\nS"),
        ("python", "a # b\n'#' \"\"\"c\n# d\"\"\" '''e\n'''", "a R\nS S S"),
        ("bash", "a=${#b} c#d # e", "a=${#b} c#d R"),
        ("lua", "a --[[ b\n ]] c -- d", "a R c R"),
        ("sql", "a -- b\n/* c */ d", "a R\nR d"),
        ("haskell", "a' {- b\n -} --> c -- d\n{-# e #-} f", "a' R R\nR f"),
        ("ocaml", "a' (* b\n *) c", "a' R c"),
        ("erlang", "a, % b\n$% c", "a, R\n$% c"),
        ("clojure", '(a "; b") ; c', "(a S) R"),
        ("html", '<a href="//b"> <!-- c\n --> // d', '<a href="//b"> R R'),
        ("kotlin", 'a """b\n"c" """ d', "a S d"),
        ("fortran", "a = 'b! c' // d ! e", "a = S // d R"),
        ("tex", "a 5\\% b % c", "a 5\\% b R"),
        ("bash", "a 'b'\\''c' && d 'e'", "a S\\'S && d S"),
        ("ruby", "a # b\n=begin\nc\n=end d\ne", "a R\nR\ne"),
        ("powershell", "a <# b\n c #> d # e\n'f'", "a R d R\nS"),
        ("julia", "a #= b\n c =# d # e", "a R d R"),
        ("nim", "a #[ b\n c ]# d # e", "a R d R"),
        ("fsharp", "a (* b\n c *) d (*) // e", "a R d (*) R"),
        ("sql", "a = 'b -- c' -- d", "a = S R"),
        ("perl", "s/\\'//; a('b')", "s/\\'//; a(S)"),
    ],
)
def test_marks_of_languages(language: str, text: str, found: str) -> None:
    assert marked(text, language) == found


@pytest.mark.parametrize("language", [each for each in LANGUAGES.values() if each.remark])
def test_a_remark_of_the_table_is_one_here(language: Language) -> None:
    text = f"a\n{language.remark} b\n  {language.remark} c\nd"
    assert marked(text, language.name) == "a\nR\n  R\nd"


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("c", " * b\n * c */\nd", "R\nR\nd"),
        ("python", 'b\nc"""\nd("e")', " \n    \nd(S)"),
        ("python", 'b = """c\nd', "b = S"),
        ("javascript", "b\nc`;\nd(`e`)", " \n  ;\nd(S)"),
        ("javascript", "b(`c\nd", "b(S"),
        ("c", "b /* c\nd", "b R"),
    ],
)  # fmt: skip
def test_what_began_above_a_piece_or_goes_on_below(language: str, text: str, found: str) -> None:
    assert marked(text, language) == found


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("python", 'f"{a} b {c({})}"', ["{a}", "{c({})}"]),
        ("python", 'f"""{a}"""', ["{a}"]),
        ("python", '"""{a}"""', None),
        ("ruby", '"#{a} $b"', ["#{a}", "$b"]),
        ("swift", '"\\(a(1)) b"', ["\\(a(1))"]),
        ("bash", '"$(a ${b})"', ["$(a ${b})"]),
        ("javascript", "`{a} ${b", ["${b"]),
        ("javascript", "`a`", []),
        ("csharp", '$"""{a}"""', ["{a}"]),
        ("go", "`${a}`", None),
        ("c", '"{a}"', None),
    ],
)
def test_values_in_strings(language: str, text: str, found: list[str] | None) -> None:
    held: list[list[str] | None] = []

    def look(string: re.Match[str]) -> str:
        ranges = values(string, language)
        held.append(ranges and [string[0][start:end] for start, end in ranges])
        return ""

    silenced(text, language, look)
    assert held == [found]


@pytest.mark.parametrize(
    "unit",
    ["/* ", "//", "(*", "{-", "{-#", "--[[", "<!--", '"', '"""', "'''", "'", "`", '\\"', "\\'",
     '"\\\n', "`\\", '"${', "`${", "# ", "% ", "; ", " ", "* \n", " \n", "=a\n",
     "--[=", "###"],
)  # fmt: skip
@pytest.mark.parametrize(
    "language",
    ["c", "php", "python", "haskell", "go", "typescript", "lua", "ocaml", "erlang", "lisp", "html",
     "sql", "kotlin", "fortran", "tex", "perl", "coffee"],
)  # fmt: skip
def test_marks_that_nothing_closes_take_no_longer(unit: str, language: str) -> None:
    def said(silent: re.Match[str]) -> str:
        return str(values(silent, language)) if is_string(silent) else ""

    def look(times: int) -> None:
        silenced(f"a {unit * times}\nb", language, said)

    assert not grows_like_the_square(look, 2_000, 8_000)
