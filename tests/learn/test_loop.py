"""Training as a law: it learns, it repeats, and a resumed run is a run that never stopped."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ncs import machine
from ncs.config import ModelConfig
from ncs.errors import TrainingError
from ncs.learn import checkpoint, loop
from ncs.learn.config import TrainConfig
from ncs.learn.export import from_weights
from ncs.learn.lesson import Classroom
from ncs.learn.loop import Taught, teach
from ncs.learn.monitor import GradientMonitor, demand_finite
from ncs.learn.pairs import Lessons, held_out, lessons
from ncs.types import Begun, Chunk, Progress, Span, Target, Tier, ignore_progress
from ncs.weights import unpack

TINY = ModelConfig(
    buckets=512, width=16, blocks=1, heads=2, feed_forward=16, sde_hidden=8, flow_hidden=8,
    extension_dim=8, decoder_hidden=16, decoder_embedding=8, sentence=9,
)  # fmt: skip
SHORT = TrainConfig(epochs=3, batch_size=16, decoded=4, holdout=0.2, patience=9)
THINGS = ("graph", "socket", "matrix", "parser", "cache", "queue", "token", "stream", "layer",
          "packet")  # fmt: skip
DEEDS = ("opens", "closes", "writes", "reads", "sorts", "merges")


def chunk(at: int, deed: str, thing: str, tier: Tier = "docstring") -> Chunk:
    said = f"{deed} the {thing} and returns it"
    name = f"{deed}_{thing}"
    text = f'def {name}(x):\n    """{said}"""\n    return {deed}({thing}, x, buffer, size)\n'
    span = Span(2, 2) if tier == "docstring" else None
    target = Target(said, tier, span)
    return Chunk(
        f"m{at % 7}.py", Span(1, 3), "python", "function", name,
        (Begun(name, "function", "", Span(1, 3)),), "body", text, target,
    )  # fmt: skip


CHUNKS = [chunk(at, deed, thing) for at, (deed, thing) in
          enumerate((deed, thing) for deed in DEEDS for thing in THINGS)]  # fmt: skip


@pytest.fixture(scope="module")
def taught_lessons() -> Lessons:
    return lessons(CHUNKS, holdout=0.2, seed=0)


def test_held_out_words_are_never_taught(taught_lessons: Lessons) -> None:
    held = taught_lessons.validation
    assert len(held.queries) == 12
    asked = {pair.query for pair in taught_lessons.pairs}
    taught_chunks = {pair.chunk for pair in taught_lessons.pairs}
    assert not asked & set(held.queries)
    for query, gold in zip(held.queries, held.gold, strict=True):
        assert query not in held.documents[gold]
        at = next(i for i, one in enumerate(CHUNKS) if one.target.text == query)
        assert at not in taught_chunks


def test_an_edit_elsewhere_never_makes_a_question_of_what_was_taught(
    taught_lessons: Lessons,
) -> None:
    """One function more, and 16 of 22 questions that were said to be held out had been taught."""
    taught = {pair.query for pair in taught_lessons.pairs}
    below = taught_lessons.held_out_below
    for edited in (CHUNKS[1:], [chunk(99, "glues", "wheel"), *reversed(CHUNKS)]):
        held = {edited[at].target.text for at in held_out(edited, below=below, seed=0)}
        assert len(held) >= 11
        assert not held & taught
    everything = held_out(CHUNKS, below=1.0, seed=0)
    assert everything == list(range(len(CHUNKS)))


def test_parts_of_a_held_out_definition_are_not_taught() -> None:
    # Each part tells the first sentence of the whole before a comment of its own.
    parts = [
        each._replace(
            span=Span(4, 6),
            target=Target(f"Part of {each.symbol} ({each.target.text}): the end", "comment", None),
        )
        for each in CHUNKS
    ]
    split = lessons([*CHUNKS, *parts], holdout=0.2, seed=0)
    assert split.validation.queries
    for query in split.validation.queries:
        assert not any(query in pair.query for pair in split.pairs)


def test_a_name_is_masked_in_its_own_body(taught_lessons: Lessons) -> None:
    named = [pair for pair in taught_lessons.pairs if not pair.query.endswith("it")]
    assert named
    for pair in named:
        assert pair.query.replace(" ", "_") not in pair.document


def test_too_few_pairs_are_an_error_with_a_way_out() -> None:
    with pytest.raises(TrainingError, match="nothing to learn from") as raised:
        lessons([chunk(0, "opens", "graph", "snippet")], holdout=0.1, seed=0)
    assert "ncs index" in raised.value.hint


def test_training_learns_to_find(taught_lessons: Lessons) -> None:
    taught = teach(taught_lessons, TINY, replace(SHORT, epochs=12), on_progress=ignore_progress)
    assert taught.mrr > 2 * taught.start_mrr
    first, last = taught.history[0]["losses"], taught.history[-1]["losses"]
    assert last["contrastive"] < first["contrastive"]
    assert last["reconstruction"] < first["reconstruction"]


def test_equal_seeds_give_equal_weights(taught_lessons: Lessons) -> None:
    runs = [teach(taught_lessons, TINY, SHORT, on_progress=ignore_progress) for _ in range(2)]
    assert runs[0].weights == runs[1].weights
    other = teach(taught_lessons, TINY, replace(SHORT, seed=1), on_progress=ignore_progress)
    assert other.weights != runs[0].weights


class Stop(Exception):
    """Raised by a progress callback, as Ctrl-C would be."""


@pytest.mark.parametrize(
    "steps_before_the_stop",
    [1, pytest.param(4, marks=pytest.mark.slow), pytest.param(6, marks=pytest.mark.slow)],
)
def test_resumed_equals_never_stopped(
    taught_lessons: Lessons, tmp_path: Path, steps_before_the_stop: int
) -> None:
    whole = teach(taught_lessons, TINY, SHORT, on_progress=ignore_progress)
    steps = len(whole.history) and whole.pairs // 16
    state = tmp_path / "state"
    kept: list[Path] = []
    count = 0

    def stop(_: object) -> None:
        nonlocal count
        count += 1
        assert bool(kept) is (count > steps)  # with the first epoch, not before
        if count > steps + steps_before_the_stop:
            raise Stop

    with pytest.raises(Stop):
        teach(taught_lessons, TINY, SHORT, state_path=state, on_kept=kept.append, on_progress=stop)
    again: list[Path] = []
    resumed = teach(
        taught_lessons, TINY, SHORT, state_path=state, resume=True, on_kept=again.append,
        on_progress=lambda _: again.append(tmp_path),
    )  # fmt: skip
    assert again[0] == state  # before its first step
    assert resumed.weights == whole.weights
    assert [each["losses"] for each in resumed.history] == [
        each["losses"] for each in whole.history
    ]


def test_a_state_of_another_run_is_refused(taught_lessons: Lessons, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with pytest.raises(TrainingError, match="no interrupted training"):
        checkpoint.load(state, "x")
    teach(taught_lessons, TINY, replace(SHORT, epochs=1), state_path=state,
          on_progress=ignore_progress)  # fmt: skip
    with pytest.raises(TrainingError, match="other options"):
        checkpoint.load(state, "x")
    state.write_bytes(state.read_bytes()[:-40])
    with pytest.raises(TrainingError, match="damaged"):
        checkpoint.load(state, "x")


@pytest.mark.parametrize(
    "state",
    ["[" * 100_000, "{}", "[]", "1", '{"epoch": 1, "history": []}',
     '{"identity": "x", "history": []}', '{"identity": "x", "epoch": null, "history": []}',
     '{"identity": "x", "epoch": 1e999, "history": []}',
     '{"identity": "x", "epoch": 1, "history": 7}',
     '{"identity": "x", "epoch": 1, "history": []}',
     '{"identity": "x", "epoch": 1, "history": [7]}'],
)  # fmt: skip
def test_a_state_that_says_nothing_is_damaged(tmp_path: Path, state: str) -> None:
    """It ended in a traceback: of a missing key, or of brackets without an end."""
    metadata = {"format": checkpoint.FORMAT, "state": state}
    save_file({"model:a": torch.zeros(1)}, tmp_path / "state", metadata=metadata)
    with pytest.raises(TrainingError, match="damaged") as raised:
        checkpoint.load(tmp_path / "state", "x")
    assert "--resume" in raised.value.hint


def test_a_run_with_another_examination_is_another_run(taught_lessons: Lessons) -> None:
    """The best MRR of a resumed run was compared with that over other candidates."""
    held = taught_lessons.validation
    others = [
        held, replace(held, documents=(*held.documents, "one more")),
        replace(held, gold=held.gold[::-1]), replace(held, queries=held.queries[::-1]),
    ]  # fmt: skip
    found = {
        loop._identity(replace(taught_lessons, validation=each), TINY, SHORT, None)
        for each in others
    }
    assert len(found) == len(others)


def test_a_start_that_cannot_be_bettered_is_kept(taught_lessons: Lessons) -> None:
    good = teach(taught_lessons, TINY, replace(SHORT, epochs=12), on_progress=ignore_progress)
    ruin = replace(SHORT, epochs=1, warm_learning_rate=10.0)
    kept = teach(
        taught_lessons, TINY, ruin, start=unpack(good.weights, origin="test"),
        on_progress=ignore_progress,
    )  # fmt: skip
    assert kept.kept_start
    assert kept.verdict
    before = unpack(good.weights, origin="test").tensors["encoder.mean.weight"]
    assert np.array_equal(
        unpack(kept.weights, origin="test").tensors["encoder.mean.weight"], before
    )
    assert kept.mrr == kept.start_mrr


def test_what_is_taught_does_not_stray_from_how_the_base_ranks(taught_lessons: Lessons) -> None:
    weak = teach(taught_lessons, TINY, replace(SHORT, epochs=1), on_progress=ignore_progress)
    start = unpack(weak.weights, origin="test")
    room = Classroom(taught_lessons, TINY, SHORT, torch.device("cpu"))
    room.heed(from_weights(start))

    def strayed(anchor: float) -> float:
        loss = replace(SHORT.loss, anchor=anchor)
        config = replace(SHORT, epochs=4, warm_learning_rate=1e-3, loss=loss)
        taught = teach(taught_lessons, TINY, config, start=start, on_progress=ignore_progress)
        assert not taught.kept_start
        assert taught.mrr > taught.start_mrr
        model = from_weights(unpack(taught.weights, origin="test"))
        return float(room.losses(model, 0, 0, 1.0)["anchor"].detach())

    assert strayed(10.0) < 0.5 * strayed(0.0)


def test_a_deadline_ends_training(
    taught_lessons: Lessons, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[Progress] = []
    monkeypatch.setattr(loop._Run, "late", lambda _: bool(steps))
    taught = teach(taught_lessons, TINY, SHORT, on_progress=steps.append)
    assert (taught.epochs, len(steps)) == (1, 1)
    assert unpack(taught.weights, origin="test").config == TINY


def test_no_time_for_a_step_is_no_training(taught_lessons: Lessons, tmp_path: Path) -> None:
    def late(state: Path, resume: bool = False) -> Taught:
        return teach(
            taught_lessons, TINY, SHORT, state_path=state, resume=resume, deadline=0.0,
            on_progress=ignore_progress,
        )  # fmt: skip

    with pytest.raises(TrainingError, match="no time for one step") as caught:
        late(tmp_path / "state")
    assert "ncs index" in caught.value.hint
    count = 0

    def stop(_: object) -> None:
        nonlocal count
        count += 1
        if count > len(taught_lessons.pairs) // SHORT.batch_size:
            raise Stop

    with pytest.raises(Stop):
        teach(taught_lessons, TINY, SHORT, state_path=tmp_path / "state", on_progress=stop)
    assert late(tmp_path / "state", resume=True).epochs == 1  # what it had learned before


@pytest.mark.parametrize(("said", "expected"), [("", 3), ("2", 2)])
def test_training_takes_the_processors_that_it_is_allowed(
    taught_lessons: Lessons, monkeypatch: pytest.MonkeyPatch, said: str, expected: int
) -> None:
    """Under `taskset -c 0`, or with one thread asked for, two of torch shared one processor."""
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    threads = torch.get_num_threads()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 5}, raising=False)
    monkeypatch.setattr(machine, "_OWN_GROUPS", os.devnull)  # the quota of where the test runs
    taken: set[int] = set()
    try:
        teach(
            taught_lessons, TINY, replace(SHORT, epochs=1),
            on_progress=lambda _: taken.add(torch.get_num_threads()),
        )  # fmt: skip
    finally:
        torch.set_num_threads(threads)
    assert taken == {expected}


def test_a_loss_that_is_not_finite_names_step_and_term() -> None:
    terms = {"kl": torch.tensor(1.0), "ep": torch.tensor(float("nan"))}
    with pytest.raises(TrainingError, match="the ep loss is nan at step 7"):
        demand_finite(terms, 7)


def test_gradient_health_is_judged_by_layer() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    monitor = GradientMonitor()
    for parameter in model[0].parameters():
        parameter.grad = torch.full_like(parameter, 1e-9)
    for parameter in model[1].parameters():
        parameter.grad = torch.full_like(parameter, 1e3)
    monitor.watch(model.named_parameters())
    verdicts = {layer.layer: layer.verdict for layer in monitor.report()}
    assert verdicts == {"0": "vanishing", "1": "exploding"}
    assert monitor.report() == ()
