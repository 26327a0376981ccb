"""What a hit is called: the definition of its chunk that was asked for, and the words on that."""

from collections.abc import Collection

from ncs.index.reading import ChunkNames, ChunkRow
from ncs.search.literal import line_of
from ncs.search.names import ANY_WRITING, Asked, match, of_kinds
from ncs.text import stem, words
from ncs.types import Kind


def as_asked(
    row: ChunkRow, asked: Asked | None, kinds: Collection[str], said: Collection[str]
) -> ChunkRow:
    """Return a chunk of several definitions as one of that which was asked for, or of its kind.

    The words that explain a chunk are about the one it is called by. Of another those of its own
    author are shown, and where there are none the line that defines it.

    Args:
        row: the chunk.
        asked: the name that is asked for, or None for a question.
        kinds: that are asked for, all of them where none is.
        said: stems of the question.
    """
    name, kind = _meant(asked, row, kinds, said)
    if name != row.symbol:
        docs = (doc for each, doc in zip(row.defines, row.docs, strict=True) if each == name)
        if doc := next(filter(None, docs), ""):
            return row._replace(symbol=name, kind=kind, explanation=doc, origin="docstring")
        if line := line_of(name, row.text):
            return row._replace(symbol=name, kind=kind, explanation=line, origin="snippet")
    return row if row.kind in kinds else row._replace(symbol=name, kind=kind)


def _meant(
    asked: Asked | None, row: ChunkRow, kinds: Collection[str], said: Collection[str]
) -> tuple[str, Kind]:
    """Return which name of a chunk answers best, and its kind; its own where no other does better.

    Words that say more than one name have in common may be a question: all of a name must be said.

    Args:
        asked: the name that is asked for, or None for a question.
        row: the chunk.
        kinds: that are asked for, all of them where none is.
        said: stems of the question.
    """
    own = called(row, kinds, said)
    if asked is None:
        return own
    best = max((own, *of_kinds(row, kinds)), key=lambda name: match(asked, name[0]))
    sure = " " not in asked.pieces[-1] or match(asked, best[0]) >= ANY_WRITING
    return best if sure else own


def called(
    chunk: ChunkRow | ChunkNames, kinds: Collection[str], said: Collection[str]
) -> tuple[str, Kind]:
    """Return what a chunk is called by, and the kind of that.

    Its own name; where that is of another kind than was asked for, the definition of such a kind
    whose name says most of the question.

    Args:
        chunk: what it defines.
        kinds: that are asked for, all of them where none is.
        said: stems of the question.
    """
    own = chunk.symbol, chunk.kind
    if chunk.kind in kinds:
        return own
    return max(
        of_kinds(chunk, kinds),
        key=lambda name: len({*map(stem, words(name[0]))}.intersection(said)),
        default=own,
    )
