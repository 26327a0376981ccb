"""Figures as a report, a CSV and pictures; the seeds' figures and CodeXGLUE's beside them."""

import csv
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.retrieval.record import RESULTS, write
from benchmarks.seq2seq import drawing
from benchmarks.seq2seq.config import DIRECTIONS
from benchmarks.seq2seq.models import MODELS

Figures = Mapping[str, Any]

TITLES = {
    "explain": "Code → first sentence of the docstring",
    "code": "Docstring → code",
}
# What the seeds printed of docstring → code. BLEU from 0 to 1, as seed 000 has it.
SEEDS = {
    "rnn": ("vanilla RNN", 1.73e-8, 0.0012, 0.0102, 1),
    "lstm": ("LSTM", 4.12e-16, 0.0015, 0.0094, 19),
    "bahdanau": ("LSTM + attention", 0.01171, 0.0043, 0.0094, 18),
}
# CodeXGLUE's table for code to text, Python column: its data, its split, larger models.
CODEXGLUE = {"Seq2Seq": 15.93, "Transformer": 15.81, "CodeBERT": 19.06}

# key, head, format, factor
_COLUMNS = (
    ("bleu", "BLEU", ".2f", 1),
    ("codexglue_bleu", "BLEU-4 smoothed", ".2f", 1),
    ("chrf", "chrF", ".1f", 1),
    ("rouge_l", "ROUGE-L", ".1f", 1),
    ("token_accuracy", "same token, same place %", ".2f", 100),
    ("exact", "exact %", ".2f", 100),
    ("distinct", "distinct", "d", 1),
    ("length", "length", ".1f", 1),
)
_OWN = {
    "explain": (
        ("named", "names in the code %", ".1f", 100),
        ("repeats", "repeats %", ".1f", 100),
    ),
    "code": (),
}


def save(found: Mapping[str, Figures], work: Path, config: str, *, keep: bool) -> str:
    """Write report, CSV and pictures into the work folder; return where the report lies.

    A direction that this run left out is taken from the work folder, if it was run before.

    Args:
        found: direction → its figures.
        work: folder of the run.
        config: its name.
        keep: also write to benchmarks/results.
    """
    everything = {way: found.get(way) or _before(work / f"{way}.json") for way in DIRECTIONS}
    ways = {way: figures for way, figures in everything.items() if figures}
    (work / "report.md").write_text(report(ways, config), encoding="utf-8")
    _csv(work / "figures.csv", ways)
    for way, figures in ways.items():
        drawing.curves(work / f"curves-{way}.png", _courses(figures))
    if not keep:
        return str(work / "report.md")
    target = write(f"seq2seq-{config}", dict(ways))
    stem = target.name.removesuffix(".json")
    for name, ending in (("report.md", ".md"), ("figures.csv", ".csv")):
        shutil.copyfile(work / name, RESULTS / f"{stem}{ending}")
    for picture in sorted([*work.glob("curves-*.png"), *work.glob("*/attention-*.png")]):
        way = "" if picture.parent == work else f"{picture.parent.name}-"
        shutil.copyfile(picture, RESULTS / f"{stem}-{way}{picture.name}")
    return str(target)


def _before(path: Path) -> Figures | None:
    if not path.is_file():
        return None
    found: Figures = json.loads(path.read_text(encoding="utf-8"))
    return found


def report(ways: Mapping[str, Figures], config: str) -> str:
    """Return everything as Markdown."""
    lines = [f"# The seeds' sequence models, configuration {config}", ""]
    for way, figures in ways.items():
        lines += [f"## {TITLES[way]}", "", *_setting(figures), ""]
        lines += [*_main_table(way, figures), ""]
        lines += [*_course_table(figures), ""]
        if way == "code":
            lines += [*_fault_table(figures), "", *_seed_table(figures), ""]
        else:
            lines += [_codexglue(), ""]
        lines += ["### By length of the source (beam search)", "", *_length_table(figures), ""]
        lines += [*_samples(way, figures), ""]
    return "\n".join(lines)


