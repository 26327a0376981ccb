"""`ncs query`: words in, places out."""

import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import get_args

import click

from ncs.api.opening import Codebase, codebase_of
from ncs.api.refreshing import Opened
from ncs.cli.asking import answering, refresh_option
from ncs.cli.options import index_option, json_option
from ncs.display import hits, style_of
from ncs.errors import EXIT_FOUND, EXIT_NOTHING, QueryError
from ncs.search import Answer, Query
from ncs.search.filters import KINDS_CALLED
from ncs.types import DOUBTFUL, KINDS, Mode

_Globs = tuple[str, ...]
_FROM_INPUT = ("-",)
_UNUSED = {
    **dict.fromkeys(
        ("uses", "emits", "listens", "throws", "binds"), "No code {where} is seen to use {name}."
    ),
    "catches": "No code {where} is seen to catch {name}.",
    "imports": "Nothing {where} is seen to import {name}.",
    "overrides": "Nothing {where} is seen to override {name}.",
    "heirs": "Nothing {where} is seen to be derived from {name}.",
    "tests": "No test {where} holds {name}.",
}
_WELL_ANSWERED, _BETTER = 0.7, 0.2  # who has such an answer need not be told of another
_MOST_BYTES = 65_536  # of a question from standard input; a page of a log has a tenth of it


class Asking(click.Command):
    """Takes for the question what begins with a dash, as options do, and is none.

    What holds blanks, and a flag of another program where nothing else is asked: `--dry-run`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; an error names the whole argument that is none."""
        told = list(self._told_apart(ctx, args))
        try:
            return super().parse_args(ctx, list(told))
        except click.NoSuchOption as error:
            # Of `-foo` click names `-f`.
            named = error.option_name
            whole = next((each for each in args if each.startswith(named)), named)
            near = error.possibilities
            if whole.startswith("--") and not near and not self._asks(ctx, told):
                asked = [f" {each}" if each == whole else each for each in told]
                return super().parse_args(ctx, asked)
            raise click.NoSuchOption(whole, possibilities=near, ctx=error.ctx) from None

    def _asks(self, ctx: click.Context, told: list[str]) -> bool:
        """Return whether an argument is part of a question, and no option or value of one."""
        rest = iter(told)
        for each in rest:
            if each in self._valued(ctx):
                next(rest, None)
            elif each == "--" or not each.startswith("-"):
                return True
        return False

    def _valued(self, ctx: click.Context) -> set[str]:
        """Return the options that have a value behind them."""
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        return {name for each in options if not each.is_flag for name in each.opts}

    def _told_apart(self, ctx: click.Context, args: list[str]) -> Iterator[str]:
        """Yield the arguments, a blank before those that are no options: `- a line of a diff`.

        No option holds a blank. Its value may, and follows it or its `=`.
        """
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        named = {name for each in options for name in (*each.opts, *each.secondary_opts)}
        valued = self._valued(ctx)
        rest = iter(args)
        for each in rest:
            if each == "--":
                yield each
                yield from rest
            elif each in valued:
                yield each
                yield from islice(rest, 1)
            elif each.startswith("-") and each.split() not in ([each], []):
                name, given, _ = each.partition("=")
                yield each if given and name in named else f" {each}"
            else:
                yield each


@click.command(cls=Asking)
@click.argument("text", nargs=-1, required=True, metavar="TEXT...|-")
@click.option("--top-k", "-k", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="How many places to show.")  # fmt: skip
@click.option("--mode", type=click.Choice(get_args(Mode)), default="hybrid", show_default=True,
              help="What answers: words and meaning (hybrid), meaning alone (neural), words alone "
                   "(lexical), or names of definitions (symbol).")  # fmt: skip
@click.option("--lang", "languages", multiple=True, metavar="LANGUAGE",
              help="Only this language (rust, rs, golang); may be repeated.")  # fmt: skip
@click.option("--path", "paths", multiple=True, metavar="GLOB",
              help="Only paths that match, a folder or a glob (*, **, {a,b}); may be "
                   "repeated.")  # fmt: skip
@click.option("--not-path", "not_paths", multiple=True, metavar="GLOB",
              help="Leave out paths that match; may be repeated.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, metavar="KIND",
              type=click.Choice((*KINDS, *KINDS_CALLED), case_sensitive=False),
              help=f"Only this kind of place: {', '.join(KINDS[:-1])} or {KINDS[-1]}; or what "
                   "types are called: struct, enum, interface. May be repeated.")  # fmt: skip
@click.option(
    "--latent",
    type=int,
    metavar="16|64",
    help="Compare only the first 16 of a latent's numbers. A latent is what the model makes of a "
    "text: alike for texts that mean alike.  [default: all]",
)
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.0, metavar="SHARE",
              help="Leave out places that are less relevant, from 0 to 1.")  # fmt: skip
