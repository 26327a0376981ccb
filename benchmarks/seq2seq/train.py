"""Teaching one model: the same steps, rate, clipping and examination for all."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.seq2seq.config import Config, Course
from benchmarks.seq2seq.data import Batch, Numbered
from benchmarks.seq2seq.models import Seq2Seq
from ncs.learn.decoders import PointerDecoder, sentence_loss, unroll
from ncs.learn.decoders.interface import taught
from ncs.learn.monitor import GradientMonitor, demand_finite
from ncs.wording import PAD

CLIP = 1.0
_WATCHED = 10  # steps between two looks at the gradients


@dataclass(frozen=True, slots=True)
class Point:
    """Where a course stands at a validation.

    Attributes:
        training: mean loss since the last one, nats a token. validation: likewise, held out.
        gradients: layer → (mean norm, verdict) since the last one.
    """

    step: int
    training: float
    validation: float
    gradients: dict[str, tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Taught:
    """How a course went; the model holds the weights of its best validation."""

    points: list[Point]
    best_step: int
    steps: int
    seconds: float


def teach(
    model: Seq2Seq,
    training: Numbered,
    validation: Numbered,
    config: Config,
    course: Course,
    say: Callable[[str], None],
) -> Taught:
    """Teach a model, and leave in it the weights that were best on the validation pairs."""
    began = time.process_time()
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.rate, weight_decay=0.01)
    generator = torch.Generator().manual_seed(config.seed)
    monitor, points, losses = GradientMonitor(), [], []
    best, best_step, kept = math.inf, 0, {}
    batches = training.epochs(config.batch, config.seed)
    for step in range(1, config.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = config.rate * _share(step, config)
        truth, longest = _phase(course, step / config.steps)
        batch = cut(training.batch(next(batches)), longest)
        loss = _loss(model, batch, course, truth, generator)
        demand_finite({"sentence": loss}, step)
        optimizer.zero_grad()
        loss.backward()
        if step % _WATCHED == 0:
            monitor.watch(model.named_parameters())
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        losses.append(float(loss.detach()))
        if step % config.validate == 0 or step == config.steps:
            gradients = {each.layer: (each.mean, each.verdict) for each in monitor.report()}
            point = Point(step, sum(losses) / len(losses), examined(model, validation), gradients)
            points.append(point)
            losses = []
            say(f"step {step}: {point.training:.3f} taught, {point.validation:.3f} held out")
            if not _ripe(course, step / config.steps):
                continue
            if point.validation < best:
                best, best_step = point.validation, step
                kept = {name: each.clone() for name, each in model.state_dict().items()}
            elif step - best_step >= config.patience * config.validate:
                break
    model.load_state_dict(kept)
    return Taught(points, best_step, step, time.process_time() - began)


def examined(model: Seq2Seq, pairs: Numbered, size: int = 100) -> float:
    """Return the mean loss under teacher forcing, in nats a token."""
    total, count = 0.0, 0
    model.eval()
    with torch.no_grad():
        for index in pairs.inorder(size):
            batch = pairs.batch(index)
            counted = countable(model, batch)
            said = model.decoder(model.memory(batch), batch.inputs, batch.targets)
            total -= float(said[counted].sum())
            count += int(counted.sum())
    model.train()
    return total / max(count, 1)


def countable(model: Seq2Seq, batch: Batch) -> Tensor:
    """Return the places whose token the vocabulary has: those alone all models can be asked."""
    return taught(batch.targets) & (batch.targets < model.decoder.vocabulary)


def cut(batch: Batch, longest: int) -> Batch:
    """Return a batch whose targets are cut after some tokens; 0 cuts nothing."""
    if not longest or batch.targets.shape[1] <= longest:
        return batch
    return Batch(
        batch.source,
        batch.words,
        batch.extra,
        batch.inputs[:, :longest],
        batch.targets[:, :longest],
        batch.own,
    )


def _loss(
    model: Seq2Seq, batch: Batch, course: Course, truth: float, generator: torch.Generator
) -> Tensor:
    memory = model.memory(batch)
    targets = batch.targets
    if not isinstance(model.decoder, PointerDecoder):  # what it cannot say teaches it nothing
        targets = targets.masked_fill(targets >= model.decoder.vocabulary, PAD)
    if truth == 1.0 and not course.smoothing:
        return sentence_loss(model.decoder(memory, batch.inputs, targets), targets)
    said = unroll(model.decoder, memory, batch.inputs, targets, truth=truth, generator=generator)
    log_likelihood = said.log_likelihood
    if course.smoothing:
        log_likelihood = (1 - course.smoothing) * log_likelihood + course.smoothing * said.evenly
    return sentence_loss(log_likelihood, targets)


def _phase(course: Course, share: float) -> tuple[float, int]:
    """Return the teacher forcing ratio and the longest target at a share of the course."""
    if not course.phases:
        return 1.0, 0
    return course.phases[min(int(share * len(course.phases)), len(course.phases) - 1)]


def _ripe(course: Course, share: float) -> bool:
    """Return whether weights may be kept: of a curriculum, those that went through all of it."""
    return not course.phases or share > 1 - 1 / len(course.phases)


def _share(step: int, config: Config) -> float:
    """Return the learning rate's share of its highest: a ramp, then half a cosine to 2 %."""
    if step <= config.warmup:
        return step / config.warmup
    done = (step - config.warmup) / max(config.steps - config.warmup, 1)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))
