"""What a question may mean that it does not say: words that its phrases stand for."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from ncs.lexical import Postings
from ncs.search.question import plain_words, subject
from ncs.text import stem, stem_token
from ncs.thesaurus import LONGEST_PHRASE, other_words

# Small words of a phrase that tell it from no other: `what was thrown away` is `thrown away`.
_SMALL_WORDS = (
    "i me my mine we us our ours you your yours he him his she her hers they them their theirs"
    " was were been being am has have having had can could will would should may might must shall"
    " there here who whose about"
)
SMALL = frozenset(map(stem, _SMALL_WORDS.split()))
_FEW = 0.01  # of the chunks


def phrases(said: Sequence[str]) -> Iterator[str]:
    """Yield what may be a phrase of some stems: two or three, one after the other, each once."""
    told = [each for each in said if each not in SMALL]
    runs = (
        " ".join(told[at : at + count])
        for count in range(2, LONGEST_PHRASE + 1)
        for at in range(len(told) - count + 1)
    )
    yield from dict.fromkeys(runs)


def unsaid(stems: str, said: Sequence[str]) -> list[str]:
    """Return the other words of a word or a phrase that do not stand beside it."""
    return [word for word in other_words(stems) if stem(word) not in said]


@lru_cache(maxsize=8)  # both arms ask
def implied(text: str) -> tuple[tuple[str, list[str]], ...]:
    """Return phrases of a question, and the words that each stands for and it does not say."""
    said = plain_words(text)
    found = ((phrase, unsaid(phrase, said)) for phrase in phrases(said))
    return tuple(each for each in found if each[1])


def as_meant(text: str, postings: Postings) -> str:
    """Return what the encoder reads of a question: its subject, and what its phrases stand for.

    `trash` beside `thrown in the bin`: the model has read little of how people speak of programs.
    What was said counts twice: counted once, judged questions lose 0.001. A phrase in words that
    are common in the code means what it says: queries of the web (CoSQA's dev half) lose 0.002
    like this, and 0.009 by all phrases. With the lists of everyday words, and `_DOUBT` of
    `ncs.search.fusion` at 0.8, newcomers' questions 0.749 → 0.766, paraphrases 0.510 → 0.542,
    judged ones and subjects of commits as before, to 0.001 (by hand).

    Args:
        text: the question.
        postings: of the chunks that are searched.
    """
    own = subject(text)
    meant = dict.fromkeys(
        word for phrase, words in implied(text) if _is_strange(phrase, postings) for word in words
    )
    return " ".join((own, own, *meant)) if meant else own


def _is_strange(phrase: str, postings: Postings) -> bool:
    """Return whether few chunks hold a word of a phrase, or none."""
    found = (postings.lookup(stem_token(stem)) for stem in phrase.split(" "))
    return any(each is None or len(each[0]) <= _FEW * len(postings.lengths) for each in found)
