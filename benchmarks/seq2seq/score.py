"""What the seeds reported of a model, and what shows more: one example each, then figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean
from typing import Any

import sacrebleu
import torch

from benchmarks.seq2seq import code
from benchmarks.seq2seq.config import Config, Direction
from benchmarks.seq2seq.corpus import Pair
from benchmarks.seq2seq.data import Languages, Numbered
from benchmarks.seq2seq.models import Seq2Seq
from benchmarks.seq2seq.train import countable
from ncs.beam import BeamConfig
from ncs.evaluate.explanations import cut, names_stand
from ncs.learn.decoders import generate
from ncs.metrics import rouge_l, smoothed_bleu
from ncs.wording import PAD, UNKNOWN, sentence

BUCKETS = (20, 40, 80)  # tokens of a source, before it is cut; the last bucket has no end
_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What was made of one pair.

    Attributes:
        tokens: generated, marks left out. ended: by itself, not at the limit.
    """

    tokens: tuple[str, ...]
    ended: bool


@dataclass(frozen=True, slots=True)
class Dictated:
    """One pair under teacher forcing: of its tokens that the vocabulary has."""

    nats: float
    right: int
    count: int


def search(config: Config, beams: int, length_penalty: float = 0.8) -> BeamConfig:
    """Return how sentences are looked for in a direction."""
    return BeamConfig(
        beams=beams,
        longest=config.longest,
        length_penalty=length_penalty,
        # Code says the same again and again, and rightly so.
        block=config.direction == "explain",
    )


def speak(model: Seq2Seq, pairs: Numbered, spoken: Languages, config: BeamConfig) -> list[Said]:
    """Return what a model says of each pair, free running."""
    found = []
    model.eval()
    with torch.no_grad():
        for index in pairs.inorder(_TOGETHER):
            batch = pairs.batch(index)
            sentences = generate(model.decoder, model.memory(batch), config)
            for each, own in zip(sentences, batch.own, strict=True):
                said = tuple(spoken.target.tokens(each.ids, own))
                found.append(Said(said, len(each.ids) < config.longest))
    return found


def dictate(model: Seq2Seq, pairs: Numbered) -> list[Dictated]:
    """Return how each pair's target is foreseen when all tokens before are given."""
    found = []
    model.eval()
    with torch.no_grad():
        for index in pairs.inorder(_TOGETHER):
            batch = pairs.batch(index)
            memory = model.memory(batch)
            state, right, likelihood = model.decoder.begin(memory), [], []
            for given, due in zip(batch.inputs.T, batch.targets.T, strict=True):
                step = model.decoder.step(given, state, memory)
                state, scores = step.state, step.log_probabilities
                likelihood.append(scores.gather(1, due[:, None])[:, 0])
                scores[:, [PAD, UNKNOWN]] = -1e9
                right.append(scores.argmax(dim=1) == due)
            counted = countable(model, batch)
            nats = -(torch.stack(likelihood, dim=1) * counted).sum(dim=1)
            hits = (torch.stack(right, dim=1) & counted).sum(dim=1)
            found += [
                Dictated(float(lost), int(hit), int(count))
                for lost, hit, count in zip(nats, hits, counted.sum(dim=1), strict=True)
            ]
    return found


def figures(
    pairs: Sequence[Pair], said: Sequence[Said], config: Config, dictated: Sequence[Dictated] = ()
) -> dict[str, Any]:
    """Return all figures over the pairs, and under "by_length" those of each bucket."""
    found = _figures(pairs, said, dictated, config)
    buckets: dict[str, Any] = {}
    below = 0
    for upper in (*BUCKETS, 10**9):
        inside = [at for at, pair in enumerate(pairs) if below < pair.size <= upper]
        if inside:
            some = [[each[at] for at in inside] for each in (pairs, said, dictated or ()) if each]
            label = f"{below + 1}-{upper}" if upper < 10**9 else f"{below + 1}+"
            buckets[label] = _figures(some[0], some[1], some[2] if dictated else (), config)
        below = upper
    return {**found, "by_length": buckets}