def _setting(figures: Figures) -> list[str]:
    config, pairs = figures["config"], figures["pairs"]
    return [
        f"{pairs['training']:,} pairs to learn from, {pairs['validation']} of held-out training "
        f"packages to stop by, {pairs['test']} of packages never trained on to test with "
        f"({', '.join(pairs['test_packages'])}); {100 * pairs['test_targets_seen']:.1f} % of the "
        "test targets stand word for word in the training pairs. Not tested with, since training "
        f"packages are forks of them: {_forked(pairs['not_tested_forked'])}.",
        f"All models: {config['vocabulary']:,} words a side, embedding {config['embedding']}, "
        f"hidden {config['hidden']}, sources of at most {config['places']} tokens, targets of "
        f"{config['longest']}, {config['steps']:,} steps of {config['batch']} pairs at most, "
        "AdamW with a cosine, clipping 1.0; the weights that were best on the held-out packages.",
    ]


def _forked(packages: Mapping[str, float]) -> str:
    told = (f"{name} ({100 * share:.0f} % of its sentences)" for name, share in packages.items())
    return ", ".join(told) or "none"


def _main_table(way: str, figures: Figures) -> list[str]:
    columns = (*_COLUMNS, *_OWN[way])
    heads = ["", "search", *(head for _, head, _, _ in columns)]
    rows = [
        [label, search, *(_cell(found[key], form, times) for key, _, form, times in columns)]
        for label, search, found in _outputs(figures)
    ]
    due = next(iter(figures["baselines"].values()))
    count = f"{due['n']} outputs; the authors' have {due['reference_length']:.1f} tokens."
    note = "α: the length penalty that did best on 150 held-out pairs of training packages."
    return [*_table(heads, rows), "", f"{count} {note}"]


def _outputs(figures: Figures) -> Iterator[tuple[str, str, Figures]]:
    for label, found in figures["baselines"].items():
        yield label, "", found
    for name, found in figures["models"].items():
        yield MODELS[name].label, "greedy", found["greedy"]
        yield MODELS[name].label, f"beam, α {found['length_penalty']}", found["beam"]


def _course_table(figures: Figures) -> list[str]:
    heads = [
        "", "parameters", "best step", "CPU s", "perplexity", "next token %", "layers' gradients",
        "unhealthy",
    ]  # fmt: skip
    rows = []
    for found in figures["models"].values():
        course, health = found["course"], found["course"]["gradients"]
        rows.append(
            [
                course["label"],
                f"{course['parameters']:,}",
                f"{course['best_step']} of {course['steps']}",
                f"{course['cpu_seconds']:.0f}",
                f"{found['greedy']['perplexity']:.1f}",
                f"{100 * found['greedy']['foreseen']:.1f}",
                f"{health['smallest'][0]:.1e} to {health['largest'][0]:.1e}" if health else "",
                ", ".join(" ".join(each) for each in health.get("unhealthy", [])) or "none",
            ]
        )
    known = next(iter(figures["models"].values()), {}).get("greedy", {}).get("known", 0.0)
    note = (
        "Perplexity and next token: under teacher forcing, over the tokens that the vocabulary "
        f"has ({100 * known:.1f} % of all)."
    )
    return ["### Training", "", *_table(heads, rows), "", note]


def _fault_table(figures: Figures) -> list[str]:
    kinds = ("parses", "missing colon", "truncated", "other")
    rows = [
        [label, search, *(f"{100 * found['faults'][kind]:.1f}" for kind in kinds)]
        for label, search, found in _outputs(figures)
    ]
    return ["### Errors, %", "", *_table(["", "search", *kinds], rows)]


