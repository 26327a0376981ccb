"""Walks a codebase: what is read, and a reason for each thing that is not."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ncs.config import (
    ENVIRONMENT_MARK,
    IGNORE_FILES,
    IGNORED_FOLDERS,
    UNSPOKEN,
    CorpusConfig,
)
from ncs.corpus.decoding import Text, decode, is_binary
from ncs.corpus.families import PROSE
from ncs.corpus.generated import is_output, without_lists
from ncs.corpus.globs import IgnoreRules
from ncs.errors import SourceError
from ncs.git import common_folder
from ncs.hashing import blake2b
from ncs.text import path_text
from ncs.types import (
    BINARY,
    EMPTY,
    ENVIRONMENT,
    GENERATED,
    IGNORED,
    LARGE,
    LINK,
    MINIFIED,
    NO_FILE,
    UNREADABLE,
    Folder,
    Skipped,
    SourceFile,
    Unchanged,
)

# Ignored where no rule says otherwise. Such a rule brings back a virtual environment, too, which
# is known by what it holds.
_DEFAULTS = (*(f"{name}/" for name in IGNORED_FOLDERS), ".DS_Store")

_HEAD = 8_192  # bytes that say whether a file is binary
_RARELY = 20  # one over-long line in so many may be a picture or a key in ordinary code

_LOCK_FILES = """
package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock deno.lock cargo.lock
poetry.lock pdm.lock uv.lock pipfile.lock gemfile.lock composer.lock go.sum mix.lock
flake.lock pubspec.lock podfile.lock package.resolved packages.lock.json gradle.lockfile
build.zig.zon.lock stack.yaml.lock cabal.project.freeze
"""
_LOCKS = frozenset(_LOCK_FILES.split())


@dataclass(frozen=True, slots=True)
class _Rules:
    """Ignore rules of one folder.

    Attributes:
        depth: how many parts of a path lead to that folder.
        above: where it lies above the codebase, the way from there to it: `services/web/`.
        default: whether they are those that hold where no other rule says otherwise.
    """

    depth: int
    rules: IgnoreRules
    above: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is still to be read.

    Attributes:
        parts: lead to it from the root.
        wanted: whether a rule says by name that it is to be read.
    """

    place: str
    parts: tuple[str, ...]
    rules: tuple[_Rules, ...]
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """What decides whether a file is read: its size, and whether it is known as it is."""

    config: CorpusConfig
    known: Mapping[str, tuple[int, int]]


Found = SourceFile | Skipped | Unchanged | Folder


def walk(root: Path, config: CorpusConfig | None = None) -> Iterator[SourceFile | Skipped]:
    """Yield every file below a folder, in the order of paths: read, or skipped with a reason.

    `.gitignore` and `.ncsignore` files count at every level of the repository that the codebase is
    in, and git's `info/exclude`, which its working trees share. A folder that is ignored as a
    whole, or a virtual environment, is one `Skipped`; `.git` and `.ncs` are passed over in
    silence. Links are never followed. No file or folder below the root makes it raise.

    Args:
        root: the folder.
        config: the sizes beyond which a file is skipped.

    Raises:
        SourceError: the root is missing, is not a folder, or cannot be listed.
    """
    for found in scan(root, config):
        if isinstance(found, SourceFile | Skipped):
            yield found


def scan(
    root: Path,
    config: CorpusConfig | None = None,
    known: Mapping[str, tuple[int, int]] | None = None,
) -> Iterator[Found]:
    """Yield what `walk` does, each folder before what is in it, and do not read what is known.

    The paths of files come in the order of their characters, each once.

    Args:
        root: the folder.
        config: the sizes beyond which a file is skipped.
        known: path → (size, mtime_ns); a file of which both are so is `Unchanged`.

    Raises:
        SourceError: as for `walk`.
    """
    reading = _Reading(config or CorpusConfig(), known or {})
    require_folder(root)
    top = os.fspath(root)
    rules = _root_rules(top)
    pending: list[Iterator[os.DirEntry[str]]] = []
    folders: list[_Folder] = []
    last = ""  # two names with undecodable bytes may be printed alike
    try:
        yield _enter(_Folder(top, (), rules), pending, folders)
    except OSError as error:
        raise SourceError(
            f"{path_text(top)}: cannot be listed ({_reason(error)})",
            hint="Check the permissions of the folder.",
        ) from error
    while pending:
        entry = next(pending[-1], None)
        if entry is None:
            pending.pop()
            folders.pop()
        elif entry.name not in UNSPOKEN:
            for found in _visit(entry, pending, folders, reading):
                place = _standing(found)
                if place > last or not place:
                    last = place or last
                    yield found
                    continue
                if isinstance(found, Folder):  # what is in it would be printed alike, too
                    pending.pop()
                    folders.pop()
                yield Skipped(found.path, UNREADABLE, "Another one has the same name.")