def _figures(
    pairs: Sequence[Pair], said: Sequence[Said], dictated: Sequence[Dictated], config: Config
) -> dict[str, Any]:
    due = [pair.target[: config.longest] for pair in pairs]
    told = [each.tokens for each in said]
    both = list(zip(due, told, strict=True))
    found: dict[str, Any] = {
        "n": len(pairs),
        **_overlaps(due, told, config.direction),
        "exact": mean(one == other for one, other in both),
        # as the seeds have it: the same token at the same place, free running
        "token_accuracy": sum(_same(*each) for each in both) / sum(map(len, due)),
        "distinct": len(set(told)),
        "length": mean(map(len, told)),
        "reference_length": mean(map(len, due)),
    }
    if dictated:
        count = sum(each.count for each in dictated)
        found["perplexity"] = 2.718281828459045 ** (sum(each.nats for each in dictated) / count)
        found["foreseen"] = sum(each.right for each in dictated) / count
        found["known"] = count / sum(len(each) + 1 for each in due)
    if config.direction == "explain":
        texts = [sentence(each) for each in told]
        found["named"] = mean(
            names_stand(text, pair.body) for text, pair in zip(texts, pairs, strict=True)
        )
        found["repeats"] = mean(map(_repeats, told))
    else:
        faults = Counter(code.fault(each.tokens, each.ended) for each in said)
        found["faults"] = {name: faults[name] / len(said) for name in code.FAULTS}
    return found


def bleu(pairs: Sequence[Pair], said: Sequence[Said], config: Config) -> float:
    """Return a direction's own BLEU: CodeXGLUE's of sentences, corpus BLEU of code."""
    due = [pair.target[: config.longest] for pair in pairs]
    found = _overlaps(due, [each.tokens for each in said], config.direction)
    return found["codexglue_bleu" if config.direction == "explain" else "bleu"]


def _overlaps(
    due: Sequence[Sequence[str]], told: Sequence[Sequence[str]], direction: Direction
) -> dict[str, float]:
    """Return BLEU by both definitions, chrF and ROUGE-L; all but `bleu_share` in 0 to 100."""
    if direction == "explain":
        references, texts = [sentence(each) for each in due], [sentence(each) for each in told]
        bleu = sacrebleu.corpus_bleu(texts, [references], lowercase=True)
        cuts = [(cut(one), cut(other)) for one, other in zip(references, texts, strict=True)]
    else:
        references, texts = [" ".join(each) for each in due], [" ".join(each) for each in told]
        bleu = sacrebleu.corpus_bleu(texts, [references], tokenize="none", force=True)
        cuts = [(list(one), list(other)) for one, other in zip(due, told, strict=True)]
    return {
        "bleu": bleu.score,
        "bleu_share": bleu.score / 100,
        "bleu_unpunished": bleu.score / max(bleu.bp, 1e-9),
        "codexglue_bleu": 100 * mean(smoothed_bleu(*each) for each in cuts),
        "chrf": sacrebleu.corpus_chrf(texts, [references]).score,
        "rouge_l": 100 * mean(rouge_l(*each) for each in cuts),
    }


def _same(due: Sequence[str], told: Sequence[str]) -> int:
    return sum(one == other for one, other in zip(due, told, strict=False))


def _repeats(told: Sequence[str]) -> bool:
    """Return whether a token comes twice in a row or a trigram twice."""
    trigrams = list(zip(told, told[1:], told[2:], strict=False))
    return len(set(trigrams)) < len(trigrams) or any(one == other for one, other in pairwise(told))


def samples(
    pairs: Sequence[Pair], said: Sequence[Said], direction: Direction, count: int
) -> list[dict[str, str]]:
    """Return some of what was said, spread over the pairs; of code only what was generated."""
    step = max(len(pairs) // count, 1)
    found = []
    for pair, each in list(zip(pairs, said, strict=True))[::step][:count]:
        if direction == "explain":
            found.append(
                {
                    "of": pair.name,
                    "author": sentence(pair.target),
                    "said": sentence(each.tokens),
                }
            )
        else:
            found.append({"of": " ".join(pair.source), "said": code.rendered(each.tokens)})
    return found
