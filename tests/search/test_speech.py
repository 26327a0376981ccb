"""Uses and definitions that are asked for in other languages."""

import pytest
from growth import grows_like_the_square
from hypothesis import given
from hypothesis import strategies as st

from ncs.search.speech import plainly

NAMES = ("parse", "X", "BaseTask", "UserService", "ServerContext")


def is_name(name: str) -> bool:
    return name in NAMES


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("谁调用了UserService.save？", "where is UserService.save used"),
        ("UserService在哪里被使用", "where is UserService used"),
        ("在哪里用到了 parse", "where is parse used"),
        ("getUser 被谁调用", "where is getUser used"),
        ("getUser的调用者", "where is getUser used"),
        ("getUserはどこで使われていますか？", "where is getUser used"),
        ("getUserの呼び出し元", "where is getUser used"),
        ("getUserを呼び出している箇所はどこ", "where is getUser used"),
        ("getUser는 어디서 호출되나요?", "where is getUser used"),
        ("getUser를 사용하는 곳", "where is getUser used"),
        ("где используется ParserFactory?", "where is ParserFactory used"),
        ("кто вызывает parse_query", "where is parse_query used"),
        ("onde é usado o parseQuery?", "where is parseQuery used"),
        ("parseQuery onde e usado", "where is parseQuery used"),
        ("quién llama a parseQuery", "where is parseQuery used"),
        ("où est utilisé parseQuery", "where is parseQuery used"),
        ("wo wird parse aufgerufen?", "where is parse used"),
        ("wer ruft a::parse auf", "where is a::parse used"),
        ("UserService 在哪定义的？", "where is UserService defined"),
        ("UserServiceはどこで定義されていますか", "where is UserService defined"),
        ("UserService 어디에 정의되어 있나요", "where is UserService defined"),
        ("где определён UserService", "where is UserService defined"),
        ("wo ist UserService definiert", "where is UserService defined"),
        ("哪些类继承了BaseTask", "subclasses of BaseTask"),
        ("BaseTaskを継承しているクラス", "subclasses of BaseTask"),
        ("кто реализует BaseTask", "subclasses of BaseTask"),
        ("pushTimer 方法被哪些类调用", "where is pushTimer used"),
        ("请问谁调用了「pushTimer」？", "where is pushTimer used"),
        ("使用了UserService的地方", "where is UserService used"),
        ("X関数はどこで使われていますか", "where is X used"),
        ("どこで X を呼んでいる？", "where is X used"),
        ("в каких местах вызывается метод X", "where is X used"),
        ("X有哪些子类", "subclasses of X"),
        ("классы, реализующие X", "subclasses of X"),
        ("谁重写了doAlarm", "who overrides doAlarm"),
        ("X の単体テストはどこにありますか", "tests of X"),
        ("parseQuery的单元测试", "tests of parseQuery"),
        ("parseQueryのテスト", "tests of parseQuery"),
        ("тесты для parseQuery", "tests of parseQuery"),
    ],
)
def test_uses_are_asked_for_in_other_languages(text: str, english: str) -> None:
    assert plainly(text, is_name) == english


@pytest.mark.parametrize(
    "text",
    [
        "谁使用了缓存", "如何测试 UserService 的登录", "用户登录", "где проверяется баланс",
        "onde sao copiadas as notas", "how is parse used", "wo wird der Wert gelesen",
        "tests of parse", "qui est-ce", "parse の処理", "onde é usado", "wer nutzt das",
        "quem usa isso", "où est définie la", "login 的实现", "实现 JWT", "API 的定义",
        "wo wird gespeichert verwendet", "реализация oauth",
    ],
)  # fmt: skip
def test_other_questions_stay_as_they_are(text: str) -> None:
    assert plainly(text, is_name) == text


@given(st.text(alphabet="谁调用了在哪里parse的 はどこで使われwo wird?", max_size=60))
def test_a_question_stays_or_asks_plainly(text: str) -> None:
    found = plainly(text, is_name)
    assert found == text or found.startswith(
        ("where is ", "subclasses of ", "tests of ", "who overrides ")
    )


@pytest.mark.parametrize("more", ["查看找", "找一下", "где "])
def test_time_grows_no_faster_than_a_question(more: str) -> None:
    """It doubled with every few characters."""
    small, large = (f"{more * count}用 где @" for count in (4, 16))
    assert not grows_like_the_square(lambda text: plainly(text, is_name), small, large)


def test_a_name_in_the_language_itself_is_one_that_the_code_has() -> None:
    def known(name: str) -> bool:
        return name in ("计算总价", "Заказ")

    assert plainly("谁调用了计算总价", known) == "where is 计算总价 used"
    assert plainly("наследники класса Заказ", known) == "subclasses of Заказ"
    assert plainly("谁使用了缓存", known) == "谁使用了缓存"
