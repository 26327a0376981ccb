"""What is asked: words, and what may answer."""

from dataclasses import dataclass
from typing import get_args

from ncs.errors import QueryError
from ncs.text import words
from ncs.types import Mode

_SHOWN = 80  # characters of a query in an error


@dataclass(frozen=True, slots=True)
class Query:
    """A question and its filters.

    Attributes:
        text: a question, some words, or a symbol.
        top_k: how many hits at most.
        mode: which arms answer.
        languages, kinds: names; a hit has one of them. Empty: any.
        latent: numbers of a latent to compare, the model's main width or all (None).
        min_score: hits of the list that are less relevant are left out; in [0, 1].
        within: a folder of the codebase; a hit lies in it. Empty: anywhere.
        paths: globs; a hit's path matches one of them. Empty: any. not_paths: none of them.
    """

    text: str
    top_k: int = 10
    mode: Mode = "hybrid"
    within: str = ""
    languages: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    not_paths: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    latent: int | None = None
    min_score: float = 0.0

    @property
    def asks_latents(self) -> bool:
        """Whether the answer needs the question's latent."""
        return self.mode in ("hybrid", "neural")

    def __post_init__(self) -> None:
        if not words(self.text):
            said = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
            raise QueryError(
                f"the query {said!r} holds no word",
                hint='ask in words or with a symbol: ncs query "where are retries handled"',
            )
        if self.top_k < 1:
            raise QueryError(f"top_k must be 1 or more, found {self.top_k}")
        if not 0 <= self.min_score <= 1:
            raise QueryError(f"min_score must be from 0 to 1, found {self.min_score}")
        if self.mode not in get_args(Mode):
            modes = ", ".join(get_args(Mode))
            raise QueryError(f"unknown mode {self.mode!r}", hint=f"one of {modes}")
