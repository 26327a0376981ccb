"""Pairs of a function and its docstring, from packages that are kept apart."""

import gzip
import json
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pretrain.forks import forks
from benchmarks.seq2seq import code
from benchmarks.seq2seq.config import Config
from ncs.text import parts
from ncs.wording import first_sentence, source, tokens

_SHORTEST = 3  # tokens of a target: less says nothing
_DEFINED = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pair:
    """One example.

    Attributes:
        docstring: the author's words. body: the code without them.
        source: tokens to be read. target: tokens to be said, not cut.
        size: tokens of the source before it was cut.
    """

    package: str
    docstring: str
    body: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    size: int

    @property
    def name(self) -> str:
        """What the code defines first; "" where it defines nothing."""
        found = _DEFINED.search(self.body)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pairs to learn, to stop by, and to be tested with; no package is in two of them.

    Attributes:
        forked: packages that are not tested with, since training packages took over their
            words, and the share of their sentences that did.
    """

    training: list[Pair]
    validation: list[Pair]
    test: list[Pair]
    forked: dict[str, float]


def corpus(folder: Path, config: Config) -> Corpus:
    """Return the pairs of a direction; the same for the same configuration.

    Validation packages are taken in the order of the checksum of their names until enough
    pairs are held out, so that they do not depend on how many pairs are trained on.
    """
    rows = list(_rows(folder, "train"))
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row["pkg"]] = sizes.get(row["pkg"], 0) + 1
    held: set[str] = set()
    for package in sorted(sizes, key=lambda name: zlib.crc32(name.encode())):
        if sum(sizes[name] for name in held) >= config.held:
            break
        held.add(package)
    drawn = random.Random(config.seed)
    learned = [row for row in rows if row["pkg"] not in held]
    drawn.shuffle(learned)
    kept = [row for row in rows if row["pkg"] in held]
    drawn.shuffle(kept)
    tested = list(_rows(folder, "valid"))
    forked = forks(
        ((row["pkg"], first_sentence(row["q"])) for row in tested),
        {first_sentence(row["q"]) for row in rows},
    )
    return Corpus(
        _pairs(learned, config, config.pairs),
        _pairs(kept, config, config.held),
        _pairs([row for row in tested if row["pkg"] not in forked], config, config.tested),
        forked,
    )


def _rows(folder: Path, split: str) -> Iterator[dict[str, str]]:
    """Yield the docstring pairs of Python code."""
    for path in sorted(folder.glob(f"{split}-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if '"python"' in line and '"docstring"' in line:  # parsing takes ten times longer
                    row = json.loads(line)
                    if row["kind"] == "docstring" and row["lang"] == "python":
                        yield row


def _pairs(rows: list[dict[str, str]], config: Config, limit: int) -> list[Pair]:
    found: list[Pair] = []
    for row in rows:
        pair = _pair(row, config)
        if pair is not None:
            found.append(pair)
            if len(found) == limit:
                break
    return found


def _pair(row: dict[str, str], config: Config) -> Pair | None:
    """Return a row as a pair; None where nothing can be read or said."""
    body = row["d"].partition("\n")[2]  # the first line holds words of the path
    if config.direction == "explain":
        read, said = code_words(body), tokens(first_sentence(row["q"]))
    else:
        read, said = tuple(tokens(row["q"])), code.tokens(body)
    if not read or len(said) < _SHORTEST:
        return None
    return Pair(row["pkg"], row["q"], body, read[: config.places], tuple(said), len(read))


def code_words(body: str) -> tuple[str, ...]:
    """Return the words of code in order, and behind its words each name of several."""
    return source(
        body,
        lambda name: range(len(parts(name))),
        lines=200, words_per_line=24, query_words=24, places=1000,
    ).surfaces  # fmt: skip
