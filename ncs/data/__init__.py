"""Files that ship inside the package: the base model and its card."""
