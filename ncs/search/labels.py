"""What stands on a screen: `Become User` is all of a literal or of an element, to the letter."""

import re

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search.glossary import glossed
from ncs.search.literal import about
from ncs.search.paths import in_data
from ncs.search.question import told
from ncs.search.runs import MOST_FLAGGED, Candidates
from ncs.text import loosely
from ncs.types import BoolArray, FloatArray, IdArray

_WORDS = 2  # of a label; longer ones are looked for as messages are (`ncs.search.literal`)
_MARKS = " \t\r\n\"'`“”«»"  # that it was pasted with


def labelled(
    index: Index, text: str, found: Candidates, aside: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks that show a label of two words, and what each is worth; 1.0.

    In lower case alone it is words about something. Prose and tests are no place of a label;
    translations count where no code has it.

    Args:
        index: where the chunks are.
        text: the question.
        found: what BM25 says of it.
        aside: which of these are tests, examples, prose or translations, (n,).
    """
    label = text.strip(_MARKS)
    if len(label.split()) != _WORDS or label == label.lower():
        return NOWHERE, NOTHING
    if glossed(told(text)):
        found = about(index, text, found)
    ids = found.best_of_every_term(MOST_FLAGGED)
    whole = re.compile(rf"(?:[\"'`>]|[:=][ \t]){loosely(label)}[ \t]*(?:[\"'`<]|\\n|\r?$)", re.M)
    texts = index.chunk_texts(ids.tolist())
    shows = np.array([whole.search(each) is not None for each in texts], dtype=bool)
    code = shows & ~aside[np.searchsorted(found.ids, ids)]
    ids = ids[code if code.any() else shows & in_data(index, ids)]
    return ids, np.ones(len(ids), dtype=np.float32)
