"""`ncs explain`: a place or a name in, sentences out."""

import re
from importlib import import_module
from pathlib import Path
from shlex import quote

import click
from click.core import ParameterSource

from ncs import display
from ncs.api.describing import chunks_meant
from ncs.api.describing import explain as explain_places
from ncs.cli.asking import answering, refresh_option
from ncs.cli.options import index_option, json_option
from ncs.errors import QueryError

# As hits are written, path:first-last, or cut out of a compiler's message, with the column and its
# last colon, or of the address of a page: path#L12-L20. A path may hold blanks.
_PLACE = re.compile(r"(.+?)(?:[:#]L?(\d{1,9})(?:-L?\d{1,9}|:\d{1,9})?)?:?")


@click.command()
@click.argument("place", metavar="PATH[:LINE]|NAME")
@click.option("--top-k", "-k", type=click.IntRange(1), default=20, show_default=True,
              help="How many chunks of a file to show; --json writes all.")  # fmt: skip
@click.option("--beam", "beams", type=click.IntRange(1, 32), default=4, show_default=True,
              help="Sentences that the search for the best follows at once; 1 takes the likeliest "
                   "word each time. Sentences that are held back are shown, too.")  # fmt: skip
@click.option("--attention", "picture", type=click.Path(path_type=Path), metavar="FILE",
              help="Draw what was read for each word, as .png, .svg or .pdf.")  # fmt: skip
@refresh_option
@index_option
@json_option
@click.pass_context
def explain(
    ctx: click.Context,
    place: str,
    top_k: int,
    beams: int,
    picture: Path | None,
    refresh: bool | None,
    where: Path,
    as_json: bool,
) -> None:
    """Say what the code at PATH does: the chunk on LINE, or every chunk of the file.

    A NAME in the place of a path is that of a definition, like Wallet.pay. Shown are the words
    that the index keeps, with their origin, and what the decoder says of the code alone,
    where it is sure.

    Example: ncs explain src/server.py:120
    """
    if not place.strip():
        raise QueryError("nothing is named", hint="ncs explain PATH:LINE, PATH or NAME")
    matched = _PLACE.fullmatch(place)
    path = matched[1] if matched else place
    line = int(matched[2]) if matched and matched[2] else None
    with answering(where, refresh) as opened:
        count = len(chunks_meant(opened.codebase, path, line))
        most = None if as_json else top_k
        found = explain_places(opened.codebase, path, line, beams, most)
        if picture is not None:
            if count > 1:
                raise QueryError(
                    f"--attention draws one chunk, and {path} has {count}",
                    hint=f"ncs explain {quote(f'{found[0].path}:{found[0].start_line}')}",
                )
            import_module("ncs.display.attention").draw(found[0], picture)
        # A sentence that is held back is for who asks how the decoder fares.
        decoder_asked = ctx.get_parameter_source("beams") is not ParameterSource.DEFAULT
        display.explanations(found, display.style_of(as_json=as_json), held_back=decoder_asked)
        if len(found) < count:
            display.aside(
                f"The first {len(found)} of {count:,} chunks are shown: --top-k {count} shows all."
            )
        display.aside(opened.note)
