"""Results as plain text: stable, without colour, for pipes and files."""

from collections.abc import Mapping, Sequence
from typing import Any

from ncs.types import DOUBTFUL, Hit

_LIKELY = 0.5  # score of a first hit behind which others are told in brief
_IN_A_ROW = 8  # numbers of a list, so that they fit a terminal
_SHOWN = 3  # paths of each reason for which some are not searched
_BREAKS = {ord(c): f"\\x{ord(c):02x}" for c in "\n\u2028\u2029"}


def printable(text: str) -> str:
    """Return the text with control characters made visible: names and code come from strangers.

    Line feeds and tabs stay; an escape sequence shows as text and cannot move the cursor.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c in "\n\t" or c.isprintable() or (c.isspace() and ord(c) > 0x9F)
        else f"\\x{ord(c):02x}"
        for c in text.replace("\r\n", "\n")
    )  # fmt: skip


def on_one_line(text: str) -> str:
    """Return the text as `printable` does, line feeds too: a name cannot write a line of its own.

    For all that is one line on the screen, hence for everything but code.
    """
    return printable(text).translate(_BREAKS)


def hits(found: Sequence[Hit], explain_score: bool) -> str:
    """Return the hits, a paragraph each: place, score and symbol, explanation, code.

    Those that are told in brief are one paragraph together, without their code.
    """
    full = in_full(found)
    paragraphs = [_hit(hit, explain_score) for hit in found[:full]]
    rest = [_brief(hit, explain_score) for hit in found[full:]]
    return "\n\n".join([*paragraphs, "\n".join(rest)] if rest else paragraphs)


def in_full(found: Sequence[Hit]) -> int:
    """Return how many hits are shown with their code; their scores never rise.

    Where the first is likely to answer, those that hardly do are told in brief: nine of them were
    most of what was to be read.
    """
    if not found or found[0].score < _LIKELY:
        return len(found)
    return sum(hit.score >= DOUBTFUL for hit in found)


def place(hit: Any) -> str:
    """Return where a hit stands, in the form that editors and grep users know."""
    return f"{on_one_line(hit.path)}:{hit.start_line}-{hit.end_line}"


def _brief(hit: Hit, explain_score: bool) -> str:
    """Return where a hit stands and what explains it."""
    named = f"  {hit.kind} {on_one_line(hit.symbol)}" if hit.symbol else ""
    lines = [f"{place(hit)}  {hit.score:.2f}{named}"]
    lines.append(_said(hit))
    if explain_score:
        lines.append("    " + "  ".join(f"{name}={value:.3f}" for name, value in hit.stages))
    return "\n".join(lines)


def _hit(hit: Hit, explain_score: bool) -> str:
    lines = [_brief(hit, explain_score)]
    lines.extend(f"{before:>6} | {line}" for before, line in numbered(hit))
    if hit.also:
        lines.append(f"    also {also(hit)}")
    return "\n".join(lines)


def numbered(hit: Hit) -> list[tuple[str, str]]:
    """Return the lines of a hit's snippet, before the first the number it has in its file.

    The others may not follow it: of many blank lines in a row one is shown.
    """
    lines = printable(hit.snippet).split("\n")
    return list(zip([str(hit.snippet_line), *[""] * (len(lines) - 1)], lines, strict=True))


def also(hit: Hit) -> str:
    """Return the other places of a hit's file, in one line."""
    return ", ".join(
        f"{place.start_line}-{place.end_line} {on_one_line(place.symbol)}" for place in hit.also
    )


def _said(of: Any) -> str:
    return f"    {on_one_line(of.explanation)}  [{on_one_line(of.explanation_source)}]"


def explanations(found: Sequence[Any], held_back: bool) -> str:
    """Return what is said of chunks, a paragraph each: place, kept words, the decoder's."""
    return "\n\n".join(_explanation(each, held_back) for each in found)


def also_generated(found: Any, held_back: bool) -> bool:
    """Return whether to show a generated sentence beside the words that the index keeps.

    One that is held back is mostly wrong: it is shown to those who ask for such.
    """
    return found.generated != found.explanation and (held_back or not found.faults)


def _explanation(found: Any, held_back: bool) -> str:
    named = f"  {found.kind} {on_one_line(found.symbol)}" if found.symbol else ""
    lines = [f"{place(found)}{named}"]
    lines.append(_said(found))
    if also_generated(found, held_back):
        said = on_one_line(found.generated) or "(nothing)"
        lines.append(f"    {said}  [{''.join(generated_by(found))}]")
    return "\n".join(lines)


