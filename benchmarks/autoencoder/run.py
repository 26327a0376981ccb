"""All trials, each taught once and kept; the studies are views of them."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from benchmarks.autoencoder import bounds, latents
from benchmarks.autoencoder.config import Config, Trial, studies
from benchmarks.autoencoder.data import Corpus, corpus
from benchmarks.autoencoder.model import Autoencoder
from benchmarks.autoencoder.train import Returned, give_back, teach


def measure(folder: Path, config: Config, work: Path) -> dict[str, Any]:
    """Return the figures of all studies; trials that were taught before are not redone."""
    work.mkdir(parents=True, exist_ok=True)
    sentences = corpus(folder, config)
    _say(f"{len(sentences.training)} sentences to learn, {len(sentences.test)} to test with")
    limits = bounds.bounds(sentences, config.bottlenecks, config.widths)
    return {
        "config": asdict(config),
        "sentences": {"training": len(sentences.training), "test": len(sentences.test)},
        "bounds": {name: _plain(found) for name, found in limits.items()},
        "studies": {
            study: {
                label: _trial(trial, sentences, config, work) for label, trial in trials.items()
            }
            for study, trials in studies(config).items()
        },
    }


def _trial(trial: Trial, sentences: Corpus, config: Config, work: Path) -> dict[str, Any]:
    about = json.loads(json.dumps({"trial": asdict(trial), "config": _decisive(trial, config)}))
    name = "-".join(str(value) for value in asdict(trial).values())
    place = work / f"{name}.json"
    if place.is_file():
        done: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        if {key: done[key] for key in about} == about:
            return done
    torch.manual_seed(config.seed)
    model = Autoencoder(trial, config.width, config.longest)
    learned = sentences.training.first(config.few) if trial.few else sentences.training
    tested = sentences.test
    if trial.words:
        learned, tested = (each.within(trial.words, config.shortest) for each in (learned, tested))
    course = teach(model, learned, config, trial)
    save_file(model.state_dict(), work / f"{name}.safetensors")
    back = give_back(model, tested)
    if trial.reading == "whole":
        latents.draw(work / f"{name}.png", back.passed, back.lengths)
    known = _plain(give_back(model, learned.first(config.tested)))
    found = {
        **about,
        "course": asdict(course),
        "test": _plain(back),
        "training": known,
        "latents": latents.described(back.passed, back.lengths),
    }
    place.write_text(json.dumps(found, indent=1), encoding="utf-8")
    _say(
        f"{name}: token cosine {back.token_cosine:.3f} ({known['token_cosine']:.3f} on what was "
        f"learned), words {back.word_accuracy:.3f}, {course.cpu_seconds:.0f} s"
    )
    return found


def _decisive(trial: Trial, config: Config) -> dict[str, Any]:
    """Return what of the configuration a trial depends on."""
    fields = asdict(config)
    for name in ("hidden", "widths", "bottlenecks", "dictionaries"):
        del fields[name]  # the trial has its own
    del fields["steps" if trial.long else "long"]
    return fields


def _plain(found: Returned) -> dict[str, Any]:
    return {
        "token_cosine": found.token_cosine,
        "sentence_cosine": found.sentence_cosine,
        "mse": found.mse,
        "word_accuracy": found.word_accuracy,
        "by_length": {str(length): value for length, value in found.by_length.items()},
    }


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)
