"""The files of a downloaded package that may teach: its own, permissive, written by people."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from benchmarks.pretrain import licences
from benchmarks.pretrain.archives import members
from benchmarks.pretrain.bans import banned_file
from benchmarks.pretrain.collect import Package, debian_copyright
from benchmarks.pretrain.passages import TAUGHT, generated, minified
from ncs.corpus.languages import detect
from ncs.types import SourceFile

_ENDINGS = (
    ".sh", ".bash", ".zsh", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hxx", ".hh", ".cs",
    ".ex", ".exs", ".go", ".hs", ".java", ".js", ".jsx", ".mjs", ".cjs", ".kt", ".kts", ".lua",
    ".php", ".py", ".pyi", ".rb", ".rs", ".scala", ".swift", ".ts", ".tsx", ".mts", ".zig",
    ".md", ".markdown", ".mdx", ".rst", ".txt",
)  # fmt: skip
# Tests name little and explain less; translations, examples of data and packed code teach nothing.
_OTHER = re.compile(
    r"(^|/)(tests?|testing|testdata|test_data|specs?|__tests__|__mocks__|fixtures?|testsuite|locale"
    r"|locales|i18n|debian|benchmarks?|umd|\.github|unicode_data|golden|snapshots?)/"
    r"|(^|/)test_[^/]*\.py$|_test\.(go|py|rb|exs)$|[._-](test|spec)\.[jt]sx?$|Tests?\.(java|kt|cs)$"
    r"|\.min\.js$|[._-]pb2?\.(go|py)$|_pb2_grpc\.py$|\.pb\.(cc|h)$|\.bundle\.js$"
    r"|(licen[cs]e|copying|notice|authors|contributors|code_of_conduct|security)[^/]*$",
    re.IGNORECASE,
)
_LARGE_ARCHIVE = 90_000_000  # bytes, packed; of larger ones only the main language is held
_HELD = 150_000_000  # bytes of a package's files that are held at once
_SCRIPTS = frozenset({"javascript", "typescript"})
_COMPILED = re.compile(r"(dist|build|out|cjs|umd|_?esm\d*|_?es\d*|_cjs|lib|lib\.\w+)/")
_UNPACKED = re.compile(
    r"^usr/(share/(gocode/src|cargo/registry/[^/]+|php|lua/5\.\d|rubygems-integration/all"
    r"(/gems/[^/]+)?|javascript)|lib/(ruby/(vendor_ruby|\d[^/]*)|python3/dist-packages))/"
)


def files(package: Package, archives: list[Path], rng: random.Random) -> Iterator[SourceFile]:
    """Yield the files of a package that may teach, in a random order, read from its archives.

    Args:
        package: decides which languages count: scripts inside of other languages' packages are
            what their web pages load, seldom their own.
        archives: its files on disk, upstream first.
        rng: decides the order.
    """
    upstream = [archive for archive in archives if ".debian.tar" not in archive.name]
    texts: dict[str, str] = {}
    found: list[SourceFile] = []
    held = 0
    for archive in upstream:
        top = _top(archive, package)
        large = archive.stat().st_size > _LARGE_ARCHIVE
        for path, data in members(archive, lambda path: _readable(path)):
            inner = top(path)
            if licences.is_licence_file(inner):
                texts[inner] = data.decode("utf-8", "replace")
            source = _source(inner, data, package, large=large)
            if source is not None and held < _HELD:
                held += len(data)
                found.append(source)
    allowed = _licensed(package, archives, texts)
    found = _sources_only([source for source in found if allowed(source.path)])
    rng.shuffle(found)
    yield from found


def _sources_only(found: list[SourceFile]) -> list[SourceFile]:
    """Return the files without compiled scripts, where their sources are there too."""
    if not any(file.path.startswith("src/") and file.language in _SCRIPTS for file in found):
        return found
    return [
        file for file in found if file.language not in _SCRIPTS or not _COMPILED.match(file.path)
    ]


def _readable(path: str) -> bool:
    if licences.is_licence_file(path.split("/", 1)[-1]):
        return True
    return path.lower().endswith(_ENDINGS) and not _OTHER.search(path)


def _source(path: str, data: bytes, package: Package, *, large: bool) -> SourceFile | None:
    if b"\0" in data[:8_000] or not data.strip():
        return None
    if not path.lower().endswith(_ENDINGS):
        return None
    head = data[:3_000].decode("utf-8", "replace")
    language = _language(path, data, head)
    wrong_script = language in _SCRIPTS and package.language not in _SCRIPTS
    other = large and language not in (package.language, "markdown", "rst")
    if language not in TAUGHT or wrong_script or other or banned_file(path, head):
        return None
    if licences.restricted(head) or generated(head) or minified(data.decode("utf-8", "replace")):
        return None
    return SourceFile(path, language, data.replace(b"\r\n", b"\n"), 0)


def _language(path: str, data: bytes, head: str) -> str:
    """Return the language; a .txt page with reStructuredText's headings is rst (Django's docs)."""
    language = detect(path, data)
    if language == "text" and re.search(r"^\S.*\n(={4,}|-{4,})$", head, re.M):
        return "rst"
    return language


def _top(archive: Path, package: Package) -> Callable[[str], str]:
    """Return what takes off the folders that stand above a package's own files."""
    if archive.suffix == ".deb":
        return lambda path: _UNPACKED.sub("", path)
    if archive.suffix == ".whl":
        return lambda path: path
    component = re.search(r"\.orig-([\w-]+)\.tar", archive.name)
    prefix = f"{component[1]}/" if component else ""
    return lambda path: prefix + path.split("/", 1)[-1]


def _licensed(
    package: Package, archives: list[Path], texts: Mapping[str, str]
) -> Callable[[str], bool]:
    """Return whether a file's own licence is permissive; Debian's sources tell it for each."""
    if package.registry != "debian":
        return lambda path: True
    stanzas: licences.Copyright | licences.Folders | None
    if any(".debian.tar" in archive.name for archive in archives) or not _is_upstream(archives):
        stanzas = debian_copyright(archives)
    else:
        stanzas = licences.of_texts(texts)
    if stanzas is None:
        return lambda path: False
    told = stanzas.of_file
    judged = cache(licences.permissive)
    return lambda path: judged(told(path))


def _is_upstream(archives: list[Path]) -> bool:
    return all(".orig" in archive.name for archive in archives)
