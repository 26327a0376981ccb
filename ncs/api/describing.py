"""Explain places of an indexed codebase: what is kept of them, and what the decoder says anew."""

import re
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import NoReturn

import numpy as np

from ncs.api.opening import Codebase, codebase_of, model_of, path_in, refuse_skipped
from ncs.beam import BeamConfig
from ncs.errors import QueryError
from ncs.explain import held_back, name_of, worths
from ncs.index.reading import ChunkRow, Index
from ncs.runtime.decoder import Explained, RuntimeDecoder, decoder_of
from ncs.search.boosts import given_at_home
from ncs.search.defining import valued
from ncs.search.lexical import lexical
from ncs.search.located import at_line, spelled_like
from ncs.search.names import ANY_WRITING, asked_for
from ncs.search.naming import Caller, as_on, as_told
from ncs.search.paths import path_words_of
from ncs.search.question import is_symbol
from ncs.search.runs import Candidates, Runs
from ncs.search.snippet import rarities
from ncs.search.spelling import spelling
from ncs.search.symbols import by_names
from ncs.text import document, path_text, whole_name
from ncs.types import FloatArray

_NAMESAKES = 10  # definitions of one name; more are a list, which a query gives
_MOST_LISTED = 1000  # places that `ncs query` shows at most
_LIKE_A_PATH = frozenset("./")
_OFFERED = 3  # paths in the place of one that is not there
_MOST_READ = 100  # chunks in which a name that nothing is defined as is looked for


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


def explain(
    codebase: Codebase, path: str, line: int | None, beams: int, most: int | None = None
) -> list[Explanation]:
    """Return what is said of the chunk on a line of a file, or of all chunks of the file.

    Args:
        codebase: an open index.
        path: of the file: relative to the working folder, or to the codebase as hits name it.
            Where no file is called so and no line is named, the name of a definition, or of
            what gets a value.
        line: 1-based; None for the whole file.
        beams: hypotheses of the search for a sentence.
        most: chunks at most, the first of those that `chunks_meant` names; None for all.

    Raises:
        QueryError: the file is not in the index, or has no such line; or more definitions have
            the name than anybody would read about.
        IndexUnusable: the index is damaged or made by another model.
    """
    index = codebase.index
    rows = index.chunk_rows(chunks_meant(codebase, path, line)[:most])
    if _file(codebase, path) is None:  # a name, perhaps of what does not lead its chunk
        rows = [*map(Caller(rarities(index.postings, path), path).as_asked, rows)]
    elif line is not None:
        rows = [as_on(row, line) for row in rows]
    rows = [as_told(row) for row in rows]
    model = model_of(index)
    decoder = decoder_of(model)
    texts = [document(row.path, row.chunk().body) for row in rows]
    beam = BeamConfig(beams=beams, longest=model.config.sentence)
    names = [name_of(row.chunk()) for row in rows]
    said = decoder.explain(texts, beam, worths(texts, names))
    return [_of(*each, decoder) for each in zip(rows, texts, said, strict=True)]


def chunks_meant(codebase: Codebase, asked: str, line: int | None) -> list[int]:
    """Return the chunks that a path and a line mean, or the name of a definition.

    Raises:
        QueryError: as `explain` does.
    """
    file = _file(codebase, asked)
    if file is None:
        found = _defined(codebase, asked) or _given(codebase.index, asked)
        if found and line is not None:
            raise QueryError(
                f"{asked} is a name in the code, and lines are counted in files",
                hint=f"ncs explain {quote(asked)}",
            )
        return found or _unknown(codebase, asked)
    chunks = codebase.index.chunks_of(file)
    return list(chunks) if line is None else [_on(codebase.index, chunks, line)]


def _on(index: Index, chunks: range, line: int) -> int:
    """Return the chunk of a file on a line; on a blank line between two, the nearest."""
    last = int(index.spans[1][chunks.start : chunks.stop].max(initial=0))
    if not 1 <= line <= last:
        raise QueryError(
            f"line {line} is outside of what is indexed: the file's chunks end at line {last}",
            hint="leave the line out to see all chunks of the file",
        )
    return at_line(index, chunks, line)[-1]


def _file(codebase: Codebase, path: str) -> int | None:
    """Return the id of a file of the index; of a path's end where one file alone has it."""
    paths = codebase.index.paths
    called = _called(codebase, path)
    if here := next((each for each in called if each in paths), None):
        return paths.index(here)
    if not _LIKE_A_PATH.intersection(called[-1]):
        return None  # `run` is rather a function than `bin/run`
    ending = [at for at, each in enumerate(paths) if each.endswith(f"/{called[-1]}")]
    return ending[0] if len(ending) == 1 else None


def _called(codebase: Codebase, path: str) -> list[str]:
    """Return what the index may call a path that was typed."""
    root = codebase_of(codebase.index.path)
    here = None if root is None else path_in(root, path)
    from_root = path_text(Path(path).as_posix())
    return [from_root] if here is None else [here, from_root]


