"""Mend an index from the files it describes, keeping what of it is as it was written."""

from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from ncs.api.building import Built, build
from ncs.api.former import sound_model
from ncs.api.opening import codebase_of
from ncs.errors import IndexUnusable, NcsError
from ncs.index.reading import find_index, open_index, salvage_model
from ncs.index.validate import unsound_parts, validate
from ncs.types import OnProgress, ignore_progress

# What an index cannot be blamed for: the code went on without it.
_OF_THE_CODE = frozenset({"stale", "coverage"})


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair found and did.

    Attributes:
        failed: the names of the checks that did not hold, or why the index did not open. Where
            nothing was built, these are of the code, which went on without the index.
        former_model: "base" or "trained", "" where the index does not say any more.
        built: what was written, or None where there was nothing to mend.
    """

    failed: tuple[str, ...]
    former_model: str
    built: Built | None

    @property
    def lost_model(self) -> bool:
        """Whether a trained model could not be kept."""
        made = self.built.model if self.built else self.former_model
        return self.former_model == "trained" and made != "trained"


def repair(where: Path, on_progress: OnProgress = ignore_progress) -> Repaired:
    """Run the checks of an index, and write anew what fails them.

    Args:
        where: an index file, a codebase, or a folder inside one.
        on_progress: told how far the work has come.

    Raises:
        IndexMissing: there is no index.
        IndexUnusable: it does not lie in its codebase, or cannot be written.
        SourceError: the codebase cannot be read.
    """
    path = find_index(where)
    root = codebase_of(path)
    if root is None:
        raise IndexUnusable(
            f"{path}: does not lie in the .ncs folder of a codebase, so there are no files to "
            "mend it from",
            hint=f"ncs index --codebase DIR --output {quote(str(path))}",
        )
    name = ""
    try:
        with open_index(path) as index:
            name = index.model.name
            sound_model(index)
            checks = validate(index, root)
            failed = tuple(each.name for each in checks if not each.passed)
            if not set(failed) - _OF_THE_CODE:
                return Repaired(failed, name, built=None)
            # Checks that fail on an index whose parts are all as written: its writer was wrong.
            wrong = () if unsound_parts(index) else ("files", "chunks", "latents")
    except NcsError as error:
        failed, wrong = (error.message,), ()
    if not name and (left := salvage_model(path)) is not None:
        name = left.name
    built = build(root, unsound=wrong, on_progress=on_progress)
    return Repaired(failed, name, built)
