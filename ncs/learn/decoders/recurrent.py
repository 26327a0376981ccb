"""One recurrent layer that knows the source by one vector alone, its summary.

    h_t = cell([E y_{t-1}; z], h_{t-1}),   h_0 = tanh(W₀ z)
    p_t = softmax(E tanh(W h_t) + b)

With a summary of 16 numbers this says what 16 numbers alone can say.

Source: Sutskever et al. 2014, arXiv:1409.3215; that every step reads the summary, Cho et al. 2014,
arXiv:1406.1078, section 2.2; tied embeddings, Press & Wolf 2017, arXiv:1608.05859.
"""

import math
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from ncs.learn.decoders.interface import Decoder, Memory, State, Step, known, taught
from ncs.learn.decoders.pointer import initialise, loud

Cell = Literal["rnn", "lstm", "gru"]
CELLS: dict[Cell, type[nn.RNN] | type[nn.LSTM] | type[nn.GRU]] = {
    "rnn": nn.RNN,
    "lstm": nn.LSTM,
    "gru": nn.GRU,
}
UNSPEAKABLE = math.log(1e-9)  # of a word that stands only in the source: finite, as the pointer's


class TokenLayer(nn.Module):
    """Tokens in and out of a decoder that cannot copy: one embedding for both.

    As a score a vector wants the length 1, as an input entries of size 1: so inputs are scaled
    by √embedding (Vaswani et al. 2017, arXiv:1706.03762, section 3.4). Without it the first 250
    steps of a GRU end 0.25 nats a token higher.

    Args:
        vocabulary: V, marks included.
        embedding: width of a token's vector. read: of what a token is said from.
    """

    def __init__(self, vocabulary: int, embedding: int, read: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        nn.init.normal_(self.embedding.weight, std=embedding**-0.5)
        self.scale = math.sqrt(embedding)
        self.output = nn.Linear(read, embedding)
        loud(self.output)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def given(self, ids: Tensor) -> Tensor:
        """Return the tokens' vectors, (..., embedding); beyond the vocabulary they are UNKNOWN."""
        vectors: Tensor = self.embedding(known(ids, len(self.bias))) * self.scale
        return vectors

    def forward(self, read: Tensor) -> Tensor:
        """Return log p of the vocabulary's words, (..., V)."""
        out = torch.tanh(self.output(read))
        return (out @ self.embedding.weight.T + self.bias).log_softmax(dim=-1)

    def extended(self, read: Tensor, extra: int) -> Tensor:
        """Return log p of the vocabulary's words and of those it can never say, (B, V + extra)."""
        return functional.pad(self(read), (0, extra), value=UNSPEAKABLE)

    def likelihood(self, read: Tensor, targets: Tensor) -> Tensor:
        """Return log p(target), (B, T), of what was read, (B, T, read); see `Decoder.forward`."""
        counted = taught(targets)
        due = targets[counted]
        within = due < len(self.bias)
        said = self(read[counted]).gather(1, (due * within)[:, None])[:, 0]
        said = said.masked_fill(~within, UNSPEAKABLE)
        return torch.zeros_like(targets, dtype=said.dtype).masked_scatter(counted, said)


class RecurrentDecoder(Decoder):
    """RNN, LSTM or GRU over a fixed context vector; see the module.

    Args:
        vocabulary: V, marks included.
        cell: what recurs.
        embedding: width of a token's vector. hidden: of the layer. summary: of what is
            known of a text.
    """

    def __init__(
        self, vocabulary: int, *, cell: Cell, embedding: int, hidden: int, summary: int
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.speech = TokenLayer(vocabulary, embedding, hidden)
        self.parts = 2 if cell == "lstm" else 1
        self.start = nn.Linear(summary, self.parts * hidden)
        self.layer = CELLS[cell](embedding + summary, hidden, batch_first=True)
        initialise(self.layer)

    def begin(self, memory: Memory) -> State:
        """Return the layer's state, (B, hidden): one, of an LSTM two."""
        return torch.tanh(self.start(memory.summary)).chunk(self.parts, dim=1)

    def step(self, ids: Tensor, state: State, memory: Memory) -> Step:
        """Return the next token's distribution; see `Decoder.step`."""
        hidden, state = self._recur(ids[:, None], state, memory)
        said = self.speech.extended(hidden[:, 0], memory.extra)
        return Step(said, state, torch.zeros_like(memory.mask, dtype=said.dtype))

    def forward(self, memory: Memory, inputs: Tensor, targets: Tensor) -> Tensor:
        """Return log p(target), (B, T), under teacher forcing; see `Decoder.forward`."""
        hidden, _ = self._recur(inputs, self.begin(memory), memory)
        return self.speech.likelihood(hidden, targets)

    def _recur(self, inputs: Tensor, state: State, memory: Memory) -> tuple[Tensor, State]:
        """Return the layer's outputs, (B, T, hidden), and its state after them."""
        told = memory.summary[:, None].expand(-1, inputs.shape[1], -1)
        given = torch.cat([self.speech.given(inputs), told], dim=2)
        before = tuple(part[None].contiguous() for part in state)
        hidden, after = self.layer(given, before if self.parts == 2 else before[0])
        return hidden, tuple(part[0] for part in (after if self.parts == 2 else (after,)))
