"""Who uses a name: which questions ask for that, and which lines answer."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from growth import grows_like_the_square
from small_index import built

import ncs
from ncs.api.opening import Codebase
from ncs.corpus.chunks import chunk as cut_into_chunks
from ncs.index.reading import ChunkRow
from ncs.search import Query
from ncs.search.relations import Relation
from ncs.search.usage import use_in
from ncs.search.uses import related_name
from ncs.types import Begun, SourceFile, Span, Target

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
        "drain_all is called by", "drain_all's callers", "who is calling 'drain_all'?",
        "where does drain_all get called", "drain_all call hierarchy",
        "is drain_all used anywhere", "reverse dependencies of drain_all",
        "what calls into drain_all", "every call to drain_all",
        "who uses drain_all in this project",
        "where in the code is drain_all used", "where are instances of drain_all created",
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
        "BaseQueue children",
        "call BaseQueue",
        "derived BaseQueue",
        "tests of app/queue.py",
        "parse users",  # of the product
        "Store tests",
        "what creates parse",  # a plain word is a name only where code is spoken of
        "what reads the parse file",
        "who calls the parse module",
        "how does Queue handle Retries",
        "which component renders Markdown",
    ],
)
def test_other_questions_ask_for_no_uses(codebase: Codebase, question: str) -> None:
    assert related_name(codebase.index, question) is None


def test_a_plain_word_is_a_name_where_it_is_defined(codebase: Codebase) -> None:
    assert related_name(codebase.index, "who calls parse") == ("parse", "uses")
    assert related_name(codebase.index, "where is parse used") == ("parse", "uses")
    assert related_name(codebase.index, "who calls retry") is None
    assert related_name(codebase.index, "who uses retry") is None
    assert codebase.search("who calls parse")[0].path == "app/read.py"


def test_all_uses_are_counted(codebase: Codebase) -> None:
    """Of fifty calls ten were shown, as if there were no others."""
    sure = sum(hit.score > 0.9 for hit in codebase.search("who calls drain_all"))
    for count in (1, 9):
        assert codebase.answer(Query("who calls drain_all", count)).used == sure
    assert codebase.answer(Query("drain_all")).used == 0


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


@pytest.mark.parametrize(
    ("question", "sure"),
    [
        ("who imports DiskQueue", ["app/worker.py", "tests/test_queue.py"]),
        ("what imports app/queue.py", ["app/read.py", "app/worker.py", "tests/test_queue.py"]),
        ("which files import parse", ["app/read.py"]),
        ("importers of Store", []),
        ("where is queue.py used", ["app/read.py", "app/worker.py", "tests/test_queue.py"]),
    ],
)
def test_imports_alone_are_asked_for(codebase: Codebase, question: str, sure: list[str]) -> None:
    """`who imports X` gave its calls first."""
    answer = codebase.answer(Query(question))
    assert sorted(hit.path for hit in answer.hits if hit.score > 0.9) == sure
    assert (answer.unused == ("Store", "imports")) is not bool(sure)


def test_what_only_brings_a_name_in_is_less_sure_to_be_a_use(codebase: Codebase) -> None:
    hits = codebase.search("who uses parse")
    assert [(hit.path, hit.score > 0.9) for hit in hits[:1]] == [("app/read.py", True)]
    assert [hit.path for hit in codebase.search("who uses DiskQueue") if hit.score > 0.9] == [
        "tests/test_queue.py"
    ]


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("python", "from a import (\n    b,\n    parse,\n)\nparse(1)", 2),
        ("python", "parse(1)\nimport a.parse as b", 1),
        ("go", 'import (\n\t"fmt"\n\t"x.y/parse"\n)', 2),
        ("typescript", "import {\n  a as b,\n  parse,\n} from './c'", 2),
        ("typescript", "import {\n  a,\n} from '../parse'", 2),
        ("javascript", "const a = require('./parse').b", 0),
        ("javascript", "const a = lazy(() => import('./parse'))", 0),
        ("ruby", "require_relative 'lib/parse'", 0),
        ("php", "require_once 'lib/parse.php';", 0),
        ("c", '#include "lib/parse.h"', 0),
        ("rust", "use a::{\n    b,\n    parse,\n};", 2),
        ("bash", "source ./parse.sh", 0),
        ("python", "parse(1)\nlist = (\n    parse,\n)", None),
        ("python", "mock.patch('a.parse')", None),
        ("bash", "source = parse", None),
    ],
)
def test_what_brings_a_name_in_is_found_by_the_marks_of_each_language(
    language: str, text: str, line: int | None
) -> None:
    for written in (text, text.replace("\n", "\r\n")):
        found = use_in(chunk(language, written), "parse", "imports")
        assert (found and found[0]) == line


def test_heirs_are_called_by_their_own_names(codebase: Codebase) -> None:
    assert codebase.search("subclasses of BaseQueue")[0].symbol == "DiskQueue"


def test_a_name_may_be_asked_for_in_another_writing(codebase: Codebase) -> None:
    hits = codebase.search("who calls drainAll")
    assert next(hit.path for hit in hits if hit.score > 0.9) == "app/worker.py"
    assert codebase.answer(Query("who calls neverCalled")).unused == ("neverCalled", "uses")


def test_a_use_beside_the_owner_that_was_asked_for_is_worth_most() -> None:
    def worth(text: str, owner: str) -> float:
        found = use_in(chunk("python", text), "add_task", "uses", owner)
        assert found is not None
        return found[1]

    mine = worth("remote_scheduler.add_task(1)", "RemoteScheduler")
    assert mine == worth("other.add_task(1)", "") > worth("other.add_task(1)", "RemoteScheduler")


REPOSITORIES = {
    "app/Links.php": "<?php\nclass Links {\n    public static function create($x) {\n"
    "        return Model::create($x);\n    }\n}\n",
    "app/Tags.php": "<?php\nclass Tags {\n    public static function create($x) {\n"
    "        return $x;\n    }\n}\n",
    "app/Store.php": "<?php\nfunction store($x) {\n    $x->create(1);\n    $x->create(2);\n"
    "    return Links::create($x);\n}\n",
    "app/Keep.php": "<?php\nfunction keep($repo) {\n    return $repo->create($repo);\n}\n",
    "app/Tagged.php": "<?php\nfunction tagged($x) {\n    return Tags::create($x);\n}\n",
    "tests/StoreTest.php": "<?php\nfunction testStore() {\n    Links::create(1);\n}\n"
    + "\n" * 9
    + "function testMore() {\n"
    + "    more();\n" * 40
    + "    Links::create(1);\n}\n",
}


def test_calls_that_name_the_owner_come_first(tmp_path: Path) -> None:
    """All that is called so was as sure: `who calls Links::create` gave fifty places for 0.95."""
    with built(tmp_path, REPOSITORIES) as opened:
        hits = opened.search("who calls Links::create", 9)
        sure = [hit for hit in hits if hit.score > 0.9]
        assert hits[: len(sure)] == sure
        assert [hit.path for hit in sure] == [
            "app/Store.php", "tests/StoreTest.php", "tests/StoreTest.php",
        ]  # fmt: skip
        assert sure[0].snippet.count("create") == 3
        # a variable may be one, and so may an heir; what has its own is none
        assert [hit.path for hit in hits[len(sure) :]] == ["app/Keep.php", "app/Links.php"]
        assert all(hit.score < 0.9 for hit in hits[len(sure) :])


def test_where_no_call_names_the_owner_all_may_be_meant(tmp_path: Path) -> None:
    with built(tmp_path, REPOSITORIES) as opened:
        hits = opened.search("who calls Nodes::create", 9)
        assert len({hit.path for hit in hits}) == 5
        assert all(hit.score > 0.9 for hit in hits)


@pytest.mark.parametrize(
    ("question", "relation"),
    [
        ("which queues extend BaseQueue?", "heirs"),
        ("which queues derive from BaseQueue", "heirs"),
        ("what queues are subclasses of BaseQueue", "heirs"),
        ("which workers call BaseQueue", "uses"),
        ("who listens to BaseQueue", "listens"),
        ("which component renders BaseQueue", "uses"),
    ],
)
def test_what_is_asked_for_may_be_named(codebase: Codebase, question: str, relation: str) -> None:
    """`which jobs extend QueuedJob` showed the base alone."""
    assert related_name(codebase.index, question) == ("BaseQueue", relation)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("who overrides Task.run", ["app/slow.py", "app/fast.kt"]),
        ("overrides of Task.run", ["app/slow.py", "app/fast.kt"]),
        ("which tasks override run", ["app/slow.py", "app/fast.kt", "app/task.py"]),
        ("who overrides Slow.run", ["app/fast.kt", "app/task.py"]),
    ],
)
def test_methods_of_other_owners_are_overrides(
    tmp_path: Path, question: str, found: list[str]
) -> None:
    """Those that say so come first."""
    texts = {
        "app/fast.kt": "class Fast : Task() {\n    override fun run() {\n        go()\n    }\n}\n",
        "app/slow.py": "class Slow(Task):\n    @override\n    def run(self):\n        wait()\n",
        "app/task.py": "class Task:\n    def run(self):\n        pass\n\n\ndef run():\n    pass\n",
        "app/use.py": "def main(task):\n    task.run()\n    run()\n",
    }
    with built(tmp_path, texts) as codebase:
        sure = [hit for hit in codebase.search(question) if hit.score > 0.5]
        assert {hit.path for hit in sure[:2]} == set(found[:2])
        assert [hit.path for hit in sure[2:]] == found[2:]
        assert all(hit.symbol.endswith(".run") for hit in sure)
        none = codebase.answer(Query("who overrides Task.never_defined_here"))
        assert none.unused == ("Task.never_defined_here", "overrides")


def test_an_owner_is_kept_where_its_name_is_written_otherwise(tmp_path: Path) -> None:
    """Other's calls were as sure, and what nothing overrides was said to override itself."""
    texts = {
        "app/task.py": "class Task:\n    def parseQuery(self, text):\n        return text\n",
        "app/other.py": "class Other:\n    def parseQuery(self, text):\n        return text\n",
        "app/use.py": "def use(task):\n    return Task.parseQuery(task, 'a')\n",
        "app/more.py": "def more(other):\n    return Other.parseQuery(other, 'b')\n",
        "app/alone.py": "class Alone:\n    def run(self):\n        return 1\n",
    }
    with built(tmp_path, texts) as codebase:

        def sure(question: str) -> list[str]:
            return [hit.path for hit in codebase.search(question) if hit.score > 0.5]

        for name in ("Task.parseQuery", "Task.parse_query"):
            assert sure(f"who calls {name}") == ["app/use.py"]
            assert sure(f"who overrides {name}") == ["app/other.py"]
        assert sure("who calls Task.parseQery") == ["app/use.py"]
        slip = codebase.answer(Query("who calls Nobody.parseQery"))
        assert slip.guessed == ("Nobody.parseQery", "parseQuery")
        none = codebase.answer(Query("who overrides Alone.run"))
        assert none.unused == ("Alone.run", "overrides")


