"""What a chunk is to its file: imports or a licence at its head, tests, or what it is read for."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile

from ncs.corpus.families import PROSE
from ncs.corpus.marks import DOC_MARKS, MOST_READ
from ncs.corpus.notices import is_licence
from ncs.corpus.prose import documentation, remark
from ncs.types import Chunk, Role

_DIRECTIVE = "include|import|pragma|if|el|endif|define|undef|error|warning|region|endregion"
_COMMENTS = re.compile(
    rf"(?:^[ \t]*(?:/{{2,}}|#(?![ \t]*(?:{_DIRECTIVE})|!|\[)|--|;).*\n?)+"
    r"|/\*[\s\S]*?(?:\*/|\Z)",  # to the end, or each beginning would look for one
    re.MULTILINE,
)
# What is said to a tool.
_PRAGMA = (
    r"(?:-\*-|frozen_string_literal|warn_indent|(?:en)?coding[:=]|vim?:|eslint|@ts-|noqa|pylint"
    r"|ruff|type:|rubocop|nolint|clang-format|swiftlint)[^\n]*"
)
_PRAGMAS = re.compile(
    rf"^[ \t]*(?:(?:#|//|--)[ \t]*{_PRAGMA}|/\*[ \t]*{_PRAGMA}\*/[ \t]*$)\n?",
    re.MULTILINE | re.IGNORECASE,
)
# Below the first line of what is said to a tool people may be told something, too.
_SENTENCE = re.compile(r"\n.*[A-Za-z]{2,} [A-Za-z]+ [A-Za-z]")
_KEYWORD = (
    r"(?:(?:pub(?:\(\w+\))?|export|global|static|unsafe)[ \t]+)*"
    r"(?:package|namespace|import|from|use|using|require(?:_relative|_once)?|include|open|alias|mod"
    r"|extern[ \t]+crate|@import|@testable[ \t]+import|#[ \t]*(?:include|import|pragma))\b"
)
_STATEMENT = re.compile(
    r"(?:<\?php|#!(?!\[).*"
    r"|(?:declare|library|require|require_once|include)[ \t]*\(.*|[\"']use \w+[\"'];?"
    r"|(?:inline[ \t]+)?namespace\b[ \t\w.:]*\s*\{"
    rf"|{_KEYWORD}[^\n({{]*(?:\([^()]*\).*|\{{[^{{}};]*(?:\{{[^{{}};]*\}}[^{{}};]*)*\}}.*)?"
    r"|#[ \t]*(?:if|el|endif|undef|error|warning|(?:end)?region).*"
    r"|#[ \t]*define[ \t]+\w+(?:[ \t].*(?<!\\))?"
    r"|#!?\[.*\]|(?:class|struct)[ \t]+\w+[ \t]*;|extern[ \t]+\"C\"[ \t]*\{?"
    r"|(?:const|let|var|local)[ \t]+[^=;\n]*=[ \t]*require\b.*"
    r"|\w+[ \t]*=[ \t]*(?=\w{0,40}log)\w+\.\w+\([^()\n]*\))[ \t\r]*(?:\n\s*|\Z)"
)
# What may go on in the chunk behind: a list that is long.
_LISTED = re.compile(rf"^[ \t]*{_KEYWORD}[^\n({{]*[({{]", re.MULTILINE)
# One of what is imported, where a comment above it is on it alone.
_IMPORT = re.compile(
    r"^[ \t]*(?:import|from|use|using|require\w*|@import|#[ \t]*(?:include|import)"
    r"|(?:const|let|var|local)\b.*\brequire|(?:[\w.]+[ \t]+)?\")(?!\w)",
    re.MULTILINE,
)
# Two macros say little among four headers, and two among two are what is worth reading there.
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*(?:include|import)\b", re.MULTILINE)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+\w+[ \t]+\S", re.MULTILINE)
_LEAST_INCLUDES = 2  # for a macro with a value
_BYTE_ORDER_MARK = "\ufeff"
_LETTER = re.compile(r"[^\n]")
_FILLED = re.compile(r"\S")
_NEVER = re.compile(r"(?!)")
# Where the tests of a Rust file begin; helpers among them are no tests by their looks.
_TESTS = re.compile(
    r"^(?P<indent>[ \t]*)#\[cfg\(test\)\]\s*(?:#\[[^\n]*\]\s*)*(?:pub )?mod \w+ \{", re.MULTILINE
)
# Whether a test is the first function of a text.
_TEST = re.compile(r"(?:(?!\bfn\b)[\s\S])*?#\[(?:\w+::)*test\b")


def with_roles(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Return the chunks of a file, in order, each with its role."""
    roles = _roles(chunks)
    return [each._replace(role=role) for each, role in zip(chunks, roles, strict=True)]


