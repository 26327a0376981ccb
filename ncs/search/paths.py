"""What paths say: which files a question names, and which files rarely are the answer."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from ncs.index.reading import Index
from ncs.text import stem, words
from ncs.types import FloatArray

_SHORTEST_PREFIX = 3

# What stands in a path → what a place there is worth beside its like elsewhere. Chosen on the
# tune half of benchmarks/retrieval; they multiply.
_TESTS = re.compile(
    r"(^|/)(tests?|__tests__|specs?|testing|testdata|fixtures|e2e)/"
    r"|(^|/)(test_[^/]*|[^/]*[._-](test|tests|spec)|[^/]*[a-z0-9]Tests?|conftest)\.[^/.]+$"
)
_FACTORS = (
    (_TESTS, 0.3),
    (re.compile(r"(^|/)(examples?|samples?|demos?|docs?|docs_src|bench(marks?)?)/"), 0.6),
    (re.compile(r"(^|/)(_?compat|legacy|deprecated|single_include|third_party|vendor)[/.]"), 0.6),
    (re.compile(r"(^|/)(__init__\.py|index\.[jt]sx?|mod\.rs|package-info\.java)$"), 0.5),
    (re.compile(r"\.d\.ts$"), 0.7),
    (re.compile(r"\.(md|rst|txt|json|ya?ml|toml|lock|html|css|cfg|ini|xml)$"), 0.5),
)
_TEST_WORDS = frozenset({"test", "tests", "testing", "spec", "specs", "fixture", "fixtures"})


class PathWords:
    """The paths of an index made ready for questions.

    Args:
        paths: of all files, by file id (F).

    Attributes:
        stems: the files' names without their endings, by file id (F).
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._size = len(paths)
        # Folders, and the names of files, repeat themselves: each is looked at once.
        places = [path.rpartition("/") for path in paths]
        names = {name: _stem(name) for _, _, name in places}
        self.stems = tuple(names[name] for _, _, name in places)
        said = {name: {stem(word) for word in words(name)} for name in {*names.values()}}
        around = {
            folder: {stem(word) for word in words(folder.rpartition("/")[2])}
            for folder in {folder for folder, _, _ in places}
        }
        files: dict[str, list[int]] = {}
        for at, (own, (folder, _, _)) in enumerate(zip(self.stems, places, strict=True)):
            for word in said[own] | around[folder]:
                files.setdefault(word, []).append(at)
        self._files = {word: np.array(ids) for word, ids in files.items()}
        self._sorted = sorted(files)
        self._names = _Names(said, self.stems)
        parts = {part: _marks(part) for part in {*(f"{folder}/" for folder in around), *names}}
        marks = [parts[f"{folder}/"] | parts[name] for folder, _, name in places]
        worth = {each: _worth(each) for each in set(marks)}
        self._plain = np.array([worth[each][0] for each in marks], dtype=np.float32)
        self._tested = np.array([worth[each][1] for each in marks], dtype=np.float32)

    def priors(self, text: str) -> FloatArray:
        """Return what each file's places are worth to a question, (F,), in (0, 1].

        Tests, examples, re-exports and prose are rarely what a question is about; tests are
        when it asks for them.
        """
        return self._tested if _TEST_WORDS.intersection(words(text)) else self._plain

    def named(self, said: Sequence[str]) -> FloatArray:
        """Return the share of a question's words that a file's name or folder says, (F,).

        A word is said by a stem equal to its own, or where one is the other's beginning (of
        three letters or more): `auth` is said by `authentication.py`.
        """
        stems = dict.fromkeys(stem(word) for word in said)
        counts = np.zeros(self._size, dtype=np.float32)
        for word in stems:
            if alike := self._alike(word):
                # np.unique would import numpy.ma, which costs a cold query 8 ms.
                saying = np.zeros(self._size, dtype=bool)
                saying[np.concatenate([self._files[each] for each in alike])] = True
                counts += saying
        return counts / np.float32(max(len(stems), 1))

    def spelled(self, said: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return whether a question says every word of a file's own name, (F,).

        `JSON object with named fields` spells `JsonObject.java`, and not `JsonReader.java`.
        """
        stems = dict.fromkeys(stem(word) for word in said)
        return self._names.spelled({each for word in stems for each in self._alike(word)})

    def _alike(self, word: str) -> list[str]:
        """Return the words of paths that say a word: itself, its beginnings, what it begins."""
        found = [word] if word in self._files else []
        if len(word) >= _SHORTEST_PREFIX:
            beginnings = (word[:end] for end in range(_SHORTEST_PREFIX, len(word)))
            found += [each for each in beginnings if each in self._files]
            at = bisect_left(self._sorted, word)
            while at < len(self._sorted) and self._sorted[at].startswith(word):
                found += [self._sorted[at]] if self._sorted[at] != word else []
                at += 1
        return found


class _Names:
    """The names of files as the words that they are made of.

    Args:
        said: each name and its words.
        names: of all files, (F).
    """

    def __init__(self, said: Mapping[str, Set[str]], names: Sequence[str]) -> None:
        self._words: dict[str, int] = {}
        ids = self._words
        word = [ids.setdefault(each, len(ids)) for own in said.values() for each in own]
        self._word = np.array(word, dtype=np.int64)
        self._sizes = np.array([len(own) for own in said.values()], dtype=np.int64)
        self._name = np.repeat(np.arange(len(said)), self._sizes)
        place = {name: at for at, name in enumerate(said)}
        self._of_file = np.array([place[name] for name in names], dtype=np.int64)

    def spelled(self, words: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Return whether all words of each file's name are among these, (F,)."""
        known = np.zeros(len(self._words), dtype=bool)
        known[[self._words[word] for word in words if word in self._words]] = True
        held = np.bincount(self._name[known[self._word]], minlength=len(self._sizes))
        return np.asarray(((held == self._sizes) & (held > 0))[self._of_file])


def _stem(name: str) -> str:
    """Return the name of a file without its ending, as `PurePath.stem` has it."""
    before, _, after = name.rpartition(".")
    return before if before and after else name


def _marks(part: str) -> int:
    """Return which of the factors a part of a path earns, a bit for each.

    The part is a folder, with its slash, or a name: no pattern needs more than one of them.
    """
    return sum(1 << at for at, (pattern, _) in enumerate(_FACTORS) if pattern.search(part))


def _worth(marks: int) -> tuple[float, float]:
    """Return what files with these marks are worth: to most questions, and to one about tests."""
    earned = [each for at, each in enumerate(_FACTORS) if marks >> at & 1]
    return (
        math.prod(factor for _, factor in earned),
        math.prod(factor for pattern, factor in earned if pattern is not _TESTS),
    )


_PATH_WORDS: WeakKeyDictionary[Index, PathWords] = WeakKeyDictionary()


def path_words_of(index: Index) -> PathWords:
    """Return the path words of an index, made once for each open index."""
    if index not in _PATH_WORDS:
        _PATH_WORDS[index] = PathWords(index.paths)
    return _PATH_WORDS[index]
