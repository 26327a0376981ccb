"""What the base model's decoder says of code from packages that it was never trained on.

    python -m benchmarks.explanations --pairs DIR [--half tune|report|both] [--save] [--look 50]

The reference is the first sentence of each function's documentation, of which the code that is
read holds nothing. Packages whose sentences stand in training packages are left out. Half of the
packages are for choosing (beams, length penalty, the sureness below which a sentence is held
back), the other half for reporting. BLEU-4 is smoothed as CodeXGLUE's script does it. The pairs do
not hold what a function is called: whether a sentence tells its name is not checked here.
"""

import argparse
import hashlib
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.pretrain.forks import forks
from benchmarks.pretrain.packed import Pair, read_pairs
from benchmarks.retrieval.record import write
from ncs import weights
from ncs.beam import BeamConfig
from ncs.evaluate.explanations import Speech, speech
from ncs.explain import SURE, held_back, worths
from ncs.runtime.decoder import Explained, RuntimeDecoder, decoder_of
from ncs.wording import first_sentence

_OF_A_LANGUAGE = 1_000
_FEWEST = 50  # of a language that has a row of its own


def half_of(package: str) -> str:
    """Return whether a package is for choosing or for reporting."""
    return "tune" if hashlib.blake2b(package.encode()).digest()[0] % 2 else "report"


def asked(folder: Path, half: str) -> dict[str, list[Pair]]:
    """Return documented functions of a half, or of both, by language, at most 1,000 of each."""
    tested, learned = (
        [pair for pair in read_pairs(folder, split) if pair.kind == "docstring"]
        for split in ("valid", "train")
    )
    forked = forks(
        ((pair.package, first_sentence(pair.query)) for pair in tested),
        {first_sentence(pair.query) for pair in learned},
    )
    print("left out:", ", ".join(f"{name} ({share:.0%})" for name, share in forked.items()))
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in tested:
        if pair.package not in forked and half in (half_of(pair.package), "both"):
            found[pair.language].append(pair)
    for pairs in found.values():
        random.Random(0).shuffle(pairs)
    return {language: pairs[:_OF_A_LANGUAGE] for language, pairs in sorted(found.items())}


def figures(name: str, pairs: Sequence[Pair], said: Sequence[str]) -> Speech:
    """Return the figures of sentences about some functions."""
    references = [first_sentence(pair.query) for pair in pairs]
    return speech(name, references, said, [pair.document for pair in pairs])


def rows(pairs: Sequence[Pair], said: Sequence[Explained]) -> list[dict[str, Any]]:
    """Return the rows of a table: all sentences, those that would be kept, the authors'."""
    kept = [
        at for at, (pair, each) in enumerate(zip(pairs, said, strict=True))
        if not held_back(each.text, pair.document, each.log_probability)
    ]  # fmt: skip
    found = [{"of": len(pairs), **asdict(figures("decoder", pairs, [e.text for e in said]))}]
    if kept:
        some, told = [pairs[at] for at in kept], [said[at].text for at in kept]
        found.append({"of": len(kept), **asdict(figures("decoder, kept", some, told))})
    own = [first_sentence(pair.query) for pair in pairs]
    return [*found, {"of": len(pairs), **asdict(figures("authors", pairs, own))}]


def explain(
    decoder: RuntimeDecoder, by_language: dict[str, list[Pair]], beam: BeamConfig
) -> tuple[dict[str, list[Explained]], float]:
    """Return what is said of each function, and sentences a second."""
    began, said = time.perf_counter(), {}
    for language, pairs in by_language.items():
        texts = [pair.document for pair in pairs]
        said[language] = decoder.explain(texts, beam, worths(texts, [""] * len(texts)))
    count = sum(map(len, by_language.values()))
    return said, count / (time.perf_counter() - began)


def table(found: dict[str, list[dict[str, Any]]]) -> str:
    """Return rows by language as aligned text."""
    lines = [f"{'':12} {'':14} {'of':>5} {'BLEU-4':>7} {'ROUGE-L':>8} {'exact':>6} {'sound':>6} "
             f"{'named':>6} {'distinct':>9} {'tokens':>7}"]  # fmt: skip
    for language, some in found.items():
        lines += [
            f"{language:12} {row['name']:14} {row['of']:5} {row['bleu']:7.2f} {row['rouge']:8.2f} "
            f"{row['exact']:6.1%} {row['sound']:6.1%} {row['named']:6.1%} {row['distinct']:9.1%} "
            f"{row['length']:7.1f}"
            for row in some
        ]
    return "\n".join(lines)


def look(pairs: Sequence[Pair], said: Sequence[Explained], count: int) -> str:
    """Return sentences to be judged by eye, drawn evenly from those that would be kept."""
    kept = [
        at for at, (pair, each) in enumerate(zip(pairs, said, strict=True))
        if not held_back(each.text, pair.document, each.log_probability)
    ]  # fmt: skip
    random.Random(1).shuffle(kept)
    parts = []
    for number, at in enumerate(sorted(kept[:count]), 1):
        pair = pairs[at]
        parts.append(
            f"## {number} ({pair.language}, {pair.package})\n"
            f"generated: {said[at].text}  [{said[at].sureness:.2f}]\n"
            f"author:    {first_sentence(pair.query)}\n\n{pair.document}\n"
        )
    return "\n".join(parts)


def main() -> None:
    """Explain, compare, print, and keep the figures where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--half", choices=("tune", "report", "both"), default="tune")
    parser.add_argument("--model", type=Path, help="weights to read instead of the package's")
    parser.add_argument("--beams", type=int, default=BeamConfig().beams)
    parser.add_argument("--length-penalty", type=float, default=BeamConfig().length_penalty)
    parser.add_argument("--languages", nargs="*")
    parser.add_argument("--look", type=Path, help="write 50 sentences with their code here")
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    path = arguments.model or weights.BASE_PATH
    model = weights.unpack(path.read_bytes(), origin=str(path))
    by_language = asked(arguments.pairs, arguments.half)
    if arguments.languages:
        by_language = {name: by_language[name] for name in arguments.languages}
    beam = BeamConfig(
        beams=arguments.beams, longest=model.config.sentence,
        length_penalty=arguments.length_penalty,
    )  # fmt: skip
    said, speed = explain(decoder_of(model), by_language, beam)
    found = {
        language: rows(pairs, said[language])
        for language, pairs in by_language.items()
        if len(pairs) >= _FEWEST
    }
    pairs = [pair for some in by_language.values() for pair in some]
    told = [each for some in said.values() for each in some]
    found["all"] = rows(pairs, told)
    print(table(found))
    sure = np.array([each.log_probability for each in told])
    print(f"{speed:.0f} sentences/s; mean log-probability {sure.mean():.3f}, kept above {SURE}")
    if arguments.look:
        arguments.look.write_text(look(pairs, told, 50), encoding="utf-8")
    if arguments.save:
        record = {
            "half": arguments.half, "model": model.fingerprint, "beam": asdict(beam),
            "sure": SURE, "sentences_per_second": round(speed), "figures": found,
        }  # fmt: skip
        print(write(f"explanations-{arguments.half}", record))


if __name__ == "__main__":
    main()
