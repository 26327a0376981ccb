"""What a question is: a name from code, or words of which some ask and some say what about."""

import re
import unicodedata
from functools import lru_cache

from ncs.scripts import holds_unspaced, is_latin, spaced
from ncs.search.glossary import ASKS, glossed, in_english
from ncs.text import identifier_tokens, identifiers, parts, stem, words

# Of these texts `re` makes expressions, and keeps them, when a question needs one: plain words do
# not, and would wait 2 ms for all of them.
_SYMBOL = r"(?:[^\W\d]|\$)[\w.:#/\\$!?=-]*(?:\(\))?"
_MARKS = ("_", ".", "::", "#", "()", "!", "\\")
_FLAG = r"--[A-Za-z][\w-]*"
_OF_CODE = (
    r"\w[(\[=:][\"'`][^\s\"'`]+[\"'`]"  # `HttpPost("invite")`, `environ['HOME']`, `name="csrf"`
    r"|^\s*[\"'`]?/[\w:{(<*][^\s\"'`]*[\"'`]?\s*$"  # a route, `/users/:id`
)
# What a sentence has only where it speaks of code: `name`, name(), theName, the_name, a.name.
# Each side of a dot has two letters, or `e.g.` would be code, and it begins where a word does: a
# token of thousands of letters is read once.
_CODE = r"`|\w\(\)|[a-z][A-Z]|\w_\w|(?<![\w@.])[A-Za-z]\w+\.[A-Za-z]\w|::|->"
_KINDS = (
    r"class|struct|enum(?: class| value| member| constant| case)?|enumerator|case(?! \S*:$)"
    "|interface|protocol|trait|record|object|union|type|typedef|module"
    "|namespace|function|func|fun|fn|def|method|macro|const|constant|let|var|val|variable|field"
    r"|#[ \t]*define"
)
# The name of an operator: `operator==`; in brackets its signs.
OPERATOR = r"\boperator\s*(\(\s*\)|\[\s*\]|[-+*/%^&|~!=<>]{1,3})"
# A question for nothing but where a name is defined: `struct Name`, `where is Name defined`.
_DEFINITION = (
    rf"(?P<asks>where is )?(?:the )?(?P<of>(?:definition|declaration) of (?:the )?)?"
    rf"(?P<kind>(?:{_KINDS}) )?(?P<name>\S+?)"
    r"(?P<said> (?:definition|declaration)|(?(asks) (?:defined|declared)| is defined))?\s*\??"
)
# The same for a name that is a plain word, as only who means a name of code asks: `where is prune
# defined`, `def prune(`, `the prune method of Check`.
_CALLABLE, _TYPE = "function|func|fun|fn|def|sub|method|macro", "class|struct|enum|interface|trait"
_OF_DEFINITION = frozenset(
    ("defined", "declared", "definition", "declaration", *f"{_CALLABLE}|{_TYPE}".split("|"))
)
_FIND = r"(?:(?:find|show(?: me)?|get|open|go ?to|jump to|where(?:'s| is)) )?(?:the )?"
_NAME, _KIND = r"(?P<name>[^\W\d]\w*[?!]?)(?:\(\))?", rf"(?P<kind>{_CALLABLE}|{_TYPE})"
_PLAIN_DEFINITIONS = (
    rf"where(?:'s| is) {_NAME} (?:defined|declared)",
    rf"(?:where(?:'s| is) )?the {_NAME} {_KIND}(?: defined| declared)?",
    rf"{_FIND}{_KIND} {_NAME}(?: ?\()?(?: defined| declared)?",
    rf"{_FIND}(?:definition|declaration) of (?:the )?(?:{_KIND} )?{_NAME}",
    rf"{_NAME} (?:definition|declaration)",
    rf"{_FIND}{_NAME} (?P<kind>function|func)",
    rf"{_FIND}{_NAME} (?P<kind>{_CALLABLE}) (?:of|in|on) (?:the )?(?P<owner>[A-Z]\w*)(?: class)?",
)
# Who signs in, by people, or by what stands behind it: a `debug log in JSON`, `logging in tests`
# and a `plus sign in a query` are something else. Code calls it a login.
_PEOPLE = (
    "users? who people person somebody someone anyone visitors? customers? members? admins? i you"
    " we they he she"
)
_SIGNS = r"(?:sign|log)(?:s|ed|ged|ing|ging)?[ -](?:into|(?:in|out)(?! (?:the|an?|this|of)\b))\b"
_ALSO = "is are am was were has have be must can cannot should may will stays? first still already"
_BEHIND = "page screen form button dialog flow with via using again"
_SIGNED_IN = "|".join(
    (
        rf"\b(?:{'|'.join(_PEOPLE.split())})(?: (?:{'|'.join(_ALSO.split())}))* {_SIGNS}",
        rf"\b{_SIGNS}(?= (?:{'|'.join(_BEHIND.split())})\b)",
        rf"(?:^|\b(?:stay|remain|keep|to|can|must|after|before|when|by|without) ){_SIGNS}(?=\W*$)",
        r"^sign(?:ing)? (?:into|in to)\b",
    )
)
# Words that ask, and small ones, rather than say what is asked for.
_ASKED = "how what where which does do is are when work works handled implemented"
_QUESTION = frozenset(_ASKED.split())
_SMALL = "the a an of in on for to and or with by from it its that this be as at into"
# Those that ask in Russian; in languages with Latin letters the glossary has them.
_ASKED_IN_RUSSIAN = "где как что какой какая какие когда почему откуда куда происходит"
# The same where no spaces are set; of Japanese the particles and endings that are all there is
# between two words of other characters.
_ASKED_UNSPACED = (
    "请问|請問|如何|怎[么麼]样?|怎[样樣]|为什么|為什麼|是?什[么麼]|在?哪(?:[里裡裏]|儿|些|个)|在哪"
    "|어디(?:에서?|서)?|어떻게|무엇|(?:있|하|되)나요"
    r"|(?<![\u3041-\u309f])(?:は|が|を|に|へ|で|と|の|も|や|か|から|まで|より|する|して|した|される"
    r"|されて|いる|います|ある|あり|ます|です|ください|ない|どこ|どう|どの|どうやって|なぜ"
    r"|ため|とき|よう|こと|ところ|この|その)+(?![\u3041-\u309f])"
)
ASKING = _QUESTION.union(_SMALL.split(), ASKS, _ASKED_IN_RUSSIAN.split())
# Names of a long question that say what it is about; a report goes on with how that was seen. They
# weigh in full, and only for them other words and the names of files are looked for. On messages
# of 337 commits, a line and 54 words on average, NDCG@10 0.755 → 0.807 on the tune half and 0.821
# → 0.881 on the report half, where the first lines alone have 0.756 and 0.818 (by hand).
EARLY = 10
_MOST_OF_DEFINITION = 9  # words of a question for a definition
_MOST_FOR_ONE = 3  # words: two in English, and the one that was said
_MARK = r"[(){}\[\]=;<>|&]"
_FEW_MARKS = 0.3  # a word: lines of code have half a mark a word, sentences a twentieth
_FEWEST_PROSE = 8  # words of a text of several lines that is no code
# A line of a report that is a heading of the form which was filled in, and nothing else.
_HEADING = (
    r"^[^\w\n]*(?:describe the bug|(?:issue |bug )?(?:description|report|summary|link)"
    r"|steps? to reproduce(?: the (?:behaviou?r|problem|issue))?|to reproduce|reproduction"
    r"|(?:expected|actual|current|desired|observed)(?: (?:behaviou?r|results?|outcome))?"
    r"|what (?:happened|did you (?:expect(?: to happen)?|do))|environment|versions?|logs?"
    r"|(?:relevant )?log output|screenshots?|additional (?:context|information|notes?)|motivation"
    r"|checklist|goals|(?:implementation|testing) details|changes?|context|problem|solution"
    r"|(?:system|debug) info(?:rmation)?|possible (?:solution|fix))\b[^\w\n]*$"
)


