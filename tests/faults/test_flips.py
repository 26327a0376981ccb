"""Whatever is damaged in an index file: a check names it, or every row and answer is as before."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("fault_flips.py")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGALRM")


def shots(work: Path, count: int, seed: int, rebuild: int) -> list[dict[str, Any]]:
    numbers = {"--count": count, "--seed": seed, "--rebuild": rebuild}
    command = [sys.executable, str(PROGRAM), str(work)]
    command += [str(each) for pair in numbers.items() for each in pair]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"ended after {found[-1:]}: {done.returncode} {done.stderr}"
    return found


def check(found: list[dict[str, Any]], count: int) -> None:
    """Check that all damage is noticed or harmless, and can be repaired."""
    wrong = [e for e in found if e["verdict"] in ("CHANGED", "CRASHED", "NOT REPAIRED")]
    wrong = [e for e in wrong if not e["by"].startswith("index")]
    verdicts = Counter(each["verdict"] for each in found)
    assert not wrong, f"{verdicts}: {json.dumps(wrong[:3], indent=1)}"
    assert verdicts["detected"] + verdicts["harmless"] == count
    assert verdicts["detected"] > 0.1 * count
    unnamed = [each for each in found if not each["named"]]
    assert not unnamed, f"{len(unnamed)} faults are named wrong: {unnamed[:3]}"
    harmless = Counter(each["by"] for each in found if each["verdict"] == "harmless")
    # What a reader looks at and takes for the same: bytes that SQLite may write in several ways.
    assert harmless["in use, read the same"] <= 0.01 * count, harmless


def check_index(found: list[dict[str, Any]]) -> None:
    """Check that `ncs index` on a damaged index writes one that is sound."""
    built = [each for each in found if each["by"].startswith("index")]
    wrong = [each for each in built if each["verdict"] != "rebuilt"]
    verdicts = Counter(each["verdict"] for each in built)
    assert built
    assert not wrong, f"{verdicts}: {json.dumps(wrong[:3], indent=1)}"


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return shots(tmp_path_factory.mktemp("some"), 100, 1, 3)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return shots(tmp_path_factory.mktemp("many"), 700, 2, 5)


def test_some_damage_is_detected_or_harmless(some: list[dict[str, Any]]) -> None:
    check(some, 100)


def test_an_index_with_some_damage_is_not_built_upon(some: list[dict[str, Any]]) -> None:
    check_index(some)


@pytest.mark.slow
def test_much_damage_is_detected_or_harmless(many: list[dict[str, Any]]) -> None:
    check(many, 700)


@pytest.mark.slow
def test_an_index_with_much_damage_is_not_built_upon(many: list[dict[str, Any]]) -> None:
    check_index(many)
