"""What is read, and the reason for each thing that is not."""

import inspect
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ncs.config import CorpusConfig
from ncs.corpus import files
from ncs.corpus.files import scan, walk
from ncs.errors import SourceError
from ncs.types import REASONS, Folder, Skipped, SourceFile

ROOT = os.geteuid() == 0 if hasattr(os, "geteuid") else False


def put(root: Path, tree: dict[str, str | bytes]) -> Path:
    for path, content in tree.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def read(root: Path, config: CorpusConfig | None = None) -> list[str]:
    return [found.path for found in walk(root, config) if isinstance(found, SourceFile)]


def reasons(root: Path, config: CorpusConfig | None = None) -> dict[str, str]:
    return {found.path: found.reason for found in walk(root, config) if isinstance(found, Skipped)}


def test_files_come_in_the_order_of_their_paths_with_their_bytes(tmp_path: Path) -> None:
    put(tmp_path, {"b.py": "x = 1\r\n", "a/z.go": "package a\n", "a/b/c.md": "# Hi\n", "B": "hey"})
    assert read(tmp_path) == ["B", "a/b/c.md", "a/z.go", "b.py"]
    found = {each.path: each for each in walk(tmp_path) if isinstance(each, SourceFile)}
    assert found["b.py"].data == b"x = 1\r\n"
    assert found["b.py"].mtime_ns == (tmp_path / "b.py").stat().st_mtime_ns
    assert [each.language for each in found.values()] == ["text", "markdown", "go", "python"]


def test_a_folder_stands_where_the_paths_below_it_do(tmp_path: Path) -> None:
    """Names alone would give a/b.py before a.py, which is no order of paths."""
    names = ["a.py", "a-b/c.py", "a/b.py", "a/b/c.py", "a0", "A/z", "é/a", "é.py"]
    put(tmp_path, dict.fromkeys(names, "x"))
    found = read(tmp_path)
    assert found == sorted(names)
    assert found.index("a.py") < found.index("a/b.py") < found.index("a/b/c.py")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_printed_alike_are_told_apart_by_a_reason(tmp_path: Path) -> None:
    put(tmp_path, {"z\\xff.py": "x", "zz.py": "x"})
    (tmp_path / os.fsdecode(b"z\xff.py")).write_bytes(b"y")
    assert read(tmp_path) == ["z\\xff.py", "zz.py"]
    assert reasons(tmp_path) == {"z\\xff.py": "unreadable"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_folders_that_are_printed_alike_are_told_apart_by_a_reason(tmp_path: Path) -> None:
    """An index keeps each folder once: a codebase with two such could not be indexed."""
    put(tmp_path, {"z\\xff/in/a.py": "x", "zz.py": "x"})
    put(tmp_path / os.fsdecode(b"z\xff"), {"in/b.py": "y", "z.py": "y"})
    found = list(scan(tmp_path))
    folders = [each.path for each in found if isinstance(each, Folder)]
    assert folders == ["", "z\\xff", "z\\xff/in"]
    assert read(tmp_path) == ["z\\xff/in/a.py", "zz.py"]  # first is what is as it is printed
    assert reasons(tmp_path) == {"z\\xff": "unreadable"}


def test_ignore_rules_nest_and_the_deepest_has_the_last_word(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            ".gitignore": "*.log\nbuild/\n/only_top.py\n# remark\n!keep.log\n\\!odd.txt\n",
            "a.log": "x", "keep.log": "x", "only_top.py": "x", "!odd.txt": "x",
            "build/out.py": "x", "build/deep/out.py": "x",
            "sub/only_top.py": "x", "sub/a.log": "x",
            "sub/.gitignore": "!a.log\nsecret.*\n", "sub/secret.py": "x",
            "sub/deeper/secret.txt": "x", "sub/deeper/.gitignore": "!secret.txt\n",
        },
    )  # fmt: skip
    assert read(tmp_path) == [
        ".gitignore", "keep.log", "sub/.gitignore", "sub/a.log", "sub/deeper/.gitignore",
        "sub/deeper/secret.txt", "sub/only_top.py",
    ]  # fmt: skip
    assert reasons(tmp_path) == dict.fromkeys(
        ["!odd.txt", "a.log", "build", "only_top.py", "sub/secret.py"], "ignored"
    )