def is_plain(text: str) -> bool:
    """Return whether a question is words of letters alone: no code, no message, no part of one."""
    letters = text.rstrip("? ").replace(" ", "")
    return letters.isalpha() and letters[1:].islower()


def is_foreign(text: str) -> bool:
    """Return whether most letters of a question are in a script that the base model hardly met.

    What it was taught is in Latin letters, next to all of it.
    """
    if text.isascii():
        return False
    letters = [each for each in unicodedata.normalize("NFKC", text) if each.isalpha()]
    return 2 * sum(not is_latin(each) for each in letters) > len(letters)


@lru_cache(maxsize=64)  # of a question and of its words, some forty times a search
def is_symbol(text: str) -> bool:
    """Return whether a question is a name from code: one token that no sentence would hold."""
    said = text.strip()
    if said == said.lower() and said[:1] != "$" and not any(mark in said for mark in _MARKS):
        return False
    return len(said.split()) == 1 and re.fullmatch(_SYMBOL, said) is not None


def is_flag(text: str) -> bool:
    """Return whether a question is a flag of a command line: `--dry-run`."""
    said = text.strip()
    return said.startswith("--") and re.fullmatch(_FLAG, said) is not None


def is_piece(text: str) -> bool:
    """Return whether a question is a piece of code that is looked for as it stands.

    One with a word in quotes, `HttpPost("invite")`, or a route, `/users/:id`.
    """
    return not is_plain(text) and " " not in text.strip() and re.search(_OF_CODE, text) is not None


