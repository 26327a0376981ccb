"""Where a name is used: `who calls parse`, `subclasses of Reader`, `who overrides Task.run`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import NamedTuple

import numpy as np

from ncs.index.reading import ChunkRow, Index
from ncs.search.lexical import lexical
from ncs.search.names import CLASSES, asked_for, is_defined
from ncs.search.operators import is_operator
from ncs.search.owners import Whose, who_is_like, whose
from ncs.search.paths import PathWords, path_words_of
from ncs.search.question import is_symbol
from ncs.search.relations import Relation, asked, may_ask_else
from ncs.search.runs import NEARLY_ALL
from ncs.search.spelling import Spelling, longer_type, spelling
from ncs.text import plain
from ncs.types import KINDS, ROLES, BoolArray, FloatArray, IdArray

_MOST_CHUNKS_READ = 1_000  # chunks that hold a name, the best of them: 90 ms
_MOST_DEFINITIONS = 20  # of a name that are looked at
_OF_OTHERS = 0.5  # times what a use is worth, where another owner is written than was asked for
_SAYS_SO, _MAY_BE = 1.0, 0.7  # what a method is worth that says that it overrides another
_GENERATIONS, _MOST_HEIRS = 3, 8  # of heirs of heirs; of each whose heirs are looked for
# What only declares a method there has none of these, as that of an interface.
_BRACED = "c cpp csharp dart go java kotlin objc php rust scala swift typescript"
_IN_BRACES = frozenset(_BRACED.split())
_CLASS = KINDS.index("class")
_IMPORTS, _TESTS = ROLES.index("imports"), ROLES.index("tests")
_OF_FILES: tuple[Relation, ...] = ("imports", "uses", "heirs")  # `where is list.h included`
_OF_WHOLE: tuple[Relation, ...] = ("imports", "heirs", "tests")  # all of which are meant
# Brought in by their folder's name; `main` and `lib`, which full names leave out, by their own.
_OF_THEIR_FOLDER = frozenset({"__init__", "index", "mod"})


class Related(NamedTuple):
    """Chunks that use a name, ascending.

    Attributes:
        name: as it was asked. relation: which uses were asked for.
        instead: the name that was asked for, where this one is a slip away from it; "" else.
        ids: of the chunks, (n,). worth: of the best use in each, (n,), in (0, 1].
        sure: which of them surely use what was asked for, (n,): all but those that only bring it
            in, or use it in another direction than was asked for, if any does more; or those that
            name its owner, if one was asked for and any does.
        places: the line of that use within each chunk, from 0, by id.
    """

    name: str
    relation: Relation
    instead: str
    ids: IdArray
    worth: FloatArray
    sure: BoolArray
    places: dict[int, int]


def related(index: Index, text: str, mask: BoolArray | None) -> Related | None:
    """Return the uses that a question asks for; None for another question.

    Args:
        index: where the chunks are.
        text: the question.
        mask: which chunks may be, (N,); None for all.
    """
    if (wanted := related_name(index, text)) is None:
        return None
    name, relation = wanted
    if may_ask_else(text.replace(name, "")):
        found = _uses(index, name, relation, mask, strictly=True)
        return found if len(found.ids) else None
    found = _uses(index, name, relation, mask, strictly=relation == "catches")
    if len(found.ids):
        return found
    if relation == "imports" and not _is_name(index, name):  # `who imports contacts`
        return None
    if relation == "heirs" and not _has_heirs(index, name):
        return None
    if relation == "imports" and _is_file(index, name):  # its ending is no name
        return found
    written = _as_here(index, name, relation)
    other = found if written.name == name else _uses(index, written.name, relation, mask)
    instead = name if written.guessed else ""
    return other._replace(instead=instead) if len(other.ids) else found


def _as_here(index: Index, name: str, relation: Relation) -> Spelling:
    """Return a name as it is written here, its owner kept, or the one that it is a slip for."""
    bare = _bare(name)
    here = _as_written_here(index, bare)
    if here != bare or len(index.symbols(bare)):
        owners = name.removesuffix(bare) if name.endswith(bare) else ""
        return Spelling(f"{owners}{here}", guessed=False)
    for each in (name, bare):
        written = spelling(index, each)
        if written.name != each:
            return written
    longer = longer_type(index, name) if relation == "heirs" and is_nowhere(index, name) else None
    return Spelling(longer or name, longer is not None)


def is_nowhere(index: Index, name: str) -> bool:
    """Return whether a name stands nowhere, in no writing."""
    bare = _bare(name)
    return not len(index.symbols(bare)) and index.postings.lookup(bare.lower()) is None


def _has_heirs(index: Index, name: str) -> bool:
    """Return whether a language in which a name is defined says what is derived from it."""
    has_heirs = import_module("ncs.search.usage").has_heirs
    rows = index.chunk_rows(index.symbols(_bare(name))[:_MOST_DEFINITIONS].tolist())
    return not rows or any(has_heirs(row.language) for row in rows)


def _as_written_here(index: Index, name: str) -> str:
    """Return a name as it is defined here, if it is: `parseQuery` for `parse_query`."""
    wanted = plain(_bare(name))
    met = Counter(
        bare
        for chunk in index.chunk_names(index.symbols(wanted).tolist())
        for each in chunk.defines
        if plain(bare := each.rpartition(".")[2]) == wanted
    )

    def unlike(each: str) -> tuple[bool, int, str]:  # a class is called as what makes one
        return each[:1].isupper() != name[:1].isupper(), -met[each], each

    return min(met, key=unlike) if met else name


def related_name(index: Index, text: str) -> tuple[str, Relation] | None:
    """Return the name whose uses a question is after, and which; None for another question.

    A name that no sentence would hold, or a plain word that is defined here: `who calls parse`.
    Who uses a file brings it in, and what is brought in may be of others: `what imports numpy`.
    """
    for name, relation in asked(text):
        if is_operator(name):
            return None
        if _is_file(index, name):
            return (name, "imports") if relation in _OF_FILES else None
        if relation == "imports" or _is_name(index, name):
            return name, relation
    return None


def _uses(
    index: Index, name: str, relation: Relation, mask: BoolArray | None, *, strictly: bool = False
) -> Related:
    """Return the uses of a name; `strictly` those in the direction that is asked for alone."""
    if relation == "overrides":
        return _overrides(index, name, mask)
    bare, owner = _bare(name), _owner(name)
    if relation == "imports":  # the owner of what is brought in stands anywhere around it
        bare, owner = (_module(name) if _is_file(index, name) else bare), ""
    best = _likeliest(index, bare, relation, mask)
    # Its patterns take 3 ms to make, for which few questions need wait.
    usage = import_module("ncs.search.usage")
    owners = _Owners(index, bare, owner) if owner else None
    found: dict[int, tuple[int, float]] = {}
    said: dict[int, tuple[Whose, str]] = {}
    does: list[bool] = []
    for row in index.chunk_rows(best):
        imports = owners.imports.of if owners else None
        use = usage.use_in(row, bare, relation, owner, imports, strictly=strictly)
        if use is None:
            continue
        found[row.id] = use
        does.append(relation in _OF_WHOLE or usage.is_direct(row.text, use[0], bare, relation))
        if owners:
            said[row.id] = owners.whose(row, use[0])
    uses = _related(name, relation, found)
    if any(does):  # what calls it is meant more than what only brings it in
        uses = uses._replace(sure=np.array(does, dtype=bool))
    return _of_owner(index, uses, said) if owners and said else uses


class _Owners:
    """Whose a name is where it is used, as far as that can be seen.

    Args:
        index: where the chunks are.
        bare: the name.
        owner: that is asked for.
    """

    def __init__(self, index: Index, bare: str, owner: str) -> None:
        self.imports = import_module("ncs.search.imported").Imports(index, bare, owner)
        self._bare, self._owner = bare, owner
        chunks = index.chunk_names(index.symbols(bare)[:_MOST_CHUNKS_READ].tolist())
        names = (name.split(".") for chunk in chunks for name in chunk.defines)
        owners = {each[-2] for each in names if each[-1] == bare and len(each) > 1}
        # Of what the owner has of another, as of its base, nothing is known.
        self._others = frozenset(map(plain, owners - {owner})) if owner in owners else frozenset()

    def whose(self, row: ChunkRow, at: int) -> tuple[Whose, str]:
        """Return whose the name is on a line of a chunk, from 0, and what says so."""
        line, known = row.text.split("\n")[at], self.imports.of(row)
        who, said = whose(line, self._bare, self._owner, row.symbol, known)
        if who is Whose.OPEN:
            return who_is_like(said, self._owner, self._others, row.symbol), said
        return who, said


def _likeliest(index: Index, bare: str, relation: Relation, mask: BoolArray | None) -> list[int]:
    """Return the chunks that are read for uses of a name, ascending."""
    words, paths = lexical(index, bare), path_words_of(index)
    may_be = words.share >= NEARLY_ALL
    ids = np.flatnonzero(may_be if mask is None else may_be & mask)
    if relation == "tests":
        ids = ids[_of_tests(index, paths, ids)]
    likely = words.score[ids] * paths.priors(text_of(relation))[index.file_ids[ids]]
    best = likely.max(initial=0.0)
    if relation == "heirs":  # heads of types come first
        likely = likely + best * (index.kind_ids[ids] == _CLASS)
    if relation == "imports":  # what stands there is rarely said again
        likely = likely + best * (index.role_ids[ids] == _IMPORTS)
    found: list[int] = np.sort(
        ids[np.argsort(-likely, kind="stable")[:_MOST_CHUNKS_READ]]
    ).tolist()
    return found


def _module(path: str) -> str:
    """Return what brings a file in calls it: its name, or that of its folder."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0]
    return folders[-1] if folders and stem in _OF_THEIR_FOLDER else stem