def test_the_ending_of_a_file_that_nothing_imports_is_no_name(tmp_path: Path) -> None:
    """Whatever imported `database/sql` was said to import `up.sql`."""
    texts = {
        "db/up.sql": "CREATE TABLE jar (size int);\n",
        "db/open.go": 'package db\n\nimport (\n\t"database/sql"\n)\n\nvar jar *sql.DB\n',
    }
    with built(tmp_path, texts) as codebase:
        none = codebase.answer(Query("who imports db/up.sql"))
        assert none.unused == ("db/up.sql", "imports")


@pytest.mark.parametrize(
    ("question", "name", "relation"),
    [
        ("who uses decorator drain_all", "drain_all", "uses"),
        ("who uses the drain_all decorator", "drain_all", "uses"),
        ("functions decorated with @drain_all", "drain_all", "uses"),
        ("what emits signal drainAll", "drainAll", "emits"),
        ("where is the signal drainAll emitted", "drainAll", "emits"),
        ("who handles event drainAll", "drainAll", "listens"),
        ("listeners for BaseQueue", "BaseQueue", "listens"),
        ("who raises QueueError", "QueueError", "throws"),
        ("who catches QueueError", "QueueError", "catches"),
        ("where is the exception QueueError caught", "QueueError", "catches"),
        ("where is BaseQueue bound", "BaseQueue", "binds"),
        ("which class is bound to BaseQueue", "BaseQueue", "binds"),
        ("children of BaseQueue", "BaseQueue", "heirs"),
        ("is there a test for BaseQueue", "BaseQueue", "tests"),
        ("do we have tests for BaseQueue", "BaseQueue", "tests"),
        ("does BaseQueue have tests", "BaseQueue", "tests"),
        ("who overrides BaseQueue drain_all", "BaseQueue.drain_all", "overrides"),
        ("who overrides drain_all in BaseQueue", "BaseQueue.drain_all", "overrides"),
        ("overrides of drain_all", "drain_all", "overrides"),
    ],
)
def test_what_a_name_is_and_whose_may_be_said_beside_it(
    codebase: Codebase, question: str, name: str, relation: str
) -> None:
    """`what emits signal torrentFinished` was a question in words, and showed its slot."""
    assert related_name(codebase.index, question) == (name, relation)


