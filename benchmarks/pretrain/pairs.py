"""Turn downloaded packages into training pairs: shards of gzipped JSON Lines, and statistics.

python -m benchmarks.pretrain.pairs --from DOWNLOADS --into FOLDER [--round N]
"""

import argparse
import gzip
import json
import multiprocessing
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.pretrain.code import File, Named
from benchmarks.pretrain.collect import Package, load_packages
from benchmarks.pretrain.documentation import Mention, Page
from benchmarks.pretrain.files import files
from benchmarks.pretrain.passages import Pair, fingerprint, opening
from ncs.corpus.families import PROSE
from ncs.types import SourceFile

_CAP = 6_000  # pairs of a package in one language
# Languages of which the registries hold few packages: what there is may give more.
_SCARCE = {"elixir": 20_000, "scala": 20_000, "swift": 30_000, "csharp": 30_000,
           "kotlin": 20_000, "zig": 20_000, "bash": 12_000, "lua": 12_000}  # fmt: skip
_NAMES = 20_000  # definitions of a package that prose may mention
_MENTIONS = 1_500  # pairs of prose that names a definition, of a package
_SAME_QUERY = 8  # pairs with equal queries in all
_SAME_OPENING = 300  # pairs whose queries begin with the same four words, of a language
_SHARD = 50_000  # pairs


def of_package(package: Package, downloads: Path, seed: int = 0) -> list[Pair]:
    """Return the pairs of one package, at most `_CAP` of each language; seeded by its name."""
    rng = random.Random(f"{seed}:{package.registry}:{package.name}")
    archives = [downloads / package.registry / name for name in package.sha256]
    return from_files(files(package, archives, rng), package, rng)


def from_files(sources: Iterable[SourceFile], package: Package, rng: random.Random) -> list[Pair]:
    """Return the pairs of a package's files; a file that cannot be read gives none."""
    label = f"{package.registry}/{package.name}"
    counts: Counter[str] = Counter()
    pairs: list[Pair] = []
    names: dict[str, Named] = {}
    mentions: list[Mention] = []
    for source in sources:
        if counts[source.language] >= _SCARCE.get(source.language, _CAP):
            continue
        try:
            if source.language in PROSE:
                page = Page(source, label, package.language, rng)
                found = list(page.pairs())
                mentions += page.mentions()
            else:
                file = File(source, label, rng)
                found = list(file.pairs())
                for named in file.named() if len(names) < _NAMES else ():
                    names.setdefault(named.name, named)
        except (RecursionError, ValueError):
            continue
        counts[source.language] += len(found)
        pairs += found
    return pairs + _mentioned(mentions, names, label, rng)


def _mentioned(
    mentions: Sequence[Mention], names: dict[str, Named], label: str, rng: random.Random
) -> list[Pair]:
    """Return sentences of prose ↔ the definition that they name."""
    found = [
        Pair(mention.sentence, named.document, "mention", named.language, label, named.path)
        for mention in mentions
        for named in [names[name] for name in mention.names if name in names][:1]
    ]
    return rng.sample(found, min(len(found), _MENTIONS))


