"""Questions in other languages, word by word in English."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_index import FakeEncoder, make_corpus, write_index

from benchmarks.thesaurus.compile import LANGUAGES, glossary
from ncs.index.reading import open_index
from ncs.search import Query, search
from ncs.search.glossary import glossed, in_english
from ncs.search.question import subject, terms
from ncs.thesaurus import GLOSSARY, english_words
from ncs.types import Hit

LISTED = GLOSSARY.read_text("utf-8").splitlines()


def test_what_ships_is_made_of_its_sources() -> None:
    texts = [path.read_text("utf-8") for path in sorted(LANGUAGES.glob("*.tsv"))]
    assert GLOSSARY.read_text("utf-8") == glossary(texts)


def test_every_line_is_found_by_its_key() -> None:
    for line in LISTED[::17]:
        key, _, english = line.partition("\t")
        assert english_words(key) == tuple(english.split(" ")), line


def test_the_likeliest_word_comes_first() -> None:
    made = glossary(["table\t表格, 表\nlist\t列表, 表格\n", "save\tсохранить\nwrite\t書き込み\n"])
    assert made.splitlines() == ["сохра\tsave", "列表\tlist", "書き込\twrite", "表格\ttable list"]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("取消超时订单", "cancel timeout order"),
        ("redis 缓存 key", "redis cache key"),
        ("パスワードをリセット", "password reset"),
        ("사용자 로그인", "user login"),
        ("список пользователей", "list user"),
        ("загрузка data file", "load data file"),
        ("file 上传", "file upload"),
        ("cancelar pedido", "cancel order"),
        ("eliminar usuario", "delete user"),
        ("annuler la commande", "cancel order"),
        ("a configuração do usuário", "a config do user"),
        ("où est supprimé le panier", "remove cart"),
        ("onde as notas sao copiadas para o aluno", "as note copiadas o student"),
    ],
)
def test_words_are_said_in_english(text: str, english: str) -> None:
    assert in_english(text) == english


@pytest.mark.parametrize(
    "text",
    [
        "🐛 Fix `data` not sent in “pasta”", "┌ Warning: no variable", "parse_query", "", "ŷŷŷ",
        "Gödel number encoding", "résumé upload form", "5 µs timeout", "π approximation",
        "Zoë's patch", "file set data", "RemoteScheduler", "where is the naïve data loader",
        "load data from a pasta",
    ],
)  # fmt: skip
def test_what_is_in_english_stays(text: str) -> None:
    assert in_english(text) == ""
    assert glossed(text) == ()


@given(st.text(alphabet="取消超时订单 パスワード user данные é", max_size=40))
def test_every_word_is_kept(text: str) -> None:
    said = "".join(gloss.said for gloss in glossed(text)).replace(" ", "")
    assert said in ("", "".join(text.split()).lower())


def test_both_are_looked_for_and_the_model_reads_english() -> None:
    found = terms("取消订单")
    assert {"取消", "订单", "cancel", "order"} <= set(found)
    assert subject("取消订单") == "cancel order"


def asked(place: Path, text: str, **more: Any) -> list[Hit]:
    with open_index(place) as index:
        return search(index, FakeEncoder(), Query(text, **more))


def test_code_in_english_answers(tmp_path: Path) -> None:
    tree = {
        "cart.py": ["def clear_cart(user):\n    del carts[user]"],
        "login.py": ["def login(user):\n    return check_password(user)"],
        "order.py": ["def cancel_order(order):\n    order.status = CANCELLED"],
    }
    write_index(tmp_path / "small.db", make_corpus(tree))
    for text, path in (
        ("取消订单", "order.py"), ("注文をキャンセルする", "order.py"),
        ("장바구니 비우기", "cart.py"), ("отмена заказа", "order.py"),
        ("verificação da senha do usuário", "login.py"),
    ):  # fmt: skip
        for mode in ("hybrid", "lexical", "neural"):
            assert asked(tmp_path / "small.db", text, mode=mode)[0].path == path, (text, mode)


def test_a_text_that_stands_in_the_code_is_found_whatever_it_is_in_english(tmp_path: Path) -> None:
    tree = {
        "a.py": ['def stop():\n    raise Error("订单已经取消，无法再次取消")'],
        "b.py": ["def cancel_order(order):\n    order.cancel()\n    cancel(order, again=True)"],
    }
    write_index(tmp_path / "small.db", make_corpus(tree))
    first = asked(tmp_path / "small.db", "订单已经取消，无法再次取消")[0]
    assert first.path == "a.py"
    assert first.score > 0.9


def test_a_few_words_that_only_prose_has_as_they_are_lead_to_code_as_well(tmp_path: Path) -> None:
    tree = {
        "docs/notes.md": ["# 路由\n\n支持一致性哈希路由 和轮询"],
        "route.py": ["def route_by_consistent_hash(nodes):\n    return consistent_hash(nodes)"],
    }
    write_index(tmp_path / "small.db", make_corpus(tree))
    assert asked(tmp_path / "small.db", "一致性哈希路由")[0].path == "route.py"
