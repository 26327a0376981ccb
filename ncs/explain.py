"""Which words explain a chunk: the author's, the model's if they hold, else a description.

A generated sentence is shown only when it passes every check of `faults`; otherwise the
chunk's own target (synthetic or snippet) speaks. Gibberish is never shown.
"""

import re
from collections.abc import Collection
from itertools import pairwise

from ncs.text import parts, words
from ncs.types import Chunk, Origin

_NAME = re.compile(r"[A-Za-z_]\w*")
_FEWEST_WORDS = 3
_NGRAM = 3


def explanation(
    chunk: Chunk, generated: str | None, vocabulary: Collection[str]
) -> tuple[str, Origin]:
    """Return what the chunk does, in words, and where the words come from.

    Args:
        chunk: the chunk to explain.
        generated: what a decoder wrote for it, or None.
        vocabulary: lower-case words that a generated sentence may use beside the chunk's own.
    """
    target = chunk.target
    if target.tier in ("docstring", "comment") or generated is None:
        return target.text, target.tier
    if faults(generated, chunk.text, vocabulary):
        return target.text, target.tier
    return generated.strip(), "generated"


def faults(generated: str, text: str, vocabulary: Collection[str]) -> list[str]:
    """Return the names of the checks that a generated sentence fails; empty when it holds.

    empty: fewer than three words. broken: undecodable characters. repetition: a word twice in
    a row or a trigram twice. unseen-name: an identifier (with a capital inside, an underscore
    or a digit) that does not stand in the text. unknown-word: a word that neither the text
    nor the vocabulary knows. off-topic: no word of four letters or more shared with the text.
    """
    said = words(generated)
    own = set(words(text))
    found = []
    if len(said) < _FEWEST_WORDS:
        found.append("empty")
    if "�" in generated:
        found.append("broken")
    if _repeats(said):
        found.append("repetition")
    names = set(_NAME.findall(text))
    if any(_is_identifier(name) and name not in names for name in _NAME.findall(generated)):
        found.append("unseen-name")
    if any(word not in own and word not in vocabulary for word in said):
        found.append("unknown-word")
    if not any(len(word) > 3 and word in own for word in said):
        found.append("off-topic")
    return found


def _repeats(said: list[str]) -> bool:
    pairs = pairwise(said)
    grams = [tuple(said[at : at + _NGRAM]) for at in range(len(said) - _NGRAM + 1)]
    return any(first == second for first, second in pairs) or len(set(grams)) < len(grams)


def _is_identifier(name: str) -> bool:
    return "_" in name or any(c.isdigit() for c in name) or len(parts(name)) > 1
