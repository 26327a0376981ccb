"""A wide model that is thrown away: what it thinks of all pairs teaches the one that ships.

It sees each query as it was written, also where the student gets a form of it without the words
that give the answer away, and it has ten times the student's numbers to see it with.

Source: Hinton et al. 2015, arXiv:1503.02531, equation 1: the student's softmax over a batch is
drawn to the teacher's, each at the temperature that it learned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.pretrain.flat import Flat
from ncs.config import DEFAULT_PRESET, PRESETS, ModelConfig
from ncs.learn.model import Model
from ncs.learn.objectives import contrast_logits, divergence

WIDE: ModelConfig = PRESETS[DEFAULT_PRESET]._replace(
    buckets=1 << 18, width=384, blocks=4, heads=6, feed_forward=1024,
    latent_dim=64, extension_dim=192, sde_hidden=64,
)  # fmt: skip
_AT_ONCE = 8192
_NEVER = -1e4  # a logit that softmax turns into 0


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """What a model thinks of all texts.

    Attributes:
        vectors: (T, D) float16 of length 1.
        temperature: that of its contrast.
    """

    vectors: Tensor
    temperature: float

    def logits(self, queries: Tensor, documents: Tensor) -> Tensor:
        """Return how well each of (B,) texts answers each of (B,), (B, B)."""
        asked, read = self.vectors[queries].float(), self.vectors[documents].float()
        return asked @ read.T / self.temperature


@torch.no_grad()
def teacher_of(model: Model, flat: Flat) -> Teacher:
    """Return what a model thinks of the texts of all pairs."""
    count = len(flat.texts.word_starts) - 1
    device = flat.texts.words.device
    vectors = torch.zeros(count, model.widths[-1], dtype=torch.float16, device=device)
    for at in range(0, count, _AT_ONCE):
        texts = torch.arange(at, min(at + _AT_ONCE, count), device=device)
        batch = flat.spelling.batch(flat.texts.take(texts), model.config.buckets)
        found = functional.normalize(model.mean_path(model.encode(batch)), dim=1)
        vectors[texts] = found.half()
    return Teacher(vectors, float(model.temperatures[-1]))


def distillation(
    teacher: Tensor,
    queries: Tensor,
    documents: Tensor,
    widths: Sequence[int],
    temperatures: Tensor,
    excluded: Tensor,
) -> Tensor:
    """Return how far each width ranks from a teacher, in nats, the mean over widths and sides.

    Args:
        teacher: its logits, (B, B), a row a query; no gradient reaches it.
        queries: (B, Z + E); what follows is as in `nested_info_nce`, too.
        documents: (B, Z + E).
        widths: those that are to rank so.
        temperatures: one for each width.
        excluded: (B, B).

    Source: as of `ncs.learn.objectives.nested_distillation`.
    """
    own = torch.eye(len(teacher), dtype=torch.bool, device=teacher.device)
    wanted = teacher.masked_fill(excluded & ~own, _NEVER)
    losses = []
    for width, temperature in zip(widths, temperatures, strict=True):
        found = contrast_logits(queries[:, :width], documents[:, :width], temperature, excluded)
        losses.append(0.5 * (divergence(wanted, found) + divergence(wanted.T, found.T)))
    return torch.stack(losses).mean()
