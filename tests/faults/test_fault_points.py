"""An index survives a fault at any call that writes it: what is found is the old or the new."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fault_codebase import SCENARIOS
from fault_shim import DEADLY, KINDS, lacking

PROGRAM = Path(__file__).with_name("fault_points.py")
SMALL = sorted(SCENARIOS.keys() - {"grown", "regrown"})

Line = dict[str, Any]

pytestmark = pytest.mark.skipif(bool(lacking()), reason=lacking() or "the shim works here")


def trials(work: Path, scenario: str, kinds: list[str], most: int | None) -> list[Line]:
    command = [sys.executable, str(PROGRAM), str(work), scenario, "--kinds", *kinds]
    command += [] if most is None else ["--most", str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(found: list[Line], kinds: list[str]) -> None:
    wrong = [each for each in found if each["verdict"].startswith("BROKEN")]
    assert not wrong, f"{len(wrong)} of {len(found)}: {json.dumps(wrong[:3], indent=1)}"
    assert {each["kind"] for each in found} == {*kinds, "none"}
    killed = [each["end"] for each in found if each["kind"] in DEADLY]
    assert set(killed) <= {-9}


def test_faults_in_a_first_build(tmp_path: Path) -> None:
    check(trials(tmp_path, "first", ["enospc", "power"], 1), ["enospc", "power"])


@pytest.mark.slow
def test_faults_in_an_update(tmp_path: Path) -> None:
    check(trials(tmp_path, "update", ["kill", "short"], 2), ["kill", "short"])


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SMALL)
def test_faults_at_calls_of_every_kind(tmp_path: Path, scenario: str) -> None:
    kinds = [*KINDS, "power"]
    found = trials(tmp_path, scenario, kinds, 2)  # all of them: benchmarks.faults
    check(found, kinds)
    assert all(count > 1 for at, count in Counter(e["point"] for e in found).items() if at)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["grown", "regrown"])
def test_faults_while_a_large_index_is_written(tmp_path: Path, scenario: str) -> None:
    kinds = ["kill", "enospc", "short"]
    check(trials(tmp_path, scenario, kinds, 2), kinds)