def generated_by(found: Any) -> tuple[str, str]:
    """Return the source of a generated sentence, and how sure it is and why it is held back."""
    held = f", held back: {', '.join(found.faults)}" if found.faults else ""
    return "generated", f", sureness {found.sureness:.2f}{held}"


def built(report: Any) -> str:
    """Return what a build did."""
    place = on_one_line(str(report.path))
    if not report.written:
        return (
            f"Nothing changed: {report.chunks:,} chunks of {report.files:,} files in {place} "
            f"({report.seconds:.1f} s)"
        )
    rate = report.chunks / max(report.seconds, 1e-9)
    new = report.encoded == report.chunks
    work = f"({rate:,.0f} chunks/s)" if new else (
        f"({report.reread:,} files read anew, {report.encoded:,} chunks encoded)"
    )  # fmt: skip
    return (
        f"{_former(report)}{report.chunks:,} chunks of {report.files:,} files in "
        f"{report.seconds:.1f} s {work}, {report.coverage:.1%} explained, "
        f"{size(report.bytes)} in {place}"
        + (f"\n{report.skipped:,} files or folders not searched: ncs inspect index says why"
           if report.skipped else "")
    )  # fmt: skip


def _former(report: Any) -> str:
    """Return what kept a build from building upon all of a former index, as a line."""
    if report.instead:
        return f"The former index was not used: {on_one_line(report.instead)}\n"
    if report.damaged:
        parts = ", ".join(report.damaged)
        return f"Parts of the former index were damaged and are made anew: {parts}\n"
    return ""


def repaired(report: Any) -> str:
    """Return what a repair found and did."""
    if report.built is None:
        failed = ", ".join(report.failed)
        of_code = f" What fails is of the code: {failed}." if failed else ""
        return f"Nothing to mend: the index is as it was written.{of_code}"
    built = report.built
    model = f"made with the {built.model} model"  # nobody knows what it was made with before
    if report.former_model == built.model:
        model = f"{built.model} model kept"
    if report.lost_model:
        model = "the trained model was lost"
    return (
        f"Mended ({on_one_line('; '.join(report.failed))}): {built.reread:,} of {built.files:,} "
        f"files read anew, {built.encoded:,} of {built.chunks:,} chunks encoded, {model}."
    )


def trained(lesson: Any) -> str:
    """Return what training reached on the held-out questions."""
    how = f"{lesson.epochs} epochs, {lesson.pairs:,} pairs, {lesson.seconds:.0f} s"
    if not lesson.questions:
        return f"Trained ({how}); no documented chunks to hold out, so nothing was measured"
    return (
        f"Trained ({how}). {lesson.questions} held-out questions over {lesson.documents:,} chunks:"
        f"\n  MRR        trained {lesson.mrr:.3f}  before {lesson.start_mrr:.3f}"
        f"  BM25 {lesson.bm25_mrr:.3f}"
        f"\n  recall@10  trained {lesson.recall:.3f}  before {lesson.start_recall:.3f}"
        f"  BM25 {lesson.bm25_recall:.3f}"
        + (f"\n  {lesson.verdict}" if lesson.verdict else "")
    )  # fmt: skip


