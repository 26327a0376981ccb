"""What was encoded is found again by its digest, whatever else is known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ncs.api.known import Known
from ncs.index.blocks import Extension, Latents, in_five_bits, quantise

DIGESTS = st.lists(st.sampled_from([bytes([at // 3]) * 8 + bytes([at]) * 8 for at in range(12)]))


def latents(count: int, first: int) -> Latents:
    main = np.arange(first, first + count, dtype=np.float32)[:, None].repeat(2, axis=1)
    values, scale = quantise(np.repeat(main, 3, axis=1), 15)
    return Latents(main, Extension(in_five_bits(values), scale, values.shape[1]))


def array(digests: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)


@given(DIGESTS, DIGESTS, DIGESTS)
def test_it_is_a_dictionary(one: list[bytes], other: list[bytes], asked: list[bytes]) -> None:
    known, expected = Known(), {}
    known.add(array(one), latents(len(one), 0))
    known.add(array(other), latents(len(other), 100))
    for at, digest in (*enumerate(one), *enumerate(other, 100)):
        expected.setdefault(digest, float(at))
    rows = known.rows(asked)
    # Digests of which one half is equal are told apart, at worst as if they were not known.
    for digest, row in zip(asked, rows.tolist(), strict=True):
        if row >= 0:
            assert digest in expected
            found = known.latents(np.array([row]), 8)[0]
            np.testing.assert_allclose(found, expected[digest], rtol=5e-4)
        else:
            assert sum(each[:8] == digest[:8] for each in expected) != 1 or digest not in expected


def test_nothing_is_known_of_nothing() -> None:
    assert Known().rows([b"0" * 16]).tolist() == [-1]
    assert Known().rows([]).tolist() == []
    assert Known().latents(np.zeros(0, np.int64), 3).shape == (0, 3)
    assert Known().explained(np.array([-1, 0])).tolist() == [False, False]
