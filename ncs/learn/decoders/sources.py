"""The plain source encoder that all decoders are compared over: embedding, recurrence, memory.

Packed sequences would do the same, but on a CPU their backward pass takes time that grows with
the square of the length (each step's slice is written into a gradient as large as the batch).
So sources stay padded, and the second direction reads each of them turned round in its own length.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ncs.learn.decoders.interface import Memory
from ncs.learn.decoders.pointer import initialise
from ncs.learn.decoders.recurrent import CELLS, Cell
from ncs.wording import PAD


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """Shape of a source encoder.

    Attributes:
        vocabulary: V of the source's tokens, marks included.
        embedding: width of a token's vector. hidden: of the layer, each direction.
        cell: what recurs. both_ways: whether the source is also read from its end.
        summary: width of the summary; 0 takes the last states as they are.
        dropout: share of the token vectors' and states' entries left out in training.
    """

    vocabulary: int
    embedding: int
    hidden: int
    cell: Cell = "gru"
    both_ways: bool = True
    summary: int = 0
    dropout: float = 0.0

    @property
    def memory(self) -> int:
        """Width of the vector of a place."""
        return self.hidden * (2 if self.both_ways else 1)

    @property
    def told(self) -> int:
        """Width of the summary that comes out."""
        return self.summary or self.memory


class SourceEncoder(nn.Module):
    """Source tokens → what a decoder may know of them."""

    def __init__(self, config: SourceConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.embedding)
        ways = 2 if config.both_ways else 1
        layers = [
            CELLS[config.cell](config.embedding, config.hidden, batch_first=True)
            for _ in range(ways)
        ]
        for layer in layers:
            initialise(layer)
        self.layers = nn.ModuleList(layers)
        self.narrow = nn.Linear(config.memory, config.summary) if config.summary else None

    def forward(self, ids: Tensor, words: Tensor, extra: int) -> Memory:
        """Return the memory of B sources; what pads them changes nothing.

        Args:
            ids: (B, M) tokens in the source's vocabulary, PAD behind the last; PAD alone
                counts as one place.
            words: (B, M) the same tokens as output ids, see `Memory`.
            extra: ids beyond the output vocabulary.
        """
        mask = ids != PAD
        mask[:, 0] = True
        last = mask.sum(dim=1, keepdim=True) - 1
        vectors = functional.dropout(self.embedding(ids), self.config.dropout, self.training)
        # Position of each place in the source turned round; padding stays where it is.
        places = torch.arange(ids.shape[1], device=ids.device)
        turned = torch.where(mask, last - places, places)
        parts, ends = [], []
        for layer, order in zip(self.layers, (None, turned), strict=False):
            out, _ = layer(vectors if order is None else _picked(vectors, order))
            ends.append(_picked(out, last)[:, 0])
            parts.append(out if order is None else _picked(out, order))
        summary, states = torch.cat(ends, dim=1), torch.cat(parts, dim=2)
        if self.narrow is not None:
            summary = self.narrow(summary)
        states = functional.dropout(states, self.config.dropout, self.training)
        return Memory(summary, states, mask, words, extra)


def _picked(vectors: Tensor, places: Tensor) -> Tensor:
    """Return the vectors of some places of each source: (B, M, n) at (B, m) → (B, m, n)."""
    return vectors.gather(1, places[..., None].expand(-1, -1, vectors.shape[2]))
