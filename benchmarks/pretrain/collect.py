"""Download what wanted.json names, audit licences and names, and pin the rest in packages.json.

python -m benchmarks.pretrain.collect --into FOLDER          the pinned list, checked by digest
python -m benchmarks.pretrain.collect --into FOLDER --renew  the newest versions; writes the list
python -m benchmarks.pretrain.collect --into FOLDER --add    what the list does not know yet, alone
"""

import argparse
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.pretrain import licences
from benchmarks.pretrain.archives import UNREADABLE, members, without_top
from benchmarks.pretrain.bans import banned_package
from benchmarks.pretrain.registries import Downloaded, Wanted, download

HERE = Path(__file__).parent
REGISTRIES = ("pypi", "npm", "debian", "deb")
_VALID_SHARE = 0.03
# The only large source of its language, or nearly so: too dear to lose to validation.
_ALWAYS_TRAIN = frozenset({
    "elixir-lang", "mono", "kotlin", "swiftlang", "scala", "tigerbeetle-node", "golang-1.24",
    "rustc", "ruby3.3", "symfony", "ghc", "python3.13", "expo", "react-native", "capacitor",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the training data.

    Attributes:
        language: its main language; it may carry files of others.
        licence: as its metadata declares it; for Debian, of the stanza `Files: *`.
        sha256: archive name → hex digest, the upstream archive first.
        split: "train" or "valid"; all packages of a project stand on the same side.
        round: of collecting in which it came, from 1.
    """

    registry: str
    name: str
    version: str
    language: str
    licence: str
    sha256: dict[str, str]
    split: str
    round: int = 1


@dataclass(frozen=True, slots=True)
class Dropped:
    """A package that was wanted and is left out, and why."""

    registry: str
    name: str
    reason: str


def load_packages() -> list[Package]:
    """Return the packages of packages.json."""
    return _listed()[0]


def _listed() -> tuple[list[Package], list[Dropped]]:
    listed = json.loads((HERE / "packages.json").read_text("utf-8"))
    return (
        [Package(**item) for item in listed["packages"]],
        [Dropped(**item) for item in listed["dropped"]],
    )


def wanted() -> list[Wanted]:
    """Return the names of wanted.json, each registry's once, without those that are banned."""
    found: dict[tuple[str, str], Wanted] = {}
    for registry, languages in json.loads((HERE / "wanted.json").read_text("utf-8")).items():
        for language, lines in languages.items():
            for spec in " ".join(lines).split():
                at = spec.rfind("@")
                name, version = (spec[:at], spec[at + 1 :]) if at > 0 else (spec, "")
                found.setdefault((registry, name), Wanted(registry, language, name, version))
    return list(found.values())


def project(name: str) -> str:
    """Return what packages of one project share: an npm scope, a name without registry words."""
    if name.startswith("@"):
        return name[1:].split("/")[0]
    if name.startswith(("expo-", "react-native", "capacitor")):
        return name.split("-")[0] if name.startswith("expo") else "react-native"
    plain = re.sub(
        r"^(python3?|ruby|(lib)?rust|php|lua|haskell|node|golang-github|golang)-", "", name
    )
    plain = re.sub(r"-dev$", "", plain)
    return re.sub(r"[-_.]?(v?\d[\d.]*)?$", "", plain) or plain


def digest(file: Path) -> str:
    """Return the hex SHA-256 of a file."""
    total = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def declared(item: Downloaded) -> str:
    """Return the licence that a downloaded package's own metadata declares, "" for none."""
    if item.wanted.registry == "pypi":
        found = members(item.files[0], lambda path: path.endswith(".dist-info/METADATA"))
        return licences.of_wheel(next((data.decode("utf-8", "replace") for _, data in found), ""))
    if item.wanted.registry == "npm":
        found = members(item.files[0], lambda path: without_top(path) == "package.json")
        return licences.of_npm(json.loads(next((data for _, data in found), b"{}")))
    if item.wanted.registry == "debian" and not any(".debian." in f.name for f in item.files):
        return upstream_licences(item.files).whole
    stanzas = debian_copyright(item.files)
    if stanzas is None:
        return ""
    # Where files end up in a binary package is not where the stanzas look for them.
    return stanzas.parts if item.wanted.registry == "deb" else stanzas.whole


def upstream_licences(files: Sequence[Path]) -> licences.Folders:
    """Return the licences of an upstream archive, by its own licence files."""
    found = {
        without_top(path): data.decode("utf-8", "replace")
        for file in files
        for path, data in members(file, lambda path: licences.is_licence_file(without_top(path)))
    }
    return licences.of_texts(found)


def debian_copyright(files: Sequence[Path]) -> licences.Copyright | None:
    """Return the machine-readable copyright of a Debian source, None where there is none."""
    packaging = [file for file in files if ".debian.tar" in file.name] or list(files)
    for file in packaging:
        for _, data in members(file, _is_copyright):
            return licences.of_debian(data.decode("utf-8", "replace"))
    return None


def _is_copyright(path: str) -> bool:
    return re.search(r"(^|/)debian/copyright$|^usr/share/doc/[^/]+/copyright$", path) is not None


def audit(items: Iterable[Downloaded]) -> tuple[list[Package], list[Dropped]]:
    """Return the packages that may be used, not yet split, and those that may not."""
    kept: list[Package] = []
    dropped: list[Dropped] = []
    for item in items:
        want = item.wanted
        try:
            licence = declared(item)
        except UNREADABLE as error:
            dropped.append(Dropped(want.registry, want.name, f"archive: {error}"))
            continue
        if not licences.permissive(licence):
            reason = f"licence: {licence or 'none declared that a machine can read'}"
            dropped.append(Dropped(want.registry, want.name, reason))
            continue
        digests = {file.name: digest(file) for file in item.files}
        kept.append(
            Package(want.registry, want.name, item.version, want.language, licence, digests, "")
        )
    return kept, dropped


def split(packages: Iterable[Package]) -> list[Package]:
    """Return the packages with their sides: 3 % of the projects are valid, one a language."""
    everything = list(packages)
    order = {item.name: _position(project(item.name)) for item in everything}
    valid = {project(item.name) for item in everything if order[item.name] < _VALID_SHARE}
    valid -= _ALWAYS_TRAIN
    for language in sorted({item.language for item in everything}):
        own = [item for item in everything if item.language == language]
        free = [item for item in own if project(item.name) not in _ALWAYS_TRAIN]
        if free and not any(project(item.name) in valid for item in own):
            valid.add(project(min(free, key=lambda item: order[item.name]).name))
    return [
        Package(**{**asdict(item), "split": "valid" if project(item.name) in valid else "train"})
        for item in everything
    ]


def _position(name: str) -> float:
    """Return a fixed pseudo-random number in [0, 1) of a project's name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


def renew(into: Path) -> None:
    """Download the newest versions and write packages.json."""
    kept, dropped = _audited(wanted(), into)
    write(split(kept), dropped)


def add(into: Path) -> None:
    """Download what wanted.json names and packages.json does not know; write it with the rest.

    What is there stays as it is. New packages of a project that is "valid" are so too, the others
    are "train": what the model is measured on does not change.
    """
    packages, dropped = _listed()
    known = {(item.registry, item.name) for item in (*packages, *dropped)}
    new = [item for item in wanted() if (item.registry, item.name) not in known]
    kept, lost = _audited(new, into)
    held = {project(item.name) for item in packages if item.split == "valid"}
    last = max(item.round for item in packages)
    packages += [
        replace(item, split="valid" if project(item.name) in held else "train", round=last + 1)
        for item in kept
    ]
    write(packages, dropped + lost)


def _audited(names: Sequence[Wanted], into: Path) -> tuple[list[Package], list[Dropped]]:
    """Download packages; return those that may be used, not yet split, and those that may not."""
    kept: list[Package] = []
    dropped: list[Dropped] = []
    allowed: dict[str, list[Wanted]] = {registry: [] for registry in REGISTRIES}
    for item in names:
        if repository := banned_package(item.name):
            dropped.append(Dropped(item.registry, item.name, f"banned: {repository}"))
        else:
            allowed[item.registry].append(item)
    with ThreadPoolExecutor(len(REGISTRIES)) as pool:  # their clients wait for the network
        arrivals = pool.map(
            lambda registry: list(download(allowed[registry], into / registry)), REGISTRIES
        )
        for registry, arrived in zip(REGISTRIES, arrivals, strict=True):
            missing = {item.name for item in allowed[registry]}
            missing -= {item.wanted.name for item in arrived}
            dropped += [Dropped(registry, name, "not to be had") for name in sorted(missing)]
            good, bad = audit(arrived)
            kept += good
            dropped += bad
    return kept, dropped


def write(packages: Iterable[Package], dropped: Iterable[Dropped]) -> None:
    """Write packages.json, one package a line so that a renewal shows as a readable diff."""

    def lines(items: Iterable[Any]) -> str:
        ordered = sorted(
            (asdict(item) for item in items), key=lambda d: (d["registry"], d["name"])
        )
        return ",\n".join(f"  {json.dumps(item)}" for item in ordered)

    text = f'{{\n "packages": [\n{lines(packages)}\n ],\n "dropped": [\n{lines(dropped)}\n ]\n}}\n'
    (HERE / "packages.json").write_text(text, "utf-8")


def fetch(into: Path) -> None:
    """Download the pinned packages.

    Raises:
        SystemExit: an archive is missing or its digest differs; all such are named.
    """
    packages = load_packages()
    broken: list[str] = []
    for registry in REGISTRIES:
        own = {item.name: item for item in packages if item.registry == registry}
        pinned = [
            Wanted(registry, item.language, item.name, item.version) for item in own.values()
        ]
        arrived = {item.wanted.name for item in download(pinned, into / registry)}
        broken += [f"{name}: not to be had" for name in sorted(set(own) - arrived)]
        for name in sorted(arrived):
            for file, expected in own[name].sha256.items():
                path = into / registry / file
                if not path.is_file() or digest(path) != expected:
                    broken.append(f"{name}: {file} is missing or differs from packages.json")
    if broken:
        raise SystemExit("\n".join(broken))


def main() -> None:
    """Download the training packages."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--into", type=Path, required=True, help="folder for the archives")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--renew", action="store_true", help="newest versions; rewrite the list")
    how.add_argument("--add", action="store_true", help="names that are new; add to the list")
    options = parser.parse_args()
    (renew if options.renew else add if options.add else fetch)(options.into.resolve())


if __name__ == "__main__":
    main()
