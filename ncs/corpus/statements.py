"""What SQL defines: each dialect writes names, heads and bodies differently."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ncs.types import Kind

_NAME = (
    rb"(?:\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`|\[[^\]\n]{1,200}\]"
    # What a template puts a part of the name in place of is not known.
    rb"|[\w@#$\x80-\xff]{1,200}(?![\w@#$\x80-\xff{%<]))"
)
_OWNERS = rb"(?:" + _NAME + rb"\s{0,9}\.\s{0,9}){0,2}"
_NEW = rb"(?:IF\s{1,80}NOT\s{1,80}EXISTS\s{1,80})?(?!IF\s{1,80}NOT\b)"
_BEFORE = b"""
AGGREGATE BITMAP CACHED CLUSTERED COLUMNSTORE CONSTRAINT EDITIONABLE EVENT EXTERNAL FORCE FOREIGN
FULLTEXT GLOBAL LOCAL MATERIALIZED MEMORY NONCLUSTERED NONEDITIONABLE PRIMARY RECURSIVE SPATIAL
TEMP TEMPORARY TRANSIENT UNIQUE UNLOGGED VIRTUAL XML
"""
_HEAD = re.compile(
    rb"(?:^|;)(?:\xef\xbb\xbf)?[ \t]*(?P<verb>CREATE|ALTER)\s{1,80}"
    rb"(?:OR\s{1,80}(?:REPLACE|(?P<anew>ALTER))\s{1,80})?"
    rb"(?:(?:(?:DEFINER|ALGORITHM)\s{0,9}=\s{0,9}\S{1,200}|SQL\s{1,9}SECURITY\s{1,9}\w{1,20}|"
    + b"|".join(_BEFORE.split())
    + rb")\s{1,80}){0,4}"
    rb"(?:(?P<what>FUNCTION|PROC|PROCEDURE|TRIGGER|TABLE|VIEW|TYPE)\s{1,80}(?:BODY\s{1,80}(?!AS\b))?"
    + _NEW + _OWNERS + rb"(?P<name>" + _NAME + rb")"
    rb"|INDEX\s{1,80}(?:CONCURRENTLY\s{1,80})?"
    + _NEW + _OWNERS + rb"(?P<index>" + _NAME + rb")\s{1,80}(?:USING\s{1,80}\w{1,20}\s{1,80})?"
    rb"ON\s{1,80}(?:ONLY\s{1,80})?" + _OWNERS + rb"(?P<table>" + _NAME + rb"))",
    re.M | re.I,
)  # fmt: skip
_OWNER = re.compile(rb"(" + _NAME + rb")\s{0,9}\.\s{0,9}\Z")
_SCHEMA = (b"TABLE", b"VIEW", b"TYPE")
# In Transact-SQL `@users AS dbo.Ids` is a parameter.
_BODY = re.compile(
    rb"@\w{1,200}\s{1,80}AS\b|(?P<body>\b(?:AS|IS|BEGIN|LANGUAGE|DETERMINISTIC|EXECUTE)\b)", re.I
)
_CONTENT = re.compile(rb"(?P<body>\(|\bAS\b)", re.I)
# In MySQL two dollars alone may be what ends a statement.
_DOLLAR = re.compile(rb"\bAS\s{1,80}(\$\w{0,60}\$)", re.I)
_BLOCK = re.compile(rb"\bBEGIN\b", re.I)
_BATCH = re.compile(rb"^GO[ \t\r]*$", re.M | re.I)
_END = re.compile(rb"^[ \t]*END\b[^\n]*$|^/[ \t\r]*$|^DELIMITER\b", re.M | re.I)
_OUTER = re.compile(rb"^END\b[^\n]*$|^/[ \t\r]*$|^DELIMITER\b", re.M | re.I)
# A parameter in Transact-SQL, where a routine goes on to the end of its batch, whatever is in it.
_TRANSACT = re.compile(rb"\s{0,80}\(?\s{0,80}@\w")
# What MySQL runs though other databases take it for a comment, as its dumps write views and
# triggers: `/*!50001 CREATE VIEW a AS … */`. The groups are what is around it.
RUN_BY_MYSQL = rb"(/\*M?!\d{5,6})(?!\d).*?(\*/|\Z)"
# What never ends goes on to the end of the file, so that nothing is looked over twice.
_REMARK = re.compile(rb"--[^\n]*|'[^'\n]*'|(?P<remark>/\*(?!!).*?(?:\*/|\Z))", re.S)
_TOKEN = re.compile(
    rb"--[^\n]*|(?<=\s)#[ \t][^\n]*|/\*.*?(?:\*/|\Z)|'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|\[[^\]\n]*\]"
    rb"|(?P<open>\()|(?P<close>\))|(?P<end>;)|(?P<batch>^(?:GO|/)[ \t\r]*$)"
    rb"|(?P<next>^[ \t]*(?:ALTER|BEGIN|COMMENT\s{1,9}ON|COMMIT|CREATE|DECLARE|DELETE|DROP|ELSE|END"
    rb"|EXEC|EXECUTE|GRANT|IF|INSERT|PRAGMA|PRINT|SET|START|UPDATE|USE)\b)|(?P<query>\bSELECT\b)",
    re.S | re.M | re.I,
)


class Statement(NamedTuple):
    """A statement that defines something, as byte ranges [start, end).

    Attributes:
        start, end: all of it.
        kind: "function" for what runs, "type" for what holds.
        name, owner: its name's and its schema's, or its table's if it is an index; None where it
            has no owner.
        body: where what it holds begins, `end` where that is not known.
    """

    start: int
    end: int
    kind: Kind
    name: tuple[int, int]
    owner: tuple[int, int] | None
    body: int


def statements(data: bytes) -> list[Statement]:
    """Return what a file in SQL defines, in order, nothing inside of another."""
    if b"!" in data:
        data = re.sub(RUN_BY_MYSQL, _without_marks, data, flags=re.S)
    batches = [found.start() for found in _BATCH.finditer(data)]
    found: list[Statement] = []
    for head, until in _bounded(_heads(data), len(data)):
        start = head.start("verb")
        if (found and start < found[-1].end) or not _defines(data, head, until):
            continue
        if _runs(head):
            end = _end_of_routine(data, head, until, batches)
        else:
            end = _end_of_content(data, head.end(), until)
        found.append(_statement(data, head, start + len(data[start:end].rstrip())))
    return found


def _without_marks(run: re.Match[bytes]) -> bytes:
    """Return what MySQL runs with blanks around it: every place stays its own."""
    within = run.string[run.end(1) : run.start(2)]
    return b" " * len(run[1]) + within + b" " * len(run[2])


def _heads(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the heads of what may be defined, none of what is commented out."""
    remarks = [found.span() for found in _REMARK.finditer(data) if found["remark"]]
    for head in _HEAD.finditer(data):
        at = bisect_right(remarks, (head.start("verb"),)) - 1
        if at < 0 or remarks[at][1] <= head.start("verb"):
            yield head


