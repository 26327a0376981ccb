"""The decoder without torch; `ncs.learn` (reader, decoders.pointer) has the equations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ncs.beam import BeamConfig, Sentence, beam_search
from ncs.errors import WeightsError
from ncs.runtime.encoder import RuntimeEncoder
from ncs.runtime.parameters import Linear, linear, sigmoid, standardise, take
from ncs.types import BoolArray, FloatArray, IdArray, NDArray
from ncs.weights import VOCABULARY, Array, Weights, spelled
from ncs.wording import BOS, PAD, UNKNOWN, Source, Vocabulary, sentence, source, with_articles

_BATCH = 32  # texts
_NOWHERE = np.float32(-1e9)
# What a cosine of 1 is worth beside a sentence's score. By hand, 200 functions of each language of
# the tune half of benchmarks/explanations, 0.0 → 2.0: BLEU-4 15.16 → 15.38 in Python, 15.63 →
# 15.76 in all languages, and more sentences differ.
_NEAR = 2.0
_SMALLEST = np.float32(1e-9)  # as in the torch decoder


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """What a decoder says of one text.

    Attributes:
        text: a sentence; "" where there was nothing to read.
        log_probability: mean of its tokens, in nats: how sure the decoder is.
        tokens: of the sentence. places: what stands at each place of the text.
    """

    text: str
    log_probability: float
    tokens: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def sureness(self) -> float:
        """The geometric mean of its tokens' probabilities, in [0, 1]."""
        return float(np.exp(self.log_probability))


def decoder_of(weights: Weights) -> "RuntimeDecoder":
    """Return the decoder of some weights, with an encoder of its own.

    Raises:
        WeightsError: the weights do not fit their own configuration.
    """
    return RuntimeDecoder(weights, RuntimeEncoder(weights))


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    """As `ncs.learn.decoders.Memory`; `sources` and `own` are what the ids stand for.

    `latents` are the texts', at full width; the summary is the beginning of them.
    """

    summary: FloatArray
    states: FloatArray
    mask: BoolArray
    words: IdArray
    sources: list[Source]
    own: list[list[str]]
    latents: FloatArray

    @property
    def extra(self) -> int:
        return max(map(len, self.own))


