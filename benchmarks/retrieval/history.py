"""Choose questions from the histories of git: what a commit changed answers its subject.

    python -m benchmarks.retrieval.history --clones DIR [DIR ...] > commits.json

Nobody chose a question or wrote one: they are subjects as authors put them, taken by rule from
the newest commits of every clone. The code is that before the oldest of them. Repositories of
asked.json, whose questions the ranking was chosen with, are the tune half; the others are the
report half.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.pretrain.collect import load_packages, project
from benchmarks.retrieval.corpora import Corpus, load_asked, load_corpora
from benchmarks.retrieval.export import ExportError, git, read_clone
from ncs.corpus.languages import detect

MOST, FEWEST = 12, 6  # questions of a repository
_READ = 1500  # commits of a history, the newest
_SPARE = 4  # more than are kept: files may be younger than the code that is asked
_MOST_SOURCES, _MOST_FILES = 2, 6  # that a commit changed
_MOST_BYTES = 50_000_000  # of a checkout: data, mostly
_LEAST_WORDS, _MOST_WORDS = 4, 18
_PROGRAMMING = frozenset(
    (
        *("bash", "c", "cpp", "csharp", "elixir", "go", "haskell", "java", "javascript", "kotlin"),
        *("lua", "php", "python", "ruby", "rust", "scala", "swift", "typescript", "zig"),
    )
)
# What is no source of the product, by its path.
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testing|testdata|fixtures?|docs?|examples?|samples?|vendor"
    r"|third_?party|benchmarks?|locales?|i18n|translations?)/"
    r"|(?:_test|_spec|\.test|\.spec|tests?|spec)\.\w+$|(?:^|/)(?:test_|conftest)|changelog|version"
    r"|(?:^|/)(?:setup\.py|mix\.exs|package\.swift|build\.zig|[\w.-]*\.gradle\.kts|build\.sbt)$",
    re.IGNORECASE,
)
# Subjects that say what kind of work it was and not where.
_CHORES = re.compile(
    r"\b(?:typos?|lint|format(?:ting)?|bump|release|version|changelog|readme|docs?|documentation"
    r"|comments?|tests?|ci|revert|merge|deps?|dependenc\w+|clippy|warnings?|copyright|license"
    r"|refactor\w*|clean ?up|rename|whitespace|style|black|ruff|rubocop|typing|type hints?|mypy"
    r"|upgrade|update)\b",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"\s*(?:fix|feat|perf|chore|bug|bugfix|feature|improvement|enh)(?:\([^)]*\))?!?:\s+"
)
_NUMBER = re.compile(
    r"\s*[(\[]?(?:\b(?i:fix(?:es)?|closes?|resolves?) )?(?:GH-|#)\d+[)\]]?|^[A-Z]+-\d+:?\s"
)
_TRAILER = re.compile(
    r"^(?:[A-Z][\w-]*-by: .*|(?i:fix(?:es)?|closes?|resolves?|refs?|see|change-id|cc|pr)\b[: ]"
    r".{0,80}#?\d+.*|\(cherry picked from .*)$",
    re.MULTILINE,
)
_LEAST_MORE = 20  # words


class Change(NamedTuple):
    """A commit that asks: its subject, the sources that it changed, and the commit before it."""

    text: str
    files: tuple[str, ...]
    before: str


def changes(clone: Path) -> Iterator[Change]:
    """Yield the commits of a clone whose subjects ask for one or two sources, newest first.

    Raises:
        ExportError: the clone lacks its history.
    """
    # Renames are found by content, which a partial clone lacks.
    shape = ("--no-merges", "--no-renames", "--name-status", "--format=%x01%P%x02%s")
    log = git(clone, "-c", "core.quotepath=off", "log", f"-n{_READ}", *shape, "HEAD")
    for record in log.decode("utf-8", "replace").split("\x01")[1:]:
        head, _, rest = record.partition("\n")
        before, subject = head.split("\x02")
        changed = [line.split("\t") for line in rest.splitlines() if line]
        sources = [line for line in changed if _is_source(line[-1])]
        text = asked(subject)
        if (
            text
            and before
            and len(changed) <= _MOST_FILES
            and 1 <= len(sources) <= _MOST_SOURCES
            and all(line[0] == "M" for line in sources)
        ):
            yield Change(text, tuple(line[-1] for line in sources), before.split()[0])


def asked(subject: str) -> str:
    """Return what a subject asks, without its kind and numbers; "" where it is no question."""
    text = _KIND.sub("", _NUMBER.sub("", subject), count=1).strip(" .:,-/")
    long_enough = _LEAST_WORDS <= len(text.split()) <= _MOST_WORDS
    return "" if _CHORES.search(subject) or not long_enough else text


def whole_messages(clone: Path) -> dict[str, str]:
    """Return what subjects ask → the whole messages of those commits, as far as they say more.

    Without trailers (`Signed-off-by: …`, `Fixes #12`); those with fewer than 20 words below the
    subject are left out.

    Raises:
        ExportError: the clone lacks its history.
    """
    log = git(clone, "log", "--no-merges", "--format=%x01%s%x02%b", "--all")
    found: dict[str, str] = {}
    for record in log.decode("utf-8", "replace").split("\x01")[1:]:
        subject, _, body = record.partition("\x02")
        text, more = asked(subject), _TRAILER.sub("", body).strip()
        if text and len(more.split()) >= _LEAST_MORE:
            found.setdefault(text, f"{text}\n\n{more}")
    return found


def _is_source(path: str) -> bool:
    return detect(path, b"") in _PROGRAMMING and not _ASIDE.search(path)


def questions(clone: Path) -> tuple[str, list[Change]]:
    """Return a revision and the questions that its files answer, newest first."""
    found: dict[str, Change] = {}
    for change in changes(clone):
        found.setdefault(change.text, change)
        if len(found) == MOST + _SPARE:
            break
    if not found:
        return "", []
    revision = list(found.values())[-1].before
    there = set(_lines(clone, "ls-tree", "-r", "--name-only", revision))
    return revision, [one for one in found.values() if there.issuperset(one.files)][:MOST]


def _lines(clone: Path, *words: str) -> list[str]:
    return git(clone, *words).decode("utf-8", "replace").splitlines()


def taught() -> frozenset[str]:
    """Return the projects whose packages taught the base model."""
    return frozenset(project(one.name) for one in load_packages() if one.split == "train")


def item(
    clone: Path, repository: str, known: dict[str, bool], names: frozenset[str]
) -> dict[str, Any]:
    """Return the entry of a clone.

    Args:
        clone: folder of git.
        repository: owner and name.
        known: of repositories, whether the base model knows them; by name where none is said.
        names: of projects that taught it.

    Raises:
        ExportError: its history asks too little, it is too large, or files are missing.
    """
    revision, found = questions(clone)
    if len(found) < FEWEST:
        raise ExportError(f"{len(found)} questions, and {FEWEST} are the fewest")
    owner, name = repository.split("/")
    kinds = Counter(detect(path, b"") for one in found for path in one.files)
    corpus = Corpus(name, "", repository, revision, None, None, 0, 0, len(found), "tune")
    files = read_clone(clone, corpus)
    size = sum(map(len, files.values()))
    if size > _MOST_BYTES:
        raise ExportError(f"{size} bytes")
    return {
        "name": f"{owner}-{name}".lower(),
        "repository": repository,
        "revision": revision,
        "language": kinds.most_common(1)[0][0],
        "files": len(files),
        "bytes": size,
        "trained_on": known.get(repository, _is_of(owner, name, names)),
        "questions": [{"text": one.text, "files": list(one.files)} for one in found],
    }


def _is_of(owner: str, name: str, projects: frozenset[str]) -> bool:
    return not projects.isdisjoint({name.lower(), f"{owner}-{name}".lower()})


def main() -> int:
    """Print the questions of all clones as JSON, and on stderr which clones give none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clones", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    newcomers = {one.corpus.repository: one.trained_on for one in load_asked()}
    known = newcomers | {one.repository: False for one in load_corpora(judged=False)}
    clones = {place.name: place for folder in options.clones for place in folder.iterdir()}
    items, names = [], taught()
    for name, place in sorted(clones.items()):
        repository = name.replace("+", "/")
        clone = (
            place if (place / "HEAD").is_file() or (place / ".git").exists() else place / "repo"
        )
        half = "tune" if repository in newcomers else "report"
        try:
            items.append({**item(clone, repository, known, names), "half": half})
        except ExportError as error:
            print(f"{repository}: {error}", file=sys.stderr)
    print(json.dumps(items, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
