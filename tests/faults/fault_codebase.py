"""A small codebase, the situations in which its index is written, and what is found afterwards."""

import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fault_disk import State

import ncs
from ncs.api.opening import Codebase
from ncs.errors import IndexMissing, NcsError
from ncs.index.reading import DEFAULT_PLACE, Index, open_index
from ncs.index.validate import validate
from ncs.types import Encoder, FloatArray, Hit, Mode

FOLDER = DEFAULT_PLACE.parent
INDEX_KEY = f"/{DEFAULT_PLACE.as_posix()}"  # of a state of the disk
MODES: tuple[Mode, ...] = ("hybrid", "neural", "lexical")
KEPT = frozenset(
    {"index.db", "index.db.lock", ".gitignore"}
)  # what may lie in the folder at any time
RESUMED = frozenset({"index.db.encoded"})  # what a build that failed leaves to the next one
LONG_AGO = 3600.0  # seconds: what an interrupted build left is dead by then

QUESTIONS = (
    "where are failed calls tried again",
    "LRU cache that forgets the oldest entry",
    "parse a query string",
    "stack push pop",
    "greeting",
    "Session.send",
)

SOURCES = {
    "README.md": "# Sample\n\nA codebase to search in.\n\n## Retries\n\nFailed calls are tried "
    "again, with a pause that doubles.\n\n## Cache\n\nThe oldest entry is forgotten first.\n",
    "store/cache.py": '"""A cache with a limit."""\n\n\nclass Cache:\n'
    '    """Keeps the most recently used values and forgets the oldest."""\n\n'
    "    def __init__(self, limit):\n        self.limit = limit\n        self.values = {}\n\n"
    '    def put(self, key, value):\n        """Remember a value; the oldest goes at the limit."""'
    "\n        self.values.pop(key, None)\n        self.values[key] = value\n"
    "        while len(self.values) > self.limit:\n"
    "            self.values.pop(next(iter(self.values)))\n",
    "net/retry.py": "import time\n\n\ndef with_retries(call, attempts, pause):\n"
    '    """Call a function again with exponential backoff until it succeeds."""\n'
    "    for attempt in range(attempts):\n        try:\n            return call()\n"
    "        except ConnectionError:\n            time.sleep(pause * 2 ** attempt)\n"
    "    raise TimeoutError(attempts)\n",
    "net/session.rb": "# Sends requests through a pool of connections.\nclass Session\n"
    "  def initialize(pool)\n    @pool = pool\n  end\n\n  # Send one request.\n"
    "  def send(request)\n    @pool.take { |connection| connection.write(request) }\n  end\nend\n",
    "web/parse.js": "/** Split a query string into an object of decoded parameters. */\n"
    "function parseQuery(text) {\n  const found = {};\n"
    '  for (const part of text.split("&")) {\n    const [key, value] = part.split("=");\n'
    '    found[decodeURIComponent(key)] = decodeURIComponent(value || "");\n  }\n'
    "  return found;\n}\n",
    "core/stack.c": "#include <stdlib.h>\n\n/* A stack of numbers that grows. */\n"
    "struct stack { int *items; size_t size, room; };\n\n/* Put a number on top. */\n"
    "int push(struct stack *s, int item) {\n  if (s->size == s->room) {\n"
    "    s->room = s->room ? 2 * s->room : 8;\n"
    "    s->items = realloc(s->items, s->room * sizeof *s->items);\n  }\n"
    "  s->items[s->size++] = item;\n  return 0;\n}\n\n/* Take the number on top. */\n"
    "int pop(struct stack *s) { return s->items[--s->size]; }\n",
    "core/queue.go": "package core\n\n// Queue hands out items in the order they came.\n"
    "type Queue struct{ items []int }\n\n// Add puts an item at the end.\n"
    "func (q *Queue) Add(item int) { q.items = append(q.items, item) }\n",
    "ui/greet.ts": "export interface Named { name: string }\n\n"
    "/** The greeting for somebody, in their language. */\n"
    "export function greeting(who: Named): string {\n  return `grüß dich, ${who.name}`;\n}\n",
    "build.sh": "#!/bin/sh\n# Compile everything and run the tests.\nset -e\ncc -c core/stack.c\n",
    "config.yaml": "server:\n  port: 8080\n  workers: 4\n",
}
EDITS: Mapping[str, str | None] = {
    "net/retry.py": SOURCES["net/retry.py"].replace("with_retries", "persevere"),
    "core/stack.c": SOURCES["core/stack.c"] + "\n/* How many there are. */\n"
    "size_t depth(struct stack *s) { return s->size; }\n",
    "core/heap.rs": "/// The smallest item first.\npub struct Heap { items: Vec<u32> }\n",
    "config.yaml": None,
}


