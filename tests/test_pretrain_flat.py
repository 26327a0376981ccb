"""Pairs as numbers give what their texts give, and say no more than the texts do."""

import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from benchmarks.pretrain import train
from benchmarks.pretrain.flat import Flat, formed, joined, spellings
from benchmarks.pretrain.packed import Pair, lines_of, pack, read, write
from benchmarks.pretrain.teacher import distillation, teacher_of
from benchmarks.pretrain.train import TOLD, Told, Trainer
from ncs.config import PRESETS
from ncs.learn.export import to_weights
from ncs.learn.features import WordTable, collate, featurise
from ncs.learn.forms import QUESTIONS
from ncs.learn.model import Model
from ncs.learn.objectives import contrast_logits
from ncs.text import words
from ncs.weights import unpack

CONFIG = PRESETS["tiny"]
PAIRS = [
    Pair("opens the file", "open\ndef open(path):\n    return File(path)", TOLD, "python", "a"),
    Pair("Opens  the file!", "shut\ndef shut(file):\n    file.close()", TOLD, "python", "a"),
    Pair("parse a header line", "head\nfn parse(line: &str) {\n  cut(line)\n}", TOLD, "rust", "b"),
    Pair("???", "head\nfn nothing() {}", TOLD, "rust", "b"),
    Pair(
        "open each file of a folder and read the lines that stand in it " * 12,
        "walk\ndef walk(folder):\n" + "    read(folder)\n" * 40, TOLD, "python", "c",
    ),
    Pair("naïve Größe", "size\nint größe(void);", "comment", "c", "d"),
]  # fmt: skip
SOUND = [pair for pair in PAIRS if words(pair.query)]


def flat_of(*some: list[Pair]) -> Flat:
    parts = [pack(pairs, CONFIG) for pairs in some]
    return joined(
        [(part, spellings(lines_of(part.vocabulary))) for part in parts], torch.device("cpu")
    )


def latents(model: Model, texts: list[str]) -> torch.Tensor:
    table = WordTable(model.config.buckets)
    return model.mean_path(
        model.encode(collate(featurise(texts, table, model.config), table))
    ).detach()


def test_a_part_is_read_as_it_was_written(tmp_path: Path) -> None:
    part = pack(PAIRS, CONFIG)
    write(part, tmp_path / "packed-000.npz.xz")
    again = read(tmp_path / "packed-000.npz.xz")
    for name in part.__dataclass_fields__:
        assert getattr(again, name).tolist() == getattr(part, name).tolist(), name
    assert lines_of(again.names) == ["python\ta", "rust\tb", "python\tc", "c\td"]


def test_flat_texts_have_the_latents_of_their_texts() -> None:
    flat = flat_of(PAIRS[:3], PAIRS[3:])  # the words of two parts become one vocabulary
    model = Model(CONFIG, seed=3)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)  # no zeros left
        for side, texts in (("query", flat.queries), ("document", flat.documents)):
            order = torch.tensor([4, 1, 0, 3, 2])
            batch = flat.spelling.batch(flat.texts.take(texts[order]), CONFIG.buckets)
            found = model.mean_path(model.encode(batch))
            said = [getattr(SOUND[at], side) for at in order]
            assert torch.allclose(found, latents(model, said), atol=1e-6)


def test_texts_of_the_same_words_have_the_same_mark() -> None:
    flat = flat_of(PAIRS)
    marks = flat.query_marks.tolist()
    assert marks[0] == marks[1]
    assert len(set(marks)) == len(marks) - 1
    assert len(set(flat.document_marks.tolist())) == len(SOUND)


def test_a_form_says_no_word_that_is_not_the_querys_or_a_questions() -> None:
    flat = flat_of(PAIRS)
    known = {at: word for word, at in numbered(flat).items()}
    frames = {word for question in QUESTIONS for word in words(question.replace("{}", " "))}
    kinds = set()
    for seed in range(40):
        rows = torch.arange(len(SOUND))
        asked, read = flat.texts.take(flat.queries[rows]), flat.texts.take(flat.documents[rows])
        taken = formed(flat, asked, read, CONFIG, torch.Generator().manual_seed(seed))
        assert taken.counts.sum() == taken.sizes.sum() == len(taken.words)
        assert taken.positions.sum() == len(taken.counts)
        assert taken.sizes.max() <= CONFIG.lines * CONFIG.query_words
        for pair, said in zip(SOUND, taken.words.split(taken.sizes.tolist()), strict=True):
            spelled, own = [known[at] for at in said.tolist()], words(pair.query)
            dropped = set(own) - set(spelled)
            # Only the end of the longest is cut off, where a question's words stand before it.
            assert dropped <= set(words(pair.document)) or len(own) > 100
            assert set(spelled) <= set(own) | frames
            assert len(spelled) >= min(2, len(own))
            kinds.add("dropped" if dropped else "asked" if spelled != own else "as it is")
    assert kinds == {"dropped", "asked", "as it is"}


