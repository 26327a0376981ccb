"""The studies as a report, a CSV and a map."""

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.retrieval.record import RESULTS, write

Figures = Mapping[str, Any]

_HEADS = (
    "", "token cosine", "sentence cosine", "words %", "MSE", "token cosine, learned sentences",
    "parameters", "CPU s",
)  # fmt: skip


def save(found: Figures, work: Path, config: str, *, keep: bool) -> str:
    """Write report and CSV into the work folder; return where the report lies.

    Args:
        found: of `run.measure`.
        work: folder of the run.
        config: its name.
        keep: also write to benchmarks/results.
    """
    (work / "report.md").write_text(report(found, config), encoding="utf-8")
    _csv(work / "figures.csv", found)
    best = found["studies"]["bottleneck of"]["the sentence"]["trial"]
    picture = work / ("-".join(str(value) for value in best.values()) + ".png")
    if not keep:
        return str(work / "report.md")
    target = write(f"autoencoder-{config}", _without_configs(found))
    stem = target.name.removesuffix(".json")
    for source, ending in (
        (work / "report.md", ".md"),
        (work / "figures.csv", ".csv"),
        (picture, "-map.png"),
    ):
        shutil.copyfile(source, RESULTS / f"{stem}{ending}")
    return str(target)


def report(found: Figures, config: str) -> str:
    """Return everything as Markdown."""
    counts, shape = found["sentences"], found["config"]
    lines = [
        f"# The autoencoder of seed 004, configuration {config}",
        "",
        f"{counts['training']:,} docstring sentences of {shape['shortest']} to "
        f"{shape['longest']} words to learn, {counts['test']} of other packages to test with; "
        f"word vectors of {shape['width']} numbers (PPMI and SVD, {shape['vocabulary']:,} words); "
        f"{shape['steps']:,} steps of {shape['batch']} sentences. All figures free running, on "
        "the test sentences where nothing else is said. Words: the share whose nearest word "
        "vector is the right one.",
        "",
        "## What needs no training",
        "",
        *_table(_HEADS[:5], [[name, *_row(each)] for name, each in found["bounds"].items()]),
    ]
    for study, trials in found["studies"].items():
        rows = [
            [
                label, *_row(each["test"]), f"{each['training']['token_cosine']:.3f}",
                f"{each['course']['parameters']:,}", f"{each['course']['cpu_seconds']:.0f}",
            ]
            for label, each in trials.items()
        ]  # fmt: skip
        lines += ["", f"## {study[0].upper()}{study[1:]}", "", *_table(_HEADS, rows)]
    lines += ["", "## By words of a sentence: token cosine", "", *_lengths(found)]
    lines += ["", "## Latents", "", *_latents(found)]
    return "\n".join([*lines, ""])


def _row(each: Figures) -> list[str]:
    return [
        f"{each['token_cosine']:.3f}",
        f"{each['sentence_cosine']:.3f}",
        f"{100 * each['word_accuracy']:.1f}",
        f"{each['mse']:.4f}",
    ]


def _lengths(found: Figures) -> list[str]:
    trials = found["studies"]["bottleneck of"]
    lengths = sorted(map(int, next(iter(trials.values()))["test"]["by_length"]))
    rows = [
        [label, *(f"{each['test']['by_length'][str(length)]:.2f}" for length in lengths)]
        for label, each in trials.items()
    ]
    return _table(["", *map(str, lengths)], rows)


def _latents(found: Figures) -> list[str]:
    heads = [
        "", "active", "effective dimensions", "largest component %", "mean |correlation|",
        "largest", "first component with length",
    ]  # fmt: skip
    rows = []
    for study in ("bottleneck of", "cells", "bottleneck, sentence"):
        for label, each in found["studies"][study].items():
            about = each["latents"]
            rows.append(
                [
                    f"{study}: {label}", f"{about['active']} of {about['dimensions']}",
                    f"{about['effective_dimensions']:.1f}",
                    f"{100 * about['component_shares'][0]:.1f}",
                    f"{about['correlation_mean']:.2f}", f"{about['correlation_largest']:.2f}",
                    f"{about['first_component_with_length']:.2f}",
                ]
            )  # fmt: skip
    return _table(heads, rows)


def _without_configs(found: Figures) -> Figures:
    """Return the figures without each trial's copy of the configuration."""
    studies = {
        study: {
            label: {key: value for key, value in each.items() if key != "config"}
            for label, each in trials.items()
        }
        for study, trials in found["studies"].items()
    }
    return {**found, "studies": studies}


def _csv(path: Path, found: Figures) -> None:
    rows = [{"study": "bounds", "label": name, **each} for name, each in found["bounds"].items()]
    for study, trials in found["studies"].items():
        for label, each in trials.items():
            rows.append({"study": study, "label": label, **each["trial"], **each["test"]})
    for row in rows:
        row.pop("by_length")
    heads = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()})


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
