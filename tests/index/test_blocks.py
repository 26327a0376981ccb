"""Latents as they are written: what was read is written again bit for bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ncs.index.blocks import quantise
from ncs.types import FloatArray

LATENTS = arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.just(6)),
    elements=st.floats(-1e3, 1e3, width=32),
)


@given(LATENTS)
def test_what_was_read_is_written_as_it_was(latents: FloatArray) -> None:
    values, scale = quantise(latents)
    again, same = quantise(values * scale[:, None])
    assert (values == again).all()
    assert (scale == same).all()


@given(LATENTS)
def test_a_number_loses_at_most_half_a_step(latents: FloatArray) -> None:
    values, scale = quantise(latents)
    assert (np.abs(values * scale[:, None] - latents) <= 0.5001 * scale[:, None]).all()
    assert (scale == scale.astype(np.float16)).all()


def test_rows_beyond_the_scales_keep_their_signs() -> None:
    values, scale = quantise(np.array([[1e30, -1e30], [1e-30, 0.0], [0.0, 0.0]], np.float32))
    assert values.tolist() == [[127, -127], [0, 0], [0, 0]]
    assert np.isfinite(scale).all()
