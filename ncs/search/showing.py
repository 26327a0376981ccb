"""How the list is shown: what a hit is called, its lines, and the places beside it."""

from collections.abc import Iterable, Sequence

from ncs.index.reading import ChunkNames, ChunkRow, Index
from ncs.search.filters import kinds_of
from ncs.search.naming import Caller, as_told
from ncs.search.places import Places
from ncs.search.ranking import Listed
from ncs.search.snippet import LINES_BEFORE, Snippet, Snippets, rarities
from ncs.search.sought import Sought
from ncs.types import Hit, Place

_ALSO = 2  # places of a file beside the one that leads


def hits(index: Index, sought: Sought, found: Listed) -> list[Hit]:
    """Return the list as it is shown: each hit with its name, its reason and its lines."""
    query = sought.query
    told = rarities(index.postings, query.text)
    caller, snippets = Caller(told, query.text, kinds_of(query.kinds)), Snippets(told, query.text)
    ids = found.ids.tolist()
    lines = [_line_asked(index, sought, chunk) for chunk in ids]
    chunks, stands = index.chunk_rows(ids), found.stands.tolist()
    shown = [_shown(caller, snippets, *each) for each in zip(chunks, stands, lines, strict=True)]
    beside = _beside(index, sought.places, ids, found.others)
    also = _also(index, beside, [row for row, _ in shown], caller)
    stages = zip(*(column.tolist() for column in found.stages.values()), strict=True)
    columns = zip(found.believed.tolist(), shown, also, stages, strict=True)
    return [
        Hit(
            rank=rank,
            path=row.path,
            start_line=row.span.start,
            end_line=row.span.end,
            language=row.language,
            kind=row.kind,
            symbol=row.symbol,
            score=score,
            explanation=row.explanation,
            explanation_source=row.origin,
            snippet=cut.text,
            snippet_line=row.span.start + cut.place,
            also=places,
            stages=tuple(zip(found.stages, given, strict=True)),
        )
        for rank, (score, (row, cut), places, given) in enumerate(columns, start=1)
    ]


def _line_asked(index: Index, sought: Sought, chunk: int) -> int | None:
    """Return the line of a chunk that was asked for, by its number or by what it uses, if any."""
    if sought.uses is not None and chunk in sought.uses.places:
        return int(index.spans[0][chunk]) + sought.uses.places[chunk]
    return sought.places.line_in(chunk)


def _shown(
    caller: Caller, snippets: Snippets, chunk: ChunkRow, stands: bool, line: int | None
) -> tuple[ChunkRow, Snippet]:
    """Return a chunk as the definition that is meant, with what explains that, and its lines.

    Args:
        caller: says which definition is meant.
        snippets: says which lines are shown.
        chunk: as it is in the index.
        stands: whether it surely is what was asked for.
        line: of its file that was asked for, if one was.
    """
    asked: int | None = None
    if line is not None:
        row, asked = caller.as_on(chunk, line), line - chunk.span.start
    else:
        row = caller.as_asked(chunk, stands)
        asked = caller.pasted_in(chunk) if stands else None
    begins = caller.place_in(row) if asked is None else max(asked - LINES_BEFORE, 0)
    cut = snippets.cut(row.text, begins)
    row = as_told(caller.as_shown(row, cut))
    if asked is not None or begins is None:  # else a definition was asked for by its name
        row = caller.as_noted(row, cut.telling if asked is None else asked, asked is not None)
    return row, cut


def _beside(
    index: Index,
    places: Places,
    ids: Sequence[int],
    others: Sequence[Sequence[int]],
) -> list[Sequence[int]]:
    """Return the other chunks of each hit's file, of a file that was asked for by its lines alone.

    Beside a line that was asked for stand the other lines of a trace, and nothing else.
    """
    asked = places.lines()
    return [
        [at for at in each if places.line_in(at) is not None]
        if int(index.file_ids[chunk]) in asked
        else each
        for chunk, each in zip(ids, others, strict=True)
    ]


def _also(
    index: Index, others: Sequence[Sequence[int]], shown: Sequence[ChunkRow], caller: Caller
) -> list[tuple[Place, ...]]:
    """Return the places of chunks that something is defined in, a tuple for each hit.

    More of the definition that the hit shows is no other place, where its file has any.
    """
    named = _named(index, (at for each in others for at in each[:_ALSO]), caller)
    best = [[named[at] for at in each[:_ALSO] if at in named] for each in others]
    goes_on = [any(_is_of(each, row) for each in of) for of, row in zip(best, shown, strict=True)]
    more = (each[_ALSO:] for each, on in zip(others, goes_on, strict=True) if on)
    named |= _named(index, (at for each in more for at in each), caller)
    for hit, row in enumerate(shown):
        if goes_on[hit]:
            of = [named[at] for at in others[hit] if at in named]
            best[hit] = [each for each in of if not _is_of(each, row)][:_ALSO] or best[hit]
    starts, ends = index.spans
    return [
        tuple(Place(int(starts[each.id]), int(ends[each.id]), each.symbol) for each in of)
        for of in best
    ]


def _named(index: Index, ids: Iterable[int], caller: Caller) -> dict[int, ChunkNames]:
    """Return the names of chunks that something is defined in, each called as a hit is."""
    named = {chunk.id: chunk for chunk in index.chunk_names(ids) if chunk.symbol}
    several = [at for at, chunk in named.items() if caller.may_be(chunk)]
    said = {at: caller.called(chunk)[0] for at, chunk in named.items()}
    said |= {row.id: caller.meant(row)[0] for row in index.chunk_rows(several)}
    for at, symbol in said.items():
        if symbol != named[at].symbol:
            named[at] = named[at]._replace(symbol=symbol)
    return named


def _is_of(other: ChunkNames, row: ChunkRow) -> bool:
    """Return whether a chunk goes on with the definition of a hit, or the hit with that of it.

    Each of what is defined twice, as overloads are, is a place of its own.
    """
    twice = other.symbol in other.defines and row.symbol in row.defines
    return other.symbol == row.symbol and not twice
