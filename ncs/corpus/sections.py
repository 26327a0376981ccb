"""The sections of Markdown and reStructuredText: a heading and what stands below it."""

import html
import re
from collections.abc import Iterator
from itertools import takewhile

from ncs.corpus.prose import words_of
from ncs.corpus.sentences import UNENDED
from ncs.corpus.summaries import ADORNMENT, LONGEST, fenced, shorten
from ncs.text import fold
from ncs.types import Definition, SourceFile, Span, Target

_HASHES = re.compile(r" {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*\Z")
_NO_PROSE = re.compile(
    r"\s*(?:[-*+]\s|\d+[.)]\s|\||>|<|!\[|\[!\[|\.\.\s|:\w[\w-]*:|\[[^\]]+\]:|#|\$\s|>>>|={3,}|-{3,}"
    r"|\?{3}\+?\s|!{3}\s)"
    r"|\s{3,}\S|\t"
)
_BULLET = re.compile(r"(\s*)(?:[-*+]|\d+[.)]|#\.)\s+(?=\S)")
_DEEPEST = 3  # blanks before a bullet; more are code, but where a list is open
_MOST_BULLETS = 3  # that are told
_ENOUGH = 100  # characters of them
_ADMONITION = re.compile(r"(?:\?{3}\+?|!{3})\s+\w")  # MkDocs; what it says is indented
_INDENT = "    "
_LINES_ABOVE = 20  # in which the bullet may begin that a line goes on with
_FEWEST_WORDS = 4  # of a bullet that is told before the prose below it
_SENTENCE_END = re.compile(rf"{UNENDED}[.!?](?=[\s)\"'*_`]|\Z)|[。！？]")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`{1,3})(?=\S)(.+?)(?<=\S)\1")
_ROLE = re.compile(r":\w+:`~?([^`<]*?)(?:\s*<[^`]*>)?`_?")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")

_LONGEST_READ = 1_000  # characters of a line: opening marks without an end take their square


def sections(source: SourceFile) -> Iterator[Definition]:
    """Yield the sections of a prose file in order; none for plain text.

    A section runs from its heading to the line before the next heading, of whatever level.
    Its doc is the heading and the first sentence, or the first bullets, below it.
    """
    lines = [line.decode("utf-8", "replace") for line in source.data.split(b"\n")]
    find = {"markdown": _markdown, "rst": _restructured}.get(source.language)
    headings = list(find(lines)) if find else []
    ends = [first - 1 for first, _, _ in headings[1:]] + [len(lines)]
    for (first, below, title), end in zip(headings, ends, strict=False):  # no heading, one end
        doc = _doc(lines, first, below, end, title)
        yield Definition(title, title, "section", Span(first, end), first, doc, title, (), ())


def first_sentence(lines: list[str], first: int, last: int) -> tuple[str, Span] | None:
    """Return the first sentence of prose between two lines (1-based) and the lines it is on.

    Lists, tables, code, quotations, directives and words that stand alone are passed over.
    """
    said: list[str] = []
    begun = ended = 0
    fence = ""
    listed = _is_listed(lines, first)
    for number in range(first, last + 1):
        line = lines[number - 1]
        inside, fence = fence, fenced(line.rstrip(), fence)
        # What goes on below a bullet belongs to it.
        listed = bool(line.strip()) and (listed or (not said and bool(_BULLET.match(line))))
        no_prose = not said and (listed or _NO_PROSE.match(line))
        if inside or fence or not line.strip() or no_prose:
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


def opening(lines: list[str], first: int, last: int) -> tuple[str, Span | None] | None:
    """Return what lines of a section say: a sentence of prose, else the first of their bullets.

    Where they begin with a bullet of several words, bullets are told; where there is neither, what
    stands in an admonition. The span is that of a sentence of prose, None for all else.
    """
    bullets = _first_bullets(lines, first, last)
    filled = next((line for line in lines[first - 1 : last] if line.strip()), "")
    leads = _BULLET.match(filled) is not None and _tells(filled)
    if not leads and (said := first_sentence(lines, first, last)) is not None:
        return said
    if bullets:
        return bullets, None
    above = _above(lines, first)
    shown = [*above, *_admonished(lines, first, last)]
    said = first_sentence(shown, len(above) + 1, len(shown))
    return said and (said[0], None)


def _tells(bullet: str) -> bool:
    """Return whether a bullet's line says something, and is no link or label of a table."""
    return len(words_of(_LINK.sub("", bullet))) >= _FEWEST_WORDS


def _is_listed(lines: list[str], first: int) -> bool:
    """Return whether a line goes on with the bullet of a line above it."""
    if not lines[first - 1 : first] or _BULLET.match(lines[first - 1]):
        return False
    above = takewhile(str.strip, reversed(_above(lines, first)))
    return any(map(_BULLET.match, above))


def _above(lines: list[str], first: int) -> list[str]:
    """Return the lines above one that are looked at."""
    return lines[max(0, first - 1 - _LINES_ABOVE) : first - 1]


def _first_bullets(lines: list[str], first: int, last: int) -> str:
    """Return what the first bullets between two lines say, lines of one put together."""
    bullets: list[str] = []
    fence, open_ = "", False
    for number in range(first, last + 1):
        line = lines[number - 1]
        inside, fence = fence, fenced(line.rstrip(), fence)
        bullet = _BULLET.match(line)
        if inside or fence or not line.strip():
            open_ = False
        elif bullet and (open_ or len(bullet[1]) <= _DEEPEST):
            if len(bullets) == _MOST_BULLETS or sum(map(len, bullets)) >= _ENOUGH:
                break
            bullets.append(line[bullet.end() :])
            open_ = True
        elif open_:
            bullets[-1] += f" {line.strip()}"
    text = ""
    for said in filter(None, (fold(_plain(bullet)) for bullet in bullets)):
        text += f"{' ' if text.endswith(':') else '; ' if text else ''}{said.rstrip(';；')}"
    return text.replace(".; ", "; ") if any(map(str.isalpha, text)) else ""


def _admonished(lines: list[str], first: int, last: int) -> list[str]:
    """Return the lines between two, with what stands in admonitions as prose."""
    inside = False
    shown: list[str] = []
    for line in lines[first - 1 : last]:
        found = _ADMONITION.match(line)
        inside = bool(found) or (inside and (not line.strip() or line.startswith(_INDENT)))
        shown.append("" if found else line.removeprefix(_INDENT) if inside else line)
    return shown


def _doc(lines: list[str], first: int, below: int, end: int, title: str) -> Target | None:
    if not any(character.isalnum() for character in title):
        return None
    last = below - 1
    text = title.rstrip(":")
    if (said := opening(lines, below, end)) is not None:
        text = f"{text}: {said[0]}"
        last = said[1].end if said[1] else last
    return Target(shorten(text, LONGEST), "docstring", Span(first, min(last, end)))


def _markdown(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (first line, line below the heading, title) of each heading."""
    fence = ""
    for number, line in enumerate(lines, 1):
        inside, fence = fence, fenced(line.rstrip(), fence)
        if inside or fence:
            continue
        if found := _HASHES.match(line.rstrip("\r")):
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