class Sieve:
    """Lets a pair pass once: exact and near duplicates, boilerplate and crowds stay out.

    Texts that differ only in case, digits and white space count as equal. The same document is
    met once under one query, and once for each kind but comments and prose.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()
        self._documents: set[tuple[str, int]] = set()
        self._queries: Counter[int] = Counter()
        self._openings: Counter[tuple[str, str]] = Counter()
        self.dropped: Counter[str] = Counter()

    def passes(self, pair: Pair) -> bool:
        """Return whether the pair is new, and remember it if so."""
        asked = fingerprint(pair.q)
        # The first line is made of path words: the same file elsewhere must count as the same.
        answered = fingerprint(pair.d.partition("\n")[2])
        begins = (pair.lang, opening(pair.q))
        single = pair.kind in ("docstring", "doc_rest", "name", "signature")
        reason = ""
        if (asked, answered) in self._seen:
            reason = "duplicate"
        elif single and (pair.kind, answered) in self._documents:
            reason = "same document"
        elif self._queries[asked] >= _SAME_QUERY:
            reason = "same query"
        elif self._openings[begins] >= _SAME_OPENING:
            reason = "same opening"
        if reason:
            self.dropped[reason] += 1
            return False
        self._seen.add((asked, answered))
        self._documents.add((pair.kind, answered))
        self._queries[asked] += 1
        self._openings[begins] += 1
        return True


class Shards:
    """Writes pairs of one side of the split in files of equal size."""

    def __init__(self, into: Path, split: str) -> None:
        self._into = into
        self._split = split
        self._held: list[Pair] = []
        self._written = 0

    def add(self, pair: Pair) -> None:
        """Keep a pair; write a shard when it is full."""
        self._held.append(pair)
        if len(self._held) >= _SHARD:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        if not self._held:
            return
        path = self._into / f"{self._split}-{self._written:03d}.jsonl.gz"
        # A fixed time in the head: equal pairs give equal files.
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 5, raw, mtime=0) as packed:
            for pair in self._held:
                packed.write(json.dumps(asdict(pair), ensure_ascii=False).encode() + b"\n")
        self._held = []
        self._written += 1


def build(packages: Sequence[Package], downloads: Path, into: Path, processes: int) -> None:
    """Write the shards and `statistics.json` of the packages that lie in `downloads`.

    Validation packages come first, so that a duplicate is kept there and lost to training.
    """
    into.mkdir(parents=True, exist_ok=True)
    for old in into.glob("*.jsonl.gz"):
        old.unlink()
    ready = [item for item in packages if _is_there(item, downloads)]
    random.Random(0).shuffle(ready)
    ready.sort(key=lambda item: item.split != "valid")
    sieve = Sieve()
    shards = {split: Shards(into, split) for split in ("train", "valid")}
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for package, pairs in _in_order(ready, downloads, processes):
        if package.split == "train":
            shards["valid"].flush()  # nothing follows: whoever waits for it may begin
        for pair in filter(sieve.passes, pairs):
            shards[package.split].add(pair)
            counts[package.split][f"{pair.lang} {pair.kind}"] += 1
        counts["packages"][f"{package.language} {package.split}"] += 1
    for shard in shards.values():
        shard.flush()
    write_statistics(into, counts, sieve.dropped)


def _in_order(
    packages: Sequence[Package], downloads: Path, processes: int
) -> Iterator[tuple[Package, list[Pair]]]:
    """Yield each package with its pairs, in order, whatever the number of processes."""
    work = partial(of_package, downloads=downloads)
    if processes < 2:
        yield from ((package, work(package)) for package in packages)
        return
    with multiprocessing.Pool(processes, _be_nice) as pool:
        yield from zip(packages, pool.imap(work, packages), strict=True)


def _is_there(package: Package, downloads: Path) -> bool:
    return all((downloads / package.registry / name).is_file() for name in package.sha256)


def _be_nice() -> None:
    os.nice(10)


def write_statistics(into: Path, counts: dict[str, Counter[str]], dropped: Counter[str]) -> None:
    """Write statistics.json: pairs by language, kind and split, packages, and what was dropped."""
    table: dict[str, dict[str, dict[str, int]]] = {}
    for split in ("train", "valid"):
        for key, count in counts[split].items():
            language, kind = key.split(" ")
            table.setdefault(split, {}).setdefault(language, {})[kind] = count
    totals = {
        split: dict(sorted(((name, sum(kinds.values())) for name, kinds in of.items())))
        for split, of in table.items()
    }
    report = {
        "pairs": {split: sum(of.values()) for split, of in totals.items()},
        "by_language": totals,
        "by_language_and_kind": table,
        "packages": dict(sorted(counts["packages"].items())),
        "dropped": dict(dropped),
    }
    text = json.dumps(report, indent=1, sort_keys=True)
    (into / "statistics.json").write_text(text + "\n", "utf-8")


def read(folder: Path, split: str) -> Iterator[Pair]:
    """Yield the pairs of one side, "train" or "valid", in the order they were written."""
    for path in sorted(folder.glob(f"{split}-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield Pair(**json.loads(line))


def main() -> None:
    """Write the training pairs."""
    parser = argparse.ArgumentParser(description="Turn downloaded packages into training pairs.")
    parser.add_argument("--from", dest="downloads", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--round", type=int, help="of training packages those of this round alone")
    options = parser.parse_args()
    packages = [
        item
        for item in load_packages()
        if options.round in (None, item.round) or item.split == "valid"
    ]
    build(packages, options.downloads.resolve(), options.into, options.processes)


if __name__ == "__main__":
    main()
