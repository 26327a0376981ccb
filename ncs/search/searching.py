"""A question to a list of hits: the stages in order."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.search.filters import allowed, kinds_of
from ncs.search.located import absent, past_end
from ncs.search.names import CLASSES, DEFINED, FUNCTIONS, asked_for, is_defined
from ncs.search.query import Query
from ncs.search.question import (
    is_plain,
    is_symbol,
    plain_definition,
    plain_name,
    says_nothing,
)
from ncs.search.ranking import Listed, others, ranked
from ncs.search.relations import Relation
from ncs.search.relevance import relevance
from ncs.search.scoring import retrieved, scored
from ncs.search.showing import hits
from ncs.search.signs import signs, stages
from ncs.search.speech import plainly
from ncs.search.spelling import Spelling, spelling
from ncs.search.symbols import by_names
from ncs.search.tongue import without_language
from ncs.search.uses import Related, related
from ncs.types import KINDS, BoolArray, Encoder, Hit

_LOOKED_AT = 8  # the best of them, where some go on with what is shown
_GUESSED = 0.6  # times its relevance: what nobody asked for, another name or no use of this one
_NOT_THERE = 0.1  # times its relevance: a place in a file that the index does not have
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


def _answer(index: Index, query: Query, found: Listed, uses: Related | None = None) -> Answer:
    """Return the list, but for what is not relevant enough.

    It is ranked as always and then cut: relevance never rises along it.
    """
    kept = found.first(int(np.count_nonzero(found.believed >= np.float32(query.min_score))))
    used = 0 if uses is None else int(np.count_nonzero(uses.sure))
    best = float(found.believed.max(initial=0.0))
    return Answer(hits(index, query, kept, uses), best, used=used)


def _by_names(index: Index, query: Query, mask: BoolArray | None) -> Listed:
    """Return the list that names alone make."""
    found = by_names(index, query.text, mask, kinds_of(query.kinds) or KINDS)
    top = slice(query.top_k)
    match = found.match[top]
    given = {"name": match, "prior": found.prior[top]}
    stands = np.zeros(len(match), dtype=bool)
    return Listed(found.ids[top], match, stands, given, [[] for _ in match])


def _by_arms(
    index: Index,
    encoder: Encoder | None,
    query: Query,
    mask: BoolArray | None,
    uses: Related | None = None,
) -> Listed:
    """Return the list that words and latents make; `uses` are those that were asked for."""
    arms = retrieved(index, encoder, query, mask)
    scores = scored(index, query, arms, mask, uses)
    found, raised = scores.found, scores.raised
    first = None if uses is None else raised.stands
    ids = ranked(found.ids, found.runs, scores.score, scores.inside, query.top_k, first)
    given = signs(index, query.text, arms, scores, ids)
    believed = relevance(given.evidence)
    if says_nothing(query.text) and not raised.stands.any():
        believed = believed * np.float32(_ASKS_NOTHING)
    beside = others(ids, found.ids, scores.inside, index.file_ids, _LOOKED_AT)
    has_it = query.mode == "neural" or raised.holds.any() or raised.stands.any()
    # A capital alone may begin a sentence of one word: `Pagination`.
    unknown = is_symbol(query.text) and not is_plain(query.text) and not has_it
    return Listed(ids, believed, given.evidence.stands, stages(scores, given), beside, unknown)
