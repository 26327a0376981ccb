"""The house rules as tests: arrows point down the list, and torch stays in its room."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ncs"
LAYERS = [
    "errors types data machine",
    "config text metrics",
    "lexical weights wording",
    "beam",
    "corpus",
    "learn runtime",
    "explain",
    "index",
    "search",
    "evaluate",
    "api",
    "display",
    "cli",
    "__main__",
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names.split()}
FILES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("torch", "faiss", "tree_sitter", "tree_sitter_language_pack", "pathspec")


def imported(path: Path) -> set[str]:
    """Return every dotted name that `path` imports, imports hidden in functions included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for name in imported(path):
        if name.startswith("ncs."):
            other = name.split(".")[1]
            assert own in RANK, f"ncs.{own} has no layer yet: add it to LAYERS"
            if other not in (own, "__version__"):
                assert RANK[other] < RANK[own], f"ncs.{own} must not import ncs.{other}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_torch_stays_in_its_room(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] != "learn":
        assert not {name for name in imported(path) if name.split(".")[0] == "torch"}


def modules_after(code: str) -> set[str]:
    """Return the names of all modules loaded once `code` has run in a fresh interpreter."""
    script = f"import sys\n{code}\nprint('\\n'.join(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_importing_the_package_is_light() -> None:
    assert not modules_after("import ncs") & {*HEAVY, "numpy", "click", "rich"}
