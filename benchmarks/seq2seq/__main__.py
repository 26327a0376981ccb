"""Train and measure the seeds' sequence models on one corpus of pairs.

python -m benchmarks.seq2seq --pairs DIR --config quick|full --work DIR
    [--direction explain|code|both] [--models NAME,...] [--save]

Models that were taught before with the same configuration are taken from the work folder, so
that a run that was interrupted goes on. `--save` writes figures, a CSV, the report and the
pictures to benchmarks/results.
"""

import argparse
import json
from pathlib import Path

import torch

from benchmarks.seq2seq.config import DIRECTIONS, read
from benchmarks.seq2seq.models import MODELS
from benchmarks.seq2seq.report import save
from benchmarks.seq2seq.run import direction
from ncs.machine import threads

# The ways of teaching are compared where sentences are short: their step by step is slow.
_CODE = [name for name, kind in MODELS.items() if not kind.taught and not kind.summary]


def main() -> None:
    """Run what was asked for and write the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, required=True, help="folder of *.jsonl.gz pairs")
    parser.add_argument("--config", choices=["quick", "full"], default="quick")
    parser.add_argument("--direction", choices=[*DIRECTIONS, "both"], default="both")
    parser.add_argument("--models", help=f"some of {', '.join(MODELS)}")
    parser.add_argument("--work", type=Path, required=True, help="weights and figures go here")
    parser.add_argument("--save", action="store_true", help="write to benchmarks/results")
    arguments = parser.parse_args()
    torch.set_num_threads(threads())
    torch.set_flush_denormal(True)
    work = arguments.work / arguments.config
    found = {}
    for way in DIRECTIONS if arguments.direction == "both" else [arguments.direction]:
        names = list(MODELS) if way == "explain" else _CODE
        if arguments.models:
            names = [name for name in names if name in arguments.models.split(",")]
        found[way] = direction(arguments.pairs, read(arguments.config, way), names, work)
        kept = json.dumps(found[way], indent=1, ensure_ascii=False)
        (work / f"{way}.json").write_text(kept, encoding="utf-8")
    print(save(found, work, arguments.config, keep=arguments.save))


if __name__ == "__main__":
    main()
