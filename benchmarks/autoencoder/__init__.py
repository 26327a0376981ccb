"""The autoencoder of seed 004: sequences of word vectors through 16 numbers."""
