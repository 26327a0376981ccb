"""The torch room: the model, what it is taught with, and the way of its weights to a file.

Dimension key of all docstrings here: B texts in a batch · P positions (lines) of all texts in
a batch · W words of all texts in a batch · U unique words among them · D model width ·
H heads · Z latent · E extension · C context · S solver steps · T bytes of an explanation ·
V byte values (256).
"""

import os

# Idle threads must sleep, not spin: on two busy cores spinning made training six times slower.
# OpenMP reads this when torch is first imported, which happens below this room only.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
