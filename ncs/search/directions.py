"""Which way a use of a name goes: who emits, listens to, throws, catches or binds it."""

import re
from functools import lru_cache

from ncs.search.defining import LONGEST_LINE
from ncs.search.relations import Relation
from ncs.text import whole_name

# What a line has that uses a name in one direction, the two lines before it included: what emits a
# signal, what connects something to it.
_LINES_BEFORE, _MOST_BEFORE = 2, 400  # characters
# Behind a bracket, or behind one more that is open.
_INSIDE = r"\((?:[^;{}()]|\([^;{}()]*\))*?(?:\((?:[^;{}()]|\([^;{}()]*\))*?)?{name}"
_ITS = r"{name}\s*[?!]?(?:\.|::|->)\s*(?i:"
_CATCHES = (
    r"\b(?:catch|except|rescue)\b[ \t]*(?:\([^;{}()]*?|(?:[^;{}()\n:]|::)*?){name}"
    r"|\b(?:instanceof|is|on|case \w+:)[ \t]+{name}"
    rf"|\b(?:errors\.Is|errors\.As|isinstance|is_a\?|raises|suppress|assert\w*(?:Throws|Raises|Fails)\w*)\s*{_INSIDE}"
)
_DIRECTIONS: dict[Relation, str] = {
    "emits": (
        r"(?<![A-Za-z])(?:emit|dispatch|fire|trigger|publish|broadcast|notify|send|post|event)"
        rf"(?:[A-Z_]\w*)?\s*{_INSIDE}|\b(?:emit|Q_EMIT|raise|throw)[ \t]+[^;{{}}()\n]*?{{name}}"
        rf"|{_ITS}emit|dispatch|fire|trigger|publish|broadcast|notify|send|invoke|next)"
        r"|\bnew[ \t]+[\w.\\:]*{name}"
    ),
    "listens": (
        r"(?<![A-Za-z])(?:connect|listen|subscribe|on|once|handle|observe|watch|receiver"
        rf"|add(?=\w*(?:Listener|Handler|Observer)))(?:[A-Z_]\w*)?\s*(?!.*\bnew\b){_INSIDE}"
        r"|@\w*(?:Listener|Subscribe|Handler|[Rr]eceiver)\b[^;{}]*?{name}"
        r"|\w(?:Handler?|Listener|Subscriber|Consumer|Observer|Messages)<[^;{}()]*?{name}"
        r"|{name}(?:::class|\.class)?\s*(?:=>|\+=)"
        rf"|{_ITS}connect|listen|subscribe|observe|collect|on\b|add_?\w*(?:listener|handler))"
        rf"|{_CATCHES}"
    ),
    "throws": (
        r"\b(?:throw|raise|reject|fail|abort|panic|Err|bail|ok_or|orElseThrow)(?![a-z])\w*!?"
        rf"(?:[^;{{}}\n]*?{{name}}|\s*{_INSIDE})|{_ITS}invoke|raise)"
    ),
    "catches": _CATCHES,
    "binds": (
        r"(?<![A-Za-z])(?:bind|singleton|single|factory|scoped|instance|provide|register|alias"
        r"|viewModel|[aA]dd(?:Scoped|Singleton|Transient))(?:[A-Z_]\w*)?\s*[({<][^;]{0,80}?{name}"
        r"|@(?:Provides|Binds|Bean|Produces)\b[^;]*?{name}|\b(?:provide|bindings)\b[^;]*?{name}"
    ),
}

DIRECTED = frozenset(_DIRECTIONS)


def goes(text: str, at: int, bare: str, relation: Relation) -> bool:
    """Return whether a line uses a name in the direction of a relation, if that has one.

    Args:
        text: of a chunk.
        at: the line, from 0.
        bare: the name.
        relation: how it is used.
    """
    if relation not in DIRECTED:
        return True
    lines = [line[:LONGEST_LINE] for line in text.split("\n")[max(at - _LINES_BEFORE, 0) : at + 1]]
    before = "\n".join(lines[:-1])[-_MOST_BEFORE:]
    found = _directed(bare, relation).finditer(f"{before}\n{lines[-1]}")
    return any(each.end() > len(before) for each in found)


@lru_cache(maxsize=8)
def _directed(bare: str, relation: Relation) -> re.Pattern[str]:
    return re.compile(_DIRECTIONS[relation].replace("{name}", whole_name(bare)))
