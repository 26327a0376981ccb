"""The markup of documentation, by language, and the words that it is around."""

import html
import re

from ncs.corpus.marks import BLANK_LINE, DOC_MARKS, FEW_WORDS, MARKED, WORD

RETURNS = re.compile(
    r"^[ \t]*[@\\:]returns?:?[ \t]+(?:\{[^}]*\}[ \t]*|(?=\S*[|\\])\S+[ \t]+)?(.+)", re.M | re.I
)
_DEEPEST_MARKUP = 6
# Solidity's words behind which names and links are marked so: `{IERC20-transfer}`,
# `https://…[ERC-20]`, `xref:…[_approve]`.
_TOLD = re.compile(r"^[ \t/*]*@(?:dev|notice)\b", re.M)
_NAMED = re.compile(r"\{([A-Za-z_]\w*(?:[-.]\w+)*)\}")
_LINKED = re.compile(
    r"(?:https?://|xref:|link:|\{xref-)[^\s\[\]]{1,400}\[([^\]\n]{1,200}(?:\n[^\]\n]{1,200})?)\]"
)
_SUMMARY = re.compile(r"<summary>(.*?)(?:</summary>|\Z)", re.S | re.I)
_REFERENCE = re.compile(
    r"<(?:see|seealso|paramref|typeparamref)\s+\w+=\"(?:[A-Z]:)?([^\"]*)\"\s*/?>", re.I
)
_BREAK = re.compile(r"</?(?:p|br|para|ul|ol|pre|div|h[1-6]|blockquote|table)\s*/?>", re.I)
_MARKUP = re.compile(
    r"</?(?:b|i|em|strong|code|c|li|a|tt|summary|remarks|see|span|value|example|item|list"
    r"|description|term|u|sup|sub|kbd|var|small|img|inheritdoc|returns|param|para|exception)"
    r"(?:\s[^<>]*)?/?>",
    re.I,
)
_INLINE = re.compile(r"\{@\w+\s+([^{}]*)\}")
# What Dart's tool replaces, or knows a text by: `{@template rows}`.
_DIRECTIVE = re.compile(
    r"\{@(?:template|macro|youtube|animation|tool|inject-html|end-?\w+(?:-html)?)\b[^{}]*\}"
)
_REFERRED = re.compile(r"\[([A-Za-z_]\w*(?:\.\w+)*(?:\(\))?)\](?![(\[:])")
_INHERITED = re.compile(
    r"\{@inherit-?doc(?:\s[^{}]*)?\}|^[ \t]*@inheritdoc[ \t]+[A-Z]\w*[ \t]*$"
    r"|\{?@inherit-?doc\}?|<inheritdoc[^>]*>",
    re.I | re.M,
)
# Doxygen's words in the text: `@ref basic_json`. What `\b` and `\e` are, nobody knows.
_DOXYGEN = re.compile(r"(?<![\w\\@])(?:[@\\](?:ref|em|[acp])|@[be])[ \t]+(?=\w)")
# PowerShell's help in comments: a keyword on a line, its text below it.
_HELPS = re.compile(r"^[ \t]*\.(?:synopsis|description)\b", re.M | re.I)
_HELP = re.compile(
    r"^[ \t]*\.([a-z]{4,})\b[^\n]*\n(.*?)(?=^[ \t]*\.[a-z]{4,}\b|\Z)", re.M | re.I | re.S
)
# Stands where a mark was taken from: what follows is in the text, and begins no tag.
UNMARKED = "\0"
# Markup of R's documentation: `\\code{x}`, `\\link[pkg]{x}`, and code that is run in the text.
_RD_RUN = re.compile(r"`r [^`\n]*`|\\(?:Sexpr|ifelse|figure|badge)(?:\[[^\]]*\])?(?:\{[^{}]*\})*")
_RD_WORD = re.compile(r"\\[a-zA-Z]+(?:\[[^\]\n]*\])?\{([^{}]*)\}")
_RD_TITLE = re.compile(r"^[ \t]*@title\b[ \t]*", re.M)
# What is behind it belongs to it, blank lines or not.
_RD_TAG = re.compile(r"^[ \t]*@(?!description\b|details\b)[a-zA-Z]", re.M)
# Erlang's `%% @doc Says it.`, and what its editors write: a title between rulers, above whatever
# comes first of that part of a file, and fields, of which one tells what it is for.
_EDOC = re.compile(r"^[ \t]*@doc\b[ \t]*", re.M)
_ERLANG_RULER = r"(?:%{1,9}[ \t]{0,9}[-=*~_+#]{4,}%*|%{5,})[ \t\r]*"
_ERLANG_BLANK = r"(?:%{1,9}[ \t\r]*\n)?"
_ERLANG_TITLE = re.compile(
    r"\A" + _ERLANG_RULER + r"\n" + _ERLANG_BLANK + r"%{1,9}"
    r"(?![% \t]{0,19}(?:(?:Func|Desc|Purpose)\w*[ \t]*:|@))"
    r"[ \t]{0,9}(?=[^\n]{0,199}[^\W_])([^\n]{1,200})\n" + _ERLANG_BLANK + _ERLANG_RULER
    + r"(?:\n\s*|\Z)"
)  # fmt: skip
_MOST_WORDS_OF_TITLE = 5
_FIELDS = re.compile(
    r"^[ \t]*(?:File(?:name)?|Authors?|Created(?: on| by)?|Module)[ \t]*:[^\n]*(?:\n|\Z)", re.M
)
_PURPOSE = re.compile(r"^[ \t]*(?:Purpose|Description)[ \t]*:[ \t]*(?=\S)", re.M)
_RESULT = re.compile(r"^[ \t]*Returns?[ \t]*:.*", re.M | re.S)
# OCaml's documentation: `[code]`, `{!Module.value}`, `{{:https://…} text}`, `{b bold}`, code.
_ODOC_CODE = re.compile(r"\{\[.{0,400}?\]\}|\{v\s.{0,400}?\sv\}|\{%.{0,400}?%\}", re.S)
_ODOC_LINK = re.compile(r"\{\{[^{}]*\}\s*([^{}]*)\}")
_ODOC_REFERENCE = re.compile(r"(?<!\{)\{!(?:[a-z-]+:)?([^{}]*)\}")
_ODOC_WORD = re.compile(r"\{(?:[a-zA-Z]{1,2}|[-^_]|\d(?::\S+)?)\s+([^{}]*)\}")
_ODOC_VERBATIM = re.compile(r"\[([^\[\]\n]*)\]")
# A link in Julia's documentation: [`feed`](@ref). Swift's playgrounds have others.
_REF = re.compile(r"\[([^\[\]]*)\]\(@(?:ext)?ref\b[^()]*\)")
_ROLE = re.compile(r":[a-z]+(?::[a-z]+)?:`~?([^`<]*?)(?:\s*<[^`]*>)?`")


