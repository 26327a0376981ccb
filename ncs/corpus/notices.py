"""What a comment tells lawyers, tools and editors, and not whoever reads the code."""

import re

from ncs.corpus.marks import BLANK_LINE, FEW_WORDS, MARKED, URL

_LICENCE = re.compile(
    r"\A\W*(?:portions )?copyright\b|copyright\W{1,3}(?:\(?c\)|©|\d{4}|notice\b|and licen[cs]e)"
    r"|^[ \t:]*copyright\b.*(?:\(c\)|©|\d{4})|this (?:source )?file is part of"
    r"|licen[cs]ed? (?:under|to|file|agreement)"
    r"|\blicen[cs]e\b.{0,40}\b(?:mit|apache|bsd|gpl|mpl)\b"
    r"|\b(?:mit|apache|bsd|gpl|mpl)\b.{0,20}\blicen[cs]e\b|spdx-|all rights reserved"
    r"|permission is hereby granted|redistribution and use|without warrant|\(c\) (?:19|20)\d\d"
    r"|public domain|\bis free software[;:,]\s+you can",
    re.I | re.M,
)
_LICENCE_SIGNS = (
    "licen", "copyright", "spdx", "rights reserved", "permission is", "redistribution", "warrant",
    "(c) ", "public domain", "part of", "free software",
)  # fmt: skip
# What stands in a notice of more than a paragraph.
_MORE_OF_NOTICE = re.compile(
    r"licen[cs]|copyright|warrant|permi(?:ssion|tted)|liab|redistribut|author|provided|rights",
    re.I,
)
_PRAGMA = re.compile(
    r"\A\W*(?:noqa|type:\s*(?:ignore|\(|[\w.]+(?:\[|\Z))|pylint|pyright|mypy:|fmt:|isort|flake8"
    r"|nosec|ruff:|yapf"
    r"|pragma\b|eslint|jshint|jslint|tslint|prettier|istanbul|c8 ignore|v8 ignore|webpack"
    r"|solhint-|slither-|biome-|deno-|oxlint|lcov_|gcovr_"
    r"|@vue-|svelte-ignore"
    r"|(?:no|use) critic\b|uncoverable (?:statement|branch|condition|subroutine)\b"
    r"|@ts-|@flow|ts-ignore|globals?\s+\w+|use strict|nolint|go:|\+build|lint:|cspell|codecov"
    r"|coverage:"
    r"|clang-format|clang-tidy|iwyu|nocheck|rubocop|frozen_string_literal|shellcheck|swiftlint"
    r"|ktlint|detekt|checkstyle|suppress|noinspection|region\b|endregion|phpcs|phpstan|@phpstan"
    r"|psalm|luacheck|stylua|credo|scalafix|scalafmt|scalastyle|resharper|-\*-|vim?:|coding[:=]"
    r"|ignore(?:_for_file)?:\s*[a-z]+(?:_[a-z]+)*\s*(?:,|\n|\Z)|dart format (?:on|off)\b"
    # What goose, Drizzle and Prisma write into migrations, and pg_dump above each object.
    r"|statement-breakpoint|\+goose\b|\+migrate\b|name: [^;\n]+; type: "
    r"|(?:create|alter|drop|add|rename|redefine)(?:table|index|enum|foreignkey)s?\s*\Z"
    r"|stryker (?:disable|restore)|swift-?format|sourcery:|swift-tools-version\b|yamllint|hadolint"
    r"|reference (?:types|path|lib|no-default-lib)="
    r"|mark:|sourcemappingurl|language |options_ghc|hlint|@?ts-nocheck|\.\.\.\Z"
    r"|(?:package|import) [\w.]+;?\s*(?:\n|\Z))",
    re.I,
)
# Of these what no sentence goes on with on its next line. A comment of several lines may hold it.
_ORDER = re.compile(
    r"^[ \t/*]*(?:eslint-(?:disable|enable|env)\b|@ts-(?:ignore|expect-error|nocheck)\b|tslint:"
    r"|prettier-ignore\b|biome-ignore\b|deno-lint-|istanbul ignore\b|[cv]8 ignore\b"
    r"|(?:nolint|noqa|NOLINT(?:NEXTLINE|BEGIN|END)?)(?=[:(]|[ \t]*$)"
    r"|go:[a-z]+\b|\+build\b|type: ?ignore\b|pylint:|pyright:|mypy:|ruff:|fmt: ?o(?:n|ff)\b"
    r"|shellcheck (?:disable|source|shell|enable)=|hadolint (?:ignore|global)"
    r"|yamllint (?:dis|en)able"
    r"|rubocop:|standard:(?:dis|en)able|swiftlint:|swift-format-ignore|ktlint-|noinspection [A-Z]"
    r"|phpcs:|@?phpstan-ignore|@?psalm-suppress|@codingStandards|clang-format o(?:n|ff)\b"
    r"|(?:no|use) critic\b|uncoverable (?:statement|branch|condition|subroutine)\b"
    r"|luacheck:|stylua: ?ignore|scala(?:fmt|style):|credo:)"
    r"[^\n]*(?:\n|\Z)",
    re.M,
)
_ORDER_SIGNS = (
    "lint", "@ts-", "ignore", "go:", "build", "noqa", "py", "ruff:", "fmt:", "check", "rubocop",
    "standard", "noinspection", "phpcs", "psalm", "clang-format", "LINT", "scala", "credo",
    "@coding", "critic", "uncoverable",
)  # fmt: skip
# What Ruby, Sorbet and Python read at the head of a file, above what people do.
_MAGIC = re.compile(
    r"\A(?:[^\w\n]*(?:typed|frozen_string_literal|warn_indent|shareable_constant_value"
    r"|(?:en)?coding)[ \t]*[:=][ \t]*[\w-]+[^\w\n]*(?:\n|\Z))+",
    re.I,
)
# What a version control system writes into a file: `$Id: a.c,v 1.2 … $`.
_VERSION = re.compile(r"^[^\w\n]*\$[A-Z]\w+(?::[^$\n]*)?\$[^\w\n]*$", re.M)
# Letters made of lines: `|_____|_____|`, and what stands beside them, as the name of the project.
_DRAWN = re.compile(r"[ \t]*(?:[_|/\\][ \t]*){5,}(?:[ \t][^\n]*)?\Z")
_FEWEST_DRAWN = 2  # lines of a banner
# What an editor writes into a new file: `Created by Somebody on 8/30/15.`
_CREATED = re.compile(
    r"^[^\w\n]*Created (?:by|with|on|at)\b.{0,80}"
    r"(?:\d{1,4}[/. -]+(?:\d{1,2}|[A-Z][a-z]+)[/. ,-]+\d{1,4}|\b(?:19|20)\d\d|<\S+@\S+>)[^\w\n]*$",
    re.M,
)
# What it writes above that: the file's name and its project's, `Feed.swift`, `Reader iOS Widget`.
_CREATED_IN = re.compile(
    r"\W*[\w+-]+(?:\.\w+)*\.[a-z]{1,5}\s+"
    r"(?:(?:[A-Z]|(?:i|mac|tv|watch|vision)OS)[\w-]*[ \t]*){0,6}\W*"
)
# What Flutter writes above a text that nobody has described.
_UNDESCRIBED = re.compile(r"^[^\w\n]*No description provided for @\w+\.[ \t\r]*$", re.M)
# What stands between the cells of Julia's notebooks, and their order at the end.
_PLUTO = re.compile(
    r"^[^\w\n]*(?:[╔╠╟][═─][^\n]*|A Pluto\.jl notebook[^\w\n]*(?:\n[^\w\n]*v\d[\d.]*)?)(?:\n|\Z)",
    re.M,
)


