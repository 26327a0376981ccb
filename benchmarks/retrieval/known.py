"""Places that are asked for by what stands there: names, types, lines, messages, frames.

    python -m benchmarks.retrieval.known --corpora DIR [--half tune|report] [--systems NAMES]
        [--cache DIR] [--json FILE | --save NAME]

Every question has one right line, found by patterns over the lines of the corpora and by the
definitions that ncs's own parser sees, where these have their name; what stands there more than
once is not asked. Names are asked for in the other writing, too (`parse_query` for `parseQuery`),
and as words ("parse query", or "url parse query" for a method of `Url`); messages as a person
meets them, with values where the code leaves them open; functions by a frame of a stack trace of
another version, where they stood lower: its line lies 23 lines behind their end, and by one that
ran elsewhere, as in a container, below `/app` and not its first folder ("elsewhere"); names
of one plain word alone, and as "where is parse defined" ("defined"); callers and tests
by a name that stands on one more line than that which defines it ("who calls parse_query", "tests
for parse_query"). A system is right
where its first result is that file and covers that line; one that ranks whole files, where it is
the file. At most 40 of a kind from each corpus, drawn with a seed.
"""

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.retrieval import record, report, systems
from benchmarks.retrieval.corpora import Corpus, load_corpora
from benchmarks.retrieval.measure import ask_cached
from benchmarks.retrieval.metric import Result
from benchmarks.retrieval.run import names, parser
from ncs.corpus.languages import detect
from ncs.corpus.outline import outline
from ncs.text import parts
from ncs.types import Definition, SourceFile

KINDS = (
    "name", "writing", "words", "owned", "word", "defined", "type", "constant", "line", "message",
    "frame", "elsewhere", "caller", "test",
)  # fmt: skip
_OF_A_KIND = 40
_TYPE = re.compile(
    r"^[ \t]*(?:[\w()]+[ \t]+)*(?:struct|class|enum|trait|interface|protocol|union)[ \t]+"
    r"([A-Z]\w{3,})\b(?!.*;[ \t]*$)"
)
_CONSTANT = re.compile(
    r"^[ \t]*(?:#[ \t]*define[ \t]+|(?:[\w<>,\[\]]+[ \t]+)*)"
    r"([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b(?:[ \t]*:[^=\n]*)?(?:[ \t]+=[ \t]|[ \t]+[\"\d(])"
)
_WORD = re.compile(r"[a-z]{3,}")
_STRING = re.compile(r"\"([^\"\\]{15,120})\"|'([^'\\]{15,120})'|`([^`\\]{15,120})`")
_OPEN = re.compile(r"%[+#]?[sdrvq]|[$#]?\{[^{}]*\}")  # where a value will stand in a message
_VALUES = ("main.cfg", "17", "worker-3", "/tmp/data", "None")
_LATER = 23  # lines that were above a function in another version
_AT = "    at {owner}{name} (/srv/app/{path}:{line}:11)"
_JVM = "\tat {package}{owner}{name}({file}:{line})"
_FRAMES = {
    "python": '  File "/srv/app/{path}", line {line}, in {name}',
    "javascript": _AT,
    "typescript": _AT,
    "tsx": _AT,
    "java": _JVM,
    "kotlin": _JVM,
    "scala": _JVM,
    "go": "app.{owner}{name}(0xc000012120, 0x1)\n\t/srv/app/{path}:{line} +0x1d",
    "rust": "   3: app::{owner}{name}\n             at ./{path}:{line}:5",
    "csharp": "   at App.{owner}{name}() in C:\\src\\{path}:line {line}",
    "ruby": "/srv/app/{path}:{line}:in '{owner}{name}'",
    "c": "#1  0x0000555555555161 in {name} (a=1) at {path}:{line}",
    "cpp": "#1  0x0000555555555161 in {owner}{name} (this=0x1, a=1) at {path}:{line}",
    "elixir": "    (app 1.0.0) {path}:{line}: {owner}{name}/1",
}
_BY_PACKAGE = frozenset({"java", "kotlin", "scala"})  # frames have no folders
_BETWEEN = {"rust": "::", "cpp": "::", "ruby": "#"}  # an owner and what it owns; else a dot
_ROOT = re.compile(r"(?:^|.*/)(?:java|kotlin|scala)/(?:(.+)/)?[^/]+")  # of a package's folders
_HELD = re.compile(r"(?<![\w$])([A-Za-z_]\w*)(\(?)")
_REMARK = re.compile(r"\s*(?://|/\*|\*|#|--|>)")
_TEST = re.compile(r"(?i)(?:^|[/_.-])tests?(?:[/_.-]|$)|[a-z]Tests?\.")
_LONGEST_LINE = 100
_LONGEST_HELD = 400
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Known:
    """A question with one right line."""

    kind: str
    text: str
    path: str
    line: int

    def found(self, results: Iterable[Result]) -> bool:
        """Return whether the first result is right."""
        for first in results:
            within = first.start is None or first.end is None
            return first.path == self.path and (within or first.start <= self.line <= first.end)
        return False