def _of_owner(index: Index, uses: Related, said: Mapping[int, tuple[Whose, str]]) -> Related:
    """Return uses of a name of which those of its owner alone are sure, if any names that.

    Others' come last, and those of who has such a name of its own are left out: `Other::parse`.
    Where none names it, all but those of what is called like another that has the name are sure:
    `cipher.save` may be `User.save` and hardly is.

    Args:
        index: where the chunks are.
        uses: all of them.
        said: whose the name is in each, and what says so, by id.
    """
    who = np.array([said[at][0] for at in uses.ids.tolist()], dtype=np.int64)
    if uses.relation == "heirs":
        return uses
    if Whose.OWN not in who:
        known = Whose.ANOTHER in who
        return _surest(uses, who >= Whose.OPEN) if known else uses
    bare = _bare(uses.name)
    kept = np.array(
        [
            each is not Whose.OTHERS or not len(index.symbols(f"{owner}.{bare}"))
            for each, owner in (said[at] for at in uses.ids.tolist())
        ],
        dtype=bool,
    )
    worth = np.where(who == Whose.OTHERS, uses.worth * np.float32(_OF_OTHERS), uses.worth)
    uses = _surest(uses._replace(worth=worth), who >= Whose.ALIKE)
    return uses._replace(ids=uses.ids[kept], worth=worth[kept], sure=uses.sure[kept])


