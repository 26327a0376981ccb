"""Every check of an index, a row each: what holds, what does not, and what to type."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ncs.corpus.decoding import decode
from ncs.errors import NcsError
from ncs.index.digests import rows_digest
from ncs.index.places import DiskPlaces
from ncs.index.postings import StoredTerms
from ncs.index.reading import Index
from ncs.index.schema import CONTENT, FORMAT, kind_bits
from ncs.index.stale import Stale, stale
from ncs.index.store import check_header, rebuild
from ncs.types import IdArray, NDArray

_UPDATE = "ncs index reads the codebase again"
_EXPLAIN = "lower --min-coverage, or see ncs inspect index for what has no explanation"
_SHOWN = 3  # examples that a failing check names


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `detail` says what was found; `hint` what to type when it failed."""

    name: str
    passed: bool
    detail: str
    hint: str = ""


class _Failed(Exception):
    """A check did not hold; the message says what was found."""


def validate(index: Index, root: Path | None, min_coverage: float | None = None) -> list[Check]:
    """Run all checks. Damage makes a failing row, never an error.

    Args:
        index: an open index; what is checked is read from its file.
        root: the codebase it describes, or None where that is out of reach.
        min_coverage: floor for the coverage instead of the index's own, or None.
    """
    found, anew = _stale(index, root), rebuild(index.path)
    checks = [
        _check("format", lambda: _format(index)),
        _check("integrity", lambda: _integrity(index)),
        _check("fingerprint", lambda: _fingerprint(index)),
        _check("checksums", lambda: _checksums(index)),
        _check("counts", lambda: _counts(index)),
        _check("shapes", lambda: _shapes(index)),
        _check("finite", lambda: _finite(index)),
        _check("norms", lambda: _norms(index)),
        _check("paths", lambda: _paths(index)),
        _check("order", lambda: _order(index)),
        _check("orphans", lambda: _orphans(index)),
        _check("marks", lambda: _marks(index)),
        _check("postings", lambda: _postings(index)),
        _check("coverage", lambda: _coverage(index, min_coverage), _EXPLAIN),
        _check("spans", lambda: _spans(index, root, found)),
        _check("stale", lambda: _not_stale(found), _UPDATE),
    ]
    return [each if each.passed or each.hint else replace(each, hint=anew) for each in checks]


def _check(name: str, run: Callable[[], str], hint: str = "") -> Check:
    try:
        return Check(name, True, run())
    except _Failed as failure:
        return Check(name, False, str(failure), hint)
    except NcsError as error:
        return Check(name, False, error.message, hint)
    # What damaged rows lead to where a check takes them for numbers or texts.
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        return Check(name, False, f"unreadable: {error!r}", hint)


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise _Failed(message)


# --- the file ----------------------------------------------------------------------------------


def _format(index: Index) -> str:
    check_header(index.path)
    return f"format {FORMAT}, written by ncs {index.meta['ncs']} at {index.meta['created']}"


def _integrity(index: Index) -> str:
    said = [str(row[0]) for row in index.store.rows("PRAGMA integrity_check")]
    _require(said == ["ok"], "; ".join(said[:_SHOWN]))
    return "SQLite finds its pages in order"


def _fingerprint(index: Index) -> str:
    return f"{index.read_meta()['fingerprint']} is of what is written"


def _checksums(index: Index) -> str:
    wrong = unsound_parts(index)
    _require(not wrong, f"not as written: {', '.join(wrong)}")
    return f"{len(CONTENT)} parts are as written"


def unsound_parts(index: Index) -> list[str]:
    """Return the parts of an index (keys of `schema.CONTENT`) that are not as they were written.

    Raises:
        IndexDamaged: the checksums cannot be read.
    """
    written = index.store.texts("SELECT part, digest FROM checksum")
    return [
        part
        for part in sorted(CONTENT.keys() | written.keys())
        if part not in CONTENT or part not in written or not _same(index, part, written[part])
    ]


def _same(index: Index, part: str, digest: str) -> bool:
    try:
        return rows_digest(index.store.stream(CONTENT[part])) == digest
    except NcsError:
        return False


# --- the numbers -------------------------------------------------------------------------------


def _counts(index: Index) -> str:
    for name in ("files", "skipped"):
        ((count, last),) = index.store.rows(f"SELECT COUNT(*), MAX(id) FROM {name}")
        wanted = index.meta[name]
        _require(count == wanted, f"{wanted} {name} announced, {count} found")
        _require(count == 0 or last == count - 1, f"the ids of {name} are not 0 to {count - 1}")
    end = 0
    for block, _ in index.texts.blocks():
        _require(block.ids.start == end, f"after chunk {end - 1} comes chunk {block.ids.start}")
        end = block.ids.stop
    _require(end == len(index.file_ids), f"{len(index.file_ids)} chunks announced, {end} found")
    return f"{index.meta['files']} files, {index.meta['chunks']} chunks"


def _shapes(index: Index) -> str:
    index.check_shapes()
    config = index.model.config
    return f"{index.chunk_count} latents of {config.latent_dim} + {config.extension_dim} numbers"


def _finite(index: Index) -> str:
    for view in index.views:
        broken = int((~np.isfinite(index.scales(view))).any(axis=0).sum())
        _require(broken == 0, f"{broken} latents of view {view} hold NaN or infinity")
    return "no NaN and no infinity in any latent"


