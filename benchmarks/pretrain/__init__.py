"""Training data of the base model: permissive packages of public registries, and pairs of them."""