@refresh_option
@click.option(
    "--explain-score", is_flag=True, help="Show what each stage of the search gave each place."
)
@index_option
@json_option
@click.pass_context
def query(
    ctx: click.Context,
    text: tuple[str, ...],
    top_k: int,
    mode: Mode,
    languages: tuple[str, ...],
    paths: tuple[str, ...],
    not_paths: tuple[str, ...],
    kinds: tuple[str, ...],
    latent: int | None,
    min_score: float,
    refresh: bool | None,
    explain_score: bool,
    where: Path,
    as_json: bool,
) -> None:
    """Find the places in the code that answer TEXT; - reads it from standard input.

    Example: ncs query "where are failed requests retried" --top-k 3
    """
    question = _from_input() if text == _FROM_INPUT else " ".join(text).strip()
    with answering(where, refresh) as opened:
        within, paths, not_paths = _places(opened, paths, not_paths)
        asked = Query(
            question, top_k, mode, within=within, languages=languages, paths=paths,
            not_paths=not_paths, kinds=kinds, latent=latent, min_score=min_score,
        )  # fmt: skip
        answer = opened.codebase.answer(asked)
        if _is_not_here(answer) and opened.renew():  # it may have been written just now
            answer = opened.codebase.answer(asked)
        found = answer.hits
        narrowed = within or languages or paths or not_paths or kinds
        searched = "among what the filters leave" if narrowed else "here"
        asides = [
            _instead(asked, answer, searched)
            or _aside(asked, answer, searched, stale=bool(opened.note)),
            _where(within, opened.codebase),
            _outside(asked, answer, opened.codebase),
            opened.note,
        ]
        hits(
            found, style_of(as_json=as_json), explain_score=explain_score,
            asides=[said for said in asides if said],
        )  # fmt: skip
    ctx.exit(EXIT_FOUND if found else EXIT_NOTHING)


def _is_not_here(answer: Answer) -> bool:
    """Return whether what was asked for is nowhere in the index, as far as an answer tells."""
    said = (answer.absent, answer.guessed, answer.unused, answer.past_end)
    return bool(answer.best < DOUBTFUL or answer.unknown or any(each is not None for each in said))


def _from_input() -> str:
    """Return the question that standard input holds, to its end.

    Raises:
        QueryError: it holds none, or more than anybody asks.
    """
    # Closed, there is no stream at all.
    read = b"" if sys.stdin is None else sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(read) > _MOST_BYTES:
        raise QueryError(
            f"standard input holds more than {_MOST_BYTES:,} bytes, which is no question",
            hint="a part of it: tail -n 20 FILE | ncs query -",
        )
    if not (text := read.decode("utf-8", "replace").strip()):
        raise QueryError(
            "standard input holds no question",
            hint="echo where are retries handled | ncs query -",
        )
    return text


def _places(opened: Opened, paths: _Globs, not_paths: _Globs) -> tuple[str, _Globs, _Globs]:
    if not (paths or not_paths):
        return opened.within, (), ()
    # Most queries filter no paths, and need not wait for the module that reads filters.
    read: tuple[str, _Globs, _Globs] = import_module("ncs.cli.paths").path_filters(
        opened, paths, not_paths
    )
    return read


def _instead(asked: Query, answer: Answer, searched: str) -> str:
    """Return what is shown where there is not what was asked for; "" where there is.

    Args:
        asked: the question.
        answer: what it found.
        searched: where it was asked, as a sentence says it.
    """
    if asked.mode == "neural":
        return ""
    if answer.unused is not None:
        name, relation = answer.unused
        return _UNUSED[relation].format(where=searched, name=name)
    if not answer.hits:
        return ""
    if answer.absent is not None:
        path, alike = answer.absent
        missing = f"No file of the index is called {path}"
        if len(alike) == 1 and answer.hits[0].path == alike[0]:
            return f"{missing}: {alike[0]} is shown."
        return f"{missing}; there is {', '.join(alike)}." if alike else f"{missing}."
    if answer.guessed is not None:
        said, guessed = answer.guessed
        called = f"Nothing here is called {said}"
        shown = any(hit.symbol.endswith(guessed) for hit in answer.hits)
        return f"{called}: {guessed} is shown." if shown else f"{called}; there is {guessed}."
    if answer.unknown:
        return f"Nothing {searched} is called {answer.unknown}."
    if answer.past_end is not None:
        path, last = answer.past_end
        return f"{path} ends at line {last}: what stands there is shown."
    return ""


def _where(within: str, codebase: Codebase) -> str:
    """Return which folder was asked, and from where its paths are told; "" for no folder."""
    if not within:
        return ""
    root = codebase_of(codebase.index.path)
    if root is None:
        return f"Searched in {within}/ alone: --index with the codebase's root asks all of it."
    quoted = import_module("shlex").quote(str(root))
    return f"Searched in {within}/ alone, paths begin at {root}: --index {quoted} asks all of it."


def _outside(asked: Query, answer: Answer, codebase: Codebase) -> str:
    """Return where outside of the folder that was asked a place answers better; "" for nowhere."""
    if not asked.within or answer.best > _WELL_ANSWERED:
        return ""
    best = next(iter(codebase.answer(replace(asked, within="", top_k=1)).hits), None)
    if best is None or best.path.startswith(f"{asked.within}/"):
        return ""
    if best.score < answer.best + _BETTER:
        return ""
    place = f"{best.path}:{best.start_line}-{best.end_line}"
    return f"Outside of {asked.within}/ {place} answers better ({best.score:.2f})."


def _aside(asked: Query, answer: Answer, searched: str, *, stale: bool) -> str:
    """Return what there is to say of the list as a whole, and what to type; "" for nothing."""
    found = answer.hits
    if found and answer.used > len(found) and len(found) == asked.top_k:
        return (
            f"Shown are {len(found)} of {answer.used:,} places: --top-k {answer.used} shows all."
        )
    if answer.best and not found:  # all of it was left out
        best = math.floor(answer.best * 100) / 100
        return (
            f"The best place scores {best:.2f}, less than {asked.min_score:g}: "
            f"--min-score {best:g} shows it, other words may do better."
        )
    if not found and asked.mode == "symbol":
        advice = "--mode hybrid searches the code's text and meaning too"
        return f"No name {searched} is like it: {advice}."
    if found and found[0].score < DOUBTFUL:
        # It may stand in what the index has not seen.
        later = ", or ask again when the index is up to date" if stale else ""
        advice = f"try other words, or a name from the code{later}"
        return f"Perhaps nothing here answers this (best score {found[0].score:.2f}): {advice}."
    return ""
