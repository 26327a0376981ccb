"""A crew that cuts files and encodes texts."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits

from ncs.crew import Crew, crew
from ncs.runtime import load
from ncs.types import Encoder, FloatArray
from ncs.weights import shipped_model, unpack

_encoder: Encoder | None = None  # of a worker process, loaded with its first texts
_own: bytes | None = None


def workers(own: bytes | None, jobs: int) -> AbstractContextManager[Crew]:
    """Give a crew whose processes know a model; see `ncs.crew.crew`.

    Args:
        own: the bytes of the model, or None for the base model of the package.
        jobs: processes at most, this one among them; 0 for as many as there are processors.
    """
    return crew(jobs, _begin, own)


def _begin(own: bytes | None) -> None:
    global _own
    _own = own
    threadpool_limits(limits=1)


def encode_texts(texts: Sequence[str]) -> FloatArray:
    """Return the latents of texts, (n, Z + E); called inside a worker."""
    global _encoder
    if _encoder is None:
        model = shipped_model() if _own is None else unpack(_own, origin="model")
        assert model is not None  # the caller has it at hand
        _encoder = load(model)
    return _encoder.encode(texts)
