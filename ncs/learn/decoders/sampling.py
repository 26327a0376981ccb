"""Scheduled sampling: from dictation to free speech, one draw for each place."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ncs.learn.decoders.interface import NOWHERE, Decoder, Memory
from ncs.wording import BOS, PAD, UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Unrolled:
    """What a decoder made of a batch of sentences, place by place.

    Attributes:
        log_likelihood: log p(target), (B, T), as `Decoder.forward` returns it.
        evenly: mean of log p over the vocabulary, (B, T): what label smoothing pulls at.
    """

    log_likelihood: Tensor
    evenly: Tensor


def unroll(
    decoder: Decoder,
    memory: Memory,
    inputs: Tensor,
    targets: Tensor,
    *,
    truth: float,
    generator: torch.Generator,
) -> Unrolled:
    """Return the likelihood of the targets where some inputs are the decoder's own words.

    At each place of each sentence a draw of its own decides whether the decoder is given the
    true token (with probability `truth`) or the likeliest one of its own last step. BOS is always
    given. With `truth` 1 this is `Decoder.forward`. No gradient flows through the choice.

    Args:
        decoder: any.
        memory: of B texts.
        inputs: (B, T), see `Decoder.forward`.
        targets: (B, T), see `Decoder.forward`.
        truth: teacher forcing ratio, in [0, 1].
        generator: on the CPU, so that draws do not depend on the device.

    Source: Bengio et al. 2015, arXiv:1506.03099, section 2.4.
    """
    draws = torch.rand(inputs.shape, generator=generator).to(inputs.device) < truth
    state = decoder.begin(memory)
    ids = inputs[:, 0]
    likelihoods, evenly = [], []
    for at in range(inputs.shape[1]):
        said = decoder.step(ids, state, memory)
        state = said.state
        likelihoods.append(said.log_probabilities.gather(1, targets[:, at : at + 1])[:, 0])
        evenly.append(said.log_probabilities[:, : decoder.vocabulary].mean(dim=1))
        if at + 1 < inputs.shape[1]:
            own = _likeliest(said.log_probabilities)
            ids = torch.where(draws[:, at + 1], inputs[:, at + 1], own)
    return Unrolled(torch.stack(likelihoods, dim=1), torch.stack(evenly, dim=1))


def _likeliest(log_probabilities: Tensor) -> Tensor:
    """Return the likeliest token of each row, (B,), marks that nobody says left out."""
    spoken = log_probabilities.detach().clone()
    spoken[:, [PAD, BOS, UNKNOWN]] = NOWHERE
    return spoken.argmax(dim=1)
