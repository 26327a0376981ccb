"""Whose a name is said to be where it is used."""

import pytest
from growth import grows_like_the_square

from ncs.search.owners import Whose, resembles, whose


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("$cart = Cart::add($x);", Whose.OWN),
        ("$cart = \\Shop\\Models\\Cart::add($x);", Whose.OWN),
        ("Cart.add(x)", Whose.OWN),
        ("list::Cart->add(x)", Whose.OWN),
        ("Till::add(Cart::add(x))", Whose.OWN),
        ("return self.add(x)", Whose.WITHIN),
        ("return $this->add($x);", Whose.WITHIN),
        ("add(x)", Whose.OPEN),
        ("cart.add(x)", Whose.OPEN),
        ("$Cart->add($x);", Whose.OPEN),
        ("$class::add($x);", Whose.OPEN),
        ("static::add($x);", Whose.OPEN),
        ("super.add(x)", Whose.OPEN),
        ("Till().add(x)", Whose.OPEN),
        ("self.Till.add(x)", Whose.OPEN),
        ("TILL.add(x)", Whose.OPEN),
        ("Till::add(add(x))", Whose.OPEN),
        ("Till::add(x)", Whose.OTHERS),
        ("shop::add(x)", Whose.OTHERS),
        ("Till.add(x)", Whose.OTHERS),
        ("BigCart.add(x)", Whose.OTHERS),
        ("Cart::address(x)", Whose.OPEN),
    ],
)
def test_what_stands_before_a_name_tells_whose_it_is(line: str, said: Whose) -> None:
    assert whose(line, "add", "Cart", "shop.Cart.fill")[0] is said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("add(x)", Whose.OWN),
        ("C.add(x)", Whose.OWN),
        ("c.add(x)", Whose.OWN),
        ("self.c.add(x)", Whose.OPEN),
        ("till.add(x)", Whose.OPEN),
        ("Till.add(x)", Whose.OTHERS),
    ],
)
def test_what_a_file_imports_tells_whose_a_name_is(line: str, said: Whose) -> None:
    known = {"add": ("shop", "Cart", "add"), "C": ("shop", "Cart"), "c": ("Cart",)}
    assert whose(line, "add", "Cart", "", known)[0] is said
    assert whose("add(x)", "add", "Till", "", known) == (Whose.OTHERS, "Cart")
    assert whose("add(x)", "add", "Cart", "", {"c": ("Cart",)})[0] is Whose.OPEN


def test_whose_else_a_name_is_may_be_told() -> None:
    assert whose("x = Till::add(1)", "add", "Cart", "") == (Whose.OTHERS, "Till")
    assert whose("return self.add(x)", "add", "Cart", "BigCart.fill")[0] is Whose.OPEN


def test_what_is_called_like_an_owner_resembles_it() -> None:
    for line in ("cart.add(x)", "big_cart.add(x)", "BigCart.add(x)", "this->add(x)"):
        assert resembles(line, "add", "Cart", "Cart.fill")
    assert resembles("scheduler.add(x)", "add", "RemoteScheduler", "run")
    for line in ("till.add(x)", "add(x)", "art.add(x)", "this->add(x)"):
        assert not resembles(line, "add", "Cart", "Till.fill")


@pytest.mark.parametrize("unit", ["a", "add(x) ", "add.", "a.add(x);"])
def test_a_long_line_is_looked_at_in_time(unit: str) -> None:
    """1.1 s for 8,000 letters in front of a name, and the square for more."""

    def look(long: int) -> None:
        whose(f"{unit * long} add(x)", "add", "Cart", "")
        resembles(f"{unit * long} add(x)", "add", "Cart", "")

    assert not grows_like_the_square(look, 1_000, 4_000)
