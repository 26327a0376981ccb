"""Sentences ↔ tokens, and what of a chunk a decoder may read and copy.

The one place that decides how an explanation is cut into tokens and put together again, so that
training and use agree on it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count, repeat

from ncs.positions import Numbered, positions
from ncs.scripts import holds_unspaced
from ncs.text import fold, parts

PAD, BOS, EOS, UNKNOWN = range(4)  # ids of the marks; the words of a vocabulary follow
MARKS = 4

# As CodeXGLUE cuts, whose figures ours are compared with (`ncs.evaluate.explanations`): should a
# decoder's tokens be others one day, these stay.
PIECE = re.compile(r"\w+|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(\[])|(?<=[。！？])(?![。！？」』）])")
_MARKUP = frozenset('`*"#@{}<>|\\~^$_')
_CLOSING = frozenset(".,:;)]!?%'’/-")  # no space before them
_OPENING = frozenset("([/-'’")  # no space behind them
SHORT = 3  # letters of a word that carries no meaning of its own
_GRAMMAR = frozenset({"from", "into", "that", "this", "with"})
_VOWELS = frozenset("aeio")  # of u the ear decides: a user, an update
_NO_VOWEL = frozenset({"one", "once"})
_LONGEST_COPIED = 48  # characters of a name that can be copied


@dataclass(frozen=True, slots=True)
class Source:
    """What a decoder reads of one text, place after place: words, and behind its words each name.

    Attributes:
        surfaces: what copying a place says: a lower-case word, or a name as it is written.
        lines: the position (`ncs.positions.positions`) that each place belongs to.
        words: the ids of the words that each place is made of; one for all but names.
    """

    surfaces: tuple[str, ...]
    lines: tuple[int, ...]
    words: tuple[tuple[int, ...], ...]


class Vocabulary:
    """The words that a decoder knows by heart; all others it can only copy.

    Attributes:
        words: in the order of their ids, which begin at `MARKS`.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._ids = {word: at for at, word in enumerate(self.words, MARKS)}

    def __len__(self) -> int:
        return MARKS + len(self.words)

    def ids(self, said: Iterable[str], own: Sequence[str] = ()) -> list[int]:
        """Return the ids of tokens; `own` words, of one text alone, follow the vocabulary's."""
        beyond = {word: at for at, word in enumerate(own, len(self))}
        return [self._ids.get(word, beyond.get(word, UNKNOWN)) for word in said]

    def unknown(self, surfaces: Iterable[str]) -> list[str]:
        """Return the surfaces that the vocabulary lacks, each once, in order."""
        return [word for word in dict.fromkeys(surfaces) if word not in self._ids]

    def repeatable(self) -> frozenset[int]:
        """Return the ids of what a sentence may say twice: punctuation and words of grammar."""
        return frozenset(
            at for word, at in self._ids.items() if len(word) <= SHORT or word in _GRAMMAR
        )

    def tokens(self, ids: Iterable[int], own: Sequence[str] = ()) -> list[str]:
        """Return the tokens up to the first EOS; marks are left out."""
        found = []
        for at in ids:
            if at == EOS:
                break
            if at >= MARKS:
                within = at - MARKS < len(self.words)
                found.append(self.words[at - MARKS] if within else own[at - len(self)])
        return found


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, white space folded."""
    return _SENTENCE_END.split(fold(text), maxsplit=1)[0]


def tokens(text: str) -> list[str]:
    """Return the tokens of a sentence: lower-case words, names as they stand, punctuation.

    Marks of markup say nothing and are left out.
    """
    found = []
    for token in PIECE.findall(text):
        if token[0].isalnum() or len(token) > 1:
            found.append(token if is_name(token) else token.lower())
        elif token not in _MARKUP:
            found.append(token)
    return found


def sentence(said: Sequence[str]) -> str:
    """Return tokens as a sentence: spaces where they belong, a capital at its start."""
    text = ""
    tight = True  # whether the next token joins what stands
    for token in said:
        text += token if tight or token in _CLOSING else f" {token}"
        tight = token in _OPENING
    return text[:1].upper() + text[1:] if not (said and is_name(said[0])) else text


def with_articles(said: Sequence[str]) -> list[str]:
    """Return tokens with "a" as "an" where a vowel follows, which a decoder sees too late."""
    following = [*said[1:], ""][: len(said)]
    return [
        "an" if token == "a" and after[:1].lower() in _VOWELS and after not in _NO_VOWEL else token
        for token, after in zip(said, following, strict=True)
    ]


@lru_cache(maxsize=1 << 16)
def is_name(word: str) -> bool:
    """Return whether a word is written as only names in code are: `loadRows`, `_x`, `utf8`."""
    return "_" in word or (len(parts(word)) > 1 and not holds_unspaced(word))


def source(
    text: str,
    cut: Callable[[str], Sequence[int]],
    *,
    lines: int,
    words_per_line: int,
    query_words: int,
    places: int,
) -> Source:
    """Return the places of a text, the first `places` of them.

    Args:
        text: as the encoder reads it.
        cut: identifier → ids of its words.
        lines: as `ncs.positions.positions` takes it, and so are the next two.
        words_per_line: words of a line at most.
        query_words: words in a position of a text of one line.
        places: at most.
    """
    numbered = Numbered(_pieces)
    found = positions(
        [text], numbered, lines=lines, words_per_line=words_per_line, query_words=query_words
    )
    pieces = list(numbered.pieces)
    surfaces: list[str] = []
    of_line: list[int] = []
    words: list[tuple[int, ...]] = []
    line_of = chain.from_iterable(map(repeat, count(), found.counts.tolist()))
    for line, number in zip(line_of, found.words.tolist(), strict=True):
        if len(surfaces) >= places:
            break
        name, at = pieces[number]
        all_parts, ids = parts(name), cut(name)
        surfaces.append(all_parts[at])
        words.append((ids[at],))
        of_line.append(line)
        if at == len(all_parts) - 1 and is_name(name) and len(name) <= _LONGEST_COPIED:
            surfaces.append(name)
            words.append(tuple(ids))
            of_line.append(line)
    return Source(tuple(surfaces[:places]), tuple(of_line[:places]), tuple(words[:places]))


@lru_cache(maxsize=1 << 16)
def _pieces(name: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, at) for at in range(len(parts(name))))
