"""Words, stems and tokens."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.scripts import spaced, unaccented, units
from ncs.text import (
    document,
    identifiers,
    lexical_tokens,
    loosely,
    parts,
    path_words,
    read_out,
    stem,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseHTTPHeader2", "parse http header 2"),
        ("snake_case __dunder__ CONST_NAME", "snake case dunder const name"),
        ("IOError: naïve Über 数据", "io error naïve über 数据"),
        ("用户登录", "用户 户登 登录"),
        ("调用UserService保存2密", "调用 user service 保存 2 密"),
        ("パスワードの再設定", "パス スワ ワー ード の 再設 設定"),
        ("사용자를 저장", "사용 용자 자를 저장"),
        ("ПолучитьИмяФайла ÀÉcole", "получить имя файла à école"),
        ("x->y[0] += 'it''s'", "x y 0 it s"),
        ("", ""),
    ],
)
def test_words_are_cut_at_identifier_boundaries(text: str, expected: str) -> None:
    assert words(text) == expected.split()


@pytest.mark.parametrize(
    "family",
    [
        "encode encodes encoder encoding encoded",
        "retry retries retried",
        "create creates created creation creator",
        "validate validation validator",
        "cache caching",
        "dispatch dispatches dispatching dispatcher",
        "configuração configuracao configuraçao",
        "größe große",
        "пользователь пользователя пользователю",
    ],
)
def test_a_family_of_words_shares_its_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("word", ["class", "status", "this", "size", "axis"])
def test_a_stem_keeps_what_is_no_suffix(word: str) -> None:
    assert stem(word) == word


def test_lexical_tokens_keep_the_whole_beside_its_parts() -> None:
    tokens = lexical_tokens("RequestEncoder")
    assert tokens == ["requestencoder", "request", "encoder", "~request", "~encod"]
    assert set(lexical_tokens("encoding")) & set(lexical_tokens("encoder")) == {"~encod"}


def test_what_has_no_spaces_is_counted_by_pairs_and_names_in_it_as_ever() -> None:
    assert lexical_tokens("获取UserService的") == [
        "获取", "userservice", "user", "service", "~user", "~servic", "的",
    ]  # fmt: skip
    assert set(lexical_tokens("删除会话")) < set(lexical_tokens("用户退出时删除会话"))


def test_a_name_among_what_has_no_spaces_gets_some() -> None:
    assert spaced("调用UserService.save保存2次") == "调用 UserService.save 保存 2 次"
    assert spaced("plain_name naïve") == "plain_name naïve"


@given(st.text(max_size=60))
def test_a_text_is_found_whatever_spaces_were_set(text: str) -> None:
    if text.split():
        assert re.search(loosely(spaced(text)), text)
    assert "".join(spaced(text).split()) == "".join(text.split())


@given(st.text(max_size=60))
def test_accents_are_left_out_in_place(text: str) -> None:
    plain = unaccented(text)
    assert len(plain) == len(text)
    assert unaccented(plain) == plain
    assert unaccented("Größe Ёлка й パス éÝ") == "Große Елка й パス eY"


@given(st.text(max_size=60))
def test_a_message_is_read_out_in_order(text: str) -> None:
    assert "".join(read_out(text)).split() == "".join(re.findall(r"\w+", text)).split()


def test_two_characters_count_as_a_word() -> None:
    assert units("调用UserService保存数据了") == ["调用", "UserService", "保存", "数据", "了"]
    assert units("plain words, two") == ["plain", "words,", "two"]


def test_wide_narrow_and_parted_forms_are_one() -> None:
    assert (
        words("ﾊﾟｽﾜｰﾄﾞ") == words("パスワード") == words(unicodedata.normalize("NFD", "パスワード"))
    )
    assert words(unicodedata.normalize("NFD", "データ café")) == words("データ café")
    assert words("ＵｓｅｒＩｄ") == ["user", "id"]
    assert words("JAVA™ x² ①") == ["java", "x"]


def test_long_runs_are_not_kept() -> None:
    """Sentences never come again: kept whole, they would push out the names that do."""
    before = parts.cache_info().currsize
    words("".join(map(chr, range(0x4E00, 0x4E00 + 5_000))))
    assert parts.cache_info().currsize == before
    assert max(map(len, identifiers("说" * 10_000))) == 2


def test_path_words_say_stem_and_folder_twice() -> None:
    assert path_words("lib/core/dispatchRequest.js") == (
        "dispatchRequest core dispatchRequest core"
    )
    assert path_words("pkg/flask/__init__.py") == "flask flask"
    assert path_words("README.md") == "README README"
    assert document("a/b.py", "x").endswith("\nx")
