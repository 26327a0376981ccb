"""The training data of the base model: nothing unlicensed, nothing judged, nothing twice."""

import io
import json
import random
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.pretrain import collect, licences, pairs
from benchmarks.pretrain.archives import members
from benchmarks.pretrain.bans import BANNED, banned_file, banned_package
from benchmarks.pretrain.code import File
from benchmarks.pretrain.collect import Package, project, split
from benchmarks.pretrain.documentation import Page
from benchmarks.pretrain.files import files
from benchmarks.pretrain.passages import LONGEST_QUERY, TAUGHT, Pair, body, query
from benchmarks.pretrain.registries import Downloaded, Wanted
from ncs.types import SourceFile

CODE = '''"""Waiting between attempts that failed."""

import time


def wait_longer(attempt, base=0.5):
    """Sleep twice as long after every failed attempt.

    The first attempt waits half a second, so that a busy server can recover.
    """
    seconds = base * 2 ** attempt
    # Never wait for more than a whole minute, whatever the attempt.
    time.sleep(min(seconds, 60))
    return seconds


def reset_counter(counter):
    """Set the number of failed attempts back to zero."""
    counter.failed = 0
    counter.started = time.time()
    return counter
'''

PAGE = """# Trying again

A request that fails is tried again after a pause. The pause doubles with every attempt.
After five attempts the error is raised to the caller. Nothing is lost in between.

Call `wait_longer` between two attempts to give the server some time.

```python
for attempt in range(5):
    wait_longer(attempt, base=0.1)
```
"""


def source(path: str, language: str, text: str) -> SourceFile:
    return SourceFile(path, language, text.encode(), 0)


def package(name: str, registry: str = "pypi", language: str = "python") -> Package:
    return Package(registry, name, "1", language, "MIT", {}, "train")


def pair(q: str = "how long to wait", d: str = "path\ndef wait(): return 1") -> Pair:
    return Pair(q, d, "docstring", "python", "pypi/x", "x.py")


@pytest.mark.parametrize(
    "expression",
    ["MIT", "Expat", "BSD-3-clause", "Apache-2.0 or GPL-2+", "MIT AND (BSD-2-Clause OR MPL-2.0)",
     "Apache-2.0 WITH LLVM-exception", "GPL-2+ or Expat", "BSD-3-Clause, Expat and ISC",
     "(MIT OR Apache-2.0) AND Unicode-DFS-2016 OR MIT", "PSF-2.0", "0BSD", "CC0-1.0", "BSL-1.0",
     "Apache Software License", "Ruby or BSD-2-clause"],
)  # fmt: skip
def test_permissive_licences_pass(expression: str) -> None:
    assert licences.permissive(expression)


@pytest.mark.parametrize(
    "expression",
    ["", "GPL-3+", "LGPL-2.1", "MIT and GPL-2", "MPL-2.0", "MPL-2.0 AND MIT", "EPL-1.0", "custom",
     "BSD-4-clause", "CC-BY-SA-4.0", "AGPL-3.0 or LGPL-3", "SEE LICENSE IN LICENSE.md", "MIT and",
     "(MIT", "GPL-2+ with OpenSSL exception", "public-domain", "Expat, GPL-2+ and ISC"],
)  # fmt: skip
def test_all_others_do_not(expression: str) -> None:
    assert not licences.permissive(expression)


def test_wheel_metadata_prefers_the_expression_and_joins_classifiers() -> None:
    both = "Name: x\nLicense-Expression: MIT\nClassifier: License :: OSI Approved :: GPL\n\nbody"
    assert licences.of_wheel(both) == "MIT"
    iscl = "Classifier: License :: OSI Approved :: ISC License (ISCL)\n"
    assert licences.permissive(licences.of_wheel(iscl))
    two = iscl + "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)\n"
    assert not licences.permissive(licences.of_wheel(two))
    assert licences.of_wheel("Name: x\nLicense: " + "very long text " * 20) == ""


def test_debian_copyright_is_read_file_by_file_and_the_last_stanza_wins() -> None:
    text = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        "Files: *\nCopyright: A\nLicense: Expat\n\n"
        "Files: lib/old/*\n tools/?.c\nCopyright: B\nLicense: GPL-2+\n the text\n\n"
        "Files: lib/old/free.c\nCopyright: C\nLicense: BSD-3-clause\n\n"
        "Files: debian/*\nCopyright: D\nLicense: GPL-3+\n"
    )
    stanzas = licences.of_debian(text)
    assert stanzas is not None
    assert stanzas.whole == "Expat"
    assert stanzas.of_file("src/a/b.c") == "Expat"
    assert stanzas.of_file("lib/old/x/y.c") == "GPL-2+"
    assert stanzas.of_file("tools/a.c") == "GPL-2+"
    assert stanzas.of_file("lib/old/free.c") == "BSD-3-clause"
    assert not licences.permissive(stanzas.parts)
    assert "GPL-3+" not in stanzas.parts
    assert licences.of_debian("This package was made by somebody. It is under the MIT.") is None


