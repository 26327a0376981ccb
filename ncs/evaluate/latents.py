"""Analysis of a set of latents: does each of the 16 numbers say something of its own?"""

from typing import Any

import numpy as np

from ncs.types import FloatArray

# A dimension whose variance over the data is below this says nothing about the input
# (Burda et al. 2016, Importance Weighted Autoencoders, section 3.2: active units).
_ACTIVE_VARIANCE = 0.01
_PAIRS = 10_000


def analyse(latents: FloatArray, *, seed: int = 0) -> dict[str, Any]:
    """Return what a latent space looks like, as plain numbers.

    Args:
        latents: (N, Z), N ≥ 2, finite.
        seed: of the random pairs whose cosine is averaged.

    Returns:
        chunks, dimensions; active_dimensions (variance above 0.01); effective_rank, the
        exponential of the entropy of the covariance's normalised eigenvalues (in [1, Z]);
        variance_by_component, shares in descending order; correlation_mean and
        correlation_max, absolute, between different dimensions; norm_min/mean/max;
        cosine_mean and cosine_p95 of random pairs (near 0 where the space is used evenly);
        mean and deviation by dimension.
    """
    count, width = latents.shape
    deviation = latents.std(axis=0)
    spectrum = np.linalg.eigvalsh(np.cov(latents, rowvar=False).reshape(width, width))[::-1]
    shares = np.clip(spectrum, 0, None) / max(float(np.clip(spectrum, 0, None).sum()), 1e-12)
    kept = shares[shares > 0]
    correlation = _correlation(latents, deviation)
    norms = np.linalg.norm(latents, axis=1)
    cosines = _random_cosines(latents, norms, seed)
    return {
        "chunks": count,
        "dimensions": width,
        "active_dimensions": int((deviation**2 > _ACTIVE_VARIANCE).sum()),
        "effective_rank": float(np.exp(-(kept * np.log(kept)).sum())),
        "variance_by_component": [round(float(share), 4) for share in shares],
        "correlation_mean": float(correlation.mean()) if correlation.size else 0.0,
        "correlation_max": float(correlation.max()) if correlation.size else 0.0,
        "norm_min": float(norms.min()),
        "norm_mean": float(norms.mean()),
        "norm_max": float(norms.max()),
        "cosine_mean": float(cosines.mean()),
        "cosine_p95": float(np.quantile(cosines, 0.95)),
        "mean": [round(float(value), 3) for value in latents.mean(axis=0)],
        "deviation": [round(float(value), 3) for value in deviation],
    }


def _correlation(latents: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return the absolute correlations of all pairs of dimensions that vary at all."""
    varied = latents[:, deviation > 0]
    if varied.shape[1] < 2:
        return np.zeros(0, dtype=np.float32)
    matrix = np.abs(np.corrcoef(varied, rowvar=False))
    return matrix[np.triu_indices(len(matrix), k=1)].astype(np.float32)


def _random_cosines(latents: FloatArray, norms: FloatArray, seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, len(latents), size=(2, _PAIRS))
    different = first != second
    unit = latents / np.maximum(norms, 1e-12)[:, None]
    return np.asarray((unit[first[different]] * unit[second[different]]).sum(axis=1))
