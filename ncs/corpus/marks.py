"""Comments as they stand in code: their marks, and the text between them."""

import re

from ncs.corpus import pod

MOST_READ = 8_000  # characters of a comment that are looked at
MARKED = 500  # that tell what it is
FEW_WORDS = 3  # are no sentence, but a name or a title
WORD = re.compile(r"[^\W\d_]{2,}")
URL = re.compile(r"<?\bhttps?://\S+|\b\w[\w-]*(?:\.[\w-]+)+/\S*")
BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
DOC_MARKS = ("/**", "///", "/*!", "//!")
# With the marks of other languages, Elixir's and Erlang's attributes, POD and PowerShell's help.
_ANY_DOC_MARKS = (
    *DOC_MARKS, "-- |", "--|", "---", "{-|", "{- |", "(**", "##", "#'", "@", "-doc", "-module",
    "=", "<",
)  # fmt: skip

_STRING = re.compile(r"""\A[A-Za-z]{0,3}("{3}|'{3}|"|')(.*?)\1?\Z""", re.S)
# Python's strings that are filled in, and bytes: they document nothing.
_FILLED = re.compile(r"\A(?:r?[fbt]|[fbt]r)[\"']", re.I)
# How a thing is called, indented above the text that tells of it: Julia's docstrings begin so.
_USAGE = re.compile(
    r"\A[ \t\r]*\n(?: {4}|\t)[ \t]*(?:@[\w.!]+[ (]|[\w.!:]+(?:[({]| <:)"
    r"|(?:const|macro|module|(?:mutable )?struct|(?:abstract )?type) )[^\n]*"
    r"(?:\n(?: {4}|\t)[^\n]*)*\n(?:[ \t\r]*\n)*(?=[^ \t\r\n]|\Z)"
    r"|\A[ \t\r]*\n[\w.!]+\([^\n]*\)(?:[ \t]*->[^\n]*|::\S+)?[ \t\r]*\n[ \t\r]*\n(?=[^ \t\r\n])"
)
_ATTACHED = re.compile(r"\A@\w+\s*(?:~[a-zA-Z]+)?\s*")
# Erlang's: `-doc "Says it.".`
_ATTRIBUTE = re.compile(r"\A-(?:module)?doc\s*\(?\s*(?:~[a-zA-Z]*)?(?=\")")
_ATTRIBUTE_END = re.compile(r"\s{0,9}\)?\s{0,9}\.\Z")
_STAR = re.compile(r"^[ \t]*\*+(?!\S*/)[ \t]?", re.M)
# Laravel's comments stand behind bars.
_BAR, _UNBARRED = re.compile(r"^[ \t]*\|[ \t]?", re.M), re.compile(r"^[ \t]*[^|\s]", re.M)
# Doxygen's, on what stands before: `///< The row.` An element of XML is none.
_BEHIND = r"(?:<(?!/?[a-zA-Z][^<>\n]*>))?"
_LINE_MARK = re.compile(
    rf"^[ \t]*(?://+!?{_BEHIND}|#+(?:[!:]|'(?=\s|\Z))?|--+[ \t]?[|^]?|;+|%+|!+)[ \t]?", re.M
)
# A block by its first two characters: what opens and closes it, whether stars begin its lines.
_BLOCKS = {
    "/*": (re.compile(rf"/(?:\*{{2,}}!?|\*!){_BEHIND}|/\*"), re.compile(r"\*+/\s*\Z"), True),
    "{-": (re.compile(r"\{-+\s*\|?"), re.compile(r"-+\}\s*\Z"), False),
    "(*": (re.compile(r"\(\*+"), re.compile(r"\*+\)\s*\Z"), True),
    "--": (re.compile(r"-{2,3}\[=*\["), re.compile(r"\]=*\](?:--)?\s*\Z"), False),
    "<!": (re.compile(r"<!--+(?:\s*@component\b)?"), re.compile(r"--+>\s*\Z"), False),
    "<#": (re.compile(r"<#+"), re.compile(r"#+>\s*\Z"), False),
    "=b": (re.compile(r"=begin.*"), re.compile(r"^=end.*\Z", re.M), False),
}


def uncomment(raw: str) -> str:
    """Return the text of a comment or documentation string, without its marks and stars."""
    raw = raw.strip()[:MOST_READ]
    if raw.startswith("=") and pod.is_pod(raw):
        return pod.plain(raw)
    if raw.startswith("@"):
        raw = _ATTACHED.sub("", raw)
    elif raw.startswith("-") and (found := _ATTRIBUTE.match(raw)):
        raw = _ATTRIBUTE_END.sub("", raw[found.end() :])
    if raw[:2] in _BLOCKS:
        opening, closing, starred = _BLOCKS[raw[:2]]
        if opened := opening.match(raw):
            inner = closing.sub("", raw[opened.end() :])
            if inner.lstrip().startswith("|") and not _UNBARRED.search(inner):
                return _BAR.sub("", inner)
            return _STAR.sub("", inner) if starred else inner
    if (string := _STRING.match(raw)) is not None:
        usage = _USAGE.match(string[2])
        return string[2][usage.end() :] if usage else string[2]
    return _LINE_MARK.sub("", raw)


def is_doc(raw: str) -> bool:
    """Return whether a comment's marks, or a string's, say that it documents something."""
    return raw.startswith(_ANY_DOC_MARKS) or _STRING.match(raw) is not None


def is_filled(raw: str) -> bool:
    """Return whether it is a string that is filled in, or bytes."""
    return _FILLED.match(raw) is not None
