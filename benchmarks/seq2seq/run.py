"""One direction: every model taught, kept, and examined; what is there already is not redone."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from benchmarks.seq2seq import baselines, drawing, score
from benchmarks.seq2seq.config import Config
from benchmarks.seq2seq.corpus import Corpus, corpus
from benchmarks.seq2seq.data import Languages, Numbered, languages
from benchmarks.seq2seq.models import MODELS, Seq2Seq, course
from benchmarks.seq2seq.train import teach

_SHOWN = 3  # attention maps of a model
_EXAMINED = {"beams", "penalties", "neighbours", "tested"}  # no training depends on them
_TUNED = 150  # held-out pairs that the length penalty is chosen with
_READABLE = 22  # tokens of a source on a map


def direction(folder: Path, config: Config, names: Sequence[str], work: Path) -> dict[str, Any]:
    """Return the figures of all models and baselines in one direction."""
    began = time.perf_counter()
    pairs = corpus(folder, config)
    spoken = languages(pairs.training, config)
    room = Room(pairs, spoken, config, work)
    room.say(
        f"{len(pairs.training)} pairs to learn, {len(pairs.validation)} held out, "
        f"{len(pairs.test)} to test with; {time.perf_counter() - began:.0f} s"
    )
    return {
        "config": asdict(config),
        "pairs": {
            "training": len(pairs.training),
            "validation": len(pairs.validation),
            "test": len(pairs.test),
            "test_packages": sorted({pair.package for pair in pairs.test}),
            "not_tested_forked": pairs.forked,
            # the sentences that stand word for word in the training pairs too
            "test_targets_seen": _seen(pairs),
        },
        "baselines": room.baselines(),
        "models": {name: room.model(name) for name in names},
    }


class Room:
    """What all models of a direction have in common.

    Attributes:
        work: where weights, figures and pictures are kept.
    """

    def __init__(self, pairs: Corpus, spoken: Languages, config: Config, work: Path) -> None:
        self.pairs, self.spoken, self.config = pairs, spoken, config
        self.work = work / config.direction
        self.work.mkdir(parents=True, exist_ok=True)
        self.training = Numbered(pairs.training, spoken, config.longest)
        self.validation = Numbered(pairs.validation, spoken, config.longest)
        self.test = Numbered(pairs.test, spoken, config.longest)

    def say(self, line: str) -> None:
        """Print a line about this direction."""
        print(f"{time.strftime('%H:%M:%S')} {self.config.direction}: {line}", flush=True)

    def baselines(self) -> dict[str, Any]:
        """Return the figures of what needs no training."""
        test, config = self.pairs.test, self.config
        found = {"nearest neighbour": baselines.nearest(test, self.pairs.training, config)}
        if config.direction == "explain":
            found["own name"] = baselines.own_name(test)
        return {name: score.figures(test, said, config) for name, said in found.items()}

    def model(self, name: str) -> dict[str, Any]:
        """Return the figures of one model; it is taught unless it was before, alike."""
        place = self.work / f"{name}.json"
        course_of = self.taught(name)
        if place.is_file():
            found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            if found["course"] == course_of and found.get("config") == self.asked():
                return found
        found = {
            "config": self.asked(),
            "course": course_of,
            **self.examine(name, self.load(name)),
        }
        place.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
        return found

    def asked(self) -> dict[str, Any]:
        """Return the configuration as it reads once it was written to JSON."""
        fields: dict[str, Any] = json.loads(json.dumps(asdict(self.config)))
        return fields

    def taught(self, name: str) -> dict[str, Any]:
        """Return how a model was taught; its weights lie in the work folder."""
        place = self.work / f"{name}.course.json"
        asked = {key: each for key, each in self.asked().items() if key not in _EXAMINED}
        if place.is_file():
            done: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            if asked.items() <= done["config"].items():
                return done
        kind = MODELS[name]
        torch.manual_seed(self.config.seed)
        model = Seq2Seq(kind, self.config, len(self.spoken.source), len(self.spoken.target))
        went = teach(
            model, self.training, self.validation, self.config, course(kind, self.config),
            lambda line: self.say(f"{name}: {line}"),
        )  # fmt: skip
        save_file(model.state_dict(), self.work / f"{name}.safetensors")
        points = [asdict(point) for point in went.points]
        done = {
            "config": asked,
            "label": kind.label,
            "parameters": model.parameters_count,
            "steps": went.steps,
            "best_step": went.best_step,
            "cpu_seconds": round(went.seconds, 1),
            "points": [[each["step"], each["training"], each["validation"]] for each in points],
            "gradients": _worst(points),
        }
        place.write_text(json.dumps(done, indent=1, ensure_ascii=False), encoding="utf-8")
        done = json.loads(json.dumps(done))
        return done

    def load(self, name: str) -> Seq2Seq:
        """Return a model that was taught before."""
        model = Seq2Seq(
            MODELS[name], self.config, len(self.spoken.source), len(self.spoken.target)
        )
        model.load_state_dict(load_file(self.work / f"{name}.safetensors"))
        return model

    def examine(self, name: str, model: Seq2Seq) -> dict[str, Any]:
        """Return what a model says of the test pairs, greedy and by beam search."""
        test, config = self.pairs.test, self.config
        dictated = score.dictate(model, self.test)
        greedy = score.speak(model, self.test, self.spoken, score.search(config, 1))
        penalty = self.length_penalty(model)
        beam = score.speak(
            model, self.test, self.spoken, score.search(config, config.beams, penalty)
        )
        if MODELS[name].attends:
            self.maps(name, model, beam)
        for way, said in (("greedy", greedy), ("beam", beam)):
            rows = "".join(json.dumps(each.tokens, ensure_ascii=False) + "\n" for each in said)
            (self.work / f"{name}-{way}.jsonl").write_text(rows, encoding="utf-8")
        found = {
            "greedy": score.figures(test, greedy, config, dictated),
            "beam": score.figures(test, beam, config),
            "length_penalty": penalty,
            "samples": score.samples(test, beam, config.direction, 12),
        }
        self.say(
            f"{name}: BLEU {found['greedy']['bleu']:.2f} greedy, "
            f"{found['beam']['bleu']:.2f} beam; smoothed "
            f"{found['greedy']['codexglue_bleu']:.2f}, {found['beam']['codexglue_bleu']:.2f}; "
            f"{found['beam']['distinct']} of {len(test)} distinct"
        )
        return found

    def length_penalty(self, model: Seq2Seq) -> float:
        """Return the penalty that does best on some held-out pairs of training packages."""
        some, config = self.validation.first(_TUNED), self.config
        pairs = self.pairs.validation[:_TUNED]
        found = {}
        for penalty in config.penalties:
            said = score.speak(
                model, some, self.spoken, score.search(config, config.beams, penalty)
            )
            found[penalty] = score.bleu(pairs, said, config)
        return max(found, key=lambda penalty: found[penalty])

    def maps(self, name: str, model: Seq2Seq, said: Sequence[score.Said]) -> None:
        """Draw where a model looked for some short sources."""
        short = [
            at
            for at, pair in enumerate(self.pairs.test)
            if 8 <= pair.size <= _READABLE and 4 <= len(said[at].tokens) <= 2 * _READABLE
        ]
        for number, at in enumerate(short[:: max(len(short) // _SHOWN, 1)][:_SHOWN], 1):
            looked = drawing.attention(model, self.test, at, said[at], self.spoken)
            drawing.heat(
                self.work / f"attention-{name}-{number}.png",
                looked, self.pairs.test[at].source, said[at].tokens,
            )  # fmt: skip


def _seen(pairs: Corpus) -> float:
    known = {pair.target for pair in pairs.training}
    return sum(pair.target in known for pair in pairs.test) / max(len(pairs.test), 1)


def _worst(points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the smallest and largest mean gradient norm of a layer, and all bad verdicts."""
    means = [
        (mean, layer, verdict)
        for point in points
        for layer, (mean, verdict) in point["gradients"].items()
    ]
    bad = sorted({(layer, verdict) for _, layer, verdict in means if verdict != "healthy"})
    if not means:
        return {}
    return {
        "smallest": [min(means)[0], min(means)[1]],
        "largest": [max(means)[0], max(means)[1]],
        "unhealthy": bad,
    }
