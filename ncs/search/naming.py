"""What a hit is called: the definition of its chunk that was asked for, and the words on that."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile

from ncs.index.reading import ChunkNames, ChunkRow
from ncs.search.comments import (
    below_remarks,
    comment_above,
    comment_on_value,
    gives,
    indent,
    states,
)
from ncs.search.names import ANY_WRITING, OTHER_OWNER_ANY, Asked, folded, match, of_kinds, spelled
from ncs.search.question import is_piece
from ncs.search.snippet import LINES, Snippet
from ncs.text import head_of_stem, stem, words
from ncs.types import KINDS, MADE_UP, Begun, Kind, Span

# How much more of a question than what leads its chunk another definition says that it is called
# by: a share of the rarity of all words. What leads speaks for what stands in it as well. Looked
# at: 460 of 7,780 hits for questions of benchmarks/retrieval where another says more.
_BESIDE, _INSIDE = 0.25, 0.4
_OF_A_PART = ("In ", "Part of ")  # as `ncs.corpus.targets` begins what is said of one
# So many lines below a name a comment may begin and be on all of it: a signature may be of
# several. In a class it is mostly on a field; of 229 that a comment explained, in 185 it stood
# further down.
_BEGINNING = {"function": 3, "method": 3, "class": 1, "type": 1}
_FEWEST_PASTED = 3  # words that stand in the code as they were asked
_RUNS = ("function", "method")  # what stands in one is no field
_IN_IT = "In it: "
# Lines that begin no statement though they are no deeper than one: the end of a signature, a brace
# on a line of its own, a condition of the preprocessor.
_GOING_ON = re.compile(r"\s*[)\]>{#]")


class Caller:
    """Calls hits by what a question is about.

    Args:
        told: how rare the terms of the question are, as `ncs.search.snippet.rarities` has it.
        query: the question.
        kinds: that are asked for, all of them where none is.
    """

    def __init__(self, told: Mapping[str, float], query: str, kinds: Collection[str] = ()) -> None:
        self._kinds = kinds or KINDS
        self._names = spelled(query)
        self._words = query.split()
        self._in_words = len(self._words) > 1
        self._pasted = len(self._words) >= _FEWEST_PASTED or is_piece(query)
        stems = {term[1:]: rare for term, rare in told.items() if term.startswith("~")}
        all_ = sum(stems.values())
        self._shares = {stem: rare / all_ for stem, rare in stems.items()}
        self._heads = [(head_of_stem(stem), share) for stem, share in self._shares.items()]

    def as_asked(self, row: ChunkRow, stands: bool = False) -> ChunkRow:
        """Return a chunk of several definitions as one of that which was asked for.

        The words that explain a chunk are about the one it is called by. Of another those of its
        own author are shown, and where there are none the line that defines it.

        Args:
            row: the chunk.
            stands: whether it surely is what was asked for: the question may be a line of it.
        """
        if row.kind in self._kinds and row.defines in ((), (row.symbol,)):
            return row
        if stands and (place := self.pasted_in(row)) is not None:
            return self.as_on(row, row.span.start + place)
        return self._as_meant(row)

    def as_on(self, row: ChunkRow, line: int) -> ChunkRow:
        """Return a chunk as one of the definition on a line, if that is of a kind asked for."""
        found = as_on(row, line)
        return found if found.kind in self._kinds else self._as_meant(row)

    def _as_meant(self, row: ChunkRow) -> ChunkRow:
        name, kind = self.meant(row)
        if name != row.symbol and (begun := _named(row, name)) is not None:
            return _as(row, begun)
        return row if row.kind in self._kinds else row._replace(symbol=name, kind=kind)

    def place_in(self, row: ChunkRow) -> int | None:
        """Return which line of a chunk, from 0, defines the name that is asked for."""
        asked = self._asked_of((row.symbol,))
        if asked is None or match(asked, row.symbol) < OTHER_OWNER_ANY:
            return None
        begun = _named(row, row.symbol)
        return None if begun is None else begun.span.start - row.span.start

    def as_shown(self, row: ChunkRow, shown: Snippet) -> ChunkRow:
        """Return a chunk of several definitions as one of that which the telling line is of.

        Where the line that defines what it is called by is shown it stays as it is.
        """
        if row.defines == () or self._kinds is not KINDS or _begins_in(row, shown):
            return row
        if row.defines == (row.symbol,):
            return _beside(row, shown.telling)
        found = _on(row, row.span.start + shown.telling)
        if found is row:
            return _beside(row, shown.telling)
        return row if found.symbol.startswith(f"{row.symbol}.") else found

    def as_noted(self, row: ChunkRow, at: int, sure: bool = False) -> ChunkRow:
        """Return a chunk with its author's words on the field or the constant that was asked for.

        What explains a chunk of several is about one of them: of a name that stood below a comment
        of its own the comment on the first was shown. Inside of a function nothing is a field.

        Args:
            row: the chunk.
            at: its telling line, from 0.
            sure: whether that line was asked for; else its comment must tell clearly more of the
                question than what explains the chunk.
        """
        if self._kinds is not KINDS or row.kind == "section":
            return row
        if row.kind in _RUNS and row.symbol not in row.defines:
            return row  # all of it is inside of one
        if not self._in_words and not sure:
            at = self._given_in(row.text, at)
        comment = comment_on_value(row.text, at, row.language)
        if comment is None:
            return row
        line = row.text.split("\n")[comment.at]
        known = comment.said in row.explanation
        least = self._said(f"{row.symbol} {row.explanation}") + _BESIDE
        if not sure and not known and self._said(f"{line} {comment.said}") < least:
            return row
        holder = _holder(row, row.span.start + comment.at)
        if holder is None:
            lines = row.text.split("\n")
            heads = (lines[each.span.start - row.span.start] for each in row.begun)
            if any(indent(line) > indent(head) for head in heads):
                return row  # the end of what begins above
        name, kind = _outside(row) if holder is None else (holder.name, holder.kind)
        if kind in _RUNS or (known and name == row.symbol):
            return row
        said = f"{_IN_IT}{comment.said}" if name else comment.said
        return row._replace(symbol=name, kind=kind, explanation=said, origin="comment")

    def _given_in(self, text: str, else_: int) -> int:
        """Return which line of a text, from 0, gives the name that is asked for its value."""
        name = self._words[0] if self._words else ""
        if name not in text:
            return else_
        lines = text.split("\n")
        found = (at for at, line in enumerate(lines) if name in line and gives(line, name))
        return next(found, else_)

    def called(self, chunk: ChunkRow | ChunkNames) -> tuple[str, Kind]:
        """Return what a chunk is called by its names alone, and the kind of that.

        Its own name; where that is of another kind than was asked for, the definition of such a
        kind whose name says most of the question.
        """
        own = chunk.symbol, chunk.kind
        if chunk.kind in self._kinds:
            return own
        named = of_kinds(chunk, self._kinds)
        return max(named, key=lambda name: self._said(name[0]), default=own)

    def _asked_of(self, defined: Sequence[str]) -> Asked | None:
        """Return which of the names that the question may be one that is defined answers, if any.

        Where none does, the likeliest: part of it may.
        """
        held = folded(*defined)
        for asked in self._names[1:]:
            may_be = all(head in held for head in asked.heads)  # a sieve, for speed
            if may_be and any(match(asked, name) >= ANY_WRITING for name in defined):
                return asked
        return self._names[0] if self._names else None

    def may_be(self, chunk: ChunkNames) -> bool:
        """Return whether a name in a chunk, by its letters, says more than what leads it."""
        most = self._bound(chunk.symbol)
        return any(self._bound(name) > most for name in chunk.defines)

    def pasted_in(self, row: ChunkRow) -> int | None:
        """Return on which line of a chunk, from 0, the question stands, if it does."""
        if not self._pasted:
            return None
        found = re.search(r"\s+".join(map(re.escape, self._words)), row.text, re.IGNORECASE)
        return None if found is None else row.text.count("\n", 0, found.start())

    def meant(self, row: ChunkRow) -> tuple[str, Kind]:
        """Return which definition of a chunk is meant, and its kind.

        That whose name answers best. Words that say more than one name have in common may be a
        question: all of a name must be said, or it is what says most of them.
        """
        own = self._by_words(row) if self._in_words else self.called(row)
        asked = self._asked_of(row.defines)
        if asked is None:
            return own
        best = max((own, *of_kinds(row, self._kinds)), key=lambda name: match(asked, name[0]))
        sure = " " not in asked.pieces[-1] or match(asked, best[0]) >= ANY_WRITING
        return best if sure else own

    def _by_words(self, row: ChunkRow) -> tuple[str, Kind]:
        """Return the definition whose name and own words say most of the question.

        What leads the chunk, unless another says clearly more.
        """
        own = self.called(row)
        leads = row.kind in self._kinds
        others = [(self._bound(each[2]), *each) for each in self._others(row)]
        if max(others, default=(0.0,))[0] < leads * _BESIDE:
            return own
        told = row.target.text if row.target.tier not in MADE_UP else ""
        least = self._said(f"{row.symbol} {told}") if leads else 0.0
        best, most = own, 0.0
        for bound, name, kind, text in others:
            inside = name.startswith(f"{row.symbol}.")
            enough = least + leads * (_INSIDE if inside else _BESIDE)
            if bound >= enough and bound > most:
                said = self._said(text)
                if said >= enough and said > most:
                    best, most = (name, kind), said
        return best

    def _others(self, row: ChunkRow) -> Iterator[tuple[str, Kind, str]]:
        """Yield the definitions beside what leads a chunk, with all that is said of each."""
        for name, kind, doc, _ in row.begun:
            if name != row.symbol and kind in self._kinds:
                yield name, kind, f"{name} {doc}"

    def _bound(self, text: str) -> float:
        """Return how much of the question a text says at most: a sieve, for speed."""
        folded, most = text.lower(), 0.0
        for head, share in self._heads:
            if head in folded:
                most += share
        return most

    def _said(self, text: str) -> float:
        """Return how much of the question a text says, by the rarity of its words, in [0, 1]."""
        stems = {*map(stem, words(text))}
        return sum(share for each, share in self._shares.items() if each in stems)


def as_on(row: ChunkRow, line: int) -> ChunkRow:
    """Return a chunk of several definitions as one of that which a line of its file stands in.

    The innermost one; between definitions the chunk as it is.
    """
    found = _on(row, line)
    if found is not row:
        return found
    if _tells_of_another(row) and (holder := _holder(row, line)) is not None:
        return _as(row, holder)
    return _remarked(row, line) if row.origin == "comment" and line in row.span else row


def _remarked(row: ChunkRow, line: int) -> ChunkRow:
    """Return a chunk that a comment explains with that on a line; else with what the line is of.

    Of a line in a function without one all that explains the function stays.
    """
    lines, at = row.text.split("\n"), line - row.span.start
    holder = _holder(row, line)
    first = 0 if holder is None else holder.span.start - row.span.start
    at = below_remarks(lines, at, row.language)
    comment = comment_above(lines, at, first, row.language)
    if comment is None:
        head = _statement_of(lines, at)
        if (row if holder is None else holder).kind in _RUNS or not states(head):
            return row
        return row._replace(explanation=" ".join(head.split()), origin="snippet")
    said, place = comment
    if said in row.explanation:
        return row
    span = Span(row.span.start + place, row.span.start + place)
    return row._replace(explanation=said, target=row.target._replace(span=span))


def as_told(row: ChunkRow) -> ChunkRow:
    """Return a definition that a comment explains with the comment as one on a part, if it is.

    What stands above it, or begins its body, is on all of it; further down it is on a detail.
    Words on another definition of the chunk tell nothing of this one.
    """
    begun = _named(row, row.symbol)
    if begun is not None and _tells_of_another(row):
        return _as(row, begun)
    on_a_part = row.explanation.startswith(_OF_A_PART)  # and says so
    if row.origin != "comment" or row.kind not in _BEGINNING or on_a_part:
        return row
    if begun is not None:  # else all of the chunk is further down
        told = row.target.span
        if told and told.start <= begun.span.start + _BEGINNING[row.kind]:
            return row
    return row._replace(explanation=f"{_IN_IT}{row.explanation}")


def _named(row: ChunkRow, name: str) -> Begun | None:
    """Return the definition of a name in a chunk, of several the first with a doc."""
    found = [each for each in row.begun if each.name == name]
    return next((each for each in found if each.doc), found[0] if found else None)


def _on(row: ChunkRow, line: int) -> ChunkRow:
    found = _headed(row, line) or _holder(row, line)
    if found is None or (found.name == row.symbol and row.defines.count(row.symbol) == 1):
        return row
    return _as(row, found)


def _statement_of(lines: Sequence[str], at: int) -> str:
    """Return the line that one stands in, the outermost above which no blank line comes first."""
    head = lines[at]
    for above in takewhile(str.strip, reversed(lines[:at])):
        head = above if indent(above) < indent(head) else head
    return head


def _tells_of_another(row: ChunkRow) -> bool:
    """Return whether what explains a chunk is said of another definition than leads it."""
    part, colon, _ = row.explanation.removeprefix(_OF_A_PART[0]).partition(":")
    others = (name.rpartition(".")[2] for name in row.defines if name != row.symbol)
    return bool(colon) and row.explanation.startswith(_OF_A_PART[0]) and part in others


def _headed(row: ChunkRow, line: int) -> Begun | None:
    """Return the definition right below the comment that a line of a file is in, if any."""
    lines, at = row.text.split("\n"), line - row.span.start
    if not 0 <= at < len(lines):
        return None
    below = below_remarks(lines, at, row.language)
    if below == at:
        return None
    first = row.span.start + below
    near = (each for each in row.begun if line < each.span.start <= first)
    found = min(near, key=lambda each: each.span.start, default=None)
    if found is None:
        return None
    head = lines[found.span.start - row.span.start]
    return found if indent(lines[at]) <= indent(head) + 1 else None  # `*` stands one column in


def _holder(row: ChunkRow, line: int) -> Begun | None:
    """Return the innermost definition begun in a chunk that a line of its file is in, if any."""
    held = (each for each in row.begun if line in each.span)
    return max(held, key=lambda each: (each.span.start, -each.span.end), default=None)


def _begins_in(row: ChunkRow, shown: Snippet) -> bool:
    """Return whether the line that defines what a chunk is called by is one of those shown.

    What is called like it may be a mere parameter. Where nothing else is defined the name will do.
    """
    bare = row.symbol.rpartition(".")[2]
    if bare not in shown.text:
        return False
    if not shown.place or row.symbol not in row.defines or len(row.defines) == 1:
        return True
    begun = _named(row, row.symbol)
    place = 0 if begun is None else begun.span.start - row.span.start
    return shown.place <= place < shown.place + LINES


def _beside(row: ChunkRow, at: int) -> ChunkRow:
    """Return a chunk as one of no definition, where a line, from 0, is a statement beside them.

    It is told by the line that the statement begins on.
    """
    if row.symbol not in row.defines or "." in row.symbol or row.kind == "section":
        return row
    lines = row.text.split("\n")
    at = below_remarks(lines, at, row.language)
    outmost = min(indent(line) for line in lines if line.strip())
    head = next((each for each in reversed(lines[: at + 1]) if _heads(each, outmost)), "")
    if row.symbol in head or not states(head) or _holder(row, row.span.start + at) is not None:
        return row
    said = " ".join(head.split())
    return row._replace(symbol="", kind="block", explanation=said, origin="snippet")


def _heads(line: str, outmost: int) -> bool:
    return bool(line.strip()) and indent(line) <= outmost and not _GOING_ON.match(line)


def _outside(row: ChunkRow) -> tuple[str, Kind]:
    """Return what stands around a line of a chunk that is in none of the definitions begun there.

    What its definitions are owned by; where they are not, or none begins there, what it is of.
    """
    if row.symbol not in row.defines:
        return row.symbol, row.kind
    owner = row.symbol.rpartition(".")[0]
    return (owner, "class") if owner else ("", "block")


def _as(row: ChunkRow, begun: Begun) -> ChunkRow:
    """Return a chunk as one of a definition in it: with its author's words, else with its line."""
    row = row._replace(symbol=begun.name, kind=begun.kind)
    if begun.doc:
        return row._replace(explanation=begun.doc, origin="docstring")
    line = row.text.split("\n")[begun.span.start - row.span.start]
    return row._replace(explanation=" ".join(line.split()), origin="snippet")
