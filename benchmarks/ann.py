"""Exact and approximate search over many latents: how fast, how large, how much is missed.

    python -m benchmarks.ann --from FOLDER [--rows N] [--growth N ...] [--save NAME | --json FILE]

The latents are those of real code: the folder is indexed with the base model, and its main latents
(16 numbers, length 1) are copied as often as it takes, every copy moved by noise whose length is
the median distance of a latent to its nearest neighbour. The questions are those of
benchmarks/retrieval, one at a time, on one thread. Times are that thread's processor time, which
other work on the machine does not stretch. ncs asks for a shortlist of 3,000 rows, so that is
timed beside 100.

First, exact search by NumPy as `ncs.search.latent` does it and by FAISS, at growing sizes: which
is sooner, and from where. Second, approximate indexes of FAISS at one size: recall of the 10, 100
and 3,000 nearest against exact search, times, bytes, time to build. Third, 100 million rows: not
measured, but extrapolated from the measured slope, beside what reading the bytes alone takes.
"""

import argparse
import gc
import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

import ncs
from benchmarks.retrieval.corpora import load_corpora, load_paraphrases, load_questions
from benchmarks.retrieval.record import SEED, write
from ncs.search.latent import FAISS_FROM, SHORTLIST, top, unit
from ncs.types import FloatArray, IdArray

