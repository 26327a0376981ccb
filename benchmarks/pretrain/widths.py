"""What the width of the latent costs: one encoder, heads of several widths, MRR and bytes.

    python -m benchmarks.pretrain.widths --pairs DIR [--save]

The shipped encoder stays as it is below its heads. Its pooled text vectors of a sample of training
pairs, drawn and asked as in training, are computed once; from them a fresh head for queries and
documents alike is taught for each width by InfoNCE, all in the same number of steps. Judged as in
training: docstring → function among 1,000 of its language, packages never trained on; the mean
over the languages with 500 candidates and more. Beside them: the heads that ship (16 and 64,
nested, taught with the encoder), the pooled vectors without a head, BM25, 16 and 64 nested in one
head (what nesting costs), and heads with a hidden layer.

The encoder was taught through heads of 16 and 64: what it never kept no width brings back. The
pooled vector has 128 numbers, so that a linear head of 256 is another metric on them, no more.
"""

import argparse
import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.pretrain import train
from benchmarks.pretrain.flat import formed, joined, spellings
from benchmarks.pretrain.packed import KIND_WEIGHT, Pair, lines_of, pack, read_pairs
from benchmarks.retrieval.record import write
from benchmarks.retrieval.report import table
from ncs import weights
from ncs.learn.export import from_weights
from ncs.learn.features import TextBatch, WordTable, collate, featurise
from ncs.learn.model import Model
from ncs.learn.objectives import false_negatives, nested_info_nce
from ncs.lexical import MemoryPostings, bm25
from ncs.metrics import gold_ranks, mean_interval

WIDTHS = (8, 16, 32, 64, 128, 256)
BATCH = 2048
HIDDEN = 256
RATE, WEIGHT_DECAY = 2e-2, 0.01
FEWEST = 500  # candidates of a language that counts in the mean
APART = "python"
AGAINST = "linear 16"  # what the differences are to
_AT_ONCE = 256
_START_TEMPERATURE = 0.07
_TEMPERATURES = (0.01, 1.0)

Judgement = dict[str, npt.NDArray[np.float64]]  # language → reciprocal rank of each query


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Pooled vectors of training pairs, D wide.

    Attributes:
        asked, read: of queries and documents, (N, D) each.
        query_ids, document_ids: (N,), equal where the texts are.
        packages: rows of each package and language, as many arrays.
    """

    asked: Tensor
    read: Tensor
    query_ids: Tensor
    document_ids: Tensor
    packages: tuple[npt.NDArray[np.int64], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One language's validation pairs, and the pooled vectors of their two sides, (n, D) each."""

    asked: Tensor
    read: Tensor
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """A head to teach: its widths, nested if several, and whether it has a hidden layer."""

    widths: tuple[int, ...]
    hidden: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What each of its widths is called."""
        nested = "nested " if len(self.widths) > 1 else ""
        layer = "hidden" if self.hidden else "linear"
        return tuple(f"{nested}{layer} {width}" for width in self.widths)

    def build(self, inputs: int) -> nn.Module:
        """Return it untaught, from `inputs` numbers to its last width."""
        width = self.widths[-1]
        if not self.hidden:
            return nn.Linear(inputs, width)
        return nn.Sequential(nn.Linear(inputs, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, width))


VARIANTS = (
    *(Variant((width,)) for width in WIDTHS),
    Variant((16, 64)),
    Variant((16,), hidden=True),
    Variant((16, 64), hidden=True),
)


def sample(folder: Path, size: int) -> list[Pair]:
    """Return about so many training pairs, languages and packages drawn as training draws them."""
    rng = np.random.default_rng(0)
    packages: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, pair in enumerate(read_pairs(folder, "train")):
        if rng.random() <= KIND_WEIGHT.get(pair.kind, 1.0):
            packages[pair.language][pair.package].append(at)
    sampler = train.Sampler(packages, BATCH)
    chosen: set[int] = set()
    # A pair that several batches draw counts once, so that a little less than `size` is found.
    for _ in range(math.ceil(size / BATCH)):
        chosen.update(sampler.draw(rng).tolist())
    return [pair for at, pair in enumerate(read_pairs(folder, "train")) if at in chosen]


@torch.no_grad()
def pooled(model: Model, batches_of: Iterable[TextBatch]) -> Tensor:
    """Return the normalised text vectors from which the heads read, (N, D)."""
    found = []
    for batch in batches_of:
        texts, _ = model.encoder.texts(batch, model.words(batch))
        found.append(model.encoder.text_norm(texts))
    return torch.cat(found)


class Shipped(nn.Module):
    """The heads of a model, behind its own text vectors."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, vectors: Tensor) -> Tensor:
        """Return the mean-path latents, (N, Z + E)."""
        encoder = self.model.encoder
        latents = [self.model.dynamics.mean_path(encoder.mean(vectors), encoder.context(vectors))]
        if encoder.extension is not None:
            latents.append(encoder.extension(vectors))
        return torch.cat(latents, dim=1)


