"""The cells of a notebook: the structure of each, and which of them are cut as one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ncs.corpus.families import MARKDOWN
from ncs.corpus.outline import Outline, read_outline
from ncs.corpus.syntax import Piece
from ncs.types import Definition, SourceFile, Span

_TINY = 3  # lines of code that may join whatever is above them
_FAR = 200  # lines of outputs, more than one in fifty cells has: nobody finds a cell behind them


@dataclass(frozen=True, slots=True)
class Part:
    """A cell as a file of its own; `byte` and `line` of the notebook's text stand before it."""

    source: SourceFile
    byte: int
    line: int

    @property
    def prose(self) -> bool:
        """Whether it is text, and no code."""
        return self.source.language == MARKDOWN


def parts(source: SourceFile) -> Iterator[Part]:
    """Yield the cells of a notebook, in order."""
    lines = source.data.split(b"\n")
    byte = line = 0
    for cell in source.cells:
        start = cell.span.start - 1
        byte += sum(len(each) + 1 for each in lines[line:start])
        line = start
        data = b"\n".join(lines[line : cell.span.end])
        own = source._replace(language=cell.language, data=data, cells=())
        yield Part(own, byte, line)


def read_cells(source: SourceFile, chunk_lines: int) -> Outline:
    """Return the structure of a notebook; `chunk_lines` as in `CorpusConfig`.

    Each cell is parsed alone, so that a mistake in one (a line for the shell) ends with it. A
    section goes on until the next one begins, whatever cells come between.
    """
    inside = [_moved(read_outline(part.source, chunk_lines), part) for part in parts(source)]
    definitions = [each for one in inside for each in one.definitions]
    heads = [each.span.start for each in definitions if each.kind == "section"]
    ends = [*(head - 1 for head in heads[1:]), source.cells[-1].span.end]
    until = dict(zip(heads, ends, strict=False))  # no heading, one end
    return Outline(
        definitions=tuple(
            each._replace(span=Span(each.span.start, until[each.span.start]))
            if each.kind == "section"
            else each
            for each in definitions
        ),
        comments=tuple(piece for one in inside for piece in one.comments),
        calls=tuple(call for one in inside for call in one.calls),
    )


def _moved(outline: Outline, part: Part) -> Outline:
    """Return the structure of a cell by the lines and bytes of its notebook."""
    line, byte = part.line, part.byte
    return Outline(
        definitions=tuple(_lower(each, line) for each in outline.definitions),
        comments=tuple(
            Piece(
                piece.start + byte, piece.end + byte, piece.first + line, piece.last + line,
                piece.whole,
            )
            for piece in outline.comments
        ),
        calls=tuple((at + line, name) for at, name in outline.calls),
    )  # fmt: skip


def _lower(definition: Definition, lines: int) -> Definition:
    doc = definition.doc
    if doc is not None and doc.span is not None:
        doc = doc._replace(span=lower(doc.span, lines))
    span, line = lower(definition.span, lines), definition.line + lines
    return definition._replace(span=span, line=line, doc=doc)


def lower(span: Span, lines: int) -> Span:
    """Return a span so many lines further down."""
    return Span(span.start + lines, span.end + lines)


def joined(
    pieces: Iterable[tuple[Span, bool]], filled: Sequence[bool], wanted: int, stretch: float
) -> Iterator[tuple[Span, bool]]:
    """Yield the lines that are cut as one, and whether they are nothing but prose.

    Text goes with the code below it, and cells of code with each other until text comes, but for
    those that many lines of outputs part.

    Args:
        pieces: lines of cells, and whether they are prose.
        filled: of each line of the notebook whether anything stands on it.
        wanted: filled lines of a chunk.
        stretch: how many times that text and its code may have, or a few lines at its end.
    """
    begun: Span | None = None
    told, lines = False, 0
    for span, prose in pieces:
        own = sum(filled[span.start - 1 : span.end])
        most = wanted * stretch if told or own <= _TINY else wanted
        fits = not prose and lines + own <= most
        if begun is not None and fits and span.start - begun.end <= _FAR:
            begun, told, lines = Span(begun.start, span.end), False, lines + own
            continue
        if begun is not None:
            yield begun, told
        begun, told, lines = span, prose, own
    if begun is not None:
        yield begun, told