@pytest.mark.parametrize(
    "question",
    ["what overrides default settings", "what fires Sessions", "who calls the event handler"],
)
def test_such_words_are_of_a_sentence_elsewhere(codebase: Codebase, question: str) -> None:
    assert related_name(codebase.index, question) is None


SHOP = {
    "shop/Sold.php": "<?php\nclass ItemSold {\n    public $item;\n}\n",
    "shop/Shop.php": "<?php\nclass Shop {\n    public function sell($x) {\n"
    "        event(new ItemSold($x));\n    }\n}\n",
    "shop/Mails.php": "<?php\nclass Mails {\n    public function handle(ItemSold $event) {\n"
    "        mail($event);\n    }\n}\n",
    "shop/Report.php": "<?php\nclass Report {\n    public function of(array $x): ?ItemSold {\n"
    "        return $this->ItemSold;\n    }\n}\n",
}


@pytest.mark.parametrize(
    ("question", "first", "after"),
    [
        ("what dispatches ItemSold", "shop/Shop.php", ["shop/Mails.php", "shop/Report.php"]),
        ("who handles event ItemSold", "shop/Mails.php", ["shop/Report.php", "shop/Shop.php"]),
        ("who catches ItemSold", "", []),
    ],
)
def test_uses_in_the_direction_that_is_asked_for_come_first(
    tmp_path: Path, question: str, first: str, after: list[str]
) -> None:
    """Who emits and who listens was one and the same list, all of it as sure."""
    with built(tmp_path, SHOP) as opened:
        answer = opened.answer(Query(question))
        sure = [hit.path for hit in answer.hits if hit.score > 0.9]
        assert sure == [first] * bool(first)
        if first:
            assert sorted(hit.path for hit in answer.hits[1:]) == after
            assert all(hit.score <= 0.6 for hit in answer.hits[1:])
        assert answer.unused == (None if first else ("ItemSold", "catches"))


