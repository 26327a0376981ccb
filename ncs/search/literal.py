"""What stands in the code as it was asked: a pasted line, a message, a flag."""

import errno
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, pairwise

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.ranges import distinct
from ncs.scripts import holds_unspaced, units
from ncs.search.glossary import glossed
from ncs.search.lexical import lexical
from ncs.search.paths import in_data
from ncs.search.question import ASKING, is_piece, is_plain, told
from ncs.search.runs import MOST_FLAGGED, MOST_READ, NEARLY_ALL, Candidates, Runs
from ncs.text import loosely, read_out, words
from ncs.types import BoolArray, FloatArray, IdArray

_FEWEST_WORDS = 3  # of a text that is looked for as it stands
# The same where only prose has it, and no spaces part words: `一致性哈希路由`.
_FEWEST_OF_MESSAGE = 5
_NAMED = 0.55  # what a flag is worth where it is named and not defined
_MOST_COMPARED = 15  # chunks that may hold most of a text, the best by each count
_FEWEST_PAIRS = 3  # of words that follow each other, one of them no small one
_MANY_PAIRS = 9  # from so many on no chunk resembles a text by chance
# What makes a chunk resemble a text: a share of the pairs of the text, and of what the best chunk
# holds of them. A literal may make less of a message: the rest are values.
_LEAST_OF_PAIRS, _LEAST_OF_BEST = 0.5, 0.75
_LEAST_OF_MESSAGE = 0.35  # of its words
# The same of what looks like no message, but has a number in it: "server answers 429 too many
# requests" is a question, whatever has the literal "too many requests".
_LEAST_OF_QUESTION = 0.8
# Of these texts `re` makes expressions when a question needs one, and plain words never do.
# What messages with values have, and questions rarely, which so need not wait 2 ms for a look at
# their pairs of words.
_MESSAGE = r"[\d'\"`.,:;()\[\]{}<>=%/\\]"
_CODE = (
    r"\w\(|[{}]|(?<![\w\"'\]])=|=(?!\S)|;$|[-=]>"  # what a line of code has, and hardly a message
)
_SAID = r"[\"'`:()\[\]{}<>=%]|[.!]\s*$"  # marks of what was printed, and of hardly a question
# A line of a report that a program printed: `[ERROR] …`, `SomeError: …`, `level=error …`.
_PRINTED = (
    r"\b(?:ERROR|WARN|WARNING|FATAL|CRITICAL|PANIC)\b|(?:Error|Exception|Failure|Warning):\s"
    r"|^\W*(?:error|fatal|warning|panic)(?:\[\w+\])?:\s|\blevel=(?:error|warn|fatal)"
)
_FULL_NAME = r"(?<!\w)[\"'`\[]((?:\w+(?:\.|::|\\))+\w+)[\"'`\]](?!\w)"
_MOST_PRINTED = 3  # lines that are looked for
# Marks that a message was pasted with.
_AROUND = " \t\r\n\"'`.,:;!?()[]{}<>*-。，、！？：；「」『』【】（）…"
# What is printed in front of a message: `SomeError: …`, `Fatal error: …`, `[WARN] …`.
_FRONT = (
    r"\s*(?:[^:\n]{0,80}?(?i:error|exception|warning|fatal|panic|failure)[^:\s]*:"
    r"|(?:[A-Z][\w.-]{0,20} )?\W?(?:ERROR|WARN|WARNING|FATAL|CRITICAL|INFO|DEBUG)\b\W*?)\s+"
    r"|(?:ERROR|WARNING|CRITICAL|INFO|DEBUG):[\w.-]+:"  # Python's `logging`, no blank behind it
)
# What stands in a message where the code leaves a value open, by its looks: what is in quotes, and
# words that are a path, an address or `name.py`, or have a digit in them, unless it ends a name: a
# question of `S3` or `utf8` waited 1 ms for a look at literals.
# What closes otherwise than it opens is near, or each opening of many would look for its end.
_QUOTED = (
    r"(?<!\w)(?:\"[^\"\n]+\"|'[^'\n]+'|`[^`\n]+`"
    r"|\[[^\]\n]{1,300}\]|“[^”\n]{1,300}”|«[^»\n]{1,300}»)(?!\w)"
)
_GIVEN = r"(?<![A-Za-z\d])\d|\d{3}|\d[A-Za-z]+\d|[/\\]|\w\.\w"
# No quote behind a backslash begins one, or each of many would look for its end.
_LITERAL = (
    r'(?<!\\)"((?:[^"\\\n]|\\.)+)"|(?<!\\)\'((?:[^\'\\\n]|\\.)+)\'|`([^`\n]+)`|>([^<>\n]+)</'
)
# Where a literal has a value: `%s`, `%-5.2f`, `%1$s`, Qt's `%1`, `{}`, `{name!r}`, `${name}`,
# `\(name)`.
_VALUE = r"%(?:\d+\$)?[-+#0]*[\d.*]*[A-Za-z@]|%L?\d{1,2}|[#$]?\{[^{}]*\}|\$\w+|\\\([^()]*\)|\\."
# Two literals with a value between them: `"key '" + key + "' not found"`.
_JOINED = r"([\"'])\s*(,|\+|\.\.?|<<)\s*[\w.:()\[\]>-]{1,40}?\s*\2\s*\1"


