"""Questions that share no word with the names in the code: what is left when words fail.

    python -m benchmarks.retrieval.paraphrase --corpora DIR [--half tune|report]
        [--systems NAMES] [--only NAMES] [--cache DIR] [--json FILE | --save NAME]

Prints the share of question words that do stand in the passage they were written from, then
MRR@10 of each system: 1 / the rank of the first file that answers.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.retrieval import overlap, record, report, run
from benchmarks.retrieval.corpora import Corpus, Paraphrase, load_corpora, load_paraphrases

METRICS = ("mrr10", "hit10", "recall5")


def measured_overlap(
    paraphrases: Sequence[Paraphrase], corpora: Sequence[Corpus], folder: Path
) -> tuple[float, float]:
    """Return the mean share of a question's words in the passage, each in [0, 1].

    The first figure counts the passage's names and its path, by stems: what the questions
    were written to avoid. The second counts its comments and strings too.
    """
    languages = {corpus.name: corpus.language for corpus in corpora}
    named, written = [], []
    for item in paraphrases:
        text = (folder / item.corpus / item.relevant[0]).read_text("utf-8", "replace")
        first, last = item.lines
        passage = "\n".join(text.split("\n")[first - 1 : last])
        names = overlap.identifiers(passage, languages[item.corpus])
        known = overlap.stems([*names, item.relevant[0]])
        count = len(overlap.content_words(item.query))
        named.append(len(overlap.shared(item.query, known)) / count)
        written.append(len(overlap.shared(item.query, overlap.stems([passage]))) / count)
    return float(np.mean(named)), float(np.mean(written))


def main() -> int:
    """Measure and print what the arguments name."""
    options = run.parser(__doc__).parse_args()
    corpora = load_corpora(only=run.names(options.only), half=options.half, judged=False)
    wanted = {corpus.name for corpus in corpora}
    paraphrases = [item for item in load_paraphrases() if item.corpus in wanted]
    named, written = measured_overlap(paraphrases, corpora, options.corpora)
    asked = [
        (corpus, [item.question for item in paraphrases if item.corpus == corpus.name])
        for corpus in corpora
    ]
    asked = [(corpus, questions) for corpus, questions in asked if questions]
    outcomes = run.measure(run.names(options.systems), asked, options.corpora, options.cache)
    print(f"{len(asked)} corpora, {len(paraphrases)} questions, half: {options.half or 'both'}")
    print(f"word overlap with names and path {named:.3f}, with any text {written:.3f}\n")
    print(report.overall(outcomes, METRICS), end="\n\n")
    for label, key in (
        ("half", lambda row: row.corpus.half),
        ("language", lambda row: row.corpus.language),
        ("repository", lambda row: row.corpus.name),
    ):
        print(report.by_group(outcomes, f"mrr10 by {label}", key, "mrr10"), end="\n\n")
    if len(outcomes) > 1:
        print(report.differences(outcomes, "mrr10"))
    data = {
        "half": options.half,
        "word_overlap": {"names": round(named, 4), "any": round(written, 4)},
        "systems": report.as_json(outcomes, METRICS[0]),
    }
    record.keep(options, "paraphrase", data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
