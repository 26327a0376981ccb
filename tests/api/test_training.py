"""`ncs train`: whose files it writes, and what of an interrupted one is kept."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from small_index import make_chunk

from ncs.api import training
from ncs.api.building import build
from ncs.api.training import train
from ncs.cli.train import train as command
from ncs.errors import IndexUnusable, TrainingError
from ncs.index.lock import writer
from ncs.index.writing import Writer
from ncs.learn import checkpoint
from ncs.learn.config import TrainConfig
from ncs.types import ignore_progress


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    root.mkdir()
    (root / "a.py").write_text("def f():\n    return 1\n")
    return root


def test_what_an_interrupted_training_leaves_is_kept_out_of_version_control(
    root: Path, states: list[Path]
) -> None:
    """Only the finished index brought a `.gitignore`: `git add -A` took 96 MB."""
    with pytest.raises(Untaught):
        train(root)
    assert {each.name for each in (root / ".ncs").iterdir()} == {
        ".gitignore", "index.db.lock", "index.db.training",
    }  # fmt: skip
    assert (root / ".ncs" / ".gitignore").read_text() == "*\n"
    assert states


def test_fresh_forgets_an_interrupted_training_once_the_index_stands(
    root: Path, states: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing ever removed it."""

    def full(*_: Any) -> None:
        raise IndexUnusable("no space")

    with pytest.raises(Untaught):
        train(root)
    (state,) = states
    build(root)
    assert state.exists()
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "finish", full)
        with pytest.raises(IndexUnusable):
            build(root, fresh=True)
    assert state.exists()
    build(root, fresh=True)
    assert not state.exists()


class Untaught(Exception):
    """Raised in the place of hours of training."""


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Keep a state after each training that is begun, and give where it lies."""
    found: list[Path] = []

    def teach(*_: Any, state_path: Path, **__: Any) -> None:
        tensors = {"model": {"a": torch.zeros(1)}}
        checkpoint.save(state_path, checkpoint.State(1, "run", [{"epoch": 1}], tensors))
        found.append(state_path)
        raise Untaught

    monkeypatch.setattr(training, "lessons", lambda *_, **__: None)
    monkeypatch.setattr(training, "teach", teach)
    return found


def test_each_index_has_a_training_state_of_its_own(
    root: Path, tmp_path: Path, states: list[Path]
) -> None:
    """A user's own `training.safetensors` beside the index was written over and removed."""
    mine = tmp_path / "training.safetensors"
    mine.write_bytes(b"mine")
    for name in ("one.db", "two.db"):
        with pytest.raises(Untaught):
            train(root, tmp_path / name)
    assert [state.name for state in states] == ["one.db.training", "two.db.training"]
    assert all(checkpoint.load(state, "run").epoch == 1 for state in states)
    assert mine.read_bytes() == b"mine"


def test_what_a_killed_training_left_half_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", lambda *_: None)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    checkpoint.save(tmp_path / "index.db.training", checkpoint.State(1, "run", [], {}))
    monkeypatch.undo()
    assert len(list(tmp_path.iterdir())) == 1
    with writer(tmp_path / "index.db", wait=False, on_progress=ignore_progress):
        assert not list(tmp_path.glob("*.part"))


def test_a_foreign_file_is_refused_before_the_work(
    root: Path, tmp_path: Path, states: list[Path]
) -> None:
    (tmp_path / "notes.md").write_text("# mine\n")
    with pytest.raises(IndexUnusable, match="no ncs index, and it stays"):
        train(root, tmp_path / "notes.md")
    assert not states


