"""The decoder without torch: greedy, in batches."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ncs.runtime.parameters import linear, sigmoid, take
from ncs.text import BOS, EOS, PAD, decode_characters
from ncs.types import FloatArray
from ncs.weights import Array, Weights

_VALUES = 256
_BATCH = 256


class RuntimeDecoder:
    """Latents to explanations: what `ncs.learn.decoder.Decoder.generate` says.

    Raises:
        WeightsError: the weights do not fit their own configuration.
    """

    def __init__(self, weights: Weights) -> None:
        config = weights.config
        self._config = config
        latent, hidden = config.latent_dim, config.decoder_hidden
        self._start = linear(weights, "decoder.start", latent, config.decoder_layers * hidden)
        self._output = linear(weights, "decoder.output", hidden, _VALUES)
        inputs = config.decoder_embedding + latent
        self._cells = [
            _cell(weights, at, hidden if at else inputs, hidden)
            for at in range(config.decoder_layers)
        ]
        # A byte's share of the first cell's input is the same at every step: make it once.
        embedding = take(weights, "decoder.embedding.weight", _VALUES, config.decoder_embedding)
        self._bytes = embedding @ self._cells[0].inputs[: config.decoder_embedding]
        self._told = self._cells[0].inputs[config.decoder_embedding :]

    def explain(self, latents: FloatArray) -> list[str]:
        """Return what greedy decoding says of each latent.

        Args:
            latents: (N, at least Z); the first Z columns are read.
        """
        latent = np.asarray(latents[:, : self._config.latent_dim], dtype=np.float32)
        said: list[str] = []
        for at in range(0, len(latent), _BATCH):
            rows = self._decode(latent[at : at + _BATCH])
            said += [decode_characters(row) for row in rows.tolist()]
        return said

    def _decode(self, latents: FloatArray) -> npt.NDArray[np.int64]:
        """Return the bytes of each latent, (N, characters), EOS where a row has ended."""
        count = len(latents)
        said = np.full((count, self._config.characters), EOS, dtype=np.int64)
        states = np.tanh(self._start(latents)).reshape(count, len(self._cells), -1)
        states = states.transpose(1, 0, 2).copy()
        told = latents @ self._told + self._cells[0].input_bias  # (N, 3·hidden)
        last, open_rows = np.full(count, BOS), np.arange(count)
        for step in range(self._config.characters):
            logits = self._step(states, told, last)
            logits[:, [PAD, BOS]] = -np.inf
            last = logits.argmax(axis=1)
            said[open_rows, step] = last
            going = last != EOS
            if not going.all():  # rows that have ended leave the batch
                open_rows, last, told = open_rows[going], last[going], told[going]
                states = states[:, going]
            if not len(open_rows):
                break
        return said

    def _step(
        self, states: FloatArray, told: FloatArray, last: npt.NDArray[np.int64]
    ) -> FloatArray:
        """Return the logits of the next byte, (n, V); `states`, (layers, n, hidden), move on."""
        given = self._bytes[last] + told
        for at, cell in enumerate(self._cells):
            if at:
                given = states[at - 1] @ cell.inputs + cell.input_bias
            states[at] = cell.step(given, states[at])
        return self._output(states[-1])


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """A GRU cell: gates in torch's order, reset, update, new."""

    inputs: Array
    input_bias: FloatArray
    hidden: Array
    hidden_bias: FloatArray

    def step(self, given: FloatArray, state: FloatArray) -> FloatArray:
        """Return the next state, (n, hidden), of the projected input (n, 3·hidden)."""
        own = state @ self.hidden + self.hidden_bias
        width = state.shape[1]
        gates = sigmoid(given[:, : 2 * width] + own[:, : 2 * width])
        reset, update = gates[:, :width], gates[:, width:]
        new = np.tanh(given[:, 2 * width :] + reset * own[:, 2 * width :])
        return np.asarray(new + update * (state - new))


def _cell(weights: Weights, at: int, inputs: int, hidden: int) -> _Cell:
    return _Cell(
        np.ascontiguousarray(take(weights, f"decoder.gru.weight_ih_l{at}", 3 * hidden, inputs).T),
        take(weights, f"decoder.gru.bias_ih_l{at}", 3 * hidden),
        np.ascontiguousarray(take(weights, f"decoder.gru.weight_hh_l{at}", 3 * hidden, hidden).T),
        take(weights, f"decoder.gru.bias_hh_l{at}", 3 * hidden),
    )
