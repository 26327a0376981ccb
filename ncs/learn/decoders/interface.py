"""What every decoder has in common: a memory of the source, a score of a sentence, one step."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from torch import Tensor, nn

from ncs.wording import BOS, PAD, UNKNOWN

State = tuple[Tensor, ...]  # each (B, ...): rows can be picked and repeated
NOWHERE = -1e9  # a score that softmax turns into 0, and that stays finite where nothing is left


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What a decoder may know of each source text.

    Attributes:
        summary: (B, summary) the text in one vector.
        states: (B, M, memory) one vector for each place of the text.
        mask: (B, M) True where there is a place; every text has one.
        words: (B, M) output id at each place, PAD where there is none: in [0, V) for words of
            the vocabulary, V + k for the k-th word that this text alone has.
        extra: how many ids beyond the vocabulary the batch needs.
    """

    summary: Tensor
    states: Tensor
    mask: Tensor
    words: Tensor
    extra: int

    def rows(self, index: Tensor) -> "Memory":
        """Return the memory of some texts, (n,) of them, repeated where an index is."""
        return Memory(
            self.summary[index],
            self.states[index],
            self.mask[index],
            self.words[index],
            self.extra,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a decoder says at one place of the sentence.

    Attributes:
        log_probabilities: of the next token, (B, V + extra); of PAD, BOS and UNKNOWN what the
            decoder makes of them: whoever generates leaves them out.
        state: after this step.
        attention: (B, M), each row sums to 1, where the decoder looks; zeros where it never does.
    """

    log_probabilities: Tensor
    state: State
    attention: Tensor


class Decoder(nn.Module, ABC):
    """Says a sentence about a source, token by token.

    Attributes:
        vocabulary: V, marks included.
    """

    vocabulary: int

    @abstractmethod
    def begin(self, memory: Memory) -> State:
        """Return the state before the first token."""

    @abstractmethod
    def step(self, ids: Tensor, state: State, memory: Memory) -> Step:
        """Return what comes after the tokens `ids`, (B,), in [0, V + extra)."""

    @abstractmethod
    def forward(self, memory: Memory, inputs: Tensor, targets: Tensor) -> Tensor:
        """Return log p(target | the tokens before it, the source), in nats, (B, T).

        Equal to what `step` gives, token by token, but for all places at once where that is
        possible (teacher forcing).

        Args:
            memory: of B texts.
            inputs: (B, T) tokens given: BOS and the sentence.
            targets: (B, T) tokens to come: the sentence and EOS. Where a target is PAD or
                UNKNOWN the result is of no meaning; `likelihood` leaves those out.
        """


def known(ids: Tensor, vocabulary: int) -> Tensor:
    """Return ids as inputs: words beyond the vocabulary are UNKNOWN."""
    return ids.masked_fill(ids >= vocabulary, UNKNOWN)


def taught(targets: Tensor) -> Tensor:
    """Return where a target can be learned: True but for PAD, BOS and UNKNOWN."""
    return (targets != PAD) & (targets != UNKNOWN) & (targets != BOS)


def sentence_loss(log_likelihood: Tensor, targets: Tensor) -> Tensor:
    """Return the mean negative log-likelihood of the targets that can be learned, in nats a token.

    Args:
        log_likelihood: (B, T), of `Decoder.forward`.
        targets: (B, T).
    """
    counted = taught(targets)
    total = -(log_likelihood * counted).sum()
    loss: Tensor = total / counted.sum().clamp(min=1)
    return loss
