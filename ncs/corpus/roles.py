"""What a chunk is to its file: imports at its head, tests in it, or what the file is read for."""

import re
from collections.abc import Iterator, Sequence

from ncs.corpus.families import PROSE
from ncs.types import Chunk, Role

_COMMENTS = re.compile(
    r"(?:^[ \t]*(?:/{2,}|#(?![ \t]*(?:include|import|pragma|if|el|endif|define))|--|;).*\n?)+"
    r"|/\*[\s\S]*?(?:\*/|\Z)",  # to the end, or each beginning would look for one
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
    r"|\w+[ \t]*=[ \t]*(?=\w{0,40}log)\w+\.\w+\([^()\n]*\))[ \t]*(?:\n\s*|\Z)"
)
# Where the tests of a Rust file begin; helpers among them are no tests by their looks.
_TESTS = re.compile(
    r"^[ \t]*#\[cfg\(test\)\]\s*(?:#\[[^\n]*\]\s*)*(?:pub )?mod \w+ \{", re.MULTILINE
)
# Whether a test is the first function of a text.
_TEST = re.compile(r"(?:(?!\bfn\b)[\s\S])*?#\[(?:\w+::)*test\b")


def with_roles(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Return the chunks of a file, in order, each with its role."""
    roles = _roles(chunks)
    return [each._replace(role=role) for each, role in zip(chunks, roles, strict=True)]


def _roles(chunks: Sequence[Chunk]) -> Iterator[Role]:
    head, tests = True, False
    for each in chunks:
        head = head and each.kind == "block" and each.language not in PROSE
        begins = _TESTS.search(each.text) if each.language == "rust" and not tests else None
        # Where they begin behind something else, that is what the chunk is.
        tests = tests or (begins is not None and not each.text[: begins.start()].strip())
        if tests or (each.language == "rust" and _TEST.match(each.text)):
            yield "tests"
        else:
            yield "imports" if head and only_imports(each.text) else "body"
        tests = tests or begins is not None


def only_imports(text: str) -> bool:
    """Return whether code does no more than to import, below the comment of who owns it."""
    text = _PRAGMAS.sub("", text)
    code = _COMMENTS.sub(lambda said: "" if _SAYS_NOTHING.search(said[0]) else said[0], text)
    code, at = code.strip(), 0
    # One by one: a pattern of all of them would try every way to cut them.
    while at < len(code) and (found := _STATEMENT.match(code, at)) is not None:
        at = found.end()
    return 0 < at == len(code)
