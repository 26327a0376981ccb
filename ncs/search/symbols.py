"""The list for `--mode symbol`: places by their names alone, in an order that can be explained."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.search.names import Asked, asked_for, file_match, kind_prior, named, namesake
from ncs.search.paths import path_words_of
from ncs.search.question import is_symbol, topic
from ncs.types import KINDS, BoolArray, FloatArray, IdArray, Kind

_PUNCTUATION = "\"'`,;.!?()[]{}<>"


class NameMatches(NamedTuple):
    """Chunks whose names answer, in their order.

    Attributes:
        ids: of the chunks, (n,).
        match: how well the name answers, (n,), in (0, 1], never rising: the scale of
            `ncs.search.names`.
        prior: of the definition's kind and path, (n,), which decides between equal matches.
    """

    ids: IdArray
    match: FloatArray
    prior: FloatArray


def by_names(
    index: Index, text: str, mask: BoolArray | None, kinds: Collection[str] = KINDS
) -> NameMatches:
    """Return the chunks whose names answer a question, best first; ties by path and line.

    One word is a name. In a question of several words those that are names from code count
    each for itself; where there are none, or nothing bears them, a name must hold all words
    that say what the question is about.

    Args:
        index: where to search.
        text: the question.
        mask: which chunks may answer, (N,), or None for all.
        kinds: of the definitions that may.
    """
    for names in _readings(text):
        found: dict[int, tuple[float, float]] = {}
        for asked in names:
            for chunk, answer in _answers(index, asked, text, mask, kinds).items():
                found[chunk] = max(answer, found.get(chunk, answer))
        if found:
            return _in_order(found, index.file_ids)
    return _in_order({}, index.file_ids)


def _readings(text: str) -> list[list[Asked]]:
    """Return what a text may ask for, the likeliest reading first."""
    said = text.split()
    if len(said) == 1:
        readings = [said]
    else:
        tokens = dict.fromkeys(word.strip(_PUNCTUATION) for word in said)
        # A capital alone begins a sentence or a proper name; a capital inside is code.
        symbols = [word for word in tokens if is_symbol(word) and word != word.capitalize()]
        readings = [symbols, [" ".join(topic(text)) or text]]
    return [[asked for each in names if (asked := asked_for(each))] for names in readings]


def _answers(
    index: Index, asked: Asked, text: str, mask: BoolArray | None, kinds: Collection[str]
) -> dict[int, tuple[float, float]]:
    """Return chunk → (match, prior) of one name."""
    paths = path_words_of(index)
    priors, stems = paths.priors(text), paths.stems

    def prior(chunk: int, match: float, kind: Kind, leading: bool) -> float:
        file = int(index.file_ids[chunk])
        like = namesake(asked, match, stems[file])
        return kind_prior(kind, leading) * float(priors[file]) * like

    found = {}
    for chunk, value in _by_files(index, asked, stems, mask):
        found[chunk] = (value, prior(chunk, value, KINDS[index.kind_ids[chunk]], True))
    for one in named(index, asked, index.symbols_with(asked.heads).tolist(), kinds):
        if mask is None or mask[one.chunk]:
            answer = (one.match, prior(one.chunk, one.match, one.kind, one.leading))
            found[one.chunk] = max(answer, found.get(one.chunk, answer))
    return found


def _by_files(
    index: Index, asked: Asked, stems: Sequence[str], mask: BoolArray | None
) -> Iterator[tuple[int, float]]:
    """Yield the first chunk of each file whose name answers, and how well it does."""
    allowed = np.arange(index.chunk_count) if mask is None else np.flatnonzero(mask)
    owners = index.file_ids[allowed]  # ascending: both follow the paths
    for file, stem in enumerate(stems):
        if value := file_match(asked, stem):
            at = int(np.searchsorted(owners, file))
            if at < len(owners) and owners[at] == file:
                yield int(allowed[at]), value


def _in_order(found: dict[int, tuple[float, float]], file_ids: IdArray) -> NameMatches:
    """Return matches, best first; each further one of a file is worth half of its prior."""
    ids = np.array(sorted(found), dtype=np.int64)
    match = np.array([found[chunk][0] for chunk in ids.tolist()], dtype=np.float32)
    prior = np.array([found[chunk][1] for chunk in ids.tolist()], dtype=np.float32)
    order = np.lexsort((ids, -prior, -match))
    ids, match, prior = ids[order], match[order], prior[order]
    earlier: Counter[tuple[int, float]] = Counter()
    for at, key in enumerate(zip(file_ids[ids].tolist(), match.tolist(), strict=True)):
        prior[at] *= 0.5 ** min(earlier[key], 60)
        earlier[key] += 1
    order = np.lexsort((ids, -prior, -match))
    return NameMatches(ids[order], match[order], prior[order])
