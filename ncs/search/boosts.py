"""What the words of a question say beyond BM25: definitions, file names, files that agree.

Each boost adds a share of the best lexical score, so that it means the same for every question.
The weights were chosen on the tune half of benchmarks/retrieval.
"""

import re
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import IdArray
from ncs.search.filters import BoolArray
from ncs.search.literal import only_extends, valued, verbatim
from ncs.search.names import (
    AS_WRITTEN,
    NAMESAKE,
    OTHER_OWNER_ANY,
    asked_for,
    kind_prior,
    named,
    plain,
)
from ncs.search.paths import PathWords
from ncs.search.query import Query
from ncs.search.runs import Candidates, Runs
from ncs.text import words
from ncs.types import KINDS, FloatArray

DEFINITION = 3.0  # a question that is a symbol: the chunk that defines it
TYPED = 1.0  # a question that is a symbol that nothing defines: the chunk that gives it a type
EXTENSION = 0.6  # times that, for what adds to a type that is declared elsewhere
LESSER = 0.5  # times that, where another definition matches better
EMBEDDED = 1.5  # a question that holds a symbol among other words
PROPER = 0.5  # the same for a word that begins with a capital: it may be a name of the world
FILE_NAME = 2.0  # times the share of the question's words that the file's name or folder says
WHOLE_NAME = 0.5  # where the question says all of the file's name
COHERENCE = 0.5  # to a file's best chunk, by what all of the file's chunks have together

_SAYS_MUCH = 0.2  # of the best chunk's lexical score: what a file's best has that says much
_MOST_NAMESAKES = 50  # definitions of one name that are read

_SYMBOL = re.compile(r"[A-Za-z_$][\w.:#/\\$!?=-]*(?:\(\))?")
_MARKS = ("_", ".", "::", "#", "()", "!", "\\")
_TOKEN = re.compile(r"[A-Za-z_]\w*")
# Words that ask, and small ones, rather than say what is asked for.
_ASKED = "how what where which does do is are when work works handled implemented"
_QUESTION = frozenset(_ASKED.split())
_SMALL = "the a an of in on for to and or with by from it its that this be as at into"
ASKING = _QUESTION.union(_SMALL.split())


def is_symbol(text: str) -> bool:
    """Return whether a question is a name from code: one token that no sentence would hold."""
    said = text.strip()
    if not _SYMBOL.fullmatch(said):
        return False
    return said != said.lower() or any(mark in said for mark in _MARKS)


def topic(text: str) -> list[str]:
    """Return the words of a question that say what it is about."""
    return [word for word in words(text) if len(word) > 2 and word not in ASKING]


def subject(text: str) -> str:
    """Return what the encoder reads of a question: all but the words that ask.

    Answers hold no `how does … work`. On the tune half: latents alone 0.825 → 0.831, questions of
    architecture 0.762 → 0.792, paraphrases 0.219 → 0.226. Without the small words too, latents
    alone have 0.834, the hybrid 0.919 instead of 0.921, and what is not there is taken for what
    is more often. Names and pasted lines stay whole.
    """
    if is_symbol(text) or "\n" in text.strip():
        return text
    return " ".join(word for word in words(text) if word not in _QUESTION) or text


class Boosted(NamedTuple):
    """What the words of a question are worth to candidates.

    Attributes:
        score: their BM25 with every boost added, (n,).
        prior: what their paths are worth to the question, (n,), in (0, 1].
        exact: whether what was asked stands in the code as it is: then meaning counts less.
        placed: whether words alone say which place of a file is meant: there is such a thing, or
            a definition of the one word that was asked.
        stands: which of them hold a text of several words as it stands, (n,).
    """

    score: FloatArray
    prior: FloatArray
    exact: bool
    placed: bool
    stands: BoolArray


def boosted(index: Index, paths: PathWords, query: Query, found: Candidates) -> Boosted:
    """Return the lexical scores of candidates with every boost added.

    Args:
        index: where the chunks are.
        paths: of the same index.
        query: the question.
        found: what BM25 says of it; all that have a score are among them.
    """
    best = float(found.score.max(initial=0.0)) or 1.0
    prior: FloatArray = paths.priors(query.text)[index.file_ids[found.ids]]
    total = found.score + best * COHERENCE * coherence(found.score, found.runs)
    asked = exact(index, paths, query.text, found)
    if asked.any():
        # A test is rarely meant, unless it is the one place that has what was asked.
        prior = np.where(asked > 0, prior / prior[asked > 0].max(), prior).astype(np.float32)
        total = total + best * DEFINITION * asked
        stands = (asked > 0) & (not is_symbol(query.text))
        return Boosted(np.asarray(total, dtype=np.float32), prior, True, True, stands)
    named = _by_names(index, paths, query.text, found)
    total = total + best * (_by_files(paths, query.text, found, best) + named)
    symbol = is_symbol(query.text)
    placed = symbol or (len(query.text.split()) == 1 and bool(named.any()))
    return Boosted(np.asarray(total, dtype=np.float32), prior, symbol, placed, asked > 0)


