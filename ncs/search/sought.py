"""What a question asks for: the text to look for, and what of it is not here as it was asked."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.search.addresses import without_command
from ncs.search.filters import allowed
from ncs.search.literal import named_in
from ncs.search.located import absent, places
from ncs.search.names import CLASSES, DEFINED, FUNCTIONS, asked_for, is_defined
from ncs.search.places import Places
from ncs.search.query import Query
from ncs.search.question import is_symbol, plain_definition, plain_name
from ncs.search.relations import Relation
from ncs.search.speech import plainly
from ncs.search.spelling import Spelling, spelling
from ncs.search.tongue import without_language
from ncs.search.uses import Related, is_nowhere, related
from ncs.types import BoolArray

_GUESSED = 0.6  # times its relevance: what nobody asked for, another name or no use of this one
_OF_KNOWN: tuple[Relation, ...] = (  # what nothing imports or overrides may be of elsewhere
    "uses", "emits", "listens", "throws", "catches", "heirs", "tests",
)  # fmt: skip
_NOT_THERE = 0.1  # times its relevance: a place in a file that the index does not have


class Sought(NamedTuple):
    """What is looked for, and what is told of it; the latter as `Answer` has it.

    Attributes:
        text: what was asked, a slip of its path set right.
        query: the same with the text to look for.
        places: those that this text names by path.
        mask: which chunks may answer, (N,); None for all.
        uses: of the name that was asked for, and nothing else is; None for another question, and
            where it has none.
        absent, guessed, unused, past_end, unknown: what is not here as it was asked.
    """

    text: str
    query: Query
    places: Places
    mask: BoolArray | None
    uses: Related | None = None
    absent: tuple[str, list[str]] | None = None
    guessed: tuple[str, str] | None = None
    unused: tuple[str, Relation] | None = None
    past_end: tuple[str, int] | None = None
    unknown: str = ""

    @property
    def doubt(self) -> float:
        """What the relevance of what is found is multiplied with, in (0, 1]."""
        slip = self.absent is not None and len(self.absent[1]) == 1
        lost = self.absent is not None and not slip
        other = slip or self.guessed or self.unused or self.unknown
        return (_GUESSED if other else 1.0) * (_NOT_THERE if lost else 1.0)

    def as_unknown(self) -> "Sought":
        """Return the same where no place has the name; a path that is not here is told instead."""
        if self.absent is not None:
            return self
        return self._replace(unknown=plain_name(self.text).removesuffix("()"))


def sought_of(index: Index, query: Query) -> Sought:
    """Return what a question asks for.

    Raises:
        QueryError: a filter names something that is not in the index.
    """
    said = without_command(_composed(index, query.text))
    text = plainly(said, lambda name: len(index.symbols(name)) > 0)
    mask = allowed(index, query)
    uses = related(index, text, mask) if query.mode in ("hybrid", "lexical") else None
    if uses is not None and len(uses.ids):
        return _of_uses(index, query, text, uses)
    gone = None if query.mode == "symbol" else absent(index, text)
    if gone is not None and len(gone[1]) == 1:  # a slip, or a path of elsewhere
        text = text.replace("\\", "/").replace(gone[0], gone[1][0])
    asked = _definition_asked(index, text)
    name = Spelling(asked, guessed=False) if query.mode == "neural" else spelling(index, asked)
    wanted = name.name if query.mode == "symbol" else without_language(index, name.name)
    here = places(index, text)
    unknown = uses is not None and uses.relation in _OF_KNOWN and is_nowhere(index, uses.name)
    return Sought(
        text,
        replace(query, text=wanted),
        here if wanted == text else places(index, wanted),
        mask,
        absent=gone,
        guessed=(asked, name.name) if name.guessed else None,
        unused=None if uses is None or unknown else (uses.name, uses.relation),
        past_end=here.past_end(),
        unknown=uses.name if uses is not None and unknown else "",
    )


def _composed(index: Index, text: str) -> str:
    """Return a question with each accent in its letter, as code has it; a path as it is here.

    Without the blanks around it, but for those in front of several lines, as of a diff.
    """
    text = text if "\n" in text.strip() else text.strip()
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    if any(path in text for path in index.paths if not path.isascii()):
        return text
    return unicodedata.normalize("NFC", text)


def without_owners(index: Index, sought: Sought) -> Sought | None:
    """Return what to look for where no place has a full name: its last piece.

    A plain word with `()`, by which it is a name; None for one that is not defined, and for
    another question.
    """
    name = asked_for(sought.query.text)
    if name is None or len(name.pieces) == 1:
        return None
    bare = name.pieces[-1]
    if not is_symbol(bare) and not is_defined(index, bare):
        return None
    wanted = bare if is_symbol(bare) else f"{bare}()"
    return sought._replace(
        query=replace(sought.query, text=wanted),
        places=places(index, wanted),
        guessed=(_definition_asked(index, sought.text), bare),
    )


def without_message(index: Index, sought: Sought) -> Iterator[Sought]:
    """Yield what to look for where nothing makes a message: definitions that it names in full.

    Each with its owners first, which may be written otherwise here. Nothing for another question.
    """
    if sought.query.mode not in ("hybrid", "lexical") or sought.uses is not None:
        return
    for name in named_in(sought.query.text):
        asked = asked_for(name)
        if asked is None or not is_symbol(asked.pieces[-1]):
            continue
        for wanted in (name, asked.pieces[-1]) if is_defined(index, asked.pieces[-1]) else ():
            query = replace(sought.query, text=wanted)
            yield sought._replace(query=query, places=places(index, wanted))


def _of_uses(index: Index, query: Query, text: str, uses: Related) -> Sought:
    """Return what is looked for by whoever asks for the uses of a name."""
    only = np.zeros(index.chunk_count, dtype=bool)  # nothing else is asked for
    only[uses.ids] = True
    guessed = (uses.instead, uses.name) if uses.instead else None
    query, here = replace(query, text=uses.name), places(index, uses.name)
    return Sought(text, query, here, only, uses, guessed=guessed)


def _definition_asked(index: Index, text: str) -> str:
    """Return the name of which a question asks for the definition; another question as it is.

    A plain word with `()`, by which it is a name, and only where it is defined as it was said.
    """
    if (name := plain_name(text)) != text or (said := plain_definition(text)) is None:
        return name
    word, kind = said
    kinds = {"function": FUNCTIONS, "class": CLASSES}.get(kind, DEFINED)
    return f"{word}()" if is_defined(index, word, kinds) else text
