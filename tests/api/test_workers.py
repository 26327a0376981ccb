"""What is encoded does not depend on who does it."""

from pathlib import Path

import numpy as np
import pytest
from dead import Dead
from small_index import make_corpus

from ncs.api import encoding
from ncs.api.encoding import Encoding, FileGroup, width_of
from ncs.api.former import base_model
from ncs.api.known import Known
from ncs.crew import Crew
from ncs.index.journal import Journal


def test_what_processes_that_died_leave_undone_is_encoded_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_ALONE", 0)
    corpus, model = make_corpus(), base_model().model
    with Journal(tmp_path / "index.db", model.fingerprint, width_of(model)) as notes:
        alone, left = (
            next(Encoding(model, Known(), notes, crew).of([FileGroup((), corpus.chunks)])).latents
            for crew in (Crew(), Crew(Dead()))
        )
    np.testing.assert_array_equal(left, alone)
