"""What tests are called: the sentences that their authors gave them instead of a name."""

import re
from collections.abc import Sequence

from ncs.corpus.summaries import shorten
from ncs.text import fold
from ncs.types import SourceFile, Span

_MOST = 4  # titles that are told
_LONGEST = 90  # characters of one
_FAR = 400  # lines above in which a test may begin

_STRING = r"""(?P<mark>["'`])(?P<title>(?:\\.|(?!(?P=mark))[^\\\n])+)(?P=mark)"""
_BLOCK = re.compile(
    rf"\s*(?:Deno\.)?(?:[fx]?(?:it|describe|context)|test|(?P<verb>should)|specify|scenario|suite)"
    rf"(?:\.\w+)*\s*\(?\s*{_STRING}\s*(?:,|do\b|\)\s*(?:do\b|\{{)|\{{|->)"
)
_PATTERNS = {
    "dart": re.compile(rf"\s*(?:group|test|\w+Test|testWidgets)(?:<[^()]*>)?\(\s*{_STRING}\s*,"),
    **dict.fromkeys(
        ("javascript", "typescript", "ruby", "elixir", "php", "lua", "kotlin", "swift"), _BLOCK
    ),
    "go": re.compile(
        rf"\s*(?:\w+\.Run\(\s*{_STRING}\s*,"
        r"|\{?\s*(?:name|desc|description|testName)\s*:\s*\"(?P<case>[^\"\n]+)\"\s*,)"
    ),
    "bash": re.compile(rf"\s*@test\s+{_STRING}\s*\{{"),
    "perl": re.compile(
        rf"\s*(?:subtest|describe|it|context)\s*\(?\s*{_STRING}\s*(?:,|=>)\s*sub\b"
    ),
    "powershell": re.compile(
        rf"\s*(?i:describe|context|it)\s+(?:-Name\s+)?{_STRING}\s*(?:-[a-zA-Z]|\{{|`|\Z)"
    ),
    "rust": re.compile(r"\s*\w*test\w*!\s*[({]\s*(?P<title>\w+)\s*,"),
}


_ESCAPE = re.compile(r"\\(?=[\"'`])")


def tested(source: SourceFile, lines: Sequence[bytes], span: Span) -> tuple[str, bool]:
    """Return what the tests on these lines are called, and whether they begin there.

    Where none begins the one around the lines is told, if there is one: ("", False) if not.

    Args:
        source: the file. Go's tests are told by its name.
        lines: all of its lines.
        span: the lines that are asked for.
    """
    pattern = _PATTERNS.get(source.language)
    if pattern is None or (source.language == "go" and not source.path.endswith("_test.go")):
        return "", False
    own = {
        title: number
        for number in range(span.end, span.start - 1, -1)
        if (title := _title(pattern, lines[number - 1]))
    }
    # What begins above and ends in these lines is not around the tests that begin here.
    around = _around(pattern, lines, min(own.values(), default=span.start))
    if not own:
        return f"Part of a test: {around}" if around else "", False
    told = list(reversed(own))[:_MOST]
    return f"Tests{f' of {around}' if around else ''}: {'; '.join(told)}", True


def _title(pattern: re.Pattern[str], line: bytes) -> str:
    found = pattern.match(line[: 4 * _LONGEST].decode("utf-8", "replace"))
    if found is None:
        return ""
    groups = found.groupdict()
    said = fold(_ESCAPE.sub("", groups["title"] or groups.get("case") or "")).rstrip(".:")
    if groups.get("verb") and not said.startswith("should"):
        said = f"should {said}"
    return shorten(said, _LONGEST) if any(map(str.isalpha, said)) else ""


def _around(pattern: re.Pattern[str], lines: Sequence[bytes], first: int) -> str:
    """Return the title of the innermost test that begins above a line, by indentation."""
    indent = _indent(lines[first - 1])
    for line in reversed(lines[max(0, first - 1 - _FAR) : first - 1]):
        if not indent:
            break
        if line.strip() and _indent(line) < indent:
            indent = _indent(line)
            if title := _title(pattern, line):
                return title
    return ""


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())
