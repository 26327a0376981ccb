"""What is said of each chunk: its author's words, or a model's where they hold."""

from ncs.api.encoding import EncodedGroup
from ncs.api.known import Known
from ncs.explain import explainable, explanation, name_of, worths
from ncs.index.content import Explanations
from ncs.runtime.decoder import RuntimeDecoder
from ncs.text import document
from ncs.types import Origin


class Explaining:
    """Explains chunks as they come.

    Args:
        decoder: speaks for chunks without words of an author; None where nobody does.
        known: what the same model has said before.
    """

    def __init__(self, decoder: RuntimeDecoder | None, known: Known) -> None:
        self._decoder = decoder
        self._known = known

    def of(self, group: EncodedGroup) -> Explanations:
        """Return the explanation of each chunk."""
        chunks = group.chunks
        told: list[tuple[str, Origin]] = [(c.target.text, c.target.tier) for c in chunks]
        if self._decoder is None:
            return told
        silent = [at for at, chunk in enumerate(chunks) if explainable(chunk)]
        explained = self._known.explained(group.rows)
        before = [at for at in silent if explained[at]]
        rows = group.rows[before].tolist()
        for at, (text, origin) in zip(before, self._known.explanations(rows), strict=True):
            if origin == "generated":
                told[at] = text, origin
        anew = [at for at in silent if not explained[at]]
        texts = [document(chunks[at].path, chunks[at].text) for at in anew]
        names = [name_of(chunks[at]) for at in anew]
        said = self._decoder.explain(texts, worth=worths(texts, names))
        for at, each in zip(anew, said, strict=True):
            told[at] = explanation(chunks[at], each.text, each.log_probability)
        return told
