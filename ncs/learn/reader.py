"""What the decoder looks at: the places of a text, each a word or a name among its neighbours.

    m_i = LN(A w_i + B w_{i-1} + C w_{i+1} + G h_line(i) + name_i)

w are the encoder's word vectors (of a name, the mean of its words), h its line vectors behind the
transformer, both standardised; neighbours are those of the same text. Knowing its neighbour, a
place can be found by what was said last, so that names of several words are copied in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ncs.config import ModelConfig
from ncs.learn.decoders import Memory
from ncs.learn.encoder import Posterior
from ncs.learn.features import TextBatch, WordTable
from ncs.wording import PAD, Source, Vocabulary, source


@dataclass(frozen=True, slots=True, eq=False)
class PlaceBatch:
    """The places of a batch of texts, flat as in `TextBatch`; all tensors are int64.

    Attributes:
        words: (n,) index of each place's words, one or more, among the batch's unique words.
        starts: (N,) where each place's words begin.
        lines: (N,) position of each place, in [0, P).
        names: (N,) 1 where a place is a name, else 0.
        before, behind: (N,) the neighbours of each place, N where there is none.
        grid: (B, M) the place at each column, N where there is none; M ≥ 1.
        ids: (B, M) output ids, PAD where there is no place.
        own: of each text, the words beyond the vocabulary, in the order of their ids.
    """

    words: Tensor
    starts: Tensor
    lines: Tensor
    names: Tensor
    before: Tensor
    behind: Tensor
    grid: Tensor
    ids: Tensor
    own: tuple[list[str], ...]

    @property
    def extra(self) -> int:
        """How many ids beyond the vocabulary the batch needs."""
        return max(map(len, self.own), default=0)


def sources(texts: Sequence[str], table: WordTable, config: ModelConfig) -> list[Source]:
    """Return what a decoder reads of the texts; their words are in the table already."""
    return [
        source(
            text, table.ids.__getitem__, lines=config.lines, words_per_line=config.words_per_line,
            query_words=config.query_words, places=config.places,
        )
        for text in texts
    ]  # fmt: skip


def collate_places(
    found: Sequence[Source], batch: TextBatch, table: WordTable, vocabulary: Vocabulary
) -> PlaceBatch:
    """Return the places of the first texts of a batch, on the batch's device.

    Args:
        found: of the first texts of `batch`, in its order.
        batch: made with `table`.
        table: the words that both are made of.
        vocabulary: of the decoder.
    """
    sizes = np.array([len(each.surfaces) for each in found])
    text, first = np.repeat(np.arange(len(found)), sizes), np.cumsum(sizes) - sizes
    count, column = int(sizes.sum()), np.arange(int(sizes.sum())) - first[text]
    flat = [ids for each in found for ids in each.words]
    lengths = np.array([len(ids) for ids in flat], dtype=np.int64)
    unique = batch.unique.cpu().numpy()
    index = np.zeros(max(len(table), 1), dtype=np.int64)
    index[unique] = np.arange(len(unique))
    heights = np.bincount(batch.text_of_position.cpu().numpy(), minlength=len(found))
    first_line = np.cumsum(heights) - heights
    lines = np.array([line for each in found for line in each.lines], dtype=np.int64)
    grid = np.full((len(found), max(int(sizes.max(initial=0)), 1)), count, dtype=np.int64)
    grid[text, column] = np.arange(count)
    ids = np.full(grid.shape, PAD, dtype=np.int64)
    own = tuple(vocabulary.unknown(each.surfaces) for each in found)
    for at, each in enumerate(found):
        ids[at, : len(each.surfaces)] = vocabulary.ids(each.surfaces, own[at])
    places = np.arange(count)
    device = batch.words.device
    return PlaceBatch(
        words=torch.from_numpy(index[[word for each in flat for word in each]]).to(device),
        starts=torch.from_numpy(np.cumsum(lengths) - lengths).to(device),
        lines=torch.from_numpy(lines + first_line[text]).to(device),
        names=torch.from_numpy((lengths > 1).astype(np.int64)).to(device),
        before=torch.from_numpy(np.where(column > 0, places - 1, count)).to(device),
        behind=torch.from_numpy(np.where(column + 1 < sizes[text], places + 1, count)).to(device),
        grid=torch.from_numpy(grid).to(device),
        ids=torch.from_numpy(ids).to(device),
        own=own,
    )


class Reader(nn.Module):
    """Word and line vectors → the memory of a decoder."""

    def __init__(self, width: int, memory: int) -> None:
        super().__init__()
        self.words = nn.Linear(width, 3 * memory, bias=False)
        self.line = nn.Linear(width, memory, bias=False)
        self.name = nn.Parameter(torch.zeros(memory))
        self.norm = nn.LayerNorm(memory)

    def forward(self, places: PlaceBatch, posterior: Posterior, latents: Tensor) -> Memory:
        """Return what a decoder may look at of each text.

        No gradient flows into word and line vectors: explanations shape the latents, as they
        always did, but do not pull at what retrieval reads.

        Args:
            places: of the texts.
            posterior: the encoder's, of the same texts.
            latents: (B, Z), the summary of each text.
        """
        vectors = functional.layer_norm(posterior.vectors.detach(), posterior.vectors.shape[1:])
        lines = functional.layer_norm(posterior.lines.detach(), posterior.lines.shape[1:])
        said = functional.embedding_bag(
            places.words, self.words(vectors), places.starts, mode="mean"
        )  # (N, 3 · memory)
        here, left, right = functional.pad(said, (0, 0, 0, 1)).chunk(3, dim=1)  # a row of zeros
        states = here[:-1] + left.index_select(0, places.before)
        states = states + right.index_select(0, places.behind)
        states = (
            states
            + self.line(lines).index_select(0, places.lines)
            + places.names[:, None] * self.name
        )
        states = functional.pad(self.norm(states), (0, 0, 0, 1))
        mask = places.grid < len(here) - 1
        mask[:, 0] = True
        placed = states.index_select(0, places.grid.flatten()).view(*places.grid.shape, -1)
        return Memory(latents, placed, mask, places.ids, places.extra)
