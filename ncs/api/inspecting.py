"""Look into an index: audit, checks, model, latents."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ncs.api.opening import codebase_holding, codebase_of, model_of, training_of
from ncs.config import to_json
from ncs.errors import QueryError
from ncs.evaluate.latents import analyse
from ncs.index.audit import Audit, audit
from ncs.index.reading import find_index, open_index
from ncs.index.validate import Check, validate
from ncs.weights import parameter_count


def inspect_index(where: Path, min_coverage: float | None) -> tuple[Audit, Sequence[Check]]:
    """Return the audit of an index and all its checks, read back from what was written.

    Args:
        where: an index file, a codebase, or a folder inside one.
        min_coverage: floor for the coverage check instead of the index's own, or None.

    Raises:
        IndexMissing: there is no index.
        IndexUnusable: it is damaged so that it does not open, or of another version.
    """
    with open_index(find_index(where)) as index:
        root = codebase_of(index.path) or codebase_holding(index)
        return audit(index, root), validate(index, root, min_coverage)


def inspect_model(where: Path) -> dict[str, Any]:
    """Return the shape, the size and the training of an index's model.

    Raises:
        IndexMissing, IndexUnusable: as for `inspect_index`; also where the model is damaged.
    """
    with open_index(find_index(where)) as index:
        model = model_of(index)
        return {
            "name": index.model.name,
            "fingerprint": model.fingerprint,
            "parameters": parameter_count(model.tensors),
            "bytes": sum(tensor.nbytes for tensor in model.tensors.values()),
            "config": json.loads(to_json(model.config)),
            "training": training_of(index),
        }


def inspect_latents(where: Path) -> dict[str, Any]:
    """Return the analysis of an index's main latents.

    Raises:
        IndexMissing, IndexUnusable: as for `inspect_index`.
        QueryError: they are of a single chunk, of which nothing can be said.
    """
    with open_index(find_index(where)) as index:
        if index.chunk_count < 2:
            raise QueryError(
                f"{index.path} holds one chunk: latents are compared with each other",
                hint="ncs inspect index says what is searched",
            )
        return analyse(index.latents())
