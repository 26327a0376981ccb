"""Sentences from a torch decoder."""

from collections.abc import Collection

import numpy as np
import torch

from ncs.beam import BeamConfig, Sentence, beam_search
from ncs.learn.decoders.interface import Decoder, Memory
from ncs.types import FloatArray, IdArray


@torch.no_grad()
def generate(
    decoder: Decoder, memory: Memory, config: BeamConfig, again: Collection[int] | None = None
) -> list[Sentence]:
    """Return the best sentence about each text of the memory, free running; see `beam_search`."""
    state = decoder.begin(memory)
    whose = torch.arange(len(memory.summary), device=memory.summary.device)

    def advance(rows: IdArray, last: IdArray) -> FloatArray:
        nonlocal state, whose
        picked = torch.from_numpy(rows).to(whose.device)
        whose = whose[picked]
        parents = tuple(part[picked] for part in state)
        ids = torch.from_numpy(last).to(whose.device)
        said = decoder.step(ids, parents, memory.rows(whose))
        state = said.state
        return np.asarray(said.log_probabilities.float().cpu().numpy())

    found = beam_search(advance, len(memory.summary), config, again)
    return [ranked[0] for ranked in found]
