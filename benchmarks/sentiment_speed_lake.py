"""Scores a lake in child processes that are killed on the way, and counts what was done twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from numpy.random import Generator, default_rng
from reporting import Figure, Report
from sentiment_speed_texts import fill_lake

from signals import SCORES, VECTORS, Lake, score_documents
from signals.sentiment.bert import BertScorer
from signals.sentiment.e5 import load_e5

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals import Scored

THREADS = 2
CHUNK = 2_000
"""The product's own."""
CHUNKS = 25
"""At least so many, however few documents there are."""
KILLED_AT = ((0.1, 0.45), (0.5, 0.8))
"""Shares of the documents between which each child is killed."""
REACH_GIB = 1.2
TEXTS_FILE = "texts.json"
_POLL_S = 0.05
_DELAY_S = 0.5


@dataclass(frozen=True, slots=True)
class Child:
    """What became of one process: its peak memory and its time."""

    gib: float
    seconds: float


class Telling:
    """The model, telling a file how many texts it is given."""

    def __init__(self, told: Path) -> None:
        self._scorer = BertScorer(load_e5())
        self._told = told
        self.model_id, self.encoder_id = self._scorer.model_id, self._scorer.encoder_id

    def score(self, texts: Sequence[str]) -> Scored:
        """Score texts in the order given."""
        with self._told.open("a", encoding="utf-8") as file:
            file.write(f"{len(texts)}\n")
        return self._scorer.score(texts)


def work_as_child(root: Path, count: int | None) -> None:
    """Score the texts in a folder, or its lake of ``count`` documents; the child processes do."""
    torch.set_num_threads(THREADS)
    if count is None:
        texts = json.loads((root / TEXTS_FILE).read_text(encoding="utf-8"))
        BertScorer(load_e5(), with_vectors=False).score(texts)
    else:
        scorer = Telling(root / "told.txt")
        score_documents(Lake(root / "lake"), scorer, chunk=chunk_of(count))


def chunk_of(count: int) -> int:
    """Choose how many texts are scored between two writes."""
    return min(CHUNK, count // CHUNKS)


def add_memory(report: Report, texts: Sequence[str]) -> None:
    """Score the texts in a process that does nothing else, and tell the most memory it held."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / TEXTS_FILE).write_text(json.dumps(texts), encoding="utf-8")
        child = _start(Path(folder))
        peak = 0.0
        while child.poll() is None:
            peak = max(peak, _peak_gib(child.pid))
            time.sleep(_POLL_S)
    if child.returncode != 0:
        sys.exit(f"a child ended with {child.returncode}")
    report.add(Figure(f"{len(texts):,} texts: peak memory", peak, "GiB"))


def add_killed_and_resumed(report: Report, count: int, seed: int = 0) -> None:
    """Score ``count`` distinct short texts in a child that is killed twice and started again."""
    rng = default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lake = Lake(root / "lake")
        fill_lake(lake, count, seed)
        (root / "told.txt").touch()
        bounds = [low + (high - low) * rng.random() for low, high in KILLED_AT]
        children = [_run(root, count, int(share * count), rng) for share in bounds]
        children.append(_run(root, count, None, rng))
        rows = _doubles(lake, SCORES.name, "doc_id, text_hash")
        vectors = _doubles(lake, VECTORS.name, "text_hash, model_id")
        passed = _passed(root)
    _add_figures(report, count, children, (rows, vectors, passed))


def add_waiting(report: Report, count: int, scored: int, seed: int = 0) -> None:
    """Tell the most memory held while ``count`` texts wait and the first ``scored`` are scored."""
    rng = default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        fill_lake(Lake(root / "lake"), count, seed)
        (root / "told.txt").touch()
        child = _run(root, count, scored, rng)
    name = f"{count:,} texts wait, {scored:,} are scored: peak memory"
    report.add(Figure(name, child.gib, "GiB", "lower", REACH_GIB))


def _add_figures(
    report: Report, count: int, children: list[Child], found: tuple[int, int, int]
) -> None:
    rows, vectors, passed = found
    name = f"{count:,} texts, killed twice"
    seconds = sum(child.seconds for child in children)
    peak = max(child.gib for child in children)
    report.add(Figure(f"{name}: documents scored once", rows, "documents", "higher", count))
    report.add(Figure(f"{name}: texts encoded once", vectors, "texts", "higher", count))
    lost = passed - count
    report.add(
        Figure(f"{name}: read again, lost with a kill", lost, "texts", "lower", 2 * chunk_of(count))
    )
    report.add(Figure(f"{name}: peak memory", peak, "GiB", "lower", REACH_GIB))
    for number, child in enumerate(children, start=1):
        report.add(Figure(f"{name}: peak memory of process {number}", child.gib, "GiB"))
    report.add(Figure(f"{name}: texts a second of the clock", count / seconds, "texts/s", "higher"))


def _run(root: Path, count: int, enough: int | None, rng: Generator) -> Child:
    """Start a child; kill it some moments after it was given ``enough`` texts in all."""
    started = time.perf_counter()
    child = _start(root, str(count))
    gib, dies_at = 0.0, float("inf")
    while child.poll() is None:
        gib = max(gib, _peak_gib(child.pid))
        if enough is not None and dies_at == float("inf") and _passed(root) >= enough:
            dies_at = time.perf_counter() + rng.uniform(0.0, _DELAY_S)
        if time.perf_counter() >= dies_at:
            child.send_signal(signal.SIGKILL)
            child.wait()
        time.sleep(_POLL_S)
    expected = 0 if enough is None else -signal.SIGKILL
    if child.returncode != expected:
        sys.exit(f"a child ended with {child.returncode}; expected {expected}")
    return Child(gib, time.perf_counter() - started)


def _start(root: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, __file__, str(root), *more])


def _peak_gib(process: int) -> float:
    """Read the most memory a process has held; 0 when it has just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    held = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(held[0]) / 2**20 if held else 0.0


def _passed(root: Path) -> int:
    lines = (root / "told.txt").read_text(encoding="utf-8").split("\n")[:-1]
    return sum(map(int, lines))


def _doubles(lake: Lake, table: str, key: str) -> int:
    """Count the rows of a table, or -1 when two of them have one key."""
    found = lake.sql(f"SELECT count(*) AS n, count(DISTINCT ({key})) AS keys FROM {table}").iloc[0]
    return int(found["n"]) if found["n"] == found["keys"] else -1


if __name__ == "__main__":
    work_as_child(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
