"""Places that a question names by path: `app/trace.py`, `trace.py:477`, a trace's, a diff's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from ncs.index.reading import Index
from ncs.ranges import distinct
from ncs.search.homes import SOURCES
from ncs.search.latent import top
from ncs.search.lexical import lexical
from ncs.search.naming import as_on
from ncs.search.places import Places, Spot, last_line

if TYPE_CHECKING:  # its patterns take 5 ms to make, for which few questions need wait
    from ncs.search.diffs import Hunk, Standing
    from ncs.search.frames import Frame

_MOST_NAMESAKES = 5  # files; a name of more (`__init__.py`) says nothing
_MOST_HUNKS = 100  # of a diff that are looked for
_MOST_LOST = 10  # the same of no file that is known
_MOST_LIKELY = 20  # files that such a hunk may be of, the best by its words, or a frame by folders
_HELD = 0.5  # of the lines of such a hunk at least
_MOST_DEFINED = 20  # definitions of one name in a file that are read
_OFFERED = 3  # paths in the place of one that is not there
# What a compiled file may be made of, by their endings.
_COMPILED_OF = {
    "js": ("ts", "tsx", "jsx"),
    "jsx": ("tsx",),
    "mjs": ("mts", "ts"),
    "cjs": ("cts", "ts"),
}
_VERY_LIKE = 0.82  # names of which one is taken for a slip of the other
# What every place has, and few questions; or a numbered frame of a program without its lines.
_HOLDS = re.compile(r"[\w@+-][.!][\w~]|^[ \t]*#?\d{1,4}[#:]?[ \t][^\n]*?\w::\w", re.MULTILINE)
_OF_DIFF = "@@ -"  # what every diff has, and few questions


def places(index: Index, text: str) -> Places:
    """Return the places that a text names by their path, in a trace the innermost first.

    Where a frame says that the line is in a function, and it is in another, the definition of that
    function is meant: traces are of other versions. A path may be longer than the index has it, as
    in a trace, or shorter. No place that the index does not have is among them.
    """
    found = _changed(index, text) if _OF_DIFF in text else []
    return Places(index, found or _framed(index, text))


def absent(index: Index, text: str) -> tuple[str, list[str]] | None:
    """Return the path of a question that is nothing but a place, if no file is called so.

    Of endings that files of the index have: `host.name:80` is no place in code.

    Returns:
        The path, and those of files that it may be a slip for, the likeliest first.
    """
    held = _HOLDS.search(text)
    place = import_module("ncs.search.frames").place_asked(text) if held else None
    if place is None:
        return None
    name = place.path.rpartition("/")[2]
    ending = name[name.rindex(".") :]
    here = any(each.endswith(ending) for each in index.paths)
    if not here or _alike(index, place.path, _named_so(index, [name])[name]):
        return None
    elsewhere = [index.paths[at] for at in _named_so(index, [name])[name]]
    return place.path, elsewhere[:_OFFERED] or spelled_like(index, place.path, _VERY_LIKE)


def spelled_like(index: Index, path: str, least: float = 0.6) -> list[str]:
    """Return paths of files that are called much like the end of a path, the likest first.

    Args:
        index: where the files are.
        path: of which no file is.
        least: how like its name theirs are at least, in [0, 1], as `difflib` has it.
    """
    name = path.rpartition("/")[2]
    called: dict[str, list[str]] = {}
    for each in index.paths:
        called.setdefault(each.rpartition("/")[2], []).append(each)
    # Only an error needs it.
    near = import_module("difflib").get_close_matches(name, called, _OFFERED, least)
    return [each for like in near for each in called[like]][:_OFFERED]


def at_line(index: Index, chunks: range, line: int) -> list[int]:
    """Return the chunks of a file that hold a line, or else the nearest, the next of two."""
    starts, ends = (each[chunks.start : chunks.stop] for each in index.spans)
    away = np.maximum(starts - line, line - ends).clip(min=0)
    least = np.flatnonzero(away == away.min()).tolist()
    return [chunks[at] for at in (least if away.min() == 0 else least[-1:])]


def _framed(index: Index, text: str) -> list[list[Spot]]:
    """Return where the places of a text are that it names as traces do, and by path alone."""
    held = _HOLDS.search(text)
    said = import_module("ncs.search.frames").frames(text) if held else []
    named_so = _named_so(index, [name for each in said for name in _names(each.path)])
    found = [
        _by_path(index, each, named_so) if each.path else _by_name(index, each) for each in said
    ]
    return [spots for spots in found if spots]


def _changed(index: Index, text: str) -> list[list[Spot]]:
    """Return where the lines are that the diffs of a text change, in their order.

    What is in no definition of code comes last: imports change with what is called.
    """
    diffs = import_module("ncs.search.diffs")
    found: list[Hunk] = diffs.hunks(text)[:_MOST_HUNKS]
    named = {paths: _of_diff(index, paths) for paths in {each.paths for each in found}}
    lost = [each for each in found if not each.paths][:_MOST_LOST]
    places: dict[int, Mapping[str, Sequence[int]]] = {}
    spots = []
    for hunk in found:
        files = named[hunk.paths] or (_likely(index, hunk) if hunk in lost else [])
        for file in set(files).difference(places):
            places[file] = diffs.alike(_lines(index, file))
        stands = {file: diffs.standing(hunk, places[file]) for file in files}
        stands = stands if hunk.paths else _surest(stands)
        held = {file: at_line(index, index.chunks_of(file), stands[file].line) for file in stands}
        spots.append([Spot(at, tuple(held[at]), stands[at].line, False) for at in stands])
    return sorted(filter(None, spots), key=lambda each: _is_outside(index, each[0]))


def _likely(index: Index, hunk: "Hunk") -> list[int]:
    """Return the files that a hunk may be of by its words, ascending."""
    score = lexical(index, "\n".join(line[1:] for line in hunk.lines), as_said=True).score
    best = top(score, _MOST_LIKELY)
    files: list[int] = distinct(index.file_ids[best[score[best] > 0]]).tolist()
    return files


def _surest(stands: Mapping[int, "Standing"]) -> dict[int, "Standing"]:
    """Return where most of a hunk of no known file stands; nowhere if that may be many files."""
    most = max((each.held for each in stands.values()), default=0.0)
    found = {at: each for at, each in stands.items() if each.held == most and each.share >= _HELD}
    return found if len(found) <= _MOST_NAMESAKES else {}


def _of_diff(index: Index, paths: Sequence[str]) -> list[int]:
    """Return the files that a diff may mean by the paths that it has of one."""
    frame = import_module("ncs.search.frames").Frame
    for path in paths:
        name = path.rpartition("/")[2]
        found = _files(index, frame(path), _named_so(index, [name])[name])
        found = [at for at in found if index.paths[at] == path] or found
        if found := [at for at in found if index.chunks_of(at)]:
            return found
    return []


def _is_outside(index: Index, spot: Spot) -> bool:
    """Return whether the line of a place is in no definition of code."""
    for row in index.chunk_rows(spot.chunks):
        goes_on = row.symbol != "" and row.symbol not in row.defines
        begun = any(spot.line in each.span for each in row.begun)
        if row.kind != "section" and (goes_on or begun):
            return False
    return True


def _lines(index: Index, file: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, but for blank ones between its chunks."""
    chunks = index.chunks_of(file)
    for chunk, text in zip(chunks, index.chunk_texts(chunks), strict=True):
        yield from enumerate(text.split("\n"), int(index.spans[0][chunk]))