def _norms(index: Index) -> str:
    for view in index.views:
        zero = np.flatnonzero(~index.latents(view).any(axis=1))
        named = ", ".join(str(at) for at in index.view_rows(view)[zero[:_SHOWN]])
        _require(len(zero) == 0, f"{len(zero)} latents of view {view} are 0: chunks {named}")
    return "no latent is 0"


def _paths(index: Index) -> str:
    count = len(index.paths) + len(index.folders) + len(index.skipped)
    return f"{count} paths lead nowhere else"


def _order(index: Index) -> str:
    starts, ends = index.spans
    _require(bool((starts >= 1).all() and (ends >= starts).all()), "spans that are no lines")
    paths = list(index.paths)
    _require(paths == sorted(set(paths)), "files are not in the order of their paths")
    steps = [np.diff(column) for column in (index.file_ids, starts, ends)]
    later, same = np.zeros(len(steps[0]), dtype=bool), np.ones(len(steps[0]), dtype=bool)
    for step in steps:
        later |= same & (step > 0)
        same &= step == 0
    _require(bool(later.all()), "chunks are not in the order of path and line")
    return "chunks are in the order of path and line"


def _orphans(index: Index) -> str:
    for name, chunks, _ in _places(index.names):
        _require(bool((np.diff(chunks) > 0).all()), f"{name!r} names a chunk twice")
    _require(len(index.file_ids) == index.chunk_count, "chunks without a file")
    for view in index.views:
        _require(len(index.view_rows(view)) == len(index.latents(view)), f"latents of view {view}")
    return "every chunk has its file, every symbol and latent its chunk"


def _marks(index: Index) -> str:
    generated, sets = int(index.generated.sum()), index.kind_sets.tolist()
    for block, _ in index.texts.blocks():
        for chunk in index.chunk_names(block.ids):
            if sets[chunk.id] != kind_bits((chunk.kind, *chunk.kinds)):
                raise _Failed(
                    f"chunk {chunk.id} has kinds ({sets[chunk.id]:#b}) that it does not define"
                )
    return f"{generated} files are generated, every chunk has the kinds of what it defines"


def _postings(index: Index) -> str:
    lengths = np.zeros(index.chunk_count, dtype=np.int64)
    terms = 0
    for term, chunks, often in _places(index.postings.terms):
        _require(bool((np.diff(chunks) > 0).all()), f"{term!r} names a chunk twice")
        lengths[chunks] += often.astype(np.int64)
        terms += 1
    same = lengths == index.postings.lengths
    _require(bool(same.all()), f"{int((~same).sum())} chunks have other lengths than their terms")
    return f"{terms} terms add up to the lengths of all chunks"


def _places(
    found: StoredTerms,
) -> Iterator[tuple[str, IdArray, NDArray[np.unsignedinteger]]]:
    """Yield every term with its chunks and counts, in order and each once."""
    last = None
    for block in found.blocks():
        for at, term in enumerate(block.terms):
            _require(last is None or last < term, f"{term!r} does not follow {last!r}")
            yield term, *found.places(block.row(at))
            last = term


# --- the codebase ------------------------------------------------------------------------------


def _coverage(index: Index, min_coverage: float | None) -> str:
    floor = index.meta["config"]["min_coverage"] if min_coverage is None else min_coverage
    explained = total = 0
    for block, _ in index.texts.blocks():
        for _, text in block.told():
            explained += bool(text.strip())
            total += 1
    share = explained / max(total, 1)
    _require(share >= floor, f"{share:.1%} of chunks have an explanation, floor {floor:.0%}")
    return f"{share:.1%} of chunks have an explanation, floor {floor:.0%}"


def _stale(index: Index, root: Path | None) -> Stale | str:
    if root is None:
        return "the codebase is out of reach: nothing to compare with"
    try:
        return stale(index, root)
    except NcsError as error:
        return error.message


def _spans(index: Index, root: Path | None, found: Stale | str) -> str:
    if root is None or isinstance(found, str):
        return str(found)
    wrong = [path for path in found.fresh if not _spans_of(index, root, path)]
    named = ", ".join(wrong[:_SHOWN])
    _require(not wrong, f"{len(wrong)} files do not hold their chunks' text: {named}")
    return f"chunks of {len(found.fresh)} files hold every line with something on it"


def _spans_of(index: Index, root: Path, path: str) -> bool:
    """Return whether each chunk's text stands on its lines, and no other line says anything."""
    try:
        lines = decode(path, Path(DiskPlaces(root).of(path)).read_bytes()).data.split(b"\n")
    except (OSError, ValueError):
        return True  # gone since the walk
    place = bisect_left(index.paths, path)
    first, end = np.searchsorted(index.file_ids, [place, place + 1])
    for row in index.chunk_rows(range(first, end)):
        span = slice(row.span.start - 1, row.span.end)
        if b"\n".join(lines[span]).decode() != row.text:
            return False
        lines[span] = [b""] * len(lines[span])
    return not any(line.decode().strip() for line in lines)


def _not_stale(found: Stale | str) -> str:
    if isinstance(found, str):
        return found
    old = [*found.changed, *found.new, *found.missing]
    named = ", ".join(sorted(old)[:_SHOWN])
    _require(
        not old,
        f"{len(found.changed)} files changed, {len(found.new)} new, "
        f"{len(found.missing)} gone: {named}",
    )
    return f"{len(found.fresh)} files are as they were read"
