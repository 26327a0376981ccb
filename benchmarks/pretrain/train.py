"""Train the base model on pairs from many packages: one command, resumable, logged.

    python -m benchmarks.pretrain.train --pairs DIR --work DIR --minutes 60 [--start STATE]

Four phases, each with its share of the time and its own cosine schedule, each starting from the
end of the one before:

    bag      the encoder without its transformer (identity blocks), contrastive only
    lines    all of the encoder, warm-started from the bag
    latent   encoder frozen: posterior variance, SDE prior and diffusion, flow, reader and
             decoder (ELBO), on docstrings alone
    export   int8 table, ncs/data/base.safetensors (with --export)

A batch is drawn language by language and package by package: most of its pairs come from the
same package as many others, so that negatives are hard, as those of one codebase are; small
languages are drawn more often than they are large. Words that a query shares with its document
are dropped from it half of the time, so that the model learns more than string overlap.
Validation packages give no training pair.
"""

import argparse
import gzip
import json
import math
import time
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.pretrain.forks import forks
from ncs.config import DEFAULT_PRESET, PRESETS, ModelConfig
from ncs.learn import checkpoint
from ncs.learn.export import from_weights, to_weights
from ncs.learn.features import TextBatch, TextFeatures, WordTable, collate, featurise
from ncs.learn.lesson import sentence_reconstruction, unit_latents
from ncs.learn.loop import towards
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
from ncs.weights import BASE_NAME, BASE_PATH, VOCABULARY, spelled, unpack
from ncs.wording import first_sentence

IDENTITY = "base"
# Pairs of one package side by side: as many hard negatives. With 32 of them, and twice the steps,
# functions of unseen packages were found less often (0.590 in the mean of languages, not 0.600).
GROUP = 256
# What the 64 numbers teach the 16 (`nested_distillation`), beside the contrast of both: over the
# same eight minutes 16 numbers found 0.474 instead of 0.469 of functions, 64 of them 0.625 both.
DISTILLED = 0.5
TOLD = "docstring"  # the kind whose first sentence the decoder learns to say
KIND_WEIGHT = {"name": 0.3, "signature": 0.15}  # kinds that are not 1.0: their share that is kept
# questions as people ask them; {} is what they ask about
QUESTIONS = (
    "how does {} work", "how {} is handled", "where is {} implemented", "how is {} done",
    "{} implementation", "{} logic", "what handles {}", "find the code for {}",
    "how are {} managed",
)  # fmt: skip
CANDIDATES = 1000
SENTENCES = 192  # of a step of the latent phase
KEEP_SECONDS = 300
# What a language is drawn beside its share: most of those who will ask, ask Python.
FAVOURED = {"python": 2.5}


@dataclass(frozen=True)
class Pair:
    """A line of a shard."""

    query: str
    document: str
    kind: str
    language: str
    package: str


@dataclass
class Data:
    """Training pairs as features, and where each language's packages lie."""

    table: WordTable
    queries: list[TextFeatures] = field(default_factory=list)
    documents: list[TextFeatures] = field(default_factory=list)
    told: dict[int, tuple[str, str]] = field(default_factory=dict)  # sentence, its document
    query_ids: list[int] = field(default_factory=list)
    document_ids: list[int] = field(default_factory=list)
    packages: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


