"""What speaks for the chunks of the list: the evidence of their relevance, and every stage."""

from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.search.glossary import in_english
from ncs.search.latent import as_whole, cosines
from ncs.search.question import is_foreign, length
from ncs.search.relevance import Evidence, leads
from ncs.search.scoring import Arms, Scores
from ncs.types import FloatArray, IdArray


class Signs(NamedTuple):
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


def signs(index: Index, text: str, arms: Arms, scores: Scores, ids: IdArray) -> Signs:
    """Return what speaks for some of the candidates, in the order of `ids`.

    Args:
        index: where the chunks are.
        text: what was looked for.
        arms: what each found.
        scores: of all candidates.
        ids: of some of them, (k,).
    """
    (words, near), found = arms, scores.found
    runs, at = found.runs, np.searchsorted(found.ids, ids)
    file = np.searchsorted(runs.files, index.file_ids[ids])
    cosine = scores.cosine[at]
    whole = hundredth = np.zeros(len(ids), dtype=np.float32)
    if near is not None:
        whole = as_whole(index, index.file_ids[ids], near.query)
        hundredth = np.full(len(ids), near.hundredth, dtype=np.float32)
    if near is not None and len(near.ids) < len(found.ids):  # some are not in the shortlist
        cosine = cosines(index, ids, near.query)
    best_cosine = np.maximum(runs.best(scores.cosine)[file], np.float32(0.0))
    # In a script that the model was not taught, how near a text is says nothing.
    strange = is_foreign(text) and not in_english(text)
    told = near is not None and (words is None or not strange)
    evidence = Evidence(
        share=None if words is None else runs.best(found.share)[file],
        cosine=np.maximum(best_cosine, cosine) if told else None,
        whole=whole,
        hundredth=hundredth,
        lead=leads(runs.best(scores.score))[file],
        stands=scores.raised.stands[at],
        holds=runs.best(scores.raised.holds)[file],
        terms=length(text),
        width=0 if near is None else len(near.query),
    )
    return Signs(at, cosine, evidence)


def stages(scores: Scores, given: Signs) -> dict[str, FloatArray]:
    """Return what each stage gave the chunks of the list, for `--explain-score`."""
    at, evidence, none = given.at, given.evidence, np.zeros(len(given.at), dtype=np.float32)
    return {
        "lexical": scores.found.score[at],
        "boosted": scores.raised.score[at],
        "share": scores.found.share[at],
        "cosine": given.cosine,
        "file": scores.file[at],
        "prior": scores.raised.prior[at],
        "ranked": scores.score[at],
        "best_share": none if evidence.share is None else evidence.share,
        "best_cosine": none if evidence.cosine is None else evidence.cosine,
        "whole": evidence.whole,
        "hundredth": evidence.hundredth,
        "lead": evidence.lead,
    }
