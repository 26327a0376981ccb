"""Latents as they are written: what was read is written again bit for bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ncs.index.blocks import (
    Extension,
    Latents,
    from_five_bits,
    in_five_bits,
    packed_width,
    parts,
    quantise,
)
from ncs.types import FloatArray, NDArray

LATENTS = arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.just(6)),
    elements=st.floats(-1e3, 1e3, width=32),
)


MOST = st.sampled_from([15, 127])


@given(LATENTS, MOST)
def test_what_was_read_is_written_as_it_was(latents: FloatArray, most: int) -> None:
    values, scale = quantise(latents, most)
    again, same = quantise(values * scale[:, None], most)
    assert (values == again).all()
    assert (scale == same).all()


@given(LATENTS, MOST)
def test_a_number_loses_at_most_half_a_step(latents: FloatArray, most: int) -> None:
    values, scale = quantise(latents, most)
    # a scale of two bytes may be less than the largest number asks for, by 1 in 2,048
    allowed = 0.5001 * scale[:, None] + np.abs(latents) / 2_000
    assert (np.abs(values * scale[:, None] - latents) <= allowed).all()
    assert (scale == scale.astype(np.float16)).all()


def test_rows_beyond_the_scales_keep_their_signs() -> None:
    rows = np.array([[1e30, -1e30], [1e-30, 0.0], [0.0, 0.0]], np.float32)
    values, scale = quantise(rows, 127)
    assert values.tolist() == [[127, -127], [0, 0], [0, 0]]
    assert np.isfinite(scale).all()


@given(
    st.integers(0, 50).flatmap(
        lambda width: arrays(
            np.int8, st.tuples(st.integers(0, 4), st.just(width)), elements=st.integers(-16, 15)
        )
    )
)
def test_five_bits_give_every_number_back(values: NDArray[np.int8]) -> None:
    packed = in_five_bits(values)
    assert packed.shape == (len(values), packed_width(values.shape[1]))
    assert (from_five_bits(packed, values.shape[1]) == values).all()


def test_forty_eight_numbers_take_thirty_bytes() -> None:
    assert packed_width(48) == 30


@given(LATENTS)
def test_rows_that_were_read_are_written_again_byte_for_byte(latents: FloatArray) -> None:
    first = parts(latents, 2)
    extension = Extension(
        first["extension"].view(np.uint8), first["extension_scale"].astype(np.float32), 4
    )
    main = first["main"] * first["main_scale"].astype(np.float32)[:, None]
    second = parts(Latents(main, extension).of(np.arange(len(latents))), 2)
    assert {part: rows.tobytes() for part, rows in first.items()} == {
        part: rows.tobytes() for part, rows in second.items()
    }