def read_pairs(folder: Path, split: str) -> Iterator[Pair]:
    """Yield the pairs of a split, shard by shard in order of name."""
    for shard in sorted(folder.glob(f"{split}*.jsonl.gz")):
        with gzip.open(shard, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield Pair(row["q"], row["d"], row["kind"], row["lang"], row["pkg"])


def sentence(ids: np.ndarray, config: ModelConfig) -> TextFeatures:
    """Return the features of a text of one line that has these words."""
    kept = ids[: config.lines * config.query_words].astype(np.int32)
    full, rest = divmod(len(kept), config.query_words)
    counts = np.array([config.query_words] * full + ([rest] if rest else []), dtype=np.int32)
    return TextFeatures(kept, counts, np.zeros(len(counts), dtype=np.int32))


class Questions:
    """Forms in which a query is asked: as it is, as a question, without words of the document."""

    def __init__(self, table: WordTable, config: ModelConfig) -> None:
        self.config = config
        self.frames = []
        for frame in QUESTIONS:
            before, _, after = frame.partition("{}")
            both = featurise([before, after], table, config)
            self.frames.append((both[0].words, both[1].words))

    def form(
        self, query: TextFeatures, document: TextFeatures, rng: np.random.Generator
    ) -> TextFeatures:
        """Return a form of the query, drawn anew at each call."""
        drawn = rng.random()
        if drawn < 0.4:
            return query
        if drawn < 0.6:
            before, after = self.frames[rng.integers(len(self.frames))]
            return sentence(np.concatenate([before, query.words, after]), self.config)
        shared = np.isin(query.words, document.words)
        # Dropping every shared word leaves too little to match, so a quarter is kept.
        kept = query.words[~shared | (rng.random(len(shared)) < 0.25)]
        return sentence(kept, self.config) if len(kept) >= 2 else query


def load(
    folders: Sequence[Path], config: ModelConfig, limit: int | None, *, told_only: bool = False
) -> Data:
    """Read and featurise the training pairs; with a limit, an even share of each folder.

    With `told_only` those alone that the decoder is taught by.
    """
    rng = np.random.default_rng(0)
    data = Data(WordTable(config.buckets))
    query_ids: dict[str, int] = {}
    document_ids: dict[str, int] = {}
    for folder in folders:
        first = len(data.documents)
        for pair in read_pairs(folder, "train"):
            if (told_only and pair.kind != TOLD) or rng.random() > KIND_WEIGHT.get(pair.kind, 1.0):
                continue
            at = len(data.documents)
            query, document = featurise([pair.query, pair.document], data.table, config)
            if not len(query.words) or not len(document.words):
                continue
            data.queries.append(query)
            data.documents.append(document)
            if pair.kind == TOLD:
                data.told[at] = first_sentence(pair.query), pair.document
            data.query_ids.append(query_ids.setdefault(pair.query.lower(), len(query_ids)))
            data.document_ids.append(document_ids.setdefault(pair.document, len(document_ids)))
            data.packages[pair.language][pair.package].append(at)
            if limit and at + 1 - first >= limit // len(folders):
                break
    return data


class Sampler:
    """Draws batches: groups of one package, languages and packages by the root of their size."""

    def __init__(
        self,
        languages: Mapping[str, Mapping[str, Sequence[int]]],
        size: int,
        favoured: Mapping[str, float] = FAVOURED,
    ) -> None:
        self.size = size
        self.groups = []
        weights = []
        for language, packages in languages.items():
            packages = {name: rows for name, rows in packages.items() if rows}
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
            rows = self.groups[rng.choice(len(self.groups), p=self.weights)]
            some = rng.choice(rows, size=min(GROUP, len(rows)), replace=False)
            picked.append(some)
            count += len(some)
        return np.unique(np.concatenate(picked))[: self.size]


class Trainer:
    """The model, its optimiser, and the step of each phase."""

    def __init__(
        self, data: Data, config: ModelConfig, batch: int, seed: int, device: str,
        start: Mapping[str, Tensor], favoured: Mapping[str, float] = FAVOURED,
    ) -> None:  # fmt: skip
        self.data, self.seed, self.device = data, seed, torch.device(device)
        words: Sequence[str]
        if VOCABULARY in start:  # whose decoder knows words by their numbers
            words = spelled(start[VOCABULARY].numpy())
        else:
            words = common_words(sentence for sentence, _ in data.told.values())
        self.model = Model(config, seed=seed, words=words).to(self.device)
        self.sampler = Sampler(data.packages, batch, favoured)
        told = {
            language: {name: [at for at in rows if at in data.told] for name, rows in each.items()}
            for language, each in data.packages.items()
        }
        self.speakers = Sampler(told, SENTENCES, favoured)
        self.query_ids = torch.tensor(data.query_ids)
        self.document_ids = torch.tensor(data.document_ids)
        self.blocks = self.model.encoder.blocks
        self.questions = Questions(data.table, config)

    def take(self, numbers: Mapping[str, Tensor]) -> list[str]:
        """Begin with these numbers; return the names of those that they lack.

        Numbers from before a change of the decoder still give their encoder.
        """
        own = self.model.state_dict()
        kept = {
            name: tensor
            for name, tensor in numbers.items()
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
                new = phase == "lines" and ("blocks" in name or "line_" in name or "gate" in name)
                peak = rate * (2.0 if new else 1.0)
                decay = 0.01 if parameter.ndim >= 2 and "table" not in name else 0.0
                groups.append(
                    {"params": [parameter], "peak": peak, "lr": peak, "weight_decay": decay}
                )
        return torch.optim.AdamW(groups)

    def losses(self, phase: str, step: int) -> dict[str, Tensor]:
        """Return the loss terms of one step."""
        rng = np.random.default_rng([self.seed, len(phase), step])
        if phase == "latent":
            return self._elbo(self.speakers.draw(rng).tolist(), step)
        rows = self.sampler.draw(rng)
        picks = [
            self.questions.form(self.data.queries[at], self.data.documents[at], rng) for at in rows
        ]
        asked = self.model.mean_path(self.model.encode(self._batch(picks)))
        read = self.model.mean_path(
            self.model.encode(self._batch([self.data.documents[at] for at in rows]))
        )
        chosen = torch.from_numpy(rows)
        alike = false_negatives(self.query_ids[chosen], self.document_ids[chosen])
        sides = asked, read, self.model.widths, self.model.temperatures, alike.to(self.device)
        contrastive, distilled = nested_info_nce(*sides), nested_distillation(*sides)
        generator = torch.Generator().manual_seed(step)
        main = torch.cat([asked, read])[:, : self.model.config.latent_dim]
        ep = normality_loss(main, 16, generator) if step % 4 == 0 else main.new_zeros(())
        loss = contrastive + DISTILLED * distilled + 1e-3 * ep
        return {"loss": loss, "contrastive": contrastive, "distilled": distilled, "ep": ep}

    def _elbo(self, rows: list[int], step: int) -> dict[str, Tensor]:
        model, table = self.model, self.data.table
        batch = self._batch([self.data.documents[at] for at in rows])
        posterior = model.encode(batch)
        path = self.model.sample_path(posterior, torch.Generator().manual_seed(step))
        kl = path.path_kl.mean() + initial_kl(
            posterior.mean, posterior.log_variance, path.start, path.log_prior, 0.05
        )
        said = sentence_reconstruction(
            model, [self.data.told[at][1] for at in rows], [self.data.told[at][0] for at in rows],
            batch, table, posterior, path.end,
        )  # fmt: skip
        return {"loss": said + 1e-3 * kl, "reconstruction": said, "kl": kl}

    def _batch(self, features: list[TextFeatures]) -> TextBatch:
        return collate(features, self.data.table).to(self.device)

    def run(self, phase: str, seconds: float, rate: float, log: Any, keep: Any, save: Any) -> None:
        """Train one phase for so many seconds; `keep` keeps its state now and then."""
        self.model.encoder.blocks = torch.nn.ModuleList() if phase == "bag" else self.blocks
        optimizer = self.optimizer(phase, rate)
        began = said = kept = time.monotonic()
        step, pairs, total = 0, 0, 0.0
        while (spent := time.monotonic() - began) < seconds:
            share = spent / seconds
            factor = min(1.0, (step + 1) / 100) * max(0.5 * (1 + math.cos(math.pi * share)), 0.01)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
            terms = self.losses(phase, step)
            optimizer.zero_grad(set_to_none=True)
            terms["loss"].backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            step += 1
            pairs += self.speakers.size if phase == "latent" else self.sampler.size
            total += float(terms["loss"].detach())
            if time.monotonic() - said > 30:
                said = time.monotonic()
                figures = {name: round(float(value.detach()), 4) for name, value in terms.items()}
                speed = round(pairs / (said - began))
                log({"phase": phase, "seconds": round(said - began), "step": step,
                     "pairs_per_second": speed, **figures})  # fmt: skip
            if time.monotonic() - kept > KEEP_SECONDS and phase != "bag":  # it lacks its blocks
                kept = time.monotonic()
                keep(phase)
        self.model.encoder.blocks = self.blocks
        save(phase)
        log(
            {
                "phase": phase,
                "steps": step,
                "pairs": pairs,
                "mean_loss": round(total / max(step, 1), 4),
            }
        )


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


def model_of(found: Mapping[str, Tensor]) -> Model:
    """Return the model of the default preset that has these parameters."""
    words = spelled(found[VOCABULARY].numpy())
    model = Model(PRESETS[DEFAULT_PRESET], seed=0, words=words)
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
    parser.add_argument("--limit", type=int, help="only so many pairs, for a trial")
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


def _factor(text: str) -> tuple[str, float]:
    language, _, factor = text.partition("=")
    return language, float(factor)


def main() -> None:
    """Run all phases."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    arguments.work.mkdir(parents=True, exist_ok=True)
    config = PRESETS[arguments.preset]
    log_path = arguments.work / "log.jsonl"

    def log(entry: dict[str, Any]) -> None:
        line = json.dumps({"at": round(time.time()), **entry})
        print(line, flush=True)
        with log_path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    phases = [(name, float(share)) for name, _, share in
              (part.partition("=") for part in arguments.phases.split(","))]  # fmt: skip
    began = time.monotonic()
    told_only = all(name == "latent" for name, _ in phases)
    data = load(arguments.pairs, config, arguments.limit, told_only=told_only)
    counts = {name: sum(map(len, each.values())) for name, each in data.packages.items()}
    log({"pairs": len(data.documents), "words": len(data.table),
         "load_seconds": round(time.monotonic() - began), "languages": counts})  # fmt: skip
    start = numbers(arguments.start) if arguments.start else {}
    trainer = Trainer(
        data, config, arguments.batch, arguments.seed, arguments.device, start,
        dict(arguments.favour),
    )  # fmt: skip
    if arguments.start:
        log({"started_from": arguments.start.name, "not_in_it": trainer.take(start)})

    def keep(phase: str) -> None:
        tensors = {"model": trainer.model.state_dict()}
        state = checkpoint.State(0, IDENTITY, [{"phase": phase}], tensors)
        checkpoint.save(arguments.work / f"{phase}.safetensors", state)

    learned = {sentence for sentence, _ in data.told.values()}

    def save(phase: str) -> None:
        keep(phase)
        found = validate(trainer.model, arguments.pairs, trainer.device, learned)
        log({"phase": phase, "valid": found})

    rates = {"bag": arguments.rate, "lines": arguments.rate * 0.6, "latent": arguments.rate / 3}
    for phase, share in phases:
        trainer.run(phase, share * arguments.minutes * 60, rates[phase], log, keep, save)
    if arguments.learned < 1.0:
        model = trainer.model
        model.load_state_dict(towards(start, model.state_dict(), arguments.learned))
        save("mixed")
    packed = to_weights(trainer.model)
    (arguments.work / BASE_NAME).write_bytes(packed)
    if arguments.export:
        BASE_PATH.unlink(missing_ok=True)  # whoever has the old file mapped keeps it
        BASE_PATH.write_bytes(packed)
    log({"bytes": len(packed)})


if __name__ == "__main__":
    main()
