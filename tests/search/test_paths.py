"""What a path is worth, and what is said of it, against patterns and brute force."""

import math
import re
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_index import make_corpus, write_index

from ncs.api.opening import Codebase
from ncs.index.reading import open_index
from ncs.lexical import rarity
from ncs.search import ports
from ncs.search.paths import PathWords, asks_for_tests, path_words_of
from ncs.text import stem, words


def path_words(
    paths: list[str], chunks: int = 1, generated: bool = False, declaring: bool = False
) -> PathWords:
    every = (np.full(len(paths), each) for each in (chunks, 0, generated, declaring))
    return PathWords(paths, *every)


@given(st.text("ab.", min_size=1).filter(lambda name: name.strip(".") and name[-1] != "."))
def test_a_name_without_its_ending_is_as_pathlib_has_it(name: str) -> None:
    assert path_words([f"folder/{name}"]).stems == (PurePosixPath(name).stem,)


PARTS = [
    "compat.v1",
    "vendor.bak",
    "src",
    "tests",
    "test",
    "docs",
    "doc",
    "a",
    "compat",
    "legacy",
    "vendor",
    "e2e",
    "bench",
    "Samples",
    "commonTest",
    "Core.Tests",
    "latest",
]


FILES = [
    "test_a.py", "aTest.java", "a.test.ts", "__init__.py", "compat.py", "x.d.ts", "b.md", "c",
    ".hidden", "index.js", "conftest.py", "docs", "legacy.", "single_include", "a.spec.js",
    "LATEST.md", "RetryTests.cs", "Test.java", "testing.c", "b-tests.", "test_", "9Test.x",
    "FsTestCase.php", "Names.xcstrings", "de.po", "LICENSE", "README", "ChangeLog", "license",
]  # fmt: skip


# The same rules as patterns of whole paths.
TESTED = (
    r"(^|/)([Tt]ests?|__tests__|specs?|testing|testdata|fixtures|e2e)/|[a-z0-9]Test/|Tests/"
    r"|(^|/)(test_[^/]*|[^/]*[._-](test|tests|spec)|[^/]*[a-z0-9]Test(s|Cases?)?|conftest)\.[^/.]+$"
)


FACTORS = (
    (TESTED, 0.3),
    (
        r"(^|/)(examples?|[Ss]amples?|demos?|docs|docs_src|bench(marks?)?)/"
        r"|^((?!src/)[^/]+/)*doc/",
        0.6,
    ),
    (r"(^|/)(_?compat|legacy|deprecated|single_include)[/.]", 0.6),
    (r"(^|/)(third_party|vendor)/", 0.4),
    (r"(^|/)(__init__\.py|index\.[jt]sx?|mod\.rs|package-info\.java)$", 0.5),
    (r"(^|/)(LICENSE|README|ChangeLog)$", 0.5),
    (r"\.d\.ts$", 0.7),
    (r"\.(md|rst|txt|json|ya?ml|toml|lock|html|css|cfg|ini|xml|xcstrings|po)$", 0.5),
)


@given(st.lists(st.sampled_from(PARTS), max_size=3), st.sampled_from(FILES))
def test_a_path_is_worth_what_its_parts_are(folders: list[str], name: str) -> None:
    path = "/".join([*folders, name])
    found = [each for each in FACTORS if re.search(each[0], path)]
    plain = math.prod(factor for _, factor in found)
    tested = math.prod(factor for pattern, factor in found if pattern is not TESTED)
    paths = path_words([path])
    assert paths.priors("anything").tolist() == pytest.approx([plain])
    assert paths.priors("the tests of it").tolist() == pytest.approx([tested])


