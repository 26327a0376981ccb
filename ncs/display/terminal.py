"""Results for a person at a terminal: colour, highlighted code."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.syntax import ANSI_DARK, ANSISyntaxTheme, Syntax
from rich.text import Text

from ncs.display.plain import (
    also,
    also_generated,
    generated_by,
    in_full,
    numbered,
    on_one_line,
    place,
)
from ncs.types import Hit

# Names that the highlighter knows under another name than ours.
_LEXERS = {"csharp": "c#", "text": "text", "tsx": "tsx"}
# Without what it underlines in red as no code: a snippet may begin inside a docstring.
_THEME = ANSISyntaxTheme({k: style for k, style in ANSI_DARK.items() if str(k) != "Token.Error"})
_INDENT = 3
_OWN_WORDS = {"docstring": "green", "comment": "green", "generated": "magenta"}


def hits(found: Sequence[Hit], explain_score: bool, asides: Sequence[str] = ()) -> None:
    """Write the hits, a paragraph each, and what there is to say of them all."""
    console = Console(highlight=False)
    full = in_full(found)
    for at, hit in enumerate(found):
        rank, score = Text(f"{hit.rank:>2} ", style="dim"), f"  {hit.score:.2f}"
        console.print(_heading(hit, rank, score, console.width), soft_wrap=True)
        console.print(_indented(_said(hit.explanation, hit.explanation_source)))
        if explain_score:
            stages = "  ".join(f"{name}={value:.3f}" for name, value in hit.stages)
            console.print(_indented(Text(stages, style="dim")))
        if at >= full:  # in brief, all together
            continue
        for line in _code(hit):
            console.print(line, overflow="ellipsis", no_wrap=True)
        if hit.also:
            beside = Text(f"{' ' * _INDENT}also {also(hit)}", style="dim")
            console.print(beside, overflow="ellipsis", no_wrap=True)
        console.print()
    if full < len(found):
        console.print()
    for said in asides:
        console.print(Text(on_one_line(said), style="dim"))


def _code(hit: Hit) -> list[Text]:
    """Return the lines of a hit's snippet, highlighted, and before the first its number."""
    language = _LEXERS.get(hit.language, hit.language)
    code = Syntax("", language, theme=_THEME, background_color="default")
    before, lines = zip(*numbered(hit), strict=True)
    # All at once: a string may go on over lines.
    shown = code.highlight("\n".join(lines)).split("\n", allow_blank=True)[: len(lines)]
    return [
        Text.assemble((f"{number:>6} ", "dim"), line)
        for number, line in zip(before, shown, strict=True)
    ]


def explanations(found: Sequence[Any], held_back: bool) -> None:
    """Write what is said of chunks, a paragraph each: place, kept words, the decoder's."""
    console = Console(highlight=False)
    for at, each in enumerate(found):
        if at:
            console.print()
        console.print(_heading(each, Text(), "", console.width), soft_wrap=True)
        console.print(_indented(_said(each.explanation, each.explanation_source)))
        if also_generated(each, held_back):
            console.print(_indented(_said(each.generated or "(nothing)", *generated_by(each))))


def _heading(where: Any, before: Text, after: str, width: int) -> Text:
    """Return the place of a hit or an explanation, and its symbol where there is room for it.

    It is printed with a soft wrap: a path that is broken into lines cannot be copied whole.
    """
    heading = Text.assemble(before, (place(where), "bold cyan"), after)
    if where.symbol:
        named = Text.assemble((f"{where.kind} ", "dim"), (on_one_line(where.symbol), "bold"))
        fits = heading.cell_len + 2 + named.cell_len <= width
        heading.append("  " if fits else f"\n{' ' * _INDENT}").append(named)
    return heading


def _said(text: str, source: str, more: str = "") -> Text:
    style = _OWN_WORDS.get(source, "yellow")
    return Text.assemble(on_one_line(text), (f"  {on_one_line(source)}", style), (more, "dim"))


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, _INDENT), expand=False)