def _bounded(
    heads: Iterable[re.Match[bytes]], until: int
) -> Iterator[tuple[re.Match[bytes], int]]:
    """Yield each head, and the next one's byte; what others hold ends no routine."""
    bounded = []
    routine = until
    for head in reversed(list(heads)):
        bounded.append((head, routine if _runs(head) else until))
        until = head.start("verb")
        routine = until if _runs(head) else routine
    return reversed(bounded)


def _runs(head: re.Match[bytes]) -> bool:
    return head["what"] is not None and head["what"].upper() not in _SCHEMA


def _defines(data: bytes, head: re.Match[bytes], until: int) -> bool:
    """Return whether a head begins a definition: of those that alter, what gives a new body."""
    if head["verb"].upper() == b"CREATE":
        return True
    if head["what"] is None or head["what"].upper() in (b"TABLE", b"TYPE"):
        return False
    semicolon = data.find(b";", head.end(), until)
    bodies = _bodies(_BODY, data, head.end(), semicolon if semicolon >= 0 else until)
    return any(word.upper() == b"AS" for _, word in bodies)


def _bodies(
    pattern: re.Pattern[bytes], data: bytes, start: int, end: int
) -> Iterator[tuple[int, bytes]]:
    """Yield where a body may begin, and the word that it begins with."""
    for found in pattern.finditer(data, start, end):
        if found["body"]:
            yield found.start(), found["body"]


def _statement(data: bytes, head: re.Match[bytes], end: int) -> Statement:
    name = "name" if head["index"] is None else "index"
    owner = _OWNER.search(data, head.start("verb"), head.start(name))
    runs = _runs(head)
    bodies = _bodies(_BODY if runs else _CONTENT, data, head.end(), end)
    return Statement(
        head.start("verb"), end, "function" if runs else "type", head.span(name),
        owner.span(1) if owner else head.span("table") if head["table"] else None,
        next((at for at, _ in bodies), end),
    )  # fmt: skip


def _end_of_routine(data: bytes, head: re.Match[bytes], until: int, batches: Sequence[int]) -> int:
    """Return where a routine ends: with its batch, behind its body, or behind a `;`."""
    batch = bisect_right(batches, head.end())
    if batch < len(batches) and batches[batch] <= until:
        return batches[batch]
    altered = head["anew"] or head["verb"].upper() == b"ALTER"
    transact = altered or b"[" in head[0] or _TRANSACT.match(data, head.end())
    return until if transact else _end_of_body(data, head.end(), until)


def _end_of_body(data: bytes, start: int, until: int) -> int:
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


def _end_of_content(data: bytes, start: int, until: int) -> int:
    """Return where a table, a view, a type or an index ends: at its `;`, or before what follows.

    Behind the brackets around what it holds that is the next statement; a query has brackets
    anywhere, and lines that begin with `ELSE`.
    """
    depth, closed, query = 0, False, False
    for token in _TOKEN.finditer(data, start, until):
        what = token.lastgroup
        depth = max(0, depth + (what == "open") - (what == "close"))
        closed = closed or (what == "close" and not depth)
        query = query or what == "query"
        if what == "batch" or (what == "next" and closed and not depth and not query):
            return token.start()
        if what == "end" and not depth:
            return token.end()
    return until
