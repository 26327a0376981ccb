"""The training loop: pairs in, weights out, and an honest word on whether it helped."""

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ncs.config import ModelConfig, fingerprint, to_json
from ncs.errors import TrainingError
from ncs.learn import checkpoint
from ncs.learn.config import TrainConfig
from ncs.learn.export import from_weights, to_weights
from ncs.learn.lesson import Classroom, Scores
from ncs.learn.model import Model
from ncs.learn.monitor import GradientMonitor, demand_finite
from ncs.learn.pairs import Lessons
from ncs.learn.sentences import common_words
from ncs.machine import threads
from ncs.types import OnProgress, Progress
from ncs.weights import SPOKEN, Weights

_LOWEST_RATE = 0.02  # the cosine schedule ends at this share of the learning rate
_WARMUP_STEPS = 20
_WARM_SPOKEN = 0.1  # share of the learning rate that reader and decoder of a base model get
# The same of what all words share: blocks, pooling, head. A codebase teaches its own words; to
# move what the others go through too cost questions in other words 0.05 MRR over three codebases
# of the tune half, and won held-out docstrings 0.015 (by hand, this at 1.0; what training does to
# them: benchmarks.retrieval.paraphrase, systems ncs-trained-*).
_WARM_SHARED = 0.25


@dataclass(frozen=True, slots=True)
class Taught:
    """What came out of a training run.

    Attributes:
        weights: the bytes of `ncs.weights`; of the start where training did not help.
        kept_start: whether the start was kept.
        mrr, recall: of the returned weights on the held-out questions, recall at 10;
            start_*: of the weights training began with, bm25_*: of BM25 on the same chunks.
        history: for each epoch its loss terms, validation figures and gradient health.
        base_mrr: of the base model on the same questions, where training began without it.
    """

    weights: bytes
    kept_start: bool
    epochs: int
    pairs: int
    seconds: float
    questions: int
    documents: int
    mrr: float
    recall: float
    start_mrr: float
    start_recall: float
    bm25_mrr: float
    bm25_recall: float
    parameters: int
    history: tuple[Mapping[str, Any], ...]
    base_mrr: float | None = None

    @property
    def verdict(self) -> str:
        """One line where a reader should know more than the figures."""
        if self.kept_start:
            return "Training did not help on the held-out questions: the base model was kept."
        if self.base_mrr is not None and self.base_mrr > self.mrr:
            return (
                f"The base model, of another size, finds more of them (MRR {self.base_mrr:.3f}): "
                "ncs train without --preset starts from it."
            )
        return ""


def teach(
    lessons: Lessons,
    model_config: ModelConfig,
    config: TrainConfig,
    *,
    start: Weights | None = None,
    state_path: Path | None = None,
    resume: bool = False,
    deadline: float | None = None,
    on_kept: Callable[[Path], None] = lambda _: None,
    on_progress: OnProgress,
) -> Taught:
    """Return a model taught with the lessons.

    Deterministic for a seed on one machine: every step draws from (seed, epoch, step), so a
    run resumed from its last epoch gives the very weights of a run that never stopped
    (without a deadline).

    Args:
        lessons: what to learn, and what to be examined on.
        model_config: shape of a model that starts from random weights.
        config: how to teach.
        start: weights to start from; None starts from random ones.
        state_path: where the state is kept after each epoch; None keeps none.
        resume: go on from the state at `state_path`.
        deadline: `time.monotonic()` after which no further step begins, or None.
        on_kept: told `state_path` once what lies there is the state of this run: another run may
            have left one there.
        on_progress: told after every step.

    Raises:
        TrainingError: a loss stopped being finite, there is nothing to resume, no such device, or
            no time for a single step.
    """
    run = _Run(lessons, model_config, config, start, deadline)
    if resume and state_path is not None:
        run.restore(checkpoint.load(state_path, run.identity))
        on_kept(state_path)
    for epoch in range(run.epoch, config.epochs):
        if not run.learn(epoch, on_progress):
            break
        if state_path is not None:
            checkpoint.save(state_path, run.state())
            on_kept(state_path)
        if run.stale_epochs >= config.patience or run.late():
            break
    if run.epoch == 0 and run.late():  # or its result would replace what an earlier run learned
        raise TrainingError(
            "the time limit left no time for one step of training: nothing was learned",
            hint="a longer --time-limit, or ncs index, which does not train",
        )
    return run.result()