def require_folder(root: Path) -> None:
    """Raise SourceError where the root of a codebase is missing or no folder."""
    if not os.path.isdir(root):
        missing = not os.path.lexists(root)
        raise SourceError(
            f"{path_text(os.fspath(root))}: {'no such folder' if missing else 'not a folder'}",
            hint="Name the folder that holds the code: --codebase DIR",
        )


def _visit(
    entry: os.DirEntry[str], pending: list[Iterator[os.DirEntry[str]]], folders: list[_Folder],
    reading: _Reading,
) -> Iterator[Found]:  # fmt: skip
    """Yield what an entry of the innermost folder is; a folder is entered instead."""
    folder = folders[-1]
    parts = (*folder.parts, entry.name)
    path = path_text("/".join(parts))
    try:
        is_folder = entry.is_dir(follow_symlinks=False)
        ignored = _ruled(folder.rules, parts, is_folder=is_folder)
        if ignored:
            name = "folder" if is_folder else "file"
            yield Skipped(path, IGNORED, f"The {name} matches an ignore rule.")
        elif entry.is_symlink():
            yield Skipped(path, LINK, _where_link_leads(entry, folders[0].place))
        elif is_folder:
            within = _Folder(entry.path, parts, folder.rules, wanted=ignored is False)
            yield _enter(within, pending, folders)
        else:
            yield _read(entry, path, reading)
    except OSError as error:
        yield Skipped(path, UNREADABLE, f"It cannot be read: {_reason(error)}.")


def _enter(
    folder: _Folder, pending: list[Iterator[os.DirEntry[str]]], folders: list[_Folder]
) -> Folder | Skipped:
    """Return a folder whose entries come next, or why they do not."""
    # Taken before the entries are listed: what comes later changes it, and is noticed next time.
    mtime_ns = os.stat(folder.place).st_mtime_ns
    with os.scandir(folder.place) as entries:
        ordered = sorted(entries, key=_order)
    found = {entry.name for entry in ordered}
    path = path_text("/".join(folder.parts))
    if path and ENVIRONMENT_MARK in found and not folder.wanted:  # the root is wanted, too
        return Skipped(path, ENVIRONMENT, f"The folder holds {ENVIRONMENT_MARK}.")
    own = tuple(
        _Rules(len(folder.parts), rules)
        for name in IGNORE_FILES
        if name in found and (rules := _read_rules(os.path.join(folder.place, name)))
    )
    pending.append(iter(ordered))
    folders.append(_Folder(folder.place, folder.parts, folder.rules + own))
    return Folder(path, mtime_ns)


def _order(entry: os.DirEntry[str]) -> tuple[str, str]:
    """Return what puts the entries of a folder in the order of the paths below them.

    A folder's name ends with "/", as where git sorts trees: `a.py` comes before `a/b.py`. Of names
    that are printed alike, the one that is as it is printed comes first (see `index.places`).
    """
    try:
        is_folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        is_folder = False
    return path_text(entry.name) + "/" * is_folder, entry.name


def _standing(found: Found) -> str:
    """Return where a file or a folder stands in the order of all; nothing for what is skipped."""
    return "" if isinstance(found, Skipped) else found.path + "/" * isinstance(found, Folder)


def _root_rules(top: str) -> tuple[_Rules, ...]:
    defaults = _Rules(0, IgnoreRules(_DEFAULTS), default=True)
    return (defaults, *_repository_rules(Path(os.path.realpath(top))))