def _named_so(index: Index, names: Sequence[str]) -> dict[str, list[int]]:
    """Return the files whose paths end with each of some names."""
    found: dict[str, list[int]] = {name: [] for name in names if name}
    ends = tuple(found)
    for at, path in enumerate(index.paths) if ends else ():
        if path.endswith(ends) and (own := path.rpartition("/")[2]) in found:
            found[own].append(at)
    return found


def _alike(index: Index, path: str, files: Sequence[int]) -> list[int]:
    """Return which of the files of its name a path may mean.

    Those whose paths end with it, and of those that it ends with the one that it says most of.
    """
    slashed = f"/{path}"
    around = [at for at in files if slashed.endswith(f"/{index.paths[at]}")]
    nearest = max(around, key=lambda at: len(index.paths[at]), default=-1)
    return [at for at in files if at == nearest or f"/{index.paths[at]}".endswith(slashed)]


def _files(index: Index, frame: "Frame", files: Sequence[int]) -> list[int]:
    """Return the files that a place may mean, of those of its name; none where it may be many."""
    found = _alike(index, frame.path, files)
    if not found and frame.path.endswith(".swift") and frame.path.count("/") == 1:
        found = list(files)  # Swift says `Module/File.swift`, wherever the file lies
    if frame.below:
        rest = f"/{frame.below}"
        # Where a package is installed its sources have no folder in front: `src/flask/app.py`.
        bare = {at: _installed(index.paths[at]) for at in files}
        installed = [at for at, own in bare.items() if "/" in own and rest.endswith(f"/{own}")]
        found = [at for at in found if index.paths[at].count("/") > 1] or installed
    if frame.folder:
        ends, strict = [f"/{frame.folder}/{frame.path}"], frame.path.endswith(".java")
        if strict:  # a file lies in the folder of its package; in Kotlin it need not
            ends.append(f"/{frame.folder.rpartition('/')[2]}/{frame.path}")
        tried = ([at for at in found if f"/{index.paths[at]}".endswith(end)] for end in ends)
        packaged = next(filter(None, tried), [])
        found = packaged if packaged or strict else found
    return found if len(found) <= _MOST_NAMESAKES else []


def _installed(path: str) -> str:
    """Return what a path is where its package is installed: from behind its sources' folder on."""
    folders = path.split("/")
    last = max((at for at, each in enumerate(folders[:-1]) if each in SOURCES), default=-1)
    return "/".join(folders[last + 1 :])


