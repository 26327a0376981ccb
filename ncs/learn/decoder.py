"""The decoder: a latent becomes an explanation, byte by byte."""

import torch
from torch import Tensor, nn

from ncs.config import ModelConfig
from ncs.text import BOS, EOS, PAD, decode_characters, encode_characters

VALUES = 256  # byte values; PAD, BOS and EOS are bytes that no text holds


class Decoder(nn.Module):
    """A GRU over bytes that is told the latent at its start and again at every step."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        hidden, layers = config.decoder_hidden, config.decoder_layers
        self.characters = config.characters
        self.embedding = nn.Embedding(VALUES, config.decoder_embedding)
        self.start = nn.Linear(config.latent_dim, layers * hidden)
        self.gru = nn.GRU(
            config.decoder_embedding + config.latent_dim, hidden, layers, batch_first=True
        )
        self.output = nn.Linear(hidden, VALUES)
        for name, weight in self.gru.named_parameters():
            if "weight_hh" in name:
                for gate in weight.chunk(3):  # reset, update, new: each its own rotation
                    nn.init.orthogonal_(gate)
            elif "weight_ih" in name:
                nn.init.xavier_uniform_(weight)

    def begin(self, latents: Tensor) -> Tensor:
        """Return the first hidden state, (layers, B, hidden), of latents (B, Z)."""
        state = torch.tanh(self.start(latents))
        shape = (len(latents), self.gru.num_layers, self.gru.hidden_size)
        return state.view(shape).transpose(0, 1).contiguous()

    def forward(self, latents: Tensor, ids: Tensor) -> Tensor:
        """Return the logits of every next byte under teacher forcing.

        Args:
            latents: (B, Z).
            ids: (B, T) bytes that begin with BOS, padded with PAD at the end.

        Returns:
            (B, T, V): position t holds the logits of byte t + 1, given bytes 0 to t.
        """
        told = latents[:, None, :].expand(-1, ids.shape[1], -1)
        hidden, _ = self.gru(torch.cat([self.embedding(ids), told], dim=2), self.begin(latents))
        logits: Tensor = self.output(hidden)
        return logits

    def step(self, latents: Tensor, ids: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of the next byte, (B, V), and the hidden state after `ids`, (B,)."""
        told = torch.cat([self.embedding(ids), latents], dim=1)[:, None, :]
        hidden, state = self.gru(told, state)
        return self.output(hidden[:, 0]), state

    @torch.no_grad()
    def generate(self, latents: Tensor) -> list[str]:
        """Return what greedy decoding, free running, says of latents (B, Z)."""
        state = self.begin(latents)
        last = torch.full((len(latents),), BOS, device=latents.device)
        ended = torch.zeros(len(latents), dtype=torch.bool, device=latents.device)
        said = []
        for _ in range(self.characters):
            logits, state = self.step(latents, last, state)
            logits[:, [PAD, BOS]] = -torch.inf
            last = logits.argmax(dim=1).masked_fill(ended, EOS)
            ended = ended | (last == EOS)
            if bool(ended.all()):
                break
            said.append(last)
        rows = torch.stack(said, dim=1).tolist() if said else [[] for _ in latents]
        return [decode_characters(row) for row in rows]


def character_ids(texts: list[str], limit: int) -> Tensor:
    """Return the texts as bytes, (B, T): BOS, at most `limit` bytes, EOS, then PAD."""
    rows = [encode_characters(text, limit) for text in texts]
    longest = max(map(len, rows))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