def _unordered(text: str) -> str:
    """Return the text of a comment of several lines without those that are for tools.

    What begins with one goes on with the names of rules, or says why they do not hold.
    """
    if "\n" not in text or not any(sign in text for sign in _ORDER_SIGNS):
        return text
    return text if is_order(text) else _ORDER.sub("", text)


def _undrawn(text: str) -> str:
    """Return the text without a banner: lines that letters are drawn on."""
    if "__" not in text:
        return text
    lines = text.split("\n")
    drawn = [bool(_DRAWN.match(line)) for line in lines]
    return "\n".join(
        line
        for at, line in enumerate(lines)
        if not drawn[at] or sum(drawn[max(0, at - 1) : at + 2]) < _FEWEST_DRAWN
    )


def _behind_editor(text: str) -> str:
    """Return the text without who created the file, and without its name above that."""
    found = _CREATED.search(text) if "Created " in text else None
    if found is None:
        return text
    head, rest = text[: found.start()], text[found.end() :]
    few = head.isascii() and len(URL.sub("", head).split()) <= FEW_WORDS
    named = few or _CREATED_IN.fullmatch(head) is not None
    return rest if named else f"{head}\n{rest}"


def _behind_notice(text: str) -> str:
    """Return what stands behind a notice of one paragraph; all of any other text.

    What a version control system wrote is left out.
    """
    if "$" in text:
        text = _VERSION.sub("", text)
    notice, *rest = BLANK_LINE.split(text, 1)
    if rest and is_licence(notice) and not _MORE_OF_NOTICE.search(rest[0]):
        return rest[0]
    return text


def is_licence(text: str) -> bool:
    """Return whether the text is a licence or a copyright notice."""
    head = text[:2_000].lower()
    return any(sign in head for sign in _LICENCE_SIGNS) and _LICENCE.search(head) is not None


def is_order(text: str) -> bool:
    """Return whether a comment is said to a tool."""
    return _PRAGMA.match(text[:MARKED]) is not None


def without_magic(text: str) -> str:
    """Return the text of a comment without what a language reads at the head of a file."""
    return _MAGIC.sub("", text)


def without_notices(text: str) -> str:
    """Return the text of a comment without all that is not said to whoever reads the code.

    Of a licence that is all of it that is left.
    """
    if "═" in text or "─" in text or "A Pluto.jl" in text:
        text = _PLUTO.sub("", text)
    if "No description" in text:
        text = _UNDESCRIBED.sub("", text)
    return _behind_notice(_behind_editor(_undrawn(_unordered(text))))
