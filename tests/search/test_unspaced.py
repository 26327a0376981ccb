"""Questions in scripts that set no spaces between words, and in languages with accents."""

from pathlib import Path
from typing import Any

import pytest
from small_index import FakeEncoder, make_corpus, write_index

from ncs.index.reading import open_index
from ncs.search import Query, search
from ncs.search.question import is_foreign, terms
from ncs.types import Hit

FILES = {
    "login.py": ["def login(user):\n    # 验证用户的密码并创建会话\n    return UserService(user)"],
    "logout.py": ["def logout(user):\n    # 用户退出时删除会话\n    del sessions[user]"],
    "order.py": ['def cancel(order):\n    raise Error(f"订单{order}不存在，无法取消")'],
    "paint.py": ["def draw(image):\n    # 绘制图像的边框\n    return image"],
    "reset.py": ["def reset(user):\n    # パスワードをリセットする\n    return None"],
    "save.py": ["def save(user):\n    # 사용자를 데이터베이스에 저장한다\n    return None"],
    "pay.py": ["def pay(user):\n    # Проверяет баланс пользователя\n    return None"],
    "setup.py": ["def setup(user):\n    # carrega a configuração do usuário\n    return None"],
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_index(tmp_path / "small.db", make_corpus(FILES))
    return tmp_path / "small.db"


def asked(place: Path, text: str, **more: Any) -> list[Hit]:
    with open_index(place) as index:
        return search(index, FakeEncoder(), Query(text, **more))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("密码", "login.py"),
        ("如何验证密码？", "login.py"),
        ("删除会话", "logout.py"),
        ("图像边框", "paint.py"),
        ("パスワードの再設定", "reset.py"),
        ("사용자 저장", "save.py"),
        ("баланс пользователей", "pay.py"),
        ("configuracao de usuarios", "setup.py"),
        ("哪里调用UserService", "login.py"),
    ],
)
def test_a_part_of_what_is_said_is_found(place: Path, text: str, path: str) -> None:
    for mode in ("hybrid", "lexical"):
        assert asked(place, text, mode=mode)[0].path == path


def test_a_message_with_a_value_is_found_by_its_literal(place: Path) -> None:
    first = asked(place, "订单20251103不存在，无法取消")[0]
    assert first.path == "order.py"
    assert first.score > 0.9


def test_the_line_that_says_it_is_shown(tmp_path: Path) -> None:
    lines = [
        "def run():",
        *(f"    step_{at}()" for at in range(40)),
        "    # 删除过期的会话",
        "    end()",
    ]
    write_index(tmp_path / "small.db", make_corpus({"a.py": ["\n".join(lines)]}))
    assert "删除过期的会话" in asked(tmp_path / "small.db", "过期会话")[0].snippet


def test_words_that_ask_count_for_nothing() -> None:
    assert list(terms("如何验证密码？")) == ["验证", "证密", "密码"]
    assert "где" not in terms("где проверяется баланс")
    assert list(terms("パスワードはどこで")) == ["パス", "スワ", "ワー", "ード"]
    assert list(terms("どこで")) == ["どこ", "こで"]  # nothing else is asked


def test_latents_are_asked_less_where_the_base_model_knows_no_letter() -> None:
    for text in ("用户登录", "где проверяется баланс", "パスワードを reset"):
        assert is_foreign(text)
    for text in ("configuração do usuário", "redis 缓存 aspect", "größe"):
        assert not is_foreign(text)
