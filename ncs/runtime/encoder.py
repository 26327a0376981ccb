"""The encoder without torch; `ncs.learn.encoder` has the equations."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from ncs.config import KEY_WIDTH, ModelConfig
from ncs.positions import INDENTS, Positions, positions
from ncs.ranges import ranges
from ncs.runtime.parameters import Linear, gelu, linear, linear_after_norm, standardise, take
from ncs.runtime.vectors import KnownWords
from ncs.types import FloatArray, IdArray, NDArray
from ncs.weights import Weights

Number = TypeVar("Number", bound=np.generic)

_BATCH = 32  # texts: their numbers fit into a core's own cache
_SAFE_EXPONENT = 60.0  # below it, softmax needs no maximum taken off first
_NOWHERE = np.float32(-1e30)  # a score that softmax turns into an exact 0


def load(weights: Weights) -> "RuntimeEncoder":
    """Return the encoder of some weights.

    Raises:
        WeightsError: the weights do not fit their own configuration.
    """
    return RuntimeEncoder(weights)


class RuntimeEncoder:
    """Texts to latents; see `ncs.types.Encoder`."""

    def __init__(self, weights: Weights) -> None:
        self._weights, self._config = weights, weights.config
        self._words = KnownWords(weights)
        self._pooling = _Pooling(weights)
        self._head = _Head(weights)

    @property
    def fingerprint(self) -> str:
        """Hex digest of weights and configuration."""
        return self._weights.fingerprint

    @property
    def latent_dim(self) -> int:
        """Width of the main latent."""
        return self._config.latent_dim

    @property
    def extension_dim(self) -> int:
        """Width of the extension; 0 where there is none."""
        return self._config.extension_dim

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the mean-path latents, (N, Z + E). A text without words has one, too."""
        pooled = np.zeros((len(texts), self._config.width), dtype=np.float32)
        block = 64 * _BATCH  # so many texts are sorted by length together
        for at in range(0, len(texts), block):
            self._encode_block(texts[at : at + block], pooled[at : at + block])
        return self._head(pooled)

    def read(self, texts: Sequence[str]) -> "Readings":
        """Return what a decoder may know of a few texts beside their latents; none is empty."""
        if self._words.full:
            self._words.reset()
        read = self._positions(texts)
        self._words.grow()
        pooled = np.zeros((len(texts), self._config.width), dtype=np.float32)
        told = np.flatnonzero(read.sizes)
        lines = np.zeros((0, self._config.width), dtype=np.float32)
        if len(told):
            pooled[told], lines = self._pooling(_layout(read, told), self._words)
        starts = np.cumsum(read.sizes) - read.sizes
        return Readings(self._head(pooled), lines, starts, self._words)

    def _encode_block(self, texts: Sequence[str], pooled: FloatArray) -> None:
        if self._words.full:
            self._words.reset()
        read = self._positions(texts)
        self._words.grow()
        order = np.argsort(_words_of(read), kind="stable")
        order = order[read.sizes[order] > 0]  # the others stay zeros
        for at in range(0, len(order), _BATCH):
            members = order[at : at + _BATCH]
            pooled[members], _ = self._pooling(_layout(read, members), self._words)

    def _positions(self, texts: Sequence[str]) -> Positions:
        config = self._config
        return positions(
            texts, self._words.ids, lines=config.lines, words_per_line=config.words_per_line,
            query_words=config.query_words,
        )  # fmt: skip


class Readings(NamedTuple):
    """What the encoder knows of a few texts.

    Attributes:
        latents: (N, Z + E). lines: (P, D) behind the blocks, text after text.
        starts: (N,) where the lines of each text begin.
        words: the words met; their vectors are good until the encoder reads again.
    """

    latents: FloatArray
    lines: FloatArray
    starts: IdArray
    words: KnownWords


