"""Addresses, and the routes that answer them."""

from collections.abc import Iterator

import pytest
from growth import grows_like_the_square
from small_index import built

from ncs.api.opening import Codebase

FILES = {
    "shop/urls.py": """urlpatterns = [
    path("checks/", views.checks),
    path("checks/<uuid:code>/pause", views.pause),
    re_path(r"^carts/(?P<pk>[0-9]+)/pay$", views.pay),
]
""",
    "shop/views.py": "def pause(request, code):\n    return checks(code).pause()\n",
    "src/routes.ts": "router.post('/api/v2/orders/:id/cancel', cancel);\n"
    "router.get('/api/v2/orders', list);\n",
    "src/lib.rs": '#[get("/rooms/{id}/exits")]\nfn exits(id: u8) -> Exits {\n    find(id)\n}\n',
    "docs/api.md": "# Pause\n\n`POST /api/v3/checks/<code>/pause` pauses a check.\n",
    "tests/test_pause.py": 'def test_pause():\n    post("/api/v3/checks/17/pause")\n',
}


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    root = tmp_path_factory.mktemp("addresses")
    with built(root, FILES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/api/v3/checks/f618072a-7bde-4eee-af63-71a77c5723bc/pause", "shop/urls.py"),
        ("POST https://shop.org/api/v3/checks/17/pause?now=1", "shop/urls.py"),
        ("/shop/carts/12/pay", "shop/urls.py"),
        ("/api/v2/orders/77/cancel", "src/routes.ts"),
        ("`GET /hotel/rooms/3/exits`", "src/lib.rs"),
    ],
)
def test_an_address_leads_to_the_route_that_answers_it(
    codebase: Codebase, address: str, path: str
) -> None:
    """Prose and tests that hold all of it came first."""
    first, *others = codebase.search(address)
    assert (first.path, first.score > 0.9) == (path, True)
    assert all(hit.score < 0.9 for hit in others)


@pytest.mark.parametrize(
    "address", ["/api/v3/checks/17/resume", "/shop/carts/12", "/nowhere/at/all"]
)
def test_an_address_of_no_route_is_answered_by_none(codebase: Codebase, address: str) -> None:
    assert all(hit.score < 0.9 for hit in codebase.search(address))


@pytest.mark.parametrize("unit", ["/a", "/1", "GET /", "'/a", "/<a>"])
def test_a_long_address_is_read_in_time(codebase: Codebase, unit: str) -> None:
    assert not grows_like_the_square(lambda long: codebase.search(unit * long), 4_000, 16_000)