def numbered(flat: Flat) -> dict[str, int]:
    """Word → id, found by its n-grams, as the words themselves are forgotten."""
    candidates = {
        word for pair in PAIRS for text in (pair.query, pair.document) for word in words(text)
    }
    candidates |= {word for question in QUESTIONS for word in words(question.replace("{}", " "))}
    starts, rows = flat.spelling.starts.tolist(), flat.spelling.rows.tolist()
    by_rows = {tuple(rows[a:b]): at for at, (a, b) in enumerate(pairwise(starts))}
    return {
        word: by_rows[found] for word in sorted(candidates)
        if (found := tuple(spellings([word])[0].tolist())) in by_rows
    }  # fmt: skip


def test_a_smaller_table_of_the_start_changes_no_latent() -> None:
    small = Model(CONFIG, seed=5)
    wide = CONFIG._replace(buckets=4 * CONFIG.buckets)
    trainer = Trainer(None, Told(WordTable(wide.buckets)), wide, 8, 0, "cpu", {})
    assert trainer.take(small.state_dict()) == []
    texts = [pair.document for pair in SOUND]
    assert torch.allclose(latents(trainer.model, texts), latents(small, texts), atol=1e-6)


def test_a_teacher_who_thinks_the_same_teaches_nothing() -> None:
    flat, model = flat_of(PAIRS), Model(CONFIG, seed=7)
    teacher = teacher_of(model, flat)
    rows = torch.arange(len(SOUND))
    said = teacher.logits(flat.queries[rows], flat.documents[rows])
    sides = [
        model.mean_path(
            model.encode(flat.spelling.batch(flat.texts.take(each[rows]), CONFIG.buckets))
        )
        for each in (flat.queries, flat.documents)
    ]
    excluded = torch.zeros(len(rows), len(rows), dtype=torch.bool)
    wide = model.widths[-1]
    own = contrast_logits(*sides, model.temperatures[-1], excluded)
    assert torch.allclose(said, own, atol=0.05)  # float16 over a temperature of 0.07
    same = distillation(own.detach(), *sides, (wide,), model.temperatures[-1:], excluded)
    other = distillation(own.detach().flip(1), *sides, (wide,), model.temperatures[-1:], excluded)
    assert float(same.detach()) == pytest.approx(0.0, abs=1e-5)
    assert float(other.detach()) > 0.01


@pytest.mark.slow
def test_a_teacher_and_its_student_are_trained_from_parts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, work = tmp_path / "pairs", tmp_path / "work"
    folder.mkdir()
    write(pack(PAIRS, CONFIG), folder / "packed-000.npz.xz")
    start = tmp_path / "base.safetensors"
    start.write_bytes(to_weights(Model(CONFIG, seed=1), small=True))
    monkeypatch.setattr(train, "WIDE", CONFIG._replace(buckets=2 * CONFIG.buckets))
    arguments = ["train", "--pairs", str(folder), "--work", str(work), "--start", str(start)]
    arguments += ["--minutes", "0.05", "--phases", "teacher=0.5,lines=0.5", "--batch", "4"]
    monkeypatch.setattr(sys, "argv", [*arguments, "--preset", "tiny", "--threads", "1"])
    train.main()
    log = [json.loads(line) for line in (work / "log.jsonl").read_text("utf-8").splitlines()]
    steps = {entry["phase"]: entry["steps"] for entry in log if "steps" in entry}
    assert set(steps) == {"teacher", "lines"}
    assert min(steps.values()) > 0
    before, after = (
        unpack(path.read_bytes(), origin="test").tensors
        for path in (start, work / "base.safetensors")
    )
    assert {name: each.shape for name, each in before.items()} == {
        name: each.shape for name, each in after.items()
    }
    # Few steps on a busy machine move no number of the table by a whole step of int8.
    assert any((before[name] != after[name]).any() for name in before)


def test_a_folder_that_was_not_packed_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"python -m benchmarks\.pretrain\.packed"):
        train.parts([tmp_path], None)