def _by_path(index: Index, frame: "Frame", named_so: Mapping[str, Sequence[int]]) -> list[Spot]:
    """Return where a place with a path is; of several files those that define its function.

    Or else those that go as far as its line, if any does.
    """
    files = _files(index, frame, named_so[_names(frame.path)[0]])
    found = [each for each in files if index.chunks_of(each)]
    folders = frame.path.split("/")[:-1]
    alike = max((_shared(folders, index.paths[at]) for at in found), default=-1)
    # `/app/test/conn.ex` ends like `conn.ex`, and more so like `adapters/test/conn.ex`.
    if alike < len(folders) and (other := _of_another_root(index, frame, named_so)):
        found = other if _shared(folders, index.paths[other[0]]) > alike else found
    if not frame.line:
        named = [(each, _defined(index, index.chunks_of(each), frame)) for each in found]
        if members := [Spot(each, at[:1], at[1], frame.alone) for each, at in named if at]:
            return members
        return [Spot(each, tuple(index.chunks_of(each)), 0, frame.alone) for each in found]
    spots, defined = [], []
    for file in found:
        chunks = index.chunks_of(file)
        held = at_line(index, chunks, frame.line)
        spot = Spot(file, tuple(held), frame.line, frame.alone)
        if frame.name and _is_in(index, held, frame):
            defined.append(spot)
        elif meant := _defined(index, chunks, frame):
            defined.append(Spot(file, meant[:1], meant[1], frame.alone))
        spots.append(spot)
    if frame.below and frame.name:
        return defined
    far = [each for each in spots if frame.line <= last_line(index, each.file)]
    return defined or far or spots


def _of_another_root(
    index: Index, frame: "Frame", named_so: Mapping[str, Sequence[int]]
) -> list[int]:
    """Return the files that a frame may mean whose path is another where it ran.

    `/app/cart.py` of a container is `shop/cart.py`, `dist/cart.js` is compiled of `src/cart.ts`.
    They define its function, since files are called alike by chance, and share most folders.
    """
    if frame.below or frame.folder or not frame.name:
        return []
    folders = frame.path.split("/")[:-1]
    for files in (named_so[each] for each in _names(frame.path)):
        likely = sorted(files, key=lambda at: -_shared(folders, index.paths[at]))[:_MOST_LIKELY]
        found = [at for at in sorted(likely) if _defined(index, index.chunks_of(at), frame)]
        shared = [_shared(folders, index.paths[at]) for at in found]
        found = [at for at, each in zip(found, shared, strict=True) if each == max(shared)]
        if 0 < len(found) <= _MOST_NAMESAKES:
            return found
    return []


def _names(path: str) -> list[str]:
    """Return how the file of a path may be called here: as it says, or as what it is made of."""
    name = path.rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    return [name, *(f"{stem}.{each}" for each in _COMPILED_OF.get(ending, ()))]


def _shared(folders: Sequence[str], path: str) -> int:
    """Return how many of some folders, the innermost first, a path lies in as well."""
    pairs = zip(reversed(folders), reversed(path.split("/")[:-1]), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _is_in(index: Index, held: Sequence[int], frame: "Frame") -> bool:
    """Return whether the line of a frame is in the function that it names."""
    for row in index.chunk_rows(held):
        if frame.line in row.span:
            names = as_on(row, frame.line).symbol.split(".")
            if frame.name[-1] in (names[-1:] if frame.constructs else names):
                return True
    return False


def _defined(index: Index, chunks: Sequence[int], frame: "Frame") -> tuple[int, int] | None:
    """Return which of some chunks defines the function of a frame, and on which line.

    That of its owner, and the nearest to the line.
    """
    if not frame.name:
        return None
    *owners, bare = frame.name
    found = [
        (each.id, name)
        for each in index.chunk_names(chunks)
        for name in each.defines
        if name.rpartition(".")[2] == bare
    ]
    owned = [each for each in found if each[1].split(".")[-2:-1] == owners[-1:]]
    meant = dict.fromkeys((owned if owners and owned else found)[:_MOST_DEFINED])
    heads = (
        (row.id, each.span.start)
        for row in index.chunk_rows(list(dict.fromkeys(chunk for chunk, _ in meant)))
        for each in row.begun
        if (row.id, each.name) in meant
    )
    return min(heads, key=lambda head: abs(head[1] - frame.line), default=None)


def _by_name(index: Index, frame: "Frame") -> list[Spot]:
    """Return where the function of a frame is defined that names no file."""
    # A name may be one of more owners than the index has: namespaces.
    tails = (".".join(frame.name[at:]) for at in range(max(len(frame.name) - 1, 1)))
    chunks: list[int] = next(
        (found for tail in tails if (found := index.symbols(tail).tolist())), []
    )
    if not frame.name or not 0 < len(chunks) <= _MOST_DEFINED:
        return []
    files: dict[int, list[int]] = {}
    for at in chunks:
        files.setdefault(int(index.file_ids[at]), []).append(at)
    spots = []
    for file in files if len(files) <= _MOST_NAMESAKES else ():
        held = at_line(index, index.chunks_of(file), frame.line)
        if frame.line and _is_in(index, held, frame):
            return [Spot(file, tuple(held), frame.line, False)]
        if meant := _defined(index, files[file], frame):
            spots.append(Spot(file, meant[:1], meant[1], False))
    return spots
