"""Which files say the same in many languages: `lang/pt_BR/auth.php`, `locale/de.json`."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ORIGINAL = "en"  # mostly what the others were translated from

# Languages of which a folder of translations has some, by their names: `languages/go.ts`
# is about no language of people.
_NAMED = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "hungarian": "hu", "italian": "it",
    "japanese": "ja", "korean": "ko", "norwegian": "no", "polish": "pl", "portuguese": "pt",
    "romanian": "ro", "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr",
    "ukrainian": "uk",
}  # fmt: skip
_SPOKEN = frozenset(_NAMED.values())
# Code in files that are called `german` may know how words of that language are read.
_TEXTS = frozenset(
    (
        *("arb", "ini", "json", "lang", "lng", "po", "properties", "resx", "strings", "toml"),
        *("txt", "xlf", "xml", "yaml", "yml"),
    )
)
_FEWEST = 5
_LONGEST_CODE = 14
_CODE = r"(?i)([a-z]{2,3})(?:[-_]\w+)?(?:@\w+)?"  # `zh_Hans`, `ca@valencia`
# `app_zh_Hans`, `messages.de`: what all files of a folder begin with, and a code.
_BEHIND = r"(\w{2,}?)[-_.]([a-z]{2,3}(?:[-_][A-Z]\w{1,3})?(?:@\w+)?)"
_OF_ANDROID = r"values-(?!car$)([a-z]{2,3})(?:-r[A-Z]{2})?"  # and `de.lproj` is Apple's
_VALUES, _OF_APPLE = "/values-", ".lproj"
_MARKS = str.maketrans(dict.fromkeys("-_.@/", " "))


class Translation(NamedTuple):
    """A file that says in a language what others say in theirs.

    Attributes:
        file: its id. tongue: the code of its language. family: what it shares with the others.
    """

    file: int
    tongue: str
    family: str


def translations(places: Sequence[tuple[str, str, str]]) -> Iterator[Translation]:
    """Yield the files that are a translation.

    Such a file is, or lies in, one of many in the same folder that are called by languages, or
    begin alike and end so. `res/values-de` needs no others beside it, only enough languages among
    the names of the codebase, as all do.

    Args:
        places: folder, slash and name of each file, by file id.
    """
    # Folders, and the names of files, repeat themselves: each is looked at once.
    folder_names, file_names = ({each[at] for each in places} for at in (0, 2))
    if not _may_be_translated(folder_names | file_names):
        return
    folders = {folder: _coded_parts(folder) for folder in folder_names}
    names = {name: list(_coded(name)) for name in file_names}
    files = [(at, f"{folder}{home}", tongue) for at, (folder, _, name) in enumerate(places)
             for home, tongue in names[name]]  # fmt: skip
    spoken: dict[str, set[str]] = {}
    for coded_parts in folders.values():
        for around, tongue in coded_parts:
            spoken.setdefault(around, set()).add(tongue)
    for _, home, tongue in files:
        spoken.setdefault(home, set()).add(tongue)
    homes = {home for home, tongues in spoken.items() if len(tongues & _SPOKEN) >= _FEWEST}
    homes |= {around for around in spoken if around.endswith(_VALUES)}
    if not homes:
        return
    found = {at: (home, tongue) for at, home, tongue in files if home in homes}
    inside = {folder: next((part for part in coded_parts if part[0] in homes), None)
              for folder, coded_parts in folders.items()}  # fmt: skip
    for at, (folder, _, name) in enumerate(places):
        if (part := inside[folder]) is not None:
            around = part[0].removesuffix(_VALUES).removesuffix(_OF_APPLE)
            below = folder[len(around) :].strip("/").partition("/")[2]
            yield Translation(at, part[1], f"{part[0]}/*/{below}/{name}")
        elif at in found:
            home, tongue = found[at]
            yield Translation(at, tongue, f"{home}/*.{name.rpartition('.')[2]}")


def _may_be_translated(names: set[str]) -> bool:
    """Return whether names of files and folders hold enough languages: most codebases have none.

    They need not wait for the expressions, 1 ms to make and some more for thousands of names.
    """
    said = set("/".join(names).lower().translate(_MARKS).split())
    return len(said & _SPOKEN | {_NAMED[word] for word in said & _NAMED.keys()}) >= _FEWEST


def _coded(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a file may have in common with its translations, and its language by that.

    That is its folder, and behind it what its name begins with and its ending if the language is
    not all of it.
    """
    stem, _, ending = name.rpartition(".")
    stem = stem or name
    first = stem.partition(".")[0]
    code = _NAMED.get(first.lower(), "") if ending.lower() in _TEXTS else ""
    code = code or _code(first)
    if code:
        yield "", code
    # `app_de` begins like a code.
    found = None if code in _SPOKEN else re.fullmatch(_BEHIND, stem)
    if found is not None:
        yield f"/{found[1]}.{ending}", _code(found[2])


def _coded_parts(folder: str) -> list[tuple[str, str]]:
    """Return what stands around those folders that are called by a language, and that language."""
    parts = folder.split("/")
    return [(f"{'/'.join(parts[:depth])}{form}", code) for depth, part in enumerate(parts)
            for form, code in (_code_of_folder(part),) if code]  # fmt: skip


def _code_of_folder(name: str) -> tuple[str, str]:
    """Return how a folder is called by a language, as systems have their own ways, and by which.

    Of Android's `res/xml` beside `res/values-de` no part is a language.
    """
    if name.startswith(_VALUES[1:]):
        of_android = re.fullmatch(_OF_ANDROID, name)
        return _VALUES, of_android[1] if of_android else ""
    bare = name.removesuffix(_OF_APPLE)
    return "" if bare == name else _OF_APPLE, _code(bare)


def _code(name: str) -> str:
    """Return the language that a name is the code of, "" for another name."""
    if len(name) > _LONGEST_CODE:
        return ""
    found = re.fullmatch(_CODE, name)
    return found[1].lower() if found else ""
