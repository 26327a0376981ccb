"""How good generated sentences are, measured against what the authors wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ncs.explain import faults
from ncs.metrics import rouge_l, smoothed_bleu
from ncs.wording import PIECE, is_name


@dataclass(frozen=True, slots=True)
class Speech:
    """Figures of one way of saying what code does, over the same chunks.

    Attributes:
        bleu: mean smoothed BLEU-4, as CodeXGLUE reports it, times 100.
        rouge: mean ROUGE-L F1, times 100.
        exact: share equal to the reference but for case and punctuation.
        sound: share that passes every check of `ncs.explain.faults`.
        named: share whose names all stand in the chunk.
        distinct: different sentences, as a share of all.
        length: mean number of tokens; that of the references is in `Comparison`.
    """

    name: str
    bleu: float
    rouge: float
    exact: float
    sound: float
    named: float
    distinct: float
    length: float


def speech(
    name: str, references: Sequence[str], said: Sequence[str], codes: Sequence[str]
) -> Speech:
    """Return the figures of sentences.

    Args:
        name: of the way they were made.
        references: what the authors wrote; n ≥ 1.
        said: what was made of each chunk.
        codes: what each was made from.
    """
    pairs = [(cut(one), cut(other)) for one, other in zip(references, said, strict=True)]
    words = [tuple(list(filter(str.isalnum, each)) for each in pair) for pair in pairs]
    return Speech(
        name=name,
        bleu=100 * float(np.mean([smoothed_bleu(*pair) for pair in pairs])),
        rouge=100 * float(np.mean([rouge_l(*pair) for pair in pairs])),
        exact=float(np.mean([one == other for one, other in words])),
        sound=float(np.mean([not faults(*pair) for pair in zip(said, codes, strict=True)])),
        named=float(np.mean([names_stand(*pair) for pair in zip(said, codes, strict=True)])),
        distinct=len(set(said)) / len(said),
        length=float(np.mean([len(told) for _, told in pairs])),
    )


def cut(text: str) -> list[str]:
    """Return the tokens that are compared: lower case, punctuation apart, as CodeXGLUE cuts."""
    return PIECE.findall(text.lower())


def names_stand(said: str, code: str) -> bool:
    """Return whether every name in a sentence stands in the code."""
    own = set(re.findall(r"\w+", code))
    return all(name in own for name in re.findall(r"\w+", said) if is_name(name))
