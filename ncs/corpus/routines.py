"""Functions, procedures and triggers in SQL: each dialect writes their bodies differently."""

import re
from bisect import bisect_right
from typing import NamedTuple

_NAME = rb"(?:\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`|\[[^\]\n]{1,200}\]|[\w@#$]{1,200})"
_HEAD = re.compile(
    rb"^[ \t]*(?:CREATE\s{1,80}(?:OR\s{1,80}(?:REPLACE|ALTER)\s{1,80})?"
    rb"(?:(?:DEFINER\s{0,9}=\s{0,9}\S{1,200}|AGGREGATE|CONSTRAINT|TEMP|TEMPORARY"
    rb"|EDITIONABLE|NONEDITIONABLE)\s{1,80}){0,3}"
    rb"(?:FUNCTION|PROC|PROCEDURE|TRIGGER)|ALTER\s{1,80}PROC(?:EDURE)?)\s{1,80}"
    rb"(?:IF\s{1,80}NOT\s{1,80}EXISTS\s{1,80})?"
    rb"(?:" + _NAME + rb"\s{0,9}\.\s{0,9}){0,2}(?P<name>" + _NAME + rb")"
    rb"(?!\s{0,80}(?:\([^()]{0,4000}\)\s{0,80})?(?:OWNER|RENAME|SET|DEPENDS|RESET)\b)",
    re.M | re.I,
)
_OWNER = re.compile(rb"(" + _NAME + rb")\s{0,9}\.\s{0,9}\Z")
_BODY = re.compile(rb"\b(?:AS|IS|BEGIN|LANGUAGE|DETERMINISTIC|EXECUTE)\b", re.I)
# In MySQL two dollars alone may be what ends a statement.
_DOLLAR = re.compile(rb"\bAS\s{1,80}(\$\w{0,60}\$)", re.I)
_BLOCK = re.compile(rb"\bBEGIN\b", re.I)
_BATCH = re.compile(rb"^GO[ \t\r]*$", re.M | re.I)
_END = re.compile(rb"^[ \t]*END\b[^\n]*$|^/[ \t\r]*$|^DELIMITER\b", re.M | re.I)
_OUTER = re.compile(rb"^END\b[^\n]*$|^/[ \t\r]*$|^DELIMITER\b", re.M | re.I)


class Routine(NamedTuple):
    """A routine's bytes [start, end), those of its name and of its schema (or None), its body."""

    start: int
    end: int
    name: tuple[int, int]
    owner: tuple[int, int] | None
    body: int


def routines(data: bytes) -> list[Routine]:
    """Return the routines that a file in SQL defines, in order, none inside of another."""
    heads = list(_HEAD.finditer(data))
    batches = [found.start() for found in _BATCH.finditer(data)]
    found: list[Routine] = []
    for at, head in enumerate(heads):
        start = head.end() - len(head[0].lstrip())
        if found and start < found[-1].end:
            continue
        until = heads[at + 1].start() if at + 1 < len(heads) else len(data)
        batch = bisect_right(batches, start)
        if batch < len(batches) and batches[batch] <= until:
            end = batches[batch]
        else:
            end = _end(data, head.end(), until)
        end = start + len(data[start:end].rstrip())
        owner = _OWNER.search(data, start, head.start("name"))
        body = _BODY.search(data, head.end(), end)
        found.append(
            Routine(
                start, end, head.span("name"), owner.span(1) if owner else None,
                body.start() if body else end,
            )
        )  # fmt: skip
    return found


def _end(data: bytes, start: int, until: int) -> int:
    """Return where the routine whose head ends at `start` ends: behind its body, or a `;`."""
    semicolon = data.find(b";", start, until)
    semicolon = until - 1 if semicolon < 0 else semicolon
    quote = _DOLLAR.search(data, start, semicolon)
    if quote is not None:
        # A head may stand in the body, as a string that is run.
        closing = data.find(quote[1], quote.end())
        after = data.find(b";", closing + len(quote[1])) if closing >= 0 else -1
        return after + 1 if after >= 0 else len(data)
    if _BLOCK.search(data, start, semicolon):
        indented = data[data.rfind(b"\n", 0, start) + 1 : start][:1] in (b" ", b"\t")
        closed = (_END if indented else _OUTER).search(data, start, until)
        if closed is not None:
            return closed.end() if closed[0].lstrip()[:3].upper() == b"END" else closed.start()
        return until
    return min(semicolon + 1, until)
