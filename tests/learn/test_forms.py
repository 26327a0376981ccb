"""Forms of a question: as many for each, and without what gives the answer away."""

import random

import pytest

from ncs.learn.forms import LEAST, QUESTIONS, forms, shares
from ncs.text import words

DOCUMENT = "def close_socket(self, reason):\n    self.socket.close(reason)\n"


@pytest.mark.parametrize("query", ["Close the socket and say why", "close", "", "___"])
def test_every_query_has_as_many_forms_as_there_are_shares(query: str) -> None:
    found = list(forms(query, DOCUMENT, random.Random(0)))
    assert len(found) == len(shares())
    assert found[0] == query
    assert sum(shares()) == pytest.approx(1.0)


def test_a_question_is_about_the_first_sentence() -> None:
    _, question, *_ = forms("Close the socket. It may fail.", DOCUMENT, random.Random(0))
    assert question in [frame.format("close the socket") for frame in QUESTIONS]


def test_few_words_of_the_document_are_left() -> None:
    query = "Close the socket of a peer and say the reason why"
    there, rng = set(words(DOCUMENT)), random.Random(0)
    shared, left = [], []
    for _ in range(200):
        _, _, *stripped = forms(query, DOCUMENT, rng)
        for form in stripped:
            said = words(form)
            assert [word for word in said if word not in there] == [
                word for word in words(query) if word not in there
            ]
            shared += [word for word in words(query) if word in there]
            left += [word for word in said if word in there]
    assert 0.2 < len(left) / len(shared) < 0.3


def test_a_query_that_would_lose_nearly_all_words_keeps_them() -> None:
    for seed in range(20):
        _, _, *stripped = forms("close the socket", DOCUMENT, random.Random(seed))
        assert all(len(words(form)) >= LEAST for form in stripped)
