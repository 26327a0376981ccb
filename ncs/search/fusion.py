"""From two arms to one score a chunk."""

import numpy as np

from ncs.search.latent import NARROW, Latent
from ncs.search.runs import Runs
from ncs.types import BoolArray, FloatArray, IdArray

NEURAL_WEIGHT = 1.1
# Of that weight, where words say what is meant. So they do in a sentence with a name of code: on
# 208 subjects of commits that have one, NDCG@10 0.753 → 0.768 (by hand).
EXACT_SHARE = 0.4
INSIDE_WEIGHT = 4.0
_TIE = np.float32(1e-3)  # times the cosine: decides between equal scores, and nothing else
# On the tune half: judged questions 0.903 with and without doubt, paraphrases 0.205 → 0.243. Since
# words have other words, strange ones weigh 4 and not 32: newcomers' questions 0.829 → 0.832, 66
# of new ones 0.643 → 0.654, paraphrases 0.396 → 0.405, those of the report half 0.494 → 0.470
# (by hand). Since latents are asked with what phrases stand for, 0.8 instead of 1.3: newcomers'
# 0.763 → 0.764, paraphrases 0.541 → 0.544, subjects of commits 0.754 → 0.755 (by hand).
_DOUBT = 0.8
_STRANGE, _FEW_KNOWN = 4.0, 0.35  # more, where less than that share of its terms is known
_TOP = 3  # chunks of a file whose mean counts
_TOP_WEIGHT = 0.3
WORDS_WEIGHT = 0.3
# What a file defines, each chunk's names in a line. Tune and report halves: paraphrases +0.028 and
# +0.023, commits +0.005 and +0.002, newcomers +0.001 and +0.006, judged +0.003 and -0.001 (by
# hand); the same with its first lines or signatures beside them, less with the author's words.
NAMES_WEIGHT = 0.4
# A small file that is about nothing but the answer comes before one with a passage that sounds
# like it. Newcomers' questions 0.831 → 0.840, of eight codebases that nothing was chosen with
# 0.776 → 0.787, report halves of judged ones 0.909 → 0.911, of commits 0.767 → 0.770 (by hand).
# 16 numbers say less of a whole file: with as much, judged questions lose 0.006.
WHOLE_WEIGHT, _NARROW_SHARE = 0.6, 0.5
# What a path is worth to words is raised to this for latents: tests and examples mean the same as
# the code that they are about, only rarely as what is asked for.
LATENT_PRIOR = 0.25
_COPY = np.float32(1e-3)  # what the others of many copies are worth: they come last


def file_scores(found: Latent, file_ids: IdArray, files: int) -> FloatArray:
    """Return the latent score of every file, (files,), in [0, 1]; 0 for files not found.

    A file's score is its best chunk + 0.3 × the mean of its top 3 + 0.3 × the best of its
    author's words + 0.4 × the best of the names it defines + 0.6 × the file as a whole, brought
    to [0, 1] over the files of the shortlist.
    """
    scores = np.zeros(files, dtype=np.float32)
    if not len(found.ids):
        return scores
    owners = file_ids[found.ids]
    runs = Runs.of(owners)
    # A cosine moves a chunk within its file's stretch of the numbers, and no further.
    cosine = found.cosine[np.argsort(owners - 0.25 * found.cosine)]
    counted = np.arange(len(owners)) - runs.spread(runs.firsts) < _TOP
    means = runs.total(np.where(counted, cosine, np.float32(0.0))) / np.minimum(runs.counts, _TOP)
    raw = cosine[runs.firsts] + _TOP_WEIGHT * means
    for weight, beside in ((WORDS_WEIGHT, found.said), (NAMES_WEIGHT, found.named)):
        raw = raw + np.float32(weight) * _best(*beside, file_ids, files)[runs.files]
    share = 1.0 if len(found.query) > NARROW else _NARROW_SHARE
    raw = raw + np.float32(WHOLE_WEIGHT * share) * found.files[1]
    low, high = raw.min(), raw.max()
    scores[runs.files] = (raw - low) / (high - low) if high > low else 1.0
    return scores


def _best(chunks: IdArray, cosine: FloatArray, file_ids: IdArray, files: int) -> FloatArray:
    """Return the best cosine of each file; of those without any, the least of the others."""
    if not len(chunks):
        return np.zeros(files, dtype=np.float32)
    runs = Runs.of(file_ids[chunks])
    best = runs.best(cosine)
    found = np.full(files, best.min(), dtype=np.float32)
    found[runs.files] = best
    return found


