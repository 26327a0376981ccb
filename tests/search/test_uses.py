"""Who uses a name: which questions ask for that, and which lines answer."""

from collections.abc import Iterator

import pytest

import ncs
from ncs.api.opening import Codebase
from ncs.search import Query
from ncs.search.uses import related_name

FILES = {
    "app/queue.py": '''class BaseQueue:
    """Holds jobs; see drain_all()."""

    def drain_all(self):
        return self.drain_all if self.empty else []


class DiskQueue(BaseQueue):
    """A BaseQueue on disk."""


def parse(text):
    return text
''',
    "app/worker.py": '''from app.queue import (
    BaseQueue,
    DiskQueue,
)

# drain_all() is slow
def stop(queue):
    """Stop: calls drain_all() of the queue."""
    print("drain_all( failed )")
    return queue.drain_all()


def begin(queue):
    return queue.drain_all
''',
    "app/read.py": "from app.queue import parse\n\n\ndef read(file):\n"
    "    return parse(file.read())\n",
    "src/queue.ts": "export abstract class Store<T extends Job> {\n"
    "  abstract flushAll(): void;\n}\n",
    "src/memory.ts": "export class Memory\n  extends Store<Job>\n{\n  flushAll(): void {}\n}\n\n"
    "export function make(): Store<Job> {\n  return new Memory();\n}\n",
    "src/store.rs": "pub trait Keep {\n    fn keep_it(&self);\n}\n",
    "src/disk.rs": "impl<T> Keep for Disk<T> {\n    fn keep_it(&self) {}\n}\n\n"
    "impl Disk<u8> {\n    fn size(&self) -> u8 {\n        0\n    }\n}\n",
    "lib/list.h": "int list_add(struct list *l, int x);\n",
    "lib/list.c": "int list_add(struct list *l, int x) {\n  return l->n += x;\n}\n",
    "lib/main.c": "int main(void) {\n  list_add(0, 1);\n  return 0;\n}\n",
    "tests/test_queue.py": "from app.queue import DiskQueue\n\n\ndef test_drain():\n"
    "    assert DiskQueue().drain_all() == []\n",
    "docs/queue.md": "# Queues\n\nCall `drain_all()` in the end.\n",
    "app/lonely.py": "def never_called():\n    return 1\n",
}


@pytest.fixture(scope="module")
def codebase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Codebase]:
    root = tmp_path_factory.mktemp("uses")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    ncs.build(root)
    with ncs.open(root) as opened:
        yield opened


@pytest.mark.parametrize(
    "question",
    [
        "who calls drain_all", "callers of drain_all", "all callers of `drain_all`",
        "where is drain_all() called from?", "where do we use drain_all", "drain_all usages",
        "find all references to the method drain_all", "what uses BaseQueue.drain_all",
        "show me all the places that use drain_all", "how is drain_all used",
        "code calling drain_all", "Where's drain_all called?", "call sites of drain_all",
    ],
)  # fmt: skip
def test_callers_are_asked_for_in_many_ways(codebase: Codebase, question: str) -> None:
    hits = codebase.search(question)
    found = [hit.path for hit in hits if hit.score > 0.9]
    assert found[0] == "app/worker.py"
    assert "tests/test_queue.py" in found[1:]
    assert "docs/queue.md" not in found


@pytest.mark.parametrize(
    "question",
    [
        "where is the queue drained",
        "how does drain_all work",
        "implementation of BaseQueue",
        "drain_all",
        "call drain_all twice when the worker stops",
        "who are the users",
    ],
)
def test_other_questions_ask_for_no_uses(codebase: Codebase, question: str) -> None:
    assert related_name(codebase.index, question) is None


def test_a_plain_word_is_a_name_where_it_is_defined(codebase: Codebase) -> None:
    assert related_name(codebase.index, "who calls parse") == ("parse", "uses")
    assert related_name(codebase.index, "who calls retry") is None
    assert codebase.search("who calls parse")[0].path == "app/read.py"


def test_the_line_of_the_call_is_shown(codebase: Codebase) -> None:
    first, *_ = codebase.search("who calls drain_all", top_k=1)
    shown = first.snippet.split("\n")
    call = FILES["app/worker.py"].split("\n").index("    return queue.drain_all()")
    assert shown[call + 1 - first.snippet_line] == "    return queue.drain_all()"
    assert first.symbol == "stop"
    assert [place.symbol for place in first.also] in ([], ["begin"])


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("subclasses of BaseQueue", "app/queue.py"),
        ("which classes extend Store", "src/memory.ts"),
        ("what implements Keep", "src/disk.rs"),
        ("tests of drain_all", "tests/test_queue.py"),
        ("where is drain_all tested", "tests/test_queue.py"),
        ("who calls list_add", "lib/main.c"),
    ],
)
def test_what_is_asked_for_is_all_that_is_sure(
    codebase: Codebase, question: str, path: str
) -> None:
    assert [hit.path for hit in codebase.search(question) if hit.score > 0.9] == [path]


def test_heirs_are_called_by_their_own_names(codebase: Codebase) -> None:
    assert codebase.search("subclasses of BaseQueue")[0].symbol == "DiskQueue"


def test_filters_hold_for_uses(codebase: Codebase) -> None:
    only = codebase.search("who calls drain_all", paths=("tests/**",))
    assert {hit.path for hit in only} == {"tests/test_queue.py"}


def test_a_name_that_nothing_uses_is_told(codebase: Codebase) -> None:
    assert codebase.search("who calls never_called")[0].path == "app/lonely.py"
    assert codebase.answer(Query("who calls never_called")).unused == ("never_called", "uses")
    assert codebase.answer(Query("who calls drain_all")).unused is None
    assert codebase.answer(Query("never_called")).unused is None