def test_a_folder_is_licensed_by_its_own_text_or_by_the_root() -> None:
    mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person"
    gpl = "GNU General Public License\nPermission is hereby granted, free of charge"
    told = licences.of_texts({"LICENSE": mit, "tool/COPYING": gpl})
    assert (told.of_file("src/a.c"), told.of_file("tool/a.c")) == ("MIT", "")
    projects = licences.of_texts({"one/LICENSE.txt": mit, "two/LICENSE": gpl})
    assert (projects.whole, projects.of_file("three/a.c")) == ("MIT", "")


@pytest.mark.parametrize(
    "name",
    ["golang-github-spf13-cobra", "golang-github-spf13-cobra-dev", "golang-github-gin-gonic-gin",
     "golang-github-go-chi-chi", "librust-serde-dev", "rust-serde-derive",
     "librust-tokio-util-dev", "rust-axum", "node-express", "express", "node-axios",
     "@reduxjs/toolkit", "redux",
     "pydantic-core", "pydantic_core", "starlette", "python3-starlette", "flask", "python3-flask",
     "httpx", "requests", "aiohttp", "click", "ruby-sinatra", "ruby-rack", "rails",
     "ruby-activesupport", "php-monolog", "php-guzzlehttp-psr7", "php-laravel-framework",
     "libgoogle-gson-java", "libcommons-lang3-java", "jackson-databind", "libjackson2-core-java",
     "haskell-aeson", "libghc-aeson-dev", "xmonad", "pandoc", "elixir-ecto", "zig", "ziglang",
     "fmtlib", "libfmt-dev", "nlohmann-json3", "abseil", "curl", "libcurl4", "redis", "libuv1",
     "bats", "bats-core", "@trpc/server", "zod", "vitest", "@vitest/runner", "kotlinx-coroutines",
     "nvm", "lazy.nvim", "dapper"],
)  # fmt: skip
def test_judged_repositories_are_known_under_the_names_of_registries(name: str) -> None:
    assert banned_package(name)


@pytest.mark.parametrize(
    "name",
    ["werkzeug", "react-redux", "requests-oauthlib", "express-session", "lodash",
     "golang-github-spf13-pflag", "rust-hyper", "ruby-rack-test", "kotlinx-atomicfu", "numpy",
     "rust-clap"],
)  # fmt: skip
def test_their_neighbours_are_not(name: str) -> None:
    assert banned_package(name) is None


def test_no_pinned_package_is_judged_or_unlicensed() -> None:
    pinned = collect.load_packages()
    assert len(pinned) > 100
    assert [item.name for item in pinned if banned_package(item.name)] == []
    assert [item.name for item in pinned if not licences.permissive(item.licence)] == []
    sides = {item.split for item in pinned}
    assert sides == {"train", "valid"}
    projects = {side: {project(p.name) for p in pinned if p.split == side} for side in sides}
    assert not projects["train"] & projects["valid"]


@pytest.mark.parametrize(
    ("path", "head"),
    [("pip/_vendor/idna/core.py", ""), ("third_party/x/y.cc", ""), ("a/node_modules/b/c.js", ""),
     ("include/fmt/core.h", ""), ("include/nlohmann/json.hpp", ""), ("httpx/_client.py", ""),
     ("deps/uv/src/core.c", ""), ("Utilities/cmlibuv/src/idna.c", ""),
     ("typer/_click/core.py", ""),
     ("src/json.hpp", "// JSON for Modern C++\n"), ("src/a.c", "/* Copyright Joyent, Inc. */"),
     ("lib/x.js", "// from https://github.com/axios/axios\n")],
)  # fmt: skip
def test_files_of_others_are_left_out(path: str, head: str) -> None:
    assert banned_file(path, head)


def test_files_of_its_own_are_kept() -> None:
    assert banned_file("src/fmt/print.go", "package fmt\n") is None
    assert banned_file("src/net/request.c", "/* Sends a request. */") is None
    assert banned_file("main.go", 'import "github.com/spf13/cobra"') is None


def test_every_judged_repository_is_banned_by_its_own_name() -> None:
    for repository in BANNED:
        name = repository.split("/")[1].lower()
        if name not in ("framework", "json", "newtonsoft.json", "kotlinx.coroutines"):
            assert banned_package(name), repository


