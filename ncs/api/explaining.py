"""What is said of each chunk: its author's words, or a trained model's where they hold."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ncs.api.encoding import Coded
from ncs.api.known import Known
from ncs.explain import explanation
from ncs.index.content import Explanations
from ncs.runtime import RuntimeDecoder
from ncs.text import words
from ncs.types import MADE_UP, Chunk, Origin
from ncs.weights import Weights


@dataclass(frozen=True, slots=True)
class _Late:
    """A sentence that holds if the codebase's authors use these words somewhere."""

    chunk: int
    text: str
    needs: frozenset[str]


class Explaining:
    """Explains chunks as they come; a sentence may have to wait for all authors' words.

    Args:
        model: a trained model, whose decoder speaks for chunks without words of an author; None
            where nobody speaks for them.
        known: what this model has said before.
    """

    def __init__(self, model: Weights | None, known: Known) -> None:
        self._decoder = None if model is None else RuntimeDecoder(model)
        self._known = known
        self._vocabulary: set[str] = set()
        self._late: list[_Late] = []

    def of(self, coded: Coded, first: int) -> Explanations:
        """Return the explanation of each chunk; `first` is the id of the first of them."""
        chunks = coded.chunks
        told: list[tuple[str, Origin]] = [(c.target.text, c.target.tier) for c in chunks]
        if self._decoder is None:
            return told
        for chunk in chunks:
            if chunk.target.tier not in MADE_UP:
                self._vocabulary.update(words(chunk.target.text))
        silent = [at for at, chunk in enumerate(chunks) if chunk.target.tier in MADE_UP]
        explained = self._known.explained(coded.rows)
        before = [at for at in silent if explained[at]]
        rows = coded.rows[before].tolist()
        for at, (text, origin) in zip(before, self._known.explanations(rows), strict=True):
            if origin == "generated":
                told[at] = text, origin
        anew = [at for at in silent if not explained[at]]
        generated = self._decoder.explain(coded.latents[np.array(anew, dtype=np.int64)])
        for at, text in zip(anew, generated, strict=True):
            told[at] = self._checked(chunks[at], text, first + at)
        return told

    def _checked(self, chunk: Chunk, text: str, number: int) -> tuple[str, Origin]:
        """Return what is said of a chunk by what is known of the authors' words so far."""
        found = explanation(chunk, text, self._vocabulary)
        if found[1] != "generated":
            needs = frozenset(words(text)) - frozenset(words(chunk.text))
            better = explanation(chunk, text, needs)
            if better[1] == "generated":
                self._late.append(_Late(number, better[0], needs))
        return found

    def late(self) -> Iterator[tuple[int, str, Origin]]:
        """Yield (chunk, text, origin) of sentences that hold now that all words are known."""
        for each in self._late:
            if each.needs <= self._vocabulary:
                yield each.chunk, each.text, "generated"
