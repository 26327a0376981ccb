"""Decoders: one interface, from the plainest recurrence to attention with copying."""

from ncs.learn.decoders.bahdanau import BahdanauDecoder
from ncs.learn.decoders.interface import Decoder, Memory, State, Step, sentence_loss
from ncs.learn.decoders.pointer import PointerDecoder
from ncs.learn.decoders.recurrent import RecurrentDecoder
from ncs.learn.decoders.sampling import Unrolled, unroll
from ncs.learn.decoders.search import generate
from ncs.learn.decoders.sources import SourceConfig, SourceEncoder

__all__ = [
    "BahdanauDecoder",
    "Decoder",
    "Memory",
    "PointerDecoder",
    "RecurrentDecoder",
    "SourceConfig",
    "SourceEncoder",
    "State",
    "Step",
    "Unrolled",
    "generate",
    "sentence_loss",
    "unroll",
]
