"""The real command, killed at random moments: its index is the old one or the new one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("fault_kills.py")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["first", "update", "regrown"])
def test_killed_at_random_moments(tmp_path: Path, scenario: str) -> None:
    command = [sys.executable, str(PROGRAM), str(tmp_path), scenario, "--rounds", "8"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each for each in found if each["verdict"].startswith("BROKEN")] == []
    assert sum(each["killed"] for each in found) >= 2