def questions(root: Path, seed: int) -> list[Known]:
    """Return what is asked of a corpus."""
    places: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    held: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    for path in sorted(filter(Path.is_file, root.rglob("*"))):
        name, data = path.relative_to(root).as_posix(), path.read_bytes()
        for kind, text, line in _of_file(name, data):
            places[kind, text].append((name, line))
        for token, line, called in _held(data):
            held[token].append((name, line, called))
    for (_, text), where in [each for each in places.items() if each[0][0] == "name"]:
        for kind, asked, place in _of_callers(text, where, held[text]):
            places[kind, asked].append(place)
    found: dict[str, list[Known]] = {kind: [] for kind in KINDS}
    for (kind, text), where in sorted(places.items()):
        if len(where) == 1:
            found[kind].append(Known(kind, text, *where[0]))
    for some in found.values():
        random.Random(seed).shuffle(some)
    return [one for some in found.values() for one in some[:_OF_A_KIND]]


def _of_file(path: str, data: bytes) -> Iterator[tuple[str, str, int]]:
    """Yield kind, question and line of what a file could be asked for."""
    language = detect(path, data)
    definitions = outline(SourceFile(path, language, data, 0))
    if not definitions:  # prose and data: nothing that is asked for by name
        return
    lines = data.decode("utf-8", "replace").split("\n")
    often = Counter(one.name for one in definitions)
    for one in definitions:
        if one.kind in ("function", "method"):
            line = one.line
            for kind, text in (*_of_name(one.name), *_of_owner(one)):
                yield kind, text, line
            if language in _FRAMES and often[one.name] == 1 and one.name.isidentifier():
                later = one.span.end + _LATER
                yield "frame", _frame(one, path, language, later), line
                _, *below = path.split("/")
                if len(below) > 1 and language not in _BY_PACKAGE:
                    there = _frame(one, "/".join(("app", *below)), language, later)
                    yield "elsewhere", there, line
    for at, line in enumerate(lines, 1):
        for kind, text in _of_line(line):
            yield kind, text, at


def _held(data: bytes) -> Iterator[tuple[str, int, bool]]:
    """Yield each name of a file, the line that it stands on, and whether it is called there.

    What a comment holds is not called there.
    """
    for at, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        code = not _REMARK.match(line)
        found = {said[1]: code and said[2] == "(" for said in _HELD.finditer(line[:_LONGEST_HELD])}
        for token, called in found.items():
            yield token, at, called


def _of_callers(
    name: str, defined: Sequence[tuple[str, int]], held: Sequence[tuple[str, int, bool]]
) -> Iterator[tuple[str, str, tuple[str, int]]]:
    """Yield kind, question and place of the one call of a function, if it is called once."""
    others = [each for each in held if each[:2] not in defined]
    if len(defined) != 1 or len(others) != 1 or not others[0][2]:
        return
    path, line, _ = others[0]
    if _TEST.search(path):
        yield "test", f"tests for {name}", (path, line)
    else:
        yield "caller", f"who calls {name}", (path, line)


