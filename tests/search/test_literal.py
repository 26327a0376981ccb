"""What stands in the code as it was asked: names, lines, messages."""

from pathlib import Path

import numpy as np
import pytest
from growth import grows_like_the_square
from literal_files import FILES
from small_index import built, make_corpus, put_texts, write_index

import ncs
from ncs.api.opening import Codebase
from ncs.index.reading import open_index
from ncs.search import literal
from ncs.search.lexical import lexical
from ncs.search.literal import (
    _most_given,
    printed,
    verbatim,
    without_values,
)
from ncs.search.runs import Candidates, Runs


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("MAX_RETRIES", "app/limits.py"),  # is given its value; elsewhere it is named more often
        ("Mutex", "src/lock.rs"),  # is declared; what adds to it holds its name more often
        ("OnlyTested", "tests/test_only.py"),  # a test is the one place that has it
        ("def open_session(url, raise_errors=False):", "app/session.py"),
        ("No url  was given to the session", "app/session.py"),  # an error as it is printed
        # the same with a value in it, and broken over two lines of the code
        (
            "Task of kind 'mail.send' never registered, please make sure that it is imported.",
            "app/task.py",
        ),
        # a name in the other writing, or as words: half of them were not found
        ("joinHostPort", "app/net.py"),
        ("http_client_pool", "app/net.py"),
        ("join host port", "app/net.py"),
        ("IGNORE_ALL", "app/cases.py"),  # and not what is called so in another case
        ("ignore_all", "app/ignoring.py"),
        # a name of three pieces is no pasted line: what defines it comes before what holds it
        ("Work::Queue.push", "lib/queue.rb"),
        ("FileNode", "lua/node.lua"),  # and not where it is only brought in
        ("Stove", "lib/kitchen.js"),
        ("class Mutex", "src/lock.rs"),  # asks for the definition, and so do these
        ("where is MAX_RETRIES defined?", "app/limits.py"),
        ("definition of HttpClientPool", "app/net.py"),
        ("--dry-run", "cli/main.py"),  # a flag as it is typed, and not its words
        ("--json", "cli/main.py"),
        ("The password is about to expire", "src/health.cpp"),
        ("--keep-going", "cli/main.py"),
        ("kitchen.Stove", "lib/kitchen.js"),
        # what makes a message comes before tests and prose that hold it as it is printed
        ("No implementation of app.Store was bound at all", "src/binding.py"),
        ("BindingError: No implementation of app.Store was bound at all", "src/binding.py"),
        ("the key 'store' is held nowhere", "src/absent.js"),
        (
            "assert said == 'No implementation of app.Store was bound at all'",
            "tests/test_binding.py",
        ),
        # nothing defines it, and names of files say most of its words
        ("old_session_key_of_user", "lua/opened.lua"),
    ],
)
def test_what_was_asked_literally_comes_first(codebase: Codebase, asked: str, path: str) -> None:
    for mode in ("hybrid", "lexical"):
        assert codebase.search(asked, 1, mode)[0].path == path


ROUTES = {
    "app/invites.cs": "class Invites {\n"
    + "".join(
        f'    [HttpPost("{{id}}/invite/{at}")]\n    public void Invite{at}(string invite) {{\n'
        + f"        invite.HttpPost(invite, {at});\n" * 12
        + "    }\n\n"
        for at in range(40)
    )
    + "}\n",
    "app/users.cs": "class Users {\n"
    + "    int before;\n" * 3
    + '\n    [HttpPost("invite")]\n    public void Ask(string who) {\n'
    + "        ask(who);\n" * 4
    + '    }\n\n    [HttpPost("reinvite")]\n    public void AskAgain(string invite) {\n'
    + "        HttpPost(invite, invite);\n" * 9
    + "    }\n}\n",
}


@pytest.mark.parametrize("asked", ['HttpPost("invite")', '[HttpPost("invite")]'])
def test_a_piece_of_code_leads_to_where_it_stands(tmp_path: Path, asked: str) -> None:
    """Of two words, it was a question for them: all others say `invite` more often."""
    with built(tmp_path, ROUTES) as opened:
        hit = opened.search(asked, 1)[0]
        assert (hit.path, hit.symbol, hit.score > 0.9) == ("app/users.cs", "Users.Ask", True)
        assert '[HttpPost("invite")]' in hit.snippet


SITE = {
    "web/routes.go": "package web\n\nfunc register() {\n"
    '\thandle("/control/dns_config", setConfig)\n}\n',
    "web/config.go": "package web\n\n"
    + "func setConfig() {\n\tcontrol.dns_config(control, dns_config)\n}\n" * 9,
    "web/control/names.go": "package control\n\nfunc control() string {\n\treturn name\n}\n",
    "lib/other.go": 'package lib\n\nimport "example.com/app/web/control"\n\nvar other = 1\n',
}


