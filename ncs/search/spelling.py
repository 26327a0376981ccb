"""How the code writes a name that was asked for in another writing, or with a slip."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOWHERE
from ncs.search.lexical import lexical
from ncs.search.names import CLASSES, MOST_NAME_WORDS, asked_for, of_kinds
from ncs.search.paths import in_prose
from ncs.search.question import ASKING, is_symbol
from ncs.search.runs import MOST_FLAGGED
from ncs.search.symbols import by_names
from ncs.text import identifiers, lexical_tokens, parts, plain, stem, words
from ncs.types import IdArray

_NAME = r"[^\W\d]\w*(?:\(\))?"
_HYPHENED = r"(?:--)?[a-z][a-z\d]*(?:-[a-z\d]+)+"  # a flag, with or without what begins it
_MOST_CHUNKS_READ = 20  # chunks that hold a name or all of its parts, the best of them
_SPARED = 2  # letters that begin a name
_SHORTEST = 6  # letters: many short names are a slip away from each other


class Spelling(NamedTuple):
    """A name as the code writes it.

    Attributes:
        name: the question as it was where it is no name, or nothing here is like it.
        guessed: whether it is another name than was asked for, one slip away.
    """

    name: str
    guessed: bool


def spelling(index: Index, text: str) -> Spelling:
    """Return how a name is written that is a whole question.

    As it was asked where it is defined in any writing. Else as the code writes it:
    `MaxFileSize` is `MAX_FILE_SIZE`, which is given a value and no definition to a parser. Else
    the definition whose name is one letter more, less or other away, or two letters in turn, or
    what is no definition, as a setting, if its name has several parts. That of a name spelled
    out, too, one word of which stands nowhere: "http cahce reader". A flag is what code calls it,
    `cwd_file`, where none has it as it is typed, `--cwd-file`.
    """
    name = text.strip().removesuffix("()")
    if is_symbol(text) and "/" not in name and (owned := _near_owned(index, name)):
        return Spelling(owned, True)
    if "-" in name and re.fullmatch(_HYPHENED, name):
        return Spelling(_unhyphened(index, name) or text, False)
    if _has_a_stranger(index, text):
        near = _near(index, plain(text))
        return Spelling(near or text, near is not None)
    if not (is_symbol(text) and re.fullmatch(_NAME, name)) or len(index.symbols(name)):
        return Spelling(text, False)
    written = _written(index, name)
    if written is not None:
        return Spelling(written, False)
    near = _near(index, plain(name)) or _near_held(index, name)
    return Spelling(near or text, near is not None)


def _unhyphened(index: Index, name: str) -> str | None:
    """Return how code writes a flag where none has it as it is typed: `cwd_file`; or None."""
    bare = name.lstrip("-")
    score = lexical(index, bare).score
    holding = _holding(index, bare.split("-"))
    holding = holding[~in_prose(index, holding)]
    best = holding[np.argsort(-score[holding], kind="stable")[:MOST_FLAGGED]]
    # Behind a blank it is a word of a description, or its value.
    as_typed = re.compile(rf"(?:(?<![\w\s-])|^[ \t]*|--){bare}(?![\w-])", re.MULTILINE)
    if any(as_typed.search(text) for text in index.chunk_texts(best.tolist())):
        return None
    return _written(index, bare.replace("-", "_"))


def _has_a_stranger(index: Index, text: str) -> bool:
    """Return whether a text is words alone that may be a name, and one of them stands nowhere.

    All names are read then: small words behind the first ("sent to the server") are of a question.
    """
    said = [] if is_symbol(text) else words(text)
    if not ASKING.isdisjoint(said[1:]):
        return False
    if not 0 < len(said) <= MOST_NAME_WORDS or not text.replace(" ", "").isalnum():
        return False
    return any(not any(map(index.postings.lookup, lexical_tokens(word))) for word in said)


def _written(index: Index, name: str) -> str | None:
    """Return the writing of a name that is commonest where its parts stand together, or None."""
    score = lexical(index, name).score
    holding = _holding(index, [name.lower().strip("_")])
    holding = holding if len(holding) else _holding(index, parts(name))
    best = holding[np.argsort(-score[holding], kind="stable")[:_MOST_CHUNKS_READ]]
    wanted = plain(name)
    met = Counter(
        each
        for text in index.chunk_texts(best.tolist())
        for each in identifiers(text)
        if plain(each) == wanted
    )
    if not met:
        return None
    return name if name in met else min(met, key=lambda each: (-met[each], each))


def _holding(index: Index, terms: Iterable[str]) -> IdArray:
    """Return the chunks that hold every one of some terms, ascending."""
    found: IdArray | None = None
    for term in dict.fromkeys(terms):
        here = index.postings.lookup(term)
        if here is None:
            return NOWHERE
        found = here[0] if found is None else np.intersect1d(found, here[0], assume_unique=True)
    return NOWHERE if found is None else found


def _near(index: Index, wanted: str) -> str | None:
    """Return the name of a definition that is one slip away, as it is written, or None."""
    if len(wanted) < _SHORTEST:
        return None
    begin, end = wanted[:2], wanted[-2:]  # one slip spares the one or the other
    near = {
        name
        for name in index.names.without_underscores()
        if abs(len(name) - len(wanted)) < 2
        and (name.startswith(begin) or name.endswith(end))
        and one_slip(name, wanted)
    }
    for name in sorted(near, key=lambda name: (len(name) != len(wanted), name)):
        for chunk in index.chunk_names(index.symbols(name)[:_MOST_CHUNKS_READ].tolist()):
            for whole in (*chunk.defines, chunk.symbol):
                asked = asked_for(whole)
                if asked is not None and asked.bare == name:
                    return asked.pieces[-1]
    return None


def _near_owned(index: Index, name: str) -> str | None:
    """Return a full name whose last piece stands nowhere with that one slip away, or None.

    Without its owners where theirs it is not: `Cart.rmeove`.
    """
    asked = asked_for(name)
    if asked is None or len(asked.pieces) == 1 or index.postings.lookup(asked.pieces[-1].lower()):
        return None
    near = _near(index, asked.bare)
    full = f"{name.removesuffix(asked.pieces[-1])}{near}"
    return full if near and len(index.symbols(".".join((*asked.pieces[:-1], near)))) else near


def _near_held(index: Index, name: str) -> str | None:
    """Return a name of several parts that stands somewhere and is one slip away, or None.

    The first letters are as they should be: to look at all terms takes a hundred times as long.
    """
    start, wanted = name.lower()[:_SPARED], plain(name)
    if len(wanted) < _SHORTEST or len(parts(name)) == 1 or index.postings.lookup(name.lower()):
        return None
    near = [
        (len(held) != len(wanted), -count, term)
        for term, count in index.postings.terms.beginning(start)
        if abs(len(term) - len(name)) < 2 and one_slip(held := plain(term), wanted)
    ]
    return _written(index, min(near)[2]) if near else None


def longer_type(index: Index, name: str) -> str | None:
    """Return the only type whose name has one word more than another: `BaseTaskQueue`; or None."""
    found = by_names(index, name, None, CLASSES)
    names = {
        each.rpartition(".")[2]
        for chunk in index.chunk_names(found.ids[:_MOST_CHUNKS_READ].tolist())
        for each, _ in of_kinds(chunk, CLASSES)
    }
    wanted = [stem(word) for word in words(name)]
    longer = [each for each in names if _one_more([stem(word) for word in words(each)], wanted)]
    return longer[0] if len(longer) == 1 else None


def _one_more(said: list[str], wanted: list[str]) -> bool:
    """Return whether some words are others in their order and one more."""
    left = iter(said)
    return len(said) == len(wanted) + 1 and all(word in left for word in wanted)


def one_slip(one: str, other: str) -> bool:
    """Return whether one letter more, less or other, or two in turn, make a name of another."""
    short, long = sorted((one, other), key=len)
    at = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(long) > len(short):
        return long[at + 1 :] == short[at:]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return one != other and (swapped or short[at + 1 :] == long[at + 1 :])