class _Run:
    """One training run: model, optimiser, and the best weights seen on held-out questions."""

    def __init__(
        self,
        lessons: Lessons,
        model_config: ModelConfig,
        config: TrainConfig,
        start: Weights | None,
        deadline: float | None,
    ) -> None:
        self.began = time.monotonic()
        self.config, self.deadline, self.lessons = config, deadline, lessons
        self.device = device_of(config)
        torch.set_num_threads(threads())
        warm = start is not None
        self.model = (
            from_weights(start)
            if start is not None
            else Model(
                model_config,
                seed=config.seed,
                words=common_words(pair.explanation for pair in lessons.pairs),
            )
        ).to(self.device)
        self.room = Classroom(lessons, self.model.config, config, self.device)
        if warm:
            self.room.heed(self.model)
        self.optimizer = _optimizer(self.model, config, warm=warm)
        self.names: dict[Tensor, str] = {
            parameter: name for name, parameter in self.model.named_parameters()
        }
        self.monitor = GradientMonitor()
        self.warm = warm
        self.identity = _identity(lessons, model_config, config, start)
        self.epoch = 0
        self.history: list[dict[str, Any]] = []
        self.start = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
        self.start_scores = self.room.validate(self.model)
        self.best_scores = self.start_scores if warm else Scores(-1.0, 0.0)
        self.best: dict[str, Tensor] | None = None
        self.stale_epochs = 0

    def late(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def learn(self, epoch: int, on_progress: OnProgress) -> bool:
        """Teach one epoch and validate; False when the deadline cut it before its first step."""
        totals: dict[str, float] = {}
        steps = self.room.steps
        done = 0
        self.model.train()
        for step in range(steps):
            if self.late():
                break
            terms = self._step(epoch, step)
            for name, value in terms.items():
                totals[name] = totals.get(name, 0.0) + value
            done += 1
            note = f"loss {totals['loss'] / done:.3f}  best MRR {max(self.best_scores.mrr, 0):.3f}"
            at = epoch * steps + done
            on_progress(Progress("train", at, self.config.epochs * steps, note))
        if done == 0:
            return False
        scores = self.room.validate(self.model)
        self._judge(scores)
        self.epoch = epoch + 1
        health = [asdict(layer) for layer in self.monitor.report()]
        means = {name: value / done for name, value in totals.items()}
        self.history.append(
            {"epoch": self.epoch, "mrr": scores.mrr, "recall@10": scores.recall,
             "seconds": time.monotonic() - self.began, "losses": means, "gradients": health}
        )  # fmt: skip
        return True

    def _step(self, epoch: int, step: int) -> dict[str, float]:
        at = epoch * self.room.steps + step
        share = self._share(at)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * _rate(at, share)
        terms = self.room.losses(self.model, epoch, step, share)
        demand_finite(terms, at + 1)
        self.optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()  # type: ignore[no-untyped-call]
        self.monitor.watch(self.model.named_parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        self.optimizer.step()
        return {name: float(value.detach()) for name, value in terms.items()}

    def _share(self, at: int) -> float:
        """Return how much of the run is over, in [0, 1]: by steps, or by time if that is more."""
        share = at / max(self.config.epochs * self.room.steps, 1)
        if self.deadline is not None:
            whole = max(self.deadline - self.began, 1e-9)
            share = max(share, (time.monotonic() - self.began) / whole)
        return min(share, 1.0)

    def _judge(self, scores: Scores) -> None:
        if scores.mrr > self.best_scores.mrr or not self.lessons.validation.queries:
            self.best_scores = scores
            self.best = {
                name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()
            }
            self.stale_epochs = 0
        else:
            self.stale_epochs += 1

    def state(self) -> checkpoint.State:
        """Return the state after the last epoch."""
        tensors: dict[str, Mapping[str, Tensor]] = {
            "model": self.model.state_dict(),
            "optimizer": checkpoint.optimizer_tensors(self.optimizer, self.names),
            "best": self.best or {},
        }
        about = {"best_mrr": self.best_scores.mrr, "best_recall": self.best_scores.recall,
                 "stale_epochs": self.stale_epochs}  # fmt: skip
        return checkpoint.State(self.epoch, self.identity, [about, *self.history], tensors)

    def restore(self, state: checkpoint.State) -> None:
        """Go back to a state."""
        self.model.load_state_dict(dict(state.tensors["model"]))
        checkpoint.restore_optimizer(self.optimizer, self.names, state.tensors["optimizer"])
        best = state.tensors.get("best")
        self.best = None if not best else dict(best)
        about, *self.history = state.history
        self.best_scores = Scores(about["best_mrr"], about["best_recall"])
        self.stale_epochs = about["stale_epochs"]
        self.epoch = state.epoch

    def result(self) -> Taught:
        """Return the weights that were learned and the figures beside them."""
        kept_start, best = self._settle()
        validation = self.lessons.validation
        bm25 = self.room.bm25()
        return Taught(
            weights=to_weights(self.model),
            kept_start=kept_start,
            epochs=self.epoch,
            pairs=len(self.lessons.pairs),
            seconds=time.monotonic() - self.began,
            questions=len(validation.queries),
            documents=len(validation.documents),
            mrr=best.mrr, recall=best.recall,
            start_mrr=self.start_scores.mrr, start_recall=self.start_scores.recall,
            bm25_mrr=bm25.mrr, bm25_recall=bm25.recall,
            parameters=sum(parameter.numel() for parameter in self.model.parameters()),
            history=tuple(self.history),
        )  # fmt: skip

    def _settle(self) -> tuple[bool, Scores]:
        """Give the model its last weights; return whether the start was kept, and their scores."""
        if self.best is not None:
            self.model.load_state_dict(self.best)
            return False, self.best_scores
        if self.warm:
            self.model.load_state_dict(self.start)
        return self.warm, self.start_scores


def device_of(config: TrainConfig) -> torch.device:
    """Return the device to train on; "auto" takes a CUDA device where there is one.

    Raises:
        TrainingError: a CUDA device is asked for, and torch finds none.
    """
    if config.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError(
            "no CUDA device: this machine has none, or its torch is one for CPUs",
            hint="--device cpu trains on the processor",
        )
    if config.device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(config.device)


def _rate(at: int, share: float) -> float:
    """Return the share of the peak learning rate at a step: short warm-up, then a cosine."""
    cosine = _LOWEST_RATE + (1 - _LOWEST_RATE) * 0.5 * (1 + math.cos(math.pi * share))
    return cosine * min(1.0, (at + 1) / _WARMUP_STEPS)


def _optimizer(model: Model, config: TrainConfig, *, warm: bool) -> torch.optim.AdamW:
    """Return AdamW; weight decay spares vectors and the n-gram table."""
    peak = config.warm_learning_rate if warm else config.learning_rate
    groups = []
    for name, parameter in model.named_parameters():
        decays = parameter.ndim >= 2 and "table" not in name
        rate = peak * (_warm_share(name) if warm else 1.0)
        decay = config.weight_decay if decays else 0.0
        groups.append({"params": [parameter], "weight_decay": decay, "peak": rate, "lr": rate})
    return torch.optim.AdamW(groups)


def _warm_share(name: str) -> float:
    """Return the share of the learning rate that a parameter of a base model gets."""
    if name.startswith(SPOKEN):  # what knows half a million docstrings forgets by a few hundred
        return _WARM_SPOKEN
    return 1.0 if "table" in name else _WARM_SHARED


def _identity(
    lessons: Lessons, model_config: ModelConfig, config: TrainConfig, start: Weights | None
) -> str:
    """Return the fingerprint of what must be equal for a run to be resumed.

    The held-out questions are part of it: the best figure so far is of them.
    """
    data = "\0".join(
        f"{pair.query}\1{pair.document}\1{pair.explanation}" for pair in lessons.pairs
    )
    return fingerprint(
        data,
        json.dumps(asdict(lessons.validation)),
        to_json(model_config),
        json.dumps(
            asdict(replace(config, time_limit=None)), sort_keys=True, separators=(",", ":")
        ),
        "" if start is None else start.fingerprint,
    )
