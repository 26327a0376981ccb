"""A question to a list of hits: the stages in order."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ncs.index.reading import ChunkNames, ChunkRow, Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search.boosts import Boosted, boosted, used
from ncs.search.filters import allowed, kinds_of
from ncs.search.fusion import ahead, below, file_scores, fuse, scaled, worth_inside
from ncs.search.glossary import in_english
from ncs.search.latent import SHORTLIST, Latent, as_whole, cosines, latent
from ncs.search.lexical import Lexical, lexical
from ncs.search.located import (
    absent,
    line_in,
    lines_asked,
    located,
    past_end,
    worth_reading,
)
from ncs.search.names import CLASSES, DEFINED, FUNCTIONS, asked_for, is_defined
from ncs.search.naming import Caller, as_told
from ncs.search.paths import asks_for_tests, path_words_of
from ncs.search.query import Query
from ncs.search.question import (
    holds_code,
    is_flag,
    is_foreign,
    is_plain,
    is_symbol,
    length,
    plain_definition,
    plain_name,
    says_nothing,
    subject,
)
from ncs.search.ranking import others, ranked
from ncs.search.relations import Relation
from ncs.search.relevance import Evidence, leads, relevance
from ncs.search.runs import Candidates, Runs, among
from ncs.search.snippet import LINES_BEFORE, Snippet, Snippets, rarities
from ncs.search.speech import plainly
from ncs.search.spelling import Spelling, spelling
from ncs.search.symbols import by_names
from ncs.search.tongue import without_language
from ncs.search.uses import Related, related
from ncs.types import KINDS, ROLES, BoolArray, Encoder, FloatArray, Hit, IdArray, Place

_ALSO = 2  # places of a file beside the one that leads
_LOOKED_AT = 8  # the best of them, where some go on with what is shown
_TURN = 32.0  # times what a place is worth that a question names by path: more than words give
_GUESSED = 0.6  # times its relevance: what nobody asked for, another name or no use of this one
_NOT_THERE = 0.1  # times its relevance: a place in a file that the index does not have
_IMPORTS, _TESTS = ROLES.index("imports"), ROLES.index("tests")
_ASKS_NOTHING = 0.1  # times its relevance: a hit for nothing but words that ask


class Answer(NamedTuple):
    """What a question finds.

    Attributes:
        hits: the places, best first.
        best: relevance of the best of them, also where `Query.min_score` leaves it out, in [0, 1].
        absent: the path that was asked for, of no file here, and those it may be a slip for, of
            which a single one is shown; None where the question is no place or there is the file.
        guessed: the name that was asked for, and that one slip away which is shown; None
            where it is the one that was asked for.
        unused: the name whose uses were asked for, and which uses, if there are none.
        past_end: the file of which a line was asked for that it does not have, and its last line.
        unknown: the name that was asked for, if no place has it in any writing; "" else.
        used: in how many places a name surely is used whose uses were asked for; 0 else.
    """

    hits: list[Hit]
    best: float
    absent: tuple[str, list[str]] | None = None
    guessed: tuple[str, str] | None = None
    unused: tuple[str, Relation] | None = None
    past_end: tuple[str, int] | None = None
    unknown: str = ""
    used: int = 0


def search(index: Index, encoder: Encoder | None, query: Query) -> list[Hit]:
    """Return the places that answer a query, best first; see `answer`."""
    return answer(index, encoder, query).hits


def answer(index: Index, encoder: Encoder | None, query: Query) -> Answer:
    """Return the places that answer a query, at most `query.top_k`, and what is not there.

    Args:
        index: where to search.
        encoder: the model that the index was made with; None where `query.asks_latents` is false.
        query: what is asked.

    Raises:
        QueryError: a filter names something that is not in the index.
        IndexMismatch: the encoder is another than the index was made with.
        IndexDamaged: the index could not be read.
    """
    query = replace(query, text=plainly(query.text, lambda name: len(index.symbols(name)) > 0))
    mask, text = allowed(index, query), query.text
    uses = related(index, query.text, mask) if query.mode in ("hybrid", "lexical") else None
    if uses is not None and len(uses.ids):
        query = replace(query, text=uses.name)
        only = np.zeros(index.chunk_count, dtype=bool)  # nothing else is asked for
        only[uses.ids] = True
        found = _by_arms(index, encoder, query, only, uses)
        if not uses.instead:
            return _answer(index, query, found, uses)
        found = found._replace(believed=found.believed * np.float32(_GUESSED))
        return _answer(index, query, found, uses)._replace(guessed=(uses.instead, uses.name))
    gone = None if query.mode == "symbol" else absent(index, text)
    meant = gone[1] if gone is not None else []
    if gone is not None and len(meant) == 1:  # a slip, or a path of elsewhere
        text = text.replace("\\", "/").replace(gone[0], meant[0])
    asked = _definition_asked(index, text)
    name = Spelling(asked, guessed=False)
    if query.mode != "neural":
        name = spelling(index, name.name)
    query = replace(query, text=name.name)
    if query.mode == "symbol":
        found = _by_names(index, query, mask)
    else:
        query = replace(query, text=without_language(index, query.text))
        found = _by_arms(index, encoder, query, mask)
    if found.unknown and (bare := _without_owners(index, query.text)):
        less = replace(query, text=bare)
        if not (other := _by_arms(index, encoder, less, mask)).unknown:
            query, name, found = less, Spelling(bare.removesuffix("()"), guessed=True), other
    unknown = found.unknown and gone is None
    doubt = _GUESSED if name.guessed or unknown or uses is not None or len(meant) == 1 else 1.0
    doubt *= _NOT_THERE if gone is not None and len(meant) != 1 else 1.0
    found = found._replace(believed=found.believed * np.float32(doubt))
    return _answer(index, query, found)._replace(
        absent=gone,
        guessed=(asked, name.name) if name.guessed else None,
        unused=None if uses is None else (uses.name, uses.relation),
        past_end=past_end(index, text),
        unknown=plain_name(text).removesuffix("()") if unknown else "",
    )


def _definition_asked(index: Index, text: str) -> str:
    """Return the name of which a question asks for the definition; another question as it is.

    A plain word with `()`, by which it is a name, and only where it is defined as it was said.
    """
    if (name := plain_name(text)) != text or (said := plain_definition(text)) is None:
        return name
    word, kind = said
    kinds = {"function": FUNCTIONS, "class": CLASSES}.get(kind, DEFINED)
    return f"{word}()" if is_defined(index, word, kinds) else text


def _without_owners(index: Index, text: str) -> str:
    """Return the last piece of a full name; "" for another name, and for what is none here.

    A plain word with `()`, by which it is a name.
    """
    asked = asked_for(text)
    if asked is None or len(asked.pieces) == 1:
        return ""
    bare = asked.pieces[-1]
    return bare if is_symbol(bare) else f"{bare}()" if is_defined(index, bare) else ""


class _Ranked(NamedTuple):
    """The list; columns of the same length k.

    Attributes:
        ids: of the chunks, best first. believed: their relevance, never rising.
        stands: which of them surely are what was asked for.
        stages: what each stage gave them. others: of the first of each file other chunks of it.
        unknown: whether the question is a name that no candidate has, in any writing.
    """

    ids: IdArray
    believed: FloatArray
    stands: BoolArray
    stages: dict[str, FloatArray]
    others: list[list[int]]
    unknown: bool = False

    def first(self, count: int) -> "_Ranked":
        """Return the first so many of the list."""
        top = slice(count)
        stages = {stage: given[top] for stage, given in self.stages.items()}
        return _Ranked(
            self.ids[top], self.believed[top], self.stands[top], stages, self.others[top]
        )


def _answer(index: Index, query: Query, found: _Ranked, uses: Related | None = None) -> Answer:
    """Return the list, but for what is not relevant enough.

    It is ranked as always and then cut: relevance never rises along it.
    """
    kept = found.first(int(np.count_nonzero(found.believed >= np.float32(query.min_score))))
    used = 0 if uses is None else int(np.count_nonzero(uses.sure))
    best = float(found.believed.max(initial=0.0))
    return Answer(_hits(index, query, kept, uses), best, used=used)


def _by_names(index: Index, query: Query, mask: BoolArray | None) -> _Ranked:
    """Return the list that names alone make."""
    found = by_names(index, query.text, mask, kinds_of(query.kinds) or KINDS)
    top = slice(query.top_k)
    match = found.match[top]
    stages = {"name": match, "prior": found.prior[top]}
    stands = np.zeros(len(match), dtype=bool)
    return _Ranked(found.ids[top], match, stands, stages, [[] for _ in match])


def _by_arms(
    index: Index,
    encoder: Encoder | None,
    query: Query,
    mask: BoolArray | None,
    uses: Related | None = None,
) -> _Ranked:
    """Return the list that words and latents make; `uses` are those that were asked for."""
    words, near = _retrieved(index, encoder, query, mask)
    scores = _scores(index, query, words, near, mask, uses)
    first = None if uses is None else scores.stands
    ids = ranked(scores.ids, scores.runs, scores.score, scores.inside, query.top_k, first)
    signs = _signs(index, query, words, near, scores, ids)
    believed = relevance(signs.evidence)
    if says_nothing(query.text) and not scores.stands.any():
        believed = believed * np.float32(_ASKS_NOTHING)
    beside = others(ids, scores.ids, scores.inside, index.file_ids, _LOOKED_AT)
    has_it = words is None or scores.holds.any() or scores.stands.any()
    # A capital alone may begin a sentence of one word: `Pagination`.
    unknown = is_symbol(query.text) and not is_plain(query.text) and not has_it
    return _Ranked(ids, believed, signs.evidence.stands, _stages(scores, signs), beside, unknown)


def _retrieved(
    index: Index, encoder: Encoder | None, query: Query, mask: BoolArray | None
) -> tuple[Lexical | None, Latent | None]:
    """Return what each arm finds; None for one that the query does not ask."""
    words = None if query.mode == "neural" else lexical(index, query.text)
    if not query.asks_latents:
        return words, None
    assert encoder is not None
    size = max(SHORTLIST, 2 * query.top_k)
    return words, latent(index, encoder, subject(query.text), mask, size, query.latent)


class _Signs(NamedTuple):
    """What speaks for the chunks of the list; columns of the same length k.

    Attributes:
        at: their places among the candidates.
        cosine: their own, those that are not in the shortlist included.
        evidence: what their relevance is judged by: of their files the best that stands anywhere
            in each, since what is asked is often spread.
    """

    at: IdArray
    cosine: FloatArray
    evidence: Evidence


def _signs(
    index: Index,
    query: Query,
    words: Lexical | None,
    near: Latent | None,
    scores: "_Scores",
    ids: IdArray,
) -> _Signs:
    """Return what speaks for some of the candidates, in the order of `ids`."""
    runs, at = scores.runs, np.searchsorted(scores.ids, ids)
    file = np.searchsorted(runs.files, index.file_ids[ids])
    cosine = scores.cosine[at]
    whole = hundredth = np.zeros(len(ids), dtype=np.float32)
    if near is not None:
        whole = as_whole(index, index.file_ids[ids], near.query)
        hundredth = np.full(len(ids), near.hundredth, dtype=np.float32)
    if near is not None and len(near.ids) < len(scores.ids):  # some are not in the shortlist
        cosine = cosines(index, ids, near.query)
    best_cosine = np.maximum(runs.best(scores.cosine)[file], np.float32(0.0))
    # In a script that the model was not taught, how near a text is says nothing.
    strange = is_foreign(query.text) and not in_english(query.text)
    told = near is not None and (words is None or not strange)
    evidence = Evidence(
        share=None if words is None else runs.best(scores.share)[file],
        cosine=np.maximum(best_cosine, cosine) if told else None,
        whole=whole,
        hundredth=hundredth,
        lead=leads(runs.best(scores.score))[file],
        stands=scores.stands[at],
        holds=runs.best(scores.holds)[file],
        terms=length(query.text),
        width=0 if near is None else len(near.query),
    )
    return _Signs(at, cosine, evidence)


def _stages(scores: "_Scores", signs: _Signs) -> dict[str, FloatArray]:
    """Return what each stage gave the chunks of the list, for `--explain-score`."""
    at, evidence, none = signs.at, signs.evidence, np.zeros(len(signs.at), dtype=np.float32)
    return {
        "lexical": scores.lexical[at],
        "boosted": scores.boosted[at],
        "share": scores.share[at],
        "cosine": signs.cosine,
        "file": scores.file[at],
        "prior": scores.prior[at],
        "ranked": scores.score[at],
        "best_share": none if evidence.share is None else evidence.share,
        "best_cosine": none if evidence.cosine is None else evidence.cosine,
        "whole": evidence.whole,
        "hundredth": evidence.hundredth,
        "lead": evidence.lead,
    }


class _Scores(NamedTuple):
    """Candidates and what each stage gave them; columns of the same length n.

    `lexical`, `boosted`, `share`, `cosine` and `file` are 0 where their arm was not asked.
    """

    ids: IdArray
    runs: Runs
    score: FloatArray
    inside: FloatArray
    lexical: FloatArray
    boosted: FloatArray
    share: FloatArray
    cosine: FloatArray
    file: FloatArray
    prior: FloatArray
    stands: BoolArray
    holds: BoolArray


def _scores(
    index: Index,
    query: Query,
    words: Lexical | None,
    near: Latent | None,
    mask: BoolArray | None,
    uses: Related | None,
) -> _Scores:
    """Return the candidates, and what each stage gives them."""
    placed, worth = (NOWHERE, NOTHING) if words is None else located(index, query.text)
    ids = _candidates(words, near, mask, placed)
    none = np.zeros(len(ids), dtype=np.float32)
    bm25, share = (none, none) if words is None else (words.score[ids], words.share[ids])
    cosine, files = none, np.zeros(len(index.paths), dtype=np.float32)
    if near is not None:
        cosine = among(ids, near.ids, near.cosine)
        files = file_scores(near, index.file_ids, len(index.paths))
    owners = index.file_ids[ids]
    runs, paths = Runs.of(owners), path_words_of(index)
    prior = paths.priors(query.text)[owners]
    no = np.zeros(len(ids), dtype=bool)
    raised = Boosted(none, prior, is_symbol(query.text), no, no)
    if words is not None:
        found = Candidates(ids, runs, bm25, share)
        raised = (
            boosted(index, paths, query, found)
            if uses is None
            else used(index, paths, uses, found)
        )
    foreign = is_foreign(query.text)
    score = fuse(
        None if words is None else scaled(raised.score),
        # What a name means is where it is defined, and not where it is used.
        None if near is None or uses is not None else files[owners],
        raised.prior,
        exact=raised.exact or holds_code(query.text),
        foreign=foreign,
        known=float(share.max(initial=0.0)),
    )
    if is_symbol(query.text) or is_flag(query.text):
        score = ahead(ahead(score, raised.holds), raised.stands)
    if uses is not None or len(placed):
        score = ahead(score, raised.stands)
        score = score + np.float32(_TURN) * raised.stands * among(ids, placed, worth)
    inside = worth_inside(score, cosine, share, exact=raised.exact or foreign)
    if raised.exact and words is not None:
        inside = worth_reading(index, query.text, ids, inside, raised.stands)
    if not raised.exact:  # a name may be meant where it is imported
        aside = _no_place_to_read(index.role_ids[ids], query.text)
        inside = below(inside, aside & ~_alone_holds(share, aside, runs))
    return _Scores(
        ids, runs, score, inside, bm25, raised.score, share, cosine, files[owners], raised.prior,
        raised.stands, raised.holds,
    )  # fmt: skip


def _no_place_to_read(roles: IdArray, text: str) -> BoolArray:
    """Return which chunks are called like what is asked, and no place to read, (n,).

    Imports at the head of a file, and tests in the file of what they test, where none are asked.
    """
    tests = not asks_for_tests(text)
    return np.asarray((roles == _IMPORTS) | (tests & (roles == _TESTS)))


def _alone_holds(share: FloatArray, aside: BoolArray, runs: Runs) -> BoolArray:
    """Return which chunks hold words of a question that their file has in `aside` alone, (n,)."""
    elsewhere = runs.spread(runs.best(np.where(aside, np.float32(0.0), share)))
    return np.asarray((share > 0) & (elsewhere == 0))


def _candidates(
    words: Lexical | None, near: Latent | None, mask: BoolArray | None, placed: IdArray
) -> IdArray:
    """Return the chunks with a term of the query, the latent shortlist and `placed`, ascending.

    The last are those that the query names by path: a diff may have none of their words.
    """
    if words is None:
        assert near is not None
        return near.ids
    candidate = words.score > 0
    candidate[placed] = True
    if mask is not None:
        candidate &= mask
    if near is not None:
        candidate[near.ids] = True
    return np.flatnonzero(candidate)


def _hits(index: Index, query: Query, found: _Ranked, uses: Related | None) -> list[Hit]:
    """Return the list as it is shown: each hit with its name, its reason and its lines."""
    told = rarities(index.postings, query.text)
    caller, snippets = Caller(told, query.text, kinds_of(query.kinds)), Snippets(told, query.text)
    ids = found.ids.tolist()
    lines = [_line_asked(index, query.text, chunk, uses) for chunk in ids]
    chunks, stands = index.chunk_rows(ids), found.stands.tolist()
    shown = [_shown(caller, snippets, *each) for each in zip(chunks, stands, lines, strict=True)]
    beside = _beside(index, query, ids, found.others)
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


def _line_asked(index: Index, text: str, chunk: int, uses: Related | None) -> int | None:
    """Return the line of a chunk that was asked for, by its number or by what it uses, if any."""
    if uses is not None and chunk in uses.places:
        return int(index.spans[0][chunk]) + uses.places[chunk]
    return line_in(index, text, chunk)


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
    query: Query,
    ids: Sequence[int],
    others: Sequence[Sequence[int]],
) -> list[Sequence[int]]:
    """Return the other chunks of each hit's file, of a file that was asked for by its lines alone.

    Beside a line that was asked for stand the other lines of a trace, and nothing else.
    """
    asked = lines_asked(index, query.text)
    return [
        [at for at in each if line_in(index, query.text, at) is not None]
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
