"""Full names: what stands in front of a name is the package or module it is of."""

from collections.abc import Iterator

import pytest
from small_index import built

from ncs.api.opening import Codebase
from ncs.types import Mode

_CART = "".join(f"    int count{at}() {{ return {at}; }}\n" for at in range(30))
FILES = {
    "java/com/acme/shop/Cart.java": "package com.acme.shop;\n\nimport java.util.List;\n\n"
    f"/** Holds goods. */\npublic class Cart {{\n    void put(int good) {{}}\n{_CART}}}\n",
    "java/com/acme/shop/old/Cart.java": "package com.acme.shop.old;\n\n"
    "class Cart {\n    void put(int good) { int x = 1; }\n}\n",
    "php/Errors/LateError.php": "<?php\n\nnamespace Acme\\Errors;\n\nuse RuntimeException;\n\n"
    "class LateError extends RuntimeException\n{\n    public function days() { return 1; }\n}\n",
    "php/Mailing/LateError.php": "<?php\n\nnamespace Acme\\Mailing;\n\nuse Acme\\Errors;\n\n"
    "class LateError\n{\n    public function letters() { return 2; }\n}\n",
    "python/acme/limits.py": '"""Limits."""\n\nimport os\n\nMOST_GOODS_HELD = 10\n\n\n'
    "def limit_of_goods(x):\n    return x\n",
    "rust/src/chain.rs": "/// A chain.\npub struct Link {\n    next: u8,\n}\n",
    "rust/src/other.rs": "pub struct Link {\n    before: u8,\n}\n",
    "swift/Field+rx.swift": "extension Reactive where Base: Field {\n"
    "    /// Text of it.\n    func text() -> String { return value }\n}\n",
    "swift/Area+rx.swift": "extension Reactive where Base: Area {\n"
    "    /// Text of it.\n    func text() -> String { return value }\n}\n",
}  # fmt: skip
for _at in range(4):
    FILES[f"java/com/acme/till/Till{_at}.java"] = (
        "package com.acme.till;\n\nimport com.acme.shop.Cart;\nimport com.acme.shop.Cart.put;\n"
        f"\nclass Till{_at} {{\n    // com.acme.shop.Cart: acme, shop, cart\n    Cart cart;\n}}\n"
    )
    FILES[f"php/Uses{_at}.php"] = (
        "<?php\n\nnamespace Acme;\n\nuse Acme\\Errors\\LateError;\n\n"
        f"class Uses{_at}\n{{\n    public function late() {{ throw new LateError(); }}\n}}\n"
    )
    FILES[f"python/acme/use_{_at}.py"] = (
        "import acme.limits\n\n\ndef use(x):\n"
        "    return acme.limits.MOST_GOODS_HELD + acme.limits.MOST_GOODS_HELD\n"
    )
    FILES[f"rust/src/use_{_at}.rs"] = (
        "use crate::chain::Link;\n\npub fn use_link(link: crate::chain::Link) -> u8 {\n    0\n}\n"
    )


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    root = tmp_path_factory.mktemp("homes")
    with built(root, FILES) as opened:
        yield opened


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "symbol"])
@pytest.mark.parametrize(
    ("asked", "path"),
    [
        # the folders are the package; what imports the class holds its full name more often
        ("com.acme.shop.Cart", "java/com/acme/shop/Cart.java"),
        ("com.acme.shop.Cart.put", "java/com/acme/shop/Cart.java"),
        ("com.acme.shop.old.Cart", "java/com/acme/shop/old/Cart.java"),
        # the first piece of a namespace need not be a folder
        ("Acme\\Errors\\LateError", "php/Errors/LateError.php"),
        ("Acme\\Mailing\\LateError", "php/Mailing/LateError.php"),
        ("crate::chain::Link", "rust/src/chain.rs"),
        # another owner, which the file is called by
        ("Field.rx.text", "swift/Field+rx.swift"),
        ("Area.rx.text", "swift/Area+rx.swift"),
    ],
)
def test_a_full_name_is_what_its_module_defines(
    codebase: Codebase, asked: str, path: str, mode: Mode
) -> None:
    hit = codebase.search(asked, 1, mode)[0]
    assert (hit.path, hit.kind == "block") == (path, False)


def test_a_full_name_of_a_constant_is_where_its_module_gives_it(codebase: Codebase) -> None:
    for mode in ("hybrid", "lexical"):
        hit = codebase.search("acme.limits.MOST_GOODS_HELD", 1, mode)[0]
        assert (hit.path, hit.score > 0.9) == ("python/acme/limits.py", True)


def test_a_full_name_is_surely_meant(codebase: Codebase) -> None:
    found = codebase.search("com.acme.shop.Cart", 9, "symbol")
    assert [hit.path for hit in found if hit.score == 1.0] == ["java/com/acme/shop/Cart.java"]
    assert codebase.search("com.acme.shop.Cart", 1)[0].score > 0.9


def test_what_is_indexed_may_lie_inside_the_package(codebase: Codebase) -> None:
    # `ncs index` in `rust/`: no path says the name of the crate.
    found = codebase.search("acme::rust::chain::Link", 1, "symbol")
    assert found[0].path == "rust/src/chain.rs"
