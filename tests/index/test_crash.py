"""A build killed at any moment leaves the former index whole, or none where there was none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]

# Children are forked off one fresh process, each killed at another point of its build. Printed
# for each: what it was, how the child ended, and what an opener then finds.
SCRIPT = """
import os, random, signal, sys, time
from pathlib import Path
import numpy as np
from ncs.errors import IndexMissing
from ncs.index.reading import open_index
from ncs.index.validate import validate
from small_index import FakeEncoder, latents_of, make_corpus
from ncs.config import IndexConfig
from ncs.index.content import Batch
from ncs.index.writing import writing

path, mode = Path(sys.argv[1]), sys.argv[2]
encoder = FakeEncoder()

def batch(name):
    new = make_corpus({f"{name}.py": [f"def {name}_{at}(): ..." for at in range(150)]})
    told = [(chunk.target.text, chunk.target.tier) for chunk in new.chunks]
    return Batch(new.files, new.chunks, latents_of(new, encoder), told, {})

batches = [batch(name) for name in "abcd"]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)

def build(point):
    seen = [0]
    def step(_):
        seen[0] += 1
        if seen[0] == point:
            die()
    replace = os.replace
    def deadly(source, target):
        if point == -2:
            die()
        replace(source, target)
        if point == -1:
            die()
    os.replace = deadly
    with writing(path, encoder.record(), IndexConfig(), step) as writer:
        for each in batches:
            writer.add(each)
            step(each)
        writer.finish((), (), 0)

def found():
    try:
        with open_index(path) as index:
            sound = all(check.passed for check in validate(index, None))
            return f"{index.chunk_count} {'sound' if sound else 'BROKEN'}"
    except IndexMissing:
        return "missing"

def child(work):
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return pid

def ended(pid):
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status := os.waitpid(pid, 0)[1]) else 0

points = [-2, *range(1, 10), -1] if mode == "steps" else range(40)
for point in points:
    if mode == "steps":
        how = ended(child(lambda: build(point)))
    else:
        pid = child(lambda: build(0))
        time.sleep(random.Random(point).uniform(0, 0.06))
        os.kill(pid, signal.SIGKILL)
        how = ended(pid)
    print(point, how, found(), flush=True)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


def killed(path: Path, mode: str) -> list[list[str]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), mode],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [line.split(maxsplit=2) for line in done.stdout.splitlines()]


# Nine points before the new index is put in place, one after each batch and each step of the
# end; after it the last report, and the end.
def test_killed_at_every_step_of_a_rebuild(index_path: Path) -> None:
    told = killed(index_path, "steps")
    assert {how for _, how, _ in told} == {"-9"}
    assert [found for _, _, found in told] == ["8 sound"] * 9 + ["600 sound"] * 2


def test_killed_at_every_step_of_a_first_build(tmp_path: Path) -> None:
    told = killed(tmp_path / ".ncs" / "index.db", "steps")
    assert {how for _, how, _ in told} == {"-9"}
    assert [found for _, _, found in told] == ["missing"] * 9 + ["600 sound"] * 2


@pytest.mark.slow
def test_killed_at_random_moments(index_path: Path) -> None:
    told = killed(index_path, "moments")
    assert {said for _, _, said in told} <= {"8 sound", "600 sound"}
    assert sum(how == "-9" for _, how, _ in told) >= 10