def size(count: float) -> str:
    """Return a number of bytes in a unit that a person reads."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1024 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1024
    raise AssertionError("unreachable")


def audit(found: Any, checks: Sequence[Any]) -> str:
    """Return the audit as sections: counts, coverage, what is not searched, checks."""
    lines = [
        f"index        {on_one_line(str(found.path))}",
        f"files        {found.files:,}{_generated(found.generated)}",
        f"chunks       {found.chunks:,}",
        f"lines        {found.lines_searched:,} searched{_not_searched(found)}",
        f"model        {on_one_line(found.model)}",
        f"fingerprint  {on_one_line(found.fingerprint)}",
        "",
        f"bytes        {size(found.bytes)}",
        *(f"  {name:12} {size(part):>10}" for name, part in found.bytes_by_part.items()),
        "",
        f"explained    {found.explanation_coverage:.1%} of chunks (floor {found.floor:.0%})",
    ]
    lines += [f"  {name:12} {count:>8,}  {count / max(found.chunks, 1):6.1%}"
              for name, count in found.coverage_by_tier.items()]  # fmt: skip
    lines += ["", "languages" + " " * 16 + "chunks  author's words"]
    lines += [
        f"  {on_one_line(name):16} {count:>12,}  {found.coverage_by_language.get(name, 0.0):6.1%}"
        for name, count in found.languages.items()
    ]
    lines += ["", "not searched"]
    lines += _skipped(found.skipped)
    changed = f"{len(found.stale):,} files changed since they were read"
    lines += ["", f"stale        {changed if found.compared else 'unknown: no codebase in reach'}"]
    lines += [f"  {on_one_line(path)}" for path in found.stale[:10]]
    lines += ["", "checks"]
    lines += [_check(check) for check in checks]
    return "\n".join(lines)


def _not_searched(found: Any) -> str:
    return f", {found.lines_skipped:,} not" if found.compared else ""


def _generated(paths: Sequence[str]) -> str:
    return f", {len(paths):,} of them generated by tools, which count less" if paths else ""


def _skipped(skipped: Mapping[str, Sequence[str]]) -> list[str]:
    lines = []
    for reason, paths in skipped.items():
        shown = ", ".join(on_one_line(path) for path in paths[:_SHOWN])
        more = f", and {len(paths) - _SHOWN:,} more" if len(paths) > _SHOWN else ""
        lines.append(f"  {on_one_line(reason):19} {len(paths):>8,}  {shown}{more}")
    if any(len(paths) > _SHOWN for paths in skipped.values()):
        lines.append("  --json names all of them")
    return lines or ["  nothing was skipped"]


def _check(check: Any) -> str:
    line = f"  {'ok  ' if check.passed else 'FAIL'} {check.name:14} {on_one_line(check.detail)}"
    return f"{line}\n       {on_one_line(check.hint)}" if check.hint and not check.passed else line


def evaluation(found: Any) -> str:
    """Return a table of what the modes reached."""
    source = on_one_line(found.source)
    lines = [
        f"{found.questions:,} questions ({source}) over {found.chunks:,} chunks",
        f"{'mode':10} {'MRR@10':>8} {'NDCG@10':>8} {'recall@10':>10} {'p50 ms':>8}",
    ]
    lines += [
        f"{row.mode:10} {row.mrr:8.3f} {row.ndcg:8.3f} {row.recall:10.3f} {row.p50_ms:8.2f}"
        for row in found.figures
    ]
    return "\n".join(lines)


def comparison(found: Any) -> str:
    """Return a table of how generated sentences stand to the authors', and samples."""
    source = on_one_line(found.source)
    lines = [
        f"{found.explained:,} chunks explained from their code alone ({source}, "
        f"{found.length:.1f} tokens each); {found.kept:.0%} of the sentences would be kept",
        f"{'':15} {'BLEU-4':>7} {'ROUGE-L':>8} {'exact':>6} {'sound':>6} {'named':>6} "
        f"{'distinct':>9} {'tokens':>7}",
    ]
    lines += [
        f"{row.name:15} {row.bleu:7.2f} {row.rouge:8.2f} {row.exact:6.1%} {row.sound:6.1%} "
        f"{row.named:6.1%} {row.distinct:9.1%} {row.length:7.1f}"
        for row in found.figures
    ]
    for sample in found.samples:
        held = f", held back: {', '.join(sample.faults)}" if sample.faults else ""
        lines += [
            "",
            f"{on_one_line(sample.path)}:{sample.line}",
            f"    author     {on_one_line(sample.reference)}",
            f"    generated  {on_one_line(sample.generated)}  [{sample.sureness:.2f}{held}]",
        ]
    return "\n".join(lines)


def record(values: Mapping[str, Any]) -> str:
    """Return named values on aligned lines, nested ones indented below their name."""
    return "\n".join(_record(values, ""))


def _record(values: Mapping[str, Any], indent: str) -> list[str]:
    width = max((len(name) for name in values), default=0)
    lines = []
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            lines += [f"{indent}{on_one_line(name)}", *_record(value, indent + "  ")]
        else:
            first, *others = _value(value)
            lines.append(f"{indent}{on_one_line(name):{width}}  {first}")
            lines += [f"{indent}{'':{width}}  {other}" for other in others]
    return lines


def _value(value: Any) -> list[str]:
    """Return a value as lines, one but for long lists."""
    if isinstance(value, float):
        return [f"{value:.4g}"]
    if isinstance(value, list):
        items = [f"{_value(item)[0]:>6}" for item in value]
        rows = range(0, len(items), _IN_A_ROW)
        return [" ".join(items[at : at + _IN_A_ROW]) for at in rows] or ["none"]
    return ["none" if value == {} else on_one_line(str(value))]
