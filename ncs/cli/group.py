"""The group of all commands, each loaded only when it is called; errors become text here."""

import gc
import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from ncs import __version__
from ncs.display.plain import on_one_line
from ncs.errors import EXIT_ERROR, EXIT_INTERRUPTED, NcsError

_TOOLS = 6  # that may watch a process at once: their numbers begin at 0
# name → (where it is, what it does): help must not import the commands, one of which needs torch
_COMMANDS = {
    "train": ("ncs.cli.train:train", "Learn a codebase and write its index."),
    "index": ("ncs.cli.index:index", "Index a codebase with the base model, without training."),
    "query": ("ncs.cli.query:query", "Find the places in the code that answer a question."),
    "explain": ("ncs.cli.explain:explain", "Say what the code at a place does."),
    "evaluate": ("ncs.cli.evaluate:evaluate", "Measure how well an index answers."),
    "inspect": ("ncs.cli.inspect:inspect", "Audit an index, its model and its latents."),
}


class Shown(click.ClickException):
    """An `NcsError` on its way to the screen."""

    def __init__(self, error: NcsError) -> None:
        super().__init__(error.message)
        self.exit_code = error.exit_code  # type: ignore[misc]  # the error decides
        self.hint = error.hint

    def show(self, file: Any = None) -> None:
        """Write the message, and the hint on a line of its own, to stderr."""
        click.echo(f"Error: {on_one_line(self.message)}", err=True)
        if self.hint:
            click.echo(f"Hint: {on_one_line(self.hint)}", err=True)


class Unheard(Exception):
    """The reader of our output has gone (`ncs query ... | head`): that is no error.

    It takes the place of BrokenPipeError, for which click would exit with 1: nothing found.
    """


@contextmanager
def _may_go_unheard() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise Unheard from error


class Commands(click.Group):
    """Loads each command on first use, and turns library errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are used."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, importing its module now."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        if not gc.isenabled():  # `ncs.cli.main` put it off until here
            gc.freeze()
            gc.enable()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is asked for; one that is not there names those like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            alike = import_module("difflib").get_close_matches(args[0], _COMMANDS)
            if not alike:
                raise
            meant = " or ".join(f"'{name}'" for name in alike)
            raise click.UsageError(f"{error.message} Did you mean {meant}?", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in _COMMANDS.items()])

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the options, and answer those that ask for help."""
        with _may_go_unheard():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; the one place where a library error becomes text."""
        try:
            with _may_go_unheard():
                return super().invoke(ctx)
        except NcsError as error:
            raise Shown(error) from error


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ncs")
def commands() -> None:
    """Neural code search: learns a codebase, answers questions with places in the code."""


def _open_streams() -> None:
    """Let stdout take any text, and do without a stderr that is closed.

    Raises:
        Shown: stdout is closed.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 — until the end
    if sys.stdout is None:
        closed = NcsError(
            "stdout is closed: nothing can be written", hint="to discard it: >/dev/null"
        )
        raise Shown(closed)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Code is in any language, and not every terminal can show it.
        sys.stdout.reconfigure(errors="backslashreplace")


def run() -> None:
    """Run the command line and end with its exit code: 0 found, 1 nothing, 2 error, 130."""
    try:
        _open_streams()
        code = commands.main(prog_name="ncs", standalone_mode=False)
        sys.stdout.flush()
    except (Unheard, BrokenPipeError):
        code = 0
    except Exception as error:
        code = EXIT_ERROR
        with suppress(BrokenPipeError):  # nobody reads of the error, which is one all the same
            code = _told(error)
    _discard_the_rest()
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int) -> NoReturn:
    """End the process with an exit code, at once where nothing is left to be done for it.

    Python would take all apart that was loaded: 8 of the 150 ms of a cold query. It still does
    where threads or processes are waited for, and where somebody watches: a profiler, a debugger,
    or who asked for warnings of what was never closed.
    """
    others = threading.active_count() > 1 or "multiprocessing" in sys.modules
    watched = sys.gettrace() or sys.getprofile() or sys.warnoptions or _is_monitored()
    if others or watched:
        sys.exit(code)
    os._exit(code)  # both streams are flushed


def _is_monitored() -> bool:
    """Return whether a tool watches the process as they may since Python 3.12."""
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(map(monitoring.get_tool, range(_TOOLS)))


def _told(error: Exception) -> int:
    """Write to stderr what stopped a command, and return the exit code for it."""
    if isinstance(error, click.exceptions.Abort):
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    if isinstance(error, click.ClickException):
        error.show()
        if isinstance(error, click.UsageError) and error.ctx and error.ctx.info_name == "query":
            _say_how_to_ask(error)
        return error.exit_code
    if isinstance(error, OSError):
        click.echo(f"Error: {on_one_line(str(error))}", err=True)
        return EXIT_ERROR
    if isinstance(error, ModuleNotFoundError) and (error.name or "ncs").split(".")[0] != "ncs":
        click.echo(
            f"Error: ncs needs the Python package {error.name}, which is not installed\n"
            f"Install ncs with what it needs: {sys.executable} -m pip install ncs",
            err=True,
        )
        return EXIT_ERROR
    # Python's own exit code for it is 1, which says that nothing was found.
    sys.excepthook(*sys.exc_info())
    click.echo(
        f"This is a fault of ncs {__version__}, and not of what you typed: a report of it "
        "needs the lines above.",
        err=True,
    )
    return EXIT_ERROR


def _say_how_to_ask(error: click.UsageError) -> None:
    """Write what asks for a word that begins with a dash, and what asks without an argument."""
    if isinstance(error, click.NoSuchOption):
        quoted = import_module("shlex").quote(on_one_line(error.option_name))  # an error's alone
        click.echo(f"To ask for it: ncs query -- {quoted}", err=True)
    elif isinstance(error, click.MissingParameter):
        click.echo("To ask what standard input holds: ncs query -", err=True)


def _discard_the_rest() -> None:
    """Send nowhere what cannot be written, else Python tries once more and exits with 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