class RuntimeDecoder:
    """Texts to explanations: what `ncs.learn.decoders.generate` says.

    Args:
        weights: a model.
        encoder: of the same weights.

    Raises:
        WeightsError: the weights do not fit their own configuration.
    """

    def __init__(self, weights: Weights, encoder: RuntimeEncoder) -> None:
        config = weights.config
        self._config, self._encoder = config, encoder
        self._vocabulary = vocabulary_of(weights)
        self._again = self._vocabulary.repeatable()
        hidden, width = config.decoder_hidden, config.decoder_embedding
        self._reader = _Reader(weights)
        self._embedding = take(weights, "decoder.embedding.weight", len(self._vocabulary), width)
        self._bias = take(weights, "decoder.bias", len(self._vocabulary))
        self._start = linear(weights, "decoder.start", config.latent_dim, 2 * hidden)
        self._first = _Cell(weights, "decoder.first", width + config.latent_dim, hidden)
        self._second = _Cell(weights, "decoder.second", hidden + width, hidden)
        self._query = linear(weights, "decoder.query", hidden, width)
        self._output = linear(weights, "decoder.output", hidden + width, width)
        self._copy = linear(weights, "decoder.copy", width, width)
        self._gate = linear(weights, "decoder.gate", hidden + 2 * width, 1)
        self._prices = np.log1p(np.exp(take(weights, "decoder.coverage", 2)))

    def explain(
        self,
        texts: Sequence[str],
        beam: BeamConfig | None = None,
        worth: Callable[[str, int], float] | None = None,
    ) -> list[Explained]:
        """Return what is said of each text.

        Args:
            texts: as the encoder reads them (`ncs.text.document`).
            beam: how sentences are looked for.
            worth: sentence, number of the text → what speaks for it beside its score, -inf where
                it may not be said (`ncs.explain.worths`). Of the sentences that the search ends
                with, the one is taken whose score, nearness to the text in latent space and
                worth are together the best; of those that may not be said, where there are no
                others. None: the likeliest is taken, as in training.
        """
        beam = beam or BeamConfig(longest=self._config.sentence)
        numbers = range(len(texts))
        batches = (numbers[at : at + _BATCH] for at in range(0, len(texts), _BATCH))
        return [each for some in batches for each in self._explain(texts, some, beam, worth)]

    def _explain(
        self,
        texts: Sequence[str],
        numbers: Sequence[int],
        beam: BeamConfig,
        worth: Callable[[str, int], float] | None,
    ) -> list[Explained]:
        """Return what is said of some of the texts."""
        memory = self._memory([texts[number] for number in numbers])

        def told(at: int, one: Sentence) -> Explained:
            read, own = memory.sources[at].surfaces, memory.own[at]
            tokens = tuple(self._vocabulary.tokens(one.ids, own)) if read else ()
            return Explained(_written(tokens), one.log_probability, tokens, read)

        running = _Running(self, memory)
        found = beam_search(running.advance, len(numbers), beam, self._again)
        if worth is None:
            return [told(at, ranked[0]) for at, ranked in enumerate(found)]
        said: list[Explained] = []
        for at, ranked in enumerate(found):
            every = [told(at, one) for one in ranked]
            worths = np.array([worth(each.text, numbers[at]) for each in every])
            said.append(every[self._best(every, ranked, worths, memory.latents[at])])
        return said

    def _best(
        self,
        told: Sequence[Explained],
        ranked: Sequence[Sentence],
        worths: NDArray[np.float64],
        latent: FloatArray,
    ) -> int:
        """Return which sentence is the best by score, nearness to a latent, and worth."""
        if len(told) == 1:
            return 0
        latents = self._encoder.encode([each.text for each in told])
        norms = np.linalg.norm(latents, axis=1) * np.linalg.norm(latent)
        cosines = latents @ latent / np.maximum(norms, _SMALLEST)
        near = np.array([each.score for each in ranked]) + _NEAR * cosines
        return int(np.argmax(near + worths if np.isfinite(worths).any() else near))

    def attention(self, text: str, explained: Explained) -> FloatArray:
        """Return where the decoder looked for each token, (tokens, places); rows sum to 1."""
        memory = self._memory([text])
        running = _Running(self, memory)
        given = [BOS, *self._vocabulary.ids(explained.tokens, memory.own[0])][:-1]
        rows = np.zeros(1, dtype=np.int64)
        looked = []
        for each in given:
            running.advance(rows, np.array([each]))
            looked.append(running.attention[0])
        empty = np.zeros((0, memory.states.shape[1]), dtype=np.float32)
        return np.stack(looked) if looked else empty

    def _memory(self, texts: Sequence[str]) -> _Memory:
        config = self._config
        readings = self._encoder.read(texts)
        found = [
            source(
                text, readings.words.ids.__getitem__, lines=config.lines,
                words_per_line=config.words_per_line, query_words=config.query_words,
                places=config.places,
            )
            for text in texts
        ]  # fmt: skip
        states = self._reader(found, readings.words.vectors, readings.lines, readings.starts)
        own = [self._vocabulary.unknown(each.surfaces) for each in found]
        ids = np.full(states.shape[:2], PAD, dtype=np.int64)
        for at, each in enumerate(found):
            ids[at, : len(each.surfaces)] = self._vocabulary.ids(each.surfaces, own[at])
        mask = ids != PAD
        mask[:, 0] = True
        latents = readings.latents
        summary = latents[:, : config.latent_dim]
        return _Memory(summary, states, mask, ids, found, own, latents)

    def begin(self, memory: _Memory) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the state before the first token."""
        first, second = np.split(np.tanh(self._start(memory.summary)), 2, axis=1)
        return first, second, np.zeros(memory.mask.shape, dtype=np.float32)

    def step(
        self,
        ids: IdArray,
        state: tuple[FloatArray, FloatArray, FloatArray],
        memory: _Memory,
        whose: IdArray,
    ) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray], FloatArray]:
        """Return log-probabilities, (n, V + extra), the next state, and attention, (n, M).

        Args:
            ids: (n,) tokens given.
            state: before them.
            memory: of all texts.
            whose: (n,) text of each row, ascending.
        """
        first, second, looked = state
        size = len(self._vocabulary)
        given = self._embedding[np.where(ids < size, ids, UNKNOWN)]
        first = self._first(np.concatenate([given, memory.summary[whose]], axis=1), first)
        places = _Places(memory, whose)
        scores = places.scores(self._query(first))
        bare = _softmax(scores)
        attention = _softmax(scores - self._prices[0] * looked)
        seen = places.sums(attention)
        second = self._second(np.concatenate([first, seen], axis=1), second)
        read = np.concatenate([second, seen], axis=1)
        out = np.tanh(self._output(read))
        copied = _softmax(places.scores(self._copy(out)) - self._prices[1] * looked)
        gate = sigmoid(self._gate(np.concatenate([read, given], axis=1)))  # (n, 1)
        both = np.zeros((len(ids), size + memory.extra), dtype=np.float32)
        both[:, :size] = _softmax(out @ self._embedding.T + self._bias) * (1.0 - gate)
        rows = np.repeat(np.arange(len(ids)), copied.shape[1])
        shares = copied * gate * memory.mask[whose]
        np.add.at(both, (rows, memory.words[whose].ravel()), shares.ravel())
        return np.log(both + _SMALLEST), (first, second, looked + bare), attention


class _Running:
    """Hypotheses on their way: the state of each, and the text it is about."""

    def __init__(self, decoder: RuntimeDecoder, memory: _Memory) -> None:
        self._decoder, self._memory = decoder, memory
        self._state = decoder.begin(memory)
        self._whose = np.arange(len(memory.sources))
        self.attention: FloatArray = np.zeros((0, 0), dtype=np.float32)

    def advance(self, rows: IdArray, last: IdArray) -> FloatArray:
        """Return what comes next; see `ncs.beam.Advance`."""
        self._whose = self._whose[rows]
        first, second, looked = self._state
        state = first[rows], second[rows], looked[rows]
        said, self._state, self.attention = self._decoder.step(
            last, state, self._memory, self._whose
        )
        return said


class _Places:
    """The places of each row's text, without a copy of them for each row."""

    def __init__(self, memory: _Memory, whose: IdArray) -> None:
        self._memory, self._whose = memory, whose
        count = np.bincount(whose, minlength=len(memory.states))
        self._column = np.arange(len(whose)) - (np.cumsum(count) - count)[whose]
        self._shape = (len(memory.states), int(count.max()))

    def scores(self, asked: FloatArray) -> FloatArray:
        """Return asked · states / √D of each row, (n, M)."""
        states = self._memory.states
        grid = np.zeros((*self._shape, states.shape[2]), dtype=np.float32)
        grid[self._whose, self._column] = asked / np.float32(np.sqrt(states.shape[2]))
        scores = (grid @ states.transpose(0, 2, 1))[self._whose, self._column]
        return np.where(self._memory.mask[self._whose], scores, _NOWHERE)

    def sums(self, shares: FloatArray) -> FloatArray:
        """Return Σ share · state of each row, (n, D)."""
        grid = np.zeros((*self._shape, shares.shape[1]), dtype=np.float32)
        grid[self._whose, self._column] = shares
        return np.asarray((grid @ self._memory.states)[self._whose, self._column])