class _Layout(NamedTuple):
    """Where the words and lines of some texts stand; every text has a word.

    Attributes:
        size: texts (B). width: words (W) and height: lines (L) of the largest text.
        ids: (w,) word ids, all words of all texts. text, place: (w,) text of each word and
            place in it. line: (w,) line of each word within its text.
        word_starts: (p,) where each line's words begin; text_starts: (B,) each text's.
        counts: (p,) words in each line. text_counts: (B,) words in each text.
        line_text, line_place, indents: (p,) of each line.
    """

    size: int
    width: int
    height: int
    ids: IdArray
    text: IdArray
    place: IdArray
    line: IdArray
    word_starts: IdArray
    text_starts: IdArray
    counts: IdArray
    text_counts: IdArray
    line_text: IdArray
    line_place: IdArray
    indents: IdArray

    @property
    def even(self) -> bool:
        """Whether all texts have as many lines as the largest, and so nothing pads them."""
        return len(self.counts) == self.size * self.height

    def of_words(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return what is of each word, (w,), by text, (B, W); 0 where a text has no more."""
        if len(values) == self.size * self.width:
            return values.reshape(self.size, self.width)
        found = np.zeros((self.size, self.width), dtype=values.dtype)
        found[self.text, self.place] = values
        return found

    def of_lines(self, values: FloatArray) -> FloatArray:
        """Return what is of each line, (p, …), by text, (B, L, …); 0 where a text has no more."""
        shape = (self.size, self.height, *values.shape[1:])
        if self.even:
            return values.reshape(shape)
        found = np.zeros(shape, dtype=np.float32)
        found[self.line_text, self.line_place] = values
        return found

    def lines_of(self, values: FloatArray) -> FloatArray:
        """Return of what is by text, (B, L, …), that of each line, (p, …)."""
        if self.even:
            return values.reshape(-1, *values.shape[2:])
        return values[self.line_text, self.line_place]


def _layout(read: Positions, members: IdArray) -> _Layout:
    """Return the layout of some of the texts that were read, each of which has a word."""
    height = read.sizes[members]
    lines_at = ranges((np.cumsum(read.sizes) - read.sizes)[members], height)
    lines = read.counts[lines_at]
    ids = read.words[ranges((np.cumsum(read.counts) - read.counts)[lines_at], lines)]
    line_text = np.repeat(np.arange(len(members)), height)
    first_line = np.cumsum(height) - height
    line_place = np.arange(len(lines)) - first_line[line_text]
    word_starts = np.cumsum(lines) - lines
    text_starts = word_starts[first_line]
    text_counts = np.add.reduceat(lines, first_line)
    text = np.repeat(np.arange(len(members)), text_counts)
    return _Layout(
        size=len(members), width=int(text_counts.max()), height=int(height.max()),
        ids=ids, text=text, place=np.arange(len(ids)) - text_starts[text],
        line=np.repeat(line_place, lines), word_starts=word_starts, text_starts=text_starts,
        counts=lines, text_counts=text_counts, line_text=line_text, line_place=line_place,
        indents=read.indents[lines_at],
    )  # fmt: skip


def _words_of(read: Positions) -> IdArray:
    """Return how many words each text has, (B,)."""
    met = np.concatenate([[0], np.cumsum(read.counts)])
    ends = np.cumsum(read.sizes)
    return np.asarray(met[ends] - met[ends - read.sizes])


def _softmax(scores: FloatArray, starts: IdArray, counts: IdArray) -> FloatArray:
    """Return the softmax within each run of the scores; every run has at least one."""
    raised = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), counts))
    return np.asarray(raised / np.repeat(np.add.reduceat(raised, starts), counts))


class _Pooling:
    """Pools the words of some texts: to a vector for each text, (B, D), and each line, (p, D)."""

    def __init__(self, weights: Weights) -> None:
        config, width = weights.config, weights.config.width
        self._places = take(weights, "encoder.places", config.lines, width)
        self._indents = take(weights, "encoder.indents", INDENTS, width)
        self._blocks = [_Block(weights, at) for at in range(config.blocks)]
        self._query = linear_after_norm(
            weights, "encoder.line_norm", "encoder.line_query", width, KEY_WIDTH
        )
        self._gate = take(weights, "encoder.gate", width)

    def __call__(self, layout: _Layout, words: KnownWords) -> tuple[FloatArray, FloatArray]:
        # (B, W, D); what pads it meets weights of 0
        vectors = words.vectors[layout.of_words(layout.ids)]
        scores = words.scores[layout.ids]
        lines = self._line_vectors(layout, vectors, scores)
        queries = self._query(standardise(lines))  # (p, K)
        of_word = np.repeat(np.arange(len(lines)), layout.counts)
        scores = scores + np.einsum("wk,wk->w", queries[of_word], words.keys[layout.ids])
        shares = _softmax(scores, layout.text_starts, layout.text_counts)
        said = layout.of_words(shares)[:, None]
        where = layout.of_lines(np.add.reduceat(shares, layout.word_starts))[:, None]
        placed = layout.of_lines(lines)
        pooled = (said @ vectors)[:, 0] + self._gate * (where @ placed)[:, 0]
        return np.asarray(pooled), lines

    def _line_vectors(
        self, layout: _Layout, vectors: FloatArray, scores: FloatArray
    ) -> FloatArray:
        """Return the vectors of all lines after the blocks, (p, D)."""
        shares = np.zeros((layout.size, layout.height, layout.width), dtype=np.float32)
        shares[layout.text, layout.line, layout.place] = _softmax(
            scores, layout.word_starts, layout.counts
        )
        lines = standardise(layout.lines_of(shares @ vectors))
        lines += self._places[layout.line_place]
        lines += self._indents[layout.indents]
        for block in self._blocks:
            block(lines, layout)
        return np.asarray(lines)


class _Block:
    """One transformer block over lines; changes them in place."""

    def __init__(self, weights: Weights, at: int) -> None:
        config, width = weights.config, weights.config.width
        name = f"encoder.blocks.{at}"
        self._heads = config.heads
        self._attention_in = linear_after_norm(
            weights, f"{name}.attention_norm", f"{name}.attention_in", width, 3 * width
        )
        for part in (self._attention_in.matrix, self._attention_in.bias):
            part[..., :width] /= np.sqrt(width // config.heads)  # of the queries, once for all
        self._attention_out = linear(weights, f"{name}.attention_out", width, width)
        self._feed_in = linear_after_norm(
            weights, f"{name}.feed_norm", f"{name}.feed_in", width, config.feed_forward
        )
        self._feed_out = linear(weights, f"{name}.feed_out", config.feed_forward, width)

    def __call__(self, lines: FloatArray, layout: _Layout) -> None:
        mixed = self._attend(self._attention_in(standardise(lines)), layout)
        lines += self._attention_out(mixed)
        lines += self._feed_out(gelu(self._feed_in(standardise(lines))))

    def _attend(self, projected: FloatArray, layout: _Layout) -> FloatArray:
        """Return what each line takes from the lines of its text: (p, 3D) → (p, D)."""
        width = projected.shape[1] // 3
        depth = width // self._heads
        split = layout.of_lines(projected).reshape(
            layout.size, layout.height, 3, self._heads, depth
        )
        query, key, value = split.transpose(2, 0, 3, 1, 4)  # (B, H, L, D/H) each
        scores = query @ key.swapaxes(2, 3)
        large = max(scores.max(), -scores.min()) > _SAFE_EXPONENT
        if not layout.even:
            absent = np.full((layout.size, 1, 1, layout.height), _NOWHERE)
            absent[layout.line_text, 0, 0, layout.line_place] = 0.0
            scores += absent
        if large:
            scores -= scores.max(axis=3, keepdims=True)
        np.exp(scores, out=scores)
        mixed = scores @ value
        mixed /= scores.sum(axis=3, keepdims=True)
        mixed = mixed.swapaxes(1, 2).reshape(layout.size, layout.height, width)
        return layout.lines_of(mixed)


class _Head:
    """From pooled vectors to the mean path at t1 and the extension, (N, Z + E)."""

    def __init__(self, weights: Weights) -> None:
        config = weights.config
        latent, hidden = config.latent_dim, config.sde_hidden
        self._config = config
        self._mean = _text_linear(weights, "encoder.mean", latent)
        self._context = _text_linear(weights, "encoder.context", hidden)
        self._extension: Linear | None = None
        if config.extension_dim:
            self._extension = _text_linear(weights, "encoder.extension", config.extension_dim)
        # It takes state, clock and context side by side; context and clock ask for nothing more
        # than a bias, and the context's is the same at every step.
        inner = linear(weights, "dynamics.posterior.inner", latent + 1 + hidden, hidden)
        self._of_state, self._of_clock = inner.matrix[:latent], inner.matrix[latent]
        self._of_context = Linear(inner.matrix[latent + 1 :], inner.bias)
        self._outer = linear(weights, "dynamics.posterior.outer", hidden, latent)

    def __call__(self, pooled: FloatArray) -> FloatArray:
        text = standardise(pooled)
        state, context = self._mean(text), self._context(text)
        state = self._mean_path(state, context, self._config)
        if self._extension is None:
            return state
        return np.concatenate([state, self._extension(text)], axis=1)

    def _mean_path(
        self, state: FloatArray, context: FloatArray, config: ModelConfig
    ) -> FloatArray:
        dt = config.sde_time / max(config.sde_steps, 1)
        told = self._of_context(context)
        for step in range(config.sde_steps):
            bias = told + np.float32(step * dt) * self._of_clock
            inner = np.tanh(state @ self._of_state + bias)
            state = state + self._outer(inner) * np.float32(dt)
        return state


def _text_linear(weights: Weights, name: str, outputs: int) -> Linear:
    width = weights.config.width
    return linear_after_norm(weights, "encoder.text_norm", name, width, outputs)
