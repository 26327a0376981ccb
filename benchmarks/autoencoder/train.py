"""Teaching one autoencoder, and what it gives back."""

import math
import time
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.autoencoder.config import Config, Trial
from benchmarks.autoencoder.data import Sequences
from benchmarks.autoencoder.model import Autoencoder

# (teacher forcing ratio, share of the longest sentence), four equal parts: seed 004's phases
_PHASES = ((0.9, 0.4), (0.7, 0.6), (0.3, 0.8), (0.1, 1.0))
_COSINE = 0.9  # of the mixed loss; the rest is the squared error
_CLIP = 1.0
_TOGETHER = 250


@dataclass(frozen=True, slots=True)
class Course:
    """How a course went: mean loss of each tenth, and how long it took."""

    losses: list[float]
    cpu_seconds: float
    parameters: int


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """What came back of some sentences.

    Attributes:
        token_cosine: mean over words. sentence_cosine: of the sentences' mean vectors.
        mse: mean over entries. word_accuracy: share of words that are the nearest to what came.
        by_length: words of a sentence → token cosine.
        passed: (N, Z) what passed the bottleneck; of "each" the words one below the other.
        lengths: (N,) of the sentences that the rows of `passed` belong to.
    """

    token_cosine: float
    sentence_cosine: float
    mse: float
    word_accuracy: float
    by_length: dict[int, float]
    passed: Tensor
    lengths: Tensor


def teach(model: Autoencoder, sentences: Sequences, config: Config, trial: Trial) -> Course:
    """Teach a model for the steps of the configuration."""
    began, steps = time.process_time(), config.long if trial.long else config.steps
    optimizer = torch.optim.Adam(model.parameters(), lr=config.rate)
    generator = torch.Generator().manual_seed(config.seed)
    losses = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = config.rate * (0.02 + 0.49 * (1 + math.cos(math.pi * step / steps)))
        index = torch.randint(len(sentences), (config.batch,), generator=generator)
        vectors, mask = sentences.take(index)
        truth, share = _phase(trial, step / steps)
        longest = max(round(share * config.longest), 1)
        vectors, mask = vectors[:, :longest], mask[:, :longest]
        given = torch.rand(mask.shape, generator=generator) < truth
        loss = _loss(model.decode(model.encode(vectors, mask), mask, vectors, given),
                     vectors, mask, trial)  # fmt: skip
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), _CLIP)
        optimizer.step()
        losses.append(float(loss.detach()))
    tenth = max(steps // 10, 1)
    means = [sum(losses[at : at + tenth]) / tenth for at in range(0, tenth * 10, tenth)]
    size = sum(weight.numel() for weight in model.parameters())
    return Course(means, time.process_time() - began, size)


def _loss(came: Tensor, vectors: Tensor, mask: Tensor, trial: Trial) -> Tensor:
    error = (came - vectors)[mask].square().mean()
    if trial.loss == "mse":
        return error
    alike = functional.cosine_similarity(came[mask], vectors[mask], dim=1).mean()
    return _COSINE * (1 - alike) + (1 - _COSINE) * error


def _phase(trial: Trial, share: float) -> tuple[float, float]:
    """Return the teacher forcing ratio and the share of the longest sentence."""
    if trial.teaching == "curriculum":
        return _PHASES[min(int(share * len(_PHASES)), len(_PHASES) - 1)]
    return (1.0 if trial.teaching == "dictation" else 0.0), 1.0


@torch.no_grad()
def give_back(model: Autoencoder, sentences: Sequences) -> Returned:
    """Return how well sentences come back, free running."""
    came, passed = [], []
    for start in range(0, len(sentences), _TOGETHER):
        index = torch.arange(start, min(start + _TOGETHER, len(sentences)))
        vectors, mask = sentences.take(index)
        told = model.encode(vectors, mask)
        out = model.decode(told, mask, vectors, torch.zeros_like(mask))
        longest = sentences.ids.shape[1] - out.shape[1]
        came.append(functional.pad(out, (0, 0, 0, longest)))
        passed.append(told if told.dim() == 2 else told[mask])
    return measured(torch.cat(came), sentences, torch.cat(passed))


def measured(came: Tensor, sentences: Sequences, passed: Tensor) -> Returned:
    """Return the figures of sequences that came back, (N, T, W)."""
    mask = sentences.ids > 0
    due, lengths = sentences.vectors[sentences.ids], mask.sum(dim=1)
    alike = functional.cosine_similarity(came, due, dim=2) * mask
    means = [
        (each * mask[..., None]).sum(dim=1) / lengths[:, None] for each in (came, due)
    ]  # (N, W)
    by_sentence = alike.sum(dim=1) / lengths
    known = functional.normalize(sentences.vectors[1:], dim=1)
    nearest = (functional.normalize(came[mask], dim=1) @ known.T).argmax(dim=1) + 1
    return Returned(
        token_cosine=float(alike.sum() / mask.sum()),
        sentence_cosine=float(functional.cosine_similarity(*means, dim=1).mean()),
        mse=float((came - due)[mask].square().mean()),
        word_accuracy=float((nearest == sentences.ids[mask]).float().mean()),
        by_length={
            int(length): float(by_sentence[lengths == length].mean())
            for length in lengths.unique()
        },
        passed=passed,
        lengths=lengths if len(passed) == len(lengths) else lengths.repeat_interleave(lengths),
    )
