"""The house rules as tests: arrows point down the list, and torch stays in its room."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import mypy.api
import pytest

import ncs

PACKAGE = Path(__file__).parents[1] / "ncs"
LAYERS = [
    "errors types data hashing machine git",
    "config scripts ranges metrics thesaurus crew",
    "text",
    "positions",
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
# load what a table of theirs names: the package its public names, the group its commands
LOADERS = {PACKAGE / "__init__.py", PACKAGE / "cli" / "group.py"}
HEAVY = ("torch", "faiss", "tree_sitter", "tree_sitter_language_pack", "pathspec")


def imported(path: Path) -> set[str]:
    """Return every dotted name that `path` imports, in functions and by `import_module` too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Call) and _called(node.func) in ("import_module", "__import__"):
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant):
                assert not str(name.value).startswith("."), f"{path}: relative import"
                found.add(str(name.value))
            else:
                assert path in LOADERS, f"{path}:{node.lineno}: which module is imported?"
    return found


def _called(function: ast.expr) -> str:
    """Return the last name of what is called: `import_module` of `importlib.import_module`."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


@pytest.mark.parametrize(
    "line",
    ["import ncs.api.later", "from ncs.api import later", 'import_module("ncs.api.later")',
     'x = importlib.import_module("ncs.api.later").start', '__import__("ncs.api.later")'],
)  # fmt: skip
def test_every_way_to_import_is_seen(tmp_path: Path, line: str) -> None:
    """A module that another loads by name stood in no layer."""
    source = tmp_path / "late.py"
    source.write_text(f"def late():\n    {line}\n", encoding="utf-8")
    assert imported(source) == {"ncs.api.later"}


@pytest.mark.parametrize("line", ["import_module(name)", 'import_module(".later", "ncs.api")'])
def test_a_module_is_imported_by_its_whole_name(tmp_path: Path, line: str) -> None:
    source = tmp_path / "late.py"
    source.write_text(line, encoding="utf-8")
    with pytest.raises(AssertionError, match=r"late\.py"):
        imported(source)


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


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Those of one room, too, in functions or not: what is below knows nothing of the above."""
    names = {
        ".".join(("ncs", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in FILES
    }
    below = {
        name: {each for tail in imported(path) for each in (tail, tail.rpartition(".")[0])}
        & names.keys()
        for name, path in names.items()
    }
    assert len([*TopologicalSorter(below).static_order()]) == len(names)


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


def test_what_a_file_says_is_read_without_a_parser() -> None:
    """All of the room came with the one part of it that a query needs."""
    assert not modules_after("import ncs.corpus.decoding, ncs.api.moved") & set(HEAVY)
    assert not modules_after("import ncs.corpus.lexis") & {*HEAVY, "numpy"}


@pytest.mark.parametrize("asked", ["--version", "--help"])
def test_what_is_asked_of_the_command_itself_loads_no_search(asked: str) -> None:
    """A constant that the display needs lay there, and both took twice as long."""
    code = (
        f"from ncs.cli import main\nimport os\nos._exit = sys.exit\nsys.argv = ['ncs', '{asked}']"
    )
    loaded = modules_after(f"{code}\ntry:\n    main()\nexcept SystemExit:\n    pass")
    assert "ncs.display.plain" in loaded
    assert not {name for name in loaded if name.startswith("ncs.search")}


def test_star_leaves_the_builtin_open_alone() -> None:
    names: dict[str, object] = {}
    exec("from ncs import *", names)
    assert "build" in names
    assert "open" not in names
    assert {"open", "build", "train", "Hit", "Codebase"} <= set(dir(ncs))


@pytest.mark.slow
def test_type_checkers_see_the_public_names(tmp_path: Path) -> None:
    """They saw Any: `ncs.opne` and `index.nonsense()` passed."""
    run = tmp_path / "a.py"
    run.write_text("import ncs\n\nfor hit in ncs.open('.').search('x'):\n    print(hit.path)\n")
    told, _, _ = mypy.api.run(["--strict", str(run)])
    assert "Success" in told
    run.write_text("import ncs\n\nncs.opne('.')\nncs.open('.').nonsense()\n")
    told, _, _ = mypy.api.run(["--strict", str(run)])
    assert "2 errors" in told or "Found 2" in told, told
