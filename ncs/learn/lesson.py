"""What one step is taught, and the examination: a batch's losses, held-out retrieval."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ncs.config import ModelConfig
from ncs.learn.config import TrainConfig
from ncs.learn.decoders import sentence_loss
from ncs.learn.encoder import Posterior
from ncs.learn.export import from_weights
from ncs.learn.features import TextBatch, TextFeatures, WordTable, collate, featurise
from ncs.learn.forms import forms, shares
from ncs.learn.model import Model
from ncs.learn.objectives import (
    false_negatives,
    initial_kl,
    nested_info_nce,
    normality_loss,
    strayed,
)
from ncs.learn.pairs import Lessons, Validation
from ncs.learn.reader import collate_places, sources
from ncs.learn.sentences import sentence_batch
from ncs.lexical import MemoryPostings, bm25
from ncs.metrics import gold_ranks
from ncs.types import IdArray, NDArray
from ncs.weights import Weights
from ncs.wording import first_sentence

_ENCODED_AT_ONCE = 512
_SMALLEST_BATCH = 8


@dataclass(frozen=True, slots=True)
class Scores:
    """Retrieval of held-out questions over all candidate chunks."""

    mrr: float
    recall: float  # at 10


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What a model thinks of all pairs.

    Attributes:
        queries: of each form, (n, width) at length 1. documents: (n, width).
        temperature: of its contrast.
    """

    queries: tuple[Tensor, ...]
    documents: Tensor
    temperature: float

    def logits(self, forms_of: IdArray, pairs: IdArray) -> Tensor:
        """Return how well the queries of B pairs, in their forms, ask for each text, (B, B)."""
        asked = [self.queries[form][at] for form, at in zip(forms_of, pairs, strict=True)]
        return torch.stack(asked) @ self.documents[torch.from_numpy(pairs)].T / self.temperature