def put_sources(root: Path, sources: Mapping[str, str | None] = SOURCES) -> None:
    """Write files below a folder; None removes one."""
    for name, text in sources.items():
        place = root / name
        if text is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


# --- situations ----------------------------------------------------------------------------------


INDEX = ("index", "--codebase", "ROOT")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation in which a command writes an index.

    Attributes:
        prepare: brings a codebase, whose sources are written, into that situation.
        arguments: of the command; the codebase's folder is put in the place of ROOT.
        sound: whether the index that stands there before can be used; None where there is none.
        noted: whether even a build this small takes down what it has encoded so far.
        spilled: whether SQLite's cache is so small that pages are written before the commit, as
            those of a large index are.
    """

    prepare: Callable[[Path], None]
    arguments: tuple[str, ...] = INDEX
    sound: bool | None = True
    noted: bool = False
    spilled: bool = False

    def command(self, root: Path, instead: tuple[str, ...] = ()) -> list[str]:
        """Return the arguments of `ncs`."""
        return [str(root) if each == "ROOT" else each for each in instead or self.arguments]


def _nothing(root: Path) -> None:
    """Leave the codebase as it is."""


def _indexed(root: Path) -> None:
    ncs.build(root)


def _edited(root: Path) -> None:
    ncs.build(root)
    put_sources(root, EDITS)


def _littered(root: Path) -> None:
    """As edited, and an interrupted build has left its file."""
    _edited(root)
    left = root / FOLDER / "index.db.0badcafe.part"
    left.write_bytes(b"half")
    os.utime(left, (time.time() - LONG_AGO,) * 2)


def _grown(root: Path) -> None:
    """Enough code that its index has many pages."""
    body = "".join(f"    total = total * {at} + weigh(items[{at}])\n" for at in range(30))
    many = {
        f"made/part{at}.py": f'def weigh_{at}(items):\n    """Weigh all items of kind {at}."""\n'
        f"    total = 0\n{body}    return total\n"
        for at in range(200)
    }
    put_sources(root, many)


def _regrown(root: Path) -> None:
    """An index of all of that, and a few files edited."""
    _grown(root)
    _edited(root)


def _damaged(root: Path) -> None:
    """Damage the texts in the index, so that opening it works and its checksums do not hold."""
    ncs.build(root)
    place = root / DEFAULT_PLACE
    with closing(sqlite3.connect(place)) as connection:
        (block,) = connection.execute("SELECT data FROM chunks").fetchone()
    data = bytearray(place.read_bytes())
    at = data.index(block[:100]) + 50
    data[at] ^= 1
    place.write_bytes(data)


SCENARIOS = {
    "first": Scenario(_nothing, sound=None),
    "again": Scenario(_indexed),
    "update": Scenario(_edited),
    "littered": Scenario(_littered),
    "repair": Scenario(_damaged, ("inspect", "index", "--repair", "--index", "ROOT"), sound=False),
    "noted": Scenario(_nothing, sound=None, noted=True),
    "grown": Scenario(_grown, sound=None, spilled=True),
    "regrown": Scenario(_regrown, spilled=True),
}


# --- what is found -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """All that an index says: digests of its parts, latents, and the scores of the answers.

    The last bits of a latent are nobody's promise: they differ with the texts that are encoded
    beside it and with where numbers lie in memory, and what is as good as tied changes places.
    """

    digests: Mapping[str, str]
    latents: Mapping[str, FloatArray]
    scores: tuple[float, ...]

    def differs(self, other: "Found") -> list[str]:
        """Return the names of what differs; nothing where both say the same."""
        parts = [name for name in self.digests if self.digests[name] != other.digests.get(name)]
        for view, latents in self.latents.items():
            theirs = other.latents[view]
            step = 1.01 * np.abs(latents).max(initial=0.0) / 127  # what eight bits can say of them
            if latents.shape != theirs.shape or not np.allclose(latents, theirs, atol=step):
                parts.append(f"latents of {view}")
        if not np.allclose(self.scores, other.scores, atol=1e-3):
            parts.append("answers")
        return parts


def found(path: Path, root: Path | None) -> Found:
    """Open, check and question an index.

    Args:
        path: the index file.
        root: the codebase that it must describe as it is now, or None for the file alone.

    Raises:
        NcsError: it cannot be opened or read.
        AssertionError: a check fails; the message names it.
    """
    with open_index(path) as index:
        wrong = [f"{c.name}: {c.detail}" for c in validate(index, root) if not c.passed]
        assert not wrong, f"checks fail: {wrong}"
        digests = dict(index.store.texts("SELECT part, digest FROM checksum"))
        # The times of folders: a trial that takes the index's folder away changes its parent's.
        digests.pop("folders", "")
        digests.pop("latents", "")
        latents = {
            view: index.whole(view).of(np.arange(len(index.view_rows(view))))
            for view in index.views
        }
        scores = [hit.score for hits in _asked(index) for hit in hits[-1]]
        return Found(digests, latents, tuple(scores))


def answers(index: Index) -> tuple[tuple[object, ...], ...]:
    """Return every number and text of the answers to the questions, in each mode."""
    return tuple((question, mode, *map(str, hits)) for question, mode, hits in _asked(index))


def _asked(index: Index) -> Iterator[tuple[str, str, list[Hit]]]:
    # one encoder for all: the base model takes longer to load than everything else here
    codebase = _codebase(index)
    for question in QUESTIONS:
        for mode in MODES:
            yield question, mode, codebase.search(question, 5, mode)


_ENCODERS: dict[str, Encoder] = {}


def _codebase(index: Index) -> Codebase:
    codebase = Codebase(index)
    mark = index.model.fingerprint
    if mark in _ENCODERS:
        codebase.__dict__["encoder"] = _ENCODERS[mark]  # where cached_property keeps it
    else:
        _ENCODERS[mark] = codebase.encoder
    return codebase


class Scene:
    """A codebase in a situation in which commands are disturbed.

    Args:
        work: an empty folder for everything.
        name: of the scenario.

    Attributes:
        before: what is in the index's folder before a command. old: the index there, if any.
        new: what a command that is not disturbed leaves; for those who stage it to find out.
    """

    new: Found

    def __init__(self, work: Path, name: str) -> None:
        self.name, self.scenario = name, SCENARIOS[name]
        self.root = (work / "codebase").resolve()
        put_sources(self.root)
        self.scenario.prepare(self.root)
        self.before = contents(self.root)
        self.old = self.before.get(INDEX_KEY)

    def judge(self) -> str:
        """Return what index is found."""
        return judged(self.root, self.old, self.scenario.sound, self.new)


def judged(root: Path, before: bytes | None, sound: bool | None, new: Found) -> str:
    """Return "old", "new" or "missing", or what is broken.

    Args:
        root: the codebase.
        before: the bytes of the index before the command, None where there was none.
        sound: whether that index could be used.
        new: what a command that was not disturbed leaves.
    """
    place = root / DEFAULT_PLACE
    try:
        if place.exists() and place.read_bytes() == before:
            if sound:
                found(place, None)
            return "old"
        parts = found(place, root).differs(new)
        return f"BROKEN: it differs from the new index: {parts}" if parts else "new"
    except IndexMissing:
        return "missing" if before is None else "BROKEN: the index is gone"
    except NcsError as error:
        return f"BROKEN: {type(error).__name__}: {error.message}"
    except AssertionError as error:
        return f"BROKEN: {error}"


def leftovers(root: Path, allowed: frozenset[str] = KEPT) -> list[str]:
    """Return the names of the files in the index's folder that should not be there."""
    folder = root / FOLDER
    return sorted(set(os.listdir(folder)) - allowed) if folder.is_dir() else []


def age(root: Path) -> None:
    """Make everything in the index's folder as old as what no process works on any more."""
    folder = root / FOLDER
    then = time.time() - LONG_AGO
    for place in folder.iterdir() if folder.is_dir() else ():
        os.utime(place, (then, then))


# --- a folder's content --------------------------------------------------------------------------


def contents(root: Path) -> State:
    """Return what is in the index's folder, by path below the codebase with a leading slash."""
    places = [root / FOLDER, *sorted((root / FOLDER).rglob("*"))]
    return {
        f"/{place.relative_to(root).as_posix()}": None if place.is_dir() else place.read_bytes()
        for place in places
        if place.exists()
    }


def put_state(root: Path, state: State) -> None:
    """Make the index's folder hold this and nothing else."""
    shutil.rmtree(root / FOLDER, ignore_errors=True)
    for path, data in sorted(state.items()):
        place = root / path[1:]
        if data is None:
            place.mkdir()
        elif place.parent.is_dir():  # a file whose folder the disk has lost is lost
            place.write_bytes(data)


def tell(outcome: Any) -> None:
    """Write an outcome, which is a dataclass, as a line of JSON."""
    sys.stdout.write(f"{json.dumps(asdict(outcome))}\n")
    sys.stdout.flush()
