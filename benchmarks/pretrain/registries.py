"""PyPI, npm and Debian through their own clients: names in, archives in a folder out."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cmp_to_key
from pathlib import Path

_BATCH = 20  # names in one call of a client: its start-up is dearer than a small package
_BESIDE = 4  # calls at once, of names of a batch that failed: one without a wheel fails them all

_MIRROR = "http://deb.debian.org/debian"
_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
_SOURCES = "".join(
    f"{kind} [signed-by={_KEYS}] {_MIRROR} {suite} main\n"
    for kind in ("deb-src", "deb [arch=amd64]")
    for suite in ("trixie", "bookworm")
).replace("] [", " ")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A package to download: the newest where `version` is empty."""

    registry: str
    language: str
    name: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A package on disk. `files`: its archives, the upstream one first."""

    wanted: Wanted
    version: str
    files: tuple[Path, ...] = field(default=())


def download(wanted: Sequence[Wanted], into: Path) -> Iterator[Downloaded]:
    """Yield the packages of one registry as they arrive; those that cannot be had are left out.

    Args:
        wanted: packages of one registry.
        into: folder for the archives; what lies there already is not fetched again.

    Raises:
        ValueError: an unknown registry.
    """
    if not wanted:
        return
    fetchers = {"pypi": _pypi, "npm": _npm, "debian": _debian, "deb": _debian}
    registry = wanted[0].registry
    if registry not in fetchers:
        raise ValueError(f"no such registry: {registry}")
    into.mkdir(parents=True, exist_ok=True)
    yield from fetchers[registry](wanted, into.resolve())


def _run(command: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(command), cwd=cwd, capture_output=True, text=True, check=False)


def _batches(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    for at in range(0, len(wanted), _BATCH):
        yield wanted[at : at + _BATCH]


def _pypi(wanted: Sequence[Wanted], into: Path) -> Iterator[Downloaded]:
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--only-binary", ":all:", "--dest", str(into),
    ]  # fmt: skip
    for batch in _batches(wanted):
        specs = [f"{item.name}=={item.version}" if item.version else item.name for item in batch]
        if _run([*command, *specs], into).returncode:
            with ThreadPoolExecutor(_BESIDE) as pool:
                list(pool.map(lambda spec: _run([*command, spec], into), specs))
        for item in batch:
            yield from _wheel(item, into)


def _wheel(item: Wanted, into: Path) -> Iterator[Downloaded]:
    stem = re.sub(r"[-_.]+", "_", item.name).lower()
    for file in sorted(into.glob("*.whl")):
        name, version = file.name.split("-")[:2]
        if re.sub(r"[-_.]+", "_", name).lower() == stem and item.version in ("", version):
            yield Downloaded(item, version, (file,))
            return


def _npm(wanted: Sequence[Wanted], into: Path) -> Iterator[Downloaded]:
    command = ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", str(into)]
    for batch in _batches(wanted):
        specs = [f"{item.name}@{item.version}" if item.version else item.name for item in batch]
        done = _run([*command, *specs], into)
        found = _packed(done.stdout)
        if done.returncode:
            found = {}
            for spec in specs:
                found |= _packed(_run([*command, spec], into).stdout)
        for item in batch:
            if item.name in found:
                version, file = found[item.name]
                yield Downloaded(item, version, (into / file,))


def _packed(answer: str) -> dict[str, tuple[str, str]]:
    """Return name → (version, file name) of an answer of `npm pack --json`."""
    try:
        items = json.loads(answer)
    except json.JSONDecodeError:
        return {}
    if not isinstance(items, list):
        return {}
    return {
        item["name"]: (
            item["version"],
            item["filename"].replace("@", "").replace("/", "-"),
        )
        for item in items
    }


@dataclass(frozen=True, slots=True)
class _Record:
    """What Debian's lists say: folder on the mirror; file name → SHA-256, upstream first."""

    folder: str
    archives: dict[str, str]