class Classroom:
    """A codebase's lessons as numbers, ready for every epoch.

    Args:
        lessons: pairs and validation.
        model_config: of the model that will read them.
        config: how it is taught.
        device: where.
    """

    def __init__(
        self,
        lessons: Lessons,
        model_config: ModelConfig,
        config: TrainConfig,
        device: torch.device,
    ) -> None:
        self.config, self.device, self.lessons = config, device, lessons
        self.table = WordTable(model_config.buckets)
        pairs, rng = lessons.pairs, random.Random(config.seed)
        asked = [forms(pair.query, pair.document, rng) for pair in pairs]
        self.queries = [
            featurise(form, self.table, model_config) for form in zip(*asked, strict=True)
        ]
        self.documents = featurise([pair.document for pair in pairs], self.table, model_config)
        self.silent = np.array([not pair.explanation for pair in pairs])
        self.groups = torch.tensor([pair.group for pair in pairs])
        self.chunks = torch.tensor([pair.chunk for pair in pairs])
        held = lessons.validation
        self.held_queries = featurise(held.queries, self.table, model_config)
        self.held_documents = featurise(held.documents, self.table, model_config)
        self.batch_size = max(min(config.batch_size, len(pairs) // 2), _SMALLEST_BATCH)
        self.batch_size = min(self.batch_size, len(pairs))
        self.opinion: Opinion | None = None

    @property
    def steps(self) -> int:
        """Steps in an epoch; the last, incomplete batch is left to the next shuffle."""
        return len(self.documents) // self.batch_size

    def heed(self, model: Model) -> None:
        """Take down what a model thinks of all pairs: what is taught is held to that."""
        queries, documents = (
            [torch.from_numpy(unit_latents(model, texts, self.table, self.device)) for texts in of]
            for of in (self.queries, [self.documents])
        )
        self.opinion = Opinion(
            tuple(queries), documents[0], float(model.temperatures[-1].detach())
        )

    def losses(self, model: Model, epoch: int, step: int, share: float) -> dict[str, Tensor]:
        """Return the terms of the loss of one step, and "loss", their weighted sum.

        Args:
            model: what is taught.
            epoch: from 0; with the seed it decides the order of the pairs.
            step: which batch of the epoch; with both it decides the noise.
            share: of the run that is over, in [0, 1]: the KL weight rises with it.
        """
        picked = self._batch(epoch, step)
        seeds = [self.config.seed, epoch, step]
        generator = torch.Generator().manual_seed(
            int(np.random.SeedSequence(seeds).generate_state(1)[0])
        )
        in_form = np.random.default_rng(seeds).choice(len(self.queries), len(picked), p=shares())
        weights = self.config.loss
        texts = [self.queries[form][at] for form, at in zip(in_form, picked, strict=True)]
        said = model.encode(self._collate(texts))
        batch = self._collate([self.documents[at] for at in picked])
        read = model.encode(batch)
        asked, answered = model.mean_path(said), model.mean_path(read)
        zero = answered.new_zeros(())
        terms = dict.fromkeys(("contrastive", "anchor", "ep", "kl", "reconstruction"), zero)
        terms |= self._ranking(model, picked, in_form, asked, answered)
        if weights.ep:
            main = torch.cat([asked, answered])[:, : model.config.latent_dim]
            terms["ep"] = normality_loss(main, weights.ep_directions, generator)
        if weights.kl or weights.reconstruction:
            path = model.sample_path(read, generator)
            terms["kl"] = path.path_kl.mean() + initial_kl(
                read.mean, read.log_variance, path.start, path.log_prior, weights.free_bits
            )
            if weights.reconstruction:
                terms["reconstruction"] = self._reconstruction(
                    model, picked, batch, read, path.end
                )
        warmth = min(share / weights.kl_warmup, 1.0) if weights.kl_warmup else 1.0
        terms["loss"] = (
            weights.contrastive * terms["contrastive"]
            + weights.anchor * terms["anchor"]
            + weights.ep * terms["ep"]
            + weights.kl * warmth * terms["kl"]
            + weights.reconstruction * terms["reconstruction"]
        )
        return terms

    def _ranking(
        self,
        model: Model,
        picked: IdArray,
        in_form: IdArray,
        asked: Tensor,
        answered: Tensor,
    ) -> dict[str, Tensor]:
        """Return the losses of how a batch's queries, each in its form, rank its documents."""
        weights, terms = self.config.loss, {}
        rows = torch.from_numpy(picked)
        alike = false_negatives(self.groups[rows], self.chunks[rows]).to(self.device)
        if weights.contrastive:
            terms["contrastive"] = nested_info_nce(
                asked, answered, model.widths, model.temperatures, alike
            )
        if weights.anchor and self.opinion is not None:
            thought = self.opinion.logits(in_form, picked).to(self.device)
            terms["anchor"] = strayed(thought, asked, answered, model.temperatures[-1], alike)
        return terms

    def _reconstruction(
        self,
        model: Model,
        picked: IdArray,
        batch: TextBatch,
        posterior: Posterior,
        latents: Tensor,
    ) -> Tensor:
        """Return nats per token of the first few explanations of the batch; 0 without any."""
        pairs = [self.lessons.pairs[at] for at in picked[: self.config.decoded].tolist()]
        told = [pair for pair in pairs if pair.explanation]
        if not told:
            return latents.new_zeros(())
        return sentence_reconstruction(
            model, [pair.document for pair in told], [pair.explanation for pair in told],
            batch, self.table, posterior, latents,
        )  # fmt: skip

    def _batch(self, epoch: int, step: int) -> IdArray:
        """Return the pairs of a step, from an order drawn anew for each epoch.

        Those that the decoder is taught by come first.
        """
        order = np.random.default_rng([self.config.seed, epoch]).permutation(len(self.documents))
        picked = order[step * self.batch_size : (step + 1) * self.batch_size]
        return picked[np.argsort(self.silent[picked], kind="stable")]

    def _collate(self, features: Sequence[TextFeatures]) -> TextBatch:
        return collate(features, self.table).to(self.device)

    def validate(self, model: Model) -> Scores:
        """Return how well the model finds the chunks of the held-out questions."""
        held = self.lessons.validation
        if not held.queries:
            return Scores(0.0, 0.0)
        documents = unit_latents(model, self.held_documents, self.table, self.device)
        asked = unit_latents(model, self.held_queries, self.table, self.device)
        return _scores(asked @ documents.T, held)

    def bm25(self) -> Scores:
        """Return what BM25 makes of the same questions and candidates."""
        held = self.lessons.validation
        if not held.queries:
            return Scores(0.0, 0.0)
        postings = MemoryPostings(held.documents)
        return _scores(np.stack([bm25(postings, query)[0] for query in held.queries]), held)


@torch.no_grad()
def unit_latents(
    model: Model,
    features: Sequence[TextFeatures],
    table: WordTable,
    device: torch.device,
    width: int | None = None,
) -> NDArray[np.float32]:
    """Return the mean-path latents of texts at length 1, (n, width), all columns by default."""
    model.eval()
    parts = []
    for at in range(0, len(features), _ENCODED_AT_ONCE):
        batch = collate(features[at : at + _ENCODED_AT_ONCE], table).to(device)
        latents = model.mean_path(model.encode(batch))[:, :width]
        parts.append(functional.normalize(latents, dim=1).cpu())
    model.train()
    return np.asarray(torch.cat(parts).numpy())


def examined(weights: Weights, held: Validation, device: torch.device) -> Scores:
    """Return how well any model finds the chunks of the held-out questions."""
    model = from_weights(weights).to(device)
    table = WordTable(model.config.buckets)
    asked, documents = (
        unit_latents(model, featurise(texts, table, model.config), table, device)
        for texts in (held.queries, held.documents)
    )
    return _scores(asked @ documents.T, held)


def _scores(similarity: NDArray[np.float32], held: Validation) -> Scores:
    ranks = gold_ranks(similarity, np.array(held.gold))
    return Scores(float((1.0 / ranks).mean()), float((ranks <= 10).mean()))


def sentence_reconstruction(
    model: Model,
    documents: Sequence[str],
    sentences: Sequence[str],
    batch: TextBatch,
    table: WordTable,
    posterior: Posterior,
    latents: Tensor,
) -> Tensor:
    """Return nats per token of sentences about the first documents of a batch.

    Args:
        model: whose decoder is to say them.
        documents: the first texts of `batch`, as they were featurised.
        sentences: one about each.
        batch: of at least these documents, made with `table`.
        table: the words of the batch.
        posterior: the encoder's, of the batch.
        latents: of the batch, (B, at least Z): a path's end, or the mean path.
    """
    places = collate_places(
        sources(documents, table, model.config), batch, table, model.vocabulary
    )
    given, due = sentence_batch(sentences, places.own, model.vocabulary, model.config.sentence)
    given, due = given.to(latents.device), due.to(latents.device)
    memory = model.memory(places, posterior, latents[: len(documents)])
    return sentence_loss(model.decoder(memory, given, due), due)


@torch.no_grad()
def reconstruction(weights: Weights, held: Validation) -> float:
    """Return nats per token of the held-out explanations, teacher-forced from the mean path.

    The documents hold none of the explanations' words; 0.0 where nothing was held out.
    """
    if not held.queries:
        return 0.0
    model = from_weights(weights).eval()
    table = WordTable(model.config.buckets)
    documents = [held.documents[at] for at in held.gold]
    batch = collate(featurise(documents, table, model.config), table)
    posterior = model.encode(batch)
    said = [first_sentence(query) for query in held.queries]
    latents = model.mean_path(posterior)
    return float(sentence_reconstruction(model, documents, said, batch, table, posterior, latents))
