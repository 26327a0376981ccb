"""Where the files of an index lie: some names of files are no text, and an index holds text."""

import os
from pathlib import Path

from ncs.text import path_text


class DiskPlaces:
    """Finds what an index calls by a path, as `path_text` wrote it.

    Args:
        root: the codebase that the index describes.
    """

    def __init__(self, root: Path) -> None:
        self._top = f"{os.fspath(root)}/"
        self._listed: dict[str, dict[str, str]] = {}

    def of(self, path: str) -> str:
        """Return where a file or a folder lies, or would lie if it were there.

        Raises:
            OSError: a folder on the way is gone or cannot be listed.
        """
        return self._odd(path) if "\\x" in path else self._top + path

    def _odd(self, path: str) -> str:
        place = self._top.rstrip("/")
        for name in path.split("/"):
            literal = f"{place}/{name}"
            place = literal if os.path.lexists(literal) else self._in(place, name)
        return place

    def _in(self, folder: str, name: str) -> str:
        if folder not in self._listed:
            self._listed[folder] = {path_text(each): each for each in os.listdir(folder)}
        return f"{folder}/{self._listed[folder].get(name, name)}"