def _debian(wanted: Sequence[Wanted], into: Path) -> Iterator[Downloaded]:
    """Yield sources or binary packages; an older version where a mirror lost the newest."""
    _update(into)
    read = _sources if wanted[0].registry == "debian" else _binaries
    records = read({item.name for item in wanted}, into)
    offers = {item: _offers(records, item) for item in wanted}
    whole: set[Wanted] = set()
    while offers := {item: versions for item, versions in offers.items() if versions}:
        now = {item: versions.pop() for item, versions in offers.items()}
        for batch in _batches(list(now)):
            _bring([records[item.name, now[item]] for item in batch], into)
            for item in batch:
                files = tuple(into / name for name in records[item.name, now[item]].archives)
                if files and all(file.is_file() for file in files):
                    offers[item] = []
                    whole.add(item)
                    yield Downloaded(item, now[item], files)
    # A mirror may have lost Debian's half of a source and kept upstream's, licences included.
    for item in wanted:
        for version in [] if item in whole else reversed(_offers(records, item)):
            upstream = into / next(iter(records[item.name, version].archives), "")
            if ".orig.tar" in upstream.name and upstream.is_file():
                yield Downloaded(item, version, (upstream,))
                break


def _bring(records: Sequence[_Record], into: Path) -> None:
    """Download archives that are not there yet, digests checked by apt.

    `apt-get source` scans all records once a name, a third of a second each; apt's helper
    for single files does not.
    """
    command = ["/usr/lib/apt/apt-helper", "download-file"]
    for record in records:
        for name, digest in record.archives.items():
            if not (into / name).is_file():
                command += [f"{_MIRROR}/{record.folder}/{name}", name, f"SHA256:{digest}"]
    if len(command) > 2:
        _run(command, into)


def _update(into: Path) -> None:
    """Bring the lists of a private apt in `into`: the machine's own stay as they are."""
    home = into / "apt"
    (home / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (home / "sources.list").write_text(_SOURCES, "utf-8")
    if any((home / "lists").glob("*_Packages")):
        return
    options = [
        f"-oDir::Etc::sourcelist={home}/sources.list", "-oDir::Etc::sourceparts=-",
        f"-oDir::State::lists={home}/lists", f"-oDir::Cache={home}",
        "-oAcquire::GzipIndexes=false",
    ]  # fmt: skip
    _run(["apt-get", *options, "update"], into)


def _records(names: Set[str], into: Path, ending: str) -> Iterator[tuple[str, str]]:
    """Yield (name, record) of the named packages from the lists with this ending."""
    for file in sorted((into / "apt" / "lists").glob(f"*_{ending}")):
        for text in file.read_text("utf-8").split("\n\n"):
            name = text.partition("\n")[0].removeprefix("Package: ")
            if name in names:
                yield name, text


def _sources(names: Set[str], into: Path) -> dict[tuple[str, str], _Record]:
    """Return (name, version) → record of the named source packages."""
    records: dict[tuple[str, str], _Record] = {}
    for name, text in _records(names, into, "Sources"):
        version = re.search(r"^Version: (\S+)", text, re.M)
        folder = re.search(r"^Directory: (\S+)", text, re.M)
        sums = re.search(r"^Checksums-Sha256:\n((?: .*\n?)+)", text, re.M)
        if version and folder and sums:
            records[name, version[1]] = _Record(folder[1], _archives(sums[1]))
    return records


def _binaries(names: Set[str], into: Path) -> dict[tuple[str, str], _Record]:
    """Return (name, version) → record of the named binary packages."""
    records: dict[tuple[str, str], _Record] = {}
    for name, text in _records(names, into, "Packages"):
        version = re.search(r"^Version: (\S+)", text, re.M)
        filename = re.search(r"^Filename: (\S+)/(\S+)", text, re.M)
        digest = re.search(r"^SHA256: (\S+)", text, re.M)
        if version and filename and digest:
            records[name, version[1]] = _Record(filename[1], {filename[2]: digest[1]})
    return records


def _archives(sums: str) -> dict[str, str]:
    rows = [line.split() for line in sums.splitlines()]
    tars = {name: digest for digest, _, name in rows if re.search(r"\.tar\.\w+$", name)}
    return dict(sorted(tars.items(), key=lambda item: (".debian." in item[0], item[0])))


def _offers(records: dict[tuple[str, str], _Record], item: Wanted) -> list[str]:
    """Return the versions on offer, newest last; the pinned one alone if there is a pin."""
    versions = [version for name, version in records if name == item.name]
    if item.version:
        return [item.version] if item.version in versions else []
    return sorted(versions, key=cmp_to_key(_compare))


def _compare(one: str, other: str) -> int:
    """Order two versions as Debian does."""
    less = subprocess.run(["dpkg", "--compare-versions", one, "lt", other], check=False)
    return -1 if less.returncode == 0 else 1
