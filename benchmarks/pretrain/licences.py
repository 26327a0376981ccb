"""Which licences the training data may carry, read from the metadata of a package."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

# MIT, BSD (2 and 3 clauses), Apache-2.0, ISC, Zlib, PSF, BSL, Unlicense, CC0, 0BSD: each asks for
# no more than attribution. The Mozilla, GNU and Eclipse families are out on purpose.
_PERMISSIVE = re.compile(
    r"mit|mit-0|mit-license|the mit license|mit license|mit/x(11)?|x11|expat|expat license"
    r"|(new |simplified |modified )?bsd( license)?|0bsd|bsd[- ]?[23]([- ]?clause.*)?"
    r"|[23]-clause bsd( license)?|bsd[23]?"
    r"|apache[- ]?(software )?(license)?[-, ]*(version )?v?2(\.0)?( license)?"
    r"|apache( software)?( license)?|asl-2(\.0)?"
    r"|isc([- ]license)?|zlib(/libpng)?( license)?"
    r"|psf(-2(\.0)?)?|psfl|python-2\.0(\.1)?|python software foundation license"
    r"|bsl-1(\.0)?|boost-1\.0|boost|boost software license.*|(the )?unlicense"
    r"|cc0(-1\.0)?( universal.*)?"
)
_EXCEPTION = re.compile(r"[- ]with[- ][\w.-]*(?: exceptions?)?", re.IGNORECASE)
_TOKEN = re.compile(r"\(|\)|(?:,?\s+and\s+|,\s*and/or\s+|\s+&\s+)|,?\s+or\s+|,\s+", re.IGNORECASE)
_CLASSIFIER = "Classifier: License :: "


def permissive(expression: str) -> bool:
    """Return whether an expression such as `MIT OR GPL-2.0` leaves a permissive choice.

    Understands SPDX and the words of Debian's copyright files. An empty or unknown name is
    not permissive, and every part of an `and` must be.
    """
    flat = _EXCEPTION.sub("", expression.strip())
    tokens: list[str] = []
    at = 0
    for match in _TOKEN.finditer(flat):
        tokens += [flat[at : match.start()], match.group().strip(" ,\t").lower() or "and"]
        at = match.end()
    tokens = [token.strip() for token in [*tokens, flat[at:]] if token.strip()]
    return bool(tokens) and _any(tokens) and not tokens


def _any(tokens: list[str]) -> bool:
    """Consume `a or b or ...`."""
    value = _all(tokens)
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        value = _all(tokens) or value
    return value


def _all(tokens: list[str]) -> bool:
    """Consume `a and b and ...`; `a, b` is read the same."""
    value = _one(tokens)
    while tokens and tokens[0] in ("and", "&", "and/or"):
        tokens.pop(0)
        value = _one(tokens) and value
    return value


def _one(tokens: list[str]) -> bool:
    if not tokens:
        return False
    token = tokens.pop(0)
    if token == "(":
        value = _any(tokens)
        return bool(tokens) and tokens.pop(0) == ")" and value
    return _PERMISSIVE.fullmatch(token.strip("\"'").lower()) is not None


def of_wheel(metadata: str) -> str:
    """Return the licence that a wheel's METADATA declares, "" where it declares none.

    `License-Expression` wins over the classifiers, and they over a short `License` line.
    Several classifiers are joined by AND: nothing says that the user may choose.
    """
    head = metadata.split("\n\n", 1)[0].splitlines()
    said = [
        line.split(":", 1)[1].strip() for line in head if line.startswith("License-Expression")
    ]
    if said:
        return said[0]
    named = [line.rsplit("::", 1)[1].strip() for line in head if line.startswith(_CLASSIFIER)]
    named = [re.sub(r" \([A-Z0-9 .+v]+\)$", "", name, flags=re.I) for name in named]
    named = [name for name in named if name != "OSI Approved"]
    if named:
        return " AND ".join(named)
    free = [line.split(":", 1)[1].strip() for line in head if line.startswith("License:")]
    return free[0] if free and len(free[0]) < 60 else ""


def of_npm(package: dict[str, object]) -> str:
    """Return the licence that a package.json declares, "" where it declares none."""
    said = package.get("license") or package.get("licenses") or ""
    if isinstance(said, list):
        said = " OR ".join(
            str(item.get("type") if isinstance(item, dict) else item) for item in said
        )
    if isinstance(said, dict):
        said = said.get("type", "")
    return str(said)


@dataclass(frozen=True, slots=True)
class Copyright:
    """The stanzas of a machine-readable debian/copyright, in order: (pattern, licence).

    `whole` is the licence of the stanza `Files: *` ("" where there is none), `parts` those of
    all stanzas but the packaging's own, joined by AND.
    """

    stanzas: tuple[tuple[re.Pattern[str], str], ...]
    whole: str
    parts: str

    def of_file(self, path: str) -> str:
        """Return the licence of a file, by the last stanza that names it; "" if none does."""
        for pattern, licence in reversed(self.stanzas):
            if pattern.fullmatch(path):
                return licence
        return ""


def of_debian(text: str) -> Copyright | None:
    """Return the stanzas of a debian/copyright, or None where it is not machine-readable."""
    if not re.search(r"^format:.*(copyright-format|dep5|dep-5)", text[:2_000], re.I | re.M):
        return None
    stanzas: list[tuple[re.Pattern[str], str]] = []
    whole = ""
    parts: dict[str, None] = {}
    for paragraph in re.split(r"\n[ \t]*\n", text):
        fields = _fields(paragraph)
        if "files" not in fields or "license" not in fields:
            continue
        globs = fields["files"].split()
        licence = fields["license"].split("\n", 1)[0].strip()
        stanzas.append((_pattern(globs), licence))
        if not all(glob.startswith("debian/") for glob in globs):
            parts[f"({licence})"] = None
        if "*" in globs:
            whole = licence
    return Copyright(tuple(stanzas), whole, " AND ".join(parts))


def _fields(paragraph: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line[:1] in (" ", "\t"):
            if name:
                fields[name] += f"\n{line.strip()}"
        elif ":" in line and not line.startswith("#"):
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def _pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """Return the globs as one expression; `*` and `?` match "/" too, as the format says."""
    each = (
        re.escape(glob.removeprefix("./")).replace(r"\*", ".*").replace(r"\?", ".")
        for glob in globs
    )
    return re.compile("|".join(each), re.DOTALL)


_LICENCE_FILE = re.compile(r"(un)?licen[cs]e([-_.].*)?|copying([-_.].*)?", re.IGNORECASE)
_TEXTS = (
    ("", "gnu (lesser |library |affero )?general public|mozilla public|eclipse public"),
    ("Apache-2.0", r"apache license,?\s+version 2\.0"),
    ("MIT", "permission is hereby granted, free of charge"),
    ("BSD-3-Clause", "redistribution and use in source and binary forms"),
    ("ISC", "permission to use, copy, modify, and(/or)? distribute this software"),
    ("Zlib", "altered source versions must be plainly marked"),
    ("BSL-1.0", "boost software license"),
    ("Unlicense", "this is free and unencumbered software"),
)
_RESTRICTED = re.compile(
    r"gnu (lesser |library |affero )?general public|\b[al]?gpl|mozilla public|\bmpl-"
    r"|eclipse public|creative commons|proprietary and confidential",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Folders:
    """The licence texts of a source archive: folder ("" or a first-level one) → licence."""

    grants: Mapping[str, str]

    @property
    def whole(self) -> str:
        """The licence of the root, or all of its projects' where it only holds projects."""
        if "" in self.grants:
            return self.grants[""]
        return " AND ".join(sorted({name for name in self.grants.values() if name}))

    def of_file(self, path: str) -> str:
        """Return the licence of the file's first-level folder, or else of the root."""
        first = path.split("/", 1)[0]
        return self.grants.get(first, self.grants.get("", ""))


def is_licence_file(path: str) -> bool:
    """Return whether a path may hold the licence of the root or of a first-level folder."""
    pure = PurePosixPath(path)
    return len(pure.parts) <= 2 and _LICENCE_FILE.fullmatch(pure.name) is not None


def of_texts(texts: Mapping[str, str]) -> Folders:
    """Return what licence files (path → text) say; a folder with several gets all of them."""
    grants: dict[str, set[str]] = {}
    for path, text in texts.items():
        folder = path.rpartition("/")[0]
        grants.setdefault(folder, set()).add(_named(text))
    return Folders({folder: _joined(names) for folder, names in grants.items()})


def _named(text: str) -> str:
    flat = " ".join(text.lower().split())
    return next((name for name, pattern in _TEXTS if re.search(pattern, flat)), "")


def _joined(names: set[str]) -> str:
    return "" if "" in names else " AND ".join(sorted(names))


def restricted(head: str) -> bool:
    """Return whether a file's head names a licence that the training data may not carry."""
    return _RESTRICTED.search(head) is not None
