"""Laws of the decoder."""

import pytest
import torch

from ncs.config import ModelConfig
from ncs.learn.decoder import Decoder, character_ids
from ncs.learn.export import from_weights
from ncs.learn.objectives import log_likelihood, reconstruction_loss
from ncs.text import BOS, EOS, PAD
from ncs.weights import Weights


@pytest.fixture(scope="module")
def decoder(tiny_weights: Weights) -> Decoder:
    return from_weights(tiny_weights).decoder


TEXTS = ["Close the file.", "über", "a much longer one than this decoder reads in a go"]


def test_ids_begin_end_and_are_padded() -> None:
    ids = character_ids(["ab", "c"], 10)
    assert ids.tolist() == [[BOS, 97, 98, EOS], [BOS, 99, EOS, PAD]]
    assert character_ids(TEXTS, 24).shape == (3, 26)


def test_teacher_forcing_equals_step_by_step(decoder: Decoder) -> None:
    latents, ids = torch.randn(3, 6), character_ids(TEXTS, 24)
    forced = decoder(latents, ids[:, :-1])
    state, steps = decoder.begin(latents), []
    for at in range(ids.shape[1] - 1):
        logits, state = decoder.step(latents, ids[:, at], state)
        steps.append(logits)
    torch.testing.assert_close(forced, torch.stack(steps, dim=1), atol=1e-5, rtol=1e-5)


def test_the_loss_takes_no_notice_of_padding(decoder: Decoder) -> None:
    latents = torch.randn(1, 6)
    ids = character_ids(["ab"], 24)
    padded = torch.cat([ids, torch.full((1, 5), PAD)], dim=1)
    for loss in (reconstruction_loss, log_likelihood):
        torch.testing.assert_close(
            loss(decoder(latents, ids[:, :-1]), ids),
            loss(decoder(latents, padded[:, :-1]), padded),
        )


def test_the_loss_is_nats_per_character(decoder: Decoder) -> None:
    ids = character_ids(["ab", "c"], 24)
    silent = torch.zeros(2, ids.shape[1] - 1, 256)  # every byte as likely as any other
    uniform = torch.log(torch.tensor(256.0))
    torch.testing.assert_close(reconstruction_loss(silent, ids), uniform)
    torch.testing.assert_close(log_likelihood(silent, ids), -uniform * torch.tensor([3.0, 2.0]))


def test_generating_is_greedy_and_needs_no_company(decoder: Decoder) -> None:
    latents = 3 * torch.randn(6, 6)
    together = decoder.generate(latents)
    assert together == [decoder.generate(row[None])[0] for row in latents]
    assert len(set(together)) > 1  # the latent is heard
    assert decoder.generate(latents[:0]) == []


def test_a_decoder_learns_two_sentences_by_heart() -> None:
    torch.manual_seed(0)
    said, latents = ["open it", "shut"], torch.tensor([[1.0] * 6, [-1.0] * 6])
    pupil = Decoder(
        ModelConfig(latent_dim=6, decoder_hidden=24, decoder_embedding=8, characters=24)
    )
    optimizer = torch.optim.Adam(pupil.parameters(), lr=0.03)
    ids = character_ids(said, 24)
    for _ in range(80):
        loss = reconstruction_loss(pupil(latents, ids[:, :-1]), ids)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert pupil.generate(latents) == said
