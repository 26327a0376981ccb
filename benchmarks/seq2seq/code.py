"""Python code ↔ tokens that keep the layout, and what is wrong with code that was made up."""

import ast
import io
import re
import textwrap
import tokenize
import warnings
from collections.abc import Sequence
from typing import Literal

NEWLINE, INDENT, DEDENT = "⏎", "⇥", "⇤"
STRING = '"_"'  # every string literal: what one says cannot be known from a docstring

Fault = Literal["parses", "missing colon", "truncated", "other"]
FAULTS: tuple[Fault, ...] = ("parses", "missing colon", "truncated", "other")

_LAYOUT = {tokenize.NEWLINE: NEWLINE, tokenize.INDENT: INDENT, tokenize.DEDENT: DEDENT}
_SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
# From Python 3.12 on an f-string is no longer one token.
_OPEN = getattr(tokenize, "FSTRING_START", -1)
_CLOSE = getattr(tokenize, "FSTRING_END", -1)
_BLOCK = re.compile(
    r"(async |def |class |if |elif |else\b|for |while |with |try\b|except\b|finally\b)"
)


def tokens(code: str) -> list[str]:
    """Return the tokens of code, comments left out, up to the first place that is no Python."""
    found: list[str] = []
    depth = 0
    lines = io.StringIO(textwrap.dedent(code).strip("\n") + "\n").readline
    try:
        for token in tokenize.generate_tokens(lines):
            depth += token.type == _OPEN
            if token.type == tokenize.STRING or (token.type == _OPEN and depth == 1):
                found.append(STRING)
            elif not depth and token.type not in _SILENT:
                found.append(_LAYOUT.get(token.type, token.string))
            depth -= token.type == _CLOSE
    except (tokenize.TokenError, SyntaxError):  # the rest was cut off
        pass
    return found


def rendered(said: Sequence[str]) -> str:
    """Return tokens as code: a line for each NEWLINE, four blanks for each INDENT."""
    depth, text, line = 0, "", ""
    for token in said:
        if token == NEWLINE:
            text += "    " * depth + line.strip() + "\n"
            line = ""
        elif token in (INDENT, DEDENT):
            depth = max(depth + (1 if token == INDENT else -1), 0)
        else:
            line += f" {token}"
    return text + ("    " * depth + line.strip() + "\n" if line else "")


def fault(said: Sequence[str], ended: bool) -> Fault:
    """Return what is wrong with generated code, the first of what holds.

    Args:
        said: its tokens.
        ended: whether it came to an end by itself.
    """
    code = rendered(said)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `1 is x` parses, and is not ours to judge
            ast.parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        if not ended:
            return "truncated"
        lines = (line.strip() for line in code.split("\n"))
        missing = any(_BLOCK.match(line) and ":" not in line for line in lines)
        return "missing colon" if missing else "other"
    return "parses"