def test_a_file_below_an_ignored_folder_cannot_be_brought_back(tmp_path: Path) -> None:
    put(tmp_path, {".gitignore": "out/\n!out/a.py\n", "out/a.py": "x"})
    assert reasons(tmp_path) == {"out": "ignored"}


NAMES = ["a", "b", "ab"]
RULES = [*NAMES, *("*", "**", "a*", "?", "[ab]", "*.py", "a.py", "b.py")]


def some_rule(chance: random.Random) -> str:
    parts = chance.choices(
        RULES, weights=[4] * 3 + [2] * 2 + [1] * 6, k=chance.choice([1, 1, 2, 3])
    )
    ends = "!" * (chance.random() < 0.4) + "/" * (chance.random() < 0.3)
    return ends + "/".join(parts) + "/" * (chance.random() < 0.4)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_is_read_is_what_git_does_not_ignore(tmp_path: Path) -> None:
    """Rules of pathspec are about files: `*`, `!*/`, `!*.py` left the files of the root alone."""
    chance = random.Random(0)
    for at in range(300):
        for _ in range(8):
            way = "/".join(chance.choices(NAMES, k=chance.randrange(4)))
            put(tmp_path / f"t{at}" / way, {f"{chance.choice('ab')}.py": "x", "a.md": "x"})
        folders = [place for place in (tmp_path / f"t{at}").rglob("*") if place.is_dir()]
        for folder in (tmp_path / f"t{at}", *chance.sample(folders, min(1, len(folders)))):
            rules = [some_rule(chance) for _ in range(chance.randrange(1, 6))]
            put(folder, {".gitignore": "\n".join(rules)})
    git = ["git", "-c", "core.excludesFile=", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "-o", "--exclude-standard"], check=True, capture_output=True, text=True
    )
    assert read(tmp_path) == sorted(listed.stdout.splitlines())


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("*\n!*/\n!*.py", ["a/b/c.py", "dist/e.py", "top.py"]),
        ("/*\n!/a/", ["a/b/c.py", "a/b/d.md"]),
        ("a/**\n!a/**/\n!a/**/d.md", ["a/b/d.md", "dist/e.py", "top.py"]),
        ("dist\nb\n!/a", ["top.py"]),
        ("b\n!/*", ["dist/e.py", "top.py"]),
    ],
)
def test_a_rule_brings_back_what_it_matches_and_nothing_below(
    tmp_path: Path, rules: str, expected: list[str]
) -> None:
    put(tmp_path, dict.fromkeys(["top.py", "a/b/c.py", "a/b/d.md", "dist/e.py"], "x"))
    put(tmp_path, {".git/info/exclude": f"{rules}\n"})
    assert read(tmp_path) == expected


def test_rules_that_name_nothing_bring_no_vendored_folder_back(tmp_path: Path) -> None:
    put(tmp_path, {".gitignore": "*\n!*/\n!*.py\n", "node_modules/a.py": "x", "b/c.py": "x",
                   "v/pyvenv.cfg": "home = /usr", "v/d.py": "x"})  # fmt: skip
    assert read(tmp_path) == ["b/c.py"]
    put(tmp_path, {".ncsignore": "!node_modules/\n"})
    assert read(tmp_path) == ["b/c.py", "node_modules/a.py"]


def test_a_codebase_inside_a_repository_follows_the_rules_around_it(tmp_path: Path) -> None:
    """A key that the repository's `.gitignore` names was the first hit of an index of a folder."""
    put(tmp_path, {
        ".gitignore": "secret.py\n/sub/gen.py\n/a.py\n", ".git/info/exclude": "local.py\n",
        "sub/.gitignore": "!in/secret.py\n", "sub/in/secret.py": "x", "sub/in/a.py": "x",
        "sub/in/local.py": "x", "sub/gen.py": "x", "sub/secret.py": "x", "outer/secret.py": "x",
        "outer/own/.git/HEAD": "x", "outer/own/secret.py": "x",
    })  # fmt: skip
    assert read(tmp_path / "sub") == [".gitignore", "in/a.py", "in/secret.py"]
    assert read(tmp_path / "sub/in") == ["a.py", "secret.py"]
    assert read(tmp_path / "outer/own") == ["secret.py"]