def holds_code(text: str) -> bool:
    """Return whether a question holds a name as only code writes it, alone or among words."""
    return not is_plain(text) and re.search(_CODE, spaced(text)) is not None


def plain_name(text: str) -> str:
    """Return the name of which a question asks for the definition; another question as it is.

    `struct FanMode`, `where is FanMode defined` and `definition of FanMode` ask for `FanMode`.
    Only a name that no sentence would hold: `where is the cache defined` is a question.
    """
    if not any(_is_name(word.rstrip("?")) for word in text.split()):
        return text
    found = re.fullmatch(_DEFINITION, " ".join(text.split()), re.IGNORECASE)
    if found is None or not any(found[part] for part in ("asks", "of", "kind", "said")):
        return text
    return found["name"] if _is_name(found["name"]) else text


def _is_name(word: str) -> bool:
    """Return whether a word is a name from code, or that of an operator."""
    named = "operator" in word and re.fullmatch(rf"[\w:]*{OPERATOR}", word) is not None
    return named or is_symbol(word)


def plain_definition(text: str) -> tuple[str, str] | None:
    """Return the name that is a plain word of which a question asks for the definition.

    Where the code defines it so: `where is login defined` may be a question as well.

    Returns:
        The name, its owner in front if that is said, and what it is said to be: a "function", a
        "class", or "" for neither; None for another question.
    """
    tokens = text.removesuffix("?").split()
    if len(tokens) > _MOST_OF_DEFINITION or _OF_DEFINITION.isdisjoint(map(str.lower, tokens)):
        return None
    for form in _PLAIN_DEFINITIONS:
        if found := re.fullmatch(form, " ".join(tokens), re.IGNORECASE):
            held = {"kind": None, "owner": None, **found.groupdict()}
            kind = (held["kind"] or "").lower()
            of = "class" if kind in _TYPE.split("|") else "function" if kind else ""
            return ".".join(filter(None, (held["owner"], held["name"]))), of
    return None


@lru_cache(maxsize=8)
def topic(text: str) -> tuple[str, ...]:
    """Return the first words of a question that say what it is about."""
    said = tuple(
        word
        for word in words(_asked(text))
        if (len(word) > 2 or holds_unspaced(word)) and word not in ASKING
    )
    return said if _whole(text) else said[: _early(text)]


def sought(text: str, *, as_said: bool = False) -> list[str]:
    """Return the identifiers of a question but for words that ask and small ones; never none.

    With those that its words are in English, if it is not: without `as_said`.
    """
    said = identifiers(_spoken(text) if as_said else _asked(text))
    return [name for name in said if name.lower() not in ASKING] or said


def terms(text: str, *, as_said: bool = False) -> dict[str, float]:
    """Return the terms that BM25 counts of a question, and what each weighs, in (0, 1].

    All but the words that ask, and small ones. They are rare in code, and so would weigh as much
    as what is asked for: on newcomers' questions 0.871 → 0.892 NDCG@10, on the tune half 0.927 →
    0.928. Of names and pasted lines every word counts, and as much as any other; else the first
    ten names do, and of those behind them each less than the one before. `as_said` is as in
    `sought`.
    """
    if _whole(text):
        return dict.fromkeys(
            (term for name in identifiers(text) for term in identifier_tokens(name)), 1.0
        )
    found: dict[str, float] = {}
    at, early = 0.0, _early(text)
    for name in sought(text, as_said=as_said):
        at += 0.5 if holds_unspaced(name) else 1.0  # each character is in two pairs
        for term in identifier_tokens(name):
            found.setdefault(term, early / max(at, early))
    return found


