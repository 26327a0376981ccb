"""What `ncs.learn` taught, served with NumPy alone: texts → latents, latents → words.

Equal to the torch model of the same weights to 1e-5; no torch is imported here.
"""

from ncs.runtime.decoder import Explained, RuntimeDecoder, decoder_of
from ncs.runtime.encoder import RuntimeEncoder, load

__all__ = ["Explained", "RuntimeDecoder", "RuntimeEncoder", "decoder_of", "load"]
