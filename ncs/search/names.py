"""Which names of the index a question asks for, and how well each of them matches.

The scale is set, not fitted: a name as written 1.0, in another case 0.95, in another writing
(`parse_query` for `parseQuery`) 0.9, of another owner 0.7 (0.65 in another writing), begun 0.35 to
0.6, all parts held 0.15 to 0.35, the file's name alone 0.1 to 0.15; within a span, by the share of
the name that was asked for. On the tune half of benchmarks/retrieval first places as written were
right 70 times in 76, those of 0.7 and less 13 times in 37: too few for more than the order.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ncs.corpus.routes import path_of
from ncs.index.reading import ChunkNames, ChunkRow, Index
from ncs.scripts import spelled_out
from ncs.search.homes import Home, Homes
from ncs.text import head_of_stem, plain, stem, words
from ncs.types import KINDS, Kind

AS_WRITTEN, ANY_CASE, ANY_WRITING, OTHER_OWNER, OTHER_OWNER_ANY = 1.0, 0.95, 0.9, 0.7, 0.65
# (at least, and at most, where all of the name was asked for)
BEGUN, PARTS, FILE = (0.35, 0.6), (0.15, 0.35), (0.1, 0.15)

FUNCTIONS: tuple[Kind, ...] = ("function", "method")
CLASSES: tuple[Kind, ...] = ("class", "type")
DEFINED = FUNCTIONS + CLASSES

_NAMESAKE = 1.5  # times what a definition is worth, where the file is called like it

# What a definition of a kind is worth beside another of the same name.
_KIND_PRIORS: dict[Kind, float] = {
    "class": 1.0, "type": 1.0, "function": 0.9, "method": 0.8, "block": 0.5, "section": 0.4,
}  # fmt: skip
_NOT_LEADING = 0.7  # times that, where the chunk is mostly about another definition

_HEADS = 12  # a sieve: what a name must hold before it is looked at
_SEPARATORS = r"(?<!\boperator)(?:::|[.:#/\\]|->)"  # of `Path::operator/` the last is a name's
_CALLED = r"(?<!\boperator)\(\)\Z"  # and of `Path::operator()` the brackets are
_NO_LETTER = r"[^\w$]+"


class Asked(NamedTuple):
    """A name that is asked for.

    Attributes:
        pieces: owners and bare name, as written; never empty.
        stems: of the parts of all pieces; never empty.
        heads: what a name must hold before it is looked at: beginnings of the bare name's parts.
        bare, whole: letters and digits of the bare name, and of all pieces.
    """

    pieces: tuple[str, ...]
    stems: frozenset[str]
    heads: tuple[str, ...]
    bare: str
    whole: str


MOST_NAME_WORDS = 6  # words of a question that may be a name spelled out


def spelled(text: str) -> list[Asked]:
    """Return the names that all of a text may be, as written or spelled out; none of a longer one.

    `network address` is `NetworkAddress` or `network_address`, and `tcp stream try write` may be
    `TcpStream.try_write`: an owner's name, then that of what it owns. `post users.invite` is that
    of a route.
    """
    path = path_of(text)
    if (
        (path.startswith("/") or "." in path.strip("."))
        and " " not in path
        and (asked := asked_for(text))
    ):
        return [asked]
    said = [text] if len(text.split()) == 1 else words(text)
    if len(said) > MOST_NAME_WORDS:
        return []
    owned = (f"{' '.join(said[:at])}.{' '.join(said[at:])}" for at in range(len(said) - 1, 0, -1))
    return [asked for name in (" ".join(said), *owned) if (asked := asked_for(name)) is not None]


class Named(NamedTuple):
    """A name that stands for a chunk.

    Attributes:
        chunk: its id. match: how well the name answers, in (0, 1].
        kind: of what is so called.
        leading: whether this is the most important thing defined in the chunk.
    """

    chunk: int
    match: float
    kind: Kind
    leading: bool


@lru_cache(maxsize=64)  # what a question may be the name of, each several times a search
def asked_for(text: str) -> Asked | None:
    """Return the name that a text asks for, or None where the text holds no word."""
    whole = re.sub(_CALLED, "", text.strip())
    pieces = tuple(piece for piece in re.split(_SEPARATORS, whole) if plain(piece))
    stems = frozenset(stem(word) for word in words(whole))
    if not pieces or not stems:
        return None
    every = {head_of_stem(stem(word)) or spelled_out(word) for word in words(pieces[-1])}
    heads = tuple(sorted(every, key=lambda head: (-len(head), head))[:_HEADS])
    return Asked(pieces, stems, heads, plain(pieces[-1]), plain("".join(pieces)))


def match(asked: Asked, name: str) -> float:
    """Return how well a name answers, in [0, 1], on the scale of this module.

    Args:
        asked: what was asked.
        name: a qualified name as the index has it, its owners set off by dots.
    """
    held = folded(name)
    if not all(head in held for head in asked.heads):
        return 0.0
    # Objective-C's `insert:at:` is asked for by its first part too.
    if name.endswith(":") and " " not in name:
        return max(_answered(asked, name), _answered(asked, name.partition(":")[0]))
    if path := path_of(name):
        return max(_answered(asked, name), _answered(asked, path))
    return _answered(asked, name)


def folded(*names: str) -> str:
    """Return names as the heads of a name that is asked for are looked up in them.

    No name that answers lacks one; of several names any may.
    """
    return spelled_out(" ".join(names).replace("_", ""))


def _answered(asked: Asked, name: str) -> float:
    pieces = tuple(piece for piece in re.split(_SEPARATORS, name) if piece)
    tail, wanted = pieces[-len(asked.pieces) :], asked.pieces
    if tail == wanted:
        return AS_WRITTEN
    whole = plain("".join(tail))
    if len(tail) == len(wanted) and whole.startswith(asked.whole):
        if [piece.lower() for piece in tail] == [piece.lower() for piece in wanted]:
            return ANY_CASE
        if whole == asked.whole:
            return ANY_WRITING
        return _between(BEGUN, len(asked.whole) / len(whole))
    if pieces and plain(pieces[-1]) == asked.bare:
        return OTHER_OWNER if pieces[-1] == wanted[-1] else OTHER_OWNER_ANY
    return _holding(PARTS, asked, words(name))


def _holding(span: tuple[float, float], asked: Asked, said: Sequence[str]) -> float:
    if not asked.stems.issubset(map(stem, said)):
        return 0.0
    return _between(span, min(len(asked.stems) / len(said), 1.0))


def _between(span: tuple[float, float], share: float) -> float:
    return span[0] + (span[1] - span[0]) * share


def named(
    index: Index, asked: Asked, chunks: Iterable[int], kinds: Collection[str] = KINDS
) -> list[Named]:
    """Return the names of some chunks that match, by chunk, each chunk's best.

    A definition that is cut into several chunks counts in the one where it begins.

    Args:
        index: where the chunks are.
        asked: what was asked.
        chunks: their ids.
        kinds: of what is so called; others are passed over.
    """
    best: dict[int, Named] = {}
    begun: set[tuple[int, str]] = set()
    continued = []
    homes = Homes(index)
    for chunk in index.chunk_names(chunks):
        file = int(index.file_ids[chunk.id])
        begun.update((file, name) for name in chunk.defines)
        for name, kind in of_kinds(chunk, kinds):
            answer = _answer(homes, asked, name, file)
            _keep(best, Named(chunk.id, answer, kind, name == chunk.symbol))
        if chunk.symbol and chunk.symbol not in chunk.defines and chunk.kind in kinds:
            continued.append((file, chunk))
    for file, chunk in continued:  # a heading, or what begins in no chunk
        if (file, chunk.symbol) not in begun:
            begun.add((file, chunk.symbol))
            answer = _answer(homes, asked, chunk.symbol, file)
            _keep(best, Named(chunk.id, answer, chunk.kind, True))
    return [best[chunk] for chunk in sorted(best)]


def is_defined(index: Index, name: str, kinds: Collection[Kind] = DEFINED) -> bool:
    """Return whether something of a kind is defined that is called so, as it is written."""
    asked = asked_for(name)
    if asked is None:
        return False
    found = named(index, asked, index.symbols(name).tolist(), kinds)
    return any(one.match == AS_WRITTEN for one in found)


def _answer(homes: Homes, asked: Asked, name: str, file: int) -> float:
    """Return how well a name answers in its file: owners may be the package that it is of."""
    answer = match(asked, name)
    pieces = tuple(piece for piece in re.split(_SEPARATORS, name) if piece)
    if answer != OTHER_OWNER or asked.pieces[-len(pieces) :] != pieces:
        return answer
    home = homes.of(file, asked.pieces[: -len(pieces)])
    return {Home.HERE: AS_WRITTEN, Home.ABOVE: ANY_CASE}.get(home, answer)


def of_kinds(chunk: ChunkRow | ChunkNames, kinds: Collection[str]) -> Iterator[tuple[str, Kind]]:
    """Yield the definitions of a chunk that are of some kinds, in order."""
    for name, kind in zip(chunk.defines, chunk.kinds, strict=True):
        if kind in kinds:
            yield name, kind


def kind_prior(kind: Kind, leading: bool) -> float:
    """Return what a definition is worth beside another of the same name, in (0, 1]."""
    return _KIND_PRIORS[kind] * (1.0 if leading else _NOT_LEADING)


def namesake(asked: Asked, match: float, stem_of_file: str) -> float:
    """Return how many times a definition counts in a file, 1 where that is not called like it.

    Of another owner than was asked for it counts so where the file is called like that one: of
    `TextField.rx.text` an extension in `TextField+Rx.swift`.
    """
    if plain(stem_of_file) == asked.bare:
        return _NAMESAKE
    owners = {piece.lower() for piece in asked.pieces[:-1]} if match <= OTHER_OWNER else set()
    return _NAMESAKE if owners.issuperset(re.split(_NO_LETTER, stem_of_file.lower())) else 1.0


def _keep(best: dict[int, Named], one: Named) -> None:
    other = best.get(one.chunk)
    rank = (one.match, one.leading)
    if one.match > 0 and (other is None or rank > (other.match, other.leading)):
        best[one.chunk] = one


def file_match(asked: Asked, stem_of_file: str) -> float:
    """Return how well a file's name without its ending answers, in [0, FILE[1]]."""
    return _holding(FILE, asked, words(stem_of_file))