def verbatim(
    index: Index, text: str, found: Candidates, aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks that hold a text as it stands, and how much of it each holds, [0.5, 1].

    All of it, but for case and white space; where none does, but for marks around it, and for what
    is printed in front of a message. Of a text with marks or numbers in it that no chunk holds,
    most of its pairs of words that follow each other: a message has values where the code leaves
    them open, and is broken over several lines there. Where no code does, what makes it out of a
    literal and values.

    Args:
        index: where the chunks are.
        text: of three words or more, or a piece of code; nothing is found for a shorter one.
        found: what BM25 says of it.
        aside: which of these are tests, examples, prose or translations, (n,).
    """
    if _words_in(text) < _FEWEST_WORDS:
        # Its words stand together in many chunks: `[HttpPost("{id}/invite")]`.
        looked_for = is_piece(text) and not _is_of_paths(index, text)
        ids = _holding(index, text, found, aside, MOST_FLAGGED) if looked_for else NOWHERE
        return ids, np.ones(len(ids), dtype=np.float32)
    message = _without_front(text)
    if glossed(told(text)):  # what stands in the code does so in its own words
        found = about(index, text, found)
    said = [(text, found)]
    if message != text:
        said.append((message, about(index, message, found)))
    ids, held = _held(index, said, aside)
    fixed = without_values(message)
    known = len(ids) and not aside[np.searchsorted(found.ids, ids)].all()
    if not known and holds_unspaced(text) and _words_in(text) < _FEWEST_OF_MESSAGE:
        translated = in_data(index, ids)  # few words that prose has are what it is about, too
        return ids[translated], held[translated]
    if known or _holds(_CODE, message) or (not len(ids) and fixed == " ".join(message.split())):
        return ids, held
    said_fixed = about(index, fixed, found)
    made = [
        _making(index, message, fixed, _best(said_fixed, likely, likely))
        for likely in (~aside, aside)  # texts may stand apart from the code: `i18n/english.go`
    ]
    makers, shares = max(made, key=lambda each: float(each[1].max(initial=0.0)))
    return np.concatenate([ids, makers]), np.concatenate([held, shares])


def _is_of_paths(index: Index, text: str) -> bool:
    """Return whether a text is part of a path: `/src/http` is asked for to see what lies there."""
    folder = f"{text.strip().rstrip('/')}/"
    return folder.startswith("/") and any(folder in f"/{path}/" for path in index.paths)


def printed(text: str) -> list[str]:
    """Return the lines of a report that a program printed, the first few; none of another text."""
    if told(text) is text:
        return []
    lines = (line.strip().strip("`") for line in text.splitlines())
    found = (line for line in lines if re.search(_PRINTED, line))
    return list(islice(dict.fromkeys(found), _MOST_PRINTED))


def named_in(message: str) -> list[str]:
    """Return the first full names in quotes of a message that was printed: `'shop.Cart'`."""
    if is_plain(message) or not re.search(_PRINTED, message):
        return []
    return [name[1] for name in islice(re.finditer(_FULL_NAME, message), _MOST_PRINTED)]


def flagged(
    index: Index, flag: str, found: Candidates, aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks that hold a flag of a command line, and what each is worth, (0.5, 1].

    As it is typed, `--dry-run`. Where no code does and it has several words, as a quoted
    `dry-run` as well; what follows that in a list, as its default and its help do, defines it.

    Args:
        index: where the chunks are.
        flag: as typed.
        found: what BM25 says of it.
        aside: which of these are tests, examples, prose or translations, (n,).
    """
    ids = found.best_of_every_term(MOST_FLAGGED)
    texts = index.chunk_texts(ids.tolist())
    bare = re.escape(flag.lstrip("-"))
    forms = {rf"(?<![\w-])--{bare}(?![\w-])": 1.0}
    worth = _worth_of(forms, texts)
    if len(words(flag)) > 1 and aside[np.searchsorted(found.ids, ids)][worth > 0].all():
        quoted = rf"[\"'`:]{bare}(?![\w-])"
        forms |= {rf"{quoted}[\"'`],[ \t]*\S": 1.0, quoted: _NAMED}
        worth = _worth_of(forms, texts)
    return ids[worth > 0], worth[worth > 0]


def _worth_of(forms: Mapping[str, float], texts: Sequence[str]) -> FloatArray:
    """Return what texts are worth, by the first form that each has, (n,)."""
    found = (
        next((worth for form, worth in forms.items() if re.search(form, text)), 0.0)
        for text in texts
    )
    return np.fromiter(found, dtype=np.float32, count=len(texts))


def _held(
    index: Index, said: list[tuple[str, Candidates]], aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks that hold a text, or else most of a message, and how much of it.

    The first text that any chunk holds, then the first that any chunk holds most of.

    Args:
        index: where the chunks are.
        said: the same text, each time less of it, and what BM25 says of that.
        aside: as for `verbatim`.
    """
    for text, found in said:
        if len(ids := _holding(index, text, found, aside)):
            return ids, np.ones(len(ids), dtype=np.float32)
    # An address, which has no blanks, holds parts of others.
    whole = said[0][0].strip()
    message = (" " in whole or holds_unspaced(whole)) and _holds(_MESSAGE, whole)
    for text, found in said if message else ():
        ids, held = _resembling(index, text, found, aside)
        if len(ids):
            return ids, held
    return NOWHERE, NOTHING


def about(index: Index, text: str, found: Candidates) -> Candidates:
    """Return what BM25 says of the same chunks, asked for another text as it is."""
    said = lexical(index, text, as_said=True)
    return found._replace(score=said.score[found.ids], share=said.share[found.ids])


def _holding(
    index: Index, text: str, found: Candidates, aside: BoolArray, most: int = MOST_READ
) -> IdArray:
    """Return the chunks that hold a text as it stands, or else but for the marks around it."""
    ids = found.best_of_every_term(most)
    if len(ids) == most:  # of all: thirty translations, say, and no code among them
        code = found._replace(share=np.where(aside, np.float32(0.0), found.share))
        ids = distinct(np.concatenate([ids, code.best_of_every_term(most)]))
    texts = [each.lower() for each in index.chunk_texts(ids.tolist())]
    for said in _as_it_stands(text.lower()):
        wanted = re.compile(said)
        holds = np.array([wanted.search(each) is not None for each in texts], dtype=bool)
        if holds.any():
            return np.asarray(ids[holds], dtype=np.int64)
    return NOWHERE


def _as_it_stands(text: str) -> Iterator[str]:
    """Yield expressions of a text: as it is, but for the marks around it.

    A route stands by itself before it is the end of another, `/users` of `/api/users`; of one word
    it is not looked for there, where imports have it.
    """
    if text.lstrip().startswith("/"):
        yield rf"(?<![\w.@~*)\]-]){loosely(text.strip())}(?![\w-])"
    if _words_in(text) > 1 or not text.lstrip().startswith("/"):
        yield from dict.fromkeys(map(loosely, (text, text.strip(_AROUND))))


def holds(index: Index, text: str) -> bool:
    """Return whether a chunk holds a text of three words or more as it stands."""
    if _words_in(text) < _FEWEST_WORDS:
        return False
    said = lexical(index, text, as_said=True)
    ids = np.flatnonzero(said.share >= NEARLY_ALL)
    found = Candidates(ids, Runs.of(index.file_ids[ids]), said.score[ids], said.share[ids])
    return len(_holding(index, text, found, np.zeros(len(ids), dtype=bool))) > 0


def _without_front(text: str) -> str:
    """Return a message without the error's name or the level that is printed in front of it."""
    if is_plain(text):
        return text
    front = re.match(_FRONT, text)
    rest = "" if front is None else text[front.end() :]
    return rest if _words_in(rest) >= _FEWEST_WORDS else text


def without_values(message: str) -> str:
    """Return a message without what looks like values, and without what the system says."""
    fixed = " ".join(message.split())
    if not is_plain(message):
        rest = re.sub(_QUOTED, " ", message).split()
        fixed = " ".join(word for word in rest if not re.search(_GIVEN, word))
    for error in _errors_of_system():
        if error in fixed.lower():
            fixed = re.sub(re.escape(error), " ", fixed, flags=re.IGNORECASE)
    return fixed


@cache
def _errors_of_system() -> list[str]:
    """Return `no such file or directory` and its like, the longest first.

    One expression of all of them took 4 ms to make, which every question asked first would wait.
    """
    texts = {os.strerror(number).lower() for number in errno.errorcode}
    return sorted((text for text in texts if " " in text), key=lambda text: (-len(text), text))


def _best(found: Candidates, likely: BoolArray, code: BoolArray) -> IdArray:
    """Return those candidates that may hold most of a text, ascending.

    The best of the likely ones by BM25, which counts a value of a message as often as it stands
    there; and of the code what holds most of the text's words.
    """
    ways = ((np.flatnonzero(likely), found.score), (np.flatnonzero(code), found.share))
    best = [at[np.argsort(-by[at], kind="stable")[:_MOST_COMPARED]] for at, by in ways]
    return found.ids[distinct(np.concatenate(best))]


def _making(index: Index, message: str, fixed: str, ids: IdArray) -> tuple[IdArray, FloatArray]:
    """Return which of some chunks have a literal that makes a message, and what they are worth.

    All words of the literal stand in the message, in order, and values between them.

    Args:
        index: where the chunks are.
        message: as it was printed.
        fixed: the same without what looks like values.
        ids: of the chunks.
    """
    said, known = read_out(message.lower()), read_out(fixed.lower())
    texts = index.chunk_texts(ids.tolist())
    given = np.array([_most_given(said, each, known) for each in texts], dtype=np.float32)
    given = np.minimum(given / max(len(known), 1), 1)
    least = _LEAST_OF_MESSAGE if _holds(_SAID, message) else _LEAST_OF_QUESTION
    makes = given >= max(least, _LEAST_OF_BEST * given.max(initial=0))
    return ids[makes], (1 + given[makes]) / 2


def _most_given(said: list[str], text: str, known: list[str]) -> int:
    """Return how many words of a message one literal of a text gives at most; 0 for too few.

    A literal that is a value of the message gives none.

    Args:
        said: the words of the message.
        text: of a chunk.
        known: those of them that are no values: a literal of two may be all of them.
    """
    line, best, fewest = f" {' '.join(said)} ", 0, max(min(_FEWEST_WORDS, len(known)), 2)
    fixed = set(known)
    for literal in re.findall(_LITERAL, re.sub(_JOINED, "{}", text)):
        parts = [read_out(part.lower()) for part in re.split(_VALUE, "".join(literal))]
        count = sum(word in fixed for part in parts for word in part)
        if count >= max(fewest, best + 1) and _in_order(parts, line):
            best = count
    return best


def _holds(what: str, text: str) -> bool:
    """Return whether a text holds what no plain words do."""
    return not is_plain(text) and re.search(what, text) is not None


def _in_order(parts: list[list[str]], line: str) -> bool:
    """Return whether the words of each part stand together in a line, part after part."""
    at = 0
    for each in parts:
        part = f" {' '.join(each)} "
        found = line.find(part, at) if each else at
        if found < 0:
            return False
        at = found + len(part) - 1 if each else at
    return True


def _resembling(
    index: Index, text: str, found: Candidates, aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks that hold most pairs of words of a text, and the share of them."""
    fixed = set(read_out(without_values(text).lower()))
    every = {pair for pair in _pairs(text) if not ASKING.issuperset(pair)}
    # A value of many words, as a position on a board, is no more of a message than another.
    pairs = {pair for pair in every if fixed.issuperset(pair)} or every
    if len(pairs) < _FEWEST_PAIRS:
        return NOWHERE, NOTHING
    # A short text is resembled by chance, the more code is read.
    code = ~aside & (len(pairs) >= _MANY_PAIRS)
    ids = _best(found, np.ones(len(aside), dtype=bool), code)
    texts = index.chunk_texts(ids.tolist())
    held = np.array([len(pairs.intersection(_pairs(each))) for each in texts], dtype=np.float32)
    least = max(_FEWEST_PAIRS, _LEAST_OF_PAIRS * len(pairs), _LEAST_OF_BEST * held.max(initial=0))
    return ids[held >= least], held[held >= least] / np.float32(len(pairs))


def _words_in(text: str) -> int:
    """Return how many words a text has, marks left out."""
    return len(units(re.sub(r"\W+", " ", text)))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    return pairwise(read_out(text.lower()))
