"""Packages that are new by name and old by their words.

jupyter-server began as a copy of the notebook, and 57 % of the notebook's sentences stand in it:
who is taught with the one cannot be tested with the other.
"""

from collections.abc import Container, Iterable

FORKED = 0.1  # share of a package's sentences that chance and habit do not explain


def forks(tested: Iterable[tuple[str, str]], learned: Container[str]) -> dict[str, float]:
    """Return the packages many of whose sentences were learned word for word, and their share.

    Args:
        tested: (package, first sentence of a documentation) of each function to test with.
        learned: all such sentences of the packages that taught.
    """
    seen: dict[str, list[bool]] = {}
    for package, sentence in tested:
        seen.setdefault(package, []).append(sentence in learned)
    shares = {package: sum(each) / len(each) for package, each in seen.items()}
    return {package: share for package, share in shares.items() if share > FORKED}
