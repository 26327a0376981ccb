"""Which encoding a file is in that is older than UTF-8."""

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

# Those that are told apart by what they would say. Windows-1252 is what all else is.
_OLDER = (
    "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "iso8859_5", "cp1253",
)  # fmt: skip
_ELSE = ("cp1252", "cp1250", "cp1255", "cp1256", "cp874", "cp437")
# What a file says of itself: `# coding: gbk` in its first two lines, or at its head
# `<?xml encoding="Shift_JIS"?>`, `<meta charset="gbk">`.
_NAME = rb"\s*[=:]\s*[\"']?([A-Za-z][\w.:-]{2,20})"
_DECLARED = re.compile(
    rb"\A(?:[^\n]*\n)?[^\n]*\bcoding"
    + _NAME
    + rb"|<(?:\?xml|meta)\b[^>]*?(?:coding|charset)"
    + _NAME
)
_HEAD = 1_000  # bytes in which it says so
_ONE_BYTE = ("cp1251", "koi8_r", "iso8859_5", "cp1253")  # which any bytes are
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
_SAMPLE = 4_000  # bytes of what is beyond ASCII by which an encoding is told
_FEWEST_STRAYS = 8  # bytes that are no UTF-8: fewer may be anything
_RULER = re.compile(rb"([\x80-\xff]{1,2}?)\1{2,}")
# Characters in a row beyond ASCII, in the mean: accents stand alone, other alphabets do not.
_LEAST_RUN = 1.75
_MOST_DAMAGED = 0.02  # of the characters beyond ASCII: a stray byte makes a file no other
_RUN = re.compile(r"[^\x00-\x7f]+")
_HAN, _KANA, _HANGUL = "[\u4e00-\u9fff]", "[\u3041-\u30ff]", "[\uac00-\ud7af]"
_MIXED = 0.1  # share of one script beside another
# What few characters of others are taken for: those are tried where they make no sense in it.
_MISTAKEN = {"cp949": ("euc_jp", "gb18030"), "big5": ("gb18030",), "gb18030": ("euc_jp",)}


@lru_cache(maxsize=2)  # a file is asked of when it is looked at, and when it is read
def older_encoding(data: bytes) -> str | None:
    """Return the encoding of a file that is no UTF-8, as `codecs` calls it.

    None where it is Windows-1252, where there is too little to tell, and where most of what is
    beyond ASCII is UTF-8: then some bytes have strayed into it.
    """
    shown = data.decode("utf-8", "replace")
    strays = shown.count("\ufffd")
    if 2 * strays < sum(map(len, _RUN.findall(shown))):
        return None
    declared = _declared(data[:_HEAD])
    if declared is not None and declared not in _OLDER:
        return None
    if declared is not None and (_says if declared in _ONE_BYTE else _fits)(data, declared):
        return declared
    if strays < _FEWEST_STRAYS:
        return None
    # Rulers of one character say nothing, and weigh much.
    found = from_bytes(_RULER.sub(rb"\1", _sample(data)), cp_isolation=[*_OLDER, *_ELSE]).best()
    if found is None:
        return None
    plain = _RULER.sub(rb"\1", data)
    likely = (found.encoding, *_MISTAKEN.get(found.encoding, ()))
    return next((one for one in likely if one in _OLDER and _says(plain, one)), None)


def _says(data: bytes, encoding: str) -> bool:
    """Return whether a file says something in an encoding, in letters that belong together."""
    if not _fits(data, encoding):
        return False
    text = data.decode(encoding, "replace")
    runs = _RUN.findall(text)
    if sum(map(len, runs)) < _LEAST_RUN * len(runs):
        return False
    han, kana, hangul = (len(re.findall(script, text)) for script in (_HAN, _KANA, _HANGUL))
    if encoding == "cp949":  # Korean code has no Chinese characters, or few
        return hangul > 0 and han <= _MIXED * hangul
    if encoding in ("cp932", "euc_jp"):
        return kana >= _MIXED * han
    return True


def _declared(head: bytes) -> str | None:
    """Return the encoding that a file says it has, as `codecs` calls it, if it says any."""
    said = _DECLARED.search(head)
    if said is None:
        return None
    try:
        name = codecs.lookup((said[1] or said[2]).decode()).name.replace("-", "_")
    except LookupError:
        return None
    return _LARGER.get(name, name)


def _fits(data: bytes, encoding: str) -> bool:
    """Return whether nearly all of a file can be read so."""
    shown = data.decode(encoding, "replace")
    beyond = sum(map(len, _RUN.findall(shown)))
    return shown.count("\ufffd") <= _MOST_DAMAGED * beyond


def _sample(data: bytes) -> bytes:
    """Return what stands beyond ASCII in the lines that have it, the first of that.

    Each line from its first such byte on, and no character is cut in two: a byte below "0" is no
    part of one in any of these encodings.
    """
    pieces: list[bytes] = []
    room = _SAMPLE
    for line in data.split(b"\n"):
        if line.isascii():
            continue
        first = next(at for at, byte in enumerate(line) if byte >= 0x80)
        piece = line[first : first + room]
        if first + room < len(line):
            whole = re.sub(rb"[^\x00-\x2f]*\Z", b"", piece)
            return b"\n".join([*pieces, whole]) if whole or pieces else piece
        pieces.append(piece)
        room -= len(piece)
    return b"\n".join(pieces)