@pytest.mark.parametrize("asked", ["/control/dns_config", '"/control/dns_config"'])
def test_an_address_within_a_site_leads_to_where_it_stands(tmp_path: Path, asked: str) -> None:
    """Its two words were looked for, which files about it say more often."""
    with built(tmp_path, SITE) as opened:
        hit = opened.search(asked, 1)[0]
        assert (hit.path, hit.score > 0.9) == ("web/routes.go", True)
        index = opened.index
        assert literal._is_of_paths(index, "/web/control/")  # asked for to see what lies there
        assert not literal._is_of_paths(index, asked)


TOLD = {
    "net/errors.swift": 'func told() {\n    show("Too many requests")\n}\n',
    "net/status.swift": "/// The answer 429 of a server that has had too many requests.\n"
    "struct Status429 {\n    let server: Server\n}\n",
    "net/other.swift": 'func other() {\n    show("No such feed")\n}\n',
}


def test_a_literal_is_no_answer_to_a_question_that_holds_its_words(tmp_path: Path) -> None:
    """Three words in quotes were surely meant by any sentence with them and a number."""
    with built(tmp_path, TOLD) as opened:
        hits = opened.search("how does the server answer 429 too many requests", 3)
        assert hits[0].path == "net/status.swift"
        assert all(hit.score < 0.9 for hit in hits if hit.path == "net/errors.swift")
        assert opened.search("Error: too many requests", 1)[0].path == "net/errors.swift"


FLAGS = {
    "docs/options.md": "# Options\n\n    --cacheUrl string   url of the cache, cacheUrl\n",
    "cmd/root.go": "package cmd\n\nfunc initFlags() {\n"
    '\tflags.String("cacheUrl", "", "where it is")\n}\n\n'
    + "func other() {\n\tdo()\n}\n\n" * 20
    + 'func run() {\n\tcacheUrl := cache(v.GetString("cacheUrl"), cacheUrl)\n}\n',
    "cmd/cache.go": "package cmd\n\nfunc cacheUrl(cache string, url string) {\n"
    "\t// cache url cache url\n\tcacheUrl(cache, url)\n}\n",
}


def test_a_flag_that_notes_alone_have_is_where_it_is_defined(tmp_path: Path) -> None:
    with built(tmp_path, FLAGS) as opened:
        first, second = opened.search("--cacheUrl", 2)
        assert (first.path, first.symbol) == ("cmd/root.go", "initFlags")
        assert second.path == "docs/options.md"
        assert second.score > 0.9


@pytest.mark.parametrize("unit", ["A", "' ", "'a", "a.", "/ ", "[", "« "])
def test_values_of_a_long_message_are_known_in_time(unit: str) -> None:
    assert not grows_like_the_square(lambda long: without_values(unit * long), 20_000, 80_000)


@pytest.mark.parametrize("unit", ['\\"', "\\'", "` ", ">a", '"a" + '])
def test_literals_of_a_long_line_are_read_in_time(unit: str) -> None:
    """10 s for 60 KB of JSON in quotes."""
    said = ["no", "such", "file"]
    assert not grows_like_the_square(
        lambda times: _most_given(said, unit * times, said), 4_000, 16_000
    )


def test_what_a_message_says_without_its_values() -> None:
    for said, fixed in (
        ("Couldn't save '/home/me/my file': No space left on device (28)", "Couldn't save :"),
        ('it isn\'t "a b c" of 10.0.0.4, 12 or a/b', "it isn't of or"),
        ("nothing to leave out", "nothing to leave out"),
    ):
        assert " ".join(without_values(said).split()) == fixed


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("Sink not set:", "src/sink.swift"),
        ('"sink not set".', "src/sink.swift"),
        ("Fatal error: Sink not set", "src/sink.swift"),
        ("[ERROR] sink not set!", "src/sink.swift"),
        ("ERROR:acme.errors.sink_error:Sink not set", "src/sink.swift"),
        ("acme.errors.SinkException: Sink not set", "src/sink.swift"),
        # most of it are values and what the system says; two words of the code are all the rest
        ("Couldn't create '/data/my file.part': No such file or directory (2)", "src/saved.cc"),
        ("[2026-01-02 12:00:01] Calling script '/home/me/done.sh'", "src/saved.cc"),
        # the code has what seems to be printed in front
        ("ERROR: unexpected KindDirective value: main.cfg", "src/directive.go"),
    ],
)
def test_a_message_is_found_by_what_it_says(codebase: Codebase, asked: str, path: str) -> None:
    # It was printed with marks around it, or the name of the error in front.
    hit = codebase.search(asked, 1)[0]
    assert (hit.path, hit.score > 0.9) == (path, True)


