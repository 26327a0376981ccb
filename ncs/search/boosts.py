"""What the words of a question say beyond BM25: definitions, file names, files that agree.

Each boost adds a share of the best lexical score, so that it means the same for every question.
The weights were chosen on the tune half of benchmarks/retrieval.
"""

import re
from pathlib import PurePosixPath

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import IdArray
from ncs.search.paths import PathWords
from ncs.search.query import Query
from ncs.text import words
from ncs.types import FloatArray

DEFINITION = 3.0  # a question that is a symbol: the chunk that defines it
NAMESAKE = 1.5  # times that, where the file is called like the symbol
EMBEDDED = 1.5  # a question that holds a symbol among other words
FILE_NAME = 2.0  # times the share of the question's words that the file's name says
COHERENCE = 0.5  # to a file's best chunk, by what all of the file's chunks have together

_SYMBOL = re.compile(r"[A-Za-z_$][\w.:#/$!?-]*(?:\(\))?")
_TOKEN = re.compile(r"[A-Za-z_]\w*")
_SEPARATORS = re.compile(r"::|[.:#/]|->")
# Words that ask, rather than say what is asked for.
_ASKING = (
    "the a an of in on for to and or is are how what where which does do with by from it its that "
    "this be as at into when work works handled implemented"
)
ASKING = frozenset(_ASKING.split())


def is_symbol(text: str) -> bool:
    """Return whether a question is a name from code: one token that no sentence would hold."""
    said = text.strip()
    if not _SYMBOL.fullmatch(said):
        return False
    return said != said.lower() or any(mark in said for mark in ("_", ".", "::", "#", "()"))


def topic(text: str) -> list[str]:
    """Return the words of a question that say what it is about."""
    return [word for word in words(text) if len(word) > 2 and word not in ASKING]


def boosted(index: Index, paths: PathWords, query: Query, score: FloatArray) -> FloatArray:
    """Return the lexical scores with every boost added, (N,).

    Args:
        index: where the chunks are.
        paths: of the same index.
        query: the question.
        score: BM25, (N,).
    """
    best = float(score.max(initial=0.0)) or 1.0
    total = score + best * COHERENCE * coherence(score, index.file_ids, len(index.paths))
    if is_symbol(query.text):
        total = total + best * DEFINITION * definitions(index, query.text)
        return np.asarray(total, dtype=np.float32)
    named = paths.named(topic(query.text))[index.file_ids]
    total = total + best * FILE_NAME * np.where(score > 0, named, np.float32(0.0))
    for token in dict.fromkeys(_TOKEN.findall(query.text)):
        # A capital alone begins a sentence or a proper name; a capital inside is code.
        if is_symbol(token) and token != token.capitalize():
            total[index.symbols(token)] += best * EMBEDDED
    return np.asarray(total, dtype=np.float32)


def coherence(score: FloatArray, file_ids: IdArray, files: int) -> FloatArray:
    """Return for each file's best chunk the file's share of the largest file total, (N,)."""
    totals = np.bincount(file_ids, weights=score, minlength=files)
    largest = float(totals.max(initial=0.0))
    if largest <= 0:
        return np.zeros_like(score)
    leading = np.zeros(files, dtype=np.float32)
    np.maximum.at(leading, file_ids, score)
    leads = (score > 0) & (score == leading[file_ids])
    return np.where(leads, totals[file_ids] / largest, 0.0).astype(np.float32)


def definitions(index: Index, text: str) -> FloatArray:
    """Return 1 for chunks that define the symbol, 1.5 in a file of its name, else 0, (N,)."""
    whole = text.strip().removesuffix("()")
    bare = _SEPARATORS.split(whole)[-1]
    found = index.symbols(".".join(_SEPARATORS.split(whole)))
    if not len(found):
        found = index.symbols(bare)
    strength = np.zeros(index.chunk_count, dtype=np.float32)
    for chunk in found.tolist():
        stem = PurePosixPath(index.paths[index.file_ids[chunk]]).stem
        same = _plain(stem) == _plain(bare)
        strength[chunk] = NAMESAKE if same else 1.0
    return strength


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
