"""What the words of a question say beyond BM25: definitions, file names, files that agree.

Each boost adds a share of the best lexical score, so that it means the same for every question.
The weights were chosen on the tune half of benchmarks/retrieval.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ncs.corpus.routes import path_of
from ncs.index.reading import Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.scripts import spaced
from ncs.search.addresses import answering
from ncs.search.defining import gives, numbered, only_extends, used_with, valued, written_in
from ncs.search.fusion import scaled
from ncs.search.homes import Home, Homes
from ncs.search.labels import labelled
from ncs.search.lexical import of_files
from ncs.search.literal import about, flagged, printed, verbatim
from ncs.search.names import (
    ANY_WRITING,
    AS_WRITTEN,
    OTHER_OWNER_ANY,
    Asked,
    asked_for,
    kind_prior,
    named,
    namesake,
    spelled,
)
from ncs.search.operators import overloading
from ncs.search.paths import PathWords
from ncs.search.query import Query
from ncs.search.question import is_flag, is_symbol, topic
from ncs.search.resources import resource
from ncs.search.runs import NEARLY_ALL, Candidates, among, coherence
from ncs.search.uses import Related, text_of
from ncs.text import identifier_tokens
from ncs.types import KINDS, BoolArray, FloatArray, IdArray

DEFINITION = 3.0  # a question that is a name, maybe spelled out: the chunk that defines it
TYPED = 1.0  # a question that is a symbol that nothing defines: the chunk that gives it a type
EXTENSION = 0.6  # times that, for what adds to a type that is declared elsewhere
LESSER = 0.5  # times that, where another definition matches better
# A question that holds a symbol among other words, or one that begins with a capital, which may be
# a name of the world. Of 1.0 and 0.5 for these two: subjects of commits 0.713 → 0.717 on the tune
# half, 0.772 → 0.775 on the report half, judged questions 0.929 → 0.931 and 0.912 (by hand).
EMBEDDED = 0.7
# The same for one that nothing defines, as settings are: a chunk that gives it a value, one that
# holds it. Of subjects of commits with such names, tune half +1.03 NDCG@10 in all over 221, report
# half +1.06 over 330 (by hand).
GIVEN, MENTIONED = 0.5, 0.25
FILE_NAME = 1.5  # times the share of the question's words that the file's name or folder says
WHOLE_NAME = 0.5  # where the question says all of the file's name, and that is much of it
MUCH = 0.5  # of a question's words: one of ten that `task.py` is called by says little of it
COHERENCE = 0.4  # to a file's best chunk, by what all of the file's chunks have together
WHOLE_FILE = 0.5  # to all of a file, by BM25 of the file as one text: what is asked may be spread

_SAYS_MUCH = 0.2  # of the best chunk's lexical score: what a file's best has that says much
_MOST_NAMESAKES = 50  # definitions of one name that are read
_MOST_MENTIONS = 30  # chunks that hold a name: one that more hold says little
_PART = 0.5  # of what was asked: a chunk that holds no more is not surely meant
_SECTION = KINDS.index("section")
_TOKEN = re.compile(r"[^\W\d]\w*")


class Boosted(NamedTuple):
    """What the words of a question are worth to candidates.

    Attributes:
        score: their BM25 with every boost added, (n,).
        prior: what their paths are worth to the question, (n,), in (0, 1].
        exact: whether the words alone say what is meant: it stands in the code as it was asked,
            or the question is a name, or a name spelled out that is defined. Then meaning counts
            less, for the file and for the place in it.
        stands: which of them surely are what was asked for: a definition of that very name, a
            text of several words as it stands, (n,).
        holds: which of them hold or define the name or the flag that the question is, or a name
            that it holds and code alone would write so, (n,).
    """

    score: FloatArray
    prior: FloatArray
    exact: bool
    stands: BoolArray
    holds: BoolArray


class Worth(NamedTuple):
    """What some chunks are worth, and which of them surely are what was asked for."""

    worth: FloatArray
    sure: BoolArray


class Defined(NamedTuple):
    """Which chunks define a name.

    Attributes:
        worth: of each chunk, 0 where it does not, (N,).
        sure: where the name is the one that was asked for, in whatever writing, (N,).
        written: whether one of them is code and has the name as it was written.
        alike: whether the best of them have the name in another writing: `foo-bar` for `fooBar`.
    """

    worth: FloatArray
    sure: BoolArray
    written: bool
    alike: bool


def boosted(
    index: Index,
    paths: PathWords,
    query: Query,
    found: Candidates,
    placed: tuple[IdArray, FloatArray],
) -> Boosted:
    """Return the lexical scores of candidates with every boost added.

    Args:
        index: where the chunks are.
        paths: of the same index.
        query: the question.
        found: what BM25 says of it; all that have a score are among them.
        placed: the chunks that it names by path, and what each is worth.
    """
    best = float(found.score.max(initial=0.0)) or 1.0
    prior: FloatArray = paths.priors(query.text)[index.file_ids[found.ids]]
    total = found.score + best * COHERENCE * coherence(found.score, found.runs)
    whole_files = scaled(of_files(index, query.text)[found.runs.files])
    total = total + best * WHOLE_FILE * found.runs.spread(whole_files)
    holds = (found.share >= NEARLY_ALL) & is_symbol(query.text)
    asked, sure = exact(index, paths, query.text, found, placed)
    if asked.any():
        # A test is rarely meant, unless it is the one place that has what was asked; and what is
        # worth more than 1 leads, wherever it is.
        leads = asked > (1.0 if asked.max() > 1.0 else 0.0)
        raised = np.minimum(prior / prior[leads].max(), np.float32(1.0))
        prior = np.where(asked > 0, raised, prior).astype(np.float32)
        total = total + best * DEFINITION * asked
        # A name that is defined in another writing, a flag as its words are in quotes.
        holds |= sure & (is_symbol(query.text) or is_flag(query.text))
        return Boosted(np.asarray(total, dtype=np.float32), prior, True, sure, holds)
    whole = _spelled(index, paths, query.text, found)
    named = _by_names(index, paths, query.text, found)
    if not is_symbol(query.text):
        holds = named.sure
    logged = _printed(index, paths, query.text, found)
    by_words = _by_files(paths, query.text, found, best) + named.worth + whole.worth
    total = total + best * (by_words + DEFINITION * logged.worth)
    is_named = is_symbol(query.text) or bool(whole.worth.any())
    sure = whole.sure | logged.sure
    return Boosted(np.asarray(total, dtype=np.float32), prior, is_named, sure, holds)


def used(index: Index, paths: PathWords, related: Related, found: Candidates) -> Boosted:
    """Return the lexical scores of candidates for whoever asks for the uses of a name."""
    worth = np.zeros(len(found.ids), dtype=np.float32)
    _raise(worth, found, (related.ids, related.worth))
    best = float(found.score.max(initial=0.0)) or 1.0
    total = np.asarray(found.score + best * DEFINITION * worth, dtype=np.float32)
    prior = paths.priors(text_of(related.relation))[index.file_ids[found.ids]]
    sure = np.zeros(len(found.ids), dtype=np.float32)
    _raise(sure, found, (related.ids, related.sure.astype(np.float32)))
    return Boosted(total, prior, True, sure > 0, worth > 0)


def _printed(index: Index, paths: PathWords, text: str, found: Candidates) -> Worth:
    """Return what candidates are worth that make a line which a report says was printed.

    They are surely meant by that line, and what the rest of the report is about may be elsewhere.
    """
    worth = np.zeros(len(found.ids), dtype=np.float32)
    for line in printed(text):
        aside = paths.aside(line)[index.file_ids[found.ids]]
        _raise(worth, found, verbatim(index, line, about(index, line, found), aside))
    return Worth(worth, worth > _PART)


def _by_files(paths: PathWords, text: str, found: Candidates, best: float) -> FloatArray:
    """Return what the names of their files are worth to candidates that have a score, (n,)."""
    said = paths.said(topic(text))
    whole = said.whole * np.minimum(said.share / np.float32(MUCH), np.float32(1.0))
    called = FILE_NAME * said.share + WHOLE_NAME * whole
    # What a file is called counts for little where nothing in it says much of the question.
    much = np.float32(best * _SAYS_MUCH)
    leads = np.minimum(found.runs.best(found.score) / much, np.float32(1.0))
    worth = found.runs.spread(called[found.runs.files] * leads)
    return np.where(found.score > 0, worth, np.float32(0.0))


def _by_names(index: Index, paths: PathWords, text: str, found: Candidates) -> Worth:
    """Return what the names that a question holds are worth to candidates, and who has one."""
    worth = np.zeros(len(found.ids), dtype=np.float32)
    sure = np.zeros(len(found.ids), dtype=bool)
    name = asked_for(text) if is_symbol(text) else None
    if name is not None:
        _, typed = valued(index, name.pieces[-1], _likely(index, paths, text, found))
        worth[np.searchsorted(found.ids, typed)] += TYPED
    for token in filter(is_symbol, dict.fromkeys(_TOKEN.findall(spaced(text)))):
        # A capital alone begins a sentence or a proper name; a capital inside is code.
        proper = token == token.capitalize()
        defined = _as_written(index, token) if proper else index.symbols(token)
        # np.isin would do, but where names are many it imports numpy.ma: 8 ms.
        has = np.zeros(index.chunk_count, dtype=bool)
        has[defined] = True
        worth[has[found.ids]] += EMBEDDED
        if proper:
            continue
        if not len(defined):
            mentions = _mentions(index, token)
            _raise(worth, found, mentions)
            has[mentions[0]] = True
        sure |= has[found.ids]
    return Worth(worth, sure)


def _mentions(index: Index, name: str) -> tuple[IdArray, FloatArray]:
    """Return the chunks that hold a name which nothing defines, and what each is worth."""
    held = index.postings.lookup(identifier_tokens(name)[0])
    if held is None or len(held[0]) > _MOST_MENTIONS:
        return NOWHERE, NOTHING
    rows = [row for row in index.chunk_rows(held[0].tolist()) if name in row.text]
    given = [gives(name, row) for row in rows]
    ids = np.array([row.id for row in rows], dtype=np.int64)
    return ids, np.where(given, np.float32(GIVEN), np.float32(MENTIONED))


def _spelled(index: Index, paths: PathWords, text: str, found: Candidates) -> Worth:
    """Return what candidates are worth that define the name which is all of a question, if it is.

    One word may be a name as well, and several a name spelled out.
    """
    names = [] if is_symbol(text) else spelled(text)
    asked = (definitions(index, paths, name) for name in names if _may_be(index, name))
    defined = next((one for one in asked if one.sure.any()), definitions(index, paths, None))
    worth, sure = defined.worth[found.ids], defined.sure[found.ids]
    return Worth(np.where(sure, np.float32(DEFINITION) * worth, np.float32(0.0)), sure)


def _may_be(index: Index, asked: Asked) -> bool:
    """Return whether what is to own a name is defined: no `get` is read for nothing."""
    if len(asked.pieces) == 1 or path_of(f"{asked.pieces[0]}."):  # what a route begins with
        return True
    return len(index.symbols(asked.pieces[0])) > 0


def exact(
    index: Index,
    paths: PathWords,
    text: str,
    found: Candidates,
    placed: tuple[IdArray, FloatArray],
) -> Worth:
    """Return what candidates are worth that have the very thing that was asked, (n,); else 0.

    A place that it names by path; the definitions of a name, or where it gets its value; where a
    text of several words stands.
    """
    worth = among(found.ids, *placed)
    if worth.any():
        return Worth(worth, worth > _PART)
    asked = asked_for(text) if is_symbol(text) else None
    defined, likely = definitions(index, paths, asked), _likely(index, paths, text, found)
    for held in _as_asked(index, paths, text, found, likely, asked, defined):
        _raise(worth, found, held)
        if worth.any():
            return Worth(worth, worth > _PART)
    if asked is None:
        return Worth(worth, np.zeros(len(worth), dtype=bool))
    return _named(index, asked, defined, likely)


def _as_asked(
    index: Index,
    paths: PathWords,
    text: str,
    found: Candidates,
    likely: Candidates,
    asked: Asked | None,
    defined: Defined,
) -> Iterator[tuple[IdArray, FloatArray]]:
    """Yield the chunks that have what was asked by each way to have it, the surest first.

    `likely` are the candidates with what their paths are worth, `asked` is the name that the
    question is, if it is one, and `defined` where that is defined.
    """
    # What defines `Client.Queue.push` comes before what only holds these three words.
    if not defined.sure.any():
        yield given_at_home(index, paths, asked, found)
    if asked is not None and text.startswith("$"):
        # Everything that uses a style sheet's variable holds it as it was asked.
        given, _ = valued(index, asked.pieces[-1], likely)
        yield given, np.ones(len(given), dtype=np.float32)
    if defined.sure.any():
        return
    yield overloading(index, text)
    aside = paths.aside(text)[index.file_ids[found.ids]]
    if is_flag(text):
        yield flagged(index, text.strip(), likely, aside)
    yield answering(index, text, found, aside)
    yield resource(index, text, found, paths.copies(text)[index.file_ids[found.ids]] > 0)
    yield numbered(index, text, found, aside)
    yield labelled(index, text, found, aside)
    yield verbatim(index, text, found, aside)


def _likely(index: Index, paths: PathWords, text: str, found: Candidates) -> Candidates:
    """Return candidates with their scores times what their paths are worth.

    Few of those that hold a name are read, and tests hold many names more often than the code.
    """
    worth = paths.priors(text)[index.file_ids[found.ids]]
    return found._replace(score=found.score * worth)


def _raise(worth: FloatArray, found: Candidates, held: tuple[IdArray, FloatArray]) -> None:
    """Raise what candidates are worth, (n,), to what some chunks are."""
    np.maximum(worth, among(found.ids, *held), out=worth)


def _named(index: Index, asked: Asked, defined: Defined, found: Candidates) -> Worth:
    """Return what candidates are worth that define a name or give it its value."""
    worth, sure = defined.worth[found.ids], defined.sure[found.ids]
    if defined.written:
        return Worth(worth, sure)
    if defined.alike:
        # Of C's `LOG_WARNING` PowerShell's `Log-Warning` is no definition.
        holding = written_in(index, asked.pieces[-1], found)
        own = [not holding or used_with(language) in holding for language in index.languages]
        other = sure & ~np.array(own, dtype=bool)[index.language_ids[found.ids]]
        worth[other], sure[other] = 0.0, False
    # `IGNORE = …` is meant by `IGNORE`, and not the method `ignore`.
    at = np.searchsorted(found.ids, valued(index, asked.pieces[-1], found)[0])
    if len(at):
        worth = worth * np.float32(LESSER)
        worth[at], sure[at] = 1.0, True
    return Worth(worth, sure)


def given_at_home(
    index: Index, paths: PathWords, asked: Asked | None, found: Candidates
) -> tuple[IdArray, FloatArray]:
    """Return where a full name gets its value in the module that it names, and what that is worth.

    `app.limits.MAX_SIZE` is `MAX_SIZE = 10` in `app/limits.py`: what imports it holds it in full.
    """
    if asked is None or len(asked.pieces) == 1:
        return NOWHERE, NOTHING
    *leading, bare = asked.pieces
    likely, homes = _likely(index, paths, bare, about(index, bare, found)), Homes(index)
    given = valued(index, bare, likely)[0].tolist()
    home = [at for at in given if homes.of(int(index.file_ids[at]), leading) is Home.HERE]
    return np.array(home, dtype=np.int64), np.ones(len(home), dtype=np.float32)


def _as_written(index: Index, token: str) -> IdArray:
    """Return the chunks that define this very name, its case included, ascending.

    None where many define the name in some case: to read them all would take long, and a name that
    stands for so much says little.
    """
    asked, chunks = asked_for(token), index.symbols(token)
    if asked is None or len(chunks) > _MOST_NAMESAKES:
        return NOWHERE
    found = named(index, asked, chunks.tolist())
    return np.array([one.chunk for one in found if one.match == AS_WRITTEN], dtype=np.int64)


def definitions(index: Index, paths: PathWords, asked: Asked | None) -> Defined:
    """Return what defining a name is worth to each chunk; nothing where none is asked for.

    By its kind where its name matches best (see `ncs.search.names`), less where another name
    matches better: `Blueprint` is asked for, `blueprint` is less. More in a file of its name, less
    for what adds to a type that is declared elsewhere.
    """
    worth = np.zeros(index.chunk_count, dtype=np.float32)
    sure = np.zeros(index.chunk_count, dtype=bool)
    if asked is None:
        return Defined(worth, sure, False, False)
    forms = dict.fromkeys((".".join(asked.pieces), asked.pieces[-1], asked.whole))
    found = next((ids for form in forms if len(ids := index.symbols(form))), NOWHERE)
    names = [one for one in named(index, asked, found.tolist()) if one.match >= OTHER_OWNER_ANY]
    best = max((one.match for one in names), default=0.0)
    if best > ANY_WRITING:  # then nobody means `fooBar` by `foo_bar`
        names = [one for one in names if one.match != ANY_WRITING]
    if best == AS_WRITTEN and len(asked.pieces) > 2:  # nor one of elsewhere by a full name
        names = [one for one in names if one.match == best]
    for one in names:
        worth[one.chunk] = kind_prior(one.kind, one.leading)
        worth[one.chunk] *= namesake(asked, one.match, paths.stems[index.file_ids[one.chunk]])
        sure[one.chunk] = one.match >= ANY_WRITING
    if lesser := [one.chunk for one in names if one.match != best]:
        most = max(worth[one.chunk] for one in names if one.match == best)
        worth[lesser] = np.minimum(worth[lesser], most) * np.float32(LESSER)
    if 1 < len(names) <= _MOST_NAMESAKES:
        for row in index.chunk_rows([one.chunk for one in names]):
            if only_extends(asked.pieces[-1], row.text):
                worth[row.id] *= EXTENSION
    written = [one.chunk for one in names if one.match == AS_WRITTEN]
    code = any(index.kind_ids[at] != _SECTION for at in written)
    return Defined(worth, sure, code, best == ANY_WRITING)
