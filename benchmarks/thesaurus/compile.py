"""Make the thesaurus that ships, `ncs/data/thesaurus.txt`, of `words.tsv`.

    python -m benchmarks.thesaurus.compile

A line of `words.tsv` is a word, a tab, and what else people say or code is called, commas between.
Of single words either stands for the other; a phrase stands for its word, and not the other way.
"""

from collections import defaultdict
from pathlib import Path

from ncs.search.question import ASKING
from ncs.text import stem
from ncs.thesaurus import LONGEST_PHRASE, PATH

WORDS = Path(__file__).parent / "words.tsv"


def compiled(source: str) -> str:
    """Return what ships of a list of words: stems, as `ncs.thesaurus.other_words` reads them."""
    others: defaultdict[str, set[str]] = defaultdict(set)
    for line in source.splitlines():
        word, _, alternatives = line.partition("\t")
        own = stem(word)
        for alternative in alternatives.split(", "):
            said = [stem(each) for each in alternative.split(" ") if each not in ASKING]
            if 1 < len(said) <= LONGEST_PHRASE:
                others[" ".join(said)].add(own)
            elif " " not in alternative and said and said[0] != own:
                others[own].add(said[0])
                others[said[0]].add(own)
    return "".join(f"{key}\t{' '.join(sorted(others[key]))}\n" for key in sorted(others))


def main() -> None:
    """Write the list."""
    PATH.write_text(compiled(WORDS.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
