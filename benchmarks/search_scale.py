"""Search over very many passages: time of a question, neighbours missed, memory, a killed build.

The texts are composed of the demo shop's sentences and their vectors stand in for those of e5 (see
``search_scale_texts``); questions are encoded with e5 itself. Words, filters, files and search are
those of the product. A third of the questions has no filter, a third asks about half a year, a
third about one product. All work is done by child processes on two cores; times are of the
processor, so that other work on the machine does not sway them. A million passages
(``--passages 1000000``) need 6 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import torch
from reporting import Figure, Report, options
from search_quality import ASKED, LANGUAGES, SENTENCES
from search_scale_texts import DAYS, FIRST_DAY, StandIn, made_passages, write_shelf

from retrieval import ExactIndex, Filters, IndexAbout, IndexKind, build_index, open_index
from retrieval.columns import FilterColumns

if TYPE_CHECKING:
    import numpy.typing as npt

    from retrieval import Retriever

PASSAGES, QUICK_PASSAGES = 100_000, 30_000
QUESTIONS = 150
CORES = 2
K = 10
KILLED_AT = 0.4
PART = 1_024
"""Texts of a part that a build leaves, at least."""
REACH_MS, REACH_RECALL, REACH_GIB = 300.0, 0.95, 2.5
ONE_BY_ONE = 6
"""Questions that the exact peer is timed on."""
SAMPLE = 200
"""Texts that are encoded both ways."""
_NEAR: Final = 1e-5  # inner products nearer than this count as equal
_POLL_S: Final = 0.05
_WAYS: Final = ("no filter", "half a year", "one product")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and where it looks."""

    text: str
    filters: Filters
    way: str


def main() -> None:
    """Run the benchmark, or one part of it as a child."""
    parser = options(__doc__ or "")
    parser.add_argument("--passages", type=int, help="how many passages")
    parser.add_argument("--child", choices=list(PARTS), help=argparse.SUPPRESS)
    parser.add_argument(
        "--folder", type=Path, help="keep the files here; what is there is not made again"
    )
    given = parser.parse_args()
    count = given.passages or (QUICK_PASSAGES if given.quick else PASSAGES)
    if given.child is not None:
        PARTS[given.child](given.folder, count)
        return
    report = Report(
        "search_scale",
        f"{count:,} passages of three sentences of the demo shop; vectors composed of those that "
        "e5 gives the sentences",
        ("bm25s", "faiss-cpu"),
    )
    with tempfile.TemporaryDirectory() as folder:
        kept = given.folder or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        add_all(report, kept, count)
    report.finish(given)


def add_all(report: Report, folder: Path, count: int) -> None:
    """Build, kill, build again, ask, and compare with an exact search."""
    if not (folder / "build.json").exists():
        write_shelf(folder)
        killed_build(folder, count)
    built, asked, exact = (child(name, folder, count) for name in PARTS)
    report.add(
        Figure("question, 95th percentile", asked["p95_ms"], "processor ms", "lower", REACH_MS,
               "exact search in numpy", exact["p95_ms"])
    )  # fmt: skip
    report.add(Figure("question, median", asked["median_ms"], "processor ms"))
    report.add(Figure("question, 95th percentile by the clock", asked["clock_ms"], "ms"))
    for way in _WAYS:
        report.add(Figure(f"question, 95th percentile, {way}", asked["ways"][way], "processor ms"))
    recalls = recall(folder)
    report.add(Figure(f"recall@{K}", float(np.mean(recalls)), "share", "higher", REACH_RECALL))
    for number, way in enumerate(_WAYS):
        found = float(np.mean(recalls[number :: len(_WAYS)]))
        report.add(Figure(f"recall@{K}, {way}", found, "share", "higher"))
    report.add(Figure("build: peak memory", built["gib"], "GiB", "lower", REACH_GIB))
    report.add(Figure("search: peak memory", asked["gib"], "GiB", "lower", REACH_GIB))
    spared = 1 - built["encoded"] / built["texts"]
    report.add(
        Figure("killed build: texts not encoded again", spared, "share", "higher", KILLED_AT)
    )
    report.add(Figure("build after the kill: processor time", built["cpu_s"], "s"))
    report.add(Figure("build after the kill: time", built["seconds"], "s"))
    report.add(Figure("open: time", asked["open_s"], "s"))
    report.add(Figure("cosine of a stand-in and e5", built["likeness"], "share", "higher"))


def killed_build(folder: Path, count: int) -> None:
    """Kill a build when a part of its texts is encoded."""
    process = start("build", folder, count)
    parts = folder / "index" / "encoded"
    while process.poll() is None:
        if len(list(parts.glob("v*"))) * PART >= KILLED_AT * count:
            process.send_signal(signal.SIGKILL)
            process.wait()
        time.sleep(_POLL_S)
    if process.returncode != -signal.SIGKILL:
        sys.exit(f"the build ended with {process.returncode} before it was killed")


def start(part: str, folder: Path, count: int) -> subprocess.Popen[bytes]:
    """Start a part of the benchmark on two cores."""
    command = [sys.executable, __file__, "--child", part, "--folder", str(folder)]
    told = os.environ | {"OMP_NUM_THREADS": str(CORES)}
    return subprocess.Popen([*command, "--passages", str(count)], env=told)


