"""What a run is made of: read from quick.json or full.json beside this file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ncs.learn.decoders.recurrent import Cell

Reading = Literal["whole", "each", "attention"]
Loss = Literal["mixed", "mse"]
Teaching = Literal["free", "dictation", "curriculum"]


@dataclass(frozen=True, slots=True)
class Config:
    """One run of all studies.

    Attributes:
        sentences: to learn from. tested: of other packages. vocabulary: words with vectors.
        width: of a word's vector. shortest, longest: words of a sentence.
        batch: sentences of a step. steps: of each course. rate: learning rate at its highest.
        few: sentences of the study that learns as few as the seed did.
        long: steps of the trials that are taught until they hardly gain any more.
        hidden: of all models but those of the study of widths. widths: of that study.
        bottlenecks: of the study of bottlenecks. dictionaries: words, of the study of those.
    """

    sentences: int
    tested: int
    vocabulary: int
    width: int
    shortest: int
    longest: int
    batch: int
    steps: int
    rate: float
    few: int
    long: int
    hidden: int
    widths: tuple[int, ...]
    bottlenecks: tuple[int, ...]
    dictionaries: tuple[int, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One autoencoder.

    Attributes:
        cell: what recurs, on both sides. before, behind: hidden sizes of encoder and decoder.
        bottleneck: Z. reading: "whole" gives Z numbers for the sentence, "each" Z numbers for
            each word, "attention" likewise, but the decoder has to find the word by looking.
        loss: "mixed" is 0.9 of 1 − cosine and 0.1 of the squared error.
        teaching: what the decoder is given beside the bottleneck: its "free" output of the last
            word, the true last word ("dictation"), or at first one and then the other.
        few: whether it learns as few sentences as the seed's. long: whether it learns longer.
        words: how many of the commonest words sentences are made of; 0 is all of them.
    """

    cell: Cell = "gru"
    before: int = 256
    behind: int = 256
    bottleneck: int = 16
    reading: Reading = "whole"
    loss: Loss = "mixed"
    teaching: Teaching = "free"
    few: bool = False
    long: bool = False
    words: int = 0


def read(name: str) -> Config:
    """Return a configuration."""
    fields = json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
    for name in ("widths", "bottlenecks", "dictionaries"):
        fields[name] = tuple(fields[name])
    return Config(**fields)


def studies(config: Config) -> dict[str, dict[str, Trial]]:
    """Return the trials of each study; a trial may stand in several."""
    size = config.hidden
    small, large = config.widths[0], config.widths[-1]

    def plain(**changed: object) -> Trial:
        return Trial(**({"before": size, "behind": size} | changed))  # type: ignore[arg-type]

    pairs = {(width, width) for width in config.widths} | {(small, large), (large, small)}
    return {
        "cells": {cell: plain(cell=cell) for cell in ("rnn", "lstm", "gru")},
        "bottleneck of": {
            "the sentence": plain(),
            "each word": plain(reading="each"),
            "each word, found by attention": plain(reading="attention"),
        },
        "widths, sentence": {
            f"encoder {before}, decoder {behind}": plain(before=before, behind=behind)
            for before, behind in sorted(pairs)
        },
        "widths, each word": {
            f"encoder {before}, decoder {behind}": plain(
                before=before, behind=behind, reading="each"
            )
            for before, behind in sorted(pairs)
        },
        "loss": {"0.9 cosine + 0.1 MSE": plain(), "MSE": plain(loss="mse")},
        "teaching": {
            "own output": plain(),
            "teacher forcing": plain(teaching="dictation"),
            "curriculum": plain(teaching="curriculum"),
        },
        "bottleneck, sentence": {str(size): plain(bottleneck=size) for size in config.bottlenecks},
        "bottleneck, each word": {
            str(size): plain(bottleneck=size, reading="each") for size in config.bottlenecks
        },
        "as few sentences as the seed": {
            "the sentence": plain(few=True, long=True),
            "each word": plain(few=True, long=True, reading="each"),
        },
        "longer": {
            "the sentence": plain(long=True),
            "each word": plain(before=small, behind=large, long=True, reading="each"),
        },
        "longer, each word, words to tell apart": {
            str(words or config.vocabulary): plain(
                before=small, behind=large, long=True, reading="each", words=words
            )
            for words in (*config.dictionaries, 0)
        },
    }