class _Reader:
    """As `ncs.learn.reader.Reader`."""

    def __init__(self, weights: Weights) -> None:
        width, memory = weights.config.width, weights.config.decoder_embedding
        self._words = np.ascontiguousarray(
            take(weights, "reader.words.weight", 3 * memory, width).T
        )
        self._line = np.ascontiguousarray(take(weights, "reader.line.weight", memory, width).T)
        self._name = take(weights, "reader.name", memory)
        self._scale = take(weights, "reader.norm.weight", memory)
        self._shift = take(weights, "reader.norm.bias", memory)

    def __call__(
        self, found: Sequence[Source], vectors: FloatArray, lines: FloatArray, starts: IdArray
    ) -> FloatArray:
        """Return the places of each text, (B, M, D), zeros behind its last."""
        sizes = [len(each.surfaces) for each in found]
        states = np.zeros((len(found), max(*sizes, 1), len(self._name)), dtype=np.float32)
        flat = [ids for each in found for ids in each.words]
        if not flat:
            return states
        lengths = np.array([len(ids) for ids in flat])
        said, where = np.unique([word for ids in flat for word in ids], return_inverse=True)
        projected = standardise(vectors[said]) @ self._words
        first = np.cumsum(lengths) - lengths
        means = projected[where[first]]
        for at in np.flatnonzero(lengths > 1).tolist():  # names: one place in ten
            means[at] = projected[where[first[at] : first[at] + lengths[at]]].mean(axis=0)
        projected_lines = standardise(lines) @ self._line
        at = 0
        for text, each in enumerate(found):
            rows = slice(at, at + sizes[text])
            here, left, right = np.split(means[rows], 3, axis=1)
            sums = here + projected_lines[starts[text] + np.array(each.lines, dtype=np.int64)]
            sums += (lengths[rows] > 1)[:, None] * self._name
            sums[1:] += left[:-1]
            sums[:-1] += right[1:]
            states[text, : sizes[text]] = standardise(sums) * self._scale + self._shift
            at += sizes[text]
        return states


