"""The explanation decoder: two GRU layers with attention between them, coverage, and copying.

    h_t = GRU1([E y_{t-1}; z], h_{t-1})
    a_t = softmax(Q h_t · m / √D − κ Σ_{s<t} a'_s)     a' is a without the coverage term
    g_t = GRU2([h_t; r_t], g_{t-1}),   r_t = Σ_i a_ti m_i
    o_t = tanh(W [g_t; r_t])
    γ_t = σ(u · [g_t; r_t; E y_{t-1}])
    p_t = (1 − γ_t) softmax(E o_t + b) + γ_t Σ_i c_ti [word i]

Attention asks with the first layer, so that with teacher forcing both layers run over all places
of a sentence at once. The copy distribution c is a second attention, asked by o_t.

Sources: attention, Bahdanau et al. 2015, arXiv:1409.0473 (here with a scaled dot product); copying
with a gate and coverage, See et al. 2017, arXiv:1704.04368, equations 8 to 11 (there coverage is
an input of the attention, here a price); tied embeddings, Press & Wolf 2017, arXiv:1608.05859.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ncs.learn.decoders.interface import NOWHERE, Decoder, Memory, State, Step, known, taught

_SMALLEST = 1e-9  # added to a copied share, so that its logarithm is finite


class PointerDecoder(Decoder):
    """GRU, attention, coverage, copy; see the module.

    Args:
        vocabulary: V, marks included.
        embedding: width of a token's vector. hidden: of both GRU layers.
        summary: of what is known of a text. memory: of the vector of a place (√D above).
    """

    def __init__(
        self, vocabulary: int, *, embedding: int, hidden: int, summary: int, memory: int
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.embedding = nn.Embedding(vocabulary, embedding)
        nn.init.normal_(self.embedding.weight, std=embedding**-0.5)
        self.start = nn.Linear(summary, 2 * hidden)
        self.first = nn.GRU(embedding + summary, hidden, batch_first=True)
        self.query = nn.Linear(hidden, memory)
        self.second = nn.GRU(hidden + memory, hidden, batch_first=True)
        self.output = nn.Linear(hidden + memory, embedding)
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        self.copy = nn.Linear(embedding, memory)
        self.gate = nn.Linear(hidden + memory + embedding, 1)
        self.coverage = nn.Parameter(torch.zeros(2))
        for layer in (self.first, self.second):
            initialise(layer)
        # At their usual starts inputs and outputs are so small that for hundreds of steps
        # nothing but how common each word is gets learned.
        with torch.no_grad():
            self.first.get_parameter("weight_ih_l0")[:, :embedding] *= math.sqrt(embedding)
        loud(self.output)

    def begin(self, memory: Memory) -> State:
        """Return the states of both layers, (B, hidden) each, and what was looked at: nothing."""
        first, second = torch.tanh(self.start(memory.summary)).chunk(2, dim=1)
        return first, second, torch.zeros_like(memory.mask, dtype=first.dtype)

    def step(self, ids: Tensor, state: State, memory: Memory) -> Step:
        """Return the next token's distribution; see `Decoder.step`."""
        first, second, looked = state
        given = self.embedding(known(ids, self.vocabulary))[:, None]  # (B, 1, embedding)
        said, first = self._first(given, memory, first)
        bare, attention = self._look(said, memory, looked[:, None])
        out, read, second = self._second(said, attention, memory, second)
        copied, gate = self._copying(out, read, given, memory, looked[:, None])
        own = torch.exp(self._logits(out).log_softmax(dim=2) + functional.logsigmoid(-gate))[:, 0]
        both = functional.pad(own, (0, memory.extra))
        shares = (copied * torch.sigmoid(gate))[:, 0] * memory.mask
        both = both.scatter_add(1, memory.words, shares)
        state = first, second, looked + bare[:, 0]
        return Step(torch.log(both + _SMALLEST), state, attention[:, 0])

    def forward(self, memory: Memory, inputs: Tensor, targets: Tensor) -> Tensor:
        """Return log p(target), (B, T), under teacher forcing; see `Decoder.forward`."""
        first, second, nothing = self.begin(memory)
        given = self.embedding(known(inputs, self.vocabulary))  # (B, T, embedding)
        said, _ = self._first(given, memory, first)
        bare, _ = self._look(said, memory, nothing[:, None])
        looked = bare.cumsum(dim=1) - bare  # (B, T, M), before each place
        _, attention = self._look(said, memory, looked)
        out, read, _ = self._second(said, attention, memory, second)
        copied, gate = self._copying(out, read, given, memory, looked)
        # Half of all places are PAD and teach nothing: the vocabulary is not scored there.
        counted = taught(targets)
        logits = self._logits(out[counted])
        due = targets[counted]
        within = due < self.vocabulary
        own = logits.gather(1, (due * within)[:, None])[:, 0] - logits.logsumexp(dim=1)
        own = torch.exp(own + functional.logsigmoid(-gate[..., 0][counted])) * within
        matches = (memory.words[:, None] == targets[..., None]) & memory.mask[:, None]
        shares = (copied * matches).sum(dim=2) * torch.sigmoid(gate[..., 0])
        return torch.log(shares.masked_scatter(counted, shares[counted] + own) + _SMALLEST)

    def _first(self, given: Tensor, memory: Memory, state: Tensor) -> tuple[Tensor, Tensor]:
        told = memory.summary[:, None].expand(-1, given.shape[1], -1)
        said, state = self.first(torch.cat([given, told], dim=2), state[None])
        return said, state[0]

    def _look(self, said: Tensor, memory: Memory, looked: Tensor) -> tuple[Tensor, Tensor]:
        """Return attention without and with the price of coverage, (B, T, M) each."""
        scores = self.query(said) @ memory.states.transpose(1, 2)
        scores = scores / math.sqrt(memory.states.shape[2])
        scores = scores.masked_fill(~memory.mask[:, None], NOWHERE)
        price = functional.softplus(self.coverage[0]) * looked
        return scores.softmax(dim=2), (scores - price).softmax(dim=2)

    def _second(
        self, said: Tensor, attention: Tensor, memory: Memory, state: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return o, (B, T, embedding), what layer and attention said, and the layer's state."""
        seen = attention @ memory.states
        hidden, state = self.second(torch.cat([said, seen], dim=2), state[None])
        read = torch.cat([hidden, seen], dim=2)
        return torch.tanh(self.output(read)), read, state[0]

    def _logits(self, out: Tensor) -> Tensor:
        return out @ self.embedding.weight.T + self.bias

    def _copying(
        self, out: Tensor, read: Tensor, given: Tensor, memory: Memory, looked: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the shares of the places, (B, T, M), and the gate's logit, (B, T, 1)."""
        scores = self.copy(out) @ memory.states.transpose(1, 2)
        scores = scores / math.sqrt(memory.states.shape[2])
        scores = scores - functional.softplus(self.coverage[1]) * looked
        copied = scores.masked_fill(~memory.mask[:, None], NOWHERE).softmax(dim=2)
        return copied, self.gate(torch.cat([read, given], dim=2))


def initialise(layer: nn.RNNBase) -> None:
    """Make recurrent weights orthogonal, gate by gate, and input weights Xavier's (seed 004)."""
    for name, weight in layer.named_parameters():
        if "weight_hh" in name:
            for gate in torch.split(weight, layer.hidden_size):
                nn.init.orthogonal_(gate)
        elif "weight_ih" in name:
            nn.init.xavier_uniform_(weight)
        else:
            nn.init.zeros_(weight)


def loud(layer: nn.Linear) -> None:
    """Make a layer that reads recurrent states start with outputs of size 1, not of 0.1."""
    nn.init.normal_(layer.weight, std=3 / math.sqrt(layer.in_features))
