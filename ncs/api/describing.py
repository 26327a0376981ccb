"""Explain places of an indexed codebase: what is kept of them, and what the decoder says anew."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ncs.api.opening import Codebase, codebase_of, model_of, path_in
from ncs.beam import BeamConfig
from ncs.errors import QueryError
from ncs.explain import held_back, worth
from ncs.index.reading import ChunkRow
from ncs.runtime.decoder import Explained, RuntimeDecoder, decoder_of
from ncs.text import document
from ncs.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What is said of one chunk.

    Attributes:
        explanation: what the index keeps, and `explanation_source` where it comes from.
        generated: what the decoder says of the code alone, the author's words left out.
        sureness: probability that the decoder gives its tokens, their geometric mean, in [0, 1].
        faults: names of the checks that the sentence fails, "unsure" among them; such a sentence
            is never kept in an index.
        tokens: of the sentence. places: what stands at each place that the decoder could look at.
        attention: (tokens, places): where it looked; rows sum to 1.
    """

    path: str
    start_line: int
    end_line: int
    language: str
    kind: str
    symbol: str
    explanation: str
    explanation_source: str
    generated: str
    sureness: float
    faults: tuple[str, ...]
    tokens: tuple[str, ...]
    places: tuple[str, ...]
    attention: FloatArray


def explain(codebase: Codebase, path: str, line: int | None, beams: int) -> list[Explanation]:
    """Return what is said of the chunk on a line of a file, or of all chunks of the file.

    Args:
        codebase: an open index.
        path: of the file: relative to the working folder, or to the codebase as hits name it.
        line: 1-based; None for the whole file.
        beams: hypotheses of the search for a sentence.

    Raises:
        QueryError: the file is not in the index, or has no such line.
        IndexUnusable: the index is damaged or made by another model.
    """
    index = codebase.index
    file = _file(codebase, path)
    chunks = [at for at, of in enumerate(index.file_ids.tolist()) if of == file]
    rows = index.chunk_rows(chunks if line is None else [_on(rows_of(codebase, chunks), line)])
    model = model_of(index)
    decoder = decoder_of(model)
    texts = [document(row.path, row.chunk().body) for row in rows]
    said = decoder.explain(texts, BeamConfig(beams=beams, longest=model.config.sentence), worth)
    return [_of(*each, decoder) for each in zip(rows, texts, said, strict=True)]


def rows_of(codebase: Codebase, chunks: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return (first line, last line, chunk) of some chunks, ascending."""
    starts, ends = codebase.index.spans
    return sorted((int(starts[at]), int(ends[at]), at) for at in chunks)


def _on(places: Sequence[tuple[int, int, int]], line: int) -> int:
    """Return the chunk on a line; on a blank line between two, the one above it."""
    last = max((end for _, end, _ in places), default=0)
    if not 1 <= line <= last:
        raise QueryError(
            f"line {line} is outside of what is indexed: the file's chunks end at line {last}",
            hint="leave the line out to see all chunks of the file",
        )
    at = bisect_right([start for start, _, _ in places], line) - 1
    return places[max(at, 0)][2]


def _file(codebase: Codebase, path: str) -> int:
    """Return the id of a file of the index."""
    paths = codebase.index.paths
    root = codebase_of(codebase.index.path)
    from_root = Path(path).as_posix()
    here = None if root is None else path_in(root, path)
    for each in (here, from_root):
        if each in paths:
            return paths.index(each)
    alike = [known for known in paths if known.endswith(f"/{from_root}")][:3]
    raise QueryError(
        f"{path} is not in the index {codebase.index.path}",
        hint=f"did you mean {', '.join(alike)}?" if alike
        else "ncs inspect index says which files are not searched, and why",
    )  # fmt: skip


def _of(row: ChunkRow, text: str, said: Explained, decoder: RuntimeDecoder) -> Explanation:
    held = held_back(said.text, text, said.log_probability)
    return Explanation(
        path=row.path, start_line=row.span.start, end_line=row.span.end, language=row.language,
        kind=row.kind, symbol=row.symbol, explanation=row.explanation,
        explanation_source=row.origin, generated=said.text,
        sureness=said.sureness, faults=tuple(held), tokens=said.tokens, places=said.places,
        attention=decoder.attention(text, said),
    )  # fmt: skip