@pytest.mark.parametrize(
    ("relation", "language", "text", "line"),
    [
        ("emits", "cpp", "connect(a, &A::sold, b);\nemit sold(1);", 1),
        ("emits", "python", "sold.connect(f)\nsold.send(self)", 1),
        ("emits", "javascript", "bus.on('sold', f)\nbus.emit('sold', 1)", 1),
        ("emits", "csharp", "sold += f;\nsold?.Invoke(1);", 1),
        ("listens", "cpp", "emit sold(1);\nconnect(a, &A::run,\n  b, &A::sold);", 2),
        ("listens", "python", "sold.send(self)\nsold.connect(f)", 1),
        ("listens", "java", "post(new sold());\n@EventListener\nvoid f(sold a) {}", 2),
        ("listens", "csharp", "sold?.Invoke(1);\nsold += f;", 1),
        ("throws", "java", "catch (sold a) {\n  throw new sold(a);", 1),
        ("throws", "csharp", "a.sold += f;\nsold?.Invoke(this);", 1),
        ("throws", "rust", "f(sold(1));\nErr(sold(1))", 1),
        ("catches", "python", "raise sold(1)\nexcept (A, sold):", 1),
        ("catches", "ruby", "raise A::sold\nrescue A::Other, A::sold => e", 1),
        ("catches", "kotlin", "throw sold(1)\n} catch (e: sold) {", 1),
        ("catches", "python", "except A:\n    raise sold(1)", None),
        ("binds", "php", "f(sold::class);\n$app->bind(sold::class, A::class);", 1),
        ("binds", "kotlin", "f(sold())\nsingle<A> { sold(get()) }", 1),
        ("binds", "csharp", "f(sold);\nservices.AddScoped<sold, A>();", 1),
    ],
)
def test_directions_are_seen_by_the_marks_of_each_language(
    relation: Relation, language: str, text: str, line: int | None
) -> None:
    strictly = relation in ("catches", "binds")
    found = use_in(chunk(language, text), "sold", relation, strictly=strictly)
    assert (found and found[0]) == line


def test_what_provides_a_type_is_asked_for_before_its_definition(tmp_path: Path) -> None:
    texts = {
        "app/Sender.php": "<?php\ninterface MailSender {\n    public function send();\n}\n",
        "app/Provider.php": "<?php\nclass Provider {\n    public function register() {\n"
        "        $this->app->bind(MailSender::class, Smtp::class);\n    }\n}\n",
        "app/Use.php": "<?php\nfunction run(MailSender $x) {\n    $x->send();\n}\n",
    }
    with built(tmp_path, texts) as opened:
        found = opened.search("where is MailSender bound")
        assert [hit.path for hit in found] == ["app/Provider.php"]
        # it is not bound: whoever asks is after something else
        other = opened.answer(Query("where is Smtp provided"))
        assert other.unused is None
        assert other.hits


def test_what_is_derived_from_something_else_overrides_less_surely(tmp_path: Path) -> None:
    """What has a method of that name was as sure, and so was the declaration of an interface."""
    texts = {
        "a/task.ts": "export interface Task {\n  runIt(): void;\n}\n",
        "a/job.ts": "export interface Job {\n  runIt(): void;\n}\n",
        "a/slow.ts": "export class Slow implements Task {\n  runIt() {\n    wait();\n  }\n}\n",
        "a/slower.ts": "export class Slower extends Slow {\n  runIt() {\n    go();\n  }\n}\n",
        "a/other.ts": "export class Other implements Job {\n  runIt() {\n    go();\n  }\n}\n",
    }
    with built(tmp_path, texts) as opened:
        found = opened.search("who overrides Task.runIt")
        assert {hit.path for hit in found if hit.score > 0.9} == {"a/slow.ts", "a/slower.ts"}
        assert [hit.path for hit in found if hit.score <= 0.6] == ["a/other.ts"]
        every = {hit.path for hit in opened.search("who overrides runIt")}
        assert every == {"a/slow.ts", "a/slower.ts", "a/other.ts"}


def test_what_is_called_like_another_owner_is_less_sure(tmp_path: Path) -> None:
    """`who calls User::save` gave what `who calls save` does."""
    texts = {
        "a/user.py": "class User:\n    def save_all(self):\n        pass\n",
        "a/item.py": "class Item:\n    def save_all(self):\n        pass\n\n"
        "    def keep(self):\n        self.save_all()\n",
        "a/sign.py": "def sign(user):\n    user.save_all()\n",
        "a/sell.py": "def sell(item):\n    item.save_all()\n",
        "a/any.py": "def run(it):\n    it.save_all()\n",
    }
    with built(tmp_path, texts) as opened:
        found = opened.search("who calls User.save_all")
        sure = [hit.path for hit in found if hit.score > 0.9]
        assert sure == ["a/sign.py", "a/any.py"]
        assert {hit.path for hit in found[2:]} == {"a/item.py", "a/sell.py"}


def test_names_that_questions_are_made_of_are_names(codebase: Codebase) -> None:
    """`Component` and `Module` were words of the question."""
    assert related_name(codebase.index, "who uses Component") == ("Component", "uses")
    assert related_name(codebase.index, "where is Module used") == ("Module", "uses")
    assert related_name(codebase.index, "who uses the module") is None


def test_filters_hold_for_uses(codebase: Codebase) -> None:
    only = codebase.search("who calls drain_all", paths=("tests/**",))
    assert {hit.path for hit in only} == {"tests/test_queue.py"}


