"""Pairs out of one page of documentation: prose beside prose, prose beside its example."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.pretrain.passages import TAUGHT, Pair, body, query, sentences
from ncs.corpus.languages import LANGUAGES
from ncs.corpus.sections import sections
from ncs.text import document, fold, words
from ncs.types import SourceFile

_TICKED = re.compile(r"``?(?:[\w.:]*[.:])?([A-Za-z_]\w{3,})(?:\([^`]*\))?[!?]?``?")
_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_FENCE = re.compile(r"^\s*(?:```|~~~)\s*\{?\.?([\w+-]*)")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_ROLE = re.compile(r":[\w:+-]+:`~?([^`<]*?)(?:\s*<[^`]*>)?`")
_SKIP = re.compile(r"^\s*(?:\.\. |\||<|[=\-~^\"'#*+]{3,}\s*$|:\w+:|#)")
_FENCED = {"shell": "bash", "sh": "bash", "console": "bash", "js": "javascript", "py": "python",
          "ts": "typescript", "rb": "ruby", "rs": "rust", "c++": "cpp", "cs": "csharp",
          "hs": "haskell", "kt": "kotlin", "golang": "go", "exs": "elixir", "jsx": "javascript",
          "tsx": "typescript"}  # fmt: skip
_CHANGELOG = re.compile(r"(change|history|news|release|whatsnew|upgrading|todo)", re.IGNORECASE)
_SENTENCES_OF_PARAGRAPH = 3
_CODE_WORDS, _PROSE_WORDS = 5, 10


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence that names definitions of the package in backticks."""

    sentence: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, or an example of code; `language` is that of the example, "" for prose."""

    text: str
    code: bool
    language: str


class Page:
    """One page, cut once into paragraphs and examples."""

    def __init__(
        self, source: SourceFile, package: str, language: str, rng: random.Random
    ) -> None:
        self._source = source
        self._package = package
        self._language = language
        self._rng = rng
        self._lines = source.data.decode("utf-8", "replace").replace("\r", "").split("\n")
        self._blocks = list(_blocks(self._lines))

    def pairs(self) -> Iterator[Pair]:
        """Yield the pairs of the page; a changelog tells only of what it names (`mentions`)."""
        if _CHANGELOG.search(self._source.path):
            return
        yield from self._of_sections()
        for before, after in zip(self._blocks, self._blocks[1:], strict=False):
            if before.code:
                continue
            if after.code:
                yield from self._example(before, after)
            else:
                first = next(iter(sentences(before.text)), "")
                yield from self._pair(
                    query(first, 5), query(after.text, _PROSE_WORDS), "paragraph"
                )
        for block in self._blocks:
            if not block.code:
                yield from self._of_paragraph(block)

    def mentions(self) -> Iterator[Mention]:
        """Yield the sentences that name something in backticks, changelog entries included."""
        for line in _sentences_with_ticks(self._lines):
            names = tuple(dict.fromkeys(_TICKED.findall(line)))
            asked = query(_plain(_MARK.sub("", line)), 5)
            if names and asked:
                yield Mention(asked, names)

    def _pair(self, asked: str, text: str, kind: str, language: str = "") -> Iterator[Pair]:
        if asked and len(words(text)) >= (_CODE_WORDS if kind == "example" else _PROSE_WORDS):
            path = self._source.path
            made = document(path, text)
            yield Pair(asked, made, kind, language or self._source.language, self._package, path)

    def _of_sections(self) -> Iterator[Pair]:
        for section in sections(self._source):
            span = section.span
            inner = self._lines[span.start : span.end]
            while inner and (not inner[0].strip() or _SKIP.match(inner[0])):
                inner = inner[1:]
            text = body(inner)
            yield from self._pair(query(section.name, 2), text, "heading")
            if section.doc is not None and section.doc.span is not None:
                rest = body(self._lines[section.doc.span.end : span.end])
                said = section.doc.text.removeprefix(section.name).lstrip(": ")
                yield from self._pair(query(said, 5), rest, "section")

    def _example(self, before: _Block, after: _Block) -> Iterator[Pair]:
        if after.language and after.language not in TAUGHT:
            return
        said = sentences(before.text)[-2:]
        asked = query(" ".join(said).rstrip(":"), 4)
        text = body(after.text.split("\n"))
        yield from self._pair(asked, text, "example", after.language or self._language)

    def _of_paragraph(self, block: _Block) -> Iterator[Pair]:
        said = sentences(block.text)
        if len(said) >= _SENTENCES_OF_PARAGRAPH:
            at = self._rng.randrange(len(said))
            rest = body([" ".join(said[:at] + said[at + 1 :])])
            yield from self._pair(query(said[at], 5), rest, "sentence")


def _plain(text: str) -> str:
    text = _ROLE.sub(r"\1", _LINK.sub(r"\1", text))
    return fold(text.replace("`", "").replace("**", "")).rstrip(":")


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Yield paragraphs and examples: fences of Markdown, indented blocks below `::` or prose."""
    held: list[str] = []
    fence: str | None = None
    for line in [*lines, ""]:
        found = _FENCE.match(line)
        if fence is not None:
            if found:
                yield _Block("\n".join(held), True, _known(fence))
                held, fence = [], None
            else:
                held.append(line)
        elif found:
            yield from _finished(held)
            held, fence = [], found[1].lower()
        elif not line.strip():
            yield from _finished(held)
            held = []
        else:
            held.append(line)


def _finished(held: list[str]) -> Iterator[_Block]:
    if not held:
        return
    if all(line.startswith(("    ", "\t")) for line in held):
        yield _Block("\n".join(line.removeprefix("    ") for line in held), True, "")
        return
    # A list is no paragraph: its items are not said one after the other.
    if any(_MARK.match(line) or _SKIP.match(line) for line in held):
        return
    yield _Block(_plain(" ".join(held)), False, "")


def _known(fence: str) -> str:
    name = _FENCED.get(fence, fence)
    return name if name in LANGUAGES else ""


def _sentences_with_ticks(lines: list[str]) -> Iterator[str]:
    """Yield sentences with a backtick, from paragraphs and list items alike."""
    held: list[str] = []
    for line in [*lines, ""]:
        if not line.strip() or _MARK.match(line) or _SKIP.match(line):
            text = fold(" ".join(held))
            if "`" in text and len(text) < 5_000:
                yield from (said for said in sentences(text) if "`" in said)
            held = [line] if _MARK.match(line) else []
        else:
            held.append(line)
