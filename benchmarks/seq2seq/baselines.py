"""What needs no training: the function's own name, and the nearest neighbour's words."""

from collections.abc import Sequence

import numpy as np

from benchmarks.seq2seq.config import Config
from benchmarks.seq2seq.corpus import Pair
from benchmarks.seq2seq.score import Said
from ncs.lexical import MemoryPostings, bm25
from ncs.text import parts


def own_name(pairs: Sequence[Pair]) -> list[Said]:
    """Return the name of each function as its sentence, in words."""
    return [Said((*parts(pair.name), "."), ended=True) for pair in pairs]


def nearest(pairs: Sequence[Pair], training: Sequence[Pair], config: Config) -> list[Said]:
    """Return for each pair the target of the training pair whose source BM25 finds nearest."""
    known = training[: config.neighbours]
    postings = MemoryPostings(" ".join(pair.source) for pair in known)
    found = []
    for pair in pairs:
        scores, _ = bm25(postings, " ".join(pair.source))
        target = known[int(np.argmax(scores))].target
        found.append(Said(target[: config.longest], len(target) < config.longest))
    return found
