"""Characters, words and tokens: the one place that decides how text is cut.

The model and lexical search both read code through this module, so that they agree on
what a word is. Nothing here depends on anything but the standard library.
"""

import os
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain
from pathlib import PurePosixPath

from ncs.scripts import holds_unspaced, pieces_of, spaced, spelled_out, usual

LINE_END = "\0"  # no identifier, and `split` keeps it

# A run of letters, digits and underscores: an identifier or a word of prose.
_IDENTIFIER = re.compile(r"\w+")
_NAME_OR_LINE = re.compile(r"\w+|\n")
# What no ASCII identifier holds becomes a blank; line feeds stay.
_BLANKED = "".join(chr(at) if _IDENTIFIER.match(chr(at)) or at == 10 else " " for at in range(128))
# camelCase, HTTPServer, utf8, snake_case.
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_CASED = range(0xC0, 0x530)  # letters beyond ASCII that are told capital from small: to Cyrillic

_NOT_PLAIN = re.compile(r"[\W_]+")

_LONGEST_WORD = 40  # characters of a word that are looked at: longer ones are data, not names
_SUFFIXES = (
    "izations", "ization", "ations", "ation", "ators", "ator", "ating", "ated", "ates", "ate",
    "ments", "ment", "ings", "ing", "ness", "ers", "ors", "ed", "er", "or", "es", "ly", "s", "e",
)  # fmt: skip
_SHORTEST_STEM = 3
_FOREIGN_STEM = 5  # letters


def words(text: str) -> list[str]:
    """Return the lower-case words of a text, identifiers cut at their inner boundaries."""
    return [word for name in identifiers(text) for word in _parts_of(name)]


@lru_cache(maxsize=1 << 16)
def parts(identifier: str) -> tuple[str, ...]:
    """Return the lower-case parts of one identifier: `parseHTTPHeader2` → parse http header 2.

    What is written without spaces gives its pairs of characters: `用户登录` → 用户 户登 登录.
    """
    if identifier.isascii():
        return tuple(part.lower()[:_LONGEST_WORD] for part in _PART.findall(identifier))
    if holds_unspaced(identifier):
        return tuple(part for piece in pieces_of(identifier) for part in _parts_of(piece))
    return tuple(part.lower()[:_LONGEST_WORD] for part in _foreign_part().findall(identifier))


def _parts_of(piece: str) -> tuple[str, ...]:
    """Return the parts of a piece as `ncs.scripts.pieces_of` gives it: a pair is one."""
    return (piece,) if holds_unspaced(piece) else parts(piece)


@cache
def _foreign_part() -> re.Pattern[str]:
    """Return the expression of a part of a name that has letters beyond ASCII."""
    capitals = "A-Z" + "".join(letter for letter in map(chr, _CASED) if letter.isupper())
    small = rf"[^\W\d_{capitals}]"
    return re.compile(
        rf"[{capitals}]+(?=[{capitals}]{small})|[{capitals}]?{small}+|[{capitals}]+|\d+"
    )


