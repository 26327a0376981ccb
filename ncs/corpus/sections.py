"""The sections of Markdown and reStructuredText: a heading and what stands below it."""

import html
import re
from collections.abc import Iterator

from ncs.corpus.prose import ADORNMENT, LONGEST, shorten
from ncs.text import fold
from ncs.types import Definition, SourceFile, Span, Target

_HASHES = re.compile(r" {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NO_PROSE = re.compile(
    r"\s*(?:[-*+]\s|\d+[.)]\s|\||>|<|!\[|\[!\[|\.\.\s|:\w[\w-]*:|\[[^\]]+\]:|#|\$\s|>>>|={3,}|-{3,})"
    r"|\s{3,}\S|\t"
)
_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!vs)[.!?。](?=[\s)\"'*_`]|\Z)|[。]")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_EMPHASIS = re.compile(r"(\*\*|__|\*|``|`)(?=\S)(.+?)(?<=\S)\1")
_ROLE = re.compile(r":\w+:`~?([^`<]*?)(?:\s*<[^`]*>)?`_?")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")

_LONGEST_READ = 1_000  # characters of a line: opening marks without an end take their square


def sections(source: SourceFile) -> Iterator[Definition]:
    """Yield the sections of a prose file in order; none for plain text.

    A section runs from its heading to the line before the next heading, of whatever level.
    Its doc is the heading and the first sentence below it.
    """
    lines = [line.decode("utf-8", "replace") for line in source.data.split(b"\n")]
    find = {"markdown": _markdown, "rst": _restructured}.get(source.language)
    headings = list(find(lines)) if find else []
    ends = [first - 1 for first, _, _ in headings[1:]] + [len(lines)]
    for (first, below, title), end in zip(headings, ends, strict=False):  # no heading, one end
        doc = _doc(lines, first, below, end, title)
        yield Definition(title, title, "section", Span(first, end), doc, title, (), ())


def first_sentence(lines: list[str], first: int, last: int) -> tuple[str, Span] | None:
    """Return the first sentence of prose between two lines (1-based) and the lines it is on.

    Lists, tables, code, quotations, directives and words that stand alone are passed over.
    """
    said: list[str] = []
    begun = ended = 0
    fence = ""
    for number in range(first, last + 1):
        line = lines[number - 1]
        if found := _FENCE.match(line):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
        if fence or found or not line.strip() or (not said and _NO_PROSE.match(line)):
            paragraph = " ".join(said)
            if len(paragraph.split()) > 1 or not paragraph.isascii():
                break
            said, begun = [], 0  # "or" between two examples says nothing
            continue
        plain = _plain(line)
        stop = _SENTENCE_END.search(plain)
        said.append(plain[: stop.end()] if stop else plain)
        begun, ended = begun or number, number
        if stop:
            break
    text = fold(" ".join(said))
    return (text, Span(begun, ended)) if any(map(str.isalpha, text)) else None


def _doc(lines: list[str], first: int, below: int, end: int, title: str) -> Target | None:
    if not any(character.isalnum() for character in title):
        return None
    last = below - 1
    text = title.rstrip(":")
    if (sentence := first_sentence(lines, below, end)) is not None:
        text = f"{text}: {sentence[0]}"
        last = sentence[1].end
    return Target(shorten(text, LONGEST), "docstring", Span(first, min(last, end)))


def _markdown(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first line, line below the heading, title) of each heading."""
    fence = ""
    for number, line in enumerate(lines, 1):
        if found := _FENCE.match(line):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence):
                fence = ""
        elif fence:
            continue
        elif found := _HASHES.match(line.rstrip("\r")):
            title = fold(_plain(found[1] or ""))
            if title:
                yield number, number + 1, title
        elif number > 1 and _UNDERLINE.match(line.rstrip("\r")):
            above = lines[number - 2]
            alone = number == 2 or not lines[number - 3].strip()
            if above.strip() and alone and not _NO_PROSE.match(above):
                yield number - 1, number + 1, fold(_plain(above))


def _restructured(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    for number in range(2, len(lines) + 1):
        adornment = ADORNMENT.match(lines[number - 1].rstrip("\r"))
        title = lines[number - 2].rstrip()
        if not adornment or not title.strip() or len(adornment[0].rstrip()) < len(title.strip()):
            continue
        if ADORNMENT.match(title) or title.startswith(("..", "   ")):
            continue
        over = number > 2 and lines[number - 3].rstrip() == adornment[0].rstrip()
        if over or number == 2 or not lines[number - 3].strip():
            yield number - (2 if over else 1), number + 1, fold(_plain(title))


def _plain(text: str) -> str:
    """Return a line's words without marks, of its first `_LONGEST_READ` characters."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", text[:_LONGEST_READ]))
    return html.unescape(_HTML.sub("", _EMPHASIS.sub(r"\2", _ROLE.sub(r"\1", text))))
