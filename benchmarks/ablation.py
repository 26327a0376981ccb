"""What each part of the model adds: SDE, flow, KL, EP, contrastive; several seeds each.

    python -m benchmarks.ablation [--package NAME==VERSION] [--epochs N] [--seeds N] [--json FILE]

Each variant is trained from scratch on the same codebase with one part taken out. Retrieval:
MRR of held-out docstrings over all chunks. Reconstruction: nats per token of held-out
explanations, teacher-forced, the decoder reading code and mean-path latent. Mean and spread over
seeds; BM25 on the same questions beside them. A part that helps nothing at its default weight
should lose it.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.packages import PINNED, unpack_source
from ncs.config import PRESETS, ModelConfig
from ncs.corpus.reading import read_corpus
from ncs.learn.config import TrainConfig
from ncs.learn.lesson import reconstruction
from ncs.learn.loop import teach
from ncs.learn.pairs import Lessons, lessons
from ncs.types import ignore_progress
from ncs.weights import unpack

Variant = tuple[ModelConfig, TrainConfig]


def variants(model: ModelConfig, config: TrainConfig) -> Mapping[str, Variant]:
    """Return the full model and each part's absence."""
    return {
        "full": (model, config),
        "no SDE": (model._replace(sde_steps=0), config),
        "no flow": (model._replace(flow_layers=0), config),
        "no KL": (model, replace(config, loss=replace(config.loss, kl=0.0))),
        "no EP": (model, replace(config, loss=replace(config.loss, ep=0.0))),
        "no contrastive": (model, replace(config, loss=replace(config.loss, contrastive=0.0))),
        "no reconstruction": (
            model,
            replace(config, loss=replace(config.loss, reconstruction=0.0)),
        ),
        "no transformer": (model._replace(blocks=0), config),
    }


def measure(taught_lessons: Lessons, variant: Variant, seed: int) -> dict[str, float]:
    """Train one variant and return its held-out figures."""
    model, config = variant
    began = time.monotonic()
    taught = teach(taught_lessons, model, replace(config, seed=seed), on_progress=ignore_progress)
    weights = unpack(taught.weights, origin="ablation")
    return {
        "mrr": taught.mrr,
        "recall@10": taught.recall,
        "nats_per_token": reconstruction(weights, taught_lessons.validation),
        "bm25_mrr": taught.bm25_mrr,
        "seconds": time.monotonic() - began,
    }


def main() -> None:
    """Train all variants and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", default=PINNED, help="source archive to fetch and train on")
    parser.add_argument("--codebase", type=Path, help="a folder instead of a package")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "ncs-speed")
    parser.add_argument("--preset", default="small", choices=list(PRESETS))
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    codebase = arguments.codebase or unpack_source(arguments.package, arguments.work)
    config = TrainConfig(epochs=arguments.epochs, patience=arguments.epochs)
    chunks = read_corpus(codebase).chunks
    print(f"{codebase.name}: {len(chunks)} chunks, {arguments.epochs} epochs, "
          f"{arguments.seeds} seeds, preset {arguments.preset}")  # fmt: skip
    print(f"{'variant':18} {'MRR':>14} {'recall@10':>14} {'nats/token':>16} {'s':>5}")
    rows: dict[str, Any] = {}
    for name, variant in variants(PRESETS[arguments.preset], config).items():
        runs = []
        for seed in range(arguments.seeds):
            # The split is the same for all variants and differs between seeds.
            taught_lessons = lessons(chunks, holdout=config.holdout, seed=seed)
            runs.append(measure(taught_lessons, variant, seed))
        rows[name] = runs
        print(_row(name, runs), flush=True)
    bm25 = statistics.mean(run["bm25_mrr"] for run in rows["full"])
    print(f"{'BM25':18} {bm25:6.3f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _row(name: str, runs: list[dict[str, float]]) -> str:
    cells = []
    for key in ("mrr", "recall@10", "nats_per_token"):
        values = [run[key] for run in runs]
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        cells.append(f"{statistics.mean(values):6.3f} ± {spread:.3f}")
    seconds = statistics.mean(run["seconds"] for run in runs)
    return f"{name:18} {cells[0]:>14} {cells[1]:>14} {cells[2]:>16} {seconds:5.0f}"


if __name__ == "__main__":
    main()