def test_a_name_that_nothing_uses_is_told(codebase: Codebase) -> None:
    assert codebase.search("who calls never_called")[0].path == "app/lonely.py"
    assert codebase.answer(Query("who calls never_called")).unused == ("never_called", "uses")
    assert codebase.answer(Query("who calls drain_all")).unused is None
    assert codebase.answer(Query("never_called")).unused is None


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        # A quote that ends a line's string and one that begins the next line's hold no sentence.
        ("python", 'say("a")\nparse("b")', 1),
        ("bash", 'say "$a"\nparse "$b" <<!\n', 1),
        ("go", '"http://x"; parse(1) // parse', 0),
        ("javascript", "ok ? parse : `say parse now`", 0),
        ("swift", '"told \\(parse(1))"', 0),
        ("vue", '<a :class="parse(a) ? 1 : 2">', 0),
        ("html", "you may see {{ parse a b }} here", 0),
        ("html", "const it = await parse\n", 0),
        ("cpp", "# define A(x) parse(x)", 0),
        ("c", "static void run(struct parse *a);", 0),
        ("cpp", "void run() {\n  Other::parse();", 1),
        ("go", "parse := other.parse(1)", 0),
        ("python", "parse = other.parse(\n    1,\n)", 0),
        ("rust", "// parse\nlet a = parse::<u8>(b)", 1),
        ("julia", "A.parse((b, c), :($(d) = 1))", 0),
        ("haskell", "run = map parse' xs\n  . parse xs", 1),
        ("erlang", "-export([parse/1]).\nrun(A) -> parse(A).", 1),
        ("elixir", '    the end of a doc of parse\n  """\n  def run, do: parse(1)', 2),
        ("perl", "my $a = $b // parse;", 0),
        ("kotlin", "import a.parse\nlist.map(::parse)", 1),
        ("ruby", "x.each(&:parse)", 0),
        ("ruby", "  parse\n", 0),
        ("csharp", 'A($"""\n  Status: {a:F}\n  {parse(b)}\n  """);', 2),
        ("kotlin", 'a("""\n  b c ${parse(d)}""")', 1),
        ("python", 'a(f"""b c\n{parse(d)}""")', 1),
    ],
)
def test_uses_are_found_by_the_marks_of_each_language(language: str, text: str, line: int) -> None:
    found = use_in(chunk(language, text), "parse", "uses")
    assert found is not None
    assert found[0] == line


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cpp", "static int parse(char *);"),
        ("cpp", "  std::vector<A, B> parse(int a) { return {}; }"),
        ("java", "  @Override\n  public Map<A, List<B>> parse(\n      int a) {"),
        ("csharp", "    protected virtual int[] parse(string a)"),
        ("typescript", "interface A {\n  parse(a: (b: C) => D): void;"),
        ("go", "type A interface {\n\tparse(a uint) bool\n\tparse(b uint)"),
        ("kotlin", "interface A {\n  fun parse(a: B)"),
        ("rust", "trait A {\n    fn parse(&self);"),
        ("elixir", "@spec parse(a) :: b\ndefp parse(other), do: other"),
        ("erlang", "-spec parse(a()) -> b().\nparse({a, B}) ->\n    B;\nparse(B) ->"),
        ("haskell", "parse :: A -> B\nparse [] = c\n  parse a = b\n{-# INLINE parse #-}"),
        ("julia", "parse(a::B; c=1)::D where {B} = c"),
        ("ocaml", '"this would \\\n  parse that"'),
        ("ocaml", "let rec parse a = (* parse *)\nval parse : a -> b"),
        ("objc", "- (void)parse:(int)a;"),
        ("cpp", "struct parse;\nclass parse final : A {"),
        ("dart", "class parse extends A {"),
        ("lua", "--[[ parse(a)\nparse(b) ]]"),
        ("haskell", "{- parse\n-}"),
        ("php", "/** @see parse() */"),
        ("perl", "=head1 SYNOPSIS\n\n  parse($a);\n\n=cut\n"),
        ("lua", "--[==[ a[b[1]]\nparse(b) ]==]"),
        ("terraform", "// parse(a)\n/* b\nparse(c) */"),
        ("nix", "/* b\nparse c */"),
        ("coffee", "###\nparse a\n###"),
        ("cmake", "#[[ b\nparse(a) ]]"),
        ("ini", "; parse = a"),
        ("batch", "@rem parse a\n:: parse"),
        ("vim", '" parse(a)\nlet b = 1'),
        ("cpp", 'say("you may parse { this }");'),
        ("json", '{"parse": 1}'),
        ("html", "<p>You may log in and manually parse this request.</p>"),
        ("vue", "  parse all of them,\n  which is <b>how we parse</b>"),
    ],
)
def test_what_declares_or_tells_of_a_name_does_not_use_it(language: str, text: str) -> None:
    for written in (text, text.replace("\n", "\r\n")):
        assert use_in(chunk(language, written), "parse", "uses") is None


def test_a_class_is_not_used_where_it_is_made_of() -> None:
    """Heads of its methods and its constructors were uses."""
    text = "void Base::run() {\n}\n\nvoid Base::stop() {\n}"
    assert use_in(chunk("cpp", text, ("Base.run", "Base.stop")), "Base", "uses") is None
    text = "class Base {\n  explicit Base(int a);\n  Base();\n};"
    assert use_in(chunk("cpp", text, ("Base", "Base.Base")), "Base", "uses") is None
    text = "func (b *Base) Run() {\n}"
    assert use_in(chunk("go", text, ("Base.Run",)), "Base", "uses") is None
    text = "void Other::run() {\n  Base::run();\n}"
    assert use_in(chunk("cpp", text, ("Other.run",)), "run", "uses") is not None


@pytest.mark.parametrize(
    "text",
    ["  EXEC parse @a = 1;", "execute [dbo].[parse] @a", "EXEC @code = shop.dbo.parse 1, 2",
     "INSERT INTO b EXEC parse", "CALL a.parse(1);"],
)  # fmt: skip
def test_a_procedure_is_called_without_brackets(text: str) -> None:
    assert use_in(chunk("sql", text), "parse", "uses") == (0, 1.0)


