"""What stands on a screen, and where the code says it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_index import built

from ncs.api.opening import Codebase

FILES = {
    "app/user.py": "class User:\n    def become(self, user):\n        return user\n",
    "app/views/users.erb": "<td>\n  <%= link_to 'Become User', path, class: 'btn' %>\n</td>\n",
    "app/views/menu.html": "<ul>\n  <li>\n    <a href='/'>Night Mode</a>\n  </li>\n</ul>\n",
    "docs/users.md": "# Become User\n\nPress `Become User`: the night mode of a user.\n",
    "i18n/en.properties": "more = More Time\r\nless = Less Time\r\n",
    "i18n/de.json": '{\n  "delay": "Keine Verzögerung",\n  "more": "Mehr Zeit"\n}\n',
    "i18n/zh.json": '{\n  "no": "对方拒绝了请求。",\n'
    '  "auto": "通过链接分享：自动同意接收请求"\n}\n',
    "app/mode.py": "def set_mode(night):\n    '''Switch the night mode on.'''\n    return night\n",
}


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    root = tmp_path_factory.mktemp("labels")
    with built(root, FILES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("Become User", "app/views/users.erb"),
        ('"Become User"', "app/views/users.erb"),
        ("Night Mode", "app/views/menu.html"),
        ("Keine Verzögerung", "i18n/de.json"),
        ("Mehr Zeit", "i18n/de.json"),
        ("More Time", "i18n/en.properties"),
        ("对方拒绝了请求。", "i18n/zh.json"),
        ("自动同意接收请求", "i18n/zh.json"),
    ],
)
def test_a_label_leads_to_where_the_code_says_it(
    codebase: Codebase, label: str, path: str
) -> None:
    """What is called by its words came first, and nothing was said to be the answer."""
    first, *others = codebase.search(label)
    assert (first.path, first.score > 0.9) == (path, True)
    assert all(hit.score < 0.9 for hit in others)


def test_words_about_something_are_no_label(codebase: Codebase) -> None:
    assert codebase.search("night mode")[0].path == "app/mode.py"
    assert all(hit.score < 0.9 for hit in codebase.search("Become Users"))


def test_a_number_leads_to_the_constant_that_has_it(tmp_path: Path) -> None:
    texts = {
        "src/port.rs": "/// Where it listens.\npub const DEFAULT_PORT: u16 = 53317;\n",
        "src/serve.rs": "fn serve() {\n    listen(53317);\n    retry(53317, 53317);\n}\n",
        "src/limit.c": "#define LIMIT 4096\n\nint f(int a) {\n  return a == 4096;\n}\n",
        "tests/port.py": "PORT = 53317\nLIMIT = 4096\n",
        "conf/app.yaml": "server:\n  port: 53317\n",
    }
    with built(tmp_path, texts) as opened:
        for number, path in (("53317", "src/port.rs"), ("4096", "src/limit.c")):
            first, *others = opened.search(number)
            assert (first.path, first.score > 0.9) == (path, True)
            assert all(hit.score < 0.9 for hit in others)