class _Cell:
    """A GRU cell: gates in torch's order, reset, update, new."""

    def __init__(self, weights: Weights, name: str, inputs: int, hidden: int) -> None:
        self._inputs = _half(weights, f"{name}.weight_ih_l0", f"{name}.bias_ih_l0", inputs, hidden)
        self._hidden = _half(weights, f"{name}.weight_hh_l0", f"{name}.bias_hh_l0", hidden, hidden)

    def __call__(self, given: FloatArray, state: FloatArray) -> FloatArray:
        """Return the next state, (n, hidden)."""
        asked, own = self._inputs(given), self._hidden(state)
        width = state.shape[1]
        gates = sigmoid(asked[:, : 2 * width] + own[:, : 2 * width])
        reset, update = gates[:, :width], gates[:, width:]
        new = np.tanh(asked[:, 2 * width :] + reset * own[:, 2 * width :])
        return np.asarray(new + update * (state - new))


def _half(weights: Weights, matrix: str, bias: str, inputs: int, hidden: int) -> Linear:
    whole = take(weights, matrix, 3 * hidden, inputs)
    return Linear(np.ascontiguousarray(whole.T), take(weights, bias, 3 * hidden))


def _written(said: Sequence[str]) -> str:
    return sentence(with_articles(said))


def _softmax(scores: FloatArray) -> FloatArray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def vocabulary_of(weights: Weights) -> Vocabulary:
    """Return the words that the decoder of some weights knows, the commonest first.

    Raises:
        WeightsError: the weights do not fit their own configuration.
    """
    try:
        return Vocabulary(spelled(take(weights, VOCABULARY, *_any(weights))))
    except ValueError as error:
        raise WeightsError(f"the model weights do not fit: {VOCABULARY}: {error}") from error


def _any(weights: Weights) -> tuple[int, ...]:
    """Return the shape of the vocabulary, which is data and no configuration."""
    found: Array | None = weights.tensors.get(VOCABULARY)
    return (0,) if found is None else (found.size,)