def fuse(
    lexical: FloatArray | None,
    neural: FloatArray | None,
    prior: FloatArray,
    *,
    exact: bool,
    foreign: bool,
    known: float,
) -> FloatArray:
    """Return lexical score + w × the latent score of each candidate's file, (n,).

    Args:
        lexical: of the candidates, in [0, 1], (n,); None where words were not asked.
        neural: of each candidate's file, in [0, 1], (n,); None where latents were not asked.
        prior: what the candidates' paths are worth, (n,), in (0, 1].
        exact: whether the words say what is meant (see `Boosted`), or hold a name of code.
        foreign: whether the question is in a script that the base model was not taught.
        known: the largest share of the question's terms that any chunk holds, in [0, 1]. The
            less the code says in the question's words, the more its meaning counts.
    """
    if neural is not None:
        neural = neural * prior**LATENT_PRIOR
    if lexical is None:
        assert neural is not None
        return neural
    lexical = lexical * prior
    if neural is None:
        return lexical
    doubt = _DOUBT * (1.0 - known) + _STRANGE * max(0.0, 1.0 - known / _FEW_KNOWN)
    weight = NEURAL_WEIGHT * (EXACT_SHARE if exact or foreign else 1.0 + doubt)
    return lexical + np.float32(weight) * neural


def ahead(score: FloatArray, holds: BoolArray) -> FloatArray:
    """Return scores, (n,), of which those that hold a name are above all others, (n,).

    Whoever asks for a name wants every place that has it before any that has a part of it: of 300
    names of five codebases 127 of 838 files were missed otherwise (by hand).
    """
    if holds.all() or not holds.any():
        return score
    return score + np.where(holds, score[~holds].max(), np.float32(0.0))


def one_of_copies(score: FloatArray, runs: Runs, copies: IdArray) -> FloatArray:
    """Return scores, (n,), of which only the best of the files that are copies counts in full.

    Forty translations of a message filled the list, and what prints it was not in it.

    Args:
        score: of candidates, (n,).
        runs: of the same, by file.
        copies: of each file a number that its copies share, 0 for a file without any, (F,).
    """
    shared = copies[runs.files]
    if not shared.any():
        return score
    counts = np.where(shared > 0, _COPY, np.float32(1.0))
    order = np.argsort(-runs.best(score), kind="stable").tolist()
    firsts = {number: at for at in reversed(order) if (number := int(shared[at]))}
    counts[list(firsts.values())] = 1.0
    return np.asarray(score * runs.spread(counts), dtype=np.float32)


def worth_inside(
    score: FloatArray, cosine: FloatArray, share: FloatArray, *, exact: bool
) -> FloatArray:
    """Return what candidates are worth among the places of their file, (n,).

    The score of words finds the file; which of its places is meant, latents know better: over
    five codebases asked by their docstrings, MRR of the very chunk 0.317 without them, 0.374
    with, 0.350 for latents alone. A rare word counts by where it stands, however long the place:
    of 101 newcomers' lines in a right file 81 were in one of the three places shown, 86 with the
    share (by hand). The definition of a name is found by the name.

    Args:
        score: of both arms, (n,).
        cosine: of the candidates, (n,); 0 for those that are not in the shortlist.
        share: of the question's terms that each holds, weighted by rarity, (n,), in [0, 1].
        exact: as for `fuse`.
    """
    if exact:
        return np.asarray(score + _TIE * cosine, dtype=np.float32)
    found = cosine != 0
    least = cosine[found].min() if found.any() else np.float32(0.0)
    near = np.where(found, cosine, least).astype(np.float32)
    return np.asarray(score + np.float32(INSIDE_WEIGHT) * near + share, dtype=np.float32)


def below(inside: FloatArray, which: BoolArray) -> FloatArray:
    """Return what candidates are worth in their files, (n,), some of them less than all others."""
    if not which.any():
        return inside
    return np.asarray(inside - which * (np.ptp(inside) + np.float32(1.0)), dtype=inside.dtype)


def scaled(scores: FloatArray) -> FloatArray:
    """Return scores over their maximum; unchanged where all are 0."""
    largest = float(scores.max(initial=0.0))
    return scores / np.float32(largest) if largest > 0 else scores