def test_a_language_of_little_of_the_code_is_rarely_meant() -> None:
    names = ["app/a.go", "app/b.go", "web/app.js", "README.md", "docs/all.md"]
    counts, languages = np.array([60, 60, 5, 900, 1]), np.array([0, 0, 1, 2, 2])
    no = np.zeros(5, dtype=bool)
    paths = PathWords(names, counts, languages, no, no)
    assert paths.priors("how is a feed shown").tolist() == pytest.approx([1, 1, 0.8, 0.5, 0.3])
    assert paths.priors("javascript of the feed").tolist() == pytest.approx([1, 1, 1, 0.5, 0.3])
    more = PathWords(names, np.array([40, 40, 5, 900, 1]), languages, no, no)
    assert more.priors("how is a feed shown")[2] == 1


def test_what_a_file_only_declares_is_looked_for_where_it_is_done() -> None:
    paths = path_words(
        ["include/cart.h", "src/cart.cpp", "src/alone.h", "lib/set.mli", "lib/set.ml"]
    )
    assert paths.priors("how is a cart emptied").tolist() == pytest.approx([0.8, 1, 1, 0.8, 1])
    for asked in ("cart", "Cart::empty", "struct of the cart", "which header has the cart"):
        assert paths.priors(asked).tolist() == [1, 1, 1, 1, 1]


def test_what_a_tool_wrote_is_worth_less_but_where_it_is_asked_for() -> None:
    for path, plain in (("src/idle.h", 1.0), ("tests/idle.h", 0.3), ("api/index.html", 0.5)):
        paths = path_words([path], generated=True)
        assert paths.priors("how are idle clients noticed").tolist() == pytest.approx([plain / 2])
        for asked in ("the generated headers", "code generator", "codegen of idle"):
            assert paths.priors(asked).tolist() == pytest.approx([plain])
    assert path_words(["src/idle.h"]).priors("idle").tolist() == [1.0]


def test_what_only_declares_is_worth_less() -> None:
    for path, plain in (("src/Keys.java", 1.0), ("tests/Keys.java", 0.3), ("src/x.d.ts", 0.7)):
        declared = path_words([path], declaring=True).priors("how are clients noticed")
        assert declared.tolist() == pytest.approx([0.7 * plain if plain != 0.7 else plain])


def test_a_file_of_many_types_and_no_function_only_declares(tmp_path: Path) -> None:
    keys = tuple(f"class Key{at}:\n    value = {at}" for at in range(10))
    act = "def act(key):\n    return key"
    table = tuple(f"class Key{at}:\n    value = {at}" for at in range(49))
    corpus = make_corpus(
        {"acts.py": (*keys, act), "few.py": keys[:9], "keys.py": keys, "table.py": (*table, act)}
    )
    write_index(tmp_path / "i.db", corpus)
    with open_index(tmp_path / "i.db") as index:
        worth = path_words_of(index).priors("what is done with a key")
    assert worth.tolist() == pytest.approx([1.0, 1.0, 0.7, 0.7])


def test_code_of_others_is_worth_less_but_where_it_is_asked_for() -> None:
    """14,960 of gitbucket's 18,985 chunks are below `assets/vendors`."""
    paths = path_words(["assets/js/vendors/ace.js", "third_party/zlib/a.c", "sql/vendors/h2.kt"])
    assert paths.priors("password hashing").tolist() == pytest.approx([0.4, 0.4, 1.0])
    for asked in ("vendor-specific dialects", "third party licences"):
        assert paths.priors(asked).tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_a_folder_that_is_called_by_its_release_is_others_code() -> None:
    """`script code removed` found five files of gogs' `public/plugins/codemirror-5.17.0`."""
    *releases, own, version = path_words(
        [
            "public/plugins/codemirror-5.17.0/mode/vue.js",
            "src/scripts/jquery-3.7.1.slim.js",
            "src/scripts/typeahead.0.11.1.min.js",
            "core/src/main/scala-2.12/cats/Foldable.scala",
            "migrations/upgrade-2.0.1.py",
        ]
    ).priors("parse a mode")
    assert releases == pytest.approx([0.4] * 3)
    assert (own, version) == (1.0, 1.0)


