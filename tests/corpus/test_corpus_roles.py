"""What a chunk is to its file: imports, tests, or what it is read for."""

import pytest
from growth import grows_like_the_square

from ncs.corpus.chunks import chunk
from ncs.corpus.roles import _importing
from ncs.types import SourceFile


@pytest.mark.parametrize(
    "text",
    [
        "import os\nfrom a.b import (\n    c,\n    d,\n)\n",
        "import os\n\nlogger = logging.getLogger(__name__)\n",
        "/*\n * Copyright 2020 A. Body.\n */\npackage a.b;\n\nimport a.C;\nimport static a.C.d;\n",
        "// +license MIT\n\npackage a\n\nimport (\n\t\"os\"\n\n\t\"b.c/d\"\n)\n",
        "<?php\n\nnamespace A\\B;\n\nuse A\\C;\nuse A\\{D, E};\n",
        "use crate::a::{self, b::{C, D}};\n#[cfg(unix)]\npub use e::*;\nmod f;\n",
        "'use strict';\nimport {a} from 'a'\nimport {\n  b\n} from 'b'\nconst d = require('d');\n",
        "#ifndef A_H\n#define A_H\n#include <a.h>\n#include \"b.h\"\n",
        "from a import b\n" * 300,
        "# frozen_string_literal: true\n\nrequire 'tempfile'\nrequire 'fileutils'\n",
        "/* eslint-disable no-console */\nimport a from 'a'\n",
        "/* oxlint-disable no-console */\nimport a from 'a'\n",
        "/* eslint-disable\n   no-console,\n   no-alert */\n// @ts-nocheck\nimport a from 'a'\n",
        "//\n//  Feed.swift\n//  Reader\n//\n//  Created by A. Body on 3/20/26.\n//\n\nimport B\n",
        "//\n//  Feed.swift\n//  Reader iOS Widget\n//\n//  Created by A. Body on 3/20/26.\n//\n\n"
        "#if os(macOS)\nimport AppKit\n",
        "/* Copyright (C) 2020 by A. Body\n\n   This program is free software: you can... */\n\n"
        '#pragma once\n#include "a.h"\n#ifdef B\n#include <b.h>\n#endif\n#include <c.h>\n'
        '#include <d.h>\n#define START "== Start =="\n#define STOP "== Stop =="\n\nclass C;\n',
        "import a\n# Keep behind the patches above.\nimport b\n",
        "/*\n * A client.\n * Copyright (C) 2020 A. Body\n *\n"
        " * This program is free software; you can redistribute it.\n */\n",
    ],
)  # fmt: skip
def test_code_that_only_imports(text: str) -> None:
    assert _importing([text]) == [True]


@pytest.mark.parametrize(
    "text",
    [
        "",
        '"""Retries of requests that failed."""\n\nimport os\n',
        "# Retries of requests that failed.\nimport os\n",
        "# frozen_string_literal: true\n# Retries of requests that failed.\nrequire 'os'\n",
        "/* eslint-env node\n * Retries of requests. */\nimport a from 'a'\n",
        "// Package a retries requests.\npackage a\n",
        "import os\n\nLIMIT = 3\n",
        "/* Copyright 2020 A. Body.\n *\n * Retries of requests that failed.\n */\nimport a.b;\n",
        "/**\n * @file a.h\n * @brief Pitch analysis\n */\n#include <a.h>\n",
        "//\n//  Feed.swift\n//  Retries of requests that failed.\n//\n"
        "//  Created by A. Body on 3/20/26.\n//\n\nimport AppKit\n",
        "#include <a.h>\n\n// Retries of requests that failed.\n\n#include <b.h>\n",
        "#include <a.h>\n#define LONGEST 30\n#define MOST 5\n",
        "const app = express()\n",
        "from a import b\n" * 300 + "b()\n",
        "import {\n" * 300,
        "/* Copyright 2020 A. Body.\n *\n * Retries of requests that failed.\n */\n",
        "// Copyright 2020 A. Body.\nint main() {}\n",
    ],
)
def test_code_that_does_more(text: str) -> None:
    assert _importing([text]) == [False]


def roles(path: str, language: str, code: str) -> list[str]:
    return [each.role for each in chunk(SourceFile(path, language, code.encode(), 0))]


LINES = "".join(f"    let total_{at} = {at};\n" for at in range(30))


