"""Learn a codebase, then index it. The one module outside `ncs.learn` that needs torch."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ncs import weights
from ncs.api.building import Built, forget_training, place, read, training_state, write_index
from ncs.api.former import MadeWith
from ncs.config import DEFAULT_PRESET, PRESETS
from ncs.corpus.files import require_folder
from ncs.errors import QueryError
from ncs.explain import explainable
from ncs.index.lock import writer
from ncs.index.writing import refuse_foreign
from ncs.learn.config import TrainConfig
from ncs.learn.lesson import examined
from ncs.learn.loop import Taught, device_of, teach
from ncs.learn.pairs import Lessons, lessons
from ncs.types import Chunk, OnProgress, ignore_progress

# With a time limit, what follows the last step (validation, encoding, explaining, writing) was
# measured at about twice the time of reading the codebase; a tenth of the limit is in reserve.
_AFTER_READING = 2.5
_RESERVE = 0.1
_SENTENCE_SECONDS = 0.01  # to generate one explanation
_START_SECONDS = 2.0  # what Python and torch took before the clock could start


class Kept(KeyboardInterrupt):
    """Ctrl-C during a training of which epochs are kept: with `resume` it goes on from them.

    A state that an earlier run left does not count: it may be of other options. It stays until
    this run has an epoch to keep.
    """


def train(
    codebase: str | Path = ".",
    output: str | Path | None = None,
    *,
    preset: str = DEFAULT_PRESET,
    config: TrainConfig | None = None,
    resume: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> tuple[Taught, Built]:
    """Learn a codebase and write its index, starting from the base model where shapes agree.

    Args:
        codebase: the folder to read.
        output: where to write the index; `.ncs/index.db` inside the codebase by default.
        preset: a name of `ncs.config.PRESETS`.
        config: how to train; `TrainConfig()` by default.
        resume: go on from the state of an interrupted run.
        on_progress: told how far the work has come.

    Returns:
        What was learned, and what was written.

    Raises:
        QueryError: there is no such preset.
        SourceError: the folder is missing or holds nothing to search.
        TrainingError: there is nothing to learn from, no such device, no time for a single step,
            or a loss stopped being finite. A former index is as it was.
        IndexUnusable: the index could not be written; a former one is as it was.
        Kept: interrupted, when this run had kept an epoch, or gone on from one that was kept.
    """
    began = time.monotonic()
    config = config or TrainConfig()
    if preset not in PRESETS:
        raise QueryError(f"unknown preset {preset!r}", hint=f"one of {', '.join(PRESETS)}")
    path = place(codebase, output)
    require_folder(Path(codebase))
    refuse_foreign(path)  # before the work, not after it; so is what follows
    device_of(config)
    kept: list[Path] = []
    with writer(path, wait=True, on_progress=on_progress):
        try:
            return _train(codebase, path, preset, config, resume, began, kept.append, on_progress)
        except KeyboardInterrupt as stop:
            if kept:
                raise Kept from stop
            raise


def _train(
    codebase: str | Path,
    path: Path,
    preset: str,
    config: TrainConfig,
    resume: bool,
    began: float,
    on_kept: Callable[[Path], None],
    on_progress: OnProgress,
) -> tuple[Taught, Built]:
    corpus = read(codebase, path, on_progress)
    learned = lessons(corpus.chunks, holdout=config.holdout, seed=config.seed)
    taught = teach(
        learned,
        PRESETS[preset],
        config,
        start=_start(preset),
        state_path=training_state(path),
        resume=resume,
        deadline=_deadline(config.time_limit, began, corpus.chunks),
        on_kept=on_kept,
        on_progress=on_progress,
    )
    taught = replace(taught, base_mrr=_beside_base(preset, learned, config))
    model = weights.unpack(taught.weights, origin="trained model")
    made_with = MadeWith(
        "trained", model, taught.weights, _account(taught, learned, preset, config)
    )
    built = write_index(corpus, made_with, path, began=began, on_progress=on_progress)
    forget_training(path)
    return taught, built


def _deadline(limit: float | None, began: float, chunks: Sequence[Chunk]) -> float | None:
    """Return when the last step must be over; called when the codebase has just been read."""
    if limit is None:
        return None
    after = _AFTER_READING * (time.monotonic() - began) + _RESERVE * limit + _START_SECONDS
    after += _SENTENCE_SECONDS * sum(map(explainable, chunks))
    return began + max(limit - after, 0.0)


def _start(preset: str) -> weights.Weights | None:
    """Return the base model when the preset has its shape."""
    base = weights.shipped_model()
    return base if base is not None and base.config == PRESETS[preset] else None


def _beside_base(preset: str, learned: Lessons, config: TrainConfig) -> float | None:
    """Return the base model's MRR on the held-out questions, if training began without it."""
    base = weights.shipped_model()
    if base is None or base.config == PRESETS[preset] or not learned.validation.queries:
        return None
    return examined(base, learned.validation, device_of(config)).mrr


def _account(taught: Taught, learned: Lessons, preset: str, config: TrainConfig) -> str:
    """Return the story of the training as JSON, for `ncs inspect model`."""
    last = taught.history[-1] if taught.history else {}
    return json.dumps(
        {
            "preset": preset, "seed": config.seed, "holdout": config.holdout,
            "held_out_below": learned.held_out_below,
            "epochs": taught.epochs, "pairs": taught.pairs, "seconds": round(taught.seconds, 1),
            "parameters": taught.parameters, "kept_base": taught.kept_start,
            "held_out_questions": taught.questions, "candidates": taught.documents,
            "mrr": taught.mrr, "recall@10": taught.recall,
            "mrr_before": taught.start_mrr, "mrr_bm25": taught.bm25_mrr,
            "losses": last.get("losses", {}),
            "unhealthy_layers": {
                layer["layer"]: layer["verdict"]
                for layer in last.get("gradients", []) if layer["verdict"] != "healthy"
            },
        }
    )  # fmt: skip