def test_a_device_that_is_not_there_is_said_before_the_work(
    root: Path, states: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--device cuda` without one was a traceback, after the codebase had been read."""
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(TrainingError, match="no CUDA device") as caught:
        train(root, config=TrainConfig(device="cuda"))
    assert "--device cpu" in caught.value.hint
    assert not states
    assert not (root / ".ncs").exists()


def test_a_training_without_time_replaces_no_index(root: Path) -> None:
    """Of one second it said that training did not help, and wrote the base model's index."""
    for thing in ("weight", "height", "price", "colour", "label", "width", "depth", "order"):
        (root / f"{thing}.py").write_text(
            f'def give_{thing}(rows):\n    """Return the {thing} of all rows that are left."""\n'
            f"    return sum(row.{thing} for row in rows)\n"
        )
    path = build(root).path
    before = path.read_bytes()
    with pytest.raises(TrainingError, match="no time for one step"):
        train(root, preset="tiny", config=TrainConfig(time_limit=0.01))
    assert path.read_bytes() == before


def test_time_is_left_for_the_sentences_that_are_written_after_the_last_step() -> None:
    silent = make_chunk("a.py", "def put(row):\n    return row")
    told = make_chunk("a.py", 'def put(row):\n    """Put a row."""\n    return row')
    now = time.monotonic()
    none, many = (training._deadline(100.0, now, [each] * 1_000) for each in (told, silent))
    assert none is not None
    assert many is not None
    assert none - many == pytest.approx(1_000 * training._SENTENCE_SECONDS, abs=0.5)


def test_a_model_of_another_size_is_told_beside_the_base(root: Path) -> None:
    """A random model's figures stood as those of "before", and nobody heard of the base model."""
    for thing in ("weight", "height", "price", "colour", "label", "width", "depth", "order"):
        for deed in ("sort", "count", "print"):
            (root / f"{deed}_{thing}.py").write_text(
                f'def {deed}_{thing}(rows):\n    """{deed.title()} the {thing} of all rows."""\n'
                f"    return {deed}(row.{thing} for row in rows if row.{thing} > {deed}_limit)\n"
            )
    taught, _ = train(root, preset="tiny", config=TrainConfig(epochs=1, holdout=0.3, seed=1))
    assert taught.base_mrr is not None
    assert taught.base_mrr > taught.mrr
    assert "without --preset" in taught.verdict
    assert replace(taught, base_mrr=taught.mrr).verdict == ""


@pytest.mark.parametrize("seed", ["-1", "99999999999999999999"])
def test_a_seed_that_is_none_is_refused_as_it_is_typed(
    root: Path, states: list[Path], seed: str
) -> None:
    """It was a traceback of numpy's or torch's, after the codebase had been read."""
    done = CliRunner().invoke(command, ["--codebase", str(root), "--seed", seed])
    assert (done.exit_code, states) == (2, [])
    assert f"'--seed': {seed} is not in the range" in done.output


@pytest.mark.parametrize("kept", [True, False])
def test_ctrl_c_says_that_epochs_are_kept_where_they_are(
    root: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """It said so of a state that another run had left, which `--resume` refused."""
    (root / ".ncs").mkdir()
    (root / ".ncs" / "index.db.training").write_bytes(b"of another")

    def teach(*_: Any, state_path: Path, on_kept: Callable[[Path], None], **__: Any) -> None:
        if kept:
            on_kept(state_path)
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "lessons", lambda *_, **__: None)
    monkeypatch.setattr(training, "teach", teach)
    done = CliRunner().invoke(command, ["--codebase", str(root)])
    assert isinstance(done.exception, SystemExit)
    assert ("--resume" in done.output) is kept


def test_ctrl_c_while_another_trains_keeps_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said "the epochs that were finished are kept", and `--resume` found none."""

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    (root / ".ncs").mkdir()
    (root / ".ncs" / "index.db.training").write_bytes(b"of another")
    monkeypatch.setattr(training, "writer", stop)
    done = CliRunner().invoke(command, ["--codebase", str(root)])
    assert isinstance(done.exception, SystemExit)
    assert "--resume" not in done.output


@pytest.mark.parametrize(("said", "taken"), [(None, 3), ("1", 1), ("2", 2)])
def test_the_one_thread_of_queries_does_not_bind_training_but_one_asked_for_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, taken: int
) -> None:
    """`OMP_NUM_THREADS=1 ncs train` took all processors; each command sets that for itself."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if said is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", said)
    script = (
        "import os, sys\n"
        "from types import SimpleNamespace\nfrom ncs import cli, machine\n"
        "machine._OWN_GROUPS = os.devnull\n"
        "os.sched_getaffinity = lambda _: {0, 1, 2}\n"
        "def train(*_, **__):\n    print(machine.threads())\n    sys.exit(0)\n"
        "sys.modules['ncs.api.training'] = SimpleNamespace(\n"
        "    train=train, Kept=KeyError)\n"
        "sys.argv = ['ncs', 'train']\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{taken}\n"
