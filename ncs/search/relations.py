"""Which questions ask for the uses of a name: `who calls parse`, `tests for parseQuery`.

Some ask for uses of one direction alone: what emits a signal does not listen to it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Literal

Relation = Literal[
    "uses",
    "emits",
    "listens",
    "throws",
    "catches",
    "binds",
    "imports",
    "heirs",
    "tests",
    "overrides",
]

_LONGEST_QUESTION = 200  # characters: a relation is asked for in a few words
_WORD, _PLAIN = "[a-z]+", "[A-Z]?[a-z]+"
_AROUND = r"^[@&*~]+|<[^<>]*>|\(.*\)?$"  # `@inject`, `vector<int>::size`, `prune(now)`
# A plain word is a name only beside one of these: `what creates tags` asks for no uses of `tags`,
# though something is called so.
_CALLS = (
    "call calls called calling caller callers callsite callsites invoke invokes invoked invoking"
    " invocation invocations usage usages reference references referenced use uses used using"
    " override overrides overridden overriding import imports imported importing importers"
)
_OF_CODE = frozenset(_CALLS.split())
# What handles `parseQuery` does so with code, and `CSRF` or `Sessions` a sentence may speak of.
_IN_CODE = r"[a-z][A-Z]|\w_\w"
_NOUNS = frozenset({"file", "files", "page", "pages", "module", "modules"})  # and not before these
# What a name is said to be beside it: `signal torrentFinished`, `the @cached decorator`.
_KINDS = (
    "signal signals slot slots event events decorator decorators annotation annotations attribute"
    " exception exceptions error errors hook hooks callback callbacks helper listener job command"
    " service bean macro macros enum setting config flag"
)
_SAID_TO_BE = frozenset(_KINDS.split())
# Words of such questions that say nothing of what is asked.
_SAY_NOTHING = (
    "the a all any every everything find show list give get me there else of to on for code place"
    " places file files unit integration class classes struct structs enum enums interface"
    " interfaces protocol trait traits type types function functions method methods macro constant"
    " variable field property module component components list being codebase project repo"
    " repository anywhere here into upon this our currently incoming locate"
    " instance instances please"
)
_FILLERS = frozenset(_SAY_NOTHING.split())
_LAST = frozenset({"from", "by", "in", "at"})  # `where is parse called from`
_CLASSES = {  # of words that mean alike
    one: frozenset(said.split())
    for one, said in {
        "who": "who what which that",
        "where": "where how",
        "is": "is are gets get",
        "do": "do does",
        "use": "call calls use uses invoke invokes reference references instantiate instantiates"
        " construct constructs create creates"
        " send sends read reads consume consumes depend depends refer refers",
        "handle": "render renders register registers wrap wraps return returns accept accepts"
        " inject injects mock mocks await awaits spawn spawns enqueue enqueues schedule schedules",
        "using": "calling using invoking referencing instantiating sending",
        "used": "called used invoked referenced instantiated constructed created"
        " sent included consumed read",
        "emit": "emit emits trigger triggers",
        "fire": "dispatch dispatches fire fires publish publishes broadcast broadcasts",
        "emitted": "emitted triggered",
        "fired": "dispatched fired published",
        "listen": "handle handles listen listens subscribe subscribes connect connects observe"
        " observes",
        "listened": "handled connected observed",
        "listeners": "listener listeners subscriber subscribers observer observers handler"
        " handlers",
        "throw": "throw throws raise raises",
        "throwing": "throwing raising",
        "thrown": "thrown raised",
        "catch": "catch catches rescue rescues",
        "caught": "caught rescued",
        "bind": "bind binds provide provides",
        "bound": "bound provided registered",
        "decorated": "decorated annotated",
        "users": "caller callers usage usages use uses user users reference references callsite"
        " callsites invocation invocations consumer consumers occurrence occurrences calls"
        " dependents",
        "import": "import imports",
        "importing": "importing",
        "imported": "imported",
        "importers": "importers importer imports",
        "inherit": "implement implements extend extends inherit inherits subclass subclasses"
        " derive derives conform conforms adopt adopts include includes",
        "inheriting": "implementing extending inheriting subclassing deriving including",
        "derived": "derived",
        "heirs": "subclass subclasses subtype subtypes implementations implementer implementers"
        " implementor implementors descendants heirs impls",
        "children": "child children",
        "override": "override overrides reimplement reimplements redefine redefines",
        "overrides": "override overrides",
        "overriding": "overriding reimplementing redefining",
        "overridden": "overridden reimplemented redefined",
        "test": "test tests cover covers exercise exercises",
        "touch": "test cover call use exercise",
        "tests": "test tests spec specs testcase testcases",
        "tested": "tested covered exercised",
        "testing": "testing covering calling using",
    }.items()
}
# Whoever asks so may not speak of code: `what fires Sessions`.
_NEED_CODE = frozenset(
    ("handle", "fire", "fired", "listen", "listened", "listeners", "bind", "bound", "children")
)
# Forms of such questions: words of a class, `*` for the name, `^` for its owner, `?` for any word.
_FORMS: dict[Relation, tuple[str, ...]] = {
    "tests": (
        "where is * tested", "is * tested", "where is tests *", "who test *",
        "who tests touch *", "who tests test *", "tests that touch *", "tests testing *",
        "tests *", "* tests", "is tests *", "do ? have tests *", "do * have tests",
    ),
    "uses": (
        "where is * used", "where * is used", "where is used *", "where do ? use *",
        "where do use *", "where do * used", "is * used", "* is used by", "* is used",
        "who use *", "who ? use *", "who is using *", "who ? is using *",
        "who handle *", "who ? handle *",
        "using *", "users *", "* users", "who is users *", "where is users *",
        "decorated with *", "who is decorated with *", "who ? is decorated with *",
    ),
    "emits": (
        "who emit *", "who ? emit *", "where is * emitted", "where * is emitted", "is * emitted",
        "who fire *", "who ? fire *", "where is * fired", "where * is fired",
    ),
    "listens": (
        "who listen *", "who ? listen *", "who listen for *", "who ? listen for *",
        "where is * listened", "listeners *",
    ),
    "throws": (
        "who throw *", "who ? throw *", "throwing *", "where is * thrown", "where * is thrown",
        "is * thrown",
    ),
    "catches": (
        "who catch *", "who ? catch *", "where is * caught", "where * is caught", "is * caught",
    ),
    "binds": (
        "who bind *", "who ? bind *", "where is * bound", "where is * bound by ?",
        "where is * bound in ?", "who is bound *", "who ? is bound *",
    ),
    "imports": (
        "who import *", "who ? import *", "who ? ? import *", "who is importing *",
        "where do ? import *", "where do import *", "where is * imported", "is * imported",
        "* is imported", "* is imported by", "importing *", "importers *", "* importers",
    ),
    "heirs": (
        "who inherit *", "who inherit from *", "who ? inherit *", "who ? inherit from *",
        "inheriting *", "inheriting from *", "derived from *", "who is derived from *",
        "who ? is derived from *", "heirs *", "* heirs", "who is heirs *", "who ? is heirs *",
        "children *",
    ),
    "overrides": (
        "who override *", "who ? override *", "overriding *", "overrides *", "* overrides",
        "where is * overridden", "is * overridden",
        "who override ^ *", "who override * in ^", "who override * from ^",
    ),
}  # fmt: skip
_TELLING = frozenset().union(
    *(said for one, said in _CLASSES.items() if one not in ("who", "where", "is", "do")),
    ("child", "dependencies"),
)
# Words of questions that are after something else where nothing is used so, as `children of
# TreeNode`.
_OF_MORE = (
    r"\b(?:children|decorated|annotated|bound|provided|registered|binds?|provides?|handled"
    r"|connect(?:s|ed)?|observe[sd]?|(?:listen|subscrib|observ|handl)ers?)\b"
)


def may_ask_else(text: str) -> bool:
    """Return whether a question of such a form may be after something else."""
    return re.search(_OF_MORE, text.lower()) is not None


def asked(text: str) -> Iterator[tuple[str, Relation]]:
    """Yield the names that a question may ask for the uses of, and which uses."""
    if len(text) > _LONGEST_QUESTION or _TELLING.isdisjoint(re.findall(_WORD, text.lower())):
        return
    said = text.strip().rstrip("?.! ")
    for spoken, said_plainly in _spoken():
        said = spoken.sub(said_plainly, said)
    every = [each.rstrip(":") for each in said.split()]
    # A capital begins a sentence, elsewhere a name: `where is Component used`.
    tells = [
        (each if at else each.lower()) not in _FILLERS and not _tells_what_is(every, at)
        for at, each in enumerate(every)
    ]
    tokens = [each for each, does in zip(every, tells, strict=True) if does]
    while tokens and tokens[-1].lower() in _LAST:
        tokens.pop()
    ways = [tokens] if tells[-1] else [tokens, [*tokens, every[-1]]]  # `who calls find`
    for name, relation in chain.from_iterable(map(_fits, ways)):
        if _may_be(name, every):
            yield re.sub(_AROUND, "", name), relation


def _tells_what_is(said: Sequence[str], at: int) -> bool:
    """Return whether a word of a question says what a name beside it is."""
    beside = (*said[max(at - 1, 0) : at], *said[at + 1 : at + 2])
    return said[at].lower() in _SAID_TO_BE and any(re.search(_IN_CODE, each) for each in beside)


def _may_be(name: str, said: Sequence[str]) -> bool:
    """Return whether a word of a question may be a name of code, as it is said there."""
    if not re.fullmatch(_PLAIN, name):
        return True
    behind = said[said.index(name) + 1 :]
    if behind and behind[0].lower() in _NOUNS:
        return False
    return name != name.lower() or not _OF_CODE.isdisjoint(each.lower() for each in said)


def _fits(tokens: Sequence[str]) -> Iterator[tuple[str, Relation]]:
    """Yield the name of each form that a question without its fillers fits, and its relation."""
    for relation, forms in _FORMS.items():
        for form in forms:
            name = _fitting(form.split(), tokens)
            # `Premium users` and `login tests` speak of what the code is about.
            if name is None or (form[0] == "*" and re.fullmatch(_PLAIN, name)):
                continue
            if _NEED_CODE.isdisjoint(form.split()) or re.search(_IN_CODE, name):
                yield name, relation


def _fitting(form: Sequence[str], tokens: Sequence[str]) -> str | None:
    """Return the name of a question of a form, None for one of another form."""
    name, owner = None, ""
    if len(form) != len(tokens):
        return None
    for one, token in zip(form, tokens, strict=True):
        if one == "*":
            name = token
        elif one == "^":
            owner = token
        elif one != "?" and token.lower() not in _CLASSES.get(one, {one}):
            return None
    return _owned(owner, name) if owner and name else name


def _owned(one: str, other: str) -> str | None:
    """Return a name with its owner, which were said apart; the owner may come behind its name.

    None for what may be words of a sentence: `what overrides default settings`.
    """
    owner, name = (other, one) if other[0].isupper() and one[0].islower() else (one, other)
    is_code = owner[0].isupper() and re.search(_IN_CODE, f"{owner} {name}")
    return f"{owner}.{name}" if is_code else None


@cache
def _spoken() -> list[tuple[re.Pattern[str], str]]:
    """Return what is said in other words or in other marks, and how it is said plainly."""
    ways = {
        r"(?<!\w)([`\"'])([^`\"'\s]+)\1(?!\w)": r"\2",
        r"\b(who|what|where|how)'s ": r"\1 is ",
        r"'s ": " ",
        r"\(\*?(\w+)\)\.(?=\w)": r"\1.",  # Go's `(*Store).Put`
        r"\bcall sites?\b|\bcall (?:hierarchy|graph|tree)\b|\breverse dependenc\w+": "callers",
        r"\bcall (?=to |of )": "calls ",
        r"\b(?:child|derived) (?:class(?:es)?|types?)\b": "subclasses",
        r"\btest (?=cases?\b)": "test",
        r" in (?:the |our |this )?code(?:base)?\b": "",
    }
    return [(re.compile(way, re.IGNORECASE), plain) for way, plain in ways.items()]