def test_a_pasted_line_is_shown(codebase: Codebase) -> None:
    """What says most of its words stood further up, and was shown in its place."""
    for asked in ("log('Limiting all of the kept things to %s', each)", "for each in tracks:"):
        hit = codebase.search(asked, 1)[0]
        assert hit.path == "app/history.py"
        assert asked in hit.snippet
        at = hit.snippet.split("\n").index(next(x for x in hit.snippet.split("\n") if asked in x))
        lines = FILES["app/history.py"].split("\n")
        assert asked in lines[hit.snippet_line + at - 1]


def verbatim_in(
    tmp_path: Path, text: str, tree: dict[str, tuple[str, ...]], aside: str = "docs/"
) -> list[str]:
    """Return the files of the chunks that hold a text; one folder is no code."""
    write_index(tmp_path / "i.db", make_corpus(tree))
    with open_index(tmp_path / "i.db") as index:
        said = lexical(index, text)
        ids = np.flatnonzero(said.score > 0)
        owners = index.file_ids[ids]
        found = Candidates(ids, Runs.of(owners), said.score[ids], said.share[ids])
        paths = [index.paths[at] for at in owners.tolist()]
        no_code = np.array([path.startswith(aside) for path in paths])
        held, _ = verbatim(index, text, found, no_code)
        return [index.paths[index.file_ids[at]] for at in held.tolist()]


def test_a_line_is_found_in_the_code_however_many_others_hold_it(tmp_path: Path) -> None:
    line = "total = count(rows)"
    tree = {f"docs/d{at}.md": (f"{line}\n" * 3,) for at in range(40)}
    tree["src/pay.py"] = (f"def pay(rows, more):\n    {line}\n    return total + more(rows)",)
    assert "src/pay.py" in verbatim_in(tmp_path, line, tree)


def test_lines_of_a_report_that_a_program_printed() -> None:
    report = (
        "The mail stays unread, and it is fetched again ten minutes later.\nSome error is shown.\n"
        "[2025-02-11 10:10:03] [ERROR] [mail] cannot move to INBOX\n"
        "`TypeError: x is no function`\nfatal: no such ref"
    )
    assert printed(report) == [
        "[2025-02-11 10:10:03] [ERROR] [mail] cannot move to INBOX",
        "TypeError: x is no function",
        "fatal: no such ref",
    ]
    assert printed("[ERROR] cannot move to INBOX") == []  # all of a question, and no part of one


def test_what_printed_a_line_of_a_report_is_found_and_what_the_report_is_about(
    tmp_path: Path,
) -> None:
    texts = {
        "mail/fetch.py": "def fetch(folder):\n    raise MailError(f'cannot open folder {folder}')",
        "mail/rules.py": "class MoveRule:\n    def apply(self, message):\n        message.move()",
        **{f"z{at}.py": f"def open_{at}(folder, minutes):\n    return folder" for at in range(9)},
    }
    report = (
        "The move rule is not applied to a message that has been read on the phone before.\n"
        "It happens now and then, perhaps once in ten minutes.\n\n"
        "2025-02-11 10:10 ERROR cannot open folder INBOX"
    )
    with built(tmp_path, texts) as codebase:
        first, second, *_ = codebase.search(report)
    assert {first.path, second.path} == {"mail/fetch.py", "mail/rules.py"}


LONG = "alpha beta gamma delta omega kappa sigma theta zeta iota eta."


def test_what_resembles_a_message_far_less_than_another_does_not(tmp_path: Path) -> None:
    tree = {
        "a/most.py": ("alpha beta gamma delta omega kappa sigma theta zeta iota",),
        "b/half.py": ("alpha beta gamma delta omega kappa sigma",),
    }
    assert verbatim_in(tmp_path, LONG, {"b/half.py": tree["b/half.py"]}) == ["b/half.py"]
    assert verbatim_in(tmp_path, LONG, tree) == ["a/most.py"]


def test_a_literal_that_is_a_value_of_a_message_does_not_make_it(tmp_path: Path) -> None:
    tree = {
        "board.py": ("START = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1'",),
        "move.py": ("def warn(m, of, b):\n    log(f'Illegal move: {m} in {of} for board: {b}')",),
    }
    for front in ("", "[WARNING] ", "CHESS WARN: "):
        message = (
            f"{front}Illegal move: g1f3 in [e2e4, e7e5] for board: "
            "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1"
        )
        assert verbatim_in(tmp_path, message, tree) == ["move.py"]


@pytest.mark.parametrize(
    ("text", "found"), [(LONG, ["src/say.py"]), ("alpha beta gamma delta omega.", [])]
)
def test_for_a_long_message_more_code_is_read(tmp_path: Path, text: str, found: list[str]) -> None:
    """A short one is resembled by chance."""
    words = text.strip(".").split()
    mixed = " ".join([*words[::2], *words[1::2]])
    tree = {f"docs/d{at}.md": (f"{mixed}\n{mixed}",) for at in range(20)}
    broken = f"{words[0]} {words[1]} value {' '.join(words[2:])}"
    tree["src/say.py"] = (f"def say(value):\n    {broken}\n" + "    value += 1\n" * 20,)
    assert verbatim_in(tmp_path, text, tree) == found