def _defined(codebase: Codebase, name: str) -> list[int]:
    """Return the chunks that define what is called so, in any writing; [] for what is no name."""
    if len(name.split()) != 1:
        return []
    found = by_names(codebase.index, name, None)
    best = found.match >= max(ANY_WRITING, found.match.max(initial=0.0))
    chunks: list[int] = found.ids[best].tolist()
    if len(chunks) > _NAMESAKES:
        # The list has names that are only like it, too: it must be long enough for all of these.
        shown = min(len(found.ids), _MOST_LISTED)
        raise QueryError(
            f"{name} is the name of {len(chunks):,} definitions",
            hint=f"ncs query --mode symbol --top-k {shown} {quote(name)} lists them, and "
            "ncs explain takes one of its places, PATH:LINE",
        )
    return chunks


def _given(index: Index, name: str) -> list[int]:
    """Return the chunks where a name that is no definition, as of a constant, gets its value.

    One in full (`app.limits.MAX_SIZE`) in the module that it names, and nowhere else.
    """
    asked = asked_for(name) if is_symbol(name) and "/" not in name else None
    if asked is None:
        return []
    words = lexical(index, asked.pieces[-1])
    ids = np.flatnonzero(words.score > 0)
    runs = Runs.of(index.file_ids[ids])
    found = Candidates(ids, runs, words.score[ids], words.share[ids])
    if len(asked.pieces) > 1:
        given, _ = given_at_home(index, path_words_of(index), asked, found)
    else:
        given, _ = valued(index, asked.pieces[-1], found)
    chunks: list[int] = given[:_NAMESAKES].tolist()
    return chunks


def _unknown(codebase: Codebase, asked: str) -> NoReturn:
    """Raise the error for what is neither a file nor a name of the index."""
    for name in _called(codebase, asked):
        _refuse_folder(codebase, name)
        refuse_skipped(codebase.index, name)
    from_root = Path(asked).as_posix()
    alike = [known for known in codebase.index.paths if known.endswith(f"/{from_root}")]
    alike = alike[:_OFFERED] or (
        spelled_like(codebase.index, asked) if _LIKE_A_PATH.intersection(asked) else []
    )
    if not alike and (near := spelling(codebase.index, asked)).guessed:
        alike = [near.name]
    if not alike:
        _refuse_mentioned(codebase.index, asked)
    elsewhere = "ncs inspect index says which files are not searched, and why"
    if (is_symbol(asked) or asked.isidentifier()) and "/" not in asked:
        elsewhere = f"ncs query {quote(asked)} finds names that are like it; {elsewhere}"
    raise QueryError(
        f"{asked} is not in the index {codebase.index.path}",
        hint=f"did you mean {', '.join(alike)}?" if alike else elsewhere,
    )


def _refuse_folder(codebase: Codebase, name: str) -> None:
    """Raise the error for a folder that files of the index lie in."""
    head = "" if name == "." else f"{name}/"
    paths, owners = codebase.index.paths, codebase.index.file_ids
    inside = [at for at, path in enumerate(paths) if path.startswith(head)]
    if inside:
        largest = max(inside, key=np.bincount(owners, minlength=len(paths)).__getitem__)
        raise QueryError(
            f"{name} is a folder: {len(inside):,} of its files are in the index",
            hint=f"ncs explain {quote(paths[largest])} explains one of them",
        )


def _refuse_mentioned(index: Index, name: str) -> None:
    """Raise the error for a name that stands in the code and that nothing is defined as.

    Of a field the type that it is of is named, and else the best place that has the word.
    """
    if "/" in name or not (name.isidentifier() or is_symbol(name)):
        return
    whole = re.compile(whole_name(name))
    score = lexical(index, name).score
    best = np.argsort(-score, kind="stable")[: min(_MOST_READ, int(np.count_nonzero(score)))]
    read = [(row, found) for row in index.chunk_rows(best.tolist())
            if (found := whole.search(row.text)) and row.kind != "section"]  # fmt: skip
    if read:
        row, found = min(read, key=lambda each: each[0].kind not in ("class", "type"))
        line = row.span.start + row.text.count("\n", 0, found.start())
        place = quote(f"{row.path}:{line}")
        raise QueryError(
            f"nothing is defined as {name} in the index {index.path}, where it stands in the code",
            hint=f"ncs explain {place} explains such a place",
        )


def _of(row: ChunkRow, text: str, said: Explained, decoder: RuntimeDecoder) -> Explanation:
    held = held_back(said.text, text, said.log_probability, name_of(row.chunk()))
    return Explanation(
        path=row.path, start_line=row.span.start, end_line=row.span.end, language=row.language,
        kind=row.kind, symbol=row.symbol, explanation=row.explanation,
        explanation_source=row.origin, generated=said.text,
        sureness=said.sureness, faults=tuple(held), tokens=said.tokens, places=said.places,
        attention=decoder.attention(text, said),
    )  # fmt: skip
