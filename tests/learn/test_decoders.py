"""Laws that hold for every decoder, and what is special to copying and to attention."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from ncs.beam import BeamConfig
from ncs.learn.decoders import (
    BahdanauDecoder,
    Decoder,
    Memory,
    PointerDecoder,
    RecurrentDecoder,
    SourceConfig,
    SourceEncoder,
    generate,
    sentence_loss,
    unroll,
)
from ncs.learn.decoders.recurrent import CELLS, UNSPEAKABLE, Cell
from ncs.learn.monitor import GradientMonitor
from ncs.wording import BOS, EOS, MARKS, PAD, UNKNOWN

WORDS, SUMMARY, MEMORY, PLACES, LENGTH, EXTRA = 11, 5, 6, 7, 6, 3
Make = Callable[[], Decoder]
SHAPE = {"embedding": 8, "hidden": 9, "summary": SUMMARY}
MAKES: dict[str, Make] = {
    "rnn": lambda: RecurrentDecoder(WORDS, cell="rnn", **SHAPE),
    "lstm": lambda: RecurrentDecoder(WORDS, cell="lstm", **SHAPE),
    "gru": lambda: RecurrentDecoder(WORDS, cell="gru", **SHAPE),
    "bahdanau": lambda: BahdanauDecoder(WORDS, **SHAPE, memory=MEMORY, attention=7),
    "pointer": lambda: PointerDecoder(WORDS, **SHAPE, memory=MEMORY),
}
every_decoder = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
every_looking = pytest.mark.parametrize(
    "make", [MAKES["bahdanau"], MAKES["pointer"]], ids=["bahdanau", "pointer"]
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def shaken(make: Make) -> Decoder:
    """Return a decoder with no weight at zero, so that nothing is hidden by its start."""
    torch.manual_seed(3)
    decoder = make()
    with torch.no_grad():
        for weight in decoder.parameters():
            weight += 0.3 * torch.randn_like(weight)
    return decoder


def memory(batch: int = 4, places: int = PLACES) -> Memory:
    """Return memories of different lengths; the last word of each is one only it has."""
    torch.manual_seed(1)
    lengths = torch.tensor([places, 3, 1, 5, 2, 4][:batch])
    mask = torch.arange(places) < lengths[:, None]
    words = torch.randint(MARKS, WORDS + EXTRA, (batch, places))
    words[torch.arange(batch), lengths - 1] = WORDS + torch.arange(batch) % EXTRA
    return Memory(
        torch.randn(batch, SUMMARY),
        torch.randn(batch, places, MEMORY),
        mask,
        words.masked_fill(~mask, PAD),
        EXTRA,
    )


def sentences(batch: int = 4) -> tuple[Tensor, Tensor]:
    """Return inputs and targets; some targets can only be copied, one cannot be said at all."""
    torch.manual_seed(2)
    rows = torch.randint(MARKS, WORDS, (batch, LENGTH))
    rows[:, 1] = WORDS + torch.arange(batch) % EXTRA
    rows[0, 2] = UNKNOWN
    for at, length in enumerate([LENGTH, 3, 4, 2, 5, 6][:batch]):
        rows[at, length - 1] = EOS
        rows[at, length:] = PAD
    return torch.cat([torch.full((batch, 1), BOS), rows[:, :-1]], dim=1), rows


@every_decoder
def test_teacher_forcing_is_step_by_step(make: Make) -> None:
    decoder, source, (inputs, targets) = shaken(make), memory(), sentences()
    counted = (targets != PAD) & (targets != UNKNOWN)
    together = decoder(source, inputs, targets)
    unrolled = unroll(
        decoder, source, inputs, targets, truth=1.0, generator=torch.Generator().manual_seed(0)
    )
    assert together.shape == targets.shape
    torch.testing.assert_close(
        together[counted], unrolled.log_likelihood[counted], atol=1e-5, rtol=1e-5
    )


@every_decoder
def test_probabilities_sum_to_one_and_attention_too(make: Make) -> None:
    decoder, source = shaken(make), memory()
    said = decoder.step(torch.tensor([BOS, 5, WORDS, EOS]), decoder.begin(source), source)
    assert said.log_probabilities.shape == (4, WORDS + EXTRA)
    torch.testing.assert_close(
        said.log_probabilities.exp().sum(dim=1), torch.ones(4), atol=1e-5, rtol=0
    )
    looked = said.attention.sum(dim=1)
    assert torch.allclose(looked, torch.ones(4)) or not said.attention.any()
    assert not said.attention[~source.mask].any()


@every_decoder
def test_what_pads_source_and_target_changes_nothing(make: Make) -> None:
    decoder, source, (inputs, targets) = shaken(make), memory(), sentences()
    wide = Memory(
        source.summary,
        torch.cat([source.states, torch.full((4, 3, MEMORY), 7.0)], dim=1),
        torch.cat([source.mask, torch.zeros(4, 3, dtype=torch.bool)], dim=1),
        torch.cat([source.words, torch.full((4, 3), PAD)], dim=1),
        EXTRA + 2,
    )
    more = torch.full((4, 2), PAD)
    plain = decoder(source, inputs, targets)
    padded = decoder(wide, torch.cat([inputs, more], dim=1), torch.cat([targets, more], dim=1))
    counted = (targets != PAD) & (targets != UNKNOWN)
    torch.testing.assert_close(padded[:, :LENGTH][counted], plain[counted], atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(
        sentence_loss(padded, torch.cat([targets, more], dim=1)), sentence_loss(plain, targets)
    )


@every_decoder
def test_what_a_hidden_place_holds_cannot_be_seen(make: Make) -> None:
    decoder, source, (inputs, targets) = shaken(make), memory(), sentences()
    other = source.states.masked_fill(~source.mask[..., None], 1e3)
    spoiled = Memory(source.summary, other, source.mask, source.words, EXTRA)
    counted = (targets != PAD) & (targets != UNKNOWN)
    torch.testing.assert_close(
        decoder(spoiled, inputs, targets)[counted], decoder(source, inputs, targets)[counted]
    )


WIDE = {"embedding": 64, "hidden": 96, "summary": 96}
FRESH: dict[str, Make] = {
    "rnn": lambda: RecurrentDecoder(200, cell="rnn", **WIDE),
    "lstm": lambda: RecurrentDecoder(200, cell="lstm", **WIDE),
    "gru": lambda: RecurrentDecoder(200, cell="gru", **WIDE),
    "bahdanau": lambda: BahdanauDecoder(200, **WIDE, memory=96, attention=96),
    "pointer": lambda: PointerDecoder(200, **WIDE, memory=96),
}


@pytest.mark.parametrize("make", FRESH.values(), ids=FRESH)
def test_what_was_said_last_is_heard_from_the_first_step_of_training_on(make: Make) -> None:
    """With usual weights it moved the pointer decoder by 0.02 nats, and training stood still."""
    decoder, count = make(), 50
    source = Memory(
        torch.randn(1, 96).expand(count, -1),
        torch.randn(1, 5, 96).expand(count, -1, -1),
        torch.ones(count, 5, dtype=torch.bool),
        torch.full((count, 5), MARKS),
        0,
    )
    said = decoder.step(torch.arange(MARKS, MARKS + count), decoder.begin(source), source)
    moved = said.log_probabilities[:, MARKS + 1 :].std(dim=0).mean()
    assert float(moved.detach()) > 0.05


@every_decoder
def test_rows_pick_texts(make: Make) -> None:
    decoder, source, (inputs, targets) = shaken(make), memory(), sentences()
    index = torch.tensor([2, 0, 2])
    picked = source.rows(index)
    assert picked.extra == EXTRA
    torch.testing.assert_close(
        decoder(picked, inputs[index], targets[index])[targets[index] != PAD],
        decoder(source, inputs, targets)[index][targets[index] != PAD],
        atol=1e-6,
        rtol=1e-6,
    )


@every_decoder
def test_every_parameter_learns(make: Make) -> None:
    decoder, source, (inputs, targets) = shaken(make), memory(), sentences()
    sentence_loss(decoder(source, inputs, targets), targets).backward()
    for name, weight in decoder.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
        assert weight.grad.any(), name


@every_decoder
def test_five_pairs_are_learned_by_heart(make: Make) -> None:
    decoder, source = make(), memory(batch=5)
    inputs, targets = sentences(batch=5)
    targets = targets.masked_fill((targets >= WORDS) | (targets == UNKNOWN), MARKS)
    inputs = torch.cat([inputs[:, :1], targets[:, :-1]], dim=1)
    optimizer = torch.optim.Adam(decoder.parameters(), lr=0.02)
    monitor = GradientMonitor()
    for _ in range(100):
        optimizer.zero_grad()
        loss = sentence_loss(decoder(source, inputs, targets), targets)
        loss.backward()
        monitor.watch(decoder.named_parameters())
        optimizer.step()
    assert float(loss.detach()) < 0.1
    assert not [layer for layer in monitor.report() if layer.verdict == "exploding"]
    said = generate(decoder, source, BeamConfig(beams=1, longest=LENGTH, block=False))
    due = [[at for at in row if at not in (PAD, EOS)] for row in targets.tolist()]
    assert [list(each.ids) for each in said] == due


@every_decoder
def test_a_sentence_does_not_depend_on_its_neighbours(make: Make) -> None:
    decoder, source = shaken(make), memory()
    config = BeamConfig(beams=3, longest=7)
    together = generate(decoder, source, config)
    for at, said in enumerate(together):
        alone = generate(decoder, source.rows(torch.tensor([at])), config)[0]
        assert alone.ids == said.ids
        assert alone.log_probability == pytest.approx(said.log_probability, abs=1e-5)


@every_decoder
def test_a_sentences_figure_is_what_teacher_forcing_says(make: Make) -> None:
    decoder, source = shaken(make), memory()
    config = BeamConfig(beams=3, longest=9)
    for at, said in enumerate(generate(decoder, source, config)):
        ended = len(said.ids) < config.longest
        targets = torch.tensor([[*said.ids, EOS][: len(said.ids) + ended]])
        inputs = torch.cat([torch.tensor([[BOS]]), targets[:, :-1]], dim=1)
        likelihood = decoder(source.rows(torch.tensor([at])), inputs, targets)
        assert float(likelihood.detach().mean()) == pytest.approx(said.log_probability, abs=1e-4)


@every_decoder
def test_the_draws_are_each_places_own(make: Make) -> None:
    decoder, source, (inputs, targets) = shaken(make), memory(), sentences()
    given: list[Tensor] = []
    step = decoder.step
    decoder.step = lambda ids, *rest: (given.append(ids), step(ids, *rest))[1]  # type: ignore[method-assign]
    unroll(decoder, source, inputs, targets, truth=0.0, generator=torch.Generator())
    free = torch.stack(given, dim=1)
    assert (free[:, 0] == BOS).all()
    assert not set(free[:, 1:].flatten().tolist()) & {PAD, BOS, UNKNOWN}
    given.clear()
    generator = torch.Generator().manual_seed(5)
    batch = torch.arange(200) % 4
    wide = source.rows(batch)
    unroll(decoder, wide, inputs[batch], targets[batch], truth=0.5, generator=generator)
    true = torch.stack(given, dim=1)[:, 1] == inputs[batch, 1]
    mixed = [len(set(true[batch == at].tolist())) for at in range(4)]
    assert max(mixed) == 2  # equal texts in one batch are not all treated alike


def test_free_running_is_greedy_search() -> None:
    decoder, source = shaken(MAKES["gru"]), memory()
    targets = torch.full((4, LENGTH), PAD)
    given: list[Tensor] = []
    step = decoder.step
    decoder.step = lambda ids, *rest: (given.append(ids), step(ids, *rest))[1]  # type: ignore[method-assign]
    inputs = torch.full((4, LENGTH), BOS)
    unroll(decoder, source, inputs, targets, truth=0.0, generator=torch.Generator())
    free = torch.stack(given, dim=1)[:, 1:]
    said = generate(decoder, source, BeamConfig(beams=1, longest=LENGTH - 1, block=False))
    for row, sentence in zip(free.tolist(), said, strict=True):
        if row[0] != EOS:  # search never says nothing at all
            assert tuple(row[: len(sentence.ids)]) == sentence.ids


def test_smoothing_needs_the_mean_over_the_vocabulary() -> None:
    decoder, source, (inputs, targets) = shaken(MAKES["lstm"]), memory(), sentences()
    unrolled = unroll(decoder, source, inputs, targets, truth=1.0, generator=torch.Generator())
    first = decoder.step(inputs[:, 0], decoder.begin(source), source)
    torch.testing.assert_close(
        unrolled.evenly[:, 0], first.log_probabilities[:, :WORDS].mean(dim=1)
    )
    assert unrolled.evenly.shape == targets.shape


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_fixed_context_sees_the_summary_alone(cell: str) -> None:
    decoder, source, (inputs, targets) = shaken(MAKES[cell]), memory(), sentences()
    other = Memory(source.summary, -source.states, source.mask, source.words, EXTRA)
    assert torch.equal(decoder(other, inputs, targets), decoder(source, inputs, targets))


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "bahdanau"])
def test_without_copying_a_word_of_the_source_alone_is_never_said(name: str) -> None:
    decoder, source = shaken(MAKES[name]), memory()
    targets = torch.full((4, 1), WORDS)
    likelihood = decoder(source, torch.full((4, 1), BOS), targets)
    torch.testing.assert_close(likelihood, torch.full((4, 1), UNSPEAKABLE))
    said = generate(decoder, source, BeamConfig(beams=2, longest=8))
    assert all(max(each.ids) < WORDS for each in said)


@every_looking
def test_attention_finds_the_place_that_matters(make: Make) -> None:
    """Each source has one place that tells what to say; the others are noise."""
    torch.manual_seed(4)
    decoder, count = make(), 32
    optimizer = torch.optim.Adam(decoder.parameters(), lr=0.02)
    due = torch.arange(count) % 4
    where = torch.arange(count) % PLACES
    for _ in range(80):
        states = torch.randn(count, PLACES, MEMORY) * 0.3
        states[torch.arange(count), where, 0] = 4.0
        states[torch.arange(count), where, 1:5] = 3 * torch.eye(4)[due]
        source = Memory(
            torch.zeros(count, SUMMARY),
            states,
            torch.ones(count, PLACES, dtype=torch.bool),
            torch.full((count, PLACES), MARKS),
            0,
        )
        targets = torch.stack([MARKS + due, torch.full_like(due, EOS)], dim=1)
        inputs = torch.cat([torch.full((count, 1), BOS), targets[:, :1]], dim=1)
        optimizer.zero_grad()
        loss = sentence_loss(decoder(source, inputs, targets), targets)
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.3
    looked = decoder.step(inputs[:, 0], decoder.begin(source), source).attention
    assert float(looked[torch.arange(count), where].detach().mean()) > 0.5


def pointer() -> PointerDecoder:
    decoder = shaken(MAKES["pointer"])
    assert isinstance(decoder, PointerDecoder)
    return decoder


def test_a_word_that_stands_only_in_the_source_can_be_said() -> None:
    decoder, source = pointer(), memory()
    with torch.no_grad():
        decoder.gate.bias += 50.0  # nothing but copying
    said = generate(decoder, source, BeamConfig(beams=2, longest=3))
    for at, each in enumerate(said):
        assert set(each.ids) <= set(source.words[at][source.mask[at]].tolist())
    assert any(max(each.ids) >= WORDS for each in said)


def test_a_closed_gate_copies_nothing() -> None:
    decoder, source = pointer(), memory()
    with torch.no_grad():
        decoder.gate.bias -= 50.0
    said = decoder.step(torch.full((4,), BOS), decoder.begin(source), source)
    assert float(said.log_probabilities[:, WORDS:].detach().max()) < -20


def test_a_word_at_two_places_is_said_with_both_shares() -> None:
    decoder, source = pointer(), memory(batch=1)
    with torch.no_grad():
        decoder.gate.bias += 50.0
    one, other = source.words.clone(), source.words.clone()
    one[0, :2] = torch.tensor([5, 6])
    other[0, :2] = 5
    said = [
        decoder.step(torch.tensor([BOS]), decoder.begin(source), place).log_probabilities.exp()[0]
        for place in (
            Memory(source.summary, source.states, source.mask, words, EXTRA)
            for words in (one, other)
        )
    ]
    torch.testing.assert_close(said[1][5], said[0][5] + said[0][6], atol=1e-5, rtol=0)


def test_coverage_at_no_price_is_no_coverage() -> None:
    decoder, source = pointer(), memory()
    state = decoder.begin(source)
    looked = (*state[:2], torch.rand_like(state[2]))
    ids = torch.full((4,), 5)

    def gap() -> float:
        plain, covered = (decoder.step(ids, each, source) for each in (state, looked))
        return float((plain.attention - covered.attention).detach().abs().max())

    assert gap() > 1e-3
    with torch.no_grad():
        decoder.coverage.fill_(-100.0)  # softplus gives 0
    assert gap() < 1e-6


def test_coverage_turns_the_eye_to_what_was_not_seen() -> None:
    decoder, source = pointer(), memory()
    with torch.no_grad():
        decoder.coverage.fill_(3.0)
    first, second, looked = decoder.begin(source)
    looked = looked.clone()
    looked[:, 0] = 1.0
    ids = torch.full((4,), 5)
    plain = decoder.step(ids, decoder.begin(source), source).attention
    covered = decoder.step(ids, (first, second, looked), source).attention
    many = source.mask.sum(dim=1) > 1
    assert (covered[many, 0] < plain[many, 0]).all()


SOURCES = [
    SourceConfig(9, 4, 5, cell=cell, both_ways=both, summary=summary)
    for cell, both, summary in (("rnn", False, 0), ("lstm", True, 0), ("gru", True, 3))
]


@pytest.mark.parametrize("config", SOURCES, ids=lambda config: config.cell)
def test_what_pads_a_source_changes_nothing(config: SourceConfig) -> None:
    encoder = SourceEncoder(config)
    ids = torch.tensor([[4, 5, 6, 7], [8, 5, PAD, PAD], [PAD, PAD, PAD, PAD]])
    found = encoder(ids, ids, 0)
    assert found.summary.shape == (3, config.told)
    assert found.states.shape == (3, 4, config.memory)
    assert found.mask.sum(dim=1).tolist() == [4, 2, 1]
    alone = encoder(ids[1:2, :2], ids[1:2, :2], 0)
    torch.testing.assert_close(alone.summary, found.summary[1:2])
    torch.testing.assert_close(alone.states, found.states[1:2, :2])
    wide = torch.cat([ids, torch.full((3, 2), PAD)], dim=1)
    torch.testing.assert_close(encoder(wide, wide, 0).summary, found.summary)


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_reading_both_ways_is_what_a_bidirectional_layer_does(cell: Cell) -> None:
    encoder = SourceEncoder(SourceConfig(9, 4, 5, cell=cell))
    both = CELLS[cell](4, 5, batch_first=True, bidirectional=True)
    for layer, suffix in zip(encoder.layers, ("", "_reverse"), strict=True):
        for name, weight in layer.named_parameters():
            getattr(both, name + suffix).data.copy_(weight)
    ids = torch.tensor([[4, 5, 6, 7], [8, 5, 4, PAD]])
    found = encoder(ids, ids, 0)
    for row, length in zip(range(2), (4, 3), strict=True):
        out, last = both(encoder.embedding(ids[row : row + 1, :length]))
        torch.testing.assert_close(found.states[row, :length], out[0])
        torch.testing.assert_close(found.summary[row], last.flatten())


def test_a_source_read_both_ways_knows_at_its_start_how_it_ends() -> None:
    ids = torch.tensor([[4, 5, 6], [4, 5, 7]])
    for both_ways in (True, False):
        encoder = SourceEncoder(SourceConfig(9, 4, 5, both_ways=both_ways))
        one, other = encoder(ids, ids, 0).states[:, 0]
        assert bool((one - other).abs().max() > 1e-4) is both_ways


def test_recurrent_weights_start_orthogonal() -> None:
    encoder = SourceEncoder(SourceConfig(9, 4, 5, cell="lstm"))
    for name, weight in encoder.layers.named_parameters():
        if "weight_hh" in name:
            for gate in weight.split(5):
                np.testing.assert_allclose((gate @ gate.T).detach().numpy(), np.eye(5), atol=1e-5)