def test_what_grants_or_drops_a_procedure_calls_nothing() -> None:
    for text in ("GRANT EXECUTE ON parse TO a;", "DROP PROCEDURE parse", "EXEC parse_all parse"):
        assert use_in(chunk("sql", text), "parse", "uses") == (0, 0.8)


def test_a_call_is_worth_more_than_what_names_or_brings_in() -> None:
    worth = []
    for text in ("import { parse } from 'a';", "'a.parse'", "list.map(parse)", "parse(a)"):
        found = use_in(chunk("typescript", text), "parse", "uses")
        assert found is not None
        worth.append(found[1])
    assert worth == sorted(worth)
    assert len(set(worth)) == 3


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cpp", "class A final :\n    public ns::Base<int>,\n    Other {"),
        ("csharp", "record A(int X) : Other(X), Base;"),
        ("kotlin", "class A(\n    val a: Int,\n) : Base(a), Other {"),
        ("kotlin", "val a = object : Base() {"),
        ("scala", "case class A(a: B)\n    extends Other with Base"),
        ("swift", "extension A: Other, Base {"),
        ("rust", "impl fmt::Base for A<'_> {"),
        ("rust", "#[derive(Debug, Base)]"),
        ("python", "class A(\n    mod.Base[int],\n    metaclass=B,\n):"),
        ("typescript", "const a = class extends Base {"),
        ("java", "run(new Base(1) {"),
        ("php", "    use Base;"),
        ("php", "class A extends B implements C, Base"),
        ("ruby", "  include Mod::Base"),
        ("ruby", "a = Class.new(Base)"),
        ("ruby", "class Base < Other::Base"),
        ("typescript", "export class Base extends other.Base<A> {"),
        ("csharp", "public class Base : My.Other.Base"),
        ("elixir", "  @behaviour Base"),
        ("erlang", "-behaviour(Base)."),
        ("haskell", "instance (Show a) => Base (A a) where"),
        ("haskell", "instance (Show a,\n  Eq a) =>\n  Base (A a) where"),
        ("haskell", "  deriving (Eq, Base)"),
        ("julia", "mutable struct A{T} <: Base{T}"),
        ("dart", "class A extends B with C implements Base {"),
        ("perl", "use Mojo::Base 'Other::Base', -signatures;"),
        ("objc", "@interface A : B <Base>"),
    ],
)
def test_heirs_are_found_as_each_language_has_them(language: str, text: str) -> None:
    assert use_in(chunk(language, text), "Base", "heirs") is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cpp", "struct A *make(struct Base *b) {"),
        ("cpp", "class A : public Base::Inner {"),
        ("csharp", "class A<T> : Other where T : Base {"),
        ("kotlin", "class A(val a: Base) : Other()"),
        ("scala", "class A[T <: Base](a: Base) extends Other"),
        ("swift", "class var shared: Base = a"),
        ("rust", "impl<T: Base> Other for A<T> {"),
        ("rust", "use a::Base::{B};"),
        ("rust", "impl Other for Base {"),
        ("go", "type A struct {\n\tBase\n}"),
        ("python", "class A(Other[Base]):\n    b: Base"),
        ("typescript", "class A<T extends Base> extends Other {"),
        ("java", "sealed interface A permits Base {"),
        ("php", "use App\\Base;"),
        ("elixir", "defimpl Other, for: Base do"),
        ("haskell", "instance Other Base where"),
    ],
)
def test_bounds_and_parameters_are_no_bases(language: str, text: str) -> None:
    assert use_in(chunk(language, text), "Base", "heirs") is None


def chunk(language: str, text: str, defines: tuple[str, ...] = ()) -> ChunkRow:
    """Return a chunk of some code."""
    symbol, lines = defines[0] if defines else "", text.split("\n")
    # Few of these pieces could be parsed: each name is defined on the first line that has it.
    names = [(name, name.rpartition(".")[2]) for name in defines]
    firsts = [next(at for at, line in enumerate(lines, 1) if bare in line) for _, bare in names]
    begun = tuple(
        Begun(name, "method", "", Span(first, len(lines)))
        for (name, _), first in zip(names, firsts, strict=True)
    )
    span, told = Span(1, len(lines)), Target("Holds it.", "synthetic")
    return ChunkRow(
        0, "a", span, language, "block", symbol, begun, "body", text, told, told.text, told.tier
    )


@pytest.mark.parametrize(
    "question",
    ["who calls drain_all(queue)", "where is @drain_all used", "find usages: drain_all",
     "callers of drain_all<Job> please"],
)  # fmt: skip
def test_a_name_may_stand_as_it_does_in_code(codebase: Codebase, question: str) -> None:
    assert related_name(codebase.index, question) == ("drain_all", "uses")


def test_the_owner_of_a_method_is_named_as_go_does(codebase: Codebase) -> None:
    for question in ("who calls (*BaseQueue).drain_all", "who calls (BaseQueue).drain_all"):
        assert related_name(codebase.index, question) == ("BaseQueue.drain_all", "uses")


def test_a_slip_in_a_name_is_told(codebase: Codebase) -> None:
    answer = codebase.answer(Query("who calls drain_alll"))
    assert (answer.guessed, answer.unused) == (("drain_alll", "drain_all"), None)
    assert answer.hits[0].path == "app/worker.py"


