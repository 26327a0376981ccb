"""Questions of newcomers over 97 more repositories, in 25 languages.

    python -m benchmarks.retrieval.asked --clones DIR [--systems NAMES] [--only NAMES]
        [--cache DIR] [--json FILE | --save NAME]

Fourteen newcomers, coding agents that did not know ncs, wrote them: they read the tree of a
repository, chose names and wrote sentences and the files that answer them. The first wave (18
repositories, none of them Python) is of two of them; one wrong answer was put right after results
were seen, and whether others were added to, nobody recorded. The second (10 repositories) was
written and judged before ncs had seen them: that ncs had 0.729 NDCG@10, and 0.738 when three
answers had got a right file that was overlooked. So was the third (10 repositories more): the ncs
of that day had 0.783 (record 2026-11-27-*-blind). The fourth was of 8, and ncs 0.8.0 had 61 of 96
first places right before anything was mended; the two of them with the worst figures (5 of 12
right each) are not kept here, because their clones at hand lacked large files. The fifth was of
8, and ncs 0.10.0 had 46 of 72 first places right, 22 of 48 of the sentences; of two of them the
judged questions of others may be: they are not kept. The sixth is of 6, and ncs 0.11.0 as it was
before them had 30 of 60 first places right, 6 of the 24 sentences; four answers got right files
that were overlooked, found when results were seen. The seventh is of 6, and ncs 0.12.0 as it was
before them had 37 of 66 first places right, 7 of the 30 sentences. The eighth is of 6 in languages
that ncs parses since 0.13.0, its sentences far from the words of the code on purpose: 0.13.0 had
27 of 66 first places right, 2 of the 30 sentences. None of its answers was put right. The ninth is
as a developer asks who is told to change something, of 6 products in much used languages: 0.14.0
had 45 of 66 first places right, 28 of the 48 sentences. Two of them are not kept here, because
their clones at hand lacked a large file each; they had the third and fourth best figures. The
tenth is as a user says it who has met a program and not its code, of 5 products: 0.15.0 had 25 of
60 first places right, 10 of the 40 sentences, and words alone had more than both arms. The
eleventh is of 5 products, in the words of reports of bugs, tasks and how-questions, each written
before its answer was looked for: 0.16.0 had 34 of 60 first places right. The twelfth is what
coding agents typed first in 5 products. The thirteenth is of tasks of one who knows 5 products and
not their code: 0.18.0 had 0.675 NDCG@10. The fourteenth, written in the same way over 5 more, has
symptoms and wishes: 0.19.0 had 0.639, with two right files that were overlooked.
**These are development data and no test**: the ranking was chosen with them, beside the tune half
of the judged questions. One author judged each; other files may answer some, too.

Prints NDCG@10, MRR@10 and recall@5 of whole files; what the latents add to words is the difference
between ncs-hybrid and ncs-lexical. Some of the repositories taught the base model in another
version (`trained_on`: they stand in benchmarks/pretrain/packages.json on the side of training):
their figures stand apart. okio stands there for validation, taught nothing, and counts as new.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.retrieval import record, report, run
from benchmarks.retrieval.corpora import Asked, load_asked
from benchmarks.retrieval.export import export

METRICS = ("ndcg10", "mrr10", "recall5")


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the arguments of a benchmark over whole checkouts of clones."""
    made = run.plain_parser(description)
    made.add_argument("--clones", type=Path, required=True, help="folder of the git clones")
    return made


def ask_checkouts(items: list[Asked], options: argparse.Namespace) -> list[report.Outcome]:
    """Return the outcome of each system over checkouts that are written, asked and removed.

    Raises:
        ExportError: a clone is missing, or lacks its revision.
    """
    asked = [(item.corpus, item.questions) for item in items]
    with tempfile.TemporaryDirectory(prefix="ncs-asked-") as folder:
        for corpus, _ in asked:
            print(export(corpus, options.clones, Path(folder)), file=sys.stderr)
        return run.measure(run.names(options.systems), asked, Path(folder), options.cache)


def main() -> int:
    """Measure and print what the arguments name."""
    options = parser(__doc__).parse_args()
    items = load_asked(run.names(options.only))
    taught = {item.corpus.name for item in items if item.trained_on}
    waves = {item.corpus.name: f"wave {item.wave}" for item in items}
    outcomes = ask_checkouts(items, options)
    count = len(outcomes[0].rows)
    print(f"{len(items)} corpora, {len(taught)} of them taught the model; {count} questions\n")
    print(report.overall(outcomes, METRICS, intervals=len(METRICS)), end="\n\n")

    def training(row: report.Row) -> str:
        return "taught the model" if row.corpus.name in taught else "new to the model"

    def wave(row: report.Row) -> str:
        return waves[row.corpus.name]

    for metric in METRICS:
        for label, key in (("training", training), ("wave", wave)):
            table = report.by_group(outcomes, f"{metric} by {label}", key, metric, intervals=True)
            print(table, end="\n\n")
    for label, key in (
        ("form", lambda row: row.question.category),
        ("training and form", lambda row: f"{training(row)}, {row.question.category}"),
        ("repository", lambda row: row.corpus.name),
    ):
        print(report.by_group(outcomes, f"ndcg10 by {label}", key, "ndcg10"), end="\n\n")
    if len(outcomes) > 1:
        labels = ("new to the model", "taught it")
        print(
            report.differences(
                outcomes, "ndcg10", lambda row: row.corpus.name not in taught, labels
            )
        )
    data = {"trained_on": sorted(taught), "systems": report.as_json(outcomes, METRICS[0])}
    record.keep(options, "asked", data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