def test_libs_that_a_browser_loads_are_others_code() -> None:
    """`cps/static/js/libs/pdf.js` came before what a book's server does."""
    of_others, own, kept = path_words(
        ["cps/static/js/libs/pdf.js", "libs/mail/send.js", "assets/waveform/lib/scene.ts"]
    ).priors("send a mail")
    assert (of_others, own, kept) == (np.float32(0.4), 1.0, 1.0)


def test_a_file_of_many_that_are_called_by_languages_is_a_translation() -> None:
    """A question for a lock after wrong passwords was answered by five languages' texts."""
    codes = ["en", "de_informal", "fr", "pt_BR", "zh-Hans", "uz@Cyrl"]
    translated = [
        form.format(code) for form in ("lang/{}/auth.php", "web/{}.ts") for code in codes
    ]
    others = ["languages/go.ts", "languages/js.ts", "lang/StringUtils.java", "src/it/run.py"]
    paths = path_words(translated + others)
    once, twice = 0.6, 0.36
    expected = [once, *[twice] * 5, once, *[twice] * 5, 1.0, 1.0, 1.0, 1.0]
    assert paths.priors("wrong passwords").tolist() == pytest.approx(expected)
    assert paths.priors("the translations of it").tolist()[0] == 1.0
    few = path_words(["lang/en/auth.php", "lang/de/auth.php", "lang/fr/auth.php"])
    assert few.priors("wrong passwords").tolist() == [1.0] * 3


def test_folders_of_tests_may_begin_so() -> None:
    """Tests of a browser stood before what they test: `tests_e2e/e2e_test_form.py`."""
    paths = path_words(["app/tests_e2e/form.py", "e2e-web/form.ts", "testament/form.py"])
    assert paths.tests.tolist() == [True, True, False]


def test_systems_call_the_folders_of_translations_in_their_own_ways() -> None:
    """Three languages' texts stood before those that they are translated from."""
    codes = ["fr", "de", "pt", "es", "it", "my"]
    android = [f"res/values-{code}/strings.xml" for code in (*codes, "pt-rBR")]
    apple = [f"App/{code}.lproj/Texts.swift" for code in (*codes, "zh-Hans")]
    others = ["res/values/strings.xml", "res/values-night/colors.xml", "App/Base.lproj/A.swift"]
    xml, once = 0.5, 0.36
    expected = [once * xml] * 7 + [once] * 7 + [xml, xml, 1.0]
    found = path_words([*android, *apple, *others]).priors("how many cards are due")
    assert found.tolist() == pytest.approx(expected)


def test_translations_may_be_called_by_names_of_languages_or_end_with_their_codes() -> None:
    names = ["english", "french", "german", "polish", "turkish"]
    named = [f"native/{name}.lang" for name in names]
    coded = [f"texts/app_{code}.lang" for code in ("en", "fr", "de_AT", "pl", "tr")]
    stemmers = [f"stem/{name}.py" for name in names]  # code about these languages
    other = ["texts/read_it.py", "native/icelandic.py"]
    once, twice = 0.6, 0.36
    expected = [once, *[twice] * 4, once, *[twice] * 4, *[1.0] * 7]
    found = path_words(named + coded + stemmers + other).priors("wrong passwords")
    assert found.tolist() == pytest.approx(expected)


def test_among_translations_rare_languages_are_some_too() -> None:
    """Of `src/lang/app_be.ts` and its like only those in the languages of many people were."""
    codes = ["de", "fr", "es", "it", "pl", "be", "eo", "zh_CN", "uz@Latn"]
    translated = [f"src/lang/app_{code}.ts" for code in codes]
    mixed = [f"i18n/{code}.po" for code in ("de", "fr", "es", "it", "pl", "be_by")]
    other = ["src/lang/app_old.js", "src/lang/app.ts", "src/app_be.ts"]
    paths = path_words(translated + mixed + other)
    assert paths.copies("wrong passwords").tolist() == [1] * 9 + [2] * 6 + [0] * 3
    assert paths.copies("translations of it").tolist() == [0] * 18


