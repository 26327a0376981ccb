"""The models that are compared: which encoder reads, which decoder speaks."""

from dataclasses import dataclass

from torch import nn

from benchmarks.seq2seq.config import Config, Course
from benchmarks.seq2seq.data import Batch
from ncs.learn.decoders import (
    BahdanauDecoder,
    Decoder,
    Memory,
    PointerDecoder,
    RecurrentDecoder,
    SourceConfig,
    SourceEncoder,
)
from ncs.learn.decoders.recurrent import Cell


@dataclass(frozen=True, slots=True)
class Kind:
    """One model.

    Attributes:
        label: in tables. cell: of its encoder, and of its decoder where that does not attend.
        attends: what looks at the places, "" where nothing does.
        summary: numbers that the decoder begins from; 0: as many as the encoder has.
        taught: "", "curriculum" or "smoothing": what differs from plain teacher forcing.
    """

    label: str
    cell: Cell
    attends: str = ""
    summary: int = 0
    taught: str = ""


MODELS = {
    "rnn": Kind("vanilla RNN", "rnn"),
    "lstm": Kind("LSTM", "lstm"),
    "bahdanau": Kind("LSTM, Bahdanau attention", "lstm", "bahdanau"),
    "gru": Kind("GRU", "gru"),
    "pointer": Kind("GRU, attention, copy", "gru", "pointer"),
    "gru16": Kind("GRU through 16 numbers", "gru", summary=16),
    "gru-curriculum": Kind("GRU, curriculum", "gru", taught="curriculum"),
    "gru-smoothing": Kind("GRU, label smoothing", "gru", taught="smoothing"),
}


def course(kind: Kind, config: Config) -> Course:
    """Return how a model is taught."""
    return Course(
        config.smoothing if kind.taught == "smoothing" else 0.0,
        config.curriculum if kind.taught == "curriculum" else (),
    )


class Seq2Seq(nn.Module):
    """A source encoder and a decoder."""

    def __init__(self, kind: Kind, config: Config, read: int, said: int) -> None:
        super().__init__()
        self.encoder = SourceEncoder(
            SourceConfig(
                read,
                config.embedding,
                config.hidden,
                cell=kind.cell,
                both_ways=bool(kind.attends),
                summary=kind.summary,
                dropout=config.dropout,
            )
        )
        self.decoder = _decoder(kind, config, self.encoder.config, said)

    def memory(self, batch: Batch) -> Memory:
        """Return what the decoder may know of a batch."""
        memory: Memory = self.encoder(batch.source, batch.words, batch.extra)
        return memory

    @property
    def parameters_count(self) -> int:
        """How many numbers are learned."""
        return sum(weight.numel() for weight in self.parameters())


def _decoder(kind: Kind, config: Config, encoder: SourceConfig, said: int) -> Decoder:
    shape = {"embedding": config.embedding, "hidden": config.hidden, "summary": encoder.told}
    if kind.attends == "bahdanau":
        return BahdanauDecoder(said, **shape, memory=encoder.memory, attention=config.hidden)
    if kind.attends == "pointer":
        return PointerDecoder(said, **shape, memory=encoder.memory)
    return RecurrentDecoder(said, cell=kind.cell, **shape)
