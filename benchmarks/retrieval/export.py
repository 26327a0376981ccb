"""Write the pinned revision of each corpus out of local clones or registry archives.

    python -m benchmarks.retrieval.export --clones DIR --output DIR [--only NAMES]

Nothing is downloaded: README.md says how to get the clones and the three archives.
"""

import argparse
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from benchmarks.retrieval.corpora import Corpus, load_corpora


class ExportError(Exception):
    """A corpus that cannot be written; the message says why."""


def find_clone(clones: Path, corpus: Corpus) -> Path:
    """Return the git folder of a corpus: `owner+name`, or `name`, bare or with a work tree.

    Raises:
        ExportError: there is none.
    """
    names = (corpus.repository.replace("/", "+"), corpus.repository.split("/")[1], corpus.name)
    for name in names:
        for place in (clones / name, clones / name / "repo", clones / f"{name}.git"):
            if (place / ".git").exists() or (place / "HEAD").is_file():
                return place
    raise ExportError(f"no clone of {corpus.repository} in {clones}")


def read_clone(clone: Path, corpus: Corpus) -> dict[str, bytes]:
    """Return path in the checkout → bytes of the regular files below the benchmark root.

    A clone may lack a large file that no question is about (pictures, binaries): it is left
    out, and said on stderr.

    Raises:
        ExportError: the clone lacks the revision or the folder.
    """
    root = corpus.benchmark_root or "."
    tree = git(clone, "ls-tree", "-r", "-z", corpus.revision, "--", root)
    listed = tree.decode("utf-8", "replace").split("\0")
    entries = [line.split("\t", 1) for line in listed if line]
    blobs = [(head.split()[2], path) for head, path in entries if head.startswith("100")]
    if not blobs:
        raise ExportError(f"{corpus.revision[:12]}:{corpus.benchmark_root or '.'} holds no files")
    ids = "\n".join(blob for blob, _ in blobs).encode() + b"\n"
    packed = io.BytesIO(git(clone, "cat-file", "--batch", data=ids))
    found = {}
    for _, path in blobs:
        size = packed.readline().split()[-1]
        if size == b"missing":
            print(f"{corpus.name}: the clone lacks {path}", file=sys.stderr)
            continue
        found[path] = packed.read(int(size))
        packed.read(1)
    return found


def git(clone: Path, *words: str, data: bytes = b"") -> bytes:
    """Return what git prints about a clone.

    Raises:
        ExportError: git failed, for instance because the clone lacks what was asked for.
    """
    # The clone may belong to another user, and its attributes may leave out or rewrite
    # files of an archive: the pinned bytes are wanted as they are.
    command = ["git", "-c", "safe.directory=*", "-c", "core.autocrlf=false", "-C", str(clone)]
    done = subprocess.run([*command, *words], input=data, capture_output=True)
    if done.returncode:
        raise ExportError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


def read_archive(archive: Path, root: str) -> dict[str, bytes]:
    """Return path → bytes of the files below `root` in a wheel, or in a package's tar file.

    Raises:
        ExportError: there is no such archive.
    """
    if not archive.is_file():
        raise ExportError(f"no archive {archive}")
    found: dict[str, bytes] = {}
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as packed:
            found = {name: packed.read(name) for name in packed.namelist() if name[-1] != "/"}
    else:
        with tarfile.open(archive) as tar:
            for member in tar.getmembers():
                data = tar.extractfile(member) if member.isfile() else None
                if data is not None:
                    found[str(PurePosixPath(*PurePosixPath(member.name).parts[1:]))] = data.read()
    return {path: data for path, data in found.items() if path.startswith(f"{root}/")}


def export(corpus: Corpus, clones: Path, output: Path) -> str:
    """Write a corpus below `output`/name and return a line on what was written.

    Raises:
        ExportError: the source is missing, or the corpus was already written.
    """
    target = output / corpus.name
    if target.exists():
        raise ExportError(f"{target} is already there: remove it first")
    root = corpus.benchmark_root or ""
    if corpus.archive:
        found = read_archive(clones / corpus.archive, root)
    else:
        found = read_clone(find_clone(clones, corpus), corpus)
    for path, data in found.items():
        inside = PurePosixPath(path).relative_to(root)
        if ".." in inside.parts or inside.is_absolute():
            raise ExportError(f"{path} leads out of the corpus")
        place = target / inside
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    size = sum(map(len, found.values()))
    same = (len(found), size) == (corpus.files, corpus.bytes)
    expected = "" if same else f"  DIFFERS: expected {corpus.files} files, {corpus.bytes} bytes"
    return f"{corpus.name:14} {len(found):5} files {size:9} bytes{expected}"


def main() -> int:
    """Export what the arguments name; return 1 when something is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clones", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", default="", help="names, separated by commas")
    options = parser.parse_args()
    failed = False
    only = [name for name in options.only.split(",") if name]
    for corpus in load_corpora(only=only, judged=False):
        try:
            print(export(corpus, options.clones, options.output))
        except ExportError as error:
            failed = True
            print(f"{corpus.name:14} {error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