def plain_words(text: str) -> list[str]:
    """Return the stems of the first words of a question that others may stand for, in order.

    Names of several words, and names and pasted lines as a whole, are meant as they are written.
    """
    if _whole(text):
        return []
    return [
        stem(name.lower()) if len(parts(name)) == 1 else ""
        for name in sought(text)[: _early(text)]
    ]


def length(text: str) -> float:
    """Return of how many different terms a question is, by what they weigh.

    A word gives itself and its stem, one of two characters without spaces a single pair: of n
    characters, as long as n / 2 words, there are n - 1.
    """
    return sum(terms(text).values()) + holds_unspaced(text)


def subject(text: str) -> str:
    """Return what the encoder reads of a question: all but the words that ask.

    Answers hold no `how does … work`. On the tune half: latents alone 0.825 → 0.831, questions of
    architecture 0.762 → 0.792, paraphrases 0.219 → 0.226. Without the small words too, latents
    alone have 0.834, the hybrid 0.919 instead of 0.921, and what is not there is taken for what
    is more often. Names and pasted lines stay whole.
    """
    if _whole(text):
        return text
    said = in_english(told(text)) or _asked(text)
    return " ".join(word for word in words(said) if word not in _QUESTION) or text


def says_nothing(text: str) -> bool:
    """Return whether all words of a question are words that ask, or small ones."""
    return ASKING.issuperset(words(_without_asking(text)))


@lru_cache(maxsize=8)
def told(text: str) -> str:
    """Return a report of several lines as a question: on one line, without its form.

    Comments and headings of a form that was filled in, and addresses, say nothing of what is
    asked. Other questions, and code, as they are.
    """
    if "\n" not in text.strip() or not _is_prose(text):
        return text
    # Made when it is needed: few questions have several lines. A comment goes over no beginning of
    # another, or each of many would look for an end.
    silent = re.sub(
        rf"<!--(?:(?!<!--).)*?-->|https?://\S+|{_HEADING}", " ", text, flags=re.S | re.M | re.I
    )
    return " ".join(silent.split()) or text


def _asked(text: str) -> str:
    """Return a question as it is spoken; if that is not in English, each word behind English ones.

    Names and pasted lines stay as they are.
    """
    said = _spoken(text)
    if _whole(text) or not glossed(said):
        return said
    return " ".join(word for gloss in glossed(said) for word in (*gloss.english, gloss.said))


def _early(text: str) -> int:
    """Return how many of the first words of a question weigh in full."""
    return EARLY * (_MOST_FOR_ONE if glossed(_spoken(text)) else 1)


@lru_cache(maxsize=8)
def _spoken(text: str) -> str:
    """Return a question as `told` has it, with a login where somebody signs in.

    Where words have no spaces, without those that ask: they are no words of their own there.
    """
    said = told(text)
    small = said.lower()
    if ("log" in small or "sign" in small) and not _whole(text):
        # Made for the few questions that may speak of it.
        signs = re.search(_SIGNED_IN, said, re.IGNORECASE)
        if signs is not None:
            said = f"{said} {'logout' if signs[0].lower().endswith('out') else 'login'}"
    return _without_asking(said) or said


def _without_asking(said: str) -> str:
    """Return a text without what asks where no spaces are set, "" if there is nothing else."""
    if not holds_unspaced(said):
        return said
    rest = re.sub(_ASKED_UNSPACED, " ", said)
    return rest if words(rest) else ""


@lru_cache(maxsize=8)
def _is_prose(text: str) -> bool:
    """Return whether most words of some lines stand in lines that are no code."""
    plain = code = 0
    for line in text.splitlines():
        count = len(line.split())
        if len(re.findall(_MARK, line)) < _FEW_MARKS * count:
            plain += count
        else:
            code += count
    return plain >= max(code, _FEWEST_PROSE)


def _whole(text: str) -> bool:
    """Return whether a question is code in which every word counts: a name, or pasted lines."""
    return is_symbol(text) or ("\n" in text.strip() and not _is_prose(text))
