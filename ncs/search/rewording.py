"""What a question may mean that it does not say: words that its phrases stand for."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from ncs.search.question import plain_words, subject
from ncs.text import stem
from ncs.thesaurus import LONGEST_PHRASE, other_words

# Small words of a phrase that tell it from no other: `what was thrown away` is `thrown away`.
_SMALL_WORDS = (
    "i me my mine we us our ours you your yours he him his she her hers they them their theirs"
    " was were been being am has have having had can could will would should may might must shall"
    " there here who whose about"
)
SMALL = frozenset(map(stem, _SMALL_WORDS.split()))


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
def implied(text: str) -> tuple[list[str], ...]:
    """Return the words that each phrase of a question stands for, and that it does not say."""
    said = plain_words(text)
    found = (unsaid(phrase, said) for phrase in phrases(said))
    return tuple(filter(None, found))


def as_meant(text: str) -> str:
    """Return what the encoder reads of a question: its subject, and what its phrases stand for.

    `trash` beside `thrown in the bin`: the model has read little of how people speak of programs.
    What was said counts twice: once, judged questions lose 0.001. With the lists of everyday words
    newcomers' questions 0.749 → 0.766, paraphrases 0.510 → 0.547, those of the report half 0.531 →
    0.587, judged ones and subjects of commits as before, to 0.001 (by hand).
    """
    own, meant = subject(text), dict.fromkeys(chain.from_iterable(implied(text)))
    return " ".join((own, own, *meant)) if meant else own