def _of_name(name: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of the questions about a function."""
    if _WORD.fullmatch(name):
        yield "word", name
        yield "defined", f"where is {name} defined"
    elif "_" in name.strip("_") or name != name.lower():
        yield "name", name
    said = parts(name)
    if len(said) > 1 and name.isidentifier():
        yield "words", " ".join(said)
        yield "writing", _other_writing(name, said)


def _of_owner(one: Definition) -> Iterator[tuple[str, str]]:
    """Yield the question about a method by its class."""
    *_, owner, name = ("", *one.qualified.split("."))
    if one.kind == "method" and owner.isidentifier() and name.isidentifier():
        yield "owned", " ".join(parts(owner) + parts(name))


def _frame(one: Definition, path: str, language: str, line: int) -> str:
    """Return the frame of a function on a line, as the tools of its language print it."""
    between = _BETWEEN.get(language, ".")
    *owners, _ = one.qualified.split(".")
    folders = _ROOT.fullmatch(path)
    package = (folders[1] or "").replace("/", ".") if folders else ""
    return _FRAMES[language].format(
        owner=f"{between.join(owners)}{between}" if owners else "", name=one.name, path=path,
        file=path.rpartition("/")[2], package=f"{package}." if package else "", line=line,
    )  # fmt: skip


def _of_line(line: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of the questions about a line."""
    for kind, pattern in (("type", _TYPE), ("constant", _CONSTANT)):
        if said := pattern.match(line):
            yield kind, said[1]
    words = len(re.findall(r"[A-Za-z]\w*", line))
    if words >= _FEWEST_WORDS and len(line) < _LONGEST_LINE:
        yield "line", line.strip()
    for string in _STRING.findall(line):
        if message := _filled("".join(string)):
            yield "message", message


def _other_writing(name: str, said: Sequence[str]) -> str:
    """Return a name in snake_case if it is written in camelCase, and the other way around."""
    if "_" in name.strip("_"):
        return said[0] + "".join(word.capitalize() for word in said[1:])
    return "_".join(said)


def _filled(string: str) -> str:
    """Return a message with values where it leaves them open; "" for what is no such message."""
    if len(re.findall(r"[A-Za-z]{2,}", _OPEN.sub(" ", string))) < _FEWEST_WORDS:
        return ""
    values = iter(_VALUES * 24)
    filled = _OPEN.sub(lambda _: next(values), string)
    return filled if filled != string else ""


def measure(
    name: str, corpora: list[Corpus], root: Path, cache: Path | None
) -> dict[str, list[bool]]:
    """Return whether a system was right, for each question of each kind."""
    system = systems.make(name)
    right: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for corpus in corpora:
        asked = questions(root / corpus.name, record.SEED)
        answers = ask_cached(system, corpus, root, [one.text for one in asked], cache)
        for one, results in zip(asked, answers.results, strict=True):
            right[one.kind].append(one.found(results))
    return right


def main() -> int:
    """Measure and print what the arguments name."""
    options = parser(__doc__).parse_args()
    corpora = load_corpora(only=names(options.only), half=options.half)
    found = {
        name: measure(name, corpora, options.corpora, options.cache)
        for name in names(options.systems)
    }
    counts = {kind: len(next(iter(found.values()))[kind]) for kind in KINDS}
    shares = {
        name: {kind: sum(of[kind]) / max(counts[kind], 1) for kind in KINDS}
        for name, of in found.items()
    }
    heads = ["first result right", *(f"{kind} ({counts[kind]})" for kind in KINDS)]
    rows = [[name, *(f"{of[kind]:.3f}" for kind in KINDS)] for name, of in shares.items()]
    print(f"{len(corpora)} corpora, half: {options.half or 'both'}\n")
    print(report.table(heads, rows))
    record.keep(options, "known", {"half": options.half, "questions": counts, "first": shares})
    return 0


if __name__ == "__main__":
    sys.exit(main())
