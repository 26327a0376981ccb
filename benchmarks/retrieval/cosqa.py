"""CoSQA: 500 web queries, each with one right answer among 6,267 Python functions.

    python -m benchmarks.retrieval.cosqa --data DIR [--systems NAMES] [--without-docstrings]
        [--folder] [--split test|dev] [--json FILE | --save NAME]

The files of --data are those of the CoCLR repository (code_idx_map.txt and
cosqa-retrieval-SPLIT-500.json). MRR is over all 6,267 functions, ties at their mean rank.
With --folder the functions are written as files that ncs indexes and searches as any code
base, all of its ranking included; there MRR counts the first ten hits only.
Source: Huang et al. 2021, CoSQA: 20,000+ Web Queries for Code Search and Question Answering.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np

from benchmarks.retrieval import record, report
from benchmarks.retrieval.baselines.bm25 import K1, B, tokens
from benchmarks.retrieval.ours import Ncs
from ncs import weights
from ncs.errors import WeightsError
from ncs.lexical import MemoryPostings, bm25
from ncs.metrics import gold_ranks, mean_interval
from ncs.runtime import load
from ncs.types import FloatArray

_DOCSTRING = re.compile(r'^(\s*)[rRuUbB]{0,2}("""|\'\'\').*?\2', re.DOTALL | re.MULTILINE)
_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Cosqa:
    """Queries, functions, and the index of each query's right function, (queries,)."""

    queries: tuple[str, ...]
    codes: tuple[str, ...]
    gold: np.ndarray


def read(folder: Path, split: str) -> Cosqa:
    """Return one split, the functions in the order of their published index."""
    index = json.loads((folder / "code_idx_map.txt").read_text("utf-8"))
    asked = json.loads((folder / f"cosqa-retrieval-{split}-500.json").read_text("utf-8"))
    codes = sorted(index, key=lambda code: int(index[code]))
    gold = np.array([int(item["retrieval_idx"]) for item in asked])
    return Cosqa(tuple(item["doc"] for item in asked), tuple(codes), gold)


def without_docstring(code: str) -> str:
    """Return the function without its first triple-quoted string, where one opens a line."""
    return _DOCSTRING.sub(r"\1", code, count=1)


def by_bm25s(data: Cosqa) -> FloatArray:
    """Return the scores of the library's BM25, (queries, functions)."""
    ranker = bm25s.BM25(k1=K1, b=B)
    ranker.index([tokens(code) for code in data.codes], show_progress=False)
    return np.array([ranker.get_scores(tokens(query)) for query in data.queries])


def by_lexical(data: Cosqa) -> FloatArray:
    """Return the scores of ncs's own BM25, (queries, functions)."""
    postings = MemoryPostings(data.codes)
    return np.array([bm25(postings, query)[0] for query in data.queries])


def by_latents(data: Cosqa, main_only: bool) -> FloatArray:
    """Return cosines of the base model's latents, (queries, functions).

    Args:
        data: what to encode.
        main_only: take the first columns, the main latent, alone.

    Raises:
        WeightsError: this installation carries no base model.
    """
    found = weights.shipped_model()
    if found is None:
        raise WeightsError("this installation carries no base model")
    encoder = load(found)
    width = encoder.latent_dim + (0 if main_only else encoder.extension_dim)

    def unit(texts: Sequence[str]) -> FloatArray:
        parts = [encoder.encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
        latents = np.concatenate(parts)[:, :width]
        return np.asarray(latents / np.maximum(np.linalg.norm(latents, axis=1), 1e-9)[:, None])

    return np.asarray(unit(data.queries) @ unit(data.codes).T)


SYSTEMS: dict[str, Callable[[Cosqa], FloatArray]] = {
    "bm25": by_bm25s,
    "ncs-lexical": by_lexical,
    "ncs-neural-main": lambda data: by_latents(data, main_only=True),
    "ncs-neural": lambda data: by_latents(data, main_only=False),
}


def in_folder(data: Cosqa, mode: str) -> np.ndarray:
    """Return the reciprocal ranks, (queries,), of ncs over the functions written as files."""
    with tempfile.TemporaryDirectory(prefix="cosqa-") as name:
        root = Path(name)
        for at, code in enumerate(data.codes):
            place = root / f"{at // 500:02}" / f"{at:04}.py"
            place.parent.mkdir(exist_ok=True)
            place.write_text(code, "utf-8")
        system = Ncs(mode)
        system.index(root)
        found = [[hit.path for hit in system.search(query)] for query in data.queries]
    paths = [f"{at // 500:02}/{at:04}.py" for at in data.gold]
    pairs = zip(found, paths, strict=True)
    return np.array([1 / (hits.index(path) + 1) if path in hits else 0.0 for hits, path in pairs])


def row(name: str, reciprocal: np.ndarray) -> list[str]:
    """Return a line of the table: MRR with its interval, and the shares in the first 1 and 10."""
    mean, low, high = mean_interval(reciprocal, seed=record.SEED)
    first, ten = (reciprocal >= 1.0).mean(), (reciprocal >= 0.1).mean()
    return [name, f"{mean:.3f} [{low:.3f}, {high:.3f}]", f"{first:.3f}", f"{ten:.3f}"]


def main() -> int:
    """Measure and print what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", choices=("test", "dev"), default="test")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help=f"of {','.join(SYSTEMS)}")
    parser.add_argument("--without-docstrings", action="store_true")
    parser.add_argument("--folder", action="store_true", help="ncs's modes over files, MRR@10")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--save")
    options = parser.parse_args()
    data = read(options.data, options.split)
    if options.without_docstrings:
        data = Cosqa(data.queries, tuple(map(without_docstring, data.codes)), data.gold)
    found: dict[str, np.ndarray] = {}
    for name in filter(None, options.systems.split(",")):
        try:
            found[name] = 1.0 / gold_ranks(SYSTEMS[name](data), data.gold)
        except WeightsError as error:
            print(f"{name}: {error}", file=sys.stderr)
    if options.folder:
        for mode in ("hybrid", "neural", "lexical"):
            found[f"ncs-{mode} (files, MRR@10)"] = in_folder(data, mode)
    print(f"CoSQA {options.split}, docstrings {'out' if options.without_docstrings else 'in'}\n")
    print(report.table(["system", "MRR", "R@1", "R@10"], [row(*item) for item in found.items()]))
    means = {name: round(float(values.mean()), 4) for name, values in found.items()}
    kept = {"split": options.split, "without_docstrings": options.without_docstrings}
    record.keep(options, "cosqa", {**kept, "mrr": means})
    return 0


if __name__ == "__main__":
    sys.exit(main())
