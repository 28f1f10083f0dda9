"""What every benchmark does: find data, print a table, write JSON, check what must be reached."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
STARTED = time.perf_counter()
"""When the benchmark began: it imports this before all else."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number, and the peer measured in the same run.

    Parameters
    ----------
    low, high
        Bounds of the 95 % interval; None where none was taken.
    peers
        All peers of the same run, where there are several; the best of them is ``peer``.
    """

    name: str
    value: float
    unit: str
    better: str = "lower"
    reach: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    low: float | None = None
    high: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def with_peers(
        cls,
        name: str,
        value: float,
        peers: Mapping[str, float],
        span: tuple[float, float],
        reach: float | None = None,
    ) -> Figure:
        """Make a share that should be high, with its interval and the best of its peers."""
        best = max(peers, key=lambda peer: peers[peer], default=None)
        beside = None if best is None else peers[best]
        return cls(name, value, "share", "higher", reach, best, beside, *span, dict(peers))

    @property
    def falls_short(self) -> bool:
        """Whether the figure misses what it must reach."""
        if self.reach is None:
            return False
        return self.value < self.reach if self.better == "higher" else self.value > self.reach


@dataclass(slots=True)
class Report:
    """Collects figures; prints and writes them at the end.

    ``details`` holds tables behind the figures; they are written, not printed.
    """

    benchmark: str
    data: str
    libraries: tuple[str, ...] = ()
    figures: list[Figure] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def add(self, figure: Figure) -> None:
        """Keep a figure and print its row."""
        self.figures.append(figure)
        beside = dict(figure.peers)
        if not beside and figure.peer is not None and figure.peer_value is not None:
            beside = {figure.peer: figure.peer_value}
        span = "" if figure.low is None else f" [{figure.low:.4g}, {figure.high:.4g}]"
        reach = f"   reach {figure.reach:g}" if figure.reach is not None else ""
        peer = "".join(f"   {name} {value:.4g}" for name, value in beside.items())
        row = f"{figure.name:<58} {figure.value:>10.4g} {figure.unit:<10}{span}{reach}{peer}"
        print(row, flush=True)

    def finish(self, options: argparse.Namespace) -> None:
        """Write the JSON (full runs only) and leave with 1 when ``--check`` finds a shortfall."""
        if not options.quick:
            self.write()
        short = [figure.name for figure in self.figures if figure.falls_short]
        if short:
            print("falls short of its reach: " + "; ".join(short))
        if options.check and short:
            sys.exit(1)

    def write(self) -> None:
        """Write the JSON beside the benchmarks."""
        body = {
            "benchmark": self.benchmark,
            "command": f"python benchmarks/{self.benchmark}.py",
            "data": self.data,
            "versions": {name: version(name) for name in self.libraries},
            "seconds": round(time.perf_counter() - STARTED, 1),
            "figures": [asdict(figure) for figure in self.figures],
        }
        if self.details:
            body["details"] = self.details
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps(body, indent=1, ensure_ascii=False)
        (RESULTS / f"{self.benchmark}.json").write_text(text + "\n", encoding="utf-8")


def options(description: str) -> argparse.ArgumentParser:
    """Build the parser with the two options every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="a smaller slice, under a minute")
    parser.add_argument("--check", action="store_true", help="exit 1 when a figure falls short")
    return parser


def shared_data(name: str) -> Path:
    """Find a folder of real data beside the repository or under GROUNDSWELL_SHARED_DATA."""
    given = os.environ.get("GROUNDSWELL_SHARED_DATA")
    folder = (Path(given) if given else ROOT.parent / "shared" / "data") / name
    if not folder.exists():
        sys.exit(f"{folder} is absent; set GROUNDSWELL_SHARED_DATA to the folder that holds {name}")
    return folder