def _surest(uses: Related, sure: BoolArray) -> Related:
    """Return uses of which those are sure that some of them are, and were before, if any was.

    Else those of one direction are as before: a signal is emitted by its name alone, and what
    connects to it names its owner.
    """
    both = sure & uses.sure
    if both.any():
        return uses._replace(sure=both)
    return uses._replace(sure=sure) if uses.relation == "uses" and sure.any() else uses


def _overrides(index: Index, name: str, mask: BoolArray | None) -> Related:
    """Return where methods of a name are defined, but for that of the owner it is asked for by.

    Which of them override that one nobody resolves: those that say so come first, and where it is
    known what is derived from the owner, those of such types alone are sure.
    """
    bare, owner = _bare(name), _owner(name)
    ids = index.symbols(bare)
    ids = ids if mask is None else ids[mask[ids]]
    found: dict[int, tuple[int, float]] = {}
    of: dict[int, str] = {}
    for row in index.chunk_rows(ids[:_MOST_CHUNKS_READ].tolist()):
        for place, worth, within in _methods(row, bare):
            if plain(within) != plain(owner) and worth > found.get(row.id, (0, 0.0))[1]:
                found[row.id], of[row.id] = (place, worth), within
    uses = _related(name, "overrides", found)
    heirs = _all_heirs(index, owner) if owner and len(found) > 1 else None
    sure = np.array([heirs is not None and each in heirs for each in of.values()], dtype=bool)
    return uses._replace(sure=sure) if sure.any() else uses


