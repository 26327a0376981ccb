"""What may explain a chunk, and what is caught."""

import pytest

from ncs.explain import explanation, faults
from ncs.types import Chunk, Span, Target, Tier

TEXT = "def read_frames(stream):\n    return decode(stream.buffer)\n"
VOCABULARY = {"reads", "the", "of", "a", "all", "and"}


def chunk(tier: Tier) -> Chunk:
    target = Target("Defines function read frames.", tier, Span(1, 1))
    return Chunk("a.py", Span(1, 2), "python", "function", "f", ("f",), TEXT, target)


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("", "empty"),
        ("Reads frames", "empty"),
        ("Reads the frames � of", "broken"),
        ("Reads the the frames", "repetition"),
        ("Reads the frames and reads the frames", "repetition"),
        ("Reads all frames of write_frames", "unseen-name"),
        ("Reads all frames of FrameReader", "unseen-name"),
        ("Reads the conternal frames", "unknown-word"),
        ("Reads all of a", "off-topic"),
    ],
)
def test_faults_are_named(sentence: str, fault: str) -> None:
    assert fault in faults(sentence, TEXT, VOCABULARY)


def test_a_sound_sentence_has_no_fault() -> None:
    assert faults("Reads all the frames of the stream", TEXT, VOCABULARY) == []
    assert faults("Reads the stream and read_frames", TEXT, VOCABULARY) == []


def test_the_author_speaks_first() -> None:
    sound = "Reads all the frames of the stream"
    assert explanation(chunk("docstring"), sound, VOCABULARY)[1] == "docstring"
    assert explanation(chunk("comment"), sound, VOCABULARY)[1] == "comment"
    assert explanation(chunk("synthetic"), sound, VOCABULARY) == (sound, "generated")
    assert explanation(chunk("synthetic"), "a a a a", VOCABULARY)[1] == "synthetic"
    assert explanation(chunk("snippet"), None, VOCABULARY)[1] == "snippet"
