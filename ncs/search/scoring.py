"""The candidates for an answer, and what each stage gives them."""

from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search.boosts import Boosted, boosted, used
from ncs.search.fusion import ahead, below, file_scores, fuse, one_of_copies, scaled, worth_inside
from ncs.search.latent import SHORTLIST, Latent, latent
from ncs.search.lexical import Lexical, lexical
from ncs.search.paths import asks_for_tests, path_words_of
from ncs.search.query import Query
from ncs.search.question import holds_code, is_flag, is_foreign, is_symbol
from ncs.search.rewording import as_meant
from ncs.search.runs import Candidates, Runs, among
from ncs.search.sought import Sought
from ncs.types import ROLES, BoolArray, Encoder, FloatArray, IdArray

_TURN = 32.0  # times what a place is worth that a question names by path: more than words give
_IMPORTS, _TESTS = ROLES.index("imports"), ROLES.index("tests")


class Arms(NamedTuple):
    """What words and latents find; None for one that the query does not ask."""

    words: Lexical | None
    near: Latent | None


class Scores(NamedTuple):
    """Candidates and what each stage gave them; columns of the same length n.

    Attributes:
        found: what BM25 says of them, 0 where words were not asked.
        raised: the same with every boost, likewise.
        cosine: of their latents; 0 where latents were not asked, and outside the shortlist.
        file: what latents give their files; 0 where they were not asked.
        score: of all stages; what the list is ranked by.
        inside: what each is worth among the places of its file.
    """

    found: Candidates
    raised: Boosted
    cosine: FloatArray
    file: FloatArray
    score: FloatArray
    inside: FloatArray


def retrieved(index: Index, encoder: Encoder | None, sought: Sought) -> Arms:
    """Return what each arm finds."""
    query, mask = sought.query, sought.mask
    words = None if query.mode == "neural" else lexical(index, query.text)
    if not query.asks_latents:
        return Arms(words, None)
    assert encoder is not None
    size = max(SHORTLIST, 2 * query.top_k)
    asked = as_meant(query.text, index.postings)
    return Arms(words, latent(index, encoder, asked, mask, size, query.latent))


def scored(index: Index, sought: Sought, arms: Arms) -> Scores:
    """Return the candidates, and what each stage gives them."""
    (words, near), query, uses = arms, sought.query, sought.uses
    placed = (NOWHERE, NOTHING) if words is None else sought.places.worth()
    ids = _candidates(arms, sought.mask, placed[0])
    owners, none = index.file_ids[ids], np.zeros(len(ids), dtype=np.float32)
    bm25, share = (none, none) if words is None else (words.score[ids], words.share[ids])
    found = Candidates(ids, Runs.of(owners), bm25, share)
    cosine, file = none, none
    if near is not None:
        cosine = among(ids, near.ids, near.cosine)
        file = file_scores(near, index.file_ids, len(index.paths))[owners]
    raised = _raised(index, sought, found, placed)
    # What a name means is where it is defined, and not where it is used.
    meant = None if near is None or uses is not None else file
    score = _fused(query, found, raised, meant)
    if uses is not None or len(placed[0]):
        score = ahead(score, raised.stands)
        score = score + np.float32(_TURN) * raised.stands * among(ids, *placed)
    else:
        score = one_of_copies(score, found.runs, path_words_of(index).copies(query.text))
    inside = _inside(index, sought, found, raised, cosine, score)
    return Scores(found, raised, cosine, file, score, inside)


def _candidates(arms: Arms, mask: BoolArray | None, placed: IdArray) -> IdArray:
    """Return the chunks with a term of the query, the latent shortlist and `placed`, ascending.

    The last are those that the query names by path: a diff may have none of their words.
    """
    words, near = arms
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


def _raised(
    index: Index, sought: Sought, found: Candidates, placed: tuple[IdArray, FloatArray]
) -> Boosted:
    """Return the lexical scores of candidates with every boost; 0 where words are not asked."""
    paths, query, uses = path_words_of(index), sought.query, sought.uses
    if query.mode == "neural":
        none, no = np.zeros_like(found.score), np.zeros(len(found.ids), dtype=bool)
        prior = paths.priors(query.text)[index.file_ids[found.ids]]
        return Boosted(none, prior, is_symbol(query.text), no, no)
    if uses is not None:
        return used(index, paths, uses, found)
    return boosted(index, paths, query, found, placed)


def _fused(
    query: Query, found: Candidates, raised: Boosted, meant: FloatArray | None
) -> FloatArray:
    """Return the scores of both arms as one, (n,); `meant` are those of latents, if they count."""
    score = fuse(
        None if query.mode == "neural" else scaled(raised.score),
        meant,
        raised.prior,
        exact=raised.exact or holds_code(query.text),
        foreign=is_foreign(query.text),
        known=float(found.share.max(initial=0.0)),
    )
    if is_symbol(query.text) or is_flag(query.text):
        score = ahead(ahead(score, raised.holds), raised.stands)
    return score


def _inside(
    index: Index,
    sought: Sought,
    found: Candidates,
    raised: Boosted,
    cosine: FloatArray,
    score: FloatArray,
) -> FloatArray:
    """Return what candidates are worth among the places of their files, (n,)."""
    query = sought.query
    exact = raised.exact or is_foreign(query.text)
    inside = worth_inside(score, cosine, found.share, exact=exact)
    if not raised.exact:  # a name may be meant where it is imported
        aside = _no_place_to_read(index.role_ids[found.ids], query.text)
        return below(inside, aside & ~_alone_holds(found.share, aside, found.runs))
    if query.mode == "neural":
        return inside
    return sought.places.worth_reading(found.ids, inside, raised.stands)


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
