"""What makes a text fit to be one side of a pair: English, short enough, not boilerplate."""

import hashlib
import re
from dataclasses import dataclass

from ncs.corpus.notices import is_licence
from ncs.corpus.summaries import shorten
from ncs.text import fold, words

TAUGHT = frozenset({
    "bash", "c", "cpp", "csharp", "elixir", "go", "haskell", "java", "javascript", "kotlin",
    "lua", "php", "python", "ruby", "rust", "scala", "swift", "typescript", "zig", "markdown",
    "rst",
})  # fmt: skip
LONGEST_QUERY = 300  # characters
_DOCUMENT_LINES = 40
_DOCUMENT_CHARACTERS = 2_500
_FEWEST_DOCUMENT_WORDS = 6
_DOCUMENT_HEAD = 600  # characters in which they must stand: counting all of them takes long
_HASHED_WORDS = 80

_LETTERS = re.compile(r"[A-Za-z]")
_PLAIN = re.compile(r"[A-Za-z][a-z']+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(\[])")
_CODE = re.compile(r"[;{}]\s*$|^\s*(@|\\|>>>|\$ )|(.)\2{9}|https?://\S{40}")
_LEGAL = re.compile(r"\b(licen[cs]e|copying)(\.\w+)? (file|for|in)\b|terms of", re.IGNORECASE)
_GENERATED = re.compile(
    r"(auto-?generated|generated (by|from|code|file|using|with)|do not (edit|modify)|@generated)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and the document that answers it.

    Attributes:
        q: at most 300 characters, one line. d: at most 40 lines and 2,500 characters below the
            line of path words (`ncs.text.document`).
        kind: how the two belong together; `benchmarks/pretrain/README.md` lists the kinds.
        lang: of the document. pkg: `registry/name`. path: of the document's file.
    """

    q: str
    d: str
    kind: str
    lang: str
    pkg: str
    path: str


def query(text: str, fewest: int = 3) -> str:
    """Return a text as a query, "" where it is no English prose of at least `fewest` words."""
    flat = shorten(fold(text), LONGEST_QUERY)
    letters = len(_LETTERS.findall(flat))
    if not flat or letters < 0.6 * len(flat.replace(" ", "")) or _CODE.search(flat):
        return ""
    if sum(not character.isascii() for character in flat) > 0.05 * len(flat):
        return ""
    if len(_PLAIN.findall(flat)) < fewest or is_licence(flat) or _LEGAL.search(flat):
        return ""
    return flat


def body(lines: list[str]) -> str:
    """Return lines as a document, cut to its size; "" where too little is left."""
    text = "\n".join(line.rstrip()[:400] for line in lines[:_DOCUMENT_LINES]).strip("\n")
    text = text[:_DOCUMENT_CHARACTERS]
    return text if len(words(text[:_DOCUMENT_HEAD])) >= _FEWEST_DOCUMENT_WORDS else ""


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph, white space folded."""
    return [sentence for sentence in _SENTENCE.split(fold(text)) if sentence]


def generated(head: str) -> bool:
    """Return whether a file says in its first lines that a program wrote it."""
    return _GENERATED.search(head[:2_000]) is not None


def minified(text: str) -> bool:
    """Return whether a file is packed, or data: very long lines."""
    lines = text.split("\n")
    return len(text) > 200 * len(lines) or max(map(len, lines)) > 3_000


def fingerprint(text: str) -> int:
    """Return a 64-bit hash of a text's first words; case, digits and spaces do not count."""
    said = [word for word in words(text) if not word.isdigit()][:_HASHED_WORDS]
    return int.from_bytes(hashlib.blake2b(" ".join(said).encode(), digest_size=8).digest(), "big")


def opening(text: str) -> str:
    """Return the first four words of a query, by which boilerplate is recognised."""
    return " ".join(words(text)[:4])