def test_a_codebase_that_is_ignored_itself_is_read_where_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, {".gitignore": "*\n", ".git/HEAD": "x", "build/out/a.py": "x"})
    assert read(tmp_path / "build/out") == ["a.py"]
    put(tmp_path, {".gitignore": "build/\n*.py\n!out\n"})
    assert read(tmp_path / "build/out") == ["a.py"]


def test_ncsignore_wins_over_gitignore(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            ".gitignore": "gen/\n", ".ncsignore": "!gen/\nfixtures/\n",
            "gen/a.py": "x", "fixtures/b.py": "x",
        },
    )  # fmt: skip
    assert "gen/a.py" in read(tmp_path)
    assert reasons(tmp_path) == {"fixtures": "ignored"}


def test_git_exclude_counts_and_git_is_passed_over_in_silence(tmp_path: Path) -> None:
    put(
        tmp_path,
        {".git/info/exclude": "mine.py\n", ".git/config": "x", ".ncs/index": "x", "mine.py": "x",
         "sub/.git": "gitdir: ../x", "sub/a.py": "x", "sub/.ncs/b.py": "x"},
    )  # fmt: skip
    assert read(tmp_path) == ["sub/a.py"]
    assert reasons(tmp_path) == {"mine.py": "ignored"}


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_git_exclude_counts_in_linked_worktrees_too(tmp_path: Path) -> None:
    """It lies beside what working trees share, and was looked for below the file `.git`."""

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@a"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path / "main", check=True)

    put(tmp_path, {"main/a.py": "x", "main/sub/b.py": "x"})
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    git("worktree", "add", "-q", "../linked")
    put(tmp_path, {"main/.git/info/exclude": "mine.py\n"})
    for tree in ("main", "linked"):
        put(tmp_path / tree, {"mine.py": "x", "sub/mine.py": "x"})
        assert read(tmp_path / tree) == ["a.py", "sub/b.py"]
        assert read(tmp_path / tree / "sub") == ["b.py"]


def test_git_exclude_of_a_submodule_is_its_own(tmp_path: Path) -> None:
    put(tmp_path, {
        ".git/info/exclude": "a.py\n", ".git/modules/in/info/exclude": "b.py\n",
        "in/.git": "gitdir: ../.git/modules/in\n", "in/a.py": "x", "in/b.py": "x",
    })  # fmt: skip
    assert read(tmp_path / "in") == ["a.py"]


@pytest.mark.parametrize("said", [b"", b"gitdir: ../nowhere\n", b"\xff\xfe", b"gitdir: a\0b\n"])
def test_a_git_file_that_names_no_folder_hides_nothing(tmp_path: Path, said: bytes) -> None:
    put(tmp_path, {".git": said, "a.py": "x"})
    assert read(tmp_path) == ["a.py"]


def test_vendored_folders_are_ignored_until_a_rule_brings_them_back(tmp_path: Path) -> None:
    put(tmp_path, {"node_modules/a.js": "x", "b/__pycache__/c.py": "x"})
    assert reasons(tmp_path) == {"node_modules": "ignored", "b/__pycache__": "ignored"}
    put(tmp_path, {".ncsignore": "!node_modules/\n"})
    assert read(tmp_path) == [".ncsignore", "node_modules/a.js"]


def test_a_virtual_environment_is_known_by_what_it_holds(tmp_path: Path) -> None:
    """One that is called `v` was read like code: its packages were most of an index."""
    packages = "lib/python3/site-packages/pip.py"
    put(tmp_path, {"a.py": "x", "v/pyvenv.cfg": "home = /usr", f"v/{packages}": "x",
                   "tools/env/pyvenv.cfg": "x", f"tools/env/{packages}": "x", "tools/b.py": "x",
                   "lib/c.py": "x"})  # fmt: skip
    assert read(tmp_path) == ["a.py", "lib/c.py", "tools/b.py"]
    name = "virtual environment"
    assert reasons(tmp_path) == {"v": name, "tools/env": name}
    folders = [found.path for found in scan(tmp_path) if isinstance(found, Folder)]
    assert folders == ["", "lib", "tools"]
    put(tmp_path, {".ncsignore": "!env\n"})
    assert f"tools/env/{packages}" in read(tmp_path)
    assert reasons(tmp_path) == {"v": name}
    put(tmp_path, {".ncsignore": "!v/\nlib/\n"})
    assert reasons(tmp_path) == {"lib": "ignored", "tools/env": name, "v/lib": "ignored"}
    assert packages in read(tmp_path / "v")  # whoever names one wants it read


