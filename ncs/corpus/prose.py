"""From a comment as it stands in the code to the sentence that it says."""

import html
import re
from functools import lru_cache

from ncs.corpus import pod
from ncs.corpus.sentences import last_end
from ncs.scripts import spaced, units
from ncs.text import fold

LONGEST = 300  # characters of a target
_SHORTEST_CUT = 80  # a sentence end before this many characters is no place to cut
MOST_READ = 8_000  # characters of a comment that are looked at
_MARKED = 500  # that tell whether it is a pragma or a plan
_DEEPEST_MARKUP = 6
_FEW_WORDS = 3  # are no sentence, but a name or a title

# Inline code that is marked by three has a mark behind it.
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})[ \t]*(.*)")

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
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
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
_URL = re.compile(r"<?\bhttps?://\S+|\b\w[\w-]*(?:\.[\w-]+)+/\S*")
# What only says where to read on, and what surrounds a link to where it comes from.
_SEE = re.compile(
    r"\A\W*(?:for (?:more |further )?(?:details|information)\b,? ?)?"
    r"(?:see(?! (?:if|whether)\b)|refs?(?=:| #)|refer to|cf)\b"
    r"(?:[^.!?]|[.!?](?=\S))*\W*\Z",
    re.I,
)
_ORIGIN = re.compile(
    r"\A\W*(?:see|refs?|cf|from|(?:based|taken|copied|adapted|borrowed|inspired) (?:from|on|by)"
    r"|fix(?:es)?|closes|issue|note|(?:a )?regression test for)\b(?:[^.!?]|[.!?](?=\S))*[\W\d]*\Z",
    re.I,
)
# The title of what stands below, as express has it at the head of its files.
_TITLE = re.compile(
    r"(?:module )?(?:dependencies|exports|variables|imports|includes|prototypes)\.?", re.I
)
_FEW_BESIDE_LINK = 6  # words
_TODO = re.compile(r"\A\W*(?:todo|fixme|xxx|hack|tbd)\b", re.I)
# A list of things to do may be what the code is about.
_PLAN = re.compile(r"\A\W*(?:(?i:todo|fixme|xxx|hack|tbd)\s*[:(]|(?:TODO|FIXME|XXX)\b)")
_PLAIN_PLAN = re.compile(r"\A\W*(?:todo|fixme|xxx|tbd)\b")  # where no mark says that it is a doc
_CODE_LINE = re.compile(
    r"[;{}]\s*\Z|\A[\w.:>$-]+\([^)]*\)[;,]?\Z|\A[\w.$\[\]\"']+\s*[:+*|&-]?=[^=]"
    r"|\A(?:if|for|while|return|import|from|def|class|var|let|const|func|fn|elif|else|echo|print"
    r"|puts|use|val|public|private|static|void|int)\b.*[=(:{\[]|\A</?\w+[^>]*>\Z|\A[)\]}]+[,;]?\Z"
    r"|=>|->.*[({]|&&|\|\||\A>>>|\A#\s*include\b|\Afrom \S+ import\b|\Aimport .{1,80} from [\"']"
    r"|\Arequire(?:_relative)? [\"']|\A(?:local|my|our) \S+ ="
)
# A first line that reads like code and is none: `return nil for {{ x }} even if that was set`.
_WORDED = re.compile(
    r"(?<=[a-z,;:] )(?:the|an|that|was|is(?! not)|are|which|this|our|its|some)(?= [a-z`])"
    r"|\A[A-Z][a-z]+ [a-z].*\.\Z"
)
_WORD = re.compile(r"[^\W\d_]{2,}")

