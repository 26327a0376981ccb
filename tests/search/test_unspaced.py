"""Questions in scripts that set no spaces between words, and in languages with accents."""

from pathlib import Path
from typing import Any

import pytest
from small_index import FakeEncoder, make_corpus, write_index

from ncs.index.reading import open_index
from ncs.search import Query, search
from ncs.search.question import is_foreign, terms
from ncs.search.searching import answer
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
    assert list(terms("如何遁甲奇门？")) == ["遁甲", "甲奇", "奇门"]
    assert "где" not in terms("где проверяется баланс")
    assert list(terms("ゲバラはどこで")) == ["ゲバ", "バラ"]
    assert list(terms("どこで")) == ["どこ", "こで"]  # nothing else is asked


def test_latents_are_asked_less_where_the_base_model_knows_no_letter() -> None:
    for text in ("用户登录", "где проверяется баланс", "パスワードを reset"):
        assert is_foreign(text)
    for text in ("configuração do usuário", "redis 缓存 aspect", "größe"):
        assert not is_foreign(text)


def test_relevance_is_that_of_words_where_latents_say_nothing(place: Path) -> None:
    for text, by_both in (
        ("遁甲会", False),
        ("删除会话", True),
        ("where is the session deleted", True),
    ):
        stages = dict(asked(place, text, mode="hybrid")[0].stages)
        assert (stages["best_cosine"] != 0) == by_both


def test_a_path_is_asked_for_as_it_is_written(tmp_path: Path) -> None:
    tree = {"docs/用户guide.md": ["# 说明\n\n如何登录"], "docs/other.md": ["# 用户\n\nguide 说明"]}
    write_index(tmp_path / "small.db", make_corpus(tree))
    for text in ("docs/用户guide.md", "用户guide.md", "docs/用户guide.md:2"):
        first = asked(tmp_path / "small.db", text)[0]
        assert first.path == "docs/用户guide.md"
        assert first.score > 0.9
    with open_index(tmp_path / "small.db") as index:
        assert answer(index, FakeEncoder(), Query("docs/用户gide.md")).absent


def test_a_file_called_so_comes_first(tmp_path: Path) -> None:
    tree = {"docs/部署指南.md": ["# A\n\n说明文字"], "docs/b.md": ["# B\n\n部署的说明和指南文字"]}
    write_index(tmp_path / "small.db", make_corpus(tree))
    assert asked(tmp_path / "small.db", "部署指南")[0].path == "docs/部署指南.md"
