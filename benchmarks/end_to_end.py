"""Seconds and peak memory of every step from files to answer, on demo shops of 1x, 4x and 16x.

The cost should grow no faster than the data: the growth of a step is the exponent e in
CPU seconds ~ rows**e between the two largest scales. Each scale runs in a process of its own, so
that peaks are its own; ``--quick`` takes 1x with word lists and hashed vectors in place of BERT.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Final

import psutil
from reporting import ROOT, Figure, Report, options

SCALES: Final = (1, 4, 16)
SEED: Final = 7
GROWTH_REACH: Final = 1.15
QUESTION: Final = "Which categories will grow most in the next four weeks, and why?"
_MEGABYTE: Final = 1e6
_SAMPLE_S: Final = 0.02
_TOO_SHORT_S: Final = 1.0  # growth of shorter steps is the growth of noise
_ASKED: Final = 5


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scales", type=int, nargs="+", help="multiples of the demo shop")
    parser.add_argument("--child", type=int, metavar="SCALE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        print(json.dumps(measure(chosen.child, quick=chosen.quick)))
        return
    report = Report("end_to_end", f"demo world, seed {SEED}", ("groundswell", "torch", "faiss-cpu"))
    results = []
    for scale in chosen.scales or SCALES[: 1 if chosen.quick else None]:
        results.append(_in_child(scale, chosen))
        _add_scale(report, scale, results[-1])
    if len(results) > 1:
        _add_growth(report, results[-2], results[-1])
    report.finish(chosen)


def _in_child(scale: int, chosen: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", str(scale)]
    command += ["--quick"] if chosen.quick else []
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")
    }
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _add_scale(report: Report, scale: int, result: dict[str, Any]) -> None:
    rows = ", ".join(f"{name} {count:,}" for name, count in result["rows"].items())
    print(f"\n{scale}x: {rows}")
    for step, seconds in result["seconds"].items():
        report.add(Figure(f"{step}, {scale}x: time", seconds, "s"))
        report.add(Figure(f"{step}, {scale}x: CPU time", result["cpu"][step], "CPU s"))
        report.add(Figure(f"{step}, {scale}x: peak memory", result["peak"][step], "MB"))


def _add_growth(report: Report, small: dict[str, Any], large: dict[str, Any]) -> None:
    print("\ngrowth between the two largest scales")
    data = math.log(sum(large["rows"].values()) / sum(small["rows"].values()))
    for step, seconds in large["cpu"].items():
        growth = math.log(seconds / small["cpu"][step]) / data
        reach = GROWTH_REACH if seconds >= _TOO_SHORT_S else None
        report.add(Figure(f"{step}: growth of CPU time with data", growth, "exponent", reach=reach))


def measure(scale: int, *, quick: bool) -> dict[str, Any]:
    """Run every step once for one scale.

    Returns
    -------
    dict
        ``rows`` a table; ``seconds``, ``cpu`` (seconds of all threads) and ``peak`` (resident
        megabytes) a step.
    """
    import pandas as pd

    from signals import Feed, Lake, build_demo_world, ingest
    from ui.pipeline import run_pipeline
    from ui.settings import load_settings
    from ui.wiring import make_analyst

    world = build_demo_world(seed=SEED, scale=scale)
    feeds = [Feed(table, frame, f"{table.name}.csv") for table, frame in world.feeds]
    now = (world.last_day + pd.Timedelta(days=1)).tz_localize("UTC")
    models = {"scorer": "lexicon", "encoder": "hashing"} if quick else {}
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(Path(home), **models)
        watch = Watch()
        with watch.step("ingest"):
            ingest(Lake(settings.workspace.lake), feeds, source="demo", now=now)
        pipeline = run_pipeline(settings, now=now)
        watch.note_ended(pipeline.seconds)
        with watch.step("first answer, models loaded"):
            analyst = make_analyst(settings)
            analyst.ask(QUESTION)
        with watch.step("later answers, mean"):
            for _ in range(_ASKED):
                analyst.ask(QUESTION)
        watch.stop()
        watch.seconds["later answers, mean"] /= _ASKED
        watch.cpu["later answers, mean"] /= _ASKED
    rows = {table.name: len(frame) for table, frame in world.feeds}
    return {"rows": rows, "seconds": watch.seconds, "cpu": watch.cpu, "peak": watch.peak}


class Watch:
    """Samples memory and CPU time of this process; keeps seconds and peak of each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.peak: dict[str, float] = {}
        self._samples: list[tuple[float, int, float]] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def step(self, name: str) -> _Step:
        """Time what runs in a ``with`` block."""
        return _Step(self, name)

    def note(self, name: str, began: float, ended: float) -> None:
        """Keep a step that ran from one moment to another."""
        self.take_sample()
        self.seconds[name] = ended - began
        inside = [sample for sample in self._samples if began <= sample[0] <= ended]
        inside = inside or self._samples[-1:]
        before = [sample for sample in self._samples if sample[0] < began] or inside
        self.peak[name] = max(size for _, size, _ in inside) / _MEGABYTE
        self.cpu[name] = max(inside[-1][2] - before[-1][2], _SAMPLE_S)

    def note_ended(self, seconds: dict[str, float]) -> None:
        """Keep steps that ran one after the other and have just ended."""
        ended = time.perf_counter()
        for name, spent in reversed(seconds.items()):
            self.note(name, ended - spent, ended)
            ended -= spent
        for name in seconds:  # in the order they ran
            for kept in (self.seconds, self.cpu, self.peak):
                kept[name] = kept.pop(name)

    def stop(self) -> None:
        """Sample no more."""
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self.take_sample()

    def take_sample(self) -> None:
        """Look at memory and CPU time now."""
        size = psutil.Process().memory_info().rss
        self._samples.append((time.perf_counter(), size, time.process_time()))


class _Step:
    def __init__(self, watch: Watch, name: str) -> None:
        self._watch, self._name = watch, name

    def __enter__(self) -> None:
        self._watch.take_sample()
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._watch.note(self._name, self._began, time.perf_counter())


if __name__ == "__main__":
    main()
