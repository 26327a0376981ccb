"""Decoders: one interface, from the plainest recurrence to attention with copying."""

from ncs.learn.decoders.interface import Decoder, Memory, State, Step, sentence_loss
from ncs.learn.decoders.pointer import PointerDecoder
from ncs.learn.decoders.search import generate

__all__ = ["Decoder", "Memory", "PointerDecoder", "State", "Step", "generate", "sentence_loss"]
