"""How a model is taught. Apart from `ncs.config`, for a query has no time to make these."""

from dataclasses import dataclass, field
from typing import Literal

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class LossConfig:
    """Weight of each term of the loss; 0 takes it out.

    Attributes:
        anchor: what holds a base model to how it ranked the pairs before. Questions in other
            words go from 0.371 to 0.380 by training (benchmarks.retrieval.paraphrase), judged
            ones of 23 codebases (374, by hand) from 0.873 to 0.871, latents alone from 0.806 to
            0.802. Before this and `forms`, half of the way back to the base: 0.358, 0.867,
            0.811. With a third of it judged ones go to 0.868 (by hand).
        free_bits: nats of KL for each latent dimension that cost nothing, against
            posterior collapse (Kingma et al. 2016).
        kl_warmup: share of training over which the KL weight rises from 0.
        ep_directions: random projections of the Epps-Pulley statistic.
    """

    reconstruction: float = 0.1
    kl: float = 0.01
    ep: float = 0.001
    contrastive: float = 1.0
    anchor: float = 3.0
    free_bits: float = 0.05
    kl_warmup: float = 0.3
    ep_directions: int = 64


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """How a model is taught.

    Attributes:
        epochs: at most; early stopping ends training after `patience` epochs without a
            better validation MRR.
        batch_size: pairs in a contrastive batch; decoded: how many of them also train the
            decoder (a GRU's steps are the dear part).
        learning_rate: of new parameters; warm_learning_rate: of parameters that come from a
            base model.
        holdout: share of the documented chunks kept for validation.
        time_limit: seconds for all of `ncs train`, or None.
    """

    epochs: int = 12
    batch_size: int = 256
    decoded: int = 32
    learning_rate: float = 3e-3
    warm_learning_rate: float = 3e-3
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    holdout: float = 0.1
    patience: int = 5
    seed: int = 0
    device: Device = "auto"
    time_limit: float | None = None
    loss: LossConfig = field(default_factory=LossConfig)