def test_code_gives_its_kinds_of_pairs() -> None:
    made = list(File(source("net/retry.py", "python", CODE), "pypi/x", random.Random(1)).pairs())
    asked = {(p.kind, p.q) for p in made}
    assert ("docstring", "Sleep twice as long after every failed attempt.") in asked
    rest = next(p for p in made if p.kind == "doc_rest")
    assert rest.q.startswith("The first attempt waits half a second")
    comment = next(p for p in made if p.kind == "comment")
    assert comment.q == "Never wait for more than a whole minute, whatever the attempt."
    assert any(kind == "file" and q.startswith("Waiting between") for kind, q in asked)


def test_no_document_holds_the_words_that_ask_for_it() -> None:
    for seed in range(20):
        file = File(source("net/retry.py", "python", CODE), "pypi/x", random.Random(seed))
        for made in file.pairs():
            assert made.q not in made.d
            if made.kind == "name":
                assert made.q.replace(" ", "_") not in made.d


def test_prose_gives_its_kinds_of_pairs() -> None:
    page = Page(source("docs/retry.md", "markdown", PAGE), "pypi/x", "python", random.Random(0))
    made = {p.kind: p for p in page.pairs()}
    assert made["heading"].q == "Trying again"
    assert made["example"].q.startswith("Call wait_longer between two attempts")
    assert made["example"].lang == "python"
    assert "for attempt in range(5)" in made["example"].d
    assert made["sentence"].q not in made["sentence"].d
    assert [mention.names for mention in page.mentions()] == [("wait_longer",)]


def test_prose_is_led_to_the_function_that_it_names() -> None:
    sources = [source("retry.py", "python", CODE), source("README.md", "markdown", PAGE)]
    made = pairs.from_files(sources, package("x"), random.Random(0))
    mention = next(p for p in made if p.kind == "mention")
    assert "def wait_longer" in mention.d
    assert mention.lang == "python"


def test_a_package_gives_no_more_than_its_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_CAP", 10)
    many = [
        source(f"m{at}.py", "python", CODE.replace("wait_longer", f"wait_{at}")) for at in range(9)
    ]
    made = pairs.from_files(many, package("x"), random.Random(0))
    most_of_a_file = 15
    assert 10 <= len(made) <= 10 + most_of_a_file


def test_the_sieve_lets_a_pair_pass_once_whatever_its_case_and_digits() -> None:
    sieve = pairs.Sieve()
    assert sieve.passes(pair())
    assert not sieve.passes(pair())
    assert not sieve.passes(pair("How long TO wait", "elsewhere\ndef wait(): return 22"))
    assert not sieve.passes(pair("other words now", "elsewhere\ndef wait(): return 22"))
    assert sieve.passes(pair("other words now", "path\ndef stop(): return 1"))
    assert sum(sieve.dropped.values()) == 3


def test_the_sieve_thins_out_boilerplate() -> None:
    sieve = pairs.Sieve()
    texts = [f"path\ndef get_{word}(): pass" for word in "abcdefghijklmnopqrst"]
    passed = [sieve.passes(pair("Returns the value of the field.", text)) for text in texts]
    assert sum(passed) == 8


@pytest.mark.parametrize(
    "text",
    ["", "two words", "1234 5678 9012 3456", "if (a) { b(); }", "Это описание функции на русском",
     "Copyright 2020 Somebody. All rights reserved.", "@param x the first of them"],
)  # fmt: skip
def test_what_nobody_would_ask_is_no_query(text: str) -> None:
    assert query(text) == ""


def test_sides_keep_to_their_sizes() -> None:
    assert len(query("many words in a row " * 50)) <= LONGEST_QUERY
    long = body([f"value_{at} = compute(value_{at - 1})" for at in range(500)])
    assert len(long) <= 2_500
    assert long.count("\n") < 40


def test_each_language_has_packages_on_both_sides_and_projects_stay_whole() -> None:
    names = [f"a{at}" for at in range(20)] + ["numpy", "python-numpy", "@x/a", "@x/b"]
    made = split([package(name) for name in names] + [package("zed", language="zig")])
    side = {item.name: item.split for item in made}
    assert side["numpy"] == side["python-numpy"]
    assert side["@x/a"] == side["@x/b"]
    assert {item.split for item in made if item.language == "python"} == {"train", "valid"}
    assert split([package(name) for name in names])[0] == made[0]


def tarball(path: Path, texts: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name, text in texts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            packed.addfile(entry, io.BytesIO(text.encode()))
    return path


def test_a_debian_source_gives_only_its_permissive_files(tmp_path: Path) -> None:
    upstream = tarball(
        tmp_path / "x_1.orig.tar.gz",
        {"x-1/retry.py": CODE, "x-1/old/gnu.py": CODE, "x-1/tests/test_a.py": CODE,
         "x-1/head.py": "# GNU General Public License\n" + CODE, "x-1/README.md": PAGE},
    )  # fmt: skip
    told = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        "Files: *\nLicense: Expat\n\nFiles: old/*\nLicense: GPL-2+\n"
    )
    debian = tarball(tmp_path / "x_1-1.debian.tar.gz", {"debian/copyright": told})
    item = Downloaded(Wanted("debian", "python", "x"), "1", (upstream, debian))
    kept, dropped = collect.audit([item])
    assert (len(kept), dropped) == (1, [])
    assert kept[0].licence == "Expat"
    found = files(kept[0], [upstream, debian], random.Random(0))
    assert {file.path for file in found} == {"retry.py", "README.md"}