def test_nothing_but_uses_is_shown(codebase: Codebase) -> None:
    hits = codebase.search("who calls drain_all", 50)
    assert min(hit.score for hit in hits) > 0.9
    assert max(Counter(hit.path for hit in hits).values()) > 1 or len(hits) >= 3


def test_tests_in_the_file_of_what_they_test_are_tests(tmp_path: Path) -> None:
    filler = "".join(f"    let total_{at} = {at};\n" for at in range(22))
    (tmp_path / "lib.rs").write_text(
        f"pub fn is_text() -> bool {{\n{filler}    true\n}}\n\n"
        f"fn main() {{\n{filler}    is_text();\n}}\n\n"
        f"#[cfg(test)]\nmod tests {{\n    #[test]\n    fn one() {{\n{filler}        is_text();\n"
        "    }\n}\n"
    )
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as opened:
        (hit,) = opened.search("tests for is_text")
        assert hit.symbol == "one"


def test_nothing_is_said_of_heirs_where_a_language_names_none(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package a\n\ntype Provider interface {\n\tGet() int\n}\n")
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as opened:
        assert opened.answer(Query("what implements Provider")).unused is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'log.info(f"Document {document} consumption finished")'),
        ("python", 'log.info("Document (%s) of {}".format(a))'),
        ("ruby", 'puts "Document #{a} is read"'),
        ("kotlin", 'println("Document $a is read, not ${b.map { it }} Document (s)")'),
        ("swift", 'print("Document \\(a(1)) is read by Document (1)")'),
        ("bash", 'echo "Document $(date) # of ${HOME}"'),
    ],
)
def test_words_beside_the_values_in_a_string_use_nothing(language: str, text: str) -> None:
    assert use_in(chunk(language, text), "Document", "uses") is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'log.info(f"Read {a} and { {b: parse(b)} }")'),
        ("ruby", 'puts "Read #{a.map { |b| c(b) } + parse(a)}"'),
        ("kotlin", 'println("Read $a and ${parse(b)}")'),
        ("swift", 'print("Read \\(a(1)) and \\(parse("a")) now")'),
        ("bash", 'echo "Read $(parse "$a") now"'),
        ("php", 'echo "Read {$a->parse()} now";'),
    ],
)
def test_the_values_in_a_string_are_code(language: str, text: str) -> None:
    assert use_in(chunk(language, text), "parse", "uses") == (0, 1.0)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("go", "x := `\nparse(1)\n`"),
        ("go", "x := `a ${parse(1)} \\`"),
        ("go", "x := `\nparse(1)"),
        ("go", "parse(1)\n}\n`\nrun(1)"),
        ("typescript", "const x = `\n  parse(1)\n  ${a} \\` parse(1)`;"),
        ("javascript", "const x = html`<a>\n  parse(1)\n`"),
        ("javascript", "const x = `\n  parse(1) {parse} $parse"),
    ],
)
def test_a_string_over_several_lines_uses_nothing(language: str, text: str) -> None:
    assert use_in(chunk(language, text), "parse", "uses") is None


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("go", "x := `\na\n`\nparse(1)", 3),
        ("go", "a\n}\n`\nparse(1)", 3),
        ("typescript", "said by b\n`;\nparse(1)", 2),
        ("typescript", "const x = `\n  ${a.map((b) => { return parse(b); })}\n`;", 1),
        ("typescript", "const x = `${a.map((b) => `<i>${parse(b)}</i>`)}`;", 0),
        ("javascript", "const x = `a \\` b`;\nparse(`c`);", 1),
    ],
)
def test_behind_and_within_strings_over_several_lines_is_code(
    language: str, text: str, line: int
) -> None:
    assert use_in(chunk(language, text), "parse", "uses") == (line, 1.0)


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("fortran", "! parse(a) is slow\nx = 'parse it' // parse(a)", 1),
        ("tex", "% as \\parse does\n\\parse", 1),
        ("bash", "say 'it'\\''s' && parse 'a b'", 0),
        ("perl", "s/\\'//; parse('a');", 0),
        ("perl", "It parses.\n\n=cut\n\nparse($a);", 4),
        ("coffee", "It parses.\n###\nparse a", 2),
    ],
)
def test_code_beside_comments_and_escaped_quotes(language: str, text: str, line: int) -> None:
    """Fortran's `//` was a comment, its `!` and TeX's `%` none; `\\'` began a string."""
    found = use_in(chunk(language, text), "parse", "uses")
    assert found is not None
    assert found[0] == line


@pytest.mark.parametrize("unit", ["`\\", '"${', "`${", "`\n", '\\"\\\n'])
@pytest.mark.parametrize("language", ["go", "typescript", "kotlin"])
def test_strings_that_nothing_closes_take_no_longer(unit: str, language: str) -> None:
    def look(times: int) -> None:
        lines = unit * 25 + "\n" * ("\n" not in unit)
        use_in(chunk(language, f"{lines * times}{unit}\nparse"), "parse", "uses")

    assert not grows_like_the_square(look, 200, 800)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("rust", "impl Base {"),
        ("rust", "impl<'a, T: A<B>> Base<'a, T> where T: C {"),
        ("rust", "unsafe impl a::Base {}"),
        ("swift", "extension Base {"),
        ("swift", "public extension Base: Codable where A == B {"),
    ],
)
def test_what_adds_to_a_type_does_not_use_it(language: str, text: str) -> None:
    assert use_in(chunk(language, text), "Base", "uses") is None


