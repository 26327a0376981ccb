"""What a model has encoded before, found by digest: sorted arrays, a few bytes for each text."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ncs.index.blocks import Latents
from ncs.index.content import text_digest
from ncs.index.reading import Index
from ncs.index.schema import MAIN_VIEW, WORDS_VIEW
from ncs.lexical import IdArray
from ncs.text import document
from ncs.types import FloatArray, Origin

Digests = npt.NDArray[np.uint8]  # (n, 16)

_DIGEST = 16


class Known:
    """Latents by the digest of the text that was encoded: chunks, and their authors' words.

    A row is the number of a text in the order in which it was added.

    Args:
        index: an index, built upon: its chunks are the first rows, and its explanations known.
    """

    def __init__(self, index: Index | None = None) -> None:
        self._index = index
        self._digests: Digests = np.zeros((0, _DIGEST), dtype=np.uint8)
        self._keys: npt.NDArray[np.uint64] = np.zeros(0, dtype=np.uint64)
        self._order: npt.NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self._starts: list[int] = []
        self._parts: list[Latents] = []
        if index is not None:
            for digests, latents in of_index(index):
                self._append(digests, latents)

    def add(self, digests: Digests, latents: Latents) -> None:
        """Take what is not known yet of some latents, all of this model."""
        new = np.flatnonzero(self._rows(digests) < 0)
        if len(new):
            self._append(digests[new], latents.some(new))

    def _append(self, digests: Digests, latents: Latents) -> None:
        self._starts.append(len(self._digests))
        self._parts.append(latents)
        self._digests = np.concatenate([self._digests, digests])
        keys = _keys(self._digests)
        self._order = np.argsort(keys, kind="stable").astype(np.uint32)
        self._keys = keys[self._order]

    def rows(self, digests: Sequence[bytes]) -> IdArray:
        """Return the row of each text, -1 for what is not known, (n,)."""
        joined = np.frombuffer(b"".join(digests), dtype=np.uint8)
        return self._rows(joined.reshape(-1, _DIGEST))

    def _rows(self, digests: Digests) -> IdArray:
        if not len(self._keys):
            return np.full(len(digests), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._keys, _keys(digests)), len(self._keys) - 1)
        rows = self._order[at].astype(np.int64)
        # Half a digest is the key: another text of equal half is encoded, not mistaken.
        return np.where((self._digests[rows] == digests).all(axis=1), rows, -1)

    def latents(self, rows: IdArray, width: int) -> FloatArray:
        """Return the latents of some rows, (n, width)."""
        found = np.empty((len(rows), width), dtype=np.float32)
        part = np.searchsorted(self._starts, rows, side="right") - 1
        for at, latents in enumerate(self._parts):
            here = part == at
            if here.any():
                found[here] = latents.of(rows[here] - self._starts[at])
        return found

    def explained(self, rows: IdArray) -> npt.NDArray[np.bool_]:
        """Return whether each row is a chunk that the index explains, (n,)."""
        count = 0 if self._index is None else self._index.chunk_count
        return np.asarray((rows >= 0) & (rows < count))

    def explanations(self, rows: Sequence[int]) -> list[tuple[str, Origin]]:
        """Return what is written of some rows that are `explained`."""
        if self._index is None:
            return []
        return [(row.explanation, row.origin) for row in self._index.chunk_rows(rows)]


def of_index(index: Index) -> list[tuple[Digests, Latents]]:
    """Return the digests and the latents of an index: of its chunks, and of authors' words."""
    has_words = WORDS_VIEW in index.views
    said = np.zeros(index.chunk_count, dtype=bool)
    if has_words:
        said[index.view_rows(WORDS_VIEW)] = True
    code, words = bytearray(), bytearray()
    every = (each for block, _ in index.texts.blocks() for each in block.texts())
    for (text, target), file, has in zip(
        every, index.file_ids.tolist(), said.tolist(), strict=True
    ):
        code += text_digest(document(index.paths[file], text))
        if has:
            words += text_digest(target)
    views = ((MAIN_VIEW, code), *(((WORDS_VIEW, words),) if has_words else ()))
    return [
        (np.frombuffer(data, dtype=np.uint8).reshape(-1, _DIGEST), index.whole(view))
        for view, data in views
    ]


def _keys(digests: Digests) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(digests[:, :8]).view(np.uint64)[:, 0]
