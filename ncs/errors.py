"""The errors that ncs raises for a user's situation, and the exit codes they lead to.

    NcsError                    shown as "Error: ..." and "Hint: ...", exit 2
    ├─ SourceError              the codebase cannot be read, or holds nothing to search
    ├─ WeightsError             model weights missing, damaged or of another format
    ├─ IndexUnusable            the index cannot be used
    │  ├─ IndexMissing          there is none here
    │  ├─ IndexVersion          written in a format that this ncs does not read
    │  ├─ IndexMismatch         made by another model than the one at hand
    │  ├─ IndexDamaged          a check failed: the message names it
    │  ├─ IndexBusy             another process is writing it
    │  └─ IndexRefused          what was to be written does not meet its own floor
    ├─ TrainingError            nothing to learn from, or a loss that is not finite
    └─ QueryError               a query or a filter that cannot be answered

Everything else (`ValueError`, `TypeError`) is a programmer's mistake and keeps its traceback.
"""

from typing import ClassVar

EXIT_FOUND = 0
EXIT_NOTHING = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


class NcsError(Exception):
    """Something the user can understand and act on.

    Args:
        message: what happened, where, and what was expected and found.
        hint: what to type or change; empty when there is nothing useful to say.
    """

    exit_code: ClassVar[int] = EXIT_ERROR

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SourceError(NcsError):
    """The codebase cannot be read, or holds nothing that can be searched."""


class WeightsError(NcsError):
    """Model weights are missing, damaged or of another format."""


class IndexUnusable(NcsError):
    """The index cannot be used; the subclass says why."""


class IndexMissing(IndexUnusable):
    """No index was found where one was looked for."""


class IndexVersion(IndexUnusable):
    """The index is written in a format that this version of ncs does not read."""


class IndexMismatch(IndexUnusable):
    """The index was made by another model than the one at hand."""


class IndexDamaged(IndexUnusable):
    """A check of the index failed; the message names the check."""


class IndexBusy(IndexUnusable):
    """Another process is writing the index."""


class IndexRefused(IndexUnusable):
    """What was to be written does not meet its own floor, so nothing was changed."""


class TrainingError(NcsError):
    """There is nothing to learn from, or a loss stopped being finite."""


class QueryError(NcsError):
    """A query or a filter that cannot be answered as it stands."""
