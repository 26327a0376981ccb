"""Imports at the head of a file, and tests in it: named like what is asked, no place to read."""

import re

import numpy as np

from ncs.index.reading import Index
from ncs.search.runs import Runs
from ncs.types import KINDS, BoolArray, FloatArray, IdArray

_BLOCK = KINDS.index("block")
_COMMENTS = re.compile(
    r"(?:^[ \t]*(?:/{2,}|#(?![ \t]*(?:include|import|pragma|if|el|endif|define))|--|;).*\n?)+"
    r"|/\*[\s\S]*?\*/",
    re.MULTILINE,
)
# Another comment may say what the file is for, and be worth reading.
_SAYS_NOTHING = re.compile(
    r"copyright|licen[sc]e|\(c\)|spdx|go:build|module dependencies", re.IGNORECASE
)
# What is said to a tool.
_PRAGMA = (
    r"(?:-\*-|frozen_string_literal|warn_indent|(?:en)?coding[:=]|vim?:|eslint|@ts-|noqa|pylint"
    r"|ruff|type:|rubocop|nolint|clang-format|swiftlint)[^\n]*"
)
_PRAGMAS = re.compile(
    rf"^[ \t]*(?:(?:#|//|--)[ \t]*{_PRAGMA}|/\*[ \t]*{_PRAGMA}\*/[ \t]*$)\n?",
    re.MULTILINE | re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:<\?php|#!.*"
    r"|(?:declare|library|require|require_once|include)[ \t]*\(.*|[\"']use \w+[\"'];?"
    r"|(?:(?:pub(?:\(\w+\))?|export|global|static|unsafe)[ \t]+)*"
    r"(?:package|namespace|import|from|use|using|require(?:_relative|_once)?|include|open|alias|mod"
    r"|extern[ \t]+crate|@import|@testable[ \t]+import|#[ \t]*(?:include|import|pragma))\b"
    r"[^\n({]*(?:\([^()]*\).*|\{[^{};]*(?:\{[^{};]*\}[^{};]*)*\}.*)?"
    r"|#[ \t]*(?:if|el|endif).*|#[ \t]*define[ \t]+\w+|#!?\[.*\]"
    r"|(?:const|let|var|local)[ \t]+[^=;\n]*=[ \t]*require\b.*"
    r"|\w+[ \t]*=[ \t]*\w*log\w*\.\w+\([^()\n]*\))[ \t]*(?:\n\s*|\Z)"
)


_MOST_PLACES_READ = 12  # places of a file: of one that is all tests there is no better
# Where the tests of a Rust file begin; helpers among them are no tests by their looks.
_TESTS = re.compile(
    r"^[ \t]*#\[cfg\(test\)\]\s*(?:#\[[^\n]*\]\s*)*(?:pub )?mod \w+ \{", re.MULTILINE
)
# Whether a test is the first function of a text.
_TEST = re.compile(r"(?:(?!\bfn\b)[\s\S])*?#\[(?:\w+::)*test\b")


def below(
    index: Index, ids: IdArray, runs: Runs, leading: IdArray, inside: FloatArray, *, tests: bool
) -> FloatArray:
    """Return what candidates are worth in their files, some less than all others.

    Imports at the head, and the tests that Rust has in the file of what they test. Only where
    they would be shown as the place of the file, and it has another.

    Args:
        index: where the chunks are.
        ids: of the candidates, (n,), ascending.
        runs: of the same, by file.
        leading: files of which a place may be shown, as places in `runs`.
        inside: what each candidate is worth among the places of its file, (n,).
        tests: whether these are asked for.
    """
    firsts, counts = runs.firsts[leading].tolist(), runs.counts[leading].tolist()
    places = [np.arange(first, first + count) for first, count in zip(firsts, counts, strict=True)]
    # The best place of each file, of equal ones the first, as imports are. Mostly it lies below a
    # definition and is no Rust: then nothing is to be lowered.
    best = ids[[at[inside[at].argmax()] for at in places]]
    rust = np.zeros(len(best), dtype=bool)
    if not tests and "rust" in index.languages:
        rust = index.language_ids[best] == index.languages.index("rust")
    lowered = inside
    for each in np.flatnonzero(_heads(index, best) | rust).tolist():
        at = places[each]
        order = at[np.argsort(-inside[at], kind="stable")[:_MOST_PLACES_READ]]
        poor = _poor(index, ids[order], rust=bool(rust[each]))
        if 0 < poor < len(order):
            lowered = lowered.copy() if lowered is inside else lowered
            lowered[order[:poor]] = inside[at].min() - 1
    return lowered


def _poor(index: Index, ids: IdArray, *, rust: bool) -> int:
    """Return how many of a file's places, from the best on, are imports or tests."""
    first_test = tests_from(index, int(index.file_ids[ids[0]])) if rust else index.chunk_count
    for at, (chunk, head) in enumerate(
        zip(ids.tolist(), _heads(index, ids).tolist(), strict=True)
    ):
        if chunk >= first_test:
            continue
        if not (head or rust):
            return at
        (text,) = index.chunk_texts([chunk])
        if not (head and only_imports(text)) and not (rust and _TEST.match(text)):
            return at
    return len(ids)


def tests_from(index: Index, file: int) -> int:
    """Return the first chunk of a Rust file's tests; behind its last where it has none."""
    chunks = index.chunks_of(file)
    held = [index.postings.lookup(term) for term in ("cfg", "test")]
    ids = [set[int]() if each is None else set(each[0].tolist()) for each in held]
    for row in index.chunk_rows(sorted(ids[0].intersection(ids[1], chunks))):
        if (found := _TESTS.search(row.text)) is not None:
            return row.id + bool(row.text[: found.start()].strip())
    return chunks.stop


def _heads(index: Index, ids: IdArray) -> BoolArray:
    """Return which of some chunks lie before the first definition of their file."""
    defining = np.flatnonzero(index.kind_ids != _BLOCK)
    firsts = np.searchsorted(index.file_ids, index.file_ids[ids])
    before = np.searchsorted(defining, ids, "right") - np.searchsorted(defining, firsts)
    return np.asarray(before == 0, dtype=bool)


def only_imports(text: str) -> bool:
    """Return whether code does no more than to import, below the comment of who owns it."""
    text = _PRAGMAS.sub("", text)
    code = _COMMENTS.sub(lambda said: "" if _SAYS_NOTHING.search(said[0]) else said[0], text)
    code, at = code.strip(), 0
    # One by one: a pattern of all of them would try every way to cut them.
    while at < len(code) and (found := _STATEMENT.match(code, at)) is not None:
        at = found.end()
    return 0 < at == len(code)
