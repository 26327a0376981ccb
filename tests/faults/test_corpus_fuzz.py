"""Any bytes in files of any name: all are read or skipped with a reason, and no line is lost.

The laws of cutting one file are in tests/corpus; here whole folders are read, as `ncs index`
reads them, in every language that has a name, and what was read is looked for on the disk.
"""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ncs
from ncs.corpus.decoding import decode
from ncs.corpus.languages import LANGUAGES, detect
from ncs.corpus.reading import Corpus, read_corpus
from ncs.errors import SourceError
from ncs.index.validate import validate
from ncs.text import document
from ncs.types import KINDS, REASONS

SNIPPETS = [
    b"def f(a, b=1):\n    '''Say it.'''\n    return a\n\n\nclass A(B):\n    x = {\n",
    b"package p\n\n// F does it.\nfunc (s *S) F(x int) error {\n\treturn nil\n}\n",
    b"/** Doc. @param x y */\nexport const f = async (x) => {\n  `${x}`;\n};\n",
    b"#ifdef X\nstatic int f(void) { return '\\''; }\n#else\ntemplate <T> struct S;\n#endif\n",
    b"impl<'a> T for S<'a> {\n    /// doc\n    fn f(&self) -> r#\"x\"# {}\n}\n",
    b"# Heading\n\n```python\nx = 1\n```\n\nTitle\n=====\n\n- a\n  - b\n",
    b"{\"a\": [1, 2, {\"b\": \"\\u00e9\"}], \"c\": null}\n",
    b"<?php /* a */ function f() { ?><b><?php } ?>\n<!-- x --><script>f()</script>\n",
    b"module M where\n-- | doc\nf :: Int -> Int\nf x = case x of { 0 -> 1; _ -> {- - -} 2 }\n",
    b"def f, do: \"#{a}\"\n@doc \"\"\"\nx\n\"\"\"\nend\n=begin\ndoc\n=end\n<<~EOS\n x\nEOS\n",
    b"CREATE TABLE t (a INT); -- note\n:- p(X).\n%% doc\n(defun f (x) \"doc\" x) ;; c\n",
    b'{"nbformat": 4, "cells": [\n{"cell_type": "markdown", "source": [\n"# T\\n",\n"Say it."]},\n'
    b'{"cell_type": "code", "outputs": [{"a": [\n"no"]}], "source": [\n"def f():\\n",\n" x"]}]}',
    b"\\section{A}\n%c\n[section]\nkey = 1\nFROM x AS y\nRUN z \\\n  w\n\ttab: x\n",
]  # fmt: skip
JOINTS = [
    b"", b"\n", b"\r\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\f", b"\x1a", b"\xc3",
    b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\t" * 40, b"(" * 300, b"\n" * 50, b"\x1b[31m",
    b"#!/usr/bin/env ruby\n",
]  # fmt: skip


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Draw a file: noise, or snippets of several languages, cut, joined and spoilt."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.binary(max_size=600))
    pieces = draw(
        st.lists(st.tuples(st.sampled_from(SNIPPETS), st.sampled_from(JOINTS)), max_size=6)
    )
    data = bytearray(b"".join(part for pair in pieces for part in pair))
    for _ in range(draw(st.integers(0, 4)) if data else 0):
        at = draw(st.integers(0, len(data) - 1))
        if draw(st.booleans()):
            data[at] = draw(st.integers(0, 255))
        else:
            del data[at : at + draw(st.integers(0, 30))]
        if not data:
            break
    return bytes(data)


def names(language: str) -> list[str]:
    """Return file names that are taken for a language."""
    known = LANGUAGES[language]
    return [f"file.{each}" for each in known.extensions] + list(known.filenames)


ALL_NAMES = sorted({name for language in LANGUAGES for name in names(language)} | {"plain", "a.h"})
ODD_NAMES = [
    "ü.py",
    "a b.c",
    "-x.go",
    "x\ny.js",
    "*.rs",
    ".hidden.py",
    "CON.java",
    "a.PY",
    "a.py~",
    "x\udcff.py",
]
FILES = st.dictionaries(
    st.tuples(st.sampled_from(["", "a/", "a/b/", "ü/"]), st.sampled_from(ALL_NAMES + ODD_NAMES)),
    contents(), min_size=1, max_size=8,
)  # fmt: skip
RULES = st.one_of(
    st.none(), st.binary(max_size=60), st.sampled_from([b"*.py\n!a/\n", b"[", b"**/\n"])
)


def check_folder(found: Corpus, files: dict[str, bytes]) -> None:
    """Check what was read of a folder against the bytes that were put there."""
    read = {record.path for record in found.files}
    chunks = {path: [c for c in found.chunks if c.path == path] for path in read}
    assert {each.path for each in found.chunks} <= read
    assert all(each.reason in REASONS and each.detail for each in found.skipped)
    for record in found.files:
        data = files.get(record.path)
        if data is None:  # a name that cannot be printed as it is
            continue
        assert record.size == len(data)
        text = decode(record.path, data)
        assert record.language == text.language
        assert text.cells or record.language == detect(record.path, text.data)
        assert record.chunk_count == len(chunks[record.path])
        lines = text.data.split(b"\n")
        times: Counter[int] = Counter()
        for each in chunks[record.path]:
            span = slice(each.span.start - 1, each.span.end)
            assert b"\n".join(lines[span]).decode() == each.text
            assert 1 <= each.span.start <= each.span.end <= len(lines)
            times.update(range(each.span.start, each.span.end + 1))
            assert each.kind in KINDS
            assert document(each.path, each.text)
        filled = {at for at, line in enumerate(lines, 1) if line.strip()}
        assert filled <= times.keys(), "a line is lost"
        assert set(times.values()) <= {1}, "a line is in two chunks"


def read_folder(
    files: dict[tuple[str, str], bytes], rules: bytes | None, *, whole: bool = False
) -> None:
    """Put files into a folder, read it, and check what was read; or the whole index of it."""
    with TemporaryDirectory() as name:
        root = Path(name)
        for (folder, file), data in files.items():
            (root / folder).mkdir(parents=True, exist_ok=True)
            (root / folder / file).write_bytes(data)
        if rules is not None:
            (root / ".gitignore").write_bytes(rules)
        try:
            found = read_corpus(root)
        except SourceError:
            return  # nothing in it to search
        put = {f"{folder}{file}": data for (folder, file), data in files.items()}
        check_folder(found, put)
        if whole:
            built = ncs.build(root)
            with ncs.open(root) as codebase:
                wrong = [c for c in validate(codebase.index, root) if not c.passed]
                assert wrong == []
                assert codebase.index.chunk_count == built.chunks == len(found.chunks)
                codebase.search("what is said here")


@given(FILES, RULES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_folder_is_read(files: dict[tuple[str, str], bytes], rules: bytes | None) -> None:
    read_folder(files, rules)


@given(FILES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_any_folder_is_indexed(files: dict[tuple[str, str], bytes]) -> None:
    read_folder(files, None, whole=True)


@pytest.mark.slow
@given(FILES, RULES, st.integers(1, 6))
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
def test_any_of_many_folders_is_read_and_some_are_indexed(
    files: dict[tuple[str, str], bytes], rules: bytes | None, turn: int
) -> None:
    read_folder(files, rules, whole=turn == 6)


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(LANGUAGES))
@given(st.data())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_every_language_reads_anything(language: str, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(names(language)))
    read_folder({("", file): data.draw(contents())}, None)
