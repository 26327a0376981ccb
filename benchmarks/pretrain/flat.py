"""Training pairs on a device, flat: batches are gathered where the numbers lie.

What `ncs.learn.features.collate` does for texts that are read one by one, for millions that lie
one behind the other: at tens of thousands of pairs a second Python could not even list them. The
two say the same of every text (a test holds it), and stay two: by operations of torch `collate`
took twice as long on one thread, and fifty times as long with two on busy cores (by hand).
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from benchmarks.pretrain.packed import Part, lines_of, read
from ncs.config import ModelConfig
from ncs.learn.features import TextBatch
from ncs.learn.forms import AS_A_QUESTION, AS_IT_IS, LEAST, QUESTIONS, SHARED_KEPT
from ncs.positions import ngram_buckets
from ncs.text import words

MOST = 1 << 24  # rows of a table
_ODD = -7046029254386353131  # 2⁶⁴ / φ, made odd: multiplied by it, near numbers lie far apart


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Texts one behind the other, all on one device.

    Attributes:
        words: (W,) int32 word ids. counts, indents: (P,) uint8 of each position.
        word_starts, position_starts: (T + 1,) int64 where those of each text begin.
    """

    words: Tensor
    counts: Tensor
    indents: Tensor
    word_starts: Tensor
    position_starts: Tensor

    def take(self, texts: Tensor) -> "Taken":
        """Return the words and positions of some texts, (B,)."""
        words, sizes = spread(self.word_starts, texts)
        places, positions = spread(self.position_starts, texts)
        return Taken(
            self.words[words].long(), sizes,
            self.counts[places].long(), self.indents[places].long(), positions,
        )  # fmt: skip

    def marks(self) -> Tensor:
        """Return a number for each text, (T,) int64, equal where the words are."""
        found = []
        for at in range(0, len(self.word_starts) - 1, 1 << 20):
            texts = torch.arange(
                at, min(at + (1 << 20), len(self.word_starts) - 1), device=self.words.device
            )
            words, sizes = spread(self.word_starts, texts)
            owner = torch.repeat_interleave(sizes)
            place = words - self.word_starts[texts][owner]
            mixed = (self.words[words].long() + 1) * _ODD
            mixed = (mixed ^ (mixed >> 29)) * (2 * place + 1)
            found.append(sizes.new_zeros(len(texts)).index_add(0, owner, mixed ^ (mixed >> 32)))
        return torch.cat(found) if found else self.word_starts.new_zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """Some texts. All int64.

    Attributes:
        words: (W,). sizes: (B,) words of each text.
        counts, indents: (P,). positions: (B,) positions of each text.
    """

    words: Tensor
    sizes: Tensor
    counts: Tensor
    indents: Tensor
    positions: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """The n-gram rows of all words: `rows[starts[w]:starts[w + 1]]` are those of word w.

    They are hashes below `MOST`; a model takes as many of their bits as its table has.
    """

    rows: Tensor
    starts: Tensor

    def batch(self, taken: Taken, buckets: int) -> TextBatch:
        """Return the batch of some texts for a table of so many rows, a power of two."""
        device = taken.words.device
        met = torch.zeros(len(self.starts) - 1, dtype=torch.bool, device=device)
        met[taken.words] = True
        unique = met.nonzero().squeeze(1)
        places = torch.zeros(len(met), dtype=torch.int64, device=device)
        places[unique] = torch.arange(len(unique), device=device)
        spelled, sizes = spread(self.starts, unique)
        text_of_position = torch.repeat_interleave(taken.positions, output_size=len(taken.counts))
        first = _starts(taken.positions)
        return TextBatch(
            size=len(taken.sizes),
            longest=int(taken.positions.max()),
            unique=unique,
            rows=self.rows[spelled].long() & (buckets - 1),
            row_starts=_starts(sizes),
            words=places[taken.words],
            word_starts=_starts(taken.counts),
            text_word_starts=_starts(taken.sizes),
            position_of_word=torch.repeat_interleave(taken.counts, output_size=len(taken.words)),
            text_of_word=torch.repeat_interleave(taken.sizes, output_size=len(taken.words)),
            text_of_position=text_of_position,
            place=torch.arange(len(taken.counts), device=device) - first[text_of_position],
            indents=taken.indents,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """Training pairs on a device, and on the processor where each language's packages lie.

    Attributes:
        queries, documents: (n,) text of each pair.
        query_marks, document_marks: (n,) equal where the words of two queries (documents) are.
        packages: language → package → its pairs.
        frames: the words before and behind what each of `QUESTIONS` asks about.
    """

    texts: Texts
    spelling: Spelling
    queries: Tensor
    documents: Tensor
    query_marks: Tensor
    document_marks: Tensor
    packages: dict[str, dict[str, npt.NDArray[np.int64]]]
    frames: tuple[Texts, Texts]


def spread(starts: Tensor, picked: Tensor) -> tuple[Tensor, Tensor]:
    """Return where the members of some runs stand, run after run, and the length of each run.

    Args:
        starts: (R + 1,) where each run begins.
        picked: (B,) runs.

    Returns:
        (M,) and (B,).
    """
    first = starts[picked]
    sizes = starts[picked + 1] - first
    total = int(sizes.sum())
    behind = torch.repeat_interleave(first - _starts(sizes), sizes, output_size=total)
    return torch.arange(total, device=starts.device) + behind, sizes


def _starts(sizes: Tensor) -> Tensor:
    return torch.cumsum(sizes, 0) - sizes


def formed(
    flat: Flat, asked: Taken, read: Taken, config: ModelConfig, generator: torch.Generator
) -> Taken:
    """Return a form of each of B queries: as it is, as a question, or without words.

    Of the last, words that stand in its document are dropped but for a quarter of them; where
    fewer than two words would be left the query stays as it is.

    Args:
        flat: where their words are known.
        asked: the queries.
        read: the document of each.
        config: of the model that reads them.
        generator: on their device; all chance is its.
    """
    device, count = asked.words.device, len(asked.sizes)
    owner = torch.repeat_interleave(asked.sizes, output_size=len(asked.words))
    drawn = torch.rand(count, generator=generator, device=device)
    kept = ~_shared(asked, read, owner, len(flat.spelling.starts))
    kept |= torch.rand(len(kept), generator=generator, device=device) < SHARED_KEPT
    left = torch.zeros(count, dtype=torch.int64, device=device).index_add(0, owner, kept.long())
    whole = (drawn < AS_IT_IS + AS_A_QUESTION) | (left < LEAST)
    kept |= whole[owner]
    frame = torch.randint(len(QUESTIONS), (count,), generator=generator, device=device)
    framed = ((drawn >= AS_IT_IS) & (drawn < AS_IT_IS + AS_A_QUESTION)).nonzero().squeeze(1)
    pieces, owners = [asked.words[kept]], [owner[kept] * 3 + 1]
    for place, side in zip((0, 2), flat.frames, strict=True):
        said = side.take(frame[framed])
        pieces.append(said.words)
        owners.append(framed[torch.repeat_interleave(said.sizes)] * 3 + place)
    keys = torch.cat(owners)
    keys, order = torch.sort(keys, stable=True)
    return _sentences(torch.cat(pieces)[order], keys // 3, count, config)


def _shared(asked: Taken, read: Taken, owner: Tensor, size: int) -> Tensor:
    """Return which words of the queries, whose texts are `owner`, stand in their documents."""
    there = torch.repeat_interleave(read.sizes, output_size=len(read.words))
    return torch.isin(asked.words + owner * size, read.words + there * size)


def _sentences(words: Tensor, owner: Tensor, count: int, config: ModelConfig) -> Taken:
    """Return texts of one line; `owner` is the text of each word, rising."""
    sizes = torch.zeros(count, dtype=torch.int64, device=words.device)
    sizes = sizes.index_add(0, owner, torch.ones_like(owner))
    place = torch.arange(len(words), device=words.device) - _starts(sizes)[owner]
    words = words[place < config.lines * config.query_words]
    sizes = sizes.clamp(max=config.lines * config.query_words)
    positions = (sizes + config.query_words - 1) // config.query_words
    counts = torch.full((int(positions.sum()),), config.query_words, device=words.device)
    last = torch.cumsum(positions, 0)[positions > 0] - 1
    counts[last] -= (positions * config.query_words - sizes)[positions > 0]
    return Taken(words, sizes, counts, torch.zeros_like(counts), positions)


def load(parts: Sequence[Path], device: torch.device, processes: int) -> Flat:
    """Return the pairs of some parts, on a device."""
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            found = list(pool.map(_read, parts))
    else:
        found = list(map(_read, parts))
    return joined(found, device)


def _read(path: Path) -> tuple[Part, list[npt.NDArray[np.int32]]]:
    part = read(path)
    return part, spellings(lines_of(part.vocabulary))


def spellings(vocabulary: Sequence[str]) -> list[npt.NDArray[np.int32]]:
    """Return the hashes of each word's n-grams."""
    rows, counts = ngram_buckets(vocabulary, MOST)
    return np.split(rows, np.cumsum(counts))[:-1]


class _Words:
    """The words of all parts, each once, and their hashes."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._rows: list[npt.NDArray[np.int32]] = []

    def numbers(
        self, vocabulary: Sequence[str], spelled: Sequence[npt.NDArray[np.int32]]
    ) -> npt.NDArray[np.int32]:
        """Return the ids of some words; those that are new get the next, with their hashes."""
        found = np.empty(len(vocabulary), dtype=np.int32)
        for at, (word, rows) in enumerate(zip(vocabulary, spelled, strict=True)):
            found[at] = self._ids.setdefault(word, len(self._ids))
            if len(self._ids) > len(self._rows):
                self._rows.append(rows)
        return found

    def spelling(self, device: torch.device) -> Spelling:
        """Return the hashes of all words."""
        sizes = [len(rows) for rows in self._rows]
        return Spelling(
            torch.from_numpy(np.concatenate(self._rows)).to(device), _edges(sizes, device)
        )


def joined(
    found: Sequence[tuple[Part, list[npt.NDArray[np.int32]]]], device: torch.device
) -> Flat:
    """Return parts as one, each with the hashes of its words: words that are equal become one."""
    known = _Words()
    said = [
        known.numbers(lines_of(part.vocabulary), spelled)[part.words] for part, spelled in found
    ]
    frames = _frame(0, known, device), _frame(2, known, device)
    parts = [part for part, _ in found]
    texts = _all_texts(parts, said, device)
    first = np.cumsum([0, *(len(part.sizes) for part in parts)])
    queries, documents = (
        torch.from_numpy(
            np.concatenate([side + at for side, at in zip(sides, first, strict=False)])
        ).to(device)
        for sides in ([part.queries for part in parts], [part.documents for part in parts])
    )
    marks = texts.marks()
    return Flat(
        texts, known.spelling(device), queries, documents, marks[queries], marks[documents],
        _packages(parts), frames,
    )  # fmt: skip


def _packages(parts: Sequence[Part]) -> dict[str, dict[str, npt.NDArray[np.int64]]]:
    """Return the pairs of each package, by language."""
    found: dict[str, dict[str, list[npt.NDArray[np.int64]]]] = {}
    before = 0
    for part in parts:
        for at, name in enumerate(lines_of(part.names)):
            language, _, package = name.partition("\t")
            members = np.flatnonzero(part.packages == at) + before
            found.setdefault(language, {}).setdefault(package, []).append(members)
        before += len(part.queries)
    return {
        language: {name: np.concatenate(some) for name, some in each.items()}
        for language, each in found.items()
    }


def _frame(side: int, known: _Words, device: torch.device) -> Texts:
    """Return the words of the questions on one side of what they ask about."""
    said = [words(question.partition("{}")[side]) for question in QUESTIONS]
    numbers = [known.numbers(text, spellings(text)) for text in said]
    nothing = np.zeros(0, dtype=np.uint8)
    return _texts(
        np.concatenate(numbers), nothing, nothing, np.zeros(len(said), dtype=np.uint8),
        [len(text) for text in said], device,
    )  # fmt: skip


def _all_texts(
    parts: Sequence[Part], said: Sequence[npt.NDArray[np.int32]], device: torch.device
) -> Texts:
    counts = np.concatenate([part.counts for part in parts])
    positions = np.concatenate([part.sizes for part in parts])
    ends = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    edges = np.concatenate([[0], np.cumsum(positions, dtype=np.int64)])
    return _texts(
        np.concatenate(said), counts, np.concatenate([part.indents for part in parts]), positions,
        np.diff(ends[edges]), device,
    )  # fmt: skip


def _texts(
    said: npt.NDArray[np.int32], counts: npt.NDArray[np.uint8], indents: npt.NDArray[np.uint8],
    positions: npt.NDArray[np.uint8], sizes: Sequence[int] | npt.NDArray[np.int64],
    device: torch.device,
) -> Texts:  # fmt: skip
    return Texts(
        torch.from_numpy(said).to(device),
        torch.from_numpy(counts).to(device),
        torch.from_numpy(indents).to(device),
        _edges(sizes, device),
        _edges(positions, device),
    )


def _edges(sizes: Sequence[int] | npt.NDArray[np.integer], device: torch.device) -> Tensor:
    edges = np.concatenate([[0], np.cumsum(np.asarray(sizes, dtype=np.int64))]).astype(np.int64)
    return torch.from_numpy(edges).to(device)