def _untagged(text: str) -> str:
    """Return the text without what tools put in its place, and tags in it without their braces."""
    if "](@" in text:
        text = _REF.sub(r"\1", text)
    if "{@" in text:
        text = _DIRECTIVE.sub("", text)
    if "nherit" in text:
        text = _INHERITED.sub("", text)
    return _INLINE.sub(rf"{UNMARKED}\1", text) if "{@" in text else text


def unlinked(text: str) -> str:
    """Return the text with names that stood in square brackets."""
    return _REFERRED.sub(rf"{UNMARKED}\1", text) if "[" in text else text


def _flat(markup: re.Pattern[str], text: str) -> str:
    """Return the text with what its markup is around instead of that, to some depth."""
    for _ in range(_DEEPEST_MARKUP):
        if (plain := markup.sub(r"\1", text)) == text:
            break
        text = plain
    return text


def _unmarked_rd(text: str) -> str:
    """Return the text of a roxygen comment without its markup."""
    text = _RD_TITLE.sub("", _RD_RUN.sub("", text))
    if found := _RD_TAG.search(text):
        returned = RETURNS.search(text, found.start())
        text = text[: found.start()] + (f"\n\n{returned[0]}" if returned else "")
    if "\\" in text:
        text = _flat(_RD_WORD, text)
    return text.replace("\\%", "%")


def _unmarked_odoc(text: str) -> str:
    """Return the text of a comment of OCaml without the markup of its documentation."""
    if "{" in text:
        text = _ODOC_LINK.sub(r"\1", _ODOC_REFERENCE.sub(r"\1", _ODOC_CODE.sub("\n\n", text)))
        text = _flat(_ODOC_WORD, text)
    return _flat(_ODOC_VERBATIM, text)


def untitled(raw: str) -> str:
    """Return a comment without the titles between rulers that one of Erlang begins with."""
    while raw.startswith("%") and (found := _ERLANG_TITLE.match(raw)) is not None:
        words = len(found[1].split())
        if words > _MOST_WORDS_OF_TITLE or (words >= FEW_WORDS and found[1].rstrip()[-1] == "."):
            break
        raw = raw[found.end() :]
    return raw


def _unfiled(text: str) -> str:
    """Return the text of a comment of Erlang without fields: its purpose where one tells it."""
    if ":" not in text:
        return text
    if (found := _PURPOSE.search(text, 0, MARKED)) is not None:
        text = _RESULT.sub("", BLANK_LINE.split(text[found.end() :], 1)[0])
    return _FIELDS.sub("", text)


def _is_help(text: str) -> bool:
    plain = text.lower()
    return (".synopsis" in plain or ".description" in plain) and bool(_HELPS.search(text))


def _helped(text: str) -> str:
    """Return the synopsis of comment-based help, its description where that is not told."""
    told = {found[1].lower(): found[2] for found in _HELP.finditer(text)}
    synopsis = told.get("synopsis", "")
    return synopsis if WORD.search(synopsis) else told.get("description", "")


def unmarked(raw: str, text: str) -> str:
    """Return the text of a comment without the markup of its language's documentation.

    Args:
        raw: the comment with its marks, by which that is known.
        text: what stands between them.
    """
    if raw.startswith(DOC_MARKS):
        return _DOXYGEN.sub(UNMARKED, text)
    if raw.startswith("#'"):
        return _unmarked_rd(text)
    if raw.startswith("(*"):
        return _unmarked_odoc(text)
    if raw.startswith("%"):
        return _unfiled(_EDOC.sub("", text))
    return _helped(text) if raw.startswith(("<#", "#")) and _is_help(text) else text


def plain(text: str) -> str:
    """Return a documentation text without the markup that any language may have: XML, links."""
    # Each look at the text for a rare sign spares a regular expression its work.
    if "<" in text:
        if found := _SUMMARY.search(text):
            text = found[1]
        text = _MARKUP.sub("", _BREAK.sub("\n\n", _REFERENCE.sub(r"\1", text)))
    if "@" in text:
        if ("@dev" in text or "@notice" in text) and _TOLD.search(text):
            text = _NAMED.sub(r"\1", _LINKED.sub(r"\1", text))
        text = _untagged(text)
    if ":`" in text:
        text = _ROLE.sub(r"\1", text)
    return html.unescape(text) if "&" in text else text