def test_a_package_without_a_readable_licence_is_dropped(tmp_path: Path) -> None:
    said = {"name": "x", "license": "AGPL-3.0"}
    packed = tarball(tmp_path / "x-1.tgz", {"package/package.json": json.dumps(said)})
    item = Downloaded(Wanted("npm", "javascript", "x"), "1", (packed,))
    kept, dropped = collect.audit([item])
    assert kept == []
    assert dropped[0].reason == "licence: AGPL-3.0"


@pytest.mark.parametrize(
    ("registry", "name"), [("npm", "x.tgz"), ("pypi", "x.whl"), ("debian", "x.tar.gz")]
)
def test_an_archive_that_cannot_be_read_is_left_out(
    tmp_path: Path, registry: str, name: str
) -> None:
    (tmp_path / name).write_bytes(b"half of a download")
    item = Downloaded(Wanted(registry, "python", "x"), "1", (tmp_path / name,))
    kept, (dropped,) = collect.audit([item])
    assert not kept
    assert (dropped.name, dropped.reason.partition(":")[0]) == ("x", "archive")


def test_wheels_and_debs_are_read_without_unpacking(tmp_path: Path) -> None:
    wheel = tmp_path / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("x/a.py", CODE)
        packed.writestr("x/logo.png", "data")
    assert [path for path, _ in members(wheel, lambda path: path.endswith(".py"))] == ["x/a.py"]
    data = tarball(tmp_path / "data.tar.gz", {"./usr/share/php/A.php": "<?php"}).read_bytes()
    parts = [(b"debian-binary", b"2.0\n"), (b"control.tar.gz", b"odd"), (b"data.tar.gz", data)]
    deb = tmp_path / "x.deb"
    deb.write_bytes(
        b"!<arch>\n"
        + b"".join(
            name.ljust(16) + b" " * 32 + str(len(part)).encode().ljust(10) + b"`\n" + part
            + b"\n" * (len(part) % 2)
            for name, part in parts
        )
    )  # fmt: skip
    assert list(members(deb, lambda path: True)) == [("usr/share/php/A.php", b"<?php")]


def test_shards_are_written_by_side_and_read_back(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    (downloads / "npm").mkdir(parents=True)
    packages = []
    for name, side in (("one", "train"), ("two", "valid"), ("gone", "train")):
        if name != "gone":
            text = CODE.replace("attempt", f"{name} round")
            tarball(downloads / "npm" / f"{name}-1.tgz", {"package/retry.py": text})
        packages.append(Package("npm", name, "1", "python", "MIT", {f"{name}-1.tgz": ""}, side))
    into = tmp_path / "pairs"
    pairs.build(packages, downloads, into, processes=1)
    train, valid = list(pairs.read(into, "train")), list(pairs.read(into, "valid"))
    assert {p.pkg for p in train} == {"npm/one"}
    assert {p.pkg for p in valid} == {"npm/two"}
    report = json.loads((into / "statistics.json").read_text("utf-8"))
    assert report["pairs"] == {"train": len(train), "valid": len(valid)}
    assert {p.lang for p in [*train, *valid]} <= TAUGHT
    before = [path.read_bytes() for path in sorted(into.iterdir())]
    pairs.build(packages, downloads, into, processes=1)
    assert [path.read_bytes() for path in sorted(into.iterdir())] == before


def test_packages_are_added_and_what_is_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second round must not move what the model is measured on."""
    monkeypatch.setattr(collect, "HERE", tmp_path)
    there = [package("old"), replace(package("held"), split="valid")]
    collect.write(there, [collect.Dropped("pypi", "no", "licence")])
    names = {"pypi": {"python": ["old held no", "fresh held2"]}}
    (tmp_path / "wanted.json").write_text(json.dumps(names), "utf-8")
    met: list[str] = []

    def audited(new: list[Wanted], _: Path) -> tuple[list[Package], list[collect.Dropped]]:
        met.extend(item.name for item in new)
        return [package(item.name) for item in new], []

    monkeypatch.setattr(collect, "_audited", audited)
    collect.add(tmp_path)
    found = {item.name: (item.split, item.round) for item in collect.load_packages()}
    assert met == ["fresh", "held2"]
    assert found == {
        "old": ("train", 1), "held": ("valid", 1), "fresh": ("train", 2), "held2": ("valid", 2),
    }  # fmt: skip
