"""What `ncs.learn` taught, served with NumPy alone: texts → latents, latents → words.

Equal to the torch model of the same weights, up to float32 (the base model to 1e-5); no torch is
imported here.
"""

from ncs.runtime.encoder import RuntimeEncoder, load

# `ncs.runtime.decoder` is imported by who explains: a query has no time for it.
__all__ = ["RuntimeEncoder", "load"]