def test_strange_rules_are_passed_over(tmp_path: Path) -> None:
    rules = b"\xff\xfe\n!\n/\n//\n[\n[z-a]\n   \n\\\n**/x\na/**/b.py\n*.tmp\n"
    put(tmp_path, {".gitignore": rules, "a/q/b.py": "x", "c.tmp": "x", "d.py": "x"})
    assert "d.py" in read(tmp_path)
    assert {"a/q/b.py", "c.tmp"} <= set(reasons(tmp_path))
    (tmp_path / "sub" / ".gitignore").mkdir(parents=True)
    assert "d.py" in read(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.py", b"x\0y", "binary"),
        ("a.txt", "text".encode("utf-16-le"), "binary"),
        ("a.bin", bytes(range(128, 256)) * 20, "binary"),
        ("a.bin", b"\x01\x02\x03\x04abc" * 100, "binary"),
        ("a.py", b"", "empty"),
        ("a.py", b"\n  \t\r\n", "empty"),
        ("a.go", "// Code generated by protoc. DO NOT EDIT.\npackage a\n", "generated"),
        ("a.js", "/**\n * @generated SignedSource<<x>>\n */\nf()\n", "generated"),
        ("a.cs", "// <auto-generated>\nclass A {}\n", "generated"),
        ("a.c", "/* A Bison parser, made by GNU Bison 3.8.2.  */\nint f;\n", "generated"),
        ("a.c", "#line 2\n/* A lexical scanner generated by flex */\nint f;\n", "generated"),
        ("a.java", "// Generated from src/A.g4 by ANTLR 4.9\nclass A {}\n", "generated"),
        ("package-lock.json", "{}\n", "generated"),
        ("Cargo.lock", "a = 1\n", "generated"),
        ("a.js", "f();" * 2_000, "minified"),
        ("a.min.js", "f();" * 200, "minified"),
        ("a.js", "g();" * 200 + "\n" + "f();" * 1_200, "minified"),
        ("a.py", "x = 1\n" * 200_000, "large"),
    ],
)
def test_reasons(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    put(tmp_path, {name: content})
    (found,) = walk(tmp_path)
    assert isinstance(found, Skipped)
    assert (found.path, found.reason) == (name, reason)
    assert reason in REASONS
    assert found.detail.endswith(".")


WORDS = "add_month cache-key str.format " * 300  # each line is 9,000 bytes


@pytest.mark.parametrize(
    ("long", "short", "searched"),
    [
        (f"<k>{WORDS}</k>", 30, True),
        (f"<k>{WORDS}</k>", 12, False),  # more than one in ten
        ("M10 20 L30 40 " * 700, 30, False),
        ("if(a){b();c()} " * 700, 30, False),
        ("QWxsIG9mIGl0" * 800, 30, False),
    ],
)
def test_lists_of_words_minify_no_file(
    tmp_path: Path, long: str, short: int, searched: bool
) -> None:
    """A table of languages with their keywords, kept by hand, was not searched."""
    lines = [long, long, *["<language/>"] * short]
    put(tmp_path, {"a.xml": "\n".join(lines)})
    (found,) = walk(tmp_path)
    assert isinstance(found, SourceFile) == searched
    assert searched or (isinstance(found, Skipped) and found.reason == "minified")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("latin.py", "# d\xe9j\xe0 vu \xe9t\xe9\n".encode("latin-1")),
        ("chinese.md", "漢字" * 700),
        ("cut.md", "a" + "é" * 5_000 + "\n" + "b\n" * 20),
        ("escape.txt", "\x1b[1mbold\x1b[0m\n\f\n"),
        ("marker.py", "def is_generated(text):\n    return '@generated' in text\n"),
        ("loose.py", "# This file was automatically generated by x\nx = 1\n"),
        ("other.py", "x = 1\n" * 200 + "# This file was generated\n"),
        ("one_line.json", '{"a": [' + "1, " * 600 + "2]}"),
        ("prose.md", ("A paragraph of many words. " * 40 + "\n\n") * 10),
        ("picture.py", "x = 1\n" * 50 + "LOGO = '" + "A" * 9_000 + "'\n"),
    ],
)
def test_no_reason_to_skip(tmp_path: Path, name: str, content: str | bytes) -> None:
    put(tmp_path, {name: content})
    assert reasons(tmp_path) == {}
    assert read(tmp_path) == [name]


