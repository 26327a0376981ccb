"""The records in benchmarks/results are those that the documents cite, and no others."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
TOLD = "\n".join(
    path.read_text("utf-8")
    for folder, form in (
        (ROOT, "*.md"),
        (ROOT / "benchmarks", "**/*.md"),
        (ROOT / "ncs", "**/*.md"),
    )
    for path in sorted(folder.glob(form))
    if path.parent != RESULTS
)
# `180ca6e-asked`, `base-training-teacher`: a record without its date and its ending
CITED = set(re.findall(r"`((?:[0-9a-f]{7}-[a-z]|base-(?:decoder-)?training)[\w-]*)`", TOLD))


def named(path: Path) -> str:
    """Return what a document calls a record by; a picture is shown, hence linked as a file."""
    return path.name if path.suffix == ".png" else re.sub(r"^[\d-]{10}-", "", path.stem)


@pytest.mark.parametrize("path", sorted(RESULTS.iterdir()), ids=lambda path: path.name)
def test_a_record_is_cited_by_a_document(path: Path) -> None:
    """Of 185 that lay there 117 were told of nowhere; the history of git keeps what was."""
    assert re.search(rf"(?<![\w-])(?:[\d-]{{10}}-)?{re.escape(named(path))}(?![\w-])", TOLD)


def test_a_record_that_a_document_cites_is_there() -> None:
    assert len(CITED) > 30
    assert CITED - {named(path) for path in RESULTS.iterdir()} == set()
    linked = re.findall(r"results/(\d[\w.*-]*[\w*])", TOLD)
    assert [each for each in linked if not any(RESULTS.glob(each))] == []
