"""The sequence models of the seeds on one corpus of pairs, in both directions."""