def _roles(chunks: Sequence[Chunk]) -> Iterator[Role]:
    tests, ends = False, _NEVER
    head = takewhile(lambda each: each.kind == "block" and each.language not in PROSE, chunks)
    importing = _importing([each.text for each in head])
    for at, each in enumerate(chunks):
        begins = _TESTS.search(each.text) if each.language == "rust" and not tests else None
        # Where they begin behind something else, that is what the chunk is.
        tests = tests or (begins is not None and not each.text[: begins.start()].strip())
        if tests or (each.language == "rust" and _TEST.match(each.text)):
            yield "tests"
        else:
            yield "imports" if at < len(importing) and importing[at] else "body"
        if begins is not None:
            indent, after = begins["indent"], begins.end()
            tests, ends = True, re.compile(rf"^{indent}\}}", re.MULTILINE)
        else:
            after = 0
        tests = tests and ends.search(each.text, after) is None


def _importing(texts: Sequence[str]) -> list[bool]:
    """Return of the chunks at the head of a file, in order, which only import or are a licence.

    They are read together: a list of imports may begin in one and end in the next.
    """
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    plain = _PRAGMAS.sub(_blank, "\n".join(texts).replace(_BYTE_ORDER_MARK, " "))
    said = list(_COMMENTS.finditer(plain))
    code = _COMMENTS.sub(_blank, plain)
    found = [False] * len(texts)  # an import, and nothing else
    other = [False] * len(texts)
    at = 0
    # One by one: a pattern of all of them would try every way to cut them.
    while (at := _filled(code, at)) < len(code):
        here = bisect_right(starts, at) - 1
        statement = _STATEMENT.match(code, at)
        if statement is None:
            other[here] = True
            statement = _going_on(code, at, starts[here + 1])
        if statement is None:
            at = starts[here + 1]
            continue
        last = bisect_right(starts, statement.start() + len(statement[0].rstrip()) - 1)
        found[here:last] = [True] * (last - here)
        at = statement.end()
    return [
        (imports or is_licence(texts[at]))
        and not more
        and not _defines(texts[at])
        and not _tells(plain, said, starts[at], starts[at + 1] - 1)
        for at, (imports, more) in enumerate(zip(found, other, strict=True))
    ]


def _defines(text: str) -> bool:
    """Return whether macros with values are more than a few among what code includes."""
    return _LEAST_INCLUDES * len(_MACRO.findall(text)) > len(_INCLUDE.findall(text))


def _blank(said: re.Match[str]) -> str:
    return _LETTER.sub(" ", said[0])


def _tells(code: str, said: Sequence[re.Match[str]], start: int, end: int) -> bool:
    """Return whether a comment in some lines says what the file is for: it is worth reading.

    What stands between imports, right above one, is on that alone.

    Args:
        code: the lines, and others around them.
        said: the comments in all of it, which may begin above these lines.
        start: where they begin.
        end: and where they end.
    """
    imported = _IMPORT.search(code, start, end)
    first = end if imported is None else imported.start()
    for at in range(bisect_right(said, start, key=re.Match.end), len(said)):
        comment = said[at]
        if comment.start() >= end:
            break
        below = comment.end() + (comment[0][-1] != "\n")
        between = comment.start() > first and _IMPORT.match(code, below, end) is not None
        if not between and _says(comment[0]):
            return True
    return False


def _says(comment: str) -> bool:
    """Return whether a comment tells people something: no licence, no order, no editor's head."""
    told = comment[: 4 * MOST_READ].strip()
    if re.match(rf"/\*+[ \t]*{_PRAGMA}", told, re.IGNORECASE):
        return _SENTENCE.search(told) is not None
    return (documentation(told) if told.startswith(DOC_MARKS) else remark(told)[0]) != ""


def _filled(code: str, at: int) -> int:
    """Return where the next of the code stands that is no white space, or its end."""
    found = _FILLED.search(code, at)
    return len(code) if found is None else found.start()


def _going_on(code: str, start: int, end: int) -> re.Match[str] | None:
    """Return the list of imports that begins in some of the code and ends behind that, if any."""
    begun = list(_LISTED.finditer(code, start, end))
    found = _STATEMENT.match(code, begun[-1].start()) if begun else None
    return found if found is not None and found.end() > end else None