def child(part: str, folder: Path, count: int) -> dict[str, Any]:
    """Run a part to its end, unless it was, and read what it found."""
    told = folder / f"{part}.json"
    if not told.exists():
        process = start(part, folder, count)
        if process.wait() != 0:
            sys.exit(f"{part} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return found


def build(folder: Path, count: int) -> None:
    """Build the index in this process."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    encoder = StandIn(folder)
    passages = made_passages(encoder.shelf, count)
    texts = passages.table["text_hash"].unique()
    started, before = time.perf_counter(), cpu_s()
    build_index(passages, encoder, folder / "index", about=IndexAbout(IndexKind.IVF))
    found = {"encoded": encoder.asked, "texts": len(texts), "gib": peak_gib()}
    found |= {"seconds": time.perf_counter() - started, "cpu_s": cpu_s() - before}
    sample = passages.table["text"].slice(0, SAMPLE).to_pylist()
    tell(folder, "build", found | {"likeness": encoder.likeness(sample)})


def ask(folder: Path, _count: int) -> None:
    """Ask every question in this process, and note which rows the index finds."""
    torch.set_num_threads(1)  # two would wait for each other over so short a text
    encoder = StandIn(folder)
    started = time.perf_counter()
    retriever = open_index(folder / "index", encoder)
    opened = time.perf_counter() - started
    asked = questions(encoder)
    for question in asked[: len(_WAYS)]:  # loads the dictionary of Chinese words
        retriever.search(question.text, filters=question.filters, k=K)
    seconds, clock = [], []
    for question in asked:
        before, started = time.process_time(), time.perf_counter()
        retriever.search(question.text, filters=question.filters, k=K)
        seconds.append(time.process_time() - before)
        clock.append(time.perf_counter() - started)
    gib = peak_gib()
    np.save(folder / "found.npy", worst_found(retriever, asked))
    by_way = {way: p95_ms(seconds[number :: len(_WAYS)]) for number, way in enumerate(_WAYS)}
    tell(folder, "ask", {
        "p95_ms": p95_ms(seconds), "median_ms": 1000 * float(np.median(seconds)),
        "clock_ms": p95_ms(clock),
        "ways": by_way, "gib": gib, "open_s": opened,
    })  # fmt: skip


def worst_found(retriever: Retriever, asked: list[Question]) -> npt.NDArray[np.float32]:
    """Give the inner products of the K rows found for each question, shape (questions, K)."""
    columns = FilterColumns(retriever.passages)
    vectors = retriever.encoder.encode_queries([question.text for question in asked])
    scores = np.full((len(asked), K), -np.inf, dtype=np.float32)
    for row, (question, vector) in enumerate(zip(asked, vectors, strict=True)):
        allowed = columns.allowed(question.filters)
        found = retriever.index.search(vector, k=K, allowed=allowed)[1]
        scores[row, : len(found)] = found
    return scores


def exact(folder: Path, _count: int) -> None:
    """Compare each question with every vector; time some one by one."""
    torch.set_num_threads(1)
    encoder = StandIn(folder)
    retriever = open_index(folder / "index", encoder)
    asked = questions(encoder)
    vectors = encoder.encode_queries([question.text for question in asked])
    columns = FilterColumns(retriever.passages)
    allowed = [columns.allowed(question.filters) for question in asked]
    version = max((folder / "index").glob("v*"))
    index = ExactIndex.load(version, encoder.dim)
    best = np.full((len(asked), K), -np.inf, dtype=np.float32)
    block = 65_536
    for start_row in range(0, len(index), block):
        rows = np.arange(start_row, min(start_row + block, len(index)))
        scores = vectors @ index.vectors(rows).T
        for number, mask in enumerate(allowed):
            scores[number, ~mask[rows]] = -np.inf
        best = -np.sort(-np.hstack([best, scores]), axis=1)[:, :K]
    np.save(folder / "exact.npy", best)
    seconds = []
    for number in range(ONE_BY_ONE):
        started = time.process_time()
        index.search(vectors[number], k=K, allowed=allowed[number])
        seconds.append(time.process_time() - started)
    tell(folder, "exact", {"p95_ms": p95_ms(seconds)})


def recall(folder: Path) -> npt.NDArray[np.float64]:
    """Share of the K nearest that were found, a question each; equally near ones count alike."""
    found, wanted = np.load(folder / "found.npy"), np.load(folder / "exact.npy")
    least = wanted[:, -1:]
    shares: npt.NDArray[np.float64] = (found >= least - _NEAR).mean(axis=1)
    return shares


def questions(encoder: StandIn) -> list[Question]:
    """Ask about products and what people say of them, in three languages, by turns filtered."""
    rng = np.random.default_rng(1)
    names = {said.product_id: said.name for said in encoder.shelf}
    found = []
    for number in range(QUESTIONS):
        lang = int(rng.integers(len(LANGUAGES)))
        product_id = str(rng.choice(list(names)))
        word = ASKED[str(rng.choice(list(ASKED)))][lang]
        sentence = SENTENCES[LANGUAGES[lang]][int(rng.integers(2))]
        since = FIRST_DAY + pd.Timedelta(days=int(rng.integers(DAYS // 2)))
        filters = (
            Filters(),
            Filters(since=since, until=since + pd.Timedelta(days=DAYS // 4)),
            Filters(product_ids=(product_id,)),
        )
        way = number % len(_WAYS)
        text = f"{names[product_id]}: {sentence.format(word)}"
        found.append(Question(text, filters[way], _WAYS[way]))
    return found


def p95_ms(seconds: list[float]) -> float:
    """Give the 95th percentile in milliseconds."""
    return 1000 * float(np.quantile(seconds, 0.95))


def peak_gib() -> float:
    """Read the most memory this process has held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(s.split()[1]) for s in status.splitlines() if s.startswith("VmHWM")) / 2**20


def cpu_s() -> float:
    """Sum the processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def tell(folder: Path, part: str, found: dict[str, Any]) -> None:
    """Leave what a child found for its parent."""
    (folder / f"{part}.json").write_text(json.dumps(found), encoding="utf-8")


PARTS = {"build": build, "ask": ask, "exact": exact}


if __name__ == "__main__":
    main()
