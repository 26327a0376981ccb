"""Where an Android resource is: `R.string.quiet_time`, `@id/done`, `string resource app_name`."""

import re
from typing import NamedTuple

import numpy as np

from ncs.index.reading import Index
from ncs.lexical import NOTHING, NOWHERE
from ncs.search.literal import about
from ncs.search.runs import MOST_FLAGGED, Candidates
from ncs.types import BoolArray, FloatArray, IdArray

_NAME = r"(?P<name>[A-Za-z][\w.]*)"
# `android.R.id.home` and `@android:id/list` are the system's.
_IN_CODE = rf"(?!android\.R\.)(?:[\w.]+\.)?R\.(?P<kind>[a-z]+)\.{_NAME}"
_IN_XML = rf"@\+?(?!android:)(?:[\w.]+:)?(?P<kind>[a-z]+)/{_NAME}"
_IN_WORDS = (
    r"(?i:where is |find )?(?:the )?(?P<kind>string|plurals|color|dimen|style|bool|integer|array)"
    r"(?: resource)? (?P<name>[A-Za-z]\w*_\w+)(?: (?:defined|declared))?\s*\??"
)
_FORMS = (_IN_CODE, _IN_XML, _IN_WORDS)
_LONGEST = 300  # characters of a question that may ask for one
# What a place is worth that defines a resource, more than mark-up is worth less than code, and one
# that uses it, which follows.
_DEFINED, _USED = 4.0, 0.55


class _Resource(NamedTuple):
    """A resource by its kind, as `string`, and its name, of which dots may be underscores."""

    kind: str
    name: str


def resource(
    index: Index, text: str, found: Candidates, translated: BoolArray
) -> tuple[IdArray, FloatArray]:
    """Return the chunks that define or use a resource, and what each is worth, above 0.5.

    In the default language: translations, and what is for other screens, define it once more.
    None where none defines it.

    Args:
        index: where the chunks are.
        text: the question; nothing is found for another.
        found: what BM25 says of it.
        translated: which of these are translations, (n,).
    """
    asked = _asked(text)
    if asked is None:
        return NOWHERE, NOTHING
    # Code writes `R.style.Theme_Dark` for `Theme.Dark`.
    said = about(
        index, asked.name.replace("_", ".") if asked.kind == "style" else asked.name, found
    )
    said = said._replace(share=np.where(translated, np.float32(0.0), said.share))
    ids = said.best_of_every_term(MOST_FLAGGED)
    texts = index.chunk_texts(ids.tolist())
    defined, used = (re.compile(form) for form in _forms(asked))
    worth = {
        chunk: _DEFINED if defined.search(each) else _USED
        for chunk, each in zip(ids.tolist(), texts, strict=True)
        if defined.search(each) or used.search(each)
    }
    worth |= dict.fromkeys(_files(index, asked), _DEFINED)
    if _DEFINED not in worth.values():
        return NOWHERE, NOTHING
    chunks = sorted(worth)
    return np.array(chunks, dtype=np.int64), np.array([worth[each] for each in chunks], np.float32)


def _asked(text: str) -> _Resource | None:
    """Return the resource that a question asks for, None for another question."""
    said = text.strip().strip("\"'`")
    if len(said) > _LONGEST or not ("_" in said or "/" in said or "R." in said):
        return None
    for form in _FORMS:
        if asked := re.fullmatch(form, said):
            return _Resource(asked["kind"], asked["name"])
    return None


def _forms(asked: _Resource) -> tuple[str, str]:
    """Return expressions of what defines a resource, and of what uses it."""
    name = re.escape(asked.name).replace("_", r"[._]").replace(r"\.", r"[._]")
    tag = rf"<(?:[\w-]*{asked.kind}s?|declare-{asked.kind})\b[^<>]{{0,200}}?\bname=\"{name}\""
    item = rf"<item\b[^<>]{{0,200}}?\bname=\"{name}\"[^<>]{{0,200}}?\btype=\"{asked.kind}\""
    made = rf"@\+{asked.kind}/{name}\""
    in_code, in_xml = r"\b(?<!\bandroid\.)R\.", r"[@?](?!android:)(?:[\w.]+:)?"
    used = rf"(?:{in_code}{asked.kind}\.{name}|{in_xml}{asked.kind}/{name})\b(?![._]\w)"
    return f"{tag}|{item}|{made}", used


def _files(index: Index, asked: _Resource) -> list[int]:
    """Return the first chunks of the files that are a resource: `res/layout/row.xml`."""
    file = re.compile(rf"(?:^|/)res/{asked.kind}(?:-[^/]*)?/{re.escape(asked.name)}\.[^/]+$")
    firsts = np.cumsum(index.chunk_counts) - index.chunk_counts
    return [
        int(firsts[at])
        for at, path in enumerate(index.paths)
        if asked.name in path and file.search(path) and index.chunk_counts[at]
    ]