def _methods(row: ChunkRow, bare: str) -> Iterator[tuple[int, float, str]]:
    """Yield the methods of a name in a chunk: line from 0, how much it overrides, and its type."""
    lines = row.text.split("\n")
    for each in row.begun:
        *around, own = each.name.split(".")
        if own != bare or each.kind != "method":
            continue
        place = each.span.start - row.span.start
        head = " ".join(lines[max(place - 1, 0) : place + 1]).lower()
        whole = "\n".join(lines[place : each.span.end + 1 - row.span.start])
        if "override" in head:
            yield place, _SAYS_SO, "".join(around[-1:])
        elif not _is_declared(row.language, whole):
            yield place, _MAY_BE, "".join(around[-1:])


def _is_declared(language: str, text: str) -> bool:
    """Return whether the text of a method has no body, in a language that puts one in braces."""
    return language in _IN_BRACES and not re.search(r"\{|=(?!\s*(?:0|default|delete)\s*;)", text)


def _all_heirs(index: Index, name: str) -> frozenset[str] | None:
    """Return the types that are derived from one, by themselves or by an heir of it.

    None where that would take long: then nobody knows of a type that it is none of them.
    """
    found: set[str] = set()
    near = {name}
    for _ in range(_GENERATIONS):
        if len(near) > _MOST_HEIRS:
            return None
        near = {heir for each in sorted(near) for heir in _heirs(index, each)} - found
        found |= near
    return frozenset(found)


def _heirs(index: Index, name: str) -> Iterator[str]:
    """Yield what is derived from a type by itself."""
    lines = import_module("ncs.search.usage").heir_lines
    for row in index.chunk_rows(_uses(index, name, "heirs", None).ids.tolist()):
        for line, _ in lines(row, _bare(name)):
            at = row.span.start + line
            begun = [each for each in row.begun if at in each.span and each.kind in CLASSES]
            yield from (each.name.rpartition(".")[2] for each in begun[-1:])


def _related(name: str, relation: Relation, found: Mapping[int, tuple[int, float]]) -> Related:
    return Related(
        name, relation, "", np.array(list(found), dtype=np.int64),
        np.array([worth for _, worth in found.values()], dtype=np.float32),
        np.ones(len(found), dtype=bool),
        {at: place for at, (place, _) in found.items()},
    )  # fmt: skip


def _of_tests(index: Index, paths: PathWords, ids: IdArray) -> BoolArray:
    """Return which of some chunks are tests: of files of tests, or among those of a Rust file."""
    files = index.file_ids[ids]
    return np.asarray(paths.tests[files] | (index.role_ids[ids] == _TESTS))


def text_of(relation: Relation) -> str:
    """Return what to ask the names of files for what a relation is about."""
    return "tests" if relation == "tests" else ""


def _bare(name: str) -> str:
    """Return a name without its owners."""
    wanted = asked_for(name)
    return name if wanted is None else wanted.pieces[-1]


def _owner(name: str) -> str:
    """Return the nearest owner of a name, as written; "" where it is asked without."""
    wanted = asked_for(name)
    return "" if wanted is None or len(wanted.pieces) == 1 else wanted.pieces[-2]


def _is_name(index: Index, name: str) -> bool:
    return is_symbol(name) or (name.isidentifier() and is_defined(index, name))


def _is_file(index: Index, name: str) -> bool:
    return "." in name and any(f"/{path}".endswith(f"/{name}") for path in index.paths)