def _by_files(paths: PathWords, text: str, found: Candidates, best: float) -> FloatArray:
    """Return what the names of their files are worth to candidates that have a score, (n,)."""
    said = paths.said(topic(text))
    called = FILE_NAME * said.share + WHOLE_NAME * said.whole
    # What a file is called counts for little where nothing in it says much of the question.
    much = np.float32(best * _SAYS_MUCH)
    leads = np.minimum(found.runs.best(found.score) / much, np.float32(1.0))
    worth = found.runs.spread(called[found.runs.files] * leads)
    return np.where(found.score > 0, worth, np.float32(0.0))


def _by_names(index: Index, paths: PathWords, text: str, found: Candidates) -> FloatArray:
    """Return what the names that a question holds are worth to candidates, (n,)."""
    worth = np.zeros(len(found.ids), dtype=np.float32)
    name = asked_for(text) if is_symbol(text) else None
    if name is not None:
        given, typed = valued(index, name.pieces[-1], found)
        worth[np.searchsorted(found.ids, given)] += DEFINITION
        worth[np.searchsorted(found.ids, typed)] += TYPED
    elif len(text.split()) == 1:  # a name as well, maybe
        worth += DEFINITION * definitions(index, paths, text)[found.ids]
    for token in filter(is_symbol, dict.fromkeys(_TOKEN.findall(text))):
        # A capital alone begins a sentence or a proper name; a capital inside is code.
        proper = token == token.capitalize()
        defined = _as_written(index, token) if proper else index.symbols(token)
        # np.isin would do, but where names are many it imports numpy.ma: 8 ms.
        defining = np.zeros(index.chunk_count, dtype=bool)
        defining[defined] = True
        worth[defining[found.ids]] += PROPER if proper else EMBEDDED
    return worth


def exact(index: Index, paths: PathWords, text: str, found: Candidates) -> FloatArray:
    """Return what candidates are worth that have the very thing that was asked, (n,); else 0.

    The definitions of a name; a text of several words, where it stands.
    """
    if is_symbol(text):
        return definitions(index, paths, text)[found.ids]
    worth = np.zeros(len(found.ids), dtype=np.float32)
    worth[np.searchsorted(found.ids, verbatim(index, text, found))] = 1.0
    return worth


def _as_written(index: Index, token: str) -> IdArray:
    """Return the chunks that define this very name, its case included, ascending.

    None where many define the name in some case: to read them all would take long, and a name that
    stands for so much says little.
    """
    asked, chunks = asked_for(token), index.symbols(token)
    if asked is None or len(chunks) > _MOST_NAMESAKES:
        return np.zeros(0, dtype=np.int64)
    found = named(index, asked, chunks.tolist())
    return np.array([one.chunk for one in found if one.match == AS_WRITTEN], dtype=np.int64)


def coherence(score: FloatArray, runs: Runs) -> FloatArray:
    """Return for each file's best chunk the file's share of the largest file total, (n,).

    Args:
        score: of some chunks, (n,).
        runs: of the same, by file.
    """
    totals = runs.total(score.astype(np.float64))
    largest = float(totals.max(initial=0.0))
    if largest <= 0:
        return np.zeros_like(score)
    leads = (score > 0) & (score == runs.spread(runs.best(score)))
    return np.where(leads, runs.spread(totals / largest), 0.0).astype(np.float32)


def definitions(index: Index, paths: PathWords, text: str) -> FloatArray:
    """Return what defining a symbol is worth to each chunk, 0 where it does not, (N,).

    By its kind where its name matches best (see `ncs.search.names`), less where another name
    matches better: `Blueprint` is asked for, `blueprint` is less. Times 1.5 in a file of its name,
    less for what adds to a type that is declared elsewhere.
    """
    strength = np.zeros(index.chunk_count, dtype=np.float32)
    asked = asked_for(text)
    if asked is None:
        return strength
    found = index.symbols(".".join(asked.pieces))
    if not len(found):
        found = index.symbols(asked.pieces[-1])
    names = [one for one in named(index, asked, found.tolist()) if one.match >= OTHER_OWNER_ANY]
    best = max((one.match for one in names), default=0.0)
    for one in names:
        same = plain(paths.stems[index.file_ids[one.chunk]]) == asked.bare
        kind = kind_prior(KINDS[index.kind_ids[one.chunk]], one.leading)
        worth = (NAMESAKE if same else 1.0) * (1.0 if one.match == best else LESSER)
        strength[one.chunk] = worth * kind
    if 1 < len(names) <= _MOST_NAMESAKES:
        for row in index.chunk_rows([one.chunk for one in names]):
            if only_extends(asked.pieces[-1], row.text):
                strength[row.id] *= EXTENSION
    return strength
