"""Sentences as a decoder is taught them."""

from collections import Counter
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from ncs.wording import BOS, EOS, MARKS, PAD, Vocabulary, is_name, tokens

VOCABULARY_SIZE = 4096  # marks included: 96 % of the tokens of 500,000 docstrings


def common_words(texts: Iterable[str], size: int = VOCABULARY_SIZE) -> list[str]:
    """Return the tokens that most texts are made of, names left out, the commonest first."""
    counts = Counter(token for text in texts for token in tokens(text) if not is_name(token))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, _ in ranked[: size - MARKS]]


def sentence_batch(
    texts: Sequence[str], own: Sequence[Sequence[str]], vocabulary: Vocabulary, limit: int
) -> tuple[Tensor, Tensor]:
    """Return what a decoder is given and what it is to say, (B, T) each, padded with PAD.

    Args:
        texts: the sentences.
        own: words of each source that the vocabulary lacks.
        vocabulary: of the decoder.
        limit: tokens at most; a longer sentence is cut off and has no EOS.
    """
    rows = [
        [*vocabulary.ids(tokens(text), words), EOS][:limit]
        for text, words in zip(texts, own, strict=True)
    ]
    longest = max(map(len, rows), default=1)
    targets = torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
    begun = torch.full((len(rows), 1), BOS)
    return torch.cat([begun, targets[:, :-1]], dim=1), targets