def _repository_rules(root: Path) -> tuple[_Rules, ...]:
    """Return the rules of the git repository that a codebase is in, from outside of it.

    None where they ignore the codebase itself: whoever names it wants it read.
    """
    marked = (folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git"))
    if (repository := next(marked, None)) is None:
        return ()
    places: list[tuple[Path, Path]] = []
    with suppress(OSError, ValueError):
        places.append((common_folder(repository) / "info" / "exclude", repository))
    folders = [each for each in reversed(root.parents) if each.is_relative_to(repository)]
    places += [(folder / name, folder) for folder in folders for name in IGNORE_FILES]
    way = root.relative_to(repository).parts
    around = []
    for place, folder in places:
        if (rules := _read_rules(os.fspath(place))) is not None:
            around.append(_Rules(len(folder.relative_to(repository).parts), rules))
    for depth in range(1, len(way) + 1):
        said = tuple(each for each in around if each.depth < depth)
        if _ruled(said, way[:depth], is_folder=True):
            return ()
    return tuple(
        _Rules(0, each.rules, "".join(f"{part}/" for part in way[each.depth :])) for each in around
    )


def _read_rules(place: str) -> IgnoreRules | None:
    """Return the rules of an ignore file, or None where there are none to read."""
    try:
        if not stat.S_ISREG(os.stat(place).st_mode):
            return None
        with open(place, "rb") as file:
            text = file.read(1_000_000).decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        return None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    kept = [line for line in lines if _is_rule(line)]
    return IgnoreRules(kept) if kept else None


def _is_rule(line: str) -> bool:
    """Return whether pathspec understands the line; git passes over those that it does not."""
    try:
        IgnoreRules([line])
    except (ValueError, re.error):
        return False
    return True


def _ruled(rules: tuple[_Rules, ...], parts: tuple[str, ...], *, is_folder: bool) -> bool | None:
    """Return whether the last rule that matches ignores; deeper folders have the last word.

    What is ignored by default is brought back by name only: `!*/`, which opens all folders to
    rules like `!*.py`, is not about `node_modules`. None where no rule matches, or that one alone.
    """
    brought_back = False
    for each in reversed(rules):
        if brought_back and not each.default:
            continue
        path = each.above + "/".join(parts[each.depth :]) + ("/" if is_folder else "")
        rule = each.rules.last(path)
        if rule is not None and (rule.include or rule.names):
            return rule.include
        brought_back = brought_back or rule is not None
    return None


def _where_link_leads(entry: os.DirEntry[str], top: str) -> str:
    try:
        target = os.path.realpath(entry.path, strict=True)
    except OSError:
        return "The link leads nowhere or to itself."
    home = os.path.realpath(top)
    if target != home and not target.startswith(home.rstrip(os.sep) + os.sep):
        return "The link leads out of the codebase."
    kind = "folder" if os.path.isdir(target) else "file"
    return f"The link leads to a {kind} that is read in its own place."


def _read(
    entry: os.DirEntry[str], path: str, reading: _Reading
) -> SourceFile | Skipped | Unchanged:
    """Return the file, or why it is not searched. Raises OSError where it cannot be read."""
    config = reading.config
    about = entry.stat(follow_symlinks=False)
    if reading.known.get(path) == (about.st_size, about.st_mtime_ns) and stat.S_ISREG(
        about.st_mode
    ):
        return Unchanged(path)
    if not stat.S_ISREG(about.st_mode):
        return Skipped(path, NO_FILE, "It is a pipe, socket or device.")
    with open(entry.path, "rb") as file:
        head = file.read(_HEAD)
        if is_binary(head):
            return Skipped(path, BINARY, "It holds bytes that are no text.")
        size, most = max(about.st_size, len(head)), config.most_bytes(path)
        if size > most:
            return Skipped(path, LARGE, f"{size} bytes; the limit is {most}.")
        data = head + file.read(most + 1)
    if len(data) > most:  # it grew while it was read
        return Skipped(path, LARGE, f"More than {most} bytes.")
    text = decode(path, data)
    return _unfit(path, data, text, config) or SourceFile(
        path, text.language, text.data, about.st_mtime_ns,
        len(data), blake2b(data, digest_size=16).hexdigest(), text.cells,
    )  # fmt: skip


def _unfit(path: str, raw: bytes, text: Text, config: CorpusConfig) -> Skipped | None:
    data = text.data
    if min(len(raw), len(data)) > config.max_file_bytes:
        return Skipped(path, LARGE, f"{len(data)} bytes; the limit is {config.max_file_bytes}.")
    if not data.strip():
        return Skipped(path, EMPTY, "It has no line with anything on it.")
    if path.rpartition("/")[2].lower() in _LOCKS:
        return Skipped(path, GENERATED, "It is a lock file.")
    if is_output(path, data, text.language):
        return Skipped(path, GENERATED, "Its head says that it is generated.")
    lines = without_lists(data.split(b"\n"), config.max_line_bytes)
    over = [len(line) for line in lines if len(line) > config.max_line_bytes]
    if _RARELY * len(over) > len(lines):
        detail = f"A line of {max(over)} bytes; the limit is {config.max_line_bytes}."
        return Skipped(path, MINIFIED, detail)
    mean = (sum(map(len, lines)) + len(lines) - 1) / len(lines)
    # Paragraphs on one line are common in prose, and so is a one-line file of any kind whose name
    # does not say what it is.
    named = ".min." in path.rpartition("/")[2]
    short = (len(data) <= config.max_line_bytes and not named) or text.language in PROSE
    if mean > config.max_line_bytes / 10 and not short:
        return Skipped(path, MINIFIED, f"Its lines have {mean:.0f} bytes in the mean.")
    return None


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
