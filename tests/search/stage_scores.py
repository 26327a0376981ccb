"""Scores as the stages of a search hand them on."""

import numpy as np
from hypothesis import strategies as st

# Few different numbers, so that ties are common.
SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30)


def floats(values: object) -> np.ndarray:
    return np.array(values, dtype=np.float32)
