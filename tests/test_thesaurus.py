"""The list that ships is the one that its sources make, and each of its lines is found."""

from benchmarks.thesaurus.compile import WORDS, compiled
from ncs.text import stem
from ncs.thesaurus import PATH, other_words

LISTED = PATH.read_text("utf-8").splitlines()


def test_what_ships_is_made_of_its_source() -> None:
    assert PATH.read_text("utf-8") == compiled(*(each.read_text("utf-8") for each in WORDS))


def test_every_line_is_found_by_its_key() -> None:
    for line in LISTED:
        key, _, others = line.partition("\t")
        assert other_words(key) == tuple(others.split(" ")), line


def test_single_words_stand_for_each_other_and_phrases_for_their_word() -> None:
    assert compiled("retry\ttry again, resend\nfetch\tget\n").splitlines() == [
        "fetch\tget",
        "get\tfetch",
        "resend\tretry",
        "retry\tresend",
        "try again\tretry",
    ]


def test_small_words_of_a_phrase_are_left_out_as_they_are_of_questions() -> None:
    assert (
        compiled("timeout\tgive it up, out of time\n") == "give up\ttimeout\nout time\ttimeout\n"
    )


def test_small_words_within_a_phrase_tell_nothing() -> None:
    assert compiled("trash\tthrown it away, was thrown away\n") == "thrown away\ttrash\n"


def test_of_words_of_one_stem_the_shortest_stands_for_all() -> None:
    assert compiled("erase\tdeletes, delete, deleted\n").splitlines() == [
        f"{stem('delete')}\terase",
        f"{stem('erase')}\tdelete",
    ]


def test_a_phrase_too_long_to_be_looked_for_is_left_out() -> None:
    assert compiled("timeout\tstop trying after some seconds\n") == ""


def test_what_the_list_does_not_know_has_no_other_words() -> None:
    for stems in ("", "xyzzy", "retry\t", "retr", "\udc80"):
        assert other_words(stems) == ()


def test_no_word_stands_for_itself() -> None:
    for line in LISTED:
        key, _, others = line.partition("\t")
        assert " " in key or key not in map(stem, others.split(" ")), line