DEPTHS = (100, SHORTLIST)
RECALLS = (10, 100, SHORTLIST)
GROWTH = (10_000, 30_000, 100_000, 200_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
FAR = 100_000_000
QUESTIONS = 200
_LONGEST = 20.0  # seconds that one series of questions may take; fewer questions then
_DECIMALS = 6  # as in ncs.search.latent
_AT_ONCE = 1 << 20

Search = Callable[[FloatArray, int], IdArray]


@dataclass(frozen=True, slots=True)
class Real:
    """Latents of real code, (n, 16), and of real questions, (q, 16), all of length 1.

    Attributes:
        nearest: median distance of a latent to its nearest neighbour that is not equal to it.
    """

    latents: FloatArray
    questions: FloatArray
    nearest: float


def real(folder: Path) -> Real:
    """Index a folder and return its latents, and those of the benchmark's questions."""
    texts = [
        question.text for corpus in load_corpora() for question in load_questions(corpus.name)
    ]
    texts += [item.query for item in load_paraphrases()]
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "index.db"
        ncs.build(folder, output=path)
        with ncs.open(path) as index:
            latents = unit(index.index.latents())
            width = latents.shape[1]
            questions = unit(index.encoder.encode(texts)[:, :width])
    rng = np.random.default_rng(SEED)
    some = latents[rng.choice(len(latents), 2_000, replace=False)]
    cosine = some @ latents.T
    cosine[cosine > 1 - 1e-5] = -1.0  # itself, and its equals
    distance = np.sqrt(2 - 2 * cosine.max(axis=1))
    return Real(latents, rng.permutation(questions)[:QUESTIONS], float(np.median(distance)))


def enlarged(code: Real, rows: int) -> FloatArray:
    """Return so many rows of length 1: the latents themselves, then copies with noise."""
    rng = np.random.default_rng(SEED)
    width = code.latents.shape[1]
    found = np.empty((rows, width), dtype=np.float32)
    for start in range(0, rows, len(code.latents)):
        part = found[start : start + len(code.latents)]
        part[:] = code.latents[: len(part)]
        if start:
            noise = rng.standard_normal(part.shape, dtype=np.float32)
            part += noise * np.float32(code.nearest / math.sqrt(width))
            part /= np.linalg.norm(part, axis=1, keepdims=True)
    return found


def scan(rows: FloatArray) -> Search:
    """Return the exact search that ncs does below `FAISS_FROM`, with its answers put in order."""

    def search(query: FloatArray, depth: int) -> IdArray:
        scores = np.round(rows @ query, _DECIMALS)
        found = top(scores, depth)
        return np.asarray(found[np.argsort(-scores[found], kind="stable")])

    return search


def product(rows: FloatArray) -> Search:
    """Return the product of matrix and vector alone: what no exact search can do without."""
    return lambda query, _: (rows @ query)[:1].astype(np.int64)


def asked(index: faiss.Index) -> Search:
    """Return the search of a FAISS index, one question at a time."""
    return lambda query, depth: index.search(query[None], depth)[1][0]


def timed(search: Search, questions: FloatArray, depth: int) -> tuple[dict[str, float], IdArray]:
    """Return p50 and p95 in milliseconds, after one question, and what was found, (q, depth)."""
    began = time.thread_time()
    search(questions[0], depth)
    once = time.thread_time() - began
    took, found = [], []
    for query in questions[: max(20, int(_LONGEST / once))]:
        began = time.thread_time()
        found.append(search(query, depth))
        took.append((time.thread_time() - began) * 1e3)
    p50, p95 = np.quantile(took, [0.5, 0.95])
    return {"p50_ms": float(p50), "p95_ms": float(p95)}, np.array(found)


def growth(code: Real, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Return the times of exact search by NumPy and by FAISS at growing sizes."""
    rows = []
    for size in sizes:
        latents = enlarged(code, size)
        index = faiss.IndexFlatIP(latents.shape[1])
        began = time.thread_time()
        index.add(latents)
        row: dict[str, Any] = {"rows": size, "bytes": latents.nbytes}
        row["faiss_add_ms"] = (time.thread_time() - began) * 1e3
        for name, search in (("numpy", scan(latents)), ("faiss", asked(index))):
            for depth in DEPTHS:
                row[f"{name}_{depth}"] = timed(search, code.questions, depth)[0]
        row["product_ms"] = timed(product(latents), code.questions, 1)[0]["p50_ms"]
        rows.append(row)
        print(_line(row), flush=True)
        del latents, index, search
        gc.collect()
    return rows


@dataclass(frozen=True, slots=True)
class Kind:
    """An index of FAISS: how it is made, and the settings it is asked with."""

    name: str
    factory: str
    parameter: str = ""
    values: tuple[int, ...] = (0,)


KINDS = (
    Kind("exact, float32", "Flat"),
    Kind("exact order of int8", "SQ8"),
    Kind("PQ, 8 bytes", "PQ8"),
    Kind("PQ, 8 bytes, fast scan", "PQ16x4fs"),
    Kind("IVF 1,024, float32", "IVF1024,Flat", "nprobe", (4, 16, 64)),
    Kind("IVF 4,096, float32", "IVF4096,Flat", "nprobe", (16, 64, 256)),
    Kind("IVF 1,024, int8", "IVF1024,SQ8", "nprobe", (16, 64)),
    Kind("HNSW, 16 links", "HNSW16,Flat", "efSearch", (64, 256, 3_000)),
)


def approximate(code: Real, rows: int, without: Sequence[str]) -> list[dict[str, Any]]:
    """Return recall, times, bytes and building time of every kind of index at one size."""
    latents = enlarged(code, rows)
    exact = asked(_made(latents, "Flat")[0])
    truth = np.array([exact(query, SHORTLIST) for query in code.questions])
    found = []
    search = scan(latents)
    found.append({"name": "exact, NumPy as ncs does it", "bytes": latents.nbytes,
                  "build_seconds": 0.0, **_judged(search, code.questions, truth)})  # fmt: skip
    print(_line(found[-1]), flush=True)
    for kind in KINDS:
        if kind.factory in without:
            continue
        index, seconds = _made(latents, kind.factory)
        size = len(faiss.serialize_index(index))
        for value in kind.values:
            if kind.parameter:
                faiss.ParameterSpace().set_index_parameter(index, kind.parameter, value)
            setting = f"{kind.parameter} {value}" if kind.parameter else ""
            row = {"name": kind.name, "factory": kind.factory, "setting": setting}
            judged = _judged(asked(index), code.questions, truth)
            found.append({**row, "bytes": size, "build_seconds": seconds, **judged})
            print(_line(found[-1]), flush=True)
    return found


def _made(latents: FloatArray, factory: str) -> tuple[faiss.Index, float]:
    began = time.thread_time()
    index = faiss.index_factory(latents.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(latents[:: max(1, len(latents) // 250_000)])
    for start in range(0, len(latents), _AT_ONCE):
        index.add(latents[start : start + _AT_ONCE])
    return index, time.thread_time() - began


def _judged(search: Search, questions: FloatArray, truth: IdArray) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for depth in DEPTHS:
        figures[f"depth_{depth}"], found = timed(search, questions, depth)
    for depth in RECALLS:
        pairs = zip(found, truth, strict=False)
        shares = [len(np.intersect1d(one[:depth], own[:depth])) / depth for one, own in pairs]
        figures[f"recall@{depth}"] = float(np.mean(shares))
    return figures


def bandwidth() -> float:
    """Return GB/s at which one thread reads memory: the sum of a gigabyte, the best of five."""
    data = np.ones(1 << 27, dtype=np.float64)
    took = []
    for _ in range(5):
        began = time.thread_time()
        data.sum()
        took.append(time.thread_time() - began)
    return data.nbytes / min(took) / 1e9


def far(rows: Sequence[dict[str, Any]], speed: float) -> dict[str, Any]:
    """Return what `FAR` rows would take, from the slope of the last two measured sizes."""
    small, large = rows[-2:]
    size = FAR * large["bytes"] // large["rows"]
    found: dict[str, Any] = {"rows": FAR, "bytes": size, "measured": False}
    found["ms_to_read_the_bytes"] = size / speed / 1e6
    for name in (f"numpy_{SHORTLIST}", f"faiss_{SHORTLIST}"):
        times = [row[name]["p50_ms"] for row in (small, large)]
        slope = math.log(times[1] / times[0]) / math.log(large["rows"] / small["rows"])
        found[f"{name}_slope"] = slope
        found[f"{name}_ms"] = times[1] * (FAR / large["rows"]) ** slope
    return found


def _line(row: dict[str, Any]) -> str:
    flat = {
        f"{name}.{part}" if part else name: number
        for name, value in row.items()
        for part, number in (value if isinstance(value, dict) else {"": value}).items()
    }
    return "  ".join(
        f"{name} {value:,.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in flat.items()
    )


def rounded(value: Any) -> Any:
    """Return the same with four significant digits in every number with a fraction."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def main() -> None:
    """Measure, print, and keep the figures where that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="source", type=Path, required=True, help="real code")
    parser.add_argument("--rows", type=int, default=1_000_000, help="for approximate indexes")
    parser.add_argument("--growth", type=int, nargs="+", default=GROWTH, help="for exact search")
    parser.add_argument("--without", nargs="*", default=(), help="factories that are left out")
    parser.add_argument("--json", type=Path, help="write everything here")
    parser.add_argument("--save", help="write into benchmarks/results under this name")
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(1)
    code = real(arguments.source)
    print(f"{len(code.latents):,} latents, nearest at {code.nearest:.3f}", flush=True)
    data: dict[str, Any] = {
        "source": arguments.source.name, "latents": len(code.latents),
        "noise": code.nearest, "questions": len(code.questions), "faiss_from": FAISS_FROM,
    }  # fmt: skip
    data["bandwidth_gb_s"] = bandwidth()
    data["exact"] = growth(code, arguments.growth)
    if len(arguments.growth) > 1:
        data["extrapolated"] = far(data["exact"], data["bandwidth_gb_s"])
        print(_line(data["extrapolated"]))
    data["approximate"] = approximate(code, arguments.rows, arguments.without)
    if arguments.save or arguments.json:
        print(write(arguments.save or "ann", rounded(data), arguments.json))


if __name__ == "__main__":
    main()
