"""Coverage-guided fuzzing of how files are cut; run by hand (pip install atheris).

    python tests/faults/fuzz_chunks.py [FOLDER] [-max_total_time=600] [-max_len=4096]

The first byte of an input chooses the language, the others are the file. Each must be read without
an exception, which `chunk` would hide, and keep the laws of tests/corpus. The arguments are
libFuzzer's; a folder keeps what reached new code, and the samples of tests/corpus begin.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["ncs.corpus", "ncs.text"]):
    from ncs.corpus.chunks import chunk
    from ncs.corpus.outline import read_outline

sys.path.insert(0, str(Path(__file__).parents[1] / "corpus"))
from language_samples import SAMPLES
from test_corpus_chunks import LANGUAGES, check_laws

from ncs.config import CorpusConfig
from ncs.types import SourceFile


def one_input(data: bytes) -> None:
    """Cut one file."""
    if not data:
        return
    language = LANGUAGES[data[0] % len(LANGUAGES)]
    source = SourceFile("a.tsx" if language == "tsx" else f"a.{language}", language, data[1:], 0)
    read_outline(source, 25)
    for lines in (1, 25):
        check_laws(data[1:], chunk(source, CorpusConfig(chunk_lines=lines)))


def main() -> None:
    """Fuzz until libFuzzer ends."""
    with TemporaryDirectory() as folder:
        for name, sample in SAMPLES.items():
            if name in LANGUAGES:
                data = bytes([LANGUAGES.index(name)]) + sample.code.encode()
                (Path(folder) / name).write_bytes(data)
        known = [each for each in sys.argv[1:] if os.path.isdir(each)]
        options = [each for each in sys.argv[1:] if each not in known]
        atheris.Setup([sys.argv[0], *known, folder, *options], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