@pytest.mark.parametrize(
    ("language", "text", "worth"),
    [
        ("rust", "impl A for Base {", 0.8),
        ("rust", "impl Base for A {", 0.8),
        ("rust", "fn a(b: C) -> Base {", 0.8),
        ("rust", "fn a(&self) -> &Base {", 0.8),
        ("go", "func a() *Base {", 0.8),
        ("go", "func a(b C) (Base, error) {", 0.8),
        ("go", "if a == Base {", 0.8),
        ("swift", "extension A: Base {", 0.8),
        ("swift", "var a: Base {", 0.8),
        ("typescript", "function a(): Base {", 0.8),
        ("typescript", "class A extends Base {", 0.8),
        ("rust", "let a = Base::load(b);", 1.0),
        ("rust", "Base::<u8>::load::<A>(b)", 1.0),
        ("rust", "let a = Base { b: 1 };", 1.0),
        ("rust", "    Base {", 1.0),
        ("rust", "a(&Base::<u8> { b })", 1.0),
        ("rust", "A::B => a::Base { b },", 1.0),
        ("rust", "A { b: Base { c } }", 1.0),
        ("go", "return &a.Base{", 1.0),
        ("go", "for _, a := range []Base{", 1.0),
        ("go", "\tA: Base{1},", 1.0),
        ("php", "$a = Base::load($b);", 1.0),
        ("kotlin", "a.b().Base { it }", 1.0),
        ("kotlin", "val a = b.Base { it }", 1.0),
    ],
)
def test_a_brace_makes_something_only_where_a_value_may_stand(
    language: str, text: str, worth: float
) -> None:
    assert use_in(chunk(language, text), "Base", "uses") == (0, worth)


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("python", "def run(a):\n    a()\n\nif b:\n    sys.exit(run(1))", (4, 1.0)),
        ("python", "def run(\n    a,\n):\n    run(a)\n    run(a)\n\nrun(b)", (6, 1.0)),
        ("python", "def run(\n    a,\n):\n# b\n    if a:\n\n        run(a)", (6, 0.5)),
        ("python", 'def run(a):\n    """A.\n\nB.\n    """\n    run(a)', (5, 0.5)),
        ("python", "a = 1\nrun(a)\ndef run(a):\n    run(a)", (1, 1.0)),
        ("c", "int run(int a)\n{\n  return run(a - 1);\n}", (2, 0.5)),
        ("javascript", "function run(a) {\n  run(a);\n}\nrun(1);", (3, 1.0)),
        ("go", "func run() {\n\ta(`\nb`)\n\trun()\n}", (3, 0.5)),
        ("ruby", "  def run(a)\n    run(a)\n  end\n\n  run(1)", (4, 1.0)),
        ("erlang", "run([]) -> a;\nrun([_|A]) ->\n    b(),\n    run(A).", (3, 0.5)),
        ("typescript", "function run(a: B): C;\nfunction run(a) {\n  run(a);\n}", (2, 0.5)),
    ],
)
def test_a_call_below_what_is_called_is_no_recursion(
    language: str, text: str, found: tuple[int, float]
) -> None:
    (cut,) = cut_into_chunks(SourceFile("a", language, text.encode(), 0))
    row = chunk(language, text, ("run",))._replace(begun=cut.begun)
    assert set(row.defines) == {"run"}
    assert use_in(row, "run", "uses") == found


@pytest.mark.parametrize(
    "question", ["where is parse defined", "def parse(", "parse function", "the parse method"]
)
def test_a_plain_word_that_code_defines_is_asked_for_as_a_name(
    codebase: Codebase, question: str
) -> None:
    """`where is prune defined` gave what is called like it, and doubted that it is there."""
    first = codebase.search(question)[0]
    assert (first.path, "parse" in first.snippet, first.score > 0.9) == (
        "app/queue.py",
        True,
        True,
    )


def test_of_more_heirs_than_are_followed_none_is_said_to_be_no_heir(tmp_path: Path) -> None:
    """Of twelve five were followed, and what overrides in an heir of another was not sure."""
    few = "".join(f"class K{at:02}(Base):\n    pass\n\n\n" for at in range(12))
    texts = {
        "app/base.py": "class Base:\n    def run(self):\n        return 0\n",
        "app/near.py": few,
        "app/first.py": "class First(K00):\n    def run(self):\n        return 1\n",
        "app/last.py": "class Last(K11):\n    def run(self):\n        return 2\n",
    }
    with built(tmp_path, texts) as codebase:
        hits = codebase.search("who overrides Base.run")
        assert [hit.path for hit in hits if hit.score > 0.6] == ["app/first.py", "app/last.py"]


def test_every_heir_of_a_chunk_is_one(tmp_path: Path) -> None:
    texts = {
        "app/base.py": "class Base:\n    def run(self):\n        return 0\n",
        "app/near.py": "class K1(Base):\n    pass\n\n\nclass K2(Base):\n    pass\n",
        "app/last.py": "class Last(K2):\n    def run(self):\n        return 2\n",
        "app/other.py": "class Other:\n    def run(self):\n        return 3\n",
    }
    with built(tmp_path, texts) as codebase:
        hits = codebase.search("who overrides Base.run")
        assert [hit.path for hit in hits if hit.score > 0.6] == ["app/last.py"]
