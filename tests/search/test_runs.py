"""The candidates of a search by their files, against a plain count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_scores import floats

from ncs.search.runs import Runs, coherence


@given(st.data())
def test_runs_are_the_candidates_by_file(data: st.DataObject) -> None:
    owners = sorted(data.draw(st.lists(st.integers(0, 5), max_size=20)))
    values = floats([data.draw(st.integers(-9, 9)) for _ in owners])
    runs = Runs.of(np.array(owners, dtype=np.int64))
    own = {file: values[np.array(owners) == file] for file in owners}
    assert runs.files.tolist() == sorted(own)
    assert runs.best(values).tolist() == [own[file].max() for file in sorted(own)]
    assert runs.total(values).tolist() == [own[file].sum() for file in sorted(own)]
    assert runs.spread(runs.files).tolist() == owners


def test_files_that_agree_raise_their_best_chunk_only() -> None:
    score = floats([3, 2, 1, 4, 0])
    found = coherence(score, Runs.of(np.array([0, 0, 0, 1, 2])))
    assert found.tolist() == pytest.approx([1.0, 0, 0, 4 / 6, 0])
    assert coherence(floats([0, 0]), Runs.of(np.array([0, 1]))).tolist() == [0, 0]
