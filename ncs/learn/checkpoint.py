"""The state of a training run on disk, so that a resumed run equals one that never stopped.

One safetensors file, replaced atomically: parameters, optimiser moments, the best parameters
so far, and the history as JSON. There is no generator state in it, because every step draws
its noise and order from (seed, epoch, step).
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ncs.errors import TrainingError

FORMAT = "ncs-checkpoint-1"


@dataclass(frozen=True, slots=True)
class State:
    """Where a run stands at the end of an epoch.

    Attributes:
        epoch: epochs done.
        identity: fingerprint of what makes runs equal: data, configuration, start.
        history: one JSON object for each epoch.
        tensors: by group: "model", "best", and "optimizer" (`<parameter>/<moment>`).
    """

    epoch: int
    identity: str
    history: list[dict[str, Any]]
    tensors: Mapping[str, Mapping[str, Tensor]]


def save(path: Path, state: State) -> None:
    """Write the state; a kill at any point leaves the former state or this one."""
    flat = {
        f"{group}:{name}": tensor.detach().cpu().contiguous().clone()
        for group, tensors in state.tensors.items()
        for name, tensor in tensors.items()
    }
    about = {"epoch": state.epoch, "identity": state.identity, "history": state.history}
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name that nobody can have laid a link at, and the one of an index that is being written:
    # what a kill leaves of it is swept with those.
    partial = path.with_suffix(f".{token_hex(4)}.part")
    try:
        save_file(flat, partial, metadata={"format": FORMAT, "state": json.dumps(about)})
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(path: Path, identity: str) -> State:
    """Return the state of the run that `identity` names.

    Raises:
        TrainingError: there is none, it is damaged, or it belongs to another run.
    """
    again = "start afresh: leave --resume out"
    if not path.is_file():
        raise TrainingError(f"no interrupted training to resume: {path} is missing", hint=again)
    try:
        with safe_open(path, framework="pt") as stored:
            metadata = stored.metadata() or {}
            flat = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
        if metadata.get("format") != FORMAT:
            raise ValueError(f"expected format {FORMAT}, found {metadata.get('format')}")
        about = json.loads(metadata["state"])
        stored_for, epoch, history = about["identity"], int(about["epoch"]), about["history"]
        if not isinstance(history, list) or not all(isinstance(each, dict) for each in history):
            raise TypeError("a history that is none")
        if not (history and any(name.startswith("model:") for name in flat)):
            raise ValueError("no epoch, or no model")
    except (
        SafetensorError, OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise TrainingError(f"{path}: the checkpoint is damaged ({error})", hint=again) from error
    if stored_for != identity:
        raise TrainingError(
            f"{path}: the interrupted training read other code or had other options",
            hint=f"use the options of that run, or {again}",
        )
    tensors: dict[str, dict[str, Tensor]] = {}
    for name, tensor in flat.items():
        group, _, rest = name.partition(":")
        tensors.setdefault(group, {})[rest] = tensor
    return State(epoch, identity, history, tensors)


def optimizer_tensors(
    optimizer: torch.optim.Optimizer, names: Mapping[Tensor, str]
) -> dict[str, Tensor]:
    """Return the optimiser's moments by parameter name; `names` maps each parameter to its."""
    return {
        f"{names[parameter]}/{key}": torch.as_tensor(value)
        for parameter, moments in optimizer.state.items()
        for key, value in moments.items()
    }


def restore_optimizer(
    optimizer: torch.optim.Optimizer, names: Mapping[Tensor, str], tensors: Mapping[str, Tensor]
) -> None:
    """Put the moments back that `optimizer_tensors` gave."""
    parameters = {name: parameter for parameter, name in names.items()}
    for name, value in tensors.items():
        owner, _, key = name.rpartition("/")
        parameter = parameters[owner]
        # `step` stays on the CPU whatever the device: so does AdamW itself.
        where = "cpu" if key == "step" else parameter.device
        optimizer.state[parameter][key] = value.to(where)