def test_folders_of_translations_hold_several_files_each() -> None:
    codes = ["de", "fr", "es", "it", "pl"]
    names = ("LC_MESSAGES/a.po", "LC_MESSAGES/b.po")
    paths = path_words([f"locale/{code}/{name}" for code in codes for name in names])
    assert paths.copies("wrong passwords").tolist() == [1, 2] * 5


def test_of_android_folders_only_those_of_languages_are_translations() -> None:
    """`res/xml` lies beside five of them and is called by three letters."""
    many = [f"a/res/values-{code}/strings.xml" for code in ("de", "fr", "es", "it", "pl")]
    others = ["a/res/xml/settings.xml", "a/res/raw/x.txt", "a/res/values/strings.xml",
              "a/res/values-car/strings.xml", "a/res/values-v21/strings.xml"]  # fmt: skip
    paths = path_words([*many, "b/res/values-de/strings.xml", *others])
    assert paths.copies("wrong passwords").tolist() == [1] * 5 + [2] + [0] * 5


@pytest.mark.parametrize(
    ("path", "worth"),
    [
        ("koin-test/src/jvmMain/kotlin/org/koin/test/Verify.kt", 1.0),
        ("junit/src/main/java/org/junit/test/RunTest.java", 1.0),
        ("core/src/commonTest/kotlin/VerifyTest.kt", 0.3),
        ("tests/app/src/main/java/App.java", 0.3),
        ("domain-test/main/App.java", 0.3),
    ],
)
def test_a_library_for_tests_is_no_test(path: str, worth: float) -> None:
    assert path_words([path]).priors("anything").tolist() == pytest.approx([worth])


PATHS = ["lib/auth/session.py", "lib/authentication.py", "tests/test_auth.py", "docs/auth.md",
         "lib/auth/__init__.py", "src/types.d.ts"]  # fmt: skip


def test_a_file_is_named_by_stems_and_beginnings() -> None:
    share = path_words(PATHS).said(["auth", "sessions", "cookie"]).share
    auth, session, cookie = (rarity(6, files) for files in (5, 1, 0))
    auth, both = (said / (auth + session + cookie) for said in (auth, auth + session))
    assert share.tolist() == pytest.approx([both, auth, auth, auth, auth, 0])
    assert path_words(PATHS).said([]).share.tolist() == [0] * 6


SAID = [
    "fly", "flies", "try", "tries", "retry", "auth", "authentication", "io", "a", "json", "object",
    "HTTPServer", "http", "server2", "2", "utf8", "running", "runs", "tests", "ΑΒΣ", "İstanbul",
]  # fmt: skip


SOME = st.lists(st.sampled_from(SAID), min_size=1, max_size=3)


@given(st.lists(st.tuples(SOME, SOME), min_size=1, max_size=6), st.lists(st.sampled_from(SAID)))
def test_what_is_said_of_paths_equals_brute_force(
    paths: list[tuple[list[str], list[str]]], topic: list[str]
) -> None:
    topic = [word for each in topic for word in words(each)]
    asked = {stem(word) for word in topic}
    said = path_words(["/".join([*folders, "_".join(name)]) for folders, name in paths])
    found = said.said(topic)
    names = [{stem(word) for each in name for word in words(each)} for _, name in paths]
    around = [{stem(word) for word in words(folders[-1])} for folders, _ in paths]
    saying = [
        {word for word in asked if any(alike(word, each) for each in own | near)}
        for own, near in zip(names, around, strict=True)
    ]
    rare = {word: rarity(len(paths), sum(word in each for each in saying)) for word in asked}
    for at, own in enumerate(names):
        share = sum(map(rare.__getitem__, saying[at])) / max(sum(rare.values()), 1e-9)
        assert found.share[at] == pytest.approx(share, rel=1e-5)
        assert found.whole[at] == all(any(alike(word, each) for word in asked) for each in own)


def test_a_pasted_text_names_no_file() -> None:
    topic = [f"word{one}{other}" for one in "abcdef" for other in "uvwxyz"]
    assert path_words(["wordau.py"]).said(topic[:32]).whole.all()
    assert not path_words(["wordau.py"]).said(topic).whole.any()


