"""Train the base model on pairs from many packages: one command, resumable, logged.

    python -m benchmarks.pretrain.train --pairs DIR --work DIR --minutes 60 [--start STATE]

Five phases, each with its share of the time and its own cosine schedule, each starting from the
end of the one before:

    teacher  a wide model, thrown away once it has judged all pairs (`benchmarks.pretrain.teacher`)
    bag      the encoder without its transformer (identity blocks), contrastive only
    lines    all of the encoder, warm-started from the bag
    latent   encoder frozen: posterior variance, SDE prior and diffusion, flow, reader and
             decoder (ELBO), on docstrings alone
    export   table in four bits, ncs/data/base.safetensors (with --export)

A batch is drawn language by language and package by package: most of its pairs come from the
same package as many others, so that negatives are hard, as those of one codebase are; small
languages are drawn more often than they are large. Words that a query shares with its document
are dropped from it half of the time, so that the model learns more than string overlap.
Validation packages give no training pair.

bag and lines read what `packed` made of the folders' pairs, wholly on the device: a folder with
those parts alone will do for them, on a machine with a GPU say, and then nothing is validated.
"""

import argparse
import json
import math
import time
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.pretrain.flat import Flat, Taken, formed, load
from benchmarks.pretrain.forks import forks
from benchmarks.pretrain.packed import Pair, parts_of, read_pairs
from benchmarks.pretrain.teacher import WIDE, Teacher, distillation, teacher_of
from ncs.config import DEFAULT_PRESET, PRESETS, ModelConfig
from ncs.learn import checkpoint
from ncs.learn.export import from_weights, to_weights
from ncs.learn.features import TextFeatures, WordTable, collate, featurise
from ncs.learn.lesson import sentence_reconstruction, unit_latents
from ncs.learn.model import Model
from ncs.learn.objectives import (
    false_negatives,
    initial_kl,
    nested_distillation,
    nested_info_nce,
    normality_loss,
)
from ncs.learn.sentences import common_words
from ncs.lexical import MemoryPostings, bm25
from ncs.metrics import gold_ranks
from ncs.weights import BASE_NAME, BASE_PATH, TABLE, VOCABULARY, spelled, unpack
from ncs.wording import first_sentence

IDENTITY = "base"
# Pairs of one package side by side: as many hard negatives. With 32 of them, and twice the steps,
# functions of unseen packages were found less often (0.590 in the mean of languages, not 0.600).
GROUP = 256
# What the 64 numbers teach the 16 (`nested_distillation`), beside the contrast of both: over the
# same eight minutes 16 numbers found 0.474 instead of 0.469 of functions, 64 of them 0.625 both.
DISTILLED = 0.5
# What a teacher's opinion weighs beside the contrast, which most pairs leave undecided: a comment
# fits more lines than its own.
TAUGHT = 2.0
TOLD = "docstring"  # the kind whose first sentence the decoder learns to say
CANDIDATES = 1000
SENTENCES = 192  # of a step of the latent phase
KEEP_SECONDS = 300
_NORMAL = 4096  # latents that the statistic of normality is taken of
# What a language is drawn beside its share: most of those who will ask, ask Python.
FAVOURED = {"python": 2.5}


@dataclass
class Told:
    """What the decoder is taught by: sentences and the documents that they are said of."""

    table: WordTable
    sentences: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    features: list[TextFeatures] = field(default_factory=list)
    packages: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


def load_told(folders: Sequence[Path], config: ModelConfig, *, features: bool) -> Told:
    """Read the docstrings of the training pairs; with `features` what the encoder reads, too."""
    told = Told(WordTable(config.buckets))
    for folder in folders:
        for pair in (pair for pair in read_pairs(folder, "train") if pair.kind == TOLD):
            if features:
                query, document = featurise([pair.query, pair.document], told.table, config)
                if not len(query.words) or not len(document.words):
                    continue
                told.features.append(document)
                told.documents.append(pair.document)
                told.packages[pair.language][pair.package].append(len(told.sentences))
            told.sentences.append(first_sentence(pair.query))
    return told


