"""Questions in other languages than English, over 6 repositories.

    python -m benchmarks.retrieval.tongues --clones DIR [--systems NAMES] [--only NAMES]
        [--cache DIR] [--json FILE | --save NAME]

A newcomer, a coding agent that did not know ncs, wrote them as a developer does who speaks the
language and has joined the team: 12 each in Chinese (twice), Japanese, Korean, Russian and
Portuguese, three of the last without their accents, as people type. Of the answers some have
comments in the language, and two or three of each repository have none but English names. They
were written before ncs knew of such scripts: 0.16.0, which took a run of Chinese characters for
one word, had MRR 0.361. **They are development data since, and no test.**

Prints the metrics of whole files, and NDCG@10 by language and by what was asked: words as typed
into a field, a sentence, a message on the screen, or words mixed with English ones.
"""

import sys

from benchmarks.retrieval import asked, record, report, run
from benchmarks.retrieval.corpora import load_tongues

METRICS = ("ndcg10", "mrr10", "recall5")


def main() -> int:
    """Measure and print what the arguments name."""
    options = asked.parser(__doc__).parse_args()
    items = load_tongues(run.names(options.only))
    speech = {item.corpus.name: item.speech for item in items}
    outcomes = asked.ask_checkouts(items, options)
    print(f"{len(items)} corpora, {len(outcomes[0].rows)} questions\n")
    print(report.overall(outcomes, METRICS, intervals=len(METRICS)), end="\n\n")
    for label, key in (
        ("language", lambda row: speech[row.corpus.name]),
        ("form", lambda row: row.question.category),
    ):
        print(report.by_group(outcomes, f"ndcg10 by {label}", key, "ndcg10"), end="\n\n")
    record.keep(options, "tongues", {"systems": report.as_json(outcomes, METRICS[0])})
    return 0


if __name__ == "__main__":
    sys.exit(main())
