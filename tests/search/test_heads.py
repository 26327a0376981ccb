"""Imports at the head of a file are not shown as the place to read in it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_index import make_corpus, write_index

import ncs
from ncs.index.reading import open_index
from ncs.search.heads import below, only_imports
from ncs.search.runs import Runs


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
    ],
)  # fmt: skip
def test_code_that_only_imports(text: str) -> None:
    assert only_imports(text)


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
        "const app = express()\n",
        "from a import b\n" * 300 + "b()\n",
        "import {\n" * 300,
    ],
)
def test_code_that_does_more(text: str) -> None:
    assert not only_imports(text)


def test_imports_are_not_the_place_that_is_shown(tmp_path: Path) -> None:
    names = "RetryPolicy RetryRequest RetryPromise RetryResponse RetryHandler RetryTimer"
    uses = "".join(f"use Acme\\Retry\\{name};\n" for name in names.split())
    body = "".join(f"        $this->total[{at}] = {at};\n" for at in range(12))
    (tmp_path / "Middleware.php").write_text(
        f"<?php\n\nnamespace Acme\\Retry;\n\n{uses}\nclass Middleware\n{{\n"
        f"    public function __invoke($options)\n    {{\n{body}    }}\n\n"
        f"    private function again($delay)\n    {{\n{body}        retry($delay);\n    }}\n}}\n",
        encoding="utf-8",
    )
    (tmp_path / "Other.php").write_text("<?php\n\nfunction other() { return 1; }\n")
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        hit = codebase.search("retry a request with a policy", 1)[0]
        assert (hit.path, hit.kind != "block") == ("Middleware.php", True)
        # What is imported can be asked for.
        hit = codebase.search("use Acme\\Retry\\RetryTimer;", 1)[0]
        assert (hit.path, hit.kind) == ("Middleware.php", "block")


def test_all_that_is_no_place_to_read_comes_after_the_first_that_is(tmp_path: Path) -> None:
    texts = ("import retry\nimport wait", "import again\nimport later", "def retry():\n    wait()")
    corpus = make_corpus({"a.py": texts})
    chunks = tuple(
        chunk if chunk.defines else chunk._replace(kind="block") for chunk in corpus.chunks
    )
    write_index(tmp_path / "i.db", replace(corpus, chunks=chunks))
    ids, inside = np.arange(3), np.array([3, 2, 1], dtype=np.float32)
    with open_index(tmp_path / "i.db") as index:
        runs = Runs.of(index.file_ids)
        found = below(index, ids, runs, np.array([0]), inside, tests=False)
    assert found.argmax() == 2


def test_a_test_in_the_file_of_what_it_tests_is_not_the_place_that_is_shown(
    tmp_path: Path,
) -> None:
    filler = "".join(f"    let total_{at} = {at};\n" for at in range(22))
    (tmp_path / "lib.rs").write_text(
        f"pub fn is_text(data: &[u8]) -> bool {{\n{filler}    !data.contains(&0)\n}}\n\n"
        "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n"
        "    fn binary_detection_of_text() {\n        // data: binary, text\n"
        '        assert!(is_text(b"text")); // text is not binary\n    }\n}\n'
    )
    (tmp_path / "main.rs").write_text("fn main() {}\n")
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        hit = codebase.search("is the data binary or is it text", 1, mode="lexical")[0]
        assert hit.symbol == "is_text"
        hit = codebase.search("test of binary or text detection", 1, mode="lexical")[0]
        assert "binary_detection" in hit.symbol


def test_a_helper_among_tests_is_not_the_place_that_is_shown(tmp_path: Path) -> None:
    filler = "".join(f"    let total_{at} = {at};\n" for at in range(22))
    (tmp_path / "lib.rs").write_text(
        f"pub fn is_text(data: &[u8]) -> bool {{\n{filler}    !data.contains(&0)\n}}\n\n"
        f"#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn one() {{\n{filler}"
        "    }\n\n    // whether the data is binary or text\n"
        f"    fn binary_data_or_text() -> bool {{\n{filler}        is_text(DATA)\n    }}\n}}\n"
    )
    (tmp_path / "main.rs").write_text("fn main() {}\n")
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        hit = codebase.search("is the data binary or is it text", 1, mode="lexical")[0]
        assert hit.symbol == "is_text"
        hit = codebase.search("tests of binary data or text", 1, mode="lexical")[0]
        assert "binary_data_or_text" in hit.symbol
