"""Whose a name is that a line of code uses, as far as it is written in front of it."""

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum

from ncs.search.defining import LONGEST_LINE
from ncs.text import plain, whole_name

# Made when a question needs it: what is written in front of a name, and what that is of.
_BEFORE = r"(?P<of>\.|->)?(?P<mark>\$?)(?P<name>\w+)(?P<made>\(\))?[?!]*(?P<dot>\.|::|->)\Z"
_SELF = frozenset({"self", "this", "Self", "cls"})
_RELATED = frozenset({"static", "parent", "super", "base", "crate"})  # heirs, bases: nobody knows
_LOOKED_AT = 120  # characters in front of a name
_SHORTEST = 4  # letters that may stand for a longer name

Imported = Mapping[str, tuple[str, ...]]  # each name in a file → what it is there, owners first
NOTHING_IMPORTED: Imported = {}


class Whose(IntEnum):
    """Who owns what a line uses, beside the owner that was asked for; the surest is greatest.

    `OTHERS` where another type is written in front of it, `ANOTHER` where that is a variable which
    is called like one. `OPEN` where nothing is, or a variable. `ALIKE` where that is called like
    the owner: `cart.add`.
    `WITHIN` where the owner's own code uses its own. `OWN` where the owner is written, there or
    where the file brings the name in.
    """

    OTHERS = 0
    ANOTHER = 1
    OPEN = 2
    ALIKE = 3
    WITHIN = 4
    OWN = 5


def whose(
    line: str,
    bare: str,
    owner: str,
    symbol: str,
    imported: Imported = NOTHING_IMPORTED,
) -> tuple[Whose, str]:
    """Return whose a name is on a line, of several times the surest, and what says so.

    Args:
        line: of code.
        bare: the name.
        owner: that was asked for, as written.
        symbol: what the line is in.
        imported: what the file brings in, as `ncs.search.imported` has it.
    """
    there = imported.get(bare, ())
    bare_is = (Whose.OWN if there[-2:-1] == (owner,) else Whose.OTHERS) if there else Whose.OPEN
    found = [
        (_whose(each, owner, symbol, imported), each["name"])
        if each
        else (bare_is, "".join(there[-2:-1]))
        for each in _before(line, bare)
    ]
    return max(found, default=(Whose.OPEN, ""))


def resembles(line: str, bare: str, owner: str, symbol: str) -> bool:
    """Return whether what stands before a name is called like an owner; arguments as for `whose`.

    `RemoteScheduler.`, `scheduler.` and `remote_scheduler.` are, and so is `self.` in its code.
    """
    owner = plain(owner)
    own = owner in plain(symbol)
    said = (found["name"] for found in _before(line, bare) if found)
    return any((own and each in _SELF) or _is_like(plain(each), owner) for each in said)


def who_is_like(name: str, owner: str, others: frozenset[str], symbol: str) -> Whose:
    """Return whose a name may be by how a variable is called that stands before it.

    Args:
        name: what stands there; "" for nothing.
        owner: that was asked for, as written.
        others: that have such a name as well, letters and digits of each.
        symbol: what this is in.
    """
    called = plain(name)
    if not called:
        return Whose.OPEN
    if name in _SELF:
        around = map(plain, symbol.split("."))
        return Whose.OPEN if others.isdisjoint(around) else Whose.ANOTHER
    if _is_like(called, plain(owner)):
        return Whose.ALIKE
    return Whose.ANOTHER if any(_is_like(called, each) for each in others) else Whose.OPEN


def _is_like(called: str, owner: str) -> bool:
    return called.endswith(owner) or (len(called) >= _SHORTEST and owner.endswith(called))


def _before(line: str, bare: str) -> Iterator[re.Match[str] | None]:
    """Yield what stands before each time that a line has a name, None where nothing owns it."""
    for each in re.finditer(whole_name(bare), line[:LONGEST_LINE]):
        yield re.search(_BEFORE, line[max(each.start() - _LOOKED_AT, 0) : each.start()])


def _whose(before: re.Match[str], owner: str, symbol: str, imported: Imported) -> Whose:
    if before["made"]:
        return Whose.OPEN
    name = before["name"]
    if name in _SELF:
        return Whose.WITHIN if owner in symbol.split(".") else Whose.OPEN
    if before["mark"] or name in _RELATED:
        return Whose.OPEN
    if name == owner or (not before["of"] and imported.get(name, ())[-1:] == (owner,)):
        return Whose.OWN
    # `Cart.add` is of a type; `CART.add` and `self.Cart.add` of what may be of any.
    is_type = name[0].isupper() and not name.isupper() and not before["of"]
    typed = before["dot"] == "::" or (before["dot"] == "." and is_type)
    return Whose.OTHERS if typed else Whose.OPEN
