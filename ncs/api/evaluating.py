"""How well an index answers, and how well its model explains, on the user's own code."""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ncs.api.encoding import encode
from ncs.api.opening import Codebase, model_of, open_codebase, training_of
from ncs.config import IndexConfig
from ncs.corpus.reading import Corpus, FileRecord
from ncs.errors import QueryError
from ncs.evaluate.explanations import Speech, cut, speech
from ncs.evaluate.questions import Figures, Question, ask, read_questions
from ncs.explain import held_back, name_of, worths
from ncs.index.reading import Index, ModelRecord
from ncs.index.store import damaged
from ncs.index.writing import write
from ncs.learn.pairs import held_out
from ncs.runtime.decoder import Explained, decoder_of
from ncs.text import document, words
from ncs.types import Chunk, OnProgress, Progress, ignore_progress
from ncs.wording import first_sentence

_QUESTIONS = 300
_SAMPLES = 8
_SAID_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was asked and what each mode reached. `source` says where the questions come from."""

    source: str
    questions: int
    chunks: int
    figures: tuple[Figures, ...]


def evaluate(
    codebase: Codebase,
    queries: str | Path | None = None,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Evaluation:
    """Ask questions whose answers are known, in each mode (names alone where most are names).

    Args:
        codebase: an open index.
        queries: a JSON Lines file of questions. Without one the author's docstrings ask for
            the code they describe, in a copy of the index that holds the code without them; a
            model trained on this codebase is asked only what training held out.
        on_progress: told how far the work has come.

    Raises:
        IndexUnusable: the index is damaged, or made by another model.
        QueryError: the questions cannot be read, or the codebase has no docstring to ask with.
    """
    if queries is None:
        return _by_docstrings(codebase, on_progress)
    asked = read_questions(Path(queries), codebase.index.paths)
    figures = ask(codebase.index, codebase.encoder, asked, on_progress)
    return Evaluation(str(queries), len(asked), codebase.index.chunk_count, tuple(figures))


def _by_docstrings(codebase: Codebase, on_progress: OnProgress) -> Evaluation:
    index, encoder = codebase.index, codebase.encoder
    chunks = _chunks(index)
    fair, source = _fair(index, chunks)
    questions = [
        Question(chunks[at].target.text, (chunks[at].path,), chunks[at].span.start) for at in fair
    ]
    if not questions:
        raise QueryError(
            f"{index.path}: no docstring to ask with",
            hint="write questions into a file: ncs evaluate --queries FILE",
        )
    bare = [
        chunk._replace(text=chunk.body, target=chunk.target._replace(span=None))
        for chunk in chunks
    ]
    texts = [document(chunk.path, chunk.text) for chunk in bare]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "index.db"
        paths = dict.fromkeys(chunk.path for chunk in bare)
        files = tuple(FileRecord(path, "text", 0, 0, "", 0, 0, False) for path in paths)
        # Same latents for queries need the same model, whose bytes the copy need not hold.
        record = ModelRecord("copy", index.model.fingerprint, index.model.config)
        write(
            copy, Corpus(files, tuple(bare), ()), encode(encoder, texts, on_progress),
            [("-", "snippet")] * len(bare), record, IndexConfig(),
        )  # fmt: skip
        with open_codebase(copy) as without:
            figures = ask(without.index, encoder, questions, on_progress)
    return Evaluation(source, len(questions), len(chunks), tuple(figures))


@dataclass(frozen=True, slots=True)
class Sample:
    """A chunk that its author explained, and what the decoder says of its code alone."""

    path: str
    line: int
    reference: str
    generated: str
    sureness: float
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the decoder says beside what the authors wrote, and beside the bare name.

    Attributes:
        source: where the references come from. explained: how many.
        kept: share of the sentences that an index would keep: sound, and sure enough.
        figures: of all sentences, of those that would be kept, and of the name in words.
        length: mean tokens of a reference. samples: drawn evenly.
    """

    source: str
    explained: int
    kept: float
    length: float
    figures: tuple[Speech, ...]
    samples: tuple[Sample, ...]


def compare_explanations(
    codebase: Codebase, *, on_progress: OnProgress = ignore_progress
) -> Comparison:
    """Explain documented chunks from their code alone and compare with what the authors wrote.

    Args:
        codebase: an open index.
        on_progress: told how far the work has come.

    Raises:
        IndexUnusable: the index is damaged, or made by another model.
        QueryError: the codebase has no docstring to compare with.
    """
    chunks = _chunks(codebase.index)
    fair, source = _fair(codebase.index, chunks)
    some = [chunks[at] for at in fair if len(chunks[at].defines) == 1]
    if not some:
        raise QueryError(f"{codebase.index.path}: no docstring to compare with")
    decoder = decoder_of(model_of(codebase.index))
    said: list[Explained] = []
    for at in range(0, len(some), _SAID_AT_ONCE):
        on_progress(Progress("explain", at, len(some)))
        those = some[at : at + _SAID_AT_ONCE]
        texts = [document(chunk.path, chunk.body) for chunk in those]
        said += decoder.explain(texts, worth=worths(texts, [*map(name_of, those)]))
    on_progress(Progress("explain", len(some), len(some)))
    return _compared(source, some, said)


def _compared(source: str, some: Sequence[Chunk], said: Sequence[Explained]) -> Comparison:
    references = [first_sentence(chunk.target.text) for chunk in some]
    codes = [document(chunk.path, chunk.body) for chunk in some]
    told = [each.text for each in said]
    found = [held_back(each.text, code, each.log_probability, name_of(chunk))
             for chunk, each, code in zip(some, said, codes, strict=True)]  # fmt: skip
    kept = [at for at, each in enumerate(found) if not each]
    names = [" ".join(words(chunk.symbol.rpartition(".")[2])) for chunk in some]
    ways = [speech("decoder", references, told, codes)]
    if kept:
        rows = (references, told, codes)
        ways.append(speech("decoder, kept", *([row[at] for at in kept] for row in rows)))
    ways.append(speech("name in words", references, names, codes))
    samples = [
        Sample(some[at].path, some[at].span.start, references[at], told[at],
               said[at].sureness, tuple(found[at]))
        for at in range(0, len(some), max(len(some) // _SAMPLES, 1))
    ]  # fmt: skip
    length = sum(len(cut(each)) for each in references) / len(references)
    return Comparison(
        source, len(some), len(kept) / len(some), length, tuple(ways), tuple(samples[:_SAMPLES])
    )


def _chunks(index: Index) -> list[Chunk]:
    return [row.chunk() for row in index.chunk_rows(range(index.chunk_count))]


def _fair(index: Index, chunks: Sequence[Chunk]) -> tuple[list[int], str]:
    """Return the chunks whose docstrings the model has not been taught, and what they are."""
    training = training_of(index)
    taught = bool(training) and not training.get("kept_base")
    seed, below = training.get("seed", 0), training.get("held_out_below") if taught else 1.0
    source = "docstrings held out from training" if taught else "docstrings"
    if below is None:  # a training before 0.11.0 did not say
        source, below = "docstrings, most of which the model was taught", 1.0
    if not isinstance(below, float) or not isinstance(seed, int):
        raise damaged(index.path, "model", "training: which chunks were held out")
    found = held_out(chunks, below=below, seed=seed)
    random.Random(0).shuffle(found)
    return found[:_QUESTIONS], source
