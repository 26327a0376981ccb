"""Pairs as numbers: what training reads of them, small enough to be carried to another machine.

    python -m benchmarks.pretrain.packed FOLDER [FOLDER ...] [--processes 2]

Beside the shards of a folder it writes `packed-NNN.npz.xz`: words as ranks in the part's own
vocabulary (the frequent ones small), words a position, indents, and which query and document of
which package make a pair. A pair takes about 50 bytes. Each text stands there
once. Of names and signatures a share is kept (`KIND_WEIGHT`), drawn with a seed of the part.
"""

import argparse
import gzip
import io
import json
import lzma
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ncs.config import DEFAULT_PRESET, PRESETS, ModelConfig
from ncs.learn.features import TextFeatures, WordTable, featurise

# Kinds that are not 1.0: the share of their pairs that is kept.
KIND_WEIGHT = {"name": 0.3, "signature": 0.15}
PART = 250_000  # lines of the shards in a part
_NAME = "packed-*.npz.xz"

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Pair:
    """A line of a shard."""

    query: str
    document: str
    kind: str
    language: str
    package: str


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some pairs as numbers. T texts, W words and P positions in all of them, n pairs.

    Attributes:
        words: (W,) rank of each word in the vocabulary, text after text.
        counts: (P,) words in each position. indents: (P,) of each position.
        sizes: (T,) positions of each text.
        queries, documents: (n,) text of each. packages: (n,) where their package stands in
            `names`.
        vocabulary: the words, UTF-8, a line each. names: language, tab, package, a line each.
    """

    words: Array
    counts: Array
    indents: Array
    sizes: Array
    queries: Array
    documents: Array
    packages: Array
    vocabulary: Array
    names: Array


def read_pairs(folder: Path, split: str) -> Iterator[Pair]:
    """Yield the pairs of a split, shard by shard in order of name."""
    for shard in sorted(folder.glob(f"{split}*.jsonl.gz")):
        with gzip.open(shard, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield Pair(row["q"], row["d"], row["kind"], row["lang"], row["pkg"])


def pack(
    pairs: Iterable[Pair],
    config: ModelConfig,
    seed: int = 0,
    kept: Mapping[str, float] = KIND_WEIGHT,
) -> Part:
    """Return pairs as numbers; a pair whose query or document has no word is left out."""
    rng = np.random.default_rng(seed)
    table = WordTable(config.buckets)
    known: dict[str, int] = {}
    texts: list[TextFeatures] = []
    names: dict[str, int] = {}
    rows = []
    for pair in pairs:
        if rng.random() > kept.get(pair.kind, 1.0):
            continue
        both = [_number(text, known, texts, table, config) for text in (pair.query, pair.document)]
        if all(len(texts[at].words) for at in both):
            name = f"{pair.language}\t{pair.package}"
            rows.append((*both, names.setdefault(name, len(names))))
    return _part(texts, np.array(rows, dtype=np.int32).reshape(-1, 3), table, names)


def _number(
    text: str, known: dict[str, int], texts: list[TextFeatures], table: WordTable,
    config: ModelConfig,
) -> int:  # fmt: skip
    if text not in known:
        known[text] = len(texts)
        texts += featurise([text], table, config)
    return known[text]


def _part(
    texts: Sequence[TextFeatures], rows: Array, table: WordTable, names: Iterable[str]
) -> Part:
    none = np.zeros(0, np.int32)
    words = np.concatenate([none, *(text.words for text in texts)])
    order = np.argsort(-np.bincount(words, minlength=len(table)), kind="stable")
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order))
    spelled = table.spelled()
    return Part(
        words=rank[words],
        counts=np.concatenate([none, *(text.counts for text in texts)]).astype(np.uint8),
        indents=np.concatenate([none, *(text.indents for text in texts)]).astype(np.uint8),
        sizes=np.array([len(text.counts) for text in texts], dtype=np.uint8),
        queries=rows[:, 0], documents=rows[:, 1], packages=rows[:, 2],
        vocabulary=_lines(spelled[at] for at in order), names=_lines(names),
    )  # fmt: skip


def _lines(words: Iterable[str]) -> Array:
    return np.frombuffer("\n".join(words).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def lines_of(data: Array) -> list[str]:
    """Return the lines of a vocabulary or of names."""
    text = data.tobytes().decode("utf-8", "surrogatepass")
    return text.split("\n") if text else []


def write(part: Part, path: Path) -> None:
    """Write a part; what was there is replaced."""
    arrays = {item.name: getattr(part, item.name) for item in fields(part)}
    # High and low bytes apart: most ranks are small, and xz sees runs of zeros.
    words = arrays.pop("words")
    arrays["low"], arrays["high"] = (words & 0xFFFF).astype(np.uint16), (words >> 16).astype("u1")
    for name in ("queries", "documents", "packages"):
        arrays[name] = np.diff(arrays[name], prepend=0).astype(np.int32)
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    path.write_bytes(lzma.compress(packed.getvalue(), preset=6))


def read(path: Path) -> Part:
    """Return the part that `write` wrote."""
    with np.load(io.BytesIO(lzma.decompress(path.read_bytes())), allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files}
    low, high = arrays.pop("low"), arrays.pop("high")
    arrays["words"] = low.astype(np.int32) | high.astype(np.int32) << 16
    for name in ("queries", "documents", "packages"):
        arrays[name] = np.cumsum(arrays[name], dtype=np.int32)
    return Part(**arrays)


def parts_of(folder: Path) -> list[Path]:
    """Return the parts of a folder, in order."""
    return sorted(folder.glob(_NAME))


def pack_folder(folder: Path, config: ModelConfig) -> int:
    """Write the parts of a folder's training pairs; return how many they are."""
    for old in parts_of(folder):
        old.unlink()
    pairs = read_pairs(folder, "train")
    count = 0
    while some := list(islice(pairs, PART)):
        write(pack(some, config, seed=count), folder / _NAME.replace("*", f"{count:03}"))
        count += 1
    return count


def main() -> None:
    """Pack the folders, one process each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    work = partial(pack_folder, config=PRESETS[DEFAULT_PRESET])
    with ProcessPoolExecutor(options.processes) as pool:
        for folder, count in zip(options.folders, pool.map(work, options.folders), strict=True):
            size = sum(part.stat().st_size for part in parts_of(folder))
            print(f"{folder}: {count} parts, {size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
