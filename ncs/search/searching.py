"""A question to a list of hits: the stages in order."""

from dataclasses import dataclass

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import IdArray
from ncs.search.boosts import boosted, is_symbol
from ncs.search.filters import BoolArray, allowed
from ncs.search.fusion import file_scores, fuse, scaled, worth_inside
from ncs.search.latent import SHORTLIST, Latent, cosines, latent
from ncs.search.lexical import Lexical, lexical
from ncs.search.paths import path_words_of
from ncs.search.query import Query
from ncs.search.ranking import ranked
from ncs.search.relevance import relevance
from ncs.search.snippet import Snippets
from ncs.search.symbols import by_names
from ncs.types import Encoder, FloatArray, Hit


def search(index: Index, encoder: Encoder | None, query: Query) -> list[Hit]:
    """Return the places that answer a query, best first, at most `query.top_k`.

    Args:
        index: where to search.
        encoder: the model that the index was made with; None where `query.asks_latents` is false.
        query: what is asked.

    Raises:
        QueryError: a filter names something that is not in the index.
        IndexMismatch: the encoder is another than the index was made with.
        IndexDamaged: the index could not be read.
    """
    mask = allowed(index, query)
    if query.mode == "symbol":
        ids, believed, stages = _by_names(index, query, mask)
    else:
        ids, believed, stages = _by_arms(index, encoder, query, mask)
    # The list is ranked as always and then cut: relevance never rises along it.
    kept = int(np.count_nonzero(believed >= np.float32(query.min_score)))
    return _hits(index, query.text, ids[:kept], believed, stages)


_Ranked = tuple[IdArray, FloatArray, dict[str, FloatArray]]


def _by_names(index: Index, query: Query, mask: BoolArray | None) -> _Ranked:
    """Return ids, relevance and stages of the list that names alone make."""
    found = by_names(index, query.text, mask)
    top = slice(query.top_k)
    match = found.match[top]
    return found.ids[top], match, {"name": match, "prior": found.prior[top]}


def _by_arms(
    index: Index, encoder: Encoder | None, query: Query, mask: BoolArray | None
) -> _Ranked:
    """Return ids, relevance and stages of the list that words and latents make."""
    words = None if query.mode == "neural" else lexical(index, query.text)
    size = max(SHORTLIST, 2 * query.top_k)
    near = None
    if query.asks_latents:
        assert encoder is not None
        near = latent(index, encoder, query.text, mask, size, query.latent)
    scores = _scores(index, query, words, near, mask)
    ids = ranked(scores.ids, scores.score, scores.inside, index.file_ids, query.top_k)
    at = np.searchsorted(scores.ids, ids)
    # A file is believed by the best that stands anywhere in it: what is asked is often spread.
    files = index.file_ids
    best_share = _best(scores.share, files[scores.ids], files[ids], len(index.paths))
    best_cosine = _best(scores.cosine, files[scores.ids], files[ids], len(index.paths))
    cosine = scores.cosine[at] if near is None else cosines(index, ids, near.query)
    best_cosine = np.maximum(best_cosine, cosine)
    believed = relevance(
        None if words is None else best_share,
        None if near is None else best_cosine,
        0 if near is None else len(near.query),
    )
    stages = {
        "lexical": scores.lexical[at],
        "boosted": scores.boosted[at],
        "share": scores.share[at],
        "cosine": cosine,
        "file": scores.file[at],
        "prior": scores.prior[at],
        "ranked": scores.score[at],
        "best_share": best_share,
        "best_cosine": best_cosine,
    }
    return ids, believed, stages


def _best(values: FloatArray, owners: IdArray, asked: IdArray, files: int) -> FloatArray:
    """Return the greatest of the candidates' values in each of the files asked for."""
    best = np.zeros(files, dtype=np.float32)
    np.maximum.at(best, owners, values)
    return np.asarray(best[asked])


@dataclass(frozen=True, slots=True)
class _Scores:
    """Candidates and what each stage gave them; columns of the same length n.

    `lexical`, `boosted`, `share`, `cosine` and `file` are 0 where their arm was not asked.
    """

    ids: IdArray
    score: FloatArray
    inside: FloatArray
    lexical: FloatArray
    boosted: FloatArray
    share: FloatArray
    cosine: FloatArray
    file: FloatArray
    prior: FloatArray


def _scores(
    index: Index, query: Query, words: Lexical | None, near: Latent | None, mask: BoolArray | None
) -> _Scores:
    """Return the candidates: chunks with a term of the query, and the latent shortlist."""
    none = np.zeros(index.chunk_count, dtype=np.float32)
    bm25, share = (none, none) if words is None else (words.score, words.share)
    if mask is not None:
        bm25 = np.where(mask, bm25, np.float32(0.0))
    candidate = bm25 > 0
    cosine, files = none, np.zeros(len(index.paths), dtype=np.float32)
    if near is not None:
        cosine = none.copy()
        cosine[near.ids] = near.cosine
        candidate[near.ids] = True
        files = file_scores(near, index.file_ids, len(index.paths))
    ids = np.flatnonzero(candidate)
    owners = index.file_ids[ids]
    paths = path_words_of(index)
    raised = none if words is None else boosted(index, paths, query, bm25)
    prior = paths.priors(query.text)[owners]
    symbol = is_symbol(query.text)
    score = fuse(
        None if words is None else scaled(raised[ids]) * prior,
        None if near is None else files[owners],
        symbol=symbol,
        known=float(share[ids].max(initial=0.0)),
    )
    inside = worth_inside(score, cosine[ids], symbol=symbol)
    return _Scores(
        ids, score, inside, bm25[ids], raised[ids], share[ids], cosine[ids], files[owners], prior
    )


def _hits(
    index: Index, text: str, ids: IdArray, believed: FloatArray, stages: dict[str, FloatArray]
) -> list[Hit]:
    snippets = Snippets(index.postings, text)
    return [
        Hit(
            rank=rank + 1,
            path=row.path,
            start_line=row.span.start,
            end_line=row.span.end,
            language=row.language,
            kind=row.kind,
            symbol=row.symbol,
            score=float(believed[rank]),
            explanation=row.explanation,
            explanation_source=row.origin,
            snippet=snippets.cut(row.text),
            stages=tuple((name, float(values[rank])) for name, values in stages.items()),
        )
        for rank, row in enumerate(index.chunk_rows(ids.tolist()))
    ]
