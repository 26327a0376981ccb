"""The audit: what is searched and explained, what is not and why, read from what was written."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

from ncs.config import to_json
from ncs.index.reading import Index
from ncs.index.stale import stale
from ncs.types import BINARY, IGNORED, LINK, MADE_UP, TIERS

_NOT_LINES = (BINARY, IGNORED, LINK)  # what was skipped for these reasons is not counted
_LARGEST_COUNTED = 100_000_000

# part of an index → the query for its bytes
_PARTS = {
    "postings": "SELECT SUM(LENGTH(data)) FROM postings",
    "symbols": "SELECT SUM(LENGTH(data)) FROM symbols",
    "columns": "SELECT SUM(LENGTH(data)) FROM columns",
    "latents": "SELECT SUM(LENGTH(data)) FROM latents",
    "model": "SELECT SUM(LENGTH(weights)) FROM model",
}


@dataclass(frozen=True, slots=True)
class Audit:
    """An account of an index. Every figure is counted in the written file.

    Attributes:
        generated: paths of searched files that say that a tool wrote them: they count less.
        languages: language → chunks, most first.
        explanation_coverage: share of chunks whose explanation is not empty. floor: the least
            that the index accepts.
        coverage_by_tier: tier of the target → chunks with an explanation.
        coverage_by_language: language → share of its chunks explained in the author's words.
        skipped: reason → paths that are not searched.
        stale: paths that are not as they were read. stale_by: the same by what happened.
        compared: whether the codebase was in reach: else nobody knows what is stale.
        bytes: of the file. bytes_by_part: where they go; those of a block that holds text and
            explanations (with symbols) are shared out by what each has before it is packed.
        lines_searched: lines of the searched files.
        lines_skipped: lines of text files that are not searched, counted below the codebase;
            0 where that is out of reach.
    """

    path: str
    files: int
    chunks: int
    generated: tuple[str, ...]
    languages: Mapping[str, int]
    explanation_coverage: float
    floor: float
    coverage_by_tier: Mapping[str, int]
    coverage_by_language: Mapping[str, float]
    skipped: Mapping[str, tuple[str, ...]]
    stale: tuple[str, ...]
    stale_by: Mapping[str, tuple[str, ...]]
    compared: bool
    model: str
    config: Mapping[str, Any]
    fingerprint: str
    created: str
    bytes: int
    bytes_by_part: Mapping[str, int]
    lines_searched: int
    lines_skipped: int


def audit(index: Index, root: Path | None) -> Audit:
    """Return the account of an index.

    Args:
        index: an open index.
        root: the codebase it describes, or None where that is out of reach.

    Raises:
        IndexDamaged: the index could not be read; `ncs.index.validate` says what is wrong.
    """
    ((files, lines),) = index.store.rows("SELECT COUNT(*), SUM(lines) FROM files")
    explained, tiers, languages, authors, stored = _coverage(index)
    skipped = _skipped(index)
    stale_by = _stale(index, root)
    size, parts = _bytes(index, stored)
    chunks = languages.total()
    return Audit(
        path=str(index.path),
        files=files,
        chunks=chunks,
        generated=tuple(compress(index.paths, index.generated)),
        languages=dict(languages.most_common()),
        explanation_coverage=explained / chunks if chunks else 0.0,
        floor=index.meta["config"]["min_coverage"],
        coverage_by_tier={tier: tiers[tier] for tier in TIERS},
        coverage_by_language={name: authors[name] / n for name, n in languages.most_common()},
        skipped=skipped,
        stale=tuple(sorted(path for paths in stale_by.values() for path in paths)),
        stale_by=stale_by,
        compared=root is not None,
        model=_model(index),
        config={
            "index": index.meta["config"],
            "model": json.loads(to_json(index.model.config)),
        },
        fingerprint=index.meta["fingerprint"],
        created=index.meta["created"],
        bytes=size,
        bytes_by_part=parts,
        lines_searched=lines or 0,
        lines_skipped=0 if root is None else _lines(root, skipped),
    )


def _coverage(
    index: Index,
) -> tuple[int, Counter[str], Counter[str], Counter[str], dict[str, int]]:
    """Return explained chunks, and by tier; chunks and the author's own by language; bytes."""
    tiers: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    authors: Counter[str] = Counter()
    names = [index.languages[at] for at in index.language_ids.tolist()]
    text = whole = 0
    for block, stored in index.texts.blocks():
        for chunk, (tier, explanation) in zip(block.ids, block.told(), strict=True):
            languages[names[chunk]] += 1
            if explanation.strip():
                tiers[tier] += 1
                authors[names[chunk]] += tier not in MADE_UP
        text += round(stored * block.text_share)
        whole += stored
    return tiers.total(), tiers, languages, authors, {"text": text, "explanations": whole - text}


def _skipped(index: Index) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for reason, path in index.skipped:
        found.setdefault(reason, []).append(path)
    return {reason: tuple(paths) for reason, paths in found.items()}


def _stale(index: Index, root: Path | None) -> dict[str, tuple[str, ...]]:
    if root is None:
        return {}
    found = stale(index, root)
    return {"changed": found.changed, "new": found.new, "missing": found.missing}


def _model(index: Index) -> str:
    config = index.model.config
    width = (
        f"{config.latent_dim} + {config.extension_dim}"
        if config.extension_dim
        else f"{config.latent_dim}"
    )
    return f"{index.model.name} {index.model.fingerprint[:12]}, latents of {width} numbers"


def _bytes(index: Index, stored: Mapping[str, int]) -> tuple[int, dict[str, int]]:
    parts = {name: index.store.rows(query)[0][0] or 0 for name, query in _PARTS.items()}
    size = index.path.stat().st_size
    parts = {**stored, **parts}
    return size, {**parts, "other": size - sum(parts.values())}


def _lines(root: Path, skipped: Mapping[str, tuple[str, ...]]) -> int:
    """Return how many lines of text were skipped, as far as they can be counted."""
    total = 0
    for reason, paths in skipped.items():
        for path in paths if reason not in _NOT_LINES else ():
            total += _lines_of(root / path)
    return total


def _lines_of(path: Path) -> int:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_COUNTED:
            return 0
        data = path.read_bytes()
    except (OSError, ValueError):
        return 0
    return data.count(b"\n") + bool(data and not data.endswith(b"\n"))
