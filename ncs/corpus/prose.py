"""What a comment says: documentation or a remark, in a line; "" where it tells nothing."""

import re
from functools import lru_cache

from ncs.corpus.marks import (
    BLANK_LINE,
    FEW_WORDS,
    MARKED,
    MOST_READ,
    URL,
    WORD,
    is_doc,
    is_filled,
    uncomment,
)
from ncs.corpus.markup import unlinked, unmarked, untitled
from ncs.corpus.notices import is_licence, is_order, without_magic, without_notices
from ncs.corpus.summaries import summary
from ncs.scripts import spaced, units

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
# What tools write above a class of PHP: its name, which stands below.
_NAMES_ALONE = re.compile(r"(?:[Cc]lass|[Ii]nterface|[Tt]rait|[Ee]num) \\?[A-Z][\w\\]*\.?")
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


def _read(raw: str) -> str:
    """Return the text of a comment without its marks, its markup and notices.

    Of a very long one its beginning: every chunk of a long run of remarks reads all of it.
    """
    raw = untitled(raw)
    return without_notices(unmarked(raw, without_magic(uncomment(raw[:MOST_READ]))))


def documentation(raw: str, *, references: bool = False) -> str:
    """Return what a doc comment says in a line, "" for licences, pragmas, plans, empty words.

    With `references` a name in square brackets is a link to what is called so.
    """
    text = unlinked(_read(raw)) if references else _read(raw)
    head = text[:MARKED]
    if raw.startswith("#!") or is_filled(raw) or is_order(text) or _PLAN.match(head):
        return ""
    if not is_doc(raw) and (_PLAIN_PLAN.match(head) or _begins_with_code(text)):
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
    text = unlinked(_read(raw)) if references else _read(raw)
    head = text[:MARKED]
    silent = raw.startswith("#!") or is_order(text) or _TODO.match(head)
    if silent or _is_code(text):
        return "", 0
    said = summary(text)
    if _is_legal(said, text):
        return "", 0
    plain = URL.sub("", said)
    words = len(set(words_of(plain)))
    if plain != said and words < _FEW_BESIDE_LINK and _ORIGIN.match(plain):
        return "", 0
    foreign = not said.isascii() and sum(map(str.isalpha, said)) >= 6
    if words < FEW_WORDS and not foreign:
        return "", 0
    return said, 1 if _SEE.match(plain) else words


def words_of(text: str) -> list[str]:
    """Return the words of a remark, two characters of what is written without spaces as one."""
    if text.isascii():
        return WORD.findall(text)
    return units(" ".join(WORD.findall(spaced(text))))


def _points(said: str) -> bool:
    """Return whether nothing is said but where to read on; words behind an address may tell it."""
    *linked, rest = URL.split(said)
    behind = len(words_of(rest)) if linked else 0
    return behind < FEW_WORDS and _SEE.match("".join((*linked, rest))) is not None


def _is_label(said: str) -> bool:
    """Return whether nothing is said but a name, a link, or words that announce others."""
    if _TITLE.fullmatch(said) or _NAMES_ALONE.fullmatch(said):
        return True
    plain = URL.sub("", said)
    words = len(words_of(plain))
    return words < 2 and (plain != said or said.endswith(":")) and said.isascii()


def _is_legal(said: str, text: str) -> bool:
    """Return whether a comment is a licence. Below a sentence on the code a notice may stand.

    The name of a project and its address are no sentence.
    """
    words = (word for word in URL.sub("", said).split() if any(map(str.isalnum, word)))
    few = len(units(" ".join(words))) < FEW_WORDS
    return is_licence(said) or (few and is_licence(text))


def _begins_with_code(text: str) -> bool:
    """Return whether a comment is code, of which an example below words on it is none."""
    plain = text.strip()
    first = plain.partition("\n")[0].partition("{{{")[0].rstrip()
    if first.startswith("*"):  # a block comment that was commented out with what is below it
        return _is_code(plain)
    if first.startswith("@") or not _CODE_LINE.search(first[:500]) or _WORDED.search(first):
        return False
    return _is_code(plain) or _is_code(BLANK_LINE.split(plain, 1)[0])


def _is_code(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    like_code = sum(_CODE_LINE.search(line[:500]) is not None for line in lines)
    return 2 * like_code >= len(lines)
