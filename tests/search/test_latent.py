"""The shortlist of latents against a plain sort."""

from hypothesis import given
from hypothesis import strategies as st
from stage_scores import SCORES, floats

from ncs.search.latent import top


@given(SCORES, st.integers(1, 40))
def test_top_is_a_sort_cut_short(scores: list[float], size: int) -> None:
    wanted = sorted(range(len(scores)), key=lambda at: (-scores[at], at))[:size]
    assert top(floats(scores), size).tolist() == sorted(wanted)
