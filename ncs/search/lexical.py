"""The lexical arm: BM25 over the index's postings, of chunks and of whole files."""

from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOWHERE, Postings, Scorer, scored
from ncs.ranges import beginnings
from ncs.search.question import plain_words, terms
from ncs.search.rewording import implied, unsaid
from ncs.text import stem, stem_token
from ncs.types import FloatArray, IdArray

# Times the BM25 of a stem; a word that stands as it was asked counts twice, with its stem.
# By hand, chosen with all of these in sight: newcomers' questions 0.825 → 0.829, judged ones
# 0.925 → 0.929 and 0.912 → 0.912, subjects of commits 0.709 → 0.710 and 0.768 → 0.768, paraphrases
# 0.378 → 0.396 and 0.496 → 0.494; of words alone newcomers' 0.753 → 0.774, paraphrases
# 0.206 → 0.273. For whole files, too: words alone win more (0.781), both arms together nothing.
OTHER_WORD = 0.8
MEANT_WORD = 1.6  # for a phrase that stands for a word
_COMMON = 0.05  # of the chunks


class Lexical(NamedTuple):
    """What the words of a question give each chunk.

    Attributes:
        score: BM25, (N,), 0 where no term stands.
        share: of the question's terms found in the chunk, weighted by rarity, (N,), in [0, 1].
    """

    score: FloatArray
    share: FloatArray


def lexical(index: Index, text: str, *, as_said: bool = False) -> Lexical:
    """Return the lexical scores of all chunks; `as_said` is as for `ncs.search.question.terms`."""
    scorer = _scorer(index)
    score, share = scored(scorer, terms(text, as_said=as_said))
    return Lexical(score + reworded(scorer, text), share)


def of_files(index: Index, text: str) -> FloatArray:
    """Return BM25 of all files, each read as one text, (F,).

    What is asked may be spread over a file. Beside the best of its chunks, and with weights of
    latents that fit it, this took judged questions 0.916 → 0.918, newcomers' 0.827 → 0.831,
    subjects of commits 0.732 → 0.740 (by hand, chosen with all of these in sight).
    """
    if index not in _OF_FILES:
        postings = FilePostings(index.postings, index.file_ids, len(index.paths))
        _OF_FILES[index] = Scorer(postings)
    return scored(_OF_FILES[index], terms(text))[0]


def _scorer(index: Index) -> Scorer:
    """Return the scorer of an index's chunks, made once for each open index."""
    if index not in _OF_CHUNKS:
        _OF_CHUNKS[index] = Scorer(index.postings)
    return _OF_CHUNKS[index]


def reworded(scorer: Scorer, text: str) -> FloatArray:
    """Return what other words for those of a question give each chunk, (N,).

    A word gives its best other word where it does not stand itself, unless it is common here:
    then the code speaks as the question does. A phrase gives the best word that it stands for.
    """
    given, said = _Given(scorer), plain_words(text)
    for word in dict.fromkeys(said):
        others = unsaid(word, said)
        if others and len(own := scorer.term(stem_token(word)).ids) <= _COMMON * scorer.size:
            given.best_of(others, OTHER_WORD, but=own)
    for _, words in implied(text):
        given.best_of(words, MEANT_WORD)
    return given.score


class _Given:
    """What groups of words give the chunks, each the best of its words.

    Args:
        scorer: of the chunks (N).

    Attributes:
        score: the sum, (N,).
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.score: FloatArray = np.zeros(scorer.size, dtype=np.float32)
        self._best = np.zeros_like(self.score)  # zeros between groups: most stand in few chunks

    def best_of(self, words: Iterable[str], weight: float, but: IdArray = NOWHERE) -> None:
        """Add so many times the best of some words to all chunks but some."""
        found = [self._scorer.term(stem_token(stem(word))) for word in words]
        for one in found:
            self._best[one.ids] = np.maximum(self._best[one.ids], one.score)
        self._best[but] = 0.0
        for one in found:
            self.score[one.ids] += np.float32(weight) * self._best[one.ids]
            self._best[one.ids] = 0.0


class FilePostings:
    """The postings of chunks as those of their files.

    Args:
        chunks: postings of the chunks (N).
        owners: file of each chunk, ascending, (N,).
        files: how many there are (F).
    """

    def __init__(self, chunks: Postings, owners: IdArray, files: int) -> None:
        self._chunks, self._owners = chunks, owners
        sizes = np.bincount(owners, weights=chunks.lengths, minlength=files)
        self._lengths: FloatArray = sizes.astype(np.float32)

    @property
    def lengths(self) -> FloatArray:
        """Tokens in each file, (F,)."""
        return self._lengths

    def lookup(self, term: str) -> tuple[IdArray, FloatArray] | None:
        """Return (file ids ascending, count of the term in each), or None for no file."""
        found = self._chunks.lookup(term)
        if found is None:
            return None
        ids, counts = found
        owners = self._owners[ids]
        firsts = beginnings(owners)
        return owners[firsts], np.add.reduceat(counts, firsts)


_OF_CHUNKS: WeakKeyDictionary[Index, Scorer] = WeakKeyDictionary()
_OF_FILES: WeakKeyDictionary[Index, Scorer] = WeakKeyDictionary()
