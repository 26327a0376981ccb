"""Training curves and attention maps as small pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from matplotlib.figure import Figure

from benchmarks.seq2seq.data import Languages, Numbered
from benchmarks.seq2seq.models import Seq2Seq
from benchmarks.seq2seq.score import Said
from ncs.wording import BOS

_DPI = 80


def curves(path: Path, courses: Mapping[str, Sequence[tuple[int, float, float]]]) -> None:
    """Draw the loss of each course, (step, taught, held out), in nats a token."""
    figure = Figure(figsize=(9, 4.5), dpi=_DPI, layout="constrained")
    colours = mpl.color_sequences["tab10"]
    left, right = figure.subplots(1, 2, sharey=True)
    for (label, points), colour in zip(courses.items(), colours, strict=False):
        steps, taught, held = zip(*points, strict=True)
        left.plot(steps, taught, color=colour, label=label)
        right.plot(steps, held, color=colour, label=label)
    for axes, title in ((left, "training"), (right, "held-out packages")):
        axes.set(title=title, xlabel="step", ylabel="nats a token")
        axes.grid(alpha=0.3)
    right.legend(fontsize=8)
    figure.savefig(path)


def attention(
    model: Seq2Seq, pairs: Numbered, at: int, said: Said, spoken: Languages
) -> np.ndarray:
    """Return where a model looked for each token that it said, (T, M)."""
    batch = pairs.batch([at])
    looked = []
    model.eval()
    with torch.no_grad():
        memory = model.memory(batch)
        state = model.decoder.begin(memory)
        for token in [BOS, *spoken.target.ids(said.tokens, batch.own[0])]:
            step = model.decoder.step(torch.tensor([token]), state, memory)
            state = step.state
            looked.append(step.attention[0].numpy())
    return np.stack(looked)


def heat(path: Path, looked: np.ndarray, read: Sequence[str], said: Sequence[str]) -> None:
    """Draw an attention map: what was read from left to right, what was said downwards."""
    width, height = 1.5 + 0.28 * len(read), 1.3 + 0.24 * len(looked)
    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    axes.imshow(looked, cmap="viridis", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(read)), read, rotation=90, fontsize=8)
    axes.set_yticks(range(len(looked)), [*said, "(end)"][: len(looked)], fontsize=8)
    figure.savefig(path)
