"""What may explain a chunk, and what is caught."""

import math

import pytest

from ncs.explain import SURE, explainable, explanation, faults, name_of, worth, worths
from ncs.types import Begun, Chunk, Span, Target, Tier

TEXT = "def read_frames(stream):\n    return decode(stream.buffer)\n"
SOUND = "Reads all the frames of the stream."


def chunk(tier: Tier, defines: tuple[str, ...] = ("f",)) -> Chunk:
    target = Target("Defines function read frames.", tier, Span(1, 1))
    begun = tuple(Begun(name, "function", "", Span(1, 1)) for name in defines)
    return Chunk(
        "a.py",
        Span(1, 2),
        "python",
        "function",
        "f",
        begun,
        "body",
        TEXT,
        target,
    )


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("", "empty"),
        ("Reads frames", "empty"),
        ("Reads the frames � of it", "broken"),
        ("Reads the frames (of a stream", "broken"),
        ("Reads the frames of the", "broken"),
        ("Call-seq: read_frames the stream", "broken"),
        ("Reads the the frames", "repetition"),
        ("Reads the frames and reads the frames", "repetition"),
        ("Reads all frames of write_frames", "unseen-name"),
        ("Reads all frames of FrameReader", "unseen-name"),
        ("Sorts all of a list", "off-topic"),
    ],
)
def test_faults_are_named(sentence: str, fault: str) -> None:
    assert fault in faults(sentence, TEXT)


@pytest.mark.parametrize(
    "sentence",
    [
        SOUND,
        "Reads the stream and read_frames",
        "Decode (a) stream",
        "stream::decode reads the stream",
    ],
)
def test_a_sound_sentence_has_no_fault(sentence: str) -> None:
    assert faults(sentence, TEXT) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("StickerForm", "Creates a new sticker."),
        ("isUploadAllowed", "Returns true if the task is allowed."),
        ("add_same_all_duplicates", "Adds a new tab to the selected tab."),
    ],
)
def test_a_sentence_that_does_not_tell_the_name_is_held_back(name: str, sentence: str) -> None:
    text = f"{name} sticker task selected"
    assert faults(sentence, text) == []
    assert faults(sentence, text, name) == ["untold"]
    assert worth(sentence, text, name) == -math.inf


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("getFolderUrl", "Returns the url of the folder."),
        ("CopyFiles", "Copies the contents of a file."),
        ("remove_dir", "Removes a directory."),
        ("with_id_mut", "Creates a packet with the given id."),
        ("operator==", "Compares the operators."),
        ("==", "Compares two paths."),
    ],
)
def test_a_name_may_be_told_in_other_forms(name: str, sentence: str) -> None:
    assert "untold" not in faults(sentence, "folder file directory packet", name)


def test_the_name_is_that_of_what_is_defined() -> None:
    assert name_of(chunk("synthetic", ("Tab.f",))._replace(symbol="Tab.f")) == "f"
    assert name_of(chunk("synthetic", ())) == ""  # a part of `f`
    for unsaid in ("Form.__init__", "Path.operator/="):
        assert name_of(chunk("synthetic", (unsaid,))._replace(symbol=unsaid)) == ""
    sentence = "Reads all frames of the stream"
    assert worths([TEXT, TEXT], ["read_frames", "write"])(sentence, 0) == worth(sentence, TEXT)
    assert worths([TEXT, TEXT], ["read_frames", "write"])(sentence, 1) == -math.inf


def test_what_speaks_of_the_text_is_worth_more() -> None:
    assert worth("Reads all frames", TEXT) < worth("Read all frames", TEXT)  # none, one of "reads"
    assert worth("Decode the stream", TEXT) == worth("Decode a stream", TEXT)
    assert worth("Reads the the frames", TEXT) == -math.inf


def test_the_author_speaks_first() -> None:
    assert explanation(chunk("docstring"), SOUND, 0.0)[1] == "docstring"
    assert explanation(chunk("comment"), SOUND, 0.0)[1] == "comment"
    assert explanation(chunk("synthetic"), SOUND, 0.0) == (SOUND, "generated")
    assert explanation(chunk("synthetic"), "a a a a", 0.0)[1] == "synthetic"
    assert explanation(chunk("snippet"), SOUND, SURE - 0.1)[1] == "snippet"


def test_a_sentence_is_about_one_definition() -> None:
    assert explainable(chunk("synthetic"))
    assert not explainable(chunk("synthetic", ("f", "g")))
    assert not explainable(chunk("snippet", ()))
    assert not explainable(chunk("docstring"))
