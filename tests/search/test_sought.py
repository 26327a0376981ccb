"""What is looked for, and what is told where it is not here as it was asked."""

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_index import FakeEncoder, built, make_corpus, write_index

from ncs.index.reading import Index, open_index
from ncs.search import Query, answer
from ncs.search.sought import sought_of


@pytest.mark.parametrize(
    ("told", "doubt"),
    [
        ({}, 1.0),
        ({"past_end": ("a.py", 3)}, 1.0),
        ({"guessed": ("retyr", "retry")}, 0.6),
        ({"unused": ("retry", "calls"), "unknown": "retry"}, 0.6),  # once
        ({"absent": ("b.py", ["a.py"])}, 0.6),
        ({"absent": ("b.py", [])}, 0.1),
        ({"absent": ("b.py", ["a.py", "c.py"])}, 0.1),
        ({"absent": ("b.py", []), "guessed": ("retyr", "retry")}, 0.06),
    ],
)
def test_what_is_told_says_how_far_to_doubt_it(
    index: Index, told: dict[str, Any], doubt: float
) -> None:
    sought = sought_of(index, Query("retry"))._replace(**told)
    assert sought.doubt == pytest.approx(doubt)


def test_a_name_of_nothing_is_told_unless_its_file_is(index: Index) -> None:
    sought = sought_of(index, Query("no_such_name()"))
    assert sought.unknown == ""
    assert sought.as_unknown().unknown == "no_such_name"
    absent = sought._replace(absent=("b.py", []))
    assert absent.as_unknown() == absent


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "neural", "symbol"])
def test_the_text_to_look_for_is_as_the_code_writes_it(index: Index, mode: Any) -> None:
    """A latent is of what was said; who asks by names alone is not asked about files."""
    sought = sought_of(index, Query("backof", mode=mode))
    guessed = None if mode == "neural" else ("backof", "backoff")
    assert sought.guessed == guessed
    assert (sought.text, sought.query.text) == ("backof", "backoff" if guessed else "backof")
    lost = sought_of(index, Query("lib/http/retyr.py:7", mode=mode))
    known = None if mode == "symbol" else ("lib/http/retyr.py", ["lib/http/retry.py"])
    assert lost.absent == known
    assert lost.places.lines() == ({index.paths.index("lib/http/retry.py"): 7} if known else {})


def test_accents_and_blanks_may_be_as_a_file_system_has_them(tmp_path: Path) -> None:
    """426 of 741 questions had other places with each accent apart, as macOS gives names."""
    apart = unicodedata.normalize("NFD", "a/żółw.py")
    with built(tmp_path, {"a/b.py": "def dodaj_odnośnik():\n    pass\n", apart: "x = 1\n"}) as it:
        for text in ("odnośnik torrenta", " odnośnik torrenta\n"):
            asked = Query(unicodedata.normalize("NFD", text))
            assert sought_of(it.index, asked).text == "odnośnik torrenta"
        assert apart in it.index.paths
        assert sought_of(it.index, Query(f"{apart}:1")).absent is None


def test_who_asks_for_uses_looks_for_them_alone(index: Index) -> None:
    sought = sought_of(index, Query("where is Retry used"))
    assert sought.uses is not None
    assert sought.mask is not None
    assert (sought.query.text, sought.unused) == ("Retry", None)
    assert [index.paths[index.file_ids[at]] for at in np.flatnonzero(sought.mask)] == [
        "tests/test_retry.py"
    ]
    none = sought_of(index, Query("who calls backoff"))
    assert (none.uses, none.mask, none.unused) == (None, None, ("backoff", "uses"))


@pytest.mark.parametrize(
    ("text", "guessed", "unknown"),
    [
        ("shop_cart.last_price", ("shop_cart.last_price", "last_price"), ""),
        ("Other.total", ("Other.total", "total"), ""),
        ("shelf.words", None, "shelf.words"),  # a word, and no name
        ("no_such_name", None, "no_such_name"),
        ("Words", None, ""),  # may begin a sentence
    ],
)
def test_a_name_of_another_owner_is_asked_for_without(
    tmp_path: Path,
    encoder: FakeEncoder,
    text: str,
    guessed: tuple[str, str] | None,
    unknown: str,
) -> None:
    """A column of a table is a field of a class: `no such column: shop_cart.last_price`."""
    tree = {
        "a/cart.py": ["class Cart:\n    last_price = 1\n    words = 2"],
        "a/sum.py": ["def total():\n    return 1"],
    }
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        found = answer(index, encoder, Query(text))
    assert (found.guessed, found.unknown) == (guessed, unknown)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("org.x.NoSuchBeanError: No definition of type 'com.shop.Basket'", "a/basket.py"),
        ('ERROR no definition of class "Shop\\Basket", a type of org', "a/basket.py"),
        ("NoSuchBeanError: Target class [shop.Basket] has no definition.", "a/basket.py"),
        ("ERROR cannot sell 'shop.Basket' twice", "a/sell.py"),  # what makes it
    ],
)
def test_a_message_that_nothing_makes_leads_to_what_it_names_in_full(
    tmp_path: Path, encoder: FakeEncoder, text: str, first: str
) -> None:
    """`No definition found for type 'com.shop.Basket'` found nothing."""
    tree = {
        "a/basket.py": ["class Basket:\n    pass"],
        "a/error.py": ["class NoSuchBeanError(Error):\n    type = 'org'\n    definition = no"],
        "a/sell.py": ["def sell(it):\n    raise Refused(f\"cannot sell '{it}' twice\")"],
    }
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        assert answer(index, encoder, Query(text)).hits[0].path == first
        other = answer(index, encoder, Query("what of the 'shop.Basket' raises"))
    assert other.hits[0].score < 0.9
