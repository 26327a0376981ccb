"""Where a name is used: `who calls parse`, `subclasses of Reader`, `who overrides Task.run`."""

from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.search.lexical import lexical
from ncs.search.names import asked_for, is_defined
from ncs.search.operators import is_operator
from ncs.search.owners import Whose, whose
from ncs.search.paths import PathWords, path_words_of
from ncs.search.question import is_symbol
from ncs.search.relations import Relation, asked
from ncs.search.runs import NEARLY_ALL
from ncs.search.spelling import Spelling, spelling
from ncs.text import plain
from ncs.types import KINDS, ROLES, BoolArray, FloatArray, IdArray

_MOST_CHUNKS_READ = 1_000  # chunks that hold a name, the best of them: 90 ms
_MOST_DEFINITIONS = 20  # of a name that are looked at
_OF_OTHERS = 0.5  # times what a use is worth, where another owner is written than was asked for
_SAYS_SO, _MAY_BE = 1.0, 0.7  # what a method is worth that says that it overrides another
_CLASS = KINDS.index("class")
_IMPORTS, _TESTS = ROLES.index("imports"), ROLES.index("tests")
_OF_FILES: tuple[Relation, ...] = ("imports", "uses", "heirs")  # `where is list.h included`
# Brought in by their folder's name; `main` and `lib`, which full names leave out, by their own.
_OF_THEIR_FOLDER = frozenset({"__init__", "index", "mod"})


class Related(NamedTuple):
    """Chunks that use a name, ascending.

    Attributes:
        name: as it was asked. relation: which uses were asked for.
        instead: the name that was asked for, where this one is a slip away from it; "" else.
        ids: of the chunks, (n,). worth: of the best use in each, (n,), in (0, 1].
        sure: which of them surely use what was asked for, (n,): all but those that only bring it
            in, if any does more; or those that name its owner, if one was asked for and any does.
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
    found = _uses(index, name, relation, mask)
    if len(found.ids):
        return found
    if relation == "imports" and not _is_name(index, name):  # `who imports contacts`
        return None
    if relation == "heirs" and not _has_heirs(index, name):
        return None
    if relation == "imports" and _is_file(index, name):  # its ending is no name
        return found
    bare = _bare(name)
    written = Spelling(_as_written_here(index, bare), guessed=False)
    if written.name == bare and not len(index.symbols(bare)):
        written = spelling(index, bare)
    if written.name == bare:
        return found
    # Whoever owns it does so in any writing; of a name that was guessed that is not known.
    owned = f"{name.removesuffix(bare)}{written.name}" if name.endswith(bare) else written.name
    if written.guessed and not len(index.symbols(owned)):
        owned = written.name
    other = _uses(index, owned, relation, mask)
    instead = name if written.guessed else ""
    return other._replace(instead=instead) if len(other.ids) else found


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


def _uses(index: Index, name: str, relation: Relation, mask: BoolArray | None) -> Related:
    if relation == "overrides":
        return _overrides(index, name, mask)
    bare, owner = _bare(name), _owner(name)
    if relation == "imports":  # the owner of what is brought in stands anywhere around it
        bare, owner = (_module(name) if _is_file(index, name) else bare), ""
    best = _likeliest(index, bare, relation, mask)
    # Its patterns take 3 ms to make, for which few questions need wait.
    usage = import_module("ncs.search.usage")
    imports = import_module("ncs.search.imported").Imports(index, bare, owner) if owner else None
    found: dict[int, tuple[int, float]] = {}
    said: dict[int, tuple[Whose, str]] = {}
    brought: dict[int, bool] = {}
    for row in index.chunk_rows(best):
        use = usage.use_in(row, bare, relation, owner, imports.of if imports else None)
        if use is None:
            continue
        found[row.id] = use
        brought[row.id] = relation == "uses" and usage.is_import(row.text, use[0])
        if imports:
            line = row.text.split("\n")[use[0]]
            said[row.id] = whose(line, bare, owner, row.symbol, imports.of(row))
    uses = _related(name, relation, found)
    if not all(brought.values()):  # what calls it is meant more than what only brings it in
        uses = uses._replace(sure=~np.array([*brought.values()], dtype=bool))
    return _of_owner(index, uses, said) if said else uses


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

    Args:
        index: where the chunks are.
        uses: all of them.
        said: whose the name is in each, and what says so, by id.
    """
    who = np.array([said[at][0] for at in uses.ids.tolist()], dtype=np.int64)
    if uses.relation == "heirs" or Whose.OWN not in who:
        return uses
    bare = _bare(uses.name)
    kept = np.array(
        [
            each is not Whose.OTHERS or not len(index.symbols(f"{owner}.{bare}"))
            for each, owner in (said[at] for at in uses.ids.tolist())
        ],
        dtype=bool,
    )
    worth = np.where(who == Whose.OTHERS, uses.worth * np.float32(_OF_OTHERS), uses.worth)
    sure = who >= Whose.WITHIN
    sure = sure & uses.sure if (sure & uses.sure).any() else sure
    return uses._replace(ids=uses.ids[kept], worth=worth[kept], sure=sure[kept])


def _overrides(index: Index, name: str, mask: BoolArray | None) -> Related:
    """Return where methods of a name are defined, but for that of the owner it is asked for by.

    Which of them override that one nobody resolves: those that say so come first.
    """
    bare, owner = _bare(name), plain(_owner(name))
    ids = index.symbols(bare)
    ids = ids if mask is None else ids[mask[ids]]
    found: dict[int, tuple[int, float]] = {}
    for row in index.chunk_rows(ids[:_MOST_CHUNKS_READ].tolist()):
        lines = row.text.split("\n")
        for each in row.begun:
            *around, own = each.name.split(".")
            if own != bare or each.kind != "method" or plain(" ".join(around[-1:])) == owner:
                continue
            place = each.span.start - row.span.start
            head = " ".join(lines[max(place - 1, 0) : place + 1]).lower()
            worth = _SAYS_SO if "override" in head else _MAY_BE
            if worth > found.get(row.id, (0, 0.0))[1]:
                found[row.id] = place, worth
    return _related(name, "overrides", found)


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
