"""Which files are for another system than the one that ncs runs on."""

import sys
from collections.abc import Iterator, Sequence

from ncs.text import identifiers, words

# Word of a path → the system that what lies there is for. Of twins for several systems
# (`unix/tty.c`, `win/tty.c`) those for the machine that ncs runs on are rather meant.
_SYSTEMS = {
    word: system
    for system, said in {
        "windows": "windows win win32 win64 winrt",
        "darwin": "darwin macos osx",
        "linux": "linux",
        "unix": "unix posix",
        "bsd": "bsd freebsd netbsd openbsd dragonfly",
        "other": "aix sunos solaris os390 haiku cygwin plan9",
    }.items()
    for word in said.split()
}


def _own(platform: str) -> frozenset[str]:
    """Return the systems whose code runs on a platform, as `sys.platform` names it."""
    if platform == "win32":
        return frozenset({"windows"})
    if platform == "darwin":
        return frozenset({"darwin", "unix", "bsd"})
    return frozenset({"bsd" if "bsd" in platform else "linux", "unix"})


_OWN = _own(sys.platform)


def names_other(text: str) -> bool:
    """Return whether a question names another system than this."""
    said = {name.lower() for name in identifiers(text)}  # `macOS` is two words, and one name
    return any(_SYSTEMS[word] not in _OWN for word in _SYSTEMS.keys() & said.union(words(text)))


def foreign(places: Sequence[tuple[str, str, str]]) -> Iterator[int]:
    """Yield the files that are for another system than this, by their places in the list.

    A name alone says little (`windows/` may hold those of a screen): a folder or a file for this
    system must stand beside it, whatever it holds.

    Args:
        places: folder, "/" and name of each file.
    """
    ports = {each: list(_folder_ports(each)) for each in {folder for folder, _, _ in places}}
    own = {name: _name_port(name) for name in {name for _, _, name in places}}
    found: list[tuple[int, str, str]] = []  # file, what it stands in, its system
    beside: dict[str, set[str]] = {}  # what they stand in → systems
    for at, (folder, _, name) in enumerate(places):
        port = own[name]
        if port is None and not ports[folder]:
            continue
        mine = [(f"{folder}/{port[0]}", port[1])] if port else []
        for parent, system in (*ports[folder], *mine):
            beside.setdefault(parent, set()).add(system)
            found.append((at, parent, system))
    for at, parent, system in found:
        if system not in _OWN and beside[parent] & _OWN:
            yield at


def _folder_ports(folder: str) -> Iterator[tuple[str, str]]:
    """Yield what stands around each part of a folder that names a system, and the system."""
    parts = folder.split("/")
    for at, part in enumerate(parts):
        if part in _SYSTEMS:
            yield "/".join(parts[:at]) + "/", _SYSTEMS[part]


def _name_port(name: str) -> tuple[str, str] | None:
    """Return what the names of a file and of its twins share, and its system, or None.

    `linux.c` is for a system, and so is `exec_windows.go`: a rule of Go's builds.
    """
    bare = name.partition(".")[0]
    if bare in _SYSTEMS:
        return "", _SYSTEMS[bare]
    before, _, last = bare.rpartition("_")
    return (before, _SYSTEMS[last]) if name.endswith(".go") and last in _SYSTEMS else None