class Sampler:
    """Draws batches: groups of one package, languages and packages by the root of their size."""

    def __init__(
        self,
        languages: Mapping[str, Mapping[str, Sequence[int] | np.ndarray]],
        size: int,
        favoured: Mapping[str, float] = FAVOURED,
    ) -> None:
        self.size = size
        self.groups = []
        weights = []
        for language, packages in languages.items():
            packages = {name: rows for name, rows in packages.items() if len(rows)}
            total = sum(map(len, packages.values()))
            roots = {name: math.sqrt(len(rows)) for name, rows in packages.items()}
            share = favoured.get(language, 1.0) * total**0.6
            for name, rows in packages.items():
                self.groups.append(np.array(rows))
                weights.append(share * roots[name] / sum(roots.values()))
        self.weights = np.array(weights) / sum(weights)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return the pairs of one batch, each once."""
        picked: list[np.ndarray] = []
        count = 0
        while count < self.size:
            for group in rng.choice(len(self.groups), p=self.weights, size=self.size // GROUP + 1):
                rows = self.groups[group]
                some = rng.choice(rows, size=min(GROUP, len(rows)), replace=False)
                picked.append(some)
                count += len(some)
                if count >= self.size:
                    break
        return np.unique(np.concatenate(picked))[: self.size]


class Trainer:
    """The model, its optimiser, and the step of each phase."""

    def __init__(
        self, flat: Flat | None, told: Told, config: ModelConfig, batch: int, seed: int,
        device: str, start: Mapping[str, Tensor], favoured: Mapping[str, float] = FAVOURED,
    ) -> None:  # fmt: skip
        self.flat, self.told, self.seed, self.device = flat, told, seed, torch.device(device)
        words: Sequence[str]
        if VOCABULARY in start:  # whose decoder knows words by their numbers
            words = spelled(start[VOCABULARY].numpy())
        else:
            words = common_words(told.sentences)
        self.model = Model(config, seed=seed, words=words).to(self.device)
        self.teacher: Teacher | None = None
        if flat is not None:
            self.sampler = Sampler(flat.packages, batch, favoured)
        if told.features:
            self.speakers = Sampler(told.packages, SENTENCES, favoured)
        self.blocks = self.model.encoder.blocks

    def take(self, numbers: Mapping[str, Tensor]) -> list[str]:
        """Begin with these numbers; return the names of those that they lack.

        Numbers from before a change of the decoder still give their encoder.
        """
        own = self.model.state_dict()
        kept = {
            name: tensor
            for name, tensor in widened(numbers, len(own[TABLE])).items()
            if name in own and own[name].shape == tensor.shape
        }
        self.model.load_state_dict({**own, **kept})
        return sorted(set(own) - set(kept))

    def optimizer(self, phase: str, rate: float) -> torch.optim.AdamW:
        """Return the optimiser of a phase: what it may change, and how fast."""
        groups = []
        for name, parameter in self.model.named_parameters():
            frozen = phase == "latent" and not _is_latent(name)
            parameter.requires_grad_(not frozen)
            if not frozen:
                peak = rate * _haste(phase, name)
                decay = 0.01 if parameter.ndim >= 2 and "table" not in name else 0.0
                groups.append(
                    {"params": [parameter], "peak": peak, "lr": peak, "weight_decay": decay}
                )
        return torch.optim.AdamW(groups, fused=self.device.type == "cuda")

    def draw(self, phase: str, step: int) -> np.ndarray:
        """Return the pairs of one step."""
        rng = np.random.default_rng([self.seed, len(phase), step])
        return (self.speakers if phase == "latent" else self.sampler).draw(rng)

    def losses(self, phase: str, step: int, rows: np.ndarray) -> dict[str, Tensor]:
        """Return the loss terms of one step."""
        if phase == "latent":
            return self._elbo(rows.tolist(), step)
        assert self.flat is not None
        flat, model = self.flat, self.model
        pairs = torch.from_numpy(rows).to(self.device)
        seed = int(np.random.SeedSequence([self.seed, len(phase), step]).generate_state(1)[0])
        chance = torch.Generator(self.device).manual_seed(seed)
        queries, documents = flat.queries[pairs], flat.documents[pairs]
        texts = flat.texts.take(documents)
        forms = formed(flat, flat.texts.take(queries), texts, model.config, chance)
        asked, read = self._latents(forms), self._latents(texts)
        alike = false_negatives(flat.query_marks[pairs], flat.document_marks[pairs])
        sides = asked, read, model.widths, model.temperatures, alike
        contrastive = nested_info_nce(*sides)
        if self.teacher is not None:
            distilled = TAUGHT * distillation(self.teacher.logits(queries, documents), *sides)
        else:
            distilled = DISTILLED * nested_distillation(*sides)
        ep = self._normality(asked, read, step) if step % 4 == 0 else asked.new_zeros(())
        loss = contrastive + distilled + 1e-3 * ep
        return {"loss": loss, "contrastive": contrastive, "distilled": distilled, "ep": ep}

    def _latents(self, taken: Taken) -> Tensor:
        assert self.flat is not None
        batch = self.flat.spelling.batch(taken, self.model.config.buckets)
        return self.model.mean_path(self.model.encode(batch))

    def _normality(self, asked: Tensor, read: Tensor, step: int) -> Tensor:
        """Return the statistic of at most `_NORMAL` latents: it grows with their number."""
        main = torch.cat([asked, read])[:, : self.model.config.latent_dim]
        main = main[:: max(1, len(main) // _NORMAL)]
        return normality_loss(main, 16, torch.Generator().manual_seed(step))

    def _elbo(self, rows: list[int], step: int) -> dict[str, Tensor]:
        model, told = self.model, self.told
        batch = collate([told.features[at] for at in rows], told.table).to(self.device)
        posterior = model.encode(batch)
        path = self.model.sample_path(posterior, torch.Generator().manual_seed(step))
        kl = path.path_kl.mean() + initial_kl(
            posterior.mean, posterior.log_variance, path.start, path.log_prior, 0.05
        )
        said = sentence_reconstruction(
            model, [told.documents[at] for at in rows], [told.sentences[at] for at in rows],
            batch, told.table, posterior, path.end,
        )  # fmt: skip
        return {"loss": said + 1e-3 * kl, "reconstruction": said, "kl": kl}

    def run(self, phase: str, seconds: float, rate: float, log: Any, keep: Any) -> None:
        """Train one phase for so many seconds; `keep` keeps its state now and then."""
        self.model.encoder.blocks = torch.nn.ModuleList() if phase == "bag" else self.blocks
        optimizer = self.optimizer(phase, rate)
        began = said = kept = time.monotonic()
        step, pairs, total = 0, 0, torch.zeros((), device=self.device)
        ahead = ThreadPoolExecutor(1)  # draws the next batch meanwhile
        drawn = ahead.submit(self.draw, phase, 0)
        while (spent := time.monotonic() - began) < seconds:
            share = spent / seconds
            factor = min(1.0, (step + 1) / 100) * max(0.5 * (1 + math.cos(math.pi * share)), 0.01)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
            rows, drawn = drawn.result(), ahead.submit(self.draw, phase, step + 1)
            terms = self.losses(phase, step, rows)
            optimizer.zero_grad(set_to_none=True)
            terms["loss"].backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            step += 1
            pairs += len(rows)
            total += terms["loss"].detach()
            if time.monotonic() - said > 30:
                said = time.monotonic()
                figures = {name: round(float(value.detach()), 4) for name, value in terms.items()}
                speed = round(pairs / (said - began))
                log({"phase": phase, "seconds": round(said - began), "step": step,
                     "pairs_per_second": speed, **figures})  # fmt: skip
            if time.monotonic() - kept > KEEP_SECONDS and phase != "bag":  # it lacks its blocks
                kept = time.monotonic()
                keep(phase)
        ahead.shutdown()
        self.model.encoder.blocks = self.blocks
        log(
            {
                "phase": phase,
                "steps": step,
                "pairs": pairs,
                "mean_loss": round(float(total) / max(step, 1), 4),
            }
        )


def _haste(phase: str, name: str) -> float:
    """Return how much of the rate a parameter gets."""
    if phase == "teacher":
        return 2.0 if "table" in name else 1.0
    new = phase == "lines" and ("blocks" in name or "line_" in name or "gate" in name)
    return 2.0 if new else 1.0


def _is_latent(name: str) -> bool:
    """Whether the last phase teaches a parameter: it must not move the mean path."""
    learned = (
        "decoder.",
        "reader.",
        "flow.",
        "dynamics.prior",
        "dynamics.spread",
        "encoder.log_variance",
    )
    return name.startswith(learned)


def validate(
    model: Model, folders: Sequence[Path], device: torch.device, learned: Container[str]
) -> dict[str, Any]:
    """Return MRR on packages never trained on: docstring → function, 1,000 of its language.

    Packages whose sentences were learned are candidates, and not asked about.
    """
    by_language: dict[str, list[Pair]] = defaultdict(list)
    for pair in (pair for folder in folders for pair in read_pairs(folder, "valid")):
        if pair.kind == TOLD:
            by_language[pair.language].append(pair)
    sentences = (
        (pair.package, first_sentence(pair.query))
        for pairs in by_language.values() for pair in pairs
    )  # fmt: skip
    forked = forks(sentences, learned)
    found: dict[str, Any] = {}
    for language, pairs in sorted(by_language.items()):
        rng = np.random.default_rng(0)
        order = rng.permutation(len(pairs))[:CANDIDATES]
        some = [pairs[at] for at in order]
        table = WordTable(model.config.buckets)
        gold = np.array([at for at, pair in enumerate(some) if pair.package not in forked])
        if not len(gold):
            continue
        asked = featurise([some[at].query for at in gold], table, model.config)
        read = featurise([pair.document for pair in some], table, model.config)
        figures: dict[str, Any] = {"candidates": len(some), "questions": len(gold)}
        for width in model.widths:
            left = unit_latents(model, asked, table, device, width)
            right = unit_latents(model, read, table, device, width)
            ranks = gold_ranks(left @ right.T, gold)
            figures[f"mrr_{width}"] = round(float((1 / ranks).mean()), 4)
        postings = MemoryPostings([pair.document for pair in some])
        scores = np.stack([bm25(postings, some[at].query)[0] for at in gold])
        figures["mrr_bm25"] = round(float((1 / gold_ranks(scores, gold)).mean()), 4)
        found[language] = figures
    return found


def numbers(start: Path) -> Mapping[str, Tensor]:
    """Return the parameters in a state of training, or in weights, which are rounded."""
    if start.name == BASE_NAME:
        return from_weights(unpack(start.read_bytes(), origin=str(start))).state_dict()
    return checkpoint.load(start, IDENTITY).tensors["model"]


def towards(
    start: Mapping[str, Tensor], learned: Mapping[str, Tensor], share: float
) -> dict[str, Tensor]:
    """Return the numbers that lie a share of the way from a start to what was learned.

    What is not in the start, or no floating-point number (how words are spelled), is as learned.

    Source: Wortsman et al. 2022, arXiv:2109.01903 (WiSE-FT).
    """
    return {
        name: start[name].to(tensor).lerp(tensor, share)
        if name in start and tensor.is_floating_point()
        else tensor
        for name, tensor in learned.items()
    }


def widened(found: Mapping[str, Tensor], buckets: int) -> dict[str, Tensor]:
    """Return parameters with a table of at least so many rows, which changes no word.

    Each row goes to all those whose hash ends in the same bits.
    """
    table = found[TABLE]
    return {**found, TABLE: table.repeat(max(1, buckets // len(table)), 1)}


def model_of(found: Mapping[str, Tensor]) -> Model:
    """Return the model of the default preset that has these parameters."""
    words = spelled(found[VOCABULARY].numpy())
    config = PRESETS[DEFAULT_PRESET]._replace(buckets=len(found[TABLE]))
    model = Model(config, seed=0, words=words)
    model.load_state_dict(found)
    return model


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--phases", default="bag=0.45,lines=0.45,latent=0.1")
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--preset", default="base")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--parts", type=int, help="only so many parts of each folder, for a trial")
    parser.add_argument("--start", type=Path, help="state or weights to begin from")
    parser.add_argument("--learned", type=float, default=1.0,
                        help="how far from the start towards what was learned the result lies "
                             "(WiSE-FT, arXiv:2109.01903), in [0, 1]")  # fmt: skip
    parser.add_argument(
        "--favour",
        type=_factor,
        nargs="*",
        default=FAVOURED.items(),
        metavar="LANGUAGE=FACTOR",
        help="drawn so much oftener than its share",
    )
    parser.add_argument("--export", action="store_true", help="write the package's base model")
    return parser.parse_args()


def parts(folders: Sequence[Path], most: int | None) -> list[Path]:
    """Return what `packed` wrote into the folders, at most so many parts of each.

    Raises:
        SystemExit: a folder was not packed.
    """
    found = [parts_of(folder)[:most] for folder in folders]
    for folder, some in zip(folders, found, strict=True):
        if not some:
            raise SystemExit(f"{folder}: python -m benchmarks.pretrain.packed {folder}")
    return [part for some in found for part in some]


def _factor(text: str) -> tuple[str, float]:
    language, _, factor = text.partition("=")
    return language, float(factor)


class _Run:
    """One run of this script: its data, its trainer, its log."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        arguments.work.mkdir(parents=True, exist_ok=True)
        config = PRESETS[arguments.preset]
        self.phases = [(name, float(share)) for name, _, share in
                       (part.partition("=") for part in arguments.phases.split(","))]  # fmt: skip
        began = time.monotonic()
        self.start = numbers(arguments.start) if arguments.start else {}
        self.validated = any(any(one.glob("valid*.jsonl.gz")) for one in arguments.pairs)
        self.told, self.flat = self._data(config)
        packages = self.told.packages if self.flat is None else self.flat.packages
        counts = {name: sum(map(len, each.values())) for name, each in packages.items()}
        self.log({"pairs": sum(counts.values()), "load_seconds": round(time.monotonic() - began),
                  "languages": counts})  # fmt: skip
        self.trainer = self._trainer(self.told, config, self.start)
        if arguments.start:
            lacking = self.trainer.take(self.start)
            self.log({"started_from": arguments.start.name, "not_in_it": lacking})

    def _data(self, config: ModelConfig) -> tuple[Told, Flat | None]:
        spoken = any(name == "latent" for name, _ in self.phases)
        told, flat = Told(WordTable(config.buckets)), None
        if self.validated or spoken or not self.start:
            told = load_told(self.arguments.pairs, config, features=spoken)
        if any(name != "latent" for name, _ in self.phases):
            found = parts(self.arguments.pairs, self.arguments.parts)
            flat = load(found, torch.device(self.arguments.device), self.arguments.threads)
        return told, flat

    def _trainer(self, told: Told, config: ModelConfig, start: Mapping[str, Tensor]) -> Trainer:
        arguments = self.arguments
        return Trainer(
            self.flat, told, config, arguments.batch, arguments.seed, arguments.device, start,
            dict(arguments.favour),
        )  # fmt: skip

    def log(self, entry: dict[str, Any]) -> None:
        """Print an entry, and add it to the log."""
        line = json.dumps({"at": round(time.time()), **entry})
        print(line, flush=True)
        with (self.arguments.work / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def all(self) -> None:
        """Run the phases."""
        rate = self.arguments.rate
        rates = {"bag": rate, "lines": rate * 0.6, "latent": rate / 3}
        for phase, share in self.phases:
            seconds = share * self.arguments.minutes * 60
            if phase == "teacher":
                self._teach(seconds, rate / 2)
            else:
                self.trainer.run(phase, seconds, rates[phase], self.log, self.keep)
                self.save(phase)
        if self.arguments.learned < 1.0:
            model = self.trainer.model
            model.load_state_dict(towards(self.start, model.state_dict(), self.arguments.learned))
            self.save("mixed")

    def _teach(self, seconds: float, rate: float) -> None:
        """Train a wide model, and let it judge the texts of all pairs."""
        assert self.flat is not None
        wide = self._trainer(Told(WordTable(WIDE.buckets)), WIDE, {})
        wide.run("teacher", seconds, rate, self.log, lambda _: None)
        self._validate("teacher", wide.model)
        began = time.monotonic()
        self.trainer.teacher = teacher_of(wide.model, self.flat)
        self.log({"phase": "teacher", "judged_seconds": round(time.monotonic() - began)})

    def keep(self, phase: str) -> None:
        """Keep the parameters as they are."""
        tensors = {"model": self.trainer.model.state_dict()}
        state = checkpoint.State(0, IDENTITY, [{"phase": phase}], tensors)
        checkpoint.save(self.arguments.work / f"{phase}.safetensors", state)

    def save(self, phase: str) -> None:
        """Keep the parameters, and say how good they are."""
        self.keep(phase)
        self._validate(phase, self.trainer.model)

    def _validate(self, phase: str, model: Model) -> None:
        if self.validated:
            learned = set(self.told.sentences)
            found = validate(model, self.arguments.pairs, self.trainer.device, learned)
            self.log({"phase": phase, "valid": found})

    def export(self) -> None:
        """Write the weights."""
        packed = to_weights(self.trainer.model, small=True)
        (self.arguments.work / BASE_NAME).write_bytes(packed)
        if self.arguments.export:
            BASE_PATH.unlink(missing_ok=True)  # whoever has the old file mapped keeps it
            BASE_PATH.write_bytes(packed)
        self.log({"bytes": len(packed)})


def main() -> None:
    """Run all phases."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    if arguments.device == "cuda":
        torch.set_float32_matmul_precision("high")
    run = _Run(arguments)
    run.all()
    run.export()


if __name__ == "__main__":
    main()
