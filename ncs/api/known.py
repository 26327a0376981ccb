"""What a model has encoded before, found by digest: sorted arrays, a few bytes for each text."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from ncs.index.blocks import Latents
from ncs.index.content import text_digest, texts_of
from ncs.index.reading import Index
from ncs.index.schema import VIEWS
from ncs.text import path_words
from ncs.types import BoolArray, FloatArray, IdArray, NDArray, Origin

Digests = NDArray[np.uint8]  # (n, 16)

_DIGEST = 16


class Known:
    """Latents by the digest of the text that was encoded, whatever view it is in.

    A row is the number of a latent: of the chunks of the index, of its views beside them, one
    after the other, of what was added after these.

    Args:
        index: an index, built upon: its chunks are the first rows, and its explanations known. Of
            its texts no more are read than those of the files that are asked about.
    """

    def __init__(self, index: Index | None = None) -> None:
        self._index = index
        self._whole = index is None  # whether the digests of all of its texts are at hand
        self._digests: Digests = np.zeros((0, _DIGEST), dtype=np.uint8)
        self._rows_of: IdArray = np.zeros(0, dtype=np.int64)
        self._keys: NDArray[np.uint64] = np.zeros(0, dtype=np.uint64)
        self._order: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self._parts: list[Latents] = []
        self._starts: list[int] = [0]
        self._places: dict[str, int] = {}
        if index is not None:
            self._places = {path: at for at, path in enumerate(index.paths)}
            for view in VIEWS:
                self._keep(index.whole(view))

    def _keep(self, latents: Latents) -> int:
        """Keep some latents; return the row of the first."""
        self._parts.append(latents)
        self._starts.append(self._starts[-1] + len(latents.main))
        return self._starts[-2]

    def add(self, digests: Digests, latents: Latents) -> None:
        """Take what is not known yet of some latents, all of this model."""
        new = np.flatnonzero(self._find(digests) < 0)
        if len(new):
            first = self._keep(latents.some(new))
            self._append(digests[new], np.arange(first, first + len(new)))

    def _append(self, digests: Digests, rows: IdArray) -> None:
        self._digests = np.concatenate([self._digests, digests])
        self._rows_of = np.concatenate([self._rows_of, rows])
        keys = _keys(self._digests)
        self._order = np.argsort(keys, kind="stable").astype(np.uint32)
        self._keys = keys[self._order]

    def rows(self, digests: Sequence[bytes], paths: Collection[str] = ()) -> IdArray:
        """Return the row of each text, -1 for what is not known, (n,).

        Args:
            digests: of the texts.
            paths: of the files in which they stand.
        """
        here = self._of_files(paths)
        joined = np.frombuffer(b"".join(digests), dtype=np.uint8)
        found = self._find(joined.reshape(-1, _DIGEST))
        if here:
            pairs = zip(digests, found.tolist(), strict=True)
            found = np.array([here.get(digest, row) for digest, row in pairs], dtype=np.int64)
        return found

    def _of_files(self, paths: Collection[str]) -> dict[bytes, int]:
        """Return digest → row of what the index knows of some files.

        Where one of them may have been moved, the texts of all files are read, once: `_find`
        knows their digests from then on, and nothing is left to return.
        """
        index = self._index
        if index is None or self._whole:
            return {}
        if any(path not in self._places and path_words(path) in self._names for path in paths):
            every = np.concatenate([digests for digests, _ in of_index(index)])
            self._append(every, np.arange(len(every)))
            self._whole = True
            return {}
        files = [self._places[path] for path in paths if path in self._places]
        return dict(_texts_of(index, files))

    @cached_property
    def _names(self) -> frozenset[str]:
        """What the encoder reads of the paths: the text of a chunk begins with it."""
        return frozenset(map(path_words, self._places))

    def _find(self, digests: Digests) -> IdArray:
        if not len(self._keys):
            return np.full(len(digests), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._keys, _keys(digests)), len(self._keys) - 1)
        places = self._order[at]
        # Half a digest is the key: another text of equal half is encoded, not mistaken.
        same = (self._digests[places] == digests).all(axis=1)
        return np.where(same, self._rows_of[places], -1)

    def latents(self, rows: IdArray, width: int) -> FloatArray:
        """Return the latents of some rows, (n, width)."""
        found = np.empty((len(rows), width), dtype=np.float32)
        part = np.searchsorted(self._starts, rows, side="right") - 1
        for at, latents in enumerate(self._parts):
            here = part == at
            if here.any():
                found[here] = latents.of(rows[here] - self._starts[at])
        return found

    def explained(self, rows: IdArray) -> BoolArray:
        """Return whether each row is a chunk that the index explains, (n,)."""
        count = 0 if self._index is None else self._index.chunk_count
        return np.asarray((rows >= 0) & (rows < count))

    def explanations(self, rows: Sequence[int]) -> list[tuple[str, Origin]]:
        """Return what is written of some rows that are `explained`."""
        if self._index is None:
            return []
        return [(row.explanation, row.origin) for row in self._index.chunk_rows(rows)]


def of_index(index: Index) -> list[tuple[Digests, Latents]]:
    """Return the digests and the latents of each view of an index."""
    views = {view: index.whole(view) for view in VIEWS}
    found = np.zeros((sum(len(each.main) for each in views.values()), _DIGEST), dtype=np.uint8)
    for digest, row in _texts_of(index, range(len(index.paths))):
        found[row] = np.frombuffer(digest, dtype=np.uint8)
    ends = np.cumsum([len(each.main) for each in views.values()])
    return list(zip(np.split(found, ends[:-1]), views.values(), strict=True))


def _texts_of(index: Index, files: Iterable[int]) -> Iterator[tuple[bytes, int]]:
    """Yield the digest of each text of some files, and the row of its latent in `Known`."""
    views, start = {}, 0
    for view in VIEWS:
        chunks = index.view_rows(view)
        views[view] = chunks, start
        start += len(chunks)
    for file in files:
        for row in index.chunk_rows(index.chunks_of(file)):
            for view, text in texts_of(row).items():
                chunks, start = views[view]
                at = int(np.searchsorted(chunks, row.id))
                if at < len(chunks) and chunks[at] == row.id:
                    yield text_digest(text), start + at


def _keys(digests: Digests) -> NDArray[np.uint64]:
    return np.ascontiguousarray(digests[:, :8]).view(np.uint64)[:, 0]
