"""Real code to measure on: pinned source archives from the Python package index."""

import subprocess
import sys
import tarfile
from pathlib import Path

PINNED = "networkx==3.4.2"


def unpack_source(requirement: str, into: Path) -> Path:
    """Return the folder of a package's source archive, downloaded once into a folder.

    Args:
        requirement: name and version, `networkx==3.4.2`.
        into: where archives and folders are kept between runs.
    """
    name, _, version = requirement.partition("==")
    into.mkdir(parents=True, exist_ok=True)
    folder = into / f"{name}-{version}"
    if folder.is_dir():
        return folder
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--no-binary", ":all:", "--dest", str(into),
         requirement],
        check=True,
    )  # fmt: skip
    archive = next(into.glob(f"{name}-{version}*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(into, filter="data")
    return folder
