"""What a model is taught by: reconstruction, KL, normality of the latents, and contrast."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ncs.learn.flow import standard_normal_log_prob

_KNOTS = 17
_LAST_KNOT = 3.0
_NEVER = -1e4  # a logit that softmax turns into an exact 0, and no product with it into NaN


def initial_kl(
    mean: Tensor, log_variance: Tensor, start: Tensor, log_prior: Tensor, free_bits: float = 0.0
) -> Tensor:
    """Return the KL of q(z0 | text) from the flow's prior, mean over the batch, in nats.

        Σ_d max(λ, mean_B KL(q_d ‖ N(0, 1)))  +  mean_B [log N(z0; 0, I) − log p_flow(z0)]

    The first part is analytic, dimension by dimension, and takes the free bits λ; the second,
    a single-sample Monte Carlo correction, turns N(0, I) into the flow's prior, and is
    exactly 0 while the flow is the identity. With λ = 0 the sum is an unbiased estimate of
    KL(q ‖ p_flow), so the ELBO is a true one; with λ > 0 it is an upper bound of it.

    Args:
        mean: of q, (B, Z).
        log_variance: of q, (B, Z).
        start: z0 drawn from q with gradient (reparameterisation), (B, Z).
        log_prior: log p_flow(z0), (B,).
        free_bits: nats of each dimension that cost nothing.

    Source: Kingma et al. 2016, arXiv:1606.04934, section C.8, for the free bits.
    """
    analytic = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)  # (B, Z)
    paid = analytic.mean(dim=0).clamp(min=free_bits).sum()
    return paid + (standard_normal_log_prob(start) - log_prior).mean()


def epps_pulley(projected: Tensor) -> Tensor:
    """Return the Epps–Pulley statistic of each column against N(0, 1).

        T = n ∫ |φ̂(t) − exp(−t²/2)|² w(t) dt,   φ̂(t) = mean exp(i t x),   w(t) = exp(−t²/2)

    by the trapezoid rule on 17 knots of [0, 3], doubled for the other half. The factor n
    makes its expectation under N(0, 1) free of n: E|φ̂ − φ|² = (1 − φ²)/n, so
    E T = ∫ (1 − exp(−t²)) exp(−t²/2) dt ≈ 1.05 on [−3, 3]. Away from normality it grows with n.

    Args:
        projected: (n, directions). The work is done in float32.

    Returns:
        (directions,), never negative.

    Source: Epps & Pulley 1983; Balestriero & LeCun 2025, LeJEPA, arXiv:2511.08544.
    """
    values = projected.float()
    knots = torch.linspace(0.0, _LAST_KNOT, _KNOTS, device=values.device)
    target = torch.exp(-0.5 * knots.square())
    weights = torch.full_like(knots, 2.0 * _LAST_KNOT / (_KNOTS - 1))
    weights[0] = weights[-1] = _LAST_KNOT / (_KNOTS - 1)
    angles = values[:, :, None] * knots  # (n, directions, knots)
    gap = (angles.cos().mean(dim=0) - target).square() + angles.sin().mean(dim=0).square()
    return len(values) * (gap * target * weights).sum(dim=1)


def normality_loss(latents: Tensor, directions: int, generator: torch.Generator) -> Tensor:
    """Return the mean Epps–Pulley statistic over random unit directions.

    About 1 for any batch from N(0, I), whatever its size.

    Args:
        latents: (n, Z), not normalised.
        directions: how many; drawn anew at each call.
        generator: the source of the directions, on any device.
    """
    drawn = torch.randn(
        latents.shape[1], directions, generator=generator, device=generator.device
    ).to(latents.device)
    return epps_pulley(latents.float() @ functional.normalize(drawn, dim=0)).mean()


def info_nce(
    queries: Tensor, documents: Tensor, temperature: Tensor | float, excluded: Tensor | None = None
) -> Tensor:
    """Return the symmetric InfoNCE loss on cosine similarity, in nats.

        ½ [CE(query → its document) + CE(document → its query)],  logits = cosine / temperature

    Args:
        queries: (B, width); row i belongs to row i of the documents.
        documents: (B, width).
        temperature: positive.
        excluded: (B, B), True where query i and document j are no negatives of each other;
            the diagonal is never excluded.

    Source: van den Oord et al. 2018, arXiv:1807.03748; symmetric as in arXiv:2103.00020.
    """
    logits = contrast_logits(queries, documents, temperature, excluded)
    gold = torch.arange(len(logits), device=logits.device)
    return 0.5 * (
        functional.cross_entropy(logits, gold) + functional.cross_entropy(logits.T, gold)
    )


def contrast_logits(
    queries: Tensor, documents: Tensor, temperature: Tensor | float, excluded: Tensor | None
) -> Tensor:
    """Return cosine similarity over the temperature, (B, B), a row a query; see `info_nce`."""
    similarity = functional.normalize(queries, dim=1) @ functional.normalize(documents, dim=1).T
    logits = similarity / temperature
    if excluded is None:
        return logits
    own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
    return logits.masked_fill(excluded & ~own, _NEVER)


def nested_info_nce(
    queries: Tensor,
    documents: Tensor,
    widths: Sequence[int],
    temperatures: Tensor,
    excluded: Tensor | None = None,
) -> Tensor:
    """Return the mean InfoNCE of the first columns, once for each width.

    Source: Kusupati et al. 2022, Matryoshka Representation Learning, arXiv:2205.13147.

    Args:
        queries: (B, Z + E).
        documents: (B, Z + E).
        widths: the widths that must stand alone: (Z,) or (Z, Z + E).
        temperatures: one for each width.
        excluded: as in `info_nce`.
    """
    losses = [
        info_nce(queries[:, :width], documents[:, :width], temperature, excluded)
        for width, temperature in zip(widths, temperatures, strict=True)
    ]
    return torch.stack(losses).mean()


def nested_distillation(
    queries: Tensor,
    documents: Tensor,
    widths: Sequence[int],
    temperatures: Tensor,
    excluded: Tensor | None = None,
) -> Tensor:
    """Return how far the first columns rank from how all do, in nats; 0 where there is one width.

        ½ [KL(p(document | query) ‖ q(document | query)) + the same of queries of a document],
        p = softmax(cosine / temperature) of the widest, q of a narrower one; the mean over those

    The widest is the teacher: no gradient reaches it.

    Source: Hinton et al. 2015, arXiv:1503.02531, equation 1, the teacher being the same network's
    wider latent, at temperatures that are learned.

    Args:
        queries: (B, Z + E).
        documents: (B, Z + E).
        widths: as in `nested_info_nce`, the widest last.
        temperatures: one for each width.
        excluded: as in `info_nce`.
    """
    if len(widths) == 1:
        return queries.new_zeros(())
    *narrow, wide = (
        contrast_logits(queries[:, :width], documents[:, :width], temperature, excluded)
        for width, temperature in zip(widths, temperatures, strict=True)
    )
    teacher = wide.detach()
    losses = [0.5 * (divergence(teacher, each) + divergence(teacher.T, each.T)) for each in narrow]
    return torch.stack(losses).mean()


def strayed(
    teacher: Tensor,
    queries: Tensor,
    documents: Tensor,
    temperature: Tensor | float,
    excluded: Tensor,
) -> Tensor:
    """Return how far queries rank documents that are not their own from a teacher, in nats.

        ½ [KL(p(document | query) ‖ q(document | query)) + the same of queries of a document],
        softmax over what is not excluded; the own document and the own query never count

    So that a teacher who does not know which document is the right one has nothing to say of it.

    Args:
        teacher: its logits, (B, B), a row a query; no gradient reaches it.
        queries: (B, width).
        documents: (B, width).
        temperature: positive.
        excluded: (B, B), True where query i and document j belong together.

    Source: what Zhao et al. 2022, arXiv:2203.08679, call the knowledge of classes that are not
    the target (NCKD), for a batch of pairs in place of classes; their abstract was read.
    """
    similarity = functional.normalize(queries, dim=1) @ functional.normalize(documents, dim=1).T
    own = torch.eye(len(teacher), dtype=torch.bool, device=teacher.device)
    wanted, found = (
        logits.masked_fill(excluded | own, _NEVER)
        for logits in (teacher, similarity / temperature)
    )
    return 0.5 * (divergence(wanted, found) + divergence(wanted.T, found.T))


def divergence(teacher: Tensor, student: Tensor) -> Tensor:
    """Return the mean KL of the rows' softmax from the teacher's."""
    return functional.kl_div(
        student.log_softmax(1), teacher.log_softmax(1), reduction="batchmean", log_target=True
    )


def false_negatives(*ids: Tensor) -> Tensor:
    """Return where two pairs share any of their ids, (B, B): True keeps them from being negatives.

    Args:
        ids: (B,) integers each: of the query, of the document, of whatever makes pairs alike.
    """
    shared = [each[:, None] == each[None, :] for each in ids]
    return torch.stack(shared).any(dim=0)
