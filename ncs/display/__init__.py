"""The only room that writes to stdout: JSON for programs, plain text for pipes, rich on terminals.

rich is imported (through `ncs.display.terminal`) only when a person is looking.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any, Literal

from ncs.display import plain
from ncs.types import Hit

Style = Literal["json", "plain", "terminal"]

# The contract for scripts: one object a line with these fields, in this order.
HIT_FIELDS = (
    "rank", "path", "start_line", "end_line", "language", "kind", "symbol", "score",
    "explanation", "explanation_source", "snippet", "snippet_line", "also",
)  # fmt: skip


EXPLANATION_FIELDS = (
    "path", "start_line", "end_line", "language", "kind", "symbol", "explanation",
    "explanation_source", "generated", "sureness", "faults",
)  # fmt: skip


def hits(
    found: Sequence[Hit],
    style: Style,
    *,
    explain_score: bool = False,
    asides: Sequence[str] = (),
) -> None:
    """Write the hits of a query; on nothing found, say so on stderr (as JSON: no line).

    Args:
        found: the hits, best first.
        style: how to write them.
        explain_score: whether to write what each stage of the search gave.
        asides: what there is to say of the list as a whole, of what was searched, or why the
            list is empty. On stderr but for terminals: stdout is for programs.
    """
    if style == "terminal" and found:
        import_module("ncs.display.terminal").hits(found, explain_score, asides)
        return
    if style == "json":
        for hit in found:
            write(json.dumps(hit_record(hit, explain_score=explain_score)))
    elif not found:
        asides = [" ".join(["Nothing found.", *asides[:1]]), *asides[1:]]
    else:
        show(plain.hits(found, explain_score))
    for said in asides:
        aside(said)


def hit_record(hit: Hit, *, explain_score: bool = False) -> dict[str, Any]:
    """Return a hit as the object that `--json` prints."""
    record = {name: getattr(hit, name) for name in HIT_FIELDS}
    record["score"] = round(hit.score, 4)
    record["also"] = [place._asdict() for place in hit.also]
    if explain_score:
        record["stages"] = {name: round(value, 4) for name, value in hit.stages}
    return record


def style_of(*, as_json: bool) -> Style:
    """Return how results are written: as JSON where that was asked for, else for who reads."""
    return "json" if as_json else "terminal" if sys.stdout.isatty() else "plain"


def explanations(found: Sequence[Any], style: Style, *, held_back: bool = True) -> None:
    """Write what is said of some chunks, in the order of their lines.

    Args:
        found: what is said.
        style: how to write it; as JSON all of it is written.
        held_back: whether to write sentences that no index would keep.
    """
    if style == "terminal":
        import_module("ncs.display.terminal").explanations(found, held_back)
    elif style == "json":
        for each in found:
            write(json.dumps(explanation_record(each)))
    else:
        show(plain.explanations(found, held_back))


def explanation_record(explanation: Any) -> dict[str, Any]:
    """Return an explanation as the object that `--json` prints."""
    record = {name: getattr(explanation, name) for name in EXPLANATION_FIELDS}
    record["sureness"] = round(explanation.sureness, 4)
    return record


def built(report: Any) -> None:
    """Write what an index build did, in a line or two."""
    show(plain.built(report))


def repaired(report: Any) -> None:
    """Write what a repair found and did, to stderr: the audit follows on stdout."""
    aside(plain.repaired(report))


def trained(lesson: Any) -> None:
    """Write what training reached, beside BM25 on the same chunks."""
    show(plain.trained(lesson))


def audit(found: Any, checks: Sequence[Any], *, as_json: bool) -> None:
    """Write the audit of an index and its checks."""
    if as_json:
        write(json.dumps({**asdict(found), "checks": [asdict(check) for check in checks]}))
    else:
        show(plain.audit(found, checks))


def evaluation(found: Any, *, as_json: bool) -> None:
    """Write the figures of the modes over the same questions."""
    if as_json:
        write(json.dumps(asdict(found)))
    else:
        show(plain.evaluation(found))


def comparison(found: Any, *, as_json: bool) -> None:
    """Write the figures of generated sentences beside the authors', and samples."""
    if as_json:
        write(json.dumps(asdict(found)))
    else:
        show(plain.comparison(found))


def record(values: Mapping[str, Any], *, as_json: bool) -> None:
    """Write named values: an object with `--json`, aligned lines otherwise."""
    if as_json:
        write(json.dumps(values))
    else:
        show(plain.record(values))


def show(text: str) -> None:
    """Write lines for people to stdout: whatever they are made of, they cannot move the cursor."""
    # Each by itself: most are printable as they stand, which is seen at once.
    write("\n".join(map(plain.printable, text.split("\n"))))


def aside(said: str) -> None:
    """Write a line beside the answer, to stderr; none where there is nothing to say."""
    if said:
        sys.stderr.write(f"{plain.on_one_line(said)}\n")


def write(text: str) -> None:
    """Write lines to stdout as they are."""
    sys.stdout.write(f"{text}\n")
