"""Files that are not in UTF-8: their words are found, their lines are those of an editor."""

import re
from pathlib import Path

import pytest
from growth import grows_like_the_square
from hypothesis import given
from hypothesis import strategies as st

from ncs.corpus.decoding import utf8
from ncs.corpus.files import walk
from ncs.corpus.reading import read_corpus
from ncs.types import BINARY, Skipped, SourceFile

CODE = "// Überprüft die Größe einer Datei.\r\nclass Prüfer\r\n{\r\n    int größe;\r\n}\r\n"


@pytest.mark.parametrize(
    "data",
    [
        CODE.encode(),
        CODE.encode("utf-8-sig"),
        b"\xff\xfe" + CODE.encode("utf-16-le"),
        b"\xfe\xff" + CODE.encode("utf-16-be"),
        CODE.encode("latin-1"),
        CODE.encode("windows-1252"),
    ],
)
def test_every_encoding_gives_the_same_words_on_the_same_lines(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "Pruefer.cs").write_bytes(data)
    corpus = read_corpus(tmp_path)
    (record,), (chunk,) = corpus.files, corpus.chunks
    assert (record.size, record.lines, record.language) == (len(data), 5, "csharp")
    assert chunk.text == CODE.removesuffix("\n")
    assert (chunk.span.start, chunk.span.end, chunk.symbol) == (1, 5, "Prüfer")
    assert chunk.target.text == "Überprüft die Größe einer Datei."


CHINESE = "/** 用户登录管理 */\ninterface UserService {\n    // 根据用户名获取后台管理员\n}\n"
TRADITIONAL = "// 使用者登入後檢查密碼並建立工作階段\n// 刪除過期的訂單與檔案\nint pay();\n"
JAPANESE = "# 音声を書き出す処理\n# プロジェクトファイルを新しい形式に移行する\ndef save(): pass\n"
KOREAN = "// 사용자의 비밀번호를 확인하고 세션을 만든다\nfunction login() { return 1; }\n"
RUSSIAN = "// Проверяет баланс пользователя и списывает средства\nint pay() { return 0; }\n"


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        (CHINESE, "gbk"), (CHINESE, "gb18030"), (TRADITIONAL, "big5"),
        (JAPANESE, "cp932"), (JAPANESE, "euc_jp"),
        (KOREAN, "cp949"),
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"),
    ],
)  # fmt: skip
def test_older_encodings_of_other_scripts_are_told_apart(
    tmp_path: Path, said: str, encoding: str
) -> None:
    data = said.encode(encoding)
    assert utf8(data).decode() == said
    (tmp_path / "a.java").write_bytes(b"\n" * 3 + data)  # all but commentary is ASCII
    (found,) = walk(tmp_path)
    assert isinstance(found, SourceFile)
    # Where all is written so, as in a README, most bytes are no UTF-8: a text all the same.
    alone = "".join(re.findall(r"[^\x00-\x7f]+", said))
    (tmp_path / "a.java").write_bytes(alone.encode(encoding))
    (found,) = walk(tmp_path)
    assert isinstance(found, SourceFile)


def test_a_few_stray_bytes_in_utf_8_are_of_no_other_script() -> None:
    strays = "é".encode("latin-1") * 8
    assert utf8(CHINESE.encode() + strays).decode() == CHINESE + "é" * 8


def test_what_a_file_says_of_its_encoding_is_believed() -> None:
    short = "# -*- coding: {} -*-\nx = 1  # 保存\n"
    for encoding in ("gbk", "shift_jis", "gb2312"):
        said = short.format(encoding)
        assert utf8(said.encode(encoding)).decode() == said
    lie = "# coding: cp932\n# é\n"  # which that cannot be
    assert utf8(lie.encode("latin-1")).decode() == lie


def test_a_stray_byte_far_behind_leaves_a_file_what_it_is() -> None:
    said = CHINESE * 200
    assert utf8(said.encode("gbk") + b"\xff\n").decode() == said + "\ufffd\n"


def test_one_long_line_is_read_as_well() -> None:
    said = "x" * 5_000 + "用户登录管理根据用户名获取后台管理员" * 400
    assert utf8(said.encode("gbk")).decode() == said


@pytest.mark.parametrize("ruler", ["// ————— Section —————\n", "// ·········\n", "°°°°°°°°°°°\n"])
def test_rulers_say_nothing_of_an_encoding(ruler: str) -> None:
    assert utf8((ruler * 9).encode("cp1252")).decode() == ruler * 9


def test_accents_of_latin_1_stay_what_they_are() -> None:
    french = (
        "// Vérifie le mot de passe saisi et crée une session.\n"
        "// Où l'élève est déjà inscrit, rien n'est effacé: l'année précédente est gardée.\n"
    )
    assert utf8(french.encode("latin-1")).decode() == french


def test_windows_characters_are_no_controls() -> None:
    assert utf8(b"\x93Quoted\x94 \x80 5\x85").decode() == "“Quoted” € 5…"
    assert utf8(b"\x81\x8d undefined").decode() == "\ufffd\ufffd undefined"


def test_one_stray_byte_changes_no_other_word() -> None:
    """A list of authors is often in two encodings."""
    assert utf8("Müller, ".encode() + b"M\xfcller, \xe9\n" + "漢字".encode()).decode() == (
        "Müller, Müller, é\n漢字"
    )


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]))
def test_anything_is_decoded_once_and_for_all(data: bytes, mark: bytes) -> None:
    text = utf8(mark + data)
    assert text == text.decode().encode()
    if not (mark + data).startswith((b"\xff\xfe", b"\xfe\xff")):
        assert text.count(b"\n") == (mark + data).count(b"\n")
        assert text.startswith(b"\xef\xbb\xbf") or utf8(text) == text


def test_a_character_that_holds_a_line_feed_byte_ends_no_line() -> None:
    assert utf8(b"\xff\xfe" + "\u0a0a\u0d0a\n".encode("utf-16-le")).decode() == "\u0a0a\u0d0a\n"


@pytest.mark.parametrize(
    "data",
    [
        "no mark".encode("utf-16-le"),
        "wide".encode("utf-32"),
        b"\xff\xfe" + bytes(range(256)) * 40,
        b"\xff\xfe" + b"\0\xd8" * 40,
        b"\xfe\xff" + b"\0\1\0\2\0\3" * 40,
    ],
)
def test_what_only_looks_like_utf_16_is_binary(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.cs").write_bytes(data)
    (found,) = walk(tmp_path)
    assert isinstance(found, Skipped)
    assert found.reason == BINARY


@pytest.mark.parametrize("more", ["x", "\U0001f40d"])
def test_the_head_may_cut_a_character(tmp_path: Path, more: str) -> None:
    (tmp_path / "a.sql").write_bytes(("x" + more * 5_000 + "\n" + "y\n" * 200).encode("utf-16"))
    (found,) = walk(tmp_path)
    assert isinstance(found, SourceFile | Skipped)
    assert not isinstance(found, Skipped) or found.reason != BINARY


def test_a_megabyte_of_stray_bytes_takes_no_time() -> None:
    assert not grows_like_the_square(lambda length: utf8(b"\xe9 \n" * length), 20_000, 80_000)