_TAG = re.compile(
    r"\A(?:[@\\](?!brief|summary|desc|short|details|link|code\b)\w+"
    r"|:(?:param|type|returns?|rtype|raises?|arg|keyword|var|ivar|cvar|meta)\b"
    r"|-\s+(?:parameters?|returns?|throws|note|warning|important)\b.*:"
    r"|(?:args|arguments|parameters|params|returns?|raises|examples?|notes?|usage|yields|attributes"
    r"|see also|warnings?|references|throws|inputs?|outputs?|options|keyword arguments)\s*:?\s*\Z"
    r"|:?(?:module|copyright|licen[cs]e|maintainers?|stability|portability|authors?|version)\s*:\s"
    r"|\#+\s+(?:arguments|parameters|returns?|examples?|panics|errors|safety|see also|notes?)\b"
    r"|\[[^\]]+\]:\s|```|~~~|>>>|\{\{\{|\w+>\s|\.\.\s)",
    re.I,
)
_TRAILING_TAG = re.compile(
    r"\s(?:\{\{\{|@(?:params?|returns?|throws|var|see|since|type|deprecated)\b).*", re.S
)
_HEADED = re.compile(r"\A[#*\s]+(?<!#(?=\d))")  # a heading's marks: `#5852` is a number
_LEAD = re.compile(
    r"\A(?:[@\\](?:brief|summary|description|desc|short|details)\b:?\s*|description\s*:\s+)", re.I
)
# Solidity's words for what a user and a developer are told, and what they name or link to:
# `{IERC20-transfer}`, `https://…[ERC-20]`, `xref:…[_approve]`.
_NATSPEC = re.compile(r"@(?:dev|notice)\b:?\s*")
# What tells of a file. One word alone is how that is called: `@module rows`.
_OVERVIEW = re.compile(r"[@\\](?:file(?:overview)?|overview|module)\b:?\s*(?:\S+\Z)?", re.I)
_TOLD = re.compile(r"^[ \t/*]*@(?:dev|notice)\b", re.M)
_NAMED = re.compile(r"\{([A-Za-z_]\w*(?:[-.]\w+)*)\}")
_LINKED = re.compile(
    r"(?:https?://|xref:|link:|\{xref-)[^\s\[\]]{1,400}\[([^\]\n]{1,200}(?:\n[^\]\n]{1,200})?)\]"
)
_RULED = re.compile(r"[-=*~_+/#]{3}")
_RULER = re.compile(
    r"\A([-=*~_+/])\1{3,}[ \t]+|(?<![ \t])[ \t]+(?:-{4,}|([=*~_+/#])\2{2,})(?:[ \t]+#+)?\Z"
)
_TITLED = re.compile(r"\A([-=*~])\1{2,}[ \t]+(\S.*?)(?<![ \t])[ \t]+\1{3,}\Z")
# The line below a title in reStructuredText.
ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*\Z")
_RETURNS = re.compile(
    r"^[ \t]*[@\\:]returns?:?[ \t]+(?:\{[^}]*\}[ \t]*|(?=\S*[|\\])\S+[ \t]+)?(.+)", re.M | re.I
)
_BRACKETED = re.compile(r"<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\]|\([^()]*\)")
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
_DOC_MARKS = ("/**", "///", "/*!", "//!")
# With the marks of other languages, Elixir's and Erlang's attributes, POD and PowerShell's help.
_ANY_DOC_MARKS = (
    *_DOC_MARKS, "-- |", "--|", "---", "{-|", "{- |", "(**", "##", "#'", "@", "-doc", "-module",
    "=", "<",
)  # fmt: skip
# Stands where a mark was taken from: what follows is in the text, and begins no tag.
_UNMARKED = "\0"
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


def summary(text: str) -> str:
    """Return the first paragraph of a documentation text in one line, "" where it says nothing.

    Tags (`@param`, `:param x:`, `Args:`, XML elements, rustdoc headings) end the paragraph, but
    for those that it stands behind in Solidity (`@dev`, `@notice`).
    Where nothing but a `@return` is written, that is told.
    """
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
    if "&" in text:
        text = html.unescape(text)
    said = _first_paragraph(_unfenced(text) if "```" in text else text)
    said = fold((said or _returned(text)).replace(_UNMARKED, ""))
    return shorten(said) if _WORD.search(said) else ""


def _untagged(text: str) -> str:
    """Return the text without what tools put in its place, and tags in it without their braces."""
    if "](@" in text:
        text = _REF.sub(r"\1", text)
    if "{@" in text:
        text = _DIRECTIVE.sub("", text)
    if "nherit" in text:
        text = _INHERITED.sub("", text)
    return _INLINE.sub(rf"{_UNMARKED}\1", text) if "{@" in text else text


def _returned(text: str) -> str:
    """Return what a `@return` tells, "" where it is no more than a type: `array{int, string}`."""
    found = _RETURNS.search(text)
    plain = found[1] if found else ""
    while (cut := _BRACKETED.sub("", plain)) != plain:
        plain = cut
    return fold(f"Returns {found[1]}") if found and " " in plain.strip() else ""


def _first_paragraph(text: str) -> str:
    kept: list[str] = []
    title: list[str] = []  # told where there is no paragraph below it
    skipping = False
    for raw in text.split("\n"):
        line = raw.strip()
        if not any(character.isalnum() for character in line):
            if kept and not line:
                break
            if len(kept) == 1 and ADORNMENT.match(line):
                title, kept = title or kept, []
            skipping = False
        elif _TAG.match(line):
            if kept:
                break
            if (told := _NATSPEC.match(line) or _OVERVIEW.match(line)) is not None:
                line = line[told.end() :]
                kept += [line] if line else []
            skipping = told is None
        elif not skipping:
            line = _LEAD.sub("", _unruled(line))
            kept.append(line if kept else _HEADED.sub("", line))
    return fold(_TRAILING_TAG.sub("", " ".join(kept or title)))


