"""How well an index answers: by questions from a file, or by the codebase's own docstrings."""

import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ncs.api.encoding import encode
from ncs.api.opening import Codebase, open_codebase
from ncs.config import IndexConfig
from ncs.corpus import Corpus, FileRecord
from ncs.errors import QueryError
from ncs.evaluate.questions import Figures, Question, ask, read_questions
from ncs.index.reading import Index, ModelRecord
from ncs.index.writing import write
from ncs.learn.pairs import held_out
from ncs.text import document
from ncs.types import Chunk, OnProgress, ignore_progress

_QUESTIONS = 300


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was asked and what each mode reached. `source` says where the questions come from."""

    source: str
    questions: int
    chunks: int
    figures: tuple[Figures, ...]


def evaluate(
    path: str | Path = ".",
    queries: str | Path | None = None,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Evaluation:
    """Ask questions whose answers are known, in every mode.

    Args:
        path: an index file, a codebase, or any folder inside one.
        queries: a JSON Lines file of questions. Without one the author's docstrings ask for
            the code they describe, in a copy of the index that holds the code without them; a
            model trained on this codebase is asked only what training held out.
        on_progress: told how far the work has come.

    Raises:
        IndexUnusable: there is no index, or it is damaged.
        QueryError: the questions cannot be read, or the codebase has no docstring to ask with.
    """
    with open_codebase(path) as codebase:
        if queries is not None:
            asked = read_questions(Path(queries))
            figures = ask(codebase.index, codebase.encoder, asked, on_progress)
            return Evaluation(str(queries), len(asked), codebase.index.chunk_count, tuple(figures))
        return _by_docstrings(codebase, on_progress)


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
        replace(chunk, text=chunk.body, target=replace(chunk.target, span=None))
        for chunk in chunks
    ]
    texts = [document(chunk.path, chunk.text) for chunk in bare]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "index.db"
        paths = dict.fromkeys(chunk.path for chunk in bare)
        files = tuple(FileRecord(path, "text", 0, 0, "", 0, 0) for path in paths)
        # Same latents for queries need the same model, whose bytes the copy need not hold.
        record = ModelRecord("copy", index.model.fingerprint, index.model.config)
        write(
            copy, Corpus(files, tuple(bare), ()), encode(encoder, texts, on_progress),
            [("-", "snippet")] * len(bare), record, IndexConfig(),
        )  # fmt: skip
        with open_codebase(copy) as without:
            figures = ask(without.index, encoder, questions, on_progress)
    return Evaluation(source, len(questions), len(chunks), tuple(figures))


def _chunks(index: Index) -> list[Chunk]:
    return [row.chunk() for row in index.chunk_rows(range(index.chunk_count))]


def _fair(index: Index, chunks: Sequence[Chunk]) -> tuple[list[int], str]:
    """Return the chunks whose docstrings the model has not been taught, and what they are."""
    training = json.loads(index.model.training or "{}")
    taught = bool(training) and not training.get("kept_base")
    share = float(training.get("holdout", 0.0)) if taught else 1.0
    found = held_out(chunks, holdout=share, seed=int(training.get("seed", 0)))
    random.Random(0).shuffle(found)
    return found[:_QUESTIONS], "docstrings held out from training" if taught else "docstrings"
