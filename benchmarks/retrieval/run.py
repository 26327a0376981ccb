"""Run systems over the judged questions and print them side by side.

python -m benchmarks.retrieval.run --corpora DIR [--half tune|report] [--systems NAMES]
    [--only NAMES] [--cache DIR] [--json FILE | --save NAME]
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.retrieval import record, report, systems
from benchmarks.retrieval.corpora import Corpus, Question, load_corpora, load_questions
from benchmarks.retrieval.measure import ask_cached

METRICS = ("ndcg10", "ndcg10_files", "mrr10", "recall5")
USUAL = "ncs-hybrid,ncs-neural,ncs-lexical,bm25,ripgrep,semble-bm25"


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the arguments of a benchmark over the corpora of corpora.json."""
    made = plain_parser(description)
    made.add_argument("--corpora", type=Path, required=True, help="folder that export wrote")
    made.add_argument("--half", choices=("tune", "report"), help="one half of the corpora")
    return made


def plain_parser(description: str | None) -> argparse.ArgumentParser:
    """Return the arguments that every retrieval benchmark has."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--only", default="", help="corpora, separated by commas")
    made.add_argument("--systems", default=USUAL, help=f"of {','.join(systems.NAMES)}")
    made.add_argument("--cache", type=Path, help="folder that keeps the answers of baselines")
    made.add_argument("--json", type=Path, help="write everything here")
    made.add_argument("--save", help="write into benchmarks/results under this name")
    return made


def names(text: str) -> list[str]:
    """Return the names of a list that is separated by commas."""
    return [name for name in text.split(",") if name]


def measure(
    wanted: Sequence[str],
    asked: Sequence[tuple[Corpus, Sequence[Question]]],
    corpora: Path,
    cache: Path | None,
) -> list[report.Outcome]:
    """Return the outcome of each system over the questions of each corpus."""
    outcomes = []
    for name in wanted:
        system = systems.make(name)
        answered = [
            (
                corpus,
                questions,
                ask_cached(system, corpus, corpora, [q.text for q in questions], cache),
            )
            for corpus, questions in asked
        ]
        outcomes.append(report.outcome(name, answered))
    return outcomes


def main() -> int:
    """Measure and print what the arguments name."""
    options = parser(__doc__).parse_args()
    corpora = load_corpora(only=names(options.only), half=options.half)
    asked = [(corpus, load_questions(corpus.name)) for corpus in corpora]
    outcomes = measure(names(options.systems), asked, options.corpora, options.cache)
    count = len(outcomes[0].rows)
    print(f"{len(corpora)} corpora, {count} questions, half: {options.half or 'both'}\n")
    print(report.overall(outcomes, METRICS), end="\n\n")
    for label, key in (
        ("half", lambda row: row.corpus.half),
        ("category", lambda row: row.question.category),
        ("language", lambda row: row.corpus.language),
        ("repository", lambda row: row.corpus.name),
    ):
        print(report.by_group(outcomes, f"ndcg10 by {label}", key, "ndcg10"), end="\n\n")
    if len(outcomes) > 1:
        print(report.differences(outcomes, "ndcg10"))
    data = {"half": options.half, "systems": report.as_json(outcomes, METRICS[0])}
    record.keep(options, "retrieval", data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
