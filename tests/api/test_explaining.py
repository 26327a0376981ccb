"""A trained model speaks for the silent, and only in words that the authors use."""

from typing import Any

import numpy as np
import pytest

from ncs.api import explaining
from ncs.api.encoding import Coded
from ncs.api.explaining import Explaining
from ncs.api.known import Known, Latents
from ncs.index.content import View
from ncs.types import Chunk, Span, Target

SAID = "load rows slowly"  # what the decoder says of everything


class Decoder:
    def __init__(self, model: object) -> None:
        pass

    def explain(self, latents: np.ndarray) -> list[str]:
        return [SAID] * len(latents)


@pytest.fixture(autouse=True)
def _decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "RuntimeDecoder", Decoder)


def chunk(text: str, doc: str = "") -> Chunk:
    target = Target(doc, "docstring") if doc else Target("Defines it.", "synthetic")
    return Chunk("a.py", Span(1, 1), "python", "block", "", (), text, target)


def coded(*chunks: Chunk) -> Coded:
    latents = np.ones((len(chunks), 4), dtype=np.float32)
    rows = np.full(len(chunks), -1)
    return Coded((), chunks, [b""] * len(chunks), rows, latents, View(rows[:0], latents[:0]))


def trained() -> Explaining:
    model: Any = object()
    return Explaining(model, Known())


LOADS = chunk("def load(rows): ...")


def test_without_a_trained_model_nobody_speaks_for_the_silent() -> None:
    told = Explaining(None, Known()).of(coded(LOADS, chunk("x", "Words.")), 0)
    assert told == [("Defines it.", "synthetic"), ("Words.", "docstring")]


def test_words_of_the_same_piece_count_at_once() -> None:
    told = trained().of(coded(LOADS, chunk("x", "Goes slowly.")), 0)
    assert told == [(SAID, "generated"), ("Goes slowly.", "docstring")]


def test_a_sentence_waits_for_words_that_come_later() -> None:
    some = trained()
    assert some.of(coded(LOADS, chunk("nothing of it")), 5) == [("Defines it.", "synthetic")] * 2
    assert list(some.late()) == []
    some.of(coded(chunk("x", "Goes slowly.")), 7)
    assert list(some.late()) == [(5, SAID, "generated")]


def test_what_is_known_is_not_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known()
    known.add(np.ones((2, 16), np.uint8), Latents(np.ones((2, 4), np.float32)))
    monkeypatch.setattr(known, "explained", lambda rows: rows >= 0)
    before = {0: ("Said before.", "generated"), 1: ("Another place.", "snippet")}
    monkeypatch.setattr(known, "explanations", lambda rows: [before[row] for row in rows])
    monkeypatch.setattr(Decoder, "explain", lambda self, latents: [] if not len(latents) else 1)
    model: Any = object()
    one = coded(LOADS, chunk("x"))
    one.rows[:] = [0, 1]
    told = Explaining(model, known).of(one, 0)
    assert told == [("Said before.", "generated"), ("Defines it.", "synthetic")]
