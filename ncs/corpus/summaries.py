"""From a documentation text to the sentence that it says."""

import re

from ncs.corpus.marks import WORD
from ncs.corpus.markup import RETURNS, UNMARKED, plain
from ncs.corpus.sentences import last_end
from ncs.text import fold

LONGEST = 300  # characters of a target
_SHORTEST_CUT = 80  # a sentence end before this many characters is no place to cut
# Inline code that is marked by three has a mark behind it.
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})[ \t]*(.*)")
_TAG = re.compile(
    r"\A(?:[@\\](?!brief|summary|desc|short|details|link|code\b)\w+"
    r"|:(?:param|type|returns?|rtype|raises?|arg|keyword|var|ivar|cvar|meta)\b"
    r"|-\s+(?:parameters?|returns?|throws|note|warning|important)\b.*:"
    r"|(?:args|arguments|parameters|params|returns?|raises|examples?|notes?|usage|yields|attributes"
    r"|see also|warnings?|references|throws|inputs?|outputs?|options|keyword arguments)\s*:?\s*\Z"
    r"|:?(?:module|copyright|licen[cs]e|maintainers?|stability|portability|authors?|version)\s*:\s"
    r"|\#+\s+(?:arguments|parameters|returns?|examples?|panics|errors|safety|see also|notes?)\b"
    r"|\[[^\]]+\]:\s|```|~~~|>>>|\{\{\{|\w+>\s|\.\.\s)",
    re.I,
)
_TRAILING_TAG = re.compile(
    r"\s(?:\{\{\{|@(?:params?|returns?|throws|var|see|since|type|deprecated)\b).*", re.S
)
_HEADED = re.compile(r"\A[#*\s]+(?<!#(?=\d))")  # a heading's marks: `#5852` is a number
_LEAD = re.compile(
    r"\A(?:[@\\](?:brief|summary|description|desc|short|details)\b:?\s*|description\s*:\s+)", re.I
)
# Solidity's words for what a user and a developer are told.
_NATSPEC = re.compile(r"@(?:dev|notice)\b:?\s*")
# What tells of a file. One word alone is how that is called: `@module rows`.
_OVERVIEW = re.compile(r"[@\\](?:file(?:overview)?|overview|module)\b:?\s*(?:\S+\Z)?", re.I)
_RULED = re.compile(r"[-=*~_+/#]{3}")
_RULER = re.compile(
    r"\A([-=*~_+/])\1{3,}[ \t]+|(?<![ \t])[ \t]+(?:-{4,}|([=*~_+/#])\2{2,})(?:[ \t]+#+)?\Z"
)
_TITLED = re.compile(r"\A([-=*~])\1{2,}[ \t]+(\S.*?)(?<![ \t])[ \t]+\1{3,}\Z")
# The line below a title in reStructuredText.
ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*\Z")
_BRACKETED = re.compile(r"<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\]|\([^()]*\)")


def summary(text: str) -> str:
    """Return the first paragraph of a documentation text in one line, "" where it says nothing.

    Tags (`@param`, `:param x:`, `Args:`, XML elements, rustdoc headings) end the paragraph, but
    for those that it stands behind in Solidity (`@dev`, `@notice`).
    Where nothing but a `@return` is written, that is told.
    """
    text = plain(text)
    said = _first_paragraph(_unfenced(text) if "```" in text else text)
    said = fold((said or _returned(text)).replace(UNMARKED, ""))
    return shorten(said) if WORD.search(said) else ""


def _returned(text: str) -> str:
    """Return what a `@return` tells, "" where it is no more than a type: `array{int, string}`."""
    found = RETURNS.search(text)
    plain = found[1] if found else ""
    while (cut := _BRACKETED.sub("", plain)) != plain:
        plain = cut
    return fold(f"Returns {found[1]}") if found and " " in plain.strip() else ""


def _first_paragraph(text: str) -> str:
    kept: list[str] = []
    title: list[str] = []  # told where there is no paragraph below it
    skipping = False
    for raw in text.split("\n"):
        line = raw.strip()
        if not any(character.isalnum() for character in line):
            if kept and not line:
                break
            if len(kept) == 1 and ADORNMENT.match(line):
                title, kept = title or kept, []
            skipping = False
        elif _TAG.match(line):
            if kept:
                break
            if (told := _NATSPEC.match(line) or _OVERVIEW.match(line)) is not None:
                line = line[told.end() :]
                kept += [line] if line else []
            skipping = told is None
        elif not skipping:
            line = _LEAD.sub("", _unruled(line))
            kept.append(line if kept else _HEADED.sub("", line))
    return fold(_TRAILING_TAG.sub("", " ".join(kept or title)))


def fenced(line: str, fence: str) -> str:
    """Return the fence that is open behind a line of Markdown, "" for none.

    Args:
        line: without the white space behind it.
        fence: the one that is open before it, or "".
    """
    found = _FENCE.match(line)
    if found is None or (fence and (not found[1].startswith(fence) or found[2])):
        return fence
    return "" if fence else found[1]


def _unfenced(text: str) -> str:
    """Return the text with a blank line for each of what stands between backticks."""
    shown: list[str] = []
    fence = ""
    for line in text.split("\n"):
        inside, fence = fence, fenced(line.strip(), fence) if "```" in line else fence
        shown.append("" if inside or fence else line)
    return "\n".join(shown)


def _unruled(line: str) -> str:
    """Return a line without the rulers beside its words: `---- Rows ----`."""
    return _RULER.sub("", _TITLED.sub(r"\2", line)) if _RULED.search(line) else line


def shorten(text: str, limit: int = LONGEST) -> str:
    """Return at most `limit` characters, cut behind a sentence if one ends late enough."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    end = last_end(head)
    if end > min(_SHORTEST_CUT, limit // 2):
        return head[:end]
    space = head.rfind(" ")
    return head[: space if space > limit // 2 else limit].rstrip()
