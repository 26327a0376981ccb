"""A question to a list of hits: the stages in order."""

from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.search.boosts import Boosted
from ncs.search.filters import kinds_of
from ncs.search.query import Query
from ncs.search.question import is_plain, is_symbol, says_nothing
from ncs.search.ranking import Listed, others, ranked
from ncs.search.relations import Relation
from ncs.search.relevance import relevance
from ncs.search.scoring import retrieved, scored
from ncs.search.showing import hits
from ncs.search.signs import signs, stages
from ncs.search.sought import Sought, sought_of, without_message, without_owners
from ncs.search.symbols import by_names
from ncs.types import KINDS, Encoder, Hit

_LOOKED_AT = 8  # the best of them, where some go on with what is shown
_ASKS_NOTHING = 0.1  # times its relevance: a hit for nothing but words that ask

_LESS_SURE = np.float32(0.6)  # at most: the relevance of what may be no use that was asked for


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
    sought = sought_of(index, query)
    found = _listed(index, encoder, sought)
    if found.unknown and (less := without_owners(index, sought)) is not None:
        other = _listed(index, encoder, less)
        if not other.unknown:
            sought, found = less, other
    sought, found = _of_message(index, encoder, sought, found)
    if found.unknown:
        sought = sought.as_unknown()
    found = found._replace(believed=found.believed * np.float32(sought.doubt))
    # Ranked as always and then cut: relevance never rises along the list.
    kept = found.first(int(np.count_nonzero(found.believed >= np.float32(query.min_score))))
    return Answer(
        hits(index, sought, kept),
        best=float(found.believed.max(initial=0.0)),
        absent=sought.absent,
        guessed=sought.guessed,
        unused=sought.unused,
        past_end=sought.past_end,
        unknown=sought.unknown,
        used=0 if sought.uses is None else int(np.count_nonzero(sought.uses.sure)),
    )


def _of_message(
    index: Index, encoder: Encoder | None, sought: Sought, found: Listed
) -> tuple[Sought, Listed]:
    """Return what is looked for and its list, where nothing makes a message what that names."""
    if not found.stands.any():
        for named in without_message(index, sought):
            other = _listed(index, encoder, named)
            if other.stands.any():
                return named, other
    return sought, found


def _listed(index: Index, encoder: Encoder | None, sought: Sought) -> Listed:
    """Return the list for what is looked for."""
    if sought.query.mode == "symbol":
        return _by_names(index, sought)
    return _by_arms(index, encoder, sought)


def _by_names(index: Index, sought: Sought) -> Listed:
    """Return the list that names alone make."""
    query = sought.query
    found = by_names(index, query.text, sought.mask, kinds_of(query.kinds) or KINDS)
    top = slice(query.top_k)
    match = found.match[top]
    given = {"name": match, "prior": found.prior[top]}
    stands = np.zeros(len(match), dtype=bool)
    return Listed(found.ids[top], match, stands, given, [[] for _ in match])


def _by_arms(index: Index, encoder: Encoder | None, sought: Sought) -> Listed:
    """Return the list that words and latents make."""
    query = sought.query
    arms = retrieved(index, encoder, sought)
    scores = scored(index, sought, arms)
    found, raised = scores.found, scores.raised
    first = None if sought.uses is None else raised.stands
    ids = ranked(found.ids, found.runs, scores.score, scores.inside, query.top_k, first)
    given = signs(index, query.text, arms, scores, ids)
    believed = relevance(given.evidence)
    if says_nothing(query.text) and not raised.stands.any():
        believed = believed * np.float32(_ASKS_NOTHING)
    if sought.uses is not None:
        most = np.where(given.evidence.stands, np.float32(1.0), _LESS_SURE)
        believed = np.minimum(believed, most)
    beside = others(ids, found.ids, scores.inside, index.file_ids, _LOOKED_AT)
    return Listed(
        ids,
        believed,
        given.evidence.stands,
        stages(scores, given),
        beside,
        _is_unknown(sought, raised),
    )


def _is_unknown(sought: Sought, raised: Boosted) -> bool:
    """Return whether what is looked for is a name that no candidate has, in any writing."""
    text = sought.query.text
    # A capital alone may begin a sentence of one word: `Pagination`.
    is_name = is_symbol(text) and not is_plain(text)
    if not is_name or sought.query.mode == "neural" or sought.uses is not None:
        return False
    return not (raised.holds.any() or raised.stands.any())