def test_limits_come_from_the_configuration(tmp_path: Path) -> None:
    put(tmp_path, {"a.js": "f();" * 30_000})
    wide = CorpusConfig(max_line_bytes=1_000_000, max_file_bytes=200_000)
    assert read(tmp_path, wide) == ["a.js"]
    assert reasons(tmp_path, CorpusConfig(max_file_bytes=10)) == {"a.js": "large"}


def test_links_are_never_followed(tmp_path: Path) -> None:
    home = put(tmp_path / "home", {"real.py": "x", "dir/inner.py": "x"})
    put(tmp_path, {"outside.py": "x", "out/secret.py": "x"})
    for name, target in {
        "file": "real.py", "folder": "dir", "out": "../outside.py", "outdir": "../out",
        "self": "self", "gone": "nowhere", "dir/up": "..", "root": "/",
    }.items():  # fmt: skip
        (home / name).symlink_to(target)
    assert read(home) == ["dir/inner.py", "real.py"]
    found = {each.path: each.detail for each in walk(home) if isinstance(each, Skipped)}
    assert {each.reason for each in walk(home) if isinstance(each, Skipped)} == {"link"}
    assert set(found) == {"file", "folder", "out", "outdir", "self", "gone", "dir/up", "root"}
    assert "out of the codebase" in found["out"]
    assert "nowhere" in found["gone"]


def test_a_link_as_the_codebase_itself_is_entered(tmp_path: Path) -> None:
    put(tmp_path / "home", {"a.py": "x"})
    (tmp_path / "link").symlink_to("home")
    assert read(tmp_path / "link") == ["a.py"]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    """A pipe was "unreadable", which sounds like permissions."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket")[-100:])
        assert reasons(tmp_path) == {"pipe": "no regular file", "socket": "no regular file"}


@pytest.mark.skipif(ROOT, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "x", "b/c.py": "x"})
    (tmp_path / "a.py").chmod(0)
    (tmp_path / "b").chmod(0)
    assert reasons(tmp_path) == {"a.py": "unreadable", "b": "unreadable"}
    (tmp_path / "b").chmod(0o700)


def test_a_file_that_fails_when_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    put(tmp_path, {"a.py": "x", "b.py": "x"})
    monkeypatch.setattr(files, "_read", fails)
    assert reasons(tmp_path) == {"a.py": "unreadable", "b.py": "unreadable"}


@contextmanager
def nested(root: Path, name: str, depth: int) -> Iterator[None]:
    """Stay at the bottom of many folders, then take them away: pytest's own cleaning recurses."""
    here = os.getcwd()
    os.chdir(root)
    for _ in range(depth):
        os.mkdir(name)
        os.chdir(name)
    try:
        yield
    finally:
        for _ in range(depth):
            for entry in os.listdir():
                os.rmdir(entry) if os.path.isdir(entry) else os.remove(entry)
            os.chdir("..")
        os.rmdir(name)
        os.chdir(here)


def check_depth(root: Path, depth: int) -> None:
    with nested(root, "d", depth):
        Path("deep.py").write_text("x = 1\n")
        assert read(root) == ["d/" * depth + "deep.py"]


@pytest.mark.slow
def test_deep_nesting_ends(tmp_path: Path) -> None:
    check_depth(tmp_path, 1_200)


def test_nesting_is_not_bound_by_recursion(tmp_path: Path) -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 120)
    try:
        check_depth(tmp_path, 200)
    finally:
        sys.setrecursionlimit(before)


def test_nesting_beyond_what_the_system_opens_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "x"})
    with nested(tmp_path, "d" * 100, 60):
        assert read(tmp_path) == ["a.py"]
        assert set(reasons(tmp_path).values()) == {"unreadable"}


def test_undecodable_names_are_told_apart(tmp_path: Path) -> None:
    for name in (b"a\xff.py", b"a\xfe.py", "é.py".encode()):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"x = 1\n")
    found = read(tmp_path)
    assert sorted(found) == ["a\\xfe.py", "a\\xff.py", "é.py"]
    assert all(path.encode() for path in found)


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "x"})
    for place, words in ((tmp_path / "no", "no such folder"), (tmp_path / "a.py", "not a folder")):
        with pytest.raises(SourceError, match=words) as error:
            list(walk(place))
        assert error.value.hint
