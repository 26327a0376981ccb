"""Results for a person at a terminal: colour, highlighted code."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.syntax import ANSI_DARK, ANSISyntaxTheme, Syntax
from rich.text import Text

from ncs.display.plain import on_one_line, place, printable
from ncs.types import Hit

# Names that the highlighter knows under another name than ours.
_LEXERS = {"csharp": "c#", "text": "text", "tsx": "tsx"}
# Without what it underlines in red as no code: a snippet may begin inside a docstring.
_THEME = ANSISyntaxTheme({k: style for k, style in ANSI_DARK.items() if str(k) != "Token.Error"})
_OWN_WORDS = {"docstring": "green", "comment": "green", "generated": "magenta"}


def hits(found: Sequence[Hit], explain_score: bool, asides: Sequence[str] = ()) -> None:
    """Write the hits, a paragraph each, and what there is to say of them all."""
    console = Console(highlight=False)
    for hit in found:
        console.print(_heading(hit))
        console.print(Padding(_explanation(hit), (0, 0, 0, 3)))
        if explain_score:
            stages = "  ".join(f"{name}={value:.3f}" for name, value in hit.stages)
            console.print(Padding(Text(stages, style="dim"), (0, 0, 0, 3)))
        code = Syntax(
            printable(hit.snippet),
            _LEXERS.get(hit.language, hit.language),
            theme=_THEME,
            background_color="default",
            word_wrap=False,
        )
        console.print(Padding(code, (0, 0, 1, 5)))
    for said in asides:
        console.print(Text(on_one_line(said), style="dim"))


def _heading(hit: Hit) -> Text:
    heading = Text.assemble(
        (f"{hit.rank:>2} ", "dim"), (place(hit), "bold cyan"), f"  {hit.score:.2f}"
    )
    if hit.symbol:
        heading.append(f"  {hit.kind} ", style="dim")
        heading.append(on_one_line(hit.symbol), style="bold")
    return heading


def _explanation(hit: Hit) -> Text:
    style = _OWN_WORDS.get(hit.explanation_source, "yellow")
    source = on_one_line(hit.explanation_source)
    return Text.assemble(on_one_line(hit.explanation), (f"  {source}", style))
