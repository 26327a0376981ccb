"""From the bytes of a file to its text: the one place where a file is decoded."""

import codecs
from importlib import import_module
from typing import NamedTuple

from ncs.config import NOTEBOOK
from ncs.corpus.languages import detect
from ncs.corpus.notebooks import read_notebook
from ncs.types import Cell

# None but files with a byte order mark are known as UTF-16.
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_STRAY = "ncs-windows-1252"
_MOST_CONTROL = 0.1  # share of control characters above which the head is no text
_MOST_UNDECODABLE = 0.3  # share of bytes beyond UTF-8; a Latin-1 text in French has 0.05
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x08\x1b")) + b"\x7f"


class Text(NamedTuple):
    """What a file says; `language`, `data` and `cells` as in `SourceFile`."""

    language: str
    data: bytes
    cells: tuple[Cell, ...] = ()


def decode(path: str, data: bytes) -> Text:
    """Return what a file says.

    Args:
        path: the file's path with "/" between its parts.
        data: its bytes.
    """
    text = utf8(data)
    if path.lower().endswith(NOTEBOOK) and (found := read_notebook(text)) is not None:
        return Text(found.language, found.text, found.cells)
    return Text(detect(path, text), text)


def utf8(data: bytes) -> bytes:
    """Return the text of a file in UTF-8, without a byte order mark, its lines as they were.

    UTF-16 is known by its mark, and the older encodings of Chinese, Japanese, Korean, Russian
    and Greek by what they would say, where most of a file's bytes beyond ASCII are no UTF-8.
    Elsewhere each byte that is none stands for a character of Windows-1252, of which Latin-1 is
    a part: one stray byte changes no other word of a file.
    """
    if data.isascii():
        return data
    codec = _UTF_16.get(data[:2])
    if codec is not None:
        return data[2:].decode(codec, "replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        data.decode()
    except UnicodeDecodeError:
        codec = _older_encoding(data)
        text = data.decode(codec, "replace") if codec else data.decode(errors=_STRAY)
        return text.encode()
    return data


def _older_encoding(data: bytes) -> str | None:
    """Return the encoding of a file that is no UTF-8; None for Windows-1252, and for a mixture."""
    # Imported when such a file is met: what it needs takes 40 ms.
    found: str | None = import_module("ncs.corpus.encodings").older_encoding(data)
    return found


def is_binary(head: bytes) -> bool:
    """Return whether a file that begins so is no text."""
    if b"\0" in head and head[:2] not in _UTF_16:  # none that is read here has it in a text
        return True
    text = utf8(head)
    if b"\0" in text:
        return True
    if len(text) - len(text.translate(None, _CONTROL)) > _MOST_CONTROL * len(text):
        return True
    marked = head[:2] in _UTF_16
    undecodable = (text if marked else head).decode("utf-8", "replace").count("\ufffd")
    # A character that the end of the head cuts in two is no sign of anything. What merely begins
    # like a mark of UTF-16 has two halves of characters soon.
    if undecodable <= 1 or (not marked and undecodable <= _MOST_UNDECODABLE * len(head)):
        return False
    whole_lines = head[: head.rfind(b"\n") + 1] or head  # half a character is of no encoding
    return marked or _older_encoding(whole_lines) is None


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("windows-1252", "replace"), error.end


codecs.register_error(_STRAY, _windows_1252)