def alike(one: str, other: str) -> bool:
    begins = one.startswith(other) or other.startswith(one)
    return one == other or (begins and min(len(one), len(other)) >= 3)


def test_a_name_is_spelled_where_every_word_of_it_is_said() -> None:
    paths = path_words(
        ["json/JsonObject.java", "json/JsonReader.java", "json/__.java", "a/auth.py"]
    )
    whole = paths.said(["json", "objects", "named", "authentication"]).whole
    assert whole.tolist() == [True, False, False, True]
    assert not paths.said([]).whole.any()
    assert path_words([]).said(["a"]).whole.tolist() == []


def test_places_that_rarely_answer_are_worth_less() -> None:
    paths = path_words(PATHS)
    assert paths.priors("where is auth").tolist() == pytest.approx([1, 1, 0.3, 0.3, 0.5, 0.7])
    assert paths.priors("tests of auth")[2] == 1
    other = path_words(["src/Tests/Fixtures/Door.php", "src/jmh/scala/Speed.scala"])
    assert other.priors("open a door").tolist() == pytest.approx([0.3, 0.6])
    old = path_words(["lua/legacy.lua", "lua/_meta/tree.lua"])
    assert old.priors("rename options").tolist() == pytest.approx([0.6, 0.7])
    assert old.priors("rename options of an older version").tolist() == pytest.approx([1, 0.7])


@pytest.mark.parametrize(
    ("own", "foreign"),
    [
        ({"linux", "unix"}, ["src/win/tty.c", "src/unix/aix.c", "exec_windows.go",
                             "sys/windows.rs"]),
        ({"windows"}, ["src/unix/tty.c", "src/unix/aix.c", "src/unix/linux.c", "exec_linux.go",
                       "sys/unix.rs"]),
    ],
)  # fmt: skip
def test_twins_for_another_system_are_worth_less(
    own: set[str], foreign: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_OWN", own)
    files = ["src/win/tty.c", "src/unix/tty.c", "src/unix/aix.c", "src/unix/linux.c", "src/tty.c",
             "exec_windows.go", "exec_linux.go", "sliding_windows.go", "app/windows/main.ts",
             "app/views/main.ts", "sys/windows.rs", "sys/unix.rs", "old_windows.c",
             "gui/darwin/a.m", "gui/haiku/a.cpp"]  # fmt: skip
    words = path_words(files)
    less = [path for path, worth in zip(files, words.priors("raw mode"), strict=True) if worth < 1]
    assert less == [path for path in files if path in foreign]
    other = "Windows" if "linux" in own else "Linux"
    for text in (f"raw mode on {other}", "raw mode on macOS", "what aix does"):
        assert (words.priors(text) == 1).all()
    assert (words.priors(f"raw mode of {min(own)}") == words.priors("raw mode")).all()


def test_what_defines_much_is_no_barrel() -> None:
    for chunks, worth in ((1, 0.5), (2, 0.5), (3, 1.0)):
        assert path_words(["app/__init__.py"], chunks).priors("x").tolist() == [worth]


def test_what_a_tool_wrote_comes_after_its_like_and_is_found_by_name(codebase: Codebase) -> None:
    """It crowded out the code that people ask for."""
    for mode in ("hybrid", "lexical"):
        found = codebase.search("the text of the label of a jar", 3, mode, paths=["*.c", "*.h"])
        assert [hit.path for hit in found][:2] == ["app/label.c", "app/jars.h"]
    for asked in ("jar_label_text", "jarLabelText"):
        hit = codebase.search(asked, 1)[0]
        assert (hit.path, hit.symbol) == ("app/jars.h", "jar_label_text")


@pytest.mark.parametrize(
    "text", ["登录的测试", "ログインのテスト", "로그인 테스트", "тесты входа"]
)
def test_tests_are_asked_for_in_other_languages(text: str) -> None:
    assert asks_for_tests(text)
    assert not asks_for_tests(text[:2])
