"""Sequence → 16 numbers → sequence."""

import torch
from torch import Tensor, nn

from benchmarks.autoencoder.config import Trial
from ncs.learn.decoders.pointer import initialise
from ncs.learn.decoders.recurrent import CELLS

_NOWHERE = -1e9


class Autoencoder(nn.Module):
    """Recurrent layers on both sides of a bottleneck.

    Args:
        trial: its shape.
        width: of a word's vector, W.
        longest: words of a sequence at most: where attention looks, it is told where it is.
    """

    def __init__(self, trial: Trial, width: int, longest: int) -> None:
        super().__init__()
        self.trial = trial
        cell, narrow = CELLS[trial.cell], trial.bottleneck
        self.reader = cell(width, trial.before, batch_first=True)
        self.narrow = nn.Linear(trial.before, narrow)
        self.parts = 2 if trial.cell == "lstm" else 1
        self.start = nn.Linear(narrow, self.parts * trial.behind)
        self.writer = cell(width + narrow, trial.behind, batch_first=True)
        self.output = nn.Linear(trial.behind, width)
        self.query = nn.Linear(trial.behind, narrow) if trial.reading == "attention" else None
        self.place = nn.Parameter(torch.randn(longest, narrow) * 0.5)
        for layer in (self.reader, self.writer):
            initialise(layer)
        for linear in (self.narrow, self.output):
            nn.init.xavier_uniform_(linear.weight)

    def encode(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return what passes the bottleneck: (B, Z) of a sentence, or (B, T, Z) of its words."""
        states, _ = self.reader(vectors)
        if self.trial.reading != "whole":
            passed: Tensor = self.narrow(states)
            return passed
        last = mask.sum(dim=1)[:, None, None] - 1
        passed = self.narrow(states.gather(1, last.expand(-1, 1, states.shape[2]))[:, 0])
        return passed

    def decode(self, passed: Tensor, mask: Tensor, vectors: Tensor, given: Tensor) -> Tensor:
        """Return the sequences, (B, T, W).

        Args:
            passed: of `encode`.
            mask: (B, T) where there are words.
            vectors: (B, T, W) the true words, for teacher forcing.
            given: (B, T) at which places the true last word is given, else the own output.
        """
        first = passed if self.trial.reading == "whole" else passed[:, 0]
        state = tuple(
            part[None].contiguous()
            for part in torch.tanh(self.start(first)).chunk(self.parts, dim=1)
        )
        last, written = torch.zeros_like(vectors[:, 0]), []
        for at in range(mask.shape[1]):
            told = torch.cat([last, self._seen(passed, mask, state[0][0], at)], dim=1)
            out, after = self.writer(told[:, None], state if self.parts == 2 else state[0])
            state = after if self.parts == 2 else (after,)
            own = self.output(out[:, 0])
            written.append(own)
            last = torch.where(given[:, at, None], vectors[:, at], own)
        return torch.stack(written, dim=1)

    def _seen(self, passed: Tensor, mask: Tensor, state: Tensor, at: int) -> Tensor:
        """Return what of the bottleneck is seen at a place, (B, Z)."""
        if self.trial.reading == "whole":
            return passed
        if self.query is None:
            return passed[:, at]
        # Places are told apart by their number: the keys are no second way past the bottleneck.
        asked = self.query(state) + self.place[at]
        scores = asked @ self.place[: mask.shape[1]].T
        looked = scores.masked_fill(~mask, _NOWHERE).softmax(dim=1)
        return (looked[:, None] @ passed)[:, 0]
