"""What a file brings in is read, as each language writes it, and whose it makes a bare call."""

from pathlib import Path

import pytest
from growth import grows_like_the_square
from small_index import built

from ncs.search.imported import imported


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("from shop.util import price", {"price": "shop.util.price"}),
        ("    from .util import price as p, cost  # it", {"p": "util.price", "cost": "util.cost"}),
        ("from .util import (\n    price as p,  # one, two\n    cost,\n)\nrun(a)",
         {"p": "util.price", "cost": "util.cost"}),
        ("from a import \\\n    b\n", {"b": "a.b"}),
        ("from . import util", {"util": "util"}),
        ("import shop.util as u\r\nimport os\r\n", {"u": "shop.util", "os": "os"}),
        ("import { price, cost as c, type T } from './lib/util.js'",
         {"price": "lib.util.price", "c": "lib.util.cost", "T": "lib.util.T"}),
        ("import * as u from \"../util\";\nimport d, { e } from './x/index'",
         {"u": "util", "d": "x", "e": "x.e"}),
        ("import type A from './b'\nimport type { C } from './d'\nimport type from './e'",
         {"A": "b", "C": "d.C", "type": "e"}),
        ("const { price, b: c } = require('./util')\nconst u = require('../util.cjs')",
         {"price": "util.price", "c": "util.b", "u": "util"}),
        ("use crate::util::price;\nuse a::b::{c, d as e};\npub use a::f as g;",
         {"price": "crate.util.price", "c": "a.b.c", "e": "a.b.d", "g": "a.f"}),
        ("import static a.b.C.m;\nimport a.b.D\n", {"m": "a.b.C.m", "D": "a.b.D"}),
        ('import (\n\tu "x/shop/util"\n\t"fmt"\n)', {"u": "x.shop.util"}),
        ("use function App\\Util\\price;\nuse App\\{A, B as C};",
         {"price": "App.Util.price", "A": "App.A", "C": "App.B"}),
        ("use a::{b::C, d::{self, E as F, g}, h};\nuse x::Y;",
         {"C": "a.b.C", "d": "a.d", "F": "a.d.E", "g": "a.d.g", "h": "a.h", "Y": "x.Y"}),
        ("use ::{self};\nuse a::b;", {"b": "a.b"}),  # it ended a query with an IndexError
        ("import a.b.{C, D => E}", {"C": "a.b.C", "E": "a.b.D"}),
        ("using X = A.B.C;\nusing A.D;", {"X": "A.B.C", "D": "A.D"}),
        ("local u = require 'shop.util'", {"u": "shop.util"}),
        ("using ns::price;", {"price": "ns.price"}),
        ("the importance of a use in a from b", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_imports_say_what_a_name_is(text: str, known: dict[str, str]) -> None:
    assert {here: ".".join(there) for here, there in imported(text).items()} == known


@pytest.mark.parametrize(
    "unit",
    ["import ", "import {", "from a import (", "use a::", "let {a,", "use a::{\n", "use a::{b,"],
)
def test_a_long_text_is_read_in_time(unit: str) -> None:
    assert not grows_like_the_square(lambda long: imported(unit * long), 20_000, 80_000)


SHOP = {
    "shop/util.py": "def price(text):\n    return float(text)\n\n\n"
    "def cheaper(one, other):\n    return min(price(one), price(other))\n",
    "shop/cart.py": "def price(item):\n    return {'pear': 3}[item]\n\n\n"
    "def total(lines):\n    return sum(price(item) for item in lines)\n",
    "shop/__init__.py": "from shop.util import price\n",
    "app/direct.py": "from shop.util import price\n\n\ndef read(text):\n    return price(text)\n",
    "app/alias.py": "from shop import util as u\n\n\ndef read(text):\n    return u.price(text)\n",
    "app/other.py": "from shop.cart import price\n\n\ndef read(text):\n    return price(text)\n",
    "app/passed.py": "from shop import price\n\n\ndef read(text):\n    return price(text)\n",
    "app/field.py": "def read(self, text):\n    return self.shop.price(text)\n",
}


def test_whose_a_call_is_that_names_no_owner_its_imports_say(tmp_path: Path) -> None:
    """All of them were as sure, or none: `who calls util.price` gave those of `cart`, too."""
    with built(tmp_path, SHOP) as opened:
        hits = opened.search("who calls util.price", 9)
    sure = {hit.path for hit in hits if hit.score > 0.9}
    assert sure == {
        "shop/util.py",
        "app/direct.py",
        "app/alias.py",
    }  # who passes it on calls nothing
    assert [hit.path in sure for hit in hits] == sorted(
        (hit.path in sure for hit in hits), reverse=True
    )
    assert {hit.path for hit in hits} - sure == {
        "shop/cart.py", "shop/__init__.py", "app/other.py", "app/passed.py", "app/field.py",
    }  # fmt: skip
    paths = [hit.path for hit in hits]
    assert paths.index("app/other.py") > paths.index("app/field.py")