def test_a_message_of_a_file_of_texts_is_found_with_its_values(tmp_path: Path) -> None:
    """Of `Could not find any binary at https://…` the address alone was looked for."""
    tree = {
        "i18n/english.go": ('Gone: "Could not find any binary at {{.url}}",',),
        "updates.go": ("// https://github.com/lazy/releases/download/v1\nfunc binaryUrl() {}",),
    }
    message = "Could not find any binary at https://github.com/lazy/releases/download/v1"
    assert verbatim_in(tmp_path, message, tree) == ["i18n/english.go"]


def test_what_a_key_gives_in_a_message_makes_it_no_code(tmp_path: Path) -> None:
    tree = {"tags.py": ("log(f'Failed to tag bookmark. url={bookmark.url}')",)}
    message = "Failed to tag bookmark. url=https://example.com/auto/tagging"
    assert verbatim_in(tmp_path, message, tree) == ["tags.py"]


def test_texts_of_an_application_are_literals(tmp_path: Path) -> None:
    tree = {
        "values/texts.xml": (
            '<item quantity="other">Delete the “%2$s” card type, and its %1$d cards?</item>',
        ),
        "delete.kt": ("fun deleteCardType(cards: List<Card>) { delete(cards) }",),
    }
    message = "Delete the “Reverse” card type, and its 12 cards?"
    assert verbatim_in(tmp_path, message, tree) == ["values/texts.xml"]


def test_a_route_is_found_by_its_path(tmp_path: Path) -> None:
    """Outline's `documents.list` led to a component, `/token` to what speaks of tokens."""
    body = "".join(f"  ctx.body.done{at} = await answer(ctx, {at});\n" for at in range(20))
    put_texts(
        tmp_path,
        {
            "routes.ts": 'import email from "../lib/email";\n\n'
            + "".join(
                f'router.post("{path}", auth(), async (ctx) => {{\n{body}}});\n\n'
                for path in ("documents.list", "documents.delete", "/token/:id")
            ),
            "list.ts": "export function DocumentList(documents) {\n  return list(documents);\n}\n"
            "export class Documents {\n  delete(all) {\n    return all;\n  }\n}\n",
            "token.ts": 'import x from "./util/email";\n'
            "export function token(id) {\n  return x(id).token;\n}\n",
            "send.ts": 'export function send(email) {\n  return post("/email", email);\n}\n',
        },
    )
    ncs.build(tmp_path)
    with ncs.open(tmp_path) as codebase:
        for text, symbol in [
            ("documents.list", "post documents.list"),
            ("post documents.delete", "post documents.delete"),
            ("/token/:id", "post /token/:id"),
            ("/email", "send"),  # and not where it ends the path of an import
        ]:
            first = codebase.search(text)[0]
            assert (first.symbol, first.score > 0.8) == (symbol, True), text
        # A route is among what has the name, and not only what has it in another case.
        both = {hit.symbol for hit in codebase.search("documents.delete") if hit.score > 0.9}
        assert both == {"Documents.delete", "post documents.delete"}


def test_what_makes_a_message_comes_before_its_translations(tmp_path: Path) -> None:
    """Forty files of Qt's, which hold the message as it is printed, left no room for the code."""
    codes = ["de", "fr", "es", "it", "pl", "be", "eo", "zh_CN"]
    message = "Login failure. Reason: %1, attempt count: %2, IP: %3, username: %4"
    texts = {
        f"src/lang/app_{code}.ts": '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
        f'<TS version="2.1" language="{code}">\n<context>\n<name>Application</name>\n<message>\n'
        f"<source>{message}</source>\n<translation>{code} {message}</translation>\n"
        "</message>\n</context>\n</TS>\n"
        for code in codes
    }
    texts["src/application.cpp"] = (
        "bool Application::check(const QString &username)\n{\n    if (m_banned)\n"
        f'        log(tr("{message}").arg(reason(), attempts(), address(), username));\n'
        "    return !m_banned;\n}\n"
    )
    texts["src/other.cpp"] = (
        "bool other(const QString &username)\n{\n    return find(username);\n}\n"
    )
    asked = "Login failure. Reason: banned, attempt count: 3, IP: ::ffff:1.2.3.4, username: admin"
    with built(tmp_path, texts) as codebase:
        found = codebase.search(asked)
    assert (found[0].path, found[0].score > 0.9) == ("src/application.cpp", True)
    paths = [hit.path for hit in found]
    assert "lang" in found[1].path
    assert all("lang" not in path for path in paths[2 : paths.index("src/other.cpp") + 1])
