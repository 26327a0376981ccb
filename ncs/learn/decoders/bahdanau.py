"""LSTM with additive attention: before each token the source is looked at anew.

    e_ti = v · tanh(Q h_{t-1} + K m_i),   a_t = softmax(e_t),   r_t = Σ_i a_ti m_i
    h_t = LSTM([E y_{t-1}; r_t], h_{t-1})
    p_t = softmax(E tanh(W [h_t; r_t; E y_{t-1}]) + b)

Attention asks with the state before the token, so that a sentence is read place by place even
with teacher forcing; only the vocabulary is scored at all places at once.

Source: Bahdanau et al. 2015, arXiv:1409.0473, section 3.1 and appendix A (there a GRU, and a
maxout layer instead of tanh before the vocabulary).
"""

import torch
from torch import Tensor, nn

from ncs.learn.decoders.interface import NOWHERE, Decoder, Memory, State, Step
from ncs.learn.decoders.pointer import initialise
from ncs.learn.decoders.recurrent import TokenLayer


class BahdanauDecoder(Decoder):
    """LSTM with additive attention; see the module.

    Args:
        vocabulary: V, marks included.
        embedding: width of a token's vector. hidden: of the LSTM.
        summary: of what is known of a text. memory: of the vector of a place.
        attention: width in which states and places are compared.
    """

    def __init__(
        self,
        vocabulary: int,
        *,
        embedding: int,
        hidden: int,
        summary: int,
        memory: int,
        attention: int,
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.speech = TokenLayer(vocabulary, embedding, hidden + memory + embedding)
        self.start = nn.Linear(summary, 2 * hidden)
        self.query = nn.Linear(hidden, attention)
        self.key = nn.Linear(memory, attention, bias=False)
        self.energy = nn.Linear(attention, 1, bias=False)
        self.layer = nn.LSTM(embedding + memory, hidden, batch_first=True)
        initialise(self.layer)

    def begin(self, memory: Memory) -> State:
        """Return both states, (B, hidden) each, and the keys of the places, (B, M, attention)."""
        hidden, cell = torch.tanh(self.start(memory.summary)).chunk(2, dim=1)
        return hidden, cell, self.key(memory.states)

    def step(self, ids: Tensor, state: State, memory: Memory) -> Step:
        """Return the next token's distribution; see `Decoder.step`."""
        read, state, attention = self._recur(self.speech.given(ids), state, memory)
        return Step(self.speech.extended(read, memory.extra), state, attention)

    def forward(self, memory: Memory, inputs: Tensor, targets: Tensor) -> Tensor:
        """Return log p(target), (B, T), under teacher forcing; see `Decoder.forward`."""
        state = self.begin(memory)
        reads = []
        for given in self.speech.given(inputs).unbind(dim=1):
            read, state, _ = self._recur(given, state, memory)
            reads.append(read)
        return self.speech.likelihood(torch.stack(reads, dim=1), targets)

    def _recur(self, given: Tensor, state: State, memory: Memory) -> tuple[Tensor, State, Tensor]:
        """Return what a token is said from, the state, and the attention, (B, M).

        The first is (B, hidden + memory + embedding), side by side.
        """
        hidden, cell, keys = state
        scores = self.energy(torch.tanh(self.query(hidden)[:, None] + keys))[..., 0]
        attention = scores.masked_fill(~memory.mask, NOWHERE).softmax(dim=1)
        seen = (attention[:, None] @ memory.states)[:, 0]
        given_seen = torch.cat([given, seen], dim=1)
        before = hidden[None].contiguous(), cell[None].contiguous()
        said, (hidden, cell) = self.layer(given_seen[:, None], before)
        read = torch.cat([said[:, 0], seen, given], dim=1)
        return read, (hidden[0], cell[0], keys), attention
