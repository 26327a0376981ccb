"""Forms of a question: as an author wrote it, as people ask, and without what gives it away.

Words that an author says of a piece of code stand in it more often than those of somebody who has
not read it: a model that meets authors' words alone learns to look for the words of the question.
"""

import random
from collections.abc import Iterator

from ncs.text import words
from ncs.wording import first_sentence

# questions as people ask them; {} is what they ask about
QUESTIONS = (
    "how does {} work", "how {} is handled", "where is {} implemented", "how is {} done",
    "{} implementation", "{} logic", "what handles {}", "find the code for {}",
    "how are {} managed",
)  # fmt: skip
AS_IT_IS, AS_A_QUESTION = 0.4, 0.2  # shares of the queries; of the rest shared words are dropped
SHARED_KEPT = 0.25  # dropping every shared word leaves too little to match
LEAST = 2  # words that a query keeps
_STRIPPED = 3  # forms without shared words: each keeps others of them
_ASKED_ABOUT = 12  # words of a question are about the thing


def forms(query: str, document: str, rng: random.Random) -> Iterator[str]:
    """Yield the forms of a query about a document: as it is, as a question, then without words.

    As many for every query; `shares` says how often each is asked.
    """
    yield query
    about = " ".join(words(first_sentence(query))[:_ASKED_ABOUT])
    yield rng.choice(QUESTIONS).format(about) if about else query
    for _ in range(_STRIPPED):
        yield _stripped(query, document, rng)


def shares() -> tuple[float, ...]:
    """Return how often each form is to be asked; the shares add up to 1."""
    stripped = (1.0 - AS_IT_IS - AS_A_QUESTION) / _STRIPPED
    return (AS_IT_IS, AS_A_QUESTION, *(stripped for _ in range(_STRIPPED)))


def _stripped(query: str, document: str, rng: random.Random) -> str:
    """Return a query without most of the words that stand in its document."""
    there = set(words(document))
    kept = [word for word in words(query) if word not in there or rng.random() < SHARED_KEPT]
    return " ".join(kept) if len(kept) >= LEAST else query
