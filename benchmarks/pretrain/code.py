"""Pairs out of one source file: docstrings, comments, names, signatures, the file as a whole."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.pretrain.passages import Pair, body, query, sentences
from ncs.corpus.marks import uncomment
from ncs.corpus.outline import Outline, read_outline
from ncs.corpus.prose import remark
from ncs.corpus.summaries import summary
from ncs.text import document, fold, words
from ncs.types import Definition, SourceFile, Span

# Share of the definitions that also give a pair of this kind: the prototype learned best from
# about 15 % of names among its pairs.
_NAMES, _SIGNATURES = 0.25, 0.15
_FILE_PAIRS = 4  # at most, of one file
_COMMENTS = 15  # at most, of one file: docstrings say more of what somebody may ask
_BEFORE, _AFTER = 6, 24  # lines around a comment
_HEAD_LINES = 40


@dataclass(frozen=True, slots=True)
class Named:
    """A definition that prose may speak of."""

    name: str
    document: str
    language: str
    path: str


class File:
    """One source file, parsed once, and the pairs that it gives."""

    def __init__(self, source: SourceFile, package: str, rng: random.Random) -> None:
        self._source = source
        self._package = package
        self._rng = rng
        self._lines = source.data.decode("utf-8", "replace").split("\n")
        self._outline: Outline = read_outline(source)
        self._texts: dict[Definition, str] = {}

    def pairs(self) -> Iterator[Pair]:
        """Yield the pairs of the file, those of one definition together."""
        for definition in self._outline.definitions:
            yield from self._of_definition(definition)
        yield from self._of_comments()
        yield from self._of_file()

    def named(self) -> Iterator[Named]:
        """Yield the definitions whose names can hardly be meant by accident."""
        for definition in self._outline.definitions:
            if len(words(definition.name)) > 1 or len(definition.name) > 8:
                text = self._text(definition)
                if text:
                    made = document(self._source.path, text)
                    yield Named(definition.name, made, self._source.language, self._source.path)

    def _pair(self, asked: str, text: str, kind: str) -> Iterator[Pair]:
        if asked and text:
            made = document(self._source.path, text)
            yield Pair(asked, made, kind, self._source.language, self._package, self._source.path)

    def _text(self, definition: Definition) -> str:
        """Return a definition without the lines of its documentation."""
        if definition not in self._texts:
            hidden = definition.doc.span if definition.doc else None
            self._texts[definition] = body(self._between(definition.span, hidden))
        return self._texts[definition]

    def _between(self, span: Span, hidden: Span | None = None) -> list[str]:
        # Twice the size of a document: some lines may be hidden, the rest is cut away.
        numbers = range(span.start, min(span.end, span.start + 3 * _HEAD_LINES) + 1)
        return [
            self._lines[number - 1]
            for number in numbers
            if (hidden is None or number not in hidden) and number <= len(self._lines)
        ]

    def _of_definition(self, definition: Definition) -> Iterator[Pair]:
        text = self._text(definition)
        if not text:
            return
        if definition.doc is not None:
            yield from self._pair(query(definition.doc.text), text, "docstring")
            yield from self._pair(self._rest_of_doc(definition), text, "doc_rest")
        if definition.span.end - definition.span.start < 2:
            return
        if self._rng.random() < _NAMES and len(words(definition.name)) > 1:
            masked = re.sub(rf"\b{re.escape(definition.name)}\b", "_", text)
            asked = " ".join(words(definition.name))
            yield from self._pair(asked[:100], body(masked.split("\n")), "name")
        if self._rng.random() < _SIGNATURES and len(words(definition.signature)) > 3:
            inner = body(_below(definition.signature, text.split("\n")))
            yield from self._pair(fold(definition.signature), inner, "signature")

    def _rest_of_doc(self, definition: Definition) -> str:
        """Return what the documentation says after its first sentence, "" for nothing."""
        doc = definition.doc
        if doc is None:
            return ""
        later = sentences(doc.text)[1:]
        if doc.span is not None:
            raw = uncomment("\n".join(self._lines[doc.span.start - 1 : doc.span.end]))
            for paragraph in re.split(r"\n[ \t]*\n", raw)[1:4]:
                said = summary(paragraph)
                if said and said != doc.text:
                    later.append(said)
                    break
        return query(" ".join(later), fewest=4)

    def _of_comments(self) -> Iterator[Pair]:
        documented = [item.doc.span for item in self._outline.definitions if item.doc]
        taken = {
            number for span in documented if span for number in range(span.start, span.end + 1)
        }
        pieces = [
            piece for piece in self._outline.comments if piece.whole and piece.first not in taken
        ]
        for piece in self._rng.sample(pieces, min(len(pieces), _COMMENTS)):
            raw = self._source.data[piece.start : piece.end].decode("utf-8", "replace")
            said, count = remark(raw)
            asked = query(said, fewest=4) if count >= 4 else ""
            if asked:
                around = self._around(piece.first, piece.last)
                lines = self._between(around, Span(piece.first, piece.last))
                yield from self._pair(asked, body(lines), "comment")

    def _around(self, first: int, last: int) -> Span:
        """Return the lines that a comment stands among, within the innermost definition."""
        start, end = 1, len(self._lines)
        for definition in self._outline.definitions:
            if definition.span.start > first:
                break
            if definition.span.end >= last:
                start, end = definition.span.start, definition.span.end
        return Span(max(start, first - _BEFORE), min(end, last + _AFTER))

    def _of_file(self) -> Iterator[Pair]:
        """Yield pairs of what one part of the file says and the code of another."""
        parts = [item for item in self._outline.definitions if item.span.end > item.span.start]
        header = self._outline.header
        if header is not None:
            asked = query(header.text, fewest=4)
            top = self._between(Span(1, 2 * _HEAD_LINES), header.span)
            yield from self._pair(asked, body(top), "file")
            for part in self._rng.sample(parts, min(len(parts), _FILE_PAIRS - 1)):
                yield from self._pair(asked, self._text(part), "file")
            return
        speaking = [item for item in parts if item.doc is not None]
        if len(speaking) < 2:
            return
        for one in self._rng.sample(speaking, min(len(speaking), _FILE_PAIRS // 2)):
            others = [part for part in parts if not _overlap(part.span, one.span)]
            if others and one.doc is not None:
                other = self._rng.choice(others)
                yield from self._pair(query(one.doc.text, fewest=5), self._text(other), "file")


def _below(signature: str, lines: list[str]) -> list[str]:
    """Return the lines below a definition's head."""
    goal = len(re.sub(r"\s", "", signature))
    seen = 0
    begun = False
    for at, line in enumerate(lines):
        begun = begun or signature[:12] in fold(line)
        if begun:
            seen += len(re.sub(r"\s", "", line))
            if seen >= goal:
                return lines[at + 1 :]
    return []


def _overlap(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end
