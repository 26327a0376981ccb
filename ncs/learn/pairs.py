"""Chunks → pairs to learn from, and what is held out to see whether anything was learned."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ncs.errors import TrainingError
from ncs.text import document, words
from ncs.types import Chunk
from ncs.wording import first_sentence

_FEWEST_QUERY_WORDS = 3
_FEWEST_BODY_WORDS = 5
_HELD_OUT_AT_MOST = 500
_FEWEST_PAIRS = 8
_CANDIDATES = 3_000  # chunks a held-out question is asked over, at most
# Names ask once for so many of the author's words: each tells its own code from few others, and
# they would be half of all steps. With a third of them networkx is learned as well in half the
# time (held-out MRR 0.55, by hand). A codebase without comments has its names alone.
_NAMES = 0.4
_FEWEST_NAMES = 500


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the text that answers it.

    Attributes:
        query: words in which somebody may ask for the chunk.
        document: what the encoder reads of the chunk, without the words that became the query.
        explanation: what the decoder is to say about it: the first sentence of its docstring,
            "" where it has none. Comments and made-up targets would teach it other things.
        group: equal for pairs whose queries are equal. chunk: which chunk answers. Pairs that
            share either are no negatives of each other.
    """

    query: str
    document: str
    explanation: str
    group: int
    chunk: int


@dataclass(frozen=True, slots=True)
class Validation:
    """Held-out questions and the candidates among which each must find its own.

    `gold[i]` is the index in `documents` of the chunk that `queries[i]` was taken from; no
    document holds the words of its own question.
    """

    queries: tuple[str, ...]
    gold: tuple[int, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What one codebase teaches: pairs to learn from and a validation that never sees them.

    `held_out_below` says which documented chunks gave no pair (see `held_out`).
    """

    pairs: tuple[Pair, ...]
    validation: Validation
    held_out_below: float


def lessons(chunks: Sequence[Chunk], *, holdout: float, seed: int) -> Lessons:
    """Return training pairs and held-out questions, split by chunk.

    The author's words (docstring, comment) ask for the chunk without them; the words of some
    names ask for the body with the name masked. A chunk that is held out gives no pair.
    Equal queries share a group. Deterministic for a seed.

    Raises:
        TrainingError: there are too few pairs to learn from.
    """
    below = _below(chunks, holdout=holdout, seed=seed)
    held = held_out(chunks, below=below, seed=seed)
    # The parts of a long documented definition share its words, or tell them before a comment of
    # their own: what is asked stays untaught.
    asked = {chunks[at].target.text.lower() for at in held}
    whole = {(chunks[at].path, chunks[at].symbol) for at in held}
    hidden = {
        at
        for at, chunk in enumerate(chunks)
        if chunk.target.text.lower() in asked or (chunk.path, chunk.symbol) in whole
    }
    open_ = [at for at in range(len(chunks)) if at not in hidden]
    groups: dict[str, int] = {}
    told = [pair for at in open_ for pair in _told(chunks[at], at, groups)]
    named = [pair for at in open_ for pair in _named(chunks[at], at, groups)]
    few = min(len(named), max(int(_NAMES * len(told)), _FEWEST_NAMES))
    pairs = told + random.Random(seed).sample(named, few)
    if len(pairs) < _FEWEST_PAIRS:
        raise TrainingError(
            f"nothing to learn from: {len(chunks)} chunks give {len(pairs)} pairs of words and "
            f"code, and {_FEWEST_PAIRS} are needed",
            hint="ncs index builds an index without training",
        )
    return Lessons(tuple(pairs), _validation(chunks, held, random.Random(seed)), below)


def held_out(chunks: Sequence[Chunk], *, below: float, seed: int) -> list[int]:
    """Return which documented chunks draw a lot below a number, ascending; of 1 all of them.

    A chunk's lot is drawn by its author's words alone: an edit elsewhere never turns one that a
    model was taught into one that it was not.
    """
    return [at for at, chunk in enumerate(chunks) if _asks(chunk) and _lot(chunk, seed) < below]


def _below(chunks: Sequence[Chunk], *, holdout: float, seed: int) -> float:
    """Return what the lots are below of as many documented chunks as are to be held out."""
    lots = sorted(_lot(chunk, seed) for chunk in chunks if _asks(chunk))
    count = min(int(len(lots) * holdout), _HELD_OUT_AT_MOST)
    return lots[count] if count < len(lots) else 1.0


def _lot(chunk: Chunk, seed: int) -> float:
    """Return a number in [0, 1) drawn by a seed and by what the author says of a chunk."""
    drawn = hashlib.sha256(f"{seed}\0{chunk.target.text.lower()}".encode()).digest()
    return int.from_bytes(drawn[:6], "big") / 2**48


def _validation(chunks: Sequence[Chunk], held: list[int], rng: random.Random) -> Validation:
    """Return the held-out questions over their own chunks and a sample of the others."""
    others = sorted(set(range(len(chunks))) - set(held))
    room = max(_CANDIDATES - len(held), 0)
    candidates = held + (rng.sample(others, room) if len(others) > room else others)
    documents = tuple(document(chunks[at].path, chunks[at].body) for at in candidates)
    queries = tuple(chunks[at].target.text for at in held)
    return Validation(queries, tuple(range(len(held))), documents)


def _asks(chunk: Chunk) -> bool:
    """Whether the author's words and the code beside them are enough for a fair question."""
    return (
        chunk.target.tier == "docstring"
        and chunk.target.span is not None
        and len(words(chunk.target.text)) >= _FEWEST_QUERY_WORDS
        and len(words(chunk.body)) >= _FEWEST_BODY_WORDS
    )


def _told(chunk: Chunk, at: int, groups: dict[str, int]) -> Iterator[Pair]:
    """Yield the pair of the author's words, if there are enough of them."""
    said = chunk.target.text
    if (
        chunk.target.tier in ("docstring", "comment")
        and len(words(said)) >= _FEWEST_QUERY_WORDS
        and len(words(chunk.body)) >= _FEWEST_BODY_WORDS
    ):
        made = document(chunk.path, chunk.body)
        yield Pair(said, made, _explanation(chunk), _group(said, groups), at)


def _named(chunk: Chunk, at: int, groups: dict[str, int]) -> Iterator[Pair]:
    """Yield the pair of the name, if it is of several words."""
    name = chunk.symbol.rpartition(".")[2]
    if name and len(words(name)) > 1 and len(words(chunk.body)) >= _FEWEST_BODY_WORDS:
        query = " ".join(words(name))
        masked = document(chunk.path, chunk.body.replace(name, "_"))
        yield Pair(query, masked, _explanation(chunk), _group(query, groups), at)


def _explanation(chunk: Chunk) -> str:
    return first_sentence(chunk.target.text) if chunk.target.tier == "docstring" else ""


def _group(query: str, groups: dict[str, int]) -> int:
    return groups.setdefault(query.lower(), len(groups))