def _seed_table(figures: Figures) -> list[str]:
    heads = [
        "", "seed 000", "seed 001", "here", "times the better seed", "token accuracy: seed 000",
        "here", "distinct: seed 000", "here",
    ]  # fmt: skip
    rows = []
    for name, (label, first, second, accuracy, distinct) in SEEDS.items():
        if name in figures["models"]:
            found = figures["models"][name]
            best = max((found["greedy"], found["beam"]), key=lambda each: each["bleu_share"])
            rows.append(
                [
                    label, f"{first:.3g}", f"{second:.3g}", f"{best['bleu_share']:.4f}",
                    f"{best['bleu_share'] / max(first, second):.1f}", f"{100 * accuracy:.2f} %",
                    f"{100 * best['token_accuracy']:.2f} %", f"{distinct} of 1,500",
                    f"{best['distinct']} of {best['n']}",
                ]
            )  # fmt: skip
    note = (
        "Corpus BLEU from 0 to 1, the better of greedy and beam search. The seeds tested on "
        "CodeSearchNet functions of 105 tokens (000: 1,500 of them, 20 epochs; 001: 20 of them "
        "after 100 training pairs); here on the packages named above."
    )
    return ["### Against the seeds", "", *_table(heads, rows), "", note]


def _codexglue() -> str:
    figures = ", ".join(f"{name} {value}" for name, value in CODEXGLUE.items())
    return (
        f"CodeXGLUE prints for Python {figures} (smoothed BLEU-4, on its own data: other "
        "packages, 250,000 training pairs, and the part of the docstring before its first blank "
        "line as the reference), so its figures can stand beside these but not be compared."
    )


def _length_table(figures: Figures) -> list[str]:
    heads = [
        "", "source tokens", "pairs", "BLEU", "BLEU-4 smoothed", "same token %", "exact %",
        "perplexity", "distinct", "length", "author's",
    ]  # fmt: skip
    rows = []
    for name, found in figures["models"].items():
        for bucket, part in found["beam"]["by_length"].items():
            dictated = found["greedy"]["by_length"][bucket]
            rows.append(
                [
                    MODELS[name].label, bucket, str(part["n"]), f"{part['bleu']:.2f}",
                    f"{part['codexglue_bleu']:.2f}", f"{100 * part['token_accuracy']:.1f}",
                    f"{100 * part['exact']:.1f}", f"{dictated['perplexity']:.1f}",
                    str(part["distinct"]), f"{part['length']:.1f}",
                    f"{part['reference_length']:.1f}",
                ]
            )  # fmt: skip
    return _table(heads, rows)


def _samples(way: str, figures: Figures) -> list[str]:
    lines = ["### Samples (beam search)"]
    for name, found in figures["models"].items():
        lines += ["", f"**{MODELS[name].label}**", ""]
        if way == "explain":
            rows = [[f"`{each['of']}`", each["author"], each["said"]] for each in found["samples"]]
            lines += _table(["of", "author", "said"], rows)
        else:
            for each in found["samples"][:3]:
                lines += [f"{each['of']}:", "```python", each["said"].rstrip(), "```"]
    return lines


def _courses(figures: Figures) -> dict[str, list[tuple[int, float, float]]]:
    return {
        found["course"]["label"]: [tuple(point) for point in found["course"]["points"]]
        for found in figures["models"].values()
    }


def _csv(path: Path, ways: Mapping[str, Figures]) -> None:
    """Write one line for each model, search and bucket of lengths."""
    lines = []
    for way, figures in ways.items():
        for label, search, found in _outputs(figures):
            for bucket, part in {"all": found, **found["by_length"]}.items():
                plain = {key: value for key, value in part.items() if key != "by_length"}
                plain |= plain.pop("faults", {})
                about = {"direction": way, "model": label, "search": search, "source": bucket}
                lines.append(about | plain)
    heads = list(dict.fromkeys(key for line in lines for key in line))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        for line in lines:
            writer.writerow({key: _short(value) for key, value in line.items()})


def _short(value: object) -> object:
    return f"{value:.5g}" if isinstance(value, float) else value


def _cell(value: float, form: str, times: int) -> str:
    return format(value if form == "d" else value * times, form)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    bars = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in bars),
    ]
