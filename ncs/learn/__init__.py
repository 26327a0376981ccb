"""The torch room: the model, what it is taught with, and the way of its weights to a file.

Dimension key of all docstrings here, where a module's equations name no letters of their own:

    of a batch    B texts · P positions (lines) of all of them, L of the longest · W words of all
                  positions · U unique words, G rows of the n-gram table for these · N places of
                  all texts that a decoder can look at, M of the text that has most · T tokens of
                  the longest sentence, with its end
    of a model    D vectors of words and lines · H attention heads · K keys · Z latent ·
                  E extension · C context · S steps of the solver · V words that a decoder
                  knows, marks included

Small letters are of one text, n any number. The widths of decoders go by the names of their
arguments: (B, hidden).
"""

import os

# Idle threads must sleep, not spin: on two busy cores spinning made training six times slower.
# OpenMP reads this when torch is first imported, which happens below this room only.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
