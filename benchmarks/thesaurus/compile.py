"""Make the lists that ship, `ncs/data/thesaurus.txt` and `ncs/data/glossary.txt`.

    python -m benchmarks.thesaurus.compile

A line of `words.tsv`, of what programmers say, and of `everyday.tsv`, of what people say who use
programs, is a word, a tab, and what else people say or code is called, commas between.
Of single words either stands for the other; a phrase stands for its word, and not the other way.
A line of `glossary/*.tsv` is an English word, a tab, and what it is in another language, the
likeliest first.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from ncs.runtime.decoder import vocabulary_of
from ncs.scripts import holds_unspaced
from ncs.search.question import ASKING
from ncs.search.rewording import SMALL
from ncs.text import stem
from ncs.thesaurus import GLOSSARY, LONGEST_PHRASE, PATH
from ncs.weights import shipped_model

WORDS = [Path(__file__).parent / name for name in ("words.tsv", "everyday.tsv")]
LANGUAGES = Path(__file__).parent / "glossary"
_MOST = 4  # English words for one
_LIKELY = 1  # places in the list of a word: of what stands there the commonest word comes first
_PIECE = re.compile(r"[^\W_]+")


def compiled(*sources: str) -> str:
    """Return what ships of lists of words, as `ncs.thesaurus.other_words` reads them.

    The keys are stems; of words of one stem the shortest stands for all.
    """
    others: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def add(key: str, word: str) -> None:
        if (own := stem(word)) != key:
            others[key][own] = min(word, others[key].get(own, word), key=lambda w: (len(w), w))

    for line in "".join(sources).splitlines():
        word, _, alternatives = line.partition("\t")
        for alternative in alternatives.split(", "):
            every = [stem(each) for each in alternative.split(" ") if each not in ASKING]
            said = [each for each in every if each not in SMALL]
            if 1 < len(said) <= LONGEST_PHRASE:
                add(" ".join(said), word)
            elif " " not in alternative and every:
                add(stem(word), alternative)
                add(stem(alternative), word)
    return "".join(f"{key}\t{' '.join(sorted(others[key].values()))}\n" for key in sorted(others))


def glossary(sources: Iterable[str]) -> str:
    """Return what ships of lists of words in other languages, as `english_words` reads them."""
    ranks: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for source in sources:
        for line in source.splitlines():
            english, _, said = line.partition("\t")
            for rank, word in enumerate(said.split(", ")):
                key = _key(unicodedata.normalize("NFKC", word).lower())
                if len(key) > 1 and rank < ranks[key].get(english, rank + 1):
                    ranks[key][english] = rank
    common = {word: at for at, word in enumerate(_common_words())}

    def likely(ranked: tuple[str, int]) -> tuple[bool, int, int]:
        word, rank = ranked
        return rank >= _LIKELY, common.get(word, len(common)), rank

    lines = (
        f"{key}\t{' '.join(word for word, _ in sorted(words.items(), key=likely)[:_MOST])}\n"
        for key, words in ranks.items()
    )
    return "".join(sorted(lines, key=str.encode))


def _common_words() -> tuple[str, ...]:
    """Return the words that authors use of code, the commonest first: those of the base model."""
    model = shipped_model()
    if model is None:
        raise SystemExit("this installation carries no base model, whose words are asked for")
    return vocabulary_of(model).words


def _key(word: str) -> str:
    """Return a word as it is looked up: its stems, or itself without the ending in hiragana."""
    if not holds_unspaced(word):
        return " ".join(stem(each) for each in _PIECE.findall(word)[:LONGEST_PHRASE])
    whole = word.replace(" ", "")
    bare = re.sub("[\u3041-\u309f]+$", "", whole)
    return bare if len(bare) > 1 else whole


def main() -> None:
    """Write the lists."""
    PATH.write_text(compiled(*(path.read_text("utf-8") for path in WORDS)), "utf-8", newline="\n")
    texts = (path.read_text("utf-8") for path in sorted(LANGUAGES.glob("*.tsv")))
    GLOSSARY.write_text(glossary(texts), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