def fenced(line: str, fence: str) -> str:
    """Return the fence that is open behind a line of Markdown, "" for none.

    Args:
        line: without the white space behind it.
        fence: the one that is open before it, or "".
    """
    found = _FENCE.match(line)
    if found is None or (fence and (not found[1].startswith(fence) or found[2])):
        return fence
    return "" if fence else found[1]


def _unfenced(text: str) -> str:
    """Return the text with a blank line for each of what stands between backticks."""
    shown: list[str] = []
    fence = ""
    for line in text.split("\n"):
        inside, fence = fence, fenced(line.strip(), fence) if "```" in line else fence
        shown.append("" if inside or fence else line)
    return "\n".join(shown)


def _unruled(line: str) -> str:
    """Return a line without the rulers beside its words: `---- Rows ----`."""
    return _RULER.sub("", _TITLED.sub(r"\2", line)) if _RULED.search(line) else line


def shorten(text: str, limit: int = LONGEST) -> str:
    """Return at most `limit` characters, cut behind a sentence if one ends late enough."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    end = last_end(head)
    if end > min(_SHORTEST_CUT, limit // 2):
        return head[:end]
    space = head.rfind(" ")
    return head[: space if space > limit // 2 else limit].rstrip()


def _read(raw: str) -> str:
    """Return the text of a comment without its marks, notices and Doxygen's words for fonts.

    Of a very long one its beginning: every chunk of a long run of remarks reads all of it.
    """
    raw = _untitled(raw) if raw.startswith("%") else raw
    text = _MAGIC.sub("", uncomment(raw[:MOST_READ]))
    if raw.startswith(_DOC_MARKS):
        text = _DOXYGEN.sub(_UNMARKED, text)
    elif raw.startswith("#'"):
        text = _unmarked_rd(text)
    elif raw.startswith("(*"):
        text = _unmarked_odoc(text)
    elif raw.startswith("%"):
        text = _unfiled(_EDOC.sub("", text))
    elif raw.startswith(("<#", "#")) and _is_help(text):
        text = _helped(text)
    if "═" in text or "─" in text or "A Pluto.jl" in text:
        text = _PLUTO.sub("", text)
    if "No description" in text:
        text = _UNDESCRIBED.sub("", text)
    return _behind_notice(_behind_editor(_undrawn(_unordered(text))))


def _unordered(text: str) -> str:
    """Return the text of a comment of several lines without those that are for tools.

    What begins with one goes on with the names of rules, or says why they do not hold.
    """
    if "\n" not in text or not any(sign in text for sign in _ORDER_SIGNS):
        return text
    return text if _PRAGMA.match(text[:_MARKED]) else _ORDER.sub("", text)


def _unlinked(text: str) -> str:
    """Return the text with names that stood in square brackets."""
    return _REFERRED.sub(rf"{_UNMARKED}\1", text) if "[" in text else text


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
        returned = _RETURNS.search(text, found.start())
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


def _untitled(raw: str) -> str:
    """Return a comment of Erlang without the titles between rulers that it begins with."""
    while (found := _ERLANG_TITLE.match(raw)) is not None:
        words = len(found[1].split())
        if words > _MOST_WORDS_OF_TITLE or (words >= _FEW_WORDS and found[1].rstrip()[-1] == "."):
            break
        raw = raw[found.end() :]
    return raw


def _unfiled(text: str) -> str:
    """Return the text of a comment of Erlang without fields: its purpose where one tells it."""
    if ":" not in text:
        return text
    if (found := _PURPOSE.search(text, 0, _MARKED)) is not None:
        text = _RESULT.sub("", _BLANK_LINE.split(text[found.end() :], 1)[0])
    return _FIELDS.sub("", text)


def _is_help(text: str) -> bool:
    plain = text.lower()
    return (".synopsis" in plain or ".description" in plain) and bool(_HELPS.search(text))


def _helped(text: str) -> str:
    """Return the synopsis of comment-based help, its description where that is not told."""
    told = {found[1].lower(): found[2] for found in _HELP.finditer(text)}
    synopsis = told.get("synopsis", "")
    return synopsis if _WORD.search(synopsis) else told.get("description", "")


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
    few = head.isascii() and len(_URL.sub("", head).split()) <= _FEW_WORDS
    named = few or _CREATED_IN.fullmatch(head) is not None
    return rest if named else f"{head}\n{rest}"


def documentation(raw: str, *, references: bool = False) -> str:
    """Return what a doc comment says in a line, "" for licences, pragmas, plans, empty words.

    With `references` a name in square brackets is a link to what is called so.
    """
    text = _unlinked(_read(raw)) if references else _read(raw)
    head = text[:_MARKED]
    if raw.startswith("#!") or _FILLED.match(raw) or _PRAGMA.match(head) or _PLAN.match(head):
        return ""
    if not (raw.startswith(_ANY_DOC_MARKS) or _STRING.match(raw)) and (
        _PLAIN_PLAN.match(head) or _begins_with_code(text)
    ):
        return ""
    said = summary(text)
    return "" if _is_legal(said, text) or _is_label(said) or _points(said) else said


@lru_cache(maxsize=8)  # every chunk of a long run of remarks asks for the same
def remark(raw: str, *, references: bool = False) -> tuple[str, int]:
    """Return what an ordinary comment says in a line and how many words tell it.

    ("", 0) for licences, pragmas, commented-out code, plans ("TODO ..."), links and single words.
    One word for what only points elsewhere ("See ..."): any other remark tells more.
    `references` are as in `documentation`.
    """
    text = _unlinked(_read(raw)) if references else _read(raw)
    head = text[:_MARKED]
    silent = raw.startswith("#!") or _PRAGMA.match(head) or _TODO.match(head)
    if silent or _is_code(text):
        return "", 0
    said = summary(text)
    if _is_legal(said, text):
        return "", 0
    plain = _URL.sub("", said)
    words = len(set(words_of(plain)))
    if plain != said and words < _FEW_BESIDE_LINK and _ORIGIN.match(plain):
        return "", 0
    foreign = not said.isascii() and sum(map(str.isalpha, said)) >= 6
    if words < _FEW_WORDS and not foreign:
        return "", 0
    return said, 1 if _SEE.match(plain) else words


def words_of(text: str) -> list[str]:
    """Return the words of a remark, two characters of what is written without spaces as one."""
    if text.isascii():
        return _WORD.findall(text)
    return units(" ".join(_WORD.findall(spaced(text))))


def _points(said: str) -> bool:
    """Return whether nothing is said but where to read on; words behind an address may tell it."""
    *linked, rest = _URL.split(said)
    behind = len(words_of(rest)) if linked else 0
    return behind < _FEW_WORDS and _SEE.match("".join((*linked, rest))) is not None


def _is_label(said: str) -> bool:
    """Return whether nothing is said but a link, or words that announce what is not told."""
    if _TITLE.fullmatch(said):
        return True
    plain = _URL.sub("", said)
    words = len(words_of(plain))
    return words < 2 and (plain != said or said.endswith(":")) and said.isascii()


def _behind_notice(text: str) -> str:
    """Return what stands behind a notice of one paragraph; all of any other text.

    What a version control system wrote is left out.
    """
    if "$" in text:
        text = _VERSION.sub("", text)
    notice, *rest = _BLANK_LINE.split(text, 1)
    if rest and is_licence(notice) and not _MORE_OF_NOTICE.search(rest[0]):
        return rest[0]
    return text


def _is_legal(said: str, text: str) -> bool:
    """Return whether a comment is a licence. Below a sentence on the code a notice may stand.

    The name of a project and its address are no sentence.
    """
    words = (word for word in _URL.sub("", said).split() if any(map(str.isalnum, word)))
    few = len(units(" ".join(words))) < _FEW_WORDS
    return is_licence(said) or (few and is_licence(text))


def is_licence(text: str) -> bool:
    """Return whether the text is a licence or a copyright notice."""
    head = text[:2_000].lower()
    return any(sign in head for sign in _LICENCE_SIGNS) and _LICENCE.search(head) is not None


def _begins_with_code(text: str) -> bool:
    """Return whether a comment is code, of which an example below words on it is none."""
    plain = text.strip()
    first = plain.partition("\n")[0].partition("{{{")[0].rstrip()
    if first.startswith("*"):  # a block comment that was commented out with what is below it
        return _is_code(plain)
    if first.startswith("@") or not _CODE_LINE.search(first[:500]) or _WORDED.search(first):
        return False
    return _is_code(plain) or _is_code(_BLANK_LINE.split(plain, 1)[0])


def _is_code(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    like_code = sum(_CODE_LINE.search(line[:500]) is not None for line in lines)
    return 2 * like_code >= len(lines)
