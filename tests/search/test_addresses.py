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
    assert all(hit.score < 0.9 for hit in others if hit.path != "shop/views.py")


def test_what_a_route_calls_follows_it(codebase: Codebase, served: Codebase) -> None:
    """It came fourth, and an action of another namespace before it."""
    for asked, path in [
        (codebase.search("/api/v3/checks/17/pause"), "shop/views.py"),
        (served.search("POST /web/lists/show/4/7"), "app/Http/Lists/ShowController.php"),
        (served.search("POST /api/i18n/tongue"), "internal/tongues.go"),
    ]:
        assert (asked[1].path, asked[1].score > 0.9) == (path, True)


SERVED = {
    "app/books.py": '''@web.route("/ajax/bookmark/<int:book_id>/<book_format>", methods=["POST"])
def mark(book_id, book_format):
    """Keep the page of an epub."""
    return store(book_id, book_format)
''',
    "app/sending.py": '''@web.route("/send/<int:book_id>/<book_format>/<int:convert>")
def post(book_id, book_format, convert):
    """Mail it to a reader."""
    return mail(book_id, book_format, convert)
''',
    "app/naming.py": '''@web.route("/send/<name>/<book_format>/<int:convert>")
def by_name(name, book_format, convert):
    """Mail what is called so."""
    return named(name, book_format, convert)
''',
    "app/rooms.rs": """#[put("/rooms/<id>/users/<user>")]
fn change(id: &str, user: &str) -> Done {
    put(id, user)
}
""",
    "app/doors.rs": """#[delete("/rooms/<id>/users/<user>")]
fn leave(id: &str, user: &str) -> Done {
    remove(id, user)
}
""",
    "app/users.ts": """router.post(
  "users.invite",
  auth(),
  async (ctx) => invited(ctx)
);
""",
    "static/page.js": """function save(book) {
  fetch("/ajax/bookmark/12/epub", { method: "POST" });
  return axios.post("/api/users.invite", book);
}
""",
    "static/client.ts": """// The way of `/rooms/7/users/3` is long.
export const leave = () => api.delete("/api/rooms/7/users/3");
""",
    "routes/api.php": """<?php
Route::group(
    ['middleware' => 'auth', 'prefix' => 'v1/budgets'],
    static function (): void {
        Route::get('', ['uses' => 'Budget@index']);
        Route::put('{budget}', ['uses' => 'Budget@update']);
    }
);
""",
    "v2/put.js": """export default class Put {
    put(submission, params) {
        let url = '/api/v1/budgets/' + parseInt(params.id);
        return api.put(url, submission);
    }
}
""",
    "routes/web.php": r"""<?php
Route::group(
    ['namespace' => 'App\Http', 'prefix' => 'lists'],
    static function (): void {
        Route::get('show/{list}', ['uses' => 'Lists\ShowController@show']);
        Route::post('show/{list}/{entry}', ['uses' => 'Lists\ShowController@showOne']);
    }
);
""",
    **{
        f"app/{place}/Lists/ShowController.php": f"""<?php
namespace App\\{place}\\Lists;

class ShowController extends Controller
{{
    public function showOne(int $list, int $entry)
    {{
        return view('lists.show', $this->{place.lower()});
    }}
}}
"""
        for place in ("Api", "Http")
    },
    "internal/control.go": """package home

func (web *webAPI) registerControls() {
	web.httpReg.Register(
		http.MethodPost,
		"/api/i18n/tongue",
		web.handleTongue,
	)
}
""",
    "internal/tongues.go": """package home

func (web *webAPI) handleTongue(w http.ResponseWriter, r *http.Request) {
	web.speak(r.Body)
}
""",
    "client/tongue.ts": """export const getTongueUrl = () => {
    return "/api/i18n/tongue";
};
""",
    "src/pulling.rs": """#[get("/rooms/pull?<since>&<options..>")]
fn pull(since: &str, options: Options) -> Rooms {
    since(options)
}
""",
    "src/halls.py": r"""urlpatterns = [re_path(r"^halls/empty/?$", views.swept)]
""",
    "www/pull.js": """const pull = (rooms, pull) => fetch("/rooms/" + pull);
""",
    "src/authcontroller.cpp": """void AuthController::loginAction()
{
    const QString name = params()["username"];
    sessionManager()->sessionStart(name);
}
""",
    "src/cart_controller.rb": """class CartController
  def empty
    @goods.clear
  end
end
""",
    "www/login.js": """const submitLoginForm = (form) => {
    fetch("api/v2/auth/login", { method: "POST", body: form });
    fetch("shop/carts/empty");
};
""",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    with built(tmp_path_factory.mktemp("served"), SERVED) as opened:
        yield opened


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("POST /ajax/bookmark/12/epub", "app/books.py"),
        ("/send/17/epub/0", "app/sending.py"),
        ("/send/emma/epub/0", "app/naming.py"),
        ("DELETE /api/rooms/abc/users/def", "app/doors.rs"),
        ("PUT /api/rooms/abc/users/def", "app/rooms.rs"),
        ("POST /api/users.invite", "app/users.ts"),
        ("PUT /api/v1/budgets/12", "routes/api.php"),
        ("GET /api/rooms/pull?since=3", "src/pulling.rs"),
        ("/api/halls/empty", "src/halls.py"),
        ("curl -sS -X DELETE 'https://host/api/rooms/7/users/3' -H 'a: b'", "app/doors.rs"),
        ("curl https://host/ajax/bookmark/12/epub -d page=3", "app/books.py"),
        ("curl -XDELETE localhost:3000/api/rooms/7/users/3", "app/doors.rs"),
        ('curl -H "Accept: text/html" -X PUT "${HOST}/rooms/7/users/3"', "app/rooms.rs"),
        ("curl shop.org/ajax/bookmark/12/epub --data page=3", "app/books.py"),
    ],
)
def test_what_serves_an_address_comes_before_what_sends_to_it(
    served: Codebase, address: str, path: str
) -> None:
    """What sends says all of it; the route has placeholders, and its prefix stands elsewhere."""
    first, *_ = served.search(address)
    assert (first.path, first.score > 0.9) == (path, True)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("POST /api/v2/auth/login", "src/authcontroller.cpp"),
        ("/shop/carts/empty", "src/cart_controller.rb"),
    ],
)
def test_where_no_code_tells_routes_a_controller_is_found_by_its_name(
    served: Codebase, address: str, path: str
) -> None:
    first, *others = served.search(address)
    assert (first.path, first.score > 0.9) == (path, True)
    assert all(hit.score < 0.9 for hit in others)


@pytest.mark.parametrize(
    "address", ["/api/v3/checks/17/resume", "/shop/carts/12", "/nowhere/at/all"]
)
def test_an_address_of_no_route_is_answered_by_none(codebase: Codebase, address: str) -> None:
    assert all(hit.score < 0.9 for hit in codebase.search(address))


@pytest.mark.parametrize("unit", ["/a", "/1", "GET /", "'/a", "/<a>", "/a curl -X ", "curl a.b"])
def test_a_long_address_is_read_in_time(codebase: Codebase, unit: str) -> None:
    assert not grows_like_the_square(lambda long: codebase.search(unit * long), 4_000, 16_000)
