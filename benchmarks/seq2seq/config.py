"""What a run is made of: read from quick.json or full.json beside this file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Direction = Literal["explain", "code"]
DIRECTIONS: tuple[Direction, ...] = ("explain", "code")


@dataclass(frozen=True, slots=True)
class Course:
    """How one model is taught, beside what all have in common.

    Attributes:
        smoothing: share of the loss that pulls at all words evenly (label smoothing).
        phases: (teacher forcing ratio, tokens of a sentence at most) of equal parts of the
            course, one after the other; none is plain teacher forcing.
    """

    smoothing: float = 0.0
    phases: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """One run over one direction.

    Attributes:
        pairs: training pairs at most. held: pairs of training packages kept for validation.
        tested: pairs of the packages never trained on, at most.
        vocabulary: words of each side, marks included.
        places: tokens of a source that are read. longest: tokens of a target, EOS included.
        embedding: width of a token's vector. hidden: of all layers.
        batch: pairs of a step. steps: of a course, unless validation stops it before.
        rate: learning rate at its highest; it falls to nothing as a cosine. dropout: of sources.
        warmup: steps until it is reached. validate: steps between validations.
        patience: validations without gain before a course ends.
        beams: of the search beside the greedy one. neighbours: pairs BM25 looks through.
        penalties: length penalties that each model's search is tried with on the held-out pairs.
        curriculum: phases of the model taught with one. smoothing: of the model taught with it.
    """

    direction: Direction
    pairs: int
    held: int
    tested: int
    vocabulary: int
    places: int
    longest: int
    embedding: int
    hidden: int
    batch: int
    steps: int
    rate: float
    dropout: float
    warmup: int
    validate: int
    patience: int
    beams: int
    neighbours: int
    penalties: tuple[float, ...]
    curriculum: tuple[tuple[float, int], ...]
    smoothing: float
    seed: int


def read(name: str, direction: Direction) -> Config:
    """Return a configuration: what both directions share, and what is the direction's own."""
    path = Path(__file__).with_name(f"{name}.json")
    data: Mapping[str, Mapping[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    fields = {**data["both"], **data[direction]}
    phases = tuple((truth, longest) for truth, longest in fields.pop("curriculum"))  # type: ignore[attr-defined]
    penalties = tuple(fields.pop("penalties"))  # type: ignore[arg-type]
    return Config(direction=direction, curriculum=phases, penalties=penalties, **fields)  # type: ignore[arg-type]