def lessons(model: Model, pairs: Sequence[Pair]) -> Lessons:
    """Return the pooled vectors of training pairs; each query in a form drawn once."""
    config = model.config
    part = pack(pairs, config, kept={})
    flat = joined([(part, spellings(lines_of(part.vocabulary)))], torch.device("cpu"))
    chance = torch.Generator().manual_seed(1)
    asked, read = [], []
    for rows in torch.arange(len(flat.queries)).split(_AT_ONCE):
        read.append(flat.texts.take(flat.documents[rows]))
        asked.append(formed(flat, flat.texts.take(flat.queries[rows]), read[-1], config, chance))
    return Lessons(
        *(pooled(model, (flat.spelling.batch(taken, config.buckets) for taken in side))
          for side in (asked, read)),
        flat.query_marks,
        flat.document_marks,
        tuple(rows for packages in flat.packages.values() for rows in packages.values()),
    )  # fmt: skip


def validation(model: Model, folder: Path) -> dict[str, Judged]:
    """Return the candidates of `train.validate`, language by language, where there are enough."""
    by_language: dict[str, list[Pair]] = defaultdict(list)
    for pair in read_pairs(folder, "valid"):
        if pair.kind == "docstring":
            by_language[pair.language].append(pair)
    found = {}
    for language, pairs in sorted(by_language.items()):
        if min(len(pairs), train.CANDIDATES) < FEWEST:
            continue
        order = np.random.default_rng(0).permutation(len(pairs))[: train.CANDIDATES]
        some = tuple(pairs[at] for at in order)
        words = WordTable(model.config.buckets)
        both = (
            featurise([pair.query for pair in some], words, model.config),
            featurise([pair.document for pair in some], words, model.config),
        )
        asked, read = (
            pooled(model, (collate(side[at : at + _AT_ONCE], words)
                           for at in range(0, len(side), _AT_ONCE)))
            for side in both
        )  # fmt: skip
        found[language] = Judged(asked, read, some)
    return found


def batches(packages: Sequence[npt.NDArray[np.int64]], steps: int, seed: int) -> list[Tensor]:
    """Return the rows of each step: groups of one package side by side, each once an epoch."""
    rng = np.random.default_rng(seed)
    found: list[Tensor] = []
    while len(found) < steps:
        groups: list[npt.NDArray[np.int64]] = []
        for rows in packages:
            groups += np.split(rng.permutation(rows), range(train.GROUP, len(rows), train.GROUP))
        flat = torch.from_numpy(
            np.concatenate([groups[at] for at in rng.permutation(len(groups))])
        )
        size = min(BATCH, len(flat))
        found += [flat[at : at + size] for at in range(0, len(flat) - size + 1, size)]
    return found[:steps]


def teach(variant: Variant, taught: Lessons, steps: int, seed: int) -> nn.Module:
    """Return a head taught by InfoNCE at each of its widths, temperatures learned."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        head = variant.build(taught.asked.shape[1])
    logs = nn.Parameter(torch.full((len(variant.widths),), math.log(_START_TEMPERATURE)))
    parameters = [*head.parameters(), logs]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for rows in batches(taught.packages, steps, seed):
        loss = nested_info_nce(
            head(taught.asked[rows]), head(taught.read[rows]), variant.widths,
            logs.exp().clamp(*_TEMPERATURES),
            false_negatives(taught.query_ids[rows], taught.document_ids[rows]),
        )  # fmt: skip
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return head


def reciprocals(left: Tensor, right: Tensor) -> npt.NDArray[np.float64]:
    """Return 1 / rank by cosine of each row of `left`, whose relevant candidate is its own."""
    similarity = functional.normalize(left, dim=1) @ functional.normalize(right, dim=1).T
    return 1.0 / gold_ranks(similarity.numpy(), np.arange(len(left)))


def int8(latents: Tensor) -> Tensor:
    """Return the latents as int8 keeps them, up to the length of each, which cosine ignores."""
    return torch.from_numpy(weights.quantise(latents.numpy())[0].astype(np.float32))


def lexical(judged: Mapping[str, Judged]) -> Judgement:
    """Return what BM25 finds."""
    found: Judgement = {}
    for language, each in judged.items():
        postings = MemoryPostings([pair.document for pair in each.pairs])
        scores = np.stack([bm25(postings, pair.query)[0] for pair in each.pairs])
        found[language] = 1.0 / gold_ranks(scores, np.arange(len(scores)))
    return found


def mean(found: Judgement) -> float:
    """Return the mean over the languages of each one's MRR."""
    return float(np.mean([values.mean() for values in found.values()]))


def average(runs: Sequence[Judgement]) -> Judgement:
    """Return each query's mean over runs."""
    return {name: np.mean([run[name] for run in runs], axis=0) for name in runs[0]}


