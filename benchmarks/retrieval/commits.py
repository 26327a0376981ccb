"""Subjects of commits as questions: is the file that the commit changed found before the change?

    python -m benchmarks.retrieval.commits --clones DIR [--half tune|report] [--systems NAMES]
        [--only NAMES] [--cache DIR] [--json FILE | --save NAME] [--messages]

With `--messages` the whole messages of those commits are asked that say more than their subjects,
as they lie in the clones: as long as reports of bugs that people paste, and as full of what does
not matter. They are asked beside the subjects alone of the same commits.

This is what whoever is about to mend something asks, in words that are not ours: history.py took
the subjects by rule, and nobody judged one. So many have no answer ("more fixes" does not say
where), and other files may answer as well: no tool comes near 1, and what counts is the distance
between tools.

What names of code in a sentence weigh was chosen with the tune half (repositories of asked.json).
Then the questions of the report half were taken, from other repositories, those of the judged
questions among them. What whole files weigh was chosen with both halves in sight: of that the
report half is no test. `trained_on`: a package of this name taught the base model, in another
version.
"""

import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.retrieval import asked, record, report, run
from benchmarks.retrieval.corpora import Asked, load_commits
from benchmarks.retrieval.export import find_clone
from benchmarks.retrieval.history import whole_messages
from ncs.search.question import holds_code

METRICS = ("ndcg10", "mrr10", "recall5")


SUBJECT, MESSAGE = "subject alone", "whole message"


def _in_full(item: Asked, clones: Path) -> Asked:
    """Return a codebase with both forms of those questions whose commits say more.

    Raises:
        ExportError: the clone is missing.
    """
    said = whole_messages(find_clone(clones, item.corpus))
    both = (
        (replace(each, category=SUBJECT), replace(each, category=MESSAGE, text=said[each.text]))
        for each in item.questions
        if each.text in said
    )
    return replace(item, questions=tuple(form for forms in both for form in forms))


def main() -> int:
    """Measure and print what the arguments name."""
    parser = asked.parser(__doc__)
    parser.add_argument("--half", choices=("tune", "report"), help="one half of the repositories")
    parser.add_argument("--messages", action="store_true", help="ask whole messages")
    options = parser.parse_args()
    items = load_commits(run.names(options.only), options.half)
    if options.messages:
        items = [longer for item in items if (longer := _in_full(item, options.clones)).questions]
    taught = {item.corpus.name for item in items if item.trained_on}
    outcomes = asked.ask_checkouts(items, options)
    count = len(outcomes[0].rows)
    print(f"{len(items)} corpora, {count} questions, half: {options.half or 'both'}\n")
    print(report.overall(outcomes, METRICS, intervals=len(METRICS)), end="\n\n")

    def form(row: report.Row) -> str:
        if options.messages:
            return row.question.category
        return "holds code" if holds_code(row.question.text) else "words alone"

    def training(row: report.Row) -> str:
        return "taught the model" if row.corpus.name in taught else "new to the model"

    for label, key in (
        ("half", lambda row: row.corpus.half),
        ("training", training),
        ("form", form),
        ("half and form", lambda row: f"{row.corpus.half}, {form(row)}"),
        ("language", lambda row: row.corpus.language),
        ("repository", lambda row: row.corpus.name),
    ):
        print(report.by_group(outcomes, f"ndcg10 by {label}", key, "ndcg10"), end="\n\n")
    if len(outcomes) > 1:
        labels = ("report half", "tune half")
        print(
            report.differences(outcomes, "ndcg10", lambda row: row.corpus.half == "report", labels)
        )
    data = {"half": options.half, "systems": report.as_json(outcomes, METRICS[0])}
    record.keep(options, "messages" if options.messages else "commits", data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
