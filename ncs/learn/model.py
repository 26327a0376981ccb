"""The whole model: words, encoder, dynamics, flow, reader, decoder, one beside the other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ncs.config import ModelConfig
from ncs.learn.decoders import Memory, PointerDecoder
from ncs.learn.dynamics import Dynamics
from ncs.learn.encoder import Encoder, Posterior, WordVectors
from ncs.learn.features import TextBatch
from ncs.learn.flow import Flow
from ncs.learn.reader import PlaceBatch, Reader
from ncs.weights import VOCABULARY, spell
from ncs.wording import Vocabulary

_START_TEMPERATURE = 0.07
_TEMPERATURES = (0.01, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A path drawn from the posterior.

    Attributes:
        start: z0, (B, Z). end: z1, the latent that the decoder reads, (B, Z).
        log_prior: log p_flow(z0), (B,), in nats.
        path_kl: KL of the posterior path from the prior path, (B,), in nats.
    """

    start: Tensor
    end: Tensor
    log_prior: Tensor
    path_kl: Tensor


class Model(nn.Module):
    """A latent-variable model of texts and what is said about them.

    Args:
        config: its shape.
        seed: of the initial parameters; None draws them from torch's global generator.
        words: the vocabulary of its decoder, which can copy all others.
    """

    def __init__(
        self, config: ModelConfig, seed: int | None = None, words: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self.config = config
        self.vocabulary = Vocabulary(words)
        self.register_buffer(VOCABULARY, torch.from_numpy(spell(words)))
        if seed is None:
            self._build(config)
            return
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._build(config)

    def _build(self, config: ModelConfig) -> None:
        latent, context = config.latent_dim, config.sde_hidden
        self.words = WordVectors(config.buckets, config.width)
        self.encoder = Encoder(config)
        self.dynamics = Dynamics(
            latent, context, config.sde_hidden, config.sde_steps, config.sde_time
        )
        self.flow = Flow(latent, config.flow_layers, config.flow_hidden)
        self.reader = Reader(config.width, config.decoder_embedding)
        self.decoder = PointerDecoder(
            len(self.vocabulary), embedding=config.decoder_embedding,
            hidden=config.decoder_hidden, summary=latent, memory=config.decoder_embedding,
        )  # fmt: skip
        self.log_temperatures = nn.Parameter(
            torch.full((len(self.widths),), math.log(_START_TEMPERATURE))
        )

    @property
    def widths(self) -> tuple[int, ...]:
        """The nested widths of the latent: Z, and Z + E where there is an extension."""
        latent, extension = self.config.latent_dim, self.config.extension_dim
        return (latent, latent + extension) if extension else (latent,)

    @property
    def temperatures(self) -> Tensor:
        """Temperature of the contrast at each width, in [0.01, 1]."""
        return self.log_temperatures.exp().clamp(*_TEMPERATURES)

    def encode(self, batch: TextBatch) -> Posterior:
        """Return the posterior of each text of the batch."""
        posterior: Posterior = self.encoder(batch, self.words(batch))
        return posterior

    def mean_path(self, posterior: Posterior) -> Tensor:
        """Return the latents that queries and the index use, (B, Z + E): no noise anywhere."""
        end = self.dynamics.mean_path(posterior.mean, posterior.context)
        return torch.cat([end, posterior.extension], dim=1)

    def memory(self, places: PlaceBatch, posterior: Posterior, latents: Tensor) -> Memory:
        """Return what the decoder knows of texts; `latents` are (B, at least Z)."""
        told: Memory = self.reader(places, posterior, latents[:, : self.config.latent_dim])
        return told

    def sample_path(self, posterior: Posterior, generator: torch.Generator) -> Path:
        """Return a path from the posterior; the generator (on any device) is all its chance."""
        mean = posterior.mean
        noise = torch.randn(
            self.config.sde_steps + 1, *mean.shape, generator=generator, device=generator.device
        ).to(mean.device)
        start = mean + torch.exp(0.5 * posterior.log_variance) * noise[0]
        end, path_kl = self.dynamics(start, posterior.context, noise[1:])
        return Path(start, end, self.flow.log_prob(start), path_kl)
