"""A model speaks for the silent, once, and only where its words hold."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ncs import explain
from ncs.api.encoding import EncodedGroup
from ncs.api.explaining import Explaining
from ncs.api.known import Known, Latents
from ncs.runtime.decoder import Explained
from ncs.types import Begun, Chunk, Span, Target

SAID = "Load the rows slowly."


class Decoder:
    """Says the same of everything."""

    def __init__(self, sure: float = -0.2) -> None:
        self.sure = sure
        self.asked: list[str] = []

    def explain(self, texts: list[str], worth: Callable[[str, int], float]) -> list[Explained]:
        for at, text in enumerate(texts):
            assert worth(SAID, at) == explain.worth(SAID, text)
        self.asked += texts
        return [Explained(SAID, self.sure, (), ()) for _ in texts]


def chunk(text: str, doc: str = "", defines: tuple[str, ...] = ("load",)) -> Chunk:
    target = Target(doc, "docstring") if doc else Target("Defines it.", "synthetic")
    begun = tuple(Begun(name, "function", "", Span(1, 1)) for name in defines)
    return Chunk(
        "a.py",
        Span(1, 1),
        "python",
        "function",
        "",
        begun,
        "body",
        text,
        target,
    )


def coded(*chunks: Chunk) -> EncodedGroup:
    latents = np.ones((len(chunks), 4), dtype=np.float32)
    rows = np.full(len(chunks), -1)
    return EncodedGroup((), chunks, [b""] * len(chunks), rows, latents, {})


def speaking(decoder: Decoder | None = None, known: Known | None = None) -> Explaining:
    speaker: Any = decoder or Decoder()
    return Explaining(speaker, known or Known())


LOADS = chunk("def load(rows): ...")
SILENT = ("Defines it.", "synthetic")


def test_without_a_decoder_nobody_speaks_for_the_silent() -> None:
    told = Explaining(None, Known()).of(coded(LOADS, chunk("x", "Words.")))
    assert told == [SILENT, ("Words.", "docstring")]


def test_the_author_is_never_spoken_over() -> None:
    decoder = Decoder()
    told = speaking(decoder).of(coded(LOADS, chunk("rows", "Goes slowly.")))
    assert told == [(SAID, "generated"), ("Goes slowly.", "docstring")]
    assert decoder.asked == ["a a\ndef load(rows): ..."]


@pytest.mark.parametrize(
    ("silent", "sure"),
    [
        (chunk("nothing of it"), -0.2),
        (chunk("def load(rows): ...", defines=("load", "save")), -0.2),
        (LOADS, -9.0),
    ],
    ids=["off topic", "several definitions", "a guess"],
)
def test_what_does_not_hold_is_not_said(silent: Chunk, sure: float) -> None:
    assert speaking(Decoder(sure)).of(coded(silent)) == [SILENT]


def test_what_is_known_is_not_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known()
    known.add(np.ones((2, 16), np.uint8), Latents(np.ones((2, 4), np.float32)))
    monkeypatch.setattr(known, "explained", lambda rows: rows >= 0)
    before = {0: ("Said before.", "generated"), 1: ("Another place.", "snippet")}
    monkeypatch.setattr(known, "explanations", lambda rows: [before[row] for row in rows])
    one, decoder = coded(LOADS, chunk("x")), Decoder()
    one.rows[:] = [0, 1]
    assert speaking(decoder, known).of(one) == [("Said before.", "generated"), SILENT]
    assert decoder.asked == []