def test_imports_are_those_at_the_head_of_a_file() -> None:
    imports = "".join(f"import module_{at}\n" for at in range(30))
    body = "".join(f"    total += {at}\n" for at in range(30))
    code = f"{imports}\n\ndef fill(total):\n{body}\n\n{imports}"
    found = roles("a.py", "python", code)
    assert found[0] == "imports"
    assert set(found[1:]) == {"body"}


def test_a_list_of_imports_may_be_cut_in_two() -> None:
    """Raw lines of an import list were the place to read of AdGuardHome's `home.go`."""
    listed = "".join(f'\t"example.org/module_{at}"\n' for at in range(60))
    code = f"// Package a retries requests.\npackage a\n\nimport (\n{listed})\n\nvar limit = 3\n"
    found = roles("a.go", "go", code)
    assert (found[0], found[-1]) == ("body", "body")
    assert set(found[1:-1]) == {"imports"}
    names = "".join(f"  name{at},\n" for at in range(60))
    code = f"import {{\n{names}}} from 'a';\nimport b from 'b';\n"
    assert set(roles("a.ts", "typescript", code)) == {"imports"}
    assert "body" in roles("a.ts", "typescript", f"{code}\nconst limit = b(3);\n")


def test_a_comment_that_is_cut_in_two_says_what_it_says() -> None:
    said = "".join(f" * Retries requests that failed, by rule {at}.\n" for at in range(60))
    code = f"/*\n{said} */\n\n#include <a.h>\n#include <b.h>\n"
    assert set(roles("a.h", "c", code)) == {"body"}
    legal = " * Copyright 2020 A. Body.\n" + " * Permission is hereby granted.\n" * 60
    found = roles("a.h", "c", f"/*\n{legal} */\n\n#include <a.h>\n#include <b.h>\n")
    assert (len(found) > 1, found[-1]) == (True, "imports")


def test_tests_in_a_file_are_all_from_where_they_begin() -> None:
    code = (
        f"pub fn fill() {{\n{LINES}}}\n\n#[cfg(test)]\nmod tests {{\n    use super::*;\n\n"
        f"    #[test]\n    fn one() {{\n{LINES}    }}\n\n    fn helper() {{\n{LINES}    }}\n}}\n"
    )
    found = roles("lib.rs", "rust", code)
    first = found.index("tests")
    assert set(found[:first]) == {"body"}
    assert first > 0
    assert set(found[first:]) == {"tests"}


def test_what_stands_behind_the_tests_of_a_file_is_none() -> None:
    """Functions below the tests were tests, and another place of their file was shown."""
    tests = f"#[cfg(test)]\nmod tests {{\n    #[test]\n    fn one() {{\n{LINES}    }}\n}}\n"
    found = roles("lib.rs", "rust", f"{tests}\npub fn fill() {{\n{LINES}}}\n")
    assert (found[0], found[-1]) == ("tests", "body")


def test_what_stands_before_the_tests_of_a_chunk_is_what_it_is() -> None:
    code = "pub fn one() -> u8 {\n    1\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n"
    assert roles("lib.rs", "rust", code) == ["body"]


def test_a_function_that_is_a_test_is_one_in_any_file() -> None:
    code = "#[test]\nfn one() {\n    assert!(true);\n}\n"
    assert roles("all.rs", "rust", code) == ["tests"]
    assert roles("all.rs", "rust", code.replace("#[test]", "#[inline]")) == ["body"]


@pytest.mark.parametrize(
    "unit",
    ["/* a ", "log", "use {", "import (a, ", "# noqa ", "use {\n", "import (a,\n", "/* a */\n"],
)
def test_strange_text_takes_no_time(unit: str) -> None:
    def look(times: int) -> None:
        _importing([unit * times])

    assert not grows_like_the_square(look, 4_000, 16_000)


def test_prose_imports_nothing() -> None:
    assert roles("a.txt", "text", "import tax\n") == ["body"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_licence_and_the_namespace_below_imports_are_of_the_head(end: str) -> None:
    """The licence was shown as the answer to any question with its words."""
    legal = "/*\n    Copyright 2020 A. Body.\n    This program is free software.\n*/\n"
    code = (
        f"\ufeff#region License\n\n{legal}\n#endregion License\n\nusing System;\nusing A.B;\n\n"
        "namespace A.C\n{\n    class D\n    {\n        void E()\n        {\n"
        f"{LINES}        }}\n    }}\n}}\n"
    )
    found = roles("a.cs", "csharp", code.replace("\n", end))
    assert (found[0], set(found[1:])) == ("imports", {"body"})
