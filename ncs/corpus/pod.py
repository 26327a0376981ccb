"""Perl's documentation, POD: in a file's own blocks, about what stands elsewhere in it."""

import re
from collections.abc import Iterator

_OPENS = re.compile(r"=(?:pod|head[1-6]|over|item|back|encoding|for|method|func|attr|cut)\b")
# What documents all of a file, behind its code.
APPENDIX = re.compile(rb"^(?:__(?:END|DATA)__|=(?:encoding|pod|head1)\b)", re.M)
_SECTION = re.compile(rb"^=(?:head[1-6]|item|method|func|attr)\b", re.M)
# What is meant for other formats than text.
_FOREIGN = re.compile(r"^=begin\b.*?(?:^=end\b[^\n]*|\Z)|^=for\b.*?(?:\n[ \t]*\n|\Z)", re.M | re.S)
_COMMAND = re.compile(r"^=[a-zA-Z]\w*.*?(?:\n[ \t\r]*\n|\Z)", re.M | re.S)
_VERBATIM = re.compile(r"^[ \t]+\S.*(?:\n|\Z)", re.M)
_CODE = re.compile(r"\b([A-Z])(?:<<+\s(.{0,400}?)\s>>+|<([^<>]*)>)", re.S)
_MOST_NESTED = 6  # codes in each other
# Angles stay something else until all the codes around them are taken off.
_ANGLES = str.maketrans({"\ue000": "<", "\ue001": ">"})
_ENTITIES = {"lt": "\ue000", "gt": "\ue001", "amp": "&", "verbar": "|", "sol": "/", "quot": '"'}
_HEADING = re.compile(r"=(?:head[1-6]|item|method|func|attr)[ \t]+(\S[^\n]*)")
# `new`, `$user->name`, `Set->new($x)`, `add( $left, $right )`: a word, or one with arguments.
_SUBJECT = re.compile(r"(?:[$%@&]?[\w:]+\s*(?:->|::))?(\w+)\s*(?:\(.*|;)?\Z", re.S)
_NAMED = re.compile(r"\s*([\w:]+)\s+-+\s+(\S.*)", re.S)


def is_pod(raw: str) -> bool:
    """Return whether a comment is a block of POD."""
    return raw.startswith("=") and _OPENS.match(raw) is not None


def sections(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the bytes [start, end) of each heading or item with what is below it."""
    starts = [
        start,
        *(at for found in _SECTION.finditer(data, start, end) if (at := found.start()) > start),
    ]
    for first, behind in zip(starts, [*starts[1:], end], strict=True):
        last = first + len(data[first:behind].rstrip())
        yield first, last


def plain(raw: str) -> str:
    """Return the paragraphs of a block of POD without its headings, its examples and its codes."""
    text = _FOREIGN.sub("", raw.replace("\r\n", "\n"))
    return uncoded(_VERBATIM.sub("", _COMMAND.sub("\n\n", text))).strip()


def uncoded(text: str) -> str:
    """Return the text without the codes for fonts and links: `C<new>`, `L<text|Other::Module>`."""
    for _ in range(_MOST_NESTED):
        cut = _CODE.sub(_said, text)
        if cut == text:
            break
        text = cut
    return text.translate(_ANGLES)


def subject(raw: str) -> str:
    """Return the bare name of the function that a section is about, "" where it is on none."""
    heading = _HEADING.match(raw)
    found = _SUBJECT.match(uncoded(heading[1]).strip()) if heading else None
    return found[1] if found else ""


def named(raw: str) -> tuple[str, str] | None:
    """Return the package and what it is, as the section `NAME` has it: `Set - A set`."""
    heading = _HEADING.match(raw)
    if heading is None or heading[1].strip().upper() != "NAME":
        return None
    found = _NAMED.match(plain(raw))
    return (found[1], found[2]) if found else None


def _said(found: re.Match[str]) -> str:
    code, text = found[1], found[2].strip() if found[3] is None else found[3]
    if code in "XZ":
        return ""
    if code == "E":
        return _ENTITIES.get(text, "")
    if code != "L":
        return text
    shown, bar, _ = text.partition("|")
    if bar:
        return shown
    page, _, part = text.partition("/")
    part = part.strip('"')
    return f"{part} in {page}" if page and part and "://" not in text else part or text
