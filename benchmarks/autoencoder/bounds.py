"""What a bottleneck could do at best if it were linear, and what needs none at all."""

import torch
from torch import Tensor

from benchmarks.autoencoder.data import Corpus
from benchmarks.autoencoder.train import Returned, measured


def bounds(corpus: Corpus, sizes: tuple[int, ...], widths: tuple[int, ...]) -> dict[str, Returned]:
    """Return the figures on the test sentences of what is fitted to the training sentences.

    Principal components are the best linear autoencoder in squared error: of single words, and
    of whole sentences laid out as one long vector, empty places as zeros. A decoder whose last
    layer is linear can give back no more than as many components of a word as that layer reads,
    whatever passes the bottleneck: so its hidden size is a bound too. A decoder that knew all
    words by heart would name the one whose code is nearest: what is then lost, the bottleneck
    itself has lost.
    """
    training, test = corpus.training, corpus.test
    words = training.vectors[training.ids[training.ids > 0]]
    mean = words.mean(dim=0)
    due = test.vectors[test.ids]  # (N, T, W)
    mask = (test.ids > 0)[..., None]
    own = (due.sum(dim=1) / mask.sum(dim=1))[:, None].expand_as(due)
    found = {
        "one vector for all": mean.expand_as(due),
        "each sentence's own mean": own,
    }
    ranks = sorted({*sizes, *(width for width in widths if width < words.shape[1])})
    directions = _components(words - mean, max(ranks))
    long = training.vectors[training.ids].flatten(1)
    middle = long.mean(dim=0)
    whole = _components(long - middle, max(sizes))
    for rank in ranks:
        each = directions[:, :rank]
        back = (due - mean) @ each @ each.T + mean
        found[f"each word through {rank} principal components"] = back
    for size in sizes:
        each = directions[:, :size]
        codes, known = (due - mean) @ each, (training.vectors[1:] - mean) @ each
        nearest = torch.cdist(codes.flatten(0, 1), known).argmin(dim=1) + 1
        found[f"each word through {size}, then the nearest known word"] = training.vectors[
            nearest
        ].view_as(due)
        kept = whole[:, :size]
        flat = (due.flatten(1) - middle) @ kept @ kept.T + middle
        found[f"each sentence through {size} principal components"] = flat.view_as(due)
    nothing = torch.zeros(len(test), 1)
    return {name: measured(came, test, nothing) for name, came in found.items()}


def _components(rows: Tensor, count: int) -> Tensor:
    """Return the directions of most variance, (W, count)."""
    _, _, directions = torch.svd_lowrank(rows, q=count + 8, niter=4)
    return directions[:, :count]
