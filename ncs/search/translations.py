"""Which files say the same in many languages: `lang/pt_BR/auth.php`, `locale/de.json`."""

import re
from collections.abc import Iterator, Sequence

ORIGINAL = "en"  # mostly what the others were translated from

# What a folder of translations has some of: `languages/go.ts` is about no language of people.
_SPOKEN = frozenset(
    {
        *("ar", "cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "ja", "ko", "nl", "no"),
        *("pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh"),
    }
)
_FEWEST = 5
_LONGEST_CODE = 14
_CODE = re.compile(r"([a-z]{2,3})(?:[-_]\w+)?(?:@\w+)?", re.IGNORECASE)  # `zh_Hans`, `ca@valencia`


def translations(places: Sequence[tuple[str, str, str]]) -> Iterator[tuple[int, str]]:
    """Yield files that are a translation, and the language each is in.

    Such a file is, or lies in, one of many in the same folder that are called by languages.

    Args:
        places: folder, slash and name of each file, by file id.
    """
    folders = {folder: _coded_parts(folder) for folder in {folder for folder, _, _ in places}}
    files = {at: found for at, (folder, _, name) in enumerate(places)
             if (found := _code(name.partition(".")[0]))}  # fmt: skip
    spoken: dict[str, set[str]] = {}
    for coded in folders.values():
        for around, tongue in coded:
            spoken.setdefault(around, set()).add(tongue)
    for at, tongue in files.items():
        spoken.setdefault(places[at][0], set()).add(tongue)
    homes = {home for home, tongues in spoken.items() if len(tongues & _SPOKEN) >= _FEWEST}
    for at, (folder, _, _) in enumerate(places if homes else ()):
        inside = [tongue for around, tongue in folders[folder] if around in homes]
        if folder in homes and at in files:
            inside.append(files[at])
        if inside:
            yield at, inside[0]


def _coded_parts(folder: str) -> list[tuple[str, str]]:
    """Return the folders around those that are called by a language, and that language."""
    parts = folder.split("/")
    codes = [(depth, code) for depth, part in enumerate(parts) if (code := _code(part))]
    return [("/".join(parts[:depth]), code) for depth, code in codes]


def _code(name: str) -> str:
    """Return the language that a name is the code of, "" for another name."""
    if len(name) > _LONGEST_CODE:
        return ""
    found = _CODE.fullmatch(name)
    return found[1].lower() if found else ""