def plain(name: str) -> str:
    """Return the letters and digits of a name, in lower case: `parse_query`, `parseQuery`."""
    return _NOT_PLAIN.sub("", name).lower()


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return a light stem of a lower-case word of more than four letters, else the word.

    `encode encodes encoder encoding` → encod; `retries retried retry` → retry;
    `running` → run. One suffix at most is taken off; rare words may meet by accident. Accents
    are left out, `configuração` → configuracao, and of a word in another alphabet the first
    letters are its stem: `пользователь пользователя пользователю` → польз.
    """
    if not word.isascii():
        if holds_unspaced(word):
            return word
        word = spelled_out(word)
        if not word.isascii():
            return word[:_FOREIGN_STEM]
    if len(word) <= 4:
        return word
    if word.endswith(("ies", "ied")):
        return f"{word[:-3]}y"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            if suffix == "s" and word.endswith(("ss", "us", "is")):
                continue
            cut = word[: -len(suffix)]
            doubled = len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "lsz"
            return cut[:-1] if doubled and suffix[0] in "aeio" else cut
    return word


def head_of_stem(stem: str) -> str:
    """Return what every word of a stem begins with: all but a last "y" (`retry`: retries)."""
    return stem.removesuffix("y")


def whole_name(name: str) -> str:
    """Return an expression that finds a name, and no longer one that it is a part of."""
    return rf"(?<![\w$]){re.escape(name)}(?![\w$])"


def loosely(text: str) -> str:
    """Return an expression that finds a text whatever white space stands between its words.

    Or none, where one of two words is of a script that sets none (see `spaced`).
    """
    found, before = "", ""
    for word in text.split():
        tight = holds_unspaced(before[-1:]) or holds_unspaced(word[:1])
        found += (("\\s*" if tight else "\\s+") if found else "") + re.escape(word)
        before = word
    return found


def stem_token(stem: str) -> str:
    """Return the token that a stem is counted as; one of two letters is the word itself.

    "~" cannot stand in an identifier, so a stem never passes for the word itself.
    """
    return f"~{stem}" if len(stem) > 2 else stem


@lru_cache(maxsize=1 << 16)
def identifier_tokens(identifier: str) -> tuple[str, ...]:
    """Return what `lexical_tokens` counts of one identifier."""
    if holds_unspaced(identifier):
        return tuple(
            token
            for piece in pieces_of(identifier)
            for token in ((piece,) if holds_unspaced(piece) else identifier_tokens(piece))
        )
    whole = identifier.lower().strip("_")[:_LONGEST_WORD]
    if not whole:
        return ()
    pieces = parts(identifier)
    tokens = [whole]
    if len(pieces) > 1:
        tokens.extend(pieces)
    tokens.extend(stem_token(stem(piece)) for piece in pieces if len(piece) > 2)
    return tuple(tokens)


def lexical_tokens(text: str) -> list[str]:
    """Return the tokens that lexical search counts.

    Each identifier gives itself (lower case), its parts where it has several, and a stem of
    each part beside them, marked with "~": the exact word keeps its own rarity.
    """
    return list(chain.from_iterable(map(identifier_tokens, identifiers(text))))


@lru_cache(maxsize=1 << 12)
def path_words(path: str) -> str:
    """Return what a path says of its content: file stem and parent folder, twice.

    `lib/core/dispatchRequest.js` → "dispatchRequest core dispatchRequest core".
    """
    pure = PurePosixPath(path)
    named = pure.stem if pure.stem not in ("__init__", "index", "mod", "main") else ""
    said = " ".join(piece for piece in (named, pure.parent.name) if piece)
    return f"{said} {said}".strip()


def path_text(path: str) -> str:
    r"""Return a path as text: undecodable bytes as `\xNN`, so that names stay different."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


def document(path: str, text: str) -> str:
    """Return what the encoder reads of a chunk: path words on a line of their own, then code."""
    return f"{path_words(path)}\n{text}"


def fold(text: str) -> str:
    """Return the text on one line, runs of white space folded to one space, ends stripped."""
    return " ".join(text.split())


def identifiers(text: str) -> list[str]:
    """Return the runs of letters, digits and underscores of a text, in order.

    Of what is written without spaces, its pairs of characters. Wide and narrow forms of a
    character, and those whose marks stand behind them, are the usual one (NFKC).
    """
    # Twice as fast on ASCII, which most code is.
    if text.isascii():
        return text.translate(_BLANKED).split()
    return _cut_all(_IDENTIFIER.findall(usual(text)))


def identifiers_by_line(text: str) -> list[str]:
    """Return what `identifiers` does, with `LINE_END` behind each line but the last."""
    if text.isascii():
        return text.translate(_BLANKED).replace("\n", f" {LINE_END} ").split()
    found = _cut_all(_NAME_OR_LINE.findall(usual(text)))
    return [LINE_END if piece == "\n" else piece for piece in found]


def _cut_all(runs: Iterable[str]) -> list[str]:
    """Return the pieces of runs; a line feed is one."""
    return [piece for run in runs for piece in (pieces_of(run) if holds_unspaced(run) else (run,))]


def read_out(text: str) -> list[str]:
    """Return the words of a text as a message has them, what is written unspaced by characters.

    `用户 zhang 不存在` → 用 户 zhang 不 存 在: a literal may end between any two of them.
    """
    if text.isascii():
        return identifiers(text)
    runs = _IDENTIFIER.findall(spaced(text))
    return [piece for run in runs for piece in (run if holds_unspaced(run) else (run,))]
