"""Which words explain a chunk: the author's, the model's if they hold, else a description.

A generated sentence is shown only when the decoder was sure enough of it and it passes every check
of `faults`; otherwise the chunk's own target (synthetic or snippet) speaks.
"""

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from ncs.text import stem, words
from ncs.types import MADE_UP, Chunk, Origin
from ncs.wording import SHORT, is_name

# Mean log-probability of a token below which the decoder guesses.
SURE = -0.9

# What it is worth beside a sentence's score if all of its words of content stand in the text. By
# hand, 300 functions of each language of the tune half of benchmarks/explanations, 0.0 → 2.0:
# BLEU-4 16.08 → 16.24 in Python, 15.75 → 15.79 in all languages, and more sentences differ.
_STANDS = 2.0

_NAME = re.compile(r"\w+")
_LABEL = re.compile(r"\W*[\w-]+:(?!:)")
_FEWEST_WORDS = 3
_NGRAM = 3
_PAIRS = (("(", ")"), ("[", "]"))
# Words of a name that need not be told. By hand, of 3,079 documented definitions of 25 codebases,
# from their code alone: of what is shown BLEU-4 20.9 → 22.4, ROUGE-L 42.0 → 44.4 since the name
# must be told; what is held back for it has 15, as all that the decoder says.
_UNTOLD_WORDS = "a and as async at by do for from get has in is mut of on or the to with"
_UNTOLD = frozenset(_UNTOLD_WORDS.split())
_UNSAID = re.compile(r"__\w+__\Z|operator\W")
# A sentence that ends with one of these was broken off.
_HANGING_WORDS = "a an and as at by for from in into of on or that the to with which"
_HANGING = frozenset(_HANGING_WORDS.split())


def explainable(chunk: Chunk) -> bool:
    """Return whether a sentence may be generated for a chunk.

    It has no words of an author and is about one definition: of several that were packed
    together a list of their names says more.
    """
    return chunk.target.tier in MADE_UP and len(chunk.defines) == 1


def name_of(chunk: Chunk) -> str:
    """Return the bare name of what a chunk defines; "" for a part of something larger.

    And for a name that nobody says: Python's `__init__`, an operator of C++.
    """
    name = chunk.symbol.rpartition(".")[2] if chunk.symbol in chunk.defines else ""
    return "" if _UNSAID.match(name) else name


def explanation(chunk: Chunk, generated: str, log_probability: float) -> tuple[str, Origin]:
    """Return what the chunk does, in words, and where the words come from.

    Args:
        chunk: the chunk to explain.
        generated: what a decoder wrote for it.
        log_probability: mean of its tokens, in nats.
    """
    target, name = chunk.target, name_of(chunk)
    if target.tier in MADE_UP and not held_back(generated, chunk.text, log_probability, name):
        return generated, "generated"
    return target.text, target.tier


def held_back(generated: str, text: str, log_probability: float, name: str = "") -> list[str]:
    """Return why a generated sentence is not shown: its faults, and "unsure"; empty if it is."""
    return faults(generated, text, name) + (["unsure"] if log_probability < SURE else [])


def worths(texts: Sequence[str], names: Sequence[str]) -> Callable[[str, int], float]:
    """Return what says what a sentence about one of some texts is worth; see `worth`."""
    return lambda generated, at: worth(generated, texts[at], names[at])


def worth(generated: str, text: str, name: str = "") -> float:
    """Return what speaks for a generated sentence beside how likely it is.

    -inf where it fails a check (`faults`), else up to `_STANDS`, by the share of its words of
    content that stand in the text: of likely sentences, those that speak of this code.
    """
    if faults(generated, text, name):
        return -math.inf
    own, said = set(words(text)), set(filter(_of_content, words(generated)))
    return _STANDS * len(said & own) / max(len(said), 1)


def faults(generated: str, text: str, name: str = "") -> list[str]:
    """Return the names of the checks that a generated sentence fails; empty when it holds.

    empty: fewer than three words. broken: undecodable characters, brackets that do not close,
    a label (`Call-seq:`) before anything is said, or an end in the middle. repetition: a word
    twice in a row or a trigram twice. unseen-name: a name (with a capital inside or an
    underscore) that does not stand in the text. off-topic: no word of four letters or more shared
    with the text. untold: a word of the name is not told: a constructor of `StickerForm` creates
    no sticker.

    Args:
        generated: the sentence.
        text: what it is about.
        name: of what is defined there, without its owners; "" where nothing is.
    """
    said = words(generated)
    own = set(words(text))
    names = set(_NAME.findall(text))
    found = []
    if len(said) < _FEWEST_WORDS:
        found.append("empty")
    if _broken(generated, said):
        found.append("broken")
    if _repeats(said):
        found.append("repetition")
    if any(is_name(name) and name not in names for name in _NAME.findall(generated)):
        found.append("unseen-name")
    if not any(word in own for word in filter(_of_content, said)):
        found.append("off-topic")
    if not all(_is_told(word, said) for word in words(name)):
        found.append("untold")
    return found


def _is_told(word: str, said: Sequence[str]) -> bool:
    """Return whether a word is said, in whatever form; `dir` is by `directory`, too."""
    form = stem(word)
    return word in _UNTOLD or any(each.startswith(form) or stem(each) == form for each in said)


def _of_content(word: str) -> bool:
    return len(word) > SHORT


def _broken(generated: str, said: list[str]) -> bool:
    open_ended = any(generated.count(left) != generated.count(right) for left, right in _PAIRS)
    unsaid = "�" in generated or _LABEL.match(generated) is not None
    return unsaid or open_ended or bool(said and said[-1] in _HANGING)


def _repeats(said: list[str]) -> bool:
    grams = [tuple(said[at : at + _NGRAM]) for at in range(len(said) - _NGRAM + 1)]
    return any(first == second for first, second in pairwise(said)) or len(set(grams)) < len(grams)