def difference(found: Judgement, base: Judgement) -> tuple[float, float, float]:
    """Return the mean difference and its 95 % bootstrap interval over queries, paired."""
    total = sum(map(len, base.values()))
    # weighted so that the mean over queries is the mean over languages
    gaps = [(found[name] - base[name]) * (total / (len(base) * len(base[name]))) for name in base]
    return mean_interval(np.concatenate(gaps))


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """One row of the table.

    Attributes:
        runs: what it finds, once for each seed. rounded: the same with int8 documents.
        width: numbers of a latent, None where there is none.
    """

    width: int | None
    runs: tuple[Judgement, ...]
    rounded: tuple[Judgement, ...] = ()

    def figures(self, base: Judgement) -> dict[str, Any]:
        """Return its entry in the record."""
        found = average(self.runs)
        entry: dict[str, Any] = {
            "mrr": round(mean(found), 4),
            APART: round(float(found[APART].mean()), 4),
            "seeds": [round(mean(run), 4) for run in self.runs],
            f"against {AGAINST}": [round(value, 4) for value in difference(found, base)],
            "languages": {name: round(float(values.mean()), 4) for name, values in found.items()},
        }
        if self.width:
            entry["mrr_int8"] = round(mean(average(self.rounded)), 4)
            entry["bytes"] = {"float32": 4 * self.width, "int8": self.width}
        return entry


@torch.no_grad()
def systems_of(
    names: Sequence[str],
    widths: Sequence[int],
    heads: Sequence[nn.Module],
    judged: Mapping[str, Judged],
) -> dict[str, System]:
    """Return what heads of one kind find, one head a seed, at each of their widths."""
    runs: list[list[Judgement]] = [[{} for _ in heads] for _ in widths]
    rounded: list[list[Judgement]] = [[{} for _ in heads] for _ in widths]
    for seed, head in enumerate(heads):
        for language, each in judged.items():
            left, right = head(each.asked), head(each.read)
            for at, width in enumerate(widths):
                query, document = left[:, :width], right[:, :width]
                runs[at][seed][language] = reciprocals(query, document)
                rounded[at][seed][language] = reciprocals(query, int8(document))
    return {
        name: System(width, tuple(runs[at]), tuple(rounded[at]))
        for at, (name, width) in enumerate(zip(names, widths, strict=True))
    }


def measure(
    model: Model, taught: Lessons, judged: Mapping[str, Judged], steps: int, seeds: int
) -> dict[str, System]:
    """Return every system by name."""
    systems = {"BM25": System(None, (lexical(judged),))}
    systems |= systems_of(("pooled",), (model.config.width,), [nn.Identity()], judged)
    names = tuple(f"shipped {width}" for width in model.widths)
    systems |= systems_of(names, model.widths, [Shipped(model)], judged)
    for variant in VARIANTS:
        began = time.monotonic()
        heads = [teach(variant, taught, steps, seed) for seed in range(seeds)]
        found = systems_of(variant.names, variant.widths, heads, judged)
        systems |= found
        told = {name: round(mean(average(each.runs)), 4) for name, each in found.items()}
        print(f"{told}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return systems


def printed(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table in Markdown."""
    head = ["head", "MRR", "seeds", f"against {AGAINST}", "Python", "int8", "bytes", "as int8"]
    rows = []
    for name, entry in figures.items():
        gap, low, high = entry[f"against {AGAINST}"]
        seeds = entry["seeds"]
        spread = f"{min(seeds):.3f}–{max(seeds):.3f}" if len(seeds) > 1 else ""
        size = entry.get("bytes", {})
        row = [
            name, f"{entry['mrr']:.3f}", spread, f"{gap:+.3f} [{low:+.3f}, {high:+.3f}]",
            f"{entry[APART]:.3f}", f"{entry['mrr_int8']:.3f}" if size else "",
            str(size.get("float32", "")), str(size.get("int8", "")),
        ]  # fmt: skip
        rows.append(row)
    return table(head, rows)


def main() -> None:
    """Teach and judge all heads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=150_000)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    shipped_weights = weights.unpack(weights.BASE_PATH.read_bytes(), origin="base")
    model = from_weights(shipped_weights).eval()
    judged = validation(model, arguments.pairs)
    taught = lessons(model, sample(arguments.pairs, arguments.sample))
    print(f"{len(taught.asked)} pairs, {list(judged)}", file=sys.stderr, flush=True)
    systems = measure(model, taught, judged, arguments.steps, arguments.seeds)
    base = average(systems[AGAINST].runs)
    figures = {name: system.figures(base) for name, system in systems.items()}
    print(printed(figures))
    if arguments.save:
        record = {
            "model": shipped_weights.fingerprint, "pairs": len(taught.asked),
            "steps": arguments.steps, "batch": BATCH, "hidden": HIDDEN, "rate": RATE,
            "candidates": {name: len(each.pairs) for name, each in judged.items()},
            "figures": figures,
        }  # fmt: skip
        print(write("widths", record))


if __name__ == "__main__":
    main()
